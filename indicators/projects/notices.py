"""What the public may see of pilots and projects: who, where, how many villages, how much, when, how far.

No contact of a person and no position of a site is in these queries.
"""

from __future__ import annotations

import pandas as pd

from indicators.database import Atlas, per_build

_LISTED = """
    WITH inside AS (SELECT place_id FROM place_within WHERE ancestor_id = $within),

    last_notice AS (
        SELECT project_id, max(notice_from) AS notice_from, arg_max(notice_to, notice_from) AS notice_to,
               arg_max(document, notice_from) AS document, sum(objections) AS objections
        FROM notice GROUP BY project_id
    ),

    changed AS (
        SELECT project_id, sum(change_villages)::BIGINT AS change_villages FROM reconciliation GROUP BY project_id
    ),

    of_pilots AS (
        SELECT p.pilot_id, p.published_name, p.year, p.technology AS pilot_technology, p.place_id AS pilot_place_id,
               p.source_id AS pilot_source_id, coalesce(j.batch, p.batch) AS batch, j.* EXCLUDE (batch)
        FROM pilot AS p
        FULL JOIN (SELECT * RENAME (pilot_id AS its_pilot_id) FROM project WHERE scope = 'project') AS j
            ON j.its_pilot_id = p.pilot_id
    )

    SELECT l.pilot_id, l.pilot_place_id, l.published_name, l.batch, l.year, coalesce(l.technology, l.pilot_technology)
        AS technology,
           coalesce(l.place_id, l.pilot_place_id) AS place_id, place.name AS place_name, place.name_en AS place_name_en,
           l.project_id, l.name, l.name_en, l.operator, l.operator_id, l.selection, l.state, l.contract_date,
               l.due_date,
           l.completed_date, l.accepted_date, l.planned_villages, l.opened_villages,
           l.planned_villages + c.change_villages AS villages_today, l.capex_yuan, l.granted_yuan,
           l.currency, n.notice_from, n.notice_to, coalesce(n.document, l.document) AS document, n.objections::BIGINT
               AS objections,
           coalesce(l.evidence::TEXT, 'declared') AS evidence, coalesce(l.source_id, l.pilot_source_id) AS source_id
    FROM of_pilots AS l
    JOIN place ON place.place_id = coalesce(l.place_id, l.pilot_place_id)
    LEFT JOIN last_notice AS n ON n.project_id = l.project_id
    LEFT JOIN changed AS c ON c.project_id = l.project_id
    WHERE coalesce(l.place_id, l.pilot_place_id) IN (FROM inside) AND ($batch IS NULL OR l.batch = $batch)
"""


def count(atlas: Atlas, within: str, batch: int | None) -> dict[str, int]:
    """How many pilot places (each once, however many batches it is in), projects, and projects with an amount a list
    holds, and how many rows are simulated."""
    [row] = (
        atlas.cursor()
        .execute(
            f"SELECT count(*), count(DISTINCT pilot_place_id), count(project_id), count(capex_yuan), "
            f"count(*) FILTER (evidence = 'simulated') FROM ({_LISTED})",
            {"within": within, "batch": batch},
        )
        .fetchall()
    )
    return dict(zip(("rows", "pilots", "projects", "with_amount", "simulated"), row, strict=True))


def listed(atlas: Atlas, within: str, batch: int | None, most: int, after: int = 0) -> pd.DataFrame:
    """One row per project, and one per pilot without any. Dates are dates, amounts are in the project's currency;
    `villages_today` is what the ledger leaves of those planned, missing without a ledger."""
    return (
        atlas.cursor()
        .execute(
            f"{_LISTED} ORDER BY batch NULLS LAST, place_id, project_id LIMIT $most OFFSET $after",
            {"within": within, "batch": batch, "most": most, "after": after},
        )
        .df()
    )


def one(atlas: Atlas, project_id: str) -> pd.DataFrame:
    """A single project as the list shows it; empty where there is none."""
    return (
        atlas.cursor()
        .execute(
            f"SELECT * FROM ({_LISTED}) WHERE project_id = $project_id",
            {"within": _root(atlas), "batch": None, "project_id": project_id},
        )
        .df()
    )


def villages(atlas: Atlas, project_id: str, most: int, after: int = 0) -> pd.DataFrame:
    """The villages of a project by name: place_id, name, name_en, state, opened_date, accepted_date. No
    positions."""
    return (
        atlas.cursor()
        .execute(
            """
            SELECT v.place_id, v.name, v.name_en, pv.state, pv.opened_date, pv.accepted_date,
                   pv.evidence::TEXT AS evidence
            FROM project_village AS pv JOIN village AS v USING (place_no)
            WHERE pv.project_id = $1 ORDER BY v.place_id LIMIT $2 OFFSET $3
            """,
            [project_id, most, after],
        )
        .df()
    )


def villages_listed(atlas: Atlas, project_id: str) -> int:
    """How many villages of a project are known by name."""
    [(n,)] = (
        atlas.cursor().execute("SELECT count(*) FROM project_village WHERE project_id = $1", [project_id]).fetchall()
    )
    return int(n)


@per_build(4)
def state_names(atlas: Atlas) -> dict[str, dict[str, str]]:
    """State → its name in both languages, in the order of the programme."""
    rows = atlas.cursor().execute("SELECT state, name_zh, name_en FROM programme_state ORDER BY position").fetchall()
    return {state: {"zh": zh, "en": en} for state, zh, en in rows}


@per_build(4)
def batches(atlas: Atlas) -> tuple[int, ...]:
    """The batches of the pilots."""
    rows = atlas.cursor().execute("SELECT DISTINCT batch FROM pilot ORDER BY batch").fetchall()
    return tuple(int(row[0]) for row in rows)


def _root(atlas: Atlas) -> str:
    [(place_id,)] = atlas.cursor().execute("SELECT place_id FROM place WHERE parent_id IS NULL").fetchall()
    return str(place_id)
