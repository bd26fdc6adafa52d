"""What is asked of challenges: lists, numbers by place, one case. Public answers name no person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, or_, select, true

from desk.apart import CONTACT
from desk.challenges.file import hashed
from desk.challenges.way import ALL, Way, by, is_main, of_states, way
from desk.projected.challenges import CHALLENGE, COUNT, MOST_NUMBER
from desk.projected.states import OPEN

OVERDUE = "overdue"
#: What everybody may know of a challenge.
PUBLIC_COLUMNS = (
    "challenge_no",
    "filed_at",
    "village_id",
    "path",
    "standard",
    "operator",
    "claim",
    "reason",
    "download_mbps",
    "joined",
    "state",
    "due_on",
    "answered_at",
    "answer",
    "answer_words",
    "decided_at",
    "decision_words",
    "grade",
    "release",
    "seen_release",
    "seen_state",
    "seen_as_of",
    "holds_from",
)


@dataclass(frozen=True)
class Asked:
    """Which challenges: at a place (its path) and below, of a standard, of operators, in states; "" and (): all.

    `today` (ISO) says what is overdue: open, and its term is over.
    """

    path: str
    today: str
    standard: str = ""
    operators: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    village_id: str = ""

    @property
    def place_id(self) -> str:
        return self.path.rpartition("/")[2]


def listed(connection: Connection, asked: Asked, most: int, before: int | None = None) -> list[Mapping[str, Any]]:
    """The newest first, those that joined another left out; `before` is the number that the last part ended with."""
    goes = _way(connection, asked, most)
    if goes is Way.NONE:
        return []
    number = by(goes, "challenge_no") if goes else CHALLENGE.c.challenge_no
    query = select(*_public()).where(_is_within(asked, goes), is_main())
    if before is not None:
        query = query.where(number < _number(before))
    found = connection.execute(query.order_by(number.desc()).limit(most))
    return [dict(row) for row in found.mappings()]


def waiting(connection: Connection, asked: Asked, most: int) -> list[Mapping[str, Any]]:
    """The same, what is due first at the top; for states in which something is waited for."""
    goes = _way(connection, asked, most)
    if goes is Way.NONE:
        return []
    due_on = by(goes, "due_on") if goes else CHALLENGE.c.due_on
    query = select(*_public(), CHALLENGE.c.version).where(_is_within(asked, goes), is_main())
    query = query.where(due_on > "").order_by(due_on, CHALLENGE.c.challenge_no)
    return [dict(row) for row in connection.execute(query.limit(most)).mappings()]


def _way(connection: Connection, asked: Asked, most: int) -> Way | None:
    """By which index to go; None: that of the village."""
    if asked.village_id:
        return None
    nation = asked.path.partition("/")[0]
    whole = Asked(asked.path, asked.today)
    held = _told(connection, whole, [asked.place_id, nation])
    at_place, everywhere = (_with_all(held.get(place, {})) for place in (asked.place_id, nation))
    states = of_states(asked.states, OVERDUE)
    wanted = counts(connection, asked)
    n = sum(wanted.get(state, 0) for state in states) if states else _with_all(wanted)[ALL]
    return way(n, at_place, everywhere, {state: everywhere.get(state, 0) for state in states}, most)


def _with_all(held: Mapping[str, int]) -> dict[str, int]:
    return {**held, ALL: sum(n for state, n in held.items() if state != OVERDUE)}


@dataclass(frozen=True)
class Waits:
    """How many wait, how many of them beyond their term, how many of them came after an instant; and some of them,
    those that are due first.
    """

    n: int
    overdue: int
    new: int
    first: tuple[Mapping[str, Any], ...]


def waits(connection: Connection, asked: Sequence[Asked], after: str, most: int) -> Waits:
    """Of all that one of the questions asks for, each once."""
    if not asked:
        return Waits(0, 0, 0, ())
    is_asked = or_(*(_is_within(one) for one in asked))
    is_late, is_new = CHALLENGE.c.due_on < asked[0].today, CHALLENGE.c.filed_at > after
    counted = select(
        func.count(),
        func.coalesce(func.sum(case((is_late, 1), else_=0)), 0),
        func.coalesce(func.sum(case((is_new, 1), else_=0)), 0),
    ).select_from(CHALLENGE)
    n, overdue, new = connection.execute(counted.where(is_asked, is_main())).one()
    query = select(*_public()).where(is_asked, is_main())
    found = connection.execute(query.order_by(CHALLENGE.c.due_on, CHALLENGE.c.challenge_no).limit(most))
    return Waits(int(n), int(overdue), int(new), tuple(dict(row) for row in found.mappings()))


def counts(connection: Connection, asked: Asked) -> dict[str, int]:
    """State → how many, `overdue` among them."""
    return _told(connection, asked, [asked.place_id]).get(asked.place_id, {})


def counts_of(connection: Connection, asked: Asked, place_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """Place → state → how many, of places that lie within what is asked for."""
    return _told(connection, asked, place_ids)


def by_operator(connection: Connection, asked: Asked) -> dict[str, dict[str, int]]:
    """Operator ("": none named) → state → how many."""
    return _summed(connection, _counted(asked, COUNT.c.operator, [asked.place_id]), asked.today)


def one(connection: Connection, number: int) -> Mapping[str, Any] | None:
    """What everybody may know of one; of one that joined another, that one's number as `joined_no`."""
    asked = select(*_public(), CHALLENGE.c.joined_no, CHALLENGE.c.version)
    return _one(connection, asked.where(CHALLENGE.c.challenge_no == _number(number)))


def followed(connection: Connection, key: str) -> Mapping[str, Any] | None:
    """The one of a secret key."""
    asked = select(*_public(), CHALLENGE.c.joined_no, CHALLENGE.c.text_sha256, CHALLENGE.c.photo_sha256)
    return _one(connection, asked.where(CHALLENGE.c.key_sha256 == hashed(key))) if key else None


def whole(connection: Connection, number: int) -> Mapping[str, Any] | None:
    """All of one, for those who answer and decide: the page asks first whether they may."""
    return _one(connection, select(CHALLENGE).where(CHALLENGE.c.challenge_no == _number(number)))


def joined_to(connection: Connection, number: int) -> list[Mapping[str, Any]]:
    """Those that joined it, with their texts and photos; for the same people."""
    asked = select(CHALLENGE).where(CHALLENGE.c.joined_no == number).order_by(CHALLENGE.c.challenge_no).limit(100)
    return [dict(row) for row in connection.execute(asked).mappings()]


def contact(connection: Connection, number: int) -> str:
    """How to reach who filed it, for the office; "" where nobody said, or the case is over."""
    asked = select(CONTACT.c.contact).where(CONTACT.c.challenge_no == number)
    return str(connection.execute(asked).scalar_one_or_none() or "")


def _number(told: int) -> int:
    """One that can be asked for; of nobody's numbers one that is nobody's."""
    return min(max(told, 0), MOST_NUMBER)


def _one(connection: Connection, query: Select[Any]) -> Mapping[str, Any] | None:
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else dict(row)


def _public() -> list[Any]:
    return [CHALLENGE.c[name] for name in PUBLIC_COLUMNS]


def _is_within(asked: Asked, goes: Way | None = None) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = []
    path, state, due_on = (by(goes, name) if goes else CHALLENGE.c[name] for name in ("path", "state", "due_on"))
    if "/" in asked.path:  # all lie within the nation
        # One range, as an index wants it, and out of it the places whose code goes on with a full stop or a hyphen.
        parts.append(and_(path >= asked.path, path < f"{asked.path}0"))  # "0" follows "/"
        parts.append(or_(CHALLENGE.c.path == asked.path, CHALLENGE.c.path >= f"{asked.path}/"))
    if asked.village_id:
        parts.append(CHALLENGE.c.village_id == asked.village_id)
    if asked.standard:
        parts.append(CHALLENGE.c.standard == asked.standard)
    if asked.operators:
        parts.append(CHALLENGE.c.operator.in_(asked.operators))
    if asked.states:
        parts.append(_in_states(state, due_on, asked))
    return and_(true(), *parts)


def _in_states(state: Any, due_on: Any, asked: Asked) -> ColumnElement[bool]:
    plain = [one for one in asked.states if one != OVERDUE]
    parts = [state.in_(plain)] if plain else []
    if OVERDUE in asked.states:
        parts.append(and_(state.in_(OPEN), due_on < asked.today))
    return or_(*parts)


def _counted(asked: Asked, by: Any, place_ids: Sequence[str]) -> Select[Any]:
    query = select(by, COUNT.c.state, COUNT.c.due_on, func.sum(COUNT.c.challenges))
    query = query.where(COUNT.c.place_id.in_(place_ids)).group_by(by, COUNT.c.state, COUNT.c.due_on)
    if asked.standard:
        query = query.where(COUNT.c.standard == asked.standard)
    return query.where(COUNT.c.operator.in_(asked.operators)) if asked.operators else query


def _told(connection: Connection, asked: Asked, place_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    return _summed(connection, _counted(asked, COUNT.c.place_id, place_ids), asked.today)


def _summed(connection: Connection, query: Select[Any], today: str) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for key, state, due_on, n in connection.execute(query):
        counts = found.setdefault(key, {})
        counts[state] = counts.get(state, 0) + int(n)
        if state in OPEN and due_on < today:
            counts[OVERDUE] = counts.get(OVERDUE, 0) + int(n)
    return found
