"""Maps are drawn by threads of their own, a bounded number at once, and no endless queue of them."""

from __future__ import annotations

import threading
import time

import anyio
import pytest
from loops import finished

from atlas.work.lane import Lane
from atlas.work.refused import Refused

SHARED = Lane()


def test_what_is_beyond_the_queue_is_told_to_come_again_and_tiles_have_their_threads() -> None:
    may_end = threading.Event()
    drawn: list[int] = []
    refused: list[Refused] = []

    async def ask(lane: Lane, number: int) -> None:
        try:
            await lane.run(lambda: (may_end.wait(20), drawn.append(number)))
        except Refused as told:
            refused.append(told)

    async def crowd() -> float:
        lane = Lane(at_once=2, waiting=3)
        async with anyio.create_task_group() as group:
            for number in range(60):
                group.start_soon(ask, lane, number)
            await anyio.sleep(0.2)
            began = time.monotonic()
            await anyio.to_thread.run_sync(lambda: None)  # a tile: the threads that all others share
            waited_s = time.monotonic() - began
            may_end.set()
        return waited_s

    assert finished(crowd) < 1
    assert len(drawn) == 5
    assert {(one.status, one.retry_s) for one in refused} == {(429, 5)}
    assert len(refused) == 55


@pytest.mark.parametrize("_", range(2))
def test_one_lane_serves_whatever_loop_runs(_: int) -> None:
    assert finished(lambda: SHARED.run(lambda: 7)) == 7
