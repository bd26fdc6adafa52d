"""One register that was handed in: what it is, what it would change, and what may be done with it by whom."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st
from sqlalchemy import Connection

from atlas.desk import acting, at_hand, words
from atlas.desk.notices import reviewed
from atlas.desk.notices import said as notice_words
from atlas.desk.registers import handing_in, register_changes, register_shown
from atlas.intake import report
from atlas.intake.report import Report
from atlas.look import blocks, figures, html, tables
from atlas.look.language import mark, t
from atlas.pieces import quality_tables
from atlas.view import inputs
from atlas.view.state import View
from desk.notices import read as notices
from desk.people.rights import Person, role_for
from desk.preconditions import NOTE_CHARACTERS
from desk.projected.submissions import APPROVED, DRAFT, RETURNED, SUBMITTED, WITHDRAWN, left_out
from desk.submissions import hand_in, read
from indicators import places
from indicators.database import Atlas

MOST = 50
MOST_CHOICES = 2_000  # villages that a list can be chosen from
STATES = {
    DRAFT: mark("Draft"),
    SUBMITTED: mark("Waits for review"),
    RETURNED: mark("Returned"),
    APPROVED: mark("Approved for the next release"),
    WITHDRAWN: mark("Taken back"),
}


def listed(atlas: Atlas, view: View, person: Person) -> None:
    """What was handed in that this person may see."""
    with at_hand.desk().reading() as connection:
        found = read.listed(connection, person, MOST)
        states = _states(connection, found)
    title = t("Registers handed in")
    st.html(blocks.heading(title))
    if not found:
        st.html(blocks.notice("empty", t("Nothing was handed in here so far.")))
        return
    st.html(tables.data_table(_header(), [_row(atlas, view, one, states) for one in found], "lwllrl", title))


def waiting(atlas: Atlas, view: View, person: Person) -> None:
    """What this person may review."""
    with at_hand.desk().reading() as connection:
        found = read.waiting(connection, person, MOST)
        states = _states(connection, found)
    title = t("Registers to review")
    st.html(blocks.heading(f"{title}: {figures.count(len(found))}"))
    if found:
        st.html(tables.data_table(_header(), [_row(atlas, view, one, states) for one in found], "lwllrl", title))
    else:
        st.html(blocks.notice("empty", t("Nothing waits here.")))


def _header() -> list[str]:
    return [t("Number"), t("Title"), t("Place"), t("State"), t("Rows"), t("Handed in")]


def _row(atlas: Atlas, view: View, one: Mapping[str, Any], states: Mapping[int, str]) -> list[object]:
    link = "submission" + inputs.with_inputs(view, **{handing_in.SUBMISSION: str(one["submission_no"])}).link()
    return [
        html.link(words.number(one["submission_no"]), link),
        html.stacked([one["title"], one["file_name"]]),
        words.where(atlas, one["path"]) or words.where(atlas, f"/{one['path']}"),
        states[one["submission_no"]],
        figures.count(one["rows_said"]),
        words.day(one["submitted_at"] or one["drafted_at"]),
    ]


def _states(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """Number → state in words: of one that waits for review and is on public notice, that of the notice."""
    held = notices.of(connection, [row["submission_no"] for row in rows], notice_words.now(connection))
    return {row["submission_no"]: _state(row, held.get(row["submission_no"])) for row in rows}


def _state(register: Mapping[str, Any], notice: Mapping[str, Any] | None) -> str:
    name = register["state"]
    return notice_words.state(notice) if notice is not None and name == SUBMITTED else t(STATES[name])


def show(atlas: Atlas, view: View, person: Person) -> None:
    """By number, for those who may see it; for everybody else there is none."""
    asked = inputs.given(view, handing_in.SUBMISSION) or ""
    number = int(asked) if asked.isdecimal() and len(asked) < 10 else 0
    with at_hand.desk().reading() as connection:
        found = read.one(connection, number)
        newest = read.newest(connection, found["path"], found["kind"]) if found else ""
        notice = notices.of(connection, [number], notice_words.now(connection)).get(number)
    if found is None or not read.may_see(person, found["path"]):
        st.html(blocks.finding(t("Registers handed in")))
        st.html(blocks.notice("empty", t("There is nothing at this address, or your account may not see it.")))
        return
    parts = [words.number(number), words.where(atlas, found["path"]), _state(found, notice), found["file_name"]]
    st.html(blocks.finding(found["title"], parts))
    acting.say_done()
    _told(found)
    if found["state"] == SUBMITTED and newest and found["as_of"] and found["as_of"] <= newest:
        told = t(
            "A register of {day} is approved for this place already; this one is of {own}.",
            day=newest,
            own=found["as_of"],
        )
        st.html(blocks.notice("warning", told))
    place_id = found["path"].rpartition("/")[2]
    if places.place(atlas, place_id) is None:
        st.html(blocks.notice("warning", t("The place that it is of is not in this atlas any more.")))
        return
    changes = register_shown.compared(atlas, found["rows_sha256"], found["kind"], place_id).changes
    st.html(blocks.heading(t("What it would change"), None, t("against what is published now")))
    made = report.read(json.loads(at_hand.desk().files.read(found["report_sha256"])))
    here, not_held = replace(view, place_id=place_id, village_id=None), register_shown.not_held(made, found["kind"])
    register_shown.summary(atlas, here, changes, found["kind"], not_held=not_held)
    _rejected(made)
    reviewed.show(atlas, view, person, found, notice, changes)
    _actions(atlas, view, person, found, changes, reviewed.stands_in_the_way(atlas, notice))


def _told(found: Mapping[str, Any]) -> None:
    """Notes and words of both sides, and what became of the rows."""
    said = [
        (t("Rows read"), figures.count(found["rows_read"]), None),
        (t("Rejected"), figures.count(found["rows_rejected"]), None),
        (t("As of"), found["as_of"] or figures.DASH, None),
        (t("Handed in by"), found["submitted_by"] or found["drafted_by"], None),
    ]
    if found["note"]:
        said.append((t("Note"), found["note"], None))
    if found["decided_by"]:
        said.append((t("Reviewed by"), found["decided_by"], None))
    if found["words"]:
        said.append((t("What the reviewer says"), found["words"], None))
    if found["left_out"]:
        said.append((t("Rows left out"), figures.count(len(left_out(found))), None))
    if found["release"]:
        said.append((t("In release"), found["release"], None))
    st.html(tables.fact_list(said))


def _rejected(made: Report) -> None:
    """The rules that rows broke, with some of them; the whole list was given to whoever handed it in."""
    broken = [one for part in made.contents for one in part.broken if one.is_rejected]
    if not broken:
        return
    with st.expander(t("Rejected rows: {n}", n=figures.count(made.rejected))):
        for entry in broken:
            wrong, mend = quality_tables.words_of_rule(entry.rule)
            st.html(blocks.heading(f"{wrong} {figures.count(entry.count)}", None, mend))
            rows = [
                [figures.count(one.row), html.as_written(one.column), html.as_written(one.value)]
                for one in entry.examples
            ]
            st.html(tables.data_table([t("Row"), t("Column"), t("Value")], rows, "rll", wrong))


def _actions(
    atlas: Atlas,
    view: View,
    person: Person,
    found: Mapping[str, Any],
    changes: register_changes.RegisterChanges,
    in_the_way: str,
) -> None:
    number, seen, path = found["submission_no"], found["version"], found["path"]
    desk = at_hand.desk()
    may_submit = role_for(person, "submit", path) is not None
    if may_submit and found["state"] == DRAFT:
        with st.form("submit_register", border=True):
            note = st.text_area(t("Note to the reviewer (optional)"), max_chars=NOTE_CHARACTERS)
            if st.form_submit_button(t("Submit it for review"), type="primary", icon=":material/send:"):
                acting.act(view, lambda: hand_in.submit(desk, person, number, seen, note), t("It is submitted."))
    if may_submit and found["state"] in (DRAFT, SUBMITTED, RETURNED) and st.button(t("Take it back")):
        acting.act(view, lambda: hand_in.withdraw(desk, person, number, seen), t("It is taken back."))
    if found["state"] == SUBMITTED and role_for(person, "review", path):
        _review(atlas, view, person, found, changes, in_the_way)


def _review(
    atlas: Atlas,
    view: View,
    person: Person,
    found: Mapping[str, Any],
    changes: register_changes.RegisterChanges,
    in_the_way: str,
) -> None:
    """Approve whole or but for some villages, or return with words; what stands in the way of an approval is said."""
    number, seen, desk = found["submission_no"], found["version"], at_hand.desk()
    # Those that it turns; of a register that turns none, as one of people and positions, all that it speaks of.
    chosen_from = changes.turned if len(changes.turned) else changes.held
    rows = chosen_from.head(MOST_CHOICES).to_dict("records")
    named = {row["place_id"]: f"{row['name']} {row['place_id']}" for row in rows}
    with st.form("review_register", border=True):
        st.html(blocks.heading(t("Review"), None, in_the_way))
        without = st.multiselect(
            t("Villages whose rows are not approved"),
            list(named),
            format_func=lambda code: named[code],
            placeholder=t("none: the whole register"),
        )
        said = st.text_area(t("What the reviewer says"), max_chars=NOTE_CHARACTERS)
        with st.container(horizontal=True):
            is_approved = st.form_submit_button(
                t("Approve"), type="primary", icon=":material/check:", disabled=bool(in_the_way)
            )
            is_returned = st.form_submit_button(t("Return with these words"), icon=":material/undo:")
    if is_approved:
        rules = {"four_eyes": at_hand.four_eyes(), "notice_required": at_hand.notice_terms(atlas).is_required}
        acting.act(
            view,
            lambda: hand_in.approve(desk, person, number, seen, said, without, **rules),
            t("It is approved; the next release carries it."),
        )
    elif is_returned:
        acting.act(view, lambda: hand_in.give_back(desk, person, number, seen, said), t("It is returned."))
