"""A selection of villages as a file: CSV, Excel, GeoJSON or GeoParquet, each saying what it holds.

The rows are those of `indicators.selection`, so a file has what the map and the list show. CSV and Excel are
for people: headings and words in the language asked for. GeoJSON and GeoParquet keep the atlas's own names.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq

from atlas import figures, filter_words, markup, sheets
from atlas.language import pick, place_name, speaking, t
from atlas.sheets import BOM, Facts
from importer.rejects import safe_cell
from importer.rules import rule, rules
from indicators import facts, places, provenance, selection
from indicators.database import Atlas
from indicators.selection import Selection

MOST_SHEET_ROWS = 200_000  # a workbook beyond it takes minutes to make and to open
CRS = "EPSG:4326"


class TooLong(ValueError):
    """The selection has more rows than the format can carry; `most` says how many it can."""

    def __init__(self, most: int) -> None:
        super().__init__(f"at most {most:,} rows")
        self.most = most


def write(atlas: Atlas, chosen: Selection, suffix: str, lang: str, link: str, path: Path) -> None:
    """Write the villages of a selection. `link` is the page that shows them. Raises TooLong."""
    with speaking(lang):
        villages = selection.rows(atlas, chosen)
        FORMATS[suffix](atlas, villages, about(atlas, chosen, villages, link), path)


def about(atlas: Atlas, chosen: Selection, villages: pd.DataFrame, link: str) -> Facts:
    """What a reader of the file has to know, as (name, text), in the current language."""
    standard = next(one for one in facts.standards(atlas) if one.standard_id == chosen.standard)
    here = places.place(atlas, chosen.within)
    asked = [words for words, _ in filter_words.chips(atlas, chosen.filters)]
    simulated = int((villages["evidence"] == "simulated").sum())
    counted = villages["state"].value_counts()
    states = [f"{markup.state_word(one)} {figures.count(int(counted.get(one, 0)))}" for one in chosen.states]
    rest_on = facts.sources_of(atlas, ("village", "village_status"))
    said: Facts = [
        (t("Title"), t("Villages by state")),
        (t("Place"), figures.bracketed(place_name(here.name, here.name_en), here.place_id) if here else ""),
        (t("Standard"), pick(standard.name)),
        (t("Definition"), pick(standard.definition)),
        (t("Date"), figures.day(chosen.as_of)),
        (t("Filters"), figures.sentence(asked) or t("none")),
        (t("Villages"), figures.bracketed(figures.count(len(villages)), figures.sentence(states))),
        (t("Evidence"), _evidence_words(villages, simulated)),
        (t("Unknown"), t("No data for this standard; that does not mean unconnected.")),
    ]
    for row in rest_on:
        title = pick({"zh": row["title_zh"], "en": row["title_en"]})
        said.append((t("Source"), figures.sentence([title, str(row["edition"]), str(row["licence"])])))
    said += [(t("Build"), atlas.build_id), (t("Shown at"), link)]
    if not facts.settings(atlas)["map"].get("approval_number"):
        said.append((t("Positions"), pick(facts.settings(atlas)["map"]["sketch_credit"])))
    return said


def _evidence_words(villages: pd.DataFrame, simulated: int) -> str:
    counted = villages["evidence"].dropna().value_counts()
    words = [f"{markup.evidence_word(str(kind))} {figures.count(int(n))}" for kind, n in counted.items()]
    remark = t("Simulated states say nothing about the real village.") if simulated else None
    return figures.sentence([*words, remark])


def _readable(atlas: Atlas, villages: pd.DataFrame) -> tuple[list[str], pd.DataFrame]:
    """Headings and cells for people; columns in which nothing is known are left out."""
    labels = facts.field_labels(atlas, "village")
    level_names = places.level_names(atlas)
    shown = villages.assign(
        state=villages["state"].map({state: markup.state_word(state) for state in selection.STATES}),
        evidence=[markup.evidence_word(one) if isinstance(one, str) else "" for one in villages["evidence"]],
        location_quality=villages["location_quality"].map(
            {one: position_word(atlas, one) for one in villages["location_quality"].unique()}
        ),
        kind=villages["kind"].map({one: filter_words.kind(atlas, one) for one in villages["kind"].unique()}),
    )
    names = {"state": t("State"), "evidence": t("Evidence")}
    first = ["place_id", "name", *places.levels(atlas)[1:-1]]
    kept = [*first, *(column for column in shown.columns if column not in first)]
    kept = [column for column in kept if column in first or shown[column].notna().any()]
    headings = [
        names.get(column) or pick(level_names[column] if column in level_names else labels[column])
        for column in kept
    ]
    return headings, shown[kept].astype(object).where(shown[kept].notna(), None)


def position_word(atlas: Atlas, quality: str) -> str:
    """How a position is known, in words."""
    level = quality.removeprefix("placed_within_")
    if level != quality and level in places.level_names(atlas):
        return t("placed within its {level}, not surveyed", level=pick(places.level_names(atlas)[level]))
    return {"surveyed": t("surveyed"), "geocoded": t("geocoded"), "unknown": t("unknown")}.get(
        quality, quality
    )


def _csv(atlas: Atlas, villages: pd.DataFrame, said: Facts, path: Path) -> None:
    headings, shown = _readable(atlas, villages)
    sheets.write_csv(headings, shown, said, path)


def _xlsx(atlas: Atlas, villages: pd.DataFrame, said: Facts, path: Path) -> None:
    if len(villages) > MOST_SHEET_ROWS:
        raise TooLong(MOST_SHEET_ROWS)
    headings, shown = _readable(atlas, villages)
    sheets.write_xlsx(t("Villages"), headings, shown, said, path)


def _points(villages: pd.DataFrame) -> gpd.GeoDataFrame:
    located = gpd.points_from_xy(villages["lon"], villages["lat"], crs=CRS)
    geometry = gpd.GeoSeries(located, index=villages.index).where(villages["lon"].notna(), None)
    return gpd.GeoDataFrame(villages.drop(columns=["lon", "lat"]), geometry=geometry, crs=CRS)


def _geojson(atlas: Atlas, villages: pd.DataFrame, said: Facts, path: Path) -> None:
    """RFC 7946 allows members of one's own: `metadata` stands beside `features`."""
    del atlas
    features = _points(villages).to_json(drop_id=True, ensure_ascii=False)
    opening = json.dumps({"metadata": _grouped(said)}, ensure_ascii=False)
    path.write_text(opening[:-1] + ", " + features[1:], encoding="utf-8")


def _parquet(atlas: Atlas, villages: pd.DataFrame, said: Facts, path: Path) -> None:
    del atlas
    _points(villages).to_parquet(path, index=False, compression="zstd")
    table = pq.read_table(path)
    about_it = json.dumps(_grouped(said), ensure_ascii=False).encode()
    pq.write_table(
        table.replace_schema_metadata({**(table.schema.metadata or {}), b"about": about_it}),
        path,
        compression="zstd",
    )


def _grouped(said: Facts) -> dict[str, str | list[str]]:
    """Facts by name; one that is said more than once is a list."""
    grouped: dict[str, list[str]] = {}
    for name, text in said:
        grouped.setdefault(name, []).append(text)
    return {name: texts[0] if len(texts) == 1 else texts for name, texts in grouped.items()}


FORMATS: dict[str, Callable[[Atlas, pd.DataFrame, Facts, Path], None]] = {
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
                t("Fate"),
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


def file_name(chosen: Selection, suffix: str) -> str:
    """A name that sorts and says what is inside: villages-431100-fibre-2015-12-31.csv."""
    place = "".join(letter for letter in chosen.within if letter.isalnum() or letter in "-_")
    return f"villages-{place}-{chosen.standard}-{chosen.as_of.isoformat()}.{suffix}"
