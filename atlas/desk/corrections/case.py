"""One correction: what everybody may see, what its owner sees by the secret link, and what an office does with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from atlas.desk import acting, at_hand, words
from atlas.desk.asked import Photo
from atlas.look import blocks, figures, html, tables
from atlas.look.language import mark, t
from atlas.view import inputs
from atlas.view.state import View
from desk.challenges import case as cases
from desk.challenges import read
from desk.challenges.claim import TEXT_CHARACTERS
from desk.people.rights import Person, role_for
from desk.projected.states import CONCEDED, DISMISSED, DISPUTED, FILED, GRADES, OPEN, REJECTED, UPHELD
from indicators.database import Atlas

ANSWERS = {CONCEDED: mark("Concede: it is as claimed"), DISPUTED: mark("Dispute: it is not as claimed")}
ANSWERED = {CONCEDED: mark("Conceded"), DISPUTED: mark("Disputed")}
DECISIONS = {
    UPHELD: mark("Uphold: the next release says so"),
    REJECTED: mark("Reject: the atlas stays as it is"),
    DISMISSED: mark("Dismiss: no correction at all (spam, another matter)"),
}


def show(atlas: Atlas, view: View) -> None:
    """By the secret key, else by number."""
    key, number = inputs.given(view, "correction.key"), inputs.given(view, "correction.no")
    with at_hand.desk().reading() as connection:
        if key:
            found = read.followed(connection, key)
        else:
            wanted = int(number) if number and number.isdecimal() and len(number) < 10 else 0
            found = read.one(connection, wanted)
        main = read.one(connection, found["joined_no"]) if found and found["joined_no"] else None
    if found is None:
        st.html(blocks.finding(t("Correction")))
        words_ = t("There is no correction at this address. Check that the link is whole.")
        st.html(blocks.notice("empty", words_, [(t("All corrections"), f"corrections{view.link(inputs=())}")]))
        return
    st.html(headline(atlas, found))
    acting.say_done()
    if main is not None:
        told = t("It goes with {number}, which claims the same.", number=words.number(main["challenge_no"]))
        link = inputs.with_inputs(view, **{"correction.no": str(main["challenge_no"]), "correction.key": None}).link()
        st.html(blocks.notice("info", told, [(t("Open that"), f"correction{link}")]))
    st.html(blocks.steps(_steps(found, main or found), t("How it went")))
    st.html(tables.fact_list(_facts(atlas, view, found)))
    if key:
        _own(view, found, key)
    else:
        _office(atlas, view, found)


def headline(atlas: Atlas, case: Mapping[str, Any]) -> html.Html:
    """Number, village and claim; beneath it where, and its state."""
    claim = words.claim(case, words.standard(atlas, case["standard"]))
    title = t("{village}, {claim}", village=words.village(atlas, case["village_id"]), claim=claim)
    parts = [words.number(case["challenge_no"]), words.where(atlas, case["path"]), words.state_of(case, words.today())]
    return blocks.finding(title, parts)


def _steps(case: Mapping[str, Any], main: Mapping[str, Any]) -> list[blocks.Step]:
    """Handed in, answered, decided, released: when, and in which words."""
    is_open = case["state"] in OPEN
    given = main["answer"]
    answer = t(ANSWERED[given]) if given else ""
    rows = [
        (t("Handed in"), words.day(case["filed_at"]), True, words.reason(case["reason"])),
        (
            t("Answer of the carrier or the place"),
            words.day(main["answered_at"]) if main["answered_at"] else _due(case, FILED),
            bool(main["answered_at"]),
            figures.sentence(filter(None, [answer, main["answer_words"]])),
        ),
        (
            t("Decision of the office"),
            words.day(main["decided_at"]) if main["decided_at"] else _due(case, CONCEDED, DISPUTED),
            not is_open,
            figures.sentence(filter(None, ["" if is_open else words.state(case["state"]), main["decision_words"]])),
        ),
        (t("In the atlas"), main["release"] or figures.DASH, bool(main["release"]), _release_words(main)),
    ]
    first = next((position for position, row in enumerate(rows) if not row[2]), len(rows))
    return [
        blocks.Step(title, when, "done" if reached else "now" if position == first and is_open else "open", said)
        for position, (title, when, reached, said) in enumerate(rows)
    ]


def _due(case: Mapping[str, Any], *states: str) -> str:
    if case["state"] not in states or not case["due_on"]:
        return figures.DASH
    return t("due by {day} ({left})", day=case["due_on"], left=words.left(case["due_on"]))


def _release_words(case: Mapping[str, Any]) -> str:
    if case["state"] != UPHELD or case["release"]:
        return ""
    return t("The next release carries it.")


def _facts(atlas: Atlas, view: View, case: Mapping[str, Any]) -> list[tuple[str, str, str | None]]:
    village = html.link(
        words.village(atlas, case["village_id"]), "place" + view.link(village_id=case["village_id"], inputs=())
    )
    rows: list[tuple[str, Any, str | None]] = [
        (t("Village"), village, None),
        (t("Code"), case["village_id"], None),
        (t("Standard"), words.standard(atlas, case["standard"]), None),
        (t("Carrier"), words.operator(atlas, case["operator"]) or t("None named"), None),
        (t("The atlas said"), f"{words.saw(case['seen_state'])} ({case['seen_release']})", None),
    ]
    if case["download_mbps"] is not None:
        rows.append((t("Speed measured"), f"{figures.decimal(case['download_mbps'], 1)} Mbit/s", None))
    if case["joined"]:
        rows.append((t("Others who claim the same"), figures.count(case["joined"]), None))
    if grade := case["grade"]:
        rows.append((t("How it is known"), t(words.GRADES[grade]), None))
    return rows


# --- whoever filed it -------------------------------------------------------------------------------------


def _own(view: View, case: Mapping[str, Any], key: str) -> None:
    """What they wrote, and the way to take it back."""
    _text(case)
    if case["photo_sha256"]:
        address = Photo(str(case["challenge_no"]), key).url()
        st.html(blocks.picture(address, t("Your photo")))
    if case["state"] in OPEN:
        with st.popover(t("Take it back"), icon=":material/undo:"):
            st.write(t("Text and photo are removed for good; that there was a correction stays on record."))
            if st.button(t("Take it back for good"), type="primary"):
                acting.act(view, lambda: cases.withdraw(at_hand.desk(), key), t("It is taken back."))


def _text(case: Mapping[str, Any]) -> None:
    if case["text_sha256"]:
        st.html(blocks.heading(t("What was written")))
        st.text(at_hand.desk().files.read(case["text_sha256"]).decode(errors="replace"))


# --- the office, the operator -----------------------------------------------------------------------------


def _office(atlas: Atlas, view: View, case: Mapping[str, Any]) -> None:
    """Evidence and the forms, for those who may see and do it."""
    person = at_hand.seated()
    path, operator = case["path"], case["operator"]
    if role_for(person, "see_case", path, operator) is None:
        return
    _evidence(person, case)
    if case["joined_no"] is not None:
        return
    if case["state"] == FILED and role_for(person, "answer", path, operator):
        _answer(atlas, view, person, case)
    if case["state"] in OPEN and role_for(person, "decide", path):
        _decide(view, person, case)
    if role_for(person, "decide", path) and not case.get("is_redacted"):
        _redact(view, person, case)


def _evidence(person: Person, case: Mapping[str, Any]) -> None:
    """Texts and photos of it and of those that joined it; how to reach them, for the office."""
    number = case["challenge_no"]
    with at_hand.desk().reading() as connection:
        held = [one for one in (read.whole(connection, number), *read.joined_to(connection, number)) if one]
        may_reach = role_for(person, "see_contact", case["path"]) is not None
        contacts = [read.contact(connection, one["challenge_no"]) if may_reach else "" for one in held]
    for one, contact in zip(held, contacts, strict=True):
        said = words.number(one["challenge_no"])
        if one["text_sha256"]:
            st.html(blocks.heading(t("Evidence of {number}", number=said)))
            st.text(at_hand.desk().files.read(one["text_sha256"]).decode(errors="replace"))
        if one["photo_sha256"]:
            st.html(blocks.picture(Photo(str(one["challenge_no"])).url(), t("Photo of {number}", number=said)))
        if contact:
            st.html(tables.fact_list([(t("How to reach them"), contact, None)]))


def _answer(atlas: Atlas, view: View, person: Person, case: Mapping[str, Any]) -> None:
    with st.form("correction_answer", border=True):
        st.html(blocks.heading(t("Answer"), None, _due(case, FILED)))
        answer = st.radio(
            t("Is it as claimed?"), list(ANSWERS), index=None, format_func=lambda one: html.plain(t(ANSWERS[one]))
        )
        said = st.text_area(t("Why, and what shows it"), max_chars=TEXT_CHARACTERS, help=t("Everybody can read this."))
        if st.form_submit_button(t("Answer"), type="primary"):
            number, version = case["challenge_no"], case["version"]
            acting.act(
                view,
                lambda: cases.answer(at_hand.desk(), person, number, version, answer or "", said, at_hand.terms(atlas)),
                t("The answer is recorded."),
            )


def _decide(view: View, person: Person, case: Mapping[str, Any]) -> None:
    with st.form("correction_decision", border=True):
        st.html(blocks.heading(t("Decision"), None, _due(case, CONCEDED, DISPUTED)))
        decision = st.radio(
            t("Decision"), list(DECISIONS), index=None, format_func=lambda one: html.plain(t(DECISIONS[one]))
        )
        grade = st.radio(
            t("If upheld: how is it known?"), list(GRADES), format_func=lambda one: html.plain(t(words.GRADES[one]))
        )
        said = st.text_area(t("Reasons"), max_chars=TEXT_CHARACTERS, help=t("Everybody can read this."))
        if st.form_submit_button(t("Decide"), type="primary"):
            number, version = case["challenge_no"], case["version"]
            known = grade if decision == UPHELD else ""
            acting.act(
                view,
                lambda: cases.decide(at_hand.desk(), person, number, version, decision or "", said, known),
                t("The decision is recorded."),
            )


def _redact(view: View, person: Person, case: Mapping[str, Any]) -> None:
    with st.popover(t("Remove text and photo"), icon=":material/delete:"):
        said = st.text_input(t("Why"), max_chars=200, help=t("For example: it names a person."))
        if st.button(t("Remove them for good")):
            number = case["challenge_no"]
            acting.act(
                view, lambda: cases.redact(at_hand.desk(), person, number, said), t("Text and photo are removed.")
            )
