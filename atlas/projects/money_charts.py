"""Charts of money and of what changed: Lorenz curve, cost against the model, two groups at two dates."""

from __future__ import annotations

import json
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from atlas.charts import spec
from atlas.charts.axes import LABEL_PX, Tokens, dressed
from atlas.charts.distribution import axis_ticks, is_skewed
from atlas.look import colours, figures
from atlas.look.language import speaking, t

LORENZ_HEIGHT_PX = 300
ROW_PX = 84  # one technology of the strip
SLOPE_HEIGHT_PX = 260
GOLDEN = 0.618034  # spreads points evenly over a strip's width, the same at every rerun
MOST_LORENZ_POINTS = 400  # more make no visible difference


def lorenz(curve: pd.DataFrame, tokens: Tokens, lang: str) -> alt.LayerChart:
    """Columns unit_share and value_share, 0 to 1, the units that get least first; the diagonal is equality."""
    with speaking(lang):
        keep = np.unique(np.linspace(0, len(curve) - 1, min(len(curve), MOST_LORENZ_POINTS)).round().astype(int))
        points = 100 * curve.iloc[keep].astype(float)
        points["said"] = [
            t("the {a} that get least have {b}", a=figures.percent(units), b=figures.percent(value))
            for units, value in zip(points["unit_share"], points["value_share"], strict=True)
        ]
        scale = alt.Scale(domain=[0, 100], nice=False)
        x = alt.X("unit_share:Q", scale=scale, axis=_share_axis(t("Villages, those that get least first (%)")))
        y = alt.Y("value_share:Q", scale=scale, axis=_share_axis(t("Their share of the money (%)")))
        even = pd.DataFrame({"unit_share": [0.0, 100.0], "value_share": [0.0, 100.0]})
        diagonal = alt.Chart(even).mark_line(color=tokens["muted"], strokeDash=[5, 4], strokeWidth=1.5)
        line = alt.Chart(points).mark_line(color=tokens["range"], strokeWidth=2.5)
        felt = alt.Chart(points).mark_point(opacity=0, size=160)
        words = pd.DataFrame({"unit_share": [50.0], "value_share": [50.0], "text": [t("all alike")]})
        label = alt.Chart(words).mark_text(dx=-8, dy=-6, align="right", fontSize=LABEL_PX, color=tokens["muted"])
        layers = [
            diagonal.encode(x=x, y=y),
            line.encode(x=x, y=y),
            felt.encode(x=x, y=y, tooltip=[alt.Tooltip("said:N", title=t("Lorenz curve"))]),
            label.encode(x=x, y=y, text="text:N"),
        ]
        return dressed(layers, tokens, LORENZ_HEIGHT_PX)


def _share_axis(title: str) -> alt.Axis:
    return alt.Axis(title=title, grid=True, ticks=False, domain=False, values=[0, 25, 50, 75, 100])


def cost_strip(points: pd.DataFrame, ranges: pd.DataFrame, tokens: Tokens, lang: str) -> alt.LayerChart:
    """Every project's cost per village as a point, over its technology's modelled range.

    `points`: technology (its name), yuan, name, is_outside. `ranges`: technology, low, central, high. A logarithmic
    axis where the values spread over orders of magnitude, so it does not start at zero: points, not bars.
    """
    with speaking(lang):
        rows = list(dict.fromkeys([*ranges["technology"], *points["technology"]]))
        drawn = points.assign(row=_spread_over(points["technology"], rows))
        drawn["said"] = [figures.money(value) for value in drawn["yuan"]]
        bands = ranges.assign(
            row=[float(rows.index(one)) for one in ranges["technology"]],
            said=[figures.money_range(low, high) for low, high in zip(ranges["low"], ranges["high"], strict=True)],
        )
        bands["top"], bands["foot"] = bands["row"] - 0.42, bands["row"] + 0.42
        values = [*drawn["yuan"], *bands["low"], *bands["high"]]
        ticks = axis_ticks(values)
        x_axis = alt.Axis(
            values=ticks,
            labelExpr=_labels(ticks, [figures.edge(one, "yuan") for one in ticks]),
            title=figures.unit_word("yuan"),
            grid=True,
            labelOverlap=True,
        )
        numbers = list(range(len(rows)))
        y_axis = alt.Axis(
            values=numbers,
            labelExpr=_labels(numbers, rows),
            title=None,
            ticks=False,
            domain=False,
            grid=False,
            labelLimit=120,
        )
        heights = alt.Scale(domain=[len(rows) - 0.5, -0.5], nice=False, zero=False)

        def x(column: str) -> alt.X:
            return alt.X(f"{column}:Q", axis=x_axis, scale=_scale(values, ticks))

        def y(column: str) -> alt.Y:
            return alt.Y(f"{column}:Q", axis=y_axis, scale=heights)

        band = alt.Chart(bands).mark_rect(color=tokens["range"], opacity=0.28)
        centre = alt.Chart(bands).mark_rule(color=tokens["range"], strokeWidth=2)
        told = [
            alt.Tooltip("technology:N", title=t("Technology")),
            alt.Tooltip("said:N", title=t("Modelled range")),
        ]
        colour = alt.condition("datum.is_outside", alt.value(tokens["unconnected"]), alt.value(tokens["connected"]))
        shape = alt.condition("datum.is_outside", alt.value("diamond"), alt.value("circle"))
        dots = alt.Chart(drawn).mark_point(filled=True, size=48, opacity=0.85)
        tooltip = [
            alt.Tooltip("name:N", title=t("Project")),
            alt.Tooltip("said:N", title=t("Investment per village")),
        ]
        layers = [
            band.encode(x=x("low"), x2="high:Q", y=y("top"), y2="foot:Q", tooltip=told),
            centre.encode(x=x("central"), y=y("top"), y2="foot:Q"),
            dots.encode(x=x("yuan"), y=y("row"), color=colour, shape=shape, tooltip=tooltip),
        ]
        return dressed(layers, tokens, ROW_PX * len(rows) + 10)


def _spread_over(technologies: pd.Series, rows: list[str]) -> list[float]:
    """A height inside its technology's strip for each point."""
    return [rows.index(one) + 0.7 * ((n * GOLDEN) % 1 - 0.5) for n, one in enumerate(technologies)]


def _scale(values: list[float], ticks: list[float]) -> alt.Scale:
    domain = [min(ticks), max(max(ticks), max(values))]
    if is_skewed(np.array(values, dtype=float)):
        return alt.Scale(type="symlog", constant=min(tick for tick in ticks if tick > 0), domain=domain, nice=False)
    return alt.Scale(domain=domain, nice=False)


def _labels(values: list[float] | list[int], words: list[str]) -> str:
    """Vega's way from a value to its word; words may come from files, so they are quoted as JSON."""
    return f"{json.dumps(words, ensure_ascii=False)}[indexof({json.dumps(values)}, datum.value)]"


@st.cache_data(max_entries=64, show_spinner=False)
def two_groups_spec(points: pd.DataFrame, theme_name: str, lang: str) -> dict[str, Any]:
    """`two_groups` as Streamlit sends it."""
    return spec.spec(lambda: two_groups(points, colours.tokens(theme_name), lang))


def two_groups(points: pd.DataFrame, tokens: Tokens, lang: str) -> alt.LayerChart:
    """Two groups at two dates: columns group (pilot, other), label, date, percent. The value stands beside each end.

    The dotted line is where the pilots would be, had they changed as the others did.
    """
    with speaking(lang):
        drawn = points.assign(date=pd.to_datetime(points["date"]))
        drawn["day"] = [figures.day(day) for day in drawn["date"]]
        drawn["text"] = [figures.percent(value) for value in drawn["percent"]]
        first, last = drawn["date"].min(), drawn["date"].max()
        span = (last - first) * 0.22
        expected = _expected(drawn, first, last)
        low = min(drawn["percent"].min(), expected["percent"].min())
        x = alt.X(
            "date:T",
            scale=alt.Scale(domain=[f"{first - span:%Y-%m-%d}", f"{last + span:%Y-%m-%d}"]),
            axis=alt.Axis(values=[f"{first:%Y-%m-%d}", f"{last:%Y-%m-%d}"], format="%Y-%m-%d", title=None, grid=True),
        )
        y = alt.Y(
            "percent:Q",
            scale=alt.Scale(domain=[max(0.0, low - 6), 104], nice=False),
            axis=alt.Axis(title=None, grid=True, ticks=False, domain=False, tickCount=5),
        )
        colour = alt.Color(
            "group:N",
            scale=alt.Scale(domain=["pilot", "other"], range=[tokens["pilot"], tokens["unknown"]]),
            legend=None,
        )
        tooltip = [
            alt.Tooltip("label:N", title=t("Group")),
            alt.Tooltip("day:N", title=t("Date")),
            alt.Tooltip("text:N", title=t("Connection rate")),
        ]
        base = alt.Chart(drawn).encode(x=x, y=y, color=colour)
        layers = [
            alt.Chart(expected).mark_line(color=tokens["pilot"], strokeDash=[2, 4], strokeWidth=2).encode(x=x, y=y),
            base.mark_line(strokeWidth=2.5),
            base.mark_point(filled=True, size=80, opacity=1).encode(tooltip=tooltip),
            *_end_words(drawn, x, y, tokens, first, last),
        ]
        return dressed(layers, tokens, SLOPE_HEIGHT_PX)


def _expected(drawn: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp) -> pd.DataFrame:
    held = drawn.set_index(["group", "date"])["percent"]
    change = held["other", last] - held["other", first]
    return pd.DataFrame({"date": [first, last], "percent": [held["pilot", first], held["pilot", first] + change]})


def _end_words(
    drawn: pd.DataFrame, x: alt.X, y: alt.Y, tokens: Tokens, first: pd.Timestamp, last: pd.Timestamp
) -> list[alt.Chart]:
    """Values at the left ends, name and value at the right ones; the higher one above, the lower one below."""
    charts = []
    for day, align, dx in ((first, "right", -9), (last, "left", 9)):
        rows = drawn[drawn["date"] == day].sort_values("percent", ascending=False)
        for position, row in enumerate(rows.to_dict("records")):
            words = row["text"] if day == first else f"{row['label']} {row['text']}"
            one = pd.DataFrame({"date": [day], "percent": [row["percent"]], "words": [words]})
            style: dict[str, Any] = {"align": align, "dx": dx, "dy": -7 if position == 0 else 7}
            mark = alt.Chart(one).mark_text(
                fontSize=LABEL_PX, fontWeight=600, color=tokens["text"], clip=False, **style
            )
            charts.append(mark.encode(x=x, y=y, text="words:N"))
    return charts
