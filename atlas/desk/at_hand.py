"""The desk of this server, opened when it is first wanted, and who sits at it."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import streamlit as st
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from atlas.guard.sign_in import has_sign_in
from atlas.intake import allowed
from desk import desk as desks
from desk import engine
from desk.access import seen
from desk.access.seen import Seen
from desk.challenges.claim import Terms, Village
from desk.desk import ANYBODY, Desk
from desk.errors import Damaged
from desk.notices.terms import NoticeTerms
from desk.people import register, rights
from desk.people.rights import Person
from desk.projected.people import PERSON
from importer.errors import DeclarationProblem
from indicators import facts, places
from indicators.database import Atlas

PROFILE = "ATLAS_PROFILE"
ROLES = "ATLAS_ROLES"  # the file that says who may do what; without it data/<profile>/roles.toml
LOG = logging.getLogger("atlas")
_seated: ContextVar[Person] = ContextVar("atlas_desk_seated", default=ANYBODY)
_four_eyes: ContextVar[bool] = ContextVar("atlas_desk_four_eyes", default=True)
_lock = threading.Lock()
_desks: dict[tuple[Path, str], Desk] = {}
_noted: dict[str, Seen] = {}  # what this process wrote down last, by person
_registers: dict[Path, tuple[int, register.Register]] = {}


class Closed(Exception):
    """The desk cannot be opened; the log has the reason."""


def desk() -> Desk:
    """The one of this process. Raises Closed."""
    key = (engine.folder(), engine.url())
    with _lock:
        if key not in _desks:
            try:
                _desks[key] = desks.opened(*key)
            except (SQLAlchemyError, Damaged, OSError) as error:
                LOG.exception("the desk cannot be opened")
                raise Closed from error
        return _desks[key]


def terms(atlas: Atlas) -> Terms:
    """What the profile says of answers and decisions."""
    told = facts.settings(atlas).get("corrections") or {}
    default = Terms()
    return Terms(
        int(told.get("answer_working_days", default.answer_days)),
        int(told.get("decide_working_days", default.decide_days)),
        str(told.get("calendar", "")),
    )


def notice_terms(atlas: Atlas) -> NoticeTerms:
    """What the profile says of public notices of registers."""
    told = facts.settings(atlas).get("corrections") or {}
    default = NoticeTerms()
    return NoticeTerms(
        int(told.get("notice_working_days", default.days)),
        str(told.get("calendar", "")),
        str(told.get("time_zone", default.zone)),
        bool(told.get("notice_required", default.is_required)),
    )


def village(atlas: Atlas, village_id: str) -> Village | None:
    """A village as the desk writes it down; None where the atlas has none of that code."""
    found = places.village(atlas, village_id)
    return None if found is None else Village(village_id, path(atlas, found.parent_id))


def path(atlas: Atlas, place_id: str) -> str:
    """A place with all above it, from the nation down: `100000/430000/431100`."""
    return "/".join(one.place_id for one in places.path(atlas, place_id))


# --- who --------------------------------------------------------------------------------------------------


def look(atlas: Atlas) -> None:
    """Once in each run, before any page asks: who looks at it. Where the desk cannot be opened, nobody does."""
    _four_eyes.set(register_of(atlas).form.four_eyes)
    claims = _claims()
    try:
        _seated.set(of_claims(atlas, claims, is_here=allowed.is_here(st.context.headers)))
        _note(register_of(atlas), seated(), claims)
    except Closed:
        _seated.set(ANYBODY)


def _note(told: register.Register, one: Person, claims: Mapping[str, Any]) -> None:
    """That somebody was here today. Nobody is kept from their work where that cannot be written down."""
    if one.sub in register.NOBODYS or not has_sign_in():
        return
    today = datetime.now(UTC).date().isoformat()
    here = Seen(one.sub, one.name, ",".join(one.roles), told.address(claims), today)
    with _lock:
        if _noted.get(one.sub) == here:
            return
        _noted[one.sub] = here
    try:
        seen.note(desk(), here)
    except SQLAlchemyError as error:
        LOG.warning("a sign-in could not be noted: %s", type(error).__name__)  # no name in a log


def seated() -> Person:
    """Whoever looks at this page; `ANYBODY` where nobody is signed in."""
    return _seated.get()


def _claims() -> Mapping[str, Any]:
    return dict(st.user.to_dict()) if allowed.is_signed_in() else {}


def of_claims(atlas: Atlas, claims: Mapping[str, Any], *, is_here: bool) -> Person:
    """Who somebody is by what the sign-in told; without a sign-in, on this machine alone, the one at it may do all."""
    if not has_sign_in():
        return rights.everything(operators=facts.operators(atlas)) if is_here else ANYBODY
    if not claims.get("is_logged_in"):
        return ANYBODY
    found = register_of(atlas).person(claims, datetime.now(UTC))
    return ANYBODY if found is None or _has_ended(found) else found


def _has_ended(one: Person) -> bool:
    asked = select(PERSON.c.ended_at).where(PERSON.c.sub == one.sub)
    with desk().reading() as connection:
        return bool(connection.execute(asked).scalar_one_or_none())


def register_of(atlas: Atlas) -> register.Register:
    """What `roles.toml` says now; where it cannot be read nobody may do anything."""
    path = roles_file(atlas)
    changed = path.stat().st_mtime_ns if path.is_file() else 0
    with _lock:
        if path not in _registers or _registers[path][0] != changed:
            try:
                _registers[path] = (changed, register.load(path))
            except DeclarationProblem:
                LOG.exception("%s cannot be read: nobody has a role", path.name)
                _registers[path] = (changed, register.Register())
        return _registers[path][1]


def roles_file(atlas: Atlas) -> Path:
    named = os.environ.get(ROLES)
    return Path(named) if named else profile_folder(atlas) / "roles.toml"


def profile_folder(atlas: Atlas) -> Path:
    """Where the profile of this atlas is declared: ATLAS_PROFILE, else the folder of its name."""
    named = os.environ.get(PROFILE)
    return Path(named) if named else engine.ROOT / "data" / facts.settings(atlas)["profile_id"]


def four_eyes() -> bool:
    """Whether nobody may approve what they handed in themselves: as `roles.toml` says."""
    return _four_eyes.get()


def is_local(one: Person) -> bool:
    return one.sub == rights.LOCAL and not has_sign_in()


def is_anybody(one: Person) -> bool:
    return one.sub == rights.PUBLIC
