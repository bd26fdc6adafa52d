"""A release on its way: what goes into it is written down, a build is made of it, and looked at before it is published.

One at a time, in a folder of the desk's. The build is a process of its own; what it says of itself lies in files, so
that a page can be left, and a server restarted, while it works.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import select

from desk import log, texts
from desk.desk import Desk
from desk.engine import ROOT
from desk.errors import Overtaken, Unfitting
from desk.people.rights import Person, demand
from desk.projected.releases import RELEASE
from desk.releases import disk, inputs
from desk.releases.manifest import NUMBER
from ground import builds
from ground.phrases import phrase

ABOUT, TOLD, SAID, INPUTS, BUILD = "about.json", "told.json", "said.txt", "inputs", "build"
GROUND = "ground"  # what one build lays and the next takes over: it outlives the candidate
LOCK, WORKING = ".candidate.lock", ".working"  # the second is held by the build's own process, and names it
STOP_WAIT_S, WAIT_S = 10, 10
TITLE_CHARACTERS, NOTES_CHARACTERS = 120, 4_000
SAID_CHARACTERS = 4_000
BUILDING, BUILT, FAILED = "building", "built", "failed"
NICE = 10  # visitors come first

_running: dict[Path, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True)
class About:
    """What a release says of itself before it is one. `after_entry`: what the desk held up to then is in it."""

    number: str
    title: str
    notes: str
    by: str
    after_entry: int


@dataclass(frozen=True)
class Candidate:
    """How far it is: building, built or failed; `told` is the build's own word, `said` what it said at its end."""

    about: About
    state: str
    told: dict[str, Any]
    said: str
    file: Path | None


def folder_of(desk: Desk) -> Path:
    return desk.files.folder.parent / "candidate"


def next_number(numbers: list[str], today: date) -> str:
    """The month's, or its next correction: 2026.11, 2026.11.1."""
    month = f"{today:%Y.%m}"
    if month not in numbers:
        return month
    after = [int(one.rpartition(".")[2]) for one in numbers if re.fullmatch(rf"{re.escape(month)}\.\d+", one)]
    return f"{month}.{max(after, default=0) + 1}"


def start(desk: Desk, person: Person, root: str, profile: Path, number: str, title: str, notes: str) -> None:
    """Write down what goes in, and begin to build. Raises NotAllowed, Unfitting, Overtaken where one is at work."""
    demand(person, "release", root)
    title, notes = texts.needed(title, TITLE_CHARACTERS), texts.clean(notes, NOTES_CHARACTERS)
    if not NUMBER.fullmatch(number):
        raise Unfitting(phrase("A number like 2026.11 or 2026.11.1."))
    folder = folder_of(desk)
    with alone(folder):
        if is_building(folder):
            raise Overtaken(phrase("Another release is being built. Wait for it, or stop it."))
        with desk.reading() as connection:
            if connection.execute(select(RELEASE.c.number).where(RELEASE.c.number == number)).first():
                raise Unfitting(phrase("There is a release of this number already: a release never changes."))
            after_entry = log.head(connection)[0]
            forget(folder)
            try:
                inputs.write(connection, desk.files, folder / INPUTS, number)
                about = About(number, title, notes, person.sub, after_entry)
                (folder / ABOUT).write_text(json.dumps(asdict(about), ensure_ascii=False), encoding="utf-8")
                _begin(folder, profile)
            except BaseException:
                forget(folder)
                raise


def _begin(folder: Path, profile: Path) -> None:
    import fcntl  # here: Windows has none, and serves all the same

    command = [sys.executable, "-m", "etl", "build", "--profile", str(profile.resolve()), "--quiet"]
    command += ["--build-dir", str(folder / BUILD), "--more", str(folder / INPUTS)]
    command += ["--kept", str(folder / GROUND)]
    command += ["--release", str(folder / ABOUT), "--told", str(folder / TOLD)]
    with (folder / SAID).open("wb") as said, (folder / WORKING).open("w", encoding="ascii") as working:
        fcntl.flock(working, fcntl.LOCK_EX)
        _running[folder] = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=(working.fileno(),),  # held until it ends, however it ends and whoever started it
            env=dict(os.environ) | {"PYTHONUNBUFFERED": "1"},
        )
        working.write(str(_running[folder].pid))
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, _running[folder].pid, NICE)


def look(desk: Desk) -> Candidate | None:
    """The candidate there is; None where nothing was begun."""
    folder = folder_of(desk)
    try:
        about = About(**json.loads((folder / ABOUT).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    is_at_work = is_building(folder)
    file = None if is_at_work else builds.good(folder / BUILD)
    state = BUILDING if is_at_work else BUILT if file else FAILED
    return Candidate(about, state, _told(folder), _text(folder / SAID), file)


def stop(desk: Desk, person: Person, root: str) -> None:
    """End the build, and forget the candidate. Raises NotAllowed."""
    demand(person, "release", root)
    folder = folder_of(desk)
    with alone(folder):
        _end(folder)
        if is_building(folder):
            raise Overtaken(phrase("Another release is being built. Wait for it, or stop it."))
        forget(folder)


def _end(folder: Path) -> None:
    """Kill the build, ours or one that outlived the server, and wait until it is gone."""
    process = _running.pop(folder, None)
    if not _is_working(folder):
        return
    with suppress(ProcessLookupError, PermissionError, ValueError):
        os.killpg(int(_text(folder / WORKING)), signal.SIGKILL)
    if process is not None:
        process.wait()
    until = time.monotonic() + STOP_WAIT_S
    while _is_working(folder) and time.monotonic() < until:
        time.sleep(0.02)


def forget(folder: Path) -> None:
    """The candidate is published, or given up."""
    for name in (ABOUT, TOLD, SAID, WORKING):
        (folder / name).unlink(missing_ok=True)
    for left in (folder / INPUTS, folder / BUILD):
        shutil.rmtree(left, ignore_errors=True)


def is_building(folder: Path) -> bool:
    """Whether a process is at work, ours or one that outlived the server: it holds the build folder's lock."""
    process = _running.get(folder)
    if process is not None and process.poll() is not None:
        del _running[folder]
    return _is_working(folder)


def _is_working(folder: Path) -> bool:
    try:
        with (folder / WORKING).open("rb") as working:
            import fcntl

            fcntl.flock(working, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Who begins, ends or publishes a candidate. Raises Overtaken where somebody else does, ArchiveStorage."""
    lock = FileLock(folder / LOCK)
    with disk.trouble_named("the folder of the next release"):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=WAIT_S)
        except Timeout:
            raise Overtaken(phrase("Another release is being built. Wait for it, or stop it.")) from None
        try:
            yield
        finally:
            lock.release()


def _told(folder: Path) -> dict[str, Any]:
    try:
        told = json.loads((folder / TOLD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")[-SAID_CHARACTERS:].strip()
    except OSError:
        return ""
