"""A list of corrections by file (纠错汇总表): read as any file is, compared with the atlas, filed as one."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import streamlit as st

from atlas.desk import at_hand, dropping, words
from atlas.desk.corrections import claimed, in_bulk_shown
from atlas.desk.corrections.claimed import Usual
from atlas.desk.registers import handing_in, register_read
from atlas.files import file_links
from atlas.intake import allowed
from atlas.look import blocks, figures, html
from atlas.look.language import said_again, t
from atlas.pieces import dropped_file
from atlas.view.state import View
from desk.challenges import file as filing
from desk.challenges.file import MOST_IN_BULK
from desk.desk import Desk
from desk.errors import Refused
from desk.people.rights import Person
from desk.projected.states import reasons
from importer.convert.returned import safe_cell
from importer.report.accepted import SUFFIX
from indicators import facts
from indicators.database import Atlas

KIND = "claims"
CHECKED, COUNT, FILED, PREVIEW = "list_checked", "list_count", "list_filed", "list_preview"  # in the session
SHOWN = 5  # rows of each kind on the page
MOST_LISTED = 20_000  # refused rows in the file to take away
NOTHING = ""


@dataclass(frozen=True)
class Held:
    """A file that was read: where the desk keeps it and its rows, and what came of it."""

    name: str
    file_sha256: str
    place_id: str
    found: dropped_file.Found
    rows_sha256: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    declaration: str = ""


@dataclass(frozen=True)
class Preview:
    """What filing would do. No row but the first few is kept in a session."""

    of: tuple[object, ...]
    fit: int
    join: int
    wrong: Mapping[str, int]  # by the key of claimed.WRONG
    first_fit: list[dict[str, Any]]
    first_wrong: Mapping[str, list[dict[str, Any]]]
    table: bytes  # of the refused, a CSV
    is_cut: bool
    has_texts: bool
    too_many_texts: bool

    @property
    def refused(self) -> int:
        return sum(self.wrong.values())


@dataclass(frozen=True)
class Receipt:
    """What was filed of which file; `read` rows are those filed, those joined and those refused."""

    name: str
    place_id: str
    read: int
    made: filing.Listed

    @property
    def refused(self) -> int:
        return self.read - self.made.challenges


def show(atlas: Atlas, view: View, person: Person) -> None:
    """For whoever may hand in at the place of the view."""
    if (receipt := st.session_state.get(FILED)) is not None:
        in_bulk_shown.receipt(view, receipt.name, receipt.read, receipt.refused, receipt.made, receipt.place_id)
        if st.button(t("Hand in another list"), icon=":material/add:"):
            del st.session_state[FILED]
            st.rerun()
        return
    if not dropping.is_open(atlas, view, person, _elsewhere):
        return
    here = dropping.named(atlas, view.place_id)
    st.html(blocks.heading(t("Hand in a list of corrections of {place}", place=here)))
    st.html(blocks.file_links(t("A workbook to fill in"), file_links.templates(atlas, [KIND])))
    in_bulk_shown.words_that_are_read(atlas)
    dropped = dropping.box(
        t("A table with a village a row: code or name, connected or not, standard, carrier, reason, speed, words"),
        COUNT,
    )
    st.html(blocks.credit(t("The file stays with the log as it is and is never erased: name nobody in it.")))
    if dropped is not None:
        _read(atlas, Held(*dropped, view.place_id, allowed.Stopped()))
    held = st.session_state.get(CHECKED)
    if held is not None and held.place_id == view.place_id:
        _checked(atlas, view, person, held)


def _elsewhere(places: str) -> str:
    return t("Your account hands in lists of: {places}. Choose the place above.", places=places)


def _read(atlas: Atlas, held: Held) -> None:
    """Have it read by the process that sees nothing else; the rows that it found are kept beside the file."""
    desk, kept = at_hand.desk(), ""

    def take(folder: Path) -> None:
        nonlocal kept
        kept = handing_in.kept(desk.files, folder / f"{KIND}{SUFFIX}")

    waiting = st.empty()
    try:
        with st.spinner(t("Checking the file…"), show_time=True), desk.files.path(held.file_sha256).open("rb") as data:
            found: dropped_file.Found = allowed.check(
                atlas,
                held.name,
                data,
                KIND,
                held.declaration,
                on_wait=lambda before: dropped_file.say_place(waiting, before),
                on_rows=lambda n: dropped_file.say_rows(waiting, n),
                answers=held.answers,
                take=take,
            )
    except (allowed.Problem, allowed.Full, allowed.Stopped) as failure:
        found = failure
    waiting.empty()
    st.session_state.pop(PREVIEW, None)
    st.session_state[CHECKED] = replace(held, found=found, rows_sha256=kept)


def _checked(atlas: Atlas, view: View, person: Person, held: Held) -> None:
    """What the columns are; what is wrong; what would be filed, and the button."""
    if not isinstance(held.found, allowed.Checked):
        dropped_file.show_found(held.name, held.found)
        return
    report = held.found.report
    part = next((one for one in report.contents if one.kind == KIND), None)
    if part is None:
        st.html(blocks.notice("warning", t("This file is no list of corrections: its columns say something else.")))
        return
    answers = dropped_file.ask(dropped_file.questions_of(held.found), held.answers)
    changed = handing_in.columns(atlas, part, part.draft or held.declaration)
    if answers is not None or changed is not None:
        _read(atlas, replace(held, answers=answers or held.answers, declaration=changed or held.declaration))
        st.rerun()
    in_bulk_shown.columns_taken(atlas, part.draft or held.declaration, part)
    if max(report.read - report.rejected, 0) > MOST_IN_BULK:
        most = figures.count(MOST_IN_BULK)
        told = t("At most {most} rows at once. Divide the file, and hand in its parts.", most=most)
        st.html(blocks.notice("warning", told))
        return
    usual = _usual(atlas, held)
    preview = _preview(atlas, view, held, usual)
    in_bulk_shown.sums(report.read, preview.fit, preview.join, report.rejected + preview.refused)
    _to_take_away(held.found, preview)
    if preview.fit:
        in_bulk_shown.first_rows(atlas, preview.first_fit, preview.fit)
        _file(atlas, view, person, held, usual, preview)
    else:
        st.html(blocks.notice("empty", t("The list holds no row that could be filed.")))
    dropped_file.show_broken(part)
    in_bulk_shown.wrong(atlas, preview.wrong, preview.first_wrong)


def _usual(atlas: Atlas, held: Held) -> Usual:
    """What holds for rows that do not say it: chosen once for all of them."""
    offered = {NOTHING: t("none: such rows are refused")}
    standards = offered | {
        one.standard_id: words.standard(atlas, one.standard_id) for one in facts.standards(atlas) if one.dates
    }
    because = {
        claim: offered | {name: words.reason(name) for name, one in reasons().items() if one.claim == claim}
        for claim in ("unconnected", "connected")
    }
    st.html(blocks.heading(t("For rows that do not say it")))
    with st.container(horizontal=True, vertical_alignment="bottom", key="noprint_list_usual"):
        standard = _box(t("Standard"), standards, "list_standard")
        unconnected = _box(t("Reason, where it is not connected"), because["unconnected"], "list_unconnected")
        connected = _box(t("Reason, where it is connected"), because["connected"], "list_connected")
    return Usual(standard, connected, unconnected)


def _box(label: str, options: Mapping[str, str], key: str) -> str:
    return str(st.selectbox(html.plain(label), list(options), format_func=lambda one: options[one], key=key) or NOTHING)


def _rows(held: Held) -> pd.DataFrame:
    if not held.rows_sha256:
        return pd.DataFrame(columns=["place_id", "row", *claimed.COLUMNS])
    return register_read.rows_of(held.rows_sha256, MOST_IN_BULK + 1)


def _preview(atlas: Atlas, view: View, held: Held, usual: Usual) -> Preview:
    """Made once for each file, place, choice and language."""
    of = (held.rows_sha256, held.place_id, usual, view.lang, atlas.build_id)
    kept = st.session_state.get(PREVIEW)
    if isinstance(kept, Preview) and kept.of == of:
        return kept
    with st.spinner(t("Comparing with the atlas…"), show_time=True):
        found = claimed.resolved(atlas, _rows(held), at_hand.path(atlas, held.place_id), usual)
        fit, refused = found.fit, found.refused
        with at_hand.desk().reading() as connection:
            join = filing.would_join(connection, claimed.claims(atlas, fit))
        wrong = {str(key): int(n) for key, n in refused["wrong"].value_counts().items()}
        texts = fit["claim_text"].dropna().nunique()
        made = Preview(
            of=of,
            fit=len(fit),
            join=join,
            wrong=wrong,
            first_fit=claimed.shown_rows(fit, SHOWN),
            first_wrong={key: claimed.shown_rows(refused[refused["wrong"] == key], SHOWN) for key in wrong},
            table=_table(refused.head(MOST_LISTED)),
            is_cut=len(refused) > MOST_LISTED,
            has_texts=bool(texts),
            too_many_texts=texts > filing.MOST_TEXTS_IN_BULK,
        )
    st.session_state[PREVIEW] = made
    return made


def _table(refused: pd.DataFrame) -> bytes:
    """The refused rows as a table to be corrected: no cell of it is a formula to a spreadsheet."""
    written = io.StringIO()
    table = csv.writer(written)
    header = [t("Row"), t("Code"), t("Village"), t("Standard"), t("Reason"), t("Carrier")]
    table.writerow([*header, t("What is wrong"), t("How to mend it")])
    wrong = {key: (t(said), t(mend)) for key, (said, mend) in claimed.WRONG.items()}
    names = ["row", "place_id", "name", "standard", "claim_reason", "operator"]
    plain = refused[names].astype(object).where(refused[names].notna(), "")
    for cells, key in zip(plain.itertuples(index=False), refused["wrong"], strict=True):
        table.writerow([*map(safe_cell, cells), *wrong[key]])
    return ("\ufeff" + written.getvalue()).encode()


def _to_take_away(found: allowed.Checked, preview: Preview) -> None:
    """Both kinds of wrong rows as files: what could not be read stands there as it was written."""
    with st.container(horizontal=True, key="noprint_list_files"):
        if found.rejects:
            told = t("Rows that cannot be read, with reasons (CSV)")
            st.download_button(told, found.rejects, "unread.csv", "text/csv", on_click="ignore")
        if preview.refused:
            told = t("Rows that cannot be filed, with reasons (CSV)")
            st.download_button(told, preview.table, "refused.csv", "text/csv", on_click="ignore")
    if found.are_rejects_cut or preview.is_cut:
        st.html(blocks.credit(t("The files hold the first of the wrong rows; mend these and hand in again.")))


def _file(atlas: Atlas, view: View, person: Person, held: Held, usual: Usual, preview: Preview) -> None:
    """The one button; what was there before, and what becomes of texts, is said before it is pressed."""
    desk = at_hand.desk()
    is_sure = _again(desk, view, held)
    if preview.too_many_texts:
        told = t(
            "More than {n} different texts: they remain in the kept file, and none is shown with its correction.",
            n=figures.count(filing.MOST_TEXTS_IN_BULK),
        )
        st.html(blocks.notice("info", told))
    elif preview.has_texts:
        st.html(blocks.notice("info", t("Each text is shown with its correction to the office and the carrier only.")))
    label = t("File {n} corrections", n=figures.count(preview.fit))
    # A primary button that is disabled would be white on white.
    kind: Literal["primary", "secondary"] = "primary" if is_sure else "secondary"
    if not st.button(label, type=kind, icon=":material/send:", disabled=not is_sure, key="list_file"):
        return
    assert isinstance(held.found, allowed.Checked)
    path = at_hand.path(atlas, held.place_id)
    with st.spinner(t("Filing the list…"), show_time=True):
        fit = claimed.resolved(atlas, _rows(held), path, usual).fit
        try:
            terms = at_hand.terms(atlas)
            made = filing.file_in_bulk(desk, person, claimed.claims(atlas, fit), terms, held.file_sha256, path)
        except Refused as refused:
            st.html(blocks.notice("warning", said_again(refused.said)))
            return
    st.session_state[FILED] = Receipt(held.name, held.place_id, held.found.report.read, made)
    for key in (CHECKED, PREVIEW):
        st.session_state.pop(key, None)
    st.rerun()


def _again(desk: Desk, view: View, held: Held) -> bool:
    """Whether it may be filed: the very same file once more only by whoever means it."""
    with desk.reading() as connection:
        before = filing.lists_of(connection, held.file_sha256)
    if not before:
        return True
    last = before[0]
    first, n = int(last["first_no"]), int(last["challenges"])
    told = t(
        "This very file was filed on {day}: {first} to {last}. What is still open of it would be joined.",
        day=words.day(str(last["at"])),
        first=words.number(first),
        last=words.number(first + n - 1),
    )
    st.html(blocks.notice("warning", told))
    return st.checkbox(t("File it once more"), key=f"list_again_{held.file_sha256[:12]}")
