"""The plan in words: the finding, what is reached, what has to be said of it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from atlas.look import figures
from atlas.look.language import nt, t
from atlas.planner.cost import text as cost_text
from atlas.planner.priority import inputs
from atlas.planner.priority.answers import PRIORITY, THOUSANDS, Answer, Asked
from planning.priority.choose import Plan
from planning.solver.search import Run

AIM_UNITS = {"persons": "person", "villages": "village", "score": "index"}
MEASURE_UNITS = {"villages": "village", "yuan": "yuan", "persons": "person"}


def amount(value: float, aim: str) -> str:
    """A number of what is aimed at, with its word."""
    if aim == "score":
        return t("{n} points", n=figures.decimal(value, 1))
    return figures.value_text(float(np.round(value)), AIM_UNITS[aim])


def amount_parts(value: float, aim: str) -> tuple[str, str]:
    """The same as number and word apart, for a card."""
    if aim == "score":
        return figures.decimal(value, 1), t("weighted points")
    return figures.parts(float(np.round(value)), AIM_UNITS[aim])


def title(asked: Asked, plan: Plan) -> str:
    """The finding: what is reached with how much of the budget, and what is left of it."""
    used, reached = plan.chosen.cost_yuan, plan.chosen.objective
    money = {
        "bound": t(inputs.BOUNDS[asked.bound]),
        "used": figures.money(used),
        "budget": figures.money(asked.budget_yuan),
        "left": figures.money(asked.budget_yuan - used),
    }
    if asked.aim == "persons":
        return t(
            "{used} of {budget} connects {n} people at {bound} values; {left} is left",
            n=figures.compact(reached),
            **money,
        )
    if asked.aim == "villages":
        return t(
            "{used} of {budget} connects {n} villages at {bound} values; {left} is left",
            n=figures.count(reached),
            **money,
        )
    return t(
        "{used} of {budget} reaches {n} points at {bound} values; {left} is left",
        n=figures.decimal(reached, 1),
        **money,
    )


def amount_range(low: float, high: float, aim: str) -> str:
    if np.isinf(high):
        return t("at least {amount}", amount=amount(low, aim))
    if abs(high - low) < 0.5:
        return amount(low, aim)
    return f"{amount(low, aim)} – {amount(high, aim)}"


def gap_words(plan: Plan) -> str:
    """How far the answer can be from the best one."""
    if plan.gap == 0:
        return t("proven best")
    if np.isinf(plan.gap):
        return t("nothing found yet; how far from the best is not known")
    return t("at most {share} below the best", share=figures.percent_at_most(100 * plan.gap))


def spent_words(row: pd.Series, is_placed: bool) -> list[str]:
    """What the chosen villages cost beyond the central values that the plan counts with."""
    words = [
        t(
            "The plan counts one value for each village. With all parameters uncertain, construction of the chosen "
            "villages is {amount}; the chance that it exceeds the budget is {chance}.",
            amount=cost_text.total_words(row),
            chance=figures.percent(100 * row["above_share"]),
        ),
        t(
            "Each is priced by itself; if the chosen ones share the trunk, about {amount} (P50).",
            amount=figures.modelled(row["tied_yuan_p50"]),
        ),
    ]
    return words + ([cost_text.placed_words()] if is_placed else [])


def remarks(asked: Asked, answer: Answer, evidence: str) -> list[tuple[str, str]]:
    """What has to be said of a plan: the kind of each notice and its words."""
    plan, programme = answer.plan, answer.programme
    found = []
    if evidence == "simulated":
        words = t(
            "A demonstration: which villages are unconnected is simulated. A register of villages with state, "
            "position, households and terrain would make this a plan."
        )
        found.append(("warning", words))
    whole = float(np.nansum(programme.cost_yuan))
    if asked.budget_yuan > whole:
        words = t(
            "All villages together, each by itself, cost {whole} as the plan counts: {left} of the budget is left "
            "over.",
            whole=figures.money(whole),
            left=figures.money(asked.budget_yuan - whole),
        )
        found.append(("info", words))
    if plan.status != "optimal":
        words = t(
            "The time limit was reached: this is the best found until then. A longer limit may find a better one."
        )
        found.append(("warning", words))
    started = int(programme.started.sum())
    if started:
        found.append(
            (
                "info",
                nt(
                    "{n} village of started projects is in.",
                    "{n} villages of started projects are in.",
                    started,
                    n=figures.count(started),
                ),
            )
        )
    if plan.left_out_cost_unknown:
        words = nt(
            "{n} village is left out: no technology is fast enough, so its cost is not known.",
            "{n} villages are left out: no technology is fast enough, so their cost is not known.",
            plan.left_out_cost_unknown,
            n=figures.count(plan.left_out_cost_unknown),
        )
        found.append(("unknown", words))
    if plan.gain_unknown:
        words = nt(
            "{n} village has no known population and adds nothing to the aim; a rule may still choose it.",
            "{n} villages have no known population and add nothing to the aim; a rule may still choose them.",
            plan.gain_unknown,
            n=figures.count(plan.gain_unknown),
        )
        found.append(("unknown", words))
    if asked.aim == "villages" and len(np.unique(programme.cost_yuan)) == 1 and not np.isnan(programme.cost_yuan).any():
        words = t("All villages cost the same here: which of them are chosen says nothing, only how many.")
        found.append(("info", words))
    return found


def score_formula(asked: Asked) -> str:
    """The score of a village with its weights in it."""
    words = {
        "one": figures.count(1),
        THOUSANDS: t("population ÷ 1,000"),
        PRIORITY: t("1 if of a priority group"),
    }
    return t(
        "Score of a village = {sum}",
        sum=" + ".join(f"{figures.decimal(weight)} × {words[column]}" for column, weight in asked.weights),
    )


def curve_words(curve: pd.DataFrame) -> str:
    """Which budgets the rules cannot be met with."""
    impossible = curve.loc[curve["status"] == "infeasible", "budget_yuan"]
    if impossible.empty:
        return ""
    return t("Up to {amount} the rules cannot be kept.", amount=figures.money(float(impossible.max())))


def run_of(plan: Plan) -> Run:
    """How the plan was found, for a scenario."""
    solver, version = plan.solver.split(" ", 1)
    is_known = bool(np.isfinite(plan.gap))
    return Run(
        plan.status,
        plan.gap if is_known else None,
        plan.bound - plan.chosen.objective if is_known else None,
        plan.seconds,
        solver,
        version,
    )
