"""Public notice of registers: who puts them on it, until when anybody objects, and what has to be answered first.

More than 400 lines: each step of the way needs its wrong turns and its times beside it.
"""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from desk_words import AUDITOR, NOBODY, TELECOM, Make, Ticking, person
from sqlalchemy import select
from test_submissions import (
    ABOVE,
    BESIDE,
    BOTH,
    COUNTY,
    HOSTILE,
    LIKE,
    NATION,
    PATH,
    held,
    made,
    seen,
    sound,
    submitted,
)

from desk import backup, log, projection, tidy
from desk.apart import MAIL, OBJECTION_CONTACT
from desk.challenges import case as cases
from desk.challenges import file as challenges
from desk.challenges.claim import Claim, Terms, Village
from desk.desk import ANYBODY, Desk
from desk.errors import NotAllowed, Overtaken, Refused, TooMany, Unfitting
from desk.notices import answering, objecting, opening, read
from desk.notices.opening import Shown
from desk.notices.terms import NoticeTerms, day
from desk.people.rights import Person, everything
from desk.projected.notices import (
    ACCEPTED,
    APPROVED,
    FILED,
    LAPSED,
    OBJECTION,
    REJECTED,
    RETURNED,
    TAKEN_BACK,
    WITHDRAWN,
)
from desk.submissions import hand_in

SHOWN = Shown(2, 3, 2, 0)
TERMS = NoticeTerms(days=5, country="CN", zone="Asia/Shanghai")
TODAY, UNTIL = "2026-11-02", "2026-11-09"  # Monday; five working days later
STRANGERS = (ANYBODY, NOBODY, BESIDE, LIKE, COUNTY, AUDITOR, TELECOM)
VILLAGE = Village("430100001", PATH)


def clock(desk: Desk) -> Ticking:
    assert isinstance(desk.clock, Ticking)
    return desk.clock


def at(desk: Desk, moment: str) -> None:
    """Put the clock of the desk to an instant."""
    clock(desk).now = datetime.fromisoformat(moment)


def put(desk: Desk, number: int, by: Person = ABOVE, until: str = UNTIL, **values: Any) -> None:
    told: dict[str, Any] = {"title": "Coverage 2024", "words": "for everybody to read", "shown": SHOWN, "terms": TERMS}
    opening.put(desk, by, number, values.pop("seen", 0) or seen(desk, number), until, **{**told, **values})


def on_notice(desk: Desk, **values: Any) -> int:
    number = submitted(desk, **values)
    put(desk, number)
    return number


def over(desk: Desk) -> None:
    """The first instant after the last day, in Shanghai."""
    at(desk, "2026-11-09T16:00:00+00:00")


def notice(desk: Desk, number: int) -> dict[str, Any]:
    with desk.reading() as connection:
        found = read.one(connection, number, log.standing(connection, clock(desk).now))
    assert found is not None
    return dict(found)


def states(desk: Desk) -> list[str]:
    with desk.reading() as connection:
        return list(connection.execute(select(OBJECTION.c.state).order_by(OBJECTION.c.objection_no)).scalars())


def contacts(desk: Desk) -> list[str]:
    with desk.reading() as connection:
        asked = select(OBJECTION_CONTACT.c.contact).order_by(OBJECTION_CONTACT.c.objection_no)
        return list(connection.execute(asked).scalars())


def approve(desk: Desk, number: int, who: Person = NATION, **values: Any) -> None:
    hand_in.approve(desk, who, number, seen(desk, number), "", **values)


# --- the way ----------------------------------------------------------------------------------------------


def test_the_way_through_a_notice(desk: Desk) -> None:
    number = on_notice(desk)
    told = notice(desk, number)
    assert (told["state"], told["from_on"], told["until_on"]) == (read.RUNNING, TODAY, UNTIL)
    first = objecting.file(desk, number, "  no signal\r\nat the school ", VILLAGE, "me@example.org")
    second = objecting.file(desk, number, "the whole list is wrong")
    assert (first.objection_no, second.objection_no, first.until_on) == (1, 2, UNTIL)
    with pytest.raises(Unfitting, match=f"until {UNTIL}"):
        answering.answer(desk, NATION, number, [1], ACCEPTED, "seen there")
    with pytest.raises(Unfitting, match=f"until {UNTIL}"):
        approve(desk, number)
    over(desk)
    assert notice(desk, number)["state"] == read.OVER
    with pytest.raises(Unfitting, match="answer: 2"):
        approve(desk, number)
    answering.answer(desk, NATION, number, [1], ACCEPTED, "seen there")
    assert contacts(desk) == [] and states(desk) == [ACCEPTED, FILED]
    with pytest.raises(Unfitting, match="answer: 1"):
        approve(desk, number)
    answering.answer(desk, ABOVE, number, [2], REJECTED, "it was measured")
    hand_in.approve(desk, NATION, number, seen(desk, number), "but for this", ["430100001"])
    assert (held(desk, number)["state"], notice(desk, number)["state"]) == ("approved", APPROVED)
    assert (notice(desk, number)["objections"], notice(desk, number)["unanswered"]) == (2, 0)
    with desk.reading() as connection:
        own = read.followed(connection, first.key)
        assert own is not None and (own["state"], own["words"]) == (ACCEPTED, "seen there")
        assert desk.files.read(own["text_sha256"]) == b"no signal\nat the school"
        assert read.rows_of(connection, number) == "", "what it says is in the release, not in the notice any more"
    assert sound(desk)


@pytest.mark.parametrize("outcome", [RETURNED, WITHDRAWN])
def test_an_early_end(desk: Desk, outcome: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATLAS_SMTP_URL", "smtp://127.0.0.1:9?from=a@example.org")
    monkeypatch.setenv("ATLAS_PUBLIC_URL", "https://atlas.example.org")
    number = on_notice(desk)
    key = objecting.file(desk, number, "wrong", contact="me@example.org").key
    objecting.file(desk, number, "wrong, too", contact="13800000000")
    if outcome == RETURNED:
        hand_in.give_back(desk, ABOVE, number, seen(desk, number), "mend it")
    else:
        hand_in.withdraw(desk, COUNTY, number, seen(desk, number))
    assert notice(desk, number)["state"] == outcome and states(desk) == [LAPSED, LAPSED] and contacts(desk) == []
    with desk.reading() as connection:
        [mail] = connection.execute(select(MAIL)).all()
        assert read.rows_of(connection, number) == ""
    assert mail.address == "me@example.org" and f"register-notice?notice.no={number}" in mail.text
    assert key not in mail.text and "mend it" not in mail.text
    for act in (
        lambda: objecting.file(desk, number, "late"),
        lambda: objecting.withdraw(desk, key),
        lambda: answering.answer(desk, NATION, number, [1], ACCEPTED, "yes"),
    ):
        with pytest.raises(Refused):
            act()
    assert sound(desk)


def test_answers_are_mailed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATLAS_SMTP_URL", "smtp://127.0.0.1:9?from=a@example.org")
    number = on_notice(desk)
    objecting.file(desk, number, "wrong", contact="me@example.org")
    objecting.file(desk, number, "other", contact="you@example.org")
    over(desk)
    answering.answer(desk, NATION, number, [1], REJECTED, "it was measured")
    with desk.reading() as connection:
        [mail] = connection.execute(select(MAIL)).all()
    assert mail.address == "me@example.org" and "it was measured" in mail.text and "不予采纳" in mail.subject
    assert contacts(desk) == ["you@example.org"]


def test_a_register_may_need_a_notice(desk: Desk) -> None:
    number = submitted(desk)
    with pytest.raises(Unfitting, match="has to be on public notice"):
        approve(desk, number, notice_required=True)
    put(desk, number)
    over(desk)
    approve(desk, number, notice_required=True)


# --- who --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", STRANGERS, ids=lambda one: str(one.sub))
def test_nobody_else_opens_answers_or_removes(desk: Desk, who: Person) -> None:
    number = submitted(desk)
    with pytest.raises(NotAllowed):
        put(desk, number, who)
    put(desk, number)
    objecting.file(desk, number, "wrong", contact="me@example.org")
    over(desk)
    for act in (
        lambda: answering.answer(desk, who, number, [1], ACCEPTED, "yes"),
        lambda: objecting.redact(desk, who, 1, "no"),
    ):
        with pytest.raises(NotAllowed):
            act()
    with desk.reading() as connection:
        assert read.to_decide(connection, who, "2026-12-01T00:00:00Z", 9) == []
        assert len(read.to_decide(connection, NATION, "2026-12-01T00:00:00Z", 9)) == 1
    assert states(desk) == [FILED]


@pytest.mark.parametrize("submitter", [BOTH, COUNTY], ids=["both", "drafted only"])
def test_four_eyes(desk: Desk, submitter: Person) -> None:
    number = hand_in.draft(desk, BOTH, _draft(desk))
    hand_in.submit(desk, submitter, number, seen(desk, number), "")
    with pytest.raises(NotAllowed, match="somebody else"):
        put(desk, number, BOTH)
    put(desk, number, BOTH, four_eyes=False)


def _draft(desk: Desk) -> hand_in.Draft:
    return made(desk)


def test_whoever_sits_at_the_machine_may_do_all(desk: Desk) -> None:
    local = everything()
    number = submitted(desk, local)
    put(desk, number, local)


def test_only_what_waits_for_review_and_once(desk: Desk) -> None:
    drafted = hand_in.draft(desk, COUNTY, _draft(desk))
    with pytest.raises(Overtaken):
        put(desk, drafted)
    number = on_notice(desk, file_sha256="1" * 64)
    with pytest.raises(Overtaken):
        put(desk, number)
    hand_in.give_back(desk, ABOVE, number, seen(desk, number), "mend")
    with pytest.raises(Overtaken):
        put(desk, number)
    with desk.reading() as connection:
        assert read.one(connection, drafted, "2026-11-02T00:00:00Z") is None
        assert read.rows_of(connection, drafted) == ""
    with pytest.raises(Unfitting):
        objecting.file(desk, drafted, "of a draft")


def test_nothing_public_names_a_person(desk: Desk) -> None:
    number = on_notice(desk)
    objecting.file(desk, number, "secret words", contact="me@example.org")
    over(desk)
    answering.answer(desk, NATION, number, [1], ACCEPTED, "answered")
    with desk.reading() as connection:
        told = [read.one(connection, number, "2026-12-01T00:00:00Z"), *read.objections(connection, number, 9)]
        told += read.opened(connection, PATH, "2026-12-01T00:00:00Z")
    text = repr(told)
    assert not any(word in text for word in ("county", "above", "nation", "secret", "example.org", "sha256", "key"))


def test_a_reviewer_who_looked_before_is_overtaken(desk: Desk) -> None:
    number = submitted(desk)
    before = seen(desk, number)
    put(desk, number)
    with pytest.raises(Overtaken):
        hand_in.approve(desk, NATION, number, before, "")
    with pytest.raises(Overtaken):
        put(desk, number, seen=before)


def at_once(*acts: Callable[[], object]) -> list[Refused | None]:
    together, fates = threading.Barrier(len(acts)), list[Refused | None]()

    def run(act: Callable[[], object]) -> None:
        together.wait()
        try:
            act()
            fates.append(None)
        except Refused as refused:
            fates.append(refused)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return fates


def test_two_reviewers_at_once(desk: Desk) -> None:
    number = submitted(desk)
    version = seen(desk, number)
    fates = at_once(
        lambda: put(desk, number, ABOVE, seen=version), lambda: put(desk, number, NATION, seen=version, title="other")
    )
    assert sorted(type(one) for one in fates if one) == [Overtaken] and None in fates
    objecting.file(desk, number, "wrong")
    over(desk)
    fates = at_once(
        lambda: answering.answer(desk, ABOVE, number, [1], ACCEPTED, "yes"),
        lambda: answering.answer(desk, NATION, number, [1], REJECTED, "no"),
    )
    assert sorted(type(one) for one in fates if one) == [Overtaken] and None in fates
    version = seen(desk, number)
    fates = at_once(
        lambda: hand_in.approve(desk, ABOVE, number, version, ""),
        lambda: hand_in.give_back(desk, NATION, number, version, "mend"),
    )
    assert sorted(type(one) for one in fates if one) == [Overtaken] and None in fates
    assert notice(desk, number)["state"] == held(desk, number)["state"] and sound(desk)


def test_objections_of_many_at_once(desk: Desk) -> None:
    number = on_notice(desk)
    fates = at_once(*(lambda n=n: objecting.file(desk, number, f"wrong {n}") for n in range(6)))  # type: ignore[misc]
    assert fates == [None] * 6 and states(desk) == [FILED] * 6


# --- when -------------------------------------------------------------------------------------------------


def test_the_last_day_ends_where_the_notice_runs(desk: Desk) -> None:
    number = on_notice(desk)
    at(desk, "2026-11-09T15:59:50+00:00")
    objecting.file(desk, number, "in the last seconds of the day in Shanghai")
    over(desk)
    with pytest.raises(Unfitting, match="has ended"):
        objecting.file(desk, number, "a second later")


def test_a_clock_that_goes_back_opens_nothing_again(desk: Desk) -> None:
    number = on_notice(desk)
    objecting.file(desk, number, "wrong")
    over(desk)
    answering.answer(desk, NATION, number, [1], REJECTED, "it was measured")  # the log knows the day from here on
    at(desk, "2026-11-03T00:00:00+00:00")
    with pytest.raises(Unfitting, match="has ended"):
        objecting.file(desk, number, "the clock went back")
    assert notice(desk, number)["state"] == read.OVER
    approve(desk, number)


def test_the_day_is_that_of_the_zone(desk: Desk) -> None:
    assert day("2026-11-02T15:59:59Z", "Asia/Shanghai") == "2026-11-02"
    assert day("2026-11-02T16:00:00Z", "Asia/Shanghai") == "2026-11-03"
    at(desk, "2026-11-02T16:30:00+00:00")
    number = submitted(desk)
    put(desk, number, until="2026-11-10")
    assert notice(desk, number)["from_on"] == "2026-11-03"


@pytest.mark.parametrize(
    "until",
    [
        "2026-11-08",
        "2026-11-02",
        "2025-11-09",
        "2026-02-30",
        "2028-01-01",
        "9999-12-31",
        "",
        "x",
        "٢٠٢٦-١١-٠٩",
        "2026-11-9",
    ],
)
def test_a_notice_is_neither_short_nor_endless(sqlite_desk: Desk, until: str) -> None:
    number = submitted(sqlite_desk)
    with pytest.raises(Unfitting):
        put(sqlite_desk, number, until=until)
    assert held(sqlite_desk, number)["version"] == seen(sqlite_desk, number)


def test_holidays_do_not_count() -> None:
    assert NoticeTerms(7, "CN").least("2026-09-30") == "2026-10-15", "a week of holidays, and a Saturday worked"
    assert NoticeTerms(7).least("2026-09-30") == "2026-10-09"
    assert NoticeTerms(365, "CN").checked("2026-01-01", NoticeTerms(365, "CN").least("2026-01-01"))


# --- what is written --------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts(desk: Desk, text: str) -> None:
    number = submitted(desk)
    put(desk, number, title=text, words=text)
    filed = objecting.file(desk, number, text, contact=text)
    over(desk)
    answering.answer(desk, NATION, number, [1], ACCEPTED, text)
    with desk.reading() as connection:
        own = read.followed(connection, filed.key)
    assert own is not None and own["words"] == notice(desk, number)["words"] == notice(desk, number)["title"]
    assert "\0" not in own["words"] and "\u202e" not in own["words"] and sound(desk)


@pytest.mark.parametrize("number", [0, -1, 7, 2**31, 10**30])
def test_numbers_that_there_are_not(sqlite_desk: Desk, number: int) -> None:
    on_notice(sqlite_desk)
    for act in (
        lambda: objecting.file(sqlite_desk, number, "x"),
        lambda: answering.answer(sqlite_desk, NATION, number, [1], ACCEPTED, "x"),
        lambda: objecting.redact(sqlite_desk, NATION, number, "x"),
    ):
        with pytest.raises(Unfitting):
            act()
    with sqlite_desk.reading() as connection:
        assert read.one(connection, number, "") is None and read.objections(connection, number, 9, number) == []
        assert read.rows_of(connection, number) == "" and read.followed(connection, "x" * 24) is None


def test_villages_of_elsewhere_are_refused(sqlite_desk: Desk) -> None:
    number = on_notice(sqlite_desk)
    for village in (Village("450100001", "100000/450000/450100"), Village("4301000", f"{PATH}0"), Village("", PATH)):
        with pytest.raises(Unfitting):
            objecting.file(sqlite_desk, number, "x", village)
    for words in ("", " \u200b", "x" * 2_001):
        with pytest.raises(Unfitting):
            objecting.file(sqlite_desk, number, words)
    assert states(sqlite_desk) == []


def test_a_flood_of_the_same_is_one_to_answer_and_one_file(desk: Desk) -> None:
    number = on_notice(desk)
    for _ in range(5):
        objecting.file(desk, number, "flood")
    objecting.file(desk, number, "flood", VILLAGE)
    with desk.reading() as connection:
        waiting = read.waiting_for_an_answer(connection, number, 9)
    assert [(one["objection_no"], one["alike"]) for one in waiting] == [(1, 5), (6, 1)]
    over(desk)
    assert answering.answer(desk, NATION, number, [3], REJECTED, "no grounds") == 5
    assert states(desk) == [REJECTED] * 5 + [FILED]
    assert tidy.tidy(desk, -1) >= 0 and len({one for one in desk.files.all()}) >= 1


def test_a_flood_has_an_end(sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objecting, "MOST_OF_A_NOTICE", 3)
    number = on_notice(sqlite_desk)
    for n in range(3):
        objecting.file(sqlite_desk, number, f"{n}")
    files = list(sqlite_desk.files.all())
    with pytest.raises(TooMany):
        objecting.file(sqlite_desk, number, "one more")
    assert list(sqlite_desk.files.all()) == files


def test_taken_back_and_removed(desk: Desk) -> None:
    number = on_notice(desk)
    first, second = (objecting.file(desk, number, "the same", contact="me@example.org") for _ in range(2))
    third = objecting.file(desk, number, "names a person")
    challenge = challenges.file(desk, _claim("the same"), Terms())
    sha256 = hashlib.sha256(b"the same").hexdigest()
    objecting.withdraw(desk, first.key)
    assert states(desk)[0] == TAKEN_BACK and contacts(desk) == ["me@example.org"] and desk.files.has(sha256)
    objecting.withdraw(desk, second.key)
    assert desk.files.has(sha256), "a correction says the same"
    objecting.file(desk, number, "the same")
    cases.withdraw(desk, challenge.key)
    assert desk.files.has(sha256), "an objection says the same"
    with pytest.raises(Unfitting):
        objecting.withdraw(desk, first.key)
    objecting.redact(desk, NATION, third.objection_no, "names a person")
    assert not desk.files.has(hashlib.sha256(b"names a person").hexdigest())
    with pytest.raises(Overtaken):
        objecting.redact(desk, NATION, third.objection_no, "again")
    assert notice(desk, number)["objections"] == 2, "what was taken back is not counted"
    over(desk)
    with pytest.raises(Overtaken):
        answering.answer(desk, NATION, number, [1, 3], ACCEPTED, "the first was taken back")
    assert answering.answer(desk, NATION, number, [3, 4], ACCEPTED, "yes") == 2
    with pytest.raises(Unfitting):
        objecting.withdraw(desk, third.key)
    assert sound(desk)


def _claim(text: str) -> Claim:
    return Claim(VILLAGE, "5g", "unconnected", "no_signal", text=text)


@pytest.mark.parametrize("answer", ["", "filed", "lapsed", "upheld"])
def test_an_answer_is_one_of_two(sqlite_desk: Desk, answer: str) -> None:
    number = on_notice(sqlite_desk)
    objecting.file(sqlite_desk, number, "x")
    over(sqlite_desk)
    for objections, given, words in (([1], answer, "x"), ([], ACCEPTED, "x"), ([1], ACCEPTED, " ")):
        with pytest.raises(Unfitting):
            answering.answer(sqlite_desk, NATION, number, objections, given, words)
    assert states(sqlite_desk) == [FILED]


# --- where, and the log -----------------------------------------------------------------------------------


def test_notices_of_a_place(desk: Desk) -> None:
    own, other = on_notice(desk), hand_in.draft(desk, ELSEWHERE, _draft_of("100000/450000/450100", desk))
    hand_in.submit(desk, ELSEWHERE, other, seen(desk, other), "")
    put(desk, other, NATION)
    with desk.reading() as connection:

        def numbers(path: str) -> list[int]:
            return [one["submission_no"] for one in read.opened(connection, path, "2026-11-02T09:00:00Z")]

        assert numbers("100000") == [own, other]
        assert numbers("100000/430000") == numbers(PATH) == numbers(f"{PATH}/430100001") == [own]
        assert numbers("100000/43000") == numbers("100000/440000") == numbers(f"{PATH}0") == []
        assert [one["submission_no"] for one in read.newest(connection, PATH, "2026-11-02T09:00:00Z", 9)] == [own]
    hand_in.withdraw(desk, COUNTY, own, seen(desk, own))
    with desk.reading() as connection:
        assert numbers(PATH) == []
        assert [one["submission_no"] for one in read.past(connection, PATH, "2026-11-02T09:00:00Z", 9)] == [own]
        assert read.past(connection, PATH, "2026-11-02T09:00:00Z", 9, own) == []


ELSEWHERE = person("elsewhere", *(everything().grants))


def _draft_of(path: str, desk: Desk) -> hand_in.Draft:
    return made(desk, path=path)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_all_of_it_in_a_backup_and_made_anew(make: Make, tmp_path: Any, database: str) -> None:
    desk = make(database, Ticking(datetime(2026, 11, 2, 8, tzinfo=UTC)))
    files = {name: desk.files.keep(_bytes(name)) for name in ("file", "declaration", "report")}
    told = {f"{name}_sha256": sha256 for name, sha256 in files.items()}
    number = on_notice(desk, **told)
    objecting.file(desk, number, "wrong", VILLAGE, "me@example.org")
    objecting.file(desk, number, "wrong, too", contact="you@example.org")
    over(desk)
    answering.answer(desk, NATION, number, [1], REJECTED, "it was measured")
    assert backup.verify(desk) == [] and tidy.tidy(desk, -1) == 0
    with desk.writing() as writer:
        projection.replay(writer.connection, writer.connection, desk.files)
    assert backup.verify(desk) == []
    backup.export(desk, tmp_path / "all.zip")
    again = make("sqlite" if database == "postgresql" else "postgresql", Ticking(clock(desk).now))
    backup.restore(again, tmp_path / "all.zip")
    assert backup.verify(again) == [] and contacts(again) == ["you@example.org"] and notice(again, 1) == notice(desk, 1)
    answering.answer(again, NATION, number, [2], ACCEPTED, "yes")
    approve(again, number)


def _bytes(text: str) -> Any:
    return io.BytesIO(text.encode())


def test_a_table_that_was_changed_is_found(sqlite_desk: Desk) -> None:
    number = on_notice(sqlite_desk)
    objecting.file(sqlite_desk, number, "wrong")
    with sqlite_desk.writing() as writer:
        writer.connection.execute(OBJECTION.update().values(state=TAKEN_BACK))
    assert "table objection: not what the log makes of it" in backup.verify(sqlite_desk)
