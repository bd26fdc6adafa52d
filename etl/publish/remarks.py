"""What a build has to tell of its sources, in lines: rows rejected, what looks odd, what of the files was not read."""

from __future__ import annotations

from pathlib import Path

import duckdb

from ground import handles
from importer.read.chunk import LeftOut
from importer.report.left_out import sentence
from importer.report.rules import rule, rules

#: A column that another source takes from the same file is read.
UNREAD = """
    SELECT source_id, part, name, reason, seen
    FROM meta_left_out JOIN meta_source USING (source_id)
    QUALIFY part <> 'column' OR count(*) OVER (PARTITION BY sha256, part, name)
                                = (SELECT count(*) FROM meta_source AS same WHERE same.sha256 = meta_source.sha256)
    ORDER BY source_id
"""
MOST_OF_A_SOURCE = 12  # lines; a file may have hundreds of columns that nobody asked for


def after_build(path: Path, language: str = "en") -> str:
    """What a person should look at before trusting a new atlas; "" where there is nothing."""
    with handles.read_only(path) as atlas:
        rejected = atlas.execute(
            "SELECT source_id, rows_rejected, rows_read FROM meta_source WHERE rows_rejected > 0 ORDER BY 1"
        ).fetchall()
        lines = [f"{source:<22} {out:,} of {read:,} rows rejected" for source, out, read in rejected]
        return "\n".join([*lines, *oddities(atlas, language), *unread(atlas, language)])


def oddities(atlas: duckdb.DuckDBPyConnection, language: str = "en") -> list[str]:
    """One line per warning: the source, the field, what is odd, what was seen."""
    rows = atlas.execute("SELECT source_id, field, rule, seen FROM meta_warning ORDER BY ALL").fetchall()
    return [
        f"{source:<22} odd: {field or ''}: {rule(name, language)[0] if name in rules() else name} ({seen})"
        for source, field, name, seen in rows
    ]


def unread(atlas: duckdb.DuckDBPyConnection, language: str = "en") -> list[str]:
    """One line per part of a file that no source reads; of a source with very many, how many more there are."""
    rows = atlas.execute(UNREAD).fetchall()
    of_source: dict[str, list[str]] = {}
    for source, *part in rows:
        of_source.setdefault(source, []).append(sentence(LeftOut(*part), language))
    lines = []
    for source, told in sorted(of_source.items()):
        lines += [f"{source:<22} not read: {one}" for one in told[:MOST_OF_A_SOURCE]]
        if len(told) > MOST_OF_A_SOURCE:
            lines.append(f"{source:<22} not read: {len(told) - MOST_OF_A_SOURCE:,} more; the page Data lists all")
    return lines
