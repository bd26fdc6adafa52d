"""Charts as pictures to take away, SVG or PNG: the chart, and around it what a reader has to know.

Drawn by matplotlib from the same prepared values as the charts on the screen. An SVG keeps its texts as text;
a PNG needs a font of this machine for Chinese. Title, date, source and licence stand in the picture and,
once more, in the file's own metadata.
"""

from __future__ import annotations

import io
import logging
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure

from atlas.charts import history_points, labels, published_history
from atlas.charts.axes import Tokens
from atlas.charts.distribution import Box, Histogram, axis_ticks, is_skewed
from atlas.charts.spread_charts import values_drawn
from atlas.files.sheets import Facts
from atlas.look import figures
from atlas.look.language import t

WIDTH_INCHES, DOTS_PER_INCH = 10.0, 144
HAN = re.compile(r"[\u3400-\u9fff]")
#: Fonts that hold Chinese, as the systems that servers run on call them.
CHINESE_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "SimHei",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Noto Sans CJK JP",
)
LETTERS_PER_LINE = 150  # Latin ones; a Chinese one counts double
LINE_INCHES = 0.17
TITLE_INCHES = 0.75

logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # an SVG names fonts of other machines
_drawing = threading.Lock()  # matplotlib's settings are the process's
Draw = Callable[[Axes], None]


class NoChineseFont(RuntimeError):
    """A PNG with Chinese was asked for on a machine that has no font for it."""


@dataclass(frozen=True)
class Picture:
    """What is drawn, how high it is, and what is said around it."""

    title: str
    subtitle: str
    draw: Draw
    height_inches: float
    said: Facts
    is_simulated: bool


@lru_cache(maxsize=1)
def chinese_font() -> str | None:
    """A font of this machine that holds Chinese."""
    held = {font.name for font in font_manager.fontManager.ttflist}
    return next((name for name in CHINESE_FONTS if name in held), None)


def render(picture: Picture, suffix: str, tokens: Tokens) -> bytes:
    """The picture as a file, on white ground whatever the visitor's theme. Raises NoChineseFont."""
    words = [picture.title, picture.subtitle, *(text for _, text in picture.said)]
    if suffix == "png" and chinese_font() is None and any(HAN.search(text) for text in words):
        raise NoChineseFont("this machine has no font for Chinese; SVG needs none")
    fonts = [name for name in ("DejaVu Sans", chinese_font()) if name]
    settings: Any = {
        "font.family": fonts if suffix == "png" else [*CHINESE_FONTS[:6], "sans-serif"],
        "svg.fonttype": "none",
        "svg.hashsalt": "atlas",
        "axes.unicode_minus": False,
        "text.parse_math": False,  # a name with two dollar signs is no formula
        "text.color": tokens["text"],
    }
    with _drawing, mpl.rc_context(settings):
        figure = _laid_out(picture, tokens)
        written = io.BytesIO()
        figure.savefig(written, format=suffix, dpi=DOTS_PER_INCH, metadata=_metadata(picture, suffix))
    return written.getvalue()


def _laid_out(picture: Picture, tokens: Tokens) -> Figure:
    lines = [line for name, text in picture.said for line in wrapped(f"{name}: {text}")]
    foot = LINE_INCHES * len(lines) + 0.35
    height = TITLE_INCHES + picture.height_inches + foot
    figure = Figure(figsize=(WIDTH_INCHES, height), facecolor=tokens["page"])
    axes = figure.add_axes((0.02, foot / height, 0.96, picture.height_inches / height))
    axes.set_facecolor(tokens["page"])
    picture.draw(axes)
    _fit_inside(figure, axes)
    figure.text(0.02, 1 - 0.28 / height, picture.title, fontsize=14, fontweight="bold", va="center")
    figure.text(0.02, 1 - 0.55 / height, picture.subtitle, fontsize=9.5, va="center", color=tokens["muted"])
    for i, line in enumerate(lines):
        y = (foot - 0.25 - LINE_INCHES * i) / height
        figure.text(0.02, y, line, fontsize=7.5, va="top", color=tokens["muted"])
    if picture.is_simulated:
        _watermark(figure, tokens)
    return figure


def _fit_inside(figure: Figure, axes: Axes) -> None:
    """Move the plot in so far that its axis labels are on the paper."""
    figure.draw_without_rendering()
    outer, inner = axes.get_tightbbox(), axes.get_window_extent()
    assert outer is not None
    box = axes.get_position()
    width, height = figure.bbox.width, figure.bbox.height
    left = max(0.0, (0.02 * width - outer.x0) / width)
    right = max(0.0, (outer.x1 - 0.98 * width) / width)
    below = max(0.0, (inner.y0 - outer.y0) / height)
    above = max(0.0, (outer.y1 - inner.y1) / height)
    axes.set_position((box.x0 + left, box.y0 + below, box.width - left - right, max(box.height - below - above, 0.05)))


def _watermark(figure: Figure, tokens: Tokens) -> None:
    words = t("Simulated data")
    for x in (0.2, 0.5, 0.8):
        for y in (0.35, 0.7):
            figure.text(
                x,
                y,
                words,
                fontsize=20,
                rotation=24,
                alpha=0.16,
                ha="center",
                va="center",
                color=tokens["text"],
            )


def wrapped(text: str) -> list[str]:
    """Lines that fit the picture's width; Chinese may break anywhere, Latin words stay whole."""
    lines, line, width = [], "", 0
    for part in re.findall(r"[\u2e80-\uffff]|[^\u2e80-\uffff\s]+\s*|\s+", text):
        part_width = sum(2 if ord(letter) >= 0x2E80 else 1 for letter in part)
        if line and width + part_width > LETTERS_PER_LINE:
            lines.append(line.rstrip())
            line, width = "", 0
        line, width = line + part, width + part_width
    return [*lines, line.rstrip()]


def _metadata(picture: Picture, suffix: str) -> dict[str, str | None]:
    """As the formats allow: free names in a PNG, those of Dublin Core in an SVG."""
    all_said = "\n".join(f"{name}: {text}" for name, text in picture.said)
    if suffix == "png":
        return {"Title": picture.title, "Description": all_said, "Software": "matplotlib"}
    return {"Title": picture.title, "Description": all_said, "Date": None, "Creator": None}


# --- what is drawn ------------------------------------------------------------------------------------


def _quiet(axes: Axes, tokens: Tokens, *, grid: str = "") -> None:
    """No frame, small grey labels, a light grid along one axis."""
    for side in axes.spines.values():
        side.set_visible(False)
    axes.tick_params(length=0, labelsize=9, labelcolor=tokens["muted"], pad=7)
    if grid in ("x", "y"):
        axes.grid(axis=grid, color=tokens["grid"], linewidth=0.8)  # type: ignore[arg-type]
    axes.set_axisbelow(True)


def history(points: pd.DataFrame, tokens: Tokens) -> Draw:
    """Published shares by date: one line per definition, bounds as triangles, targets hollow."""
    shapes = {"circle": "o", "triangle-up": "^", "triangle-down": "v", "diamond": "D"}

    def draw(axes: Axes) -> None:
        placed = history_points.placed_points(points)
        colours = published_history.colours_by_standard(placed.points, tokens)
        for begin, end, _ in placed.bands[1::2]:
            axes.axvspan(begin, end, color=tokens["secondary"], lw=0)  # type: ignore[arg-type]
        for begin, end, name in placed.bands:
            axes.text(
                date2num(begin + (end - begin) / 2),
                placed.y_domain[1] + 0.6,
                name,
                fontsize=8.5,
                ha="center",
                va="bottom",
                color=tokens["muted"],
            )
        for _, rows in placed.points[placed.points["is_joined"]].groupby("stretch"):
            axes.plot(rows["date"], rows["value_percent"], color=colours[rows["standard"].iloc[0]], lw=1.8)
        for row in placed.points.to_dict("records"):
            colour = colours[row["standard"]]
            face = tokens["page"] if row["is_target"] else colour
            axes.plot([row["date"]], [row["value_percent"]], shapes[row["shape"]], ms=7, mec=colour, mfc=face)
            if not row["place"]:  # there is no room for its label
                continue
            dx, dy, align, baseline = labels.PLACES[row["place"]]
            axes.annotate(
                row["text"],
                (row["date"], row["value_percent"]),
                (dx * 0.75, -dy * 0.75),
                textcoords="offset points",
                ha=align,
                va={"middle": "center"}.get(baseline, baseline),
                fontsize=8.5,
                fontweight="bold",
            )
        axes.set_xlim(*placed.x_domain)  # type: ignore[arg-type]
        axes.set_ylim(*placed.y_domain)
        _quiet(axes, tokens, grid="y")

    return draw


def rate(points: pd.DataFrame, tokens: Tokens) -> Draw:
    """One place's rate by date; what was neither measured nor published is dashed and hollow."""

    def draw(axes: Axes) -> None:
        colours = published_history.colours_by_standard(points, tokens)
        for standard, rows in points.groupby("standard", sort=False):
            is_firm = bool(rows["is_firm"].all())
            axes.plot(
                rows["date"],
                rows["value_percent"],
                "o-" if is_firm else "o--",
                color=colours[standard],
                lw=1.8,
                ms=7,
                mfc=colours[standard] if is_firm else tokens["page"],
            )
            for row in rows.to_dict("records"):
                axes.annotate(
                    row["text"],
                    (row["date"], row["value_percent"]),
                    (0, 8),
                    textcoords="offset points",
                    ha="center",
                    fontsize=9,
                    fontweight="bold",
                )
        low = history_points.floor_to_5(points["value_percent"].min())
        axes.set_ylim(max(0.0, low), 103)
        axes.margins(x=0.06)
        _quiet(axes, tokens, grid="y")

    return draw


def histogram(held: Histogram, unit: str, tokens: Tokens, colour: str) -> Draw:
    def draw(axes: Axes) -> None:
        axes.bar([i + 0.5 for i in range(len(held.counts))], held.counts, width=0.92, color=colour)
        for i, n in enumerate(held.counts):
            if n:
                axes.annotate(
                    figures.count(n),
                    (i + 0.5, n),
                    (0, 3),
                    textcoords="offset points",
                    ha="center",
                    fontsize=9,
                )
        axes.set_xticks(range(len(held.edges)), [figures.edge(edge, unit) for edge in held.edges])
        axes.set_yticks([])
        axes.set_xlabel(figures.unit_word(unit), fontsize=9, color=tokens["muted"])
        _quiet(axes, tokens)
        axes.margins(y=0.12)

    return draw


def boxes(held: Sequence[Box], unit: str, tokens: Tokens, colour: str) -> Draw:
    def draw(axes: Axes) -> None:
        for y, box in enumerate(held):
            if one := box.summary:
                axes.hlines(y, one.low, one.high, color=tokens["muted"], lw=1.2)
                axes.barh(y, one.q3 - one.q1, left=one.q1, height=0.5, color=colour)
                axes.vlines(one.median, y - 0.35, y + 0.35, color=tokens["text"], lw=2)
            edge = tokens["unconnected"] if box.summary else colour  # a few single values are no outliers
            axes.plot(box.points, [y] * len(box.points), "o", ms=5, mfc="none", mec=edge)
        everything = values_drawn(held)
        ticks = axis_ticks(everything)
        if is_skewed(pd.Series(everything, dtype=float).to_numpy()):
            axes.set_xscale("symlog", linthresh=min(tick for tick in ticks if tick > 0))
        axes.set_xlim(min(ticks), max(ticks))
        axes.set_xticks(ticks, [figures.edge(tick, unit) for tick in ticks])
        axes.set_xticks([], minor=True)
        axes.set_yticks(range(len(held)), [box.group for box in held])
        axes.set_ylim(len(held) - 0.5, -0.5)
        axes.set_xlabel(figures.unit_word(unit), fontsize=9, color=tokens["muted"])
        _quiet(axes, tokens, grid="x")

    return draw


def bars(rows: Sequence[tuple[str, float, str, str]], tokens: Tokens) -> Draw:
    """A ranking: name, length, text at the end, colour."""

    def draw(axes: Axes) -> None:
        for y, (_, value, words, colour) in enumerate(rows):
            axes.barh(y, value, height=0.62, color=colour, ec=tokens["outline"], lw=0.5)
            axes.annotate(words, (value, y), (5, 0), textcoords="offset points", va="center", fontsize=9)
        axes.set_yticks(range(len(rows)), [name for name, *_ in rows])
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_xlim(0, 1.3 * max((value for _, value, *_ in rows), default=1.0) or 1.0)
        axes.set_xticks([])
        _quiet(axes, tokens)

    return draw
