"""Coverage that no standard of the profile reads, and standards that no coverage speaks of.

Either may be meant. Most often a word is spelt in one way here and in another there (`fiber`, `fibre`), and villages
are unknown, or unconnected, for no other reason; so a build tells it.
"""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from etl.status.standards import Meets, standards_met
from etl.store import Store

WORDS = ["source_id", "technology", "definition", "at_least_mbps"]
SAYS = ", ".join(WORDS)
LISTED = 12
PROFILE = "profile"  # what stands where a source is named, for what no source said


def remark_unread(store: Store, modelled: Collection[str]) -> None:
    """Fill `meta_warning`; `modelled` are standards whose states are simulated."""
    spoken = store.sql(f"SELECT {SAYS}, count(*) AS n FROM coverage GROUP BY ALL ORDER BY n DESC, {SAYS}").df()
    if spoken.empty:
        return
    meets = standards_met(store.profile)
    reads = {one.standard_id: store.sql(_read_by(one), _bound(one)).df() for one in meets}
    is_read = pd.concat([*reads.values(), spoken[WORDS].iloc[:0]], ignore_index=True).drop_duplicates()
    unread = spoken.merge(is_read.assign(is_read=True), how="left", on=WORDS)
    unread = unread[unread["is_read"].isna()]
    odd = [
        (str(source), "read_by_no_standard", "technology", _listed(rows))
        for source, rows in unread.groupby("source_id")
    ]
    heard = ", ".join(sorted(spoken["technology"].unique())[:LISTED])
    for one in meets:
        if reads[one.standard_id].empty and one.standard_id not in set(modelled):
            odd.append((PROFILE, "standard_without_data", one.standard_id, f"{_asks_for(one)} ≠ {heard}"))
    store.insert("meta_warning", pd.DataFrame(odd, columns=["source_id", "rule", "field", "seen"]))


def _read_by(meets: Meets) -> str:
    return f"SELECT DISTINCT {SAYS} FROM coverage WHERE {meets.speaks}"


def _bound(meets: Meets) -> dict[str, object]:
    return {name: value for name, value in meets.parameters.items() if f"${name}" in meets.speaks}


def _listed(rows: pd.DataFrame) -> str:
    said = [" ".join(_said(row)) + f" × {row.n:,}" for row in rows.head(LISTED).itertuples()]
    return ", ".join(said) + (" …" if len(rows) > LISTED else "")


def _said(row: object) -> list[str]:
    words = (getattr(row, name) for name in WORDS[1:])
    return [f"{word:g}" if isinstance(word, float) else str(word) for word in words if pd.notna(word)]


def _asks_for(meets: Meets) -> str:
    definition = [] if meets.definition is None else [meets.definition]
    return " ".join([" / ".join((*meets.technologies, *meets.implied_by)), *definition])
