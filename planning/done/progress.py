"""How far a programme is: plan against done, days in each state, what is stuck, on time or late.

Dates are columns of day values; a missing one means "has not happened, or nobody said". Nothing after `as_of`
is known on `as_of`, which is taken at the end of its day: a village opened later counts as not opened yet.
What is unfinished is never left out: its delay runs up to `as_of` and is a lower bound.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import CensoredData, ecdf

#: The steps of the S-curve and their columns.
STEPS = {"planned": "planned_date", "opened": "opened_date", "accepted": "accepted_date"}


@dataclass(frozen=True)
class SCurve:
    """Cumulative villages by month. `months`: month_end, planned, opened, accepted; the last two are missing
    for months that end after as_of's month. Each step: villages == dated + undated (+ after_as_of, if not
    planned)."""

    months: pd.DataFrame
    villages: int
    undated: dict[str, int]  # step → villages without its date
    after_as_of: dict[str, int]  # step → villages dated after as_of, not drawn


@dataclass(frozen=True)
class Completion:
    """Done of planned. More than the plan stays more than 1 (598 opened of 593 planned: 1.0084)."""

    share: float  # NaN without a plan
    done: int
    planned: int
    above_plan: int  # villages beyond the plan, 0 if none


@dataclass(frozen=True)
class Punctuality:
    """On time and late, over the villages whose planned day has come by as_of.

    due == on_time + late + overdue; villages == due + not_due + plan_unknown. A village that came early
    counts as no delay: it does not make up for another's. With overdue villages the mean is "at least". The
    median is Kaplan and Meier's, which knows that an overdue village's delay is not over; it is None where
    too many are unfinished to tell, and then the median is at least `median_at_least_days`.
    """

    villages: int
    due: int
    on_time: int
    late: int
    overdue: int  # due, and not opened by as_of
    not_due: int  # planned for later; those opened already are `early`
    early: int
    plan_unknown: int
    on_time_rate: float  # of the due, 0–1; NaN without any
    mean_delay_days: float  # of the due, the overdue counted up to as_of
    is_at_least: bool  # the mean: some are unfinished
    median_delay_days: float | None
    median_at_least_days: float | None  # set where the median is None


def s_curve(villages: pd.DataFrame, as_of: date) -> SCurve:
    """Cumulative planned, opened and accepted villages at the end of each month, from STEPS' columns."""
    days = {step: _days(villages[column]) for step, column in STEPS.items()}
    today = pd.Timestamp(as_of)
    drawn = {step: day.where((day <= today) | (step == "planned")) for step, day in days.items()}
    known = pd.concat(list(drawn.values())).dropna()
    months = pd.period_range(known.min(), max(known.max(), today), freq="M") if len(known) else []
    table = pd.DataFrame({"month_end": pd.to_datetime([month.end_time.normalize() for month in months])})
    for step, day in drawn.items():
        counts = day.dropna().dt.to_period("M").value_counts().reindex(months, fill_value=0).cumsum()
        table[step] = pd.array(counts.to_numpy(), dtype="Int64")
        if step != "planned":
            table[step] = table[step].where([month <= today.to_period("M") for month in months])
    return SCurve(
        months=table,
        villages=len(villages),
        undated={step: int(day.isna().sum()) for step, day in days.items()},
        after_as_of={step: int((day > today).sum()) for step, day in days.items() if step != "planned"},
    )


def events(records: pd.DataFrame, record: str, states: Mapping[str, str]) -> pd.DataFrame:
    """A history out of date columns, {"opened": "opened_date", …} in the order of the states: record_id,
    state, date. Missing dates give no row."""
    parts = [
        pd.DataFrame({"record_id": records[record], "state": state, "date": _days(records[column])})
        for state, column in states.items()
    ]
    return pd.concat(parts, ignore_index=True).dropna(subset=["date"]).reset_index(drop=True)


def stays(history: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """How long each record was in each state, out of record_id, state, date (the day it was entered).

    Returns record_id, state, entered_date, left_date (missing: still in it on as_of), days, is_open, sorted
    by record and day; on the same day the order of the rows counts. Rows without a date or after as_of are
    not known on as_of and left out. A state entered twice is two stays; one entered again while in it is one.
    """
    if history["record_id"].isna().any():
        raise ValueError("a row of a history needs the record_id it belongs to")
    rows = history[["record_id", "state"]].assign(entered_date=_days(history["date"]))
    rows = rows[rows["entered_date"] <= pd.Timestamp(as_of)]
    numbers = pd.factorize(rows["record_id"], sort=True)[0]  # texts are compared once, here
    rows = rows.assign(number=numbers).sort_values(["number", "entered_date"], kind="stable")
    rows = rows[rows["state"] != rows.groupby("number")["state"].shift()].reset_index(drop=True)
    rows["left_date"] = rows.groupby("number")["entered_date"].shift(-1)
    rows["days"] = (rows["left_date"].fillna(pd.Timestamp(as_of)) - rows["entered_date"]).dt.days
    return rows.drop(columns="number").assign(is_open=rows["left_date"].isna())


def clock(stays: pd.DataFrame, states: Sequence[str]) -> pd.DataFrame:
    """The funnel with its clock, one row per state in the order given, then any other state found: state, now
    (records in it), reached (records that were ever in it), median_days_now and longest_days_now of those in
    it."""
    found = [*states, *sorted(set(stays["state"].dropna().unique()) - set(states))]
    now = stays[stays["is_open"]].groupby("state")["days"].agg(["size", "median", "max"]).reindex(found)
    reached = stays.groupby("state")["record_id"].nunique().reindex(found, fill_value=0)
    return pd.DataFrame(
        {
            "state": found,
            "now": now["size"].fillna(0).astype(int).to_numpy(),  # no stay is a true zero
            "reached": reached.to_numpy(),
            "median_days_now": now["median"].to_numpy(),
            "longest_days_now": now["max"].to_numpy(),
        }
    )


def stuck(
    stays: pd.DataFrame,
    final_states: Sequence[str] = (),
    quantile: float = 0.9,
    most_days: Mapping[str, int] | None = None,
    least_finished: int = 10,
) -> pd.DataFrame:
    """Records that are longer in their state than the rule allows, the longest first: the open stays'
    columns, then threshold_days and rule ("days" or "quantile").

    The rule: more than `most_days[state]`, where given; else more than the `quantile` of the finished stays
    in the same state (how long the others took), where at least `least_finished` are known; else nothing is
    called stuck. Nobody is stuck in a final state.
    """
    if not 0 < quantile < 1:
        raise ValueError(f"quantile is between 0 and 1, not {quantile}")
    finished = stays[~stays["is_open"]].groupby("state")["days"].agg(["size", lambda days: days.quantile(quantile)])
    finished.columns = ["size", "threshold"]
    by_others = finished.loc[finished["size"] >= least_finished, "threshold"].to_dict()
    given = dict(most_days or {})
    open_stays = stays[stays["is_open"] & ~stays["state"].isin(list(final_states))]
    judged = open_stays.assign(
        threshold_days=open_stays["state"].map({**by_others, **given}).astype(float),
        rule=np.where(open_stays["state"].isin(list(given)), "days", "quantile"),
    )
    late = judged[judged["days"] > judged["threshold_days"]]
    return late.sort_values(["days", "record_id"], ascending=[False, True], ignore_index=True)


def completion(done: int, planned: int) -> Completion:
    """Done of planned, never cut at 100 %."""
    if done < 0 or planned < 0:
        raise ValueError(f"{done} done of {planned} planned: counts are zero or more")
    return Completion(done / planned if planned else float("nan"), done, planned, max(done - planned, 0))


def delays(villages: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """planned_date and opened_date with delay_days (negative: early) and outcome.

    Outcomes: on_time, late, overdue (not opened by as_of; its delay runs up to as_of and is a lower bound),
    early (opened before a day still to come), not_due, plan_unknown. The last two have no delay.
    """
    today = pd.Timestamp(as_of)
    planned, opened = _days(villages["planned_date"]), _days(villages["opened_date"])
    is_open, is_due = opened <= today, planned <= today
    conditions: dict[str, Any] = {
        "plan_unknown": planned.isna(),
        "early": ~is_due & is_open,
        "not_due": ~is_due,
        "overdue": ~is_open,
        "late": opened > planned,
    }
    outcome = pd.Series(np.select(list(conditions.values()), list(conditions), "on_time"), index=villages.index)
    until = opened.where(is_open).fillna(today)
    delay_days = (until - planned).dt.days.where(~outcome.isin(["plan_unknown", "not_due"]))
    return villages.assign(outcome=outcome, delay_days=delay_days)


def punctuality(villages: pd.DataFrame, as_of: date) -> Punctuality:
    """On-time rate and delay of the villages that are due; see Punctuality for what is counted how."""
    judged = delays(villages, as_of)
    counts = judged["outcome"].value_counts()
    number = {name: int(counts.get(name, 0)) for name in ("on_time", "late", "overdue", "early", "not_due")}
    due = number["on_time"] + number["late"] + number["overdue"]
    rows = judged[judged["outcome"].isin(["on_time", "late", "overdue"])]
    delay_days = rows["delay_days"].clip(lower=0).to_numpy(dtype=float)
    median, at_least = _median_days(delay_days, (rows["outcome"] == "overdue").to_numpy())
    return Punctuality(
        villages=len(judged),
        due=due,
        on_time=number["on_time"],
        late=number["late"],
        overdue=number["overdue"],
        not_due=number["not_due"] + number["early"],
        early=number["early"],
        plan_unknown=int(counts.get("plan_unknown", 0)),
        on_time_rate=number["on_time"] / due if due else float("nan"),
        mean_delay_days=float(delay_days.mean()) if due else float("nan"),
        is_at_least=number["overdue"] > 0,
        median_delay_days=median,
        median_at_least_days=at_least,
    )


def _median_days(delay_days: np.ndarray, unfinished: np.ndarray) -> tuple[float | None, float | None]:
    """Kaplan and Meier's median, or the longest delay seen, which the median is at least; (None, None) of
    nothing."""
    if not len(delay_days):
        return None, None
    survival = ecdf(CensoredData.right_censored(delay_days, unfinished)).sf
    reached = survival.quantiles[survival.probabilities <= 0.5 + 1e-12]
    return (float(reached[0]), None) if len(reached) else (None, float(delay_days.max()))


def _days(column: pd.Series) -> pd.Series:
    """Whole days, without the time of day; raises ValueError for what is no date."""
    return pd.to_datetime(column).dt.normalize()
