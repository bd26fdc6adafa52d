"""Filing a challenge, one by one and in bulk. What is claimed twice is joined to what was there first."""

from __future__ import annotations

import hashlib
import io
import json
import secrets
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from backports import zstd
from sqlalchemy import delete, func, insert, select, tuple_

from desk import texts
from desk.apart import CONTACT
from desk.challenges.claim import CONTACT_CHARACTERS, Claim, Terms
from desk.desk import Desk, Writer
from desk.errors import TooMany, Unfitting
from desk.files import SHA256
from desk.log import instant
from desk.people.rights import Person, demand
from desk.projected.challenges import CHALLENGE
from desk.projected.states import FILED, OPEN
from ground.phrases import phrase

KEY_BYTES = 18
MOST_IN_BULK = 200_000
ASKED_AT_ONCE = 400  # alike claims looked up together
T = TypeVar("T")
Same = tuple[str, str, str, str]  # village, standard, operator, claim


@dataclass(frozen=True)
class Filed:
    """Number and secret key of a new challenge; `joined_no` is the one that claims the same already."""

    challenge_no: int
    key: str
    joined_no: int | None
    due_on: str


class Main(NamedTuple):
    """The challenge that others are joined to: they are in its state, and wait as long."""

    number: int
    state: str
    due_on: str


def hashed(key: str) -> str:
    """How a secret key is kept."""
    return hashlib.sha256(key.encode()).hexdigest()


def file(desk: Desk, claim: Claim, terms: Terms, contact: str = "") -> Filed:
    """File what anybody claims. Raises Unfitting."""
    claim, contact = claim.checked(), texts.clean(contact, CONTACT_CHARACTERS)
    key = secrets.token_urlsafe(KEY_BYTES)
    with desk.writing() as writer:
        demand_file(writer, claim.photo_sha256)
        # Kept here, since whoever takes back the same text just now removes it as nobody's.
        text_sha256 = desk.files.keep(io.BytesIO(claim.text.encode())) if claim.text else ""
        number = _next(writer)
        main = _there(writer, [_same(claim)]).get(_same(claim))
        told = _told(claim, text_sha256) | {
            "challenge_no": number,
            "key_sha256": hashed(key),
            "joined_no": main.number if main else None,
            "due_on": main.due_on if main else terms.to_answer(writer.now.date()),
            "state": main.state if main else FILED,
        }
        writer.append("challenge.filed", f"challenge/{number}", told)
        if contact:
            row = {"challenge_no": number, "contact": contact, "given_at": instant(writer.now)}
            writer.connection.execute(delete(CONTACT).where(CONTACT.c.challenge_no == number))
            writer.connection.execute(insert(CONTACT), row)
    return Filed(number, key, told["joined_no"], told["due_on"])


def file_in_bulk(
    desk: Desk, person: Person, claims: Iterable[Claim], terms: Terms, file_sha256: str, path: str
) -> tuple[int, int]:
    """A county's list as one: first number, and how many. Each claim must lie at `path`, where the person may submit.

    Raises NotAllowed, TooMany, Unfitting. A claim that is there already is joined, within the list too.
    """
    role = demand(person, "submit", path)
    made = [claim.checked() for claim in claims]
    if not made:
        raise Unfitting(phrase("The list holds no row that could be filed."))
    if len(made) > MOST_IN_BULK:
        raise TooMany(phrase("At most {most} rows at once.", most=f"{MOST_IN_BULK:,}"))
    if any(f"{claim.village.path}/".find(f"{path}/") != 0 for claim in made):
        raise Unfitting(phrase("Some rows are of another place than the list."))
    with desk.writing(person) as writer:
        demand_file(writer, file_sha256)
        first = _next(writer)
        there = _there(writer, {_same(claim) for claim in made})
        due_on = terms.to_answer(writer.now.date())
        rows_sha256 = _kept_rows(desk, made, first, due_on, there)
        of_all = {"text_sha256": "", "photo_sha256": "", "key_sha256": ""}
        told = {"first_no": first, "challenges": len(made), "rows_sha256": rows_sha256, "of_all": of_all}
        told |= {"file_sha256": file_sha256, "path": path}
        writer.append("challenge.filed_in_bulk", f"challenges/{first}", told, role)
    return first, len(made)


def demand_file(writer: Writer, sha256: str) -> None:
    """What an entry is to name is there, and stays: nobody removes a file meanwhile. Raises Unfitting."""
    if sha256 and not (SHA256.fullmatch(sha256) and writer.files.has(sha256)):
        raise Unfitting(phrase("The file is not here any more: hand it in once more."))


def _told(claim: Claim, text_sha256: str) -> dict[str, Any]:
    return {
        "village_id": claim.village.village_id,
        "path": claim.village.path,
        "standard": claim.standard,
        "operator": claim.operator,
        "claim": claim.claim,
        "reason": claim.reason,
        "seen_release": claim.seen_release,
        "seen_state": claim.seen_state,
        "seen_as_of": claim.seen_as_of,
        "text_sha256": text_sha256,
        "photo_sha256": claim.photo_sha256,
        "download_mbps": claim.download_mbps,
    }


def _kept_rows(desk: Desk, claims: list[Claim], first: int, due_on: str, there: dict[Same, Main]) -> str:
    """The rows as a file of the desk's own, one JSON text a line, which the entry names. What is joined goes with its
    main one from the start.
    """
    with tempfile.TemporaryFile() as whole:
        with zstd.open(whole, "wt", encoding="utf-8") as lines:
            for number, claim in enumerate(claims, first):
                main = there.setdefault(_same(claim), Main(number, FILED, due_on))
                row = _told(claim, "") | {"challenge_no": number, "state": main.state, "due_on": main.due_on}
                row["joined_no"] = main.number if main.number != number else None
                for name in ("text_sha256", "photo_sha256"):
                    del row[name]
                lines.write(json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n")
        whole.seek(0)
        return desk.files.keep(whole)


def _next(writer: Writer) -> int:
    last = writer.connection.execute(select(func.max(CHALLENGE.c.challenge_no))).scalar_one()
    return (last or 0) + 1


def _same(claim: Claim) -> Same:
    return claim.village.village_id, claim.standard, claim.operator, claim.claim


def _there(writer: Writer, wanted: Iterable[Same]) -> dict[Same, Main]:
    """Open challenges that claim the same, none that is joined itself; where a code changed so that there are two, the
    first.
    """
    same = (CHALLENGE.c.village_id, CHALLENGE.c.standard, CHALLENGE.c.operator, CHALLENGE.c.claim)
    found: dict[Same, Main] = {}
    for some in _in_parts(sorted(wanted), ASKED_AT_ONCE):
        asked = select(*same, CHALLENGE.c.challenge_no, CHALLENGE.c.state, CHALLENGE.c.due_on).where(
            CHALLENGE.c.village_id.in_({one[0] for one in some}),
            tuple_(*same).in_(some),
            CHALLENGE.c.state.in_(OPEN),
            CHALLENGE.c.joined_no.is_(None),
        )
        asked = asked.order_by(CHALLENGE.c.challenge_no.desc())
        found |= {tuple(row[:4]): Main(*row[4:]) for row in writer.connection.execute(asked)}
    return found


def _in_parts(values: list[T], size: int) -> Iterator[list[T]]:
    return (values[start : start + size] for start in range(0, len(values), size))
