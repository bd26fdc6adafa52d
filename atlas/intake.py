"""Checks a file that a visitor hands in, in a folder that is removed at once. Nothing of it is kept."""

from __future__ import annotations

import os
import tempfile
import threading
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import streamlit as st

from importer.chunk import FORMATS
from importer.crosswalk import Crosswalk, former_names
from importer.dry_run import DryRun, dry_run
from importer.errors import DeclarationProblem, Problem
from importer.identity import Codes, Register
from indicators import facts, provenance
from indicators.database import Atlas

SWITCH = "ATLAS_INTAKE"  # "off" takes the upload away, for a server that the public reaches
SUFFIXES = ("csv", "tsv", "txt", "xlsx", "xls", "ods", "geojson", "json", "zip", "gpkg", "parquet")
MOST_MB = 200
MOST_SMALL_MB = 5  # of a scenario or a list of bids, which everybody may hand in
WAIT_S = 1
_busy = threading.Lock()


@dataclass(frozen=True)
class Checked:
    """The result of a dry run, and its rejected rows as a CSV file's bytes."""

    run: DryRun
    rejects: bytes


class Busy(Exception):
    """Another file is being checked: the server does one at a time."""


def is_open() -> bool:
    return os.environ.get(SWITCH, "on") != "off"


def most_upload_bytes() -> int:
    """Bytes that the server takes in one upload, whichever page it comes from."""
    return (MOST_MB if is_open() else MOST_SMALL_MB) << 20


def check(
    atlas: Atlas,
    name: str,
    data: bytes,
    kind: str | None,
    declaration: str,
    on_rows: Callable[[int], None],
) -> Checked:
    """Check a file against the atlas's places. Raises Problem for the visitor to mend, or Busy."""
    if not _busy.acquire(timeout=WAIT_S):
        raise Busy
    try:
        with tempfile.TemporaryDirectory(prefix="atlas-intake-") as folder:
            places, codes = _register(atlas.build_id, atlas)
            path = Path(folder) / f"{_plain(name)}"
            path.write_bytes(data)
            rejects = Path(folder) / "rejects.csv"
            run = dry_run(
                path,
                places.levels[:-1],
                kind=kind,
                body=_body(declaration),
                register=places,
                codes=codes,
                extent_degrees=facts.settings(atlas)["map"].get("extent_degrees"),
                rejects=rejects,
                on_rows=on_rows,
            )
            return Checked(run, rejects.read_bytes() if rejects.is_file() else b"")
    finally:
        _busy.release()


def _plain(name: str) -> str:
    """A file name of our own making; only the ending is the visitor's, and one of those we know."""
    suffix = Path(name).suffix.lower().removeprefix(".")
    return f"upload.{suffix}" if suffix in SUFFIXES or suffix in FORMATS else "upload.csv"


def _body(declaration: str) -> dict[str, object] | None:
    if not declaration.strip():
        return None
    try:
        return tomllib.loads(declaration)
    except tomllib.TOMLDecodeError as error:
        raise DeclarationProblem("declaration", "a TOML text", str(error), "mend the text") from error


@st.cache_resource(show_spinner=False, max_entries=1)
def _register(build_id: str, _atlas: Atlas) -> tuple[Register, Codes]:
    """The places to look rows up in, and how codes of another day lead to them."""
    places, levels = provenance.register(_atlas)
    changes = provenance.code_changes(_atlas)
    settings = facts.settings(_atlas)
    day = settings.get("codes_as_of")
    known = Register(places, levels, former_names(changes), settings.get("name_endings"))
    return known, Codes(None, date.fromisoformat(day) if day else None, Crosswalk(changes))


__all__ = ["MOST_MB", "SUFFIXES", "Busy", "Checked", "Problem", "check", "is_open"]
