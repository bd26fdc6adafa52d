"""How values spread: bars of a histogram, boxes by group, and which values stand out and by what rule.

Pure functions on arrays and frames; charts.py and pictures.py draw what they return, files carry it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

LEAST_VALUES = 5  # fewer have no distribution: they are listed
LEAST_IN_BOX = 5  # a box of three values would pretend to know quartiles
FENCE = 1.5  # interquartile ranges beyond the quartiles (Tukey)
MOST_BARS = 16
MOST_BEYOND = 12  # points drawn beyond each side of a box's whiskers: the farthest
SKEWED_FROM = 30.0  # largest value per median from which bars and axes follow 1, 2, 5, 10, 20, …
UNIT_FACTORS = (1e4, 1e3, 1e-3, 1e-4)  # 万 and thousand, forgotten or applied twice
FAR_OFF = 100.0  # times the median (or a hundredth of it) from which a wrong unit is thought of
STEPS = (1.0, 2.0, 5.0)


@dataclass(frozen=True)
class Summary:
    """Quartiles and fences of some values; `low` and `high` are the last values inside the fences."""

    n: int
    low: float
    q1: float
    median: float
    q3: float
    high: float
    low_fence: float
    high_fence: float


@dataclass(frozen=True)
class Histogram:
    """Counts between neighbouring edges; the last bar includes its upper edge."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Box:
    """One group: its summary where it has enough values, and the values that are drawn as points."""

    group: str
    n: int
    summary: Summary | None
    points: tuple[float, ...]


def summary(values: NDArray[np.float64]) -> Summary:
    """Of one or more known values."""
    q1, median, q3 = (float(value) for value in np.quantile(values, [0.25, 0.5, 0.75]))
    low_fence, high_fence = q1 - FENCE * (q3 - q1), q3 + FENCE * (q3 - q1)
    inside = values[(values >= low_fence) & (values <= high_fence)]
    ends = (float(inside.min()), float(inside.max()))
    return Summary(len(values), ends[0], q1, median, q3, ends[1], low_fence, high_fence)


def is_skewed(values: NDArray[np.float64]) -> bool:
    """Whether equal steps would put nearly all values in the first bar."""
    median = float(np.median(values))
    return bool(values.min() >= 0 and median > 0 and values.max() / median >= SKEWED_FROM)


def histogram(values: NDArray[np.float64]) -> Histogram:
    """Bars with round edges: equal ones, or 1–2–5 ones where values spread over orders of magnitude."""
    edges = _rising_edges(values) if is_skewed(values) else _equal_edges(values)
    counts, _ = np.histogram(values, edges)
    return Histogram(tuple(float(edge) for edge in edges), tuple(int(n) for n in counts))


def _equal_edges(values: NDArray[np.float64]) -> NDArray[np.float64]:
    low, high = float(values.min()), float(values.max())
    wanted = (high - low) / min(MOST_BARS, max(5, round(math.sqrt(len(values)))))
    step = _round_up(wanted) if wanted > 0 else max(abs(low), 1.0)
    first = math.floor(low / step + 1e-9)
    last = max(math.ceil(high / step - 1e-9), first + 1)
    digits_before = math.ceil(math.log10(max(abs(low), abs(high), 1.0)))
    return np.round(np.arange(first, last + 1) * step, max(10 - digits_before, 0))  # of 15 that a number has


def _rising_edges(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """0 and then 1–2–5 steps up to the largest; at most MOST_BARS of them, the smallest taken together."""
    edges: list[float] = []
    power = math.floor(math.log10(float(values.max())))
    while len(edges) <= MOST_BARS + 3 and power > -3:
        edges = [step * 10.0**power for step in STEPS] + edges
        power -= 1
    top = next(i for i, edge in enumerate([*edges, 10 * edges[-3]]) if edge >= values.max())
    kept = [*edges, 10 * edges[-3]][: top + 1][-MOST_BARS:]
    positive = values[values > 0]
    lowest = float(positive.min())
    while len(kept) > 2 and kept[1] <= lowest:
        kept = kept[1:]
    return np.array([0.0, *kept] if values.min() < kept[0] else kept)


def _round_up(step: float) -> float:
    """The next of 1, 2, 5, 10, …"""
    power = 10.0 ** math.floor(math.log10(step))
    return next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= step * (1 - 1e-9))


def boxes(frame: pd.DataFrame, column: str, group: str) -> list[Box]:
    """One box per group, the highest median first."""
    found = []
    for name, rows in frame.dropna(subset=[column]).groupby(group, sort=False):
        values = rows[column].astype(float).to_numpy()
        one = summary(values) if len(values) >= LEAST_IN_BOX else None
        points = tuple(sorted(values)) if one is None else _beyond(values, one)
        found.append((float(np.median(values)), Box(str(name), len(values), one, points)))
    return [box for _, box in sorted(found, key=lambda pair: (-pair[0], pair[1].group))]


def _beyond(values: NDArray[np.float64], one: Summary) -> tuple[float, ...]:
    """The values beyond the whiskers; where there are many, the farthest."""
    below = np.unique(values[values < one.low_fence])[:MOST_BEYOND]
    above = np.unique(values[values > one.high_fence])[-MOST_BEYOND:]
    return tuple(float(value) for value in (*below, *above))


def outliers(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """The rows that stand out, the farthest from the median first, with `reason` and `factor`.

    `reason` is unit (at least FAR_OFF times off the median, and inside the fences once multiplied by `factor`),
    above or below (beyond FENCE interquartile ranges). Empty with fewer than LEAST_VALUES known values.
    """
    held = frame.dropna(subset=[column])
    values = held[column].astype(float)
    if len(values) < LEAST_VALUES:
        return held.head(0).assign(reason="", factor=np.nan)
    one = summary(values.to_numpy())
    factor = _unit_factors(values.to_numpy(), one)
    reason = np.select(
        [~np.isnan(factor), values > one.high_fence, values < one.low_fence], ["unit", "above", "below"], ""
    )
    found = held.assign(reason=reason, factor=factor, off=_times_off(values.to_numpy(), one.median))
    found = found[found["reason"] != ""]
    return found.sort_values("off", ascending=False, kind="stable").drop(columns="off")


def _times_off(values: NDArray[np.float64], median: float) -> NDArray[np.float64]:
    """How many times above or below the median: orders both sides alike."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where((values > 0) & (median > 0), values / median, np.nan)
        return np.where(np.isnan(ratio), np.abs(values - median), np.maximum(ratio, 1 / ratio))


def _unit_factors(values: NDArray[np.float64], one: Summary) -> NDArray[np.float64]:
    """The factor that would make a far-off value usual, NaN where there is none."""
    factors = np.full(len(values), np.nan)
    if one.median <= 0:
        return factors
    is_far = (values > 0) & ((values >= FAR_OFF * one.median) | (values * FAR_OFF <= one.median))
    for factor in UNIT_FACTORS[::-1]:
        corrected = values * factor
        is_usual = (corrected >= max(one.low_fence, one.median / 10)) & (corrected <= one.high_fence)
        factors = np.where(is_far & is_usual, factor, factors)
    return factors


def axis_ticks(values: Sequence[float], most: int = 6) -> list[float]:
    """Round ticks for an axis from the lowest to the highest value: powers of ten where values are skewed."""
    held = np.array(values, dtype=float)
    if is_skewed(held):
        top = math.ceil(math.log10(float(held.max())))
        bottom = math.floor(math.log10(float(held[held > 0].min())))
        step = max(1, math.ceil((top - bottom) / most))
        ticks = [10.0**power for power in range(top, bottom - 1, -step)][::-1]
        return [0.0, *ticks] if held.min() == 0 else ticks
    low, high = min(0.0, float(held.min())), float(held.max())
    step_size = _round_up((high - low) / most) if high > low else max(abs(high), 1.0)
    return [
        float(value) for value in np.arange(math.floor(low / step_size), math.ceil(high / step_size) + 1) * step_size
    ]
