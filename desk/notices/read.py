"""What is asked of notices and objections. Public answers name no person, and nothing that was never on notice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, and_, func, or_, select

from desk.apart import OBJECTION_CONTACT
from desk.challenges.file import hashed
from desk.notices.terms import day
from desk.people.rights import Person, role_for
from desk.projected.challenges import MOST_NUMBER
from desk.projected.notices import FILED, NOTICE, OBJECTION, OPEN, TAKEN_BACK
from desk.projected.submissions import SUBMISSION

#: What everybody may know of a notice, and of an objection.
PUBLIC_COLUMNS = (
    *("submission_no", "path", "kind", "as_of", "rows_said", "title", "words", "from_on", "until_on", "zone"),
    *("villages", "missing", "connected", "unconnected", "state", "opened_at", "ended_at"),
)
PUBLIC_OF_OBJECTION = ("objection_no", "submission_no", "filed_at", "village_id", "state", "words", "answered_at")
RUNNING, OVER = "running", "over"  # of one that is open: before the end of its last day, and after it
MOST_OPEN = 500
Row = Mapping[str, Any]


def opened(connection: Connection, path: str, at: str, most: int = MOST_OPEN) -> list[Row]:
    """Those that are not decided, at a place, below it and above it; what ends first at the top."""
    query = _within(_public().where(NOTICE.c.state == OPEN), path)
    found = connection.execute(query.order_by(NOTICE.c.until_on, NOTICE.c.submission_no).limit(most))
    return _told(connection, found.mappings().all(), at)


def past(connection: Connection, path: str, at: str, most: int, before: int | None = None) -> list[Row]:
    """Those that are decided, the newest register first; `before`: the number that the last part ended with."""
    query = _within(_public().where(NOTICE.c.state != OPEN), path)
    if before is not None:
        query = query.where(NOTICE.c.submission_no < _number(before))
    found = connection.execute(query.order_by(NOTICE.c.submission_no.desc()).limit(most))
    return _told(connection, found.mappings().all(), at)


def newest(connection: Connection, path: str, at: str, most: int) -> list[Row]:
    """All, the newest first."""
    query = _within(_public(), path).order_by(NOTICE.c.opened_at.desc(), NOTICE.c.submission_no.desc())
    return _told(connection, connection.execute(query.limit(most)).mappings().all(), at)


def one(connection: Connection, number: int, at: str) -> Row | None:
    """What everybody may know of one; None of a register that was never on notice."""
    row = connection.execute(_public().where(NOTICE.c.submission_no == _number(number))).mappings().one_or_none()
    return None if row is None else _told(connection, [row], at)[0]


def of(connection: Connection, numbers: Sequence[int], at: str) -> dict[int, Row]:
    """Number of a register → its notice, where it has one."""
    rows = connection.execute(_public().where(NOTICE.c.submission_no.in_([*map(_number, numbers)]))).mappings().all()
    return {row["submission_no"]: row for row in _told(connection, rows, at)}


def rows_of(connection: Connection, number: int) -> str:
    """The rows that it says, for everybody while it is on notice and not decided; else ""."""
    asked = select(SUBMISSION.c.rows_sha256).join(NOTICE, NOTICE.c.submission_no == SUBMISSION.c.submission_no)
    asked = asked.where(NOTICE.c.submission_no == _number(number), NOTICE.c.state == OPEN)
    return str(connection.execute(asked).scalar_one_or_none() or "")


def objections(connection: Connection, number: int, most: int, before: int | None = None) -> list[Row]:
    """Objections to one as everybody may see them, the newest first: when, of which village, and the answer."""
    query = select(*(OBJECTION.c[name] for name in PUBLIC_OF_OBJECTION))
    query = query.where(OBJECTION.c.submission_no == _number(number), OBJECTION.c.state != TAKEN_BACK)
    if before is not None:
        query = query.where(OBJECTION.c.objection_no < _number(before))
    found = connection.execute(query.order_by(OBJECTION.c.objection_no.desc()).limit(most))
    return [dict(row) for row in found.mappings()]


def waiting_for_an_answer(connection: Connection, number: int, most: int) -> list[Row]:
    """With their texts, the oldest first, of several that say the same of the same village the first (`alike` tells
    how many there are); the page asks first whether the person may see them.
    """
    same = (OBJECTION.c.text_sha256, OBJECTION.c.village_id)
    alone = (*same, OBJECTION.c.objection_no)
    of_it = (OBJECTION.c.submission_no == _number(number), OBJECTION.c.state == FILED)
    first = func.min(OBJECTION.c.objection_no).label("objection_no")
    kept = select(first, func.count().label("alike")).where(*of_it, OBJECTION.c.text_sha256 != "").group_by(*same)
    gone = select(first, func.count().label("alike")).where(*of_it, OBJECTION.c.text_sha256 == "").group_by(*alone)
    firsts = kept.union_all(gone).subquery()
    asked = select(OBJECTION, firsts.c.alike).join(firsts, firsts.c.objection_no == OBJECTION.c.objection_no)
    found = connection.execute(asked.order_by(OBJECTION.c.objection_no).limit(most))
    return [dict(row) for row in found.mappings()]


def followed(connection: Connection, key: str) -> Row | None:
    """The objection of a secret key, with its text."""
    if not key:
        return None
    asked = select(*(OBJECTION.c[name] for name in PUBLIC_OF_OBJECTION), OBJECTION.c.text_sha256)
    row = connection.execute(asked.where(OBJECTION.c.key_sha256 == hashed(key))).mappings().one_or_none()
    return None if row is None else dict(row)


def contact(connection: Connection, objection_no: int) -> str:
    """How to reach who objected, for the office; "" where nobody said, or it was answered."""
    asked = select(OBJECTION_CONTACT.c.contact).where(OBJECTION_CONTACT.c.objection_no == objection_no)
    return str(connection.execute(asked).scalar_one_or_none() or "")


def to_decide(connection: Connection, person: Person, at: str, most: int) -> list[Row]:
    """Those that are over and wait for this person's answers and decision, the longest waiting first."""
    query = _public().where(NOTICE.c.state == OPEN).order_by(NOTICE.c.until_on, NOTICE.c.submission_no)
    rows = connection.execute(query).mappings()
    mine = [row for row in rows if role_for(person, "answer_objection", row["path"]) is not None]
    return [row for row in _told(connection, mine, at) if row["state"] == OVER][:most]


def _told(connection: Connection, rows: Sequence[Mapping[Any, Any]], at: str) -> list[Row]:
    """With how many objected, how many of them wait, and of open ones whether they are over."""
    numbers = [row["submission_no"] for row in rows]
    asked = select(OBJECTION.c.submission_no, OBJECTION.c.state, func.count()).where(
        OBJECTION.c.submission_no.in_(numbers), OBJECTION.c.state != TAKEN_BACK
    )
    counted: dict[int, dict[str, int]] = {}
    for number, state, n in connection.execute(asked.group_by(OBJECTION.c.submission_no, OBJECTION.c.state)):
        counted.setdefault(number, {})[state] = n
    return [_one_told(row, counted.get(row["submission_no"], {}), at) for row in rows]


def _one_told(row: Mapping[Any, Any], counted: Mapping[str, int], at: str) -> Row:
    today = day(at, row["zone"])
    state = row["state"] if row["state"] != OPEN else RUNNING if today <= row["until_on"] else OVER
    told = {"state": state, "today": today, "objections": sum(counted.values()), "unanswered": counted.get(FILED, 0)}
    return {**row, **told}


def _public() -> Select[Any]:
    return select(*(NOTICE.c[name] for name in PUBLIC_COLUMNS))


def _within(query: Select[Any], path: str) -> Select[Any]:
    """At a place and below; and above, since what is said of a province is said of its counties, too."""
    if "/" not in path:  # all lie within the nation
        return query
    steps = path.split("/")
    above = ["/".join(steps[:n]) for n in range(1, len(steps) + 1)]
    below = and_(NOTICE.c.path >= f"{path}/", NOTICE.c.path < f"{path}0")  # "0" follows "/"
    return query.where(or_(NOTICE.c.path.in_(above), below))


def _number(told: int) -> int:
    return min(max(told, 0), MOST_NUMBER)
