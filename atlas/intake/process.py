"""The process that checks visitors' files: `python -m atlas.intake.process ATLAS_FILE [SOCKET]`.

It reads the register of places once and then divides itself for each file, so that a check starts in milliseconds
with half a gigabyte of places at hand, and whatever a file does to the one who reads it happens to a copy. The copy
gives up everything but the file and its own folder, answers in lines of JSON, and ends. Without a socket (where
processes cannot divide) it checks one file that standard input names.

The answer: any number of `{"rows": n}`, then `{"report": ..., "rejects": base64}`, or `{"problem": {where, expected,
found, next_step}}`, or `{"fault": text}` for what nobody foresaw.
"""

from __future__ import annotations

import base64
import gc
import json
import os
import signal
import socket
import sys
import tempfile
import tomllib
import traceback
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import pandas as pd

from atlas.intake import report
from ground import phrases
from importer.dry_run import dry_run
from importer.errors import DeclarationProblem, Problem, said
from importer.place.crosswalk import Crosswalk, former_names
from importer.place.identity import Codes, Register
from importer.sandbox.confine import MEMORY_BYTES, confine
from indicators import facts, provenance
from indicators.database import Atlas

JOB_BYTES = 1 << 20
IDLE_S = 900  # without a file to check, the memory is given back
FAULT_CHARACTERS = 4_000


@dataclass(frozen=True)
class Country:
    """What rows are looked up in."""

    places: Register
    codes: Codes
    extent_degrees: list[float] | None


def main(atlas_file: Path, control: socket.socket | None) -> None:
    country = _country(atlas_file)
    if control is None:
        _answer(country, sys.stdin.buffer, sys.stdout.buffer)
        return
    _warm(country)
    gc.collect()
    gc.freeze()  # a collection would touch, and so copy, every page of the register
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the copies
    control.settimeout(IDLE_S)
    while True:
        try:
            message, handles, _, _ = socket.recv_fds(control, 1, 2)
        except TimeoutError:
            return
        if not message:
            return  # the server has gone
        _divide(country, control, *handles)


def _divide(country: Country, control: socket.socket, asked: int, told: int) -> None:
    """A copy for one file. `asked` brings the job and, by being closed at its other end, the order to stop."""
    if os.fork():
        os.close(asked)
        os.close(told)
        return
    status = 1
    try:
        control.close()
        with open(asked, "rb", buffering=0) as ask, open(told, "wb") as tell:
            _answer(country, ask, tell)
        status = 0
    finally:
        os._exit(status)


def _answer(country: Country, ask: BinaryIO, tell: BinaryIO) -> None:
    job = json.loads(_line(ask))
    _end_with(ask)
    folder = Path(job["folder"])
    _silence()
    confine([folder], [folder], _address_space_bytes() + MEMORY_BYTES, job["cpu_seconds"])
    tempfile.tempdir = str(folder)

    def say(entry: dict[str, Any]) -> None:
        tell.write(json.dumps(entry, default=int).encode() + b"\n")
        tell.flush()

    rejects = folder / "rejects.csv"
    try:
        run = dry_run(
            folder / job["file"],
            country.places.levels[:-1],
            kind=job["kind"],
            body=declared(job["declaration"]),
            register=country.places,
            codes=country.codes,
            extent_degrees=country.extent_degrees,
            rejects=rejects,
            most_reject_characters=job["reject_characters"],
            on_rows=lambda rows: say({"rows": rows}),
            answers=job["answers"],
            title=job["title"] or None,
            accepted=folder if job["wants_rows"] else None,
        )
    except Problem as problem:
        say({"problem": {name: phrases.plain(getattr(problem, name)) for name in report.PROBLEM}})
    except MemoryError:
        raise  # and end: whoever waits says so in words
    except Exception:
        say({"fault": traceback.format_exc()[-FAULT_CHARACTERS:]})
        raise
    else:
        listed = rejects.read_bytes() if rejects.is_file() else b""
        coded = base64.b64encode(listed).decode()
        say({"report": report.plain(run), "rejects": coded, "are_rejects_cut": run.are_rejects_cut})


def _line(stream: BinaryIO) -> bytes:
    """A line of an unbuffered stream."""
    found = bytearray()
    while not found.endswith(b"\n") and len(found) < JOB_BYTES:
        part = stream.read(JOB_BYTES)
        if not part:
            break
        found += part
    return bytes(found)


def _end_with(ask: BinaryIO) -> None:
    """Let the kernel end this process when the other end of `ask` is closed: by a visitor who leaves, or with the
    server.

    No thread could watch for that: a regular expression that never ends holds the interpreter.
    """
    if sys.platform == "linux":
        import fcntl

        signal.signal(signal.SIGIO, signal.SIG_DFL)  # which is: end
        fcntl.fcntl(ask, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(ask, fcntl.F_SETFL, fcntl.fcntl(ask, fcntl.F_GETFL) | os.O_ASYNC)


def _silence() -> None:
    """What libraries print about a stranger's file belongs in no log."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)


def declared(text: str) -> dict[str, object] | None:
    """A visitor's declaration; None where there is none. Raises DeclarationProblem."""
    if not text.strip():
        return None
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise DeclarationProblem("declaration", "a TOML text", said(error), "mend the text") from error


def _address_space_bytes() -> int:
    """Addresses that this process holds already: the register and the libraries."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def _country(atlas_file: Path) -> Country:
    atlas = Atlas(atlas_file)
    places, levels = provenance.register(atlas)
    changes = provenance.code_changes(atlas)
    settings = facts.settings(atlas)
    day = settings.get("codes_as_of")
    codes = Codes(None, date.fromisoformat(day) if day else None, Crosswalk(changes))
    atlas.leave()  # and with it the database's threads, which a copy would not have
    register = Register(places, levels, former_names(changes), settings.get("name_endings"))
    return Country(register, codes, settings["map"].get("extent_degrees"))


def _warm(country: Country) -> None:
    """Have the register make, once, what it makes when names are first looked up."""
    asked = pd.DataFrame({"code": [None, "-"], "name": ["-", None]}, dtype=object)
    country.places.match(asked, codes=country.codes)


if __name__ == "__main__":
    main(Path(sys.argv[1]), socket.socket(fileno=int(sys.argv[2])) if len(sys.argv) > 2 else None)
    os._exit(0)  # nothing is left to be tidied, and DuckDB's bindings complain at length when they are
