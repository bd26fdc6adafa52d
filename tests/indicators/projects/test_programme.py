"""The programme's course on records worked out by hand, and against the pure functions on records made at random."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from programme_records import DISTRICT, LISTED, SOURCE, UNLISTED, WARD, by_hand, numbers, publish, wards

from indicators.database import Atlas
from indicators.measure import figure
from indicators.projects import counts, inspections, plan_and_done, records, stages, stuck
from indicators.projects.scoped import Scope
from indicators.scope import Chosen
from planning.done import progress
from planning.done.intervals import inspection_coverage, pass_rates

NATION = Scope("ZZ")
NEVER = None


@pytest.fixture(scope="module")
def atlas(mini_atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    return publish(mini_atlas, tmp_path_factory.mktemp("programme"), by_hand(mini_atlas))


# --- worked out by hand -----------------------------------------------------------------------------------


def test_now_is_the_last_day_on_record(atlas: Atlas) -> None:
    assert stages.last_day(atlas) == date(2012, 6, 30)


def test_each_project_is_counted_by_the_best_it_has(atlas: Atlas) -> None:
    found = counts.of_projects(atlas, NATION).set_index("project_id")
    assert list(found.index) == ["A", "B", "C"]  # D is a total of others
    assert list(found["counted_from"]) == ["villages", "milestones", "project"]
    assert list(found["planned_villages"]) == [4, 10, 18]  # C: 20 less 3 and 1 more
    assert list(found["opened_villages"].fillna(-1)) == [3, 12, -1]
    assert list(found["accepted_villages"].fillna(-1)) == [2, -1, -1]
    assert list(found["listed_villages"].fillna(-1)) == [5, -1, -1]
    assert list(found["evidence"]) == ["simulated", "declared", "declared"]  # as weak as the weakest village
    assert list(found["findings"]) == [1, 1, 0]


def test_sums_say_what_is_left_out(atlas: Atlas) -> None:
    totals = counts.totals(counts.of_projects(atlas, NATION))
    assert (totals.contracted_villages, totals.change_villages, totals.planned_villages) == (34, -2, 32)
    assert (totals.opened_villages, totals.accepted_villages) == (15, 2)
    done = figure(atlas, "completion", "ZZ")
    assert (done.numerator, done.denominator, done.left_out) == (
        15,
        14,
        1,
    )  # more than planned, and never cut
    assert (totals.unopened_projects, totals.unaccepted_projects, totals.beyond_projects) == (1, 2, 0)
    assert (totals.simulated_villages, totals.evidence) == (1, "simulated")


def test_funnel(atlas: Atlas) -> None:
    found = counts.funnel(atlas, NATION).set_index("state")
    reached = found["reached_villages"]
    assert reached["planned"] == 5 + 18 and reached["opened"] == 3 + 12 and reached["accepted"] == 2
    assert pd.isna(reached["cancelled"])
    assert list(found["projects_unknown"]) == [1, 1, 2, 0]
    assert list(found["now_villages"]) == [1, 1, 2, 1]
    assert list(found["median_days_now"]) == [181, 91, 75, 150]
    assert list(found["longest_days_now"]) == [181, 91, 90, 150]


def test_the_parts_of_the_nation_add_up_to_it(atlas: Atlas) -> None:
    parts = [counts.of_projects(atlas, Scope(region)) for region in wards(atlas, "ZZ")]
    whole = counts.totals(counts.of_projects(atlas, NATION))
    assert sum(len(one) for one in parts) == whole.projects
    assert sum(counts.totals(one).opened_villages or 0 for one in parts) == whole.opened_villages
    assert sum(counts.totals(one).planned_villages or 0 for one in parts) == whole.planned_villages


def test_a_part_of_a_project_is_counted_by_its_list_only(atlas: Atlas) -> None:
    ward = counts.of_projects(atlas, Scope(WARD))
    assert list(ward["project_id"]) == ["A"] and list(ward["planned_villages"]) == [5]  # those listed in the ward
    beyond = counts.of_projects(atlas, Scope(wards(atlas, "0102")[0]))
    assert list(beyond["counted_from"]) == ["beyond"] and beyond["opened_villages"].isna().all()
    totals = counts.totals(beyond)
    assert (totals.beyond_projects, totals.planned_villages, totals.opened_villages) == (1, None, None)
    assert counts.of_projects(atlas, Scope("0201")).empty


def test_filters(atlas: Atlas) -> None:
    def chosen(**asked: object) -> list[str]:
        return list(counts.of_projects(atlas, Scope("ZZ", **asked))["project_id"])  # type: ignore[arg-type]

    assert chosen(technology="radio") == ["C"]
    assert chosen(operator="telegraf") == ["A", "B"]
    assert chosen(project="B") == ["B"]
    assert chosen(batch=9) == []
    held = counts.options(atlas, "ZZ")
    assert held.technologies == ("radio", "wire") and set(held.operators) == {"telegraf", "radio"}
    assert {code: names["zh"] for code, names in held.projects.items()} == {
        "A": "Alpha",
        "B": "Beta <b>bold</b>",
        "C": "Gamma",
    }


def test_plan_against_done_by_month(atlas: Atlas) -> None:
    found = plan_and_done.curve(atlas, NATION)
    lines = {step: list(rows["villages"]) for step, rows in found.groupby("step")}
    assert lines == {"planned": [4, 14], "opened": [1, 7, 15], "accepted": [1, 2]}
    assert [f"{day:%m-%d}" for day in found.loc[found["step"] == "opened", "month_end"]] == ["02-29", "03-31", "05-31"]
    assert plan_and_done.undated(atlas, NATION) == {"planned": 1, "opened": 0, "accepted": 0}


def test_milestones_alone(atlas: Atlas) -> None:
    found = plan_and_done.milestone_curve(atlas, Scope("ZZ", project="B"))
    assert [(row.state, row.villages) for row in found.itertuples()] == [
        ("", 10),
        ("opened", 4),
        ("opened", 12),
    ]


def test_on_time_and_delay(atlas: Atlas) -> None:
    """A: 0, 10, 30 days and one unopened for 121; B: 4 in time and, up to its plan of 10, six 31 days late."""
    rate, delay = figure(atlas, "on_time_rate", "ZZ"), figure(atlas, "median_delay_days", "ZZ")
    assert (rate.denominator, rate.numerator, delay.numerator) == (14, 5, 1)
    assert rate.left_out == 18  # what was given up before it opened has no day to keep
    assert delay.value == 30
    only_a = figure(atlas, "on_time_rate", "ZZ", projects=Chosen(project="A"))
    assert (only_a.denominator, only_a.numerator) == (4, 1)


def test_stuck_by_a_number_of_days(atlas: Atlas) -> None:
    """The cancelled village is at its end, the accepted ones are through."""
    assert stuck.usual_days(atlas) == {}  # fewer than ten have left any state
    assert stuck.stuck(atlas, NATION, None, 10).empty
    found = stuck.stuck(atlas, NATION, 80, 10)
    assert list(found["village_id"]) == [LISTED[3], LISTED[2]] and list(found["days"]) == [181, 91]
    assert stuck.stuck_count(atlas, NATION, 100)["villages"].sum() == 1
    assert list(stuck.stuck(atlas, NATION, 80, 1, 1)["village_id"]) == [LISTED[2]]


def test_findings_of_what_is_shown(atlas: Atlas) -> None:
    assert counts.findings(atlas, NATION)["count"].sum() == 2
    assert list(counts.findings(atlas, Scope(DISTRICT))["example_project"]) == ["A"]
    assert counts.findings(atlas, Scope("0203")).empty


def test_inspections(atlas: Atlas) -> None:
    found = inspections.results(atlas, NATION)
    said = [(row.tested, row.passed, row.failed, row.repeated) for row in found.itertuples()]
    assert said == [(2, 2, 0, 1), (1, 1, 0, 0), (1, 0, 1, 0)]  # by chance, by hand, not said
    assert inspections.coverage(atlas, NATION, "accepted") == {"villages": 2, "inspected": 2, "inspected_outside": 2}
    assert inspections.coverage(atlas, NATION, "opened") == {"villages": 3, "inspected": 3, "inspected_outside": 1}
    assert list(inspections.failed(atlas, NATION, 5)["village_id"]) == [LISTED[2]]
    by_place = inspections.by_place(atlas, NATION, "region", "accepted")
    assert [
        (row.place_id, row.villages, row.inspected, row.tested, row.passed, row.other_tested)
        for row in by_place.itertuples()
    ] == [("0100", 2, 2, 2, 2, 2)]
    only_a = inspections.results(atlas, Scope("ZZ", project="A"))
    assert only_a["tested"].sum() == 3  # the inspection without a project is no project's


def test_whom_to_draw_from(atlas: Atlas) -> None:
    def ids(pool: str, is_unseen_only: bool = False) -> list[str]:
        return list(inspections.candidates(atlas, NATION, pool, is_unseen_only)["village_id"])

    assert ids("accepted") == [LISTED[0], LISTED[1]]
    assert ids("opened", True) == []
    assert ids("planned", True) == [LISTED[3], LISTED[4]]
    assert len(ids("register")) == 50 and UNLISTED in ids("register")


def test_records_of_one_project(atlas: Atlas) -> None:
    villages = records.villages(atlas, Scope("ZZ", project="A"), 2, 1)
    assert list(villages["village_id"]) == [LISTED[1], LISTED[2]]
    assert list(records.ledgers(atlas, NATION)["change_villages"]) == [-3, 1]
    assert list(records.findings(atlas, "A", 5)["village_id"]) == [LISTED[0]]
    assert records.payments(atlas, "A").empty and records.notices(atlas, "A").empty
    assert list(records.of_village(atlas, numbers(atlas)[LISTED[0]])["project_id"]) == ["A"]


# --- against the pure functions ---------------------------------------------------------------------------


def _random(atlas: Atlas, seed: int) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """One project with all settlements; days in every order, some of them missing, some inspected."""
    random = np.random.default_rng(seed)
    held = atlas.cursor().execute("SELECT place_no, place_id FROM village ORDER BY 1").df()
    n = len(held)

    def some(share: float) -> pd.Series:
        day = pd.Timestamp("2011-01-01") + pd.to_timedelta(random.integers(0, 500, n), unit="D")
        return pd.Series(day).where(random.random(n) < share)

    villages = held.assign(
        planned_date=some(0.9), opened_date=some(0.7), accepted_date=some(0.5), project_id="R", **SOURCE
    )
    state = np.where(villages["opened_date"].notna(), "opened", "planned")
    villages["state"] = np.where(villages["accepted_date"].notna(), "accepted", state)
    seen = villages[random.random(n) < 0.4]
    inspected = pd.DataFrame(
        {
            "project_id": "R",
            "place_id": seen["place_id"],
            "inspected_date": pd.Timestamp("2012-01-01"),
            "is_passed": random.random(len(seen)) < 0.8,
            "is_sampled": True,
            **SOURCE,
        }
    )
    project = pd.DataFrame(
        [
            {
                "project_id": "R",
                "scope": "project",
                "place_id": "ZZ",
                "name": "R",
                "technology": "wire",
                "contract_date": pd.Timestamp("2011-01-01"),
                "planned_villages": n,
                **SOURCE,
            }
        ]
    )
    return {
        "project": project,
        "project_village": villages.drop(columns="place_id"),
        "inspection": inspected,
    }, villages


@pytest.mark.parametrize("seed", range(4))
def test_the_queries_say_what_the_pure_functions_say(mini_atlas: Atlas, tmp_path: Path, seed: int) -> None:
    tables, villages = _random(mini_atlas, seed)
    atlas = publish(mini_atlas, tmp_path / f"random-{seed}", tables)
    today = stages.last_day(atlas)
    assert today is not None
    rate, delay = figure(atlas, "on_time_rate", "ZZ"), figure(atlas, "median_delay_days", "ZZ")
    wanted = progress.punctuality(villages, today)
    assert (rate.denominator, rate.numerator, delay.numerator) == (wanted.due, wanted.on_time, wanted.overdue)
    assert rate.left_out == wanted.plan_unknown
    median = wanted.median_at_least_days if wanted.median_delay_days is None else wanted.median_delay_days
    assert delay.value == median
    curve = plan_and_done.curve(atlas, NATION)
    months = progress.s_curve(villages, today).months.set_index("month_end")
    for row in curve.itertuples():
        assert months.loc[row.month_end, row.step] == row.villages
    for step in ("planned", "opened", "accepted"):
        last = curve.loc[curve["step"] == step, "villages"].iloc[-1]
        assert last == villages[f"{step}_date"].notna().sum()
    _inspected_alike(atlas, villages, tables["inspection"])


def _inspected_alike(atlas: Atlas, villages: pd.DataFrame, inspected: pd.DataFrame) -> None:
    rate = pass_rates(inspected.rename(columns={"is_passed": "has_passed"})).iloc[0]
    found = inspections.results(atlas, NATION).iloc[0]
    assert (found["passed"], found["tested"]) == (rate["passed"], rate["tested"])
    joined = villages.merge(inspected[["place_id", "inspected_date"]], on="place_id", how="left")
    wanted = inspection_coverage(joined, "accepted").iloc[0]
    seen = inspections.coverage(atlas, NATION, "accepted")
    assert seen == {name: int(wanted[name]) for name in ("villages", "inspected", "inspected_outside")}


def test_stays_that_are_usual_are_those_of_the_pure_functions(mini_atlas: Atlas, tmp_path: Path) -> None:
    tables, villages = _random(mini_atlas, 9)
    after = pd.to_timedelta(np.random.default_rng(9).integers(10, 200, len(villages)), unit="D")
    villages["accepted_date"] = (villages["opened_date"] + after).where(villages["accepted_date"].notna())
    is_accepted, is_opened = villages["accepted_date"].notna(), villages["opened_date"].notna()
    villages["state"] = np.where(is_accepted, "accepted", np.where(is_opened, "opened", "planned"))
    tables["project_village"] = villages.drop(columns="place_id")
    atlas = publish(mini_atlas, tmp_path / "stays", tables)
    today = stages.last_day(atlas)
    assert today is not None
    history = progress.events(
        villages.assign(contract_date=pd.Timestamp("2011-01-01")),
        "place_no",
        {"planned": "contract_date", "opened": "opened_date", "accepted": "accepted_date"},
    )
    finished = progress.stays(history, today).query("not is_open").groupby("state")["days"]
    wanted = finished.quantile(stuck.STUCK_QUANTILE)[finished.size() >= stuck.LEAST_FINISHED]
    assert stuck.usual_days(atlas) == pytest.approx(wanted.to_dict())
    assert wanted.index.tolist() == ["opened", "planned"]


# --- as published -----------------------------------------------------------------------------------------


@pytest.mark.national
def test_yongzhou_and_chengde(national_atlas: Atlas) -> None:
    found = counts.of_projects(national_atlas, Scope("100000")).set_index("project_id")
    one = found.loc["yongzhou-1"]
    assert (one["planned_villages"], one["opened_villages"], one["counted_from"]) == (593, 598, "milestones")
    chengde = found.loc["chengde-1"]
    assert (chengde["contracted_villages"], chengde["change_villages"], chengde["planned_villages"]) == (749, -13, 736)
    punctual = figure(national_atlas, "on_time_rate", "431100")
    assert (punctual.denominator, punctual.numerator) == (593, 593)
    assert figure(national_atlas, "median_delay_days", "431100").value == 0
