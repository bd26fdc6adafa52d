"""Every map of a page has its buttons, and no two controls of a page are called the same."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from one_page import run
from streamlit.testing.v1 import AppTest

from atlas.first import document
from atlas.first.asked import Asked
from atlas.look import page_scripts
from atlas.view import map_ability
from indicators.database import Atlas

PAGES = ("overview", "gap_map", "compare", "pilots", "investment", "place")
BUTTON = re.compile(r'<button type="button" data-atlas-do="(\w+)" title="[^"]+" aria-label="([^"]+)"')


def bodies(page: AppTest) -> list[str]:
    return [str(one.proto.body) for one in page.get("html")]


@pytest.mark.parametrize("name", PAGES)
def test_each_map_has_buttons_with_names_of_their_own(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, name: str
) -> None:
    page = run(monkeypatch, mini_atlas, name, {}, "en")
    decks = page.get("deck_gl_json_chart")
    hands = [body for body in bodies(page) if "atlas-hand" in body]
    assert decks and len(hands) == len(decks)
    found = [BUTTON.findall(body) for body in hands]
    assert all([act for act, _ in one] == ["closer", "farther", "whole"] for one in found)
    names = [words for one in found for _, words in one]
    assert len(set(names)) == len(names)
    assert len({one.proto.alt for one in decks}) == len(decks)
    assert all("map-view.js" in body for body in hands)  # what serves the buttons


@pytest.mark.parametrize("name", PAGES)
def test_a_map_lies_flat_and_leaves_the_keys_to_the_page(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, name: str
) -> None:
    page = run(monkeypatch, mini_atlas, name, {}, "en")
    for one in page.get("deck_gl_json_chart"):
        [view] = json.loads(one.proto.json)["views"]
        assert view["@@type"] == "MapView"
        assert view["controller"] == {"dragRotate": False, "touchRotate": False, "keyboard": False}


@pytest.mark.parametrize("name", PAGES)
def test_neighbours_recede_where_a_map_shows_a_part(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, name: str
) -> None:
    """A veil and a line around the place lie above all borders and beneath the names, which know whose they are."""
    for place_id, is_part in (("0100", True), (None, False)):
        page = run(monkeypatch, mini_atlas, name, {"place": place_id} if place_id else {}, "en")
        for one in page.get("deck_gl_json_chart"):
            layers = json.loads(one.proto.json)["layers"]
            ids = [layer["id"] for layer in layers]
            assert ("outside" in ids) == ("outline" in ids) == is_part
            if is_part:
                after = ids.index("outside")
                assert max(n for n, layer_id in enumerate(ids) if layer_id.startswith("boundary-")) < after
            if "names" in ids:
                assert (f"within={place_id}" in layers[ids.index("names")]["data"]) == is_part


def test_the_gap_map_has_tools_to_draw_on_itself(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    """They know the area that the address holds, and the way without it; other filters stay."""
    area = "10.00000,20.00000;11.00000,20.00000;11.00000,21.00000"
    query = {"states": "unconnected", "area": area}
    [bar] = [body for body in bodies(run(monkeypatch, mini_atlas, "gap_map", query)) if "data-atlas-draw" in body]
    assert f'data-area="{area}"' in bar
    href = re.search(r'data-href="([^"]+)"', bar)
    assert href and "states=unconnected" in href[1] and "area" not in href[1]
    assert re.findall(r'data-shape="(\w+)"', bar) == ["polygon", "rectangle", "circle"]
    [empty] = [body for body in bodies(run(monkeypatch, mini_atlas, "gap_map", {})) if "data-atlas-draw" in body]
    assert 'data-area=""' in empty


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("lack", ["none", "failed"])
def test_without_webgl_a_drawing_stands_for_each_map(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, name: str, lack: map_ability.Lack
) -> None:
    """No chart that would fail, one sentence why, the drawing by its address, and the ways that a click would go."""
    maps = len(run(monkeypatch, mini_atlas, name, {}, "en").get("deck_gl_json_chart"))
    monkeypatch.setattr(map_ability, "lack", lambda: lack)
    page = run(monkeypatch, mini_atlas, name, {}, "en")
    assert not page.get("deck_gl_json_chart")
    said = [body for body in bodies(page) if "atlas-as-picture" in body]
    drawings = [body for body in bodies(page) if "atlas-on-paper" in body]
    assert len(said) == len(drawings) == maps > 0
    assert all(("does not support WebGL" in one) == (lack == "none") for one in said)
    assert all(("data-atlas-maps-again" in one) == (lack == "failed") for one in said)
    assert any('href="?' in one for one in said)
    of_hands = ("atlas-hand", "data-atlas-draw", "data-atlas-view")
    assert not [body for body in bodies(page) if any(one in body for one in of_hands)]


def test_the_first_html_asks_what_the_browser_can_draw_before_the_app_begins(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas
) -> None:
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(mini_atlas.path.parent))
    asked = Asked("gap-map", "en", None, "wire", date(2014, 12, 31), is_particular=False)
    html = document.made(mini_atlas, asked).html
    assert 0 < html.index(page_scripts.url("map-ability").replace("&", "&amp;")) < html.index('type="module"')
