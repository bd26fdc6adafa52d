"""The desk with a million corrections: made anew from its log, and asked as its pages ask."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import Connection, insert

from benchmarks.settings import Settings
from benchmarks.tables import Table, met, number, quantile
from desk import log, projection
from desk.challenges import read
from desk.challenges.claim import Claim, Terms, Village
from desk.challenges.file import file_in_bulk
from desk.challenges.read import OVERDUE, Asked
from desk.desk import Desk, Writer, opened
from desk.people.rights import Grant, Person
from desk.projected.states import CONCEDED, DISPUTED, FILED, OPEN

SIZE = "ATLAS_BENCH_CORRECTIONS"  # fewer while something is being changed; a fifth of them is one list
CORRECTIONS, QUICK = 1_000_000, 20_000
SEED = 20161231
NATION, PROVINCES, CITIES, COUNTIES, VILLAGES = "100000", 30, 10, 10, 200
STANDARDS = ("fibre", "mobile_4g", "mobile_5g")
OPERATORS = ("", "telecom", "mobile", "unicom", "tower")
BEGAN = datetime(2026, 1, 5, 8, tzinfo=UTC)
TODAY = "2026-11-02"
GOAL_MS = 200.0
TIMES, PAGE, WAITING = 40, 50, 50
IN_A_TRANSACTION, ONE_ANSWERED_OF = 5_000, 50
Question = tuple[str, Callable[[Connection], Any]]
LISTER = Person("county", "County", (Grant("contributor", NATION),))


def run(settings: Settings) -> list[Table]:
    """Write, make anew, ask."""
    wanted = int(os.environ.get(SIZE, QUICK if settings.is_quick else CORRECTIONS))
    desk = opened(settings.scratch / "desk", f"sqlite:///{settings.scratch / 'desk' / 'desk.sqlite'}", lambda: BEGAN)
    rows = [["one by one", *_timed(lambda: _one_by_one(desk, wanted * 4 // 5))]]
    rows.append(["a list", *_timed(lambda: _in_bulk(desk, wanted // 5))])
    rows.append(["tables made anew from the log", *_timed(lambda: _replayed(desk))])
    with desk.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    size = sum(path.stat().st_size for path in (settings.scratch / "desk").rglob("*") if path.is_file()) / 1e6
    note = (
        f"{wanted:,} corrections, one in {ONE_ANSWERED_OF} of the single ones answered; {size:,.0f} MB. "
        "Digests of the tables before and after are the same."
    )
    built = Table("The desk: written and made anew", ("what", "s", "rows"), rows, note)
    return [built, Table("The desk: asked", ASKED_COLUMNS, _asked(desk), f"{TIMES} times each, places drawn.")]


ASKED_COLUMNS = ("question", "p50, ms", "p95, ms", "goal, ms", "met")


def _timed(work: Callable[[], int]) -> list[str]:
    began = time.perf_counter()
    made = work()
    return [number(time.perf_counter() - began), f"{made:,}"]


def _one_by_one(desk: Desk, wanted: int) -> int:
    """Entries as the desk writes them, many in a transaction; some are answered, half of these decided."""
    random, first = Random(SEED), 1
    while first <= wanted:
        last = min(wanted, first + IN_A_TRANSACTION - 1)
        with desk.writing() as writer:
            projection.apply(writer.connection, desk.files, _entries(writer, random, first, last))
        first = last + 1
    return wanted


def _entries(writer: Writer, random: Random, first: int, last: int) -> list[log.Entry]:
    """Sealed as log.appended does, and put in together."""
    at = BEGAN + timedelta(seconds=25 * first)
    number_, previous, _ = log.head(writer.connection)
    made: list[log.Entry] = []
    for kind, who, role, no, body in _happened(random, range(first, last + 1), at):
        number_ += 1
        told = (number_, log.instant(at), who, role, kind, f"challenge/{no}")
        seal = log.digest(*told, log.canonical(body), previous)
        made.append(log.Entry(*told, body, previous, seal))
        previous = seal
    rows = [{**vars(one), "body": log.canonical(one.body)} for one in made]
    writer.connection.execute(insert(log.ENTRY), rows)
    return made


def _happened(random: Random, filed: range, at: datetime) -> Iterator[tuple[str, str, str, int, dict[str, Any]]]:
    for no in filed:
        yield "challenge.filed", "public", "public", no, _told(random, no, at)
    answered = [no for no in filed if no % ONE_ANSWERED_OF == 0]
    for no in answered:
        told = {"answer": random.choice((CONCEDED, DISPUTED)), "words": "words", "due_on": _due(random, at)}
        yield "challenge.answered", "carrier", "operator", no, told
    for no in answered[::2]:
        told = {"decision": random.choice(("upheld", "rejected")), "words": "words", "grade": ""}
        yield "challenge.decided", "office", "reviewer", no, told


def _told(random: Random, no: int, at: datetime) -> dict[str, Any]:
    village = _village(random)
    return {
        "village_id": village.village_id,
        "path": village.path,
        "standard": random.choice(STANDARDS),
        "operator": random.choice(OPERATORS),
        "claim": "unconnected",
        "reason": "no_signal",
        "seen_release": "2026",
        "seen_state": "connected",
        "text_sha256": "",
        "photo_sha256": "",
        "download_mbps": None,
        "challenge_no": no,
        "key_sha256": f"{no:064x}",
        "joined_no": None,
        "due_on": _due(random, at),
    }


def _due(random: Random, at: datetime) -> str:
    return (at + timedelta(days=random.randint(21, 30))).date().isoformat()


def _village(random: Random) -> Village:
    province, city, county = random.randrange(PROVINCES), random.randrange(CITIES), random.randrange(COUNTIES)
    path = _path(province, city, county)
    return Village(f"{path[-6:]}{random.randrange(VILLAGES):06}", path)


def _path(*steps: int) -> str:
    """Of a province, city and county, by their positions."""
    codes = [NATION]
    for level in range(1, len(steps) + 1):
        code = "".join(f"{step + 10}" for step in steps[:level])
        codes.append(code.ljust(6, "0"))
    return "/".join(codes)


def _in_bulk(desk: Desk, wanted: int) -> int:
    random = Random(SEED + 1)
    claims = [
        Claim(_village(random), random.choice(STANDARDS), "unconnected", "no_signal", random.choice(OPERATORS))
        for _ in range(wanted)
    ]
    return file_in_bulk(desk, LISTER, claims, Terms(), "", NATION).challenges


def _replayed(desk: Desk) -> int:
    """Raises RuntimeError where the tables differ from before."""
    with desk.reading() as connection:
        before = projection.digests(connection)
    with desk.writing() as writer:
        projection.replay(writer.connection, writer.connection, desk.files)
        if projection.digests(writer.connection) != before:
            raise RuntimeError("the tables made anew are others")
        return log.head(writer.connection)[0]


def _asked(desk: Desk) -> list[list[str]]:
    random = Random(SEED + 2)
    rows = []
    for question, ask in _questions(random):
        waited = []
        for _ in range(TIMES):
            with desk.reading() as connection:
                began = time.perf_counter()
                ask(connection)
                waited.append(1000 * (time.perf_counter() - began))
        p50, p95 = quantile(waited, 0.5), quantile(waited, 0.95)
        rows.append([question, number(p50), number(p95), number(GOAL_MS), met(waited, GOAL_MS)])
    return rows


def _questions(random: Random) -> list[Question]:
    def at(depth: int, **filters: Any) -> Asked:
        return Asked(_path(*(random.randrange(10) for _ in range(depth))), TODAY, **filters)

    def ids(*above: int, of: int) -> list[str]:
        return [_path(*above, n).rpartition("/")[2] for n in range(of)]

    counties = [one for city in range(CITIES) for one in ids(0, city, of=COUNTIES)]
    provinces = ids(of=PROVINCES)
    found: list[Question] = [
        ("numbers of a province's counties", lambda c: read.counts_of(c, at(1), counties)),
        ("numbers of the nation's provinces", lambda c: read.counts_of(c, at(0), provinces)),
    ]
    for name, depth in (("county", 3), ("province", 1), ("nation", 0)):
        found += _numbers(name, partial(at, depth)) + _lists(name, partial(at, depth))
    return found


def _numbers(name: str, at: Callable[..., Asked]) -> list[Question]:
    return [
        (f"numbers, {name}", lambda c: read.counts(c, at())),
        (f"numbers by carrier, {name}", lambda c: read.by_operator(c, at())),
    ]


def _lists(name: str, at: Callable[..., Asked]) -> list[Question]:
    operator, standard, states = OPERATORS[1:2], STANDARDS[0], (CONCEDED, DISPUTED, OVERDUE)
    return [
        (f"list, first page, {name}", lambda c: read.listed(c, at(), PAGE)),
        (f"list, a deep page, {name}", lambda c: read.listed(c, at(), PAGE, before=_deep(c))),
        (f"list, still open, {name}", lambda c: read.listed(c, at(states=OPEN), PAGE)),
        (f"list, rejected of one carrier, {name}", lambda c: read.listed(c, _rejected(at, operator, standard), PAGE)),
        (f"list, none there, {name}", lambda c: read.listed(c, at(states=("dismissed",)), PAGE)),
        (f"waits for an answer, {name}", lambda c: read.waiting(c, at(states=(FILED,), operators=operator), WAITING)),
        (f"waits for a decision, {name}", lambda c: read.waiting(c, at(states=states), WAITING)),
    ]


def _rejected(at: Callable[..., Asked], operators: Sequence[str], standard: str) -> Asked:
    return at(states=("rejected",), operators=operators, standard=standard)


def _deep(connection: Connection) -> int:
    """In the midst of all there are."""
    newest = read.listed(connection, Asked(NATION, TODAY), 1)
    return int(newest[0]["challenge_no"]) // 2
