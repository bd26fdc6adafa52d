"""A number and all that must be said with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from indicators.scope import EVERY, Chosen


@dataclass(frozen=True)
class Figure:
    """One value of one indicator for one place, with unit, date, source and evidence."""

    indicator: str
    place_id: str
    unit: str  # village, percent, yuan, km, person, household, place
    value: float | None  # None is "unknown", never 0
    evidence: str  # one of EVIDENCE: the weakest input's
    numerator: float | None = None
    denominator: float | None = None
    unknown: int | None = None  # villages left out of the denominator: their state is not known
    simulated: int | None = None  # of the denominator: villages whose state is simulated
    left_out: int | None = None  # records left out of the sum, as the indicator's `left_out` words it
    low: float | None = None  # a range, where the value is modelled
    high: float | None = None
    qualifier: str | None = None  # as published: ">" means that the value is a lower bound
    standard: str | None = None
    as_of: date | None = None
    projects: Chosen = EVERY  # which projects count, where the indicator is of projects
    source_ids: tuple[str, ...] = ()
    caveat: str | None = None
