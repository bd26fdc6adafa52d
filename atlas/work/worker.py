"""A process that makes files for the server, one after the other, so that a server's threads stay free.

It reads tasks from its standard input and answers each with one line of JSON. It ends when the server does: its input
is then at an end. It gives way to the server where both want the processor.
"""

from __future__ import annotations

import contextlib
import errno
import json
import logging
import os
import pickle
import queue
import signal
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from atlas.look import country_words
from atlas.work.refused import WORDS, Refused, UnknownValue
from ground.builds import NotGood
from indicators import country
from indicators.database import UNREADABLE, Atlas

NICENESS = 5
LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Task:
    """`make(atlas, *arguments, folder)` writes one file into `folder`; a function of a module, found by its name."""

    make: Callable[..., None]
    atlas_path: Path
    arguments: tuple[Any, ...]

    @property
    def build_id(self) -> str:
        """Of the atlas that the file is made from."""
        return self.atlas_path.stem.removeprefix("atlas-")

    @property
    def name(self) -> str:
        """Equal tasks of equal builds have equal names, whichever server asks."""
        return f"{self.make.__module__}.{self.make.__qualname__}{self.arguments!r}"


def run(task: Task, folder: Path) -> dict[str, Any]:
    """Do a task; the answer is empty, or says as which refusal it ended."""
    tempfile.tempdir = str(folder.parent)  # what libraries put aside goes with the server's own leftovers
    try:
        task.make(_atlas(task.atlas_path), *task.arguments, folder)
    except Refused as refused:
        return {"status": refused.status, "error": refused.error, "expected": refused.expected}
    except UnknownValue as unknown:  # a place, level or date that only the work itself finds missing
        return {"status": 400, "error": str(unknown), "expected": unknown.expected}
    except (NotGood, *UNREADABLE):
        LOG.exception("build %s cannot be read", task.build_id)
        return {
            "status": 503,
            "error": "the atlas cannot be read",
            "expected": "reload the page; /readyz says which one is served",
        }
    except Exception as error:
        LOG.exception("%s failed", task.make.__qualname__)
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return {"status": 503, "error": "no room for another file", "expected": WORDS["full"]}
        return {"status": 500, "error": "internal error", "expected": "the server's log has the details"}
    return {}


@lru_cache(maxsize=1)
def _atlas(path: Path) -> Atlas:
    atlas = Atlas(path)
    country_words.use(country.words(atlas))
    return atlas


def main() -> None:
    """The life of a worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then ends us
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints must not look like an answer
    with contextlib.suppress(AttributeError, OSError):
        os.nice(NICENESS)
    tasks: queue.SimpleQueue[tuple[Task, Path]] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(sys.stdin.buffer, tasks), daemon=True).start()
    while True:
        answers.write(json.dumps(run(*tasks.get())).encode() + b"\n")
        answers.flush()


def _read(stream: BinaryIO, tasks: queue.SimpleQueue[tuple[Task, Path]]) -> None:
    """Also while a task is done: the server's end is noticed at once."""
    try:
        while True:
            tasks.put(pickle.load(stream))
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
