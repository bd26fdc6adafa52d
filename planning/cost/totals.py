"""What connecting many villages costs together, and place by place, as a range.

A parameter is common to all villages: where cable is dear it is dear in every one of them. So each parameter moves a
total as a whole, and these moves are added in quadrature on logarithms, as for one village in planning/cost/least.py;
the central numbers of the places add up to the whole, their bounds do not have to.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from planning.cost.least import MEASURES, Amounts, candidates, cheapest, chosen_amounts, swings
from planning.cost.parameters import Parameters
from planning.cost.technologies import TECHNOLOGIES, Villages

Array = np.ndarray[Any, np.dtype[np.float64]]


def cost_of_groups(
    frame: pd.DataFrame,
    groups: pd.Series,
    parameters: Parameters,
    *,
    speed_mbps: float = 12.0,
    technologies: tuple[str, ...] = tuple(TECHNOLOGIES),
) -> pd.DataFrame:
    """One row per group, in their order; villages whose group is missing are left out.

    `groups`: one name per row of `frame`. Columns: group, villages, without_technology (counted in villages, cost
    nothing here), then capex_yuan, opex_yuan_per_year, present_value_yuan, each with _low and _high.
    Raises VillagesError, ParameterError.
    """
    codes, names = pd.factorize(groups, sort=True)
    kept = codes >= 0
    villages = Villages.from_frame(frame[kept])
    codes, count = codes[kept], len(names)
    fast = candidates(parameters, speed_mbps, technologies)
    chosen = cheapest(villages, parameters, fast, speed_mbps)
    central = _sums(chosen_amounts(villages, parameters.values(), fast, chosen, speed_mbps), codes, count)
    down = {measure: np.zeros(count) for measure in MEASURES}
    up = {measure: np.zeros(count) for measure in MEASURES}
    for _, at_low, at_high in swings(villages, parameters, fast, chosen, speed_mbps):
        low, high = _sums(at_low, codes, count), _sums(at_high, codes, count)
        for measure in MEASURES:
            down[measure] += _log_ratio(np.minimum(low[measure], high[measure]), central[measure]) ** 2
            up[measure] += _log_ratio(np.maximum(low[measure], high[measure]), central[measure]) ** 2
    columns: dict[str, Any] = {
        "group": names,
        "villages": np.bincount(codes, minlength=count),
        "without_technology": np.bincount(codes[np.asarray(chosen) < 0], minlength=count),
    }
    for measure in MEASURES:
        columns[measure] = central[measure]
        columns[f"{measure}_low"] = central[measure] * np.exp(-np.sqrt(down[measure]))
        columns[f"{measure}_high"] = central[measure] * np.exp(np.sqrt(up[measure]))
    return pd.DataFrame(columns)


def _sums(amounts: Amounts, codes: Array, count: int) -> dict[str, Array]:
    return {
        measure: np.asarray(np.bincount(codes, np.nan_to_num(amounts.of(measure)), minlength=count), dtype=np.float64)
        for measure in MEASURES
    }


def _log_ratio(moved: Array, central: Array) -> Array:
    """ln(moved / central); 0 where nothing costs anything."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.log(moved / central)
    return np.where(moved == central, 0.0, ratio)
