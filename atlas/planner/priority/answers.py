"""Which villages first: the programme that a reader asks about, its best plan, and what its rules and more money do."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from atlas.kept.single_flight import SingleFlight
from atlas.look.language import t
from atlas.planner import scope
from atlas.planner.cost import answers as cost_answers
from atlas.planner.cost import inputs as cost_inputs
from atlas.planner.cost.inputs import CostAsked
from atlas.view.state import View
from atlas.work import patience
from atlas.work.patience import ShouldStop
from ground.evidence import weakest
from indicators import facts
from indicators.database import Atlas
from indicators.demand import unconnected
from planning.priority.choose import Plan, best_plan
from planning.priority.demands import Aim, Lot, Measure, PriorityError, Programme, Quota
from planning.priority.infeasible import Infeasible
from planning.priority.tradeoffs import frontier, gain_of_more, price_of_rules

MODEL, PUBLISHED = "model", "published"
LEAST, MOST, FLOOR, LOTS = "least", "most", "floor", "lots"
PRIORITY, ONE, THOUSANDS = "is_priority", "one", "thousand_persons"
ROUND = 0.2  # of what all villages cost: the budget that stands there at first
POINTS = 10
EXACT_FROM = 2_000  # villages: up to here one more million is found by solving again
MORE_YUAN = 1e6


@dataclass(frozen=True)
class PlaceQuota:
    """At least and at most so many villages of one place."""

    place_id: str
    least: float | None
    most: float | None


@dataclass(frozen=True)
class Asked:
    """The whole question, but for place, standard and date."""

    budget_yuan: float
    aim: Aim
    weights: tuple[tuple[str, float], ...]  # column → points per unit, for the aim score
    basis: Literal["model", "published"]
    bound: Literal["low", "central", "high"]
    cost: CostAsked
    technology: str  # whose published range is taken, where the basis is that
    level: str | None
    least: float | None
    most: float | None
    measure: Measure
    places: tuple[PlaceQuota, ...]
    categories: tuple[str, ...]
    floor: float | None
    lot_villages: int | None
    forces_started: bool
    limit_s: float


@dataclass(frozen=True)
class Answer:
    """The programme with its villages, and the best plan found."""

    programme: Programme
    plan: Plan


@dataclass(frozen=True)
class Tradeoffs:
    """What each rule costs, what a million more brings (least and most; None: the price of the relaxation), the
    frontier.
    """

    rules: pd.DataFrame
    more: tuple[float, float] | None
    curve: pd.DataFrame


_plans: SingleFlight[Hashable, Answer | Infeasible | PriorityError] = SingleFlight(12)
_tradeoffs: SingleFlight[Hashable, Tradeoffs] = SingleFlight(12)


def published(atlas: Atlas) -> pd.DataFrame:
    """Published ranges per village by technology."""
    return facts.cost_parameters(atlas).set_index("technology")


def published_for(atlas: Atlas, standard: str) -> pd.DataFrame:
    """Those of technologies that bring a standard: a range of fibre says nothing of a mast."""
    table = published(atlas)
    fitting = cost_inputs.usual(atlas, standard)
    return table[[any(code == one or code.startswith(f"{one}_") for code in fitting) for one in table.index]]


def cost_yuan(atlas: Atlas, view: View, asked: Asked) -> pd.Series:
    """Construction per village; missing where no technology is fast enough. Raises ParameterError, VillagesError."""
    held = cost_answers.rows(atlas, view)
    if asked.basis == PUBLISHED:
        return pd.Series(float(published(atlas).loc[asked.technology, f"{asked.bound}_yuan"]), index=held.index)
    end = "" if asked.bound == "central" else f"_{asked.bound}"
    return cost_answers.each_village(atlas, view, asked.cost)[f"capex_yuan{end}"]


def whole_cost_yuan(cost: pd.Series) -> float:
    """What all villages cost that can be planned."""
    return float(cost.sum())


def usual_budget_yuan(atlas: Atlas, view: View, cost: CostAsked) -> float:
    """About a fifth of what all villages cost, on two digits, in whole ten thousands."""
    each = cost_answers.each_village(atlas, view, cost)["capex_yuan"]
    need = ROUND * float(each.sum())
    return max(float(f"{need:.1e}"), 10_000.0)


def programme_of(atlas: Atlas, view: View, asked: Asked) -> Programme:
    """Raises PriorityError, ParameterError, VillagesError."""
    held = cost_answers.rows(atlas, view)
    frame = held.assign(cost_yuan=cost_yuan(atlas, view, asked), one=1.0)
    frame[THOUSANDS] = frame["population_persons"] / 1000
    frame[PRIORITY] = frame["policy_category"].isin(asked.categories).astype(float)
    if not asked.forces_started:
        frame = frame.drop(columns="is_started")
    return Programme(
        frame,
        asked.budget_yuan,
        aim=asked.aim,
        weights=dict(asked.weights) if asked.aim == "score" else {},
        quotas=tuple(_quotas(asked)),
        lot=Lot(f"{asked.level}_id", asked.lot_villages, LOTS) if asked.level and asked.lot_villages else None,
    )


def _quotas(asked: Asked) -> list[Quota]:
    found = []
    column = f"{asked.level}_id"
    if asked.level and asked.least:
        found.append(Quota(column, measure=asked.measure, least=asked.least, name=LEAST))
    if asked.level and asked.most is not None:
        found.append(Quota(column, measure=asked.measure, most=asked.most, name=MOST))
    if asked.level:
        found += [
            Quota(column, one.place_id, least=one.least, most=one.most, name=one.place_id) for one in asked.places
        ]
    if asked.categories and asked.floor:
        found.append(Quota(PRIORITY, 1.0, least=asked.floor, name=FLOOR))
    return found


def plan(atlas: Atlas, view: View, asked: Asked) -> Answer | Infeasible | PriorityError:
    """The best plan, or why there is none. Raises Stopped, ParameterError, VillagesError."""

    def make(should_stop: ShouldStop) -> Answer | Infeasible | PriorityError:
        try:
            programme = programme_of(atlas, view, asked)
            return Answer(programme, best_plan(programme, time_limit_s=asked.limit_s, should_stop=should_stop))
        except PriorityError as error:  # Infeasible is one
            return error

    words = t("Looking for the best choice of villages…")
    return patience.answered(_plans, _key(atlas, view, asked), make, words, "plan")


def tradeoffs(atlas: Atlas, view: View, asked: Asked, answer: Answer) -> Tradeoffs:
    """The same programme solved again with one thing changed; half of the time limit each. Raises Stopped."""

    def make(should_stop: ShouldStop) -> Tradeoffs:
        programme, found, each_s = answer.programme, answer.plan, max(asked.limit_s / 4, 1.0)
        rules = price_of_rules(programme, found, time_limit_s=each_s, should_stop=should_stop)
        more = None
        if len(programme.villages) <= EXACT_FROM:
            more = gain_of_more(programme, found, added_yuan=MORE_YUAN, time_limit_s=each_s, should_stop=should_stop)
        ends = patience.until(2 * asked.limit_s, should_stop)
        curve = frontier(programme, budgets_yuan=_budgets(programme), time_limit_s=each_s, should_stop=ends)
        return Tradeoffs(rules, more, curve[curve["status"] != "stopped"])  # half a search is no point of it

    words = t("Working out what the rules cost and what more money brings…")
    return patience.answered(_tradeoffs, _key(atlas, view, asked), make, words, "tradeoffs")


def _budgets(programme: Programme) -> list[float]:
    """Equal steps up to what all villages cost, and the programme's own."""
    whole = float(np.nansum(programme.cost_yuan))
    own = min(programme.budget_yuan, whole)
    return sorted({*np.linspace(0, whole, POINTS + 1)[1:].tolist(), own} - {0.0})


def spent(atlas: Atlas, asked: Asked, answer: Answer) -> pd.Series | None:
    """What the chosen villages cost as quantiles (cost_answers.totals), each by itself; `tied_yuan_p50` with a shared
    trunk; `above_share`: of the draws, how many are dearer than the budget. None where a published range prices them.
    """
    chosen = chosen_rows(answer)
    if asked.basis == PUBLISHED or chosen.empty:
        return None
    apart = cost_answers.of_some(atlas, chosen, asked.cost)
    tied = cost_answers.of_some(atlas, chosen, replace(asked.cost, shares_trunk=True))
    above = cost_answers.chance_above(atlas, chosen, asked.cost, asked.budget_yuan)
    return pd.concat([apart, pd.Series({"tied_yuan_p50": tied["capex_yuan_p50"], "above_share": above})])


def evidence(atlas: Atlas, view: View) -> str:
    return weakest([unconnected.evidence_of(cost_answers.rows(atlas, view)), "modelled"])


def chosen_rows(answer: Answer) -> pd.DataFrame:
    """The chosen villages, what brings most per yuan first."""
    programme = answer.programme
    gain = pd.Series(np.nan_to_num(programme.gain), index=programme.villages.index)
    rows = programme.villages.loc[answer.plan.chosen.villages]
    per_yuan = gain.loc[rows.index] / rows["cost_yuan"].clip(lower=1.0)
    return rows.loc[per_yuan.sort_values(ascending=False, kind="stable").index]


def by_group(answer: Answer, level: str) -> pd.DataFrame:
    """Per place of a level: unconnected, chosen, cost_yuan, population_persons of the chosen (missing where none is
    known).
    """
    villages = answer.programme.villages
    chosen = villages.index.isin(answer.plan.chosen.villages)
    column = f"{level}_id"
    picked = villages[chosen].groupby(column)
    table = pd.DataFrame(
        {
            "unconnected": villages.groupby(column).size(),
            "chosen": picked.size(),
            "cost_yuan": picked["cost_yuan"].sum(),
            "population_persons": picked["population_persons"].sum(min_count=1),
        }
    )
    table[["chosen", "cost_yuan"]] = table[["chosen", "cost_yuan"]].fillna(0)  # a place without a chosen village
    return table.rename_axis("group").reset_index().sort_values(["chosen", "group"], ascending=[False, True])


def _key(atlas: Atlas, view: View, asked: Asked) -> Hashable:
    return (*scope.key(atlas, view), asked)
