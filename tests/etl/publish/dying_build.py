"""Builds that die, run by test_publish in a process of their own: `python dying_build.py PROFILE DIR DEATH…`.

Imports once, then forks for every death, so that ten deaths cost ten builds and not ten starts.
A death while publishing needs no new build: a copy of the last one is published.
Prints one JSON line per death: how the build ended, whether the published atlas can still be read,
what the pointer says and which files are there. Nothing is opened in the parent, which must be
free of database threads to be forked.
"""

from __future__ import annotations

import functools
import json
import os
import resource
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import etl.build
import etl.publish.switch
from etl.errors import StorageError
from etl.publish.report import check_published
from ground import builds

STORAGE_ERROR, OTHER_ERROR = 7, 8


def die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def before(owner: Any, name: str, number: int = 1) -> None:
    """Die when `owner.name` is called for the nth time."""
    real, calls = getattr(owner, name), iter(range(1, 10_000))

    def counted(*arguments: Any, **named: Any) -> Any:
        return die() if next(calls) == number else real(*arguments, **named)

    setattr(owner, name, counted)


BUILDING: dict[str, Callable[[], None]] = {
    "none": lambda: None,
    "with half the tables full": lambda: before(etl.build, "load_status"),
    "at the end of a first build": lambda: before(Path, "replace", 3),
}
PUBLISHING: dict[str, Callable[[], None]] = {
    "before the checksum is written": lambda: before(etl.publish.switch, "_write", 1),
    "before the checksum has its name": lambda: before(Path, "replace", 1),
    "before the file has its name": lambda: before(Path, "replace", 2),
    "before the pointer is written": lambda: before(etl.publish.switch, "_write", 2),
    "before the pointer is switched": lambda: before(Path, "replace", 3),
    "before the switch is on the disk": lambda: before(etl.publish.switch, "_flush_names"),
    "after the pointer is switched": lambda: before(etl.publish.switch, "_remove_old"),
}


def _limited(size: int) -> Callable[[], None]:
    """As a full disk: no file may grow beyond so many bytes."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def _build(profile: Path, directory: Path, prepare: Callable[[], None]) -> int:
    prepare()
    try:
        etl.build.build(profile, directory, quiet=True)
    except StorageError:
        return STORAGE_ERROR
    return 0


def _publish(directory: Path, prepare: Callable[[], None]) -> int:
    """The end of a build, with the last one's tables."""
    with etl.publish.switch.build_lock(directory):
        build_id = etl.publish.switch.new_build_id()
        last = builds.good(directory)
        assert last is not None
        shutil.copy(last, etl.publish.switch.partial_path(directory, build_id))
        prepare()
        etl.publish.switch.publish(directory, build_id)
    return 0


def _check(directory: Path) -> int:
    check_published(directory)
    return 0


def _in_child(work: Callable[[], int]) -> int:
    """The child's exit code; -9 for a kill."""
    child = os.fork()
    if child == 0:
        try:
            os._exit(work())
        except BaseException as error:  # noqa: BLE001  the parent must never return from here
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(OTHER_ERROR)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _dying(profile: Path, directory: Path, death: str) -> int:
    if death in PUBLISHING:
        return _publish(directory, PUBLISHING[death])
    return _build(profile, directory, _limited(int(death)) if death.isdigit() else BUILDING[death])


def main(profile: Path, directory: Path, deaths: list[str]) -> None:
    for death in deaths:
        pointer = directory / "CURRENT"
        told = {
            "death": death,
            "ended": _in_child(functools.partial(_dying, profile, directory, death)),
            "readable": _in_child(lambda: _check(directory)) == 0,
            "current": pointer.read_text(encoding="utf-8").strip() if pointer.exists() else None,
            "files": sorted(path.name for path in directory.iterdir()),
        }
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
