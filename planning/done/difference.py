"""Difference in differences: what changed in a pilot's counties beyond the province's other counties.

    estimate = (pilot after − pilot before) − (others after − others before)

The units are counties, each with a value before and after (a share of villages, or percentage points: the
estimate is in the value's unit), optionally weighted by their villages. The interval resamples counties, so
that a county's two dates stay together. An estimate is no proof: see CAVEATS, which the screen says beside
it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

LEAST_COMPARISONS = 2  # fewer say nothing about how counties differ among themselves
FEW_UNITS = 10  # in either group: the interval is then rough, and usually too narrow
RESAMPLES = 2000
CAVEATS = {
    "parallel_trends": "Assumes that the pilot's counties would have changed as the others did.",
    "chosen_for_need": "Pilots were chosen where the gap was large; such counties catch up without a pilot too.",
    "few_units": "Fewer than ten counties in a group: the interval is rough and usually too narrow.",
    "one_pilot_unit": "One pilot county: the interval holds the differences among the others only.",
    "simulated": "Rests on simulated states: a demonstration of the method, not a finding.",
}

Numbers = NDArray[np.float64]


class TooFewUnits(ValueError):
    """Nothing to compare with; says how many counties were found and how many are needed."""


@dataclass(frozen=True)
class Difference:
    """The estimate with its interval, in the values' unit, the four means it is made of, and how it is to be
    read."""

    estimate: float
    low: float
    high: float
    confidence: float
    pilot_before: float
    pilot_after: float
    other_before: float
    other_after: float
    pilot_units: int
    other_units: int
    unknown_units: int  # counties without a value, a weight or a group: not used
    seed: int
    resamples: int
    caveats: tuple[str, ...]  # keys of CAVEATS


def difference(
    counties: pd.DataFrame,
    *,
    is_simulated: bool,
    seed: int = 1,
    confidence: float = 0.95,
    resamples: int = RESAMPLES,
) -> Difference:
    """Counties of one province: is_pilot, before, after and, if means are to be weighted, villages (above
    zero).

    The interval is the bootstrap's between percentiles: counties drawn with replacement inside each group, by
    NumPy's PCG64 with `seed`, in the order of their values, so that the order of the rows does not matter.
    Raises TooFewUnits for no pilot county or fewer than two others, ValueError for a weight or confidence
    that is none.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is between 0 and 1, not {confidence}")
    known = _known(counties)
    pilot, other = known[known["is_pilot"]], known[~known["is_pilot"]]
    if len(pilot) < 1 or len(other) < LEAST_COMPARISONS:
        raise TooFewUnits(
            f"{len(pilot)} pilot counties and {len(other)} others with values before and after: at least 1 and "
            f"{LEAST_COMPARISONS} are needed"
        )
    random = np.random.default_rng(seed)
    drawn = _resampled(pilot, random, resamples) - _resampled(other, random, resamples)
    low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2])
    means = {
        f"{name}_{when}": float(np.average(group[when], weights=group["villages"]))
        for name, group in (("pilot", pilot), ("other", other))
        for when in ("before", "after")
    }
    change = means["pilot_after"] - means["pilot_before"] - (means["other_after"] - means["other_before"])
    return Difference(
        estimate=change,
        low=float(low),
        high=float(high),
        confidence=confidence,
        **means,
        pilot_units=len(pilot),
        other_units=len(other),
        unknown_units=len(counties) - len(known),
        seed=seed,
        resamples=resamples,
        caveats=_caveats(len(pilot), len(other), is_simulated),
    )


def _known(counties: pd.DataFrame) -> pd.DataFrame:
    """Counties with all that is needed, in an order of their own; is_pilot as a plain boolean."""
    villages = counties["villages"] if "villages" in counties else pd.Series(1.0, index=counties.index)
    rows = counties[["is_pilot", "before", "after"]].assign(villages=villages).dropna()
    rows = rows.astype({"is_pilot": bool, "before": float, "after": float, "villages": float})
    if not (rows["villages"] > 0).all():
        raise ValueError("a county's weight is its number of villages, above zero")
    return rows.sort_values(["is_pilot", "before", "after", "villages"], ignore_index=True)


def _resampled(group: pd.DataFrame, random: np.random.Generator, resamples: int) -> Numbers:
    """The group's mean change in each resample, shape (resamples,)."""
    picked = random.integers(len(group), size=(resamples, len(group)))
    change = (group["after"] - group["before"]).to_numpy()[picked]
    weight = group["villages"].to_numpy()[picked]
    mean: Numbers = (change * weight).sum(axis=1) / weight.sum(axis=1)
    return mean


def _caveats(pilot_units: int, other_units: int, is_simulated: bool) -> tuple[str, ...]:
    holds = {
        "parallel_trends": True,
        "chosen_for_need": True,
        "few_units": min(pilot_units, other_units) < FEW_UNITS,
        "one_pilot_unit": pilot_units == 1,
        "simulated": is_simulated,
    }
    return tuple(key for key in CAVEATS if holds[key])
