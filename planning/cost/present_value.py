"""Money of later years at its worth today."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]


def annuity_factor(discount_rate: float | Array, years: int) -> Array:
    """Σ 1/(1+i)^t for t = 1 to `years`: what one yuan at the end of each year is worth at the start.

    `discount_rate` is a share per year, not negative; several rates give several factors.
    Raises ValueError for a negative rate or number of years.
    """
    rate = np.asarray(discount_rate, dtype=float)
    if (rate < 0).any() or years < 0:
        raise ValueError(f"expected a rate and years of 0 or more, found {discount_rate} and {years}")
    year = np.arange(1, years + 1)
    return np.asarray((1 / (1 + rate[..., None]) ** year).sum(axis=-1))


def present_value_yuan(capex_yuan: float, opex_yuan_by_year: Sequence[float], discount_rate: float) -> float:
    """K + Σ O_t/(1+i)^t: construction at the start, the operation of year t at its end, each year with its own sum."""
    years = range(1, len(opex_yuan_by_year) + 1)
    return capex_yuan + sum(
        opex / (1 + discount_rate) ** year for year, opex in zip(years, opex_yuan_by_year, strict=True)
    )
