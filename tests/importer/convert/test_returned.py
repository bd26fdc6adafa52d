"""Rejected rows go out to a spreadsheet and come back as they were."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from importer.convert.declared import declaration
from importer.convert.reading import batches
from importer.convert.returned import ADDED, QUOTE, restored, safe_cell
from importer.intake import Intake
from importer.place.identity import Register
from importer.read.chunk import Chunk
from importer.report.quality import Quality
from importer.report.rejects import Rejects

LEVELS = ["nation", "county"]
PLACES = [
    ("N", "nation", None, "N"),
    ("01", "county", "N", "C"),
    ("0101", "village", "01", "--新村"),
    ("0102", "village", "01", "b"),
]
REGISTER = Register(pd.DataFrame(PLACES, columns=["place_id", "level", "parent_id", "name"]), [*LEVELS, "village"])
CELLS = st.text(st.sampled_from("=+-@'\ta1村 \"\n"), min_size=1, max_size=6)


@settings(max_examples=200, deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=5))
def test_a_cell_comes_back_as_it_was(cells: list[str]) -> None:
    out = [safe_cell(cell) for cell in cells]
    assert not any(cell.startswith(("=", "@")) for cell in out)
    frame = pd.DataFrame({"a": out, **dict.fromkeys(ADDED, "")}, dtype=object)
    assert restored(Chunk(frame, np.arange(len(out)))).frame["a"].tolist() == cells
    other = Chunk(frame[["a"]], np.arange(len(out)))
    assert restored(other) is other, "a file that is no file of rejects is nobody's to change"


def declared(**more: Any) -> dict[str, Any]:
    columns = {"code": "code", "name": "name", "is_covered": "flag"}
    return {"kind": "coverage", "as_of": "2020", "constant": {"technology": "4g"}, "columns": columns, **more}


def taken(files: list[Path], body: dict[str, Any], rejects: Path, also: tuple[Path, ...] = ()) -> Quality:
    quality, writer = Quality("q"), Rejects(rejects)
    for batch in Intake(declaration(body, "t", LEVELS), files, quality, register=REGISTER, resubmitted=also):
        writer.add(batch)
    return quality


@pytest.mark.parametrize("name", ["also", "main"])
def test_a_corrected_file_is_taken(tmp_path: Path, name: str) -> None:
    """The unknown word `--` and a village whose name begins with a dash were written with a quote before them."""
    file, rejects = tmp_path / "a.csv", tmp_path / "rejects.csv"
    file.write_text("=code,name,flag\n0101,--新村,perhaps\n0102,b,--\n", encoding="utf-8")
    body = declared(columns={"code": "=code", "name": "name", "is_covered": "flag"})
    assert taken([file], body, rejects).rejected == 1
    text = rejects.read_text(encoding="utf-8-sig")
    assert text.startswith("'=code,name") and "'--新村" in text
    corrected = tmp_path / "corrected.csv"
    corrected.write_text(text.replace("perhaps", "yes"), encoding="utf-8")
    again = tmp_path / "again.csv"
    quality = taken([file], body, again, (corrected,)) if name == "also" else taken([corrected], body, again)
    assert quality.rejected == (1 if name == "also" else 0) and quality.loaded == (2 if name == "also" else 1)
    assert not quality.left_out


def test_a_file_of_an_earlier_check_does_not_stay(tmp_path: Path) -> None:
    rejects, file = tmp_path / "rejects.csv", tmp_path / "a.csv"
    rejects.write_text("of another file", encoding="utf-8")
    file.write_text("code,name,flag\n0101,--新村,yes\n", encoding="utf-8")
    assert taken([file], declared(), rejects).rejected == 0 and not rejects.exists()


def test_shapes_come_back_as_points_in_their_own_frame(tmp_path: Path) -> None:
    import geopandas as gpd

    shapes = [shapely.box(500_000, 6_500_000, 500_100, 6_500_100), shapely.Point(500_050, 6_500_050)]
    frame = gpd.GeoDataFrame({"code": ["x1", "x2"], "people": ["many", "12"]}, geometry=shapes, crs=2154)
    file, rejects = tmp_path / "a.gpkg", tmp_path / "rejects.csv"
    frame.to_file(file, driver="GPKG")
    body = {"kind": "villages", "columns": {"code": "code", "population_persons": "people"}, "frame": {"epsg": 2154}}
    meant = declaration(body, "t", LEVELS)
    writer = Rejects(rejects)
    [batch] = batches(meant, [file])
    writer.add(batch)
    corrected = tmp_path / "corrected.csv"
    corrected.write_text(rejects.read_text(encoding="utf-8-sig").replace("many", "13"), encoding="utf-8")
    [back] = batches(declaration({**body, "file": {"format": "csv"}}, "t", LEVELS), [corrected])
    assert not back.is_rejected.any() and back.rows["population_persons"].tolist() == [13]
    assert back.rows[["lon", "lat"]].iloc[0].tolist() == pytest.approx(batch.rows[["lon", "lat"]].iloc[0].tolist())


def test_rows_that_fit_nowhere_at_last_are_written_too(tmp_path: Path) -> None:
    file, rejects = tmp_path / "a.csv", tmp_path / "rejects.csv"
    file.write_text("code,name,flag\n0101,--新村,yes\n0102,b,no\n", encoding="utf-8")
    intake = Intake(declaration(declared(), "t", LEVELS), [file], Quality("q"), register=REGISTER)
    intake.rejects = Rejects(rejects)
    assert sum(len(batch.rows) for batch in intake) == 2
    intake.late.append(pd.DataFrame({"file": ["a.csv"], "row_number": [3], "rule": ["parent_unknown"]}))
    intake.write_late_rejects()
    with rejects.open(encoding="utf-8-sig", newline="") as stream:
        [line] = csv.DictReader(stream)
    assert line["code"] == "0102" and line["行 row"] == "3" and "上级" in line["问题 what is wrong"]
    assert QUOTE not in line["name"]
