"""Small charts of the parts of a place over the dates: what SQL says, gaps as gaps, nothing simulated ranked."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mini_profile import Ask
from one_page import run, shown, words

from atlas.kept import measures
from atlas.look import language
from atlas.look.html import escaped
from atlas.pieces.compared import multiples, parts_over_time, strips
from atlas.pieces.compared.multiples import Axes, Cell
from atlas.view import questions, state
from indicators.database import Atlas

BY_HAND = """
    SELECT c.place_id, list(100.0 * c.unconnected / nullif(c.connected + c.unconnected, 0) ORDER BY c.as_of)
    FROM status_count AS c JOIN place AS p USING (place_id)
    WHERE c.standard = 'wire' AND (p.parent_id = $1 OR p.place_id = $1) GROUP BY c.place_id ORDER BY c.place_id
"""
MOST_BYTES = 8_500  # of the charts of the nation's provinces: they are sent anew with each date


def charts(text: str) -> dict[str, tuple[list[float], str]]:
    """By place: the heights that its chart shows, as shares of the scale, and the words beneath."""
    found = {}
    for item in text.split('class="atlas-multiples"')[1].split("</ul>")[0].split("<li>")[1:]:
        ys = [float(y) for y in re.findall(r"[\d.]+% ([\d.]+)%", item.split("--own:")[1].split('"')[0])][1:-1]
        place = re.findall(r"place=([^&]+)", item)[0]
        found[place] = ([1 - y / 95 for y in ys], words(item.split("<span>")[1]))
    return found


@pytest.mark.parametrize("place", ["ZZ", "0100"])
def test_charts_and_table_say_what_sql_says(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, ask: Ask, place: str
) -> None:
    asked = {"place": place, "as_of": "2010-12-31"}
    text = shown(run(monkeypatch, mini_atlas, "overview", asked, "en"))
    by_hand = dict(ask(BY_HAND, [place]))
    whole = by_hand[place]
    end = strips.top([value for values in by_hand.values() for value in values if value is not None])
    drawn = charts(text)
    assert list(drawn) == [one for one in by_hand if one != place]  # by code
    for one, (heights, said) in drawn.items():
        assert heights == [pytest.approx(value / end, abs=0.011) for value in by_hand[one]]
        assert said == f"{by_hand[one][0]:.1f}% → {by_hand[one][-1]:.1f}%"
    line = [float(y) for y in re.findall(r"[\d.]+% ([\d.]+)%", text.split("--line:")[1].split(";")[0])]
    assert line[: len(whole)] == [pytest.approx(95 * (1 - value / end) - 2, abs=0.51) for value in whole]
    heading = text.split('class="atlas-multiples"')[0].rsplit("<h2>", 1)[1]
    assert "atlas-badge-simulated" in heading and "by code" in heading
    view = state.read(mini_atlas, asked, "en")
    with language.speaking("en"):
        [table] = parts_over_time.table(mini_atlas, view, drawn_level(mini_atlas, place))
    said = [words(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", table)]
    assert said == [f"{value:.1f}%" for one in [place, *drawn] for value in by_hand[one]]


def drawn_level(atlas: Atlas, place: str) -> str:
    [(level,)] = atlas.cursor().execute("SELECT DISTINCT level FROM place WHERE parent_id = $1", [place]).fetchall()
    return str(level)


def test_the_table_is_sent_to_who_opens_it(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    page = run(monkeypatch, mini_atlas, "overview", {"as_of": "2010-12-31"}, "zh")
    assert "以表格查看各地各日期未通村占比" in [one.label for one in page.expander]
    caption = re.compile("<caption>[^/]*历次未通村占比")
    assert not caption.search(shown(page))
    page.session_state["parts_table"] = True
    assert caption.search(shown(page.run()))


def altered(monkeypatch: pytest.MonkeyPatch, atlas: Atlas, **columns: Any) -> str:
    """The charts of the nation with columns of the answer given anew."""
    view = state.read(atlas, {"as_of": "2010-12-31"}, "en")
    level = drawn_level(atlas, view.place_id)
    found = measures.table(atlas, "unconnected_share", view.place_id, level, view.standard, None)
    monkeypatch.setattr(parts_over_time.measures, "table", lambda *_: found.assign(**columns))
    with language.speaking("en"):
        return "".join(parts_over_time.charts.__wrapped__(atlas, view, level))  # type: ignore[attr-defined]


def test_what_is_known_stands_by_its_gap(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, ask: Ask) -> None:
    made = charts(altered(monkeypatch, mini_atlas, evidence="declared"))
    by_hand = dict(ask(BY_HAND, ["ZZ"]))
    assert list(made) == sorted(made, key=lambda one: -by_hand[one][0])


def test_the_unknown_is_no_zero(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    text = altered(monkeypatch, mini_atlas, value=None)
    assert "--own:polygon(0 0)" in text and "unknown → unknown" in text.lower() and "0.0%" not in text


def test_one_date_has_no_course(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    view = state.read(mini_atlas, {"as_of": "2010-12-31"}, "en")
    monkeypatch.setattr(parts_over_time, "_dates", lambda *_: (view.as_of,))
    with language.speaking("en"):
        level = drawn_level(mini_atlas, view.place_id)
        assert parts_over_time.charts.__wrapped__(mini_atlas, view, level) == ()  # type: ignore[attr-defined]


AXES = Axes([0, 0.25, 0.5, 1], 0.5, 80)


def test_gaps_stay_gaps() -> None:
    assert multiples.area([40, None, 0, 0], AXES) == (
        "polygon(0% 100%,0% 48%,2% 48%,2% 100%,50% 100%,50% 95%,100% 95%,100% 100%)"
    )
    assert multiples.line([80, 80, None, 0], AXES) == (
        "polygon(0% -2%,25% -2%,25% 2%,0% 2%,0% -2%,100% 93%,100% 97%,100% 93%,0% -2%)"
    )
    assert multiples.area([None] * 4, AXES) == multiples.line([None] * 4, AXES) == "polygon(0 0)"


@given(values=st.lists(st.none() | st.floats(0, 1e9), min_size=4, max_size=4))
def test_an_area_stays_in_its_box_and_words_are_escaped(values: list[float | None]) -> None:
    for x, y in re.findall(r"(-?[\d.]+)% (-?[\d.]+)%", multiples.area(values, AXES)):
        assert 0 <= float(x) <= 100 and 0 <= float(y) <= 100
    made = multiples.grid([Cell(escaped("<b>"), values, "<i>&")], values, AXES, '"<u>')
    assert "<b>" not in made and "<i>&" not in made and "<u>" not in made


@pytest.mark.national
def test_the_nations_charts_are_a_small_message(national_atlas: Atlas) -> None:
    view = state.read(national_atlas, {"standard": "fibre", "as_of": "2018-09-30"}, "zh")
    with language.speaking("zh"):
        _, grid = parts_over_time.charts.__wrapped__(national_atlas, view, "province")  # type: ignore[attr-defined]
    assert len(grid.encode()) < MOST_BYTES
    assert questions.figure(national_atlas, replace(view, place_id="650000"), "unconnected_share").value is not None
