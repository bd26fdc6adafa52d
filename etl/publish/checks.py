"""What must hold in a finished build before it is published. Each check is one query for offenders."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from etl.errors import CheckFailed
from etl.places.boundaries import Shapes
from etl.store import Store
from ground.locations import PLACED

CONTAINMENT = "points_in_their_places"  # looked at as soon as villages have their places


@dataclass(frozen=True)
class Check:
    """`query` returns offenders (any columns); none means the check holds."""

    name: str
    expected: str
    query: str


CHECKS = (
    Check(
        "parents_exist",
        "every place's parent to be a place",
        "SELECT place_id, parent_id FROM place WHERE parent_id NOT IN (SELECT place_id FROM place)",
    ),
    Check(
        "one_root",
        "exactly one place without a parent",
        "SELECT count(*) FROM place WHERE parent_id IS NULL HAVING count(*) <> 1",
    ),
    Check(
        "levels_are_declared",
        "every place's level to be declared",
        "SELECT place_id, level FROM place WHERE level NOT IN (SELECT level_id FROM level)",
    ),
    Check(
        "morton_order",
        "villages in Morton order",
        "SELECT place_no FROM (SELECT place_no, morton, lag(morton) OVER (ORDER BY place_no) AS before FROM village) "
        "WHERE before > morton",
    ),
    Check(
        "status_for_every_village",
        "one row of states per village",
        "SELECT place_no FROM village ANTI JOIN village_status USING (place_no) "
        "UNION ALL SELECT place_no FROM village_status ANTI JOIN village USING (place_no)",
    ),
    Check(
        "counts_add_up",
        "the counts of a place to be the sum of its parts'",
        """
        SELECT p.parent_id, c.standard, c.as_of,
               sum(c.connected) AS parts, any_value(w.connected) AS whole
        FROM status_count AS c JOIN place AS p USING (place_id)
        JOIN status_count AS w ON w.place_id = p.parent_id AND w.standard = c.standard AND w.as_of = c.as_of
        GROUP BY ALL
        HAVING sum(c.connected) <> any_value(w.connected) OR sum(c.unconnected) <> any_value(w.unconnected)
            OR sum(c.unknown) <> any_value(w.unknown) OR sum(c.not_applicable) <> any_value(w.not_applicable)
        """,
    ),
    Check(
        "counts_cover_the_programme",
        "connected + unconnected + unknown + not applicable = villages of the programme",
        """
        SELECT c.standard, c.as_of, c.connected + c.unconnected + c.unknown + c.not_applicable AS counted
        FROM status_count AS c JOIN level AS l ON l.level_id = c.level AND l.position = 0
        WHERE counted <> (SELECT count(*) FROM village WHERE in_programme)
        """,
    ),
    Check(
        "rows_in_are_rows_out",
        "rows read = rows loaded + rows rejected, for every source",
        "SELECT source_id FROM meta_source WHERE rows_read <> rows_loaded + rows_rejected",
    ),
    Check(
        "lineage_is_known",
        "every source named by a row to be described",
        "SELECT source_id FROM meta_lineage WHERE source_id NOT IN (SELECT source_id FROM meta_source)",
    ),
    Check(
        "quotations_are_held",
        "every [[quotation]] of the profile to have a use of its own, a name in both languages and a published figure "
        "that was loaded",
        """
        WITH quoted AS (
            SELECT one ->> '$.use' AS use, one ->> '$.figure' AS figure,
                   (one ->> '$.name.zh') IS NOT NULL AND (one ->> '$.name.en') IS NOT NULL AS is_named
            FROM (SELECT unnest(CAST(value AS JSON[])) AS one FROM meta_profile WHERE key = 'quotation')
        )
        SELECT use, figure FROM quoted
        WHERE NOT is_named OR figure IS NULL OR figure NOT IN (SELECT figure_id FROM published_figure)
        UNION ALL
        SELECT use, 'declared twice' FROM quoted GROUP BY use HAVING count(*) > 1
        """,
    ),
    Check(
        "pilots_are_places",
        "every pilot's place to be known",
        "SELECT pilot_id, place_id FROM pilot WHERE place_id NOT IN (SELECT place_id FROM place)",
    ),
)


def run_checks(store: Store) -> list[str]:
    """Run every check; returns their names. Raises CheckFailed at the first that does not hold."""
    for check in CHECKS:
        offenders = store.sql(check.query).fetchall()[:5]
        if offenders:
            raise CheckFailed(
                f"check {check.name}",
                check.expected,
                f"{offenders}",
                "report this: the build is not published",
            )
    return [check.name for check in CHECKS]


def check_containment(store: Store, shapes: dict[str, Shapes]) -> None:
    """Every placed village lies inside the full polygon it was placed in: the finest known of its places."""
    done: list[str] = []  # places of finer levels that have a polygon: their villages are not looked at again
    for level in reversed([one for one in store.profile.upper_levels if one in shapes]):
        polygons = shapes[level].full.dropna(subset=["place_id"]).set_index("place_id").geometry
        finer = " OR ".join(f'"{one}_id" IN (SELECT unnest($done))' for one in store.profile.upper_levels)
        points = store.sql(
            f"""
            SELECT "{level}_id" AS place_id, place_id AS village, lon, lat FROM village
            WHERE starts_with(location_quality, $placed) AND "{level}_id" IN (SELECT unnest($known)) AND NOT ({finer})
            ORDER BY 1, 2
            """,
            {"placed": PLACED, "known": list(polygons.index), "done": done},
        ).df()
        done += list(polygons.index)
        for place_id, rows in points.groupby("place_id", sort=False):
            inside = shapely.contains_xy(polygons[place_id], rows["lon"], rows["lat"])
            if not np.all(inside):
                village = rows["village"].to_numpy()[~inside][0]
                raise CheckFailed(
                    f"village {village}",
                    f"a point inside {level} {place_id}",
                    "a point outside",
                    "report this",
                )
