"""The inputs of "sharing among operators" as widgets, and the question that they make."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from atlas.look import blocks, figures
from atlas.look.language import pick, t
from atlas.planner.cost import inputs as cost_inputs
from atlas.planner.cost.inputs import CostAsked
from atlas.planner.inputs import yuan
from atlas.planner.question import Asking, NoAnswer
from atlas.planner.sharing import inputs, text
from atlas.planner.sharing.answers import FLAT, MODEL, Asked
from atlas.planner.sharing.text import Operators
from indicators import facts
from indicators.database import Atlas
from indicators.demand import shared_villages
from planning.inputs import InputError
from planning.sharing import targets

USUAL_OPERATORS = 3


@dataclass(frozen=True)
class Wanted:
    """The sharing that is asked for, and the operators as they were typed."""

    sharing: Asked
    operators: Operators


def asked(ask: Asking) -> Wanted:
    """Raises NoAnswer where the targets cannot be used."""
    operators = text.read_operators(ask(inputs.OPERATORS, usual=_usual_operators(ask.atlas)))
    _refuse(operators.refused)
    mix = _mix(ask, operators)
    basis = ask(inputs.BASIS)
    units = ask(inputs.UNITS, among=_units(ask.atlas))
    flat, cost = _cost(ask)
    owed = _owed(ask, operators)
    seconds = ask(inputs.SECONDS)
    try:
        share = targets.targets(operators.frame, mix)
    except InputError as error:
        words = t("These targets cannot be used: {why}", why=error)
        raise NoAnswer(blocks.notice("warning", words)) from error
    if share.at_a_loss:
        names = figures.sentence(share.at_a_loss)
        st.html(blocks.notice("info", t("{names}: a loss counts as no profit, not against the others.", names=names)))
    wanted = Asked(
        tuple((str(one), float(part)) for one, part in share.share.items()),
        "villages" if basis == "villages" else "cost",
        units,  # type: ignore[arg-type]
        yuan(flat) if cost is None else None,
        seconds,
        cost,
        tuple((name, yuan(amount)) for name, amount in owed.items()),
    )
    return Wanted(wanted, operators)


def _refuse(lines: list[tuple[int, str]]) -> None:
    for line, why in lines:
        st.html(blocks.notice("warning", t("Line {n}: {why}", n=line, why=why)))


def _usual_operators(atlas: Atlas) -> str:
    """The profile's operators, each with an equal part: their revenues are not in the atlas."""
    names = [pick(name) for name in facts.operators(atlas).values()] or ["A", "B", "C"]
    return "\n".join(f"{name}, 1" for name in names[:USUAL_OPERATORS])


def _mix(ask: Asking, operators: Operators) -> dict[str, float]:
    """Weights of the measures that were given."""
    held = [name for name in inputs.WEIGHTS if name in operators.frame.columns]
    if len(held) < 2:
        for name in held:
            ask.hold(inputs.WEIGHTS[name], 1.0)
        return dict.fromkeys(held, 1.0)
    with st.container(horizontal=True):
        return {name: ask(inputs.WEIGHTS[name], usual=float(name == held[0])) for name in held}


def _units(atlas: Atlas) -> list[str]:
    whole = facts.settings(atlas)["nation"]["place_id"]
    return ["villages", "counties", *(["connected_counties"] if shared_villages.touching(atlas, whole) else [])]


def _cost(ask: Asking) -> tuple[float, CostAsked | None]:
    """In 10,000 where each costs the same; else what the cost model is asked, as on the other pages of the planner."""
    kind = ask(inputs.COST) if cost_inputs.has_parameters(ask.atlas) else FLAT
    ask.hold(inputs.COST, kind)
    if kind != MODEL:
        return ask(inputs.FLAT_COST), None
    return 0.0, cost_inputs.asked(ask, with_trunk=True)


def _owed(ask: Asking, operators: Operators) -> dict[str, float]:
    """What is carried over from the year before, by operator, in 10,000."""
    owed, refused = text.read_owed(ask(inputs.OWED), operators.frame["operator_id"].tolist())
    _refuse(refused)
    return owed
