"""Which class of a coloured map a value belongs to, and what the legend says of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from atlas import theme

MOST_CLASSES = 6
TOP_SHARE = 0.25  # a manual set fits when at most so many places are in its highest class
#: Lower edges in percent; the first set whose top class is not crowded is taken, so that the
#: same edges serve neighbouring dates and places can be compared.
PERCENT_EDGES = ((0, 1, 2, 4, 8, 12), (0, 2, 5, 10, 15, 20), (0, 5, 10, 20, 30, 40), (0, 10, 25, 40, 55, 70))


@dataclass(frozen=True)
class Classes:
    """Lower edges (in the value's unit) with a colour each, and the word for how they were made."""

    edges: tuple[float, ...]
    colours: tuple[str, ...]
    method: str  # manual, quantile, single

    def of(self, values: NDArray[np.float64]) -> NDArray[np.int64]:
        """The class of each value, -1 where it is not known."""
        number = np.searchsorted(np.array(self.edges), values, side="right") - 1
        return np.where(np.isnan(values), -1, np.clip(number, 0, len(self.edges) - 1))


#: How far a difference of shares (percentage points) goes from "none" to "much"; the same both ways.
CHANGE_STEPS = ((0.5, 2.0, 5.0), (0.5, 5.0, 20.0), (5.0, 20.0, 40.0), (10.0, 30.0, 50.0))
LEAST_CHANGE = -100.0


def change_classes(values: Sequence[float], palette: str, theme_name: str) -> Classes:
    """Classes of a difference between two shares; more gap is worse, more of a rate better."""
    known = np.abs(np.array([value for value in values if not np.isnan(value)], dtype=float))
    fitting = (steps for steps in CHANGE_STEPS if not len(known) or np.mean(known >= steps[-1]) <= TOP_SHARE)
    small, some, much = next(fitting, CHANGE_STEPS[-1])
    edges = (LEAST_CHANGE, -much, -some, -small, small, some, much)
    worse_to_better = theme.colours("change", len(edges), theme_name)
    colours = worse_to_better[::-1] if palette == "gap" else worse_to_better
    return Classes(edges, colours, "manual")


def classify(values: Sequence[float | None], unit: str, palette: str, theme_name: str) -> Classes:
    """Classes for the known values of one map; an empty map has one class."""
    known = np.array([value for value in values if value is not None and not np.isnan(value)], dtype=float)
    if unit == "percent":
        edges, method = _percent_edges(known), "manual"
    else:
        edges, method = _quantile_edges(known)
    return Classes(edges, theme.colours(palette, len(edges), theme_name), method)


def _percent_edges(known: NDArray[np.float64]) -> tuple[float, ...]:
    for edges in PERCENT_EDGES:
        if not len(known) or np.mean(known >= edges[-1]) <= TOP_SHARE:
            return edges
    return PERCENT_EDGES[-1]


def _quantile_edges(known: NDArray[np.float64]) -> tuple[tuple[float, ...], str]:
    import mapclassify  # here: it takes four seconds to load, and most maps have fixed edges

    distinct = np.unique(known)
    if len(distinct) <= 1:
        return (float(distinct[0]) if len(distinct) else 0.0,), "single"
    count = min(MOST_CLASSES, len(distinct))
    upper = mapclassify.Quantiles(known, k=count).bins[:-1]
    edges = np.unique([distinct[0], *(_rounded(edge) for edge in upper if edge < distinct[-1])])
    return tuple(float(edge) for edge in edges), "quantile"


def _rounded(value: float) -> float:
    """To two figures: an edge of 1,300 can be read, one of 1,287 cannot."""
    if value == 0:
        return 0.0
    digits = 1 - int(np.floor(np.log10(abs(value))))
    return float(round(value, digits))
