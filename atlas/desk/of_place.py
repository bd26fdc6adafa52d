"""What the desk knows of a place or village, for its own page: corrections of it, and what the last release changed."""

from __future__ import annotations

import streamlit as st

from atlas.desk import at_hand, words
from atlas.desk.corrections import listed
from atlas.desk.released import changes, releases
from atlas.look import blocks, figures, html, tables
from atlas.look.html import Html
from atlas.look.language import nt, t
from atlas.view.state import View
from desk.challenges import read
from desk.challenges.read import Asked
from desk.projected.states import OPEN
from indicators import kept_builds
from indicators.database import Atlas

MOST = 20


def corrections(atlas: Atlas, view: View, village_id: str) -> None:
    """Corrections of one village, the newest first; nothing where there are none."""
    try:
        with at_hand.desk().reading() as connection:
            asked = Asked(at_hand.path(atlas, view.place_id), words.today(), village_id=village_id)
            found = read.listed(connection, asked, MOST)
    except at_hand.Closed:
        return
    if not found:
        return
    rows = [
        [
            html.link(words.number(one["challenge_no"]), listed.case_link(view, one["challenge_no"])),
            words.day(one["filed_at"]),
            words.claim(one, words.standard(atlas, one["standard"])),
            words.state_of(one, words.today()),
            one["release"],
        ]
        for one in found
    ]
    title = t("Corrections of this village")
    header = [t("Number"), t("Handed in"), t("Claim"), t("State"), t("In release")]
    st.html(blocks.heading(title))
    st.html(tables.data_table(header, rows, "llwwl", title))


def waiting(atlas: Atlas, view: View) -> Html:
    """How many corrections wait at a place, as a line with a link; empty where none does."""
    try:
        with at_hand.desk().reading() as connection:
            counts = read.counts(connection, Asked(at_hand.path(atlas, view.place_id), words.today()))
    except at_hand.Closed:
        return Html()
    waiting = sum(counts.get(one, 0) for one in OPEN)
    if not waiting:
        return Html()
    said = nt("{n} correction waits here", "{n} corrections wait here", waiting, n=figures.count(waiting))
    overdue = counts.get(read.OVERDUE, 0)
    told = figures.bracketed(said, t("{n} overdue", n=figures.count(overdue))) if overdue else said
    return blocks.credit(html.link(told, "corrections" + view.link(inputs=())))


def last_changes(atlas: Atlas, view: View) -> None:
    """What the newest release changed here, in a fold that is made for who opens it; nothing before the second one."""
    try:
        found = releases.listed()
    except at_hand.Closed:
        return
    if len(found) < 2:
        return
    newer, older = found[0]["number"], found[1]["number"]
    with st.container(key="noprint_last_changes"):
        fold = st.expander(t("What release {number} changed here", number=newer), key="last_changes", on_change="rerun")
        if fold.open:
            with fold:
                _changes(view, older, newer)


def _changes(view: View, older: str, newer: str) -> None:
    before, after = kept_builds.of_number(older), kept_builds.of_number(newer)
    if before is None or after is None:
        st.html(blocks.notice("warning", t("One of them cannot be brought back. The administrator was told.")))
        return
    releases.show_difference(after, view, changes.between(before, after), [])
