"""What the rules of etl/record_rules found in the records of projects."""

from __future__ import annotations

import pandas as pd

from indicators.database import Atlas, per_build

ROWS = """
    SELECT r.position, f.rule, r.severity, r.title_zh, r.title_en, r.mend_zh, r.mend_en, f.project_id,
           p.name AS project, p.name_en AS project_en, v.place_id AS village_id, v.name AS village,
           v.name_en AS village_en, f.seen, f.source_id
    FROM record_finding AS f
    JOIN record_rule AS r ON r.rule = f.rule
    LEFT JOIN project AS p ON p.project_id = f.project_id
    LEFT JOIN village AS v ON v.place_no = f.place_no
"""


@per_build(4)
def by_rule(atlas: Atlas) -> pd.DataFrame:
    """Every rule: rule, severity, title_zh, title_en, mend_zh, mend_en, found; the worst first, then by position."""
    return (
        atlas.cursor()
        .execute(
            "SELECT r.*, (SELECT count(*) FROM record_finding AS f WHERE f.rule = r.rule) AS found FROM record_rule "
            "AS r "
            "ORDER BY list_position(['wrong', 'doubtful', 'remarkable'], r.severity), r.position"
        )
        .df()
    )


@per_build(64)
def examples(atlas: Atlas, rule: str, most: int) -> pd.DataFrame:
    """The first findings of a rule: project_id, project, project_en, village_id, village, village_en, seen,
    source_id."""
    query = f"{ROWS} WHERE f.rule = $1 ORDER BY f.project_id, village_id, f.seen LIMIT $2"
    return atlas.cursor().execute(query, [rule, most]).df()


def rows(atlas: Atlas) -> pd.DataFrame:
    """Every finding with its rule in words, in the order of the rules."""
    return atlas.cursor().execute(f"{ROWS} ORDER BY r.position, f.project_id, village_id, f.seen").df()
