"""The contribution factor year by year, with the published points."""

from __future__ import annotations

import altair as alt
import pandas as pd

from atlas.charts.axes import LABEL_PX, Tokens, dressed
from atlas.look import figures
from atlas.look.language import speaking, t

HEIGHT_PX = 260


def factor(table: pd.DataFrame, published: pd.DataFrame, tokens: Tokens, lang: str) -> alt.LayerChart:
    """table: year, share (0-1). published: year (with a fraction for a quarter), percent; may be empty."""
    with speaking(lang):
        shown = pd.DataFrame({"year": table["year"].astype(float), "percent": 100 * table["share"]})
        known = published.assign(text=[figures.percent(value) for value in published["percent"]])
        shown["text"] = [figures.percent(value) for value in shown["percent"]]
        both = pd.concat([shown, known]) if len(known) else shown
        ticks = list(range(int(both["year"].min()), int(both["year"].max()) + 1))
        ticks = ticks[:: max(1, len(ticks) // 10)]
        x = alt.X(
            "year:Q",
            scale=alt.Scale(domain=[both["year"].min() - 0.4, both["year"].max() + 0.6], nice=False),
            axis=alt.Axis(title=None, values=ticks, format="d", grid=False),
        )
        y = alt.Y(
            "percent:Q",
            scale=alt.Scale(domain=[0, both["percent"].max() * 1.15]),
            axis=alt.Axis(title=None, grid=True, tickCount=5, ticks=False, domain=False),
        )
        tooltip = [alt.Tooltip("text:N", title=t("Contribution factor"))]
        line = alt.Chart(shown).encode(x=x, y=y, tooltip=tooltip)
        ends = alt.Chart(shown.iloc[[0, -1]] if len(shown) > 1 else shown).encode(x=x, y=y, text="text:N")
        layers = [
            line.mark_line(color=tokens["unconnected"], strokeDash=[6, 4], strokeWidth=2),
            line.mark_point(color=tokens["unconnected"], filled=False, size=50, opacity=1),
            ends.mark_text(dy=-14, fontSize=LABEL_PX, color=tokens["text"]),
        ]
        if len(known):
            points = alt.Chart(known).encode(x=x, y=y, tooltip=tooltip)
            layers.append(points.mark_point(color=tokens["declared_border"], filled=True, size=80, opacity=1))
            first = alt.Chart(known.iloc[[0]]).encode(x=x, y=y, text="text:N")
            layers.append(first.mark_text(dy=-14, fontSize=LABEL_PX, color=tokens["text"]))
        return dressed(layers, tokens, HEIGHT_PX)
