"""Frames that are kept for many readers, packed: each reader gets one of his own.

Whatever pandas takes out of a frame leaves a weak reference behind in it, up to 500 in each column and index, dead or
alive: a server's memory grows by what its visitors read, and every collection of garbage walks through it.
"""

from __future__ import annotations

import pickle
from typing import Any

import pandas as pd


class Packed(bytes):
    """A frame of our own making; never bytes that came from elsewhere."""


def packed(answer: Any) -> Any:
    """What is to be kept of an answer: frames packed, all else as it is."""
    return Packed(pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)) if isinstance(answer, pd.DataFrame) else answer


def unpacked(held: Any) -> Any:
    """The answer again; a frame is one that nobody else has."""
    return pickle.loads(held) if isinstance(held, Packed) else held
