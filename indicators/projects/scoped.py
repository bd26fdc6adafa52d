"""What every question about projects stands on: which are asked for, their villages, whence each is counted.

Counts of a project come from its list of villages where it has one, else from its milestones, else from its own
numbers; `counted_from` says which. Projects whose scope is 'programme' are totals of others and never counted here.
Nothing after `last_day` is known: a village dated later has not got there yet. The rules are those of
planning/done/progress.py, in SQL because 130,000 villages are summed at each change of a filter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa

from indicators import places
from indicators.database import Atlas, per_build
from indicators.projects.stages import last_day, states, way
from indicators.scope import PROJECT_SCOPE, Chosen


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
