"""Charts of costs: technologies side by side with their ranges, what moves a cost, and how draws of chance spread."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

import altair as alt
import numpy as np
import pandas as pd

from atlas.charts.axes import LABEL_PX, Tokens, dressed
from atlas.look import figures
from atlas.look.language import speaking, t

ROW_PX = 34
BINS = 24
HISTOGRAM_PX = 200
ROOM = 0.09
STEP_PX = 18


def money_axis(values: Sequence[float], is_from_zero: bool) -> tuple[alt.Scale, alt.Axis]:
    """Round amounts beneath, written as everywhere."""
    ticks = _ticks(0.0 if is_from_zero else min(values), max(values))
    labels = [figures.compact(tick) for tick in ticks]
    axis = alt.Axis(
        values=ticks,
        labelExpr=f"{json.dumps(labels, ensure_ascii=False)}[indexof({json.dumps(ticks)}, datum.value)]",
        title=figures.unit_word("yuan"),
        grid=True,
        ticks=False,
        labelOverlap=True,
    )
    room = ROOM * (max(values) - min(values))  # for the words beside the longest bars
    low = 0.0 if is_from_zero else max(min(values) - room, 0.0)
    return alt.Scale(domain=[low, max(values) + room], nice=False), axis


def _ticks(low: float, high: float) -> list[float]:
    """Four to six round numbers from low to high."""
    raw = max((high - low) / 5, 1.0)
    size = 10 ** np.floor(np.log10(raw))
    step = float(size * min((1, 2, 5, 10), key=lambda m: abs(m * size - raw)))
    return [float(tick) for tick in np.arange(np.ceil(low / step) * step, high + step / 2, step)]


def ranges(df: pd.DataFrame, tokens: Tokens, lang: str) -> alt.LayerChart:
    """Columns label, low, central, high (yuan), is_best: a line from low to high and a point at the central value."""
    with speaking(lang):
        rows = df.assign(
            text=[figures.modelled(value) for value in df["central"]],
            range=[figures.modelled_range(a, b) for a, b in zip(df["low"], df["high"], strict=True)],
        )
        scale, axis = money_axis(df[["low", "high"]].to_numpy().ravel().tolist(), is_from_zero=True)
        y = alt.Y(
            "label:N",
            sort=rows["label"].tolist(),
            axis=alt.Axis(title=None, labelLimit=170, ticks=False, domain=False),
        )
        tooltip = [
            alt.Tooltip("label:N", title=t("Technology")),
            alt.Tooltip("text:N", title=t("Central")),
            alt.Tooltip("range:N", title=t("Range")),
        ]
        colour = alt.condition("datum.is_best", alt.value(tokens["range"]), alt.value(tokens["unknown"]))
        base = alt.Chart(rows).encode(y=y, tooltip=tooltip)
        lines = base.mark_rule(strokeWidth=6, opacity=0.55, strokeCap="round").encode(
            x=alt.X("low:Q", scale=scale, axis=axis), x2="high:Q", color=colour
        )
        points = base.mark_point(filled=True, size=110, opacity=1).encode(
            x=alt.X("central:Q", scale=scale), color=colour
        )
        texts = base.mark_text(
            align="left", dx=-6, dy=-13, fontSize=LABEL_PX, fontWeight=600, color=tokens["text"]
        ).encode(x=alt.X("central:Q", scale=scale), text="text:N")
        return dressed([lines, points, texts], tokens, (ROW_PX + 8) * len(rows))


def tornado(df: pd.DataFrame, central_yuan: float, tokens: Tokens, lang: str) -> alt.LayerChart:
    """Columns label, at_low_yuan, at_high_yuan, low_text, high_text: one bar per parameter around the central total."""
    with speaking(lang):
        rows = df.assign(central=central_yuan)
        values = [central_yuan, *rows["at_low_yuan"], *rows["at_high_yuan"]]
        scale, axis = money_axis(values, is_from_zero=False)
        y = alt.Y(
            "label:N",
            sort=rows["label"].tolist(),
            axis=alt.Axis(title=None, labelLimit=320, ticks=False, domain=False),
        )
        layers: list[alt.Chart] = []
        for end, token, words in (
            ("at_low_yuan", "connected", "low_text"),
            ("at_high_yuan", "unconnected", "high_text"),
        ):
            shown = rows.assign(said=[figures.money(value) for value in rows[end]])
            tooltip = [
                alt.Tooltip("label:N", title=t("Parameter")),
                alt.Tooltip(f"{words}:N", title=t("Value")),
                alt.Tooltip("said:N", title=t("Then the cost is")),
            ]
            layers.append(
                alt.Chart(shown)
                .mark_bar(color=tokens[token], height=16)
                .encode(y=y, x=alt.X("central:Q", scale=scale, axis=axis), x2=f"{end}:Q", tooltip=tooltip)
            )
            is_right = rows[end] >= central_yuan
            sides: list[tuple[pd.Series, Literal["left", "right"], int]] = [
                (is_right, "left", 5),
                (~is_right, "right", -5),
            ]
            for side, align, dx in sides:
                layers.append(
                    alt.Chart(shown[side])
                    .mark_text(align=align, dx=dx, fontSize=LABEL_PX, color=tokens["text"], clip=False)
                    .encode(y=y, x=alt.X(f"{end}:Q", scale=scale), text=f"{words}:N")
                )
        line = alt.Chart(pd.DataFrame({"x": [central_yuan]})).mark_rule(color=tokens["text"]).encode(x="x:Q")
        return dressed([*layers, line], tokens, (ROW_PX - 6) * max(len(rows), 2))


def draws(total_yuan: np.ndarray, quantiles: dict[str, float], tokens: Tokens, lang: str) -> alt.LayerChart:
    """How often each amount was drawn, with the 5 %, 50 % and 95 % quantiles."""
    with speaking(lang):
        counts, edges = np.histogram(total_yuan, bins=BINS)
        rows = pd.DataFrame({"left": edges[:-1], "right": edges[1:], "n": counts, "zero": 0})
        rows["said"] = [figures.money_range(a, b) for a, b in pairwise(edges)]
        scale, axis = money_axis(edges.tolist(), is_from_zero=False)
        tooltip = [alt.Tooltip("said:N", title=t("From – to")), alt.Tooltip("n:Q", title=t("Draws"))]
        bars = (
            alt.Chart(rows)
            .mark_bar(color=tokens["range"], stroke=tokens["page"])
            .encode(
                x=alt.X("left:Q", scale=scale, axis=axis),
                x2="right:Q",
                y=alt.Y("n:Q", axis=None),
                y2="zero:Q",
                tooltip=tooltip,
            )
        )
        marks = pd.DataFrame(
            {
                "x": list(quantiles.values()),
                "text": [
                    f"{figures.decimal(int(key[1:3]))}% · {figures.money(value)}" for key, value in quantiles.items()
                ],
            }
        )
        lines = alt.Chart(marks).mark_rule(color=tokens["text"], strokeDash=[4, 3]).encode(x="x:Q")
        texts = [
            alt.Chart(marks.iloc[[n]])
            .mark_text(
                align="left",
                dx=4,
                baseline="top",
                fontSize=LABEL_PX,
                fontWeight=600,
                color=tokens["text"],
            )
            .encode(x="x:Q", y=alt.value(0 if n % 2 == 0 else STEP_PX), text="text:N")
            for n in range(len(marks))  # on two heights: neighbours may stand close
        ]
        return dressed([bars, lines, *texts], tokens, HISTOGRAM_PX)
