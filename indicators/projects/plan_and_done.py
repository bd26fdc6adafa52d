"""Plan against done: villages planned, opened and accepted by day."""

from __future__ import annotations

import pandas as pd

from indicators.database import Atlas, per_build
from indicators.projects.scoped import Scope, ask

#: What happened on which day, of listed villages and of milestones; a plan without a list falls due in one day.
_INCREMENTS = """
    , steps AS (
        SELECT
            s.project_id, s.day, CASE s.state WHEN $opened THEN 'opened' ELSE 'accepted' END AS step,
            s.villages AS so_far, k.due_date, k.planned_villages,
            s.villages - coalesce(lag(s.villages) OVER (PARTITION BY s.project_id, s.state ORDER BY s.day), 0)
                AS villages
        FROM count_steps AS s
        INNER JOIN counted AS k ON k.project_id = s.project_id AND k.counted_from = 'milestones'
        WHERE s.state IN ($opened, $accepted) AND s.day IS NOT NULL
    ),
    increments AS (
        SELECT planned_date AS day, 'planned' AS step, 1 AS villages FROM village_rows WHERE planned_date IS NOT NULL
        UNION ALL SELECT opened_date, 'opened', 1 FROM village_rows WHERE opened_date IS NOT NULL
        UNION ALL SELECT accepted_date, 'accepted', 1 FROM village_rows WHERE accepted_date IS NOT NULL
        UNION ALL SELECT day, step, villages FROM steps
        UNION ALL
        SELECT due_date, 'planned', planned_villages FROM counted
        WHERE counted_from = 'milestones' AND due_date IS NOT NULL AND planned_villages IS NOT NULL
    )
"""


@per_build(128)
def curve(atlas: Atlas, scope: Scope) -> pd.DataFrame:
    """Cumulative villages at the end of each month: month_end, step (planned, opened, accepted), villages.

    Listed villages by their days; projects that have only milestones by those, and their plan by the day they are
    due. A step begins with its first village and, save for the plan, ends with the last day on record.
    """
    return ask(
        atlas,
        scope,
        """
        SELECT month_end, step, sum(villages) OVER (PARTITION BY step ORDER BY month_end) AS villages
        FROM (
            SELECT last_day(day) AS month_end, step, sum(villages) AS villages
            FROM increments WHERE villages <> 0 GROUP BY ALL
        )
        ORDER BY step, month_end
        """,
        ctes=_INCREMENTS,
    )


@per_build(128)
def milestone_curve(atlas: Atlas, scope: Scope) -> pd.DataFrame:
    """Cumulative villages by state and day from milestones only: state, day, villages; and the plan as state "" on the
    days that projects are due. For projects that list no villages."""
    return ask(
        atlas,
        scope,
        """
        , changes AS (
            SELECT s.state, s.day,
                   s.villages - coalesce(lag(s.villages) OVER (PARTITION BY s.project_id, s.state ORDER BY s.day), 0)
                       AS villages
            FROM count_steps AS s
            INNER JOIN counted AS k ON k.project_id = s.project_id AND k.counted_from = 'milestones'
            WHERE s.day IS NOT NULL
            UNION ALL
            SELECT '', due_date, planned_villages FROM counted
            WHERE counted_from = 'milestones' AND due_date IS NOT NULL AND planned_villages IS NOT NULL
        )
        SELECT state, day, (sum(sum(villages)) OVER (PARTITION BY state ORDER BY day))::BIGINT AS villages
        FROM changes GROUP BY state, day ORDER BY state, day
        """,
    )


@per_build(128)
def undated(atlas: Atlas, scope: Scope) -> dict[str, int]:
    """Villages that a curve leaves out: listed ones without the day of a step (planned, opened, accepted)."""
    row = ask(
        atlas,
        scope,
        """
        SELECT count(*) FILTER (planned_date IS NULL) AS planned,
               count(*) FILTER (opened_date IS NULL AND reached >= $opened_position) AS opened,
               count(*) FILTER (accepted_date IS NULL AND reached >= $accepted_position) AS accepted
        FROM village_rows
        """,
    ).iloc[0]
    return {step: int(row[step]) for step in ("planned", "opened", "accepted")}
