"""Who wins a tender: worked out once per question, under a limit of time and a button that ends it."""

from __future__ import annotations

from collections.abc import Hashable

import pandas as pd

from atlas.kept.single_flight import SingleFlight
from atlas.look.language import t
from atlas.work import patience
from atlas.work.patience import ShouldStop
from planning.tender import auction
from planning.tender.auction import Award, Objective

_awards: SingleFlight[Hashable, Award] = SingleFlight(12)


def award(
    lots: pd.DataFrame,
    bids: pd.DataFrame,
    objective: Objective,
    most_lots: int | None,
    limit_s: float,
    least_bidders: int | None = None,
) -> Award:
    """Lots and bids as planning/tender/auction.py wants them. Raises Stopped and InputError."""

    def make(should_stop: ShouldStop) -> Award:
        return auction.award(
            lots,
            bids,
            objective=objective,
            most_lots_per_bidder=most_lots,
            least_bidders=least_bidders,
            time_limit_s=limit_s,
            is_cancelled=should_stop,
        )

    key = (lots.to_csv(), bids.to_csv(), objective, most_lots, limit_s, least_bidders)
    return patience.answered(_awards, key, make, t("Working out who wins…"), "tender")
