"""The plan in words: rules, reasons why a budget cannot do, and tables of villages and places."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from atlas.files.sheets import Facts
from atlas.look import badges, figures, html
from atlas.look.addresses import address
from atlas.look.language import mark, nt, place_name, t
from atlas.planner import answer_map
from atlas.planner.cost import text as cost_text
from atlas.planner.priority.answers import (
    FLOOR,
    LEAST,
    LOTS,
    MOST,
    PRIORITY,
    PUBLISHED,
    THOUSANDS,
    Answer,
    Asked,
    PlaceQuota,
    Tradeoffs,
    chosen_rows,
)
from atlas.planner.scenario.panel import Input
from atlas.view.state import View
from ground.units import TEN_THOUSAND
from importer.values import folded
from indicators import register as places
from indicators.database import Atlas
from planning.priority.choose import Plan
from planning.priority.demands import BUDGET, STARTED, Contradiction
from planning.priority.infeasible import Infeasible, Unmet
from planning.solver.search import Run

RULE_WORDS = {
    BUDGET: mark("Budget"),
    STARTED: mark("Started projects go first"),
    LEAST: mark("Least for each place"),
    MOST: mark("Most for each place"),
    FLOOR: mark("Floor for priority groups"),
    LOTS: mark("Smallest lot"),
}
AIM_WORDS = {"persons": mark("People"), "villages": mark("Villages"), "score": mark("Weighted score")}
AIM_UNITS = {"persons": "person", "villages": "village", "score": "index"}
BOUND_WORDS = {"low": mark("low"), "central": mark("central"), "high": mark("high")}
MEASURE_UNITS = {"villages": "village", "yuan": "yuan", "persons": "person"}
MEASURE_WORDS = {
    "villages": mark("number of villages"),
    "yuan": mark("10,000 yuan"),
    "persons": mark("people"),
}
COLUMN_WORDS = {
    "place_id": mark("Code"),
    "name": mark("Village"),
    "cost_yuan": mark("Construction cost (yuan)"),
    "population_persons": mark("Population"),
    "households": mark("Households"),
    "distance_km": mark("Distance (km)"),
    "terrain": mark("Terrain"),
    "policy_category": mark("Category"),
    "is_started": mark("Project started"),
    "evidence": mark("Evidence"),
}
#: Four villages of the specification: yuan, people, on the border.
SEPARATORS = str.maketrans("，；;\t、", ",,,,,")
WHOLE = re.compile(r"[0-9]{1,7}", re.ASCII)


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
        "bound": t(BOUND_WORDS[asked.bound]),
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


def rule(atlas: Atlas, label: str) -> str:
    """A rule's name; one of a single place is called after it."""
    if label in RULE_WORDS:
        return t(RULE_WORDS[label])
    return t("Own rule of {place}", place=cost_text.name_of(atlas, label))


def unmet(atlas: Atlas, one: Unmet) -> str:
    """One rule that cannot be kept, and by how much."""
    named = rule(atlas, one.label)
    if isinstance(one.group, str) and one.label != one.group:
        named = figures.bracketed(named, cost_text.name_of(atlas, one.group))
    unit = MEASURE_UNITS[one.measure]
    least, reachable = (
        figures.value_text(np.round(one.least), unit),
        figures.value_text(np.floor(one.reachable + 1e-6), unit),
    )
    if one.is_cap:
        return t(
            "{rule}: started projects take {least}, allowed are {most}",
            rule=named,
            least=least,
            most=reachable,
        )
    return t("{rule}: {least} demanded, {most} possible", rule=named, least=least, most=reachable)


def infeasible(atlas: Atlas, error: Infeasible, most: int = 5) -> list[str]:
    """What stands in the way, and which single rule would have to go."""
    lines = [unmet(atlas, one) for one in error.unmet[:most]]
    if len(error.unmet) > most:
        lines.append(t("and {n} more", n=figures.count(len(error.unmet) - most)))
    if not lines:
        lines = [t("The rules contradict each other.")]
    if error.any_of:
        named = figures.listed(t("“{rule}”", rule=rule(atlas, label)) for label in error.any_of)
        lines.append(t("It would be enough to change one of these: {rules}.", rules=named))
    return lines


def contradiction(atlas: Atlas, error: Contradiction) -> str:
    """Two rules between which there is no number."""
    floor, cap = error.floor, error.cap
    return t(
        "“{floor}” asks for at least {least} and “{cap}” for at most {most}: no choice can keep both, whatever the "
        "budget.",
        floor=rule(atlas, floor.label),
        cap=rule(atlas, cap.label),
        least=figures.value_text(floor.least, MEASURE_UNITS[floor.measure]),
        most=figures.value_text(cap.most, MEASURE_UNITS[cap.measure]),
    )


def is_for_money(error: Infeasible) -> bool:
    """Whether more money would do, or is what falls short."""
    return BUDGET in error.any_of or any(one.label == BUDGET for one in error.unmet)


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


def rule_rows(atlas: Atlas, found: Tradeoffs, aim: str) -> list[list[object]]:
    """What each rule costs in what is aimed at."""
    return [
        [
            rule(atlas, str(row["label"])),
            amount(row["cost"], aim),
            amount_range(row["cost_low"], row["cost_high"], aim),
        ]
        for row in found.rules.to_dict("records")
    ]


def more_words(plan: Plan, found: Tradeoffs, aim: str) -> str:
    """What one more million yuan brings, and how that is known."""
    if found.more is not None:
        return amount_range(*found.more, aim)
    if figures.is_missing(plan.shadow_per_million_yuan):
        return figures.unknown()
    return t("about {amount}", amount=amount(plan.shadow_per_million_yuan, aim))


def more_note(found: Tradeoffs) -> str:
    if found.more is not None:
        return t("found by solving again")
    return t("price of the budget in the linear relaxation")


def group_headers(level_name: str, has_people: bool) -> list[str]:
    people = [t("People newly connected")] if has_people else []
    return [level_name, t("Unconnected"), t("Chosen"), t("Construction cost"), *people]


def group_rows(atlas: Atlas, table: pd.DataFrame, view: View, has_people: bool) -> list[list[object]]:
    return [
        [
            html.link(cost_text.name_of(atlas, row["group"]), view.link(place_id=row["group"])),
            figures.count(row["unconnected"]),
            figures.count(row["chosen"]),
            figures.money(row["cost_yuan"]),
            *([figures.count(row["population_persons"])] if has_people else []),
        ]
        for row in table.to_dict("records")
    ]


def village_headers(has_people: bool) -> list[str]:
    people = [t("Population")] if has_people else []
    return [t("No."), t("Village"), t("Lies in"), t("Construction cost"), *people, t("Distance"), t("Remark")]


def village_rows(atlas: Atlas, rows: pd.DataFrame, first: int, view: View, has_people: bool) -> list[list[object]]:
    """One page of the chosen villages, numbered from `first`."""
    homes = places.homes(atlas, rows.index.tolist())
    found = []
    for number, (place_id, row) in enumerate(rows.iterrows(), start=first):
        home = places.path(atlas, homes[str(place_id)])[1:] if str(place_id) in homes else ()
        remarks = [
            t("project started") if row.get("is_started") is True else None,
            figures.text_or_none(row["policy_category"]),
        ]
        found.append(
            [
                number,
                html.link(row["name"], address("place") + view.link(village_id=place_id, place_id=place_id)),
                " ".join(place_name(one.name, one.name_en) for one in home),
                figures.money(row["cost_yuan"]),
                *([figures.count(row["population_persons"])] if has_people else []),
                figures.distance(row["distance_km"]),
                figures.sentence(remarks) or figures.DASH,
            ]
        )
    return found


def readable(rows: pd.DataFrame) -> pd.DataFrame:
    """All chosen villages for a file."""
    listed = rows.rename_axis("place_id").reset_index()
    kept = [column for column in COLUMN_WORDS if column in listed]
    listed = listed[kept].assign(evidence=[badges.evidence_word(kind) for kind in listed["evidence"]])
    return listed.rename(columns={column: t(COLUMN_WORDS[column]) for column in kept})


def said(atlas: Atlas, asked: Asked, answer: Answer, evidence: str) -> Facts:
    """What a file has to say of the plan."""
    plan = answer.plan
    return [
        (t("Budget"), figures.money(asked.budget_yuan)),
        (t("Aim"), t(AIM_WORDS[asked.aim])),
        (t("Reached"), amount(plan.chosen.objective, asked.aim)),
        (t("Gap"), gap_words(plan)),
        (t("Rules"), figures.listed(rule(atlas, label) for label in answer.programme.labels()) or t("none")),
        (t("Evidence"), badges.evidence_word(evidence)),
    ]


def read_quotas(text: str, named: Mapping[str, str]) -> tuple[tuple[PlaceQuota, ...], list[str]]:
    """Lines of place, least, most (one of the two may be empty); and those that could not be read.

    named: what people may write for a place → its code.
    """
    found: dict[str, PlaceQuota] = {}
    refused = []
    for line in filter(str.strip, text.splitlines()):
        cells = [cell.strip() for cell in line.translate(SEPARATORS).split(",")]
        place_id, bounds = named.get(folded(cells[0])), _bounds(cells[1:3])
        if place_id is None or bounds is None:
            refused.append(line)
        else:
            found[place_id] = PlaceQuota(place_id, *bounds)
    return tuple(found.values()), refused


def refused_words(line: str) -> str:
    """Why a rule of a single place is not taken in."""
    bounds = [cell.strip() for cell in line.translate(SEPARATORS).split(",")][1:3]
    if len(bounds) == 2 and all(WHOLE.fullmatch(cell) for cell in bounds) and int(bounds[0]) > int(bounds[1]):
        return t("At least is more than at most, which no choice can keep: {line}", line=line[:60])
    return t("This line cannot be read: {line}", line=line[:60])


def _bounds(cells: list[str]) -> tuple[float | None, float | None] | None:
    """Least and most, one of which may be left out; None where they cannot be read or contradict each other."""
    if not any(cells) or any(cell and not WHOLE.fullmatch(cell) for cell in cells):
        return None
    least, most = (float(cell) if cell else None for cell in (*cells, "", "")[:2])
    return None if least is not None and most is not None and least > most else (least, most)


def to_save(asked: Asked, places_text: str) -> dict[str, Input]:
    """The inputs by their names in the address."""
    given: dict[str, Input | None] = {
        "plan_budget": asked.budget_yuan / TEN_THOUSAND,
        "plan_aim": asked.aim,
        "plan_basis": asked.basis,
        "published": asked.technology if asked.basis == PUBLISHED else None,
        "bound": asked.bound,
        "level": asked.level,
        "least": asked.least if asked.measure != "yuan" or asked.least is None else asked.least / TEN_THOUSAND,
        "most": asked.most if asked.measure != "yuan" or asked.most is None else asked.most / TEN_THOUSAND,
        "measure": asked.measure,
        "plan_own": places_text,
        "groups": asked.categories,
        "floor": asked.floor,
        "lot": asked.lot_villages,
        "started": asked.forces_started,
        "limit": asked.limit_s,
        **{f"w_{column}": weight for column, weight in asked.weights},
    }
    kept = {name: value for name, value in given.items() if value not in (None, "", ())}
    return {**asked.cost.to_save(), **kept}


def results(answer: Answer, asked: Asked) -> dict[str, object]:
    chosen = answer.plan.chosen
    known = len(chosen.villages) > chosen.people_unknown
    return {
        "chosen_villages": len(chosen.villages),
        "newly_connected_persons": chosen.population_persons if known else None,
        "cost_yuan": chosen.cost_yuan,
        "reached": chosen.objective,
        "greedy": answer.plan.greedy.objective,
        "gap_share": answer.plan.gap if np.isfinite(answer.plan.gap) else None,
    }


def mapped_villages(answer: Answer) -> pd.DataFrame:
    """The chosen villages, to be mapped."""
    columns = ["name", "lon", "lat", "cost_yuan", "population_persons", "is_placed", "evidence"]
    return chosen_rows(answer)[columns].reset_index()


#: Columns that a weighted score counts, with what stands beside their weight.
SCORE_WORDS = {
    "one": mark("Points per village"),
    THOUSANDS: mark("Points per 1,000 people"),
    PRIORITY: mark("Points per village of the priority groups"),
}


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


def map_points(
    atlas: Atlas, answer: Answer, level: str, chosen_colour: str, rest_colour: str
) -> list[answer_map.Feature]:
    """Every village as a point, the chosen ones on top; where they are too many, the chosen ones counted by place."""
    villages = answer.programme.villages
    is_chosen = villages.index.isin(answer.plan.chosen.villages)
    if len(villages) > answer_map.MOST_POINTS:
        counts = {str(k): int(n) for k, n in villages[is_chosen][f"{level}_id"].value_counts().items()}
        words = {code: figures.value_text(n, "village") for code, n in counts.items()}
        return answer_map.counted(atlas, counts, chosen_colour, words)
    found = []
    for kind, rows in ((False, villages[~is_chosen]), (True, villages[is_chosen])):
        colour, size, word = (chosen_colour, 5.0, t("chosen")) if kind else (rest_colour, 3.0, t("not chosen"))
        found += [
            answer_map.point(
                row["lon"],
                row["lat"],
                colour,
                size,
                str(row["name"]),
                f"{word} · {figures.money(row['cost_yuan'])}",
            )
            for row in rows[rows["lon"].notna()].to_dict("records")
        ]
    return found
