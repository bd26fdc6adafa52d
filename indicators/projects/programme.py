"""How far the programme is: projects, their villages by state, plan against done, what is stuck.

Counts of a project come from its list of villages where it has one, else from its milestones, else from its own
numbers; `counted_from` says which. Projects whose scope is 'programme' are totals of others and never counted here.
Nothing after `last_day` is known: a village dated later has not got there yet. The rules are those of
planning/done/progress.py, in SQL because 130,000 villages are summed at each change of a filter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa

from ground.evidence import weakest
from indicators import facts
from indicators import register as places
from indicators.database import Atlas, per_build
from indicators.scope import PROJECT_SCOPE, Chosen

COUNTED_FROM = ("villages", "milestones", "project", "beyond", "nothing")


@dataclass(frozen=True)
class Scope:
    """Which projects are looked at. None asks nothing."""

    within: str
    batch: int | None = None
    technology: str | None = None
    operator: str | None = None
    project: str | None = None

    @property
    def chosen(self) -> Chosen:
        """What is asked besides the place."""
        return Chosen(self.batch, self.technology, self.operator, self.project)


@dataclass(frozen=True)
class Way:
    """The states that days of a village show, and the one that it begins with."""

    first: str
    opened: str
    accepted: str


@dataclass(frozen=True)
class Options:
    """What filters can choose from inside a place: codes with their names."""

    batches: tuple[int, ...]
    technologies: tuple[str, ...]
    operators: dict[str, dict[str, str]] = field(hash=False)
    projects: dict[str, str] = field(hash=False)


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


# --- what there is ----------------------------------------------------------------------------------------


def has_projects(atlas: Atlas) -> bool:
    """Whether any single project was loaded."""
    return bool(_one(atlas, "SELECT count(*) FROM project WHERE scope = 'project'"))


@per_build(4)
def way(atlas: Atlas) -> Way:
    """The states by which days of villages are read, as the profile declares them."""
    held = states(atlas)
    reached = dict(zip(held["reached_by"], held["state"], strict=True))
    first = str(held.loc[held["is_first_of_village"], "state"].iloc[0])
    return Way(first, reached.get("opened_date", "opened"), reached.get("accepted_date", "accepted"))


@per_build(4)
def states(atlas: Atlas) -> pd.DataFrame:
    """Every state in its order: state, position, is_side, is_first_of_village, reached_by, name_zh, name_en."""
    return atlas.cursor().execute("SELECT * FROM programme_state ORDER BY position").df()


@per_build(4)
def state_names(atlas: Atlas) -> dict[str, dict[str, str]]:
    """State → its name in both languages."""
    return {row["state"]: {"zh": row["name_zh"], "en": row["name_en"]} for row in states(atlas).to_dict("records")}


@per_build(4)
def last_day(atlas: Atlas) -> date | None:
    """The last day on record that is not after the build: what "now" means here. None without any record."""
    day = facts.build_facts(atlas).get("last_day")
    return date.fromisoformat(day) if day else None


@per_build(64)
def options(atlas: Atlas, within: str) -> Options:
    """Batches, technologies, operators and projects inside a place."""
    rows = ask(
        atlas,
        Scope(within),
        "SELECT project_id, name, batch, technology, operator_id, operator FROM chosen ORDER BY project_id",
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
        dict(zip(rows["project_id"], rows["name"], strict=True)),
    )


# --- projects ---------------------------------------------------------------------------------------------


@per_build(128)
def projects(atlas: Atlas, scope: Scope) -> pd.DataFrame:
    """One row per project, by code.

    project_id, name, name_en, place_id, place_name, place_name_en, batch, operator_id, operator, technology, state,
    selection,
    contract_date, due_date, completed_date, accepted_date, counted_from (one of COUNTED_FROM; 'beyond': it reaches
    beyond the place and has no list, so its counts cannot be told for it), contracted_villages, change_villages (of its
    ledger; missing without one), planned_villages (with the ledger), listed_villages, simulated_villages (of them),
    opened_villages, accepted_villages, sites, terminals, route_km, capex_yuan and the other amounts, paid_yuan,
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
    name_en,
    place_id, place_name, place_name_en, batch, technology, planned_villages, sites, capex_qualifier, capex_yuan,
    whole_cost_yuan, subsidy_yuan (granted, else approved), is_other_currency, document and what was seen of it,
    notes."""
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


# --- the funnel and its clock -----------------------------------------------------------------------------


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


# --- findings ---------------------------------------------------------------------------------------------


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


# --- the queries' common part -----------------------------------------------------------------------------

#: What every question stands on, worked out once per scope: the projects asked for, …
_CHOSEN = f"""
    WITH asked AS (SELECT place_id FROM place_within WHERE ancestor_id = $within)
    SELECT
        p.* REPLACE (coalesce(p.batch, pilot.batch) AS batch),
        p.place_id IN (SELECT place_id FROM asked)
        OR coalesce((
            SELECT bool_and(pp.place_id IN (SELECT place_id FROM asked))
            FROM project_place AS pp WHERE pp.project_id = p.project_id
        ), false) AS is_whole
    FROM project AS p
    LEFT JOIN pilot ON pilot.pilot_id = p.pilot_id
    WHERE p.scope = 'project'
    AND p.project_id IN (SELECT project_id FROM ({PROJECT_SCOPE}) AS project_scope WHERE project_id IS NOT NULL)
    AND p.project_id IN (SELECT project_id FROM project_at WHERE place_id = $within)
"""
#: … their villages inside the place, in every question; …
_VILLAGE_ROWS = "WITH village_rows AS (SELECT * FROM village_progress WHERE {inside} {narrowed})"
_NARROWED = "AND project_id IN (SELECT project_id FROM chosen)"
#: … what lists say, … (evidence is an enum again: its order is that of strength)
_LISTED = """
    SELECT
        project_id, count(*) AS listed,
        count(*) FILTER (reached >= $opened_position) AS opened,
        count(*) FILTER (reached >= $accepted_position) AS accepted,
        count(*) FILTER (evidence = 'simulated') AS simulated, max(evidence)::TEXT AS evidence
    FROM village_rows GROUP BY project_id
"""
#: … and whence each project is counted.
_COUNTED = """
    SELECT
        c.project_id, c.due_date, c.planned_villages + coalesce(ledger.change_villages, 0) AS planned_villages,
        CASE
            WHEN l.listed IS NOT NULL THEN 'villages'
            WHEN NOT c.is_whole THEN 'beyond'
            WHEN c.project_id IN (SELECT project_id FROM milestone) THEN 'milestones'
            WHEN c.planned_villages IS NOT NULL OR c.opened_villages IS NOT NULL THEN 'project'
            ELSE 'nothing'
        END AS counted_from
    FROM chosen AS c
    LEFT JOIN listed AS l ON l.project_id = c.project_id
    LEFT JOIN (
        SELECT project_id, sum(change_villages)::BIGINT AS change_villages FROM reconciliation GROUP BY project_id
    ) AS ledger ON ledger.project_id = c.project_id
"""

#: Cumulative counts of projects that list no villages: by state and day. A day is missing for a project's own count.
_COUNT_STEPS = """
    WITH unlisted AS (
        SELECT * FROM project
        WHERE scope = 'project' AND project_id NOT IN (SELECT project_id FROM project_village)
    )
    SELECT m.project_id, m.state, m.reached_date AS day, max(m.villages)::BIGINT AS villages
    FROM milestone AS m INNER JOIN unlisted AS u ON u.project_id = m.project_id
    WHERE m.reached_date <= $last_day
    GROUP BY ALL
    UNION ALL
    SELECT u.project_id, $first, NULL, u.planned_villages + coalesce(ledger.change_villages, 0)
    FROM unlisted AS u
    LEFT JOIN (
        SELECT project_id, sum(change_villages)::BIGINT AS change_villages FROM reconciliation GROUP BY project_id
    ) AS ledger ON ledger.project_id = u.project_id
    WHERE u.planned_villages IS NOT NULL AND u.project_id NOT IN (SELECT project_id FROM milestone)
    UNION ALL
    SELECT u.project_id, $opened, NULL, u.opened_villages
    FROM unlisted AS u
    WHERE u.opened_villages IS NOT NULL
    AND u.project_id NOT IN (SELECT project_id FROM milestone WHERE state = $opened)
"""

_SCOPED = {"chosen": _CHOSEN, "listed": _LISTED, "counted": _COUNTED, "count_steps": _COUNT_STEPS}


def ask(
    atlas: Atlas,
    scope: Scope,
    query: str,
    more: dict[str, Any] | None = None,
    ctes: str = "",
) -> pd.DataFrame:
    """Run a query over a scope's tables: chosen, village_rows, listed, counted and count_steps.

    Common table expressions, in `ctes` or before the query itself, begin with a comma.
    """
    sql = f"{_village_rows(atlas, scope)} {ctes} {query}"
    cursor = atlas.cursor().cursor()  # to register is refused where a result is still open
    for name in _SCOPED:
        if name in sql:
            cursor.register(name, _scoped(atlas, scope, name))
    return cursor.execute(sql, _bound(atlas, scope, sql) | (more or {})).df()


def _village_rows(atlas: Atlas, scope: Scope) -> str:
    """The villages of the scope. Without a filter every project of the place is chosen."""
    narrowed = _NARROWED if is_narrowed(scope) else ""
    return _VILLAGE_ROWS.format(inside=inside(atlas, scope.within), narrowed=narrowed)


def is_narrowed(scope: Scope) -> bool:
    """Whether anything but the place is asked for."""
    return bool(scope.chosen)


@per_build(256)
def _scoped(atlas: Atlas, scope: Scope, name: str) -> pa.Table:
    """A small table of a scope, one row per project or step: each page asks several questions of it."""
    if name == "count_steps":
        return _count_steps(atlas)
    sql = _SCOPED[name] if name == "chosen" else f"{_village_rows(atlas, scope)} {_SCOPED[name]}"
    cursor = atlas.cursor().cursor()
    for other in _SCOPED:
        if other != name and other in sql:
            cursor.register(other, _scoped(atlas, scope, other))
    return cursor.sql(sql, params=_bound(atlas, scope, sql)).to_arrow_table()


@per_build(4)
def _count_steps(atlas: Atlas) -> pa.Table:
    bound = _bound(atlas, Scope(""), _COUNT_STEPS)
    return atlas.cursor().cursor().sql(_COUNT_STEPS, params=bound).to_arrow_table()


def _bound(atlas: Atlas, scope: Scope, sql: str) -> dict[str, Any]:
    """The values that a query names: one too many would be refused."""
    held = way(atlas)
    position = dict(zip(states(atlas)["state"], states(atlas)["position"], strict=True))
    never = len(position) + 1  # a profile may do without acceptance
    values = {
        "within": scope.within,
        "batch": scope.batch,
        "technology": scope.technology,
        "operator": scope.operator,
        "project": scope.project,
        "first": held.first,
        "opened": held.opened,
        "accepted": held.accepted,
        "first_position": int(position[held.first]),
        "opened_position": int(position.get(held.opened, never)),
        "accepted_position": int(position.get(held.accepted, never)),
        "last_day": last_day(atlas),
    }
    named = set(re.findall(r"\$([a-z_]+)", sql))
    return {name: value for name, value in values.items() if name in named}


def inside(atlas: Atlas, within: str) -> str:
    """SQL that tells whether a village lies in a place, by the column of the place's level."""
    one = places.place(atlas, within)
    if one is None:
        return "false"
    return "true" if one.parent_id is None else f'"{one.level}_id" = $within'


def level_above_last_two(atlas: Atlas) -> str:
    """The level above the finest two: the county, where villages lie in townships."""
    return places.levels(atlas)[-3:][0]


def _one(atlas: Atlas, query: str, bound: dict[str, Any] | None = None) -> Any:
    return atlas.cursor().execute(query, bound).fetchall()[0][0]
