"""What is on record of one project: milestones, moves, villages, payments, notices, ledger. Every value is bound."""

from __future__ import annotations

import pandas as pd

from indicators import places
from indicators.database import Atlas, per_build
from indicators.projects.scoped import Scope, ask, level_above_last_two


@per_build(128)
def milestones(atlas: Atlas, project_id: str) -> pd.DataFrame:
    """state, reached_date, villages (cumulative), note, evidence, by day."""
    return _of(atlas, "milestone", project_id, "reached_date, villages")


@per_build(128)
def moves(atlas: Atlas, project_id: str) -> pd.DataFrame:
    """Moves of the project itself in the order recorded: state, moved_date, reason, evidence."""
    frame = _of(atlas, "project_move", project_id, "rowid")
    return frame[frame["place_no"].isna()].reset_index(drop=True)


@per_build(128)
def village_moves(atlas: Atlas, project_id: str) -> int:
    """How many moves of single villages are on record."""
    query = "SELECT count(*) FROM project_move WHERE project_id = $1 AND place_no IS NOT NULL"
    return int(atlas.cursor().execute(query, [project_id]).fetchall()[0][0])


@per_build(4)
def allowed_moves(atlas: Atlas) -> pd.DataFrame:
    """from_state, to_state, needs_reason."""
    return atlas.cursor().execute("SELECT * FROM programme_move").df()


@per_build(128)
def payments(atlas: Atlas, project_id: str) -> pd.DataFrame:
    """paid_date, tranche, amount, note, evidence, by day."""
    return _of(atlas, "payment", project_id, "paid_date, tranche")


@per_build(128)
def notices(atlas: Atlas, project_id: str) -> pd.DataFrame:
    """notice_id, notice_from, notice_to, document, objections, note, evidence, by day."""
    return _of(atlas, "notice", project_id, "notice_from")


@per_build(128)
def funding(atlas: Atlas, project_id: str) -> pd.DataFrame:
    """Who pays how much, and what for: payer, purpose, qualifier, amount, document, note, evidence."""
    return _of(atlas, "project_funding", project_id, "payer, purpose, rowid")


@per_build(64)
def targets(atlas: Atlas, scope: Scope) -> pd.DataFrame:
    """Performance targets of the projects and totals chosen, by year: project_id, name, name_en, is_project, year,
    target_level, indicator, target_text, actual_text, self_score, full_score, document, note, evidence. What is not
    published is missing."""
    return (
        atlas.cursor()
        .execute(
            """
            SELECT g.project_id, p.name, p.name_en, p.scope = 'project' AS is_project, g.year, g.target_level,
                g.indicator,
                   g.target_text, g.actual_text, g.self_score, g.full_score, g.document, g.note,
                   g.evidence::TEXT AS evidence
            FROM performance_target AS g JOIN project AS p USING (project_id)
            WHERE p.project_id IN (SELECT project_id FROM project_at WHERE place_id = $within)
              AND ($batch::INTEGER IS NULL OR p.batch = $batch)
              AND ($technology::TEXT IS NULL OR p.technology = $technology)
              AND ($operator::TEXT IS NULL OR p.operator_id = $operator)
              AND ($project::TEXT IS NULL OR p.project_id = $project)
            ORDER BY g.year, g.project_id, g.rowid
            """,
            {
                "within": scope.within,
                "batch": scope.batch,
                "technology": scope.technology,
                "operator": scope.operator,
                "project": scope.project,
            },
        )
        .df()
    )


@per_build(128)
def sites_by_place(atlas: Atlas, project_id: str) -> dict[str, int]:
    """Place → the project's sites in it, where they are told."""
    query = "SELECT place_id, sites FROM project_place WHERE project_id = $1 AND sites IS NOT NULL ORDER BY 1"
    return {place_id: int(sites) for place_id, sites in atlas.cursor().execute(query, [project_id]).fetchall()}


@per_build(128)
def findings(atlas: Atlas, project_id: str, most: int) -> pd.DataFrame:
    """What was found in the project's records: title_zh, title_en, severity, village_id, village_name,
    village_name_en, seen."""
    return (
        atlas.cursor()
        .execute(
            "SELECT r.title_zh, r.title_en, r.severity, v.place_id AS village_id, v.name AS village_name, "
            "v.name_en AS village_name_en, f.seen "
            "FROM record_finding AS f INNER JOIN record_rule AS r ON r.rule = f.rule "
            "LEFT JOIN village AS v ON v.place_no = f.place_no WHERE f.project_id = $1 "
            "ORDER BY r.position, v.place_id LIMIT $2",
            [project_id, most],
        )
        .df()
    )


@per_build(256)
def villages(atlas: Atlas, scope: Scope, most: int, after: int = 0) -> pd.DataFrame:
    """The listed villages of a scope, by code: village_id, name, name_en, above_name, above_name_en, state,
    planned_date, opened_date, accepted_date, days (in the state), capex_yuan, evidence."""
    return ask(
        atlas,
        scope,
        f"""
        SELECT village.place_id AS village_id, village.name, village.name_en, above.name AS above_name,
               above.name_en AS above_name_en, v.state, v.planned_date, v.opened_date, v.accepted_date,
               v.days, pv.capex_yuan, v.evidence::TEXT AS evidence
        FROM village_rows AS v
        INNER JOIN village ON village.place_no = v.place_no
        INNER JOIN project_village AS pv ON pv.project_id = v.project_id AND pv.place_no = v.place_no
        LEFT JOIN place AS above ON above.place_id = village."{level_above_last_two(atlas)}_id"
        ORDER BY village.place_id, v.project_id LIMIT $most OFFSET $after
        """,
        {"most": most, "after": after},
    )


@per_build(128)
def ledgers(atlas: Atlas, scope: Scope) -> pd.DataFrame:
    """The ledgers of the projects chosen, in the order of their files: project_id, name, name_en, contracted_villages,
    then entry_no, date, change_villages, reason, document, note, evidence."""
    return ask(
        atlas,
        scope,
        """
        SELECT c.project_id, c.name, c.name_en, c.planned_villages AS contracted_villages, r.entry_no, r.entry_date AS
            date,
               r.change_villages, r.reason, r.document, r.note, r.evidence::TEXT AS evidence
        FROM chosen AS c INNER JOIN reconciliation AS r ON r.project_id = c.project_id
        ORDER BY c.project_id, r.entry_no
        """,
    )


@per_build(512)
def of_village(atlas: Atlas, place_no: int) -> pd.DataFrame:
    """The projects that list a village: project_id, name, name_en, operator, operator_id, technology, contract_date,
    state, planned_date, opened_date, accepted_date, capex_yuan, evidence."""
    return (
        atlas.cursor()
        .execute(
            "SELECT p.project_id, p.name, p.name_en, p.operator, p.operator_id, p.technology, p.contract_date, "
            "pv.state, "
            "pv.state_date, pv.planned_date, pv.opened_date, pv.accepted_date, pv.capex_yuan, "
            "pv.evidence::TEXT AS evidence "
            "FROM project_village AS pv INNER JOIN project AS p ON p.project_id = pv.project_id "
            "WHERE pv.place_no = $1 ORDER BY p.project_id",
            [place_no],
        )
        .df()
    )


@per_build(512)
def steps_of_village(atlas: Atlas, project_id: str, place_no: int) -> pd.DataFrame:
    """Known days of a village on its way: state, day, of_project (the day is its project's), reason, evidence.

    The village's own moves first, then its project's up to the village's first state, then the inspections of it.
    """
    return (
        atlas.cursor()
        .execute(
            """
            SELECT state, moved_date AS day, place_no IS NULL AS of_project, reason, evidence::TEXT AS evidence
            FROM project_move WHERE project_id = $project AND (place_no IS NULL OR place_no = $number)
            UNION ALL
            SELECT state, state_date, false, NULL, evidence::TEXT FROM project_village
            WHERE project_id = $project AND place_no = $number AND state_date IS NOT NULL
            ORDER BY day
            """,
            {"project": project_id, "number": place_no},
        )
        .df()
    )


@per_build(512)
def inspections_of_village(atlas: Atlas, village_id: str) -> pd.DataFrame:
    """inspected_date, is_passed, is_sampled, note, evidence, by day."""
    return (
        atlas.cursor()
        .execute(
            "SELECT inspected_date, is_passed, is_sampled, note, evidence::TEXT AS evidence FROM inspection "
            "WHERE place_id = $1 ORDER BY inspected_date",
            [village_id],
        )
        .df()
    )


@per_build(64)
def places_of(atlas: Atlas, project_id: str) -> tuple[places.Place, ...]:
    """The places that a project covers, where they are given."""
    rows = (
        atlas.cursor()
        .execute("SELECT place_id FROM project_place WHERE project_id = $1 ORDER BY 1", [project_id])
        .fetchall()
    )
    found = (places.place(atlas, row[0]) for row in rows)
    return tuple(one for one in found if one is not None)


def _of(atlas: Atlas, table: str, project_id: str, order: str) -> pd.DataFrame:
    """All rows that a table of records has of a project. The table's name is ours, never a visitor's."""
    query = f"SELECT * REPLACE (evidence::TEXT AS evidence) FROM {table} WHERE project_id = $1 ORDER BY {order}"
    return atlas.cursor().execute(query, [project_id]).df()
