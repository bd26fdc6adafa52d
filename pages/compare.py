"""Compare: two to five places, dates or standards in one table, in words, and on maps of the same classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from atlas.charts import points as chart_points
from atlas.look import blocks, figures, html, tables
from atlas.look.addresses import address
from atlas.look.language import place_name, t
from atlas.look.words import rates as rate_words
from atlas.maps import choropleth
from atlas.maps.beside import Beside
from atlas.maps.of_view import legend, question
from atlas.pieces import headlines
from atlas.pieces.compared import side_table, side_words
from atlas.pieces.panels import coloured_map, first_of, sources_line
from atlas.view import controls, map_view, questions
from atlas.view.compared import side_controls, sides
from atlas.view.page import Page
from atlas.view.state import View
from indicators import places
from indicators.database import Atlas

PAGE = Page(
    url_path="compare",
    order=5,
    icon=":material/compare:",
    title=lambda: t("Compare"),
    headline=lambda atlas, view: _headline(atlas, sides.all_of(atlas, view)[: sides.MOST]),
)
INDICATOR = "unconnected_share"
#: How many maps stand in a row, by how many there are, and how high each is.
GRID = {1: (1, 460), 2: (2, 460), 3: (3, 360), 4: (2, 360), 5: (3, 320)}
WIDTHS = {1: "narrow", 2: "half", 3: "third"}
CHANGES = 12
TABLES = ["status_count", "published_figure", "boundary", "pilot", "project"]


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    every = sides.all_of(atlas, view)
    shown = every[: sides.MOST]
    st.html(_headline(atlas, shown))
    controls.filters(atlas, view)
    side_controls.boxes(atlas, view)
    _left_out(atlas, every)
    if len(shown) < 2:
        st.html(blocks.notice("info", t("Choose a second place, standard or date to compare with.")))
    if len({one.standard for one in shown}) > 1:
        words = t("Two standards are two definitions: what lies between them is no progress over time.")
        st.html(blocks.notice("warning", words))
    side_table.show(atlas, view, shown)
    _in_words(atlas, shown)
    _maps(atlas, view, shown)
    sources_line(atlas, TABLES)


def _left_out(atlas: Atlas, every: Sequence[View]) -> None:
    """More combinations than fit: which are not shown."""
    if len(every) <= sides.MOST:
        return
    missing = side_table.names(atlas, every)[sides.MOST :]
    words = t(
        "{n} combinations are chosen; the first {most} are shown, not: {missing}",
        n=figures.count(len(every)),
        most=figures.count(sides.MOST),
        missing=figures.listed(missing),
    )
    st.html(blocks.notice("warning", words))


# --- in words ------------------------------------------------------------------------------------------


def _headline(atlas: Atlas, shown: Sequence[View]) -> html.Html:
    """The published rates of all sides, then the share unconnected of each; of two, who has more and how much."""
    said = [_published_words(atlas, shown), _shares_words(atlas, shown)]
    return headlines.titled(figures.sentence(said), _beneath(atlas, shown))


def _published_words(atlas: Atlas, shown: Sequence[View]) -> str:
    """`China · 5G: published >90% (2024-07-24), 95% (2025-12-31)`: what all sides share is said once."""
    shared = " · ".join(one for one in side_table.parts_shared(atlas, shown) if one)
    what = shared or figures.listed(side_table.names(atlas, shown))
    rates = [_rate_words(atlas, one) for one in shown]
    known = figures.listed(dict.fromkeys(one for one in rates if one))
    if not known:
        return t("{what}: no rate published", what=what)
    return t("{what}: published rate {rates}", what=what, rates=known)


def _rate_words(atlas: Atlas, one: View) -> str | None:
    """A published rate with its date, and whose it is where it is not the place's own."""
    rate = headlines.rate_of(atlas, one)
    if rate is None:
        return None
    whose = [rate_words.name(atlas, rate.place_id)] if rate.place_id != one.place_id else []
    return figures.bracketed(rate_words.value(rate), figures.listed([*whose, figures.day(rate.day)]))


def _beneath(atlas: Atlas, shown: Sequence[View]) -> list[str]:
    lines = [
        line
        for one in shown
        for line in headlines.beneath(atlas, one, questions.figure(atlas, one, "unconnected_villages"))
    ]
    return list(dict.fromkeys(lines))


def _shares_words(atlas: Atlas, shown: Sequence[View]) -> str | None:
    found = [questions.figure(atlas, one, INDICATOR) for one in shown]
    named = zip(side_table.names(atlas, shown), found, strict=True)
    known = [(name, one) for name, one in named if one.value is not None]
    if not known:
        return None
    simulated = [one.evidence == "simulated" for _, one in known]
    words = [
        f"{name} {figures.bracketed(figures.text(one), t('Simulated') if one_is and not all(simulated) else '')}"
        for (name, one), one_is in zip(known, simulated, strict=True)
    ]
    pairs = side_words.pairs(atlas, shown) if len(known) == len(shown) == 2 else []
    shares = figures.clause([figures.listed(words), *(_apart(atlas, pair) for pair in pairs)])
    if all(simulated):
        return t("share of villages unconnected, simulated: {shares}", shares=shares)
    return t("share of villages unconnected: {shares}", shares=shares)


def _apart(atlas: Atlas, pair: side_words.Pair) -> str:
    a, b = (questions.figure(atlas, one, INDICATOR).value or 0.0 for one in (pair.one, pair.other))
    return side_words.higher(pair, a - b, figures.points_apart(a - b))


def _in_words(atlas: Atlas, shown: Sequence[View]) -> None:
    lines = side_words.sentences(atlas, shown)
    if lines:
        st.html(blocks.heading(t("The differences in words")))
        st.html(blocks.plain_list(lines))


# --- maps ----------------------------------------------------------------------------------------------


def _maps(atlas: Atlas, view: View, shown: Sequence[View]) -> None:
    """A small map of each side in the classes of all; those of one place move together."""
    drawn = [one for one in shown if places.level_below(atlas, one.place_id) is not None]
    if not drawn:
        words = t("This place has no parts with boundaries; see the gap map.")
        st.html(blocks.notice("info", words, [(t("Gap map"), address("gap-map") + view.link())]))
        return
    beside = tuple(dict.fromkeys(Beside(one.place_id, one.standard) for one in drawn))
    is_of_one_place = len({one.place_id for one in drawn}) == 1
    is_change = is_of_one_place and len(shown) == len(drawn) == 2
    title = t("Share of villages unconnected, all maps in the same classes")
    st.html(blocks.heading(title, None, t("The maps move together.") if is_of_one_place and len(drawn) > 1 else ""))
    in_row, height_px = GRID[len(drawn)]
    names = dict(zip(map(_key, shown), side_table.names(atlas, shown), strict=True))
    for start in range(0, len(drawn), in_row):
        row = st.columns(in_row, gap="small")
        for number, (cell, one) in enumerate(zip(row, drawn[start:], strict=False), start):
            with cell:
                st.html(blocks.heading(names[_key(one)]))
                asked = _asked(atlas, one, beside)
                name = t("Map of {what}", what=names[_key(one)])
                key, size = f"compare_{number}", WIDTHS[in_row]
                coloured_map(atlas, view, asked, height_px, key, name, size=size, with_legend=False)
    asked = _asked(atlas, drawn[0], beside)
    with st.container(key="side_legend"):
        st.html(legend(INDICATOR, choropleth.answer(atlas, asked)[1]))
    _without_map(atlas, [one for one in shown if one not in drawn])
    if is_of_one_place:
        map_view.in_step([*(f"compare_{number}" for number in range(len(drawn))), "compare_change"])
        map_view.load()
    if is_change:
        _between(atlas, view, shown[0], shown[1])


def _key(one: View) -> tuple[object, ...]:
    return one.place_id, one.standard, one.as_of


def _asked(atlas: Atlas, one: View, beside: tuple[Beside, ...]) -> choropleth.Question:
    level = places.level_below(atlas, one.place_id)
    assert level is not None
    return replace(question(atlas, one, INDICATOR, level), beside=beside)


def _without_map(atlas: Atlas, missing: Sequence[View]) -> None:
    if missing:
        names = figures.listed(dict.fromkeys(rate_words.name(atlas, one.place_id) for one in missing))
        words = t("No map: {names}. These places have no parts with boundaries; see the gap map.", names=names)
        st.html(blocks.notice("info", words))


def _between(atlas: Atlas, view: View, first: View, last: View) -> None:
    """The difference map, the second side less the first, and the places that differ most."""
    level = places.level_below(atlas, first.place_id)
    assert level is not None
    versus = choropleth.Versus(last.standard, last.as_of)
    asked = replace(question(atlas, first, INDICATOR, level), versus=versus)
    frame, _ = choropleth.answer(atlas, asked)
    a, b = side_table.names(atlas, [first, last])
    title = t("{b} less {a}: share of villages unconnected, in percentage points", a=a, b=b)
    st.html(
        blocks.heading(
            title,
            choropleth.evidence_shown(frame),
            t("Above zero: a larger share is unconnected in {b} than in {a}; below zero: a smaller one.", a=a, b=b),
        )
    )
    on_map, beside = st.columns([3, 2], gap="medium")
    with on_map:
        coloured_map(atlas, view, asked, GRID[2][1], "compare_change", title)
    with beside:
        _table(view, (a, b), frame)


def _table(view: View, named: tuple[str, str], frame: pd.DataFrame) -> None:
    """The largest differences; of simulated states all parts by code, since their order would be no finding."""
    known = frame[frame["value"].notna()]
    is_simulated = chart_points.is_simulated(known)
    size = known["place_id"] if is_simulated else -known["value"].abs()
    order = size.sort_values(kind="stable").index if is_simulated else size.sort_values(kind="stable").index[:CHANGES]
    rows = [
        [
            html.link(place_name(row["name"], row["name_en"]), view.link(place_id=row["place_id"])),
            figures.percent(row["before"]),
            figures.percent(row["after"]),
            _change_words(row["value"]),
        ]
        for row in known.loc[order].to_dict("records")
    ]
    title = t("Share of villages unconnected by place")
    st.html(blocks.heading(title, choropleth.evidence_shown(frame), first_of(len(order), len(known))))
    st.html(tables.data_table([t("Place"), *named, t("Change")], rows, "lrrr", title))


def _change_words(change: float) -> str:
    """`31.0 pp lower`: the direction in words, as everywhere on this page."""
    apart = figures.points_apart(change)
    if change == 0:
        return t("the same")
    return t("{n} higher", n=apart) if change > 0 else t("{n} lower", n=apart)
