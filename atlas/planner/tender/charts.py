"""The bids of a tender: a row per lot, a point per bid, measured against the reserve."""

from __future__ import annotations

import altair as alt
import pandas as pd

from atlas.charts.axes import LABEL_PX, Tokens, dressed
from atlas.look.language import speaking, t

ROW_PX, LEAST_PX = 30, 90
MOST_LOTS = 30


def bids(drawn: pd.DataFrame, tokens: Tokens, lang: str) -> alt.LayerChart:
    """`drawn`: lot, bidder, price_percent, is_won, text (atlas/planner/tender/text.py). The reserve is the line at 100
    %.
    """
    with speaking(lang):
        lots = list(dict.fromkeys(drawn["lot"]))[:MOST_LOTS]
        shown = drawn[drawn["lot"].isin(lots)]
        low = min(90.0, float(shown["price_percent"].min()) - 3)
        y = alt.Y("lot:N", sort=lots, axis=alt.Axis(title=None, ticks=False, domain=False, labelLimit=140))
        x = alt.X(
            "price_percent:Q",
            scale=alt.Scale(domain=[low, 101.5], nice=False),
            axis=alt.Axis(title=t("Price, % of the reserve"), grid=True, tickCount=6),
        )
        tooltip = [alt.Tooltip("bidder:N", title=t("Bidder")), alt.Tooltip("text:N", title=t("Price"))]
        base = alt.Chart(shown).encode(x=x, y=y, tooltip=tooltip)
        layers = [
            alt.Chart(pd.DataFrame({"at": [100]}))
            .mark_rule(color=tokens["text"], strokeDash=[4, 3])
            .encode(x=alt.X("at:Q", scale=alt.Scale(domain=[low, 101.5], nice=False))),
            base.transform_filter("!datum.is_won").mark_point(
                size=90, filled=False, strokeWidth=2, opacity=1, color=tokens["unknown"]
            ),
            base.transform_filter("datum.is_won").mark_point(
                size=130, filled=True, shape="diamond", opacity=1, color=tokens["connected"]
            ),
        ]
        if len(shown) <= MOST_LOTS:
            layers.append(base.mark_text(dy=-13, fontSize=LABEL_PX, color=tokens["text"]).encode(text="bidder:N"))
        return dressed(layers, tokens, max(LEAST_PX, ROW_PX * len(lots)))
