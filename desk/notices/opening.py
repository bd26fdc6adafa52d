"""Putting a register on public notice: for its reviewers, once, until a day."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from desk import texts
from desk.desk import Desk
from desk.errors import Overtaken, Unfitting
from desk.notices import gate
from desk.notices.terms import NoticeTerms, day
from desk.people.rights import Person, demand
from desk.preconditions import NOTE_CHARACTERS, TITLE_CHARACTERS, refuse_other, refuse_own, seen_by
from desk.projected.challenges import MOST_NUMBER
from desk.projected.submissions import SUBMITTED
from ground.phrases import phrase


@dataclass(frozen=True)
class Shown:
    """What the register would change when the notice begins, in numbers: they stay when what is published goes on."""

    villages: int
    missing: int
    connected: int
    unconnected: int


def put(
    desk: Desk,
    person: Person,
    number: int,
    seen: int,
    until_on: str,
    title: str,
    words: str,
    shown: Shown,
    terms: NoticeTerms,
    *,
    four_eyes: bool = True,
) -> None:
    """From today until a day (ISO), with a title and a text that everybody reads.

    With `four_eyes` not by whoever handed it in. Raises NotAllowed, Overtaken, Unfitting.
    """
    if not all(0 <= n <= MOST_NUMBER for n in asdict(shown).values()):
        raise Unfitting(phrase("The file holds no row that could be loaded."))
    with desk.writing(person) as writer:
        register = seen_by(writer, number, seen)
        role = demand(person, "put_on_notice", register["path"])
        refuse_other(register, SUBMITTED)
        if four_eyes:
            refuse_own(register, person)
        if gate.found(writer, number) is not None:
            raise Overtaken(phrase("It is on public notice already."))
        today = day(writer.at, terms.zone)
        told = {name: register[name] for name in ("submission_no", "path", "kind", "as_of", "rows_said")}
        told |= {"title": texts.needed(title, TITLE_CHARACTERS), "words": texts.needed(words, NOTE_CHARACTERS)}
        told |= {"from_on": today, "until_on": terms.checked(today, until_on), "zone": terms.zone, **asdict(shown)}
        writer.append("notice.opened", f"notice/{number}", told, role)
