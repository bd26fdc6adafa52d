"""Published figures by their id, each with its sentence and source: what stands beside a calculation."""

from __future__ import annotations

import pandas as pd

from indicators.database import Atlas, per_build


@per_build(32)
def quotations(atlas: Atlas, figure_ids: tuple[str, ...]) -> pd.DataFrame:
    """figure_id, value, qualifier, unit, date_text, quotation, document, source_id, title_zh, title_en; as listed.

    What this atlas does not hold has no row; a figure published as a text has no value.
    """
    return (
        atlas.cursor()
        .execute(
            """
            SELECT f.figure_id, f.value, f.qualifier, f.unit, f.date_text, f.quotation, f.document, f.source_id,
                   s.title_zh, s.title_en
            FROM published_figure AS f
            LEFT JOIN meta_source AS s USING (source_id)
            WHERE list_contains($ids, f.figure_id)
            ORDER BY list_position($ids, f.figure_id)
            """,
            {"ids": list(figure_ids)},
        )
        .df()
    )


def value(atlas: Atlas, figure_id: str) -> float | None:
    """The number of one published figure, or None where this atlas does not hold it."""
    found = quotations(atlas, (figure_id,))["value"].dropna()
    return None if found.empty else float(found.iloc[0])
