"""A fund for universal service: what share of the operators' revenue it takes, now and in later years.

The contribution factor is need / base. Where the need grows and the base does not, it runs away: from 5.7 % of
the assessable revenue at the end of 2000 to 9.5 % in the third quarter of 2003 in the United States,
on a base that did not grow; and need was forecast to rise from 7.4 to 11.9 billion
dollars by 2008, which on the same base makes 15.3 %.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from planning.inputs import InputError, at_least, numbers, unique_ids


class BaseTooSmall(ValueError):
    """No contribution, however high, raises the need from this base; the message gives what is possible."""


@dataclass(frozen=True)
class Factor:
    """A contribution as a share of the base (0.095: 9.5 %). Above 1 it takes more than there is."""

    share: float
    need: float
    base: float

    @property
    def is_beyond_base(self) -> bool:
        return self.share > 1


def contribution_factor(need: float, base: float) -> Factor:
    """f = need / base, both in one currency and for one period. Raises InputError on a base of 0 or less."""
    at_least(need, 0.0, "need")
    if not (np.isfinite(base) and base > 0):
        raise InputError("base", "more than 0", base)
    return Factor(need / base, need, base)


def scaled_share(share: float, *, need_ratio: float, base_ratio: float = 1.0) -> float:
    """The factor after need and base have changed by these ratios: 0.095 x 11.9/7.4 = 0.153."""
    at_least(share, 0.0, "share")
    return share * contribution_factor(at_least(need_ratio, 0.0, "need_ratio"), base_ratio).share


def yearly_growth(first: float, last: float, years: float) -> float:
    """The even growth a year that leads from one to the other: 0.1 is 10 % a year. Raises InputError."""
    for value, what in ((first, "first"), (last, "last"), (years, "years")):
        if not (np.isfinite(value) and value > 0):
            raise InputError(what, "more than 0", value)
    return float((last / first) ** (1 / years) - 1)


def projection(
    need: float,
    base: float,
    *,
    years: int,
    need_growth: float = 0.0,
    base_growth: float = 0.0,
    first_year: int = 0,
) -> pd.DataFrame:
    """Year by year: year, need, base, share, is_beyond_base. Growth a year, 0.1 is 10 %, above -1.

    Row 0 is the present. Raises InputError.
    """
    if years < 0 or need_growth <= -1 or base_growth <= -1:
        raise InputError("years, growth", "years of 0 or more, growth above -1", (years, need_growth, base_growth))
    contribution_factor(need, base)
    step = np.arange(int(years) + 1)
    table = pd.DataFrame(
        {
            "year": first_year + step,
            "need": need * (1 + need_growth) ** step,
            "base": base * (1 + base_growth) ** step,
        }
    )
    table["share"] = table["need"] / table["base"]
    table["is_beyond_base"] = table["share"] > 1
    return table


def other_bases(need: float, bases: pd.DataFrame) -> pd.DataFrame:
    """The same need on other bases. bases: base_id, base. Adds share and is_beyond_base, the lowest share first.

    A base that is unknown or 0 keeps its row, with the share missing. Raises InputError.
    """
    unique_ids(bases, "bases", "base_id")
    at_least(need, 0.0, "need")
    base = pd.Series(numbers(bases, "bases", "base"), index=bases.index)
    share = need / base.where(base > 0)
    table = bases.assign(base=base, share=share, is_beyond_base=(share > 1).where(share.notna()))
    return table.sort_values("share", kind="stable").reset_index(drop=True)


def share_with_response(need: float, base: float, *, elasticity: float) -> float:
    """The factor when it is passed on to customers, who then buy less: need = f * base * (1 + f)**elasticity.

    elasticity: of demand to price, 0 or less, -0.7 for long distance. Raises BaseTooSmall when demand
    is so elastic that no factor raises the need, and then the base is the wrong one. Raises InputError.
    """
    contribution_factor(need, base)
    if not (np.isfinite(elasticity) and elasticity <= 0):
        raise InputError("elasticity", "0 or less", elasticity)

    def raised(share: float) -> float:
        return float(share * base * (1 + share) ** elasticity)

    # Below -1 there is a factor that raises most; from -1 to 0 more always raises more.
    highest = 1 / (-elasticity - 1) if elasticity < -1 else 1.0
    while elasticity >= -1 and raised(highest) < need and highest < 1e6:
        highest *= 2
    if raised(highest) < need:
        raise BaseTooSmall(f"need {need}: from a base of {base} at most {raised(highest):.6g} can be raised")
    return float(brentq(lambda share: raised(share) - need, 0.0, highest, xtol=1e-12))
