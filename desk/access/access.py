"""Ending somebody's access, and giving it back: an entry each, and in force from their next click on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from desk import texts
from desk.access import seen
from desk.apart import SEEN
from desk.desk import Desk, Writer
from desk.errors import Overtaken, Unfitting
from desk.log import ENTRY
from desk.people.rights import LOCAL, PUBLIC, Person, demand
from desk.projected.people import PERSON
from ground.phrases import phrase

WORDS_CHARACTERS = 200
KINDS = ("person.ended", "person.restored")


@dataclass(frozen=True)
class Known:
    """Somebody who was at the desk. `last_on` (a day) and `roles` are "" where that is not known (any more);
    `ended_at` is "" for whoever may sign in, `words` say why their access was ended.
    """

    sub: str
    name: str
    roles: tuple[str, ...]
    last_on: str
    ended_at: str
    ended_by: str
    words: str


def end(desk: Desk, person: Person, sub: str, words: str) -> None:
    """Nobody ends their own: then nobody might be left to give it back. Raises NotAllowed, Overtaken, Unfitting."""
    if sub == person.sub:
        raise Unfitting(phrase("Nobody ends their own access. Somebody else who may has to."))
    _change(desk, person, "person.ended", sub, words)


def restore(desk: Desk, person: Person, sub: str, words: str) -> None:
    """Give it back: from then on roles.toml and the sign-in say again what they may do. Raises as `end`."""
    _change(desk, person, "person.restored", sub, words)


def _change(desk: Desk, person: Person, kind: str, sub: str, words: str) -> None:
    with desk.writing(person) as writer:
        role = demand(person, "end_access", "")
        told = {"sub": sub, "words": texts.needed(words, WORDS_CHARACTERS)}
        if sub in (PUBLIC, LOCAL) or not texts.is_writable(sub) or not _is_known(writer, sub):
            raise Unfitting(phrase("Nobody of this name was ever at the desk."))
        has_ended = bool(writer.connection.execute(select(PERSON.c.ended_at).where(PERSON.c.sub == sub)).scalar())
        if has_ended == (kind == "person.ended"):
            raise Overtaken(phrase("Somebody has acted on this meanwhile. Look at what it is now, then act."))
        writer.append(kind, f"person/{sub}", told, role)


def _is_known(writer: Writer, sub: str) -> bool:
    asked = (select(table.c.sub).where(table.c.sub == sub) for table in (PERSON, SEEN))
    return any(writer.connection.execute(one).first() is not None for one in asked)


def known(connection: Connection) -> list[Known]:
    """Everybody who ever acted or signed in (of late), whose access was ended first, then who came last."""
    told = seen.all_seen(connection)
    acted = {row["sub"]: dict(row) for row in connection.execute(select(PERSON)).mappings()}
    said = _last_words(connection)
    found = [
        _known(sub, told.get(sub, {}), acted.get(sub, {}), said.get(sub, ("", "")))
        for sub in told.keys() | acted.keys()
        if sub not in (PUBLIC, LOCAL)
    ]
    return sorted(sorted(found, key=lambda one: one.sub), key=lambda one: (one.ended_at, one.last_on), reverse=True)


def _known(sub: str, told: Mapping[str, Any], acted: Mapping[str, Any], said: tuple[str, str]) -> Known:
    ended_at = str(acted.get("ended_at", ""))
    by, words = said if ended_at else ("", "")
    roles = tuple(filter(None, str(told.get("roles", "")).split(",")))
    named = str(told.get("name") or acted.get("name") or sub)
    return Known(sub, named, roles, str(told.get("last_on", "")), ended_at, by, words)


def _last_words(connection: Connection) -> dict[str, tuple[str, str]]:
    """Who ended or gave back whose access last, and why."""
    asked = select(ENTRY.c.who, ENTRY.c.body).where(ENTRY.c.kind.in_(KINDS)).order_by(ENTRY.c.entry_no)
    found = {}
    for who, body in connection.execute(asked):
        told = json.loads(body)
        found[str(told["sub"])] = (str(who), str(told.get("words", "")))
    return found


def ended(connection: Connection) -> set[str]:
    """The identifiers of all whose access is ended."""
    return set(connection.execute(select(PERSON.c.sub).where(PERSON.c.ended_at != "")).scalars())
