"""Cell sites: how many each operator has, and where they stand, if that may be seen."""

from __future__ import annotations

import pandas as pd

from indicators import facts
from indicators.database import Atlas

MOST_DRAWN = 5_000
Bounds = tuple[float, float, float, float]


def counted(atlas: Atlas) -> pd.DataFrame:
    """operator (None: not told apart), technology, as_of, sites, without_position, evidence, source_id."""
    return (
        atlas.cursor()
        .execute(
            """
            SELECT operator, technology, as_of, count(*) AS sites, count(*) - count(lon) AS without_position,
                   max(evidence)::TEXT AS evidence, string_agg(DISTINCT source_id, ';' ORDER BY source_id) AS source_id
            FROM cell_site GROUP BY ALL ORDER BY operator, technology, as_of
            """
        )
        .df()
    )


def may_be_seen(atlas: Atlas) -> bool:
    """Whether the profile publishes where sites stand ([map] may_publish_sites); without a word it does not."""
    return bool(facts.settings(atlas)["map"].get("may_publish_sites", False))


def positions(atlas: Atlas, bounds: Bounds | None) -> list[list[float]]:
    """Longitude and latitude of the sites inside bounds (west, south, east, north in degrees), each once; nothing where
    they may not be seen, or are too many to draw.
    """
    if bounds is None or not may_be_seen(atlas):
        return []
    rows = (
        atlas.cursor()
        .execute(
            "SELECT DISTINCT lon, lat FROM cell_site WHERE lon BETWEEN $1 AND $3 AND lat BETWEEN $2 AND $4 "
            f"ORDER BY 1, 2 LIMIT {MOST_DRAWN + 1}",
            list(bounds),
        )
        .fetchall()
    )
    return [] if len(rows) > MOST_DRAWN else [[lon, lat] for lon, lat in rows]
