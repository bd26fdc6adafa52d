"""Charts of the programme: plan against done over time, and a ledger as a waterfall. Tokens come from the theme."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from atlas.charts import spec
from atlas.charts.axes import LABEL_PX, Tokens, dressed
from atlas.look import colours, figures
from atlas.look.language import speaking, t

CURVE_HEIGHT_PX = 300
WATERFALL_HEIGHT_PX = 280
DESKTOP_WIDTH_PX, PHONE_WIDTH_PX = 820, 358
LINE_PX = 16  # two labels closer than this would touch
MOST_LABELLED = 16  # points of milestones that are named one by one
LONGEST_REASON = 14  # characters under a bar

#: Line → (token of its colour, dash). Others, of milestones, take the free colours in turn.
_LINES: dict[str, tuple[str, list[int]]] = {
    "planned": ("unknown", [6, 4]),
    "opened": ("connected", [1, 0]),
    "accepted": ("measured_border", [1, 0]),
}
_FREE = ("standard_5g", "pilot", "standard_telephone", "standard_4g", "standard_broadband")


@st.cache_data(max_entries=128, show_spinner=False)
def curve_spec(df: pd.DataFrame, theme_name: str, lang: str, width_px: int, is_stepped: bool) -> dict[str, Any]:
    """`progress_curve` as Vega reads it; kept, since building it takes longer than all questions of a rerun."""
    return spec.spec(lambda: progress_curve(df, colours.tokens(theme_name), lang, width_px, is_stepped))


@st.cache_data(max_entries=64, show_spinner=False)
def waterfall_spec(df: pd.DataFrame, theme_name: str, lang: str) -> dict[str, Any]:
    """`waterfall` as Vega reads it."""
    return spec.spec(lambda: waterfall(df, colours.tokens(theme_name), lang))


def progress_curve(
    df: pd.DataFrame, tokens: Tokens, lang: str, width_px: int = DESKTOP_WIDTH_PX, is_stepped: bool = False
) -> alt.LayerChart:
    """Cumulative villages by day: columns line (planned, opened, accepted, or a state), label, date, villages.

    Each line's last value stands beside its end, in the colour of text. `is_stepped`: between two days nothing is
    known, so the line keeps its height until the next and every point is named.
    """
    with speaking(lang):
        points = df.assign(date=pd.to_datetime(df["date"])).sort_values(["line", "date"], kind="stable")
        points["day"] = [figures.day(day) for day in points["date"]]
        points["text"] = [figures.count(n) for n in points["villages"]]
        first, last = points["date"].min(), points["date"].max()
        told = points if is_stepped and len(points) <= MOST_LABELLED else points.groupby("line").tail(1)
        texts = [f"{label} {text}" for label, text in zip(told["label"], told["text"], strict=True)]
        room = LABEL_PX * max((_ems(text) for text in texts), default=0.0) + 16
        span = max(last - first, pd.Timedelta(days=60))
        until = last + span * (room / max(width_px - room - 60, 60))
        most = float(points["villages"].max()) * 1.08 or 1.0
        labels = _placed(told.assign(text=texts), first, until, most, width_px - 60)
        x = alt.X(
            "date:T",
            scale=alt.Scale(domain=[f"{first:%Y-%m-%d}", f"{until:%Y-%m-%d}"]),
            axis=alt.Axis(format="%Y-%m", title=None, grid=False, tickCount=max(3, width_px // 110)),
        )
        y = alt.Y(
            "villages:Q",
            scale=alt.Scale(domain=[0, most]),
            axis=alt.Axis(title=None, grid=True, ticks=False, domain=False, tickCount=5, format=",d"),
        )
        layers = [_lines(points, x, y, tokens, is_stepped), *_points(points, x, y, tokens, is_stepped)]
        return dressed([*layers, _labels(labels, x, y, tokens, dy=-8 if is_stepped else 0)], tokens, CURVE_HEIGHT_PX)


def _placed(labels: pd.DataFrame, first: pd.Timestamp, until: pd.Timestamp, most: float, width_px: int) -> pd.DataFrame:
    """The labels with a height each (in villages) at which none lies on another that was placed before it."""
    per_px = most / CURVE_HEIGHT_PX
    taken: list[tuple[float, float, float]] = []  # left, right, height, in pixels
    heights: dict[Any, float] = {}
    for key, row in labels.sort_values(["villages", "date"], ascending=False).iterrows():
        left = (row["date"] - first) / (until - first) * width_px
        right = left + LABEL_PX * _ems(row["text"]) + 8
        height = row["villages"] / per_px
        while any(left < r and l < right and abs(height - h) < LINE_PX for l, r, h in taken):
            height -= LINE_PX / 2
        taken.append((left, right, height))
        heights[key] = height * per_px
    return labels.assign(villages=pd.Series(heights))


def _ems(text: str) -> float:
    """About how wide a text is in letters' heights: Chinese characters are square."""
    return sum(1.0 if ord(letter) > 0x2E80 else 0.58 for letter in text)


def _colour(points: pd.DataFrame, tokens: Tokens) -> alt.Color:
    lines = list(dict.fromkeys(points["line"]))
    free = iter(_FREE * len(lines))
    lines_colours = [tokens[_LINES[line][0] if line in _LINES else next(free)] for line in lines]
    return alt.Color("line:N", scale=alt.Scale(domain=lines, range=lines_colours), legend=None)


def _lines(points: pd.DataFrame, x: alt.X, y: alt.Y, tokens: Tokens, is_stepped: bool) -> alt.Chart:
    lines = list(dict.fromkeys(points["line"]))
    dashes = [_LINES.get(line, ("", [1, 0]))[1] for line in lines]
    chart: alt.Chart = (
        alt.Chart(points)
        .mark_line(strokeWidth=2.5, interpolate="step-after" if is_stepped else "linear")
        .encode(
            x=x,
            y=y,
            color=_colour(points, tokens),
            strokeDash=alt.StrokeDash("line:N", scale=alt.Scale(domain=lines, range=dashes), legend=None),
        )
    )
    return chart


def _points(points: pd.DataFrame, x: alt.X, y: alt.Y, tokens: Tokens, is_stepped: bool) -> list[alt.Chart]:
    """Shown where every day is a published one; else only felt by the mouse."""
    tooltip = [
        alt.Tooltip("label:N", title=t("Stage")),
        alt.Tooltip("day:N", title=t("Date")),
        alt.Tooltip("text:N", title=t("Villages")),
    ]
    base = alt.Chart(points).encode(x=x, y=y, color=_colour(points, tokens), tooltip=tooltip)
    return [base.mark_point(filled=True, size=70 if is_stepped else 120, opacity=1 if is_stepped else 0)]


def _labels(labels: pd.DataFrame, x: alt.X, y: alt.Y, tokens: Tokens, dy: int) -> alt.Chart:
    chart: alt.Chart = (
        alt.Chart(labels)
        .mark_text(align="left", dx=8, dy=dy, fontSize=LABEL_PX, fontWeight=600, color=tokens["text"], clip=False)
        .encode(x=x, y=y, text="text:N")
    )
    return chart


def waterfall(df: pd.DataFrame, tokens: Tokens, lang: str) -> alt.LayerChart:
    """A ledger from what was contracted to today: columns label, change (missing for the two ends), villages (after
    it).

    Bars stand on zero; a removal hangs from where the bar before it ended.
    """
    with speaking(lang):
        bars = df.reset_index(drop=True).copy()
        is_end = bars["change"].isna()
        before = bars["villages"].shift().where(~is_end, 0.0)
        bars["low"], bars["high"] = (
            before.combine(bars["villages"], min),
            before.combine(bars["villages"], max),
        )
        bars["step"] = range(len(bars))
        bars["kind"] = [
            "end" if end else ("removed" if change < 0 else "added")
            for end, change in zip(is_end, bars["change"], strict=True)
        ]
        bars["text"] = [
            figures.count(n) if end else figures.signed(change)
            for end, n, change in zip(is_end, bars["villages"], bars["change"], strict=True)
        ]
        bars["total"] = [figures.count(n) for n in bars["villages"]]
        bars["name"] = [
            label if len(label) <= LONGEST_REASON else label[: LONGEST_REASON - 1] + "…" for label in bars["label"]
        ]
        names = dict(zip(bars["step"], bars["name"], strict=True))
        x = alt.X(
            "step:O",
            axis=alt.Axis(title=None, labelExpr=_label_expression(names), labelAngle=0, ticks=False, labelLimit=150),
            scale=alt.Scale(paddingInner=0.35),
        )
        y = alt.Y(
            "low:Q",
            scale=alt.Scale(domain=[0, float(bars["high"].max()) * 1.12]),
            axis=alt.Axis(title=None, grid=True, ticks=False, domain=False, tickCount=4, format=",d"),
        )
        kinds = [tokens["connected"], tokens["unconnected"], tokens["measured_border"]]
        colour = alt.Color("kind:N", scale=alt.Scale(domain=["end", "removed", "added"], range=kinds), legend=None)
        tooltip = [
            alt.Tooltip("label:N", title=t("Entry")),
            alt.Tooltip("text:N", title=t("Change")),
            alt.Tooltip("total:N", title=t("Villages after it")),
        ]
        base = alt.Chart(bars)
        shown = base.mark_bar(minBandSize=6, stroke=None).encode(x=x, y=y, y2="high:Q", color=colour, tooltip=tooltip)
        thin = base.mark_tick(thickness=3).encode(x=x, y="villages:Q", color=colour, tooltip=tooltip)
        labels = base.mark_text(
            dy=-8, baseline="bottom", fontSize=LABEL_PX, fontWeight=600, color=tokens["text"]
        ).encode(x=x, y="high:Q", text="text:N")
        return dressed([shown, thin, labels], tokens, WATERFALL_HEIGHT_PX)


def _label_expression(names: dict[int, str]) -> str:
    """Vega's way from a bar's number to its name; names come from files, so they are quoted as JSON."""
    import json

    return f"{json.dumps({str(k): v for k, v in names.items()}, ensure_ascii=False)}[datum.label]"
