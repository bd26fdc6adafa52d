"""One drawing of a map for paper: areas, symbols, names, and beneath them the key, the credit and what is simulated.

Always light; a name is a text in it, whatever it is made of.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from atlas.look import colours
from atlas.look.html import escape, safe_colour
from atlas.look.language import place_name, t
from atlas.maps.drawn_map import LEAST_STEP_PX, Bounds, Frame, maritime_line, path_data
from indicators import places
from indicators.database import Atlas

WIDTH_PX, MOST_HEIGHT_PX = 720, 500
LABEL_PX, KEY_PX, LINE_PX = 11.0, 12.0, 19.0
MOST_LABELS = 40
GAP_PX = 14.0
SYMBOL_PX = 6.0  # half of an unconnected village's, where there are few

tokens = colours.tokens("light")


@dataclass(frozen=True)
class Key:
    """One line of the key. mark: area, hatch, line, or a state's name."""

    words: str
    colour: str = ""
    mark: str = "area"


class Drawing:
    """Parts are put on top of each other in the order in which they come."""

    def __init__(self, atlas: Atlas, bounds: Bounds, *, is_nation: bool) -> None:
        self.frame = Frame(bounds, WIDTH_PX, MOST_HEIGHT_PX)
        self.atlas, self.is_nation = atlas, is_nation
        self.parts: list[str] = []

    def area(self, geometry: Any, fill: str, stroke: str = "", width: float = 0.6) -> None:
        """A shape in degrees; on a national view none may vanish. fill: a colour, `none`, or `url(#hatch)`."""
        inside = shapely.transform(geometry, self.frame.places)
        west, north, east, south = shapely.bounds(inside)
        if not (west < WIDTH_PX and east > 0 and north < self.frame.height_px and south > 0):
            return
        data = path_data(shapely.simplify(inside, LEAST_STEP_PX, preserve_topology=self.is_nation))
        if data:
            line = f'stroke="{stroke or tokens["outline"]}" stroke-width="{width}"'
            self.parts.append(f'<path d="{data}" fill="{fill}" fill-rule="evenodd" {line}/>')

    def circle(self, lon: float, lat: float, radius_px: float, fill: str, opacity: float = 1.0) -> None:
        x, y = self.frame.place(lon, lat)
        self.parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius_px:.1f}" fill="{fill}" fill-opacity="{opacity:.2f}" '
            f'stroke="{tokens["page"]}" stroke-width="0.7"/>'
        )

    def villages(self, lon: NDArray[np.float64], lat: NDArray[np.float64], state: str, scale: float) -> None:
        """Villages of one state, each with its symbol."""
        points = self.frame.places(np.column_stack([lon, lat]))
        self.parts.extend(symbol(state, x, y, scale) for x, y in points)

    def maritime(self) -> None:
        """The line that national views must carry."""
        if self.is_nation:
            self.parts.append(maritime_line(self.atlas, self.frame, tokens))

    def names(self, within: str, level: str) -> None:
        """Names of parts that do not cover each other, the largest first."""
        taken: list[tuple[float, float, float]] = []
        for one, lon, lat in places.label_points(self.atlas, within, level):
            name = place_name(one.name, one.name_en)
            half = width_of(name, LABEL_PX) / 2
            x, y = self.frame.place(lon, lat)
            is_inside = half < x < WIDTH_PX - half and LABEL_PX < y < self.frame.height_px - 2
            if not is_inside or any(abs(x - a) < half + b and abs(y - c) < LABEL_PX + 3 for a, c, b in taken):
                continue
            taken.append((x, y, half))
            self.parts.append(_text(x, y + LABEL_PX * 0.35, name, LABEL_PX, anchor="middle", halo=True))
            if len(taken) >= MOST_LABELS:
                return

    def svg(self, title: str, keys: Sequence[Key], beneath: Iterable[str], *, is_simulated: bool) -> bytes:
        """The whole drawing. title: that of the key; beneath: lines under it."""
        top = self.frame.height_px
        foot, height = _foot(title, keys, [*beneath], top)
        stamp = _stamp(top) if is_simulated else ""
        size = f'width="{WIDTH_PX}" height="{height:.0f}" viewBox="0 0 {WIDTH_PX} {height:.0f}"'
        hatch = (
            '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
            f'patternTransform="rotate(45)"><rect width="6" height="6" fill="{tokens["page"]}"/>'
            f'<rect width="2" height="6" fill="{tokens["range"]}"/></pattern>'
            f'<clipPath id="map"><rect width="{WIDTH_PX}" height="{top:.0f}"/></clipPath></defs>'
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" '
            f'font-family="{escape(tokens["font"])}"><title>{escape(title)}</title>{hatch}'
            f'<rect width="100%" height="100%" fill="{tokens["page"]}"/>'
            f'<g clip-path="url(#map)">{"".join(self.parts)}</g>{stamp}{foot}</svg>'
        ).encode()


def symbol(state: str, x: float, y: float, scale: float = 1.0) -> str:
    """A state's symbol, told apart by its shape as well: diamond, ring, disc."""
    if state == "unconnected":
        r = SYMBOL_PX * scale
        data = f"M{x:.1f} {y - r:.1f}L{x + r:.1f} {y:.1f}L{x:.1f} {y + r:.1f}L{x - r:.1f} {y:.1f}Z"
        return f'<path d="{data}" fill="{tokens[state]}" stroke="{tokens["page"]}" stroke-width="{0.8 * scale:.1f}"/>'
    if state == "unknown":
        ring = f'fill="{tokens["page"]}" stroke="{tokens[state]}" stroke-width="{1.8 * scale:.1f}"'
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{4.2 * scale:.1f}" {ring}/>'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{3.2 * scale:.1f}" fill="{tokens["connected"]}"/>'


def width_of(text: str, size_px: float) -> float:
    """About how wide a text is set; a Latin letter is half as wide as a Chinese one."""
    return sum(size_px if ord(letter) > 0x2E80 else size_px * 0.56 for letter in text)


def _text(x: float, y: float, words: str, size_px: float, *, anchor: str = "start", halo: bool = False) -> str:
    around = f' stroke="{tokens["page"]}" stroke-width="2.4" paint-order="stroke"' if halo else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size_px}" text-anchor="{anchor}" '
        f'fill="{tokens["text"]}"{around}>{escape(words)}</text>'
    )


def _foot(title: str, keys: Sequence[Key], beneath: Sequence[str], top: float) -> tuple[str, float]:
    """The key in lines of the drawing's width, then the lines beneath it; and where they end."""
    y = top + LINE_PX
    parts = [_text(8, y, title, KEY_PX + 1)]
    x, y = 8.0, y + LINE_PX
    for key in keys:
        width = 20 + width_of(key.words, KEY_PX) + GAP_PX
        if x > 8 and x + width > WIDTH_PX:
            x, y = 8.0, y + LINE_PX
        parts += [_mark(key, x + 6, y - KEY_PX * 0.35), _text(x + 18, y, key.words, KEY_PX)]
        x += width
    for line in beneath:
        for piece in _lines(line):
            y += LINE_PX - 3
            parts.append(_text(8, y, piece, KEY_PX - 1))
    return "".join(parts), y + 8


def _lines(words: str) -> list[str]:
    """A text in lines of the drawing's width."""
    lines, line = [], ""
    for letter in words:
        if width_of(line + letter, KEY_PX - 1) > WIDTH_PX - 16:
            head, blank, tail = line.rpartition(" ")
            lines.append(head if blank and len(tail) < 20 else line)
            line = tail if blank and len(tail) < 20 else ""
        line += letter
    return [*lines, line]


def _mark(key: Key, x: float, y: float) -> str:
    if key.mark == "line":
        colour = safe_colour(key.colour)
        return f'<path d="M{x - 7:.1f} {y:.1f}h14" stroke="{colour}" stroke-width="2.4" fill="none"/>'
    if key.mark in ("area", "hatch"):
        fill = "url(#hatch)" if key.mark == "hatch" else safe_colour(key.colour)
        box = f'<rect x="{x - 7:.1f}" y="{y - 6:.1f}" width="14" height="12" fill="{fill}" '
        return f'{box}stroke="{tokens["outline"]}" stroke-width="0.5"/>'
    return symbol(key.mark, x, y)


def _stamp(top: float) -> str:
    """Says across the map, and in its corner, that the states are simulated."""
    words = t("Simulated data")
    width = width_of(words, 12) + 16
    box = (
        f'<rect x="{WIDTH_PX - width - 8:.1f}" y="{top - 30:.1f}" width="{width:.1f}" height="22" rx="4" '
        f'fill="{tokens["simulated_fill"]}" stroke="{tokens["simulated_border"]}" stroke-dasharray="4 2"/>'
        f'<text x="{WIDTH_PX - width / 2 - 8:.1f}" y="{top - 15:.1f}" font-size="12" font-weight="600" '
        f'text-anchor="middle" fill="{tokens["simulated_text"]}">{escape(words)}</text>'
    )
    across = "".join(
        f'<text transform="translate({x} {y * top:.0f}) rotate(-24)" font-size="17" text-anchor="middle" '
        f'fill="{tokens["text"]}" fill-opacity="0.13">{escape(words)}</text>'
        for y in (0.2, 0.5, 0.8)
        for x in (140, 360, 580)
    )
    return across + box
