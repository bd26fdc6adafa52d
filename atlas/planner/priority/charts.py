"""The efficient frontier: what each budget can reach at best, with the plain greedy choice beside it."""

from __future__ import annotations

import altair as alt
import pandas as pd

from atlas.charts.axes import LABEL_PX, Tokens, dressed
from atlas.look import figures
from atlas.look.language import speaking, t
from atlas.planner.cost.charts import money_axis

HEIGHT_PX = 280


def curve(df: pd.DataFrame, own_yuan: float, unit: str, tokens: Tokens, lang: str) -> alt.LayerChart:
    """Columns budget_yuan, objective, greedy_objective: a line to the best, hollow points for greedy, the own
    budget.
    """
    with speaking(lang):
        rows = df.dropna(subset=["objective"]).assign(
            budget=lambda frame: [figures.money(value) for value in frame["budget_yuan"]],
            best=lambda frame: [figures.value_text(value, unit) for value in frame["objective"]],
            greedy=lambda frame: [figures.value_text(value, unit) for value in frame["greedy_objective"]],
            is_own=lambda frame: (frame["budget_yuan"] - own_yuan).abs() < 1,
        )
        scale, axis = money_axis([0.0, *rows["budget_yuan"]], is_from_zero=True)
        x = alt.X("budget_yuan:Q", scale=scale, axis=axis)
        y = alt.Y("objective:Q", axis=_plain_axis(unit), scale=alt.Scale(zero=True))
        tooltip = [
            alt.Tooltip("budget:N", title=t("Budget")),
            alt.Tooltip("best:N", title=t("Best")),
            alt.Tooltip("greedy:N", title=t("Greedy")),
        ]
        base = alt.Chart(rows).encode(x=x, tooltip=tooltip)
        line = base.mark_line(color=tokens["connected"], strokeWidth=2.5).encode(y=y)
        points = base.mark_point(filled=True, size=60, opacity=1, color=tokens["connected"]).encode(y=y)
        greedy = base.mark_point(filled=False, size=80, strokeWidth=2, color=tokens["unknown"]).encode(
            y=alt.Y("greedy_objective:Q")
        )
        own = base.transform_filter("datum.is_own")
        mark = own.mark_rule(color=tokens["text"], strokeDash=[4, 3]).encode()
        label = own.mark_text(
            align="right", dx=-6, dy=-10, fontSize=LABEL_PX, fontWeight=600, color=tokens["text"]
        ).encode(y=y, text="best:N")
        return dressed([line, points, greedy, mark, label], tokens, HEIGHT_PX)


def _plain_axis(unit: str) -> alt.Axis:
    return alt.Axis(
        title=figures.unit_word(unit) or t("weighted points"),
        titleAngle=0,
        titleAlign="left",
        titleX=-28,
        titleY=-12,
        grid=True,
        ticks=False,
        domain=False,
        tickCount=5,
        format=",d",
    )
