"""The parameters of the cost model in words, with their units and sources, and its formulas with numbers in them."""

from __future__ import annotations

import pandas as pd

from atlas.look import figures, html
from atlas.look.language import mark, pick, t
from planning.cost.parameters import SHARED, Parameter, Parameters
from planning.cost.technologies import Villages

#: Whose parameters a technology needs, beside its own and the shared ones.
NEEDS = {
    "fibre": ("fibre",),
    "4g_microwave": ("4g", "site", "microwave"),
    "4g_fibre": ("4g", "site", "fibre"),
    "5g_microwave": ("4g", "5g", "site", "microwave"),
    "5g_fibre": ("4g", "5g", "site", "fibre"),
    "satellite": ("satellite", "site"),
}
FORMULAS = {
    "fibre": mark("K = distance × road factor × terrain × cable per km + node + households × share subscribing × drop"),
    "4g_microwave": mark("K = sites × site × terrain + microwave link; O = share of K"),
    "4g_fibre": mark("K = sites × site × terrain + distance × road factor × terrain × cable per km"),
    "5g_microwave": mark("K = sites × site × 5G multiplier × terrain + microwave link; O = share of K"),
    "5g_fibre": mark("K = sites × site × 5G multiplier × terrain + distance × road factor × terrain × cable per km"),
    "satellite": mark("K = cells × (terminal + small cell × terrain); O = share of K + 12 monthly leases of each link"),
}
STRENGTH_WORDS = {
    "published": mark("published"),
    "derived": mark("derived from published totals"),
    "foreign": mark("from abroad"),
    "assumed": mark("assumption"),
}
UNIT_WORDS = {
    "share per year": mark("share per year"),
    "share": mark("share"),
    "year": mark("years"),
    "yuan per USD": mark("⟨currency⟩ per US dollar"),
    "ratio": mark("ratio"),
    "household": mark("households"),
    "yuan per km": mark("⟨currency⟩ per km"),
    "yuan": mark("⟨currency⟩"),
    "yuan per household": mark("⟨currency⟩ per household"),
    "USD per km and year": mark("US dollars per km and year"),
    "USD": mark("US dollars"),
    "USD per month": mark("US dollars per month"),
}


def unit(one: Parameter) -> str:
    return unit_word(one.unit)


def unit_word(unit: str) -> str:
    return t(UNIT_WORDS[unit]) if unit in UNIT_WORDS else unit


def name(one: Parameter) -> str:
    return pick({"zh": one.name_zh or one.key, "en": one.name_en or one.key})


def strength(word: str) -> str:
    return t(STRENGTH_WORDS[word]) if word in STRENGTH_WORDS else word


def citation(one: Parameter) -> str:
    """Where a parameter comes from, in the language of the screen where that is held."""
    return pick({"en": one.citation, "zh": one.citation_zh})


def help_of(one: Parameter) -> str:
    """Its range, how well it is founded, and where it comes from."""
    bounds = f"{figures.decimal(one.low, 4)}–{figures.decimal(one.high, 4)}"
    return f"{bounds} · {strength(one.strength)} · {html.plain(citation(one))}"


def needed(parameters: Parameters, technologies: tuple[str, ...]) -> list[Parameter]:
    """The parameters that some technologies rest on, the shared ones first."""
    wanted = {SHARED, *(family for one in technologies for family in NEEDS[one])}
    found = [one for one in parameters if one.technology in wanted]
    return sorted(found, key=lambda one: one.technology != SHARED)


def parameter_rows(parameters: list[Parameter]) -> list[list[object]]:
    return [
        [
            name(one),
            figures.decimal(one.value, 4),
            figures.DASH if one.low == one.high else f"{figures.decimal(one.low, 4)}–{figures.decimal(one.high, 4)}",
            unit(one),
            one.price_year or figures.DASH,
            strength(one.strength),
            citation(one),
        ]
        for one in parameters
    ]


def parameter_headers() -> list[str]:
    return [
        t("Parameter"),
        t("Value"),
        t("Range"),
        t("Unit"),
        t("Price year"),
        t("Strength"),
        t("Source"),
    ]


def formula(frame: pd.DataFrame, parameters: Parameters, code: str, capex_yuan: float) -> str:
    """How construction is worked out for one village, with its own numbers where they are few."""
    return f"{_right_side(frame, parameters, code)} = {figures.modelled(capex_yuan)}"


def _right_side(frame: pd.DataFrame, parameters: Parameters, code: str) -> str:
    values = parameters.values()
    site = Villages.from_frame(frame).known_or_assumed(values)
    said = {
        "km": figures.decimal(float(site.distance_km[0]), 1),
        "road": figures.decimal(float(site.road_factor[0])),
        "cable_terrain": figures.decimal(float(site.cable_terrain[0])),
        "site_terrain": figures.decimal(float(site.site_terrain[0])),
        "subscribers": figures.decimal(float(site.subscribers[0]), 1),
    }
    said |= {one.key.replace(".", "_"): figures.decimal(values[one.key], 0) for one in parameters}  # type: ignore[arg-type]
    if code == "fibre":
        return t(
            "K = {km} km × {road} × {cable_terrain} × {fibre_cable_per_km} + {fibre_node_capex} + {subscribers} × "
            "{fibre_drop_capex}",
            **said,
        )
    return t(FORMULAS[code])
