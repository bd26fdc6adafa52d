"""What changed between two releases, in words: kinds of changes, reasons, one row per change."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from atlas.files import file_facts
from atlas.files.sheets import Facts
from atlas.files.table_files import Table
from atlas.look import badges, figures
from atlas.look.language import mark, pick, place_name, place_names, speaking, t
from indicators import compare_builds, facts, places
from indicators.compare_builds import ADDED, CODE, DATA, DECISION, EVIDENCE, METHOD, RECODED, REMOVED, STATE, Difference
from indicators.database import Atlas, per_build

KINDS = {
    STATE: mark("Another state"),
    ADDED: mark("Newly listed"),
    REMOVED: mark("Removed"),
    RECODED: mark("Another code"),
    EVIDENCE: mark("Same state, other evidence"),
}
REASONS = {
    DECISION: mark("decision on a correction"),
    DATA: mark("new data"),
    CODE: mark("change of codes"),
    METHOD: mark("register or method"),
}
KEPT = 4


def between(older: Atlas, newer: Atlas) -> Difference:
    """The difference, made once for each pair: builds never change."""
    return _from(newer, older)


@per_build(KEPT)
def _from(newer: Atlas, older: Atlas) -> Difference:
    with older.reading(), newer.reading():
        return compare_builds.difference(older, newer)


def within(found: Difference, atlas: Atlas, place_id: str, village_id: str | None = None) -> pd.DataFrame:
    """The changes at a place and below, or of one village."""
    rows = found.rows
    if village_id is not None:
        return rows[rows["place_id"] == village_id]
    place = places.place(atlas, place_id)
    column = f"{place.level}_id" if place else ""
    return rows[rows[column] == place_id] if column in rows else rows


def counts(rows: pd.DataFrame) -> dict[str, int]:
    """Kind → villages, each once per kind."""
    found = rows.groupby("kind")["place_id"].nunique() if len(rows) else {}
    return {kind: int(found.get(kind, 0)) for kind in KINDS}


def reason(atlas: Atlas, row: Mapping[Hashable, Any]) -> str:
    """`decision on a correction (No. 000012)`, `new data (Register of …)`."""
    why = row["reason"]
    word = t(REASONS[why])
    if why == DECISION:
        return figures.bracketed(word, t("No. {n}", n=f"{int(row['challenge_no']):06}"))
    if why == DATA:
        return figures.bracketed(word, source(atlas, str(row["source_id"])))
    return word


def source(atlas: Atlas, source_id: str) -> str:
    """A source's title."""
    found = (one for one in facts.sources(atlas).to_dict("records") if one["source_id"] == source_id)
    one = next(found, None)
    return source_id if one is None else pick({"zh": one["title_zh"], "en": one["title_en"]})


def turned(row: Mapping[Hashable, Any]) -> str:
    """`Connected → Unconnected`; of what has no states what happened."""
    if row["kind"] == STATE:
        return f"{badges.state_word(int(row['before']))} → {badges.state_word(int(row['after']))}"
    kind = row["kind"]
    word = t(KINDS[kind])
    if kind == RECODED:
        return figures.bracketed(word, f"{row['former_id']} → {row['place_id']}")
    return word


def when(row: Mapping[Hashable, Any]) -> str:
    """The day that a state is of; two where the newer release goes further."""
    if pd.isna(row["as_of"]) or row["as_of"] is None:
        return ""
    before, after = pd.Timestamp(row["as_of_before"]).date(), pd.Timestamp(row["as_of"]).date()
    return figures.day(after) if before == after else f"{figures.day(before)} → {figures.day(after)}"


def table(older: Atlas, newer: Atlas, within_id: str, lang: str, link: str) -> Table:
    """All changes at a place as a file."""
    with speaking(lang):
        rows = within(between(older, newer), newer, within_id)
        names = {one.standard_id: pick(one.name) for one in facts.standards(newer)}
        told = rows.to_dict("records")
        shown = pd.DataFrame(
            {
                t("Code"): rows["place_id"],
                t("Village"): place_names(rows["name"], rows["name_en"]),
                t("Change"): [_kind(one) for one in told],
                t("Former code"): rows["former_id"],
                t("Standard"): [names.get(one["standard"], "") for one in told],
                t("Date"): [when(one) for one in told],
                t("State before"): [_state(one["before"]) for one in told],
                t("State after"): [_state(one["after"]) for one in told],
                t("Reason"): [reason(newer, one) for one in told],
            }
        )
        said: Facts = [
            (t("Place"), file_facts.place_words(newer, within_id)),
            (t("From"), release_words(older)),
            (t("To"), release_words(newer)),
        ]
        said += file_facts.of_build(newer, link)
        parts = ("changes", release_words(older), release_words(newer), within_id)
        return Table(t("What changed"), list(shown.columns), shown, said, parts, False)


def _kind(row: Mapping[Hashable, Any]) -> str:
    kind = row["kind"]
    return t(KINDS[kind])


def _state(number: Any) -> str:
    return "" if pd.isna(number) or int(number) < 0 else badges.state_word(int(number))


def release_words(atlas: Atlas) -> str:
    """The number of a release; the id of a build that is none."""
    return facts.release(atlas) or atlas.build_id


def village_name(row: Mapping[Hashable, Any]) -> str:
    return place_name(str(row["name"]), row["name_en"])
