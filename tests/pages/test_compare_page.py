"""Compare: one table that says what hand-written SQL says, differences in words, and whatever a link asks for."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from mini_profile import Ask
from one_page import run, shown, words

from atlas.look import language
from atlas.pieces.compared import side_words
from atlas.view import state
from atlas.view.compared import sides
from indicators.database import Atlas

THREE = {"place": "0100", "vs_place": "0200,ZZ", "as_of": "2010-12-31"}


def table(text: str) -> dict[str, list[str]]:
    """Row → its cells, of the table that compares."""
    body = text.split("What is compared</th>")[1].split("</table>")[0]
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in body.split("<tr>")[1:]]
    return {words(row[0]): [words(cell) for cell in row[1:]] for row in rows}


def row(found: dict[str, list[str]], title: str) -> list[str]:
    [name] = [name for name in found if name.startswith(title)]
    return found[name]


def test_three_places_say_what_sql_says(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, ask: Ask) -> None:
    text = shown(run(monkeypatch, mini_atlas, "compare", THREE, "en"))
    by_hand = {
        place: (connected, unconnected, unknown)
        for place, connected, unconnected, unknown in ask(
            "SELECT place_id, connected, unconnected, unknown FROM status_count "
            "WHERE standard = 'wire' AND as_of = '2010-12-31' AND place_id IN ('0100', '0200', 'ZZ')"
        )
    }
    order = [by_hand[place] for place in ("0100", "0200", "ZZ")]
    found = table(text)
    assert row(found, "Villages in the programme") == [f"{sum(one):,}" for one in order]
    assert row(found, "Villages of known state") == [f"{c + u:,}" for c, u, _ in order]
    assert row(found, "Villages of unknown state") == [f"{n:,}" for _, _, n in order]
    assert row(found, "Unconnected villages") == [f"{u} villages" for _, u, _ in order]
    assert row(found, "Share of villages unconnected") == [f"{100 * u / (c + u):.1f}%" for c, u, _ in order]
    assert all("Zedland" in cell for cell in row(found, "Connection rate as published")[:2])  # whose it is
    assert row(found, "Rank by share unconnected")[:2] == ["simulated values are not ranked"] * 2


def test_differences_are_said_in_words_without_a_bare_sign(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, ask: Ask
) -> None:
    text = shown(run(monkeypatch, mini_atlas, "compare", THREE, "en"))
    lines = re.findall(r"<li>(.*?)</li>", text.split("The differences in words")[1].split("</ul>")[0])
    # 13 of 28, 7 of 22 and 20 of 50: by hand from status_count
    assert lines == [
        "Share of villages unconnected (Simulated): Šumavsko is 14.6 pp lower than Ostravina",
        "Unconnected villages (Simulated): Šumavsko has 6 villages fewer than Ostravina",
        "Share of villages unconnected (Simulated): Ostravina is 6.4 pp higher than Zedland",
        "Unconnected villages (Simulated): of 20 villages in Zedland, 13 villages lie in Ostravina (65.0%)",
    ]
    main = text.split("What is compared")[1]
    assert not re.search(r">\s*[+-]\d", main)


def test_each_number_has_a_badge_once(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    text = shown(run(monkeypatch, mini_atlas, "compare", THREE, "en"))
    body = text.split("What is compared</th>")[1].split("</table>")[0]
    for one in body.split("<tr>")[1:]:
        head, *cells = re.split(r"<td", one)
        in_head, in_cells = head.count("atlas-badge "), [cell.count("atlas-badge ") for cell in cells]
        assert (in_head, max(in_cells)) in ((1, 0), (0, 1), (0, 0))
        if "Unconnected villages" in head:
            assert "atlas-badge-simulated" in head


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "asked",
    [
        {"vs_place": "0100,0200,0101,0102,0200-district,0900"},  # more than fit
        {"vs_place": "0100,0200", "vs_as_of": "2014-12-31,2012-12-31", "vs_standard": "radio"},
        {"vs_place": "ZZ"},  # itself
        {"vs_place": "<script>alert(1)</script>,0200"},
        {"vs_as_of": "9999-12-31", "vs_standard": ""},
        {"place": "0900", "vs_place": "0203"},
    ],
)
def test_any_list_ends_in_a_table_of_at_most_five(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, asked: dict[str, str], lang: str
) -> None:
    text = shown(run(monkeypatch, mini_atlas, "compare", asked, lang))
    title = {"zh": "对比项目", "en": "What is compared"}[lang]
    head = text.split(f"{title}</th>")[1].split("</tr>")[0]
    assert 2 <= head.count("<th") <= sides.MOST
    is_cut = len(sides.all_of(mini_atlas, state.read(mini_atlas, asked, lang))) > sides.MOST
    assert ({"zh": "种组合", "en": "combinations are chosen"}[lang] in text) == is_cut


def test_full_is_said_and_the_rest_is_named(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    asked = {"vs_place": "0100,0200,0101,0102,0900"}
    text = shown(run(monkeypatch, mini_atlas, "compare", asked, "en"))
    assert "5 places are compared, as many as fit" in text
    assert "6 combinations are chosen; the first 5 are shown, not: Ostrov Samota" in text


def test_a_column_is_moved_and_taken_away_by_a_link(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    text = shown(run(monkeypatch, mini_atlas, "compare", THREE, "en"))
    links = re.findall(r'<a href="([^"]*)"[^>]*aria-label="((?:Move|Take)[^"]*)"', text)
    to = {words: state.read(mini_atlas, _query(href), "en") for href, words in links}
    right = to["Move Ostravina to the right"]
    assert (right.place_id, right.others.places) == ("0200", ("0100", "ZZ"))
    away = to["Take Šumavsko away"]
    assert (away.place_id, away.others.places) == ("0100", ("ZZ",))
    assert "Move Zedland to the right" not in to  # it is the last


def _query(href: str) -> dict[str, str]:
    from urllib.parse import parse_qsl

    return dict(parse_qsl(href.removeprefix("?")))


def test_places_are_chosen_typed_and_kept_in_the_address(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    page = run(monkeypatch, mini_atlas, "compare", {"place": "0100"}, "en")
    box = page.multiselect(key="vs_place")
    assert box.value == ["0100"] and list(box.options)[1:3] == ["Šumavsko", "Ostrov Samota"]  # siblings come first
    box.set_value(["0200", "0100", "Dolní Líšeň"]).run()
    assert not page.exception
    assert page.query_params["place"] == "0200"
    assert page.query_params["vs_place"] == "0100,0102"


def test_what_is_typed_and_unknown_is_told(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    page = run(monkeypatch, mini_atlas, "compare", {"place": "0100", "vs_place": "0200"}, "en")
    page.multiselect(key="vs_place").set_value(["0100", "0200", "<b>Nowhere</b>"]).run()
    assert not page.exception
    text = " ".join(str(one.proto.body) for one in page.get("html"))
    assert "holds no place" in text and "<b>Nowhere" not in text


def test_a_place_page_and_the_ranking_lead_here(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    for name, asked in (("place", {"place": "0100"}), ("overview", {}), ("gap_map", {"place": "0100"})):
        text = shown(run(monkeypatch, mini_atlas, name, asked, "en"))
        hrefs = re.findall(r'href="(compare\?[^"]*)"', text)
        views = [state.read(mini_atlas, _query(href.removeprefix("compare")), "en") for href in hrefs]
        assert ("0100", ("ZZ",)) in {(one.place_id, one.others.places) for one in views}, name


def test_a_pair_is_told_from_the_smaller_place(mini_atlas: Atlas) -> None:
    view = state.read(mini_atlas, {"place": "ZZ", "vs_place": "0100"}, "en")
    with language.speaking("en"):
        [pair] = side_words.pairs(mini_atlas, sides.all_of(mini_atlas, view))
    assert (pair.name, pair.other_name) == ("Ostravina", "Zedland")


def test_each_pair_differs_in_one_thing(mini_atlas: Atlas) -> None:
    asked = {"place": "0100", "vs_place": "0200", "as_of": "2012-12-31", "vs_as_of": "2014-12-31"}
    view = state.read(mini_atlas, asked, "en")
    with language.speaking("en"):
        found = side_words.pairs(mini_atlas, sides.all_of(mini_atlas, view))
    assert len(found) == 4
    for pair in found:
        differ = [getattr(pair.one, name) != getattr(pair.other, name) for name in ("place_id", "standard", "as_of")]
        assert sum(differ) == 1
        assert pair.within  # which place, or which date
    assert all(pair.one.as_of >= pair.other.as_of for pair in found)


def test_a_known_rank_is_told(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    from atlas.pieces.compared import standing

    view = state.read(mini_atlas, {"place": "0200", "as_of": "2010-12-31"}, "en")
    found = standing.of(mini_atlas, view)
    assert found is not None and found.rank is None
    known = replace(found, ranked=found.ranked.assign(evidence="declared"))
    with language.speaking("en"):
        assert standing.rank_words(known) == "2 of 2"  # the third region has no villages of known state
