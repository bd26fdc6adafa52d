"""The form by which anybody objects to a register on public notice: two minutes on a phone, no account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from atlas.desk import at_hand, words
from atlas.desk.corrections import form, rates
from atlas.desk.notices import said
from atlas.look import blocks
from atlas.look.addresses import address
from atlas.look.language import place_name, said_again, t
from atlas.view import keeping, state
from atlas.view.state import View
from desk import texts
from desk.challenges.claim import CONTACT_CHARACTERS, TEXT_CHARACTERS
from desk.errors import Refused
from desk.notices import objecting
from desk.notices.objecting import Objected
from indicators import places
from indicators.database import Atlas

FILED = "objection_filed"  # in the session: what was filed last, with its secret
MOST_CHOICES = 2_000  # villages that a list can be chosen from


def show(atlas: Atlas, view: View, notice: Mapping[str, Any]) -> None:
    """In a fold, which the printed page leaves out."""
    with st.container(key="noprint_objecting"):
        fold = st.expander(t("Object to this notice"), icon=":material/campaign:", key="objecting", on_change="rerun")
        if not fold.open:
            return
        with fold:
            _form(atlas, view, notice)


def _form(atlas: Atlas, view: View, notice: Mapping[str, Any]) -> None:
    villages = _villages(atlas, notice["path"].rpartition("/")[2])
    with st.form("objection", border=False, enter_to_submit=False):
        village = None
        if villages:
            village = st.selectbox(
                t("Village (optional)"),
                list(villages),
                index=None,
                format_func=lambda code: villages[code],
                placeholder=t("the whole register"),
            )
        text = st.text_area(
            t("What is wrong, and how you know"),
            max_chars=TEXT_CHARACTERS,
            height=120,
            help=t("Read by the office only; its answer is public. Leave names and telephone numbers out."),
        )
        contact = st.text_input(
            t("How to reach you (optional)"),
            max_chars=CONTACT_CHARACTERS,
            help=t("Shown to nobody but the office, and erased with the answer."),
        )
        if st.form_submit_button(t("Hand in the objection"), type="primary", icon=":material/send:"):
            _hand_in(atlas, notice["submission_no"], text, village, contact)


def _villages(atlas: Atlas, place_id: str) -> dict[str, str]:
    """Code → name of the place's villages; none of a place of more than a list can be chosen from."""
    place = places.place(atlas, place_id)
    if place is None:
        return {}
    query = f'SELECT place_id, name, name_en FROM village WHERE "{place.level}_id" = $1 ORDER BY place_id LIMIT $2'
    rows = atlas.cursor().execute(query, [place_id, MOST_CHOICES + 1]).fetchall()
    if len(rows) > MOST_CHOICES:
        return {}
    return {code: f"{place_name(name, name_en)} {code}" for code, name, name_en in rows}


def _hand_in(atlas: Atlas, number: int, text: str, village_id: str | None, contact: str) -> None:
    try:
        texts.needed(text, TEXT_CHARACTERS)  # what is not taken costs nothing of the rate
        rates.take_objection(st.context.ip_address)
        village = at_hand.village(atlas, village_id) if village_id else None
        st.session_state[FILED] = objecting.file(at_hand.desk(), number, text, village, contact)
    except Refused as refused:
        st.html(blocks.notice("warning", said_again(refused.said)))
    except at_hand.Closed:
        st.html(blocks.notice("warning", form.closed_words()))
    else:
        st.rerun()


def done(view: View) -> None:
    """The number, and the one link by which it is followed."""
    filed: Objected = st.session_state[FILED]
    number = words.number(filed.objection_no)
    answered = t("It is answered after the last day of the notice, {day}.", day=filed.until_on)
    st.html(blocks.heading(t("Your objection is handed in: {number}", number=number), None, answered))
    st.html(blocks.notice("info", t("Keep this link: only it shows what you wrote and takes it back.")))
    st.code(link(view, filed.key), language=None, wrap_lines=True)
    if st.button(t("Done"), icon=":material/check:"):
        del st.session_state[FILED]
        state.go_to(view)


def link(view: View, key: str) -> str:
    """The whole address, short enough to be written down."""
    base = keeping.permalink(view).split("?")[0].rpartition("/")[0]
    return f"{base}/{address('register-notice', {'lang': view.lang, said.KEY: key})}"
