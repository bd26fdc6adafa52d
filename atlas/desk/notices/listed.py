"""Registers on public notice, running and past, for everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from atlas.desk import at_hand, words
from atlas.desk.asked import NoticesFeed
from atlas.desk.notices import said
from atlas.look import blocks, figures, html, tables
from atlas.look.language import t
from atlas.view import inputs, state
from atlas.view.state import View
from desk.notices import read
from indicators.database import Atlas

PART = 50
MOST_ELSEWHERE = 10  # on the page of pilots and projects


def show(atlas: Atlas, view: View) -> None:
    """What is on notice at the place, then what was."""
    before = said.number_of(view, said.BEFORE)
    with at_hand.desk().reading() as connection:
        path, now = at_hand.path(atlas, view.place_id), said.now(connection)
        opened = read.opened(connection, path, now)
        past = read.past(connection, path, now, PART + 1, before)
    title = t("On public notice, or being decided")
    st.html(blocks.heading(title, None, t("until the end of the last day anybody may object, without an account")))
    if opened:
        st.html(_table(atlas, view, opened, title))
    else:
        st.html(blocks.notice("empty", t("No register of this place is on public notice at the moment.")))
    if past or before is not None:
        title = t("Past notices")
        st.html(blocks.heading(title))
        st.html(_table(atlas, view, past[:PART], title))
    feed = NoticesFeed(view.place_id, view.lang).url()
    st.html(blocks.file_links(t("New notices for programs"), [("Atom", feed)]))
    with st.container(horizontal=True, key="noprint_notice_parts"):
        if before is not None and st.button(t("From the newest"), icon=":material/first_page:"):
            state.go_to(view, inputs=inputs.with_inputs(view, **{said.BEFORE: None}).inputs)
        if len(past) > PART and st.button(t("Older ones"), icon=":material/chevron_right:"):
            last = str(past[PART - 1]["submission_no"])
            state.go_to(view, inputs=inputs.with_inputs(view, **{said.BEFORE: last}).inputs)


def running(atlas: Atlas, view: View) -> None:
    """On the page of pilots and projects: registers on notice now, with the way to all of them; nothing for none."""
    try:
        with at_hand.desk().reading() as connection:
            path, now = at_hand.path(atlas, view.place_id), said.now(connection)
            opened = [one for one in read.opened(connection, path, now) if one["state"] == read.RUNNING]
    except at_hand.Closed:
        return
    if not opened:
        return
    title = t("Registers on public notice: {n}", n=figures.count(len(opened)))
    st.html(blocks.heading(title, None, t("until the end of the last day anybody may object, without an account")))
    st.html(_table(atlas, replace(view, inputs=()), opened[:MOST_ELSEWHERE], title))
    st.html(html.link(t("All notices of registers"), "register-notices" + view.link(inputs=())))
    st.html(blocks.heading(t("Pilots and projects")))


def _table(atlas: Atlas, view: View, rows: Sequence[Mapping[str, Any]], title: str) -> html.Html:
    shown = [
        [
            html.link(words.number(one["submission_no"]), said.link(view, one["submission_no"])),
            html.stacked([one["title"], said.where(atlas, one["path"])]),
            html.stacked([html.in_line([one["from_on"], "–", one["until_on"]]), said.left(one)]),
            said.state(one),
            figures.count(one["villages"]),
            said.objections(one),
        ]
        for one in rows
    ]
    header = [t("Number"), t("Register"), t("Notice"), t("State"), t("Villages"), t("Objections")]
    return tables.data_table(header, shown, "lwwwrr", title)
