"""Finds places and villages by name, code or sound, with the places they lie in: many villages share a name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ground.spelling import worded
from indicators import facts, places
from indicators.database import Atlas, per_build
from indicators.names.alphabet import Sign
from indicators.names.find import PLACES, Hit, find
from indicators.names.register import Register, register

LONGEST = 80  # characters of a question; what is longer is cut
FEWEST_LETTERS = 2  # with which a single answer is the one that was meant
CODE = re.compile(r"[0-9A-Za-z_.]{2,40}", re.ASCII)
DIGITS = re.compile(r"[0-9]{2,40}", re.ASCII)
BLANKS = re.compile(r"[\s\-–—]+")
NO_EVIDENCE = -1  # of a village outside the programme
FEWEST_ZEROS = 3  # with which a code of a place is filled up to the length of a village's


@dataclass(frozen=True)
class Found:
    """A place or village; `parents` are the names of the places it lies in, the largest first, with Latin names.

    Of a village also its number, its kind, and whether the programme is about it.
    """

    place_id: str
    level: str
    name: str
    name_en: str | None
    parents: tuple[tuple[str, str | None], ...]
    place_no: int | None = None
    kind: str | None = None
    in_programme: bool = False


@dataclass(frozen=True)
class Answered:
    """found: the best, as many as asked for. total: of all. only: the one that was meant, if there is no other.
    is_near: nothing is called so; these are like it. asked: what to mark in names."""

    found: tuple[Found, ...] = ()
    total: int = 0
    only: Found | None = None
    is_near: bool = False
    asked: tuple[tuple[Sign, ...], ...] = ()


def search(atlas: Atlas, asked: str, most: int) -> Answered:
    """What answers a question, the best first."""
    asked = asked.strip()[:LONGEST]
    by_code = _by_code(atlas, asked, most)
    if by_code.total:
        return by_code
    held = register(atlas)
    answer = find(held, asked, most)
    found = _described(atlas, held, answer.hits)
    is_enough = len(worded(asked)) >= FEWEST_LETTERS
    only = found[0] if answer.only and is_enough else None
    return Answered(tuple(found[:most]), answer.total, only, answer.is_near, answer.asked)


def states(atlas: Atlas, numbers: Sequence[int], standard: str, as_of: date) -> dict[int, tuple[int, int | None]]:
    """place_no → state and evidence of it as the database numbers them, under a standard and date."""
    if not numbers:
        return {}
    known, state_of, evidence_of = _states(atlas, standard, as_of)
    wanted = np.asarray(numbers, dtype=np.int32)
    at = np.searchsorted(known, wanted)
    found = zip(numbers, state_of[at].tolist(), evidence_of[at].tolist(), strict=True)
    return {number: (state, None if evidence == NO_EVIDENCE else evidence) for number, state, evidence in found}


@per_build(4)
def _states(atlas: Atlas, standard: str, as_of: date) -> tuple[NDArray[np.int32], NDArray[np.int8], NDArray[np.int8]]:
    """place_no in ascending order, with state and evidence of each: 4 MB, where a query would read two tables."""
    column = facts.status_column(atlas, standard, as_of)["column_name"]
    rows = (
        atlas.cursor()
        .execute(
            f'SELECT s.place_no, s."{column}"::TINYINT AS state, '
            f'coalesce(e."{column}"::TINYINT, {NO_EVIDENCE}) AS evidence '
            "FROM village_status AS s JOIN village_evidence AS e USING (place_no) ORDER BY s.place_no"
        )
        .fetchnumpy()
    )
    columns = (np.asarray(rows[name]) for name in ("place_no", "state", "evidence"))
    number, state, evidence = columns
    return number.astype(np.int32), state.astype(np.int8), evidence.astype(np.int8)


def marked(atlas: Atlas, name: str, asked: Iterable[Sequence[Sign]]) -> tuple[int, int] | None:
    """From which to before which character a name shows what was asked; None where it does not."""
    alphabet = register(atlas).sounds.alphabet
    letters, where = [], []
    for position, character in enumerate(name):
        for letter in worded(character).replace(" ", ""):
            letters.append(alphabet.number(letter))
            where.append(position)
    best = (0, 0)
    for signs in asked:
        if len(signs) > best[1]:
            held = [set(sign.ids.tolist()) for sign in signs]
            at = next((n for n in range(len(letters) - len(signs) + 1) if _fits(held, letters, n)), None)
            best = best if at is None else (at, len(signs))
    at, count = best
    return (where[at], where[at + count - 1] + 1) if count else None


def _fits(held: Sequence[set[int]], letters: Sequence[int], at: int) -> bool:
    return all(letters[at + n] in one for n, one in enumerate(held))


# --- codes -------------------------------------------------------------------------------------------------


def _by_code(atlas: Atlas, asked: str, most: int) -> Answered:
    """Whose code this is; of digits alone also the beginning of a code, and one that zeros fill up."""
    code = BLANKS.sub("", unicodedata.normalize("NFKC", asked))
    if not CODE.fullmatch(code) or not any(letter.isdigit() for letter in code):
        return Answered()
    bare = code.rstrip("0")
    filled = [code[:end] for end in range(len(code) - FEWEST_ZEROS, max(len(bare), 1) - 1, -1)]
    for whole in (code, code.upper(), *filled):
        one = _of_code(atlas, whole)
        if one is not None:
            return Answered((one,), 1, one)
    return _code_begins(atlas, code, most) if DIGITS.fullmatch(code) else Answered()


def _of_code(atlas: Atlas, code: str) -> Found | None:
    place = places.place(atlas, code)
    if place is not None and not place.is_grouping:
        return _place(atlas, code)
    rows = atlas.cursor().execute(f"{_VILLAGE.format(home=_home(atlas))} WHERE place_id = $1", [code]).fetchall()
    return _village(atlas, rows[0]) if rows else None


def _code_begins(atlas: Atlas, code: str, most: int) -> Answered:
    cursor = atlas.cursor()
    above = [
        place_id
        for (place_id,) in cursor.execute(
            "SELECT place_id FROM place WHERE starts_with(place_id, $1) AND NOT is_grouping ORDER BY place_id", [code]
        ).fetchall()
    ]
    [(villages,)] = cursor.execute("SELECT count(*) FROM village WHERE starts_with(place_id, $1)", [code]).fetchall()
    found = [_place(atlas, one) for one in above[:most]]
    if len(found) < most and villages:
        rows = cursor.execute(
            f"{_VILLAGE.format(home=_home(atlas))} WHERE starts_with(place_id, $1) ORDER BY place_id LIMIT $2",
            [code, most - len(found)],
        ).fetchall()
        found += [_village(atlas, row) for row in rows]
    return Answered(tuple(found), len(above) + int(villages))


# --- names and parents -------------------------------------------------------------------------------------

_VILLAGE = 'SELECT place_no, place_id, name, name_en, kind, in_programme, "{home}" FROM village'


def _home(atlas: Atlas) -> str:
    return f"{places.levels(atlas)[-2]}_id"


def _described(atlas: Atlas, held: Register, hits: Sequence[Hit]) -> list[Found]:
    numbers = [int(held.numbers[hit.number]) for hit in hits if hit.kind != PLACES]
    rows = (
        atlas.cursor()
        .execute(
            f"{_VILLAGE.format(home=_home(atlas))} WHERE place_no IN (SELECT unnest($numbers::INTEGER[]))",
            {"numbers": numbers},
        )
        .fetchall()
        if numbers
        else []
    )
    villages = {row[0]: row for row in rows}
    return [
        _place(atlas, held.place_ids[hit.number])
        if hit.kind == PLACES
        else _village(atlas, villages[int(held.numbers[hit.number])])
        for hit in hits
    ]


def _place(atlas: Atlas, place_id: str) -> Found:
    one = places.place(atlas, place_id)
    assert one is not None
    return Found(place_id, one.level, one.name, one.name_en, _parents(atlas, one.parent_id))


def _village(atlas: Atlas, row: tuple[Any, ...]) -> Found:
    place_no, place_id, name, name_en, kind, in_programme, home = row
    level = places.levels(atlas)[-1]
    return Found(place_id, level, name, name_en, _parents(atlas, home), place_no, kind, bool(in_programme))


def _parents(atlas: Atlas, home: str | None) -> tuple[tuple[str, str | None], ...]:
    """The places above, without the nation: it says nothing."""
    return tuple((one.name, one.name_en) for one in places.path(atlas, home)[1:]) if home else ()
