"""The only way to a number: one query, one row per place, with everything that must be said of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
from duckdb import DuckDBPyConnection

from ground.evidence import weakest
from indicators import places
from indicators.catalogue import Indicator, catalogue, tables_read
from indicators.database import Atlas, per_build
from indicators.figure import Figure
from indicators.scope import EVERY, PROJECT_SCOPE, Chosen

COLUMNS = (
    "as_of",
    "value",
    "qualifier",
    "low",
    "high",
    "numerator",
    "denominator",
    "unknown",
    "simulated",
    "left_out",
    "evidence",
    "source_id",
)

ASKED = "SELECT unnest($asked) AS place_id"


class DemonstrationOnly(ValueError):
    """The indicator means nothing on placed or simulated data; ask with `demonstration=True`."""


class UnknownQuestion(ValueError):
    """An indicator, level, standard or date that this atlas does not hold."""


def measure(
    atlas: Atlas,
    indicator_id: str,
    *,
    within: str,
    level: str | None = None,
    standard: str | None = None,
    as_of: date | None = None,
    projects: Chosen = EVERY,
    demonstration: bool = False,
) -> pd.DataFrame:
    """One row per place shown at `level` inside the place `within` (None: that place itself).

    Columns: place_id, name, name_en, level, then COLUMNS. `value` is in the indicator's unit;
    it is missing where nothing is known, never 0 for that reason. With `as_of=None` an
    indicator that has dates gives one row per place and date. `projects` narrows an indicator of
    projects to some of them. Raises UnknownQuestion, DemonstrationOnly.
    """
    indicator = _allowed(indicator_id, projects, demonstration)
    answer = _answer(atlas, indicator, within, level, standard, as_of, projects)
    return _completed(atlas, indicator, answer.df(), as_of)


def figure(
    atlas: Atlas,
    indicator_id: str,
    place_id: str,
    *,
    standard: str | None = None,
    as_of: date | None = None,
    projects: Chosen = EVERY,
    demonstration: bool = False,
) -> Figure:
    """One value for one place. Raises UnknownQuestion and DemonstrationOnly as `measure` does."""
    indicator = _allowed(indicator_id, projects, demonstration)
    if indicator.has_dates and as_of is None:
        raise UnknownQuestion(f"{indicator_id} needs a date for a single figure")
    answer = _answer(atlas, indicator, place_id, None, standard, as_of, projects)
    names = [name for name, *_ in answer.description]
    found = answer.fetchone()
    assert found is not None  # the place is known, and a place that nothing is known of has a row, too
    row = dict.fromkeys(COLUMNS) | dict(zip(names, found, strict=True))
    sources, evidence = _lineage(atlas, indicator_id)
    row["evidence"] = row["evidence"] or evidence
    row["source_id"] = row["source_id"] or ";".join(sources)
    return figure_of(indicator, row, standard=standard, as_of=as_of, projects=projects)


def figures(
    atlas: Atlas,
    indicator_id: str,
    *,
    within: str,
    level: str,
    standard: str | None = None,
    as_of: date | None = None,
    projects: Chosen = EVERY,
) -> list[Figure]:
    """One figure for each place that `measure` gives. Raises UnknownQuestion as `measure` does."""
    frame = measure(atlas, indicator_id, within=within, level=level, standard=standard, as_of=as_of, projects=projects)
    indicator = catalogue()[indicator_id]
    rows = (row for _, row in frame.iterrows())
    return [figure_of(indicator, row, standard=standard, as_of=as_of, projects=projects) for row in rows]


def figure_of(
    indicator: Indicator,
    row: pd.Series | Mapping[str, Any],
    *,
    standard: str | None = None,
    as_of: date | None = None,
    projects: Chosen = EVERY,
) -> Figure:
    """A row of `measure` as a figure."""
    return Figure(
        indicator=indicator.indicator_id,
        place_id=str(row["place_id"]),
        unit=indicator.unit,
        value=_number(row["value"]),
        qualifier=None if pd.isna(row["qualifier"]) else str(row["qualifier"]),
        evidence=str(row["evidence"]),
        numerator=_number(row["numerator"]),
        denominator=_number(row["denominator"]),
        unknown=None if pd.isna(row["unknown"]) else int(row["unknown"]),
        simulated=None if pd.isna(row["simulated"]) else int(row["simulated"]),
        left_out=None if pd.isna(row["left_out"]) else int(row["left_out"]),
        low=_number(row["low"]),
        high=_number(row["high"]),
        standard=standard if indicator.of_standard else None,
        as_of=as_of if indicator.of_standard else _day(row["as_of"]),
        projects=projects,
        source_ids=tuple(row["source_id"].split(";")),
    )


def lineage(atlas: Atlas, indicator_id: str) -> tuple[str, ...]:
    """The sources an indicator rests on, from the tables its SQL reads."""
    return _lineage(atlas, indicator_id)[0]


@per_build(256)
def _lineage(atlas: Atlas, indicator_id: str) -> tuple[tuple[str, ...], str]:
    tables = sorted(tables_read(catalogue()[indicator_id].query))
    rows = (
        atlas.cursor()
        .execute(
            "SELECT DISTINCT s.source_id, s.evidence::TEXT FROM meta_lineage AS l JOIN meta_source AS s USING "
            "(source_id) "
            "WHERE list_contains($tables, l.table_name) ORDER BY 1",
            {"tables": tables},
        )
        .fetchall()
    )
    if not rows:  # nothing of the kind was loaded: there is nothing to vouch for
        return (), "declared"
    return tuple(source for source, _ in rows), weakest([kind for _, kind in rows])


def _allowed(indicator_id: str, projects: Chosen, demonstration: bool) -> Indicator:
    indicator = catalogue().get(indicator_id)
    if indicator is None:
        raise UnknownQuestion(f"no indicator {indicator_id!r}; there are {', '.join(catalogue())}")
    if indicator.is_demonstration and not demonstration:
        raise DemonstrationOnly(f"{indicator_id} rests on placed points: demonstration only")
    if projects and not indicator.of_projects:
        raise UnknownQuestion(f"{indicator_id} is not of projects: it can't be narrowed to {projects}")
    return indicator


def _answer(
    atlas: Atlas,
    indicator: Indicator,
    within: str,
    level: str | None,
    standard: str | None,
    as_of: date | None,
    projects: Chosen,
) -> DuckDBPyConnection:
    """What the indicator's SQL says of each place that is asked for, by code and then by date."""
    bound = _bound(atlas, indicator, within, level, standard, as_of)
    bound |= projects.bound if indicator.of_projects else {}
    scope = f"project_scope AS ({PROJECT_SCOPE})," if indicator.of_projects else ""
    order = "place.place_id, answer.as_of" if indicator.has_dates and as_of is None else "place.place_id"
    query = f"""
        WITH asked AS ({ASKED}), {scope}
        answer AS ({indicator.query})
        SELECT place.place_id, place.name, place.name_en, place.level, answer.* EXCLUDE (place_id)
        FROM asked
        INNER JOIN place ON place.place_id = asked.place_id
        LEFT JOIN answer ON answer.place_id = asked.place_id
        ORDER BY {order}
    """
    asked = [within] if level is None else list(_shown_at(atlas, within, level))
    return atlas.cursor().execute(query, bound | {"asked": asked})


def _bound(
    atlas: Atlas,
    indicator: Indicator,
    within: str,
    level: str | None,
    standard: str | None,
    as_of: date | None,
) -> dict[str, Any]:
    """The parameters this indicator declares, checked against what the atlas holds.

    `level_column` names the column of `village` for the finest places that villages lie in; from
    there `place_within` leads to every place that may be asked for, groupings or not.
    """
    above = places.levels(atlas)[:-1]
    if level is not None and level not in above:
        raise UnknownQuestion(f"no level {level!r}; places are measured at {', '.join(above)}")
    if places.place(atlas, within) is None:
        raise UnknownQuestion(f"no place {within!r} in this atlas")
    if "status_column" in indicator.parameters and as_of is None:
        raise UnknownQuestion(f"{indicator.indicator_id} needs a date")
    given: dict[str, Any] = {"standard": standard, "as_of": as_of, "level_column": f"^{above[-1]}_id$"}
    if "standard" in indicator.parameters or "status_column" in indicator.parameters:
        held = [name for name, of, day in _status_columns(atlas) if of == standard and as_of in (day, None)]
        if not held:
            raise UnknownQuestion(f"no status for {standard!r} on {as_of}")
        given["status_column"] = f"^{held[0]}$"
    return {name: given[name] for name in indicator.parameters}


@per_build(4)
def _status_columns(atlas: Atlas) -> tuple[tuple[str, str, date], ...]:
    """Column, standard and date of every state that the atlas holds."""
    return tuple(atlas.cursor().execute("SELECT column_name, standard, as_of FROM status_column").fetchall())


@per_build(256)
def _shown_at(atlas: Atlas, within: str, level: str) -> tuple[str, ...]:
    """The places shown at a level inside a place: joining the tables of places anew takes longer than the answer."""
    rows = atlas.cursor().execute(
        "SELECT shown.place_id FROM place_at AS shown "
        "INNER JOIN place_within AS inside ON inside.place_id = shown.place_id "
        "WHERE shown.level = $level AND inside.ancestor_id = $within",
        {"level": level, "within": within},
    )
    return tuple(place_id for (place_id,) in rows.fetchall())


def _completed(atlas: Atlas, indicator: Indicator, frame: pd.DataFrame, as_of: date | None) -> pd.DataFrame:
    """All COLUMNS present; evidence and sources from the row, else from the lineage."""
    sources, evidence = _lineage(atlas, indicator.indicator_id)
    for column in COLUMNS:
        if column not in frame:
            frame[column] = None
    frame["evidence"] = frame["evidence"].astype(object).where(frame["evidence"].notna(), evidence)
    frame["source_id"] = frame["source_id"].astype(object).where(frame["source_id"].notna(), ";".join(sources))
    if indicator.has_dates and as_of is not None:
        frame["as_of"] = as_of
    return frame[["place_id", "name", "name_en", "level", *COLUMNS]]


def _day(value: Any) -> date | None:
    """The day of the records, where an indicator of no standard says one."""
    return None if value is None or pd.isna(value) else pd.Timestamp(value).date()


def _number(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)
