"""What moves the cost of a plan, and how far: one parameter at a time, and all at once by chance.

A parameter is common to all villages: where cable is dear it is dear in every one of them, so a total does not
become more certain by holding many villages. The same holds for what is assumed where an input is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from planning.cost.least import MEASURES, amounts_of, candidates, cheapest, chosen_amounts, swings
from planning.cost.parameters import SHARES, Number, Parameter, Parameters
from planning.cost.technologies import TECHNOLOGIES, Villages

Array = np.ndarray[Any, np.dtype[np.float64]]
QUANTILES = (0.05, 0.5, 0.95)
OF_TOTALS = (0.05, 0.5, 0.8, 0.95)  # half of the draws are dearer than p50, a fifth than p80
CELLS_AT_ONCE = 2_000_000  # draws × villages held in memory
NORMAL_P95 = 1.6449  # of the standard normal distribution
FARTHEST = 3.0  # standard deviations: no draw lies farther out


@dataclass(frozen=True)
class MonteCarlo:
    """`total_yuan`: the sum over all villages in each draw. `villages`: p05, p50, p95 of each, indexed like the
    input.
    """

    measure: str
    seed: int
    draws: int
    total_yuan: Array
    villages: pd.DataFrame

    def total_quantiles_yuan(self) -> dict[str, float]:
        return {_name(share): float(np.quantile(self.total_yuan, share)) for share in QUANTILES}


def tornado(
    frame: pd.DataFrame,
    parameters: Parameters,
    *,
    measure: str = "present_value_yuan",
    speed_mbps: float = 12.0,
    technologies: tuple[str, ...] = tuple(TECHNOLOGIES),
) -> pd.DataFrame:
    """The total of all villages with one parameter at its bounds and all others central, widest first.

    Columns: key, at_low_yuan, at_high_yuan, swing_yuan (never negative), value, low, high, unit, name_zh, name_en,
    strength. Technologies stay as chosen on central values; parameters that move nothing are left out. Villages
    without a technology count nothing. attrs["central_yuan"] is the total that the bars start from.
    """
    _check_measure(measure)
    villages, names, chosen = _plan(frame, parameters, speed_mbps, technologies)
    rows = []
    for key, at_low, at_high in swings(villages, parameters, names, chosen, speed_mbps):
        low, high = float(np.nansum(at_low.of(measure))), float(np.nansum(at_high.of(measure)))
        one = parameters[key]
        rows.append((key, low, high, abs(high - low), *(getattr(one, field) for field in _SHOWN)))
    table = pd.DataFrame(rows, columns=["key", "at_low_yuan", "at_high_yuan", "swing_yuan", *_SHOWN])
    table = table[table["swing_yuan"] > 0].sort_values("swing_yuan", ascending=False, ignore_index=True)
    central = chosen_amounts(villages, parameters.values(), names, chosen, speed_mbps).of(measure)
    table.attrs["central_yuan"] = float(np.nansum(central))
    return table


_SHOWN = ("value", "low", "high", "unit", "name_zh", "name_en", "strength")


def monte_carlo(
    frame: pd.DataFrame,
    parameters: Parameters,
    *,
    seed: int,
    draws: int = 500,
    measure: str = "present_value_yuan",
    speed_mbps: float = 12.0,
    technologies: tuple[str, ...] = tuple(TECHNOLOGIES),
) -> MonteCarlo:
    """Draw every uncertain parameter, low and high being its p05 and p95; the same seed gives the same result."""
    _check_measure(measure)
    if draws < 1:
        raise ValueError(f"expected one draw or more, found {draws}")
    villages, names, chosen = _plan(frame, parameters, speed_mbps, technologies)
    drawn = _drawn(parameters, seed, draws)
    total = np.zeros(draws)
    quantiles = np.full((len(QUANTILES), len(frame)), np.nan)
    step = max(1, CELLS_AT_ONCE // draws)
    for start in range(0, len(frame), step):
        rows = slice(start, start + step)
        sample = _sampled(villages.part(rows), parameters, names, chosen[rows], speed_mbps, drawn, measure)
        total += np.nansum(sample, axis=1)
        quantiles[:, rows] = np.quantile(sample, QUANTILES, axis=0)
    columns = {_name(share): quantiles[n] for n, share in enumerate(QUANTILES)}
    return MonteCarlo(measure, seed, draws, total, pd.DataFrame(columns, index=frame.index))


def drawn_sums(
    frame: pd.DataFrame,
    groups: pd.Series,
    parameters: Parameters,
    *,
    seed: int,
    draws: int = 500,
    speed_mbps: float = 12.0,
    technologies: tuple[str, ...] = tuple(TECHNOLOGIES),
) -> tuple[list[Any], dict[str, Array]]:
    """The groups, and for each measure what all villages of each cost together: draws down, groups across.

    The draws are the same for all groups; villages without a group are left out. Raises VillagesError, ParameterError.
    """
    codes, listed = pd.factorize(groups, sort=True)
    kept = codes >= 0
    villages, names, chosen = _plan(frame[kept], parameters, speed_mbps, technologies)
    by_technology = [
        (name, villages.part(chosen == place), codes[kept][chosen == place]) for place, name in enumerate(names)
    ]
    sums = {measure: np.zeros((draws, len(listed))) for measure in MEASURES}
    drawn = _drawn(parameters, seed, draws)
    for draw in range(draws):
        changed: dict[str, Number] = {key: float(numbers[draw]) for key, numbers in drawn.items()}
        values = parameters.values(changed)
        for name, part, group in by_technology:
            amounts = amounts_of(name, part, values, speed_mbps)
            for measure in MEASURES:
                sums[measure][draw] += np.bincount(group, amounts.of(measure), len(listed))
    return list(listed), sums


def drawn_totals(frame: pd.DataFrame, groups: pd.Series, parameters: Parameters, **options: Any) -> pd.DataFrame:
    """What all villages of each group cost together, as quantiles of the draws. options: those of `drawn_sums`.

    Columns: group, and each measure with _p05, _p50, _p80, _p95. The sum of central values is no middle: upper ranges
    are longer than lower ones, and most draws are dearer. Quantiles of parts need not add up to that of the whole.
    """
    listed, sums = drawn_sums(frame, groups, parameters, **options)
    columns: dict[str, Any] = {"group": listed}
    for measure, of_draws in sums.items():
        for share in OF_TOTALS:
            name = f"{measure}_{_name(share).removesuffix('_yuan')}"
            columns[name] = np.quantile(of_draws, share, axis=0) if listed else []
    return pd.DataFrame(columns)


def _plan(
    frame: pd.DataFrame, parameters: Parameters, speed_mbps: float, technologies: tuple[str, ...]
) -> tuple[Villages, list[str], Array]:
    villages = Villages.from_frame(frame)
    names = candidates(parameters, speed_mbps, technologies)
    return villages, names, cheapest(villages, parameters, names, speed_mbps)


def _drawn(parameters: Parameters, seed: int, draws: int) -> dict[str, Array]:
    """Key → one number per draw. Each key has a stream of its own: another parameter does not move the others."""
    drawn = {}
    for one in parameters.uncertain():
        random = np.random.default_rng([seed, *one.key.encode("utf-8")])
        drawn[one.key] = _spread(one, random.standard_normal(draws))
    return drawn


def _spread(one: Parameter, normal: Array) -> Array:
    """Standard normal draws as draws of a parameter: the median is its value, low and high are p05 and p95.

    Ratios are normal on either side of the median (a two-piece log-normal), so that a long upper range does not
    move the middle; where low is 0, the differences are.
    """
    z = np.clip(normal, -FARTHEST, FARTHEST) / NORMAL_P95
    if one.low > 0:
        side = np.where(z < 0, one.value / one.low, one.high / one.value)
        drawn = one.value * side**z
    else:
        side = np.where(z < 0, one.value - one.low, one.high - one.value)
        drawn = np.maximum(one.value + side * z, 0.0)
    return np.minimum(drawn, 1.0) if one.parameter in SHARES else drawn


def _sampled(
    villages: Villages,
    parameters: Parameters,
    names: list[str],
    chosen: Array,
    speed_mbps: float,
    drawn: dict[str, Array],
    measure: str,
) -> Array:
    """Draws down, villages across."""
    draws = len(next(iter(drawn.values()))) if drawn else 1
    sample = np.full((draws, len(chosen)), np.nan)
    for draw in range(draws):
        changed: dict[str, Number] = {key: float(numbers[draw]) for key, numbers in drawn.items()}
        values = parameters.values(changed)
        sample[draw] = chosen_amounts(villages, values, names, chosen, speed_mbps).of(measure)
    return sample


def _name(share: float) -> str:
    return f"p{round(share * 100):02d}_yuan"


def _check_measure(measure: str) -> None:
    if measure not in MEASURES:
        raise ValueError(f"no measure {measure}; there are {', '.join(MEASURES)}")
