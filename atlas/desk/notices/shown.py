"""One register on public notice, for everybody: until when, what it would change, who objects how, and what was
answered. Nobody is named, and what is not on notice any more is not shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from atlas.desk import acting, at_hand, words
from atlas.desk.notices import objecting, said
from atlas.desk.registers import register_shown
from atlas.look import blocks, cards, figures, html, tables
from atlas.look.language import t
from atlas.view import inputs, keeping, state
from atlas.view.state import View
from desk.notices import objecting as objections
from desk.notices import read
from desk.notices.read import RUNNING
from desk.projected.notices import FILED
from indicators import places
from indicators.database import Atlas

PART = 50


def show(atlas: Atlas, view: View) -> None:
    """By the secret key of who objected, else by number."""
    key, number = inputs.given(view, said.KEY) or "", said.number_of(view, said.NUMBER) or 0
    with at_hand.desk().reading() as connection:
        own = read.followed(connection, key)
        now = said.now(connection)
        notice = read.one(connection, own["submission_no"] if own else 0 if key else number, now)
        rows_sha256 = read.rows_of(connection, notice["submission_no"]) if notice else ""
        before = said.number_of(view, said.OBJECTIONS_BEFORE)
        found = read.objections(connection, notice["submission_no"], PART + 1, before) if notice else []
    if notice is None:
        st.html(blocks.finding(t("Register on public notice")))
        link = f"register-notices{view.link(inputs=())}"
        told = t("There is no notice at this address. Check that the link is whole.")
        st.html(blocks.notice("empty", told, [(t("All notices of registers"), link)]))
        return
    parts = [words.number(notice["submission_no"]), said.where(atlas, notice["path"]), said.state(notice)]
    st.html(blocks.finding(notice["title"], [*parts, said.left(notice)]))
    acting.say_done()
    if own is not None:
        _own(atlas, view, own, key)
    elif objecting.FILED in st.session_state:
        objecting.done(view)
    _told(notice)
    if not key and notice["state"] == RUNNING:
        objecting.show(atlas, view, notice)
    _content(atlas, view, notice, rows_sha256)
    _objections(atlas, view, notice, found, before)
    if not key:
        keeping.qr_code(view)


def _told(notice: Mapping[str, Any]) -> None:
    st.text(notice["words"])
    rows = [
        (t("On notice from"), notice["from_on"], None),
        (t("Last day to object"), notice["until_on"], None),
        (t("The register is of"), notice["as_of"] or figures.DASH, None),
        (t("Rows"), figures.count(notice["rows_said"]), None),
        (t("Objections"), said.objections(notice), None),
    ]
    if notice["ended_at"]:
        rows.insert(2, (t("Decided"), words.day(notice["ended_at"]), None))
    st.html(tables.fact_list(rows))


def _content(atlas: Atlas, view: View, notice: Mapping[str, Any], rows_sha256: str) -> None:
    """The difference while it is on notice; of a past one the numbers that it began with."""
    place_id = notice["path"].rpartition("/")[2]
    if rows_sha256 and places.place(atlas, place_id) is not None:
        st.html(blocks.heading(t("What it would change"), None, t("against what is published now")))
        changes = register_shown.compared(atlas, rows_sha256, notice["kind"], place_id).changes
        here = replace(view, place_id=place_id, village_id=None)  # whatever the address says, its map is of its place
        register_shown.summary(atlas, here, changes, notice["kind"], for_reviewers=False)
        return
    st.html(blocks.heading(t("What it would change"), None, t("against what was published when the notice began")))
    numbers = [(t("In the register"), notice["villages"]), (t("Not in it"), notice["missing"])]
    if notice["kind"] == "coverage":
        numbers += [(t("Would turn connected"), notice["connected"])]
        numbers += [(t("Would turn unconnected"), notice["unconnected"])]
    unit = t("villages")
    st.html(cards.cards([cards.card_text(title, figures.count(n), unit, None) for title, n in numbers]))


# --- objections -------------------------------------------------------------------------------------------


def _objections(
    atlas: Atlas, view: View, notice: Mapping[str, Any], found: list[Mapping[str, Any]], before: int | None
) -> None:
    """When and of which village somebody objected, and the answer: what was written only the office reads."""
    title = t("Objections and answers")
    st.html(blocks.heading(f"{title}: {figures.count(notice['objections'])}", None, t("nobody is named")))
    if not found:
        st.html(blocks.notice("empty", t("Nobody has objected so far.")))
        return
    rows = [
        [
            words.number(one["objection_no"]),
            words.day(one["filed_at"]),
            words.village(atlas, one["village_id"]) if one["village_id"] else t("the whole register"),
            said.fate(one),
            one["words"] or figures.DASH,
        ]
        for one in found[:PART]
    ]
    header = [t("Number"), t("Handed in"), t("Village"), t("State"), t("Answer")]
    st.html(tables.data_table(header, rows, "llwww", title))
    with st.container(horizontal=True, key="noprint_objection_parts"):
        if before is not None and st.button(t("From the newest"), icon=":material/first_page:"):
            state.go_to(view, inputs=inputs.with_inputs(view, **{said.OBJECTIONS_BEFORE: None}).inputs)
        if len(found) > PART and st.button(t("Older ones"), icon=":material/chevron_right:"):
            last = str(found[PART - 1]["objection_no"])
            state.go_to(view, inputs=inputs.with_inputs(view, **{said.OBJECTIONS_BEFORE: last}).inputs)


def _own(atlas: Atlas, view: View, own: Mapping[str, Any], key: str) -> None:
    """What somebody wrote, what became of it, and the way to take it back."""
    rows = [
        (t("Your objection"), words.number(own["objection_no"]), None),
        (t("State"), said.fate(own), None),
        (t("Handed in"), words.day(own["filed_at"]), None),
    ]
    if own["village_id"]:
        rows.append((t("Village"), words.village(atlas, own["village_id"]), None))
    if own["words"]:
        rows.append((t("Answer"), own["words"], None))
    st.html(tables.fact_list(rows))
    written(own)
    if own["state"] == FILED:
        with st.popover(t("Take it back"), icon=":material/undo:"):
            st.write(t("What you wrote is removed for good; that somebody objected stays in the log."))
            if st.button(t("Take it back for good"), type="primary"):
                acting.act(view, lambda: objections.withdraw(at_hand.desk(), key), t("It is taken back."))
    st.html(html.link(t("The notice, as everybody sees it"), said.link(view, own["submission_no"])))


def written(objection: Mapping[str, Any]) -> None:
    """What somebody wrote, for themselves and the office."""
    if objection["text_sha256"]:
        st.html(blocks.heading(t("What was written")))
        st.text(at_hand.desk().files.read(objection["text_sha256"]).decode(errors="replace"))
