"""What the atlas holds besides indicators: standards, dates, settings, sources, pilots, published figures."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from indicators import places
from indicators.database import Atlas, per_build

MARKED_RULES = ("one_value", "all_unknown", "filled_in_first_row")  # that may make a whole map say nothing true
MARKED_SHARE = 0.05  # of the villages, that a source must tell of to be marked on every screen that rests on it


@dataclass(frozen=True)
class Standard:
    """One meaning of "connected", with the dates for which states are held."""

    standard_id: str
    name: dict[str, str]
    unconnected: dict[str, str]  # `without fibre`
    definition: dict[str, str]
    dates: tuple[date, ...]
    published_indicator: str | None
    published_target: str | None


@per_build(4)
def standards(atlas: Atlas) -> tuple[Standard, ...]:
    """All standards in their order; those without dates have published figures only."""
    cursor = atlas.cursor()
    dates: dict[str, list[date]] = {}
    applicable = "SELECT standard, as_of FROM status_column WHERE rate_kind <> 'not_applicable' ORDER BY as_of"
    for standard, as_of in cursor.execute(applicable).fetchall():
        dates.setdefault(standard, []).append(as_of)
    rows = cursor.execute(
        "SELECT standard_id, name_zh, name_en, unconnected_zh, unconnected_en, definition_zh, definition_en, "
        "published_indicator, published_target FROM standard ORDER BY position"
    ).fetchall()
    return tuple(
        Standard(
            row[0],
            {"zh": row[1], "en": row[2]},
            {"zh": row[3], "en": row[4]},
            {"zh": row[5], "en": row[6]},
            tuple(dates.get(row[0], [])),
            row[7],
            row[8],
        )
        for row in rows
    )


@per_build(64)
def status_column(atlas: Atlas, standard: str, as_of: date) -> dict[str, Any]:
    """The state column of a standard and date, with its evidence and what it was calibrated to."""
    frame = (
        atlas.cursor().execute("SELECT * FROM status_column WHERE standard = $1 AND as_of = $2", [standard, as_of]).df()
    )
    if frame.empty:
        raise LookupError(f"no status for {standard} on {as_of}")
    return {str(key): value for key, value in frame.iloc[0].to_dict().items()}


@per_build(4)
def settings(atlas: Atlas) -> dict[str, Any]:
    """The profile's settings as its file has them: title, nation, map, default_view, currency, …"""
    rows = atlas.cursor().execute("SELECT key, value FROM meta_profile").fetchall()
    return {key: json.loads(value) for key, value in rows}


def release(atlas: Atlas) -> str:
    """The number of the release that a build is; "" where it was never released."""
    told = build_facts(atlas).get("release")
    return str(json.loads(told)["number"]) if told else ""


@per_build(4)
def build_facts(atlas: Atlas) -> dict[str, str]:
    return dict(atlas.cursor().execute("SELECT key, value FROM meta_build").fetchall())


@per_build(4)
def sources(atlas: Atlas) -> pd.DataFrame:
    """Every source with publisher, edition, licence, sha256, rows read, loaded and rejected."""
    return (
        atlas.cursor().execute("SELECT * REPLACE (evidence::TEXT AS evidence) FROM meta_source ORDER BY source_id").df()
    )


@per_build(16)
def published_history(atlas: Atlas, place_id: str) -> pd.DataFrame:
    """Published connection rates and targets of one place, by standard.

    Columns: standard, label_zh, label_en, date, value_percent, qualifier, is_target, definition, quotation,
    note, document, unit (what the rate is of), figure_id, source_id. Figures that count the same have the same
    `definition`: one that stands in a contradiction counts something of its own.
    """
    return (
        atlas.cursor()
        .execute(
            """
            SELECT s.standard_id AS standard, s.name_zh AS label_zh, s.name_en AS label_en,
                   f.date_to AS date, f.value AS value_percent, coalesce(f.qualifier, '=') AS qualifier,
                   coalesce(f.indicator = s.published_target, false) AS is_target,
                   CASE WHEN f.contradiction_id IS NULL THEN f.unit ELSE f.figure_id END AS definition, f.quotation,
                   f.note, f.document, f.unit, f.figure_id, f.source_id
            FROM published_figure AS f
            JOIN standard AS s ON f.indicator IN (s.published_indicator, s.published_target)
            WHERE f.place_id = $1 AND f.value IS NOT NULL AND f.date_to IS NOT NULL
            ORDER BY s.position, f.date_to
            """,
            [place_id],
        )
        .df()
    )


@per_build(64)
def pilots(atlas: Atlas, within: str, batch: int | None = None) -> pd.DataFrame:
    """Pilot places inside a place: as published, with their villages and project villages; a place that is on the lists
    of several batches once for each of them.

    `villages`: those that the list means, without places that joined afterwards, as the indicators count them.
    """
    return (
        atlas.cursor()
        .execute(
            """
            SELECT p.pilot_id, p.programme, p.batch, p.year, p.technology, p.place_id, p.published_name,
                   p.note_zh, p.note_en, p.document, p.publisher, p.published_on, p.url, p.seen, p.confidence,
                   p.within_pilot_id, place.name, place.name_en, place.level,
                   c.villages_in_pilots AS villages, c.project_villages, c.project_evidence::TEXT AS project_evidence,
                   (SELECT any_value(up.place_id) FROM place_within AS w JOIN place AS up ON up.place_id = w.ancestor_id
                    JOIN level AS l ON l.level_id = up.level AND l.position = 1
                    WHERE w.place_id = p.place_id) AS region_id
            FROM pilot AS p
            JOIN place USING (place_id)
            JOIN pilot_count AS c ON c.place_id = p.place_id AND c.batch = p.batch
            WHERE p.place_id IN (SELECT place_id FROM place_within WHERE ancestor_id = $1)
              AND ($2::INTEGER IS NULL OR p.batch = $2)
            ORDER BY p.batch, p.place_id
            """,
            [within, batch],
        )
        .df()
    )


@per_build(64)
def pilot_lists(atlas: Atlas, within: str) -> pd.DataFrame:
    """Every batch with how complete its list is: batch, year, technology (codes, joined by +), held, published_total,
    is_complete, held_here (places inside this one), is_whole_here (the list is complete, or the part of this place
    is)."""
    return (
        atlas.cursor()
        .execute(
            """
            WITH listed AS (
                SELECT p.batch, min(p.year) AS year, string_agg(DISTINCT p.technology, '+' ORDER BY p.technology) AS
                    technology,
                       count(DISTINCT p.place_id) AS held,
                       count(DISTINCT p.place_id) FILTER (p.place_id IN (
                           SELECT place_id FROM place_within WHERE ancestor_id = $1
                       )) AS held_here
                FROM pilot AS p GROUP BY p.batch
            )
            SELECT batch, coalesce(o.year, l.year) AS year, l.technology, coalesce(o.held, l.held) AS held,
                o.published_total,
                   coalesce(o.is_complete, true) AS is_complete, coalesce(l.held_here, 0) AS held_here,
                   coalesce(o.is_complete, true) OR batch IN (
                       SELECT c.batch FROM pilot_list_place AS c JOIN place_within AS w ON w.ancestor_id = c.place_id
                       WHERE w.place_id = $1
                   ) AS is_whole_here
            FROM listed AS l FULL JOIN pilot_list AS o USING (batch)
            ORDER BY batch
            """,
            [within],
        )
        .df()
    )


@per_build(64)
def pilot_count(atlas: Atlas, place_id: str, batch: int) -> dict[str, Any]:
    """pilots, villages, villages_in_pilots, project_villages and project_evidence of one batch in a place; zeros where
    the batch has no pilot there."""
    frame = (
        atlas.cursor()
        .execute(
            "SELECT pilots, villages_in_pilots, project_villages, project_evidence::TEXT AS project_evidence "
            "FROM pilot_count WHERE place_id = $1 AND batch = $2",
            [place_id, batch],
        )
        .df()
    )
    nothing = {"pilots": 0, "villages_in_pilots": 0, "project_villages": None, "project_evidence": None}
    return {str(key): value for key, value in frame.iloc[0].to_dict().items()} if len(frame) else nothing


@per_build(64)
def pilots_over(atlas: Atlas, place_id: str) -> pd.DataFrame:
    """Pilots that a place lies in or is."""
    return (
        atlas.cursor()
        .execute(
            "SELECT p.pilot_id, p.batch, p.year, p.technology, p.place_id, p.published_name, place.name_en "
            "FROM pilot AS p JOIN place_within AS w ON w.ancestor_id = p.place_id "
            "JOIN place ON place.place_id = p.place_id "
            "WHERE w.place_id = $1 AND NOT coalesce(list_has_any(string_split(p.except_place_ids, ' '), "
            "(SELECT list(ancestor_id) FROM place_within WHERE place_id = $1)), false) ORDER BY p.batch, p.place_id",
            [place_id],
        )
        .df()
    )


@per_build(64)
def announced_projects(atlas: Atlas, within: str) -> pd.DataFrame:
    """Projects with a published cost, inside a place or covering it. Announced amounts, not outturn."""
    return (
        atlas.cursor()
        .execute(
            """
            SELECT p.* REPLACE (p.evidence::TEXT AS evidence), place.name AS place_name, place.name_en AS place_name_en
            FROM project AS p JOIN place USING (place_id)
            WHERE p.place_id IN (SELECT place_id FROM place_within WHERE ancestor_id = $1)
               OR p.project_id IN (SELECT project_id FROM project_place WHERE place_id = $1)
            ORDER BY p.project_id
            """,
            [within],
        )
        .df()
    )


@per_build(4)
def cost_parameters(atlas: Atlas) -> pd.DataFrame:
    """Modelled cost per village by technology: low, central, high in yuan."""
    return atlas.cursor().execute("SELECT * REPLACE (evidence::TEXT AS evidence) FROM cost_parameter").df()


@per_build(4)
def model_parameters(atlas: Atlas) -> pd.DataFrame:
    """Parameters of the cost model as planning/cost/parameters.py reads them; empty where none is declared.

    Columns: parameter, technology, name_zh, name_en, value, low, high, unit, price_year, currency, citation_zh,
    citation, strength, evidence, source_id.
    """
    return (
        atlas.cursor()
        .execute("SELECT * REPLACE (evidence::TEXT AS evidence) FROM model_parameter ORDER BY technology, parameter")
        .df()
    )


def project_of_village(atlas: Atlas, place_no: int) -> pd.DataFrame:
    """The projects that a village belongs to, those known to hold it first.

    `membership` says how that is known: listed (its name is on the project's list), inspected (at the acceptance of the
    project), simulated (nothing says so). `evidence` is that of the membership. What is told of a project (project_id,
    name, operator, contract_date, accepted_date, planned_villages, capex_yuan, yuan_per_village) stands beside a
    village only where it lies in the project's places, and no other project of the pilot could hold it; else it is
    missing.
    """
    return (
        atlas.cursor()
        .execute(
            """
            WITH here AS (SELECT place_id FROM village WHERE place_no = $1),
            around AS (
                SELECT ancestor_id FROM place_within
                WHERE place_id IN (SELECT COLUMNS($2) FROM village WHERE place_no = $1)
            ),
            known AS (
                SELECT project_id, 'listed' AS membership, evidence FROM project_village WHERE place_no = $1
                UNION ALL
                SELECT i.project_id, 'inspected', max(i.evidence) FROM inspection AS i
                WHERE i.project_id IS NOT NULL AND i.place_id IN (FROM here)
                  AND i.project_id NOT IN (SELECT project_id FROM project_village WHERE place_no = $1)
                GROUP BY i.project_id
            ),
            possible AS ( -- of a pilot's projects those that say no places, or one around the village
                SELECT j.pilot_id, j.project_id FROM project AS j
                WHERE j.pilot_id IN (SELECT pilot_id FROM pilot_village WHERE place_no = $1)
                  AND (j.project_id NOT IN (SELECT project_id FROM project_place)
                       OR j.project_id IN (SELECT project_id FROM project_place WHERE place_id IN (FROM around)))
            ),
            belongs AS (
                SELECT j.pilot_id, k.project_id, k.membership, k.evidence FROM known AS k JOIN project AS j USING
                    (project_id)
                UNION ALL
                SELECT v.pilot_id, only_one.project_id, 'simulated', v.evidence
                FROM pilot_village AS v
                LEFT JOIN (
                    SELECT pilot_id, any_value(project_id) AS project_id FROM possible GROUP BY pilot_id HAVING
                        count(*) = 1
                ) AS only_one USING (pilot_id)
                WHERE v.place_no = $1 AND v.pilot_id NOT IN (
                    SELECT j.pilot_id FROM known AS k JOIN project AS j USING (project_id) WHERE j.pilot_id IS NOT NULL
                )
            )
            SELECT b.pilot_id, b.membership, b.evidence::TEXT AS evidence, coalesce(j.batch, p.batch) AS batch,
                   coalesce(j.technology, p.technology) AS technology,
                   coalesce(p.published_name, place.name) AS published_name,
                   coalesce(pilot_place.name_en, place.name_en) AS name_en, j.project_id, j.name, j.operator,
                   j.contract_date, j.accepted_date, j.planned_villages, j.capex_yuan,
                   j.capex_yuan / s.villages AS yuan_per_village
            FROM belongs AS b
            LEFT JOIN project AS j ON j.project_id = b.project_id
            LEFT JOIN project_size AS s ON s.project_id = b.project_id
            LEFT JOIN pilot AS p ON p.pilot_id = b.pilot_id
            LEFT JOIN place ON place.place_id = j.place_id
            LEFT JOIN place AS pilot_place ON pilot_place.place_id = p.place_id
            ORDER BY b.membership = 'simulated', b.membership DESC, b.pilot_id, b.project_id
            """,
            [place_no, f"^{places.levels(atlas)[-2]}_id$"],
        )
        .df()
    )


@per_build(64)
def sources_of(atlas: Atlas, tables: tuple[str, ...]) -> list[dict[str, Any]]:
    """The sources that some tables rest on."""
    frame = sources(atlas)
    rows = atlas.cursor().execute(
        "SELECT DISTINCT source_id FROM meta_lineage WHERE list_contains($tables, table_name)",
        {"tables": list(tables)},
    )
    wanted = {row[0] for row in rows.fetchall()}
    return [{str(k): v for k, v in row.items()} for row in frame[frame["source_id"].isin(wanted)].to_dict("records")]


@per_build(16)
def doubtful_sources(atlas: Atlas, tables: tuple[str, ...]) -> list[dict[str, Any]]:
    """Sources behind some tables in which something looks odd, and that tell of a good part of the villages: title_zh,
    title_en, rule, field, seen.

    A column that says yes in every row makes 0 unconnected and 100 % of what may be a form filled in thoughtlessly.
    """
    query = """
        SELECT s.title_zh, s.title_en, w.rule, w.field, w.seen
        FROM meta_warning AS w JOIN meta_source AS s USING (source_id)
        WHERE list_contains($rules, w.rule) AND source_id IN (
            SELECT source_id FROM meta_lineage WHERE list_contains($tables, table_name))
          AND s.rows_loaded >= $share * (SELECT count(*) FROM village WHERE in_programme)
        ORDER BY ALL
    """
    told = {"tables": list(tables), "rules": list(MARKED_RULES), "share": MARKED_SHARE}
    return [{str(k): v for k, v in row.items()} for row in atlas.cursor().execute(query, told).df().to_dict("records")]


def has_pilots(atlas: Atlas) -> bool:
    """Whether any list of pilots was loaded."""
    return _has_rows(atlas, "pilot")


def has_money(atlas: Atlas) -> bool:
    """Whether any project or cost was loaded."""
    return _has_rows(atlas, "project") or _has_rows(atlas, "cost_parameter")


def has_projects(atlas: Atlas) -> bool:
    """Whether any project was loaded."""
    return _has_rows(atlas, "project")


@per_build(16)
def _has_rows(atlas: Atlas, table: str) -> bool:
    return bool(atlas.cursor().execute(f"SELECT 1 FROM {table} LIMIT 1").fetchall())


@per_build(32)
def field_labels(atlas: Atlas, table: str) -> dict[str, dict[str, str]]:
    """Column → what it is called in both languages, from the data dictionary."""
    rows = (
        atlas.cursor()
        .execute("SELECT column_name, label_zh, label_en FROM meta_field WHERE table_name = $1", [table])
        .fetchall()
    )
    return {name: {"zh": zh, "en": en} for name, zh, en in rows}


@per_build(4)
def operators(atlas: Atlas) -> dict[str, dict[str, str]]:
    """Operator id → its name in both languages, as the profile declares them."""
    return {str(one["operator_id"]): one["name"] for one in settings(atlas).get("operator", [])}
