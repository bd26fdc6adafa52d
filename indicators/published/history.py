"""What was published over time, and what changed in pilots beside other places of the same region."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from ground.evidence import EVIDENCE
from indicators import facts, measure, places
from indicators.database import Atlas, per_build
from indicators.projects import scoped


@dataclass(frozen=True)
class Rates:
    """Places of one region at two dates. `frame`: place_id, name, name_en, is_pilot, before, after (percent, missing
    where unknown), villages (of known state before: the weight)."""

    frame: pd.DataFrame
    level: str
    is_simulated: bool
    evidence: str
    partial: int  # places that a pilot covers in part: they count as the pilot's


@per_build(4)
def words(atlas: Atlas) -> dict[str, dict[str, Any]]:
    """Published indicator → what the profile says of it: its name, and the standard beside which it is drawn."""
    declared = facts.settings(atlas).get("published_indicator", [])
    return {str(one["indicator"]): one for one in declared}


@per_build(64)
def places_with_series(atlas: Atlas, within: str) -> tuple[str, ...]:
    """The nation, the place's region and the places inside it that have published rates; the highest first."""
    indicators = [name for name, one in words(atlas).items() if "beside" in one]
    rows = (
        atlas.cursor()
        .execute(
            """
            WITH asked AS (
                SELECT place_id FROM place_within WHERE ancestor_id = $within
                UNION SELECT ancestor_id FROM place_within WHERE place_id = $within
            )
            SELECT place.place_id
            FROM place JOIN level AS l ON l.level_id = place.level
            WHERE place.place_id IN (SELECT place_id FROM asked) AND place.place_id IN (
                SELECT f.place_id FROM published_figure AS f
                LEFT JOIN standard AS s ON f.indicator = s.published_indicator
                WHERE f.value IS NOT NULL AND f.date_to IS NOT NULL
                  AND (s.standard_id IS NOT NULL OR list_contains($beside::TEXT[], f.indicator))
            )
            ORDER BY l.position, place.place_id
            """,
            {"within": within, "beside": indicators},
        )
        .fetchall()
    )
    return tuple(str(row[0]) for row in rows)


@per_build(64)
def beside(atlas: Atlas, place_id: str) -> pd.DataFrame:
    """Published rates that count something else than a standard does (hamlets): as facts.published_history, with
    `standard` the indicator's own word."""
    named = {name: one for name, one in words(atlas).items() if "beside" in one}
    frame = figures_of(atlas, place_id)
    is_dated = frame["value"].notna() & frame["date_to"].notna()
    found = frame[(frame["place_id"] == place_id) & frame["indicator"].isin(named) & is_dated]
    return pd.DataFrame(
        {
            "standard": found["indicator"],
            "label_zh": [named[one]["name"]["zh"] for one in found["indicator"]],
            "label_en": [named[one]["name"]["en"] for one in found["indicator"]],
            "date": found["date_to"],
            "value_percent": found["value"],
            "qualifier": found["qualifier"].fillna("="),
            "is_target": False,
            **{name: found[name] for name in ("quotation", "note", "document", "unit", "figure_id", "source_id")},
        }
    )


@per_build(64)
def figures_of(atlas: Atlas, place_id: str) -> pd.DataFrame:
    """Every published figure of a place and of the places inside it, by date: the columns of `published_figure`."""
    return (
        atlas.cursor()
        .execute(
            "SELECT * FROM published_figure WHERE place_id IN (SELECT place_id FROM place_within WHERE ancestor_id = "
            "$1) "
            "ORDER BY date_to NULLS LAST, figure_id",
            [place_id],
        )
        .df()
    )


@per_build(64)
def figure(atlas: Atlas, figure_id: str) -> dict[str, Any] | None:
    """One published figure; None where this atlas does not hold it."""
    frame = atlas.cursor().execute("SELECT * FROM published_figure WHERE figure_id = $1", [figure_id]).df()
    return {str(k): v for k, v in frame.iloc[0].to_dict().items()} if len(frame) else None


def region_of(atlas: Atlas, place_id: str) -> str | None:
    """The place just below the nation that holds a place; None for the nation itself."""
    path = places.path(atlas, place_id)
    return path[1].place_id if len(path) > 1 else None


@per_build(64)
def rates(atlas: Atlas, region: str, standard: str, before: date, after: date) -> Rates:
    """Connection rates of a region's places at two dates, and which of them lie in a pilot."""
    level = scoped.level_above_last_two(atlas)
    first, last = (
        measure.measure(atlas, "connection_rate", within=region, level=level, standard=standard, as_of=day)
        for day in (before, after)
    )
    piloted = measure.measure(atlas, "villages_in_pilots", within=region, level=level)
    inside = piloted.set_index("place_id")["value"].astype(float).fillna(0.0)
    share = measure.measure(atlas, "pilot_village_share", within=region, level=level)
    of_all = share.set_index("place_id")["value"].astype(float)
    known = last.set_index("place_id")["value"].astype(float)
    frame = pd.DataFrame(
        {
            "place_id": first["place_id"],
            "name": first["name"],
            "name_en": first["name_en"],
            "is_pilot": (first["place_id"].map(inside) > 0).to_numpy(),
            "before": first["value"].astype(float),
            "after": first["place_id"].map(known),
            "villages": first["denominator"].astype(float).where(first["denominator"].astype(float) > 0),
        }
    )
    kinds = [*first["evidence"].dropna(), *last["evidence"].dropna()]
    is_partial = first["place_id"].map(of_all).between(0, 100, inclusive="neither")
    simulated = pd.concat([first["simulated"], last["simulated"]]).astype(float).fillna(0.0)
    return Rates(
        frame=frame,
        level=level,
        is_simulated=bool((simulated > 0).any()),
        evidence=max(kinds, key=EVIDENCE.index) if kinds else "declared",
        partial=int(is_partial.sum()),
    )
