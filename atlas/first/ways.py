"""Where the links of a first HTML lead, and the one address that a page is known by."""

from __future__ import annotations

import os
from dataclasses import replace

from atlas.first import listed
from atlas.look.addresses import PUBLIC_URL, address
from atlas.look.language import LANGUAGES
from atlas.view import state
from atlas.view.page import Page
from atlas.view.state import View
from indicators import facts
from indicators.database import Atlas

SAID = ("place", "standard", "as_of", "lang")


def to(atlas: Atlas, view: View, page: str, **changes: object) -> str:
    """The address of a page with the view changed, without what says no more than the default."""
    said = state.query(replace(view, **changes))  # type: ignore[arg-type]
    return address(page, {key: said[key] for key in SAID if said[key] != _usual(atlas).get(key)})


def _usual(atlas: Atlas) -> dict[str, str]:
    default = facts.settings(atlas)["default_view"]
    nation = facts.settings(atlas)["nation"]["place_id"]
    return {"place": nation, "standard": default["standard"], "as_of": default["as_of"]}


def own(atlas: Atlas, view: View, page: Page, lang: str | None) -> str:
    """The address that a page and place are known by, whatever standard and date they are looked at with. lang: None
    for the one that leaves the language to the browser."""
    place = {"place": view.village_id or view.place_id}
    said = {key: value for key, value in place.items() if value != _usual(atlas)[key]}
    return address("" if page is listed.first() else page.url_path, said | ({"lang": lang} if lang else {}))


def alternates(atlas: Atlas, view: View, page: Page) -> list[tuple[str | None, str]]:
    """Language → its address; None is the one for everybody else."""
    return [(lang, own(atlas, view, page, lang)) for lang in (*LANGUAGES, None)]


def public_home() -> str:
    """The address of the atlas's folder as the operator says it, with a slash at its end; "" where nobody does.

    Nothing that a request claims goes into it: an answer that is kept is everybody's.
    """
    told = os.environ.get(PUBLIC_URL, "").rstrip("/")
    return f"{told}/" if told else ""
