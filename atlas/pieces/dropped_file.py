"""A file that a visitor drops: checked as a build would load it; what is wrong, what is asked, what to take away."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import BinaryIO

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.uploaded_file_manager import UploadedFile

from atlas.intake import allowed, held
from atlas.intake.held import Held
from atlas.intake.report import Asked, Content
from atlas.look import blocks, figures, html, tables
from atlas.look.language import mark, nt, pick, said_again, t
from atlas.pieces import quality_tables
from atlas.view import keeping, uploads
from importer.about import ABOUT
from importer.contents import content, kinds
from importer.guess.whole_file import DEFAULT_DAY
from indicators.database import Atlas

COUNT, ANSWER = "dropped_count", "dropped_answer"  # in the session: files handed in, what became of the last
ANSWERS, GIVEN, AGAIN = "answer to ", "answers_given", "check_again"  # in the session, too
UNDETERMINED = "?"
DAY = "as_of"  # the question of which day a file is
FIRST_DAY = date(1950, 1, 1)  # in a box without one only the last ten years could be chosen
WAYS = {
    "code": mark("by code"),
    "code_mended": mark("by code, mended"),
    "crosswalk": mark("by a code of another year"),
    "name": mark("by name"),
    "name_without_suffix": mark("by name without its ending"),
    "name_without_remark": mark("by name without its remark"),
}


Found = allowed.Checked | allowed.Problem | allowed.Full | allowed.Stopped


@dataclass(frozen=True)
class Answer:
    """What became of the last file, as it is kept for this window: its name, and a result or what to mend."""

    name: str
    found: Found
    answers: Mapping[str, str] = field(default_factory=dict)  # that it was checked with


def show_closed(atlas: Atlas) -> None:
    """Why no file is checked here, and who takes one."""
    st.html(blocks.heading(t("Check a file")))
    words = t("Files are checked only for people who are signed in, or on a server that nobody else reaches.")
    to = keeping.to_whom(atlas, t("A file for the atlas"))
    st.html(blocks.notice("info", html.in_line([words, to])))


def show(atlas: Atlas) -> None:
    """The way to hand in a file, and what became of the last one."""
    allowed.offer()
    allowed.prepare(atlas)
    st.html(
        blocks.heading(
            t("Check a file"),
            None,
            t(
                "It is checked as a build would load it and then removed; only while a question about it is open does "
                "the server hold it in memory."
            ),
        )
    )
    count = st.session_state.setdefault(COUNT, 0)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        dropped = st.file_uploader(
            t(
                "A register, coverage or project file: CSV, Excel, ODS, JSON, GeoJSON, KML, Shapefile (zip), "
                "GeoPackage, Parquet, also packed as zip or gz"
            ),
            type=list(allowed.SUFFIXES),
            max_upload_size=allowed.MOST_MB,
            key=f"dropped_file_{count}",  # the next run offers an empty one: this file is gone by then
        )
    with right:
        kind = st.selectbox(t("What it holds"), [UNDETERMINED, *kinds()], format_func=kind_name, key="dropped_kind")
        with st.popover(t("Use a declaration of your own")):
            declaration = st.text_area(
                t("Declaration (TOML)"),
                key="dropped_declaration",
                height=240,
                max_chars=allowed.DECLARATION_CHARACTERS,
            )
    if dropped is not None:
        st.session_state[COUNT] = count + 1
        _check_dropped(atlas, dropped, None if kind == UNDETERMINED else kind, declaration)
    elif st.session_state.pop(AGAIN, False) and (file := held.of(allowed.window())) is not None:
        _check_again(atlas, file)
    if ANSWER in st.session_state:
        _show(st.session_state[ANSWER])


def kind_name(kind: str) -> str:
    return t("as its headers tell") if kind == UNDETERMINED else pick(dict(content(kind, []).label))


def _check_dropped(atlas: Atlas, dropped: UploadedFile, kind: str | None, declaration: str) -> None:
    _forget_answers()
    held.release(allowed.window())
    with uploads.taken(dropped) as data:
        if dropped.size > held.MOST_BYTES:
            _check(atlas, dropped.name, data, kind, declaration, {})
            return
        file = Held(dropped.name, data.read(), kind, declaration)
    found = _check(atlas, file.name, io.BytesIO(file.data), kind, declaration, {})
    if isinstance(found, allowed.Checked) and questions_of(found):
        held.hold(allowed.window(), file)


def _check_again(atlas: Atlas, file: Held) -> None:
    _check(atlas, file.name, io.BytesIO(file.data), file.kind, file.declaration, _given_answers())


def _check(
    atlas: Atlas, name: str, data: BinaryIO, kind: str | None, declaration: str, answers: Mapping[str, str]
) -> Found:
    """Check the file in its turn, and keep the answer. A run that is ended meanwhile leaves behind that it was."""
    shown = name[: allowed.NAME_CHARACTERS]
    st.session_state[ANSWER] = Answer(shown, allowed.Stopped(), answers)
    waiting = st.empty()
    stop = st.empty()
    stop.button(t("Stop the check"), key="dropped_stop", icon=":material/stop_circle:")
    try:
        with st.spinner(t("Checking the file…"), show_time=True):
            found: Found = allowed.check(
                atlas,
                name,
                data,
                kind,
                declaration,
                on_wait=lambda before: say_place(waiting, before),
                on_rows=lambda rows: say_rows(waiting, rows),
                answers=answers,
            )
    except (allowed.Problem, allowed.Full, allowed.Stopped) as failure:
        found = failure
    st.session_state[ANSWER] = Answer(shown, found, answers)
    waiting.empty()
    stop.empty()
    return found


def say_place(waiting: DeltaGenerator, before: int) -> None:
    words = nt(
        "{n} file is before yours. The check begins by itself.",
        "{n} files are before yours. The check begins by itself.",
        before,
        n=figures.count(before),
    )
    waiting.html(blocks.notice("info", words))


def say_rows(waiting: DeltaGenerator, rows: int) -> None:
    waiting.caption(nt("{n} row read", "{n} rows read", rows, n=figures.count(rows)))


def show_found(name: str, found: Found) -> None:
    """What became of a file, without questions: rows in and out, files to take away, every rule with its rows."""
    if isinstance(found, allowed.Checked):
        _summary(name, found)
        _files(found)
        for part in found.report.contents:
            _part(part)
    else:
        _show(Answer(name, found))


def ask(asked: list[Asked], given: Mapping[str, str]) -> dict[str, str] | None:
    """The questions as a form; the answers once they are given, None before."""
    if not asked:
        return None
    with st.form("handed_in_questions", border=True):
        st.html(blocks.heading(t("Questions about the file"), None, t("What is not answered is not guessed.")))
        chosen = {question.key: _answer_box(question, given) for question in asked}
        if not st.form_submit_button(t("Check again with these answers"), icon=":material/refresh:"):
            return None
    return {**given, **{key: value for key, value in chosen.items() if value}}


def _answer_box(question: Asked, given: Mapping[str, str]) -> str:
    if question.key == DAY:
        return _day_box(question, given)
    says = {choice.key: pick({"zh": choice.zh, "en": choice.en}) for choice in question.answers}
    chosen = given.get(question.key, question.taken)
    options = list(says)
    value = st.selectbox(
        html.plain(pick({"zh": question.zh, "en": question.en})),
        options,
        index=options.index(chosen) if chosen in options else None,
        format_func=lambda key: says.get(key, key),
        placeholder=t("choose an answer"),
        accept_new_options=question.key == ABOUT,  # another place than those proposed
        help=html.plain(question.saw) or None,
        key=ANSWERS + question.key,
    )
    return str(value or "")


def _day_box(question: Asked, given: Mapping[str, str]) -> str:
    """Any day may be the right one; what nobody has told is not taken."""
    taken = given.get(question.key, question.taken if question.taken != DEFAULT_DAY else "")
    value = st.date_input(
        html.plain(pick({"zh": question.zh, "en": question.en})),
        value=date.fromisoformat(taken) if taken else None,
        min_value=FIRST_DAY,
        help=html.plain(question.saw) or None,
        format="YYYY-MM-DD",
        key=ANSWERS + question.key,
    )
    return value.isoformat() if isinstance(value, date) else ""


def _show(answer: Answer) -> None:
    found = answer.found
    if isinstance(found, allowed.Checked):
        _result(answer, found)
    elif isinstance(found, allowed.Problem):
        _problem(found)
    elif isinstance(found, allowed.Full):
        words = t("Many files are being checked. Hand in {file} again in a few minutes.", file=answer.name)
        st.html(blocks.notice("warning", words))
    else:
        words = t("The check of {file} was stopped. Hand it in again to have it checked.", file=answer.name)
        st.html(blocks.notice("info", words))


def _problem(problem: allowed.Problem) -> None:
    st.html(blocks.notice("warning", t("The file cannot be loaded as it is.")))
    st.html(
        tables.fact_list(
            [
                (t("Where"), said_again(problem.where), None),
                (t("Expected"), said_again(problem.expected), None),
                (t("Found"), said_again(problem.found), None),
                (t("What to do"), said_again(problem.next_step), None),
            ]
        )
    )


def _result(answer: Answer, done: allowed.Checked) -> None:
    _summary(answer.name, done)
    _questions(questions_of(done), answer.answers)
    _files(done)
    for part in done.report.contents:
        _part(part)


def _summary(name: str, done: allowed.Checked) -> None:
    report = done.report
    kinds_read = t("and").join(f" {kind_name(part.kind)} " for part in report.contents).strip()
    st.html(
        blocks.finding(
            t(
                "{read} rows: {loaded} would be loaded, {rejected} would be rejected",
                read=figures.count(report.read),
                loaded=figures.count(report.read - report.rejected),
                rejected=figures.count(report.rejected),
            ),
            [name, t("read as: {kind}", kind=kinds_read)],
        )
    )


def questions_of(done: allowed.Checked) -> list[Asked]:
    """What the file does not tell, each question once."""
    asked = {question.key: question for part in done.report.contents for question in part.questions}
    return list(asked.values())


def _questions(asked: list[Asked], given: Mapping[str, str]) -> None:
    """Each question with its answers, and the way to check the file again with what was chosen."""
    if not asked and not given:
        return
    st.html(blocks.heading(t("Questions about the file"), None, t("What is not answered is not guessed.")))
    for question in asked:
        _answer_box(question, given)
    st.session_state[GIVEN] = dict(given)
    with st.container(horizontal=True):
        is_held = held.of(allowed.window()) is not None
        if st.button(t("Check again with these answers"), icon=":material/refresh:", disabled=not is_held):
            st.session_state[AGAIN] = True
            st.rerun()
        if given and is_held and st.button(t("Forget the answers"), icon=":material/undo:"):
            _forget_answers()
            st.session_state[AGAIN] = True
            st.rerun()
    if not is_held:
        st.html(blocks.notice("info", t("Hand in the file again to have it checked with these answers.")))


def _given_answers() -> dict[str, str]:
    """The answers of earlier checks of this file, and those chosen now."""
    prefix = len(ANSWERS)
    session = {str(key): value for key, value in st.session_state.items()}
    chosen = {key[prefix:]: str(value) for key, value in session.items() if key.startswith(ANSWERS) and value}
    return {**st.session_state.get(GIVEN, {}), **chosen}


def _forget_answers() -> None:
    for key in [key for key in st.session_state if str(key).startswith(ANSWERS)]:
        del st.session_state[key]
    st.session_state[GIVEN] = {}


def _files(done: allowed.Checked) -> None:
    """The rejected rows and the drafts, to take away."""
    with st.container(horizontal=True):
        if done.rejects:
            st.download_button(
                t("Rejected rows with reasons (CSV)"),
                done.rejects,
                "rejects.csv",
                "text/csv",
                on_click="ignore",
            )
        for part in done.report.contents:
            if part.draft:
                st.download_button(
                    t("Draft of a declaration: {kind}", kind=kind_name(part.kind)),
                    part.draft,
                    f"{part.kind}.toml",
                    "text/plain",
                    on_click="ignore",
                )
    if done.are_rejects_cut:
        st.html(blocks.credit(t("The file of rejected rows holds the first of them; mend these and check again.")))


def _part(part: Content) -> None:
    """One kind of content: the rules broken with their rows, what looks odd, what the columns hold."""
    st.html(blocks.heading(kind_name(part.kind), None, _matched(part)))
    show_broken(part)
    quality_tables.show_left_out(pd.DataFrame([asdict(one) for one in part.left_out]))
    quality_tables.show_warnings(pd.DataFrame([asdict(one) for one in part.odd]))
    with st.expander(t("Columns of the file")):
        quality_tables.show_columns(pd.DataFrame([asdict(one) for one in part.columns]))


def _matched(part: Content) -> str:
    """How the rows' places were found, in words."""
    said = [
        t("{way}: {n}", way=t(WAYS.get(how, how)), n=figures.count(count))
        for how, count in sorted(part.matched.items())
    ]
    return figures.sentence(said)


def show_broken(part: Content) -> None:
    """Every rule with its rows: which, what they say, what it could be, and how to mend it."""
    for entry in part.broken:
        wrong, mend = quality_tables.words_of_rule(entry.rule)
        fate = t("would be rejected") if entry.is_rejected else t("would be loaded, with a remark")
        st.html(blocks.heading(f"{wrong} {figures.count(entry.count)} ({fate})", None, mend))
        rows = [
            [figures.count(one.row), *(html.as_written(part) for part in (one.column, one.value, one.candidates))]
            for one in entry.examples
        ]
        header = [t("Row"), t("Column"), t("Value"), t("Could be")]
        st.html(tables.data_table(header, rows, "rlll", wrong))
