"""A builder that dies: `python -m fuzz.dying PROFILE DIR`, told on standard input when, one JSON line for each build.

Imports once, then forks for every build, so that hundreds of deaths cost builds and not starts. Nothing is opened
in the parent, which must be free of database threads to be forked.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import etl.build
from etl.publish.report import check_published
from indicators import database

#: What Python tells of each step in the file system, before it is taken. Renames are the instants that matter most.
STEPS = ("os.rename", "os.link", "os.symlink", "os.remove", "os.rmdir", "os.mkdir", "os.truncate", "open")
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


def main(profile: Path, directory: Path) -> None:
    """Answer each line `{"step": n}`, `{"seconds": s}` or `{}` (let it live) with what was found after the build."""
    for line in sys.stdin:
        told = json.loads(line)
        begun = time.perf_counter()
        steps_read, steps_written = os.pipe()
        ended = _in_child(lambda: _build(profile, directory, told, steps_written))  # noqa: B023  runs at once
        os.close(steps_written)
        with os.fdopen(steps_read) as steps:
            found = {
                "ended": ended,
                "seconds": time.perf_counter() - begun,
                "steps": steps.read().split(),
                "is_readable": _in_child(lambda: _read(directory)) == 0,
                "files": sorted(path.name for path in directory.iterdir()),
            }
        print(json.dumps(found), flush=True)


def _build(profile: Path, directory: Path, told: dict[str, Any], steps: int) -> None:
    if "seconds" in told:
        timer = threading.Timer(told["seconds"], _die)
        timer.daemon = True
        timer.start()
    watch(directory, told.get("step"), steps)
    etl.build.build(profile, directory, quiet=True)


def watch(directory: Path, last: int | None, steps: int) -> None:
    """Tell every step below `directory`, and die before the step of number `last`."""
    below = str(directory.resolve())
    taken = 0

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal taken
        if event not in STEPS or not _is_below(below, event, arguments):
            return
        if taken == last:
            _die()
        taken += 1
        os.write(steps, f"{event}\n".encode())

    sys.addaudithook(hook)


def _is_below(folder: str, event: str, arguments: tuple[Any, ...]) -> bool:
    """Whether a step changes something in a folder; opening to read changes nothing."""
    if event == "open" and not (isinstance(arguments[2], int) and arguments[2] & WRITING):
        return False
    paths = [os.fspath(one) for one in arguments[:2] if isinstance(one, str | os.PathLike)]
    return any(os.path.abspath(os.fsdecode(path)).startswith(folder) for path in paths)


def _read(directory: Path) -> None:
    """As a server would: the published atlas is whole, and answers. Raises where it does not."""
    check_published(directory)
    atlas = database.current(directory)
    [(villages,)] = atlas.cursor().execute("SELECT count(*) FROM village").fetchall()
    assert villages > 0


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _in_child(work: Callable[[], None]) -> int:
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
    main(Path(sys.argv[1]), Path(sys.argv[2]))
