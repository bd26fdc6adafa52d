"""The notice on the page of the register, for its reviewers: put on it, objections read and answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import streamlit as st

from atlas.desk import acting, at_hand, words
from atlas.desk.notices import said, shown
from atlas.desk.registers.register_changes import RegisterChanges
from atlas.look import blocks, figures, html, tables
from atlas.look.language import mark, t
from atlas.view.state import View
from desk.challenges.claim import TEXT_CHARACTERS
from desk.notices import answering, objecting, opening, read
from desk.notices.opening import Shown
from desk.notices.read import OVER, RUNNING
from desk.notices.terms import day
from desk.people.rights import Person, role_for
from desk.preconditions import NOTE_CHARACTERS, TITLE_CHARACTERS
from desk.projected.notices import ACCEPTED, REJECTED
from desk.projected.submissions import SUBMITTED
from ground.states import CONNECTED, UNCONNECTED
from indicators.database import Atlas

MOST = 50  # objections on the page together; those behind come when these are answered
ANSWERS = {ACCEPTED: mark("Accept: it is right"), REJECTED: mark("Do not accept: it stays as it is")}


def stands_in_the_way(atlas: Atlas, notice: Mapping[str, Any] | None) -> str:
    """Why the register cannot be approved yet; "" where nothing stands in the way."""
    if notice is None:
        return t("It has to be on public notice before it is approved.") if _is_required(atlas) else ""
    if notice["state"] == RUNNING:
        return t("The public notice runs until {day}: it is approved after that day.", day=notice["until_on"])
    if notice["unanswered"]:
        n = figures.count(notice["unanswered"])
        return t("Objections that wait for an answer: {n}. Answer them first.", n=n)
    return ""


def show(
    atlas: Atlas,
    view: View,
    person: Person,
    register: Mapping[str, Any],
    notice: Mapping[str, Any] | None,
    changes: RegisterChanges,
) -> None:
    """Where it stands, with the way to the public page; what may be done."""
    if notice is not None:
        told = figures.sentence([t("Public notice"), said.state(notice), said.left(notice), notice["until_on"]])
        link = (t("As everybody sees it"), said.link(view, notice["submission_no"]))
        st.html(blocks.notice("info", told, [link]))
        if role_for(person, "answer_objection", register["path"]):
            _objections(atlas, view, person, notice)
    elif register["state"] == SUBMITTED and role_for(person, "put_on_notice", register["path"]):
        _put(atlas, view, person, register, changes)


def _is_required(atlas: Atlas) -> bool:
    return at_hand.notice_terms(atlas).is_required


def _put(atlas: Atlas, view: View, person: Person, register: Mapping[str, Any], changes: RegisterChanges) -> None:
    """Title, text and last day."""
    terms, desk = at_hand.notice_terms(atlas), at_hand.desk()
    with desk.reading() as connection:
        least = terms.least(day(said.now(connection), terms.zone))
    remark = t("everybody reads it and may object; {n} working days at least", n=terms.days)
    with st.form("put_on_notice", border=True):
        st.html(blocks.heading(t("Put on public notice"), None, remark))
        title = st.text_input(
            t("Title for everybody"),
            register["title"],
            max_chars=TITLE_CHARACTERS,
            help=t("Everybody can read this: name nobody in it."),
        )
        text = st.text_area(
            t("What is put on notice, and whom to ask"),
            max_chars=NOTE_CHARACTERS,
            help=t("Everybody can read this: name nobody in it."),
        )
        until = st.date_input(t("Last day"), date.fromisoformat(least), format="YYYY-MM-DD", key="notice_until")
        if st.form_submit_button(t("Put on public notice"), type="primary", icon=":material/campaign:"):
            number, seen, four_eyes = register["submission_no"], register["version"], at_hand.four_eyes()
            last = until.isoformat() if isinstance(until, date) else ""
            numbers = _numbers(changes)
            acting.act(
                view,
                lambda: opening.put(desk, person, number, seen, last, title, text, numbers, terms, four_eyes=four_eyes),
                t("It is on public notice."),
            )


def _numbers(changes: RegisterChanges) -> Shown:
    turned, after = changes.turned, changes.turned["after"]
    connected, unconnected = (turned.loc[after == to, "place_id"].nunique() for to in (CONNECTED, UNCONNECTED))
    return Shown(changes.villages, len(changes.missing), int(connected), int(unconnected))


def _objections(atlas: Atlas, view: View, person: Person, notice: Mapping[str, Any]) -> None:
    """What was written, with how to reach who did; a form for the answer once the notice is over."""
    number = notice["submission_no"]
    with at_hand.desk().reading() as connection:
        waiting = read.waiting_for_an_answer(connection, number, MOST)
        may_reach = role_for(person, "see_contact", notice["path"]) is not None
        contacts = [read.contact(connection, one["objection_no"]) if may_reach else "" for one in waiting]
    if not waiting:
        return
    remark = t("{n} without an answer", n=figures.count(notice["unanswered"]))
    st.html(blocks.heading(t("Objections to answer"), None, remark))
    for one, contact in zip(waiting, contacts, strict=True):
        _one(atlas, view, person, one, contact)
    if notice["state"] == OVER:
        _answer(view, person, number, [one["objection_no"] for one in waiting])
    else:
        st.html(blocks.notice("info", t("They are answered after the last day of the notice.")))


def _one(atlas: Atlas, view: View, person: Person, objection: Mapping[str, Any], contact: str) -> None:
    village = words.village(atlas, objection["village_id"]) if objection["village_id"] else t("the whole register")
    rows = [
        (words.number(objection["objection_no"]), figures.clause([village, words.day(objection["filed_at"])]), None)
    ]
    if objection["alike"] > 1:
        rows.append((t("The same from others"), figures.count(objection["alike"] - 1), None))
    if contact:
        rows.append((t("How to reach them"), contact, None))
    with st.container(border=True):
        st.html(tables.fact_list(rows))
        if objection["text_sha256"]:
            shown.written(objection)
            _redact(view, person, objection["objection_no"])


def _redact(view: View, person: Person, number: int) -> None:
    with st.popover(t("Remove the text"), icon=":material/delete:", key=f"redact_popover_{number}"):
        why = st.text_input(
            t("Why"), max_chars=200, help=t("For example: it names a person."), key=f"redact_why_{number}"
        )
        if st.button(t("Remove it for good"), key=f"redact_{number}"):
            act = t("The text is removed.")
            acting.act(view, lambda: objecting.redact(at_hand.desk(), person, number, why), act)


def _answer(view: View, person: Person, number: int, waiting: list[int]) -> None:
    """One answer to several is what a flood is answered by."""
    with st.form("answer_objections", border=True, clear_on_submit=False):
        chosen = st.multiselect(
            t("Objections to answer"), waiting, format_func=words.number, placeholder=t("Choose some")
        )
        is_all = st.checkbox(t("All that are shown here"))
        answer = st.radio(t("Answer"), list(ANSWERS), index=None, format_func=lambda one: html.plain(t(ANSWERS[one])))
        reasons = st.text_area(t("Reasons"), max_chars=TEXT_CHARACTERS, help=t("Everybody can read this."))
        if st.form_submit_button(t("Answer"), type="primary"):
            objections = waiting if is_all else chosen
            acting.act(
                view,
                lambda: answering.answer(at_hand.desk(), person, number, objections, answer or "", reasons),
                t("The answer is recorded."),
            )
