"""Files hold what the list shows, say what they are, and do no harm in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from mini_profile import Profile
from python_calamine import CalamineWorkbook

from atlas.files import downloads
from atlas.look import badges
from atlas.look.language import speaking
from atlas.look.words import filters as filter_words
from etl.build import build
from importer.report.rejects import safe_cell
from indicators import facts, places
from indicators.chosen import selection
from indicators.chosen.selection import Filters, Held, Selection
from indicators.database import Atlas, current

LINK = "http://127.0.0.1/gap-map?place=x"


def chosen(atlas: Atlas) -> Selection:
    view = facts.settings(atlas)["default_view"]
    return Selection(facts.settings(atlas)["nation"]["place_id"], view["standard"], date.fromisoformat(view["as_of"]))


def written(atlas: Atlas, suffix: str, folder: Path, lang: str = "zh") -> Path:
    path = folder / f"file.{suffix}"
    downloads.write(atlas, chosen(atlas), suffix, lang, LINK, path)
    return path


def csv_rows(path: Path) -> tuple[dict[str, str], list[dict[str, str]]]:
    """The lines about the file, and the table."""
    text = path.read_bytes().decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))
    said = {line[0].removeprefix("# "): line[1] for line in lines if line[0].startswith("# ")}
    header, *body = [line for line in lines if not line[0].startswith("# ")]
    return said, [dict(zip(header, line, strict=True)) for line in body]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_csv_has_the_rows_of_the_list_in_their_order(mini_atlas: Atlas, tmp_path: Path, lang: str) -> None:
    path = written(mini_atlas, "csv", tmp_path, lang)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")  # Excel
    said, rows = csv_rows(path)
    expected = selection.rows(mini_atlas, chosen(mini_atlas))
    code = facts.field_labels(mini_atlas, "village")["place_id"][lang]
    assert [row[code] for row in rows] == expected["place_id"].tolist()
    assert LINK in said.values() and mini_atlas.build_id in said.values()
    assert any(str(len(expected)) in text for text in said.values())


def test_a_workbook_has_the_same_rows_and_a_sheet_about_itself(mini_atlas: Atlas, tmp_path: Path) -> None:
    book = CalamineWorkbook.from_path(str(written(mini_atlas, "xlsx", tmp_path)))
    sheet = book.get_sheet_by_index(0).to_python()
    expected = selection.rows(mini_atlas, chosen(mini_atlas))
    header = next(number for number, row in enumerate(sheet) if all(row))  # above it: what the table is
    assert [row[0] for row in sheet[header + 1 :]] == expected["place_id"].tolist()  # codes stayed text
    assert any(LINK in row for row in book.get_sheet_by_index(1).to_python())


def test_geojson_and_geoparquet_hold_the_same_points(mini_atlas: Atlas, tmp_path: Path) -> None:
    expected = selection.rows(mini_atlas, chosen(mini_atlas))
    for suffix, read in (("geojson", gpd.read_file), ("parquet", gpd.read_parquet)):
        found = read(written(mini_atlas, suffix, tmp_path))
        assert found["place_id"].tolist() == expected["place_id"].tolist()
        assert found["state"].tolist() == expected["state"].tolist()
        located = expected["lon"].notna().to_numpy()
        assert found.geometry[located].x.to_numpy() == pytest.approx(expected["lon"][located].to_numpy())
        assert found.crs == downloads.CRS
    assert LINK in json.loads((tmp_path / "file.geojson").read_text(encoding="utf-8"))["metadata"].values()
    about = pq.read_schema(tmp_path / "file.parquet").metadata[b"about"]
    assert LINK in json.loads(about).values()


def test_a_name_that_is_a_formula_becomes_text(mini: Profile, tmp_path: Path) -> None:
    build(mini.folder, mini.build_dir, quiet=True)
    atlas = current(mini.build_dir)
    held = selection.held(atlas, chosen(atlas))
    names = pa.array(["=HYPERLINK(1)"] * len(held.order))
    shown = Held(held.columns | {"name": names}, held.order)
    downloads.FORMATS["csv"](atlas, shown, [("a", "=1+1")], tmp_path / "x.csv")
    text = (tmp_path / "x.csv").read_text(encoding="utf-8-sig")
    assert "'=HYPERLINK(1)" in text and "'=1+1" in text
    downloads.FORMATS["xlsx"](atlas, shown, [("a", "=1+1")], tmp_path / "x.xlsx")
    rows = CalamineWorkbook.from_path(str(tmp_path / "x.xlsx")).get_sheet_by_index(0).to_python()
    assert sum("=HYPERLINK(1)" in row for row in rows) == len(names)  # text cells: calamine gives formulas as values


def plainly(atlas: Atlas, asked: Selection, lang: str) -> str:
    """The table of a CSV as pandas writes it from all rows at once."""
    with speaking(lang):
        rows = selection.rows(atlas, asked)
        shown = rows.assign(
            state=rows["state"].map(badges.state_word),
            evidence=[badges.evidence_word(one) if isinstance(one, str) else "" for one in rows["evidence"]],
            location_quality=[downloads.position_word(atlas, one) for one in rows["location_quality"]],
            kind=[filter_words.kind(atlas, one) if isinstance(one, str) else None for one in rows["kind"]],
        )
        shown["source_id"] = [downloads.source_title(atlas, one) for one in rows["source_id"]]
        first = ["place_id", "name", *places.levels(atlas)[1:-1]]
        kept = [*first, *(name for name in shown if name not in first and shown[name].notna().any())]
        plain = shown[kept].astype(object).where(shown[kept].notna(), None)
        plain = plain.map(lambda cell: safe_cell(cell) if isinstance(cell, str) else cell)
        return str(plain.to_csv(header=False, index=False))


def ways_to_ask(atlas: Atlas) -> Iterator[Selection]:
    whole = chosen(atlas)
    yield whole
    yield replace(whole, states=("unconnected",))
    yield replace(whole, states=("connected", "unknown"), filters=Filters(population_from=1))
    yield replace(whole, filters=Filters(population_to=0))
    below = places.level_below(atlas, whole.within)
    for child in places.parts(atlas, whole.within, str(below))[:3]:
        yield replace(whole, within=child.place_id)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_csv_written_in_parts_is_the_one_that_pandas_writes_at_once(
    mini_atlas: Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    monkeypatch.setattr(downloads, "ROWS_AT_ONCE", 7)
    monkeypatch.setattr(selection, "ROWS_AT_ONCE", 11)
    path = tmp_path / "file.csv"
    for asked in ways_to_ask(mini_atlas):
        downloads.write(mini_atlas, asked, "csv", lang, LINK, path)
        table = plainly(mini_atlas, asked, lang)
        with path.open(encoding="utf-8-sig", newline="") as stream:
            text = stream.read()
        assert text.endswith(table) if table else text.count("\n") == text.count("\r\n")
        assert len(text.removesuffix(table).splitlines()) < 40


def test_points_written_in_parts_are_all_there(
    mini_atlas: Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = gpd.read_parquet(written(mini_atlas, "parquet", tmp_path))
    monkeypatch.setattr(downloads, "ROWS_AT_ONCE", 7)
    monkeypatch.setattr(selection, "ROWS_AT_ONCE", 11)
    parts = gpd.read_parquet(written(mini_atlas, "parquet", tmp_path))
    assert parts.drop(columns="geometry").equals(whole.drop(columns="geometry"))
    assert parts.geometry.geom_equals(whole.geometry).loc[~whole.geometry.isna()].all()
    features = json.loads(written(mini_atlas, "geojson", tmp_path).read_text(encoding="utf-8"))["features"]
    assert [one["properties"]["place_id"] for one in features] == whole["place_id"].tolist()


def test_a_workbook_that_would_be_too_long_is_refused(
    mini_atlas: Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "MOST_SHEET_ROWS", 1)
    with pytest.raises(downloads.TooLong):
        written(mini_atlas, "xlsx", tmp_path)


def test_a_file_with_a_simulated_row_says_so_in_its_name(mini_atlas: Atlas, tmp_path: Path) -> None:
    whole = chosen(mini_atlas)
    path = tmp_path / "file.csv"
    assert downloads.write(mini_atlas, whole, "csv", "en", LINK, path).endswith("-simulated.csv")
    nobody = replace(whole, filters=Filters(population_to=0))
    assert "simulated" not in downloads.write(mini_atlas, nobody, "csv", "en", LINK, path)
