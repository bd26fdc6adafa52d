"""Kinds of settlements: which belong to the programme, as [kinds] names them.

Without [kinds] all are of one kind and belong to it. With it, a village of no kind, or of a kind without a name, would
be in no programme and on no list, so its row is rejected and named.
"""

from __future__ import annotations

import pandas as pd

from etl.declaration import Source
from etl.importing import reject_late
from etl.source_form import KindsTable, SettlementsForm
from etl.store import Store
from importer.intake import Intake

SETTLEMENT = {"kind": "settlement", "name_zh": "聚落", "name_en": "Settlement", "in_programme": True}
ONE_KIND = KindsTable(programme=("settlement",))


def with_kinds(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> pd.DataFrame:
    """Settlements with a column `kind`, each of a kind that has a name."""
    told = source.told(SettlementsForm).kinds
    if told is None:
        return rows.assign(kind=SETTLEMENT["kind"])
    is_empty = rows["kind"].isna()
    is_unnamed = ~is_empty & ~rows["kind"].isin(list(told.names))
    for wrong, rule in ((is_empty, "needed_empty"), (is_unnamed, "unknown_word")):
        listed = rows.loc[wrong, ["file", "row_number", "kind"]].rename(columns={"kind": "value"})
        reject_late(store, source, intake, listed, rule, "kind")
    return rows[~is_empty & ~is_unnamed].reset_index(drop=True)


def write_kinds(store: Store, source: Source) -> None:
    """Fill `village_kind`."""
    told = source.told(SettlementsForm).kinds
    kinds = (
        [SETTLEMENT]
        if told is None
        else [
            {"kind": kind, "name_zh": name["zh"], "name_en": name["en"], "in_programme": kind in told.programme}
            for kind, name in told.names.items()
        ]
    )
    store.insert("village_kind", pd.DataFrame(kinds))
    store.trace("village_kind", source)
