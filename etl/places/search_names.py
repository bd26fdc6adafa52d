"""Names as people type them: small letters without accents and blanks, and Chinese ones in pinyin."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pandas as pd
from pypinyin import lazy_pinyin

from etl.store import Store
from importer.place.names import normal

FIRST_IDEOGRAPH = "\u3400"


def load_search_names(store: Store) -> None:
    """Fill search_name with every place and every village of the build."""
    places = store.sql("SELECT place_id, name, coalesce(name_en, '') AS other FROM place").df()
    villages = store.sql("SELECT place_id, name, '' AS other FROM village").df()
    named = pd.concat([places, villages], ignore_index=True)
    readings = search_keys(named["name"].unique())
    latin = {text: f" {normal(text)}" if text else "" for text in named["other"].unique()}
    named["name_key"] = named["name"].map(readings) + named["other"].map(latin)
    store.insert("search_name", named[["place_id", "name_key"]])
    rest_on = store.sql(
        "SELECT DISTINCT source_id FROM meta_lineage WHERE table_name IN ('place', 'village')"
    ).fetchall()
    for (source_id,) in rest_on:
        store.trace_id("search_name", source_id)


def search_keys(names: Iterable[str]) -> dict[str, str]:
    """Name → its key: `São José` → saojose, `新田县` → xintianxian.

    Each character is read by itself: one of several readings gets its usual one. Places above the village
    also have the Latin name that they are shown with, which is read as a whole.
    """
    return {name: "".join(map(_reading, normal(name))) for name in names}


@cache
def _reading(letter: str) -> str:
    return "".join(lazy_pinyin(letter)) if letter >= FIRST_IDEOGRAPH else letter
