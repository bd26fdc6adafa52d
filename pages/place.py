"""Place page: what is known of one place, down to the single village. Every place has one."""

from __future__ import annotations

from atlas.look.language import t
from atlas.places import area, village
from atlas.view.page import Page
from atlas.view.state import View
from indicators import places
from indicators.database import Atlas

PAGE = Page(url_path="place", order=9, icon=":material/location_on:", title=lambda: t("Place"), in_navigation=False)


def show(atlas: Atlas, view: View) -> None:
    one = places.village(atlas, view.village_id) if view.village_id else None
    if one is not None:
        village.show(atlas, view, one)
    else:
        area.show(atlas, view)
