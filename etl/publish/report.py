"""What a published atlas says of itself, as text for a terminal."""

from __future__ import annotations

from pathlib import Path

import duckdb

from etl.errors import CheckFailed, SourceMissing, SourceUnreadable
from etl.publish.checks import CHECKS
from etl.publish.remarks import oddities, unread
from ground import builds, handles
from ground.locations import NEAR, NOWHERE, OUTSIDE, WITHIN
from importer.sandbox.room import in_force


def info(build_dir: Path) -> str:
    """The file and its checksum, build facts, what confines the reading of files here; rows read, loaded and rejected
    of every source, how the positions of villages are known, remarks by rule.
    """
    path = _served(build_dir)
    with _open(path) as atlas:
        facts = [f"{key:<16} {value}" for key, value in atlas.execute("FROM meta_build ORDER BY key").fetchall()]
        sources = atlas.execute(
            "SELECT source_id, evidence, rows_read, rows_loaded, rows_rejected FROM meta_source ORDER BY 1"
        ).fetchall()
        positions = [*_positions(atlas), *_sites(atlas)]
        remarks = atlas.execute(
            "SELECT source_id, rule, is_rejected, count(*) FROM meta_reject GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        told = [*oddities(atlas), *unread(atlas)]
    lines = [f"{name:<22} {kind:<10} {i:>9,} = {o:>9,} + {r:>6,}" for name, kind, i, o, r in sources]
    notes = [f"{name:<22} {rule}: {n:,} ({'rejected' if out else 'loaded'})" for name, rule, out, n in remarks]
    header = f"{'source':<22} {'evidence':<10} {'read':>9} = {'loaded':>9} + {'reject':>6}"
    confined = f"{'files read with':<16} {'; '.join(in_force()) or 'nothing in force'}"
    facts = [*_file_facts(build_dir, path), *facts, confined]
    return "\n".join([*facts, "", header, *lines, "", *positions, "", *notes, *told])


def _positions(atlas: duckdb.DuckDBPyConnection) -> list[str]:
    """How many villages have which kind of position, in words."""
    counted = atlas.execute("SELECT location_quality, count(*) FROM village GROUP BY 1 ORDER BY 2 DESC, 1").fetchall()
    return ["positions of villages", *(f"{n:>9,}  {_position_words(quality)}" for quality, n in counted)]


def _sites(atlas: duckdb.DuckDBPyConnection) -> list[str]:
    """How many cell sites each operator has of each technology; nothing where none was loaded."""
    counted = atlas.execute(
        "SELECT coalesce(operator, 'operator not told'), technology, as_of::TEXT, count(*), count(*) - count(lon) "
        "FROM cell_site GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
    ).fetchall()
    lines = [
        f"{n:>9,}  {operator}, {technology}, {day}" + (f" ({without:,} without position)" if without else "")
        for operator, technology, day, n, without in counted
    ]
    return ["", "cell sites", *lines] if lines else []


def _position_words(quality: str) -> str:
    if quality.startswith(WITHIN):
        return f"no coordinates: placed at random within their {quality.removeprefix(WITHIN)}"
    if quality.startswith(NEAR):
        return f"no coordinates: placed at random near the seat of their {quality.removeprefix(NEAR)}"
    if quality.endswith(OUTSIDE):
        return f"{quality.removesuffix(OUTSIDE)}, beyond the border of their place: kept, see outside_parent"
    return "no coordinates and no boundary: not on the map" if quality == NOWHERE else quality


def check_published(build_dir: Path) -> str:
    """Read the named file again and run the build's checks on it. Raises CheckFailed."""
    path = _served(build_dir)
    if (reason := _why_not_named(build_dir)) is not None:
        raise CheckFailed("published atlas", "the file as it was published", reason, builds.COMMAND)
    with _open(path) as atlas:
        for check in CHECKS:
            offenders = atlas.execute(check.query).fetchmany(5)
            if offenders:
                raise CheckFailed(f"check {check.name}", check.expected, f"{offenders}", builds.COMMAND)
    return f"published atlas: its checksum is as published, {len(CHECKS)} checks hold"


def _file_facts(build_dir: Path, path: Path) -> list[str]:
    """Which file a reader gets, and why it is not the one named where it is another."""
    lines = [f"{'file':<16} {path.name}", f"{'checksum':<16} as published"]
    reason = _why_not_named(build_dir)
    return lines if reason is None else [*lines, f"{'fallen back':<16} {reason}"]


def _why_not_named(build_dir: Path) -> str | None:
    try:
        builds.check(builds.named(build_dir))
    except builds.NotGood as reason:
        return str(reason)
    return None


def _served(build_dir: Path) -> Path:
    """The build that a server would serve. Raises SourceMissing where none is good."""
    path = builds.good(build_dir)
    if path is None:
        found = _why_not_named(build_dir) or "none"
        raise SourceMissing(str(build_dir), "a published atlas that is whole", found, builds.COMMAND)
    return path


def _open(path: Path) -> duckdb.DuckDBPyConnection:
    try:
        return handles.read_only(path)
    except duckdb.Error as error:
        raise SourceUnreadable(str(path), "a readable atlas", str(error), builds.COMMAND) from error
