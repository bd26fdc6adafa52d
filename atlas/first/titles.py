"""What a page is called at the top of a browser's window and in a list of bookmarks: what, where, which atlas."""

from __future__ import annotations

from atlas.first import listed
from atlas.look.language import pick, place_name, t
from atlas.view.page import Page
from atlas.view.state import View
from indicators import facts, places
from indicators.database import Atlas

PLACE = "place"  # the page that is called as the place it shows
JOINT = " · "


def document(atlas: Atlas, view: View, page: Page | None) -> str:
    """`Daoxian · Place · Rural Connectivity Gap Atlas`; page: None where there is none at the address. Plain text."""
    parts = [_page(view, page), _place(atlas, view, page), pick(facts.settings(atlas)["title"])]
    return JOINT.join(part for part in parts if part)


def _page(view: View, page: Page | None) -> str:
    if page is None:
        return t("No such page")
    if view.unknown_place:
        return t("No such place")
    return "" if page.url_path == PLACE or page is listed.first() else page.title()


def _place(atlas: Atlas, view: View, page: Page | None) -> str:
    """The place, but for the whole country, which only its own page names; a village with what it lies in, since many
    share a name.
    """
    if page is None or view.unknown_place:
        return ""
    path = places.path(atlas, view.place_id)
    names = [place_name(one.name, one.name_en) for one in path[1:]]
    village = places.village(atlas, view.village_id) if view.village_id else None
    if village is not None:
        return JOINT.join([village.name, " ".join(names)])
    own = path[:1] if page.url_path == PLACE else ()
    return names[-1] if names else "".join(place_name(one.name, one.name_en) for one in own)
