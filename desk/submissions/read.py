"""What is asked of submissions: lists for those who may see them, one, how a file of its shape was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, and_, false, or_, select

from desk.people.rights import Person, role_for
from desk.projected.submissions import APPROVED, SUBMISSION, SUBMITTED


def may_see(person: Person, path: str) -> bool:
    """Contributors and reviewers of the place, nobody else, before it is part of a release."""
    return any(role_for(person, right, path) is not None for right in ("submit", "review"))


def listed(connection: Connection, person: Person, most: int) -> list[Mapping[str, Any]]:
    """Those that the person may see, the newest first."""
    query = select(SUBMISSION).order_by(SUBMISSION.c.submission_no.desc())
    return _within(connection, query, person, ("submit", "review"), most)


def _within(
    connection: Connection, query: Select[Any], person: Person, rights: Sequence[str], most: int
) -> list[Mapping[str, Any]]:
    """Those of the places where the person has one of the rights; a database may take capitals for small letters."""
    tops = [person.places(right) for right in rights if person.has(right)]
    if None not in tops:
        codes = {code for top in tops for code in top or ()}
        query = query.where(or_(false(), *(_at(code) for code in sorted(codes))))
    found = connection.execute(query.limit(most * 4)).mappings()
    seen: list[Mapping[str, Any]] = [
        dict(row) for row in found if any(role_for(person, right, row["path"]) for right in rights)
    ]
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
    query = select(SUBMISSION).where(SUBMISSION.c.state == SUBMITTED).order_by(SUBMISSION.c.submission_no)
    return _within(connection, query, person, ("review",), most)


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
