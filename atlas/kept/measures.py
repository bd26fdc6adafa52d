"""Measured tables, asked for once: the map, its legend, its title, the ranking and the file share an answer."""

from __future__ import annotations

from datetime import date

import pandas as pd

from atlas.kept.single_flight import SingleFlight
from indicators.catalogue import catalogue
from indicators.database import Atlas
from indicators.measure import measure
from indicators.packed import Packed, packed, unpacked

HELD_BYTES = 48 << 20
Key = tuple[str, str, str, str, str | None, date | None, bool]
_held: SingleFlight[Key, Packed] = SingleFlight(HELD_BYTES, len)


def table(
    atlas: Atlas,
    indicator_id: str,
    within: str,
    level: str,
    standard: str | None,
    as_of: date | None,
    *,
    demonstration: bool = False,
) -> pd.DataFrame:
    """As `measure`, with the same errors. What depends on no standard is the same answer under all of them."""
    indicator = catalogue().get(indicator_id)
    if indicator is not None and not indicator.of_standard:
        standard = as_of = None
    key = (str(atlas.path), indicator_id, within, level, standard, as_of, demonstration)

    def make() -> Packed:
        return packed(
            measure(
                atlas,
                indicator_id,
                within=within,
                level=level,
                standard=standard,
                as_of=as_of,
                demonstration=demonstration,
            )
        )

    return unpacked(_held.get(key, make))
