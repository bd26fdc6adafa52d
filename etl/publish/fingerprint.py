"""Whether a published atlas was made from the files that lie here now."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb

from etl.incoming import incoming_folder
from etl.publish.fall import released
from ground import builds, handles

ROOT = Path(__file__).resolve().parents[2]
CODE = (ROOT / "etl", ROOT / "importer", ROOT / "ground")
SKIPPED = ("__pycache__", "roles.toml")  # who may do what at the desk makes no other atlas


def fingerprint(profile_folder: Path) -> str:
    """A hash over the profile's files, those it reads from elsewhere, and the code: another one means another atlas."""
    digest = hashlib.sha256()
    for name, size, changed in _incoming():
        digest.update(f"{name} {size} {changed}".encode())
    for root in (*CODE, profile_folder.resolve()):
        for path in sorted(root.rglob("*")):
            if path.is_file() and not any(part in SKIPPED for part in path.parts):
                digest.update(path.relative_to(root).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def _incoming() -> list[tuple[str, int, int]]:
    """Name, bytes and time of change of every incoming file: they may be too large to be read at every start."""
    folder = incoming_folder()
    found = [path for path in sorted(folder.rglob("*")) if path.is_file()] if folder.is_dir() else []
    return [(path.relative_to(folder).as_posix(), path.stat().st_size, path.stat().st_mtime_ns) for path in found]


def is_current(profile_folder: Path, build_dir: Path) -> bool:
    """True where the atlas that is named is whole, and is a release or was built from exactly these files."""
    try:
        path = builds.named(build_dir)
        builds.check(path)
        with handles.read_only(path) as atlas:
            rows = atlas.execute("SELECT value FROM meta_build WHERE key = 'fingerprint'").fetchall()
    except (builds.NotGood, duckdb.Error):  # damaged, missing, or of a time before this: build it again
        return False
    if released(path):  # which only another release may follow
        return True
    return rows == [(fingerprint(profile_folder),)]
