"""Runs what is asynchronous in a test: in a thread of its own, since browser tests keep a loop running in theirs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import anyio

V = TypeVar("V")


def finished(work: Callable[[], Awaitable[V]]) -> V:
    """What it returns, once it has ended."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(anyio.run, work).result()
