"""Which class of a coloured map a value belongs to, and what the legend says of it.

How classes are made is the reader's choice, written `classes=` in the address: quantile, natural, equal, or
typed edges such as `5,10,20`. Without it percentages get edges that suit neighbouring dates and places too, so
that two maps can be compared, and other units quantiles. Where every such set would put most places into its highest
class, a map of percentages has natural breaks of its own.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from atlas.look import colours
from atlas.look.parameters import Asked, Parameter, Unreadable

MOST_CLASSES = 6
TOP_SHARE = 0.25  # a fixed set fits when at most so many places are in its highest class
MOST_AT_THE_TOP = 0.4  # so many are let pass where no set fits
#: Lower edges in percent; the first set whose top class is not crowded is taken, so that the
#: same edges serve neighbouring dates and places can be compared.
PERCENT_EDGES = (
    (0, 0.2, 0.5, 1, 2, 5),
    (0, 1, 2, 5, 10, 20),
    (0, 5, 10, 20, 30, 40),
    (0, 10, 25, 40, 55, 70),
    (0, 50, 60, 70, 80, 90),
)
#: Of several dates, where at one nine villages in ten were unconnected and at another one in twenty: steps that widen
#: tell places apart at both, and mean the same under every standard and in every place.
WIDENING_EDGES = (0, 2, 5, 10, 30, 70)


@dataclass(frozen=True)
class Classes:
    """Lower edges (in the value's unit) with a colour each, and the word for how they were made."""

    edges: tuple[float, ...]
    colours: tuple[str, ...]
    method: str  # fixed, manual, quantile, natural, equal, single
    is_across: bool = False  # made of the values of several dates: the same at each of them

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
    worse_to_better = colours.colours("change", len(edges), theme_name)
    shown = worse_to_better[::-1] if palette == "gap" else worse_to_better
    return Classes(edges, shown, "fixed")


METHODS = ("quantile", "natural", "equal")
ONE_DATE = "date"  # edges that suit the map's own date, whatever other dates have
MOST_EXACT = 600  # values; the exact natural breaks of 3,000 take twelve seconds
LARGEST_EDGE = 1e15
SCALES = {"": 1.0, "k": 1e3, "m": 1e6, "千": 1e3, "万": 1e4, "亿": 1e8}
TYPED_EDGE = re.compile(r"(?P<number>-?\d{1,15}(?:\.\d{1,6})?)\s*(?P<scale>[km千万亿]?)", re.IGNORECASE | re.ASCII)


class UnreadableClasses(ValueError):
    """Neither a method nor one to five rising numbers."""

    expected = (*METHODS, ONE_DATE, "5,10,20")


def read(text: str) -> str:
    """How classes shall be made, as it stands in addresses: "" (as the map has it), a method, or `5,10,20`.

    Typed edges may carry 万, 亿, k or m and any comma or space between them. Raises UnreadableClasses.
    """
    wanted = text.strip().lower()
    if wanted in ("", ONE_DATE, *METHODS):
        return wanted
    found = [TYPED_EDGE.fullmatch(part) for part in re.split(r"[,，、;；\s]+", wanted) if part]
    if not all(found) or not 1 <= len(found) < MOST_CLASSES:
        raise UnreadableClasses(text[:40])
    edges = [float(one["number"]) * SCALES[one["scale"]] for one in found if one]
    if any(later <= earlier for earlier, later in pairwise(edges)):
        raise UnreadableClasses(text[:40])
    if any(abs(edge) > LARGEST_EDGE for edge in edges):
        raise UnreadableClasses(text[:40])
    return ",".join(f"{edge:.6f}".rstrip("0").rstrip(".") for edge in edges)


@dataclass(frozen=True)
class ClassesParameter(Parameter):
    """How classes are made, in an address."""

    def read(self, asked: Asked) -> str:
        try:
            return read(asked.values.get(self.name, ""))
        except UnreadableClasses as unreadable:
            raise Unreadable(self.name, unreadable.expected) from unreadable


Classed = Annotated[str, ClassesParameter("classes")]


def is_typed(wanted: str) -> bool:
    """Whether the edges themselves are given."""
    return bool(wanted) and wanted not in (ONE_DATE, *METHODS)


def classify(
    values: Sequence[float | None],
    unit: str,
    palette: str,
    theme_name: str,
    wanted: str = "",
    is_across: bool = False,
) -> Classes:
    """Classes for the known values of one map, or of one at several dates; an empty map has one class.

    `wanted` is as `read` gives it.
    """
    known = np.array([value for value in values if value is not None and not np.isnan(value)], dtype=float)
    edges, method = _edges(known, unit, "" if wanted == ONE_DATE else wanted, is_across)
    return Classes(edges, colours.colours(palette, len(edges), theme_name), method, is_across)


def _edges(
    known: NDArray[np.float64], unit: str, wanted: str, is_across: bool = False
) -> tuple[tuple[float, ...], str]:
    if not wanted and unit == "percent":
        return (WIDENING_EDGES, "fixed") if is_across else _percent_edges(known)
    if is_typed(wanted):
        typed = [float(edge) for edge in wanted.split(",")]
        if not len(known) or any(known.min() < edge <= known.max() for edge in typed):
            return _typed_edges(known, unit, typed), "manual"
        return _edges(known, unit, "", is_across)  # typed for another map: they would put everything in one class
    distinct = np.unique(known)
    if len(distinct) <= 1:
        return (float(distinct[0]) if len(distinct) else 0.0,), "single"
    method = wanted or "quantile"
    upper = _upper_edges(known, min(MOST_CLASSES, len(distinct)), method)
    inner = [edge for edge in upper if edge < distinct[-1]]
    if method != "equal":  # whose edges are where they are, whatever lies there
        inner = [_lower_edge(distinct, edge) for edge in inner]
    edges = np.unique([_floored(distinct[0]), *inner])
    return tuple(float(edge) for edge in edges), method


def _typed_edges(known: NDArray[np.float64], unit: str, typed: list[float]) -> tuple[float, ...]:
    """The typed edges divide the values; beneath the first lies one more class, from 0 or the lowest value."""
    lowest = 0.0 if unit == "percent" or not len(known) else float(known.min())
    return (_floored(lowest), *typed) if lowest < typed[0] else tuple(typed)


def _upper_edges(known: NDArray[np.float64], count: int, method: str) -> NDArray[np.float64]:
    """Upper ends of all classes but the last."""
    import mapclassify  # here: it takes seconds to load, and most maps have fixed edges

    if method == "natural":
        return np.asarray(mapclassify.FisherJenks(_thinned(known), k=count).bins[:-1], dtype=float)
    make = {"quantile": mapclassify.Quantiles, "equal": mapclassify.EqualInterval}[method]
    return np.asarray(make(known, k=count).bins[:-1], dtype=float)


def _lower_edge(distinct: NDArray[np.float64], upper: float) -> float:
    """The next class begins above `upper`, which belongs to the one before: as round a number as lies between."""
    following = float(distinct[np.searchsorted(distinct, upper, side="right")])
    for digits in range(1, 12):
        edge = _floored(following, digits)
        if upper < edge <= following:
            return edge
    return following


def _thinned(known: NDArray[np.float64]) -> NDArray[np.float64]:
    """At most so many of the sorted values, evenly taken with both ends: the same at each call."""
    ordered = np.sort(known)
    if len(ordered) <= MOST_EXACT:
        return ordered
    return ordered[np.linspace(0, len(ordered) - 1, MOST_EXACT).round().astype(int)]


def _percent_edges(known: NDArray[np.float64]) -> tuple[tuple[float, ...], str]:
    """A fixed set; else the map's own breaks, natural ones unless these crowd the top as well."""
    for most in (TOP_SHARE, MOST_AT_THE_TOP):
        for edges in PERCENT_EDGES:
            if not len(known) or np.mean(known >= edges[-1]) <= most:
                return edges, "fixed"
    found = _edges(known, "percent", "natural")
    return found if np.mean(known >= found[0][-1]) <= MOST_AT_THE_TOP else _edges(known, "percent", "quantile")


def _floored(value: float, digits: int = 2) -> float:
    """To so many figures, downwards: an edge of 1,300 can be read, one of 1,287 cannot."""
    if value == 0:
        return 0.0
    step = 10.0 ** (math.floor(math.log10(abs(value))) - digits + 1)
    return float(round(math.floor(value / step + 1e-9) * step, 10))
