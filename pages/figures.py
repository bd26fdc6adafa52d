"""All published figures: searched, filtered, each with its words, document and address; one of them by its number."""

from __future__ import annotations

import streamlit as st

from atlas.look import blocks, figures, html
from atlas.look.language import nt, place_name, t
from atlas.look.parameters import Unreadable
from atlas.pieces.panels import sources_line
from atlas.published import figure_list, one_figure, quoted
from atlas.view import controls, inputs, keeping, published_query, state
from atlas.view.page import Page
from atlas.view.state import View
from indicators import facts
from indicators.database import Atlas
from indicators.published import figures as published_figures
from indicators.published.figures import ANY, Asked, Summary

PAGE = Page(
    url_path="figures",
    order=89,
    icon=":material/format_quote:",
    title=lambda: t("All published figures"),
    section=lambda: t("Data and methods"),
    is_there=published_figures.has_figures,
    headline=lambda atlas, view: _headline(
        atlas, view, published_figures.summary(atlas, published_query.read(view.place_id, {}))
    )[1],
)
ALL = "all"


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    held = published_figures.one(atlas, view.figure) if view.figure else None
    if held is not None:
        one_figure.show(atlas, view, held)
    else:
        if view.figure:
            words = t("There is no published figure of this number; here are all of them.")
            st.html(blocks.notice("warning", words))
        _all(atlas, view)
    sources_line(atlas, ["published_figure", "contradiction"])


def _all(atlas: Atlas, view: View) -> None:
    head = st.container()
    asked = _asked(atlas, view)
    found = published_figures.summary(atlas, asked)
    with head:
        title, headline = _headline(atlas, view, found)
        st.html(headline)
        keeping.report(atlas, view, t("All published figures"), title)
    if found.figures:
        figure_list.show(atlas, view, asked, found.figures)
    else:
        _nothing(atlas, view)
    figure_list.meanings()


def _headline(atlas: Atlas, view: View, found: Summary) -> tuple[str, html.Html]:
    """The title alone, and with the line beneath."""
    here = state.shown(atlas, view)
    title = t(
        "{place}: {figures} from {documents}",
        place=place_name(here.name, here.name_en),
        figures=nt("{n} published figure", "{n} published figures", found.figures, n=figures.count(found.figures)),
        documents=nt("{n} document", "{n} documents", found.documents, n=figures.count(found.documents)),
    )
    span = f"{figures.day(found.first)} – {figures.day(found.last)}" if found.first and found.last else ""
    seen = [f"{quoted.seen(word)} {figures.count(found.seen[word])}" for word in quoted.SEEN if word in found.seen]
    contradicted = nt(
        "{n} contradicted by another",
        "{n} contradicted by others",
        found.contradicted,
        n=figures.count(found.contradicted),
    )
    said = [
        span,
        t("counted by this atlas"),
        figures.sentence(seen),
        contradicted if found.contradicted else "",
    ]
    return title, blocks.finding(title, said)


def _asked(atlas: Atlas, view: View) -> Asked:
    """Draw the filters and read what they ask."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="noprint_filters"):
        controls.place_filters(atlas, view)
        topics = {one: quoted.word(atlas, one) for one in published_figures.topics(atlas)}
        seen = {one: quoted.seen(one) for one in quoted.SEEN}
        said = {
            "words": inputs.text(
                view,
                "words",
                t("Words"),
                most=published_query.LONGEST,
                help=t("in the quotation, document, publisher, place or name; all of them have to occur"),
            ),
            "from": inputs.text(
                view,
                "from",
                t("From"),
                most=10,
                help=t("2016, 2016-08 or 2016-08-30; figures without a date are then left out"),
            ),
            "to": inputs.text(
                view,
                "to",
                t("Up to"),
                most=10,
                help=t("2016, 2016-08 or 2016-08-30; figures without a date are then left out"),
            ),
            "topic": _choice(view, "topic", t("Topic"), topics),
            "seen": _choice(view, "seen", t("What was seen"), seen),
            "contradiction": _choice(view, "contradiction", t("Contradiction"), {ANY: t("in a contradiction")}),
        }
    try:
        return published_query.read(view.place_id, said)
    except Unreadable as unreadable:
        words = t(
            "{what} cannot be read: expected {expected}.", what=said[unreadable.key], expected=unreadable.expected
        )
        st.html(blocks.notice("warning", words))
        return published_query.read(view.place_id, said | {"from": "", "to": ""})


def _choice(view: View, name: str, label: str, options: dict[str, str]) -> str:
    chosen = inputs.choice(view, name, label, {ALL: t("All"), **options}, ALL, as_box=True)
    return "" if chosen == ALL else chosen


def _nothing(atlas: Atlas, view: View) -> None:
    whole = str(facts.settings(atlas)["nation"]["place_id"])
    links = [(t("Clear these filters"), view.link(inputs=()))]
    if view.place_id != whole:
        links.append((t("Show the whole country"), view.link(place_id=whole)))
    st.html(blocks.notice("empty", t("No published figure matches."), links))
