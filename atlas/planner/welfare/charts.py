"""What one unit of money costs society in all, by source: a bar from low to high, the unit itself as a line."""

from __future__ import annotations

import altair as alt
import pandas as pd

from atlas.charts.axes import LABEL_PX, Tokens, dressed
from atlas.look import figures
from atlas.look.language import speaking, t

ROW_PX = 34
LABEL_LIMIT_PX = 300  # the longest source in full


def costs(table: pd.DataFrame, raised: float, tokens: Tokens, lang: str) -> alt.LayerChart:
    """table: words, total_low, total_high (money), as `welfare.compare_sources` gives them for `raised`."""
    with speaking(lang):
        shown = pd.DataFrame(
            {
                "words": table["words"],
                "low": table["total_low"] / raised,
                "high": table["total_high"] / raised,
                "zero": 0.0,
            }
        )
        shown["text"] = [
            figures.decimal(low) if low == high else f"{figures.decimal(low)}–{figures.decimal(high)}"
            for low, high in zip(shown["low"], shown["high"], strict=True)
        ]
        order = list(shown["words"])
        scale = alt.Scale(domain=[0, float(shown["high"].max()) * 1.3], nice=False)
        y = alt.Y(
            "words:N",
            sort=order,
            axis=alt.Axis(title=None, ticks=False, domain=False, labelLimit=LABEL_LIMIT_PX),
        )
        base = alt.Chart(shown).encode(
            y=y,
            tooltip=[
                alt.Tooltip("words:N", title=t("Source of the money")),
                alt.Tooltip("text:N", title=t("Cost of one unit")),
            ],
        )
        layers = [
            base.mark_bar(height=14, color=tokens["range"], opacity=0.55).encode(
                x=alt.X(
                    "zero:Q",
                    scale=scale,
                    axis=alt.Axis(title=t("Cost of one unit raised"), grid=True, tickCount=6),
                ),
                x2="low:Q",
            ),
            base.mark_bar(height=14, color=tokens["range"]).encode(x=alt.X("low:Q", scale=scale), x2="high:Q"),
            base.mark_tick(color=tokens["text"], thickness=2, size=18).encode(x=alt.X("high:Q", scale=scale)),
            base.mark_text(align="left", dx=6, fontSize=LABEL_PX, color=tokens["text"]).encode(
                x=alt.X("high:Q", scale=scale), text="text:N"
            ),
            alt.Chart(pd.DataFrame({"at": [1.0]}))
            .mark_rule(color=tokens["text"], strokeDash=[4, 3])
            .encode(x=alt.X("at:Q", scale=scale)),
        ]
        return dressed(layers, tokens, ROW_PX * max(len(shown), 2))
