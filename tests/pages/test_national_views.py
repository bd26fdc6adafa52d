"""Every national view carries the maritime line that the boundary file has: decks, drawings, maps in frames."""

from __future__ import annotations

from datetime import date

import pytest
from one_page import run

from atlas.look import colours
from atlas.maps import close_up, coloured_places, locator
from atlas.maps.asked import CloseUp
from atlas.maps.drawn_map import Frame, maritime_line, national_bounds
from atlas.maps.tiles import boundaries as boundary_tiles
from indicators import facts, places
from indicators.database import Atlas

LINE = '"type":"LineString","coordinates":[[-61'  # of the invented country


def nation(atlas: Atlas) -> str:
    return str(facts.settings(atlas)["nation"]["place_id"])


@pytest.mark.parametrize("name", ["overview", "gap_map", "compare", "place", "pilots", "investment"])
def test_a_deck_of_the_nation(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, name: str) -> None:
    page = run(monkeypatch, mini_atlas, name, {}, "en")
    decks = [str(one.proto.json) for one in page.get("deck_gl_json_chart")]
    assert decks and all("maritime=1" in one for one in decks)


def drawn_line(atlas: Atlas, width_px: float, most_height_px: float) -> str:
    """The path of the line in a drawing of the whole country."""
    frame = Frame(national_bounds(atlas), width_px, most_height_px)
    path = maritime_line(atlas, frame, colours.tokens("light"))
    assert path.startswith('<path d="M')
    return path.split('"')[1]


def test_a_drawing_of_the_nation(mini_atlas: Atlas) -> None:
    level = places.level_below(mini_atlas, nation(mini_atlas))
    assert level is not None
    report = coloured_places.svg(mini_atlas, nation(mini_atlas), level, {})
    assert report and drawn_line(mini_atlas, coloured_places.PRINT_PX, coloured_places.PRINT_PX) in report
    part = places.parts(mini_atlas, nation(mini_atlas), level)[0].place_id
    small = locator.svg(mini_atlas, locator.Locator(part, "en", "light")).decode()
    assert drawn_line(mini_atlas, locator.WIDTH_PX, locator.MOST_HEIGHT_PX) in small


def test_the_close_up_of_the_nation(mini_atlas: Atlas) -> None:
    asked = (nation(mini_atlas), "wire", date(2014, 12, 31), "en", "light")
    assert LINE in close_up.page(mini_atlas, CloseUp(*asked)).decode().replace(" ", "")


def test_a_map_of_a_part_has_no_line(mini_atlas: Atlas) -> None:
    asked = ("0100", "wire", date(2014, 12, 31), "en", "light")
    assert LINE not in close_up.page(mini_atlas, CloseUp(*asked)).decode().replace(" ", "")


@pytest.mark.national
def test_the_default_country_has_its_line(national_atlas: Atlas) -> None:
    assert boundary_tiles.maritime(national_atlas)
    assert maritime_line(national_atlas, Frame(national_bounds(national_atlas), 400, 400), colours.tokens("light"))
