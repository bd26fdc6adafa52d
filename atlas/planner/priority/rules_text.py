"""The rules of a plan in words: their names, why they cannot be kept, what they cost, and how they are typed."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from atlas.look import figures
from atlas.look.language import mark, t
from atlas.planner.cost import text as cost_text
from atlas.planner.priority.answers import FLOOR, LEAST, LOTS, MOST, PlaceQuota, Tradeoffs
from atlas.planner.priority.text import MEASURE_UNITS, amount, amount_range
from importer.values import folded
from indicators.database import Atlas
from planning.priority.choose import Plan
from planning.priority.demands import BUDGET, STARTED, Contradiction
from planning.priority.infeasible import Infeasible, Unmet

RULE_WORDS = {
    BUDGET: mark("Budget"),
    STARTED: mark("Started projects go first"),
    LEAST: mark("Least for each place"),
    MOST: mark("Most for each place"),
    FLOOR: mark("Floor for priority groups"),
    LOTS: mark("Smallest lot"),
}
SEPARATORS = str.maketrans("，；;\t、", ",,,,,")
WHOLE = re.compile(r"[0-9]{1,7}", re.ASCII)


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
