"""Who may do what: never more than the file and the sign-in say, and nothing once a session is over."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from desk_words import Make
from hypothesis import given
from hypothesis import strategies as st

from desk import backup
from desk.people import register
from desk.people.register import Claims, GrantTable, PersonTable, Register, RolesForm
from desk.people.rights import EVERYWHERE, OF_ONE_OPERATOR, RIGHTS, ROLES, Grant, Person, everything, role_for
from importer.errors import DeclarationProblem

NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)
NAMES = Claims(roles="roles", areas="areas", operator="carrier")
LISTED = PersonTable("listed", "在册者", (GrantTable("reviewer", "430000"), GrantTable("auditor")))
REGISTER = Register(RolesForm(claims=NAMES, person=(LISTED,), ended=("ended",)))
AT_WORK = {"sub": "somebody", "iat": NOW.timestamp() - 60}

WORDS = st.sampled_from([*ROLES, "430000", "431100", "telecom", "", "admin", "listed", "\0", "\ud800", "x" * 201])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=6,
)
CLAIMS = st.fixed_dictionaries(
    {"sub": WORDS | ANYTHING, "iat": st.just(NOW.timestamp()) | ANYTHING},
    optional={name: ANYTHING | st.lists(WORDS) for name in ("roles", "areas", "carrier", "name", "is_logged_in")},
)


@given(CLAIMS)
def test_nobody_gets_what_neither_file_nor_sign_in_says(claims: dict[str, Any]) -> None:
    found = REGISTER.person(claims, NOW)
    if found is None:
        return
    assert isinstance(claims["sub"], str) and found.sub == claims["sub"] and claims.get("is_logged_in", True) is True
    found.sub.encode()
    found.name.encode()
    assert found.name and len(found.name) <= 200 and "\0" not in found.name
    told, areas = _texts(claims.get("roles")), _texts(claims.get("areas"))
    of_file = [Grant("reviewer", "430000"), Grant("auditor")] if found.sub == "listed" else []
    for grant in found.grants:
        if grant in of_file:
            continue
        assert grant.role in told and grant.role in ROLES
        if grant.role in EVERYWHERE:
            assert (grant.place_id, grant.operator) == (None, None)
        else:
            assert grant.place_id in areas
            assert grant.operator == (claims.get("carrier") if grant.role == OF_ONE_OPERATOR else None)


def _texts(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]


@pytest.mark.parametrize(
    ("claims", "grants"),
    [
        ({}, ()),
        ({"roles": "reviewer"}, ()),
        ({"roles": "reviewer", "areas": []}, ()),
        ({"roles": "reviewer", "areas": "430000"}, (Grant("reviewer", "430000"),)),
        ({"roles": ["reviewer"], "areas": ["1", "2"]}, (Grant("reviewer", "1"), Grant("reviewer", "2"))),
        ({"roles": ["operator"], "areas": ["1"]}, ()),
        ({"roles": ["operator"], "areas": ["1"], "carrier": "telecom"}, (Grant("operator", "1", "telecom"),)),
        ({"roles": ["operator"], "carrier": "telecom"}, ()),
        ({"roles": ["auditor", "auditor", "root"], "areas": ["1"]}, (Grant("auditor"),)),
        ({"roles": {"reviewer": True}, "areas": ["1"]}, ()),
        ({"sub": "listed", "roles": "publisher"}, (Grant("publisher"), Grant("reviewer", "430000"), Grant("auditor"))),
    ],
    ids=str,
)
def test_grants_by_hand(claims: dict[str, Any], grants: tuple[Grant, ...]) -> None:
    found = REGISTER.person({**AT_WORK, **claims}, NOW)
    assert found is not None and found.grants == grants


OVER = [None, "", "1793606400", True, False, float("nan"), float("inf"), -float("inf"), 0, -1, 10**400, [], {}]


@pytest.mark.parametrize("began", [*OVER, NOW.timestamp() - 10 * 3600 - 1, NOW.timestamp() + 301], ids=str)
def test_a_session_that_is_over_or_says_nothing_of_use(began: Any) -> None:
    assert REGISTER.person({"sub": "listed", "iat": began}, NOW) is None


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "ended"},
        {"sub": ""},
        {"sub": None},
        {"sub": ["listed"]},
        {"sub": "public"},
        {"sub": "local"},
        {"sub": "a\0"},
        {"sub": "x" * 201},
        {"is_logged_in": False},
        {"is_logged_in": "false"},
        {"is_logged_in": None},
    ],
    ids=str,
)
def test_nobody_is_signed_in(claims: dict[str, Any]) -> None:
    assert REGISTER.person({**AT_WORK, **claims}, NOW) is None


def test_no_iat_is_a_session_that_is_over() -> None:
    assert REGISTER.person({"sub": "listed"}, NOW) is None


@pytest.mark.parametrize("name", ["\0", "a\nb", "\ud800x", "名" * 500, "  ", "\u202e名"], ids=ascii)
def test_a_name_is_one_that_can_be_kept(make: Make, name: str) -> None:
    found = REGISTER.person({**AT_WORK, "name": name}, NOW)
    assert found is not None
    for database in ("sqlite", "postgresql"):
        desk = make(database)
        with desk.writing(found) as writer:
            writer.append("person.ended", "person/x", {"sub": "x"}, "publisher")
        assert backup.verify(desk) == []


WRONG = [
    ("session_hours = 0", "session_hours"),
    ("session_hours = nan", "session_hours"),
    ('session_hours = "10"', "session_hours"),
    ("four_eyes = 1", "four_eyes"),
    ("unknown = 1", "unknown"),
    ('[claims]\nrole = "x"', "claims.role"),
    ("[claims]\nroles = 1", "claims.roles"),
    ("[[person]]", "sub"),
    ('[[person]]\nsub = ""', "person[1].sub"),
    ('[[person]]\nsub = "public"', "person[1].sub"),
    ('[[person]]\nsub = "a"\n[[person]]\nsub = "a"', "person[2].sub"),
    ('[[person]]\nsub = "a"\n[[person.grant]]\nrole = "root"', "person[1].grant[1].role"),
    ('[[person]]\nsub = "a"\n[[person.grant]]\nplace = "1"', "role"),
    ('[[person]]\nsub = "a"\n[[person.grant]]\nrole = "reviewer"', "person[1].grant[1].place"),
    ('[[person]]\nsub = "a"\n[[person.grant]]\nrole = "reviewer"\nplace = " "', "person[1].grant[1].place"),
    ('[[person]]\nsub = "a"\n[[person.grant]]\nrole = "operator"\nplace = "1"', "person[1].grant[1].operator"),
    ("ended = 1", "ended"),
    ("ended = [1]", "ended"),
    ('person = "a"', "person"),
    ("a = ", ""),
    ("a = " + "[" * 3000, ""),
]


@pytest.mark.parametrize(("written", "key"), WRONG, ids=[one[0][:40] for one in WRONG])
def test_a_wrong_file_is_told_with_its_key(tmp_path: Path, written: str, key: str) -> None:
    (tmp_path / "roles.toml").write_text(written)
    with pytest.raises(DeclarationProblem) as told:
        register.load(tmp_path / "roles.toml")
    assert key in str(told.value) and "roles.toml" in str(told.value)


def test_a_file_that_is_no_text_and_none(tmp_path: Path) -> None:
    assert register.load(tmp_path / "roles.toml") == Register()
    (tmp_path / "roles.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(DeclarationProblem):
        register.load(tmp_path / "roles.toml")


def test_a_right_file(tmp_path: Path) -> None:
    (tmp_path / "roles.toml").write_text(
        'session_hours = 8\nended = ["gone"]\n[claims]\nroles = "roles"\n[[person]]\nsub = "a"\nname = "甲"\n'
        '[[person.grant]]\nrole = "operator"\nplace = "430000"\noperator = "telecom"\n'
        '[[person.grant]]\nrole = "auditor"\n'
    )
    found = register.load(tmp_path / "roles.toml").person({**AT_WORK, "sub": "a"}, NOW)
    assert found == Person("a", "甲", (Grant("operator", "430000", "telecom"), Grant("auditor")))


# --- the one check ----------------------------------------------------------------------------------------

VILLAGE = "100000/430000/431100"
BY_HAND: list[tuple[Grant, str, str, str | None, bool]] = [
    (Grant("reviewer", "431100"), "decide", VILLAGE, None, True),
    (Grant("reviewer", "100000"), "decide", VILLAGE, "telecom", True),
    (Grant("reviewer", "431200"), "decide", VILLAGE, None, False),
    (Grant("reviewer", "4311"), "decide", VILLAGE, None, False),
    (Grant("reviewer", "431100"), "decide", "100000/430000", None, False),
    (Grant("reviewer", "431100"), "answer", VILLAGE, None, False),
    (Grant("reviewer", "431100"), "see_contact", VILLAGE, None, True),
    (Grant("contributor", "431100"), "answer", VILLAGE, "", True),
    (Grant("contributor", "431100"), "answer", VILLAGE, None, True),
    (Grant("contributor", "431100"), "answer", VILLAGE, "telecom", False),
    (Grant("contributor"), "answer", VILLAGE, "telecom", True),
    (Grant("contributor", "431100"), "see_case", VILLAGE, "telecom", True),
    (Grant("contributor", "431100"), "see_contact", VILLAGE, "telecom", False),
    (Grant("operator", "430000", "telecom"), "answer", VILLAGE, "telecom", True),
    (Grant("operator", "430000", "telecom"), "answer", VILLAGE, "Unicom", False),
    (Grant("operator", "430000", "telecom"), "answer", VILLAGE, "", False),
    (Grant("operator", "430000", "telecom"), "see_case", VILLAGE, None, False),
    (Grant("operator", "430000"), "answer", VILLAGE, "", False),
    (Grant("operator", None, "telecom"), "answer", VILLAGE, "telecom", True),
    (Grant("publisher"), "release", "100000", None, True),
    (Grant("publisher"), "decide", VILLAGE, None, False),
    (Grant("auditor"), "audit", "100000", None, True),
    (Grant("auditor"), "see_case", VILLAGE, None, False),
]


@pytest.mark.parametrize(("grant", "right", "path", "operator", "expected"), BY_HAND, ids=str)
def test_rights_by_hand(grant: Grant, right: str, path: str, operator: str | None, expected: bool) -> None:
    found = role_for(Person("a", "a", (grant,)), right, path, operator)
    assert found == (grant.role if expected else None)


PLACES = st.sampled_from(["1", "11", "12", "111", "", "1/11"])
GRANTS = st.builds(Grant, st.sampled_from(ROLES), st.none() | PLACES, st.none() | st.sampled_from(["", "a", "b"]))


@given(
    st.lists(GRANTS, max_size=4),
    st.sampled_from(sorted(RIGHTS)),
    st.sampled_from(["1", "1/11", "1/11/111", "1/12"]),
    st.none() | st.sampled_from(["", "a", "b"]),
)
def test_rights_are_the_first_grant_that_allows_it(
    grants: list[Grant], right: str, path: str, operator: str | None
) -> None:
    """Told once more, step by step."""
    allowed = []
    for grant in grants:
        if grant.role not in RIGHTS[right]:
            continue
        if grant.place_id is not None and not any(grant.place_id == place for place in path.split("/")):
            continue
        if grant.role == "operator" and (grant.operator is None or grant.operator != operator):
            continue
        if grant.role == "contributor" and right == "answer" and operator and grant.place_id is not None:
            continue
        allowed.append(grant.role)
    person = Person("a", "a", tuple(grants))
    assert role_for(person, right, path, operator) == (allowed[0] if allowed else None)
    if allowed:
        assert person.has(right)


def test_whoever_sits_at_the_machine_may_do_all() -> None:
    local = everything(operators=["telecom"])
    assert all(role_for(local, right, VILLAGE, operator) for right in RIGHTS for operator in (None, "", "telecom"))
