"""Priority under a budget: the worked example, brute force, what must hold of any programme, and bad input.

More than 400 lines: one model, held against a search through all choices.
"""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from planning.priority import choose as priority
from planning.priority import infeasible, relaxation
from planning.priority.choose import Plan, best_plan
from planning.priority.demands import STARTED, Contradiction, Lot, PriorityError, Programme, Quota, rows_of
from planning.priority.infeasible import Infeasible
from planning.priority.relaxation import relax
from planning.priority.tradeoffs import frontier, gain_of_more, price_of_rules
from planning.solver.highs import Model

FOUR = pd.DataFrame(
    {
        "cost_yuan": [300_000, 200_000, 500_000, 250_000],
        "population_persons": [900, 500, 1200, 300],
        "is_border": [False, False, False, True],
    },
    index=list("ABCD"),
)
BUDGET_YUAN = 800_000
BORDER = Quota("is_border", True, least=1, name="border floor")


def chosen(plan: Plan) -> str:
    return "".join(sorted(plan.chosen.villages))


def test_greedy_beside_optimum() -> None:
    plan = best_plan(Programme(FOUR, BUDGET_YUAN))
    assert (chosen(plan), plan.chosen.population_persons, plan.chosen.cost_yuan) == ("AC", 2100, 800_000)
    assert ("".join(plan.greedy.villages), plan.greedy.population_persons) == ("ABD", 1700)
    assert (plan.status, plan.gap, plan.bound) == ("optimal", 0, 2100)


def test_a_started_project_is_in_and_its_price_is_told() -> None:
    programme = Programme(FOUR.assign(is_started=[False, False, False, True]), BUDGET_YUAN)
    plan = best_plan(programme)
    assert "D" in chosen(plan) and plan.chosen.population_persons == 1700
    assert price_of_rules(programme, plan).set_index("label").loc[STARTED, "cost"] == 400


def test_the_border_floor_costs_400_people() -> None:
    programme = Programme(FOUR, BUDGET_YUAN, quotas=(BORDER,))
    plan = best_plan(programme)
    assert plan.chosen.population_persons == 1700
    [row] = price_of_rules(programme, plan).to_dict("records")
    assert (row["label"], row["cost"], row["cost_low"], row["cost_high"]) == ("border floor", 400, 400, 400)
    reached = plan.rules.set_index("label")["reached"]
    assert (reached["border floor"], reached["budget"]) == (1, plan.chosen.cost_yuan)


def test_the_shadow_of_a_million_and_the_same_by_solving_again() -> None:
    """The linear price is that of the village that was split (C: 1,200 people for half a million)."""
    programme = Programme(FOUR, BUDGET_YUAN)
    plan = best_plan(programme)
    assert plan.shadow_per_million_yuan == pytest.approx(2400) and plan.shadow_method == "LP dual"
    assert gain_of_more(programme, plan, added_yuan=200_000) == (500, 500)  # B fits then
    rich = Programme(FOUR, 100e6)
    assert best_plan(rich).shadow_per_million_yuan == pytest.approx(0)
    assert gain_of_more(rich, best_plan(rich)) == (0, 0)


def test_the_frontier_rises_and_says_where_the_rules_cannot_be_met() -> None:
    table = frontier(Programme(FOUR, BUDGET_YUAN, quotas=(BORDER,)), points=5, gap=0.0)
    assert table["budget_yuan"].tolist() == [250_000, 500_000, 750_000, 800_000, 1_000_000, 1_250_000]
    assert table["objective"].tolist() == [300, 800, 1700, 1700, 2000, 2900]
    low = frontier(Programme(FOUR, BUDGET_YUAN, quotas=(BORDER,)), budgets_yuan=[100_000, 250_000])
    assert low["status"].tolist() == ["infeasible", "optimal"] and np.isnan(low["objective"].iloc[0])
    assert frontier(Programme(FOUR, BUDGET_YUAN), should_stop=lambda: True).empty


def test_other_aims() -> None:
    assert best_plan(Programme(FOUR, BUDGET_YUAN, aim="villages")).chosen.objective == 3
    weights = {"population_persons": 1.0, "is_border": 5000.0}
    score = best_plan(Programme(FOUR, BUDGET_YUAN, aim="score", weights=weights))
    assert chosen(score) == "ABD" and score.chosen.objective == 6700


def test_lots_are_taken_whole_or_from_their_least_on() -> None:
    villages = FOUR.assign(county=["x", "y", "x", "y"])
    whole = best_plan(Programme(villages, 500_000, lot=Lot("county")))
    assert chosen(whole) == "BD" and whole.greedy.keeps_all_rules  # x costs 800,000
    two = best_plan(Programme(villages, BUDGET_YUAN, lot=Lot("county", 2)))
    assert chosen(two) == "AC"
    assert best_plan(Programme(villages, BUDGET_YUAN, lot=Lot("county", 5))).chosen.objective == 2100


def test_unknown_people_add_nothing_and_are_counted() -> None:
    villages = FOUR.assign(population_persons=[None, 500, 1200, 300])
    plan = best_plan(Programme(villages, 100e6, quotas=(Quota("is_border", False, least=3),)))
    assert chosen(plan) == "ABCD"  # A only for the quota's sake
    assert (plan.chosen.population_persons, plan.chosen.people_unknown, plan.gain_unknown) == (2000, 1, 1)


def test_unknown_costs_cannot_be_planned_and_are_counted() -> None:
    plan = best_plan(Programme(FOUR.assign(cost_yuan=[300_000, 200_000, None, 250_000]), BUDGET_YUAN))
    assert chosen(plan) == "ABD" and plan.left_out_cost_unknown == 1
    with pytest.raises(PriorityError, match="C is started and its cost is unknown"):
        Programme(FOUR.assign(cost_yuan=[1, 1, None, 1], is_started=[False, False, True, False]), BUDGET_YUAN)


# Infeasible inputs name the rule.


def test_a_floor_beyond_the_budget_is_named() -> None:
    with pytest.raises(Infeasible) as raised:
        best_plan(Programme(FOUR, 200_000, quotas=(BORDER,)))
    [unmet] = raised.value.unmet
    assert (unmet.label, unmet.least, unmet.reachable) == ("border floor", 1, 0)
    assert raised.value.any_of == ["budget", "border floor"]


def test_a_floor_beyond_its_group_is_named() -> None:
    with pytest.raises(Infeasible, match=r"border floor.* 3 villages demanded, 1 possible") as raised:
        best_plan(Programme(FOUR, 100e6, quotas=(replace(BORDER, least=3),)))
    assert raised.value.any_of == ["border floor"]


def test_started_villages_beyond_the_budget_are_named() -> None:
    with pytest.raises(Infeasible, match="budget: started villages take 500,000 yuan of 400,000"):
        best_plan(Programme(FOUR.assign(is_started=[False, False, True, False]), 400_000))


def test_contradictory_quotas_are_named() -> None:
    quotas = (BORDER, Quota("is_border", True, measure="persons", most=100, name="few people"))
    with pytest.raises(Infeasible) as raised:
        best_plan(Programme(FOUR, 100e6, quotas=quotas))
    assert [unmet.label for unmet in raised.value.unmet] == ["border floor"]
    assert raised.value.any_of == ["border floor", "few people"]


def test_at_least_more_than_at_most_is_a_contradiction_and_no_small_budget() -> None:
    floor, cap = Quota("is_border", least=3, name="floor"), Quota("is_border", most=1, name="cap")
    with pytest.raises(Contradiction, match="floor asks for at least 3 and cap for at most 1"):
        Programme(FOUR, BUDGET_YUAN, quotas=(floor, cap))
    with pytest.raises(Contradiction):
        Programme(FOUR, BUDGET_YUAN, quotas=(Quota("is_border", True, least=2, name="own"), cap))
    Programme(FOUR, BUDGET_YUAN, quotas=(Quota("is_border", measure="yuan", least=2, name="money"), cap))


def test_a_group_that_nobody_is_in() -> None:
    with pytest.raises(Infeasible, match="villages by province = 99"):
        best_plan(Programme(FOUR.assign(province="11"), 100e6, quotas=(Quota("province", "99", least=1),)))


# Bad input.


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Programme(FOUR, -1), "budget_yuan"),
        (lambda: Programme(FOUR, float("nan")), "budget_yuan"),
        (lambda: Programme(FOUR.assign(population_persons=np.nan), 1e6), "no village's population is known"),
        (lambda: Programme(FOUR.assign(population_persons=-1), 1e6), "population_persons of A"),
        (lambda: Programme(pd.concat([FOUR, FOUR]), 1e6), "A is there twice"),
        (lambda: Programme(FOUR, 1e6, aim="score"), "weights"),
        (lambda: Programme(FOUR, 1e6, aim="score", weights={"is_border": -1.0}), "weights"),
        (lambda: Programme(FOUR, 1e6, quotas=(BORDER, BORDER)), "same name"),
        (lambda: Quota("is_border", True), "neither"),
        (lambda: Quota("is_border", True, least=2, most=1), "more than the most"),
        (lambda: Quota("is_border", True, least=-1), "0 or more"),
        (lambda: Lot("county", 0), "one village or more"),
        (lambda: best_plan(Programme(FOUR, 1e6, quotas=(Quota("county", least=1),))), "county is missing"),
        (lambda: best_plan(Programme(FOUR.assign(cost_yuan=-5), 1e6)), "cost_yuan of A"),
    ],
)
def test_what_cannot_be_is_refused(make: Any, message: str) -> None:
    with pytest.raises(PriorityError, match=message):
        make()


def test_budget_of_nothing_and_of_a_hundred_times_the_need() -> None:
    nothing = best_plan(Programme(FOUR, 0))
    assert (chosen(nothing), nothing.chosen.objective, nothing.gap) == ("", 0, 0)
    everything = best_plan(Programme(FOUR, 125e6))
    assert chosen(everything) == "ABCD" and everything.gap == 0
    assert best_plan(Programme(FOUR.iloc[:0], 1e6)).chosen.objective == 0


# Large ones: the same search as a country's, and it always ends.


def country(villages: int, provinces: int = 31, seed: int = 3) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "cost_yuan": random.lognormal(12.6, 0.5, villages).round(-2),
            "population_persons": random.lognormal(6.5, 0.6, villages).round(),
            "province_id": random.integers(0, provinces, villages),
            "is_border": random.random(villages) < 0.05,
        }
    )


@pytest.mark.parametrize("provinces", [1, 31])
def test_many_villages_to_a_proven_gap(provinces: int) -> None:
    villages = country(6000, provinces)
    quotas = (
        Quota("province_id", least=360 / provinces // 1, most=3600 / provinces // 1),
        Quota("is_border", True, least=100, name="border"),
    )
    plan = best_plan(Programme(villages, 360e6, quotas=quotas))
    assert plan.status == "optimal" and plan.gap <= 1e-4
    assert plan.chosen.keeps_all_rules and plan.chosen.cost_yuan <= 360e6
    picked = villages.loc[plan.chosen.villages]
    counts = picked["province_id"].value_counts()
    assert counts.between(quotas[0].least, quotas[0].most).all() and len(counts) == provinces
    assert picked["is_border"].sum() >= 100
    assert plan.chosen.objective == picked["population_persons"].sum()
    assert not plan.greedy.keeps_all_rules or plan.chosen.objective >= plan.greedy.objective
    assert plan.bound <= villages["population_persons"].sum()


@pytest.mark.parametrize("least", [5, 15, None])
def test_many_villages_in_lots_to_a_proven_gap(least: int | None) -> None:
    """None: all villages of a county or none."""
    villages = country(6000).assign(county=lambda frame: frame["province_id"] * 10 + frame.index % 10)
    quotas = (
        Quota("province_id", least=15, most=120),
        Quota("is_border", True, least=60, name="border"),
    )
    plan = best_plan(Programme(villages, 360e6, quotas=quotas, lot=Lot("county", least)))
    assert plan.status == "optimal" and plan.gap <= 1e-4 and plan.chosen.keeps_all_rules
    picked = villages.loc[plan.chosen.villages]
    sizes = villages["county"].value_counts()
    wanted = sizes if least is None else sizes.clip(upper=least)
    held = picked["county"].value_counts()
    assert (held >= wanted[held.index]).all()
    assert picked["province_id"].value_counts().between(15, 120).all() and picked["is_border"].sum() >= 60
    assert picked["cost_yuan"].sum() <= 360e6
    assert plan.chosen.objective == picked["population_persons"].sum() <= plan.bound


def another_solver(model: Model, *, presolve: bool = True) -> Any:
    """The relaxed model as SciPy solves it."""
    has_low, has_high = np.isfinite(model.row_low), np.isfinite(model.row_high)
    return linprog(
        -model.gain,
        A_ub=scipy.sparse.vstack([model.rows[has_high], -model.rows[has_low]]),
        b_ub=np.concatenate([model.row_high[has_high], -model.row_low[has_low]]),
        bounds=(0, 1),
        method="highs",
        options={"presolve": presolve},
    )


@pytest.mark.parametrize("least", [3, 8])
def test_the_relaxation_of_lots_is_that_of_another_solver(least: int) -> None:
    villages = country(1500, 5).assign(county=lambda frame: frame.index % 60)
    quotas = (Quota("province_id", least=20, most=60), Quota("is_border", True, least=30, name="border"))
    rows = rows_of(Programme(villages, 60e6, quotas=quotas, lot=Lot("county", least)))
    model = rows.model
    relaxed = relax(model, np.zeros(len(model.gain)), time.perf_counter() + 60, lots=rows.lots)
    other = another_solver(model)
    assert relaxed.status == "optimal" and other.success
    assert relaxed.bound == pytest.approx(-other.fun, rel=1e-7)
    assert float(model.gain @ relaxed.x) == pytest.approx(-other.fun, rel=1e-7)


def test_floors_filled_cheaply_are_offered_where_nothing_better_was_found() -> None:
    """The best per yuan fill the floor too dearly; no time is left to search."""
    villages = country(6000)
    border = villages[villages["is_border"]]
    floor = Quota("is_border", True, least=200, name="border")
    budget = float(border["cost_yuan"].nsmallest(200).sum()) * 1.02
    plan = best_plan(Programme(villages, budget, quotas=(floor,)), time_limit_s=0.0)
    assert not plan.greedy.keeps_all_rules and plan.chosen.keeps_all_rules
    assert villages.loc[plan.chosen.villages, "is_border"].sum() >= 200
    assert plan.status == "time_limit" and np.isfinite(plan.gap)


def test_the_relaxation_is_that_of_another_solver_from_a_start_that_breaks_rules() -> None:
    quotas = (Quota("province_id", least=20, most=80), Quota("is_border", True, least=150, name="border"))
    model = rows_of(Programme(country(5000), 300e6, quotas=quotas)).model
    relaxed = relax(model, np.zeros(5000), time.perf_counter() + 60)
    other = another_solver(model, presolve=False)
    assert relaxed.status == "optimal" and other.success
    assert relaxed.bound == pytest.approx(-other.fun, rel=1e-7)
    assert float(model.gain @ relaxed.x) == pytest.approx(-other.fun, rel=1e-7)


def test_villages_that_add_nothing_are_not_bought() -> None:
    villages = FOUR.assign(population_persons=[900, 0, None, 300])
    assert chosen(best_plan(Programme(villages, 100e6))) == "AD"


def test_a_large_programme_that_cannot_be_met_is_explained() -> None:
    quotas = (Quota("is_border", True, least=100, name="border"), Quota("province_id", most=10))
    with pytest.raises(Infeasible) as raised:
        best_plan(Programme(country(6000), 5e6, quotas=quotas))
    assert [unmet.label for unmet in raised.value.unmet] == ["border"]
    assert raised.value.any_of == ["budget", "border"]


def test_what_is_possible_is_told_where_a_whole_answer_takes_too_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else nothing would seem possible; the split choice that misses least says about how much is."""
    monkeypatch.setattr(infeasible, "LIMIT_S", 0.0)
    villages = country(6000).assign(county=lambda frame: frame["province_id"] * 10 + frame.index % 10)
    floor = Quota("is_border", True, least=250, name="border")
    with pytest.raises(Infeasible) as raised:
        best_plan(Programme(villages, 40e6, quotas=(floor,), lot=Lot("county")))
    [unmet] = raised.value.unmet
    cheapest = villages.loc[villages["is_border"], "cost_yuan"].sort_values().cumsum()
    assert unmet.least == 250 and 0 < unmet.reachable <= (cheapest <= 40e6).sum()


def test_a_time_limit_gives_the_best_found_with_its_gap() -> None:
    plan = best_plan(Programme(country(6000), 360e6), time_limit_s=0.0)
    assert plan.status == "time_limit" and plan.chosen.keeps_all_rules
    assert plan.chosen.objective >= plan.greedy.objective > 0
    assert 0 < plan.gap < np.inf and plan.bound >= plan.chosen.objective


def test_a_stop_ends_the_search_within_a_second() -> None:
    villages = country(6000).assign(county=lambda frame: frame.index % 400)
    programme = Programme(villages, 360e6, lot=Lot("county", 9), quotas=(Quota("province_id", least=50),))
    asked_at: list[float] = []

    def should_stop() -> bool:
        asked_at.append(time.perf_counter())
        return asked_at[-1] - began > 0.3

    began = time.perf_counter()
    plan = best_plan(programme, gap=0.0, time_limit_s=60, should_stop=should_stop)
    first_yes = next((moment for moment in asked_at if moment - began > 0.3), None)
    assert first_yes is None or time.perf_counter() - first_yes < 1.0
    assert plan.status in ("stopped", "optimal")


def test_the_solver_writes_nothing_into_the_log() -> None:
    """Also not where standard output is a pipe, whose buffer is written at the end of the process."""
    words = (
        "from planning.solver.highs import Model, solve; import numpy as np, scipy.sparse as s; one = np.ones(1); "
        "m = Model(one, 0 * one, one, one > 0, s.csr_matrix([[2.0]]), 0 * one, one); print(solve(m).objective)"
    )
    ran = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert (ran.stdout, ran.stderr) == ("0.0\n", "")


# Any small programme.


programmes = st.builds(
    lambda rows, budget, least, most, started: (
        pd.DataFrame(
            [(*row, n == 0 and started) for n, row in enumerate(rows)],
            columns=["cost_yuan", "population_persons", "group", "is_started"],
        ),
        budget * 1000.0,
        least,
        most,
    ),
    st.lists(
        st.tuples(
            st.integers(0, 900).map(lambda thousand: thousand * 1000.0),
            st.none() | st.integers(0, 3000),
            st.sampled_from(["a", "b", None]),
        ),
        min_size=1,
        max_size=8,
    ).filter(lambda rows: any(row[1] is not None for row in rows)),
    st.integers(0, 3000),
    st.integers(0, 3),
    st.integers(3, 5),
    st.booleans(),
)


def by_hand(villages: pd.DataFrame, budget_yuan: float, least: int, most: int, lot: int | None) -> float | None:
    """The best of all choices, by trying each; None where none keeps the rules."""
    best = None
    people = villages["population_persons"].astype(float).fillna(0).to_numpy()
    for picks in product([False, True], repeat=len(villages)):
        x = np.array(picks)
        sizes = {group: (villages["group"] == group).to_numpy() for group in ("a", "b")}
        if (villages["is_started"].to_numpy() & ~x).any() or villages["cost_yuan"].to_numpy()[x].sum() > budget_yuan:
            continue
        if x[sizes["a"]].sum() < least or x[sizes["b"]].sum() > most:
            continue
        if lot and any(0 < x[mask].sum() < min(lot, mask.sum()) for mask in sizes.values()):
            continue
        best = max(best or 0.0, float(people[x].sum()))
    return best


@pytest.mark.parametrize("is_large", [False, True])
@settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(programmes, st.none() | st.sampled_from([1, 2, 3, 99]))  # 99: all of a lot or none
def test_the_optimum_is_that_of_trying_everything(
    monkeypatch: pytest.MonkeyPatch, is_large: bool, drawn: Any, lot: int | None
) -> None:
    """Solved whole, and the way of very many villages: relaxation, then cores of a few, then whole."""
    monkeypatch.setattr(priority, "SMALL", 0 if is_large else 2000)
    monkeypatch.setattr(priority, "CORES", (1, 3))
    monkeypatch.setattr(relaxation, "COLUMNS_AT_ONCE", 1 if is_large else 2000)
    monkeypatch.setattr(relaxation, "KEPT", 1 if is_large else 4000)
    villages, budget, least, most = drawn
    quotas = (Quota("group", "a", least=least), Quota("group", "b", most=most, name="cap"))
    programme = Programme(villages, budget, quotas=quotas, lot=Lot("group", lot) if lot else None)
    expected = by_hand(villages, budget, least, most, lot)
    if expected is None:
        with pytest.raises(Infeasible) as raised:
            best_plan(programme, gap=0.0)
        assert raised.value.unmet or raised.value.any_of
        return
    plan = best_plan(programme, gap=0.0)
    assert plan.chosen.objective == expected and plan.gap == 0
    assert plan.chosen.keeps_all_rules and plan.chosen.cost_yuan <= budget
    picked = villages.loc[plan.chosen.villages]
    assert picked["population_persons"].astype(float).sum() == plan.chosen.population_persons
    assert picked["cost_yuan"].sum() == pytest.approx(plan.chosen.cost_yuan)
    if plan.greedy.keeps_all_rules:
        assert plan.chosen.objective >= plan.greedy.objective


@settings(deadline=None, max_examples=40)
@given(programmes, st.integers(0, 1000))
def test_more_budget_never_connects_fewer_and_rules_never_bring_more(drawn: Any, added: int) -> None:
    villages, budget, least, _ = drawn
    villages = villages.drop(columns="is_started")
    free = Programme(villages, budget)
    poorer, richer = (best_plan(replace(free, budget_yuan=yuan), gap=0.0) for yuan in (budget, budget + added * 1e3))
    assert richer.chosen.objective >= poorer.chosen.objective
    assert poorer.bound >= poorer.chosen.objective
    try:
        bound = best_plan(replace(free, quotas=(Quota("group", "a", least=least),)), gap=0.0)
    except Infeasible:
        return
    assert bound.chosen.objective <= poorer.chosen.objective
