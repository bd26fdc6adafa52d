"""Small charts of the same axes, one per place: an area from zero over the dates, a faint line that all have in common.

Shapes are percentages of a box that the style sheet makes: for the eye. The words beneath them are for everyone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from atlas.look.html import Html, escape, escaped

FLOOR = 0.05  # of the height, beneath zero: a known zero is a thin band, the unknown is nothing at all
LONE = 1.5  # percent of the width at each side of a date without known neighbours
LINE = 2.0  # percent of the height above and below the line's middle
Values = Sequence[float | None]
Point = tuple[float, float]


@dataclass(frozen=True)
class Cell:
    """name: with its link. values: one per date, None where unknown. text: what they come to, in words."""

    name: Html
    values: Values
    text: str


@dataclass(frozen=True)
class Axes:
    """at: where each date lies, 0 to 1; now: where the chosen one does; end: the value at the top, more than zero."""

    at: Sequence[float]
    now: float
    end: float


def grid(cells: Sequence[Cell], common: Values, axes: Axes, label: str) -> Html:
    """All charts, with the values of `common` as a line in each."""
    items = "".join(
        f'<li>{escaped(cell.name)}<i aria-hidden="true" style="--own:{area(cell.values, axes)}"></i>'
        f"<span>{escape(cell.text)}</span></li>"
        for cell in cells
    )
    shared = f"--line:{line(common, axes)};--now:{axes.now:.3f}"
    return Html(f'<ul class="atlas-multiples" aria-label="{escape(label)}" style="{shared}">{items}</ul>')


def area(values: Values, axes: Axes) -> str:
    """A clip-path from the floor up to the values; where they are unknown it runs along the floor and shows nothing."""
    points: list[Point] = []
    for piece in _pieces(values, axes):
        if len(piece) == 1:
            [(x, y)] = piece
            piece = [(max(x - LONE, 0), y), (min(x + LONE, 100), y)]
        points += [(piece[0][0], 100), *piece, (piece[-1][0], 100)]
    return _polygon(points)


def line(values: Values, axes: Axes) -> str:
    """A clip-path around a line through the values, broken where they are unknown."""
    starts: list[Point] = []
    points: list[Point] = []
    for piece in _pieces(values, axes):
        around = [(x, y - LINE) for x, y in piece] + [(x, y + LINE) for x, y in reversed(piece)]
        points += [*around, around[0]]
        starts.append(around[0])
    return _polygon(points + starts[-2::-1])  # the way back is the way there: nothing lies between


def _pieces(values: Values, axes: Axes) -> Iterator[list[Point]]:
    """Runs of known values as percent of width and height, from the top left; what exceeds the end is drawn there."""
    piece: list[Point] = []
    for x, value in zip(axes.at, values, strict=True):
        if value is not None:
            share = min(max(value / axes.end, 0.0), 1.0)
            piece.append((100 * x, 100 * (1 - FLOOR) * (1 - share)))
        elif piece:
            yield piece
            piece = []
    if piece:
        yield piece


def _polygon(points: Sequence[Point]) -> str:
    return f"polygon({','.join(f'{x:.0f}% {y:.0f}%' for x, y in points) or '0 0'})"
