"""All names of a build in memory: places in the order of their hierarchy, settlements by the place they lie in.

Made once per build, in about three seconds for 660,000 names: docs/decisions/140 says why not in a table.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ground.spelling import normal, without, without_one, worded
from indicators import facts, places
from indicators.database import Atlas, per_build
from indicators.names.alphabet import Alphabet, Sounds
from indicators.names.texts import Texts, joined

LONG_ENDING = 3  # letters: of a long official name people say the beginning
FULL, SHORT, FOREIGN = 0, 1, 2  # a place's name, the name without its ending, its Latin name
NO_ENDING, ALL_ENDINGS = 0, -1
ROWS_AT_ONCE = 20_000
RARE_KIND = 2_000  # a word that fewer than one name in so many has is part of a name
LETTERS = "search_letter"  # builds of before have none
Numbers = NDArray[np.int32]
_making = threading.Lock()


@dataclass(frozen=True, eq=False)
class Group:
    """Texts, and who is called so. `said`: of each entry, which ending the text leaves out."""

    texts: Texts
    first: Numbers
    entries: Numbers
    said: NDArray[np.int16]

    def rows(self, texts: Numbers) -> tuple[Numbers, Numbers]:
        """Positions in `entries` of all who are called by some texts; and for each, the position in `texts`."""
        counts = self.first[texts + 1] - self.first[texts]
        source = np.repeat(np.arange(len(texts), dtype=np.int32), counts)
        begins = np.repeat(self.first[texts] - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
        return (begins + np.arange(len(source))).astype(np.int32), source


@dataclass(frozen=True, eq=False)
class Register:
    """Places are numbered along the hierarchy: those inside a place follow it, up to `until`."""

    sounds: Sounds
    places: Group
    place_ids: tuple[str, ...]
    until: Numbers
    level: NDArray[np.int8]
    is_long: NDArray[np.bool_]  # ends with an official ending of several letters
    settlements: Group
    numbers: Numbers  # place_no
    home: Numbers  # number of the place that a settlement lies in
    endings: tuple[str, ...]  # of settlements; the first is none, behind the whole ones stand beginnings of them
    ending_letters: tuple[tuple[int, ...], ...]
    ending_last: Numbers  # the last letter of each; 0 of none
    kinds: frozenset[str]  # words of Latin names that say what a place is: village, county

    @property
    def nbytes(self) -> int:
        """Memory of the arrays, without the letters' readings."""
        groups = (self.places, self.settlements)
        held = sum(one.texts.nbytes + one.first.nbytes + one.entries.nbytes + one.said.nbytes for one in groups)
        own = sum(one.nbytes for one in (self.until, self.level, self.is_long, self.numbers, self.home))
        return held + own


def register(atlas: Atlas) -> Register:
    """The names of a build, made by the first who asks."""
    with _making:
        return _register(atlas)


@per_build(1)
def _register(atlas: Atlas) -> Register:
    levels = places.levels(atlas)
    declared = facts.settings(atlas).get("name_endings", {})
    endings = {level: _endings(declared.get(level, ())) for level in levels}
    ids, until, level, called, is_long = _places(atlas, levels, endings)
    number_of = {place_id: number for number, place_id in enumerate(ids)}
    names, name_of, home, numbers = _settlements(atlas, levels, number_of)
    own = endings[levels[-1]]
    shortened, settled, said = _shortened(names, name_of, own)
    all_endings = ("", *own, *_begun(own))
    texts = [joined([text for text, _, _ in called]), joined(shortened)]
    alphabet = Alphabet([*texts, joined(all_endings)])
    letters = tuple(tuple(map(alphabet.number, ending)) for ending in all_endings)
    of_places, of_settlements = (Texts(one, alphabet) for one in texts)
    sounds = _sounds(atlas, alphabet)
    return Register(
        sounds,
        _group(of_places, np.arange(len(called)), [n for _, n, _ in called], [k for *_, k in called]),
        tuple(ids),
        until,
        level,
        is_long,
        _group(of_settlements, settled[0], settled[1], said),
        numbers,
        home,
        all_endings,
        letters,
        np.array([one[-1] if one else 0 for one in letters], dtype=np.int32),
        _kinds(atlas) if sounds else frozenset(),
    )


def _group(texts: Texts, of_text: Any, entries: Any, said: Any) -> Group:
    of_text = np.asarray(of_text)
    order = np.argsort(of_text, kind="stable")
    first = np.concatenate([[0], np.cumsum(np.bincount(of_text, minlength=len(texts)))]).astype(np.int32)
    held = (np.asarray(entries, dtype=np.int32)[order], np.asarray(said, dtype=np.int16)[order])
    return Group(texts, first, *held)


def _endings(declared: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted({normal(one) for one in declared if normal(one)}, key=lambda one: (-len(one), one)))


def _begun(endings: tuple[str, ...]) -> list[str]:
    """Beginnings of endings, as they stand while somebody types."""
    begun = {one[:count] for one in endings for count in range(2, len(one))} - set(endings)
    return sorted(begun, key=lambda one: (-len(one), one))


def _places(
    atlas: Atlas, levels: tuple[str, ...], endings: dict[str, tuple[str, ...]]
) -> tuple[list[str], Numbers, NDArray[np.int8], list[tuple[str, int, int]], NDArray[np.bool_]]:
    """Codes along the hierarchy, where each one's parts end, its level; then what each is called, and how."""
    asked = "SELECT place_id, parent_id, name, name_en, level, is_grouping FROM place ORDER BY place_id"
    rows = {row[0]: row[1:] for row in atlas.cursor().execute(asked).fetchall()}
    parts: dict[str | None, list[str]] = {}
    for place_id, (parent, *_) in rows.items():
        parts.setdefault(parent if parent in rows else None, []).append(place_id)
    ids: list[str] = []
    until = np.zeros(len(rows), dtype=np.int32)
    waiting: list[tuple[str, int]] = [(one, -1) for one in reversed(parts.get(None, []))]
    while waiting:
        place_id, number = waiting.pop()
        if number >= 0:  # all its parts have been numbered
            until[number] = len(ids)
            continue
        waiting.append((place_id, len(ids)))
        ids.append(place_id)
        waiting += [(one, -1) for one in reversed(parts.get(place_id, []))]
    called: list[tuple[str, int, int]] = []
    is_long = np.zeros(len(ids), dtype=bool)
    for number, place_id in enumerate(ids):
        _, name, name_en, level, is_grouping = rows[place_id]
        if is_grouping:
            continue
        known = endings.get(level, ())
        called += [(text, number, kind) for text, kind in _called(name, name_en, known).items()]
        is_long[number] = _bare(name).endswith(tuple(one for one in known if len(one) >= LONG_ENDING))
    level = np.array([levels.index(rows[one][3]) for one in ids], dtype=np.int8)
    return ids, until, level, called, is_long


def _bare(name: str) -> str:
    return worded(name).replace(" ", "")


def _called(name: str, name_en: str | None, endings: tuple[str, ...]) -> dict[str, int]:
    """All that a place is called → FULL or SHORT."""
    whole = _bare(name)
    found = {}
    for _ in range(len(whole)):
        shorter = without_one(whole, endings)
        if shorter == whole:
            break
        found[shorter] = SHORT
        whole = shorter
    foreign = {worded(name_en): FOREIGN} if name_en else {}
    held = found | foreign | {worded(name): FULL}
    return {text: kind for text, kind in held.items() if text}


def _settlements(
    atlas: Atlas, levels: tuple[str, ...], number_of: dict[str, int]
) -> tuple[list[str], Numbers, Numbers, Numbers]:
    """Different names; then of each settlement the number of its name, of the place it lies in, and its place_no."""
    asked = f'SELECT name, "{levels[-2]}_id", place_no FROM village ORDER BY place_no'
    rows = atlas.cursor().execute(asked)
    known: dict[str, int] = {}
    pieces = []
    while batch := rows.fetchmany(ROWS_AT_ONCE):  # all at once they take ten times as much memory
        coded = [(known.setdefault(name, len(known)), number_of[home], number) for name, home, number in batch]
        pieces.append(np.array(coded, dtype=np.int32))
    name_of, homes, numbers = np.concatenate(pieces).T.copy() if pieces else np.empty((3, 0), dtype=np.int32)
    return list(known), name_of, homes, numbers


def _shortened(
    names: list[str], name_of: Numbers, endings: tuple[str, ...]
) -> tuple[list[str], tuple[Numbers, Numbers], NDArray[np.int16]]:
    """The different names without an ending; then which text, which settlement and which ending belong together.

    A name that has several endings one after the other is called by what is left of it, too.
    """
    number: dict[str, int] = {}
    ending_of = {one: position for position, one in enumerate(endings, start=1)}
    text, said, bare = (np.zeros(len(names), dtype=np.int32) for _ in range(3))
    for position, name in enumerate(names):
        written = worded(name)
        whole = written.replace(" ", "")
        short = without_one(whole, endings)
        core = without(short, endings)
        text[position] = number.setdefault(_first(written, len(short)), len(number))
        said[position] = ending_of.get(whole[len(short) :], NO_ENDING)
        bare[position] = number.setdefault(core, len(number)) if core != short else -1
    settlements = np.arange(len(name_of), dtype=np.int32)
    has_bare = bare[name_of] >= 0
    of_text = np.concatenate([text[name_of], bare[name_of][has_bare]])
    of_settlement = np.concatenate([settlements, settlements[has_bare]])
    of_ending = np.concatenate([said[name_of], np.full(int(has_bare.sum()), ALL_ENDINGS)]).astype(np.int16)
    return list(number), (of_text, of_settlement), of_ending


def _first(written: str, count: int) -> str:
    """The first letters of a name, blanks kept but not counted."""
    if " " not in written:
        return written[:count]
    end = 0
    while count:
        count -= written[end] != " "
        end += 1
    return written[:end]


def _kinds(atlas: Atlas) -> frozenset[str]:
    """Words behind the first one that many Latin names share: what is romanised is one word, and its kind follows."""
    rows = atlas.cursor().execute(
        "WITH named AS (SELECT name_en FROM village UNION ALL SELECT name_en FROM place WHERE NOT is_grouping) "
        "SELECT lower(unnest(string_split(name_en, ' ')[2:])) AS word, count(*) AS n FROM named GROUP BY word "
        "HAVING n * $1 > (SELECT count(name_en) FROM named)",
        [RARE_KIND],
    )
    return frozenset(worded(str(word)) for word, _ in rows.fetchall())


def _sounds(atlas: Atlas, alphabet: Alphabet) -> Sounds:
    cursor = atlas.cursor()
    is_there = cursor.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = $1", [LETTERS]).fetchall()
    readings: dict[str, list[str]] = {}
    plain: dict[str, list[str]] = {}
    if is_there:
        rows = cursor.execute(f"SELECT letter, is_sound, said FROM {LETTERS} ORDER BY letter, position").fetchall()
        for letter, is_sound, said in rows:
            (readings if is_sound else plain).setdefault(letter, []).append(said)
    return Sounds(alphabet, readings, plain)
