"""How far the programme is: projects one by one and summed, their villages by state, findings in their records."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from ground.evidence import weakest
from indicators import facts
from indicators.database import Atlas, per_build
from indicators.projects.scoped import Scope, ask, inside

COUNTED_FROM = ("villages", "milestones", "project", "beyond", "nothing")


@dataclass(frozen=True)
class Options:
    """What filters can choose from inside a place: codes with their names."""

    batches: tuple[int, ...]
    technologies: tuple[str, ...]
    operators: dict[str, dict[str, str]] = field(hash=False)
    projects: dict[str, dict[str, str | None]] = field(hash=False)


@dataclass(frozen=True)
class Totals:
    """Projects added up; what could not be added is counted beside. None where no project says."""

    projects: int
    contracted_villages: int | None
    change_villages: int  # of all ledgers
    planned_villages: int | None
    opened_villages: int | None
    accepted_villages: int | None
    unopened_projects: int  # without a count of opened villages
    unaccepted_projects: int  # without a count of accepted villages
    beyond_projects: int  # reach beyond the place and list no villages: in no count
    simulated_villages: int
    by_source: dict[str, int] = field(hash=False)  # counted_from → projects
    evidence: str = "declared"


@per_build(64)
def options(atlas: Atlas, within: str) -> Options:
    """Batches, technologies, operators and projects inside a place."""
    rows = ask(
        atlas,
        Scope(within),
        "SELECT project_id, name, name_en, batch, technology, operator_id, operator FROM chosen ORDER BY project_id",
    )
    named = {one["operator_id"]: one["name"] for one in facts.settings(atlas).get("operator", [])}
    known = rows.dropna(subset=["operator_id"]).sort_values("operator_id")
    return Options(
        tuple(sorted(int(batch) for batch in rows["batch"].dropna().unique())),
        tuple(sorted(rows["technology"].unique())),
        {
            code: named.get(code, {"zh": name, "en": name})
            for code, name in zip(known["operator_id"], known["operator"], strict=True)
        },
        {row["project_id"]: {"zh": row["name"], "en": row["name_en"]} for row in rows.to_dict("records")},
    )


@per_build(128)
def of_projects(atlas: Atlas, scope: Scope) -> pd.DataFrame:
    """One row per project, by code.

    project_id, name, name_en, place_id, place_name, place_name_en, batch, operator_id, operator, technology, state,
    selection, contract_date, due_date, completed_date, accepted_date, counted_from (one of COUNTED_FROM; 'beyond': it
    reaches beyond the place and has no list, so its counts cannot be told for it), contracted_villages, change_villages
    (of its ledger; missing without one), planned_villages (with the ledger), listed_villages, simulated_villages (of
    them), opened_villages, accepted_villages, sites, terminals, route_km, capex_yuan and the other amounts, paid_yuan,
    is_other_currency, document with publisher, published_on, url, seen and confidence, findings, evidence (the weakest
    of the project and its villages). What is not known is missing.
    """
    return ask(
        atlas,
        scope,
        """
        SELECT
            c.project_id, c.name, c.name_en, c.place_id, place.name AS place_name, place.name_en AS place_name_en,
                c.batch,
            c.operator_id, c.operator, c.technology, c.state, c.selection, c.contract_date, c.due_date,
            c.completed_date, c.accepted_date, k.counted_from, c.planned_villages AS contracted_villages,
            ledger.change_villages,
            CASE WHEN c.is_whole THEN coalesce(k.planned_villages, l.listed) ELSE l.listed END AS planned_villages,
            l.listed AS listed_villages,
            CASE WHEN l.listed IS NULL AND c.evidence = 'simulated' THEN c.planned_villages ELSE l.simulated END
                AS simulated_villages,
            CASE WHEN k.counted_from = 'villages' THEN l.opened WHEN c.is_whole THEN m.opened END AS opened_villages,
            CASE WHEN k.counted_from = 'villages' THEN l.accepted WHEN c.is_whole THEN m.accepted END
                AS accepted_villages,
            c.capex_yuan, c.capex_qualifier, c.requested_yuan, c.approved_yuan, c.granted_yuan, paid.paid_yuan,
            c.opex_yearly_yuan, c.opex_years, c.price_year, c.download_mbps, c.currency, c.note, c.note_en,
            c.started_date, c.villages_unconnected, c.villages_upgrade, c.sites, c.terminals, c.route_km,
            c.whole_cost_yuan, c.subsidy_qualifier, c.measured_mbps,
            c.document, c.publisher, c.published_on, c.url, c.seen, c.confidence,
            coalesce(c.currency <> $currency, false) AS is_other_currency,
            coalesce(found.findings, 0) AS findings,
            greatest(c.evidence::TEXT::evidence, l.evidence::TEXT::evidence)::TEXT AS evidence, c.source_id
        FROM chosen AS c
        INNER JOIN place ON place.place_id = c.place_id
        INNER JOIN counted AS k ON k.project_id = c.project_id
        LEFT JOIN listed AS l ON l.project_id = c.project_id
        LEFT JOIN (
            SELECT
                project_id, max_by(villages, coalesce(day, '0001-01-01')) FILTER (state = $opened) AS opened,
                max_by(villages, coalesce(day, '0001-01-01')) FILTER (state = $accepted) AS accepted
            FROM count_steps GROUP BY project_id
        ) AS m ON m.project_id = c.project_id
        LEFT JOIN (
            SELECT project_id, sum(change_villages) AS change_villages FROM reconciliation GROUP BY project_id
        ) AS ledger ON ledger.project_id = c.project_id
        LEFT JOIN (
            SELECT project_id, sum(amount) AS paid_yuan FROM payment GROUP BY project_id
        ) AS paid ON paid.project_id = c.project_id
        LEFT JOIN (
            SELECT project_id, count(*) AS findings FROM record_finding GROUP BY project_id
        ) AS found ON found.project_id = c.project_id
        ORDER BY c.project_id
        """,
        {"currency": facts.settings(atlas)["currency"].get("code", "")},
    )


@per_build(64)
def programme_totals(atlas: Atlas, scope: Scope) -> pd.DataFrame:
    """Totals of whole batches that were published for places inside, which are added to no project: project_id, name,
    name_en, place_id, place_name, place_name_en, batch, technology, planned_villages, sites, capex_qualifier,
    capex_yuan, whole_cost_yuan, subsidy_yuan (granted, else approved), is_other_currency, document and what was seen of
    it, notes."""
    return (
        atlas.cursor()
        .execute(
            """
            SELECT p.project_id, p.name, p.name_en, p.place_id, place.name AS place_name, place.name_en AS
                place_name_en, p.batch,
                   p.technology, p.planned_villages, p.sites, p.capex_qualifier, p.capex_yuan, p.whole_cost_yuan,
                   p.subsidy_qualifier, coalesce(p.granted_yuan, p.approved_yuan) AS subsidy_yuan, p.currency,
                   coalesce(p.currency <> $currency, false) AS is_other_currency,
                   p.document, p.publisher, p.published_on, p.seen, p.confidence, p.note, p.note_en
            FROM project AS p JOIN place USING (place_id)
            WHERE p.scope = 'programme'
              AND p.place_id IN (SELECT place_id FROM place_within WHERE ancestor_id = $within)
              AND ($batch::INTEGER IS NULL OR p.batch = $batch)
              AND ($technology::TEXT IS NULL OR p.technology = $technology)
              AND ($operator::TEXT IS NULL OR p.operator_id = $operator)
            ORDER BY p.batch NULLS LAST, p.project_id
            """,
            {
                "within": scope.within,
                "batch": scope.batch,
                "technology": scope.technology,
                "operator": scope.operator,
                "currency": facts.settings(atlas)["currency"].get("code", ""),
            },
        )
        .df()
    )


def totals(found: pd.DataFrame) -> Totals:
    """The sums of `projects`."""
    inside = found[found["counted_from"] != "beyond"]
    return Totals(
        projects=len(found),
        contracted_villages=_sum(inside["contracted_villages"]),
        change_villages=_sum(inside["change_villages"]) or 0,
        planned_villages=_sum(inside["planned_villages"]),
        opened_villages=_sum(inside["opened_villages"]),
        accepted_villages=_sum(inside["accepted_villages"]),
        unopened_projects=int(inside["opened_villages"].isna().sum()),
        unaccepted_projects=int(inside["accepted_villages"].isna().sum()),
        beyond_projects=len(found) - len(inside),
        simulated_villages=_sum(inside["simulated_villages"]) or 0,
        by_source={str(name): int(n) for name, n in found["counted_from"].value_counts().items()},
        evidence=weakest(list(found["evidence"])) if len(found) else "declared",
    )


def _sum(column: pd.Series) -> int | None:
    """The sum of what is known; None of nothing."""
    known = column.dropna()
    return int(known.sum()) if len(known) else None


@per_build(128)
def funnel(atlas: Atlas, scope: Scope) -> pd.DataFrame:
    """One row per state, in order: state, position, is_side, reached_villages, projects_unknown, now_villages,
    median_days_now, longest_days_now.

    A village in a later state has been through the earlier ones. `reached_villages` sums lists, milestones and
    projects' own counts, and is missing where nobody counted; `projects_unknown` have no list and no count of the
    state. The last three are of listed villages only. Of a side state only who is in it now is known.
    """
    return ask(
        atlas,
        scope,
        """
        SELECT
            s.state, s.position, s.is_side,
            CASE WHEN NOT s.is_side THEN
                CASE WHEN r.villages IS NULL AND o.villages IS NULL THEN NULL
                ELSE coalesce(r.villages, 0) + coalesce(o.villages, 0) END
            END AS reached_villages,
            CASE WHEN s.is_side OR s.position < $first_position THEN 0
            ELSE (SELECT count(*) FROM counted WHERE counted_from <> 'villages') - coalesce(o.projects, 0)
            END AS projects_unknown,
            coalesce(n.villages, 0) AS now_villages, n.median_days AS median_days_now, n.longest_days AS
                longest_days_now
        FROM programme_state AS s
        LEFT JOIN (
            SELECT up.state, count(*) AS villages
            FROM village_rows AS v
            INNER JOIN programme_state AS up
                ON NOT up.is_side AND up.position >= $first_position AND v.reached >= up.position
            GROUP BY up.state
        ) AS r ON r.state = s.state
        LEFT JOIN (
            SELECT state, sum(villages) AS villages, count(*) AS projects
            FROM (
                SELECT t.project_id, t.state, max_by(t.villages, coalesce(t.day, '0001-01-01')) AS villages
                FROM count_steps AS t
                INNER JOIN counted AS k ON k.project_id = t.project_id AND k.counted_from IN ('milestones', 'project')
                GROUP BY ALL
            )
            GROUP BY state
        ) AS o ON o.state = s.state
        LEFT JOIN (
            SELECT state, count(*) AS villages, median(days) AS median_days, max(days) AS longest_days
            FROM village_rows GROUP BY state
        ) AS n ON n.state = s.state
        ORDER BY s.position
        """,
    )


@per_build(128)
def findings(atlas: Atlas, scope: Scope) -> pd.DataFrame:
    """What was found in the records shown, by rule: rule, severity, title_zh, title_en, mend_zh, mend_en, count,
    example_project, example_seen."""
    return ask(
        atlas,
        scope,
        f"""
        SELECT r.rule, r.position, r.severity, r.title_zh, r.title_en, r.mend_zh, r.mend_en, count(*) AS count,
               min_by(f.project_id, (f.project_id, f.place_no)) AS example_project,
               min_by(f.seen, (f.project_id, f.place_no)) AS example_seen
        FROM record_finding AS f
        INNER JOIN chosen AS c ON c.project_id = f.project_id
        INNER JOIN record_rule AS r ON r.rule = f.rule
        LEFT JOIN village ON village.place_no = f.place_no
        WHERE f.place_no IS NULL OR {inside(atlas, scope.within)}
        GROUP BY ALL
        ORDER BY r.position
        """,
    )
