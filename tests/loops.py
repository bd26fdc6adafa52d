"""A loop of one's own for a test: the thread of a browser's tests has one that runs."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def apart(run: Callable[..., Any], *arguments: Any) -> Any:
    """What `asyncio.run` or `anyio.run` returns, in a thread of its own."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(run, *arguments).result()
