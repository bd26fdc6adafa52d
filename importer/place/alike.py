"""The names most like one, as `difflib.get_close_matches` finds them, without comparing what cannot be among them."""

from __future__ import annotations

import difflib
import heapq
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Names = Sequence[str] | NDArray[np.object_]


def alike(name: str, among: Names, most: int = 3, least: float = 0.5) -> list[str]:
    """At most `most` names whose likeness (0 to 1) is at least `least`, the most alike first."""
    bounds = _bounds(name, among)
    near = np.flatnonzero(bounds >= least)
    matcher = difflib.SequenceMatcher()
    matcher.set_seq2(name)
    best: list[tuple[float, str]] = []
    for n in near[np.argsort(-bounds[near])]:
        if len(best) == most and bounds[n] < best[0][0]:
            break
        matcher.set_seq1(among[n])
        if (likeness := matcher.ratio()) >= least:
            heapq.heappush(best, (likeness, among[n]))
            if len(best) > most:
                heapq.heappop(best)
    return [other for _, other in sorted(best, reverse=True)]


def _bounds(name: str, among: Names) -> NDArray[np.float64]:
    """What no likeness exceeds: twice the letters that both have, in whatever order, of all letters."""
    written = np.array(among, dtype=str)
    lengths = np.fromiter(map(len, among), dtype=np.int64, count=len(among))
    if not written.itemsize or not len(written):
        return np.where(lengths + len(name) == 0, 1.0, 0.0)
    letters = written.view(np.uint32).reshape(len(written), -1)
    common = np.zeros(len(written), dtype=np.int64)
    for letter, count in Counter(name).items():
        common += np.minimum((letters == ord(letter)).sum(axis=1), count)
    return np.asarray(np.where(lengths + len(name) == 0, 1.0, 2.0 * common / np.maximum(lengths + len(name), 1)))
