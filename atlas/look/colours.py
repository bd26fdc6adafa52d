"""Colours, once, for the light and the dark theme.

Everything that is drawn takes its colours from here: the style sheet as CSS variables, charts and maps as
tokens that are passed in. `.streamlit/config.toml` repeats those that Streamlit itself needs; a test holds
the two together. How the palettes were chosen and measured: docs on visual design.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from atlas.look.addressed import VERSION, Addressed
from atlas.look.parameters import OneOf

THEMES = ("light", "dark")
Theme = Annotated[str, OneOf(allowed=THEMES)]

#: One sheet when they are served: every page's, what lies on maps, and the list beneath the search box.
_SHEETS = ("style", "maps", "over_time", "suggestions")
STYLE_SHEETS = [Path(__file__).resolve().parent / f"{name}.css" for name in _SHEETS]

HEX_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")

FONT = (
    "-apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'PingFang SC', 'Microsoft YaHei', "
    "'Noto Sans CJK SC', 'Source Han Sans SC', sans-serif"
)

# name: (light, dark)
_TOKENS: dict[str, tuple[str, str]] = {
    "page": ("#FFFFFF", "#14191F"),
    "secondary": ("#F3F5F4", "#1E262E"),
    "text": ("#1B2127", "#E8ECEF"),
    "muted": ("#5A636D", "#A6B0BA"),
    "primary": ("#0F5C8C", "#6CB4E4"),
    "on_primary": ("#FFFFFF", "#14191F"),
    "link": ("#0F5C8C", "#6CB4E4"),
    "border": ("#D5DADD", "#36414B"),
    "grid": ("#E6E9EA", "#2A333C"),
    "land": ("#F5F6F4", "#1C232B"),
    "outline": ("#6E767E", "#A6B0BA"),  # borders on a map; white ones make small islands vanish
    "unconnected": ("#A6330A", "#FF9A5C"),
    "unknown": ("#6B7078", "#B4BBC4"),
    "connected": ("#3D8FC4", "#4A93C4"),
    "no_data": ("#E9EBED", "#2A323A"),
    "range": ("#549D7B", "#579D7E"),  # hatched: only a range is known
    "hatch": ("#8D949B", "#7C8791"),
    "pilot": ("#5B1A86", "#D3A8F0"),
    "pilot_casing": ("#FFFFFF", "#14191F"),
    "measured_text": ("#FFFFFF", "#08251C"),
    "measured_fill": ("#0F5B46", "#7BD3B2"),
    "measured_border": ("#0F5B46", "#7BD3B2"),
    "declared_text": ("#17467E", "#B9D6F7"),
    "declared_fill": ("#E4EDF8", "#1D3350"),
    "declared_border": ("#17467E", "#6FA3DC"),
    "modelled_text": ("#54407F", "#D2C4F2"),
    "modelled_fill": ("#FFFFFF", "#14191F"),
    "modelled_border": ("#54407F", "#B5A3E0"),
    "assumed_text": ("#4A5058", "#C3C9D1"),
    "assumed_fill": ("#FFFFFF", "#14191F"),
    "assumed_border": ("#6B7078", "#9AA2AC"),
    "simulated_text": ("#8A3300", "#FFC694"),
    "simulated_fill": ("#FFF3E6", "#3A2310"),
    "simulated_border": ("#B45309", "#F0A15C"),
    "standard_telephone": ("#737A82", "#9AA2AC"),
    "standard_broadband": ("#0B3F6B", "#E3EEF7"),
    "standard_fibre": ("#3D8FC4", "#4A93C4"),
    "standard_4g": ("#A6330A", "#D9622B"),
    "standard_5g": ("#B8791F", "#EBC04A"),
}

# Low to high; in the dark theme high is bright. Change runs from worse to better. Cells are shares of
# unconnected villages: 0, more than 0, 5, 20, 50 percent.
_PALETTES: dict[str, tuple[str, str]] = {
    "rate": (
        "#E3EEF7 #BBD7EC #86B8DB #4D93C3 #22699E #0B3F6B",
        "#16324A #1F4E74 #2F70A3 #5694C6 #8CBBE0 #CBE2F4",
    ),
    "gap": (
        "#FCEBDD #F8CBA6 #EFA06A #D8703A #AE4414 #742606",
        "#40230F #6B3513 #9C4E1D #CF7438 #F0A36C #FBD6B8",
    ),
    "money": (
        "#E6F1EA #BEDCCB #8CC0A4 #549D7B #257453 #0C4A34",
        "#15362A #1F5440 #34785C #579D7E #8CC4A9 #CBE7D8",
    ),
    "change": (
        "#8A3208 #C8642C #F0B58C #F1F1EE #A6CBE4 #4A8FC0 #0F4C7E",
        "#FFB27D #D6753A #8A4A24 #39424C #2E5F86 #4F97CB #A5D2F2",
    ),
    "cells": (
        "#86B8DB #F8CBA6 #EFA06A #D8703A #742606",
        "#2F70A3 #9C4E1D #CF7438 #F0A36C #FBD6B8",  # the light ones would sink into dark land
    ),
}

CELL_EDGES_PERCENT = (0, 0, 5, 20, 50)  # the first class is exactly 0, the second is more than 0

STATES = ("unconnected", "unknown", "connected")  # in the order they are shown: the gap first


def tokens(theme: str) -> dict[str, str]:
    """Every single colour of a theme by name, and the font."""
    column = THEMES.index(theme)
    return {"font": FONT} | {name: pair[column] for name, pair in _TOKENS.items()}


def palette(name: str, theme: str) -> tuple[str, ...]:
    """All colours of a palette (rate, gap, money, change, cells), low to high."""
    return tuple(_PALETTES[name][THEMES.index(theme)].split())


def colours(name: str, n: int, theme: str) -> tuple[str, ...]:
    """`n` class colours spread over a palette, always with both ends."""
    whole = palette(name, theme)
    if not 1 <= n <= len(whole):
        raise ValueError(f"palette {name} has 1 to {len(whole)} classes, {n} were asked for")
    if n == 1:
        return (whole[len(whole) // 2],)
    return tuple(whole[round(i * (len(whole) - 1) / (n - 1))] for i in range(n))


def hex_to_rgb(colour: str, alpha: int | None = None) -> list[int]:
    """`#RRGGBB` as the list of 0 to 255 that map layers want, with alpha where one is given."""
    if not HEX_COLOUR.fullmatch(colour):
        raise ValueError(f"a colour is #RRGGBB, not {colour!r}")
    rgb = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return rgb if alpha is None else [*rgb, alpha]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    shares = [value / 255 for value in hex_to_rgb(colour)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@dataclass(frozen=True)
class StyleSheet(Addressed):
    """The style sheet of every page."""

    PATH = "look/atlas.css"
    PIN = VERSION


@lru_cache(maxsize=1)
def style_url() -> str:
    """Where the style sheet is served; the address changes with its content."""
    return StyleSheet().url(hashlib.sha256(style().encode()).hexdigest()[:12])


@lru_cache(maxsize=1)
def style() -> str:
    """The style sheet with the tokens as CSS variables that follow the theme without a rerun."""
    variables = [f"--atlas-{name}: light-dark({light}, {dark});" for name, (light, dark) in _TOKENS.items()]
    for name in _PALETTES:
        pairs = zip(palette(name, "light"), palette(name, "dark"), strict=True)
        variables += [f"--atlas-{name}-{i}: light-dark({light}, {dark});" for i, (light, dark) in enumerate(pairs)]
    return (
        ":root {\n"
        + "\n".join(variables)
        + "\n}\n"
        + "\n".join(one.read_text(encoding="utf-8") for one in STYLE_SHEETS)
    )
