"""Notices that are over and wait for the office: for answers to objections, and for the decision on the register."""

from __future__ import annotations

import streamlit as st

from atlas.desk import at_hand, words
from atlas.desk.notices import said
from atlas.desk.registers.handing_in import SUBMISSION
from atlas.look import blocks, figures, html, tables
from atlas.look.language import t
from atlas.view import inputs
from atlas.view.state import View
from desk.notices import read
from desk.people.rights import Person
from indicators.database import Atlas

MOST = 50


def show(atlas: Atlas, view: View, person: Person) -> None:
    """The longest waiting first, each with the way to where it is answered and decided."""
    with at_hand.desk().reading() as connection:
        found = read.to_decide(connection, person, said.now(connection), MOST)
    title = t("Public notices to decide")
    unanswered = sum(one["unanswered"] for one in found)
    remark = t("Objections that wait for an answer: {n}", n=figures.count(unanswered)) if unanswered else ""
    st.html(blocks.heading(f"{title}: {figures.count(len(found))}", None, remark))
    if not found:
        st.html(blocks.notice("empty", t("Nothing waits here.")))
        return
    rows = [
        [
            html.link(
                words.number(one["submission_no"]),
                "submission" + inputs.with_inputs(view, **{SUBMISSION: str(one["submission_no"])}).link(),
            ),
            html.stacked([one["title"], said.where(atlas, one["path"])]),
            one["until_on"],
            said.objections(one),
        ]
        for one in found
    ]
    header = [t("Number"), t("Register"), t("Last day to object"), t("Objections")]
    st.html(tables.data_table(header, rows, "lwlr", title))
