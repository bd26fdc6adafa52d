"""Read and check the declaration that the simulated status is made from.

Every date, rate, weight and fixed group is declared in a TOML table; here it becomes a `StatusModel`
with the rate wanted for each standard and date, interpolated in time between the published ones.
Pure functions of their arguments. The method is explained in `docs/methods/simulated-status.md`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise
from typing import Any

OPERATORS = ("=", "~", ">", ">=", "<", "<=")

CellKey = tuple[str, date]


class DeclarationError(ValueError):
    """The declaration cannot be used; the message names the key, what was expected and found."""


# --- what is declared ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Anchor:
    """A published rate (share 0 to 1) that the simulation has to meet on its date."""

    as_of: date
    rate: float
    operator: str  # one of OPERATORS: how the publisher qualified the figure
    denominator: str  # of what it is a share, in words
    publisher: str
    figure: str  # the words or the figure it was taken from
    published: str  # when, in words


@dataclass(frozen=True)
class Weights:
    """How much each thing makes a village lag; only their ratios matter."""

    sparse_county: float
    remote_from_seat: float
    pilot_area: float
    county_noise: float
    village_noise: float
    unknown_remoteness: float  # how much more often a remote village's state is unknown


@dataclass(frozen=True)
class Family:
    """Standards that one network brings: they share one lag and one set of unknown villages."""

    family_id: str
    follows: str | None  # the family whose lag this one is correlated with
    correlation: float
    unknown_share_first: float  # share (0 to 1) of unknown villages at the first date
    unknown_share_last: float  # and at the last; linear in time between them


@dataclass(frozen=True)
class Standard:
    """One meaning of "connected", with the rates published for it in order of date."""

    standard_id: str
    family: str
    implies: str | None  # a village that meets this standard meets that one too
    service_start: date | None  # before it the standard is not applicable; on it the rate is 0
    anchors: tuple[Anchor, ...]


@dataclass(frozen=True)
class FixedGroup:
    """A known number of villages of some places, unconnected at one date and connected at another."""

    group_id: str
    places: tuple[str, ...]
    standard: str
    count: int
    unconnected_on: date
    connected_on: date


@dataclass(frozen=True)
class Cell:
    """The rate wanted for one standard at one date, and where it comes from."""

    standard: str
    as_of: date
    rate_kind: str  # anchor, interpolated or not_applicable
    operator: str | None
    target_rate: float | None  # share 0 to 1; None where not applicable
    denominator: str | None
    publisher: str | None
    figure: str | None
    published: str | None
    note_code: str  # for a translated text: published, linear, carried_forward, raised, not_applicable
    note: str


@dataclass(frozen=True)
class StatusModel:
    """A checked declaration. `cells` has one entry per standard and date, implied standards first."""

    seed: str
    dates: tuple[date, ...]
    weights: Weights
    families: tuple[Family, ...]
    standards: tuple[Standard, ...]
    fixed: tuple[FixedGroup, ...]
    cells: Mapping[CellKey, Cell]

    @classmethod
    def from_declaration(cls, declaration: Mapping[str, Any]) -> StatusModel:
        """Read and check a parsed TOML table; raises DeclarationError.

        Keys used: `model` (seed, dates, weights), `family`, `standard` (with `anchor`), `fixed`.
        Other top-level keys (titles, licence, ...) belong to whoever loads the source.
        """
        top = _Table(declaration, "")
        head = top.table("model")
        seed, dates = head.text("seed"), head.dates("dates")
        weights = _weights(head.table("weights"))
        head.done()
        families = tuple(_family(table) for table in top.tables("family"))
        standards = tuple(_standard(table) for table in top.tables("standard"))
        fixed = tuple(_fixed(table) for table in top.tables("fixed", needed=False))
        _check_families(families)
        standards = _implied_first(standards, families)
        _check_fixed(fixed, standards)
        return cls(seed, dates, weights, families, standards, fixed, _cells(standards, dates))


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

    def count(self, key: str) -> int:
        value = self._get(key, "a whole number from 1")
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self.error(key, "a whole number from 1", repr(value))
        return value

    def day(self, key: str) -> date:
        return self._as_date(key, self._get(key, "a date"))

    def optional_day(self, key: str) -> date | None:
        return self.day(key) if key in self._table else None

    def dates(self, key: str) -> tuple[date, ...]:
        days = tuple(self._as_date(key, value) for value in self._list(key, "dates"))
        if any(later <= earlier for earlier, later in pairwise(days)):
            raise self.error(key, "dates in order, none twice", ", ".join(map(str, days)))
        return days

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
    first = table.number("unknown_percent_first", 0, 100)
    family = Family(
        family_id=table.text("id"),
        follows=follows,
        correlation=table.number("correlation", -1, 1) if follows else 0.0,
        unknown_share_first=first / 100,
        # A state once known stays known, so the share may only fall.
        unknown_share_last=table.number("unknown_percent_last", 0, first) / 100,
    )
    table.done()
    return family


def _standard(table: _Table) -> Standard:
    start = table.optional_day("service_start")
    standard = Standard(
        standard_id=table.text("id"),
        family=table.text("family"),
        implies=table.optional_text("implies"),
        service_start=start,
        anchors=tuple(_anchor(anchor) for anchor in table.tables("anchor")),
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


def _anchor(table: _Table) -> Anchor:
    operator = table.text("operator")
    if operator not in OPERATORS:
        raise table.error("operator", f"one of {' '.join(OPERATORS)}", repr(operator))
    anchor = Anchor(
        as_of=table.day("date"),
        rate=table.number("rate_percent", 0, 100) / 100,
        operator=operator,
        denominator=table.text("denominator"),
        publisher=table.text("publisher"),
        figure=table.text("figure"),
        published=table.text("published"),
    )
    table.done()
    return anchor


def _fixed(table: _Table) -> FixedGroup:
    group = FixedGroup(
        group_id=table.text("id"),
        places=table.texts("places"),
        standard=table.text("standard"),
        count=table.count("count"),
        unconnected_on=table.day("unconnected_on"),
        connected_on=table.day("connected_on"),
    )
    table.text("figure")  # a count without its source is not accepted
    table.done()
    if group.connected_on <= group.unconnected_on:
        raise table.error("connected_on", f"a date after {group.unconnected_on}", group.connected_on)
    return group


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
            raise DeclarationError(
                f"{where}.standard: expected one of {sorted(by_id)}, found {group.standard!r}"
            )
        start = by_id[group.standard].service_start
        if start is not None and group.unconnected_on < start:
            raise DeclarationError(
                f"{where}.unconnected_on: expected a date from service_start {start}, "
                f"found {group.unconnected_on}"
            )


# --- the rate wanted in each cell ---------------------------------------------------------------------


def percent(rate: float) -> str:
    return f"{100 * rate:.6g} %"


def _cells(standards: tuple[Standard, ...], dates: tuple[date, ...]) -> dict[CellKey, Cell]:
    """The rate of every standard at every date; an implied standard is never below the implying one."""
    cells = {(one.standard_id, day): _cell(one, day) for one in standards for day in dates}
    for one in reversed(standards):  # implying standards first: a raise carries on along the chain
        if one.implies is not None:
            for day in dates:
                cells[one.implies, day] = _not_below(cells[one.implies, day], cells[one.standard_id, day])
    return cells


def _cell(standard: Standard, day: date) -> Cell:
    """Published on this day, else interpolated in time, else carried forward."""
    blank = Cell(standard.standard_id, day, "", None, None, None, None, None, None, "", "")
    start = standard.service_start
    if start is not None and day < start:
        note = f"before the service start, {start}"
        return replace(blank, rate_kind="not_applicable", note_code="not_applicable", note=note)
    points = [(anchor.as_of, anchor.rate) for anchor in standard.anchors]
    if start is not None:
        points.insert(0, (start, 0.0))
    if day < points[0][0]:
        raise DeclarationError(
            f"standard {standard.standard_id!r}.anchor: expected an anchor or a service_start "
            f"on or before {day}, found {points[0][0]} as the first"
        )
    for anchor in standard.anchors:
        if anchor.as_of == day:
            return _anchor_cell(blank, anchor)
    return _interpolated_cell(blank, points)


def _anchor_cell(blank: Cell, anchor: Anchor) -> Cell:
    bound = " (the bound itself is the target)" if anchor.operator in (">", ">=", "<", "<=") else ""
    return replace(
        blank,
        rate_kind="anchor",
        operator=anchor.operator,
        target_rate=anchor.rate,
        denominator=anchor.denominator,
        publisher=anchor.publisher,
        figure=anchor.figure,
        published=anchor.published,
        note_code="published",
        note=f"published rate{bound}",
    )


def _interpolated_cell(blank: Cell, points: list[tuple[date, float]]) -> Cell:
    later = [point for point in points if point[0] > blank.as_of]
    (day_0, rate_0) = [point for point in points if point[0] <= blank.as_of][-1]
    if not later:
        note = f"carried forward from {percent(rate_0)} at {day_0}, the last published rate"
        code, rate = "carried_forward", rate_0
    else:
        (day_1, rate_1) = later[0]
        rate = rate_0 + (rate_1 - rate_0) * ((blank.as_of - day_0).days / (day_1 - day_0).days)
        note = f"linear in time from {percent(rate_0)} at {day_0} to {percent(rate_1)} at {day_1}"
        code = "linear"
    return replace(blank, rate_kind="interpolated", target_rate=rate, note_code=code, note=note)


def _not_below(implied: Cell, implying: Cell) -> Cell:
    """Raise an interpolated rate to that of the standard that implies it; a published one is an error."""
    if implying.target_rate is None:
        return implied
    where = f"standard {implied.standard!r} at {implied.as_of}"
    least = f"{percent(implying.target_rate)} (that of {implying.standard!r}, which implies it)"
    if implied.target_rate is None:
        raise DeclarationError(f"{where}: expected a rate of at least {least}, found not applicable")
    if implied.target_rate >= implying.target_rate:
        return implied
    if implied.rate_kind == "anchor":
        found = f"{percent(implied.target_rate)} published"
        raise DeclarationError(f"{where}: expected a rate of at least {least}, found {found}")
    note = f"raised from {percent(implied.target_rate)} to {least}; without that: {implied.note}"
    return replace(implied, target_rate=implying.target_rate, note_code="raised", note=note)
