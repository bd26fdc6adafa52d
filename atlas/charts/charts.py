"""Charts over time, drawn with the theme's tokens so that a chart never fights the page's colours.

Show them with `st.altair_chart(chart, theme=None)`. Everything a chart needs is inside it: Vega fetches
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise, zip_longest
from typing import Any

import altair as alt
import pandas as pd

from atlas.look import badges, figures, qualifiers
from atlas.look.language import speaking, t

HISTORY_HEIGHT_PX = 240
SERIES_HEIGHT_PX = 140
DESKTOP_WIDTH_PX = 1200  # only for placing labels; the chart itself takes its container's width
LABEL_PX = 12
YEAR = timedelta(days=365)
SILENCE_YEARS = 4  # without a published value for longer than this, the chart says so
LINE_STEP_PX = 6
TOP_PERCENT = 101.5  # room for the label of 100
POINT_PX = 9  # half a mark's height and a little air
MEASURED_OR_PUBLISHED = ("measured", "declared")

#: The shape of a point by its qualifier: published, lower bound, upper bound, target.
_SHAPES = {
    "target": "diamond",
    ">": "triangle-up",
    ">=": "triangle-up",
    "<": "triangle-down",
    "<=": "triangle-down",
}

Tokens = dict[str, str]


@dataclass(frozen=True)
class _Span:
    """The years of the published points of one or more definitions."""

    begin: date
    end: date
    labels: tuple[str, ...]


@dataclass(frozen=True)
class _Box:
    """Where something stands, in pixels of the plot."""

    left: float
    right: float
    top: float
    bottom: float

    def hits(self, other: _Box) -> bool:
        apart = self.right < other.left or other.right < self.left
        return not (apart or self.bottom < other.top or other.bottom < self.top)


@dataclass(frozen=True)
class Placed:
    """Published points with the side of each label, the bands of definitions, and what the axes span."""

    points: pd.DataFrame
    bands: Sequence[tuple[date, date, str]]
    x_domain: tuple[date, date]
    y_domain: tuple[float, float]


def placed_points(
    df: pd.DataFrame,
    bands: Sequence[tuple[date, date, str]] | None = None,
    width_px: int = DESKTOP_WIDTH_PX,
) -> Placed:
    """What both the chart on the screen and its picture draw, in the current language."""
    points = _published_points(df)
    bands = _bands(points) if bands is None else bands
    x_domain = (bands[0][0], bands[-1][1]) if bands else (date(2000, 1, 1), date(2026, 1, 1))
    y_domain = (max(0.0, floor_to_5(points["value_percent"].min())), TOP_PERCENT)
    return Placed(_with_label_places(points, x_domain, y_domain, width_px), bands, x_domain, y_domain)


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
            axis=_time_axis(*x_domain, most=max(3, width_px // 90)),
        )
        y = alt.Y("value_percent:Q", scale=alt.Scale(domain=list(placed.y_domain)), axis=_percent_axis())
        layers = [_band_areas(bands, tokens), *_band_names(bands, x_domain, width_px, tokens)]
        layers += [_lines(points, tokens, x, y), *_marks(points, tokens, x, y)]
        layers += _labels(points, tokens, x, y)
        return dressed(layers, tokens, HISTORY_HEIGHT_PX)


def _published_points(df: pd.DataFrame) -> pd.DataFrame:
    points = df.dropna(subset=["date", "value_percent"]).sort_values("date", kind="stable").copy()
    points["date"] = pd.to_datetime(points["date"])
    if "definition" not in points:
        points["definition"] = ""
    named = points["standard"].str.cat([points["label"], points["definition"].fillna("")], sep=" ")
    points["series"] = named.str.strip()
    points["is_target"] = points["qualifier"] == "target"
    points = _stretched(points)
    points["shape"] = [_SHAPES.get(qualifier, "circle") for qualifier in points["qualifier"]]
    pairs = _pairs(points, "qualifier", "value_percent")
    points["published"] = [published_value(qualifier, value) for qualifier, value in pairs]
    points["text"] = [f"{label} {value}" for label, value in _pairs(points, "label", "published")]
    repeats = points.groupby("series")["text"].shift() == points["text"]
    points["text"] = points["text"].mask(repeats, "")  # the same value once more: a mark that tells it when pointed at
    points["day"] = [figures.day(when) for when in points["date"]]
    return points.reset_index(drop=True)


def _stretched(points: pd.DataFrame) -> pd.DataFrame:
    """`is_joined`, `stretch`: which points a line leads through, and which of them it joins.

    Of one definition, and of one thing counted; an upper bound is no value to lead a line through: it ends one. Nor is
    a lower bound where the same day has a value.
    """
    is_ceiling = points["qualifier"].isin(["<", "<="])
    part = is_ceiling.groupby(points["series"]).cumsum()
    units = points["unit"].fillna("") if "unit" in points else [""] * len(points)
    stretch = [" ".join(map(str, one)) for one in zip(points["series"], units, part, strict=True)]
    points = points.assign(is_joined=~points["is_target"] & ~is_ceiling, stretch=stretch)
    is_floor = points["qualifier"].isin([">", ">="])
    is_value = points["is_joined"] & ~is_floor
    has_value = is_value.groupby([points["stretch"], points["date"]]).transform("any")
    return points.assign(is_joined=points["is_joined"] & ~(is_floor & has_value))


def _pairs(frame: pd.DataFrame, one: str, other: str) -> Iterator[tuple[Any, Any]]:
    return zip(frame[one], frame[other], strict=True)


def published_value(qualifier: str, value_percent: float) -> str:
    """A published share as it was published: about 89, >98, target 95."""
    return qualifiers.bounded(figures.decimal(value_percent, 2), qualifier)


def floor_to_5(value_percent: float) -> float:
    """The next lower multiple of 5, with air beneath the lowest point."""
    return float((value_percent - 2) // 5 * 5) if not figures.is_missing(value_percent) else 0.0


def _bands(points: pd.DataFrame) -> list[tuple[date, date, str]]:
    """Definitions whose years overlap share a band; bands meet halfway between their points."""
    spans: list[_Span] = []
    for _, rows in points.groupby("series", sort=False):
        first, last = rows["date"].min().date(), rows["date"].max().date()
        label = str(rows["label"].iloc[0])
        if spans and first <= spans[-1].end:
            before = spans.pop()
            labels = dict.fromkeys([*before.labels, label])
            spans.append(_Span(before.begin, max(before.end, last), tuple(labels)))
        else:
            spans.append(_Span(first, last, (label,)))
    return list(_meeting(spans))


def _meeting(spans: Sequence[_Span]) -> Iterator[tuple[date, date, str]]:
    """Bands without holes: neighbours share the time between them, a long silence gets its own band."""
    left = spans[0].begin - YEAR if spans else date.min
    for span, following in zip_longest(spans, spans[1:]):
        name = " · ".join(span.labels)
        if following is None:
            yield left, span.end + YEAR, name
        elif following.begin - span.end > SILENCE_YEARS * YEAR:
            yield left, span.end + YEAR, name
            left = following.begin - YEAR
            yield span.end + YEAR, left, t("no published value held here")
        else:
            middle = span.end + (following.begin - span.end) / 2
            yield left, middle, name
            left = middle


# --- layers -----------------------------------------------------------------------------------------


def _percent_axis() -> alt.Axis:
    """A light grid; the unit stands in the chart's subtitle, once."""
    return alt.Axis(title=None, grid=True, ticks=False, domain=False, tickCount=6, labelPadding=8)


def _time_axis(first: date, last: date, most: int) -> alt.Axis:
    """A tick a year, or every second, fifth or tenth one: a year is never written twice. Months where it is short."""
    if figures.is_missing(first) or (last - first).days < 2 * YEAR.days:
        return alt.Axis(format="%Y-%m", title=None, grid=False, tickCount=min(most, 4))
    years = last.year - first.year + 1
    step = next((one for one in (1, 2, 5, 10) if years <= one * most), 20)
    return alt.Axis(format="%Y", title=None, grid=False, tickCount=alt.TimeIntervalStep(interval="year", step=step))


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


def colour_range(standard_ids: Sequence[str], tokens: Tokens) -> list[str]:
    """Known standards keep their colour; others take the next series colour that is free."""
    series = [name for name in tokens if name.startswith("standard_")]
    free = [name for name in series if name.removeprefix("standard_") not in standard_ids] or series
    chosen, used = [], 0
    for standard_id in standard_ids:
        name = f"standard_{standard_id}" if standard_id else "primary"
        if name not in tokens:
            name, used = free[used % len(free)], used + 1
        chosen.append(tokens[name])
    return chosen


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
        is_free = x_px - _text_px(name) / 2 > end_px + 12
        lines[0 if is_free else 1].append({"date": pd.Timestamp(middle), "name": name})
        if is_free:
            end_px = x_px + _text_px(name) / 2
    return [_names(rows, -14 - 16 * i, tokens) for i, rows in enumerate(lines) if rows]


def _names(rows: list[dict[str, Any]], y_px: int, tokens: Tokens) -> alt.Chart:
    chart: alt.Chart = (
        alt.Chart(pd.DataFrame(rows))
        .mark_text(fontSize=LABEL_PX, color=tokens["muted"], baseline="bottom", clip=False)
        .encode(x="date:T", y=alt.value(y_px), text="name:N")
    )
    return chart


# --- direct labels ----------------------------------------------------------------------------------

PLACES = {
    "above": (0, -POINT_PX, "center", "bottom"),
    "below": (0, POINT_PX, "center", "top"),
    "right": (POINT_PX, 0, "left", "middle"),
    "left": (-POINT_PX, 0, "right", "middle"),
    "right below": (3, POINT_PX - 2, "left", "top"),
    "right above": (3, -POINT_PX + 2, "left", "bottom"),
    "left above": (-3, -POINT_PX + 2, "right", "bottom"),
    "left below": (-3, POINT_PX - 2, "right", "top"),
    "far above": (0, -POINT_PX - LABEL_PX - 4, "center", "bottom"),
    "far below": (0, POINT_PX + LABEL_PX + 4, "center", "top"),
}
#: What a label does harm to, most first: another label makes both unreadable, a line only runs behind it.
OVER_LABEL, OVER_POINT, OVER_LINE = 100, 12, 1


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


def _with_label_places(
    points: pd.DataFrame, x_domain: tuple[date, date], y_domain: tuple[float, float], width_px: int
) -> pd.DataFrame:
    """Choose for each point the first side where its label touches no other point or label.

    A label that would lie on another wherever it stood is left out: the mark tells it when it is pointed at.
    """
    days = max(1, (x_domain[1] - x_domain[0]).days)
    xs = [(when.date() - x_domain[0]).days / days * width_px for when in points["date"]]
    span = y_domain[1] - y_domain[0]
    ys = [(y_domain[1] - value) / span * HISTORY_HEIGHT_PX for value in points["value_percent"]]
    marks = [_Box(x - 6, x + 6, y - 6, y + 6) for x, y in zip(xs, ys, strict=True)]
    lines = _line_boxes(points, xs, ys)
    labels: list[_Box] = []
    places = [""] * len(points)
    for i in sorted(range(len(points)), key=lambda i: (ys[i], xs[i])):  # the highest first
        if not points["text"][i]:
            continue
        boxes = {side: _label_box(points["text"][i], xs[i], ys[i], side) for side in PLACES}
        others = [(marks[:i] + marks[i + 1 :], OVER_POINT), (labels, OVER_LABEL), (lines, OVER_LINE)]
        best = min(boxes, key=lambda side: _harm(boxes[side], others, width_px))
        if _harm(boxes[best], others, width_px)[1] < OVER_LABEL:
            places[i] = best
            labels.append(boxes[best])
    return points.assign(place=places)


def _harm(box: _Box, others: Sequence[tuple[Sequence[_Box], int]], width_px: int) -> tuple[bool, int]:
    """A label must not leave the chart; what it covers comes second. Equal harm: the first side stands."""
    covered = sum(weight * sum(box.hits(other) for other in some) for some, weight in others)
    return box.left < 0 or box.right > width_px, covered


def _line_boxes(points: pd.DataFrame, xs: Sequence[float], ys: Sequence[float]) -> list[_Box]:
    """The lines as chains of small boxes. The ends are left to the points' own boxes."""
    boxes = []
    for _, rows in points[points["is_joined"]].groupby("stretch"):
        for start, end in pairwise(rows.index):
            width, height = xs[end] - xs[start], ys[end] - ys[start]
            steps = int(max(abs(width), abs(height)) // LINE_STEP_PX)
            for step in range(2, steps - 1):
                x, y = xs[start] + width * step / steps, ys[start] + height * step / steps
                boxes.append(_Box(x - 2, x + 2, y - 2, y + 2))
    return boxes


def _label_box(text: str, x: float, y: float, side: str) -> _Box:
    dx, dy, align, baseline = PLACES[side]
    width, height = _text_px(text), LABEL_PX + 2
    left = x + dx - {"center": width / 2, "left": 0, "right": width}[align]
    top = y + dy - {"bottom": height, "top": 0, "middle": height / 2}[baseline]
    return _Box(left, left + width, top, top + height)


def _text_px(text: str) -> float:
    """About how wide a text is: Chinese characters are square, Latin ones a little over half."""
    return sum(LABEL_PX if ord(letter) > 0x2E80 else LABEL_PX * 0.58 for letter in text)


# --- one place --------------------------------------------------------------------------------------


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
        x = alt.X("date:T", scale=x_scale, axis=_time_axis(first, last, most=5))
        y = alt.Y("value_percent:Q", scale=y_scale, axis=_percent_axis())
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


def dressed(layers: Sequence[alt.Chart], tokens: Tokens, height_px: int) -> alt.LayerChart:
    """Layers with the size, fonts and greys that all charts share; named at once, since each step copies the whole."""
    axis = alt.AxisConfig(
        labelColor=tokens["muted"],
        labelFontSize=LABEL_PX,
        titleColor=tokens["muted"],
        titleFontSize=LABEL_PX,
        titleFontWeight="normal",
        gridColor=tokens["grid"],
        domainColor=tokens["border"],
        tickColor=tokens["border"],
    )
    return alt.LayerChart(
        layer=list(layers),
        width="container",
        height=height_px,
        background="transparent",
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        config=alt.Config(font=tokens["font"], view=alt.ViewConfig(stroke=None), axis=axis),
    )
