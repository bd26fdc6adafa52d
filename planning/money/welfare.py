"""What it costs society to raise money and to give it away: sources, targeting, mark-ups.

Everything comes in as an argument. The seed's figures and their sentences are in the atlas (published_figure);
the ids in the docstrings are theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq

from planning.inputs import InputError, at_least, numbers, require, unique_ids

#: How a figure like "1.5 to 2.0 per yuan" is meant: what comes on top of the yuan, or the yuan included.
Reading = Literal["extra", "total"]


@dataclass(frozen=True)
class SocialCost:
    """What society gives up for money raised, in its currency. `extra` is what is lost on the way."""

    raised: float
    extra_low: float
    extra_high: float

    @property
    def total_low(self) -> float:
        return self.raised + self.extra_low

    @property
    def total_high(self) -> float:
        return self.raised + self.extra_high


def social_cost(raised: float, low: float, high: float, *, reading: Reading) -> SocialCost:
    """Cost of `raised`, from a published figure per unit of money and how one reads it.

    Developed countries: 0.3 extra, so 1.3 in all. General taxes 0.2 to 0.4 extra, a levy on
    long distance 1.05 extra. A developing country: 1.5 to 2.0, which can be meant as extra (2.5 to
    3.0 in all; with it "usually above 1" for such countries) or in all (0.5 to 1.0 extra).
    Raises InputError, also where a total is below 1.
    """
    at_least(raised, 0.0, "raised")
    least = 0.0 if reading == "extra" else 1.0
    at_least(low, least, "low")
    at_least(high, low, "high")
    return SocialCost(raised, raised * (low - least), raised * (high - least))


def compare_sources(raised: float, sources: pd.DataFrame) -> pd.DataFrame:
    """The same money from several sources. sources: source_id, low, high, reading.

    Adds extra_low, extra_high, total_low, total_high; in the order given. Raises InputError naming the row.
    """
    unique_ids(sources, "sources", "source_id")
    require(sources, "sources", ["low", "high", "reading"])
    if wrong := [reading for reading in sources["reading"] if reading not in ("extra", "total")]:
        raise InputError("sources.reading", "extra or total", wrong[0])
    rows = zip(sources["low"], sources["high"], sources["reading"], strict=True)
    costs = [social_cost(raised, low, high, reading=reading) for low, high, reading in rows]
    columns = ("extra_low", "extra_high", "total_low", "total_high")
    return sources.assign(**{column: [getattr(cost, column) for cost in costs] for column in columns})


@dataclass(frozen=True)
class Targeting:
    """What one more subscriber costs, in prices of the service, when all get the discount and when he alone does."""

    added_share: float  # new subscribers, as a share of those there were
    untargeted_prices: float
    targeted_prices: float

    @property
    def ratio(self) -> float:
        return self.untargeted_prices / self.targeted_prices


def targeting(elasticity: float, discount_share: float) -> Targeting:
    """A discount of the price for everybody against one for those only who would not subscribe without it.

    New ones are -elasticity x discount of the old; the discount is paid to old and new alike. With -0.03 and
    0.1: 0.3 % more subscribers, 33.4 times the price for each, against 0.1. Raises InputError.
    """
    if not (np.isfinite(elasticity) and elasticity < 0):
        raise InputError("elasticity", "below 0", elasticity)
    if not 0 < discount_share <= 1:
        raise InputError("discount_share", "above 0, up to 1", discount_share)
    added = -elasticity * discount_share
    return Targeting(added, discount_share * (1 + added) / added, discount_share)


def volume_change(elasticity: float, price_change: float) -> float:
    """By how much demand changes, to first order: -0.7 and +10 % make -7 %."""
    return elasticity * price_change


def ramsey_markups(services: pd.DataFrame, ramsey_number: float) -> pd.DataFrame:
    """Mark-ups (price - cost) / price that raise money at the least loss: inversely as the elasticity.

    services: service_id, elasticity (below 0; constant, no cross effects). Adds markup_share, missing where
    ramsey_number / |elasticity| is 1 or more: there no price is high enough. 0 is at cost, 1 a monopoly.
    Long distance at -0.7 bears 1/35 to 1/23 of the mark-up of access at -0.02 to -0.03.
    """
    if not 0 <= ramsey_number <= 1:
        raise InputError("ramsey_number", "0 to 1", ramsey_number)
    markup = pd.Series(ramsey_number / -_elasticities(services), index=services.index)
    return services.assign(markup_share=markup.where(markup < 1))


def markup_ratio(elasticity: float, other_elasticity: float) -> float:
    """How many times the mark-up of the other the first one should have: -0.02 against -0.7 is 35."""
    for value in (elasticity, other_elasticity):
        if not (np.isfinite(value) and value < 0):
            raise InputError("elasticity", "below 0", value)
    return other_elasticity / elasticity


def ramsey_number_for(to_raise: float, services: pd.DataFrame) -> float:
    """The number at which the mark-ups bring in `to_raise` above cost, to be given to `ramsey_markups`.

    services: service_id, elasticity, cost (per unit), price and quantity of today; demand runs through
    today's point with constant elasticity. Raises InputError, also when even a monopoly could not raise it.
    """
    at_least(to_raise, 0.0, "to_raise")
    elasticity = _elasticities(services)
    cost, price, quantity = (numbers(services, "services", name) for name in ("cost", "price", "quantity"))
    if not all((values > 0).all() for values in (cost, price, quantity)):
        raise InputError("services", "cost, price and quantity above 0", "one that is 0 or unknown")

    def raised(number: float) -> float:
        asked = cost / (1 - number / -elasticity)
        return float(((asked - cost) * quantity * (asked / price) ** elasticity).sum())

    # Up to the number at which the least elastic service has no price any more, or at which all are monopolies.
    most = min(1.0, float((-elasticity).min()) * (1 - 1e-9))
    if raised(most) < to_raise:
        raise InputError("to_raise", f"at most {raised(most):.6g}", to_raise)
    return float(brentq(lambda number: raised(number) - to_raise, 0.0, most, xtol=1e-15))


def _elasticities(services: pd.DataFrame) -> NDArray[np.float64]:
    unique_ids(services, "services", "service_id")
    require(services, "services", ["elasticity"])
    values = pd.to_numeric(services["elasticity"], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    if not (np.isfinite(values) & (values < 0)).all():
        raise InputError("services.elasticity", "below 0 in each row", services["elasticity"].tolist())
    return np.asarray(values)
