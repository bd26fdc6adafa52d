"""Rows of a register that say different things of the place above them: found by row, never settled by a guess.

A block that most rows put into one district and some into another is in the district of most; the others are rejected
and listed with both. Where as many rows say the one as the other, nobody knows, and all of them are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

CANDIDATES_SHOWN = 5


def contradicting(place_ids: pd.Series, parent_ids: pd.Series, names: Mapping[str, str]) -> pd.Series:
    """For each row that contradicts others of its place: the places above that are said, with how many rows say so.

    `place_ids` and `parent_ids` in step; the result has the index of the rows that are wrong.
    """
    pairs = pd.DataFrame({"place": place_ids, "parent": parent_ids})
    counts = pairs.value_counts(sort=False).rename("rows").reset_index()
    disputed = counts[counts["place"].duplicated(keep=False)]
    if disputed.empty:
        return pd.Series([], dtype=object)
    most = disputed.groupby("place")["rows"].transform("max")
    leads = disputed[disputed["rows"] == most]
    alone = leads[~leads["place"].duplicated(keep=False)]
    believed = dict(zip(alone["place"], alone["parent"], strict=True))
    said = {place: _listed(group, names) for place, group in disputed.groupby("place")}
    of_disputed = pairs[pairs["place"].isin(said)]
    is_wrong = of_disputed["place"].map(believed).to_numpy(dtype=object) != of_disputed["parent"].to_numpy(dtype=object)
    return of_disputed.loc[is_wrong, "place"].map(said).astype(object)


def _listed(group: pd.DataFrame, names: Mapping[str, str]) -> str:
    """ "63 ALPHA (2); 64 BETA (1)"."""
    ordered = group.sort_values(["rows", "parent"], ascending=[False, True])[:CANDIDATES_SHOWN]
    shown = [
        f"{parent} {names.get(parent, '')}".strip() + f" ({rows})"
        for parent, rows in zip(ordered["parent"], ordered["rows"], strict=True)
    ]
    return "; ".join(shown)


def not_above(rows: pd.DataFrame, levels: Sequence[str], nation_id: str) -> pd.Series:
    """For each row of a nested register whose parent is of its own level or of one below: what the parent is.

    `rows`: place_id, level, parent_code, name; `levels` from the nation to the settlement. So none lies in itself.
    """
    order = {level: n for n, level in enumerate(levels)}
    first = rows.drop_duplicates("place_id").set_index("place_id")
    parent_level = rows["parent_code"].map(first["level"]).where(rows["parent_code"] != nation_id, levels[0])
    is_wrong = parent_level.map(order).to_numpy(float) >= rows["level"].map(order).to_numpy(float)
    is_wrong &= (rows["place_id"] != nation_id).to_numpy()
    wrong = rows[is_wrong]
    named = wrong["parent_code"].map(first["name"]).fillna("")
    return (wrong["parent_code"] + " " + named + " (" + parent_level[is_wrong] + ")").astype(object)
