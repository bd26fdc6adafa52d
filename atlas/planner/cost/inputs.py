"""What pages that use the cost model ask of their reader: technologies, speed, parameters, how far villages are taken
to be.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from atlas.look import blocks, figures, html, tables
from atlas.look.language import pick, t
from atlas.planner.cost import text as cost_text
from atlas.planner.scenario.panel import Input
from atlas.view import inputs
from atlas.view.state import View
from ground.evidence import weakest
from indicators import facts
from indicators import register as places
from indicators.database import Atlas, per_build
from planning.cost import trunk
from planning.cost.least import cost_by_technology
from planning.cost.parameters import ParameterError, Parameters
from planning.cost.technologies import TECHNOLOGIES

USUAL_SPEED_MBPS = 12.0
CODES = tuple(TECHNOLOGIES)


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

    def to_save(self) -> dict[str, Input]:
        """As the address has it."""
        return {
            "tech": self.technologies,
            "speed": self.speed_mbps,
            "placed": self.takes_placed,
            **({} if self.shares_trunk is None else {"trunk": self.shares_trunk}),
            **{_input_name(key): value for key, value in self.changed},
        }


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


def technologies(atlas: Atlas, view: View) -> tuple[str, ...]:
    """Those to choose among; by default those of the view's standard."""
    options = {code: cost_text.technology(code) for code in available(atlas)}
    fitting = usual(atlas, view.standard)
    chosen = inputs.several(view, "tech", t("Technologies"), options, fitting) or available(atlas)
    if strange := [code for code in chosen if code not in fitting]:
        standard = next(one for one in facts.standards(atlas) if one.standard_id == view.standard)
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


def speed(view: View) -> float:
    return inputs.number(
        view,
        "speed",
        t("Speed wanted (Mbps)"),
        USUAL_SPEED_MBPS,
        low=1.0,
        high=10_000.0,
        step=1.0,
        decimals=0,
        help=t("A technology whose usual speed is lower is not chosen."),
    )


def takes_placed(atlas: Atlas, view: View) -> bool:
    """Asked only where points were placed by us."""
    if not places.has_placed_points(atlas, view.place_id):
        return True
    return inputs.switch(
        view,
        "placed",
        t("Use distances between placed points"),
        True,
        help=t(
            "Villages without a surveyed position were placed inside their county: their distances are a "
            "demonstration. Off: the distance counts as unknown, all such villages cost the same, and the range is "
            "wider."
        ),
    )


def shares_trunk(view: View) -> bool:
    return inputs.switch(
        view,
        "trunk",
        t("Villages in a chain share the trunk"),
        True,
        help=t(
            "The shortest tree that ties all these villages to the nearest connected ones (straight distances). It "
            "assumes that all of them are built, by operators who share the cable, and that a cable has room for all "
            "villages behind it. Off: a cable to the nearest connected village for each by itself."
        ),
    )


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


def changed(atlas: Atlas, view: View, chosen: tuple[str, ...]) -> tuple[tuple[str, float], ...]:
    """A number box per parameter of the chosen technologies, within its range; those that differ from the source."""
    own = cost_text.needed(declared(atlas), chosen)
    editable = [one for one in own if one.low < one.high]
    asked = {_input_name(one.key) for one in editable} & {name for name, _ in view.inputs}
    label = t("Parameters ({n} changed)", n=len(asked)) if asked else t("Parameters")
    found = []
    with st.expander(label, icon=":material/tune:"):
        st.html(blocks.credit(t("Each can be set within its range; ranges stay as declared.")))
        for one in editable:
            value = inputs.number(
                view,
                _input_name(one.key),
                figures.bracketed(cost_text.name(one), cost_text.unit(one)),
                one.value,
                low=one.low,
                high=one.high,
                step=_step(one.low, one.high),
                decimals=_decimals(one.high),
                help=f"{figures.decimal(one.low, 4)}–{figures.decimal(one.high, 4)} · "
                f"{cost_text.strength(one.strength)} · {html.plain(cost_text.citation(one))}",
            )
            if value != one.value:
                found.append((one.key, value))
    return tuple(found)


def parameter_table(parameters: Parameters, chosen: tuple[str, ...]) -> None:
    """Every parameter that the answer rests on, with its range, unit, price year, strength and source."""
    st.html(blocks.heading(t("What the numbers rest on"), "assumed"))
    rows = cost_text.parameter_rows(cost_text.needed(parameters, chosen))
    st.html(tables.data_table(cost_text.parameter_headers(), rows, "lrrllww", t("What the numbers rest on")))


def refused(error: Exception) -> None:
    """An input that the model cannot use, in its own words."""
    kind = t("A parameter cannot be used") if isinstance(error, ParameterError) else t("The villages cannot be read")
    st.html(blocks.notice("warning", f"{kind}: {error}"))


def _input_name(key: str) -> str:
    return "p_" + key.replace(".", "_")


def _decimals(high: float) -> int:
    return 3 if high < 1 else 2 if high < 10 else 1 if high < 100 else 0


def _step(low: float, high: float) -> float:
    """About a tenth of the range, on one digit."""
    return float(f"{(high - low) / 10:.0e}")
