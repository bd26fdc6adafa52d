"""What is asked of submissions: lists for those who may see them, one, how a file of its shape was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, and_, or_, select

from desk.people.rights import Person, role_for
from desk.projected.submissions import APPROVED, SUBMISSION, SUBMITTED


def may_see(person: Person, path: str) -> bool:
    """Contributors and reviewers of the place, nobody else, before it is part of a release."""
    return any(role_for(person, right, path) is not None for right in ("submit", "review"))


def listed(connection: Connection, person: Person, most: int, states: Sequence[str] = ()) -> list[Mapping[str, Any]]:
    """Those that the person may see, the newest first."""
    tops = [person.places(right) for right in ("submit", "review") if person.has(right)]
    if not tops:
        return []
    query = select(SUBMISSION)
    if None not in tops:
        codes = {code for top in tops for code in top or ()}
        query = query.where(or_(*(_at(code) for code in sorted(codes))))
    if states:
        query = query.where(SUBMISSION.c.state.in_(states))
    found = connection.execute(query.order_by(SUBMISSION.c.submission_no.desc()).limit(most * 4)).mappings()
    seen: list[Mapping[str, Any]] = [dict(row) for row in found if may_see(person, row["path"])]
    return seen[:most]


def _at(code: str) -> Any:
    """A path in which a place's code is a step."""
    path = SUBMISSION.c.path
    return or_(
        path == code,
        path.endswith(f"/{code}", autoescape=True),
        path.startswith(f"{code}/", autoescape=True),
        path.contains(f"/{code}/", autoescape=True),
    )


def one(connection: Connection, number: int) -> Mapping[str, Any] | None:
    """All of one; the page asks first whether the person may see it."""
    asked = select(SUBMISSION).where(SUBMISSION.c.submission_no == number)
    row = connection.execute(asked).mappings().one_or_none()
    return None if row is None else dict(row)


def waiting(connection: Connection, person: Person, most: int) -> list[Mapping[str, Any]]:
    """What this person may review, the oldest first."""
    found = listed(connection, person, most * 4, (SUBMITTED,))
    return [row for row in found if role_for(person, "review", row["path"])][::-1][:most]


def read_alike(connection: Connection, path: str, shape_sha256: str) -> str:
    """How the last file of these headers was read that was approved for this place: its declaration; "" for none."""
    asked = (
        select(SUBMISSION.c.declaration_sha256)
        .where(SUBMISSION.c.shape_sha256 == shape_sha256, SUBMISSION.c.path == path, SUBMISSION.c.state == APPROVED)
        .order_by(SUBMISSION.c.submission_no.desc())
        .limit(1)
    )
    return str(connection.execute(asked).scalar_one_or_none() or "")


def newest(connection: Connection, path: str, kind: str) -> str:
    """The day of the newest approved register of a place; "" for none."""
    asked = (
        select(SUBMISSION.c.as_of)
        .where(and_(SUBMISSION.c.path == path, SUBMISSION.c.kind == kind, SUBMISSION.c.state == APPROVED))
        .order_by(SUBMISSION.c.as_of.desc())
        .limit(1)
    )
    return str(connection.execute(asked).scalar_one_or_none() or "")
