"""Checks a file without loading it: the same way as a build, and nothing is kept."""

from __future__ import annotations

import re
import time
import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from ground.phrases import phrase
from importer import about, values
from importer.convert.batch import Batch
from importer.convert.declared import Declaration, declaration
from importer.errors import FileTooLarge
from importer.files import look, read
from importer.guess import writing
from importer.guess.asked import Answers, Question
from importer.guess.draft import Draft, drafts, nothing_fits
from importer.guess.whole_file import DEFAULT_DAY
from importer.intake import Intake
from importer.place.identity import Codes, Register
from importer.read import limits
from importer.read.chunk import SHEET_COLUMN, LeftOut, written
from importer.report.accepted import Accepted
from importer.report.quality import Quality
from importer.report.rejects import Rejects
from importer.report.template import filled_template

CODES_TRIED = 2_000  # rows of a file, to see whether its codes are the register's
FEWEST_CODES = 3
Row = tuple[str, int]  # the sheet, where several are read as one table, and the number


@dataclass(frozen=True)
class Part:
    """One kind of content in the file: how it was read, and what became of its rows."""

    kind: str
    declaration_text: str  # TOML; "" where the declaration was given
    quality: Quality
    questions: tuple[Question, ...] = ()  # what the file does not tell, and a person has to

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """What of the file was not read for this kind of content, rows included that the declaration passes over."""
        passed_over = self.quality.passed_over
        rows = (LeftOut("row", f"{passed_over:,}", "rows_only"),) if passed_over else ()
        return (*self.quality.left_out, *rows)


@dataclass(frozen=True)
class DryRun:
    """What a build would do with a file. A bureau's table often holds a register and coverage at once."""

    parts: tuple[Part, ...]
    rejected_by_sheet: frozenset[Row]  # that one of the kinds would reject
    are_rejects_cut: bool = False  # the file of rejected rows holds the first of them only

    @property
    def read(self) -> int:
        return max(part.quality.read for part in self.parts)

    @property
    def rejected(self) -> int:
        return len(self.rejected_by_sheet)

    @property
    def rejected_rows(self) -> frozenset[int]:
        """Their numbers; sheets that are read as one table share some."""
        return frozenset(number for _, number in self.rejected_by_sheet)


def dry_run(
    path: Path,
    upper_levels: Sequence[str],
    *,
    kind: str | None = None,
    body: Mapping[str, Any] | None = None,
    register: Register | None = None,
    codes: Codes | None = None,
    extent_degrees: Sequence[float] | None = None,
    rejects: Path | None = None,
    most_reject_characters: int | None = None,
    on_rows: Callable[[int], None] | None = None,
    answers: Answers | None = None,
    title: str | None = None,
    accepted: Path | None = None,
) -> DryRun:
    """Read a file to its end as a build would. Without a declaration (`body`) drafts are made and used.

    With a register, rows are also matched to its places; `codes` says how codes of another day lead to it, the day of
    the file's is the declaration's `codes_as_of`. `answers` are to questions of an earlier run. `title` is the
    file's name as its owner knows it, where it has another one here. `accepted` is a folder for the rows that would be
    loaded. Raises Problem.
    """
    started = time.monotonic()
    if body is not None:
        declared = [_Declared(body, "")]
    else:
        declared = _declared(path, upper_levels, kind, register, extent_degrees, answers or {})
    writer = Rejects(rejects, most_reject_characters) if rejects is not None else None
    taken = Accepted(accepted) if accepted is not None else None
    parts: list[Part] = []
    rows: set[Row] = set()
    for one in declared:
        if one.waits:
            parts.append(_waiting(one))
            continue
        written, text_before = one.body, one.text
        first = declaration(written, "declaration", upper_levels, extent_degrees)
        table, text = _answered(written, text_before, first, answers or {}, register)
        meant = declaration(table, "declaration", upper_levels, extent_degrees)
        quality = Quality(str(table.get("source_id", path.stem)))
        dated = None if codes is None else replace(codes, as_of=table.get("codes_as_of"))
        intake = Intake(meant, [path], quality, register=register, codes=dated, on_batch=on_rows)
        for batch in intake:
            _refuse_late(path, started, quality)
            rows |= _rejected(batch)
            if writer is not None:
                writer.add(batch)
            if taken is not None:
                taken.add(batch, meant.content.kind)
        asked = _asked(intake, path, meant, title or path.stem)
        quality.left_out = _told_why(quality.left_out, one.left_out)
        parts.append(Part(meant.content.kind, text, quality, (*one.questions, *asked)))
    return DryRun(tuple(parts), frozenset(rows), writer is not None and writer.is_cut)


def _rejected(batch: Batch) -> set[Row]:
    """Rows of a batch by their sheet, where several are read as one table, and their number."""
    at = np.flatnonzero(batch.is_rejected)
    sheets = ["" for _ in at]
    if SHEET_COLUMN in batch.cells.columns:
        sheets = [str(sheet) for sheet in written(batch.cells.column(SHEET_COLUMN)).take(pa.array(at)).to_pylist()]
    whole = zip(sheets, batch.row_numbers[at].tolist(), strict=True)
    return {*whole, *(("", int(number)) for number in batch.unreadable.get("row_number", ()))}


def _answered(
    body: Mapping[str, Any], text: str, meant: Declaration, answers: Answers, register: Register | None
) -> tuple[dict[str, Any], str]:
    """A declaration, as a table and as text, with what a person answered."""
    table = dict(body)
    if (told := answers.get(about.ABOUT)) and meant.about is None:
        place = about.named(told, register)
        table["about"] = place
        text = re.sub("(?m)^kind = ", lambda _: f"about = {writing.toml(place)} # as answered\nkind = ", text, count=1)
    headers = _headers_above(meant)
    if answers.get(about.FILL_DOWN) == about.YES and headers and not meant.fill_down:
        table["rows"] = {**table.get("rows", {}), "fill_down": headers}
        text = with_line(text, "rows", f"fill_down = {writing.toml(headers)} # as answered")
    return table, text


def _headers_above(meant: Declaration, fields: Collection[str] | None = None) -> list[str]:
    """The columns that name places above, from above; those of some fields only."""
    return [
        column.columns[0]
        for level in meant.upper_levels
        for part in ("name", "code")
        if (column := meant.columns.get(f"{level}_{part}")) is not None
        and column.columns
        and (fields is None or f"{level}_{part}" in fields)
    ]


def with_line(text: str, table: str, line: str) -> str:
    """A declaration's text with a line in one of its tables, which is begun before [file] where there is none."""
    if re.search(rf"(?m)^\[{table}\]", text):
        return re.sub(rf"(?m)^\[{table}\].*$", lambda found: f"{found[0]}\n{line}", text, count=1)
    return re.sub(r"(?m)^\[file\]", lambda found: f"[{table}]\n{line}\n\n{found[0]}", text, count=1)


def _asked(intake: Intake, path: Path, meant: Declaration, title: str) -> tuple[Question, ...]:
    """What is still to be asked once all rows were seen."""
    found: list[Question | None] = []
    seen = intake.whereabouts
    if not meant.fill_down and (once := seen.filled_once()):
        filled, empty = max(once.values(), key=lambda count: count[1])
        found.append(about.filled_once(_headers_above(meant, once), filled, empty))
    if intake.register is not None and meant.about is None and seen.open_rows:
        found.append(about.place(intake.register, seen, look(path, meant.options), title))
    return tuple(question for question in found if question is not None)


@dataclass(frozen=True)
class _Declared:
    """A declaration to check a file by; where it `waits` for answers, nothing can be read by it yet."""

    body: Mapping[str, Any]
    text: str
    questions: tuple[Question, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    waits: bool = False


def _declared(
    path: Path,
    upper_levels: Sequence[str],
    kind: str | None,
    register: Register | None,
    extent: Sequence[float] | None,
    answers: Answers,
) -> list[_Declared]:
    """A filled template is read by its own declaration, any other file by drafts, with what these ask.

    What a draft asks that waits for an answer is asked beside the first that can be read; alone it is asked first.
    """
    text = filled_template(path, upper_levels)
    if text is not None:
        return [_Declared(tomllib.loads(text), text)]
    found = drafts(path, upper_levels, kind, extent_degrees=extent, answers=answers)
    ready = [draft for draft in found if not draft.lacks]
    waiting = [draft for draft in found if draft.lacks and any(asked.answers for asked in draft.open_questions)]
    if not ready and not waiting:
        raise nothing_fits(path, upper_levels, extent, answers)
    if register is not None and len(ready) > 1:  # the country has its places; the same columns say more about them
        ready = [draft for draft in ready if draft.kind != "places"]
    made = [
        _Declared(
            *_with_known_codes(path, draft, register), _answerable(draft.questions), draft.left_out, bool(draft.lacks)
        )
        for draft in (ready or waiting[:1])
    ]
    also = [question for draft in waiting for question in draft.open_questions] if ready else []
    return [replace(made[0], questions=(*made[0].questions, *_answerable(also))), *made[1:]]


def _answerable(questions: Iterable[Question]) -> tuple[Question, ...]:
    """Those with answers to choose from, and of which day a file is that tells none: any may be the right one."""
    return tuple(question for question in questions if question.answers or question.taken == DEFAULT_DAY)


def _waiting(one: _Declared) -> Part:
    """No row is read before the questions are answered; what is left out is told already."""
    quality = Quality(str(one.body.get("source_id")))
    quality.left_out = list(one.left_out)
    return Part(str(one.body["kind"]), one.text, quality, one.questions)


def _told_why(found: list[LeftOut], by_draft: Sequence[LeftOut]) -> list[LeftOut]:
    """A column that a draft looked at and left out says why, not only that the draft does not name it."""
    known = {one.name: one for one in by_draft if one.part == "column"}
    return [known.get(one.name, one) if one.reason == "not_declared" else one for one in found]


def _with_known_codes(path: Path, draft: Draft, register: Register | None) -> tuple[dict[str, Any], str]:
    """A draft whose column of codes holds none of the register's goes by names, where the file has any."""
    body, text = draft.body, draft.text
    columns = body.get("columns", {})
    if register is None or draft.lacks or not {"code", "name"} <= set(columns):
        return body, text
    told = columns["code"]
    header = told if isinstance(told, str) else told.get("column")
    options = declaration(body, "draft", register.levels[:-1]).options
    cells = next(read(path, options, chunk_rows=CODES_TRIED)).frame.get(header)
    if cells is None or cells.notna().sum() < FEWEST_CODES:
        return body, text
    if register.has_codes_like(pd.Series(values.codes(cells).values, dtype=object)):
        return body, text
    without = {name: told for name, told in columns.items() if name != "code"}
    remark = f"# not used: the codes of {writing.toml(header)} are none of the register's"
    return {**body, "columns": without}, re.sub("(?m)^code = .*$", lambda _: remark, text, count=1)


def _refuse_late(path: Path, started: float, quality: Quality) -> None:
    """A check answers within a bound of time, whatever it is handed."""
    if time.monotonic() - started > limits.CHECK_SECONDS:
        raise FileTooLarge(
            path.name,
            phrase("a file that is checked in {check_seconds} minutes", check_seconds=limits.CHECK_SECONDS // 60),
            phrase("{read} rows checked in that time", read=f"{quality.read:,}"),
            "check a part of the file; a build has no such bound",
        )
