"""Publishers that die, run by test_publishing in a process of its own: `dying_publisher.py FOLDER OLD NEW OTHER`.

In FOLDER OLD is served as 2026.10, and NEW is the candidate 2026.11. It is published by children that die before each
step in the file system. After each death: what the log says, what a starting server serves, and whether a candidate
of the same number, made of OTHER, can be published. One JSON line each.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

from dying_archive import _in_child
from releasing import PUBLISHER, ROOT, laid

from desk import engine
from desk.desk import Desk, opened
from desk.releases import candidate, publish
from fuzz.dying import watch
from ground import builds

MOST_STEPS = 60


def main(folder: Path, old: Path, new: Path, other: Path) -> None:
    base, at_work, told = folder / "base", folder / "at-work", folder / "told.json"
    assert _in_child(lambda: _begin(base, old, new)) == 0
    for number in range(MOST_STEPS):
        shutil.rmtree(at_work, ignore_errors=True)
        shutil.copytree(base, at_work)
        ended = _in_child(lambda number=number: _publish(at_work, new.name, number))  # type: ignore[misc]
        assert _in_child(lambda: told.write_text(json.dumps(_look(at_work, old, new, other)))) == 0
        print(json.dumps({"step": number, "ended": ended} | json.loads(told.read_text())), flush=True)
        if ended == 0:
            return


def _desk(folder: Path) -> Desk:
    return opened(folder / "desk", engine.url(folder / "desk"))


def _begin(folder: Path, old: Path, new: Path) -> None:
    desk = _desk(folder)
    laid(desk, "2026.10", old)
    publish.publish(desk, PUBLISHER, ROOT, folder / "build", old.name)
    laid(desk, "2026.11", new)
    desk.engine.dispose()


def _publish(folder: Path, seen: str, step: int) -> None:
    desk = _desk(folder)
    watch(folder, step, os.open(os.devnull, os.O_WRONLY))
    publish.publish(desk, PUBLISHER, ROOT, folder / "build", seen)


def _look(folder: Path, old: Path, new: Path, other: Path) -> dict[str, object]:
    desk, build = _desk(folder), folder / "build"
    with desk.reading() as connection:
        numbers = publish.numbers(connection)
    before = builds.good(build)
    publish.serve(desk, build)
    found = {"numbers": numbers, "served_before": before and before.name, "served": builds.named(build).name}
    found["is_good"] = builds.why_not(builds.named(build)) is None
    if "2026.11" not in numbers:
        laid(desk, "2026.11", other)
        publish.publish(desk, PUBLISHER, ROOT, build, other.name)
        found["then"] = builds.named(build).name
    else:
        left = candidate.look(desk)
        found["is_refused"] = left is None or not _is_published_again(desk, build, new.name)
        found["is_forgotten"] = candidate.look(desk) is None
    archive = publish.archive_of(desk)
    found["kept"] = [archive.kept(number).file_name for number in archive.numbers()]
    found["wrong"] = [str(one) for one in archive.verify() if "files of releases only" not in str(one)]
    return found


def _is_published_again(desk: Desk, build: Path, name: str) -> bool:
    try:
        publish.publish(desk, PUBLISHER, ROOT, build, name)
    except Exception:  # noqa: BLE001  whatever it says, it was not
        return False
    return True


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:5]))
