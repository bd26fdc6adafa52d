"""Where a place stands among the places of its level under the same parent."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from atlas.charts import points
from atlas.look import figures
from atlas.look.language import t
from atlas.view import questions
from atlas.view.state import View
from indicators import places
from indicators.database import Atlas
from indicators.places import Place

SHARE = "unconnected_share"


@dataclass(frozen=True)
class Standing:
    """The places under one parent, `ranked` as `charts.points.standing` has them, this place among them."""

    here: Place
    parent: Place
    ranked: pd.DataFrame

    @property
    def evidence(self) -> str:
        return str(self.ranked["evidence"].iloc[0])

    @property
    def rank(self) -> int | None:
        """1 for the largest share; None among simulated states, of which a rank says nothing, and where nothing is
        known."""
        own = self.ranked.loc[self.ranked["place_id"] == self.here.place_id, "value"]
        is_known = len(own) and not figures.is_missing(own.iloc[0])
        if not is_known or points.is_simulated(self.ranked):
            return None
        return points.rank_of(self.ranked, self.here.place_id)


def of(atlas: Atlas, view: View, indicator_id: str = SHARE) -> Standing | None:
    """None for the nation, for a place whose siblings are divided at another level, and for one that has none."""
    path = places.path(atlas, view.place_id)
    if len(path) < 2:
        return None
    here, parent = path[-1], path[-2]
    if places.level_below(atlas, parent.place_id) != here.level:
        return None
    table = questions.table(atlas, replace(view, place_id=parent.place_id), indicator_id, here.level)
    ranked = points.standing(table)
    if here.place_id not in set(ranked["place_id"]) or len(ranked) < 2:
        return None
    return Standing(here, parent, ranked)


def rank_words(standing: Standing | None) -> str:
    """`3 of 14`, or why there is no rank."""
    if standing is None:
        return figures.DASH
    if standing.rank is None:
        is_simulated = points.is_simulated(standing.ranked)
        return t("simulated values are not ranked") if is_simulated else figures.unknown()
    n = figures.count(standing.ranked["value"].notna().sum())
    return t("{rank} of {n}", rank=figures.count(standing.rank), n=n)
