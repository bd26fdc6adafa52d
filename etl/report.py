"""What a published atlas says of itself, as text for a terminal."""

from __future__ import annotations

from pathlib import Path

import duckdb

from etl.checks import CHECKS
from etl.errors import CheckFailed, SourceMissing, SourceUnreadable
from etl.publish import current_file
from importer.sandbox.room import in_force


def info(build_dir: Path) -> str:
    """Build facts and what confines the reading of files here, then rows read, loaded and rejected of every source, then remarks by rule."""
    with _open(build_dir) as atlas:
        facts = [
            f"{key:<16} {value}" for key, value in atlas.execute("FROM meta_build ORDER BY key").fetchall()
        ]
        sources = atlas.execute(
            "SELECT source_id, evidence, rows_read, rows_loaded, rows_rejected FROM meta_source ORDER BY 1"
        ).fetchall()
        remarks = atlas.execute(
            "SELECT source_id, rule, is_rejected, count(*) FROM meta_reject GROUP BY ALL ORDER BY ALL"
        ).fetchall()
    lines = [f"{name:<22} {kind:<10} {i:>9,} = {o:>9,} + {r:>6,}" for name, kind, i, o, r in sources]
    notes = [
        f"{name:<22} {rule}: {n:,} ({'rejected' if out else 'loaded'})" for name, rule, out, n in remarks
    ]
    header = f"{'source':<22} {'evidence':<10} {'read':>9} = {'loaded':>9} + {'reject':>6}"
    confined = f"{'files read with':<16} {'; '.join(in_force()) or 'nothing in force'}"
    return "\n".join([*facts, confined, "", header, *lines, "", *notes])


def check_published(build_dir: Path) -> str:
    """Run the build's checks again on the published file. Raises CheckFailed."""
    with _open(build_dir) as atlas:
        for check in CHECKS:
            offenders = atlas.execute(check.query).fetchmany(5)
            if offenders:
                raise CheckFailed(
                    f"check {check.name}", check.expected, f"{offenders}", "python -m etl build"
                )
    return f"published atlas: {len(CHECKS)} checks hold"


def _open(build_dir: Path) -> duckdb.DuckDBPyConnection:
    path = current_file(build_dir)
    if path is None:
        raise SourceMissing(str(build_dir), "a published atlas", "none", "python -m etl build")
    try:
        return duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        raise SourceUnreadable(str(path), "a readable atlas", str(error), "python -m etl build") from error
