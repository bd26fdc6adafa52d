"""What is being looked at. The URL is the truth: a pasted link shows the same view, and Back works.

Widgets are filled from the view at each run and write their choice to the URL in a callback.
Codes only, so that a link means the same in every language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urlencode

import streamlit as st

from atlas.look import language
from atlas.look.addresses import RELEASE
from atlas.look.parameters import Unreadable
from atlas.view import classes, filter_query, map_query
from atlas.view.compared import sides_query
from atlas.view.compared.sides_query import NO_OTHERS, Others
from atlas.view.map_query import Offer, Position
from indicators import facts, places
from indicators.catalogue import catalogue
from indicators.chosen.selection import STATES, Filters
from indicators.database import Atlas
from indicators.places import Place
from indicators.projects import costs

#: An input in the address: a space, so that two pages may have inputs of one name, and the name (`fund.need`).
INPUT = re.compile(r"(?P<space>[a-z][a-z0-9_]{0,19})\.(?P<name>[a-z0-9_]{1,40})", re.ASCII)
COMMON = "in"  # the space of inputs that name no other one: these stand in a view without it
MOST_INPUTS, INPUT_CHARACTERS = 100, 4_000  # a cost model alone has some forty parameters
LONGEST_CODE = 64  # characters of a place's code
LONGEST_FIGURE = 64  # characters of a published figure's number; the page says whether the atlas holds it
NO_LAYERS = Offer()
REMEMBERED = "atlas_view"  # survives a change of page, which empties the query string


@dataclass(frozen=True)
class View:
    """Place (above the village), standard and date of this run, all known to the atlas."""

    place_id: str
    standard: str
    as_of: date
    lang: str
    village_id: str | None = None
    release: str = ""  # the release that the link names, whichever is served; "": the one that is served
    is_demonstration: bool = False
    states: tuple[str, ...] = tuple(STATES)  # which villages are drawn and listed
    filters: Filters = field(default_factory=Filters)
    others: Others = NO_OTHERS  # what it is compared with
    layers: tuple[str, ...] | None = None  # of the gap map; None: those that it shows by itself
    at: Position | None = None  # where the map was left
    question: str | None = None  # typed in the search box
    inputs: tuple[tuple[str, str], ...] = ()  # what the page asks for beyond these, by name (atlas/view/inputs.py)
    too_long: tuple[str, ...] = ()  # names of inputs that the link gave and that are longer than an input may be
    about: str | None = None  # the indicator that the page Methods explains first
    figure: str | None = None  # the published figure that the page of all of them shows
    classes: str = ""  # how the classes of coloured maps are made: atlas/view/classes.py
    per: str = ""  # what amounts of money are divided by: indicators/projects/costs.py; "" as far as known
    remark: str | None = None  # what the link asked for and the atlas does not hold
    unknown_place: str | None = None  # the place that it asked for and the atlas does not hold: there is no such page
    came_by_link: bool = True  # not written by this session itself: names may be those of older links

    def link(self, **changes: object) -> str:
        """A relative link to this view with some things changed: `?place=431100&…`."""
        return "?" + urlencode(query(replace(self, **changes)))  # type: ignore[arg-type]


def query(view: View) -> dict[str, str]:
    """The query string of a view."""
    place = view.village_id or view.place_id
    asked = {"place": place, "standard": view.standard, "as_of": view.as_of.isoformat(), "lang": view.lang}
    states = filter_query.states_written(view.states)
    asked |= filter_query.written(view.filters) | ({"states": states} if states else {})
    asked |= sides_query.written(view.others)
    layers = map_query.layers_written(view.layers)
    asked |= {"layers": layers} if layers else {}
    asked |= {"at": view.at.text} if view.at and view.at.place_id == view.place_id else {}
    asked |= {"q": view.question} if view.question else {}
    asked |= {"about": view.about} if view.about else {}
    asked |= {"figure": view.figure} if view.figure else {}
    asked |= {input_key(name): value for name, value in view.inputs}
    asked |= {RELEASE: view.release} if view.release else {}
    asked |= {"classes": view.classes} if view.classes else {}
    asked |= {"per": view.per} if view.per else {}
    return asked | ({"demo": "1"} if view.is_demonstration else {})


def read(atlas: Atlas, asked: Mapping[str, str], lang: str, offer: Offer = NO_LAYERS) -> View:
    """The view that a query string asks for; what is unknown falls back to the default, with a remark, but for an
    unknown place, which nothing stands in for.

    offer: the layers that there are; who hands in none knows none.
    """
    settings = facts.settings(atlas)
    default = settings["default_view"]
    known = {standard.standard_id: standard for standard in facts.standards(atlas) if standard.dates}
    remarks: list[str] = []
    standard = known.get(asked.get("standard", default["standard"]))
    if standard is None:
        remarks.append(asked["standard"])
        standard = known[default["standard"]]
    wanted = asked.get("as_of", default["as_of"])
    as_of = next((day for day in standard.dates if day.isoformat() == wanted), None)
    if as_of is None:
        if "as_of" in asked and not _is_date(wanted):
            remarks.append(wanted)
        as_of = nearest(standard.dates, wanted)
    place_id, village_id, unknown_place = _place(atlas, asked_place(asked), settings["nation"]["place_id"])
    states, filters = _filters(asked, remarks)
    layers, at = _map(asked, place_id, offer, remarks)
    others = sides_query.read(atlas, asked, known, remarks)
    chosen_classes = _classes(asked, remarks)
    release = asked.get(RELEASE, "")
    if release and release != facts.release(atlas):
        remarks.append(release[:40])
        release = ""
    remark = ", ".join(remarks) or None
    return View(
        place_id,
        standard.standard_id,
        as_of,
        lang,
        village_id,
        release,
        asked.get("demo") == "1",
        states=states,
        filters=filters,
        others=others,
        layers=layers,
        at=at,
        question=asked.get("q", "").strip()[:80] or None,
        inputs=_inputs(asked),
        too_long=_too_long(asked),
        about=asked["about"] if asked.get("about") in catalogue() else None,
        figure=asked.get("figure", "").strip()[:LONGEST_FIGURE] or None,
        classes=chosen_classes,
        per=asked["per"] if asked.get("per") in costs.COLUMNS else "",
        remark=remark,
        unknown_place=unknown_place,
    )


def asked_place(asked: Mapping[str, str]) -> str | None:
    """The code of the place or village that a query string names; `village=` is what people write by hand. A blank asks
    for none."""
    return asked.get("place") or asked.get("village") or None


def _filters(asked: Mapping[str, str], remarks: list[str]) -> tuple[tuple[str, ...], Filters]:
    """What is asked of villages; a parameter that cannot be read is left out, with a remark."""
    readable = dict(asked)
    states = tuple(STATES)
    try:
        states = filter_query.states_read(readable.get("states"))
    except Unreadable:
        remarks.append(readable["states"][:40])
    while True:
        try:
            return states, filter_query.read(readable)
        except Unreadable as unreadable:
            remarks.append(readable.pop(unreadable.key)[:40])


def _inputs(asked: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The inputs of pages, within bounds; each page judges the values of its own."""
    held = {name: value for name, value in _named(asked).items() if len(value) <= INPUT_CHARACTERS}
    return tuple(sorted(held.items())[:MOST_INPUTS])


def _too_long(asked: Mapping[str, str]) -> tuple[str, ...]:
    """What is not taken in for its length; the page that asks for it says so."""
    return tuple(name for name, value in _named(asked).items() if len(value) > INPUT_CHARACTERS)


def _named(asked: Mapping[str, str]) -> dict[str, str]:
    held = [(INPUT.fullmatch(key), value) for key, value in asked.items()]
    return {_name(found): value for found, value in held if found is not None}


def _name(found: re.Match[str]) -> str:
    return found["name"] if found["space"] == COMMON else found[0]


def input_key(name: str) -> str:
    """The name of an input as the address has it."""
    return name if "." in name else f"{COMMON}.{name}"


def _classes(asked: Mapping[str, str], remarks: list[str]) -> str:
    try:
        return classes.read(asked.get("classes", ""))
    except classes.UnreadableClasses:
        remarks.append(asked["classes"][:40])
        return ""


def _map(
    asked: Mapping[str, str], place_id: str, offer: Offer, remarks: list[str]
) -> tuple[tuple[str, ...] | None, Position | None]:
    """Layers and position of the map; what cannot be read is left out, with a remark."""
    layers, at = None, None  # each stands if only the other cannot be read
    try:
        layers = offer.read(asked.get("layers"))
        at = map_query.position_read(asked.get("at"), place_id)
    except Unreadable as unreadable:
        remarks.append(asked[unreadable.key][:40])
    return layers, at


def _place(atlas: Atlas, asked: str | None, nation: str) -> tuple[str, str | None, str | None]:
    """Place, village, and what the atlas holds neither of."""
    if asked is None:
        return nation, None, None
    if len(asked) > LONGEST_CODE:
        return nation, None, asked[:LONGEST_CODE]
    if places.place(atlas, asked) is not None:
        return asked, None, None
    village = places.village(atlas, asked)
    if village is not None:
        return village.parent_id, asked, None
    return nation, None, asked


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def nearest(dates: tuple[date, ...], wanted: str) -> date:
    """The date closest to the one wanted: a standard that began later has no early ones."""
    if not _is_date(wanted):
        return dates[0]
    day = date.fromisoformat(wanted)
    return min(dates, key=lambda one: abs((one - day).days))


def asked_release() -> str:
    """The release that this run is asked for; "" for the one that is served."""
    asked = {key: st.query_params[key] for key in st.query_params}
    if asked_place(asked) is None:  # as `current` reads it
        asked = st.session_state.get(REMEMBERED, {}) | asked
    return str(asked.get(RELEASE, ""))


def current(atlas: Atlas, offer: Offer = NO_LAYERS) -> View:
    """The view of this run. A change of page empties the query string: the last view is put back."""
    asked = {key: st.query_params[key] for key in st.query_params}
    remembered: dict[str, str] = st.session_state.get(REMEMBERED, {})
    is_whole = asked_place(asked) is not None
    came_by_link = not remembered or (is_whole and asked != remembered)
    if not is_whole:  # with a place the address is whole: Back to a view without filters has none
        asked = remembered | asked
    header = st.context.headers.get("Accept-Language")
    default = facts.settings(atlas)["default_language"]
    lang = language.choose(asked.get("lang"), header, default)
    view = replace(read(atlas, asked, lang, offer), came_by_link=came_by_link)
    remember(view)
    return view


def change(view: View, **changes: object) -> None:
    """What a control writes: its own change, on top of what other controls wrote since `view` was shown.

    Two answers given faster than a run are written one after the other, both by controls of the same view: the
    second must not write the first away (docs/decisions/081).
    """
    was, wanted = query(view), query(replace(view, **changes))  # type: ignore[arg-type]
    held: dict[str, str] = st.session_state.get(REMEMBERED, was)
    kept = {key: value for key, value in held.items() if key in wanted or key not in was}
    unknown = None if {"place_id", "village_id"} & set(changes) else view.unknown_place
    _remember(kept | {key: value for key, value in wanted.items() if was.get(key) != value}, unknown)


def go_to(view: View, **changes: object) -> None:
    """Another view, as if its link had been followed."""
    change(view, **changes)
    st.rerun()


def remember(view: View) -> None:
    """Write a view to the URL and to the session."""
    _remember(query(view), view.unknown_place)


def _remember(wanted: dict[str, str], unknown_place: str | None) -> None:
    """A place that there is not stays in the address, so that a reload says so again; the way elsewhere forgets it."""
    shown = wanted | ({"place": unknown_place} if unknown_place else {})
    if {key: st.query_params[key] for key in st.query_params} != shown:
        st.query_params.from_dict(shown)
    st.session_state[REMEMBERED] = wanted


def shown(atlas: Atlas, view: View) -> Place:
    """The place of a view. It is always there: `read` checked it."""
    place = places.place(atlas, view.place_id)
    assert place is not None
    return place
