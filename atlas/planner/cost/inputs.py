"""What questions that use the cost model ask alike: technologies, speed, parameters, how far villages are taken to be.

They stand in the address as `model.…`: what was set on one page of the planner holds on the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from atlas.look import blocks, figures, tables
from atlas.look.language import mark, pick, t
from atlas.planner.cost import parameter_text
from atlas.planner.cost import text as cost_text
from atlas.planner.inputs import Input as Declared
from atlas.planner.inputs import Number, Several, Switch
from atlas.planner.question import Asking
from ground.evidence import weakest
from indicators import facts, places
from indicators.database import Atlas, per_build
from planning.cost import trunk
from planning.cost.least import cost_by_technology
from planning.cost.parameters import Parameter, ParameterError, Parameters
from planning.cost.technologies import TECHNOLOGIES, VillagesError

USUAL_SPEED_MBPS = 12.0
CODES = tuple(TECHNOLOGIES)
MODEL = "model"
ERRORS = (ParameterError, VillagesError)
TECHNOLOGIES_WANTED = Several(
    "tech", mark("Technologies"), space=MODEL, codes={code: cost_text.TECHNOLOGY_WORDS[code] for code in CODES}
)
SPEED = Number(
    "speed",
    mark("Speed wanted"),
    space=MODEL,
    unit="Mbps",
    low=1.0,
    high=10_000.0,
    step=1.0,
    usual=USUAL_SPEED_MBPS,
    decimals=0,
    help=mark("A technology whose usual speed is lower is not chosen."),
)
PLACED = Switch(
    "placed",
    mark("Use distances between placed points"),
    space=MODEL,
    usual=True,
    help=mark(
        "Villages without a surveyed position were placed inside their ⟨placed⟩: their distances are a "
        "demonstration. Off: the distance counts as unknown, all such villages cost the same, and the range is "
        "wider."
    ),
)
TRUNK = Switch(
    "trunk",
    mark("Villages in a chain share the trunk"),
    space=MODEL,
    usual=True,
    help=mark(
        "The shortest tree that ties all these villages to the nearest connected ones (straight distances). It "
        "assumes that all of them are built, by operators who share the cable, and that a cable has room for all "
        "villages behind it. Off: a cable to the nearest connected village for each by itself."
    ),
)


@dataclass(frozen=True)
class CostAsked:
    """All that the cost of a village depends on beside the village. Part of every key of an answer.

    changed: parameters that the reader set, by key. takes_placed: distances between placed points are used, which
    is a demonstration; else they count as unknown and the range is as wide as the parameter's. shares_trunk: villages
    in a chain share their cables (planning/cost/trunk.py); None where a page prices each village by itself.
    """

    technologies: tuple[str, ...]
    speed_mbps: float
    changed: tuple[tuple[str, float], ...] = ()
    takes_placed: bool = True
    shares_trunk: bool | None = None


@per_build(1)
def available(atlas: Atlas) -> tuple[str, ...]:
    """The technologies whose parameters the atlas declares, all of them; a profile may know of one only."""
    nothing_known = pd.DataFrame(index=[0])

    def is_priced(code: str) -> bool:
        try:
            cost_by_technology(nothing_known, declared(atlas), technologies=(code,))
        except ParameterError:
            return False
        return True

    return tuple(code for code in CODES if is_priced(code))


def has_parameters(atlas: Atlas) -> bool:
    """Whether the atlas declares what the cost model needs for any technology."""
    return bool(available(atlas))


def technologies(ask: Asking) -> tuple[str, ...]:
    """Those to choose among; by default those of the view's standard."""
    held, fitting = available(ask.atlas), usual(ask.atlas, ask.view.standard)
    chosen = ask(TECHNOLOGIES_WANTED, among=held, usual=fitting) or held
    ask.hold(TECHNOLOGIES_WANTED, chosen)
    if strange := [code for code in chosen if code not in fitting]:
        standard = next(one for one in facts.standards(ask.atlas) if one.standard_id == ask.view.standard)
        words = t(
            "{technologies}: this does not bring {standard}; villages that get it stay {without}.",
            technologies=figures.listed(cost_text.technology(code) for code in strange),
            standard=pick(standard.name),
            without=pick(standard.unconnected),
        )
        st.html(blocks.notice("warning", words))
    return chosen


def usual(atlas: Atlas, standard: str) -> tuple[str, ...]:
    """The technologies that a standard names; all of them where it names none, as broadband."""
    held = available(atlas)
    own = tuple(code for code in held if code == standard or code.startswith(f"{standard}_"))
    return own or held


def asked(ask: Asking, *, with_trunk: bool = False) -> CostAsked:
    """All that the model is asked, as widgets one below the other."""
    chosen, speed = technologies(ask), ask(SPEED)
    changes = changed(ask, chosen)
    placed = takes_placed(ask)
    return CostAsked(chosen, speed, changes, placed, ask(TRUNK) if with_trunk else None)


def not_asked(ask: Asking) -> CostAsked:
    """What holds of the model where its prices are not wanted."""
    usual_ones = CostAsked(usual(ask.atlas, ask.view.standard), USUAL_SPEED_MBPS)
    ask.hold(TECHNOLOGIES_WANTED, usual_ones.technologies)
    ask.hold(SPEED, usual_ones.speed_mbps)
    ask.hold(PLACED, usual_ones.takes_placed)
    return usual_ones


def takes_placed(ask: Asking) -> bool:
    """Asked only where points were placed by us."""
    if places.has_placed_points(ask.atlas, ask.view.place_id):
        return ask(PLACED)
    ask.hold(PLACED, True)
    return True


def of_villages(rows: pd.DataFrame, asked: CostAsked) -> pd.DataFrame:
    """Unconnected villages as the cost model reads them: distance_km, terrain, households.

    distance_km is a village's own piece of the tree where they share the trunk.
    """
    frame = rows[["distance_km", "terrain", "households"]].copy()
    if not asked.takes_placed:
        frame.loc[rows["is_placed"].to_numpy(dtype=bool), "distance_km"] = float("nan")
    if asked.shares_trunk:
        lon, lat, apart = (
            pd.to_numeric(column).to_numpy(dtype=float) for column in (rows["lon"], rows["lat"], frame["distance_km"])
        )
        frame["distance_km"] = trunk.shared_km(lon, lat, apart)
    return frame


@per_build(1)
def declared(atlas: Atlas) -> Parameters:
    """The parameters as the profile's source has them. Raises ParameterError where they contradict each other."""
    return Parameters.from_frame(facts.model_parameters(atlas), str(facts.settings(atlas)["currency"]["code"]))


def with_changes(parameters: Parameters, changed: tuple[tuple[str, float], ...]) -> Parameters:
    """The parameters as the reader set them. Raises ParameterError outside a range."""
    for key, value in changed:
        parameters = parameters.with_value(key, value)
    return parameters


def parameters_of(atlas: Atlas, asked: CostAsked) -> Parameters:
    return with_changes(declared(atlas), asked.changed)


def evidence(atlas: Atlas) -> str:
    """The weakest that the parameters rest on."""
    kinds = [str(kind) for kind in facts.model_parameters(atlas)["evidence"].unique()]
    return weakest([*kinds, "modelled"])


@per_build(1)
def shared(atlas: Atlas) -> tuple[Declared[Any], ...]:
    """The model's inputs on this atlas: those of all, and a number per parameter that has a range."""
    own = [input_of(one) for one in declared(atlas) if one.low < one.high] if has_parameters(atlas) else []
    return (TECHNOLOGIES_WANTED, SPEED, PLACED, TRUNK, *own)


def input_of(one: Parameter) -> Number:
    """A parameter as it is asked for: within its range, and in a file only where it differs from the source."""
    name = one.key.replace(".", "_")
    return Number(
        name,
        partial(parameter_text.name, one),
        saved=f"p_{name}",
        space=MODEL,
        unit=partial(parameter_text.unit, one),
        low=one.low,
        high=one.high,
        step=_step(one.low, one.high),
        usual=one.value,
        decimals=_decimals(one.high),
        left_out=(one.value,),
    )


def changed(ask: Asking, chosen: tuple[str, ...]) -> tuple[tuple[str, float], ...]:
    """A number box per parameter of the chosen technologies, within its range; those that differ from the source."""
    own = parameter_text.needed(declared(ask.atlas), chosen)
    editable = [(one, input_of(one)) for one in own if one.low < one.high]
    asked = [box for _, box in editable if ask.said(box) is not None]
    label = t("Parameters ({n} changed)", n=len(asked)) if asked else t("Parameters")
    found = []
    with st.expander(label, icon=":material/tune:"):
        st.html(blocks.credit(t("Each can be set within its range; ranges stay as declared.")))
        for one, box in editable:
            value = ask(box, help=parameter_text.help_of(one))
            if value != one.value:
                found.append((one.key, value))
    return tuple(found)


def parameter_table(parameters: Parameters, chosen: tuple[str, ...]) -> None:
    """Every parameter that the answer rests on, with its range, unit, price year, strength and source."""
    st.html(blocks.heading(t("What the numbers rest on"), "assumed"))
    rows = parameter_text.parameter_rows(parameter_text.needed(parameters, chosen))
    st.html(tables.data_table(parameter_text.parameter_headers(), rows, "lrrllww", t("What the numbers rest on")))


def refused(error: Exception) -> str:
    """An input that the model cannot use, in its own words."""
    kind = t("A parameter cannot be used") if isinstance(error, ParameterError) else t("The villages cannot be read")
    return f"{kind}: {error}"


def _decimals(high: float) -> int:
    return 3 if high < 1 else 2 if high < 10 else 1 if high < 100 else 0


def _step(low: float, high: float) -> float:
    """About a tenth of the range, on one digit."""
    return float(f"{(high - low) / 10:.0e}")
