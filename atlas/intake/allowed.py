"""The check of a file that a visitor hands in: who may, when it is whose turn, and what becomes of the file.

A file of a stranger costs processor and memory, and its reader may have faults, so the check is there for people who
are known: on this machine alone, or signed in. Scenarios and bids, which are small, are taken from everybody.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import BinaryIO

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from atlas.guard import hosts, listening
from atlas.intake.checker import Checked, Checker, Job
from atlas.intake.turns import Full, Stopped, Turns
from atlas.work import patience, scratch
from atlas.work.paths import without_paths
from ground.phrases import Phrase
from importer.errors import Problem
from importer.read.chunk import FORMATS
from indicators.database import Atlas

SWITCH = "ATLAS_INTAKE"  # "off" takes the check away, from everybody
WORKERS = "ATLAS_INTAKE_WORKERS"  # files that are checked at once on the whole server
SUFFIXES = (
    *("csv", "tsv", "txt", "xlsx", "xlsm", "xlsb", "xls", "et", "ods", "html", "htm", "xml"),
    *("json", "jsonl", "ndjson", "geojson", "geojsonl", "kml", "kmz", "gpkg", "parquet", "zip", "gz"),
)
MOST_MB = 200
SMALL_MB = 5  # of scenarios and bids, which everybody may hand in
DECLARATION_CHARACTERS = 100_000
MOST_WAITING = 6
MOST_WAIT_S = 180.0
NAME_CHARACTERS = 80
OFFERS_KEPT = 2_000
#: A web server in front says with one of these for whom it asks: then the loopback is not where the visitor is.
FRONTS = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")

_offered: OrderedDict[str, None] = OrderedDict()  # the sessions that were shown the large upload
_small_turns = Turns(at_once=1, most_waiting=MOST_WAITING, most_wait_s=20.0)
_lock = threading.Lock()
_checkers: dict[Path, Checker] = {}  # one, of the newest build


# --- who may ----------------------------------------------------------------------------------------------


def is_open() -> bool:
    """Whether the visitor of this page run may have files checked."""
    if os.environ.get(SWITCH, "on") == "off":
        return False
    return is_signed_in() or is_here(st.context.headers)


def shows_rejects(headers: Mapping[str, str]) -> bool:
    """Whether rejected rows of the sources are given to whoever asks with these headers: no page says who that is."""
    return os.environ.get(SWITCH, "on") != "off" and is_here(headers)


def is_here(headers: Mapping[str, str]) -> bool:
    """Whether a visitor must be at this machine: by the server's sockets, the names it answers to, and no front."""
    is_private = hosts.is_loopback_only() and listening.is_loopback_only()
    return is_private and not any(name in headers for name in FRONTS)


def is_signed_in() -> bool:
    """Where the server has no sign-in, nobody is."""
    return bool(st.user.get("is_logged_in", False))


def offer() -> None:
    """Let this session hand in large files from now on; told by the page that shows where."""
    with _lock:
        _offered[_session()] = None
        while len(_offered) > OFFERS_KEPT:
            _offered.popitem(last=False)


def most_upload_bytes(session_id: str) -> int:
    """Bytes of one file that this session may hand in: many where a page offered it, else what scenarios and bids
    need.
    """
    return (MOST_MB if session_id in _offered else SMALL_MB) << 20


def window() -> str:
    """The visitor's window, by which a file is held that a question is open about."""
    return _session()


def _visitor() -> str:
    """One for all windows of somebody who is signed in; else each window is somebody."""
    return str(st.user.get("sub") or st.user.get("email") or _session()) if is_signed_in() else _session()


def _session() -> str:
    context = get_script_run_ctx()
    return context.session_id if context is not None else ""


# --- the check --------------------------------------------------------------------------------------------


@cache
def _turns() -> Turns:
    """Raises ValueError where the number of workers is none."""
    return Turns(max(1, int(os.environ.get(WORKERS, "1"))), MOST_WAITING, MOST_WAIT_S)


@contextmanager
def small_turn() -> Iterator[None]:
    """A turn for a file of bids, which anybody may hand in. Raises Full where others take all the time there is."""
    with _small_turns.taken(_visitor(), lambda before: None, patience.unwanted()):
        yield


def prepare(atlas: Atlas) -> None:
    """Have the process that checks read the places of this build, so that the first file need not wait for that."""
    _checker(atlas).start()


def check(
    atlas: Atlas,
    name: str,
    file: BinaryIO,
    kind: str | None,
    declaration: str,
    on_wait: Callable[[int], None],
    on_rows: Callable[[int], None],
    answers: Mapping[str, str] | None = None,
    take: Callable[[Path], None] | None = None,
) -> Checked:
    """Check a file against the atlas's places, in its turn; `answers` are to questions of the last check of it.

    `take` is called with the folder in which the file and the rows that would be loaded (`KIND.rows.csv`) lie.

    Raises Problem for the visitor to mend, Full, Stopped.
    """
    if len(declaration) > DECLARATION_CHARACTERS:
        most = f"at most {DECLARATION_CHARACTERS:,} characters"
        raise Problem("declaration", most, f"{len(declaration):,}", "keep what this file needs")
    own = _plain(name)
    with (
        _turns().taken(_visitor(), on_wait, patience.unwanted()) as is_unwanted,
        scratch.folder() as folder,
    ):
        with (folder / own).open("wb") as copy:
            shutil.copyfileobj(file, copy)
        try:
            title = Path(name).stem[:NAME_CHARACTERS]
            wanted = take is not None
            job = Job(str(folder), own, kind, declaration, wants_rows=wanted, title=title, answers=dict(answers or {}))
            checked = _checker(atlas).check(job, on_rows, is_unwanted)
            if take is not None:
                take(folder)
            return checked
        except Problem as problem:
            raise _renamed(problem, own, name) from None


def _checker(atlas: Atlas) -> Checker:
    with _lock:
        if atlas.path not in _checkers:
            scratch.sweep()
            for old in _checkers.values():
                old.stop()
            _checkers.clear()
            _checkers[atlas.path] = Checker(atlas.path)
        return _checkers[atlas.path]


def _plain(name: str) -> str:
    """A file name of our own making; only the ending is the visitor's, and one of those we know."""
    suffix = Path(name).suffix.lower().removeprefix(".")
    return f"upload.{suffix}" if suffix in SUFFIXES or suffix in FORMATS else "upload.csv"


def _renamed(problem: Problem, own: str, name: str) -> Problem:
    """The same words with the visitor's name of the file in place of ours, and no path of the server."""
    parts = (problem.where, problem.expected, problem.found, problem.next_step)
    return Problem(*(_of_file(part, own, name[:NAME_CHARACTERS]) for part in parts))


def _of_file(text: str, own: str, name: str) -> str:
    if isinstance(text, Phrase):
        return Phrase(text.template, {key: _of_file(value, own, name) for key, value in text.fields.items()})
    return without_paths(text).replace(own, name)


__all__ = [
    "DECLARATION_CHARACTERS",
    "MOST_MB",
    "NAME_CHARACTERS",
    "SMALL_MB",
    "SUFFIXES",
    "Checked",
    "Full",
    "Problem",
    "Stopped",
    "check",
    "is_here",
    "is_open",
    "is_signed_in",
    "most_upload_bytes",
    "offer",
    "prepare",
    "shows_rejects",
    "small_turn",
    "window",
]
