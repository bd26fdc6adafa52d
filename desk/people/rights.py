"""The one check: whether a person may do something at a place. Every page, route and file of the desk asks it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from desk.errors import NotAllowed
from ground.phrases import phrase

#: What is done at the desk → the roles that may do it.
RIGHTS: Mapping[str, frozenset[str]] = {
    "submit": frozenset({"contributor"}),
    "review": frozenset({"reviewer"}),
    "put_on_notice": frozenset({"reviewer"}),
    "answer_objection": frozenset({"reviewer"}),
    "answer": frozenset({"operator", "contributor"}),
    "decide": frozenset({"reviewer"}),
    "see_case": frozenset({"operator", "contributor", "reviewer"}),
    "see_contact": frozenset({"reviewer"}),
    "release": frozenset({"publisher"}),
    "end_access": frozenset({"publisher"}),
    "audit": frozenset({"auditor"}),
}
ROLES = ("contributor", "operator", "reviewer", "publisher", "auditor")
EVERYWHERE = frozenset({"publisher", "auditor"})  # roles without a place
OF_ONE_OPERATOR = "operator"
PUBLIC, LOCAL = "public", "local"  # whoever is not signed in; whoever sits at the machine itself


@dataclass(frozen=True)
class Grant:
    """A role at a place and all below it; None: everywhere. `operator` is whose, for the role of that name."""

    role: str
    place_id: str | None = None
    operator: str | None = None


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in: the identifier that never changes, the name, and the roles."""

    sub: str
    name: str
    grants: tuple[Grant, ...] = ()

    @property
    def roles(self) -> tuple[str, ...]:
        """In the order of ROLES, each once."""
        held = {grant.role for grant in self.grants}
        return tuple(role for role in ROLES if role in held)

    def has(self, right: str) -> bool:
        """Whether there is a place at all where this person may do it."""
        return any(grant.role in RIGHTS[right] for grant in self.grants)

    def places(self, right: str) -> tuple[str, ...] | None:
        """The tops of the subtrees where this person may do it; None: everywhere."""
        held = [grant.place_id for grant in self.grants if grant.role in RIGHTS[right]]
        return None if None in held else tuple(sorted({place for place in held if place is not None}))


def role_for(person: Person, right: str, path: str, operator: str | None = None) -> str | None:
    """The role in which a person may do something, None where none allows it.

    `path` names the place with all above it, `100000/430000/431100`; `operator` is whose matter it is, if anybody's.
    """
    within = frozenset(path.split("/"))
    for grant in person.grants:
        is_right = grant.role in RIGHTS[right]
        is_there = grant.place_id is None or grant.place_id in within
        if is_right and is_there and _fits(grant, right, operator):
            return grant.role
    return None


def demand(person: Person, right: str, path: str, operator: str | None = None) -> str:
    """The role in which it is done. Raises NotAllowed."""
    role = role_for(person, right, path, operator)
    if role is None:
        raise NotAllowed(phrase("Your account may not do this for this place."))
    return role


def _fits(grant: Grant, right: str, operator: str | None) -> bool:
    """A carrier answers for its own villages, a county where no carrier is named."""
    if grant.role == OF_ONE_OPERATOR:
        return grant.operator is not None and grant.operator == operator
    return right != "answer" or not operator or grant.place_id is None


def operators_of(grant: Grant, right: str) -> tuple[str, ...]:
    """Whose matters a role reaches, "" for those of nobody; () for everybody's."""
    if grant.role == OF_ONE_OPERATOR:
        return (grant.operator or "",)
    return ("",) if right == "answer" and grant.place_id is not None else ()


def everything(sub: str = LOCAL, operators: Iterable[str] = ()) -> Person:
    """The person at the machine itself, who may do all of it."""
    of_operators = tuple(Grant(OF_ONE_OPERATOR, None, one) for one in operators)
    return Person(sub, sub, (*(Grant(role) for role in ROLES if role != OF_ONE_OPERATOR), *of_operators))
