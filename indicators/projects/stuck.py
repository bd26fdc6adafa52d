"""Villages that are longer in a state of the programme than the others took, or than a reader allows."""

from __future__ import annotations

from typing import Any

import pandas as pd

from indicators import facts
from indicators.database import Atlas, per_build
from indicators.projects import scoped, stages
from indicators.projects.scoped import Scope

STUCK_QUANTILE = 0.9  # longer than nine in ten took who have left the state
LEAST_FINISHED = 10  # with fewer nothing is called stuck

#: How long each village was in each state: from the days that are known of it and from its moves.
_STAYS = """
    , entered AS (
        SELECT project_id, place_no, $first AS state, contract_date AS day, $first_position AS position FROM
            village_rows
        UNION ALL SELECT project_id, place_no, $opened, opened_date, $opened_position FROM village_rows
        UNION ALL SELECT project_id, place_no, $accepted, accepted_date, $accepted_position FROM village_rows
        UNION ALL
        SELECT m.project_id, m.place_no, m.state, m.moved_date, s.position
        FROM project_move AS m INNER JOIN programme_state AS s ON s.state = m.state
        WHERE m.place_no IS NOT NULL
        UNION ALL
        SELECT v.project_id, v.place_no, v.state, v.entered_date, s.position
        FROM village_rows AS v INNER JOIN programme_state AS s ON s.state = v.state
    ),
    stays AS (
        SELECT state, lead(day) OVER village - day AS days, lead(state) OVER village AS after_it
        FROM (SELECT DISTINCT * FROM entered WHERE day <= $last_day)
        WINDOW village AS (PARTITION BY project_id, place_no ORDER BY day, position)
    )
"""


@per_build(8)
def usual_days(atlas: Atlas) -> dict[str, float]:
    """State → days that nine in ten of all villages took that have left it, where at least ten have.

    The same for every filter: what is usual is a matter of the whole programme.
    """
    return dict(
        scoped.ask(
            atlas,
            Scope(str(facts.settings(atlas)["nation"]["place_id"])),
            """
            SELECT state, quantile_cont(days, $quantile) AS days
            FROM stays WHERE after_it IS NOT NULL AND after_it <> state
            GROUP BY state HAVING count(*) >= $least
            """,
            {"quantile": STUCK_QUANTILE, "least": LEAST_FINISHED},
            _STAYS,
        ).itertuples(index=False, name=None)
    )


def stuck_count(atlas: Atlas, scope: Scope, most_days: float | None) -> pd.DataFrame:
    """Villages longer in their state than allowed: state, villages, threshold_days."""
    return _stuck(
        atlas,
        scope,
        most_days,
        "SELECT state, count(*) AS villages, max(threshold_days) AS threshold_days FROM stuck GROUP BY state",
        None,
        None,
    )


def stuck(atlas: Atlas, scope: Scope, most_days: float | None, most: int, after: int = 0) -> pd.DataFrame:
    """Villages longer in their state than allowed, the longest first: project_id, project_name, project_name_en,
    place_no, village_id, village_name, village_name_en, above_name, above_name_en, state, entered_date, days,
    threshold_days.

    Allowed are `most_days`, or without them `usual_days` of the state; nobody is stuck once accepted, nor in a side
    state that ends a village's way (one that is not left without a reason, such as cancelled).
    """
    return _stuck(
        atlas,
        scope,
        most_days,
        f"""
        SELECT v.project_id, c.name AS project_name, c.name_en AS project_name_en, v.place_no, village.place_id AS
            village_id,
               village.name AS village_name, village.name_en AS village_name_en, above.name AS above_name,
               above.name_en AS above_name_en, v.state, v.entered_date, v.days, v.threshold_days
        FROM (FROM stuck ORDER BY days DESC, project_id, place_no LIMIT $most OFFSET $after) AS v
        INNER JOIN chosen AS c ON c.project_id = v.project_id
        INNER JOIN village ON village.place_no = v.place_no
        LEFT JOIN place AS above ON above.place_id = village."{scoped.level_above_last_two(atlas)}_id"
        ORDER BY v.days DESC, v.project_id, v.place_no
        """,
        most,
        after,
    )


@per_build(256)
def _stuck(
    atlas: Atlas, scope: Scope, most_days: float | None, query: str, most: int | None, after: int | None
) -> pd.DataFrame:
    usual = usual_days(atlas)
    final = stages.states(atlas)
    accepted_position = int(final.loc[final["state"] == stages.way(atlas).accepted, "position"].max())
    leaves = {
        row[0]
        for row in atlas.cursor()
        .execute("SELECT DISTINCT from_state FROM programme_move WHERE NOT needs_reason")
        .fetchall()
    }
    watched = [
        str(row["state"])
        for row in final.to_dict("records")
        if (row["state"] in leaves if row["is_side"] else row["position"] < accepted_position)
    ]
    limits = {state: most_days if most_days is not None else usual.get(state) for state in watched}
    asked = {state: days for state, days in limits.items() if days is not None}
    more: dict[str, Any] = {"states": list(asked), "limits": [float(days) for days in asked.values()]}
    if most is not None:
        more |= {"most": most, "after": after}
    return scoped.ask(
        atlas,
        scope,
        query,
        more,
        """
        , limits AS (SELECT unnest($states::TEXT[]) AS state, unnest($limits::DOUBLE[]) AS threshold_days),
        stuck AS (
            SELECT v.*, l.threshold_days
            FROM village_rows AS v INNER JOIN limits AS l ON l.state = v.state
            WHERE v.days > l.threshold_days
        )
        """,
    )
