"""Files hold what the list shows, say what they are, and do no harm in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pytest
from mini_profile import Profile
from python_calamine import CalamineWorkbook

from atlas import downloads
from etl.build import build
from indicators import facts, selection
from indicators.database import Atlas, current
from indicators.selection import Selection

LINK = "http://127.0.0.1/gap-map?place=x"


def chosen(atlas: Atlas) -> Selection:
    view = facts.settings(atlas)["default_view"]
    return Selection(
        facts.settings(atlas)["nation"]["place_id"], view["standard"], date.fromisoformat(view["as_of"])
    )


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
    assert [row[0] for row in sheet[1:]] == expected["place_id"].tolist()  # codes stayed text
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
    villages = pd.DataFrame({"place_id": ["1"], "name": ["=HYPERLINK(1)"], "lon": [1.0], "lat": [2.0]})
    build(mini.folder, mini.build_dir, quiet=True)
    atlas = current(mini.build_dir)
    shown = selection.rows(atlas, chosen(atlas), 1).assign(name=villages["name"].iloc[0])
    downloads.FORMATS["csv"](atlas, shown, [("a", "=1+1")], tmp_path / "x.csv")
    text = (tmp_path / "x.csv").read_text(encoding="utf-8-sig")
    assert "'=HYPERLINK(1)" in text and "'=1+1" in text
    downloads.FORMATS["xlsx"](atlas, shown, [("a", "=1+1")], tmp_path / "x.xlsx")
    row = CalamineWorkbook.from_path(str(tmp_path / "x.xlsx")).get_sheet_by_index(0).to_python()[1]
    assert "=HYPERLINK(1)" in row  # a text cell: calamine gives formulas as their value


def test_a_workbook_that_would_be_too_long_is_refused(
    mini_atlas: Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "MOST_SHEET_ROWS", 1)
    with pytest.raises(downloads.TooLong):
        written(mini_atlas, "xlsx", tmp_path)
