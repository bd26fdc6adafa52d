"""Filing a challenge, one by one and in bulk. What is claimed twice is joined to what was there first."""

from __future__ import annotations

import hashlib
import io
import json
import secrets
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from backports import zstd
from sqlalchemy import Connection, delete, func, insert, select

from desk import texts
from desk.apart import CONTACT
from desk.challenges.claim import CONTACT_CHARACTERS, Claim, Terms
from desk.challenges.way import is_main
from desk.desk import Desk, Writer
from desk.errors import TooMany, Unfitting
from desk.files import SHA256
from desk.log import ENTRY, instant
from desk.people.rights import Person, demand
from desk.projected.challenges import CHALLENGE
from desk.projected.states import FILED, OPEN
from ground.phrases import phrase

KEY_BYTES = 18
MOST_IN_BULK = 200_000
MOST_TEXTS_IN_BULK = 500  # different ones of a list that are kept one by one, so that each can be removed
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


@dataclass(frozen=True)
class Listed:
    """A list that was filed as one: numbers from `first_no` on, `challenges` of them, of which `joined` go with others;
    the others are to be answered by `due_on`.
    """

    first_no: int
    challenges: int
    joined: int
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
        main = _there(writer.connection, [_same(claim)]).get(_same(claim))
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
) -> Listed:
    """A county's list as one. Each claim must lie at `path`, where the person may submit.

    Raises NotAllowed, TooMany, Unfitting. A claim that is there already is joined, within the list too. Texts are kept
    up to MOST_TEXTS_IN_BULK different ones; where there are more, none is.
    """
    role = demand(person, "submit", path)
    made = [claim.checked() for claim in claims]
    texts_of = {claim.text for claim in made} - {""}
    if not made:
        raise Unfitting(phrase("The list holds no row that could be filed."))
    if len(made) > MOST_IN_BULK:
        raise TooMany(phrase("At most {most} rows at once.", most=f"{MOST_IN_BULK:,}"))
    if any(f"{claim.village.path}/".find(f"{path}/") != 0 for claim in made):
        raise Unfitting(phrase("Some rows are of another place than the list."))
    with desk.writing(person) as writer:
        demand_file(writer, file_sha256)
        first = _next(writer)
        there = _there(writer.connection, {_same(claim) for claim in made})
        due_on = terms.to_answer(writer.now.date())
        texts_kept = {}
        if len(texts_of) <= MOST_TEXTS_IN_BULK:  # as for one: kept here, so that nobody removes them meanwhile
            texts_kept = {text: desk.files.keep(io.BytesIO(text.encode())) for text in sorted(texts_of)}
        rows_sha256, joined = _kept_rows(desk, made, first, due_on, there, texts_kept)
        of_all = {"text_sha256": "", "photo_sha256": "", "key_sha256": ""}
        told = {"first_no": first, "challenges": len(made), "rows_sha256": rows_sha256, "of_all": of_all}
        told |= {"file_sha256": file_sha256, "path": path}
        writer.append("challenge.filed_in_bulk", f"challenges/{first}", told, role)
    return Listed(first, len(made), joined, due_on)


def would_join(connection: Connection, claims: Iterable[Claim]) -> int:
    """How many of a list would go with what is there already, or stands before them in the list."""
    same = [_same(claim) for claim in claims]
    there = set(_there(connection, set(same)))
    return len(same) - len(set(same) - there)


def lists_of(connection: Connection, file_sha256: str) -> list[Mapping[str, Any]]:
    """Lists that were filed from this very file, the newest first: `at`, `first_no`, `challenges`."""
    if not SHA256.fullmatch(file_sha256):
        return []
    is_it = ENTRY.c.body.contains(f'"file_sha256":"{file_sha256}"')  # as a body is written
    asked = select(ENTRY.c.at, ENTRY.c.body).where(ENTRY.c.kind == "challenge.filed_in_bulk", is_it)
    found = connection.execute(asked.order_by(ENTRY.c.entry_no.desc())).all()
    return [{"at": at, **json.loads(body)} for at, body in found]


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


def _kept_rows(
    desk: Desk,
    claims: list[Claim],
    first: int,
    due_on: str,
    there: dict[Same, Main],
    texts_kept: Mapping[str, str],
) -> tuple[str, int]:
    """The rows as a file of the desk's own, one JSON text a line, which the entry names; and how many are joined: they
    go with their main one from the start. A text stands in a file apart, since it may have to be removed.
    """
    joined = 0
    with tempfile.TemporaryFile() as whole:
        with zstd.open(whole, "wt", encoding="utf-8") as lines:
            for number, claim in enumerate(claims, first):
                main = there.setdefault(_same(claim), Main(number, FILED, due_on))
                row = _told(claim, texts_kept.get(claim.text, ""))
                row |= {"challenge_no": number, "state": main.state, "due_on": main.due_on}
                row["joined_no"] = main.number if main.number != number else None
                joined += row["joined_no"] is not None
                for name in ("text_sha256", "photo_sha256"):
                    if not row[name]:
                        del row[name]
                lines.write(json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n")
        whole.seek(0)
        return desk.files.keep(whole), joined


def _next(writer: Writer) -> int:
    last = writer.connection.execute(select(func.max(CHALLENGE.c.challenge_no))).scalar_one()
    return (last or 0) + 1


def _same(claim: Claim) -> Same:
    return claim.village.village_id, claim.standard, claim.operator, claim.claim


def _there(connection: Connection, wanted: Iterable[Same]) -> dict[Same, Main]:
    """Open challenges that claim the same, none that is joined itself; where a code changed so that there are two, the
    first.
    """
    same = (CHALLENGE.c.village_id, CHALLENGE.c.standard, CHALLENGE.c.operator, CHALLENGE.c.claim)
    told = (CHALLENGE.c.challenge_no, CHALLENGE.c.state, CHALLENGE.c.due_on)
    asked_for, found = set(wanted), dict[Same, Main]()
    # By the villages alone: whole claims cost ten times as much, and a database without statistics would go through all
    # that are open or joined to none.
    for some in _in_parts(sorted({one[0] for one in asked_for}), ASKED_AT_ONCE):
        asked = select(*same, *told).where(CHALLENGE.c.village_id.in_(some), is_main())
        for *key, number, state, due_on in connection.execute(asked.order_by(CHALLENGE.c.challenge_no.desc())):
            one = key[0], key[1], key[2], key[3]
            if state in OPEN and one in asked_for:
                found[one] = Main(number, state, due_on)
    return found


def _in_parts(values: list[T], size: int) -> Iterator[list[T]]:
    return (values[start : start + size] for start in range(0, len(values), size))
