"""Mail to who filed a correction: queued with what it tells of, sent once there is a server, and then forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from own_post import Taken
from sqlalchemy import select

from desk.apart import CONTACT, MAIL
from desk.challenges import case, file, read
from desk.challenges.claim import Claim, Terms, Village
from desk.desk import Desk
from desk.mail import queue, send
from desk.people.rights import everything

CLAIM = Claim(Village("431122001001", "100000/430000/431100"), "5g", "unconnected", "no_signal")
TERMS = Terms(15, 20, "CN")


def filed_and_decided(desk: Desk, contact: str) -> int:
    me = everything()
    number = file.file(desk, CLAIM, TERMS, contact).challenge_no
    for step in ("answer", "decide"):
        with desk.reading() as connection:
            seen = (read.one(connection, number) or {})["version"]
        if step == "answer":
            case.answer(desk, me, number, seen, "conceded", "情况属实", TERMS)
        else:
            case.decide(desk, me, number, seen, "upheld", "现场核查", "measured")
    return number


def waiting(desk: Desk) -> list[Any]:
    with desk.reading() as connection:
        return list(connection.execute(select(MAIL).order_by(MAIL.c.mail_no)))


def test_answer_and_decision_are_told_and_the_address_forgotten(desk: Desk, post: Taken) -> None:
    filed_and_decided(desk, "张三，zhang@example.org，晚上联系")
    assert [row.address for row in waiting(desk)] == ["zhang@example.org"] * 2
    server = send.server()
    assert server is not None
    assert send.send_due(desk, server) == 2
    assert [mail.rcpt_tos for mail in post.mails] == [["zhang@example.org"]] * 2
    assert waiting(desk) == []
    with desk.reading() as connection:
        assert connection.execute(select(CONTACT)).all() == []


def test_what_is_no_address_is_not_written_to(desk: Desk, post: Taken) -> None:
    filed_and_decided(desk, "13800000000")
    assert waiting(desk) == []


def test_without_a_server_nothing_is_queued(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(send.URL, raising=False)
    filed_and_decided(desk, "zhang@example.org")
    assert waiting(desk) == []


def test_a_refused_mail_waits_longer_each_time_and_is_given_up(desk: Desk, post: Taken) -> None:
    post.answer = "451 later"
    server = send.server()
    assert server is not None
    now = datetime(2026, 11, 28, tzinfo=UTC)
    clock = Desk(desk.engine, desk.files, lambda: now)
    with clock.writing() as writer:
        queue.put(writer.connection, now, "zhang@example.org", "one\nline", "words")
    seen = []
    for _ in range(len(queue.WAITS_MIN) + 1):
        assert send.send_due(clock, server) == 0
        seen.append([row.next_at for row in waiting(clock)])
        now += timedelta(days=2)
    assert seen[-1] == [] and all(len(one) == 1 for one in seen[:-1])
    assert post.mails == []


def test_a_restart_loses_nothing_and_a_subject_is_one_line(desk: Desk, post: Taken) -> None:
    now = datetime.now(UTC)
    with desk.writing() as writer:
        queue.put(writer.connection, now, "zhang@example.org", "a\r\nBcc: evil@example.org", "words")
    again = Desk(desk.engine, desk.files)
    server = send.server()
    assert server is not None
    assert send.send_due(again, server) == 1
    [mail] = post.mails
    assert mail.rcpt_tos == ["zhang@example.org"]
    assert b"\nBcc:" not in mail.content


@pytest.mark.parametrize("told", ["mail.example.org", "http://x?from=a@b.c", "smtp://x", "smtp://x?from=nobody"])
def test_a_setting_that_names_no_server_is_told_without_its_password(
    told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(send.URL, told.replace("://", "://user:geheim@"))
    with pytest.raises(send.WrongServer) as wrong:
        send.server()
    assert "geheim" not in str(wrong.value)


def test_two_processes_send_a_mail_once(desk: Desk, post: Taken) -> None:
    """The other looks while the first is at the server; what nobody came back from is sent by another, later."""
    now = datetime(2026, 11, 27, 9, tzinfo=UTC)
    first, second = (Desk(desk.engine, desk.files, lambda: now) for _ in range(2))
    with first.writing() as writer:
        queue.put(writer.connection, now, "zhang@example.org", "s", "words")
    server = send.server()
    assert server is not None
    post.meanwhile = lambda: send.send_due(second, server)
    assert send.send_due(first, server) == 1 and len(post.mails) == 1
    with first.writing() as writer:
        queue.put(writer.connection, now, "zhang@example.org", "s", "words")
        assert queue.take(writer.connection, now) is not None  # and dies
    assert send.send_due(first, server) == 0
    now += queue.LEASE
    assert send.send_due(second, server) == 1 and len(post.mails) == 2
