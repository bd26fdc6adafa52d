"""The least costly way to connect each village at a wanted speed, as a range.

low and high hold what moving every uncertain parameter between its bounds does, as if they moved independently
of each other: the ratios that single parameters make are added in quadrature (on logarithms). A Monte Carlo run
is in planning/cost/uncertainty.py. The technology is chosen on central values; a plan has to choose one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from planning.cost.parameters import SHARED, ParameterError, Parameters, Values
from planning.cost.present_value import annuity_factor
from planning.cost.technologies import TECHNOLOGIES, Villages, fast_enough

Array = np.ndarray[Any, np.dtype[np.float64]]
MEASURES = ("capex_yuan", "opex_yuan_per_year", "present_value_yuan")
NONE_FAST_ENOUGH = -1


@dataclass(frozen=True)
class Amounts:
    """The three measures of one technology, per village."""

    capex_yuan: Array
    opex_yuan_per_year: Array
    present_value_yuan: Array

    def of(self, measure: str) -> Array:
        amount: Array = getattr(self, measure)
        return amount


def cost_of_villages(
    frame: pd.DataFrame,
    parameters: Parameters,
    *,
    speed_mbps: float = 12.0,
    technologies: tuple[str, ...] = tuple(TECHNOLOGIES),
) -> pd.DataFrame:
    """One row per village, indexed like `frame` (its columns: see Villages.from_frame).

    Columns: technology (None where none is fast enough), capex_yuan, opex_yuan_per_year, present_value_yuan,
    each with _low and _high, and unknown_inputs, the names of what widened the range ("" where all is known).
    Raises VillagesError, ParameterError.
    """
    villages = Villages.from_frame(frame)
    names = candidates(parameters, speed_mbps, technologies)
    chosen = cheapest(villages, parameters, names, speed_mbps)
    columns: dict[str, Any] = {"technology": _names(chosen, names)}
    for measure, (low, central, high) in ranges(villages, parameters, names, chosen, speed_mbps).items():
        columns |= {measure: central, f"{measure}_low": low, f"{measure}_high": high}
    columns["unknown_inputs"] = villages.unknown_inputs()
    return pd.DataFrame(columns, index=frame.index)


def cost_by_technology(
    frame: pd.DataFrame,
    parameters: Parameters,
    *,
    speed_mbps: float = 12.0,
    technologies: tuple[str, ...] = tuple(TECHNOLOGIES),
) -> pd.DataFrame:
    """Every technology beside the others: rows (village, technology), the columns of `cost_of_villages` and
    is_fast_enough, is_cheapest. Slow ones are priced too, so that a page can show what is given up."""
    villages = Villages.from_frame(frame)
    fast = candidates(parameters, speed_mbps, technologies)
    best = _names(cheapest(villages, parameters, fast, speed_mbps), fast)
    parts = []
    for name in technologies:
        only = np.zeros(len(frame), dtype=int)
        part: dict[str, Any] = {
            "technology": name,
            "is_fast_enough": name in fast,
            "is_cheapest": best == name,
        }
        for measure, (low, central, high) in ranges(villages, parameters, [name], only, speed_mbps).items():
            part |= {measure: central, f"{measure}_low": low, f"{measure}_high": high}
        parts.append(pd.DataFrame(part, index=frame.index))
    return pd.concat(parts).set_index("technology", append=True).sort_index(level=0, sort_remaining=False)


def amounts_of(technology: str, villages: Villages, values: Values, speed_mbps: float) -> Amounts:
    """One technology in every village: K, O and K + Σ O/(1+i)^t."""
    cost = TECHNOLOGIES[technology].cost(villages.known_or_assumed(values), values, speed_mbps)
    factor = annuity_factor(values[f"{SHARED}.discount_rate"], years_of(values))
    return Amounts(cost.capex_yuan, cost.opex_yuan_per_year, cost.capex_yuan + cost.opex_yuan_per_year * factor)


def years_of(values: Values) -> int:
    """Years of operation that are counted."""
    return int(values.parameters[f"{SHARED}.period_years"].value)


def cheapest(villages: Villages, parameters: Parameters, names: list[str], speed_mbps: float) -> Array:
    """Per village the place in `names` of the least present value; NONE_FAST_ENOUGH where `names` is empty."""
    if not names:
        return np.full(len(villages.terrain), NONE_FAST_ENOUGH)
    values = parameters.values()
    return np.argmin([amounts_of(name, villages, values, speed_mbps).present_value_yuan for name in names], axis=0)


def chosen_amounts(villages: Villages, values: Values, names: list[str], chosen: Array, speed_mbps: float) -> Amounts:
    """The measures of each village's own technology; NaN where it has none."""
    result = {measure: np.full(len(chosen), np.nan) for measure in MEASURES}
    for place, name in enumerate(names):
        rows = chosen == place
        if rows.any():
            amounts = amounts_of(name, villages, values, speed_mbps)
            for measure in MEASURES:
                result[measure][rows] = amounts.of(measure)[rows]
    return Amounts(**result)


def swings(
    villages: Villages, parameters: Parameters, names: list[str], chosen: Array, speed_mbps: float
) -> Iterator[tuple[str, Amounts, Amounts]]:
    """For each uncertain parameter: its key, and the amounts at its low and at its high bound, all else central."""
    for one in parameters.uncertain():
        at_low = parameters.values({one.key: one.low})
        at_high = parameters.values({one.key: one.high})
        yield (
            one.key,
            chosen_amounts(villages, at_low, names, chosen, speed_mbps),
            chosen_amounts(villages, at_high, names, chosen, speed_mbps),
        )


def ranges(
    villages: Villages, parameters: Parameters, names: list[str], chosen: Array, speed_mbps: float
) -> dict[str, tuple[Array, Array, Array]]:
    """Measure → low, central, high per village. With one uncertain parameter the bounds are exactly what it makes."""
    central = chosen_amounts(villages, parameters.values(), names, chosen, speed_mbps)
    down = {measure: np.zeros(len(chosen)) for measure in MEASURES}
    up = {measure: np.zeros(len(chosen)) for measure in MEASURES}
    for _, at_low, at_high in swings(villages, parameters, names, chosen, speed_mbps):
        for measure in MEASURES:
            low = np.fmin(at_low.of(measure), at_high.of(measure))
            high = np.fmax(at_low.of(measure), at_high.of(measure))
            down[measure] += _log_ratio(low, central.of(measure)) ** 2
            up[measure] += _log_ratio(high, central.of(measure)) ** 2
    return {
        measure: (
            central.of(measure) * np.exp(-np.sqrt(down[measure])),
            central.of(measure),
            central.of(measure) * np.exp(np.sqrt(up[measure])),
        )
        for measure in MEASURES
    }


def _log_ratio(moved: Array, central: Array) -> Array:
    """ln(moved / central); 0 where both are nothing, and infinite where a cost can vanish."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.log(moved / central)
    return np.where((moved == central) | np.isnan(central), 0.0, ratio)


def candidates(parameters: Parameters, speed_mbps: float, technologies: tuple[str, ...]) -> list[str]:
    if not (np.isfinite(speed_mbps) and speed_mbps > 0):
        raise ParameterError(f"speed_mbps: expected more than 0, found {speed_mbps:g}")
    return fast_enough(parameters, speed_mbps, technologies)


def _names(chosen: Array, names: list[str]) -> np.ndarray[Any, np.dtype[np.object_]]:
    """Names of technologies by their place; the last one, for NONE_FAST_ENOUGH, is None."""
    return np.array([*names, None], dtype=object)[chosen]
