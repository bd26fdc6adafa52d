"""What the search box offers while somebody types: places and villages, by address, and the script that shows them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Annotated, Any

from atlas.look import badges, figures, page_scripts
from atlas.look.addressed import Addressed
from atlas.look.addresses import address
from atlas.look.html import Html, escape, safe_href
from atlas.look.language import pick, place_name, set_in, speaking, t
from atlas.look.parameters import Asked, Day, Lang, Parameter, Unreadable, Word, malformed
from atlas.view.state import View
from ground.evidence import EVIDENCE
from ground.visible import visible
from indicators import facts, places
from indicators.database import Atlas
from indicators.names import search
from indicators.names.search import LONGEST, Answered, Found

MOST = 8
MOST_NEAR = 5
_ASKED = re.compile(rf"[^\x00-\x1f]{{1,{LONGEST}}}")


@dataclass(frozen=True)
class QuestionParameter(Parameter):
    """What stands in the search box, as long as that may be."""

    is_needed = True

    def read(self, asked: Asked) -> str:
        text = asked.values.get(self.name, "")
        if not _ASKED.fullmatch(text):
            raise malformed(self.name, f"<up to {LONGEST} characters>")
        return text


@dataclass(frozen=True)
class Suggestions(Addressed):
    """What answers a question that may not be finished, with the state of villages under a standard and date."""

    PATH = "names/suggestions.json"
    q: Annotated[str, QuestionParameter()]
    lang: Lang
    standard: Word
    as_of: Day

    def check(self, atlas: Atlas) -> None:
        held = {one.standard_id: one.dates for one in facts.standards(atlas)}
        if self.as_of not in held.get(self.standard, ()):
            raise Unreadable("as_of", {standard: list(map(str, days)) for standard, days in held.items()})


def tag(atlas: Atlas, view: View, page: str) -> Html:
    """For the end of a page: where to ask, and the script, which does its work once however often it comes."""
    asked = {"standard": view.standard, "as_of": view.as_of.isoformat(), "lang": view.lang, "build": atlas.build_id}
    said = {
        "from": safe_href(address(Suggestions.PATH, asked)),
        "place": safe_href(address("place") + view.link(question=None)),
        "search": safe_href(address("search") + view.link()),
        "page": escape(page),
        "label": escape(t("Places and villages found")),
    }
    attributes = " ".join(f'data-{name}="{value}"' for name, value in said.items())
    script = page_scripts.url("suggestions")
    return Html(f'<div hidden data-atlas-suggestions {attributes}></div><script src="{script}"></script>')


def answer(atlas: Atlas, asked: Suggestions) -> bytes:
    """JSON: `items` with id, name, mark (from which to before which letter), level, parents, state and evidence;
    `note` above them, `more` and `basis` below them, `said` for those who hear it."""
    found = search.search(atlas, asked.q, MOST)
    with speaking(asked.lang):
        return json.dumps(_told(atlas, asked, found), ensure_ascii=False, separators=(",", ":")).encode()


def _told(atlas: Atlas, asked: Suggestions, answered: Answered) -> dict[str, Any]:
    shown = answered.found[:MOST_NEAR] if answered.is_near else answered.found
    numbers = [one.place_no for one in shown if one.place_no is not None and one.in_programme]
    states = search.states(atlas, numbers, asked.standard, asked.as_of)
    total = figures.count(answered.total)
    items = [_item(atlas, one, answered, states) for one in shown]
    is_more = answered.total > len(shown)
    return {
        "items": items,
        "note": near_words(asked.q) if answered.is_near else None,
        "more": t("All {n} results", n=total) if is_more and not answered.is_near else None,
        "basis": _basis(atlas, asked) if states else None,
        "said": _said(answered, total),
    }


def _basis(atlas: Atlas, asked: Suggestions) -> str:
    [standard] = [one for one in facts.standards(atlas) if one.standard_id == asked.standard]
    return t("States: {standard}, {date}", standard=set_in(pick(standard.name)), date=figures.day(asked.as_of))


def _said(answered: Answered, total: str) -> str:
    if not answered.total:
        return t("Nothing of that name.")
    return t("Nothing of that name; similar names are listed.") if answered.is_near else t("{n} found", n=total)


def near_words(asked: str) -> str:
    """Above names that are not the one that was typed."""
    return t("There is no “{asked}”; similar names:", asked=visible(asked.strip()))


def _item(atlas: Atlas, one: Found, answered: Answered, states: dict[int, tuple[int, int | None]]) -> dict[str, Any]:
    name = visible(place_name(one.name, one.name_en))
    state, evidence = states.get(one.place_no if one.place_no is not None else -1, (None, None))
    return {
        "id": one.place_id,
        "name": name,
        "mark": None if answered.is_near else search.marked(atlas, name, answered.asked),
        "level": kind_words(atlas, one),
        "parents": parent_words(one),
        "state": None if state is None else [badges.state_name(state), badges.state_word(state)],
        "evidence": None if evidence is None else badges.evidence_told(EVIDENCE[evidence]),
    }


def kind_words(atlas: Atlas, one: Found) -> str:
    """What a place or village is: its level, or its own kind."""
    if one.kind is not None:
        return visible(pick(places.kind_name(atlas, one.kind)))
    return visible(pick(places.level_names(atlas)[one.level]))


def parent_words(one: Found) -> str:
    """The places that one lies in, the largest first."""
    return visible(" › ".join(place_name(*parent) for parent in one.parents))
