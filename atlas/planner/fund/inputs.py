"""What "fund" asks of its reader."""

from __future__ import annotations

from typing import Any

from atlas.look.language import mark
from atlas.planner.inputs import Choice, Input, Lines, Number, ten_thousand_a_year

PUBLISHED, OWN = "published", "own"
MOST_YEARS = 30
START = Choice("start", mark("Start from"), codes={PUBLISHED: mark("The published fund"), OWN: mark("Own figures")})
NEED = Number("need", mark("Need"), unit=ten_thousand_a_year, low=0.0, high=1e9, step=10_000.0, usual=100_000.0)
BASE = Number(
    "base",
    mark("Base: revenue that contributes"),
    unit=ten_thousand_a_year,
    low=1.0,
    high=1e10,
    step=100_000.0,
    usual=10_000_000.0,
)
YEAR = Number("year", mark("First year"), low=1990.0, high=2100.0, step=1.0, is_whole=True)
YEARS = Number("years", mark("Years to look ahead"), low=1.0, high=MOST_YEARS, step=1.0, is_whole=True)
NEED_GROWTH = Number("need_growth", mark("Growth of the need (% a year)"), low=-50.0, high=100.0, step=0.5)
BASE_GROWTH = Number("base_growth", mark("Growth of the base (% a year)"), low=-50.0, high=100.0, step=0.5)
BASES = Lines(
    "bases", mark("Other bases, line by line"), placeholder=mark("All telecom revenue, 30000000"), left_out=()
)
INPUTS: tuple[Input[Any], ...] = (START, NEED, BASE, YEAR, YEARS, NEED_GROWTH, BASE_GROWTH, BASES)
