"""Four villages that can be checked by hand: greedy, the best choice, and what a floor for the border costs."""

from __future__ import annotations

import pandas as pd

from atlas.look import figures
from atlas.look.language import t
from atlas.planner.priority.answers import FLOOR
from atlas.planner.priority.text import amount
from planning.priority.choose import best_plan
from planning.priority.demands import Programme, Quota
from planning.priority.tradeoffs import price_of_rules

VILLAGES = pd.DataFrame(
    {
        "cost_yuan": [300_000.0, 200_000.0, 500_000.0, 250_000.0],
        "population_persons": [900.0, 500.0, 1200.0, 300.0],
        "is_border": [False, False, False, True],
    },
    index=list("ABCD"),
)
BUDGET_YUAN = 800_000.0


def rows() -> list[list[object]]:
    """Greedy, optimum, and the optimum with the border village forced in, worked out now."""
    free = best_plan(Programme(VILLAGES, BUDGET_YUAN))
    forced = best_plan(Programme(VILLAGES.assign(is_started=VILLAGES["is_border"]), BUDGET_YUAN))
    return [
        _row(
            t("Greedy: most people per ⟨currency⟩ first"),
            free.greedy.villages,
            free.greedy.population_persons,
            free.greedy.cost_yuan,
        ),
        _row(t("Best choice"), free.chosen.villages, free.chosen.population_persons, free.chosen.cost_yuan),
        _row(
            t("Best choice with D forced in"),
            forced.chosen.villages,
            forced.chosen.population_persons,
            forced.chosen.cost_yuan,
        ),
    ]


def _row(words: str, chosen: pd.Index, persons: float, yuan: float) -> list[object]:
    return [words, " + ".join(sorted(chosen)), figures.count(persons), figures.money(yuan)]


def price_of_floor() -> str:
    """What the floor for the border village costs."""
    floor = Quota("is_border", True, least=1, name=FLOOR)
    programme = Programme(VILLAGES, BUDGET_YUAN, quotas=(floor,))
    [row] = price_of_rules(programme, best_plan(programme)).to_dict("records")
    return amount(row["cost"], "persons")


def villages() -> list[list[object]]:
    return [
        [
            name,
            figures.money(row["cost_yuan"]),
            figures.count(row["population_persons"]),
            t("border") if row["is_border"] else figures.DASH,
        ]
        for name, row in VILLAGES.iterrows()
    ]
