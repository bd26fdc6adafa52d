"""From a file to an approved register: drafted, submitted, returned with words, or approved but for some rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import func, select

from desk import engine as engines
from desk import texts
from desk.desk import Desk, Writer
from desk.errors import Unfitting
from desk.notices import gate
from desk.people.rights import Person, demand
from desk.preconditions import NOTE_CHARACTERS, TITLE_CHARACTERS, refuse_other, refuse_own, seen_by
from desk.projected.submissions import APPROVED, DRAFT, RETURNED, SUBMISSION, SUBMITTED, WITHDRAWN
from ground.phrases import phrase
from importer.guess.whole_file import DEFAULT_DAY

KINDS = ("coverage", "villages")
NAME_CHARACTERS = 120
LONGEST_NAME = 10_000  # of a file; what is beyond NAME_CHARACTERS is cut
MOST_LEFT_OUT = 5_000


@dataclass(frozen=True)
class Draft:
    """A file that was checked: what it is, how it was read, and what became of its rows. The files are the desk's.

    `path`: of the place that it is of. `outside`: rows of villages that lie elsewhere.
    """

    path: str
    kind: str
    title: str
    file_name: str
    file_sha256: str
    shape_sha256: str
    declaration_sha256: str
    rows_sha256: str
    report_sha256: str
    codes_as_of: str
    as_of: str
    rows_read: int
    rows_rejected: int
    rows_said: int
    against: str
    outside: int = 0


def draft(desk: Desk, person: Person, made: Draft) -> int:
    """Keep a checked file as a draft; returns its number. Raises NotAllowed, Unfitting."""
    role = demand(person, "submit", made.path)
    if made.kind not in KINDS:
        raise Unfitting(phrase("Coverage and registers of villages are taken here; this file holds something else."))
    if not made.rows_said:
        raise Unfitting(phrase("The file holds no row that could be loaded."))
    if made.as_of == DEFAULT_DAY:
        raise Unfitting(phrase("Say of which day the register is: the file does not tell it."))
    if made.outside:
        n = f"{made.outside:,}"
        raise Unfitting(phrase("{n} rows are of villages outside this place. Hand in each place's own file.", n=n))
    if not all(texts.DAY.fullmatch(day) for day in (made.as_of, made.codes_as_of) if day):
        raise Unfitting(phrase("A day like 2026-11-30 was expected."))
    with desk.writing(person) as writer:
        _refuse_again(writer, made.file_sha256, made.path, made.kind)
        number = (writer.connection.execute(select(func.max(SUBMISSION.c.submission_no))).scalar_one() or 0) + 1
        told = asdict(made) | {"submission_no": number}
        del told["outside"]
        told["file_name"] = texts.clean(made.file_name, LONGEST_NAME)[:NAME_CHARACTERS]
        told["title"] = texts.needed(made.title, TITLE_CHARACTERS)
        writer.append("submission.drafted", f"submission/{number}", told, role)
    return int(number)


def _refuse_again(writer: Writer, file_sha256: str, path: str, kind: str) -> None:
    """The same file for the same place, while it waits or once it is approved."""
    same = select(SUBMISSION.c.submission_no).where(
        SUBMISSION.c.file_sha256 == file_sha256,
        SUBMISSION.c.path == path,
        SUBMISSION.c.kind == kind,
        SUBMISSION.c.state.in_((SUBMITTED, APPROVED)),
    )
    if found := writer.connection.execute(same.limit(1)).scalar_one_or_none():
        raise Unfitting(phrase("The same file was handed in before: see number {number}.", number=found))


def submit(desk: Desk, person: Person, number: int, seen: int, note: str) -> None:
    """Hand a draft over to the reviewer, with a note. Raises NotAllowed, Overtaken, Unfitting."""
    with desk.writing(person) as writer:
        found = seen_by(writer, number, seen)
        role = demand(person, "submit", found["path"])
        refuse_other(found, DRAFT)
        _refuse_again(writer, found["file_sha256"], found["path"], found["kind"])  # two drafts of it are let be
        told = {"note": texts.clean(note, NOTE_CHARACTERS)}
        writer.append("submission.submitted", f"submission/{number}", told, role)


def withdraw(desk: Desk, person: Person, number: int, seen: int) -> None:
    """Give up a draft, or take back what was not decided yet. Raises NotAllowed, Overtaken, Unfitting."""
    with desk.writing(person) as writer:
        found = seen_by(writer, number, seen)
        role = demand(person, "submit", found["path"])
        refuse_other(found, DRAFT, SUBMITTED, RETURNED)
        writer.append("submission.withdrawn", f"submission/{number}", {}, role)
        gate.end(writer, number, WITHDRAWN, role)
    engines.forget(desk.engine)


def give_back(desk: Desk, person: Person, number: int, seen: int, words: str) -> None:
    """Return it with words that say what is to be mended. Raises NotAllowed, Overtaken, Unfitting."""
    with desk.writing(person) as writer:
        found = seen_by(writer, number, seen)
        role = demand(person, "review", found["path"])
        refuse_other(found, SUBMITTED)
        told = {"words": texts.needed(words, NOTE_CHARACTERS)}
        writer.append("submission.returned", f"submission/{number}", told, role)
        gate.end(writer, number, RETURNED, role)
    engines.forget(desk.engine)


def approve(
    desk: Desk,
    person: Person,
    number: int,
    seen: int,
    words: str,
    left_out: Sequence[str] = (),
    *,
    four_eyes: bool = True,
    notice_required: bool = False,
) -> None:
    """Approve it, but for the rows of the villages `left_out`; the next release carries it.

    With `four_eyes` nobody approves what they handed in themselves; with `notice_required` nothing that was not on
    public notice. One that was is approved once that is over and objections are answered. Raises NotAllowed,
    Overtaken, Unfitting.
    """
    with desk.writing(person) as writer:
        found = seen_by(writer, number, seen)
        role = demand(person, "review", found["path"])
        refuse_other(found, SUBMITTED)
        if four_eyes:
            refuse_own(found, person)
        gate.demand_heard(writer, number, is_required=notice_required)
        if len(left_out) > MOST_LEFT_OUT:
            raise Unfitting(phrase("So many rows are left out that the file is better returned."))
        if left_out and not words.strip():
            raise Unfitting(phrase("Say why some rows are left out."))
        told = {"words": texts.clean(words, NOTE_CHARACTERS), "left_out": sorted(set(left_out))}
        writer.append("submission.approved", f"submission/{number}", told, role)
        gate.end(writer, number, APPROVED, role)
    engines.forget(desk.engine)
