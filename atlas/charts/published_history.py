"""Published shares over time; what lies between two definitions is never joined."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import altair as alt
import pandas as pd

from atlas.charts.axes import HISTORY_HEIGHT_PX, LABEL_PX, Tokens, colour_range, dressed, percent_axis, time_axis
from atlas.charts.history_points import DESKTOP_WIDTH_PX, placed_points
from atlas.charts.labels import PLACES, text_px
from atlas.look.language import speaking, t


def published_history(
    df: pd.DataFrame,
    tokens: Tokens,
    lang: str,
    bands: Sequence[tuple[date, date, str]] | None = None,
    width_px: int = DESKTOP_WIDTH_PX,
) -> alt.LayerChart:
    """Published shares over time, each definition in a band of its own and never joined to another.

    Columns: standard, label (the standard's name), date, value_percent, qualifier (=, ~, >, >=, target),
    quotation, source; `definition`, where there is one, keeps points of a standard apart that count different things.
    Targets stay outside the lines. `bands` are (from, to, name); without them they
    follow from the dates. `width_px` is the expected width, 358 on a phone, for placing the labels.
    """
    with speaking(lang):
        placed = placed_points(df, bands, width_px)
        points, bands, x_domain = placed.points, placed.bands, placed.x_domain
        x = alt.X(
            "date:T",
            scale=alt.Scale(domain=[day.isoformat() for day in x_domain]),
            axis=time_axis(*x_domain, most=max(3, width_px // 90)),
        )
        y = alt.Y("value_percent:Q", scale=alt.Scale(domain=list(placed.y_domain)), axis=percent_axis())
        layers = [_band_areas(bands, tokens), *_band_names(bands, x_domain, width_px, tokens)]
        layers += [_lines(points, tokens, x, y), *_marks(points, tokens, x, y)]
        layers += _labels(points, tokens, x, y)
        return dressed(layers, tokens, HISTORY_HEIGHT_PX)


def _lines(points: pd.DataFrame, tokens: Tokens, x: alt.X, y: alt.Y) -> alt.Chart:
    """Lines join the published points of one definition only: `detail` keeps the others apart."""
    joined = points.loc[points["is_joined"], ["date", "value_percent", "standard", "stretch"]]
    chart: alt.Chart = (
        alt.Chart(joined).mark_line(strokeWidth=2).encode(x=x, y=y, detail="stretch:N", color=_colour(points, tokens))
    )
    return chart


def _marks(points: pd.DataFrame, tokens: Tokens, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Filled where published, hollow where aimed at."""
    shape = alt.Shape("shape:N", scale=None, legend=None)
    tooltip = [
        alt.Tooltip("label:N", title=t("Standard")),
        alt.Tooltip("day:N", title=t("Date")),
        alt.Tooltip("published:N", title=t("Published value (%)")),
        alt.Tooltip("quotation:N", title=t("Quotation")),
        alt.Tooltip("source:N", title=t("Source")),
    ]
    base = alt.Chart(points).encode(x=x, y=y, shape=shape, tooltip=tooltip)
    colour = _colour(points, tokens)
    filled = base.transform_filter("!datum.is_target").mark_point(filled=True, size=90, opacity=1)
    hollow = base.transform_filter("datum.is_target").mark_point(
        filled=False, size=80, strokeWidth=1.8, fill=tokens["page"], opacity=1
    )
    return [filled.encode(color=colour), hollow.encode(color=colour)]


def _colour(points: pd.DataFrame, tokens: Tokens) -> alt.Color:
    ids = list(dict.fromkeys(points["standard"]))
    return alt.Color("standard:N", scale=alt.Scale(domain=ids, range=colour_range(ids, tokens)), legend=None)


def colours_by_standard(points: pd.DataFrame, tokens: Tokens) -> dict[str, str]:
    """The colour of each standard among some points."""
    ids = list(dict.fromkeys(points["standard"]))
    return dict(zip(ids, colour_range(ids, tokens), strict=True))


def _band_areas(bands: Sequence[tuple[date, date, str]], tokens: Tokens) -> alt.Chart:
    """Every second band is shaded, so that one sees where a definition ends."""
    shaded = pd.DataFrame(bands[1::2], columns=["begin", "end", "name"])
    shaded[["begin", "end"]] = shaded[["begin", "end"]].apply(pd.to_datetime)
    chart: alt.Chart = (
        alt.Chart(shaded).mark_rect(color=tokens["secondary"], opacity=0.6).encode(x="begin:T", x2="end:T")
    )
    return chart


def _band_names(
    bands: Sequence[tuple[date, date, str]], x_domain: tuple[date, date], width_px: int, tokens: Tokens
) -> list[alt.Chart]:
    """What was counted, above each band; a name that would touch the one before goes to a second line."""
    lines: list[list[dict[str, Any]]] = [[], []]
    end_px = -1e9
    for begin, end, name in bands:
        middle = begin + (end - begin) / 2
        x_px = (middle - x_domain[0]) / (x_domain[1] - x_domain[0]) * width_px
        is_free = x_px - text_px(name) / 2 > end_px + 12
        lines[0 if is_free else 1].append({"date": pd.Timestamp(middle), "name": name})
        if is_free:
            end_px = x_px + text_px(name) / 2
    return [_names(rows, -14 - 16 * i, tokens) for i, rows in enumerate(lines) if rows]


def _names(rows: list[dict[str, Any]], y_px: int, tokens: Tokens) -> alt.Chart:
    chart: alt.Chart = (
        alt.Chart(pd.DataFrame(rows))
        .mark_text(fontSize=LABEL_PX, color=tokens["muted"], baseline="bottom", clip=False)
        .encode(x="date:T", y=alt.value(y_px), text="name:N")
    )
    return chart


def _labels(points: pd.DataFrame, tokens: Tokens, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """A point's name and value beside it, in the colour of text; no colour key is needed."""
    charts = []
    for place, (dx, dy, align, baseline) in PLACES.items():
        here = points.loc[points["place"] == place, ["date", "value_percent", "text"]]
        if here.empty:
            continue
        style: dict[str, Any] = {"dx": dx, "dy": dy, "align": align, "baseline": baseline}
        text = alt.Chart(here).mark_text(fontSize=LABEL_PX, fontWeight=600, color=tokens["text"], clip=False, **style)
        charts.append(text.encode(x=x, y=y, text="text:N"))
    return charts
