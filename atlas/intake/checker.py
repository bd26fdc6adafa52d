"""Hands files to the process that checks them, and reads its answers as what a stranger may have written."""

from __future__ import annotations

import base64
import contextlib
import json
import logging
import os
import queue
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from atlas.intake import process, report
from atlas.intake.turns import Stopped
from atlas.work.paths import without_paths
from ground import phrases
from ground.phrases import Phrase
from importer.errors import DeclarationProblem, FileTooLarge, FileUnreadable, Problem
from importer.sandbox.confine import MEMORY_BYTES, small_environment

ROOT = Path(__file__).resolve().parents[2]
CPU_SECONDS = 120
WALL_SECONDS = 300
REJECT_CHARACTERS = 8 << 20
LINE_BYTES = 6 * REJECT_CHARACTERS  # three bytes each at most, as base64, and the report beside them
LINES = 100_000
LINES_AHEAD = 16
POLL_S = 0.2
CAN_DIVIDE = hasattr(os, "fork") and hasattr(socket, "send_fds")
LOG = logging.getLogger("atlas")

ShouldStop = Callable[[], bool]


@dataclass(frozen=True)
class Job:
    """A file in a folder of its own, which the process may read and write; nothing else is open to it."""

    folder: str
    file: str
    kind: str | None
    declaration: str  # TOML, "" for a draft
    cpu_seconds: int = CPU_SECONDS
    reject_characters: int = REJECT_CHARACTERS  # of the file of rejected rows
    wants_rows: bool = False  # the rows that would be loaded are left in the folder
    title: str = ""  # what its owner calls the file
    answers: Mapping[str, str] = field(default_factory=dict)  # to what an earlier check asked


@dataclass(frozen=True)
class Checked:
    """The report, and the rejected rows as a CSV file's bytes: the first of them where they are very many."""

    report: report.Report
    rejects: bytes
    are_rejects_cut: bool


class Checker:
    """The process that checks files against one build: started when first wanted, and again where it has ended."""

    def __init__(self, atlas_file: Path) -> None:
        self._atlas_file = atlas_file
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def start(self) -> None:
        """Have it read the register, behind the visitor's back; returns at once."""
        with self._lock:
            if CAN_DIVIDE:
                self._started()

    def stop(self) -> None:
        """Let it go. Copies that are checking a file come to their end."""
        with self._lock:
            if self._control is not None:
                self._control.close()
            if self._process is not None:
                self._process.wait()
            self._control = self._process = None

    def check(self, job: Job, on_rows: Callable[[int], None], should_stop: ShouldStop) -> Checked:
        """Wait for the answer. Raises Problem with words for the visitor, or Stopped."""
        end = time.monotonic() + WALL_SECONDS
        for _ in range(2):  # a process that has given its memory back is started anew
            with self._talk(job) as talk:
                for line in talk.lines(end, should_stop):
                    if "rows" not in line:
                        return _answer(line, job)
                    on_rows(report.count(line, "rows"))
            if talk.was_heard or self._is_running():
                break  # the copy came to grief, not what it is a copy of
        raise _too_much(job)

    @contextlib.contextmanager
    def _talk(self, job: Job) -> Iterator[_Talk]:
        talk = self._divided() if CAN_DIVIDE else _Talk.alone(self._new(None))
        try:
            talk.ask(json.dumps(asdict(job)).encode() + b"\n")
            yield talk
        except (ValueError, TimeoutError) as error:
            LOG.warning("the check of a file was ended: %s", type(error).__name__)
            raise _too_much(job) from None
        finally:
            talk.end()

    def _divided(self) -> _Talk:
        """A copy of the process is given the far ends of two pipes."""
        (asked, ask), (tell, told) = os.pipe(), os.pipe()
        try:
            with (
                self._lock,
                contextlib.suppress(OSError),
            ):  # it ends just now: the copy that never was says nothing
                socket.send_fds(self._started(), [b"."], [asked, told])
        finally:
            os.close(asked)
            os.close(told)
        return _Talk(os.fdopen(ask, "wb", buffering=0), os.fdopen(tell, "rb"))

    def _started(self) -> socket.socket:
        if self._control is None or self._process is None or self._process.poll() is not None:
            self._control, theirs = socket.socketpair()
            with theirs:
                self._process = self._new(theirs)
        return self._control

    def _is_running(self) -> bool:
        with self._lock:
            return self._process is not None and self._process.poll() is None

    def _new(self, control: socket.socket | None) -> subprocess.Popen[bytes]:
        handles = [] if control is None else [control.fileno()]
        command = [sys.executable, "-m", process.__name__, str(self._atlas_file.resolve())]
        return subprocess.Popen(
            [*command, *map(str, handles)],
            stdin=subprocess.DEVNULL if handles else subprocess.PIPE,
            stdout=subprocess.DEVNULL if handles else subprocess.PIPE,
            pass_fds=handles,
            cwd=ROOT,
            env=small_environment(),
            start_new_session=True,  # Ctrl-C is for the server, whose end is its end
        )


class _Talk:
    """Two streams to a process that is not trusted, read in a thread so that a visitor can leave meanwhile."""

    def __init__(self, ask: IO[bytes], tell: IO[bytes], process: subprocess.Popen[bytes] | None = None) -> None:
        self.was_heard = False
        self._ask = ask
        self._process = process
        self._heard: queue.Queue[bytes] = queue.Queue(LINES_AHEAD)
        self._is_over = threading.Event()
        threading.Thread(target=self._listen, args=(tell,), daemon=True, name="check").start()

    @classmethod
    def alone(cls, process: subprocess.Popen[bytes]) -> _Talk:
        """With a process that checks this one file."""
        assert process.stdin is not None and process.stdout is not None
        return cls(process.stdin, process.stdout, process)

    def ask(self, line: bytes) -> None:
        with contextlib.suppress(BrokenPipeError):  # it has ended: there will be no answer
            self._ask.write(line)
            self._ask.flush()

    def lines(self, end: float, should_stop: ShouldStop) -> Iterator[dict[str, Any]]:
        """Each line as it comes. Raises Stopped, TimeoutError, and ValueError on what is no answer."""
        for _ in range(LINES):
            line = self._next(end, should_stop)
            if not line:
                return
            self.was_heard = True
            yield report.table(json.loads(line))
        raise ValueError("more lines than there are to say")

    def end(self) -> None:
        """The process sees its end of `ask` closed, and ends."""
        self._is_over.set()
        with contextlib.suppress(OSError):
            self._ask.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _next(self, end: float, should_stop: ShouldStop) -> bytes:
        while time.monotonic() < end:
            if should_stop():
                raise Stopped
            with contextlib.suppress(queue.Empty):
                return self._heard.get(timeout=POLL_S)
        raise TimeoutError

    def _listen(self, tell: IO[bytes]) -> None:
        with tell:
            line = b"-"
            while line and not self._is_over.is_set():
                line = tell.readline(LINE_BYTES)
                self._hand_over(line)

    def _hand_over(self, line: bytes) -> None:
        while not self._is_over.is_set():
            with contextlib.suppress(queue.Full):
                return self._heard.put(line, timeout=POLL_S)


def _answer(line: dict[str, Any], job: Job) -> Checked:
    if "problem" in line:
        said = report.table(line["problem"])
        raise Problem(*(_without_paths(phrases.read(said.get(name), report.TEXT)) for name in report.PROBLEM))
    if "report" not in line:
        LOG.warning("a fault in the check of a file: %r", str(line.get("fault"))[: process.FAULT_CHARACTERS])
        raise _fault(job)
    rejects = base64.b64decode(report.text(line, "rejects", LINE_BYTES), validate=True)
    return Checked(report.read(line["report"]), rejects, bool(line.get("are_rejects_cut")))


def _without_paths(text: str) -> str:
    """A sentence about a file, of which the fields may name where it lies here."""
    if isinstance(text, Phrase):
        return Phrase(text.template, {name: without_paths(value) for name, value in text.fields.items()})
    return without_paths(text)


def _fault(job: Job) -> Problem:
    """Words for what nobody foresaw: most often a value of a declaration that is of another kind than it should be."""
    if job.declaration:
        wanted, mend = (
            "keys and values as docs/declarations.md shows them",
            "start from a draft, and change it",
        )
        return DeclarationProblem("declaration", wanted, "something else", mend)
    return FileUnreadable(job.file, "a table that can be checked", "a fault of this check", "report it")


def _too_much(job: Job) -> FileTooLarge:
    gib = MEMORY_BYTES // 1024**3
    return FileTooLarge(
        job.file,
        f"a file that is checked with {gib} GiB of memory in {job.cpu_seconds} seconds",
        "more, or a fault that ends its reader",
        "check a part of the file, or export it as CSV; mend patterns of a declaration that repeat a repetition",
    )
