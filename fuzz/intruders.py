"""Requests at all addresses, with cookies and keys of every kind: a photo, a text or a register that was handed in
comes to those alone who may see it, the log to auditors alone.
"""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from random import Random
from urllib.parse import quote, urlencode

from atlas.first import listed
from benchmarks.processes import LOOPBACK, Server
from benchmarks.session import KnownBy, PageFailed, session
from fuzz.addresses import request
from fuzz.office import COOKIE, HOURS, ORIGIN, OTHER_SECRET, TOKENS, Case, Office, Who, cookie
from fuzz.traffic import Count
from fuzz.words import HOSTILE

WORKERS = 4
REQUESTS_PER_VISIT, VISITORS = 100, 3
ANY_MARK = re.compile(rb"mark of case \d+\.")
OVER_S = HOURS * 3600 + 60
LOG = "/audit/log.jsonl"
FILES = (
    *("feed/releases.atom?lang=en", "download/changes/2020.1/2020.2.csv?within=ZZ&lang=en"),
    *("auth/login", "auth/logout", "oauth2callback?code=1&state=2"),
    *("files/", "desk/", "desk.sqlite", "data/desk/desk.sqlite", "evidence/"),
)


@dataclass(frozen=True)
class Attempt:
    """A request, and the marks that it may be shown; `must` where one of them has to be."""

    method: str
    target: str
    cookies: tuple[tuple[str, str], ...]
    may: frozenset[bytes] = frozenset()
    must: bool = False


def attempt(seed: int, number: int, office: Office) -> Attempt:
    """The attempt of this number; the same each time but for the moment at which its cookie is signed."""
    random = Random(f"{seed}:intruder:{number}")
    case = random.choice(office.cases)
    who, cookies = _cookies(random, office)
    key = _key(random, office, case)
    drawn = random.random()
    if drawn < 0.05:
        marks = _seen(office, who, "log")
        return Attempt("GET", LOG, cookies, marks, who is not None and who.role == "auditor")
    if drawn < 0.3:
        return Attempt("GET", _of_the_desk(random, office, case), cookies)
    if drawn < 0.5:
        target = request(seed, number, office.words).target  # of the desk, too
        return Attempt("GET", target, cookies, _seen(office, who, "log" if target.startswith("/audit/") else ""))
    named, is_exact = _number(random, case)
    target = f"/evidence/{named}.jpg" + (f"?{urlencode({'key': key})}" if key else "")
    may = key == case.key or (who is not None and who.may_see(case))
    method = random.choice(["GET"] * 18 + ["HEAD", "POST"])
    must = may and is_exact and method == "GET" and key in ("", case.key)  # a hostile key is refused as such
    return Attempt(method, target, cookies, frozenset({case.mark}) if may else frozenset(), must)


def _cookies(random: Random, office: Office) -> tuple[Who | None, tuple[tuple[str, str], ...]]:
    """Whom the server has to take this for, and what is sent."""
    who, other = random.choice(office.people), random.choice(office.people)
    real = cookie(who)
    kinds: dict[str, Callable[[], tuple[Who | None, str]]] = {
        "real": lambda: (who if who.sub else None, real),
        "old": lambda: (None, cookie(who, age_s=OVER_S)),
        "of tomorrow": lambda: (None, cookie(who, age_s=-86_400)),
        "without its time": lambda: (None, cookie(who, iat=random.choice([None, "now", True, [], 1e400]))),
        "signed out": lambda: (None, cookie(who, is_logged_in=random.choice([False, None, 0, ""]))),
        "ended": lambda: (None, cookie(office.gone)),
        "of another server": lambda: (None, cookie(who, OTHER_SECRET)),
        "of another kind": lambda: (None, cookie(who, name=TOKENS)),
        "with another's signature": lambda: (None, _spliced(real, cookie(other, OTHER_SECRET))),
        "altered": lambda: (None, _altered(random, real)),
        "cut off": lambda: (None, real[: random.randrange(len(real) - 1)]),
        "hostile": lambda: (None, quote(random.choice(HOSTILE)[:2_000])),
        "unsigned": lambda: (None, '{"sub": "reviewer", "is_logged_in": true}'),
        "in pieces": lambda: (None, f"chunks-{random.choice(['2', '-1', '999999999', 'x'])}"),
    }
    if random.random() < 0.15:
        return None, ()
    kind = "real" if random.random() < 0.4 else random.choice(sorted(kinds))
    taken_for, value = kinds[kind]()
    return taken_for, ((COOKIE, value),)


def _spliced(one: str, other: str) -> str:
    return one.rpartition(".")[0] + "." + other.rpartition(".")[2]


def _altered(random: Random, value: str) -> str:
    """One letter is another; not the last, whose lowest bits mean nothing."""
    at = random.randrange(len(value) - 1)
    return value[:at] + ("A" if value[at] != "A" else "B") + value[at + 1 :]


def _key(random: Random, office: Office, case: Case) -> str:
    other = random.choice(office.cases).key
    hashed = hashlib.sha256(case.key.encode()).hexdigest()  # as it stands in the log
    wrong = (other, hashed, case.key[:-1], case.key.swapcase(), f" {case.key}", random.choice(HOSTILE)[:500], "%")
    return "" if random.random() < 0.6 else case.key if random.random() < 0.3 else random.choice(wrong)


def _number(random: Random, case: Case) -> tuple[str, bool]:
    """How the case is named, and whether that is its name."""
    plain = str(case.number)
    others = (
        f"0{plain}",
        f"+{plain}",
        f"{plain}.0",
        f"{plain}%20",
        f"..%2Fevidence%2F{plain}",
        f"{plain}%00",
        "9" * 12,
    )
    return (plain, True) if random.random() < 0.8 else (random.choice(others), False)


def _of_the_desk(random: Random, office: Office, case: Case) -> str:
    """Pages, whose first HTML is everybody's, and addresses that show nothing of a case."""
    if random.random() < 0.3:
        return f"/{random.choice(FILES)}"
    return f"/{random.choice(listed.addresses())}?{urlencode(_asked(random, office, case))}"


def _asked(random: Random, office: Office, case: Case) -> dict[str, str]:
    """Some of what the desk's pages understand."""
    number = str(case.number)
    asked = {
        "correction.no": number,
        "correction.key": random.choice(office.cases).key,
        "submission.no": number,
        "notice.no": number,
        "place": random.choice(case.path.split("/")),
        "log.subject": f"submission/{number}",
        "lang": "en",
    }
    return {name: asked[name] for name in random.sample(sorted(asked), random.randrange(len(asked) + 1))}


def wrong(sent: Attempt, status: int, body: bytes) -> str:
    """What should not have come back, or nothing."""
    marks = set(ANY_MARK.findall(body))
    if foreign := marks - sent.may:
        return f"it shows {', '.join(one.decode() for one in sorted(foreign))}"
    if status >= 500 or status == 0:
        return str(status)
    if sent.must and (status != 200 or not marks):
        return f"{status} to somebody who may see it"
    return ""


def run(server: Server, office: Office, seed: int, requests: int, most_seconds: float) -> Count:
    """Send `requests` attempts, or as many as the time allows."""
    count, lock, begun, numbers = Count(), threading.Lock(), time.perf_counter(), iter(range(requests))

    def work() -> None:
        connection = HTTPConnection(LOOPBACK, server.port, timeout=60)
        while time.perf_counter() - begun < most_seconds:
            with lock:
                number = next(numbers, None)
            if number is None:
                break
            sent = attempt(seed, number, office)
            started = time.perf_counter()
            status, body = ask(connection, sent)
            with lock:
                count.statuses[status] += 1
                count.seconds[sent.target.split("?")[0].split("/")[1]].append(time.perf_counter() - started)
                if reason := wrong(sent, status, body):
                    count.failures.append(f"intruder {number} of seed {seed}: {reason}: {sent.method} {sent.target}")
        connection.close()

    def look(number: int) -> str:
        return visit(server, office, seed, number) if time.perf_counter() - begun < most_seconds else ""

    with ThreadPoolExecutor(VISITORS) as visitors:
        count.failures += filter(None, visitors.map(look, range(requests // REQUESTS_PER_VISIT)))
    threads = [threading.Thread(target=work) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    count.wall_seconds = time.perf_counter() - begun
    return count


def visit(server: Server, office: Office, seed: int, number: int) -> str:
    """Open the page of a case, or of the register of its place, as somebody; what it shows that it should not, or does
    not show and should.
    """
    random = Random(f"{seed}:visit of an intruder:{number}")
    case = random.choice(office.cases)
    who, cookies = _cookies(random, office)
    page, asked, may, must = _visited(random, office, case, who)
    how = f"visit {number} of seed {seed}: {page} {asked} by {who.sub if who else 'nobody'}"
    with session(server, KnownBy(ORIGIN, cookies)) as visitor:
        try:
            visitor.rerun("" if page == "overview" else page, {"lang": "en", **asked})
        except PageFailed as failed:
            return f"{how}: {failed}"
        marks = set(ANY_MARK.findall(visitor.received))
    if marks - may:
        return f"{how} shows {sorted(marks - may)}"
    return f"{how} does not show it" if must and not marks else ""


def _visited(
    random: Random, office: Office, case: Case, who: Who | None
) -> tuple[str, dict[str, str], frozenset[bytes], bool]:
    """The page, what it is asked, the marks that it may show, and whether it has to show one."""
    drawn = random.random()
    if drawn < 0.4:
        page, asked = random.choice(listed.addresses()), _asked(random, office, case)
        return page, asked, _seen(office, who, page, asked.get("correction.key", "")), False
    if drawn < 0.65:
        is_seen = who is not None and who.may_see_register(case)
        may = frozenset({case.mark}) if is_seen else frozenset[bytes]()
        return "submission", {"submission.no": str(case.number)}, may, is_seen
    key = random.choice(["", "", case.key, random.choice(office.cases).key])
    asked = {"correction.key": key} if key else {"correction.no": str(case.number)}
    of_key = next((one for one in office.cases if one.key == key), None)
    is_seen = of_key is not None or (who is not None and who.may_see(case))
    return "correction", asked, frozenset({(of_key or case).mark} if is_seen else ()), is_seen


def _seen(office: Office, who: Who | None, page: str, key: str = "") -> frozenset[bytes]:
    """All that a page may show to somebody: own cases and registers, the case of a key, the log."""
    of_key = {one.mark for one in office.cases if one.key == key}
    if who is None:
        return frozenset(of_key)
    own = {one.mark for one in office.cases if who.may_see(one) or who.may_see_register(one)}
    return frozenset(of_key | own) | (office.marks if page == "log" and who.role == "auditor" else frozenset())


def ask(connection: HTTPConnection, sent: Attempt) -> tuple[int, bytes]:
    """Status and body; 0 where the connection ended twice without an answer, 429 where the server is full and says when
    to come again.
    """
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in sent.cookies)} if sent.cookies else {}
    for _ in range(2):
        try:
            connection.request(sent.method, sent.target, headers=headers)
            answer = connection.getresponse()
            is_full = answer.status == 503 and answer.getheader("Retry-After") is not None
            return 429 if is_full else answer.status, answer.read()
        except (OSError, HTTPException):
            connection.close()
    return 0, b""
