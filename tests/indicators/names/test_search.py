"""People find a place of any country by name, code or part of a name, and see where it lies."""

from __future__ import annotations

from datetime import date

import pytest
from mini_profile import Ask

from ground.spelling import normal
from indicators import facts, places
from indicators.database import Atlas
from indicators.names import search


def test_a_village_is_found_by_name_and_code(mini_atlas: Atlas, ask: Ask) -> None:
    for code, name in ask("SELECT place_id, name FROM village ORDER BY place_id LIMIT 20"):
        for question in (name, name.upper(), normal(name), code):
            assert code in {one.place_id for one in search.search(mini_atlas, question, 50).found}, question


def test_a_place_before_the_name_narrows_it(mini_atlas: Atlas, ask: Ask) -> None:
    county = places.levels(mini_atlas)[-3]
    [(code, name, above)] = ask(
        f'SELECT v.place_id, v.name, p.name FROM village AS v JOIN place AS p ON p.place_id = v."{county}_id" '
        "ORDER BY v.place_id LIMIT 1"
    )
    narrowed = search.search(mini_atlas, f"{above} {name}", 10)
    assert code in {one.place_id for one in narrowed.found} and not narrowed.is_near
    assert all(above in {parent for parent, _ in one.parents} for one in narrowed.found)
    assert narrowed.total <= search.search(mini_atlas, name, 10).total


def test_the_exact_name_comes_first(mini_atlas: Atlas, ask: Ask) -> None:
    [(name,)] = ask("SELECT name FROM place WHERE parent_id IS NOT NULL AND NOT is_grouping ORDER BY place_id LIMIT 1")
    assert search.search(mini_atlas, name, 10).found[0].name == name


def test_accents_do_not_matter(mini_atlas: Atlas, ask: Ask) -> None:
    accented = [(code, name) for code, name in ask("SELECT place_id, name FROM village") if not name.isascii()]
    assert accented
    for code, name in accented[:10]:
        assert code in {one.place_id for one in search.search(mini_atlas, normal(name), 50).found}, name


@pytest.mark.parametrize("question", ["", "   ", "%", "_", "' OR true --", "\\", "🏔", "q" * 80])
def test_what_names_nothing_finds_nothing(mini_atlas: Atlas, question: str) -> None:
    found = search.search(mini_atlas, question, 10)
    assert (found.found, found.total) == ((), 0)


def test_states_are_those_of_the_standard_and_date(mini_atlas: Atlas, ask: Ask) -> None:
    standard, as_of = ask("SELECT standard, as_of FROM status_column WHERE rate_kind <> 'not_applicable' LIMIT 1")[0]
    column = facts.status_column(mini_atlas, standard, as_of)["column_name"]
    held = dict(ask(f'SELECT place_no, "{column}"::INTEGER FROM village_status LIMIT 5'))
    found = search.states(mini_atlas, list(held), standard, as_of)
    assert {number: state for number, (state, _) in found.items()} == held
    assert search.states(mini_atlas, [], standard, date(2000, 1, 1)) == {}
