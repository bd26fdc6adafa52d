"""One number on a scale with others of its kind: a mark for each that is named, a faint tick for the rest.

The scale is for the eye; the sentence beneath it says the same to whoever cannot see it, and on paper.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from atlas.look.html import Html, escape, escaped

MOST_TICKS = 60
EDGE = 0.25  # within this share of an end a label is written inwards
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Mark:
    """kind: own, parent or nation, each with its own shape and height. text: name and value as they are written."""

    kind: str
    value: float
    text: str


def top(values: Iterable[float]) -> float:
    """Where a scale from zero ends: the next round number, so that scales can be read."""
    highest = max(values, default=0.0)
    if highest <= 0:
        return 1.0
    size = 10.0 ** math.floor(math.log10(highest))
    ends = (step * size for step in STEPS if step * size >= highest * (1 - 1e-9))
    return next(ends, highest)  # near the smallest number that there is, no power of ten is exact


def strip(marks: Sequence[Mark], ticks: Sequence[float], end: float, end_text: str, sentence: str) -> Html:
    """A scale from zero to `end`. Values beyond it are drawn at its end; nothing here is negative."""
    faint = "".join(f'<i style="--at:{_at(value, end):.4f}"></i>' for value in sorted(ticks)[:MOST_TICKS])
    nation = next((_at(mark.value, end) for mark in marks if mark.kind == "nation"), None)
    named = "".join(
        f'<b class="atlas-strip-{escape(mark.kind)} {_side(mark, _at(mark.value, end), nation)}" '
        f'style="--at:{_at(mark.value, end):.4f}"><span>{escape(mark.text)}</span></b>'
        for mark in marks
    )
    ends = f"<span>0</span><span>{escape(end_text)}</span>"
    return Html(
        f'<div class="atlas-strip"><div class="atlas-strip-scale" aria-hidden="true">{faint}{named}</div>'
        f'<div class="atlas-strip-ends" aria-hidden="true">{ends}</div>'
        f'<div class="atlas-strip-words">{escaped(sentence)}</div></div>'
    )


def _at(value: float, end: float) -> float:
    return min(max(value / end, 0.0), 1.0)


def _side(mark: Mark, at: float, nation: float | None) -> str:
    """Inwards near an end; the parent's away from the nation's line, which reaches further down."""
    if at < EDGE:
        return "atlas-strip-begins"
    if at > 1 - EDGE:
        return "atlas-strip-ends-here"
    if mark.kind != "parent" or nation is None:
        return "atlas-strip-centred"
    return "atlas-strip-ends-here" if at < nation else "atlas-strip-begins"
