"""What the subsidy calculator asks of its reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from atlas.look.language import mark, place_names, t
from atlas.planner.inputs import Choice, Input, Lines, Number, OptionalNumber, ten_thousand
from atlas.planner.subsidy import text
from indicators import facts
from indicators.database import Atlas
from indicators.published import rules
from planning.money import subsidy

OWN = "own"
MOST_CAPEX = 10_000_000.0  # of 10,000 yuan: 100 billion yuan
USUAL_CAPEX = 24_500.0  # the contract of Yongzhou's first batch, as a start


def _projects(atlas: Atlas) -> Mapping[str, str]:
    """Own figures, and every project of the atlas whose cost is known."""
    known = rules.projects_with_cost(atlas, facts.settings(atlas)["nation"]["place_id"])
    names = place_names(known["name"], known["name_en"])
    return {OWN: t("Own figures"), **dict(zip(known["project_id"].astype(str), names, strict=True))}


def _categories(atlas: Atlas) -> Mapping[str, str]:
    names = rules.category_names(atlas)
    held = subsidy.rules_from(rules.subsidy_rules(atlas))
    return {rule.category: text.category_name(rule.category, names) for rule in held}


PROJECT = Choice("project", mark("A project"), codes=_projects, usual=OWN, as_box=True)
CAPEX = Number(
    "k", mark("Construction cost K"), unit=ten_thousand, low=0.0, high=MOST_CAPEX, step=100.0, usual=USUAL_CAPEX
)
OPEX_PERCENT = Number("o", mark("Yearly operation O, as % of K"), low=0.0, high=50.0, step=0.5, usual=5.0)
CATEGORY = Choice("category", mark("Category"), codes=_categories, as_box=True)
RATE = OptionalNumber("r", mark("Rate r (%)"), low=0.0, high=100.0, step=5.0)
YEARS = OptionalNumber("n", mark("Years of operation n"), low=0.0, high=30.0, step=1.0)
ROWS = Lines("rows", mark("Villages, line by line"), placeholder=mark("Village A, 41.3, 2.1, remote"))
INPUTS: tuple[Input[Any], ...] = (PROJECT, CAPEX, OPEX_PERCENT, CATEGORY, RATE, YEARS, ROWS)
