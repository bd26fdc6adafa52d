"""Where the numbers come from: what became of each source's rows, and what its columns hold."""

from __future__ import annotations

from typing import Any

import pandas as pd

from indicators.database import Atlas


def rules_broken(atlas: Atlas, source_id: str) -> pd.DataFrame:
    """Per rule that rows of a source broke: rule, is_rejected, count, the rejecting ones first."""
    return (
        atlas.cursor()
        .execute(
            "SELECT rule, is_rejected, count(*) AS count FROM meta_reject WHERE source_id = $1 "
            "GROUP BY ALL ORDER BY is_rejected DESC, count DESC, rule",
            [source_id],
        )
        .df()
    )


def examples(atlas: Atlas, source_id: str, rule: str, most: int) -> pd.DataFrame:
    """The first rows that broke a rule: file, row_number, field, value, candidates."""
    return (
        atlas.cursor()
        .execute(
            "SELECT file, row_number, field, value, candidates FROM meta_reject "
            "WHERE source_id = $1 AND rule = $2 ORDER BY file, row_number LIMIT $3",
            [source_id, rule, most],
        )
        .df()
    )


def columns(atlas: Atlas, source_id: str) -> pd.DataFrame:
    """Per column of a source: field, rows, unknown, distinct_values, least, most; empty for sources not imported."""
    return atlas.cursor().execute("SELECT * FROM meta_quality WHERE source_id = $1", [source_id]).df()


def warnings(atlas: Atlas, source_id: str) -> pd.DataFrame:
    """What looks odd in a source: rule, field, seen."""
    return atlas.cursor().execute("SELECT * FROM meta_warning WHERE source_id = $1", [source_id]).df()


def left_out(atlas: Atlas, source_id: str) -> pd.DataFrame:
    """Parts of a source's files that were not read: part, name, reason, seen."""
    return atlas.cursor().execute("SELECT * FROM meta_left_out WHERE source_id = $1", [source_id]).df()


def tables_of(atlas: Atlas, source_id: str) -> list[str]:
    """The tables that rest on a source."""
    rows = atlas.cursor().execute("SELECT table_name FROM meta_lineage WHERE source_id = $1 ORDER BY 1", [source_id])
    return [str(row[0]) for row in rows.fetchall()]


def register(atlas: Atlas) -> tuple[pd.DataFrame, list[str]]:
    """All places with place_id, level, parent_id and name, the villages included; and the levels in order."""
    cursor = atlas.cursor()
    levels = [str(row[0]) for row in cursor.execute("SELECT level_id FROM level ORDER BY position").fetchall()]
    query = (
        "SELECT place_id, level, parent_id, name FROM place "
        f'UNION ALL SELECT place_id, $1, "{levels[-2]}_id", name FROM village'
    )
    return cursor.execute(query, [levels[-1]]).df(), levels


def code_changes(atlas: Atlas) -> pd.DataFrame:
    """Codes and names that changed: old_code, new_code, from_date (date), old_name."""
    changes = atlas.cursor().execute("SELECT old_code, new_code, from_date, old_name FROM code_change").df()
    return changes.assign(from_date=[moment.date() for moment in pd.to_datetime(changes["from_date"])])


def status_columns(atlas: Atlas) -> pd.DataFrame:
    """Every standard and date for which states are held, with the rate aimed at and reached, by standard and date."""
    query = "SELECT * REPLACE (evidence::TEXT AS evidence) FROM status_column ORDER BY standard, as_of"
    return atlas.cursor().execute(query).df()


def fields(atlas: Atlas) -> pd.DataFrame:
    """The data dictionary: table_name, column_name, type, unit, label_zh, label_en."""
    return atlas.cursor().execute("SELECT * FROM meta_field").df()


def reject_rows(atlas: Atlas, source_id: str) -> list[dict[str, Any]]:
    """Every finding of a source, as rows for a file."""
    frame = (
        atlas.cursor()
        .execute(
            "SELECT file, row_number, field, value, rule, is_rejected, candidates FROM meta_reject "
            "WHERE source_id = $1 ORDER BY file, row_number",
            [source_id],
        )
        .df()
    )
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]
