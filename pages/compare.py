"""Compare: two dates, two standards or two places side by side, in the same classes, and what lies between them."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from atlas.look import badges, blocks, figures, html, tables
from atlas.look.language import pick, place_name, t
from atlas.look.words import rates as rate_words
from atlas.maps import choropleth
from atlas.maps.of_view import question
from atlas.pieces import headlines
from atlas.pieces.panels import coloured_map, first_of, sources_line
from atlas.published import figure_links
from atlas.view import controls, map_view, questions, state
from atlas.view.page import Page
from atlas.view.state import View
from indicators import facts, places
from indicators.catalogue import catalogue
from indicators.database import Atlas
from indicators.figure import Figure

PAGE = Page(
    url_path="compare",
    order=5,
    icon=":material/compare:",
    title=lambda: t("Compare"),
    headline=lambda atlas, view: _headline(atlas, *_in_order(view, _other_side(atlas, view))),
)
INDICATOR = "unconnected_share"
HEIGHT_PX = 460
IN_STEP = ["compare_a", "compare_b", "compare_change"]
CHANGES = 12
COMPARED = ("connection_rate", "unconnected_villages", INDICATOR)


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    other = _other_side(atlas, view)
    left, right = _in_order(view, other)
    st.html(_headline(atlas, left, right))
    controls.filters(atlas, view)
    _other_filters(atlas, view, other)
    if other.standard != view.standard:
        st.html(
            blocks.notice(
                "warning",
                t("Two standards are two definitions: what lies between them is no progress over time."),
            )
        )
    _side_by_side(atlas, left, right)
    sides = st.columns(2, gap="medium")
    for side, one, across, key in zip(sides, (left, right), (right, left), ("a", "b"), strict=True):
        with side:
            _side(atlas, one, across, key)
    if other.place_id == view.place_id:
        map_view.in_step(IN_STEP)
        _between(atlas, left, right)
    sources_line(atlas, ["status_count", "published_figure", "boundary"])


def _other_side(atlas: Atlas, view: View) -> View:
    """What the view is compared with. Without a choice: the date that the overview compares with."""
    standard = view.other_standard or view.standard
    as_of = view.other_as_of
    if as_of is None and standard == view.standard and view.other_place is None:
        as_of = questions.compared_date(atlas, view)
    dates = next(one.dates for one in facts.standards(atlas) if one.standard_id == standard)
    wanted = as_of or view.as_of
    nearest = min(dates, key=lambda day: abs((day - wanted).days))
    return replace(view, place_id=view.other_place or view.place_id, standard=standard, as_of=nearest)


def _other_filters(atlas: Atlas, view: View, other: View) -> None:
    """What the view is compared with: place, standard, date. Each is as in the view until it is chosen."""
    held = {one.standard_id: one for one in facts.standards(atlas) if one.dates}

    def write(**changes: object) -> None:
        state.change(view, **changes)

    with st.container(horizontal=True, vertical_alignment="bottom", key="noprint_other_side"):
        st.html(blocks.credit(t("Compared with:")), width="content")
        options = _places(atlas, view)
        st.session_state["vs_place"] = other.place_id if other.place_id in options else view.place_id
        st.selectbox(
            t("Place"),
            options,
            format_func=lambda code: rate_words.name(atlas, code),
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


def _label(atlas: Atlas, one: View) -> str:
    return " · ".join(_parts(atlas, one))


def _parts(atlas: Atlas, one: View) -> list[str]:
    return [
        rate_words.name(atlas, one.place_id),
        pick(controls.standard_of(atlas, one).name),
        figures.day(one.as_of),
    ]


def _in_order(view: View, other: View) -> tuple[View, View]:
    """Left and right. Of two dates the earlier one stands on the left, so that a change is later less earlier."""
    is_of_dates = (view.place_id, view.standard) == (other.place_id, other.standard)
    return (other, view) if is_of_dates and other.as_of < view.as_of else (view, other)


def _named(atlas: Atlas, left: View, right: View) -> tuple[str, str]:
    """What tells both sides apart; what they share is said elsewhere."""
    sides = list(zip(_parts(atlas, left), _parts(atlas, right), strict=True))
    a, b = (" · ".join(pair[side] for pair in sides if pair[0] != pair[1]) for side in (0, 1))
    return a or _label(atlas, left), b or _label(atlas, right)


def _headline(atlas: Atlas, left: View, right: View) -> html.Html:
    """The published rates of both sides, then the share unconnected of each with the difference and its unit."""
    both = [questions.figure(atlas, one, INDICATOR) for one in (left, right)]
    said = [_published_words(atlas, left, right), _difference(atlas, left, right, both)]
    return headlines.titled(figures.sentence(said), _beneath(atlas, left, right))


def _published_words(atlas: Atlas, left: View, right: View) -> str:
    """`China · 5G: published >90% (2024-07-24), 95% (2025-12-31)`: what both sides share is said once."""
    sides = list(zip(_parts(atlas, left), _parts(atlas, right), strict=True))
    shared = " · ".join(a for a, b in sides if a == b)
    rates = [_rate_words(atlas, one) for one in (left, right)]
    known = figures.listed(dict.fromkeys(one for one in rates if one))
    if not known:
        return t("{what}: no rate published", what=shared or _label(atlas, left))
    return t("{what}: published rate {rates}", what=shared or " / ".join(_named(atlas, left, right)), rates=known)


def _rate_words(atlas: Atlas, one: View) -> str | None:
    """A published rate with its date, and whose it is where it is not the place's own."""
    rate = headlines.rate_of(atlas, one)
    if rate is None:
        return None
    whose = [rate_words.name(atlas, rate.place_id)] if rate.place_id != one.place_id else []
    return figures.bracketed(rate_words.value(rate), figures.listed([*whose, figures.day(rate.day)]))


def _beneath(atlas: Atlas, left: View, right: View) -> list[str]:
    lines = [
        line
        for one in (left, right)
        for line in headlines.beneath(atlas, one, questions.figure(atlas, one, "unconnected_villages"))
    ]
    return list(dict.fromkeys(lines))


def _difference(atlas: Atlas, left: View, right: View, both: list[Figure]) -> str | None:
    a, b = both
    if a.value is None or b.value is None or left == right:
        return None
    first, last = _named(atlas, left, right)
    words = {
        "a": first,
        "b": last,
        "share_a": figures.text(a),
        "share_b": figures.text(b),
        "change": figures.points(b.value - a.value),
    }
    if "simulated" in (a.evidence, b.evidence):
        return t(
            "share of villages unconnected, simulated: {a} {share_a}, {b} {share_b}, difference {change}",
            **words,
        )
    return t("share of villages unconnected: {a} {share_a}, {b} {share_b}, difference {change}", **words)


def _side_by_side(atlas: Atlas, left: View, right: View) -> None:
    """Both sides in one table, each by its name: what is published, then what this atlas counts."""
    rows: list[list[object]] = [
        [t("Connection rate as published"), *(_published(atlas, one) for one in (left, right)), figures.DASH]
    ]
    for indicator in COMPARED:
        a, b = (questions.figure(atlas, one, indicator) for one in (left, right))
        title = pick(catalogue()[indicator].title)
        cells = [html.Html(f"{html.escaped(figures.text(one))} {badges.badge_of(one)}") for one in (a, b)]
        rows.append([title, *cells, _less(a, b)])
    caption = t("Side by side")
    headers = ["", _label(atlas, left), _label(atlas, right), t("Right less left")]
    st.html(tables.data_table(headers, rows, "lwwr", caption))


def _published(atlas: Atlas, one: View) -> html.Html:
    rate, words = headlines.rate_of(atlas, one), _rate_words(atlas, one)
    if rate is None:
        return html.escaped(figures.DASH)
    source = figure_links.figure_link(rate.figure_id)
    return html.Html(f"{html.escaped(words)} {badges.badge('declared')} {source}")


def _less(a: Figure, b: Figure) -> str:
    """Right less left, in the unit of both."""
    if a.value is None or b.value is None:
        return figures.DASH
    change = b.value - a.value
    return figures.points(change) if a.unit == "percent" else figures.signed(change)


def _side(atlas: Atlas, one: View, across: View, key: str) -> None:
    """The map of one side, in classes that both sides share."""
    st.html(blocks.heading(_label(atlas, one)))
    level = places.level_below(atlas, one.place_id)
    if level is None:
        st.html(blocks.notice("info", t("This place has no parts with boundaries; see the gap map.")))
        return
    name = {
        "a": t("Left map: {shown}", shown=_label(atlas, one)),
        "b": t("Right map: {shown}", shown=_label(atlas, one)),
    }
    versus = choropleth.Versus(across.place_id, across.standard, across.as_of)
    asked = replace(question(atlas, one, INDICATOR, level), versus=versus)
    coloured_map(atlas, one, asked, HEIGHT_PX, f"compare_{key}", name[key])


def _between(atlas: Atlas, left: View, right: View) -> None:
    """The difference map, right less left, and the places that differ most."""
    level = places.level_below(atlas, left.place_id)
    if level is None or (left.standard, left.as_of) == (right.standard, right.as_of):
        st.html(blocks.notice("info", t("Both sides are the same. Choose another date, standard or place.")))
        return
    versus = choropleth.Versus(right.place_id, right.standard, right.as_of, is_change=True)
    asked = replace(question(atlas, left, INDICATOR, level), versus=versus)
    frame, _ = choropleth.answer(atlas, asked)
    first, last = _named(atlas, left, right)
    title = t("{b} less {a}: share of villages unconnected, in percentage points", a=first, b=last)
    st.html(
        blocks.heading(
            title,
            choropleth.evidence_shown(frame),
            t("The three maps move together."),
        )
    )
    on_map, beside = st.columns([3, 2], gap="medium")
    with on_map:
        coloured_map(atlas, left, asked, HEIGHT_PX, "compare_change", title)
    with beside:
        _table(left, (first, last), frame)


def _table(view: View, sides: tuple[str, str], frame: pd.DataFrame) -> None:
    known = frame[frame["value"].notna()]
    order = known["value"].abs().sort_values(ascending=False, kind="stable").index[:CHANGES]
    rows = [
        [
            html.link(place_name(row["name"], row["name_en"]), view.link(place_id=row["place_id"])),
            figures.percent(row["before"]),
            figures.percent(row["after"]),
            figures.points(row["value"]),
        ]
        for row in known.loc[order].to_dict("records")
    ]
    title = t("Share of villages unconnected by place")
    st.html(blocks.heading(title, choropleth.evidence_shown(frame), first_of(CHANGES, len(known))))
    st.html(tables.data_table([t("Place"), *sides, t("Change")], rows, "lrrr", title))
