"""The form by which anybody says that a village's state is another: three minutes on a phone, no account."""

from __future__ import annotations

import io
from dataclasses import dataclass

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from atlas.desk import at_hand, words
from atlas.desk.corrections import photos, rates
from atlas.look import badges, blocks, figures, html
from atlas.look.addresses import address
from atlas.look.language import pick, place_name, said_again, t
from atlas.view import controls, keeping, state
from atlas.view.state import View
from desk.challenges import claim as claims
from desk.challenges import file as filing
from desk.challenges.claim import CONTACT_CHARACTERS, TEXT_CHARACTERS, Claim
from desk.errors import Refused, Unfitting
from desk.projected.states import reasons
from ground.phrases import phrase
from importer.errors import Problem
from indicators import facts, places
from indicators.database import Atlas
from indicators.places import Village

FILED = "correction_filed"  # in the session: what was filed last, with its secret
NOT_NAMED = ""
OPPOSITE = {"connected": "unconnected", "unconnected": "connected"}


@dataclass(frozen=True)
class Seen:
    """What the atlas says of the village by the standard of the view, on its newest date (ISO)."""

    state: str
    as_of: str
    words: str


def show(atlas: Atlas, view: View) -> None:
    """The village, then what is wrong about it."""
    if (filed := st.session_state.get(FILED)) is not None:
        _done(view, filed)
        return
    village = places.village(atlas, view.village_id) if view.village_id else None
    if village is None:
        _choose_village(atlas, view)
    elif not village.in_programme:
        st.html(blocks.notice("info", t("A community outside the programme: it never counts as unconnected.")))
    else:
        _form(atlas, view, village)


def _choose_village(atlas: Atlas, view: View) -> None:
    """By the boxes of places, down to the list of the lowest one's villages."""
    st.html(
        blocks.notice("info", t("Which village? Choose its places here, or type its name in the search box above."))
    )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall", key="noprint_village"):
        controls.place_filters(atlas, view, to_the_finest=True)
        if places.level_listed_below(atlas, view.place_id) is None:
            column = str(facts.status_column(atlas, view.standard, view.as_of)["column_name"])
            found = places.villages_in(atlas, view.place_id, column)
            names = {str(row["place_id"]): place_name(row["name"], row["name_en"]) for row in found.to_dict("records")}
            chosen = st.selectbox(
                t("Village"),
                list(names),
                index=None,
                format_func=lambda code: names[code],
                placeholder=t("Choose the village"),
                label_visibility="collapsed",
                key=f"correct_village_{view.place_id}",
            )
            if chosen:
                state.go_to(view, village_id=chosen)


def _form(atlas: Atlas, view: View, village: Village) -> None:
    _standard(atlas, view)
    seen = seen_of(atlas, view, village)
    st.html(blocks.notice("info", t("The atlas says: {words}", words=seen.words)))
    wrong = _reasons(seen.state)
    operators = {
        NOT_NAMED: t("All or not known"),
        **{one: words.operator(atlas, one) for one in facts.operators(atlas)},
    }
    with st.form("correction", border=True, enter_to_submit=False):
        reason = st.radio(
            t("What is it in fact?"), list(wrong), index=None, format_func=lambda one: html.plain(wrong[one])
        )
        operator = st.selectbox(t("Carrier"), list(operators), format_func=lambda one: operators[one])
        text = st.text_area(
            t("What you saw, where and when (optional)"),
            max_chars=TEXT_CHARACTERS,
            height=96,
            help=t("Read by the office and the carrier only. Leave names and telephone numbers out."),
        )
        photo = st.file_uploader(
            t("A photo (optional)"),
            type=list(photos.SUFFIXES),
            max_upload_size=photos.MOST_MB,
            help=t("Where it was taken and by which phone is removed; only the office and the carrier see it."),
        )
        speed = st.number_input(
            t("A speed that you measured, Mbit/s (optional)"), min_value=0.0, value=None, step=1.0, format="%.1f"
        )
        contact = st.text_input(
            t("How to reach you (optional)"),
            max_chars=CONTACT_CHARACTERS,
            help=t("Shown to nobody but the office, and erased when the case is over."),
        )
        if st.form_submit_button(t("Hand in"), type="primary", icon=":material/send:"):
            claim = Claim(
                village=_known(atlas, village),
                standard=view.standard,
                claim=reasons()[reason].claim if reason else "",
                reason=reason or "",
                operator=operator or NOT_NAMED,
                text=text,
                download_mbps=speed,
                seen_release=atlas.build_id,
                seen_state=seen.state,
                seen_as_of=seen.as_of,
            )
            _hand_in(atlas, claim, photo, contact)


def _known(atlas: Atlas, village: Village) -> claims.Village:
    found = at_hand.village(atlas, village.place_id)
    assert found is not None
    return found


def _standard(atlas: Atlas, view: View) -> None:
    """What is wrong is said by one standard: the view's, to be changed here."""
    held = {one.standard_id: one for one in facts.standards(atlas) if one.dates}

    def write() -> None:
        wanted = st.session_state["correct_standard"] or view.standard
        state.change(view, standard=wanted, as_of=held[wanted].dates[-1])

    st.session_state["correct_standard"] = view.standard
    st.segmented_control(
        t("What is it about?"),
        list(held),
        format_func=lambda code: html.plain(pick(held[code].name)),
        key="correct_standard",
        on_change=write,
    )


def seen_of(atlas: Atlas, view: View, village: Village) -> Seen:
    """The newest state of the view's standard, with what it rests on."""
    states = places.village_states(atlas, village.place_no)
    own = states[states["standard"] == view.standard].sort_values("as_of")
    last = own.iloc[-1]
    name = badges.state_name(int(last["state"]))
    evidence = figures.text_or_none(last["evidence"])
    told = [figures.day(last["as_of"]), badges.evidence_word(evidence).lower() if evidence else ""]
    said = f"{words.standard(atlas, view.standard)}: {badges.state_word(name)}"
    return Seen(name, str(last["as_of"])[:10], figures.bracketed(said, figures.clause(filter(None, told))))


def _reasons(seen: str) -> dict[str, str]:
    """Reasons that say something else than the atlas; of an unknown state any."""
    wanted = OPPOSITE.get(seen)
    return {name: words.reason(name) for name, one in reasons().items() if wanted in (None, one.claim)}


def _hand_in(atlas: Atlas, claim: Claim, photo: UploadedFile | None, contact: str) -> None:
    try:
        if not claim.reason:
            raise Unfitting(phrase("Choose one of the reasons."))
        claim.checked()  # before a photo costs anything
        rates.take(st.context.ip_address)
        desk = at_hand.desk()
        if photo is not None:
            with st.spinner(t("Reading the photo…")):
                claim = Claim(**{**claim.__dict__, "photo_sha256": desk.files.keep(io.BytesIO(photos.taken(photo)))})
        st.session_state[FILED] = filing.file(desk, claim, at_hand.terms(atlas), contact)
    except Problem as problem:
        st.html(blocks.notice("warning", f"{said_again(problem.expected)}: {said_again(problem.next_step)}"))
    except Refused as refused:
        st.html(blocks.notice("warning", said_again(refused.said)))
    except at_hand.Closed:
        st.html(blocks.notice("warning", closed_words()))
    else:
        st.rerun()


def closed_words() -> str:
    return t("Corrections cannot be taken at the moment. Nothing was kept; try again later.")


def _done(view: View, filed: filing.Filed) -> None:
    """The number, until when an answer comes, and the one link by which it is followed."""
    st.html(
        blocks.finding(
            t("Handed in: {number}", number=words.number(filed.challenge_no)),
            [t("An answer is due by {day}.", day=filed.due_on)],
        )
    )
    if filed.joined_no is not None:
        joined = t(
            "The same was handed in before: yours goes with {number}, and counts beside it.",
            number=words.number(filed.joined_no),
        )
        st.html(blocks.notice("info", joined))
    st.html(blocks.heading(t("Your link"), None, t("Keep it: only it shows what you wrote and takes it back.")))
    st.code(link(view, filed.key), language=None, wrap_lines=True)
    with st.container(horizontal=True):
        if st.button(t("Follow it now"), type="primary", icon=":material/visibility:"):
            del st.session_state[FILED]
            wanted = state.View(**{**view.__dict__, "inputs": (("correction.key", filed.key),)})
            controls.open_page("correction", wanted)
        if st.button(t("Report another"), icon=":material/add:"):
            del st.session_state[FILED]
            state.go_to(view, village_id=None)


def link(view: View, key: str) -> str:
    """The whole address, short enough to be written down."""
    base = keeping.permalink(view).split("?")[0].rpartition("/")[0]
    return f"{base}/{address('correction', {'lang': view.lang, 'correction.key': key})}"
