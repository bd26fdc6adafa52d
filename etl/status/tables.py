"""What may stand in the declaration of a status model, as it is written: docs/methods/simulated-status.md."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Annotated

from ground.declared import SOME, Count, Open, Text, Unfit, between

Day = date  # a key of [[standard.anchor]] has the name of the type
Weight = Annotated[float, between(0, 100)]
Dates = Annotated[tuple[date, ...], SOME]


@dataclass(frozen=True)
class Weights:
    """How much each thing makes a village lag; only their ratios matter."""

    sparse_county: Weight
    remote_from_seat: Weight
    pilot_area: Weight
    county_noise: Weight
    village_noise: Weight


@dataclass(frozen=True)
class Head:
    seed: Text
    dates: Dates
    snap_days: Count
    pilot_batches: Annotated[tuple[int, ...], SOME]
    weights: Weights

    def __post_init__(self) -> None:
        if any(later <= earlier for earlier, later in pairwise(self.dates)):
            raise Unfit("dates", "dates in order, none twice", ", ".join(map(str, self.dates)))


@dataclass(frozen=True)
class FamilyTable:
    id: Text
    follows: Text | None = None
    correlation: Annotated[float, between(-1, 1)] | None = None

    def __post_init__(self) -> None:
        if (self.follows is None) != (self.correlation is None):
            raise Unfit("correlation", "correlation beside follows, and only there", repr(self.correlation))


@dataclass(frozen=True)
class AnchorTable:
    """A published rate by `figure`, or one worked out from counts: 1 − the sum of `without` / `of`, on `date`."""

    figure: Text | None = None
    date: Day | None = None
    without: Annotated[tuple[Text, ...], SOME] | None = None
    of: Text | None = None

    def __post_init__(self) -> None:
        counted = (self.date, self.without, self.of)
        if (self.figure is None) == (self.without is None) or len({one is None for one in counted}) > 1:
            raise Unfit("", "figure, or date, without and of", "neither, or a part of both")


@dataclass(frozen=True)
class FigurePlaces:
    """`rates` are in percent; `counts` and `counts_without` are villages of the figure's own denominator."""

    rates: tuple[Text, ...] = ()
    counts: tuple[Text, ...] = ()
    counts_without: tuple[Text, ...] = ()
    leave_out: tuple[Text, ...] = ()


@dataclass(frozen=True)
class StandardTable:
    id: Text
    family: Text
    anchor: Annotated[tuple[AnchorTable, ...], SOME]
    implies: Text | None = None
    service_start: date | None = None
    places: FigurePlaces | None = None


@dataclass(frozen=True)
class FixedTable:
    project: Text
    standard: Text
    unconnected_on: date
    connected_on: date

    def __post_init__(self) -> None:
        if self.connected_on <= self.unconnected_on:
            raise Unfit("connected_on", f"a date after {self.unconnected_on}", str(self.connected_on))


@dataclass(frozen=True)
class StatusTables(Open):
    """Other top-level keys (titles, licence, …) belong to whoever loads the source."""

    model: Head
    family: Annotated[tuple[FamilyTable, ...], SOME]
    standard: Annotated[tuple[StandardTable, ...], SOME]
    fixed: Annotated[tuple[FixedTable, ...], SOME] | None = None
