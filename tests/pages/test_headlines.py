"""What a screen says first: published, then simulated, with place, standard and date; and what it must not say."""

from __future__ import annotations

import re

import pytest
from one_page import run, shown

from atlas.look import language
from atlas.look.words import rates as rate_words
from atlas.pieces import headlines
from atlas.view import state
from indicators import facts, measure
from indicators.database import Atlas
from indicators.published import rates

SCREENS = ("overview", "gap_map", "place", "compare")
STILL = ("still", "还有", "最多", "most of them", "Highest share")


def first_line(text: str) -> str:
    """The page's title."""
    return re.sub(r"<[^>]+>", "", text.split("<h1>")[1].split("</h1>")[0])


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", SCREENS)
def test_a_headline_tells_place_date_and_evidence(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, name: str, lang: str
) -> None:
    title = first_line(shown(run(monkeypatch, mini_atlas, name, {"as_of": "2014-12-31"}, lang)))
    assert "2014-12-31" in title and ("simulated" in title or "模拟" in title)
    assert ">90%" in title  # as it was published
    assert title.index(">90%") < max(title.find("simulated"), title.find("模拟"))
    assert not any(word in title for word in STILL)


def test_the_number_of_the_title_is_the_card_s(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    view = state.read(mini_atlas, {}, "en")
    text = shown(run(monkeypatch, mini_atlas, "overview", {}, "en"))
    gap = measure.figure(mini_atlas, "unconnected_villages", view.place_id, standard=view.standard, as_of=view.as_of)
    assert f"{gap.value:,.0f} villages" in first_line(text)
    cards = re.findall(r'class="atlas-card-value"><span[^>]*>([^<]*)</span>', text)
    assert f"{gap.value:,.0f}" in cards


def test_a_place_without_a_published_rate_says_so_and_names_whose_it_shows(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas
) -> None:
    text = shown(run(monkeypatch, mini_atlas, "place", {"place": "0100", "as_of": "2014-12-31"}, "en"))
    assert "no rate of villages with Wire published; Zedland >90%" in first_line(text)
    assert "simulated to meet the national rate" in text
    assert "figures?figure=Z5" in text  # the way to the figure's row


def test_no_rank_and_no_superlative_of_simulated_states(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    for name in ("overview", "gap_map", "place"):
        text = shown(run(monkeypatch, mini_atlas, name, {"place": "0100"} if name == "place" else {}, "en"))
        assert not any(words in text for words in ("Highest share", "most closed", "by share unconnected"))
        assert "Most unconnected villages" not in text


def test_the_newest_rate_not_after_the_date_answers(mini_atlas: Atlas) -> None:
    nation = facts.settings(mini_atlas)["nation"]["place_id"]
    dates = next(one.dates for one in facts.standards(mini_atlas) if one.standard_id == "wire")
    found = [rates.rate_of(mini_atlas, nation, "wire", day) for day in dates]
    assert [one.figure_id if one else None for one in found] == ["Z1", "Z1", "Z5"]
    with language.speaking("zh"):
        assert [rate_words.value(one) for one in found if one] == ["约 60%", "约 60%", ">90%"]


def test_every_cell_says_what_it_rests_on(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    text = shown(run(monkeypatch, mini_atlas, "place", {"place": "0100"}, "en"))
    table = text.split("connection rate by standard and date")[-1]
    assert all(word in table for word in ("published", "interpolated", "assumed", "figures?figure=Z6"))


def test_the_earlier_date_stands_left_whichever_was_chosen(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    asked = (
        {"as_of": "2010-12-31", "vs_as_of": "2014-12-31"},
        {"as_of": "2014-12-31", "vs_as_of": "2010-12-31"},
    )
    titles = [first_line(shown(run(monkeypatch, mini_atlas, "compare", one, "en"))) for one in asked]
    assert titles[0] == titles[1]
    assert titles[0].index("2010-12-31") < titles[0].index("2014-12-31")
    assert re.search(r"2014-12-31 is \d+\.\d pp lower than 2010-12-31", titles[0])


def test_two_places_stand_in_one_table_by_their_names(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    text = shown(run(monkeypatch, mini_atlas, "compare", {"place": "0100", "vs_place": "0200"}, "en"))
    names = [
        language.place_name(*row)
        for row in mini_atlas.cursor()
        .execute("SELECT name, name_en FROM place WHERE place_id IN ('0100', '0200') ORDER BY place_id")
        .fetchall()
    ]
    head = text.split("<thead>")[1].split("</thead>")[0]
    assert all(name in head for name in names)


def test_a_village_answers_with_its_newest_states(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    [(village,)] = (
        mini_atlas.cursor()
        .execute("SELECT min(place_id) FROM village JOIN village_evidence USING (place_no) WHERE in_programme")
        .fetchall()
    )
    text = shown(run(monkeypatch, mini_atlas, "place", {"place": village, "as_of": "2010-12-31"}, "en"))
    title = first_line(text)
    assert "2014-12-31, simulated" in title and "2010" not in title
    assert text.index('<th scope="row" class="atlas-left atlas-day">2014-12-31') < text.index("2010-12-31</th>")
    assert not re.search(r">(None|nan)<", text)


def test_a_headline_of_real_states_is_not_called_simulated(mini_atlas: Atlas) -> None:
    from dataclasses import replace

    view = state.read(mini_atlas, {}, "en")
    gap = measure.figure(mini_atlas, "unconnected_villages", view.place_id, standard=view.standard, as_of=view.as_of)
    with language.speaking("en"):
        assert "simulated" in headlines.unconnected(mini_atlas, view, gap)
        assert "simulated" not in headlines.unconnected(mini_atlas, view, replace(gap, evidence="declared"))
        assert "no village known" in headlines.unconnected(mini_atlas, view, replace(gap, evidence="declared", value=0))
        assert "no state known" in headlines.unconnected(mini_atlas, view, replace(gap, value=None))
