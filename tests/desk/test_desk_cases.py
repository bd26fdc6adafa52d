"""What becomes of a correction: who may, what is refused, what is taken back, and what nobody finds afterwards."""

from __future__ import annotations

import io
import threading
from pathlib import Path
from typing import Any

import pytest
from desk_words import (
    AUDITOR,
    CONTRIBUTOR,
    COUNTY,
    NOBODY,
    OTHER_REVIEWER,
    REVIEWER,
    TELECOM,
    TERMS,
    VILLAGES,
    claim,
    filed,
    person,
    row,
    version,
)
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from desk import backup
from desk.apart import CONTACT
from desk.challenges import case as cases
from desk.challenges import read
from desk.challenges.claim import Village
from desk.challenges.file import file, file_in_bulk
from desk.challenges.read import Asked
from desk.desk import Desk
from desk.errors import NotAllowed, Overtaken, Refused, Unfitting
from desk.people.rights import Grant, Person

HERE = VILLAGES[0]
ASKED = Asked(HERE.path, "2026-11-02")


def answered(desk: Desk, number: int) -> None:
    held = row(desk, number)
    carrier = person("carrier", Grant("operator", "100000", held["operator"])) if held["operator"] else CONTRIBUTOR
    cases.answer(desk, carrier, number, held["version"], "conceded", "是", TERMS)


def decided(desk: Desk, number: int) -> None:
    cases.decide(desk, REVIEWER, number, version(desk, number), "upheld", "核实", "measured")


def counted(desk: Desk, asked: Asked = ASKED) -> dict[str, int]:
    with desk.reading() as connection:
        return read.counts(connection, asked)


def contacts(desk: Desk) -> list[str]:
    with desk.reading() as connection:
        return list(connection.execute(select(CONTACT.c.contact)).scalars())


def test_the_whole_way(desk: Desk) -> None:
    number = filed(desk, text="没有信号").challenge_no
    answered(desk, number)
    decided(desk, number)
    assert (row(desk, number)["state"], row(desk, number)["due_on"]) == ("upheld", "")
    assert counted(desk) == {"upheld": 1}
    assert backup.verify(desk) == []


@pytest.mark.parametrize("who", [NOBODY, AUDITOR, TELECOM, OTHER_REVIEWER, COUNTY], ids=lambda one: one.sub)
def test_who_may_not_decide(desk: Desk, who: Person) -> None:
    number = filed(desk, village=VILLAGES[-1]).challenge_no
    for act in (
        lambda: cases.decide(desk, who, number, 1, "dismissed", "words"),
        lambda: cases.redact(desk, who, number, "words"),
        lambda: cases.move(desk, who, number, HERE),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert row(desk, number)["state"] == "filed"


def test_a_carrier_answers_for_its_own_and_a_county_for_nobodys(desk: Desk) -> None:
    own, others, nobodys = (filed(desk, operator=one).challenge_no for one in ("telecom", "Unicom", ""))
    for who, number in ((TELECOM, others), (TELECOM, nobodys), (COUNTY, own), (COUNTY, others), (REVIEWER, own)):
        with pytest.raises(NotAllowed):
            cases.answer(desk, who, number, version(desk, number), "disputed", "words", TERMS)
    cases.answer(desk, TELECOM, own, version(desk, own), "disputed", "words", TERMS)
    cases.answer(desk, COUNTY, nobodys, version(desk, nobodys), "disputed", "words", TERMS)


def test_nobody_decides_before_the_answer_is_due_but_to_dismiss(desk: Desk) -> None:
    number = filed(desk).challenge_no
    with pytest.raises(Unfitting):
        decided(desk, number)
    cases.decide(desk, REVIEWER, number, 1, "dismissed", "spam")


def test_of_two_who_saw_the_same_one_is_overtaken(desk: Desk) -> None:
    number = filed(desk).challenge_no
    answered(desk, number)
    seen, fates, start = version(desk, number), [], threading.Barrier(2)

    def act(who: Person, decision: str) -> None:
        start.wait()
        try:
            cases.decide(desk, who, number, seen, decision, "words")
        except Overtaken:
            fates.append("overtaken")
        else:
            fates.append(decision)

    both = [
        threading.Thread(target=act, args=(REVIEWER, "rejected")),
        threading.Thread(target=act, args=(OTHER_REVIEWER, "dismissed")),
    ]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(fates) == 2 and fates.count("overtaken") == 1
    assert row(desk, number)["state"] in fates


def test_what_is_claimed_again_joins_and_shares_its_fate(desk: Desk) -> None:
    first, second = filed(desk, "13800000001"), filed(desk, "13800000002")
    assert second.joined_no == first.challenge_no
    assert counted(desk) == {"filed": 1}
    for act in (answered, decided):
        with pytest.raises(Unfitting):
            act(desk, second.challenge_no)
    with pytest.raises(Unfitting):
        cases.move(desk, REVIEWER, second.challenge_no, VILLAGES[1])
    answered(desk, first.challenge_no)
    decided(desk, first.challenge_no)
    assert row(desk, second.challenge_no)["state"] == "upheld"
    assert contacts(desk) == []
    assert filed(desk).joined_no is None  # that one has ended


def test_with_the_last_who_claims_it_a_claim_ends(desk: Desk) -> None:
    first, second, third = (filed(desk) for _ in range(3))
    cases.withdraw(desk, first.key)
    assert row(desk, 1)["state"] == "filed"
    assert row(desk, 1)["joined"] == 1
    cases.withdraw(desk, third.key)
    assert row(desk, 1)["state"] == "filed"
    cases.withdraw(desk, second.key)
    assert row(desk, 1)["state"] == "withdrawn"
    assert row(desk, 1)["joined"] == 0
    assert counted(desk) == {"withdrawn": 1}
    for one in (first, second, third):
        with pytest.raises(Unfitting):
            cases.withdraw(desk, one.key)
    assert backup.verify(desk) == []


def test_a_joined_one_goes_where_its_main_one_goes(desk: Desk) -> None:
    first, second = filed(desk), filed(desk)
    cases.move(desk, REVIEWER, first.challenge_no, VILLAGES[-1])
    assert {row(desk, one.challenge_no)["path"] for one in (first, second)} == {VILLAGES[-1].path}
    assert counted(desk) == {}
    assert counted(desk, Asked(VILLAGES[-1].path, "2026-11-02")) == {"filed": 1}


def test_nobody_moves_a_case_to_where_others_decide(desk: Desk) -> None:
    number = filed(desk).challenge_no
    with pytest.raises(NotAllowed):
        cases.move(desk, OTHER_REVIEWER, number, VILLAGES[-1])
    cases.move(desk, OTHER_REVIEWER, number, VILLAGES[1])


@pytest.mark.parametrize("way", ["withdraw", "redact"])
def test_text_and_photo_go_for_good(desk: Desk, way: str) -> None:
    photo = desk.files.keep(io.BytesIO(b"picture"))
    first = filed(desk, text="我家没有信号", photo_sha256=photo)
    text = row(desk, first.challenge_no)["text_sha256"]
    assert desk.files.read(text).decode() == "我家没有信号"
    if way == "withdraw":
        cases.withdraw(desk, first.key)
    else:
        cases.redact(desk, REVIEWER, first.challenge_no, "names a person")
    assert not desk.files.has(text) and not desk.files.has(photo)
    assert (row(desk, 1)["text_sha256"], row(desk, 1)["photo_sha256"]) == ("", "")
    assert backup.verify(desk) == []


def test_what_others_wrote_alike_stays_theirs(desk: Desk) -> None:
    first, second = filed(desk, text="同样"), filed(desk, text="同样", village=VILLAGES[1])
    cases.withdraw(desk, first.key)
    assert desk.files.has(row(desk, second.challenge_no)["text_sha256"])
    assert backup.verify(desk) == []
    cases.withdraw(desk, second.key)
    assert list(desk.files.all()) == []


def test_filing_and_taking_back_the_same_text_at_once(desk: Desk) -> None:
    """Whoever files last has the text."""
    faults: list[Exception] = []

    def go(village: Village) -> None:
        try:
            for _ in range(10):
                cases.withdraw(desk, filed(desk, text="同样", village=village).key)
            filed(desk, text="同样", village=village)
        except (OSError, Refused, SQLAlchemyError) as error:
            faults.append(error)

    threads = [threading.Thread(target=go, args=(one,)) for one in VILLAGES[:3]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert backup.verify(desk) == []


@pytest.mark.parametrize(
    "values",
    [
        {"village": Village("4301\0", HERE.path)},
        {"village": Village("", HERE.path)},
        {"village": Village("1", "")},
        {"village": Village("1", "100000/\ud800")},
        {"village": Village("1", "1/" * 5000)},
        {"standard": "a\0"},
        {"operator": "\ud83d"},
        {"operator": "o" * 121},
        {"seen_release": "2026\u202e"},
        {"seen_state": "unconnected"},
        {"claim": "elsewhere", "reason": "no_signal"},
        {"reason": "built"},
        {"reason": "\0"},
        {"download_mbps": float("nan")},
        {"download_mbps": -0.1},
        {"download_mbps": 10**400},
        {"text": "字" * 2001},
        {"photo_sha256": "a" * 64},
        {"photo_sha256": "../../etc/passwd"},
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused_in_words(desk: Desk, values: dict[str, Any]) -> None:
    with pytest.raises(Unfitting):
        file(desk, claim(**values), TERMS)
    with desk.reading() as connection:
        assert read.listed(connection, Asked("100000", ""), 5) == []


@pytest.mark.parametrize("text", ["a\0b", "\ud800a\udfff", "\x1b[31m", "é\u0301" * 3, "🏳️‍🌈", "\u202eabc"], ids=ascii)
def test_strange_letters_are_cleaned_before_they_are_kept(desk: Desk, text: str) -> None:
    number = filed(desk, contact=text, text=text).challenge_no
    answered(desk, number)
    cases.decide(desk, REVIEWER, number, version(desk, number), "rejected", f"no {text}")
    assert backup.verify(desk) == []


@pytest.mark.parametrize("number", [0, -1, 2, 2**31, 2**63, 10**30])
def test_a_number_that_nobody_has(desk: Desk, number: int) -> None:
    filed(desk)
    for act in (
        lambda: cases.decide(desk, REVIEWER, number, 1, "dismissed", "words"),
        lambda: cases.redact(desk, REVIEWER, number, "words"),
        lambda: cases.move(desk, REVIEWER, number, HERE),
    ):
        with pytest.raises(Unfitting):
            act()
    with desk.reading() as connection:
        assert read.one(connection, number) is None
        assert read.whole(connection, number) is None


def test_lists_of_other_places_and_of_nothing(desk: Desk) -> None:
    for who, claims, path in (
        (COUNTY, [], HERE.path),
        (COUNTY, [claim(VILLAGES[-1])], HERE.path),
        (COUNTY, [claim(Village("1", HERE.path + "9"))], HERE.path),
        (COUNTY, [claim()], VILLAGES[-1].path),
        (REVIEWER, [claim()], HERE.path),
    ):
        with pytest.raises(Refused):
            file_in_bulk(desk, who, claims, TERMS, "", path)


def test_a_list_joins_what_is_there_and_itself(desk: Desk) -> None:
    filed(desk)
    rows = [claim(), claim(VILLAGES[1]), claim(VILLAGES[1])]
    made = file_in_bulk(desk, COUNTY, rows, TERMS, "", HERE.path)
    assert (made.first_no, made.challenges, made.joined) == (2, 3, 2)
    assert [row(desk, one)["joined_no"] for one in (2, 3, 4)] == [1, None, 3]
    assert counted(desk) == {"filed": 2}


def test_a_contact_is_nowhere_once_the_case_is_over(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    folder = desk.files.folder.parent
    reached = [f"wechat-unforgettable-{n:04}" for n in range(300)]
    cases_ = [
        filed(desk, contact=one, village=VILLAGES[n % 2], operator=f"o{n // 6}", text=f"text {n}")
        for n, one in enumerate(reached)
    ]
    assert _found(folder, b"unforgettable")
    for n, case in enumerate(cases_):
        if case.joined_no is not None:
            continue
        if n % 4:
            cases.decide(desk, REVIEWER, case.challenge_no, version(desk, case.challenge_no), "dismissed", "over")
        else:
            answered(desk, case.challenge_no)
            decided(desk, case.challenge_no)
    assert contacts(desk) == []
    assert _found(folder, b"unforgettable") == []


def test_a_contact_is_nowhere_once_its_correction_is_taken_back(sqlite_desk: Desk) -> None:
    one = filed(sqlite_desk, contact="wechat-unforgettable")
    cases.withdraw(sqlite_desk, one.key)
    assert _found(sqlite_desk.files.folder.parent, b"unforgettable") == []


def _found(folder: Path, words: bytes) -> list[str]:
    """Names of files that hold some bytes."""
    return [path.name for path in sorted(folder.rglob("*")) if path.is_file() and words in path.read_bytes()]
