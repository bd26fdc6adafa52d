"""People find a place by name, code or pinyin, and see where it lies."""

from __future__ import annotations

import pytest
from etl.places.search_names import search_keys
from indicators.chosen.search import Found, Word
from mini_profile import Ask

from importer.place.names import normal
from indicators import places
from indicators.chosen import search
from indicators.database import Atlas


def asked(atlas: Atlas, question: str, most: int = 10) -> tuple[list[Found], int]:
    return search.search(atlas, [Word(word, normal(word)) for word in question.split()], most)


def test_keys_are_what_people_type() -> None:
    keys = search_keys(["新田县", "São José do Norte", "O'Higgins"])
    assert keys["新田县"] == "xintianxian"
    assert keys["São José do Norte"].startswith("saojosedo")


def test_every_place_and_village_can_be_found(mini_atlas: Atlas, ask: Ask) -> None:
    [(held,)] = ask("SELECT (SELECT count(*) FROM place) + (SELECT count(*) FROM village)")
    assert ask("SELECT count(DISTINCT place_id) FROM search_name") == [(held,)]


def test_a_village_is_found_by_name_code_and_key(mini_atlas: Atlas, ask: Ask) -> None:
    [(code, name, key)] = ask(
        "SELECT v.place_id, v.name, s.name_key FROM village AS v JOIN search_name AS s USING (place_id) "
        "ORDER BY v.place_id LIMIT 1"
    )
    for question in (name, code, key, key.upper()):
        found, total = asked(mini_atlas, question)
        assert code in {one.place_id for one in found}, question
        assert total >= len(found)


def test_a_place_before_the_name_narrows_it(mini_atlas: Atlas, ask: Ask) -> None:
    county = places.levels(mini_atlas)[-3]
    [(code, name, above)] = ask(
        f'SELECT v.place_id, v.name, p.name FROM village AS v JOIN place AS p ON p.place_id = v."{county}_id" '
        "ORDER BY v.place_id LIMIT 1"
    )
    found, total = asked(mini_atlas, f"{above} {name}")
    assert code in {one.place_id for one in found}
    assert all(above in {parent for parent, _ in one.parents} for one in found)
    assert total <= asked(mini_atlas, name)[1]


def test_the_exact_name_comes_first(mini_atlas: Atlas, ask: Ask) -> None:
    [(name,)] = ask("SELECT name FROM place WHERE parent_id IS NOT NULL AND NOT is_grouping ORDER BY place_id LIMIT 1")
    assert asked(mini_atlas, name)[0][0].name == name


@pytest.mark.parametrize("question", ["", "   ", "%", "_", "' OR 1=1 --", "\\", "🏔", "a" * 80])
def test_what_names_nothing_finds_nothing(mini_atlas: Atlas, question: str) -> None:
    found, total = asked(mini_atlas, question)
    assert (found, total) == ([], 0)
