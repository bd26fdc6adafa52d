"""Who somebody is: by the sign-in; without one, whoever sits at the machine itself, and nobody else."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Any

import pytest
import signing
from starlette.requests import Request
from streamlit.auth_util import set_cookie_with_chunks
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from atlas.desk import at_hand, signed_in
from atlas.guard import listening
from atlas.intake import allowed
from desk.desk import ANYBODY, opened
from desk.people.rights import LOCAL, ROLES, Person
from indicators.database import Atlas

FRONTS = [
    {"x-forwarded-for": "127.0.0.1"},
    {"forwarded": "for=127.0.0.1"},
    {"x-forwarded-host": "localhost"},
    {"x-real-ip": "127.0.0.1"},
    {"via": "1.1 front"},
]


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A desk of its own, and a server that listens on the loopback alone."""
    monkeypatch.setenv("ATLAS_DESK_DIR", str(tmp_path / "desk"))
    monkeypatch.setenv("ATLAS_ROLES", str(tmp_path / "roles.toml"))
    monkeypatch.delenv("ATLAS_HOSTS", raising=False)
    monkeypatch.setattr(listening, "is_loopback_only", lambda: True)


@pytest.fixture
def signed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sign-in is set up."""
    monkeypatch.setattr(at_hand, "has_sign_in", lambda: True)


def of(atlas: Atlas, claims: dict[str, Any] | None = None, **headers: str) -> Person:
    return at_hand.of_claims(atlas, claims or {}, is_here=allowed.is_here(headers))


def told(**claims: Any) -> dict[str, Any]:
    return {"sub": "li", "is_logged_in": True, "iat": time.time()} | claims


# --- without a sign-in --------------------------------------------------------------------------------------------


def test_whoever_sits_at_the_machine_may_do_everything(mini_atlas: Atlas) -> None:
    person = of(mini_atlas)
    assert person.sub == LOCAL and set(person.roles) == set(ROLES) - {"operator"}  # this country has none


@pytest.mark.parametrize("headers", FRONTS)
def test_whoever_comes_through_a_front_is_nobody(mini_atlas: Atlas, headers: dict[str, str]) -> None:
    assert of(mini_atlas, **headers) is ANYBODY


def test_where_others_can_reach_the_server_everybody_is_nobody(
    mini_atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "is_loopback_only", lambda: False)
    assert of(mini_atlas) is ANYBODY


def test_where_the_server_answers_to_a_name_everybody_is_nobody(
    mini_atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATLAS_HOSTS", "atlas.example.org")
    assert of(mini_atlas) is ANYBODY


def test_claims_without_a_sign_in_give_nothing(mini_atlas: Atlas) -> None:
    assert of(mini_atlas, told(), via="1.1 front") is ANYBODY


# --- with one -----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("signed")
def test_with_a_sign_in_the_machine_itself_is_nobody(mini_atlas: Atlas) -> None:
    assert of(mini_atlas) is of(mini_atlas, {"sub": "li", "iat": time.time()}) is ANYBODY


@pytest.mark.usefixtures("signed")
def test_whoever_signed_in_has_no_role_by_that_alone(mini_atlas: Atlas) -> None:
    person = of(mini_atlas, told(name="李", roles=["publisher"], areas=["ZZ"]))
    assert (person.name, person.grants) == ("李", ())


@pytest.mark.usefixtures("signed")
def test_a_session_is_over_after_its_hours(mini_atlas: Atlas, tmp_path: Path) -> None:
    (tmp_path / "roles.toml").write_text("session_hours = 1\n", encoding="utf-8")
    assert of(mini_atlas, told(iat=time.time() - 3500)).sub == "li"
    for began in (time.time() - 3700, time.time() + 900, None, True, "now", float("nan")):
        assert of(mini_atlas, told(iat=began)) is ANYBODY, began


@pytest.mark.usefixtures("signed")
def test_an_access_ends_by_the_file_and_by_the_log(mini_atlas: Atlas, tmp_path: Path) -> None:
    roles = tmp_path / "roles.toml"
    assert of(mini_atlas, told()).sub == "li"
    roles.write_text('ended = ["li"]\n', encoding="utf-8")
    assert of(mini_atlas, told()) is ANYBODY
    roles.write_text("ended = []\n", encoding="utf-8")
    assert of(mini_atlas, told()).sub == "li"
    with opened(tmp_path / "desk").writing() as writer:
        writer.append("person.ended", "person/li", {"sub": "li"})
    assert of(mini_atlas, told()) is ANYBODY


@pytest.mark.usefixtures("signed")
def test_a_cookie_in_pieces_is_read_whole(mini_atlas: Atlas, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Many areas make a cookie longer than browsers keep: Streamlit cuts it, and signs each piece."""
    monkeypatch.setattr(signed_in, "has_sign_in", lambda: True)
    monkeypatch.setattr(signed_in, "get_cookie_secret", lambda: signing.SECRET)
    (tmp_path / "roles.toml").write_text('[claims]\nroles = "roles"\nareas = "areas"\n', encoding="utf-8")
    areas = [hashlib.sha256(bytes([number])).hexdigest() for number in range(120)]  # nothing that could be packed
    pieces: dict[str, str] = {}
    set_cookie_with_chunks(
        lambda name, value: pieces.update({name: create_signed_value(signing.SECRET, name, value).decode()}),
        lambda name, value: create_signed_value(signing.SECRET, name, value),
        signing.COOKIE,
        told(roles=["reviewer"], areas=areas),
        cookie_attr_size=80,
    )
    assert len(pieces) > 2
    assert signed_in.person(mini_atlas, _request(pieces)).places("decide") == tuple(sorted(areas))
    del pieces[f"{signing.COOKIE}_1"]
    assert signed_in.person(mini_atlas, _request(pieces)) is ANYBODY


def _request(cookies: dict[str, str]) -> Request:
    sent = "; ".join(f"{name}={value}" for name, value in cookies.items()).encode()
    return Request({"type": "http", "headers": [(b"cookie", sent)]})


@pytest.mark.usefixtures("signed")
def test_roles_that_cannot_be_read_are_nobodys(mini_atlas: Atlas, tmp_path: Path) -> None:
    granted = '[[person]]\nsub = "li"\n[[person.grant]]\nrole = "reviewer"\nplace = "ZZ"\n'
    (tmp_path / "roles.toml").write_text(granted, encoding="utf-8")
    assert of(mini_atlas, told()).roles == ("reviewer",)
    (tmp_path / "roles.toml").write_text(granted.replace('place = "ZZ"\n', ""), encoding="utf-8")
    assert of(mini_atlas, told()).grants == ()
