"""Published figures with the words, the document and the address they come from, and where they contradict each
other.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from etl.declaration import Source
from etl.records.row_checks import (
    FIRST_DATA_ROW,
    known_places,
    recorded,
    refuse_empty,
    refuse_repeated,
    refuse_unknown_words,
    row_error,
)
from etl.records.values import QUALIFIERS, period, quantity
from etl.source_file import file_path, read_text_table
from etl.source_form import PublishedForm
from etl.store import Store

NEEDED = ["figure_id", "topic", "indicator", "value_text", "unit", "document"]
RATES = ("coverage", "target")  # topics of which a share of villages cannot exceed the whole
#: One cell: what one document says of one thing.
CELL = ["place_id", "place_name", "indicator", "date_text", "batches", "document"]
CONTRADICTION = [f"{part}_{lang}" for part in ("subject", "said", "used") for lang in ("zh", "en")]


def load_published_figures(store: Store, source: Source) -> None:
    """Fill `published_figure`: the text as printed, and the number where there is one.

    The declaration may map `qualifier` to a column of its own; else it stands before the number. `document = "…"` in
    the declaration names the one document of all rows. Raises RowError naming file, row and field.
    """
    path = file_path(source)
    told = source.told(PublishedForm)
    columns = told.columns
    frame = read_text_table(source, path, list(columns.values()))
    figures = frame[list(columns.values())].set_axis(list(columns), axis=1)
    if "document" not in columns:
        figures["document"] = told.document
    figures = _with_qualifier(path, figures)
    refuse_repeated(path, figures["figure_id"])
    refuse_empty(path, figures, NEEDED)
    refuse_unknown_words(path, figures)
    _refuse_unknown_contradictions(store, path, figures)
    _refuse_two_of_one_cell(path, figures)
    _list_unknown_places(store, source, path, figures)
    read = [quantity(text) for text in figures["value_text"]]
    dates = [period(text) for text in figures["date_text"]]
    figures = figures.assign(
        qualifier=[q.qualifier for q in read],
        value=[q.value for q in read],
        value_low=[q.low for q in read],
        value_high=[q.high for q in read],
        date_from=[first for first, _ in dates],
        date_to=[last for _, last in dates],
        is_derived=_flags(path, figures),
    )
    _refuse_beyond_whole(path, figures)
    store.insert("published_figure", figures, source)
    recorded(store, source, path, len(frame))


def load_contradictions(store: Store, source: Source) -> None:
    """Fill `contradiction`: who says what, and which reading the atlas uses by which rule.

    One in which no figure stands (it may be about projects or rules) is loaded and listed.
    """
    path, frame = _contradictions(source)
    refuse_repeated(path, frame["contradiction_id"])
    refuse_empty(path, frame, list(frame.columns))
    store.insert("contradiction", frame, source)
    _list_without_figures(store, source, path, frame["contradiction_id"])
    recorded(store, source, path, len(frame))


def _contradictions(source: Source) -> tuple[Path, pd.DataFrame]:
    path, needed = file_path(source), ["contradiction_id", *CONTRADICTION]
    return path, read_text_table(source, path, needed)[needed]


def _list_without_figures(store: Store, source: Source, path: Path, ids: pd.Series) -> None:
    named = {row[0] for row in store.sql("SELECT DISTINCT contradiction_id FROM published_figure").fetchall()}
    alone = ~ids.isin(named)
    listed = {
        "file": path.name,
        "row_number": ids.index[alone] + FIRST_DATA_ROW,
        "field": "contradiction_id",
        "value": ids[alone],
    }
    store.remark(source, pd.DataFrame(listed), rule="contradiction_without_figure", is_rejected=False)


def _with_qualifier(path: Path, figures: pd.DataFrame) -> pd.DataFrame:
    """The qualifier before its number, as figures are written; one that nobody knows is refused."""
    if "qualifier" in figures:
        for number, mark in enumerate(figures["qualifier"], start=FIRST_DATA_ROW):
            if isinstance(mark, str) and mark not in QUALIFIERS:
                raise row_error(path, number, "qualifier", " ".join(QUALIFIERS), mark)
        figures["value_text"] = figures["qualifier"].fillna("") + figures["value_text"]
    for number, text in enumerate(figures["value_text"], start=FIRST_DATA_ROW):
        if isinstance(text, str) and text[:1] in "<>=~≈≥≤±" and quantity(text).value is None:
            raise row_error(path, number, "value", f"a number after one of {' '.join(QUALIFIERS)}", text)
    return figures


def _refuse_unknown_contradictions(store: Store, path: Path, figures: pd.DataFrame) -> None:
    """A figure in a contradiction that nobody explains would stand there without the rule by which one is used."""
    explained = {
        one
        for source in store.profile.of_kind("contradictions")
        for one in _contradictions(source)[1]["contradiction_id"]
    }
    for number, one in enumerate(figures.get("contradiction_id", []), start=FIRST_DATA_ROW):
        if isinstance(one, str) and one not in explained:
            raise row_error(path, number, "contradiction_id", "a contradiction that the profile explains", one)


def _refuse_two_of_one_cell(path: Path, figures: pd.DataFrame) -> None:
    cells = figures.reindex(columns=CELL).astype(object).fillna("").agg("|".join, axis=1)
    again = cells[cells.duplicated()]
    if len(again):
        row = figures.loc[again.index[0]]
        expected = "one figure of a document for a place, indicator and date"
        found = f"a second one: {row['indicator']} of {row['place_name']}, {row['date_text']}"
        raise row_error(path, int(again.index[0]) + FIRST_DATA_ROW, "indicator", expected, found)


def _refuse_beyond_whole(path: Path, figures: pd.DataFrame) -> None:
    is_share = figures["unit"].str.startswith("percent") & figures["topic"].isin(RATES)
    beyond = figures.index[is_share & ((figures["value"] > 100) | (figures["value"] < 0))]
    if len(beyond):
        found = str(figures.loc[beyond[0], "value_text"])
        raise row_error(path, int(beyond[0]) + FIRST_DATA_ROW, "value", "a share from 0 to 100", found)


def _flags(path: Path, figures: pd.DataFrame) -> list[bool]:
    said = figures.get("is_derived", pd.Series(None, index=figures.index, dtype=object))
    for number, word in enumerate(said, start=FIRST_DATA_ROW):
        if isinstance(word, str) and word not in ("true", "false"):
            raise row_error(path, number, "is_derived", "true, false or nothing", word)
    return [word == "true" for word in said]


def _list_unknown_places(store: Store, source: Source, path: Path, figures: pd.DataFrame) -> None:
    unknown = figures["place_id"].notna() & ~figures["place_id"].isin(known_places(store))
    listed = {
        "file": path.name,
        "row_number": figures.index[unknown] + FIRST_DATA_ROW,
        "field": source.told(PublishedForm).columns["place_id"],
        "value": figures["place_id"][unknown],
    }
    store.remark(source, pd.DataFrame(listed), rule="figure_of_unknown_place", is_rejected=False)
