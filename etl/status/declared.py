"""Read and check the declaration that the simulated status is made from.

Dates and weights are declared in a TOML table; rates are published figures that it names, of the nation and of places,
and projects whose number of villages was published. Here they become a `StatusModel` (the rates wanted are worked out
in etl/status/cells.py). Pure functions of their arguments. The method is explained in
`docs/methods/simulated-status.md`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from etl.status.tables import AnchorTable, FigurePlaces, FixedTable, StandardTable, StatusTables, Weights
from ground.declared import Unfit, read

OPERATORS = ("=", "~", ">", ">=", "<", "<=", "~<")


# --- what is declared ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figure:
    """A published figure, as much of it as a model needs."""

    figure_id: str
    place_id: str | None
    indicator: str
    as_of: date  # the last day of what its date says
    value: float
    operator: str  # one of OPERATORS
    denominator: str | None  # of what it is a share, as told
    citation: str  # publisher, document, date and words


@dataclass(frozen=True)
class Project:
    """A project whose number of villages was published."""

    places: tuple[str, ...]
    villages: int


@dataclass(frozen=True)
class Facts:
    """What was published, and which place is the nation."""

    nation_id: str
    figures: Mapping[str, Figure]
    projects: Mapping[str, Project]


@dataclass(frozen=True)
class Anchor:
    """A rate (share 0 to 1) that the simulation has to meet on its date."""

    as_of: date
    rate: float
    operator: str  # one of OPERATORS: how the publisher qualified the figure
    kind: str  # published, or derived from published counts
    denominator: str | None  # of what it is a share, in words
    figure_ids: tuple[str, ...]
    citation: str


@dataclass(frozen=True)
class PlaceAnchor:
    """A rate published of a place below the nation."""

    place_id: str
    as_of: date
    rate: float
    operator: str
    figure_id: str


@dataclass(frozen=True)
class Family:
    """Standards that one network brings: they share one lag."""

    family_id: str
    follows: str | None  # the family whose lag this one is correlated with
    correlation: float


@dataclass(frozen=True)
class Standard:
    """One meaning of "connected", with the rates published for it in order of date."""

    standard_id: str
    family: str
    implies: str | None  # a village that meets this standard meets that one too
    service_start: date | None  # before it the standard is not applicable; on it the rate is 0
    anchors: tuple[Anchor, ...]
    place_anchors: tuple[PlaceAnchor, ...]


@dataclass(frozen=True)
class FixedGroup:
    """The villages of a project, unconnected at one date and connected at another."""

    group_id: str
    places: tuple[str, ...]
    standard: str
    count: int
    unconnected_on: date
    connected_on: date


@dataclass(frozen=True)
class StatusModel:
    """A checked declaration; implied standards come first."""

    seed: str
    dates: tuple[date, ...]
    snap_days: int  # a place's figure counts for the nearest date of the model, if it is this close
    pilot_batches: tuple[int, ...]  # whose villages lag: those of whole lists
    weights: Weights
    families: tuple[Family, ...]
    standards: tuple[Standard, ...]
    fixed: tuple[FixedGroup, ...]

    @classmethod
    def from_declaration(cls, declaration: Mapping[str, Any], facts: Facts) -> StatusModel:
        """Read and check a parsed TOML table; raises Unfit.

        Keys used: `model` (seed, dates, snap_days, pilot_batches, weights), `family`, `standard` (with `anchor`,
        `places`), `fixed`.
        """
        written = read(declaration, StatusTables)
        head = written.model
        families = tuple(Family(one.id, one.follows, one.correlation or 0.0) for one in written.family)
        standards = tuple(_standard(one, f"standard[{n}]", facts) for n, one in enumerate(written.standard, 1))
        fixed = tuple(_fixed(one, f"fixed[{n}]", facts) for n, one in enumerate(written.fixed or (), 1))
        _check_families(families)
        standards = _implied_first(standards, families)
        _check_fixed(fixed, standards)
        return cls(head.seed, head.dates, head.snap_days, head.pilot_batches, head.weights, families, standards, fixed)


# --- what it says, with the figures it names -----------------------------------------------------------


def _standard(written: StandardTable, key: str, facts: Facts) -> Standard:
    start, places = written.service_start, written.places
    standard = Standard(
        standard_id=written.id,
        family=written.family,
        implies=written.implies,
        service_start=start,
        anchors=tuple(_anchor(one, f"{key}.anchor[{n}]", facts) for n, one in enumerate(written.anchor, 1)),
        place_anchors=() if places is None else _place_anchors(places, f"{key}.places", facts),
    )
    for earlier, later in pairwise(standard.anchors):
        if later.as_of <= earlier.as_of:
            raise Unfit(f"{key}.anchor", f"a date after {earlier.as_of}", str(later.as_of))
        if later.rate < earlier.rate:
            expected = f"a rate of at least {percent(earlier.rate)} (that of {earlier.as_of})"
            raise Unfit(f"{key}.anchor", expected, f"{percent(later.rate)} at {later.as_of}")
    if start is not None and standard.anchors[0].as_of <= start:
        raise Unfit(f"{key}.anchor", f"a date after service_start {start}", str(standard.anchors[0].as_of))
    return standard


def _anchor(written: AnchorTable, key: str, facts: Facts) -> Anchor:
    if written.without is None or written.date is None or written.of is None:
        figure = _figure(f"{key}.figure", written.figure, facts)
        rate = _share(f"{key}.figure", figure.value / 100)
        ids = (figure.figure_id,)
        return Anchor(figure.as_of, rate, figure.operator, "published", figure.denominator, ids, figure.citation)
    without = [_figure(f"{key}.without", one, facts) for one in written.without]
    of = _figure(f"{key}.of", written.of, facts)
    rate = _share(f"{key}.without", 1 - sum(one.value for one in without) / of.value if of.value else -1.0)
    sum_of = " + ".join(f"{one.value:,.0f}" for one in without)
    return Anchor(
        as_of=written.date,
        rate=rate,
        operator="~",
        kind="derived",
        denominator=f"1 - ({sum_of}) / {of.value:,.0f}",
        figure_ids=(*(one.figure_id for one in without), of.figure_id),
        citation="; ".join(one.citation for one in (*without, of)),
    )


def _figure(key: str, figure_id: str | None, facts: Facts) -> Figure:
    figure = facts.figures.get(figure_id or "")
    if figure is None:
        raise Unfit(key, "the id of a published figure with a number and a date", repr(figure_id))
    if figure.place_id != facts.nation_id:
        raise Unfit(key, f"a figure of the nation {facts.nation_id}", f"{figure_id} of {figure.place_id}")
    return figure


def _share(key: str, rate: float) -> float:
    if not 0 <= rate <= 1:
        raise Unfit(key, "a share from 0 to 100 %", percent(rate))
    return rate


def _place_anchors(written: FigurePlaces, key: str, facts: Facts) -> tuple[PlaceAnchor, ...]:
    """Every figure of the named indicators that speaks of a place below the nation, except those left out; figures
    of counts that tell no denominator are passed over.
    """
    for one in written.leave_out:
        if one not in facts.figures:
            raise Unfit(f"{key}.leave_out", "ids of published figures", repr(one))
    found = []
    for figure in facts.figures.values():
        if figure.place_id in (None, facts.nation_id) or figure.figure_id in written.leave_out:
            continue
        whole = _number(figure.denominator)
        if figure.indicator in written.rates:
            rate = figure.value / 100
        elif figure.indicator in written.counts and whole:
            rate = figure.value / whole
        elif figure.indicator in written.counts_without and whole:
            rate = 1 - figure.value / whole
        else:
            continue
        rate = _share(f"{key}.{figure.figure_id}", rate)
        found.append(PlaceAnchor(str(figure.place_id), figure.as_of, rate, figure.operator, figure.figure_id))
    return tuple(sorted(found, key=lambda one: (one.place_id, one.as_of, one.figure_id)))


def _number(text: str | None) -> float | None:
    return float(text) if text is not None and text.isascii() and text.isdigit() else None


def _fixed(written: FixedTable, key: str, facts: Facts) -> FixedGroup:
    project = facts.projects.get(written.project)
    if project is None:
        raise Unfit(f"{key}.project", "a project with a published number of villages", repr(written.project))
    return FixedGroup(
        group_id=written.project,
        places=project.places,
        standard=written.standard,
        count=project.villages,
        unconnected_on=written.unconnected_on,
        connected_on=written.connected_on,
    )


def percent(rate: float) -> str:
    """A share 0 to 1 as text: 0.9098 → `90.98 %`."""
    return f"{100 * rate:.6g} %"


# --- checks across the tables -------------------------------------------------------------------------


def _no_twice(key: str, ids: Sequence[str]) -> None:
    for one in ids:
        if ids.count(one) > 1:
            raise Unfit(key, "each id once", f"{one!r} {ids.count(one)} times")


def _check_families(families: tuple[Family, ...]) -> None:
    """A family may follow only one declared before it, so that lags can be made in that order."""
    _no_twice("family", [family.family_id for family in families])
    before: list[str] = []
    for family in families:
        if family.follows is not None and family.follows not in before:
            raise Unfit("family.follows", f"a family declared before {family.family_id!r}", repr(family.follows))
        before.append(family.family_id)


def _implied_first(standards: tuple[Standard, ...], families: tuple[Family, ...]) -> tuple[Standard, ...]:
    """Order the standards so that a standard comes after the one it implies."""
    _no_twice("standard", [standard.standard_id for standard in standards])
    by_id = {standard.standard_id: standard for standard in standards}
    family_ids = [family.family_id for family in families]
    for one in standards:
        if one.family not in family_ids:
            raise Unfit("standard.family", f"one of {family_ids}", repr(one.family))
        if one.implies is not None:
            implied = by_id.get(one.implies)
            if implied is None or implied.family != one.family or implied is one:
                raise Unfit("standard.implies", f"another standard of family {one.family!r}", repr(one.implies))
    ordered: list[Standard] = []
    while len(ordered) < len(standards):
        done = [standard.standard_id for standard in ordered]
        ready = [s for s in standards if s not in ordered and (s.implies is None or s.implies in done)]
        if not ready:
            left = sorted(set(by_id) - set(done))
            raise Unfit("standard.implies", "no circle", f"one among {left}")
        ordered += ready
    return tuple(ordered)


def _check_fixed(fixed: tuple[FixedGroup, ...], standards: tuple[Standard, ...]) -> None:
    _no_twice("fixed", [group.group_id for group in fixed])
    by_id = {standard.standard_id: standard for standard in standards}
    for group in fixed:
        where = f"fixed {group.group_id!r}"
        if group.standard not in by_id:
            raise Unfit(f"{where}.standard", f"one of {sorted(by_id)}", repr(group.standard))
        start = by_id[group.standard].service_start
        if start is not None and group.unconnected_on < start:
            raise Unfit(f"{where}.unconnected_on", f"a date from service_start {start}", str(group.unconnected_on))
