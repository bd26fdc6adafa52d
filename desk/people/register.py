"""Reads `roles.toml`: which claims of the sign-in, or which people by name, have which roles where.

Read anew whenever the file changes, so that a person who leaves has no access from the next click on.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from desk import texts
from desk.people.rights import EVERYWHERE, LOCAL, OF_ONE_OPERATOR, PUBLIC, ROLES, Grant, Person
from ground.declared import Such, Text, Unfit, between, one_of, read
from importer.errors import DeclarationProblem

NAME_CHARACTERS, SUB_CHARACTERS, MOST_AREAS = 80, 200, 200
MOST_TOLD = 1_000  # characters of a name that are looked at
MOST_ADDRESS = 254  # characters, as mail servers take it
AHEAD_S = 300  # that the clock of the sign-in may be ahead
NOBODYS = frozenset({PUBLIC, LOCAL})  # names that the log has for whoever does not sign in


@dataclass(frozen=True)
class Claims:
    """[claims]: under which names the sign-in tells what; "" where it doesn't."""

    name: str = "name"
    roles: str = ""
    areas: str = ""
    operator: str = ""
    email: str = ""


@dataclass(frozen=True)
class GrantTable:
    """[[person.grant]]: a role; where, by the code of a place; for the role operator, whose."""

    role: Annotated[str, one_of(ROLES)]
    place: Text | None = None
    operator: Text | None = None


@dataclass(frozen=True)
class PersonTable:
    """[[person]]: by the identifier `sub` of the sign-in."""

    sub: Text
    name: str = ""
    grant: tuple[GrantTable, ...] = ()
    email: str = ""  # where to write what waits; "": as the sign-in tells


@dataclass(frozen=True)
class RolesForm:
    """The whole file."""

    session_hours: Annotated[float, between(0.01, 24 * 30)] = 10.0
    four_eyes: bool = True
    claims: Claims = field(default_factory=Claims)
    person: tuple[PersonTable, ...] = ()
    ended: Annotated[tuple[str, ...], Such("texts")] = ()


@dataclass(frozen=True)
class Register:
    """What `roles.toml` says, ready to be asked."""

    form: RolesForm = field(default_factory=RolesForm)

    def person(self, claims: Mapping[str, Any], now: datetime) -> Person | None:
        """Who signed in with these claims; None where nobody did, the session is over, or the access was ended."""
        sub = _id(claims.get("sub"))
        is_in = claims.get("is_logged_in", True) is True
        if not sub or not is_in or sub in NOBODYS or sub in self.form.ended or self._is_over(claims, now):
            return None
        listed = next((one for one in self.form.person if one.sub == sub), None)
        told = claims.get(self.form.claims.name)
        name = _name(listed.name if listed else "") or _name(told if isinstance(told, str) else "") or sub
        grants = (*_of_claims(self.form.claims, claims), *(_of_table(listed) if listed else ()))
        return Person(sub, name, tuple(dict.fromkeys(grants)))

    def address(self, claims: Mapping[str, Any]) -> str:
        """The e-mail address that a sign-in tells, "" where it tells none; anything beside it makes it none."""
        told = claims.get(self.form.claims.email) if self.form.claims.email else None
        return told if isinstance(told, str) and _is_address(told) else ""

    def listed(self) -> Iterator[tuple[Person, str]]:
        """Whoever has roles by hand, with the address that stands beside them ("": none): known also while away."""
        for one in self.form.person:
            if one.sub not in self.form.ended:
                yield Person(one.sub, _name(one.name) or one.sub, _of_table(one)), one.email

    def _is_over(self, claims: Mapping[str, Any], now: datetime) -> bool:
        """Sessions end; one that does not say when it began has ended."""
        began = claims.get("iat")
        if isinstance(began, bool) or not isinstance(began, int | float):
            return True
        earliest = now.timestamp() - self.form.session_hours * 3600
        return not earliest <= began <= now.timestamp() + AHEAD_S


def _of_table(listed: PersonTable) -> tuple[Grant, ...]:
    return tuple(Grant(one.role, one.place, one.operator) for one in listed.grant)


def _of_claims(names: Claims, claims: Mapping[str, Any]) -> tuple[Grant, ...]:
    """A role that is bounded to places counts only where the sign-in names some."""
    areas = _texts(claims.get(names.areas)) if names.areas else ()
    operator = _id(claims.get(names.operator)) if names.operator else ""
    grants: list[Grant] = []
    for role in _texts(claims.get(names.roles)) if names.roles else ():
        if role in EVERYWHERE:
            grants.append(Grant(role))
        elif role in ROLES and (operator or role != OF_ONE_OPERATOR):
            grants += (Grant(role, area, operator if role == OF_ONE_OPERATOR else None) for area in areas)
    return tuple(grants)


def _is_address(told: str) -> bool:
    return len(told) <= MOST_ADDRESS and texts.ADDRESS.fullmatch(told) is not None


def _texts(value: Any) -> tuple[str, ...]:
    """A list of texts, or one; what else a sign-in may send is nothing."""
    values: Iterable[Any] = [value] if isinstance(value, str) else value if isinstance(value, list | tuple) else ()
    return tuple(filter(None, map(_id, values)))[:MOST_AREAS]


def _id(value: Any) -> str:
    """What names somebody or something is taken whole, or not at all: cut, it would be another's."""
    return value if isinstance(value, str) and len(value) <= SUB_CHARACTERS and texts.is_writable(value) else ""


def _name(told: str) -> str:
    """As it can be shown and kept: one line, not too long."""
    return " ".join(texts.clean(told[:MOST_TOLD], MOST_TOLD).split())[:NAME_CHARACTERS].strip()


def load(path: Path) -> Register:
    """Read a `roles.toml`; a missing file grants nothing. Raises DeclarationProblem for what does not fit."""
    if not path.is_file():
        return Register()
    try:
        form = read(tomllib.loads(path.read_text(encoding="utf-8")), RolesForm)
        _check(form)
    except Unfit as unfit:
        raise DeclarationProblem.of(unfit, path.name) from unfit
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError, OSError) as error:
        raise DeclarationProblem(path.name, "a TOML file in UTF-8", str(error), "mend the file") from error
    return Register(form)


def _check(form: RolesForm) -> None:
    """A role without its place would hold everywhere: that is asked for in words (place = the nation's code)."""
    subs = [person.sub for person in form.person]
    for number, person in enumerate(form.person, 1):
        if person.sub in subs[: number - 1]:
            raise Unfit(f"person[{number}].sub", "each person once, with all grants", person.sub)
        if _id(person.sub) == "" or person.sub in NOBODYS:
            raise Unfit(f"person[{number}].sub", "the identifier that the sign-in tells", ascii(person.sub))
        if person.email and not _is_address(person.email):
            raise Unfit(f"person[{number}].email", "an e-mail address: li@example.org", ascii(person.email))
        for position, one in enumerate(person.grant, 1):
            where = f"person[{number}].grant[{position}]"
            if one.role not in EVERYWHERE and one.place is None:
                raise Unfit(f"{where}.place", f"the code of a place, since the role {one.role} holds at one", "none")
            if one.role == OF_ONE_OPERATOR and one.operator is None:
                raise Unfit(f"{where}.operator", "the id of an operator of the profile", "none")
