"""Inspections of villages: how many passed of how many tested, and how many of those that should be were seen at all.

A village counts once per project, by its latest result; one day's failure goes before its pass. Inspections without a
project are counted where no filter asks for one. Those of places above the village are counted apart: they say nothing
of a single village.
"""

from __future__ import annotations

import pandas as pd

from indicators import places
from indicators.database import Atlas, per_build
from indicators.projects.scoped import Scope, ask, inside, is_narrowed, level_above_last_two

DENOMINATORS = ("accepted", "opened", "planned")

_TESTED = """
    , seen AS (
        SELECT *, "{home}_id" AS home_id
        FROM village_inspection
        WHERE {inside} AND (project_id IN (SELECT project_id FROM chosen) {or_without})
    ),
    tested AS (SELECT * FROM seen WHERE from_last = 1),
    due AS (
        SELECT place_no, any_value("{home}_id") AS home_id
        FROM village_rows WHERE reached >= {position} GROUP BY place_no
    )
"""


def has_inspections(atlas: Atlas) -> bool:
    """Whether any inspection was loaded."""
    return bool(atlas.cursor().execute("SELECT 1 FROM inspection LIMIT 1").fetchall())


@per_build(128)
def results(atlas: Atlas, scope: Scope) -> pd.DataFrame:
    """One row per way of choosing villages: is_sampled (missing: not said), tested, passed, failed, undecided (no
    result on record: not tested), repeated (inspected more than once), evidence (the weakest)."""
    return ask(
        atlas,
        scope,
        """
        SELECT is_sampled, count(is_passed) AS tested, count(*) FILTER (is_passed) AS passed,
               count(*) FILTER (NOT is_passed) AS failed, count(*) FILTER (is_passed IS NULL) AS undecided,
               count(*) FILTER (times > 1) AS repeated, max(evidence)::TEXT AS evidence
        FROM tested GROUP BY is_sampled ORDER BY is_sampled DESC NULLS LAST
        """,
        ctes=_tested(atlas, scope, "planned"),
    )


@per_build(128)
def inspected_projects(atlas: Atlas, scope: Scope) -> int:
    """How many projects the inspections are of; those without a project are of none."""
    found = ask(
        atlas,
        scope,
        "SELECT count(DISTINCT project_id) AS projects FROM seen",
        ctes=_tested(atlas, scope, "planned"),
    )
    return int(found["projects"].iloc[0])


@per_build(128)
def coverage(atlas: Atlas, scope: Scope, denominator: str) -> dict[str, int]:
    """villages (listed ones that are planned, opened or accepted), inspected (of these), inspected_outside."""
    row = ask(
        atlas,
        scope,
        """
        SELECT (SELECT count(*) FROM due) AS villages,
               count(DISTINCT place_no) FILTER (place_no IN (SELECT place_no FROM due)) AS inspected,
               count(DISTINCT place_no) FILTER (place_no NOT IN (SELECT place_no FROM due)) AS inspected_outside
        FROM seen
        """,
        ctes=_tested(atlas, scope, denominator),
    ).iloc[0]
    return {str(name): int(value) for name, value in row.items()}


@per_build(128)
def by_place(atlas: Atlas, scope: Scope, level: str, denominator: str) -> pd.DataFrame:
    """One row per place shown at a level that has villages of projects or inspections: place_id, name, name_en,
    villages, inspected, tested, passed (of sampled ones), other_tested, other_passed, the least covered first."""
    return ask(
        atlas,
        scope,
        """
        , home AS (
            SELECT w.place_id AS home_id, w.ancestor_id AS place_id
            FROM place_within AS w INNER JOIN place_at AS a ON a.place_id = w.ancestor_id AND a.level = $level
        ),
        wanted AS (
            SELECT h.place_id, count(*) AS villages,
                   count(*) FILTER (d.place_no IN (SELECT place_no FROM seen)) AS inspected
            FROM due AS d INNER JOIN home AS h ON h.home_id = d.home_id GROUP BY h.place_id
        ),
        judged AS (
            SELECT h.place_id, count(s.is_passed) FILTER (s.is_sampled) AS tested,
                   count(*) FILTER (s.is_passed AND s.is_sampled) AS passed,
                   count(s.is_passed) FILTER (s.is_sampled IS NOT TRUE) AS other_tested,
                   count(*) FILTER (s.is_passed AND s.is_sampled IS NOT TRUE) AS other_passed
            FROM tested AS s INNER JOIN home AS h ON h.home_id = s.home_id GROUP BY h.place_id
        )
        SELECT p.place_id, p.name, p.name_en, coalesce(w.villages, 0) AS villages, coalesce(w.inspected, 0) AS
            inspected,
               coalesce(j.tested, 0) AS tested, coalesce(j.passed, 0) AS passed,
               coalesce(j.other_tested, 0) AS other_tested, coalesce(j.other_passed, 0) AS other_passed
        FROM place AS p
        LEFT JOIN wanted AS w ON w.place_id = p.place_id
        LEFT JOIN judged AS j ON j.place_id = p.place_id
        WHERE w.villages IS NOT NULL OR j.tested IS NOT NULL
        ORDER BY coalesce(w.inspected / w.villages, 2), p.place_id
        """,
        {"level": level},
        ctes=_tested(atlas, scope, denominator),
    )


@per_build(128)
def failed(atlas: Atlas, scope: Scope, most: int, after: int = 0) -> pd.DataFrame:
    """Villages whose latest result is not a pass, the latest first: village_id, village_name, village_name_en,
    above_name, above_name_en, project_id, project_name, project_name_en, inspected_date, is_sampled, note, times."""
    return ask(
        atlas,
        scope,
        f"""
        SELECT village.place_id AS village_id, village.name AS village_name,
            village.name_en AS village_name_en, above.name AS above_name, above.name_en AS above_name_en, s.project_id,
            c.name AS project_name, c.name_en AS project_name_en,
               s.inspected_date, s.is_sampled, s.note, s.times
        FROM tested AS s
        INNER JOIN village ON village.place_no = s.place_no
        LEFT JOIN place AS above ON above.place_id = village."{level_above_last_two(atlas)}_id"
        LEFT JOIN chosen AS c ON c.project_id = s.project_id
        WHERE NOT s.is_passed
        ORDER BY s.inspected_date DESC, village.place_id LIMIT $most OFFSET $after
        """,
        {"most": most, "after": after},
        ctes=_tested(atlas, scope, "planned"),
    )


@per_build(16)
def of_places(atlas: Atlas) -> int:
    """Inspections of places above the village."""
    query = "SELECT count(*) FROM inspection WHERE place_id NOT IN (SELECT place_id FROM village)"
    return int(atlas.cursor().execute(query).fetchall()[0][0])


@per_build(16)
def candidates(atlas: Atlas, scope: Scope, pool: str, is_unseen_only: bool) -> pd.DataFrame:
    """Villages to draw from: village_id, village_name, village_name_en, county_id, county_name, county_name_en, by
    code.

    `pool`: one of DENOMINATORS (listed villages of the projects chosen), or "register": every village of the
    programme inside the place. `is_unseen_only` leaves out those inspected already.
    """
    above = level_above_last_two(atlas)
    pooled = (
        f"SELECT place_no FROM village WHERE in_programme AND {inside(atlas, scope.within)}"
        if pool == "register"
        else "SELECT place_no FROM due"
    )
    return ask(
        atlas,
        scope,
        f"""
        SELECT v.place_id AS village_id, v.name AS village_name, v.name_en AS village_name_en,
               v."{above}_id" AS county_id, above.name AS county_name,
               above.name_en AS county_name_en
        FROM village AS v
        LEFT JOIN place AS above ON above.place_id = v."{above}_id"
        WHERE v.place_no IN ({pooled})
        AND (NOT $is_unseen_only OR v.place_no NOT IN (SELECT place_no FROM seen))
        ORDER BY v.place_id
        """,
        {"is_unseen_only": is_unseen_only},
        ctes=_tested(atlas, scope, "planned" if pool == "register" else pool),
    )


def _tested(atlas: Atlas, scope: Scope, denominator: str) -> str:
    """The common part with the villages that a denominator counts."""
    return _TESTED.format(
        home=places.levels(atlas)[-2],
        inside=inside(atlas, scope.within),
        or_without="" if is_narrowed(scope) else "OR project_id IS NULL",
        position={"accepted": "$accepted_position", "opened": "$opened_position"}.get(denominator, "0"),
    )
