"""The programme as states: which there are, in which order, and which moves between them are allowed.

A profile declares its own in [[programme_state]]; where it does not, three will do: planned, opened, accepted.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import pandas as pd

from etl.declaration import Profile
from etl.profile_form import ProgrammeState
from etl.store import Store
from ground.declared import read
from importer.values import folded

USUAL = Path(__file__).with_name("stages.toml")


@dataclass(frozen=True)
class Programme:
    """The states in their order, as declared."""

    entries: tuple[ProgrammeState, ...]

    @cached_property
    def ids(self) -> dict[str, str]:
        """What a file may call a state → its id."""
        return {folded(word): one.state for one in self.entries for word in (one.state, one.name["zh"], one.name["en"])}

    @property
    def first_of_village(self) -> str:
        """The state of a village of which nothing but its project is known."""
        return next((one for one in self.entries if one.is_first_of_village), self.entries[0]).state

    @property
    def reached_by(self) -> dict[str, str]:
        """Day of a village → the state that it shows, the earlier state first."""
        return {one.reached_by: one.state for one in self.entries if one.reached_by is not None}

    def named(self, words: pd.Series) -> pd.Series:
        """The ids that words stand for; None where a word is no state or missing."""
        return words.map(lambda word: self.ids.get(folded(word)) if isinstance(word, str) else None)


def programme(profile: Profile) -> Programme:
    """The states of a profile, or the usual ones."""
    return Programme(profile.form.programme_state or _usual())


@cache
def _usual() -> tuple[ProgrammeState, ...]:
    return read(tomllib.loads(USUAL.read_text(encoding="utf-8")), _Usual).programme_state


@dataclass(frozen=True)
class _Usual:
    programme_state: tuple[ProgrammeState, ...]


def write_programme(store: Store) -> Programme:
    """Fill `programme_state` and `programme_move`."""
    held = programme(store.profile)
    store.insert(
        "programme_state",
        pd.DataFrame(
            [
                (
                    one.state,
                    n,
                    one.is_side,
                    one.state == held.first_of_village,
                    one.reached_by,
                    one.name["zh"],
                    one.name["en"],
                )
                for n, one in enumerate(held.entries)
            ],
            columns=[
                "state",
                "position",
                "is_side",
                "is_first_of_village",
                "reached_by",
                "name_zh",
                "name_en",
            ],
        ),
    )
    moves = [
        (one.state, target, needs_reason)
        for one in held.entries
        for targets, needs_reason in ((one.next, False), (one.next_with_reason, True))
        for target in targets
    ]
    store.insert("programme_move", pd.DataFrame(moves, columns=["from_state", "to_state", "needs_reason"]))
    return held
