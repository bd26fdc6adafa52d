"""The programme as states: which there are, in which order, and which moves between them are allowed.

A profile declares its own in [[programme_state]]; where it does not, three will do: planned, opened, accepted.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from etl.declaration import Profile
from etl.errors import DeclarationError
from etl.store import Store
from importer.values import folded

USUAL = Path(__file__).with_name("stages.toml")
DAYS = ("opened_date", "accepted_date")  # of a village, which may show that it has reached a state
KEYS = ("state", "name", "is_side", "is_first_of_village", "reached_by", "next", "next_with_reason")


@dataclass(frozen=True)
class Programme:
    """The states in their order, as declared."""

    entries: tuple[Mapping[str, Any], ...]

    @cached_property
    def ids(self) -> dict[str, str]:
        """What a file may call a state → its id."""
        return {
            folded(word): str(one["state"])
            for one in self.entries
            for word in (one["state"], one["name"]["zh"], one["name"]["en"])
        }

    @property
    def first_of_village(self) -> str:
        """The state of a village of which nothing but its project is known."""
        return str(next((one for one in self.entries if one.get("is_first_of_village")), self.entries[0])["state"])

    @property
    def reached_by(self) -> dict[str, str]:
        """Day of a village → the state that it shows, the earlier state first."""
        return {str(one["reached_by"]): str(one["state"]) for one in self.entries if "reached_by" in one}

    def named(self, words: pd.Series) -> pd.Series:
        """The ids that words stand for; None where a word is no state or missing."""
        return words.map(lambda word: self.ids.get(folded(word)) if isinstance(word, str) else None)


def programme(profile: Profile) -> Programme:
    """The states of a profile. Raises DeclarationError naming state and key."""
    where = str(profile.file)
    entries = profile.body.get("programme_state")
    if entries is None:
        where, entries = str(USUAL), tomllib.loads(USUAL.read_text(encoding="utf-8"))["programme_state"]
    if not isinstance(entries, list) or not entries:
        raise DeclarationError(where, "[[programme_state]] tables", repr(entries)[:80], "mend them")
    known = [one.get("state") for one in entries]
    for one in entries:
        _check(where, one, known)
    return Programme(tuple(entries))


def _check(where: str, one: Mapping[str, Any], known: Sequence[Any]) -> None:
    key = f"{where}, programme_state {one.get('state')!r}"
    if unknown := sorted(set(one) - set(KEYS)):
        raise DeclarationError(key, f"the keys {', '.join(KEYS)}", unknown[0], "mend it")
    if not isinstance(one.get("state"), str) or known.count(one["state"]) != 1:
        raise DeclarationError(key, "a state of its own", repr(one.get("state")), "mend it")
    name = one.get("name")
    if not isinstance(name, Mapping) or not {"zh", "en"} <= name.keys():
        raise DeclarationError(key, 'name = { zh = "…", en = "…" }', repr(name), "mend it")
    if one.get("reached_by", DAYS[0]) not in DAYS:
        raise DeclarationError(key, f"reached_by: {' or '.join(DAYS)}", repr(one["reached_by"]), "mend it")
    for target in (*one.get("next", ()), *one.get("next_with_reason", ())):
        if target not in known:
            raise DeclarationError(key, "moves to declared states", repr(target), "mend it")


def write_programme(store: Store) -> Programme:
    """Fill `programme_state` and `programme_move`."""
    held = programme(store.profile)
    store.insert(
        "programme_state",
        pd.DataFrame(
            [
                (
                    one["state"],
                    n,
                    bool(one.get("is_side")),
                    one["state"] == held.first_of_village,
                    one.get("reached_by"),
                    one["name"]["zh"],
                    one["name"]["en"],
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
        (one["state"], target, needs_reason)
        for one in held.entries
        for key, needs_reason in (("next", False), ("next_with_reason", True))
        for target in one.get(key, ())
    ]
    store.insert("programme_move", pd.DataFrame(moves, columns=["from_state", "to_state", "needs_reason"]))
    return held
