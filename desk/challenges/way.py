"""Which index a list of challenges goes by: SQLite's planner knows nothing of how many lie at a place, the counts do.

A list at a county reads the county's; one of the nation reads from the newest down until a page is full; one of a state
that few are in reads those. The other columns of a question are asked for in a way that no index answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement

from desk.projected.challenges import CHALLENGE
from desk.projected.states import OPEN

ALL = "all"  # of a place, whatever their state
NEXT_COSTS, FOUND_COSTS = 1, 4  # a row read in its order, and one looked up by an index


class Way(Enum):
    """By what the rows are found."""

    NONE = "there is none"
    PLACE = "all of the place, then sorted"
    STATE = "all of the states, then sorted"
    ORDER = "in the order of the list, until it is full"


def way(
    wanted: int, at_place: Mapping[str, int], everywhere: Mapping[str, int], states: Mapping[str, int], most: int
) -> Way:
    """`wanted`: how many the question has in all. `at_place` and `everywhere`: state (or `ALL`) → how many; `states`:
    those asked for, as far as they are everywhere.
    """
    if not wanted:
        return Way.NONE
    total = everywhere.get(ALL, 0)
    cost = {
        Way.PLACE: at_place.get(ALL, 0) * FOUND_COSTS,
        Way.ORDER: min(most / wanted, 1.0) * total * NEXT_COSTS,
    }
    if states:
        cost[Way.STATE] = sum(states.values()) * FOUND_COSTS
    return min(cost, key=lambda one: cost[one])


def by(one: Way, name: str) -> ColumnElement[Any]:
    """A column of the question, plain where the list goes by it."""
    plain: ColumnElement[Any] = CHALLENGE.c[name]
    led = {Way.PLACE: ("path",), Way.STATE: ("state",), Way.ORDER: ("challenge_no", "due_on")}.get(one, ())
    if name in led:
        return plain
    return plain + 0 if name == "challenge_no" else plain.concat("")


def is_main() -> ColumnElement[bool]:
    """None that joined another, asked for in a way that no index answers: nearly all are such."""
    return (CHALLENGE.c.joined_no + 0).is_(None)


def of_states(states: tuple[str, ...], overdue: str) -> tuple[str, ...]:
    """The states as the table has them: overdue is a time, not a state."""
    return tuple(dict.fromkeys([*(one for one in states if one != overdue), *(OPEN if overdue in states else ())]))
