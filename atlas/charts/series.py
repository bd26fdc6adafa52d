"""The rate of one place by date."""

from __future__ import annotations

from itertools import pairwise

import altair as alt
import pandas as pd

from atlas.charts.axes import LABEL_PX, MEASURED_OR_PUBLISHED, Tokens, dressed, percent_axis, time_axis
from atlas.charts.history_points import floor_to_5
from atlas.charts.published_history import _colour
from atlas.look import badges, figures
from atlas.look.language import speaking, t

SERIES_HEIGHT_PX = 140


def series(df: pd.DataFrame, tokens: Tokens, lang: str, height_px: int = SERIES_HEIGHT_PX) -> alt.LayerChart:
    """The rate of one place by date. What was not measured or published is dashed and hollow.

    Columns: date, value_percent, evidence and, where there are several, standard and label. A date
    without a known rate stays a gap in the line.
    """
    with speaking(lang):
        points = series_points(df)
        y_domain = [max(0.0, floor_to_5(points["value_percent"].min())), 103]
        y_scale, x_scale = alt.Scale(domain=y_domain), alt.Scale(padding=28)
        first, last = points["date"].min(), points["date"].max()
        x = alt.X("date:T", scale=x_scale, axis=time_axis(first, last, most=5))
        y = alt.Y("value_percent:Q", scale=y_scale, axis=percent_axis())
        layers = [_segments(points, x, y, tokens), *_series_marks(points, x, y, tokens)]
        return dressed([*layers, _series_ends(points, x, y, tokens)], tokens, height_px)


def _segments(points: pd.DataFrame, x: alt.X, y: alt.Y, tokens: Tokens) -> alt.Chart:
    """One rule between neighbouring dates; firm only where both ends are."""
    rows = []
    for standard, line in points.groupby("standard", sort=False):
        for one, other in pairwise(line.itertuples()):
            ends = {"date": one.date, "date2": other.date}
            values = {"value_percent": one.value_percent, "value2": other.value_percent}
            if not any(figures.is_missing(value) for value in values.values()):
                rows.append({"standard": standard, "is_firm": one.is_firm and other.is_firm} | ends | values)
    columns = ["standard", "is_firm", "date", "date2", "value_percent", "value2"]
    dash = alt.condition("datum.is_firm", alt.value([1, 0]), alt.value([5, 4]))
    chart: alt.Chart = (
        alt.Chart(pd.DataFrame(rows, columns=columns))
        .mark_rule(strokeWidth=2)
        .encode(x=x, y=y, x2="date2:T", y2="value2:Q", strokeDash=dash, color=_colour(points, tokens))
    )
    return chart


def _series_marks(points: pd.DataFrame, x: alt.X, y: alt.Y, tokens: Tokens) -> list[alt.Chart]:
    tooltip = [
        alt.Tooltip("label:N", title=t("Standard")),
        alt.Tooltip("day:N", title=t("Date")),
        alt.Tooltip("text:N", title=t("Rate")),
        alt.Tooltip("evidence_word:N", title=t("Evidence")),
    ]
    base = alt.Chart(points.dropna(subset=["value_percent"])).encode(
        x=x, y=y, color=_colour(points, tokens), tooltip=tooltip
    )
    firm = base.transform_filter("datum.is_firm").mark_point(filled=True, size=60, opacity=1)
    soft = base.transform_filter("!datum.is_firm").mark_point(
        filled=False, fill=tokens["page"], size=55, strokeWidth=2, opacity=1
    )
    known = points.dropna(subset=["value_percent"])["is_firm"]
    # A layer without marks would be a picture without a name to a screen reader.
    return [layer for layer, is_there in ((firm, known.any()), (soft, (~known).any())) if is_there]


def _series_ends(points: pd.DataFrame, x: alt.X, y: alt.Y, tokens: Tokens) -> alt.Chart:
    """The first and the last known rate, written beside their points."""
    known = points.dropna(subset=["value_percent"])
    groups = known.groupby("standard")
    ends = pd.concat([groups.head(1), groups.tail(1)]).drop_duplicates()
    chart: alt.Chart = (
        alt.Chart(ends)
        .mark_text(dy=-12, fontSize=LABEL_PX, fontWeight=600, color=tokens["text"], clip=False)
        .encode(x=x, y=y, text="text:N")
    )
    return chart


def series_points(df: pd.DataFrame) -> pd.DataFrame:
    points = df.copy()
    for column in ("standard", "label"):
        if column not in points:
            points[column] = ""
    points["date"] = pd.to_datetime(points["date"])
    points = points.sort_values(["standard", "date"], kind="stable").reset_index(drop=True)
    points["is_firm"] = points["evidence"].isin(MEASURED_OR_PUBLISHED)
    points["day"] = [figures.day(when) for when in points["date"]]
    points["text"] = [figures.percent(value) for value in points["value_percent"]]
    points["evidence_word"] = [badges.evidence_word(evidence) for evidence in points["evidence"]]
    return points
