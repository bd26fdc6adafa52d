"""One slip is one slip: held against DuckDB's own distance between two texts."""

from __future__ import annotations

import duckdb
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indicators.names.alphabet import Alphabet, Sounds, is_slip
from indicators.names.texts import BEGINS, EXACT, INSIDE, WORD, Texts, joined

WORDS = st.text("abc", min_size=2, max_size=6)
DISTANCE = duckdb.connect()


def distance(one: str, other: str) -> int:
    [(found,)] = DISTANCE.execute("SELECT damerau_levenshtein($1, $2)", [one, other]).fetchall()
    return int(found)


def held(names: list[str]) -> tuple[Texts, Sounds]:
    points = joined(names)
    alphabet = Alphabet([points])
    return Texts(points, alphabet), Sounds(alphabet, {}, {})


@given(st.lists(WORDS, min_size=1, max_size=8, unique=True), WORDS)
def test_near_texts_are_those_at_distance_one(names: list[str], asked: str) -> None:
    texts, sounds = held(names)
    found, ranks = texts.near([sounds.letter(letter) for letter in asked])
    assert {names[number] for number in found} == {name for name in names if distance(name, asked) == 1}
    assert set(ranks.tolist()) <= {0, 1}


@given(WORDS, WORDS)
def test_a_slip_is_a_distance_of_one(one: str, other: str) -> None:
    if one != other:
        assert is_slip(one, other) is (distance(one, other) == 1)


@given(
    st.lists(st.text("ab ", min_size=1, max_size=6).map(str.strip), min_size=1, max_size=8), st.text("ab", min_size=1)
)
def test_texts_are_found_where_they_hold_the_question(names: list[str], asked: str) -> None:
    texts, sounds = held(names)
    matches = texts.found([sounds.letter(letter) for letter in asked])
    bare = [name.replace(" ", "") for name in names]
    assert set(matches.texts.tolist()) == {n for n, name in enumerate(bare) if asked in name}
    for number, how in zip(matches.texts.tolist(), matches.how.tolist(), strict=True):
        if how == EXACT:
            assert bare[number] == asked
        elif how == BEGINS:
            assert bare[number].startswith(asked) and bare[number] != asked
        else:
            assert how in (WORD, INSIDE)


def test_a_word_s_beginning_is_told_from_its_middle() -> None:
    texts, sounds = held(["san juan", "sanjuan", "juanita"])
    matches = texts.found([sounds.letter(letter) for letter in "juan"])
    assert dict(zip(matches.texts.tolist(), matches.how.tolist(), strict=True)) == {0: WORD, 1: INSIDE, 2: BEGINS}


def test_names_without_letters_are_nobody_s() -> None:
    texts, sounds = held(["", "a\0b", " "])
    assert len(texts) == 3
    assert texts.found([sounds.letter("a")]).texts.tolist() == [1]
    assert np.array_equal(texts.length, [0, 2, 0])
