"""Compare: two dates, two standards or two places side by side, in the same classes, and what lies between them."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from atlas import choropleth, controls, figures, map_view, markup, questions, state
from atlas.language import pick, place_name, t
from atlas.page import Page
from atlas.panels import coloured_map, question, sources_line
from atlas.state import View
from indicators import facts, places
from indicators.database import Atlas

PAGE = Page(url_path="compare", order=5, icon=":material/compare:", title=lambda: t("Compare"))
INDICATOR = "unconnected_share"
HEIGHT_PX = 460
IN_STEP = ["compare_a", "compare_b", "compare_change"]
CHANGES = 12


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    other = _other_side(atlas, view)
    _title(atlas, view, other)
    controls.filters(atlas, view)
    _other_filters(atlas, view, other)
    if other.standard != view.standard:
        st.html(
            markup.notice(
                "warning",
                t("Two standards are two definitions: what lies between them is no progress over time."),
            )
        )
    sides = st.columns(2, gap="medium")
    for side, one, across, key in zip(sides, (view, other), (other, view), ("a", "b"), strict=True):
        with side:
            _side(atlas, one, across, key)
    if other.place_id == view.place_id:
        map_view.in_step(IN_STEP)
        map_view.load()
        _between(atlas, view, other)
    sources_line(atlas, ["status_count", "boundary"])


def _other_side(atlas: Atlas, view: View) -> View:
    """The view on the right. Without a choice: the date that the overview compares with."""
    standard = view.other_standard or view.standard
    as_of = view.other_as_of
    if as_of is None and standard == view.standard and view.other_place is None:
        as_of = questions.compared_date(atlas, view)
    dates = next(one.dates for one in facts.standards(atlas) if one.standard_id == standard)
    wanted = as_of or view.as_of
    nearest = min(dates, key=lambda day: abs((day - wanted).days))
    return replace(view, place_id=view.other_place or view.place_id, standard=standard, as_of=nearest)


def _other_filters(atlas: Atlas, view: View, other: View) -> None:
    """What the right side shows: place, standard, date. Each is as on the left until it is chosen."""
    held = {one.standard_id: one for one in facts.standards(atlas) if one.dates}

    def write(**changes: object) -> None:
        state.change(view, **changes)

    with st.container(horizontal=True, vertical_alignment="bottom", key="noprint_other_side"):
        st.html(markup.credit(t("Right side:")), width="content")
        options = _places(atlas, view)
        st.session_state["vs_place"] = other.place_id if other.place_id in options else view.place_id
        st.selectbox(
            t("Place"),
            options,
            format_func=lambda code: _name(atlas, code),
            key="vs_place",
            on_change=lambda: write(other_place=_unless(st.session_state["vs_place"], view.place_id)),
            width=240,
        )
        st.session_state["vs_standard"] = other.standard
        st.selectbox(
            t("Standard"),
            list(held),
            format_func=lambda code: pick(held[code].name),
            key="vs_standard",
            on_change=lambda: write(other_standard=_unless(st.session_state["vs_standard"], view.standard)),
            width=150,
        )
        st.session_state["vs_as_of"] = other.as_of
        st.selectbox(
            t("Date"),
            held[other.standard].dates,
            format_func=figures.day,
            key="vs_as_of",
            on_change=lambda: write(other_as_of=st.session_state["vs_as_of"]),
            width=150,
        )


def _unless(chosen: str, same: str) -> str | None:
    return None if chosen == same else chosen


def _places(atlas: Atlas, view: View) -> list[str]:
    """Places to compare with: the same, its siblings, the ones above, and one that the address names."""
    path = places.path(atlas, view.place_id)
    found = [view.place_id]
    if len(path) > 1:
        found += [one.place_id for one in places.parts(atlas, path[-2].place_id, path[-1].level)]
    found += [one.place_id for one in reversed(path)]
    if view.other_place:
        found.append(view.other_place)
    return list(dict.fromkeys(found))


def _name(atlas: Atlas, place_id: str) -> str:
    one = places.place(atlas, place_id)
    return place_name(one.name, one.name_en) if one else place_id


def _label(atlas: Atlas, one: View) -> str:
    return " · ".join(_parts(atlas, one))


def _parts(atlas: Atlas, one: View) -> list[str]:
    return [
        _name(atlas, one.place_id),
        pick(controls.standard_of(atlas, one).name),
        figures.day(one.as_of),
    ]


def _title(atlas: Atlas, view: View, other: View) -> None:
    here, there = (questions.figure(atlas, one, INDICATOR) for one in (view, other))
    title = _what_is_compared(atlas, view, other)
    said = None
    if here.value is not None and there.value is not None:
        said = t("share unconnected: {change}", change=figures.points(there.value - here.value))
    weakest = here.evidence if here.evidence == "simulated" else there.evidence
    st.html(markup.finding(title, [said] if said else [], weakest))


def _what_is_compared(atlas: Atlas, view: View, other: View) -> str:
    """What both sides share is said once, then where they differ."""
    sides = list(zip(_parts(atlas, view), _parts(atlas, other), strict=True))
    shared = " · ".join(a for a, b in sides if a == b)
    a, b = (" · ".join(pair[side] for pair in sides if pair[0] != pair[1]) for side in (0, 1))
    if not a:
        return shared
    if not shared:
        return t("{a} compared with {b}", a=a, b=b)
    return t("{shared}: {a} compared with {b}", shared=shared, a=a, b=b)


def _side(atlas: Atlas, one: View, across: View, key: str) -> None:
    """Key figures and the map of one side, in classes that both sides share."""
    st.html(markup.heading(_label(atlas, one)))
    gap = questions.figure(atlas, one, "unconnected_villages")
    rate = questions.figure(atlas, one, "connection_rate")
    st.html(
        markup.cards([markup.card(t("Unconnected villages"), gap), markup.card(t("Connection rate"), rate)])
    )
    level = places.level_below(atlas, one.place_id)
    if level is None:
        st.html(markup.notice("info", t("This place has no parts with boundaries; see the gap map.")))
        return
    versus = choropleth.Versus(across.place_id, across.standard, across.as_of)
    asked = replace(question(atlas, one, INDICATOR, level), versus=versus)
    coloured_map(atlas, one, asked, HEIGHT_PX, f"compare_{key}")


def _between(atlas: Atlas, view: View, other: View) -> None:
    """The difference map and the places that changed most."""
    level = places.level_below(atlas, view.place_id)
    if level is None or (view.standard, view.as_of) == (other.standard, other.as_of):
        st.html(markup.notice("info", t("Both sides are the same. Choose another date, standard or place.")))
        return
    versus = choropleth.Versus(other.place_id, other.standard, other.as_of, is_change=True)
    asked = replace(question(atlas, view, INDICATOR, level), versus=versus)
    frame, _ = choropleth.answer(atlas, asked)
    st.html(
        markup.heading(
            t("Right less left: share unconnected, in percentage points"),
            choropleth.evidence_shown(frame),
            t("The three maps move together."),
        )
    )
    left, right = st.columns([3, 2], gap="medium")
    with left:
        coloured_map(atlas, view, asked, HEIGHT_PX, "compare_change")
    with right:
        _table(view, other, frame)


def _table(view: View, other: View, frame: pd.DataFrame) -> None:
    known = frame[frame["value"].notna()]
    order = known["value"].abs().sort_values(ascending=False, kind="stable").index[:CHANGES]
    rows = [
        [
            markup.link(place_name(row["name"], row["name_en"]), view.link(place_id=row["place_id"])),
            figures.percent(row["before"]),
            figures.percent(row["after"]),
            figures.points(row["value"]),
        ]
        for row in known.loc[order].to_dict("records")
    ]
    first, last = figures.day(view.as_of), figures.day(other.as_of)
    headers = [t("Place"), first, last if last != first else t("Right side"), t("Change")]
    st.html(markup.heading(t("Largest differences")))
    st.html(markup.data_table(headers, rows, "lrrr", t("Largest differences")))
