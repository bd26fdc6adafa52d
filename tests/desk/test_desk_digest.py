"""What waits, by mail: once a working day, queued once whoever looks, in both languages, and a header is one line."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from desk_words import TELECOM, Make
from own_post import Taken

from desk.desk import Desk
from desk.mail import digest, send
from desk.mail.digest import Case, Part
from desk.people import register
from importer.errors import DeclarationProblem

DAY = date(2026, 11, 27)  # a Friday
PARTS = [
    Part("待答复的纠错", "Corrections to answer", 3, 1, 2, (Case(17, "石桥\n村", "Shiqiao", "2026-11-20"),)),
    Part("待审核的报送", "Registers to review", 0),
]


def test_one_a_day_and_none_where_nothing_waits(desk: Desk) -> None:
    assert digest.told_at(desk, "li", DAY) == ""
    assert not digest.put(desk, "li", "li@example.org", DAY, PARTS[1:])
    assert digest.told_at(desk, "li", DAY) == "", "who has nothing to do today may have later"
    assert digest.put(desk, "li", "li@example.org", DAY, PARTS)
    assert not digest.put(desk, "li", "li@example.org", DAY, PARTS)
    assert digest.told_at(desk, "li", DAY) is None
    assert digest.told_at(desk, "li", date(2026, 11, 30)) not in (None, "")
    assert digest.put(desk, "li", "li@example.org", date(2026, 11, 30), PARTS)


def test_several_that_look_at_once_queue_one(desk: Desk, post: Taken) -> None:
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda _: digest.put(desk, "li", "li@example.org", DAY, PARTS), range(8)))
    assert sum(done) == 1
    server = send.server()
    assert server is not None
    assert send.send_due(Desk(desk.engine, desk.files), server) == 1
    [mail] = post.mails
    assert mail.rcpt_tos == ["li@example.org"]


def test_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATLAS_PUBLIC_URL", "https://atlas.example.org/x/")
    text = digest.text(PARTS[:1])
    assert "待答复的纠错：3 件（逾期 1 件，新增 2 件）" in text
    assert "Corrections to answer: 3 (1 overdue, 2 new)" in text
    assert "第 000017 号 石桥 村，2026-11-20 到期 https://atlas.example.org/x/correction?correction.no=17\n" in text
    assert "No. 000017 Shiqiao, due 2026-11-20" in text and "https://atlas.example.org/x/desk" in text
    assert digest.subject(PARTS[:1]) == "待办 3 件，其中逾期 1 件 / 3 to be done, 1 overdue"
    monkeypatch.delenv("ATLAS_PUBLIC_URL")
    assert "://" not in digest.text(PARTS[:1])


@pytest.mark.parametrize(
    ("now", "country", "is_day"),
    [
        (datetime(2026, 11, 27, 12), "CN", True),
        (datetime(2026, 11, 27, 6, 59), "CN", False),
        (datetime(2026, 11, 28, 12), "CN", False),
        (datetime(2026, 10, 1, 12), "CN", False),  # 国庆节
        (datetime(2026, 10, 1, 12), "", True),
        (datetime(2026, 11, 28, 12), "nowhere", False),
    ],
)
def test_the_calendar_of_the_country(make: Make, now: datetime, country: str, is_day: bool) -> None:
    local = Desk(make("sqlite").engine, make("sqlite").files, lambda: now.astimezone())
    assert (digest.day_of(local, country) == now.date()) is is_day


def test_addresses_by_hand_and_by_the_sign_in(tmp_path: Path) -> None:
    path = tmp_path / "roles.toml"
    path.write_text('[claims]\nemail = "mail"\n[[person]]\nsub = "li"\nemail = "li@example.org"\n', encoding="utf-8")
    found = register.load(path)
    assert [(one.sub, to) for one, to in found.listed()] == [("li", "li@example.org")]
    assert found.address({"mail": "a@example.org"}) == "a@example.org"
    beside = ("a@example.org\nBcc: b@example.org", "A <a@example.org>", "a@b", f"{'x' * 60}@{'y' * 200}.org")
    for told in (None, 1, ["a@example.org"], *beside):
        assert found.address({"mail": told}) == ""
    for wrong in ("li", "li@example.org\\nBcc: x@example.org", "a@example.org,b@example.org"):
        path.write_text(f'[[person]]\nsub = "li"\nemail = "{wrong}"\n', encoding="utf-8")
        with pytest.raises(DeclarationProblem):
            register.load(path)
    path.write_text('ended = ["li"]\n[[person]]\nsub = "li"\nemail = "li@example.org"\n', encoding="utf-8")
    assert list(register.load(path).listed()) == [] and TELECOM.has("answer")


def test_what_was_filed_after_the_last_mail_is_new(desk: Desk) -> None:
    at = datetime(2026, 11, 27, 9, tzinfo=UTC)
    clock = Desk(desk.engine, desk.files, lambda: at)
    assert digest.put(clock, "li", "li@example.org", DAY, PARTS)
    assert digest.told_at(clock, "li", date(2026, 11, 28)) == "2026-11-27T09:00:00Z"
