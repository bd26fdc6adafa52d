"""Published values as points of a history, in their stretches, and the years in which a definition held."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

import pandas as pd

from atlas.charts.axes import YEAR, pairs_of
from atlas.charts.labels import with_label_places
from atlas.look import figures
from atlas.look.language import t
from atlas.look.words import qualifiers

DESKTOP_WIDTH_PX = 1200  # only for placing labels; the chart itself takes its container's width

SILENCE_YEARS = 4  # without a published value for longer than this, the chart says so

TOP_PERCENT = 101.5  # room for the label of 100

#: The shape of a point by its qualifier: published, lower bound, upper bound, target.
_SHAPES = {
    "target": "diamond",
    ">": "triangle-up",
    ">=": "triangle-up",
    "<": "triangle-down",
    "<=": "triangle-down",
}


@dataclass(frozen=True)
class _Span:
    """The years of the published points of one or more definitions."""

    begin: date
    end: date
    labels: tuple[str, ...]


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
    return Placed(with_label_places(points, x_domain, y_domain, width_px), bands, x_domain, y_domain)


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
    pairs = pairs_of(points, "qualifier", "value_percent")
    points["published"] = [published_value(qualifier, value) for qualifier, value in pairs]
    points["text"] = [f"{label} {value}" for label, value in pairs_of(points, "label", "published")]
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
