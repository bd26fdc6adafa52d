"""A process that files corrections until it is killed: `python -m fuzz.filing DIR`, told on standard input how long it
lives and from when on, one JSON line for each life.

Imports once, then forks, as fuzz/dying.py does. It tells a number only after the writing block has ended.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from desk import backup
from desk.challenges import case
from desk.challenges.claim import Claim, Terms, Village
from desk.challenges.file import file
from desk.desk import opened
from desk.projected.challenges import CHALLENGE

PLACES = "100000/430000/431100"
EACH_TAKEN_BACK = 5


def main(folder: Path) -> None:
    """Answer each line `{"seconds": s, "is_opened_first": b}` with the numbers that were acknowledged and what is wrong
    afterwards.
    """
    for line in sys.stdin:
        told, telling = os.pipe()
        child = os.fork()
        if child == 0:
            _live(folder, json.loads(line), telling)
        os.close(telling)
        with os.fdopen(told) as acknowledged:
            numbers = [int(number) for number in acknowledged.read().split("\n")[:-1]]  # one half told is not told
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(json.dumps({"ended": ended, "numbers": len(numbers), "wrong": _checked(folder, numbers)}), flush=True)


def _live(folder: Path, life: Mapping[str, Any], telling: int) -> None:
    """Never returns. The timer runs while the desk is opened, too, or from then on: on a busy machine opening takes
    the whole of a short life.
    """
    try:
        timer = threading.Timer(life["seconds"], os.kill, (os.getpid(), signal.SIGKILL))
        if not life["is_opened_first"]:
            timer.start()
        desk = opened(folder, f"sqlite:///{folder / 'desk.sqlite'}")
        if life["is_opened_first"]:
            timer.start()
        while True:
            claim = Claim(Village("431100001", PLACES), "fibre", "unconnected", "no_signal", text=os.urandom(8).hex())
            filed = file(desk, claim, Terms(), "13800000000")
            os.write(telling, f"{filed.challenge_no}\n".encode())
            if filed.challenge_no % EACH_TAKEN_BACK == 0:
                case.withdraw(desk, filed.key)
    except BaseException as error:  # noqa: BLE001  the parent's loop is not the child's
        print(repr(error), file=sys.stderr, flush=True)
        os._exit(1)


def _checked(folder: Path, numbers: list[int]) -> list[str]:
    """In a child, since the parent must stay free of databases to be forked."""
    told, telling = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(telling, json.dumps(_wrong(folder, numbers)[:20]).encode())
        finally:
            os._exit(0)
    os.close(telling)
    with os.fdopen(told) as said:
        content = said.read()
    os.waitpid(child, 0)
    return list(json.loads(content)) if content else ["the desk cannot be read"]


def _wrong(folder: Path, numbers: list[int]) -> list[str]:
    desk = opened(folder, f"sqlite:///{folder / 'desk.sqlite'}")
    with desk.reading() as connection:
        held = {
            number for (number,) in connection.execute(CHALLENGE.select().with_only_columns(CHALLENGE.c.challenge_no))
        }
    missing = [f"{number} was acknowledged and is not there" for number in numbers if number not in held]
    if held != set(range(1, len(held) + 1)):
        missing.append("the numbers have a gap")
    return missing + backup.verify(desk)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
