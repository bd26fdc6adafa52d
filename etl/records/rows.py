"""Rows that the importer let through: which of them fit into the atlas, and their columns as the tables want them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from etl.declaration import Source
from etl.importing import reject_late
from etl.records.stages import programme
from etl.store import Store
from importer.intake import Intake

SEEN = ("original", "republished", "mirror", "cited", "not_seen")  # of the document that a row rests on
CONFIDENCE = ("high", "medium", "low")
MOST_MONEY = 1e15  # more than any country spends in any currency, and as far as a float holds cents
TOLD_BY = ("document", "publisher", "published_on", "url", "seen", "confidence")  # where a row was published


def of_known_words(
    store: Store, source: Source, intake: Intake, rows: pd.DataFrame, words: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """Rows whose words are known ones: field → what may stand there, beside nothing."""
    for field, known in words.items():
        said = texts(rows, field)
        rows = kept(store, source, intake, rows, said.isna() | said.isin(known), "unknown_word", field)
    return rows


def of_known_projects(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> pd.DataFrame:
    projects = {row[0] for row in store.sql("SELECT project_id FROM project").fetchall()}
    known = rows["project_id"].isin(projects)
    return kept(store, source, intake, rows, known, "project_unknown", "project_id")


def of_known_states(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> pd.DataFrame:
    """States by their ids; a word that the profile does not declare is rejected."""
    said = texts(rows, "state")
    named = programme(store.profile).named(said)
    fit = kept(store, source, intake, rows, said.isna() | named.notna(), "state_unknown", "state")
    return fit.assign(state=programme(store.profile).named(texts(fit, "state")))


def of_villages(store: Store, source: Source, intake: Intake, rows: pd.DataFrame, field: str) -> pd.DataFrame:
    """`place_no` of the villages that a column of codes names; an empty code stays empty."""
    numbers = dict(store.sql("SELECT place_id, place_no FROM village").fetchall())
    code = texts(rows, field)
    known = code.isna() | code.isin(numbers)
    fit = kept(store, source, intake, rows, known, "not_a_village", field)
    return fit.assign(place_no=texts(fit, field).map(numbers).astype("Int64"))


def kept(
    store: Store,
    source: Source,
    intake: Intake,
    rows: pd.DataFrame,
    known: pd.Series,
    rule: str,
    field: str,
) -> pd.DataFrame:
    if not known.all():
        lost = rows.loc[~known, ["file", "row_number", field]].rename(columns={field: "value"})
        reject_late(store, source, intake, lost, rule, field)
    return rows[known].reset_index(drop=True)


def texts(rows: pd.DataFrame, name: str) -> pd.Series:
    """A column of objects, all unknown where the file has none."""
    if name in rows:
        return rows[name].astype(object).where(rows[name].notna(), None)
    return pd.Series([None] * len(rows), index=rows.index, dtype=object)


def money(rows: pd.DataFrame, name: str) -> pd.Series:
    """An amount, its cents with it; NaN where it is not known."""
    return rows[name].astype(float) if name in rows else pd.Series(np.nan, index=rows.index)


def of_money(store: Store, source: Source, intake: Intake, rows: pd.DataFrame, fields: Iterable[str]) -> pd.DataFrame:
    """Rows whose amounts have room in a table: a slip of the keyboard is no reason to stop a build."""
    for field in (name for name in fields if name in rows):
        rows = kept(store, source, intake, rows, ~(money(rows, field).abs() >= MOST_MONEY), "too_much_money", field)
    return rows


def whole(rows: pd.DataFrame, name: str) -> pd.Series:
    values = rows[name].astype(float).round() if name in rows else pd.Series(np.nan, index=rows.index)
    return values.astype("Int64")
