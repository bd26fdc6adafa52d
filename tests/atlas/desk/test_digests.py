"""Who is told by mail what waits: whoever has roles by hand and an address, and no address is in the log."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from atlas.desk import at_hand, digests
from desk.access import access, seen
from desk.access.seen import Seen
from desk.apart import MAIL, SEEN
from desk.challenges import file as filing
from desk.challenges.claim import Claim
from desk.desk import Desk
from desk.people.rights import everything
from indicators.database import Atlas

VILLAGE, ELSEWHERE = "010101121", "010202001"
ROLES = """
[claims]
email = "mail"
[[person]]
sub = "li"
email = "li@example.org"
[[person.grant]]
role = "contributor"
place = "0101"
[[person]]
sub = "far"
email = "far@example.org"
[[person.grant]]
role = "contributor"
place = "0102"
[[person.grant]]
role = "reviewer"
place = "gone"
[[person]]
sub = "told"
[[person.grant]]
role = "reviewer"
place = "0100"
[[person]]
sub = "unknown"
[[person.grant]]
role = "contributor"
place = "0101"
"""
FRIDAY = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mini_build_dir: Path) -> Desk:
    monkeypatch.setenv("ATLAS_DESK_DIR", str(tmp_path / "desk"))
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(mini_build_dir))
    monkeypatch.setenv("ATLAS_ROLES", str(tmp_path / "roles.toml"))
    (tmp_path / "roles.toml").write_text(ROLES, encoding="utf-8")
    opened = at_hand.desk()
    return Desk(opened.engine, opened.files, lambda: FRIDAY)


def filed(desk: Desk, atlas: Atlas) -> None:
    village = at_hand.village(atlas, VILLAGE)
    assert village is not None
    filing.file(desk, Claim(village, "wire", "connected", "works", seen_state="unconnected"), at_hand.terms(atlas))


def queued(desk: Desk) -> list[Any]:
    with desk.reading() as connection:
        return list(connection.execute(select(MAIL).order_by(MAIL.c.mail_no)))


def test_each_is_told_what_waits_for_them(
    desk: Desk, mini_atlas: Atlas, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr("atlas.desk.words.today", lambda: "2099-01-01")  # all is overdue, so the office may decide
    assert digests.queue_due(desk) == 0, "nothing waits"
    filed(desk, mini_atlas)
    seen.note(desk, Seen("told", "Told", "reviewer", "told@example.org", "2026-11-20"))
    assert digests.queue_due(desk) == 2
    assert digests.queue_due(desk) == 0
    first, second = queued(desk)
    assert (first.address, second.address) == ("li@example.org", "told@example.org")
    assert "Corrections to answer: 1 (1 overdue, 1 new)" in first.text and "No. 000001" in first.text
    assert "Corrections to decide: 1 (1 overdue, 1 new)" in second.text
    assert "example.org" not in caplog.text


def test_whose_access_has_ended_is_told_nothing(desk: Desk, mini_atlas: Atlas) -> None:
    filed(desk, mini_atlas)
    seen.note(desk, Seen("li", "Li", "contributor", "", "2026-11-20"))
    access.end(desk, everything(), "li", "left")
    assert digests.queue_due(desk) == 0 and queued(desk) == []


def test_not_on_a_day_that_nobody_works(desk: Desk, mini_atlas: Atlas) -> None:
    filed(desk, mini_atlas)
    saturday = Desk(desk.engine, desk.files, lambda: datetime(2026, 11, 28, 12, tzinfo=UTC))
    assert digests.queue_due(saturday) == 0 and queued(desk) == []


def test_a_sign_in_is_noted_once_a_day(desk: Desk, mini_atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(at_hand, "has_sign_in", lambda: True)
    monkeypatch.setattr(at_hand, "_noted", {})
    noted: list[Seen] = []
    note = seen.note
    monkeypatch.setattr(seen, "note", lambda to, one: (noted.append(one), note(to, one)))
    claims = {"sub": "told", "is_logged_in": True, "iat": datetime.now(UTC).timestamp(), "mail": "told@example.org"}
    monkeypatch.setattr(at_hand, "_claims", lambda: claims)
    monkeypatch.setattr(at_hand.allowed, "is_here", lambda headers: False)
    for _ in range(3):
        at_hand.look(mini_atlas)
    with desk.reading() as connection:
        [row] = connection.execute(select(SEEN)).all()
    assert (row.sub, row.roles, row.address) == ("told", "reviewer", "told@example.org") and len(noted) == 1
    claims["mail"] = "told@example.org\nBcc: x@example.org"
    at_hand.look(mini_atlas)
    assert noted[-1].address == ""
    access.end(desk, everything(), "told", "left")
    at_hand.look(mini_atlas)
    assert at_hand.is_anybody(at_hand.seated())
