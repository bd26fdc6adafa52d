"""Many requests at once over kept connections, and what came back: 50,000 of them must not bring one answer 5xx.

Answers 429, and 503 that says when to come again, are a full server's good manners: they are counted apart.
"""

from __future__ import annotations

import contextlib
import itertools
import re
import socket
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse

from benchmarks.processes import LOOPBACK, ROOT, Server
from fuzz.addresses import Sent, request
from fuzz.words import Words

WORKERS = 12
ANSWER_SECONDS = 60.0
#: No answer may repeat where files lie, or how the program was written.
_TELLS = re.compile(rb"Traceback \(most recent call last\)|" + re.escape(str(ROOT).encode()))
_TEXT = ("text/", "application/json", "image/svg")


@dataclass(frozen=True)
class Answer:
    """What came back. `status` is 0 where the connection ended without an answer."""

    status: int
    seconds: float
    tells: bool = False  # it holds a path of the server or a traceback
    may_come_again: bool = False  # it has Retry-After


@dataclass
class Count:
    """What a run has seen."""

    statuses: Counter[int] = field(default_factory=Counter)
    refused_for_load: int = 0
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failures: list[str] = field(default_factory=list)
    wall_seconds: float = 0.0

    @property
    def requests(self) -> int:
        return sum(self.statuses.values())

    @property
    def reached(self) -> int:
        """Those that a handler answered with what was asked for."""
        return sum(n for status, n in self.statuses.items() if 200 <= status < 400)


class Connection:
    """One kept connection; a new one where the server closed the last."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None

    def ask(self, sent: Sent) -> Answer:
        """Send, and read the whole answer. Once more where a kept connection had been closed meanwhile."""
        was_kept = self._socket is not None
        begun = time.perf_counter()
        try:
            return self._ask(sent, begun)
        except (OSError, HTTPException):
            self.close()
            if not was_kept or sent.raw is not None:
                return Answer(0, time.perf_counter() - begun)
        try:
            return self._ask(sent, begun)
        except (OSError, HTTPException):
            self.close()
            return Answer(0, time.perf_counter() - begun)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _ask(self, sent: Sent, begun: float) -> Answer:
        if self._socket is None:
            self._socket = socket.create_connection((LOOPBACK, self._port), ANSWER_SECONDS)
        self._socket.sendall(self._written(sent))
        with HTTPResponse(self._socket, method=sent.method) as response:
            response.begin()
            body = response.read()
            kind = response.getheader("Content-Type", "")
            tells = kind.startswith(_TEXT) and bool(_TELLS.search(body))
            may_come_again = response.getheader("Retry-After") is not None
            is_over = response.will_close or response.status == 101 or sent.raw is not None
        if is_over:
            self.close()
        return Answer(response.status, time.perf_counter() - begun, tells, may_come_again)

    def _written(self, sent: Sent) -> bytes:
        if sent.raw is not None:
            return sent.raw
        headers = [("Host", f"{LOOPBACK}:{self._port}"), *sent.headers]
        if sent.body:
            headers.append(("Content-Length", str(len(sent.body))))
        lines = [
            f"{sent.method} {sent.target} HTTP/1.1",
            *(f"{name}: {value}" for name, value in headers),
            "",
            "",
        ]
        return "\r\n".join(lines).encode("latin-1") + sent.body


def run(server: Server, words: Words, seed: int, requests: int, most_seconds: float) -> Count:
    """Send `requests` requests, or as many as the time allows."""
    count, lock, numbers, over = Count(), threading.Lock(), itertools.count(), threading.Event()
    begun = time.perf_counter()

    def work() -> None:
        with contextlib.closing(Connection(server.port)) as connection:
            for number in numbers:
                if number >= requests or over.is_set() or time.perf_counter() - begun > most_seconds:
                    return
                sent = request(seed, number, words)
                answer = connection.ask(sent)
                with lock:
                    note(count, sent, answer, f"--seed {seed} --repeat {number}")

    try:
        _in_threads(work, WORKERS)
    finally:
        over.set()  # when stopped by hand: the server goes, and nobody is left to ask
    count.wall_seconds = time.perf_counter() - begun
    return count


def note(count: Count, sent: Sent, answer: Answer, how: str) -> None:
    """Count an answer; one that should not be is kept with the line that asks for it again."""
    count.statuses[answer.status] += 1
    count.seconds[sent.route].append(answer.seconds)
    if answer.status == 429 or (answer.status == 503 and answer.may_come_again):
        count.refused_for_load += 1
    elif reason := wrong(sent, answer):
        count.failures.append(f"python -m fuzz --only requests {how}  # {reason}: {sent}")


def wrong(sent: Sent, answer: Answer) -> str:
    """What should not have come back, or nothing. Garbage may be answered by hanging up."""
    if answer.status >= 500 and not (answer.status == 501 and sent.method != "GET"):
        return str(answer.status)
    if answer.status == 0 and sent.raw is None and len(sent.method) < 100:
        return f"no answer after {answer.seconds:.1f} s"
    return "tells of the server" if answer.tells else ""


def _in_threads(work: Callable[[], None], number: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
