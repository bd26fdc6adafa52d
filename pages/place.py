"""Place page: what is known of one place, down to the single village. Every place has one."""

from __future__ import annotations

from atlas.look.html import Html
from atlas.look.language import t
from atlas.places import area, village
from atlas.view import questions
from atlas.view.page import Page
from atlas.view.state import View
from indicators import places
from indicators.database import Atlas

PAGE = Page(
    url_path="place",
    order=9,
    icon=":material/location_on:",
    title=lambda: t("Place"),
    in_navigation=False,
    headline=lambda atlas, view: _headline(atlas, view),
)


def show(atlas: Atlas, view: View) -> None:
    one = places.village(atlas, view.village_id) if view.village_id else None
    if one is not None:
        village.show(atlas, view, one)
    else:
        area.show(atlas, view)


def _headline(atlas: Atlas, view: View) -> Html:
    one = places.village(atlas, view.village_id) if view.village_id else None
    if one is not None:
        return village.headline(atlas, one, places.village_states(atlas, one.place_no))
    return area.headline(atlas, view, questions.figure(atlas, view, "unconnected_villages"))
