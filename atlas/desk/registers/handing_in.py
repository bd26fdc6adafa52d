"""Handing a register in (报送): place, file, check in words, columns, questions; what results is a draft."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import stat
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st
from backports import zstd

from atlas.desk import at_hand, dropping
from atlas.desk.registers import register_shown
from atlas.desk.registers.register_read import RegisterRead
from atlas.intake import allowed
from atlas.intake.report import Asked, Content, plain_report
from atlas.look import blocks, figures, html
from atlas.look.language import pick, said_again, t
from atlas.pieces import dropped_file
from atlas.view import inputs, state
from atlas.view.state import View
from desk.errors import Refused
from desk.files import Files
from desk.people.rights import Person
from desk.preconditions import TITLE_CHARACTERS
from desk.submissions import hand_in, read
from desk.submissions.hand_in import Draft
from desk.texts import DAY
from importer.contents import content
from importer.guess import writing
from importer.guess.asked import words
from importer.guess.whole_file import DEFAULT_DAY
from importer.report.accepted import SUFFIX
from indicators import facts, places
from indicators.database import Atlas

CHECKED = "handed_in_checked"  # in the session
COUNT = "handed_in_count"
SUBMISSION = "submission.no"
NOT_READ = ""


@dataclass(frozen=True)
class Held:
    """A file that was checked: where the desk keeps it, and what came of it."""

    name: str
    file_sha256: str
    place_id: str
    found: dropped_file.Found
    rows: Mapping[str, str] = field(default_factory=dict)  # kind → the hash of its rows
    answers: Mapping[str, str] = field(default_factory=dict)
    declaration: str = ""


def show(atlas: Atlas, view: View, person: Person) -> None:
    """For whoever may hand in at the place of the view."""
    if not dropping.is_open(atlas, view, person, _elsewhere):
        return
    st.html(blocks.heading(t("Hand in a register of {place}", place=dropping.named(atlas, view.place_id))))
    dropped = dropping.box(t("Coverage by village, or a register of villages: any table, as it is"), COUNT)
    if dropped is not None:
        _check(atlas, view, Held(*dropped, view.place_id, allowed.Stopped()))
    held = st.session_state.get(CHECKED)
    if held is not None and held.place_id == view.place_id:
        _checked(atlas, view, person, held)


def _elsewhere(places: str) -> str:
    return t("Your account hands in registers of: {places}. Choose the place above.", places=places)


def _check(atlas: Atlas, view: View, held: Held) -> None:
    """Check it as a build would load it; the rows that would be loaded are kept beside the file."""
    desk, rows = at_hand.desk(), {}

    def take(folder: Path) -> None:
        for kind in hand_in.KINDS:
            if sha256 := kept(desk.files, folder / f"{kind}{SUFFIX}"):
                rows[kind] = sha256

    waiting = st.empty()
    alike = "" if held.declaration else _read_alike(atlas, view, held)
    found: dropped_file.Found = allowed.Stopped()
    for declaration in dict.fromkeys((alike or held.declaration, held.declaration)):  # read anew where alike fails
        try:
            with (
                st.spinner(t("Checking the file…"), show_time=True),
                desk.files.path(held.file_sha256).open("rb") as data,
            ):
                found = allowed.check(
                    atlas,
                    held.name,
                    data,
                    None,
                    declaration,
                    on_wait=lambda before: dropped_file.say_place(waiting, before),
                    on_rows=lambda n: dropped_file.say_rows(waiting, n),
                    answers=held.answers,
                    take=take,
                )
            break
        except (allowed.Full, allowed.Stopped) as failure:
            found = failure
            break
        except allowed.Problem as failure:
            found = failure
    waiting.empty()
    made = Held(held.name, held.file_sha256, held.place_id, found, rows, held.answers, declaration)
    st.session_state[CHECKED] = made


def kept(files: Files, path: Path) -> str:
    """Keep a file of rows, packed; "" where there is none. Whoever broke into the reader may have put a link there."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return ""
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        return ""
    with os.fdopen(handle, "rb") as rows, tempfile.TemporaryFile() as packed:
        with zstd.open(packed, "wb") as pack:
            shutil.copyfileobj(rows, pack)
        packed.seek(0)
        return files.keep(packed)


def _read_alike(atlas: Atlas, view: View, held: Held) -> str:
    """The declaration by which the last file of these headers was read, if one was approved here; "" else."""
    shape = _shape(held)
    if not shape:
        return ""
    desk = at_hand.desk()
    with desk.reading() as connection:
        sha256 = read.read_alike(connection, at_hand.path(atlas, view.place_id), shape)
    told = desk.files.read(sha256).decode() if sha256 and desk.files.has(sha256) else ""
    return "" if re.search(r"(?m)^as_of\s*=", told) else told  # the day of that file is not the day of this one


def _shape(held: Held) -> str:
    """The hash of a text file's first line; of workbooks, whose headers only the reader knows, of nothing."""
    with at_hand.desk().files.path(held.file_sha256).open("rb") as stream:
        first = stream.readline(64_000)
    is_text = Path(held.name).suffix.lower() in (".csv", ".tsv", ".txt")
    return hashlib.sha256(first.strip()).hexdigest() if is_text and first.strip() else ""


def _checked(atlas: Atlas, view: View, person: Person, held: Held) -> None:
    """What the check found; the columns; then what it would change, and the way to keep it as a draft."""
    dropped_file.show_found(held.name, held.found)
    if not isinstance(held.found, allowed.Checked):
        return
    answers = dropped_file.ask(_questions(held), held.answers)
    parts = [part for part in held.found.report.contents if part.kind in hand_in.KINDS]
    if not parts:
        st.html(
            blocks.notice("warning", t("Coverage and registers of villages are taken here; this file holds neither."))
        )
        return
    if answers is not None:
        told = with_day(held.declaration, answers.get(dropped_file.DAY, ""))
        again = Held(held.name, held.file_sha256, held.place_id, held.found, held.rows, answers, told)
        _check(atlas, view, again)
        st.rerun()
    part = parts[0] if len(parts) == 1 else _one_of(parts)
    changed = columns(atlas, part, part.draft or held.declaration)
    if changed is not None:
        again = Held(held.name, held.file_sha256, held.place_id, held.found, held.rows, held.answers, changed)
        _check(atlas, view, again)
        st.rerun()
    if part.kind not in held.rows:
        return
    found = register_shown.compared(atlas, held.rows[part.kind], part.kind, view.place_id)
    _keep(atlas, view, person, held, part, found)


def _one_of(parts: list[Content]) -> Content:
    """A file that holds several registers is handed in one after the other."""
    kinds = {part.kind: part for part in parts}
    told = st.radio(
        t("The file holds several registers: hand them in one after the other."),
        list(kinds),
        format_func=dropped_file.kind_name,
        horizontal=True,
        key="handed_in_part",
    )
    return kinds[told]


def _questions(held: Held) -> list[Asked]:
    """What the file does not tell. Of one that is read by a declaration nothing is asked but its day, while nobody has
    said it.
    """
    assert isinstance(held.found, allowed.Checked)
    asked = dropped_file.questions_of(held.found)
    if not any(one.key == dropped_file.DAY for one in asked) and _lacks_day(held.declaration):
        said = words(dropped_file.DAY)
        asked.append(Asked(dropped_file.DAY, said["zh"], said["en"], "", DEFAULT_DAY, ()))
    return asked


def _lacks_day(declaration: str) -> bool:
    try:
        told = tomllib.loads(declaration)
    except tomllib.TOMLDecodeError:
        return False
    return str(told.get("as_of")) == DEFAULT_DAY and "as_of" not in told.get("columns", {})


def with_day(declaration: str, day: str) -> str:
    """The declaration of a file whose day nobody had said, with its day."""
    return (
        re.sub(rf"(?m)^as_of = {DEFAULT_DAY}.*$", f"as_of = {day}", declaration) if DAY.fullmatch(day) else declaration
    )


def columns(atlas: Atlas, part: Content, draft: str) -> str | None:
    """Which column fills which field, to be changed; the declaration anew where it was."""
    try:
        declared = tomllib.loads(draft)
    except tomllib.TOMLDecodeError:
        return None
    held = declared.get("columns", {})
    told = {name: one for name, one in held.items() if isinstance(one, str)}
    left = [one.name for one in part.left_out if one.part == "column"]
    headers = list(dict.fromkeys([*told.values(), *left]))
    if not headers:
        return None
    above = places.levels(atlas)[:-1]
    fields = content(part.kind, above).asked
    fold = st.expander(t("Which column is what"), key=f"fold_columns_{part.kind}", on_change="rerun")
    if not fold.open:
        return None
    with fold, st.form(f"columns_{part.kind}", border=False):
        chosen = {}
        for name, one in fields.items():
            if name in held and name not in told:
                continue  # read in a way that a list of headers cannot say
            chosen[name] = st.selectbox(
                html.plain(_label(atlas, above, name, pick(dict(one.label)))),
                [NOT_READ, *headers],
                index=headers.index(told[name]) + 1 if name in told else 0,
                format_func=lambda header: header or t("not in the file"),
                key=f"column_{part.kind}_{name}",
            )
        if not st.form_submit_button(t("Read it so")):
            return None
    return with_columns(draft, {name: header for name, header in chosen.items() if header}, set(chosen))


def _label(atlas: Atlas, above: Sequence[str], name: str, label: str) -> str:
    """A field's, with the level that it is of: each has a code and a name."""
    level = next((one for one in above if name.startswith(f"{one}_")), None)
    return figures.bracketed(label, pick(places.level_names(atlas)[level])) if level else label


def with_columns(draft: str, chosen: Mapping[str, str], offered: set[str]) -> str:
    """The declaration with other columns: lines of [columns] that were offered are replaced."""
    head, mark, rest = draft.partition("\n[columns]")  # at the start of a line: a title may hold the words
    mark = mark or "\n[columns]"
    body, begin, tail = rest.partition("\n[")
    kept = [line for line in body.splitlines() if re.split(r"\s*=", line.strip(), maxsplit=1)[0] not in offered]
    lines = [f"{name} = {writing.toml(header)}" for name, header in chosen.items()]
    return head + mark + "\n".join([kept[0] if kept else "", *lines, *kept[1:]]) + begin + tail


def _keep(
    atlas: Atlas,
    view: View,
    person: Person,
    held: Held,
    part: Content,
    found: RegisterRead,
) -> None:
    st.html(blocks.heading(t("What it would change")))
    assert isinstance(held.found, allowed.Checked)
    not_held = register_shown.not_held(held.found.report, part.kind)
    register_shown.summary(atlas, view, found.changes, part.kind, not_held=not_held)
    title = st.text_input(t("Title"), value=Path(held.name).stem[:TITLE_CHARACTERS], key="handed_in_title")
    if st.button(t("Keep as a draft"), type="primary", icon=":material/save:"):
        desk = at_hand.desk()
        assert isinstance(held.found, allowed.Checked)
        report = json.dumps(plain_report(held.found.report), ensure_ascii=False).encode()
        made = Draft(
            path=at_hand.path(atlas, view.place_id),
            kind=part.kind,
            title=title,
            file_name=held.name,
            file_sha256=held.file_sha256,
            shape_sha256=_shape(held),
            declaration_sha256=desk.files.keep(io.BytesIO(part.draft.encode() or held.declaration.encode())),
            rows_sha256=held.rows[part.kind],
            report_sha256=desk.files.keep(io.BytesIO(report)),
            codes_as_of=str(facts.settings(atlas).get("codes_as_of") or ""),
            as_of=found.newest,
            rows_read=held.found.report.read,
            rows_rejected=held.found.report.rejected,
            rows_said=found.rows,
            against=facts.release(atlas) or atlas.build_id,
            outside=len(found.changes.outside),
        )
        try:
            number = hand_in.draft(desk, person, made)
        except Refused as refused:
            st.html(blocks.notice("warning", said_again(refused.said)))
            return
        del st.session_state[CHECKED]
        open_one(view, number)


def open_one(view: View, number: int) -> None:
    """The page of one submission."""
    from atlas.view import controls

    wanted = state.View(**{**view.__dict__, "inputs": inputs.with_inputs(view, **{SUBMISSION: str(number)}).inputs})
    controls.open_page("submission", wanted)
