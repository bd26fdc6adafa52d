"""What spreads: costs of projects and sizes of pilot places, with the group each belongs to.

One seam for the screen, the chart as a picture and the table as a file, so that they cannot differ.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from atlas.charts import distribution
from atlas.look import figures
from atlas.look.language import mark, place_name, place_names, t
from ground.evidence import weakest
from indicators import facts, places
from indicators.database import Atlas
from indicators.projects import costs

TITLES = {
    "village": mark("Announced investment per village"),
    "household": mark("Announced investment per household"),
    "resident": mark("Announced investment per resident"),
    "project": mark("Announced investment per project"),
}


@dataclass(frozen=True)
class Spread:
    """Values of one kind. `rows` has name, place_id, place, group and value, and what the source gives."""

    title: str
    noun: str  # what is counted in a bar: a unit of figures.py
    unit: str
    rows: pd.DataFrame
    evidence: str | None  # the weakest of the rows; None where there are none
    tables: tuple[str, ...]  # of the atlas, that it rests on

    @property
    def known(self) -> pd.DataFrame:
        return self.rows.dropna(subset=["value"])

    @property
    def has_distribution(self) -> bool:
        return len(self.known) >= distribution.LEAST_VALUES


def divisor(atlas: Atlas, within: str, asked: str) -> str:
    """What amounts are divided by: what was asked for where it is known, else the first that is."""
    known = costs.known(atlas, within)
    return asked if asked in known else (known or ("village",))[0]


def amounts(atlas: Atlas, within: str, per: str) -> Spread:
    """Costs of single projects; totals of whole programmes are no part of a distribution."""
    found = costs.costs(atlas, within)
    found = found[found["scope"] == "project"]
    rows = found.assign(
        value=found[costs.COLUMNS[per]].astype(float),
        place=_named(found, "place_name"),
        group=_named(found, "region_name"),
    )
    return Spread(t(TITLES[per]), "project", "yuan", rows, _weakest(found["evidence"]), ("project",))


def ranked(atlas: Atlas, within: str, per: str) -> pd.DataFrame:
    """Projects and totals of programmes, the dearest first: label, value, place_id, evidence."""
    found = costs.costs(atlas, within)
    named = _named(found, "place_name")
    is_alone = ~found["place_id"].duplicated(keep=False)
    is_named_by_place = is_alone & (found["scope"] == "project")  # a total is more than its place
    pairs = zip(named, _named(found, "name"), is_named_by_place, strict=True)
    labels = [place if alone else f"{place} · {name}" for place, name, alone in pairs]
    held = found.assign(label=labels, value=found[costs.COLUMNS[per]].astype(float)).dropna(subset=["value"])
    return held.sort_values(["value", "project_id"], ascending=[False, True])


def pilot_sizes(atlas: Atlas, within: str) -> Spread:
    """Villages of each pilot place, by region."""
    found = facts.pilots(atlas, within).drop_duplicates("place_id")  # on several lists: one place
    names = {one: _region_name(atlas, one) for one in found["region_id"].dropna().unique()}
    rows = found.assign(
        value=found["villages"].astype(float),
        place=_named(found, "name"),
        name=place_names(found["published_name"], found["name_en"]),
        group=found["region_id"].map(names),
    )
    evidence = "declared" if len(found) else None
    return Spread(t("Villages of each pilot place"), "place", "village", rows, evidence, ("pilot", "village"))


def _region_name(atlas: Atlas, place_id: str) -> str:
    one = places.place(atlas, place_id)
    return place_name(one.name, one.name_en) if one else place_id


def _named(frame: pd.DataFrame, column: str) -> list[str]:
    return place_names(frame[column], frame[f"{column}_en"])


def _weakest(evidence: pd.Series) -> str | None:
    kinds = [str(kind) for kind in evidence.dropna().unique()]
    return weakest(kinds) if kinds else None


def reason_words(reason: str, factor: float) -> str:
    """Why a value stands out."""
    if reason == "unit":
        times = figures.decimal(factor) if factor >= 1 else f"1/{figures.count(round(1 / factor))}"
        return t("usual once multiplied by {factor}: a wrong unit, or a total?", factor=times)
    words = {"above": t("above the upper fence"), "below": t("below the lower fence")}
    return words[reason]


def rule_words() -> str:
    """By what rule a value stands out."""
    return t(
        "More than {n} interquartile ranges beyond the quartiles; or {far} times off the median and usual once "
        "divided or multiplied by 1,000 or 10,000 (a unit of amounts mistaken, or a total among single ones).",
        n=figures.decimal(distribution.FENCE),
        far=figures.count(distribution.FAR_OFF),
    )
