"""A register against what is published: which villages it turns, which it leaves out, what is odd about it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ground.states import CONNECTED, NOT_APPLICABLE, UNCONNECTED, UNKNOWN
from indicators import facts, places
from indicators.database import Atlas

USUAL_SHARE = 0.5  # of a village covered, from which on it counts as connected where a profile says nothing else
MOST_FALL = 0.05  # of the connected villages of a register, beyond which a fall is marked
FASTEST_MBPS = 10_000.0


@dataclass(frozen=True)
class RegisterChanges:
    """`turned`: place_no, place_id, name, name_en, standard, before, evidence, after; one row per village and standard
    that the register says otherwise. `missing`: programme villages of the place that it says nothing of.
    """

    turned: pd.DataFrame
    held: pd.DataFrame  # place_id, name of the villages that the register speaks of
    villages: int  # that the register speaks of
    same: int  # villages × standards that it says as published
    missing: pd.DataFrame
    of_programme: int  # villages of the place in the programme
    outside: pd.DataFrame  # place_id of villages elsewhere, and of what the atlas has no village of
    fall: float  # share of connected villages that turn unconnected
    odd_speeds: int


def changes(atlas: Atlas, rows: pd.DataFrame, kind: str, place_id: str) -> RegisterChanges:
    """`rows` as importer/convert/rows_said.py has them, every cell a text or None."""
    named = rows["place_id"].dropna().drop_duplicates()
    known = _villages(atlas, named.tolist())
    level = _level(atlas, place_id)
    inside = known[known[f"{level}_id"] == place_id]
    programme = _programme(atlas, level, place_id)
    missing = programme[~programme["place_id"].isin(inside["place_id"])]
    said = _said(atlas, rows) if kind == "coverage" else _nothing()
    compared = _compared(atlas, said.merge(inside, on="place_id"))
    compared = compared[compared["before"] != NOT_APPLICABLE]  # outside the programme nothing turns
    is_other = compared["before"] != compared["after"]
    turned = compared[is_other].sort_values(["after", "standard", "place_id"], ignore_index=True)
    was_connected = (compared["before"] == CONNECTED).sum()
    fell = ((compared["before"] == CONNECTED) & (compared["after"] == UNCONNECTED)).sum()
    speeds = pd.to_numeric(rows.get("download_mbps", pd.Series(dtype=float)), errors="coerce")
    return RegisterChanges(
        turned=turned,
        held=inside[["place_id", "name"]].sort_values("place_id", ignore_index=True),
        villages=len(inside),
        same=int((~is_other).sum()),
        missing=missing,
        of_programme=len(programme),
        outside=named[~named.isin(inside["place_id"])].to_frame("place_id"),
        fall=float(fell / was_connected) if was_connected else 0.0,
        odd_speeds=int((speeds > FASTEST_MBPS).sum()),
    )


def _level(atlas: Atlas, place_id: str) -> str:
    place = places.place(atlas, place_id)
    assert place is not None
    return place.level


def _villages(atlas: Atlas, ids: list[str]) -> pd.DataFrame:
    above = ", ".join(f'v."{level}_id"' for level in places.levels(atlas)[:-1])
    query = f"""
        SELECT v.place_no, v.place_id, v.name, v.name_en, {above}
        FROM village AS v JOIN (SELECT unnest($1::TEXT[]) AS place_id) USING (place_id)
    """
    return atlas.cursor().execute(query, [ids]).df()


def _programme(atlas: Atlas, level: str, place_id: str) -> pd.DataFrame:
    query = f'SELECT place_id, name, name_en FROM village WHERE in_programme AND "{level}_id" = $1 ORDER BY place_id'
    return atlas.cursor().execute(query, [place_id]).df()


def _said(atlas: Atlas, rows: pd.DataFrame) -> pd.DataFrame:
    """place_id, standard, after: of several operators or days one that connects is enough, the newest day first."""
    flag = rows["is_covered"].map({"True": 1.0, "False": 0.0, "true": 1.0, "false": 0.0})
    share = pd.to_numeric(rows["share"], errors="coerce").fillna(flag.astype(float))  # in this order, as a build does
    told = pd.DataFrame({"place_id": rows["place_id"], "as_of": rows["as_of"].fillna(""), "share": share})
    least = facts.settings(atlas).get("least_share") or {}
    parts = []
    for standard, named in _named(atlas).items():
        own = told[rows["technology"].isin(named) & share.notna()]
        covered = (own["share"] >= least.get(standard, USUAL_SHARE)).astype(float)
        parts.append(own.assign(standard=standard, covered=covered))
    if not parts:
        return _nothing()
    whole = pd.concat(parts)
    newest = whole[whole["as_of"] == whole.groupby(["place_id", "standard"])["as_of"].transform("max")]
    best = newest.groupby(["place_id", "standard"], as_index=False)["covered"].max()
    best["after"] = np.where(best["covered"] > 0, CONNECTED, UNCONNECTED)
    return best[["place_id", "standard", "after"]]


def _named(atlas: Atlas) -> dict[str, list[str]]:
    """Standard → the technologies that speak of it; of builds that do not tell, the one of its own name."""
    told = facts.settings(atlas).get("technologies")
    return told or {one.standard_id: [one.standard_id] for one in facts.standards(atlas)}


def _nothing() -> pd.DataFrame:
    return pd.DataFrame({"place_id": pd.Series(dtype=object), "standard": pd.Series(dtype=object), "after": []})


def _compared(atlas: Atlas, said: pd.DataFrame) -> pd.DataFrame:
    """With the newest published state of each, and what that rests on."""
    parts = []
    for one in facts.standards(atlas):
        own = said[said["standard"] == one.standard_id]
        if own.empty or not one.dates:
            continue
        column = str(facts.status_column(atlas, one.standard_id, one.dates[-1])["column_name"])
        query = f"""
            SELECT s.place_no, s."{column}" AS before, e."{column}" AS evidence
            FROM village_status AS s JOIN village_evidence AS e USING (place_no)
            JOIN (SELECT unnest($1::INTEGER[]) AS place_no) USING (place_no)
        """
        states = atlas.cursor().execute(query, [own["place_no"].tolist()]).df()
        parts.append(own.merge(states, on="place_no"))
    if not parts:
        return said.assign(before=UNKNOWN, evidence=None).iloc[:0]
    return pd.concat(parts, ignore_index=True)
