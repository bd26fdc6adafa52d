"""Filters, the list, search and the explanation of a number, as pages show them."""

from __future__ import annotations

import pytest
from mini_profile import Ask
from one_page import markup, run, shown

from atlas.look import country_words, language
from indicators import country, facts
from indicators.catalogue import catalogue
from indicators.chosen import selection
from indicators.database import Atlas


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_list_holds_the_villages_of_the_filters(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, ask: Ask, lang: str
) -> None:
    batch = selection.options(mini_atlas).batches[0]
    found = selection.numbers(mini_atlas, None, selection.Filters(batch=batch))
    names = dict(ask("SELECT place_no, name FROM village"))
    text = shown(run(monkeypatch, mini_atlas, "gap_map", {"batch": str(batch)}, lang))
    assert str(len(found)) in text
    assert any(names[number] in text for number in found.tolist())
    assert f"batch={batch}" in text  # the files are cut the same way


def test_nothing_found_offers_the_ways_out(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    text = shown(run(monkeypatch, mini_atlas, "gap_map", {"area": "0,0;0.1,0;0.1,0.1"}, "en"))
    assert "No village matches." in text and "Clear all" in text


def test_what_an_address_gets_wrong_is_left_out_and_the_rest_kept(mini_atlas: Atlas) -> None:
    from atlas.view import state

    view = state.read(mini_atlas, {"batch": "<script>", "states": "unconnected", "people": "-"}, "en")
    assert not view.filters and view.states == ("unconnected",)
    assert view.remark and "<script>" in view.remark


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_search_shows_name_code_and_parents(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, ask: Ask, lang: str
) -> None:
    [(name, code)] = ask("SELECT name, place_id FROM village ORDER BY place_id LIMIT 1")
    text = shown(run(monkeypatch, mini_atlas, "search", {"q": name}, lang))
    assert name in text and code in text


def test_a_hostile_question_is_only_text(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    page = run(monkeypatch, mini_atlas, "search", {"q": "<img src=x onerror=alert(1)>"}, "en")
    assert "<img" not in markup(page)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_indicator_and_table_is_explained(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, ask: Ask, lang: str
) -> None:
    page = run(monkeypatch, mini_atlas, "methods", {"about": "connection_rate"}, lang)
    text = shown(page)
    country_words.use(country.words(mini_atlas))
    with language.speaking(lang):
        for one in catalogue().values():
            for said in (one.definition, one.pitfall, one.formula):
                assert language.pick(said) in text
    for standard in facts.standards(mini_atlas):
        assert standard.definition[lang] in text
    for (column,) in ask("SELECT DISTINCT column_name FROM meta_field"):
        assert column in text


def test_random_positions_tell_no_distance_and_a_drawn_area_is_warned_of(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, ask: Ask
) -> None:
    """Where a point was placed by the atlas: no neighbours by distance, no dot, and a word before the list."""
    from atlas.maps import locator

    [(village, parent)] = ask(
        "SELECT place_id, ward_id FROM village WHERE location_quality LIKE 'placed_within_%' AND in_programme "
        "ORDER BY place_id LIMIT 1"
    )
    text = shown(run(monkeypatch, mini_atlas, "place", {"place": village}, "en"))
    assert "Nearest villages" not in text and " km" not in text
    scene = locator.scene(mini_atlas, village)
    assert scene is None or scene.point is None
    area = {"place": parent, "area": "-62,-34;-54,-34;-54,-29;-62,-29"}
    assert "Positions are placed at random" in shown(run(monkeypatch, mini_atlas, "gap_map", area, "en"))
