"""What the address of a page asks for, as far as its first HTML answers it.

Two addresses that ask the same are one answer: whatever else a stranger writes into a query makes no other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from atlas.look import language
from atlas.look.addresses import RELEASE
from atlas.view import state
from atlas.view.state import View
from indicators import facts
from indicators.database import Atlas

#: What changes a page's headline and is none of place, standard, date and language.
PARTICULAR = ("q", "figure", "about", "vs_place", "vs_standard", "vs_as_of")


@dataclass(frozen=True)
class Asked:
    """page: its name in the address, "" for the first one, None for what names none. place: as asked, looked up by
    nobody yet. is_particular: whether more is asked than the plain page of a place answers."""

    page: str | None
    lang: str
    place: str | None
    standard: str
    as_of: date
    is_particular: bool
    release: str = ""  # where the address names one, and it is this one

    def view(self, atlas: Atlas) -> View:
        """With the place looked up."""
        asked = {"standard": self.standard, "as_of": self.as_of.isoformat(), RELEASE: self.release}
        return state.read(atlas, asked | ({"place": self.place} if self.place is not None else {}), self.lang)


def read(atlas: Atlas, page: str | None, query: Mapping[str, str], accept_language: str | None) -> Asked:
    """What a query asks; what the atlas does not hold is the default, but for the place, which is asked for later."""
    default = facts.settings(atlas)["default_view"]
    lang = language.choose(query.get("lang"), accept_language, facts.settings(atlas)["default_language"])
    if page is None:  # whatever else is asked there
        query = {}
    known = {one.standard_id: one for one in facts.standards(atlas) if one.dates}
    standard = known.get(query.get("standard", ""), known[default["standard"]])
    as_of = state.nearest(standard.dates, query.get("as_of", default["as_of"]))
    place = state.asked_place(query)
    is_particular = any(key in PARTICULAR or state.INPUT.fullmatch(key) for key in query)
    return Asked(
        page,
        lang,
        place if place is None else place[: state.LONGEST_CODE + 1],
        standard.standard_id,
        as_of,
        is_particular,
        facts.release(atlas) if query.get(RELEASE) else "",
    )


def depends_on_browser(query: Mapping[str, str]) -> bool:
    """Whether the language is the browser's choice: then the answer is not everybody's."""
    return language.allowed(query.get("lang")) is None
