"""Writers that are killed at any moment: what was acknowledged is there. `python -m fuzz --only writers` kills more."""

from __future__ import annotations

from fuzz import writers

KILLS = 40


def test_what_was_acknowledged_outlives_a_kill() -> None:
    count = writers.run(20161231, KILLS)
    assert count.failures == []
    assert count.kills == KILLS
    assert count.acknowledged > KILLS // 4  # on a busy machine some die before they have filed any
