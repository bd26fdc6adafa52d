"""What a check found, as plain data that crosses from the process that read the file to the one that shows it.

Whoever breaks into the reading process can write anything into this, so the way back is strict: types are checked,
texts are cut, lists are bounded, and nothing in it is a name that anything is opened by.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from importer.contents import all_kinds
from importer.dry_run import DryRun, Part
from importer.guess.asked import Question
from importer.report.quality import ColumnQuality, RuleCount

EXAMPLES = 12  # of a rule's rows
LISTED = 2_000  # rules, columns, remarks: as many as a file may have columns
CONTENTS = 20
QUESTIONS, ANSWERS = 200, 50
TEXT = 400  # characters of a cell or a header
PROBLEM = ("where", "expected", "found", "next_step")
DRAFT_TEXT = 200_000  # characters of a draft of a declaration: a line per column


class Unreadable(ValueError):
    """An answer that is no report."""


@dataclass(frozen=True)
class Example:
    """A row that broke a rule: its number in the file, the column, what stands there, what it could be."""

    row: int
    column: str
    value: str
    candidates: str


@dataclass(frozen=True)
class Broken:
    """A rule (an id of importer/report/rules.toml) with the number of rows that break it, and the first of them."""

    rule: str
    is_rejected: bool
    count: int
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class Odd:
    """What looks odd though every row may be right."""

    rule: str
    field: str
    seen: str


@dataclass(frozen=True)
class Column:
    """A field over all rows that would be loaded; `distinct_values` is None where there are too many to count."""

    field: str
    rows: int
    unknown: int
    distinct_values: int | None


@dataclass(frozen=True)
class Left:
    """A part of the file that was not read; `part` and `reason` are entries of importer/report/left_out.toml."""

    part: str
    name: str
    reason: str
    seen: str


@dataclass(frozen=True)
class Choice:
    """An answer that a question may have, in both languages."""

    key: str
    zh: str
    en: str


@dataclass(frozen=True)
class Asked:
    """What the file does not tell: the question in both languages, and what could be answered; `taken` is what holds
    until somebody answers, "" where nothing does.
    """

    key: str
    zh: str
    en: str
    saw: str
    taken: str
    answers: tuple[Choice, ...]


@dataclass(frozen=True)
class Content:
    """One kind of content in the file. `draft` is the TOML that it was read by, "" where one was given."""

    kind: str
    draft: str
    matched: Mapping[str, int]  # how places were found → rows
    broken: tuple[Broken, ...]
    odd: tuple[Odd, ...]
    columns: tuple[Column, ...]
    left_out: tuple[Left, ...] = ()
    questions: tuple[Asked, ...] = ()


@dataclass(frozen=True)
class Report:
    """What a build would do with the file, in rows."""

    read: int
    rejected: int
    contents: tuple[Content, ...]


# --- there ------------------------------------------------------------------------------------------------


def plain(run: DryRun) -> dict[str, Any]:
    """A dry run as a table of what JSON knows."""
    made = Report(run.read, run.rejected, tuple(_content(part) for part in run.parts[:CONTENTS]))
    return asdict(made)


def _content(part: Part) -> Content:
    quality = part.quality
    counted = sorted(quality.rules.values(), key=lambda entry: (not entry.is_rejected, -entry.count))
    return Content(
        kind=part.kind,
        draft=part.declaration_text[:DRAFT_TEXT],
        matched=dict(quality.matched),
        broken=tuple(_broken(entry) for entry in counted[:LISTED]),
        odd=tuple(Odd(rule, _cut(field), _cut(seen)) for rule, field, seen in quality.warnings()[:LISTED]),
        columns=tuple(_column(one) for one in list(quality.columns.values())[:LISTED]),
        left_out=tuple(Left(one.part, _cut(one.name), one.reason, _cut(one.saw)) for one in part.left_out[:LISTED]),
        questions=tuple(_asked(one) for one in part.questions[:QUESTIONS]),
    )


def _asked(one: Question) -> Asked:
    answers = tuple(Choice(_cut(a.key), _cut(a.says["zh"]), _cut(a.says["en"])) for a in one.answers[:ANSWERS])
    asks = one.asks
    return Asked(_cut(one.key), _cut(asks["zh"]), _cut(asks["en"]), _cut(one.saw), _cut(one.taken), answers)


def _broken(entry: RuleCount) -> Broken:
    examples = tuple(
        Example(
            row=int(one["row"]),
            column=_cut(one.get("column")),
            value=_cut(one.get("value")),
            candidates=_cut(one.get("candidates")),
        )
        for one in entry.examples[:EXAMPLES]
    )
    return Broken(entry.rule, entry.is_rejected, entry.count, examples)


def _column(one: ColumnQuality) -> Column:
    return Column(_cut(one.field), one.rows, one.unknown, None if one.has_many_values else len(one.values))


def _cut(text: object) -> str:
    return "" if text is None else str(text)[:TEXT]


def plain_report(made: Report) -> dict[str, Any]:
    """A report as a table of what JSON knows; `read` makes it again."""
    return asdict(made)


# --- and back ---------------------------------------------------------------------------------------------


def read(answer: object) -> Report:
    """The report that `plain` made a table of. Raises Unreadable on anything else."""
    given = table(answer)
    return Report(
        read=count(given, "read"),
        rejected=count(given, "rejected"),
        contents=tuple(_read_content(one) for one in _list(given, "contents", CONTENTS)),
    )


def _read_content(given: Mapping[str, Any]) -> Content:
    matched = table(given.get("matched"))
    return Content(
        kind=_kind(given),
        draft=text(given, "draft", DRAFT_TEXT),
        matched={str(how)[:TEXT]: count(matched, how) for how in list(matched)[:LISTED]},
        broken=tuple(
            Broken(
                rule=text(one, "rule"),
                is_rejected=bool(one.get("is_rejected")),
                count=count(one, "count"),
                examples=tuple(_read_example(row) for row in _list(one, "examples", EXAMPLES)),
            )
            for one in _list(given, "broken", LISTED)
        ),
        odd=tuple(Odd(text(one, "rule"), text(one, "field"), text(one, "seen")) for one in _list(given, "odd", LISTED)),
        columns=tuple(
            Column(
                field=text(one, "field"),
                rows=count(one, "rows"),
                unknown=count(one, "unknown"),
                distinct_values=None if one.get("distinct_values") is None else count(one, "distinct_values"),
            )
            for one in _list(given, "columns", LISTED)
        ),
        left_out=tuple(
            Left(text(one, "part"), text(one, "name"), text(one, "reason"), text(one, "seen"))
            for one in _list(given, "left_out", LISTED)
        ),
        questions=tuple(_read_asked(one) for one in _list(given, "questions", QUESTIONS)),
    )


def _read_asked(given: Mapping[str, Any]) -> Asked:
    answers = tuple(
        Choice(text(one, "key"), text(one, "zh"), text(one, "en")) for one in _list(given, "answers", ANSWERS)
    )
    key, zh, en, saw, taken = (text(given, name) for name in ("key", "zh", "en", "saw", "taken"))
    return Asked(key, zh, en, saw, taken, answers)


def _kind(given: Mapping[str, Any]) -> str:
    kind = text(given, "kind")
    if kind not in all_kinds():
        raise Unreadable("kind: a kind of content was expected")
    return kind


def _read_example(row: Mapping[str, Any]) -> Example:
    return Example(count(row, "row"), text(row, "column"), text(row, "value"), text(row, "candidates"))


def table(value: object) -> dict[str, Any]:
    """What JSON calls an object. Raises Unreadable."""
    if not isinstance(value, dict):
        raise Unreadable(f"a table was expected, not {type(value).__name__}")
    return value


def _list(given: Mapping[str, Any], name: str, most: int) -> list[Mapping[str, Any]]:
    value = given.get(name)
    if not isinstance(value, list):
        raise Unreadable(f"{name}: a list was expected, not {type(value).__name__}")
    return [table(one) for one in value[:most]]


def text(given: Mapping[str, Any], name: str, most: int = TEXT) -> str:
    """A text of the table, cut. Raises Unreadable."""
    value = given.get(name)
    if not isinstance(value, str):
        raise Unreadable(f"{name}: a text was expected, not {type(value).__name__}")
    return value[:most]


def count(given: Mapping[str, Any], name: str) -> int:
    """A number of rows. Raises Unreadable."""
    value = given.get(name)
    if type(value) is not int or not 0 <= value < 2**53:
        raise Unreadable(f"{name}: a count was expected, not {type(value).__name__}")
    return value
