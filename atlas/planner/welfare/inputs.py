"""What "welfare" asks of its reader: raising the money, a discount, mark-ups."""

from __future__ import annotations

from typing import Any

from atlas.look.language import mark
from atlas.planner.inputs import Choice, Input, Lines, Number, ten_thousand

USUAL_RAISED = 10_000.0  # in 10,000: a round amount to begin with, nobody's subsidy
RAISED = Number("raised", mark("Money to raise"), unit=ten_thousand, low=0.0, high=1e8, step=1000.0, usual=USUAL_RAISED)
READING = Choice(
    "reading",
    mark("How the figure for this country is read"),
    codes={"extra": mark("1 plus the figure"), "total": mark("the figure in all")},
    usual="extra",
)
OWN_LOW = Number("own_low", mark("Own assumption: lost per unit, low"), low=0.0, high=10.0, step=0.1, usual=0.3)
OWN_HIGH = Number("own_high", mark("Own assumption: lost per unit, high"), low=0.0, high=10.0, step=0.1, usual=0.5)
EPSILON = Number("epsilon", mark("Elasticity of demand ε"), low=-5.0, high=-0.001, step=0.01, usual=-0.03)
DISCOUNT = Number("discount", mark("Discount δ (% of the price)"), low=1.0, high=100.0, step=1.0, usual=10.0)
RAMSEY = Number("ramsey", mark("Ramsey number k (0 at cost, 1 a monopoly)"), low=0.0, high=1.0, step=0.005, usual=0.01)
SERVICES = Lines("services", mark("Services, line by line: name, elasticity"), usual_is_words=True, left_out=())
INPUTS: tuple[Input[Any], ...] = (RAISED, READING, OWN_LOW, OWN_HIGH, EPSILON, DISCOUNT, RAMSEY, SERVICES)
