"""Plan against done: villages planned, opened and accepted by day, on time or late, and by how much."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from indicators.database import Atlas, per_build
from indicators.programme import Scope, ask


@dataclass(frozen=True)
class OnTime:
    """The villages whose planned day has come. due == on_time + late + overdue."""

    due: int
    on_time: int
    late: int
    overdue: int  # due and not opened; their delay runs up to the last day
    not_due: int
    plan_unknown: int
    mean_delay_days: float | None  # at least, where some are overdue
    median_delay_days: float | None  # Kaplan and Meier's: knows that an overdue village's delay is not over
    median_at_least_days: float | None  # where too many are overdue to tell the median


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

#: Each village's outcome and delay; of milestones, those opened up to the number planned.
_OUTCOMES = """
    , outcomes AS (
        SELECT
            CASE
                WHEN planned_date IS NULL THEN 'plan_unknown'
                WHEN planned_date > $last_day AND opened_date IS NOT NULL THEN 'early'
                WHEN planned_date > $last_day THEN 'not_due'
                WHEN opened_date IS NULL THEN 'overdue'
                WHEN opened_date > planned_date THEN 'late'
                ELSE 'on_time'
            END AS outcome,
            CASE WHEN outcome IN ('on_time', 'late', 'overdue')
            THEN greatest(coalesce(opened_date, $last_day::DATE) - planned_date, 0) END AS delay_days,
            1 AS villages
        FROM village_rows
        UNION ALL
        SELECT
            CASE WHEN day > due_date THEN 'late' ELSE 'on_time' END, greatest(day - due_date, 0),
            least(so_far, planned_villages) - least(so_far - villages, planned_villages)
        FROM steps WHERE step = 'opened' AND due_date <= $last_day AND planned_villages IS NOT NULL
        UNION ALL
        SELECT
            CASE
                WHEN k.due_date > $last_day THEN 'not_due'
                WHEN k.due_date IS NULL OR m.opened IS NULL THEN 'plan_unknown'
                ELSE 'overdue'
            END AS fate,
            CASE WHEN fate = 'overdue' THEN $last_day::DATE - k.due_date END,
            CASE WHEN fate = 'overdue' THEN greatest(k.planned_villages - m.opened, 0) ELSE k.planned_villages END
        FROM counted AS k
        LEFT JOIN (SELECT project_id, max(so_far) AS opened FROM steps WHERE step = 'opened' GROUP BY ALL) AS m
            ON m.project_id = k.project_id
        WHERE k.counted_from IN ('milestones', 'project') AND k.planned_villages IS NOT NULL
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


@per_build(128)
def on_time(atlas: Atlas, scope: Scope) -> OnTime:
    """On time and late by listed villages' planned days, and by the due day of projects that have only milestones."""
    rows = ask(
        atlas,
        scope,
        """
        SELECT outcome, delay_days, sum(villages)::BIGINT AS villages FROM outcomes WHERE villages > 0 GROUP BY ALL ORDER BY delay_days
        """,
        ctes=_INCREMENTS + _OUTCOMES,
    )
    counts = rows.groupby("outcome")["villages"].sum()
    number = {
        name: int(counts.get(name, 0))
        for name in ("on_time", "late", "overdue", "not_due", "early", "plan_unknown")
    }
    due = rows[rows["outcome"].isin(["on_time", "late", "overdue"])]
    weight = int(due["villages"].sum())
    median = _median_delay(due)
    return OnTime(
        due=weight,
        on_time=number["on_time"],
        late=number["late"],
        overdue=number["overdue"],
        not_due=number["not_due"] + number["early"],
        plan_unknown=number["plan_unknown"],
        mean_delay_days=float((due["delay_days"] * due["villages"]).sum() / weight) if weight else None,
        median_delay_days=median,
        median_at_least_days=float(due["delay_days"].max()) if weight and median is None else None,
    )


def _median_delay(due: pd.DataFrame) -> float | None:
    """Kaplan and Meier's median of outcome, delay_days, villages; None where too many are overdue to tell."""
    leaving = due.groupby("delay_days")["villages"].sum()
    ended = due[due["outcome"] != "overdue"].groupby("delay_days")["villages"].sum()
    at_risk = leaving[::-1].cumsum()[::-1]
    still_late = (1 - ended.reindex(leaving.index, fill_value=0) / at_risk).cumprod()
    reached = still_late.index[still_late <= 0.5 + 1e-12]
    return float(reached[0]) if len(reached) else None
