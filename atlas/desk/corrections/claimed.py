"""A list of corrections against what is published: which of its rows can be filed, and why the others cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from atlas.look import badges
from atlas.look.language import mark
from desk.challenges.claim import MOST_MBPS, Claim, Village
from desk.projected.states import reasons
from ground.spelling import folded
from indicators import facts
from indicators.database import Atlas, per_build

CONNECTED, UNCONNECTED, NOT_APPLICABLE = "connected", "unconnected", "not_applicable"
SAID = {"True": CONNECTED, "true": CONNECTED, "False": UNCONNECTED, "false": UNCONNECTED}
#: Why a row is refused: what is wrong, and how to mend it.
WRONG = {
    "outside": (mark("Of another place than the list."), mark("Hand it in for its own place, or leave it out.")),
    "no_village": (mark("The atlas has no such village."), mark("Check the code.")),
    "no_claim": (mark("It does not say whether the village is connected."), mark("Write yes or no.")),
    "no_standard": (mark("It names no standard."), mark("Name one, or choose one for all such rows.")),
    "which_standard": (mark("There is no such standard."), mark("Write it as the page lists it.")),
    "which_operator": (mark("There is no such carrier."), mark("Write it as the page lists it, or leave it empty.")),
    "no_reason": (mark("It gives no reason."), mark("Give one, or choose one for all such rows.")),
    "which_reason": (mark("There is no such reason."), mark("Write it as the page lists it.")),
    "against_itself": (mark("The reason says the opposite."), mark("Correct the reason, or yes and no.")),
    "wrong_speed": (mark("The speed cannot be right."), mark("Write it in Mbit/s.")),
    "never_counts": (
        mark("A community outside the programme: it never counts as unconnected."),
        mark("Leave it out."),
    ),
    "said_already": (mark("The atlas says so already."), mark("Leave it out: there is nothing to be corrected.")),
}


#: Of a row that was read, beside its place and number.
COLUMNS = ("is_connected", "standard", "operator", "claim_reason", "download_mbps", "claim_text")


@dataclass(frozen=True)
class Usual:
    """What holds for rows that do not say it; "": nothing."""

    standard: str = ""
    connected_because: str = ""
    unconnected_because: str = ""


@dataclass(frozen=True)
class Resolved:
    """`rows`: what each means, and `wrong`: the key of WRONG that refuses it, None where it can be filed."""

    rows: pd.DataFrame

    @property
    def fit(self) -> pd.DataFrame:
        return self.rows[self.rows["wrong"].isna()]

    @property
    def refused(self) -> pd.DataFrame:
        return self.rows[self.rows["wrong"].notna()]


def resolved(atlas: Atlas, rows: pd.DataFrame, path: str, usual: Usual) -> Resolved:
    """`rows` as importer/convert/rows_said.py has them, every cell a text or None; `path` is of the list's place.

    Whole columns at once: a list may have as many rows as are taken. Nothing in a row is believed but looked up.
    """
    found = _villages(atlas, rows.reset_index(drop=True))
    found["claim"] = _meant(found["is_connected"], SAID.get)
    found["standard_id"] = _meant(found["standard"], standards(atlas).get, usual.standard)
    found["operator_id"] = _meant(found["operator"], operators(atlas).get, "")
    because = {CONNECTED: usual.connected_because, UNCONNECTED: usual.unconnected_because}
    found["reason_id"] = _meant(found["claim_reason"], reason_words().get)
    found["reason_id"] = found["reason_id"].where(found["claim_reason"].notna(), found["claim"].map(because))
    found["reason_id"] = found["reason_id"].where(found["reason_id"].fillna("") != "", None)
    found["mbps"] = pd.to_numeric(found["download_mbps"], errors="coerce")
    found["seen"], found["seen_as_of"] = _states(atlas, found)
    found["wrong"] = _wrong(found, path)
    return Resolved(found)


def _meant(cells: pd.Series, meaning: Callable[[str], str | None], empty: str = "") -> pd.Series:
    """What texts stand for, each different one looked up once; `empty` where there is none, None where nobody knows."""
    known = {text: meaning(text) or meaning(folded(text)) for text in cells.dropna().unique()}
    return cells.map(known).astype(object).where(cells.notna(), empty or None)


def _wrong(found: pd.DataFrame, path: str) -> pd.Series:
    """The first thing that is wrong with each row."""
    claimed = found["reason_id"].map({name: one.claim for name, one in reasons().items()})
    says_standard, says_operator = found["standard"].notna(), found["operator"].notna()
    whole = found["path"].fillna("") + "/"
    tests = {
        "no_village": found["place_no"].isna(),
        "outside": ~whole.str.startswith(f"{path}/"),
        "no_claim": found["claim"].isna(),
        "which_standard": says_standard & found["standard_id"].isna(),
        "no_standard": found["standard_id"].isna(),
        "which_operator": says_operator & found["operator_id"].isna(),
        "which_reason": found["claim_reason"].notna() & found["reason_id"].isna(),
        "no_reason": found["reason_id"].isna(),
        "against_itself": claimed != found["claim"],
        "wrong_speed": found["download_mbps"].notna() & ~found["mbps"].between(0, MOST_MBPS),
        "never_counts": ~found["in_programme"].fillna(False).astype(bool) | (found["seen"] == NOT_APPLICABLE),
        "said_already": found["seen"] == found["claim"],
    }
    return pd.Series(np.select(list(tests.values()), list(tests), default=""), index=found.index).replace("", None)


def claims(atlas: Atlas, fit: pd.DataFrame) -> Iterator[Claim]:
    """The claims of rows that can be filed."""
    villages: dict[str, Village] = {}
    for row in fit.itertuples(index=False):
        village = villages.setdefault(row.place_id, Village(row.place_id, row.path))
        yield Claim(
            village=village,
            standard=row.standard_id,
            claim=row.claim,
            reason=row.reason_id,
            operator=row.operator_id or "",
            text=row.claim_text or "",
            download_mbps=None if pd.isna(row.mbps) else float(row.mbps),
            seen_release=atlas.build_id,
            seen_state=row.seen,
            seen_as_of=row.seen_as_of,
        )


# --- what words stand for ---------------------------------------------------------------------------------


def standards(atlas: Atlas) -> Mapping[str, str]:
    """Code or name in either language, folded → the standard."""
    return _named({one.standard_id: one.name for one in facts.standards(atlas) if one.dates})


def operators(atlas: Atlas) -> Mapping[str, str]:
    return _named(facts.operators(atlas))


@cache
def reason_words() -> Mapping[str, str]:
    return _named({name: {"zh": one.zh, "en": one.en} for name, one in reasons().items()})


def _named(names: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {folded(said): code for code, name in names.items() for said in (code, *name.values()) if said}


# --- what the atlas says ----------------------------------------------------------------------------------


@per_build(1)
def _upper(atlas: Atlas) -> tuple[str, ...]:
    return tuple(row[0] for row in atlas.cursor().execute("SELECT level_id FROM level ORDER BY position").fetchall())[
        :-1
    ]


def _villages(atlas: Atlas, rows: pd.DataFrame) -> pd.DataFrame:
    """With place_no, names, whether they are in the programme, and the path of the places above."""
    above = ", ".join(f'v."{level}_id"' for level in _upper(atlas))
    query = f"""
        SELECT v.place_no, v.place_id, v.name, v.name_en, v.in_programme, [{above}] AS above
        FROM village AS v JOIN (SELECT unnest($1::TEXT[]) AS place_id) USING (place_id)
    """
    held = atlas.cursor().execute(query, [rows["place_id"].dropna().unique().tolist()]).df()
    groupings = {row[0] for row in atlas.cursor().execute("SELECT place_id FROM place WHERE is_grouping").fetchall()}
    known: dict[tuple[str, ...], str] = {}
    paths = []
    for ids in held["above"]:
        steps = tuple(dict.fromkeys(one for one in ids if isinstance(one, str)))
        if steps not in known:  # as at_hand.path has it
            known[steps] = "/".join(one for one in steps if one not in groupings or one == steps[-1])
        paths.append(known[steps])
    held = held.drop(columns="above").assign(path=pd.Series(paths, index=held.index, dtype=object))
    return rows.merge(held, on="place_id", how="left")


def _states(atlas: Atlas, found: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """What the atlas says by the standard of each row, on its newest date; and that date (ISO)."""
    seen = pd.Series("", index=found.index, dtype=object)
    days = pd.Series("", index=found.index, dtype=object)
    for one in facts.standards(atlas):
        own = found["standard_id"].eq(one.standard_id) & found["place_no"].notna()
        if not one.dates or not own.any():
            continue
        column = str(facts.status_column(atlas, one.standard_id, one.dates[-1])["column_name"])
        query = f"""
            SELECT place_no, "{column}" AS state FROM village_status
            JOIN (SELECT unnest($1::INTEGER[]) AS place_no) USING (place_no)
        """
        numbers = found.loc[own, "place_no"].astype(int)
        said = atlas.cursor().execute(query, [numbers.unique().tolist()]).df().set_index("place_no")["state"]
        words = {state: badges.state_name(int(state)) for state in said.dropna().unique()}
        seen[own] = numbers.map(said).map(words).fillna("")
        days[own] = one.dates[-1].isoformat()
    return seen, days


def shown_rows(found: pd.DataFrame, most: int) -> list[dict[str, Any]]:
    """The first of some rows, as plain texts and numbers that a session may keep."""
    names = ["row", "place_id", "name", "name_en", "standard_id", "claim", "reason_id", "operator_id", "wrong"]
    return [
        {str(key): None if pd.isna(value) else value for key, value in one.items()}
        for one in found[names].head(most).to_dict("records")
    ]
