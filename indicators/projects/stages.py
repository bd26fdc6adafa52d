"""The programme as states: which there are, in which order, and until when anything is known of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from indicators import facts
from indicators.database import Atlas, per_build


@dataclass(frozen=True)
class Way:
    """The states that days of a village show, and the one that it begins with."""

    first: str
    opened: str
    accepted: str


def has_projects(atlas: Atlas) -> bool:
    """Whether any single project was loaded."""
    return bool(_one(atlas, "SELECT count(*) FROM project WHERE scope = 'project'"))


@per_build(4)
def way(atlas: Atlas) -> Way:
    """The states by which days of villages are read, as the profile declares them."""
    held = states(atlas)
    reached = dict(zip(held["reached_by"], held["state"], strict=True))
    first = str(held.loc[held["is_first_of_village"], "state"].iloc[0])
    return Way(first, reached.get("opened_date", "opened"), reached.get("accepted_date", "accepted"))


@per_build(4)
def states(atlas: Atlas) -> pd.DataFrame:
    """Every state in its order: state, position, is_side, is_first_of_village, reached_by, name_zh, name_en."""
    return atlas.cursor().execute("SELECT * FROM programme_state ORDER BY position").df()


@per_build(4)
def state_names(atlas: Atlas) -> dict[str, dict[str, str]]:
    """State → its name in both languages."""
    return {row["state"]: {"zh": row["name_zh"], "en": row["name_en"]} for row in states(atlas).to_dict("records")}


@per_build(4)
def last_day(atlas: Atlas) -> date | None:
    """The last day on record that is not after the build: what "now" means here. None without any record."""
    day = facts.build_facts(atlas).get("last_day")
    return date.fromisoformat(day) if day else None


def _one(atlas: Atlas, query: str, bound: dict[str, Any] | None = None) -> Any:
    return atlas.cursor().execute(query, bound).fetchall()[0][0]
