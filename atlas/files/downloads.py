"""A selection of villages as a file: CSV, Excel, GeoJSON or GeoParquet, each saying what it holds.

The rows are those of `indicators.chosen.selection`, so a file has what the map and the list show. CSV and Excel are
for people: headings and words in the language asked for. GeoJSON and GeoParquet keep the atlas's own names.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

from atlas.files import file_facts, sheets
from atlas.files.sheets import BOM, Facts
from atlas.look import badges, figures
from atlas.look.language import CHINESE, current, pick, place_name, speaking, t
from atlas.look.words import filters as filter_words
from atlas.look.words.positions import position_word
from importer.convert.returned import safe_cell
from importer.report.rules import rule, rules
from indicators import facts, places, provenance
from indicators.chosen import selection
from indicators.chosen.selection import Held, Selection
from indicators.database import Atlas

MOST_SHEET_ROWS = 200_000  # a workbook beyond it takes minutes to make and to open
ROWS_AT_ONCE = 20_000  # worded and written at a time
CRS = "EPSG:4326"
UNITS = {"lon": "degree", "lat": "degree", "population_persons": "person", "households": "household"}  # as headings say
#: Row numbers → the cells of a column.
Cells = Callable[[NDArray[np.int64]], list[Any]]


class TooLong(ValueError):
    """The selection has more rows than the format can carry; `most` says how many it can."""

    def __init__(self, most: int) -> None:
        super().__init__(f"at most {most:,} rows")
        self.most = most


def write(atlas: Atlas, chosen: Selection, suffix: str, lang: str, link: str, path: Path) -> str:
    """Write the villages of a selection and return the name under which they are offered. `link` is the page that
    shows them. Raises TooLong."""
    with speaking(lang):
        villages = selection.held(atlas, chosen, is_latin=lang != CHINESE)
        FORMATS[suffix](atlas, villages, about(atlas, chosen, villages, link), path)
        return file_name(chosen, suffix, "simulated" in _counted(villages.columns["evidence"]))


def about(atlas: Atlas, chosen: Selection, villages: Held, link: str) -> Facts:
    """What a reader of the file has to know, as (name, text), in the current language."""
    standard = next(one for one in facts.standards(atlas) if one.standard_id == chosen.standard)
    here = places.place(atlas, chosen.within)
    asked = [words for words, _ in filter_words.chips(atlas, chosen.filters)]
    counted = _counted(villages.columns["state"])
    states = [f"{badges.state_word(one)} {figures.count(counted.get(one, 0))}" for one in chosen.states]
    rest_on = facts.sources_of(atlas, ("village", "village_status"))
    said: Facts = [
        (t("Title"), t("Villages by state")),
        (t("Place"), figures.bracketed(place_name(here.name, here.name_en), here.place_id) if here else ""),
        (t("Standard"), pick(standard.name)),
        (t("Definition"), pick(standard.definition)),
        (t("Date"), figures.day(chosen.as_of)),
        (t("Filters"), figures.sentence(asked) or t("none")),
        (t("Villages"), figures.bracketed(figures.count(len(villages.order)), figures.sentence(states))),
        (t("Evidence"), _evidence_words(_counted(villages.columns["evidence"]))),
        (t("Unknown"), t("No data for this standard; that does not mean unconnected.")),
    ]
    for row in rest_on:
        title = pick({"zh": row["title_zh"], "en": row["title_en"]})
        said.append(
            (
                t("Source"),
                figures.sentence(
                    [title, str(row["edition"]), pick({"zh": row["licence_zh"], "en": row["licence_en"]})]
                ),
            )
        )
    said += [(t("Build"), atlas.build_id), (t("Shown at"), link)]
    if not facts.settings(atlas)["map"].get("approval_number"):
        said.append((t("Positions"), pick(facts.settings(atlas)["map"]["sketch_credit"])))
    return said


def _evidence_words(counted: dict[str, int]) -> str:
    words = [f"{badges.evidence_word(kind)} {figures.count(n)}" for kind, n in counted.items()]
    remark = t("Simulated states say nothing about the real village.") if "simulated" in counted else None
    return figures.sentence([*words, remark])


def _counted(column: pa.DictionaryArray) -> dict[str, int]:
    """How often each word occurs, the most frequent first."""
    found = column.value_counts().to_pylist()
    known = {one["values"]: one["counts"] for one in found if one["values"] is not None}
    return dict(sorted(known.items(), key=lambda pair: -pair[1]))


def _readable(atlas: Atlas, villages: Held) -> tuple[list[str], list[Cells]]:
    """Headings, and what gives the cells for people; columns in which nothing is known are left out."""
    labels = facts.field_labels(atlas, "village")
    level_names = places.level_names(atlas)
    named = {"state": t("State"), "evidence": t("Evidence")}
    say: dict[str, Callable[[str], str]] = {
        "state": badges.state_word,
        "evidence": badges.evidence_word,
        "location_quality": lambda one: position_word(atlas, one),
        "kind": lambda one: filter_words.kind(atlas, one),
        "source_id": lambda one: source_title(atlas, one),
    }
    names = ["name"] if current() == CHINESE else ["name_en", "name"]
    first = ["place_id", *names, *places.levels(atlas)[1:-1]]
    always = {"place_id", "name", *places.levels(atlas)[1:-1], "evidence"}
    kept = [
        name
        for name in dict.fromkeys((*first, *villages.columns))
        if name in always or ((name in names or name != "name_en") and _is_known(villages.columns[name]))
    ]
    called = {name: named.get(name) or _short(pick(level_names.get(name) or labels[name])) for name in kept}
    headings = [
        figures.bracketed(words, figures.unit_word(UNITS[name])) if name in UNITS else words
        for name, words in called.items()
    ]
    return headings, [cells(villages.columns[name], say.get(name, str)) for name in kept]


def _short(label: str) -> str:
    """A field's name without what its label explains: that is for the dictionary."""
    return re.split("[：:；;]", label)[0].strip()


def _is_known(column: pa.Array) -> bool:
    """Whether any row says something."""
    return bool(column.null_count < len(column))


def cells(column: pa.Array, say: Callable[[str], str] = str) -> Cells:
    """What gives a column's cells for row numbers: texts as `say` words them, numbers, and None where nothing is
    known.
    """
    if pa.types.is_dictionary(column.type):
        words = [None if one is None else say(one) for one in column.dictionary.to_pylist()]
        said = np.array([*words, None], dtype=object)
        codes = column.indices.cast(pa.int32()).fill_null(len(words)).to_numpy()
        return lambda rows: said[codes[rows]].tolist()
    if pa.types.is_string(column.type):
        return lambda rows: [None if one is None else say(one) for one in column.take(rows).to_pylist()]
    values, is_known = column.fill_null(0).to_numpy(), column.is_valid().to_numpy(zero_copy_only=False)

    def numbers(rows: NDArray[np.int64]) -> list[Any]:
        found = values[rows].astype(object)
        found[~is_known[rows]] = None
        return list(found)

    return numbers


def _rows(columns: list[Cells], order: NDArray[np.int64]) -> Iterator[tuple[object, ...]]:
    """The rows one by one, of which only some are held at a time."""
    for start in range(0, len(order), ROWS_AT_ONCE):
        part = order[start : start + ROWS_AT_ONCE]
        yield from zip(*(column(part) for column in columns), strict=True)


def source_title(atlas: Atlas, source_id: str) -> str:
    """A source by its title."""
    listed = facts.sources(atlas).set_index("source_id")
    if source_id not in listed.index:
        return source_id
    return pick({lang: str(listed.at[source_id, f"title_{lang}"]) for lang in ("zh", "en")})


def _csv(atlas: Atlas, villages: Held, said: Facts, path: Path) -> None:
    headings, columns = _readable(atlas, villages)
    sheets.write_csv_rows(headings, _rows(columns, villages.order), said, path)


def _xlsx(atlas: Atlas, villages: Held, said: Facts, path: Path) -> None:
    if len(villages.order) > MOST_SHEET_ROWS:
        raise TooLong(MOST_SHEET_ROWS)
    headings, columns = _readable(atlas, villages)
    is_simulated = "simulated" in _counted(villages.columns["evidence"])
    rows = _rows(columns, villages.order)
    sheets.write_xlsx_rows(t("Villages by state"), headings, rows, said, path, is_simulated=is_simulated)


def _geojson(atlas: Atlas, villages: Held, said: Facts, path: Path) -> None:
    """RFC 7946 allows members of one's own: `metadata` stands beside `features`."""
    del atlas
    names = [name for name in villages.columns if name not in ("lon", "lat")]
    columns = [cells(villages.columns[name]) for name in ("lon", "lat", *names)]
    opening = json.dumps({"metadata": _grouped(said), "type": "FeatureCollection"}, ensure_ascii=False)
    with path.open("w", encoding="utf-8") as stream:
        stream.write(opening[:-1] + ', "features": [')
        for number, (lon, lat, *values) in enumerate(_rows(columns, villages.order)):
            place = None if lon is None else {"type": "Point", "coordinates": [lon, lat]}
            properties = dict(zip(names, values, strict=True))
            feature = {"type": "Feature", "properties": properties, "geometry": place}
            stream.write((", " if number else "") + json.dumps(feature, ensure_ascii=False))
        stream.write("]}")


def _parquet(atlas: Atlas, villages: Held, said: Facts, path: Path) -> None:
    """GeoParquet 1.0: points as WKB, described in the file's metadata."""
    del atlas
    import pyproj  # here: only this format says its reference system in full

    described = {"encoding": "WKB", "geometry_types": ["Point"], "crs": pyproj.CRS(CRS).to_json_dict()}
    geo = {"version": "1.0.0", "primary_column": "geometry", "columns": {"geometry": described}}
    about_it = {b"geo": json.dumps(geo), b"about": json.dumps(_grouped(said), ensure_ascii=False)}
    empty = _points(villages, villages.order[:0]).schema.with_metadata(about_it)
    with pq.ParquetWriter(path, empty, compression="zstd") as writer:
        for start in range(0, len(villages.order), ROWS_AT_ONCE):
            part = _points(villages, villages.order[start : start + ROWS_AT_ONCE])
            writer.write_table(part.cast(empty))


def _points(villages: Held, rows: NDArray[np.int64]) -> pa.Table:
    """Some villages with the atlas's own names and words, and where they lie."""
    taken = {name: column.take(rows) for name, column in villages.columns.items()}
    lon, lat = taken.pop("lon"), taken.pop("lat")
    points = shapely.points(lon.to_numpy(zero_copy_only=False), lat.to_numpy(zero_copy_only=False))
    located = np.where(lon.is_valid().to_numpy(zero_copy_only=False), shapely.to_wkb(points), None)
    plain = {name: one.cast(pa.string()) if pa.types.is_dictionary(one.type) else one for name, one in taken.items()}
    return pa.table(plain | {"geometry": pa.array(located, pa.binary())})


def _grouped(said: Facts) -> dict[str, str | list[str]]:
    """Facts by name; one that is said more than once is a list."""
    grouped: dict[str, list[str]] = {}
    for name, text in said:
        grouped.setdefault(name, []).append(text)
    return {name: texts[0] if len(texts) == 1 else texts for name, texts in grouped.items()}


FORMATS: dict[str, Callable[[Atlas, Held, Facts, Path], None]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "geojson": _geojson,
    "parquet": _parquet,
}
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "parquet": "application/vnd.apache.parquet",
}


def rejects(atlas: Atlas, source_id: str, lang: str) -> bytes:
    """Every row of a source that was rejected or remarked upon, as CSV: where, what it says, what is wrong."""
    written = io.StringIO()
    with speaking(lang):
        writer = csv.writer(written)
        writer.writerow(
            [
                t("File"),
                t("Row"),
                t("Field"),
                t("Value"),
                t("Could be"),
                t("What is wrong"),
                t("What to do"),
                t("Outcome"),
            ]
        )
        known = rules()
        for row in provenance.reject_rows(atlas, source_id):
            wrong, mend = rule(row["rule"], lang) if row["rule"] in known else (row["rule"], "")
            number = "" if pd.isna(row["row_number"]) else int(row["row_number"])
            fate = t("rejected") if row["is_rejected"] else t("loaded, with a remark")
            found = [safe_cell(row[key]) for key in ("field", "value", "candidates")]
            writer.writerow([safe_cell(row["file"]), number, *found, wrong, mend, fate])
    return (BOM + written.getvalue()).encode()


def file_name(chosen: Selection, suffix: str, is_simulated: bool) -> str:
    """A name that sorts and says what is inside: villages-431100-fibre-2015-12-31-simulated.csv."""
    parts = ("villages", chosen.within, chosen.standard, chosen.as_of.isoformat())
    return file_facts.file_name(*parts, suffix=suffix, is_simulated=is_simulated)
