"""Published figures by the use that a page has for them, as the profile declares it: what stands beside a calculation.

A page knows uses ("the elasticity of access, low"), never figures: in a country whose profile declares none for a use
there is nothing to quote, and nothing is.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from indicators import facts
from indicators.database import Atlas, per_build


@per_build(4)
def declared(atlas: Atlas) -> dict[str, dict[str, Any]]:
    """Use → what the profile's `[[quotation]]` says of it: figure, name in both languages."""
    return {str(one["use"]): one for one in facts.settings(atlas).get("quotation", [])}


@per_build(32)
def quotations(atlas: Atlas, uses: tuple[str, ...]) -> pd.DataFrame:
    """use, name_zh, name_en, figure_id, value, qualifier, unit, date_from, date_text, quotation, document, source_id,
    title_zh, title_en; in the order asked.

    A use that the profile does not declare has no row; a figure published as a text has no value.
    """
    held = declared(atlas)
    asked = pd.DataFrame(
        [(use, held[use]["figure"], held[use]["name"]["zh"], held[use]["name"]["en"]) for use in uses if use in held],
        columns=["use", "figure_id", "name_zh", "name_en"],
    )
    found = (
        atlas.cursor()
        .execute(
            """
            SELECT f.figure_id, f.value, f.qualifier, f.unit, f.date_from, f.date_text, f.quotation, f.document,
                   f.source_id, s.title_zh, s.title_en
            FROM published_figure AS f
            LEFT JOIN meta_source AS s USING (source_id)
            WHERE list_contains($ids::TEXT[], f.figure_id)
            """,
            {"ids": list(asked["figure_id"])},
        )
        .df()
    )
    return asked.merge(found, on="figure_id", how="inner")


def quotation(atlas: Atlas, use: str) -> dict[str, Any] | None:
    """One row of `quotations`; None where the profile declares no figure for this use."""
    found = quotations(atlas, (use,))
    return None if found.empty else {str(key): value for key, value in found.iloc[0].to_dict().items()}


def value(atlas: Atlas, use: str) -> float | None:
    """The number of the figure that the profile declares for a use, else None."""
    found = quotations(atlas, (use,))["value"].dropna()
    return None if found.empty else float(found.iloc[0])
