"""Lists of pilot places, batch by batch, and how complete each list is."""

from __future__ import annotations

import pandas as pd

from etl.declaration import Source
from etl.errors import DeclarationError
from etl.records.rows import CONFIDENCE, SEEN, TOLD_BY, kept, of_known_words, texts
from etl.source_form import ListTable, PilotsForm
from etl.store import Store
from importer.intake import Intake


def write_pilots(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> None:
    """Fill `pilot` and `pilot_list`. A pilot inside another one is marked, so that totals count its villages once.

    [[list]] says how complete the list of a batch is.
    """
    upper = {row[0] for row in store.sql("SELECT place_id FROM place").fetchall()}
    rows = kept(store, source, intake, rows, rows["place_id"].isin(upper), "not_above_the_village", "place_id")
    rows = of_known_words(store, source, intake, rows, {"seen": SEEN, "confidence": CONFIDENCE})
    year, batch = rows["year"].astype(int), rows["batch"].astype(int)
    names = dict(store.sql("SELECT place_id, name FROM place").fetchall())
    published = texts(rows, "published_name")
    pilots = pd.DataFrame(
        {
            "pilot_id": year.astype(str) + "-" + batch.astype(str) + "-" + rows["place_id"].astype(str),
            "programme": texts(rows, "programme").fillna(source.form.title["zh"]),
            "batch": batch,
            "year": year,
            "technology": rows["technology"],
            "place_id": rows["place_id"],
            "published_name": published.where(published.notna(), rows["place_id"].map(names)),
            **{field: texts(rows, field) for field in ("except_place_ids", *TOLD_BY, "note_zh", "note_en")},
        }
    )
    store.insert("pilot", pilots, source)
    store.sql(
        """
        UPDATE pilot SET within_pilot_id = outer_pilot.pilot_id
        FROM pilot AS outer_pilot JOIN place_within AS w ON w.ancestor_id = outer_pilot.place_id
        WHERE w.place_id = pilot.place_id AND outer_pilot.place_id <> pilot.place_id
          AND outer_pilot.batch = pilot.batch AND outer_pilot.technology = pilot.technology
        """
    )
    _write_lists(store, source, pilots, intake.declaration.strict)


def _write_lists(store: Store, source: Source, pilots: pd.DataFrame, is_whole: bool) -> None:
    """How complete the lists are: as declared; without a word, a list that we keep ourselves is whole."""
    declared = source.told(PilotsForm).list
    whole = [ListTable(int(batch), is_complete=True) for batch in sorted(set(pilots["batch"]))] if is_whole else []
    rows, places = [], []
    for one in declared or whole:
        of_batch = pilots[pilots["batch"] == one.batch]
        held, total = len(of_batch), one.published_total
        year = of_batch["year"].min() if one.year is None else one.year
        if total is not None and held > total:
            raise DeclarationError(
                f"{source.declared_in}, [[list]] of batch {one.batch}",
                f"no more than the {total} places that were published",
                f"{held} rows",
                "mend the list or the total",
            )
        _refuse_unknown_figure(store, source, one)
        year = None if pd.isna(year) else int(year)
        rows.append((one.batch, year, held, total, one.figure, one.is_complete))
        places += [(one.batch, place_id) for place_id in one.complete_in]
    names = ["batch", "year", "held", "published_total", "figure_id", "is_complete"]
    lists = pd.DataFrame(rows, columns=names).astype({"year": "Int64"})
    store.insert("pilot_list", lists, source)
    store.insert("pilot_list_place", pd.DataFrame(places, columns=["batch", "place_id"]), source)


def _refuse_unknown_figure(store: Store, source: Source, declared: ListTable) -> None:
    """A list's total is a published figure, or it is nobody's."""
    figure_id = declared.figure
    known = store.sql("SELECT 1 FROM published_figure WHERE figure_id = $1", [figure_id]).fetchall()
    if figure_id is not None and not known:
        raise DeclarationError(
            f"{source.declared_in}, [[list]] of batch {declared.batch}",
            "figure to be the number of a published figure",
            repr(figure_id),
            "mend the number, or declare the figure",
        )
