"""Where files are read: starts a confined process for each, and takes what it hands over, within bounds.

One template process (`template.py`) is kept per process of ours and started when the first file comes; where there is
no fork, each file starts a process of its own (`once.py`). Inside a process that is confined already a file is
read on the spot.
"""

from __future__ import annotations

import atexit
import contextlib
import dataclasses
import json
import logging
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from ground.phrases import phrase
from importer.errors import FileTooLarge
from importer.read import limits, shapefile
from importer.read.chunk import FileOptions, LeftOut, Look, Piece
from importer.sandbox import confine, endings, wire
from importer.sandbox.template import STATUS

ROOT = Path(__file__).resolve().parent.parent.parent
CAN_FORK = sys.platform == "linux"
BLOCK_BYTES = 1 << 20
SECONDS_TO_END = 5

log = logging.getLogger(__name__)


def look(path: Path, options: FileOptions) -> Look:
    """What a file is, as `importer.read.parsing` finds it."""
    [told] = _asked({"task": "look", "options": dataclasses.asdict(options)}, path)
    found = json.loads(told[1])["look"]
    members: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in found.items()
    }
    members["left_out"] = tuple(map(_left_out, members["left_out"]))
    return Look(**members)


def _left_out(told: Mapping[str, Any]) -> LeftOut:
    return LeftOut(**{name: str(text) for name, text in told.items()})


def read(path: Path, options: FileOptions, chunk_rows: int) -> Iterator[Piece]:
    """The pieces of a file."""
    asked = {"task": "read", "options": dataclasses.asdict(options), "chunk_rows": chunk_rows}
    return _pieces(asked, path)


def table(path: Path, delimiter: str) -> Iterator[Piece]:
    """The pieces of a table that is read exactly as declared."""
    return _pieces({"task": "table", "delimiter": delimiter, "chunk_rows": 100_000}, path)


def photo(path: Path) -> bytes:
    """A picture, decoded and encoded anew: the first that the process hands over, for `importer.photo` to check."""
    with contextlib.closing(_asked({"task": "photo"}, path, endings.of_photos())) as parts:
        return next((body for kind, body in parts if kind == wire.PICTURE), b"")


def in_force() -> tuple[str, ...]:
    """What confines the processes that read files here, in words."""
    for _ in _asked({"task": "nothing"}, None):
        pass
    return _said()


def _pieces(asked: dict[str, Any], path: Path) -> Iterator[Piece]:
    left = max(limits.SHEET_CELLS, limits.CELLS_PER_BYTE * path.stat().st_size)
    for kind, body in _asked(asked, path):
        if kind == wire.PIECE:
            piece = wire.to_piece(body)
            left -= len(piece.row_numbers) * max(len(piece.columns), 1)
            if left < 0:
                raise _too_many(path)
            yield piece


# --- asking -----------------------------------------------------------------------------------------------


class Reader(Protocol):
    """A process that reads: what it sends, and how it ended."""

    def receive(self, count: int, seconds: float) -> bytes:
        """Some bytes, at most `count`; none where it has ended. Raises TimeoutError."""

    def ended(self) -> int | None:
        """Its exit code, the number of the signal below zero, or None where nobody can tell."""

    def close(self) -> None:
        """End it, if it runs."""


def _asked(
    asked: dict[str, Any], path: Path | None, allowed: endings.Allowance | None = None
) -> Generator[tuple[bytes, bytes]]:
    """The parts of an answer. Raises the reader's Problem, or one about how it ended."""
    allowed = allowed or endings.of_tables(path.stat().st_size if path is not None else 0)
    request = {
        **asked,
        "path": None if path is None else str(path.absolute()),
        "readable": [] if path is None else [str(one) for one in _belonging(path)],
        "listed": [] if path is None or not _is_shapes(path) else [str(path.parent.resolve())],
        "limits": limits.current() | {"READER_BYTES": allowed.memory_bytes},
        "cpu_seconds": allowed.cpu_seconds,
    }
    name = path.name if path is not None else "a reader"
    reader = _reader(json.dumps(request).encode())
    try:
        yield from _heard(reader, name, allowed)
    finally:
        reader.close()


def _heard(reader: Reader, name: str, allowed: endings.Allowance) -> Iterator[tuple[bytes, bytes]]:
    patience = _Patience(reader, limits.WAITS_PER_CPU_SECOND * allowed.cpu_seconds)
    try:
        for kind, body in wire.parts(patience.read):
            if kind == wire.PROBLEM:
                raise wire.to_problem(body)
            if kind == wire.SAYS and (forced := json.loads(body).get("in_force")) is not None:
                _log_once(tuple(map(str, forced)))
            else:
                yield kind, body
    except TimeoutError:
        raise allowed.too_long(name) from None
    except (EOFError, wire.Broken) as error:
        raise allowed.how_it_ended(reader.ended(), name) from error


@dataclasses.dataclass
class _Patience:
    """Reads exactly what is asked for, as long as the waits do not add up to more than `left_s`."""

    reader: Reader
    left_s: float

    def read(self, count: int) -> bytes:
        body = bytearray()
        while len(body) < count:
            start = time.monotonic()
            block = self.reader.receive(min(count - len(body), BLOCK_BYTES), self.left_s)
            self.left_s -= time.monotonic() - start
            if not block:
                break
            if self.left_s <= 0:
                raise TimeoutError
            body += block
        return bytes(body)


def _belonging(path: Path) -> list[Path]:
    """The file, and beside a .shp the parts without which it says nothing."""
    parts = shapefile.parts(path) if _is_shapes(path) else []
    return [one.resolve() for one in (path, *parts)]


def _is_shapes(path: Path) -> bool:
    """Which are looked for in several files of one name."""
    return path.suffix.lower() == ".shp"


def _too_many(path: Path) -> FileTooLarge:
    return FileTooLarge(
        path.name,
        phrase(
            "at most {most} cells, or {each} for each byte of the file",
            most=f"{limits.SHEET_CELLS:,}",
            each=limits.CELLS_PER_BYTE,
        ),
        "more: the file repeats a few values without end",
        "ask where the file is from, or export it as CSV",
    )


_forced: list[tuple[str, ...]] = []


def _log_once(forced: tuple[str, ...]) -> None:
    if not _forced:
        _forced.append(forced)
        log.info("files are read in processes with: %s", "; ".join(forced) or "nothing in force")


def _said() -> tuple[str, ...]:
    return _forced[0] if _forced else ()


# --- starting ---------------------------------------------------------------------------------------------


def _reader(request: bytes) -> Reader:
    if confine.is_confined():
        return _Here(request)
    return _Forked(request) if CAN_FORK else _Started(request)


class _Forked:
    """A reader that the template forked."""

    def __init__(self, request: bytes) -> None:
        ours, theirs = socket.socketpair()
        heard, told = os.pipe()
        self._talk, self._heard = ours, heard
        try:
            _template.fork([theirs.fileno(), told])
            ours.sendall(request)
            ours.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it has ended: what there is to hear says how
        finally:
            theirs.close()
            os.close(told)

    def receive(self, count: int, seconds: float) -> bytes:
        self._talk.settimeout(max(seconds, 0.001))
        try:
            return self._talk.recv(count)
        except ConnectionError:
            return b""

    def ended(self) -> int | None:
        with contextlib.suppress(OSError):  # it may wait for somebody to take what was too much
            self._talk.shutdown(socket.SHUT_RDWR)
        status = os.read(self._heard, STATUS.size)  # the template writes it, or is gone itself
        return int(STATUS.unpack(status)[0]) if len(status) == STATUS.size else None

    def close(self) -> None:
        self._talk.close()
        os.close(self._heard)  # the template sees that nobody waits, and ends the reader


class _Template:
    """The template process of this process, started when it is first needed and again when it is gone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def fork(self, descriptors: list[int]) -> None:
        """Have a reader forked that talks through these descriptors."""
        with self._lock:
            if self._control is None:
                self._start()
            try:
                self._send(descriptors)
            except OSError:  # it was ended from outside
                self._stop()
                self._start()
                self._send(descriptors)

    def _send(self, descriptors: list[int]) -> None:
        assert self._control is not None
        socket.send_fds(self._control, [b"read"], descriptors)

    def _start(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-P", "-m", "importer.sandbox.template", str(theirs.fileno())]
        self._process = subprocess.Popen(
            command,
            env=confine.small_environment() | {"PYTHONPATH": str(ROOT)},
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            cwd=os.sep,
            start_new_session=True,  # an interrupt from a keyboard is for the one that asks
        )
        theirs.close()
        self._control = ours

    def _stop(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(SECONDS_TO_END)
        self._control = self._process = None

    def stop(self) -> None:
        """End it, and what reads."""
        with self._lock:
            self._stop()

    def forget(self) -> None:
        """In a process that was forked from ours: the template belongs to the other one."""
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.returncode = 0  # not ours to wait for
        self.__init__()  # type: ignore[misc]


class _Started:
    """A reader that was started for one file."""

    def __init__(self, request: bytes) -> None:
        self._scratch = tempfile.TemporaryDirectory(prefix="atlas-reading-", ignore_cleanup_errors=True)
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "importer.sandbox.once", self._scratch.name],
            env=confine.small_environment() | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._is_late = False
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.write(request)
            self._process.stdin.close()

    def receive(self, count: int, seconds: float) -> bytes:
        assert self._process.stdout is not None
        clock = threading.Timer(max(seconds, 0.001), self._give_up)  # a pipe has no clock on every system
        clock.start()
        try:
            block = os.read(self._process.stdout.fileno(), count)
        finally:
            clock.cancel()
        if self._is_late:
            raise TimeoutError
        return block

    def _give_up(self) -> None:
        self._is_late = True
        self._process.kill()

    def ended(self) -> int | None:
        assert self._process.stdout is not None
        self._process.stdout.close()  # it may wait for somebody to take what was too much
        return self._process.wait()

    def close(self) -> None:
        assert self._process.stdout is not None
        self._process.kill()
        self._process.stdout.close()
        self._process.wait()
        self._scratch.cleanup()


class _Here:
    """No process at all: this one is confined already, and reads what it is asked for as it is taken."""

    def __init__(self, request: bytes) -> None:
        from importer.sandbox import tasks

        self._parts = tasks.here(request)
        self._left = b""

    def receive(self, count: int, seconds: float) -> bytes:
        while not self._left:
            self._left = next(self._parts, b"")
            if not self._left:
                return b""
        block, self._left = self._left[:count], self._left[count:]
        return block

    def ended(self) -> int | None:
        return None

    def close(self) -> None:
        self._parts.close()


_template = _Template()
atexit.register(_template.stop)
if CAN_FORK:
    os.register_at_fork(after_in_child=_template.forget)
