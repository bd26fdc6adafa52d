"""A number stands on a scale with its siblings, its parent and the nation; a sentence says what the scale shows."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mini_profile import Ask
from one_page import run, shown, words

from atlas.look import language
from atlas.pieces.compared import beside_others, standing, strips
from atlas.view import questions, state
from indicators.database import Atlas

SHARE = "unconnected_share"
ASKED = {"place": "0101", "as_of": "2010-12-31"}


@pytest.fixture
def by_hand(ask: Ask) -> dict[str, float]:
    """place_id → share unconnected, from the counts."""
    return dict(
        ask(
            "SELECT place_id, 100.0 * unconnected / (connected + unconnected) FROM status_count "
            "WHERE standard = 'wire' AND as_of = '2010-12-31' AND connected + unconnected > 0"
        )
    )


def sentence(text: str) -> str:
    return words(text.split('class="atlas-strip-words">')[1].split("</div>")[0])


def test_the_strip_says_what_sql_says(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, by_hand: dict[str, float]
) -> None:
    text = shown(run(monkeypatch, mini_atlas, "place", ASKED, "en"))
    said = sentence(text)
    for place in ("0101", "0100", "ZZ"):
        assert f"{by_hand[place]:.1f}%" in said
    siblings = [by_hand["0101"], by_hand["0102"]]
    assert f"between {min(siblings):.1f}% and {max(siblings):.1f}%" in said
    scale = text.split("atlas-strip-scale")[1].split("atlas-strip-ends")[0]
    end = strips.top([*siblings, by_hand["0100"], by_hand["ZZ"]])
    own = float(re.findall(r"atlas-strip-own[^>]*--at:([\d.]+)", scale)[0])
    assert own == pytest.approx(by_hand["0101"] / end, abs=1e-4)
    ticks = [float(at) for at in re.findall(r'<i style="--at:([\d.]+)', scale)]
    assert ticks == [pytest.approx(by_hand["0102"] / end, abs=1e-4)]  # the other sibling


@pytest.mark.parametrize("name", ["place", "overview", "gap_map"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_screen_below_the_nation_has_it_and_ranks_nothing_simulated(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, name: str, lang: str
) -> None:
    said = sentence(shown(run(monkeypatch, mini_atlas, name, ASKED, lang)))
    assert {"zh": "不作排名", "en": "are not ranked"}[lang] in said
    assert not re.search(r"\b\d+ of \d+ places|列第", said)


def test_the_nation_stands_beside_nobody(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    for name in ("overview", "gap_map"):
        assert "atlas-strip" not in shown(run(monkeypatch, mini_atlas, name, {}, "en"))


def test_known_states_are_ranked(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    view = state.read(mini_atlas, ASKED, "en")
    found = standing.of(mini_atlas, view)
    assert found is not None
    known = replace(found, ranked=found.ranked.assign(evidence="declared"))
    monkeypatch.setattr(beside_others.standing, "of", lambda *_: known)
    with language.speaking("en"):
        made = beside_others.strip(mini_atlas, view, SHARE)
    assert made is not None and re.search(r"[12] of 2 places", made)


def test_a_range_stands_on_no_scale(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    view = state.read(mini_atlas, ASKED, "en")
    figure = questions.figure(mini_atlas, view, SHARE)
    monkeypatch.setattr(questions, "figure", lambda *_, **__: replace(figure, low=1.0, high=99.0))
    assert beside_others.strip(mini_atlas, view, SHARE) is None
    assert beside_others.reference(mini_atlas, view, SHARE) is None


def test_a_card_names_the_share_of_the_places_above(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, by_hand: dict[str, float]
) -> None:
    text = shown(run(monkeypatch, mini_atlas, "place", ASKED, "en"))
    notes = re.findall(r'class="atlas-card-note">([^<]*)</div>', text)
    [card] = [note for note in notes if note.startswith("share ") and "simulated" not in note][:1]
    assert card == (f"share {by_hand['0101']:.1f}%; Ostravina {by_hand['0100']:.1f}%, Zedland {by_hand['ZZ']:.1f}%")


@given(values=st.lists(st.floats(0, 1e12), min_size=1, max_size=20))
def test_every_value_has_its_place_on_a_scale_of_a_round_end(values: list[float]) -> None:
    end = strips.top(values)
    assert end >= max(values) * (1 - 1e-9) and end > 0
    marks = [strips.Mark("own", values[0], "<b>&")]
    made = strips.strip(marks, values[1:], end, "x", "<i>")
    assert all(0 <= float(at) <= 1 for at in re.findall(r"--at:([\d.]+)", made))
    assert "<b>&" not in made and "&lt;b&gt;&amp;" in made and "&lt;i&gt;" in made
