"""Where the label of a point goes: to the side where it hides least."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import pandas as pd

from atlas.charts.axes import HISTORY_HEIGHT_PX, LABEL_PX

LINE_STEP_PX = 6

POINT_PX = 9  # half a mark's height and a little air


@dataclass(frozen=True)
class Box:
    """Where something stands, in pixels of the plot."""

    left: float
    right: float
    top: float
    bottom: float

    def hits(self, other: Box) -> bool:
        apart = self.right < other.left or other.right < self.left
        return not (apart or self.bottom < other.top or other.bottom < self.top)


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


def with_label_places(
    points: pd.DataFrame, x_domain: tuple[date, date], y_domain: tuple[float, float], width_px: int
) -> pd.DataFrame:
    """Choose for each point the first side where its label touches no other point or label.

    A label that would lie on another wherever it stood is left out: the mark tells it when it is pointed at.
    """
    days = max(1, (x_domain[1] - x_domain[0]).days)
    xs = [(when.date() - x_domain[0]).days / days * width_px for when in points["date"]]
    span = y_domain[1] - y_domain[0]
    ys = [(y_domain[1] - value) / span * HISTORY_HEIGHT_PX for value in points["value_percent"]]
    marks = [Box(x - 6, x + 6, y - 6, y + 6) for x, y in zip(xs, ys, strict=True)]
    lines = _line_boxes(points, xs, ys)
    labels: list[Box] = []
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


def _harm(box: Box, others: Sequence[tuple[Sequence[Box], int]], width_px: int) -> tuple[bool, int]:
    """A label must not leave the chart; what it covers comes second. Equal harm: the first side stands."""
    covered = sum(weight * sum(box.hits(other) for other in some) for some, weight in others)
    return box.left < 0 or box.right > width_px, covered


def _line_boxes(points: pd.DataFrame, xs: Sequence[float], ys: Sequence[float]) -> list[Box]:
    """The lines as chains of small boxes. The ends are left to the points' own boxes."""
    boxes = []
    for _, rows in points[points["is_joined"]].groupby("stretch"):
        for start, end in pairwise(rows.index):
            width, height = xs[end] - xs[start], ys[end] - ys[start]
            steps = int(max(abs(width), abs(height)) // LINE_STEP_PX)
            for step in range(2, steps - 1):
                x, y = xs[start] + width * step / steps, ys[start] + height * step / steps
                boxes.append(Box(x - 2, x + 2, y - 2, y + 2))
    return boxes


def _label_box(text: str, x: float, y: float, side: str) -> Box:
    dx, dy, align, baseline = PLACES[side]
    width, height = text_px(text), LABEL_PX + 2
    left = x + dx - {"center": width / 2, "left": 0, "right": width}[align]
    top = y + dy - {"bottom": height, "top": 0, "middle": height / 2}[baseline]
    return Box(left, left + width, top, top + height)


def text_px(text: str) -> float:
    """About how wide a text is: Chinese characters are square, Latin ones a little over half."""
    return sum(LABEL_PX if ord(letter) > 0x2E80 else LABEL_PX * 0.58 for letter in text)
