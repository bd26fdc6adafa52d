"""Archives whose process dies, run by test_archive in a process of its own: `dying_archive.py FOLDER FIRST NEXT`.

Imports once, then forks for every death. In FOLDER an archive holds FIRST as 2026.11; NEXT is kept as 2026.12 in a
copy of it, and brought back, by children that die before each step in the file system, before each time that the disk
is waited for, and at many moments in between. Prints what was found after each death as one JSON line.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from desk.releases.archive import Archive
from fuzz.dying import watch

MOMENTS_S = [0.002 * step for step in range(1, 26)]
Prepare = Callable[[Path], None]


def main(folder: Path, first: Path, following: Path) -> None:
    for what, prepare in _deaths():
        shutil.rmtree(folder, ignore_errors=True)
        archive = Archive(folder / "kept", folder / "opened")
        archive.keep("2026.11", first)
        _tell("keep", what, folder, [first, following], prepare, lambda: _keep(folder, following))
    for what, prepare in _deaths():
        shutil.rmtree(folder / "opened", ignore_errors=True)
        _tell("open", what, folder, [first, following], prepare, lambda: _open(folder))


def _deaths() -> Iterator[tuple[str, Prepare]]:
    """Before each step of the first forty, each wait for the disk, and after each of some moments."""
    yield from ((f"step {number}", lambda folder, number=number: _at_step(folder, number)) for number in range(40))
    yield from ((f"fsync {number}", lambda folder, number=number: _at_fsync(number)) for number in range(5))
    yield from ((f"{moment_s} s", lambda folder, moment_s=moment_s: _after(moment_s)) for moment_s in MOMENTS_S)
    yield "never", lambda folder: None


def _keep(folder: Path, file: Path) -> None:
    Archive(folder / "kept", folder / "opened").keep("2026.12", file)


def _open(folder: Path) -> None:
    Archive(folder / "kept", folder / "opened").open("2026.12")


def _tell(task: str, death: str, folder: Path, files: list[Path], prepare: Prepare, work: Callable[[], None]) -> None:
    """What a reader finds after the death, and whether a second attempt succeeds."""
    ended = _in_child(lambda: (prepare(folder), work()))
    archive = Archive(folder / "kept", folder / "opened")
    numbers = archive.numbers()
    are_whole = all(
        _sha256(archive.open(number)) == _sha256(file) for number, file in zip(numbers, files, strict=False)
    )
    again = _in_child(work)
    found = {
        "task": task,
        "death": death,
        "ended": ended,
        "numbers": numbers,
        "are_whole": are_whole,
        "again": again,
        "wrong": [str(problem) for problem in archive.verify()],
        "files": len(os.listdir(folder / "kept")),
    }
    print(json.dumps(found), flush=True)


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _at_step(folder: Path, number: int) -> None:
    watch(folder, number, os.open(os.devnull, os.O_WRONLY))


def _at_fsync(number: int) -> None:
    real, calls = os.fsync, iter(range(100))
    os.fsync = lambda descriptor: _die() if next(calls) == number else real(descriptor)  # type: ignore[assignment]


def _after(seconds: float) -> None:
    timer = threading.Timer(seconds, _die)
    timer.daemon = True
    timer.start()


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _in_child(work: Callable[[], object]) -> int:
    """The child's exit code; -9 for a kill."""
    child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        except BaseException as error:  # noqa: BLE001  the parent must never return from here
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
