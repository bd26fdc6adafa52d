"""Pass rates with the uncertainty of their sample, and inspection coverage with its denominator.

The interval is Wilson's, which stays within 0–1 and holds for small samples. It speaks of villages drawn at
random; villages chosen by hand give a rate without an interval that means anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import pandas as pd
from scipy.stats import binomtest

CONFIDENCE = 0.95
LARGE_SAMPLE_SHARE = 0.05  # above it a sample without replacement is surer than the interval says
SMALL_SAMPLE = 30
Remark = Literal["nothing_tested", "whole_population", "large_share", "small_sample", ""]
Denominator = Literal["planned", "opened", "accepted"]


@dataclass(frozen=True)
class PassRate:
    """Passed of tested; shares 0–1, NaN where nothing was tested."""

    share: float
    low: float
    high: float
    passed: int
    tested: int
    population: int | None  # all that could have been tested, None where unknown
    confidence: float
    remark: Remark  # how the interval is to be read, see `pass_rate`


def pass_rate(passed: int, tested: int, population: int | None = None, confidence: float = CONFIDENCE) -> PassRate:
    """The share that passed, with Wilson's interval.

    Remarks: "whole_population": all were tested, so the rate is exact and the interval is the rate itself;
    "large_share": more than 5 % were tested, the truth is surer than the interval, which assumes an endless
    population; "small_sample": fewer than 30 tested. Raises ValueError for counts that contradict each other.
    """
    if not 0 <= passed <= tested or (population is not None and tested > population):
        raise ValueError(f"{passed} passed of {tested} tested of {population}: each is to be at most the next")
    if tested == 0:
        nan = float("nan")
        return PassRate(nan, nan, nan, 0, 0, population, confidence, "nothing_tested")
    share = passed / tested
    remark = _remark(tested, population)
    low, high = (share, share) if remark == "whole_population" else _wilson(passed, tested, confidence)
    return PassRate(share, low, high, passed, tested, population, confidence, remark)


def _remark(tested: int, population: int | None) -> Remark:
    if population is not None and tested == population:
        return "whole_population"
    if population is not None and tested > LARGE_SAMPLE_SHARE * population:
        return "large_share"
    return "small_sample" if tested < SMALL_SAMPLE else ""


@lru_cache(maxsize=10_000)  # counties repeat their few counts, and one interval takes 0.3 ms
def _wilson(passed: int, tested: int, confidence: float) -> tuple[float, float]:
    interval = binomtest(passed, tested).proportion_ci(confidence_level=confidence, method="wilson")
    return float(interval.low), float(interval.high)


def pass_rates(inspections: pd.DataFrame, by: Sequence[str] = (), confidence: float = CONFIDENCE) -> pd.DataFrame:
    """One row per group (or one for all): the group's columns, then share, low, high, passed, tested, remark
    and undecided_rows.

    `inspections`: has_passed (true, false, missing: no result yet, so not tested) and the columns of `by`;
    rows whose group is unknown form a group of their own.
    """
    rows = inspections.assign(
        passed=inspections["has_passed"].eq(True).fillna(False).astype(int),
        tested=inspections["has_passed"].notna().astype(int),
        undecided_rows=inspections["has_passed"].isna().astype(int),
    )
    counts = _summed(rows, by, ["passed", "tested", "undecided_rows"])
    rates = [
        pass_rate(int(passed), int(tested), None, confidence)
        for passed, tested in zip(counts["passed"], counts["tested"], strict=True)
    ]
    for name in ("share", "low", "high", "remark"):
        counts[name] = [getattr(rate, name) for rate in rates]
    return counts[[*by, "share", "low", "high", "passed", "tested", "remark", "undecided_rows"]]


def inspection_coverage(villages: pd.DataFrame, denominator: Denominator, by: Sequence[str] = ()) -> pd.DataFrame:
    """How many of the planned, opened or accepted villages were inspected, one row per group (or one for
    all).

    `villages`: <denominator>_date and inspected_date, missing where it has not happened or is unknown.
    Returns the group's columns, denominator, villages, inspected (of these), share (0–1, NaN without
    villages) and inspected_outside: inspected without belonging to the denominator, never counted into the
    share.
    """
    belongs = villages[f"{denominator}_date"].notna()
    inspected = villages["inspected_date"].notna()
    rows = villages.assign(
        villages=belongs.astype(int),
        inspected=(belongs & inspected).astype(int),
        inspected_outside=(inspected & ~belongs).astype(int),
    )
    counts = _summed(rows, by, ["villages", "inspected", "inspected_outside"])
    counts["share"] = counts["inspected"] / counts["villages"].where(counts["villages"] > 0)
    counts["denominator"] = denominator
    return counts[[*by, "denominator", "villages", "inspected", "share", "inspected_outside"]]


def _summed(rows: pd.DataFrame, by: Sequence[str], names: list[str]) -> pd.DataFrame:
    if by:
        return rows.groupby(list(by), dropna=False)[names].sum().reset_index()
    return rows[names].sum().to_frame().T
