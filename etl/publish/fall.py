"""A source that suddenly holds far fewer rows than the last time is more often a broken export than a changed
country.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from etl.declaration import Profile
from etl.errors import CheckFailed
from ground import handles

ROWS = "SELECT source_id, rows_loaded FROM meta_source"


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
