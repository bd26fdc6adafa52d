"""Progress worked out by hand, and what must hold for any dates: parts add up, the unfinished are in."""

from __future__ import annotations

import math
from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.done.progress import clock, completion, delays, events, punctuality, s_curve, stays, stuck

QUICK = settings(max_examples=60, deadline=None)  # machines are shared

AS_OF = date(2017, 9, 15)
days = st.one_of(st.none(), st.dates(date(2016, 8, 1), date(2018, 3, 31)))


def frame(*rows: tuple[str | date | None, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["planned_date", "opened_date", "accepted_date"], dtype=object)


def past(*rows: tuple[str, str, str | None]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["record_id", "state", "date"])


def test_s_curve_by_hand() -> None:
    curve = s_curve(
        frame(
            ("2017-06-30", "2017-06-01", "2017-08-29"),
            ("2017-06-30", "2017-08-02", None),
            ("2017-10-31", "2017-10-05", None),  # opened after as_of: not known yet
            (None, "2017-07-15", None),
        ),
        AS_OF,
    )
    table = curve.months
    assert table["month_end"].dt.strftime("%m-%d").tolist() == ["06-30", "07-31", "08-31", "09-30", "10-31"]
    assert table["planned"].tolist() == [2, 2, 2, 2, 3]
    assert table["opened"].tolist()[:4] == [1, 2, 3, 3] and table["opened"].isna().tolist()[4]
    assert table["accepted"].tolist()[:4] == [0, 0, 1, 1]
    assert (curve.villages, curve.undated) == (4, {"planned": 1, "opened": 0, "accepted": 3})
    assert curve.after_as_of == {"opened": 1, "accepted": 0}


def test_no_dates_no_curve() -> None:
    curve = s_curve(frame((None, None, None)), AS_OF)
    assert len(curve.months) == 0 and curve.undated == {"planned": 1, "opened": 1, "accepted": 1}


@QUICK
@given(st.lists(st.tuples(days, days, days), max_size=30))
def test_curves_rise_to_what_is_dated(rows: list[tuple[date | None, ...]]) -> None:
    curve = s_curve(frame(*rows), AS_OF)
    for step in ("planned", "opened", "accepted"):
        line = curve.months[step].dropna()
        assert line.is_monotonic_increasing
        last = int(line.iloc[-1]) if len(line) else 0
        assert last + curve.undated[step] + curve.after_as_of.get(step, 0) == curve.villages


def test_days_in_state_by_hand() -> None:
    history = past(
        ("p2", "build", "2017-09-01"),
        ("p1", "build", "2017-07-01"),
        ("p1", "open", "2017-07-31"),
        ("p1", "build", "2017-08-10"),  # back for repair
        ("p1", "build", "2017-08-12"),  # said twice
        ("p1", "open", "2017-10-01"),  # after as_of
        ("p3", "build", None),
    )
    table = stays(history, AS_OF)
    assert table["record_id"].tolist() == ["p1", "p1", "p1", "p2"]
    assert table["state"].tolist() == ["build", "open", "build", "build"]
    assert table["days"].tolist() == [30, 10, 36, 14]
    assert table["is_open"].tolist() == [False, False, True, True]


def test_two_moves_on_one_day_keep_their_order() -> None:
    table = stays(past(("p", "a", "2017-01-01"), ("p", "b", "2017-01-01"), ("p", "c", "2017-01-05")), AS_OF)
    assert table["state"].tolist() == ["a", "b", "c"] and table["days"].tolist()[:2] == [0, 4]


def test_the_funnel_with_its_clock() -> None:
    history = past(
        ("p1", "build", "2017-09-01"),
        ("p1", "open", "2017-09-05"),
        ("p2", "build", "2017-09-10"),
        ("p3", "build", "2017-08-16"),
        ("p4", "halted", "2017-09-14"),
    )
    table = clock(stays(history, AS_OF), ["build", "open", "accepted"]).set_index("state")
    assert table.index.tolist() == ["build", "open", "accepted", "halted"]
    assert table["now"].tolist() == [2, 1, 0, 1]
    assert table["reached"].tolist() == [3, 1, 0, 1]
    assert table.loc["build", ["median_days_now", "longest_days_now"]].tolist() == [17.5, 30]
    assert math.isnan(table.loc["accepted", "median_days_now"])


def test_events_out_of_date_columns() -> None:
    villages = frame(("2017-06-30", "2017-06-01", None)).assign(village_id=["v1"])
    table = events(villages, "village_id", {"opened": "opened_date", "accepted": "accepted_date"})
    assert table["record_id"].tolist() == ["v1"] and table["state"].tolist() == ["opened"]
    assert table["date"].tolist() == [pd.Timestamp("2017-06-01")]


def ten_finished() -> pd.DataFrame:
    """Ten records that took 10, 20, … 100 days to build, and two that are still building: 91 and 92 days."""
    start = date(2017, 1, 1)
    rows = [(f"f{n}", "build", str(start)) for n in range(1, 11)]
    rows += [(f"f{n}", "open", str(start + timedelta(days=10 * n))) for n in range(1, 11)]
    rows += [(f"s{n}", "build", str(AS_OF - timedelta(days=n))) for n in (91, 92)]
    return stays(past(*rows), AS_OF)


def test_stuck_is_longer_than_nine_in_ten_of_the_others() -> None:
    table = ten_finished()
    # the 0.9-quantile of 10 … 100 is 91: 91 days are not more than it
    late = stuck(table, final_states=["open"])
    assert late["record_id"].tolist() == ["s92"]
    assert late[["threshold_days", "rule"]].iloc[0].tolist() == [91, "quantile"]
    assert len(stuck(table, ["open"], least_finished=11)) == 0


def test_stuck_is_longer_than_the_days_given() -> None:
    late = stuck(ten_finished(), final_states=["open"], most_days={"build": 90})
    assert late["record_id"].tolist() == ["s92", "s91"]
    assert late["rule"].unique().tolist() == ["days"]
    final = stuck(ten_finished(), most_days={"open": 200})
    assert set(final["state"]) == {"build", "open"}
    with pytest.raises(ValueError, match="quantile"):
        stuck(ten_finished(), quantile=90)


def test_completion_is_never_cut() -> None:
    done = completion(598, 593)
    assert done.share == pytest.approx(1.00843, abs=1e-5) and done.above_plan == 5
    assert completion(193, 593).above_plan == 0
    assert math.isnan(completion(3, 0).share)
    with pytest.raises(ValueError, match="zero or more"):
        completion(-1, 593)


def test_punctuality_by_hand() -> None:
    villages = frame(
        ("2017-08-31", "2017-07-01", None),  # early, no delay
        ("2017-08-31", "2017-08-31", None),  # on the day
        ("2017-08-31", "2017-09-10", None),  # 10 days late
        ("2017-08-31", None, None),  # at least 15
        ("2017-08-31", "2017-09-20", None),  # opened after as_of: at least 15
        ("2017-12-31", "2017-09-01", None),  # before a day still to come
        ("2017-12-31", None, None),
        (None, "2017-09-01", None),
    )
    table = delays(villages, AS_OF)
    assert table["outcome"].tolist() == [
        *["on_time", "on_time", "late", "overdue", "overdue"],
        *["early", "not_due", "plan_unknown"],
    ]
    assert table["delay_days"].tolist()[:6] == [-61, 0, 10, 15, 15, -121]
    assert table["delay_days"].isna().tolist()[6:] == [True, True]
    result = punctuality(villages, AS_OF)
    assert (result.due, result.on_time, result.late, result.overdue) == (5, 2, 1, 2)
    assert (result.not_due, result.early, result.plan_unknown) == (2, 1, 1)
    assert result.on_time_rate == 0.4
    assert result.mean_delay_days == (0 + 0 + 10 + 15 + 15) / 5 and result.is_at_least
    assert result.median_delay_days == 10  # three of five are known to be 10 or less


def test_a_day_is_over_at_its_end() -> None:
    """A report of the last planned day may not leave out those who missed it."""
    result = punctuality(frame(("2017-09-15", "2017-09-15", None), ("2017-09-15", None, None)), AS_OF)
    assert (result.on_time, result.overdue, result.on_time_rate) == (1, 1, 0.5)


def test_a_median_that_is_not_known_yet() -> None:
    result = punctuality(frame(("2017-09-01", "2017-09-01", None), *[("2017-09-01", None, None)] * 2), AS_OF)
    assert result.median_delay_days is None and result.median_at_least_days == 14


def test_nothing_due() -> None:
    result = punctuality(frame((None, None, None)), AS_OF)
    assert math.isnan(result.on_time_rate) and math.isnan(result.mean_delay_days)
    assert result.median_delay_days is None and result.median_at_least_days is None
    assert punctuality(frame(), AS_OF).villages == 0


@QUICK
@given(st.lists(st.tuples(days, days, days), min_size=1, max_size=40))
def test_every_village_is_in_one_part(rows: list[tuple[date | None, ...]]) -> None:
    result = punctuality(frame(*rows), AS_OF)
    assert result.due == result.on_time + result.late + result.overdue
    assert result.villages == len(rows) == result.due + result.not_due + result.plan_unknown
    assert result.overdue or not result.is_at_least


@QUICK
@given(st.lists(st.tuples(st.dates(date(2016, 8, 1), AS_OF), st.dates(date(2016, 8, 1), AS_OF)), min_size=1))
def test_with_all_finished_the_median_is_the_usual_one(rows: list[tuple[date, date]]) -> None:
    """Kaplan and Meier's without anything unfinished: the lower median of the delays."""
    result = punctuality(frame(*[(planned, opened, None) for planned, opened in rows]), AS_OF)
    late_days = sorted(max((opened - planned).days, 0) for planned, opened in rows)
    assert result.median_delay_days == late_days[(len(late_days) - 1) // 2]
    assert result.mean_delay_days == pytest.approx(sum(late_days) / len(late_days))


@QUICK
@given(st.lists(st.tuples(days, days), min_size=1, max_size=30), st.integers(1, 200))
def test_waiting_longer_never_lowers_the_mean_of_the_same_villages(
    rows: list[tuple[date | None, date | None]], wait: int
) -> None:
    villages = frame(*[(planned, opened, None) for planned, opened in rows])
    now, then = delays(villages, AS_OF), delays(villages, AS_OF + timedelta(days=wait))
    both = now["outcome"].isin(["on_time", "late", "overdue"])
    assert (then.loc[both, "delay_days"] >= now.loc[both, "delay_days"]).all()


def test_what_is_no_date_is_refused() -> None:
    with pytest.raises(ValueError):
        s_curve(frame(("soon", None, None)), AS_OF)


def test_a_row_of_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="record_id"):
        stays(past((None, "open", "2017-01-01")), AS_OF)  # type: ignore[arg-type]
