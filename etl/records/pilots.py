"""Lists of pilot places, batch by batch, and how complete each list is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from etl.declaration import Source
from etl.errors import DeclarationError
from etl.records.row_checks import FIRST_DATA_ROW, recorded, refuse_repeated, refuse_unknown_places, row_error
from etl.source_file import file_path, read_text_table
from etl.store import Store

WHOLE = ("batch", "year")
LIST_KEYS = ("batch", "year", "published_total", "figure", "is_complete", "complete_in")


def load_pilots(store: Store, source: Source) -> None:
    """Fill `pilot` and `pilot_list`. A pilot inside another one is marked, so that totals count its villages once.

    What all rows share stands in [constant], what differs in a column; [[list]] says how complete the list of a batch
    is;
    without one it is taken for whole.
    """
    path = file_path(source)
    columns: dict[str, str] = source.need("columns")
    frame = read_text_table(source, path, list(columns.values()))
    pilots = frame[list(columns.values())].set_axis(list(columns), axis=1).assign(**source.need("constant"))
    refuse_unknown_places(store, path, pilots["place_id"])
    for field in WHOLE:
        pilots[field] = _whole_numbers(path, field, pilots[field])
    pilots["pilot_id"] = [f"{row.year}-{row.batch}-{row.place_id}" for row in pilots.itertuples()]
    refuse_repeated(path, pilots["pilot_id"])
    store.insert("pilot", pilots, source)
    store.sql(
        """
        UPDATE pilot SET within_pilot_id = outer_pilot.pilot_id
        FROM pilot AS outer_pilot JOIN place_within AS w ON w.ancestor_id = outer_pilot.place_id
        WHERE w.place_id = pilot.place_id AND outer_pilot.place_id <> pilot.place_id
          AND outer_pilot.batch = pilot.batch AND outer_pilot.technology = pilot.technology
        """
    )
    _write_lists(store, source, pilots)
    recorded(store, source, path, len(frame))


def _whole_numbers(path: Path, field: str, values: pd.Series) -> list[int]:
    for number, value in enumerate(values, start=FIRST_DATA_ROW):
        if not (isinstance(value, int) or (isinstance(value, str) and value.isascii() and value.isdigit())):
            raise row_error(path, number, field, "a whole number", str(value))
    return [int(value) for value in values]


def _write_lists(store: Store, source: Source, pilots: pd.DataFrame) -> None:
    declared: list[dict[str, Any]] = source.body.get("list", [])
    rows, places = [], []
    for one in declared or [{"batch": batch, "is_complete": True} for batch in sorted(set(pilots["batch"]))]:
        if unknown := sorted(set(one) - set(LIST_KEYS)):
            raise DeclarationError(
                str(source.declared_in), f"the keys {', '.join(LIST_KEYS)} in [[list]]", unknown[0], "mend it"
            )
        of_batch = pilots[pilots["batch"] == one["batch"]]
        held, year = len(of_batch), one.get("year", of_batch["year"].min())
        total = one.get("published_total")
        if total is not None and held > total:
            raise DeclarationError(
                f"{source.declared_in}, [[list]] of batch {one['batch']}",
                f"no more than the {total} places that were published",
                f"{held} rows",
                "mend the list or the total",
            )
        _refuse_unknown_figure(store, source, one)
        year = None if pd.isna(year) else int(year)
        rows.append((one["batch"], year, held, total, one.get("figure"), bool(one.get("is_complete"))))
        places += [(one["batch"], place_id) for place_id in one.get("complete_in", [])]
    names = ["batch", "year", "held", "published_total", "figure_id", "is_complete"]
    lists = pd.DataFrame(rows, columns=names).astype({"year": "Int64"})
    store.insert("pilot_list", lists, source)
    store.insert("pilot_list_place", pd.DataFrame(places, columns=["batch", "place_id"]), source)


def _refuse_unknown_figure(store: Store, source: Source, declared: dict[str, Any]) -> None:
    """A list's total is a published figure, or it is nobody's."""
    figure_id = declared.get("figure")
    known = store.sql("SELECT 1 FROM published_figure WHERE figure_id = $1", [figure_id]).fetchall()
    if figure_id is not None and not known:
        raise DeclarationError(
            f"{source.declared_in}, [[list]] of batch {declared['batch']}",
            "figure to be the number of a published figure",
            repr(figure_id),
            "mend the number, or declare the figure",
        )
