"""A register against what is published: which villages it turns, which it leaves out, what is odd about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import pandas as pd
import pyarrow as pa

from atlas.desk.registers.register_facts import FactChanges, fact_changes
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
    facts: FactChanges | None = None  # of a register of villages


def changes(atlas: Atlas, rows: pa.Table | pd.DataFrame, kind: str, place_id: str) -> RegisterChanges:
    """`rows` as importer/convert/rows_said.py has them, every cell a text or None. A register of the whole country is
    compared by the database, which lets other pages run meanwhile.
    """
    level = _level(atlas, place_id)
    with _handed_in(atlas, rows) as cursor:
        inside, missing, outside = (cursor.execute(query.format(level=level), [place_id]).df() for query in _VILLAGES)
        of_programme = cursor.execute(_OF_PROGRAMME.format(level=level), [place_id]).fetchall()[0][0]
        odd_speeds = cursor.execute(_ODD_SPEEDS, [FASTEST_MBPS]).fetchall()[0][0] if kind == "coverage" else 0
        said = _said(atlas, cursor) if kind == "coverage" else _nothing()
        told = fact_changes(cursor, level, place_id) if kind == "villages" else None
    compared = _compared(atlas, said[said["place_no"].isin(inside["place_no"])])
    compared = compared[compared["before"] != NOT_APPLICABLE]  # outside the programme nothing turns
    is_other = compared["before"] != compared["after"]
    turned = compared[is_other].merge(inside, on="place_no").sort_values(["after", "standard", "place_id"])
    was_connected = (compared["before"] == CONNECTED).sum()
    fell = ((compared["before"] == CONNECTED) & (compared["after"] == UNCONNECTED)).sum()
    return RegisterChanges(
        turned=turned.reset_index(drop=True),
        held=inside[["place_id", "name"]],
        villages=len(inside),
        same=int((~is_other).sum()),
        missing=missing,
        of_programme=of_programme,
        outside=outside,
        fall=float(fell / was_connected) if was_connected else 0.0,
        odd_speeds=odd_speeds,
        facts=told,
    )


#: Those inside that the register speaks of, those of the programme that it leaves out, and those elsewhere.
_VILLAGES = (
    """SELECT place_no, place_id, name, name_en FROM village SEMI JOIN handed_in USING (place_id)
       WHERE "{level}_id" = $1 ORDER BY place_id""",
    """SELECT place_id, name, name_en FROM village ANTI JOIN handed_in USING (place_id)
       WHERE in_programme AND "{level}_id" = $1 ORDER BY place_id""",
    """SELECT DISTINCT place_id FROM handed_in
       ANTI JOIN (SELECT place_id FROM village WHERE "{level}_id" = $1) USING (place_id)
       WHERE place_id IS NOT NULL ORDER BY place_id""",
)
_OF_PROGRAMME = 'SELECT count(*) FROM village WHERE in_programme AND "{level}_id" = $1'
_ODD_SPEEDS = "SELECT count(*) FROM handed_in WHERE nullif(try_cast(download_mbps AS DOUBLE), 'nan') > $1"
#: Share first, as a build reads them; of several operators one that connects is enough, the newest day counts.
_SAID = f"""
    WITH told AS (
        SELECT place_id, standard, least, coalesce(as_of, '') AS as_of,
               coalesce(nullif(try_cast(share AS DOUBLE), 'nan'), CASE WHEN is_covered IN ('True', 'true') THEN 1.0
                                                        WHEN is_covered IN ('False', 'false') THEN 0.0 END) AS share
        FROM handed_in JOIN speaks_of USING (technology)
    ),
    newest AS (
        SELECT place_id, standard, max(struct_pack(as_of := as_of, is_met := share >= least)).is_met AS is_met
        FROM told WHERE share IS NOT NULL GROUP BY ALL
    )
    SELECT place_no, standard, (CASE WHEN is_met THEN {CONNECTED} ELSE {UNCONNECTED} END)::TINYINT AS after
    FROM newest JOIN village USING (place_id)
"""


@contextmanager
def _handed_in(atlas: Atlas, rows: pa.Table | pd.DataFrame) -> Iterator[duckdb.DuckDBPyConnection]:
    """The rows as a table `handed_in`, for a moment."""
    cursor = atlas.cursor()
    cursor.register("handed_in", rows.astype("string") if isinstance(rows, pd.DataFrame) else rows)
    try:
        yield cursor
    finally:
        cursor.unregister("handed_in")


def _level(atlas: Atlas, place_id: str) -> str:
    place = places.place(atlas, place_id)
    assert place is not None
    return place.level


def _said(atlas: Atlas, cursor: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """place_no, standard, after: what the rows say of each village that there is."""
    least = facts.settings(atlas).get("least_share") or {}
    pairs = [(one, standard) for standard, named in _named(atlas).items() for one in named]
    speaks_of = pd.DataFrame(
        [(one, standard, least.get(standard, USUAL_SHARE)) for one, standard in pairs],
        columns=["technology", "standard", "least"],
    )
    if speaks_of.empty:
        return _nothing()
    cursor.register("speaks_of", speaks_of)
    try:
        return cursor.execute(_SAID).df()
    finally:
        cursor.unregister("speaks_of")


def _named(atlas: Atlas) -> dict[str, list[str]]:
    """Standard → the technologies that speak of it; of builds that do not tell, the one of its own name."""
    told = facts.settings(atlas).get("technologies")
    return told or {one.standard_id: [one.standard_id] for one in facts.standards(atlas)}


def _nothing() -> pd.DataFrame:
    return pd.DataFrame({"place_no": pd.Series(dtype=int), "standard": pd.Series(dtype=str), "after": []})


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
        """
        parts.append(own.merge(atlas.cursor().execute(query).df(), on="place_no"))
    if not parts:
        return said.assign(before=UNKNOWN, evidence=None).iloc[:0]
    return pd.concat(parts, ignore_index=True)
