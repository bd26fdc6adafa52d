"""The log: a chain in which every way of tampering is found, and numbers without a gap, however many write."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from desk_words import Make, Ticking, filed, rows
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from own_processes import together
from sqlalchemy import Connection, delete, insert, select, update

from desk import backup, log
from desk.desk import Desk, opened
from desk.errors import Damaged
from desk.log import ENTRY

SCALARS = st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False)
LETTERS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
BODIES = st.dictionaries(
    LETTERS,
    st.recursive(SCALARS | LETTERS, lambda inner: st.lists(inner) | st.dictionaries(LETTERS, inner), max_leaves=8),
    max_size=6,
)
NOW = datetime(2026, 11, 2, tzinfo=UTC)
ENTRIES = 6


def entries(desk: Desk) -> list[log.Entry]:
    with desk.reading() as connection:
        return list(log.entries(connection))


def test_a_whole_desk_is_found_whole(desk: Desk) -> None:
    assert backup.verify(desk) == []
    for _ in range(ENTRIES):
        filed(desk, text="没有信号")
    assert backup.verify(desk) == []
    found = entries(desk)
    assert [one.entry_no for one in found] == [1, 2, 3, 4, 5, 6]
    assert [one.previous for one in found] == [log.NOTHING, *(one.hash for one in found[:-1])]


def _resealed(connection: Connection, number: int, **values: Any) -> None:
    """As somebody would who knows how an entry is sealed, but leaves the next one as it is."""
    told = {**connection.execute(select(ENTRY).where(ENTRY.c.entry_no == number)).mappings().one(), **values}
    told["hash"] = log.digest(*(told[name] for name in ENTRY.c.keys()[:-1]))
    connection.execute(update(ENTRY).where(ENTRY.c.entry_no == number), told)


def _changed(number: int, **values: Any) -> Callable[[Connection], None]:
    return lambda connection: connection.execute(update(ENTRY).where(ENTRY.c.entry_no == number), values)


def _without(number: int) -> Callable[[Connection], None]:
    return lambda connection: connection.execute(delete(ENTRY).where(ENTRY.c.entry_no == number))


def _inserted(connection: Connection) -> None:
    told = dict(connection.execute(select(ENTRY).where(ENTRY.c.entry_no == 3)).mappings().one())
    for number in range(ENTRIES, 3, -1):
        connection.execute(update(ENTRY).where(ENTRY.c.entry_no == number), {"entry_no": number + 1})
    connection.execute(insert(ENTRY), {**told, "entry_no": 4})


def _swapped(connection: Connection) -> None:
    for number, to in ((3, 99), (4, 3), (99, 4)):
        connection.execute(update(ENTRY).where(ENTRY.c.entry_no == number), {"entry_no": to})


def _resealed_body(number: int, **values: Any) -> Callable[[Connection], None]:
    def tamper(connection: Connection) -> None:
        body = connection.execute(select(ENTRY.c.body).where(ENTRY.c.entry_no == number)).scalar_one()
        _resealed(connection, number, body=log.canonical({**json.loads(body), **values}))

    return tamper


TAMPERED: dict[str, tuple[Callable[[Connection], Any], str]] = {
    "body": (_changed(3, body="{}"), "entry 3"),
    "who": (_changed(3, who="somebody"), "entry 3"),
    "role": (_changed(3, role="reviewer"), "entry 3"),
    "kind": (_changed(3, kind="challenge.moved"), "entry 3"),
    "subject": (_changed(3, subject="challenge/1"), "entry 3"),
    "at": (_changed(3, at="2026-11-02T09:00:00Z"), "entry 3"),
    "first taken away": (_without(1), "entry 1"),
    "middle taken away": (_without(3), "entry 3"),
    "last taken away": (_without(ENTRIES), f"entry {ENTRIES}"),
    "inserted": (_inserted, "entry 4"),
    "swapped": (_swapped, "entry 3"),
    "sealed again": (lambda connection: _resealed(connection, 3, who="somebody"), "entry 4"),
    "sealed again, the last one": (_resealed_body(ENTRIES, operator="telecom"), "table challenge"),
    "the last one is no JSON": (lambda connection: _resealed(connection, ENTRIES, body="{"), f"entry {ENTRIES}"),
    "the last one says too little": (lambda connection: _resealed(connection, ENTRIES, body="{}"), f"entry {ENTRIES}"),
    "the last one is a list": (lambda connection: _resealed(connection, ENTRIES, body="[]"), f"entry {ENTRIES}"),
    "the last one is of no kind": (lambda connection: _resealed(connection, ENTRIES, kind="x"), f"entry {ENTRIES}"),
    "older": (lambda connection: _resealed(connection, ENTRIES, at="2026-01-01T00:00:00Z"), f"entry {ENTRIES}"),
}


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
@pytest.mark.parametrize("way", TAMPERED)
def test_tampering_is_found_with_the_entrys_number(desk: Desk, way: str) -> None:
    for _ in range(ENTRIES):
        filed(desk)
    tamper, expected = TAMPERED[way]
    with desk.writing() as writer:
        tamper(writer.connection)
    found = "\n".join(backup.verify(desk))
    assert expected in found


def test_tables_that_somebody_changed_are_found(desk: Desk) -> None:
    filed(desk)
    with desk.writing() as writer:
        writer.connection.exec_driver_sql("UPDATE challenge SET state = 'upheld'")
    assert backup.verify(desk) == ["table challenge: not what the log makes of it"]


def test_every_body_comes_back_as_it_was_on_both(make: Make) -> None:
    desks = [make("sqlite"), make("postgresql")]

    @settings(max_examples=60, suppress_health_check=list(HealthCheck))
    @given(BODIES)
    def holds(body: dict[str, Any]) -> None:
        seals = []
        for desk in desks:
            with desk.writing() as writer:
                sealed = log.appended(writer.connection, NOW, "public", "", "kind", "subject", body)
            with desk.reading() as connection:
                [read] = log.entries(connection, sealed.entry_no - 1)
            assert read == sealed
            assert read.body == body
            seals.append(sealed.hash)
        assert seals[0] == seals[1]

    holds()


@pytest.mark.parametrize(
    "body", [{"a": float("nan")}, {"a": float("inf")}, {"a": "\ud800"}], ids=["nan", "inf", "half"]
)
def test_what_json_cannot_say_is_refused_and_nothing_is_left(desk: Desk, body: dict[str, Any]) -> None:
    with pytest.raises(ValueError), desk.writing() as writer:
        log.appended(writer.connection, NOW, "public", "", "kind", "subject", body)
    assert entries(desk) == []


def test_a_clock_that_goes_back_stands_still(make: Make) -> None:
    clock = Ticking(datetime(2026, 11, 2, tzinfo=UTC))
    desk = make("sqlite", clock)
    filed(desk)
    clock.now = datetime(2020, 1, 1, tzinfo=UTC)
    filed(desk)
    assert [one.at for one in entries(desk)] == ["2026-11-02T00:00:01Z"] * 2
    assert backup.verify(desk) == []


def test_a_writer_that_raises_leaves_nothing(desk: Desk) -> None:
    filed(desk)
    with pytest.raises(RuntimeError), desk.writing() as writer:
        writer.append("person.named", "person/a", {"sub": "a", "name": "A"})
        raise RuntimeError
    assert len(entries(desk)) == 1
    assert backup.verify(desk) == []


def test_threads_leave_no_gap_and_no_double(desk: Desk) -> None:
    def write() -> None:
        for _ in range(8):
            numbers.append(filed(desk).challenge_no)

    numbers: list[int] = []
    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(1, 33))
    assert backup.verify(desk) == []


def write(folder: str, address: str) -> None:
    desk = opened(Path(folder), address)
    for _ in range(8):
        filed(desk)


def test_processes_leave_no_gap_and_no_double(desk: Desk) -> None:
    address = desk.engine.url.render_as_string(hide_password=False)
    assert together("test_desk_log", "write", [(str(desk.files.folder.parent), address)] * 2) == []
    assert [one["challenge_no"] for one in rows(desk)] == list(range(1, 17))
    assert backup.verify(desk) == []


def test_entries_after_one_that_is_not_there(desk: Desk) -> None:
    with pytest.raises(Damaged), desk.reading() as connection:
        list(log.entries(connection, 7))
