"""Who was at the desk, and the end of their access: for publishers, on the Desk's first page."""

from __future__ import annotations

import streamlit as st

from atlas.desk import acting, at_hand, words
from atlas.look import blocks, figures, html, tables
from atlas.look.language import t
from atlas.view.state import View
from desk.access import access
from desk.access.access import WORDS_CHARACTERS, Known
from desk.people.rights import Person
from indicators.database import Atlas

MOST = 200


def show(atlas: Atlas, view: View, person: Person) -> None:
    """In a fold that is made for who opens it."""
    if not person.has("end_access"):
        return
    with st.container(key="noprint_desk_people"):
        fold = st.expander(t("Who has been at the desk"), key="desk_people", on_change="rerun")
        if fold.open:
            with fold:
                _people(atlas, view, person)


def _people(atlas: Atlas, view: View, person: Person) -> None:
    with at_hand.desk().reading() as connection:
        known = access.known(connection)
    by_hand = set(at_hand.register_of(atlas).form.ended)
    if not known:
        st.html(blocks.notice("empty", t("Nobody has signed in so far.")))
        return
    _table(known[:MOST], by_hand)
    if len(known) > MOST:
        told = t("the {n} who came last, of {of}", n=figures.count(MOST), of=figures.count(len(known)))
        st.html(blocks.credit(told))
    others = {one.sub: one for one in known if one.sub != person.sub}
    if others:
        _form(view, person, others)


def _table(known: list[Known], by_hand: set[str]) -> None:
    rows = [
        [
            html.stacked([one.name, one.sub if one.sub != one.name else ""]),
            figures.listed(t(words.ROLES[role]) for role in one.roles if role in words.ROLES) or figures.DASH,
            one.last_on or figures.DASH,
            html.stacked(_state(one, by_hand)),
        ]
        for one in known
    ]
    header = [t("Name"), t("Roles"), t("Last seen"), t("Access")]
    st.html(tables.data_table(header, rows, "wwlw", t("Who has been at the desk")))


def _state(one: Known, by_hand: set[str]) -> list[str]:
    if one.ended_at:
        return [t("ended on {day}", day=words.day(one.ended_at)), one.words]
    return [t("ended in roles.toml")] if one.sub in by_hand else [t("goes on")]


def _form(view: View, person: Person, others: dict[str, Known]) -> None:
    """Their access ends with the next click, whatever they have open; it can be given back."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        sub = st.selectbox(
            t("Whose access"),
            list(others),
            index=None,
            format_func=lambda one: _named(others[one]),
            placeholder=t("Choose somebody"),
            key="desk_people_who",
        )
        said = st.text_input(t("Why"), max_chars=WORDS_CHARACTERS, key="desk_people_why")
        if sub is None:
            return
        one = others[sub]
        if one.ended_at and st.button(t("Give the access back"), icon=":material/lock_open:"):
            done = t("The access of {name} is given back.", name=one.name)
            acting.act(view, lambda: access.restore(at_hand.desk(), person, sub, said), done)
        if not one.ended_at and st.button(t("End the access"), type="primary", icon=":material/block:"):
            done = t("The access of {name} has ended.", name=one.name)
            acting.act(view, lambda: access.end(at_hand.desk(), person, sub, said), done)


def _named(one: Known) -> str:
    return figures.bracketed(one.name, one.sub) if one.sub != one.name else one.name
