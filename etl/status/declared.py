"""Read and check the declaration that the simulated status is made from.

Dates and weights are declared in a TOML table; rates are published figures that it names, of the nation and of places,
and projects whose number of villages was published. Here they become a `StatusModel` (the rates wanted are worked out
in etl/status/cells.py). Pure functions of their arguments. The method is explained in
`docs/methods/simulated-status.md`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

OPERATORS = ("=", "~", ">", ">=", "<", "<=", "~<")


class DeclarationError(ValueError):
    """The declaration cannot be used; the message names the key, what was expected and found."""


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
class Weights:
    """How much each thing makes a village lag; only their ratios matter."""

    sparse_county: float
    remote_from_seat: float
    pilot_area: float
    county_noise: float
    village_noise: float


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
        """Read and check a parsed TOML table; raises DeclarationError.

        Keys used: `model` (seed, dates, snap_days, pilot_batches, weights), `family`, `standard` (with `anchor`,
        `places`), `fixed`.
        Other top-level keys (titles, licence, ...) belong to whoever loads the source.
        """
        top = _Table(declaration, "")
        head = top.table("model")
        seed, dates, snap_days = head.text("seed"), head.dates("dates"), head.count("snap_days", 0)
        pilot_batches = head.counts("pilot_batches")
        weights = _weights(head.table("weights"))
        head.done()
        families = tuple(_family(table) for table in top.tables("family"))
        standards = tuple(_standard(table, facts) for table in top.tables("standard"))
        fixed = tuple(_fixed(table, facts) for table in top.tables("fixed", needed=False))
        _check_families(families)
        standards = _implied_first(standards, families)
        _check_fixed(fixed, standards)
        return cls(seed, dates, snap_days, pilot_batches, weights, families, standards, fixed)


# --- reading the declaration --------------------------------------------------------------------------


class _Table:
    """One table of the declaration: typed access, errors that name the key, and no key left unread."""

    def __init__(self, table: object, where: str) -> None:
        if not isinstance(table, Mapping):
            raise DeclarationError(f"{where}: expected a table, found {table!r}")
        self._table, self._where, self._read = table, where, set[str]()

    def name(self, key: str) -> str:
        return f"{self._where}.{key}" if self._where else key

    def error(self, key: str, expected: str, found: object) -> DeclarationError:
        return DeclarationError(f"{self.name(key)}: expected {expected}, found {found}")

    def _get(self, key: str, expected: str) -> Any:
        self._read.add(key)
        if key not in self._table:
            raise self.error(key, expected, "nothing")
        return self._table[key]

    def text(self, key: str) -> str:
        value = self._get(key, "a text")
        if not isinstance(value, str) or not value.strip():
            raise self.error(key, "a text", repr(value))
        return value

    def optional_text(self, key: str) -> str | None:
        return self.text(key) if key in self._table else None

    def number(self, key: str, low: float, high: float) -> float:
        expected = f"a number from {low:g} to {high:g}"
        value = self._get(key, expected)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not low <= value <= high:
            raise self.error(key, expected, repr(value))
        return float(value)

    def count(self, key: str, least: int) -> int:
        value = self._get(key, f"a whole number from {least}")
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise self.error(key, f"a whole number from {least}", repr(value))
        return value

    def counts(self, key: str) -> tuple[int, ...]:
        values = self._list(key, "whole numbers")
        if not all(isinstance(value, int) and not isinstance(value, bool) for value in values):
            raise self.error(key, "whole numbers", repr(values))
        return tuple(values)

    def has(self, key: str) -> bool:
        return key in self._table

    def day(self, key: str) -> date:
        return self._as_date(key, self._get(key, "a date"))

    def optional_day(self, key: str) -> date | None:
        return self.day(key) if key in self._table else None

    def dates(self, key: str) -> tuple[date, ...]:
        days = tuple(self._as_date(key, value) for value in self._list(key, "dates"))
        if any(later <= earlier for earlier, later in pairwise(days)):
            raise self.error(key, "dates in order, none twice", ", ".join(map(str, days)))
        return days

    def optional_texts(self, key: str) -> tuple[str, ...]:
        return self.texts(key) if key in self._table else ()

    def texts(self, key: str) -> tuple[str, ...]:
        values = self._list(key, "texts")
        if not all(isinstance(value, str) and value for value in values):
            raise self.error(key, "texts", repr(values))
        return tuple(values)

    def table(self, key: str) -> _Table:
        return _Table(self._get(key, "a table"), self.name(key))

    def tables(self, key: str, needed: bool = True) -> list[_Table]:
        if not needed and key not in self._table:
            return []
        values = self._list(key, "tables")
        return [_Table(value, f"{self.name(key)}[{n}]") for n, value in enumerate(values, start=1)]

    def done(self) -> None:
        """Refuse a key that nothing reads: most often a misspelt one."""
        if unread := sorted(set(self._table) - self._read):
            raise self.error(unread[0], f"one of {', '.join(sorted(self._read))}", "an unknown key")

    def _list(self, key: str, of: str) -> list[Any]:
        values = self._get(key, f"a list of {of}")
        if not isinstance(values, list) or not values:
            raise self.error(key, f"a list of {of}", repr(values))
        return values

    def _as_date(self, key: str, value: object) -> date:
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.error(key, "a date such as 2015-12-31 without quotes", repr(value))
        return value


def _weights(table: _Table) -> Weights:
    names = Weights.__dataclass_fields__
    weights = Weights(**{name: table.number(name, 0, 100) for name in names})
    table.done()
    return weights


def _family(table: _Table) -> Family:
    follows = table.optional_text("follows")
    correlation = table.number("correlation", -1, 1) if follows else 0.0
    family = Family(table.text("id"), follows, correlation)
    table.done()
    return family


def _standard(table: _Table, facts: Facts) -> Standard:
    start = table.optional_day("service_start")
    standard = Standard(
        standard_id=table.text("id"),
        family=table.text("family"),
        implies=table.optional_text("implies"),
        service_start=start,
        anchors=tuple(_anchor(anchor, facts) for anchor in table.tables("anchor")),
        place_anchors=_place_anchors(table.table("places"), facts) if table.has("places") else (),
    )
    table.done()
    for earlier, later in pairwise(standard.anchors):
        if later.as_of <= earlier.as_of:
            raise table.error("anchor", f"a date after {earlier.as_of}", later.as_of)
        if later.rate < earlier.rate:
            expected = f"a rate of at least {percent(earlier.rate)} (that of {earlier.as_of})"
            raise table.error("anchor", expected, f"{percent(later.rate)} at {later.as_of}")
    if start is not None and standard.anchors[0].as_of <= start:
        raise table.error("anchor", f"a date after service_start {start}", standard.anchors[0].as_of)
    return standard


def _anchor(table: _Table, facts: Facts) -> Anchor:
    """A published rate by `figure`, or one worked out from counts: 1 − the sum of `without` / `of`, on `date`."""
    if not table.has("without"):
        figure = _figure(table, "figure", table.text("figure"), facts)
        table.done()
        rate = _share(table, "figure", figure.value / 100)
        ids = (figure.figure_id,)
        return Anchor(figure.as_of, rate, figure.operator, "published", figure.denominator, ids, figure.citation)
    day = table.day("date")
    without = [_figure(table, "without", one, facts) for one in table.texts("without")]
    of = _figure(table, "of", table.text("of"), facts)
    table.done()
    rate = _share(table, "without", 1 - sum(one.value for one in without) / of.value if of.value else -1.0)
    sum_of = " + ".join(f"{one.value:,.0f}" for one in without)
    return Anchor(
        as_of=day,
        rate=rate,
        operator="~",
        kind="derived",
        denominator=f"1 - ({sum_of}) / {of.value:,.0f}",
        figure_ids=(*(one.figure_id for one in without), of.figure_id),
        citation="; ".join(one.citation for one in (*without, of)),
    )


def _figure(table: _Table, key: str, figure_id: str, facts: Facts) -> Figure:
    figure = facts.figures.get(figure_id)
    if figure is None:
        raise table.error(key, "the id of a published figure with a number and a date", repr(figure_id))
    if figure.place_id != facts.nation_id:
        raise table.error(key, f"a figure of the nation {facts.nation_id}", f"{figure_id} of {figure.place_id}")
    return figure


def _share(table: _Table, key: str, rate: float) -> float:
    if not 0 <= rate <= 1:
        raise table.error(key, "a share from 0 to 100 %", percent(rate))
    return rate


def _place_anchors(table: _Table, facts: Facts) -> tuple[PlaceAnchor, ...]:
    """Every figure of the named indicators that speaks of a place below the nation, except those left out.

    `rates` are in percent; `counts` and `counts_without` are villages of the figure's own denominator, and figures that
    tell none are passed over.
    """
    rates, counts = table.optional_texts("rates"), table.optional_texts("counts")
    lacking, left_out = table.optional_texts("counts_without"), table.optional_texts("leave_out")
    table.done()
    for one in left_out:
        if one not in facts.figures:
            raise table.error("leave_out", "ids of published figures", repr(one))
    found = []
    for figure in facts.figures.values():
        if figure.place_id in (None, facts.nation_id) or figure.figure_id in left_out:
            continue
        whole = _number(figure.denominator)
        if figure.indicator in rates:
            rate = figure.value / 100
        elif figure.indicator in counts and whole:
            rate = figure.value / whole
        elif figure.indicator in lacking and whole:
            rate = 1 - figure.value / whole
        else:
            continue
        rate = _share(table, figure.figure_id, rate)
        found.append(PlaceAnchor(str(figure.place_id), figure.as_of, rate, figure.operator, figure.figure_id))
    return tuple(sorted(found, key=lambda one: (one.place_id, one.as_of, one.figure_id)))


def _number(text: str | None) -> float | None:
    return float(text) if text is not None and text.isascii() and text.isdigit() else None


def _fixed(table: _Table, facts: Facts) -> FixedGroup:
    project_id = table.text("project")
    if project_id not in facts.projects:
        raise table.error("project", "a project with a published number of villages", repr(project_id))
    project = facts.projects[project_id]
    group = FixedGroup(
        group_id=project_id,
        places=project.places,
        standard=table.text("standard"),
        count=project.villages,
        unconnected_on=table.day("unconnected_on"),
        connected_on=table.day("connected_on"),
    )
    table.done()
    if group.connected_on <= group.unconnected_on:
        raise table.error("connected_on", f"a date after {group.unconnected_on}", group.connected_on)
    return group


def percent(rate: float) -> str:
    """A share 0 to 1 as text: 0.9098 → `90.98 %`."""
    return f"{100 * rate:.6g} %"


# --- checks across the tables -------------------------------------------------------------------------


def _no_twice(key: str, ids: Sequence[str]) -> None:
    for one in ids:
        if ids.count(one) > 1:
            raise DeclarationError(f"{key}: expected each id once, found {one!r} {ids.count(one)} times")


def _check_families(families: tuple[Family, ...]) -> None:
    """A family may follow only one declared before it, so that lags can be made in that order."""
    _no_twice("family", [family.family_id for family in families])
    before: list[str] = []
    for family in families:
        if family.follows is not None and family.follows not in before:
            expected = f"a family declared before {family.family_id!r}"
            raise DeclarationError(f"family.follows: expected {expected}, found {family.follows!r}")
        before.append(family.family_id)


def _implied_first(standards: tuple[Standard, ...], families: tuple[Family, ...]) -> tuple[Standard, ...]:
    """Order the standards so that a standard comes after the one it implies."""
    _no_twice("standard", [standard.standard_id for standard in standards])
    by_id = {standard.standard_id: standard for standard in standards}
    family_ids = [family.family_id for family in families]
    for one in standards:
        if one.family not in family_ids:
            raise DeclarationError(f"standard.family: expected one of {family_ids}, found {one.family!r}")
        if one.implies is not None:
            implied = by_id.get(one.implies)
            if implied is None or implied.family != one.family or implied is one:
                expected = f"another standard of family {one.family!r}"
                raise DeclarationError(f"standard.implies: expected {expected}, found {one.implies!r}")
    ordered: list[Standard] = []
    while len(ordered) < len(standards):
        done = [standard.standard_id for standard in ordered]
        ready = [s for s in standards if s not in ordered and (s.implies is None or s.implies in done)]
        if not ready:
            left = sorted(set(by_id) - set(done))
            raise DeclarationError(f"standard.implies: expected no circle, found one among {left}")
        ordered += ready
    return tuple(ordered)


def _check_fixed(fixed: tuple[FixedGroup, ...], standards: tuple[Standard, ...]) -> None:
    _no_twice("fixed", [group.group_id for group in fixed])
    by_id = {standard.standard_id: standard for standard in standards}
    for group in fixed:
        where = f"fixed {group.group_id!r}"
        if group.standard not in by_id:
            raise DeclarationError(f"{where}.standard: expected one of {sorted(by_id)}, found {group.standard!r}")
        start = by_id[group.standard].service_start
        if start is not None and group.unconnected_on < start:
            raise DeclarationError(
                f"{where}.unconnected_on: expected a date from service_start {start}, found {group.unconnected_on}"
            )
