"""What may not take the place of the last atlas: another country's, or one of a source that suddenly holds far fewer
rows than the last time, which is more often a broken export than a changed country.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import duckdb

from etl.declaration import Profile
from etl.errors import CheckFailed
from ground import handles

OVER_RELEASE = "over-release"
ROWS = "SELECT source_id, rows_loaded FROM meta_source"


def refuse_other_country(profile: Profile, build_dir: Path, last: Path | None) -> None:
    """Raise CheckFailed where the folder's atlas is of another profile: whoever is served by it would get this one."""
    served = _profile_id(last) if last is not None else None
    if served not in (None, profile.form.profile_id):
        raise CheckFailed(
            str(build_dir),
            f"a folder of its own for the atlas of {profile.form.profile_id}",
            f"the atlas of {served}",
            "name another folder: --build-dir DIR, or ATLAS_BUILD_DIR; to put this one in its place, empty the folder",
        )


def _profile_id(path: Path) -> str | None:
    try:
        with handles.read_only(path) as atlas:
            rows = atlas.execute("SELECT value FROM meta_profile WHERE key = 'profile_id'").fetchall()
    except duckdb.Error:
        return None
    return str(json.loads(rows[0][0])) if rows else None


def refuse_over_release(build_dir: Path, last: Path | None, confirmed: Sequence[str]) -> None:
    """Raise CheckFailed where the atlas that is served is a release: only another release takes its place."""
    number = released(last) if last is not None else ""
    if number and OVER_RELEASE not in confirmed:
        raise CheckFailed(
            str(build_dir),
            f"a release to follow the release {number}",
            "a build of the declared sources alone, without what was handed in at the desk",
            f"make the release at the desk; to serve this build all the same: --confirm {OVER_RELEASE}",
        )


def released(path: Path) -> str:
    """The number of the release that a build is; "" where it is none."""
    try:
        with handles.read_only(path) as atlas:
            rows = atlas.execute("SELECT value FROM meta_build WHERE key = 'release'").fetchall()
    except duckdb.Error:
        return ""
    return str(json.loads(rows[0][0])["number"]) if rows else ""


def refuse_fall(profile: Profile, built: Path, last: Path | None, confirmed: Sequence[str]) -> None:
    """Raise CheckFailed where a source fell by more than its declaration accepts and nobody confirmed it."""
    if last is None:
        return
    before, now = _rows(last), _rows(built)
    for source in profile.sources:
        name = source.source_id
        allowed = source.form.rows.accept_fall_percent
        had, has = before.get(name, 0), now.get(name, 0)
        if name not in confirmed and has < had * (1 - allowed / 100):
            raise CheckFailed(
                f"source {name}",
                f"at most {allowed:g} % fewer rows than the last time ({had:,})",
                f"{has:,} rows",
                f"look at the file; if it is right: python -m etl build --confirm {name}",
            )


def _rows(path: Path) -> dict[str, int]:
    """Rows loaded per source; nothing where the file is of a time before this was written down."""
    try:
        with handles.read_only(path) as atlas:
            return dict(atlas.execute(ROWS).fetchall())
    except duckdb.Error:
        return {}
