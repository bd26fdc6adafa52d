"""Histogram and boxes as Altair charts; the counting is done in distribution.py."""

from __future__ import annotations

import json
from collections.abc import Sequence

import altair as alt
import pandas as pd

from atlas.charts.axes import LABEL_PX, Tokens, dressed
from atlas.charts.distribution import Box, Histogram, axis_ticks, is_skewed
from atlas.look import figures
from atlas.look.language import speaking, t

HISTOGRAM_HEIGHT_PX = 220
ROW_PX = 26
GAP = 0.04  # of a bar's width, on each side
NARROW_LABELS = 6


def histogram(
    held: Histogram, unit: str, noun: str, tokens: Tokens, colour: str, lang: str, is_narrow: bool
) -> alt.LayerChart:
    """Bars of equal width with their edges beneath and their counts on top."""
    with speaking(lang):
        rows = [
            {
                "left": i + GAP,
                "right": i + 1 - GAP,
                "middle": i + 0.5,
                "n": n,
                "zero": 0,
                "text": figures.count(n) if n else "",
                "span": span_text(held, i, unit),
                "counted": figures.value_text(n, noun),
            }
            for i, n in enumerate(held.counts)
        ]
        edges = [figures.edge(edge, unit) for edge in held.edges]
        every = 1 if not is_narrow else max(1, round(len(edges) / NARROW_LABELS))
        axis = alt.Axis(
            values=list(range(0, len(edges), every)),
            labelExpr=f"{json.dumps(edges, ensure_ascii=False)}[datum.value]",
            title=figures.unit_word(unit),
            grid=False,
            labelOverlap=True,
        )
        base = alt.Chart(pd.DataFrame(rows))
        x = alt.X("left:Q", axis=axis, scale=alt.Scale(domain=[0, len(held.counts)], nice=False))
        y = alt.Y("n:Q", axis=None)
        tooltip = [alt.Tooltip("span:N", title=t("From – to")), alt.Tooltip("counted:N", title=t("Count"))]
        bars = base.mark_bar(color=colour).encode(x=x, x2="right:Q", y=y, y2="zero:Q", tooltip=tooltip)
        texts = base.mark_text(dy=-8, fontSize=LABEL_PX, color=tokens["text"]).encode(x="middle:Q", y=y, text="text:N")
        return dressed([bars, texts], tokens, HISTOGRAM_HEIGHT_PX)


def span_text(held: Histogram, i: int, unit: str) -> str:
    """A bar's edges: 20–30 万元."""
    if unit == "yuan":
        return figures.money_range(held.edges[i], held.edges[i + 1])
    word = figures.unit_word(unit)
    return f"{figures.decimal(held.edges[i])}–{figures.decimal(held.edges[i + 1])} {word}"


def boxes(held: Sequence[Box], unit: str, tokens: Tokens, colour: str, lang: str) -> alt.LayerChart:
    """One row per group: whiskers to the last value inside the fences, a box of quartiles, points beyond."""
    with speaking(lang):
        order = [box.group for box in held]
        everything = values_drawn(held)
        scale = _scale(everything)
        ticks = axis_ticks(everything)
        labels = [figures.edge(tick, unit) for tick in ticks]
        axis = alt.Axis(
            values=ticks,
            labelExpr=f"{json.dumps(labels, ensure_ascii=False)}[indexof({json.dumps(ticks)}, datum.value)]",
            title=figures.unit_word(unit),
            grid=True,
            labelOverlap=True,
        )
        y = alt.Y("group:N", sort=order, axis=alt.Axis(title=None, labelLimit=150, ticks=False, domain=False))
        drawn = pd.DataFrame([_box_row(box, unit) for box in held if box.summary], columns=_COLUMNS)
        points = pd.DataFrame(
            [
                {
                    "group": box.group,
                    "value": value,
                    "said": figures.value_text(value, unit),
                    "is_beyond": box.summary is not None,
                }
                for box in held
                for value in box.points
            ],
            columns=["group", "value", "said", "is_beyond"],
        )
        tooltip = [alt.Tooltip("group:N", title=t("Place")), alt.Tooltip("said:N", title=t("Quartiles"))]
        base = alt.Chart(drawn).encode(y=y, tooltip=tooltip)
        layers = [
            base.mark_rule(color=tokens["muted"]).encode(x=alt.X("low:Q", scale=scale, axis=axis), x2="high:Q"),
            base.mark_bar(color=colour, height=12, opacity=1).encode(x=alt.X("q1:Q", scale=scale), x2="q3:Q"),
            base.mark_tick(color=tokens["text"], thickness=2, size=18).encode(x=alt.X("median:Q", scale=scale)),
            alt.Chart(points)
            .mark_point(filled=False, size=36, strokeWidth=1.5, opacity=1)
            .encode(
                color=alt.condition(
                    "datum.is_beyond", alt.value(tokens["unconnected"]), alt.value(colour)
                ),  # a few single values are no outliers
                x=alt.X("value:Q", scale=scale),
                y=y,
                tooltip=[alt.Tooltip("group:N", title=t("Place")), alt.Tooltip("said:N", title=t("Value"))],
            ),
        ]
        return dressed(layers, tokens, ROW_PX * max(len(held), 2))


_COLUMNS = ["group", "low", "q1", "median", "q3", "high", "said"]


def values_drawn(held: Sequence[Box]) -> list[float]:
    """All numbers that a chart of boxes must have room for."""
    found = [value for box in held for value in box.points]
    for box in held:
        if box.summary:
            found += [box.summary.low, box.summary.q1, box.summary.median, box.summary.q3, box.summary.high]
    return found


def _box_row(box: Box, unit: str) -> dict[str, object]:
    one = box.summary
    assert one is not None
    said = " · ".join(figures.value_text(value, unit) for value in (one.q1, one.median, one.q3))
    return {
        "group": box.group,
        "low": one.low,
        "q1": one.q1,
        "median": one.median,
        "q3": one.q3,
        "high": one.high,
        "said": f"{said} (n={box.n})",
    }


def _scale(values: Sequence[float]) -> alt.Scale:
    """Logarithmic (with room for 0) where values spread over orders of magnitude."""
    ticks = axis_ticks(values)
    domain = [min(ticks), max(ticks)]
    if is_skewed(pd.Series(values, dtype=float).to_numpy()):
        smallest = min(tick for tick in ticks if tick > 0)
        return alt.Scale(type="symlog", constant=smallest, domain=domain)
    return alt.Scale(domain=domain, nice=False)
