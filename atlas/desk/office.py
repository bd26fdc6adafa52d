"""The office's day: what waits for me, what is overdue, what happened since; and who I am here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from atlas.desk import acting, at_hand, who, words
from atlas.desk.corrections import listed
from atlas.desk.notices import to_decide
from atlas.desk.registers import submitted
from atlas.guard.sign_in import has_sign_in
from atlas.look import blocks, figures, html, tables
from atlas.look.language import place_name, t
from atlas.view import controls
from atlas.view.state import View
from desk.challenges import read
from desk.challenges.read import Asked
from desk.people.rights import RIGHTS, Grant, Person, operators_of
from desk.projected.states import CONCEDED, DISPUTED, FILED
from indicators import facts, places
from indicators.database import Atlas

MOST = 50
#: What is done about corrections → in which states they wait for it.
WAITING = (("answer", (FILED,)), ("decide", (CONCEDED, DISPUTED, read.OVERDUE)))


def show(atlas: Atlas, view: View) -> None:
    """Sign in, or what waits."""
    person = at_hand.seated()
    if at_hand.is_anybody(person):
        _sign_in()
        return
    _who(atlas, person)
    acting.say_done()
    if person.has("submit"):
        with st.container(horizontal=True):
            controls.page_button(t("Hand in a register"), "submit", view, ":material/upload_file:")
            controls.page_button(
                t("Hand in a list of corrections"), "corrections-list", view, ":material/playlist_add:"
            )
    if person.has("review"):
        submitted.waiting(atlas, view, person)
    if person.has("answer_objection"):
        to_decide.show(atlas, view, person)
    for title, rows in _waiting(atlas, view, person):
        _table(atlas, view, title, rows)
    who.show(atlas, view, person)


def title() -> str:
    """The page's name in the menu."""
    return t("Desk: sign in") if at_hand.is_anybody(at_hand.seated()) else t("What waits")


def menu() -> str:
    """The menu of the desk's pages, which says who sits at it; for everybody else they are among the data's."""
    person = at_hand.seated()
    return t("Data and methods") if at_hand.is_anybody(person) else t("Desk: {name}", name=name(person))


def name(person: Person) -> str:
    return t("this machine") if at_hand.is_local(person) else person.name


def _sign_in() -> None:
    if has_sign_in():
        if st.user.get("is_logged_in"):
            told = t("Your account has no access here, or your session is over. Sign in again, or ask the publisher.")
            st.html(blocks.notice("warning", told))
        st.html(blocks.notice("info", t("For offices and operators. Everybody else needs no account.")))
        st.button(t("Sign in"), type="primary", icon=":material/login:", on_click=st.login)
        return
    told = t(
        "The desk is closed: this server can be reached from elsewhere, and no sign-in is set up. "
        "docs/desk.md says how."
    )
    st.html(blocks.notice("info", told))


def _who(atlas: Atlas, person: Person) -> None:
    """Name and roles with their places."""
    if at_hand.is_local(person):
        told = t("No sign-in is set up. On this machine alone, whoever sits at it may do everything.")
        st.html(blocks.notice("info", told))
        return
    grants = [_grant(atlas, one) for one in person.grants]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(tables.fact_list([(person.name, figures.sentence(grants) or t("no role here"), None)]))
        st.button(t("Sign out"), icon=":material/logout:", on_click=st.logout)


def _grant(atlas: Atlas, one: Grant) -> str:
    """Reviewer (永州市); Operator (中国电信, 湖南省)."""
    place = places.place(atlas, one.place_id) if one.place_id else None
    where = place_name(place.name, place.name_en) if place else one.place_id or ""
    within = figures.clause(filter(None, [words.operator(atlas, one.operator or ""), where]))
    return figures.bracketed(t(words.ROLES[one.role]), within) if within else t(words.ROLES[one.role])


def _waiting(atlas: Atlas, view: View, person: Person) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """What this person may answer, and what may be decided; what is due first at the top."""
    found = []
    with at_hand.desk().reading() as connection:
        titles = {"answer": t("Corrections to answer"), "decide": t("Corrections to decide")}
        for right, states in WAITING:
            if person.has(right):
                rows = {
                    row["challenge_no"]: row
                    for asked in asked_of(atlas, person, right, states)
                    for row in read.waiting(connection, asked, MOST)
                }
                found.append((titles[right], sorted(rows.values(), key=lambda row: row["due_on"])[:MOST]))
    return found


def asked_of(atlas: Atlas, person: Person, right: str, states: tuple[str, ...]) -> list[Asked]:
    """One question for each role that gives the right, of where it holds, and of whose matters; a place that the atlas
    does not hold (any more) is nowhere, and not everywhere.
    """
    nation = facts.settings(atlas)["nation"]["place_id"]
    return [
        Asked(
            path=at_hand.path(atlas, grant.place_id or nation),
            today=words.today(),
            states=states,
            operators=operators_of(grant, right),
        )
        for grant in person.grants
        if grant.role in RIGHTS[right] and (grant.place_id is None or places.place(atlas, grant.place_id) is not None)
    ]


def _table(atlas: Atlas, view: View, title: str, rows: list[Mapping[str, Any]]) -> None:
    overdue = sum(words.is_overdue(row, words.today()) for row in rows)
    remark = t("{n} overdue", n=figures.count(overdue)) if overdue else ""
    st.html(blocks.heading(f"{title}: {figures.count(len(rows))}", None, remark))
    if not rows:
        st.html(blocks.notice("empty", t("Nothing waits here.")))
        return
    shown = [
        [
            html.link(words.number(row["challenge_no"]), listed.case_link(view, row["challenge_no"])),
            html.stacked([words.village(atlas, row["village_id"]), words.where(atlas, row["path"])]),
            words.claim(row, words.standard(atlas, row["standard"])),
            words.operator(atlas, row["operator"]) or t("None named"),
            words.state(row["state"]),
            html.stacked([row["due_on"], words.left(row["due_on"])]),
        ]
        for row in rows
    ]
    header = [t("Number"), t("Village"), t("Claim"), t("Carrier"), t("State"), t("Due by")]
    st.html(tables.data_table(header, shown, "lwwwll", title))
