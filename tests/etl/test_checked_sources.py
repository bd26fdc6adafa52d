"""`etl check SOURCE` of every kind: it says what a build would say of the source, and needs no atlas before it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from mini_profile import MINI, Profile
from small_country import BLOCKS, COVERAGE, PLACES, SmallCountry, square

from etl.__main__ import main

SOURCES = sorted(
    tomllib.loads(path.read_text(encoding="utf-8"))["source_id"] for path in (MINI / "sources").glob("*.toml")
)


def check(profile: Path, source: str, *more: str) -> int:
    return main(["check", source, "--profile", str(profile), "--build-dir", str(profile / "build"), *more])


@pytest.mark.parametrize("source", SOURCES)
def test_a_source_of_any_kind_can_be_checked(mini: Profile, source: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(mini.folder, source) == 0
    assert capsys.readouterr().out.startswith(f"{source}: ")


def test_parents_that_contradict_are_told_before_a_build(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        "1,ONE,63,ALPHA,500,NORTH,1",
        "2,TWO,63,ALPHA,500,NORTH,1",
        "3,THREE,64,BETA,500,NORTH,0",
        "4,FOUR,,,501,S,0",
    ]
    country = SmallCountry(tmp_path, ("district", "block")).source("v", BLOCKS).source("cov", COVERAGE)
    country.file("v.csv", "code,name,district,dname,block,bname,net\n" + "\n".join(rows) + "\n")
    rejects = tmp_path / "out.csv"
    assert check(country.write(), "v", "--rejects", str(rejects)) == 2  # more than are accepted: every rule is shown
    said = capsys.readouterr().out
    assert said.startswith("v: 4 rows read = 2 loaded + 2 rejected")
    assert "parent_contradicts" in said and "v.csv, row 4" in said and "63 ALPHA (2); 64 BETA (1)" in said
    assert "parent_unknown" in said and "v.csv, row 5" in said
    assert [line.split(",")[1] for line in rejects.read_text(encoding="utf-8-sig").splitlines()] == [
        "name",
        "THREE",
        "FOUR",
    ]


def test_a_register_whose_rows_are_all_wrong_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    country = SmallCountry(tmp_path).source("v", PLACES).source("cov", COVERAGE)
    country.file("v.csv", "code,name,district,dname,lon,lat,net\n1,ONE,,,1,1,1\n2,TWO,,,1,2,1\n")
    assert check(country.write(), "v") == 2
    assert capsys.readouterr().out.startswith("v: 2 rows read = 0 loaded + 2 rejected")


def test_outlines_of_no_place_are_told_before_a_build(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    country = SmallCountry(tmp_path).source("v", PLACES).source("cov", COVERAGE)
    country.file("v.csv", "code,name,district,dname,lon,lat,net\n1,ONE,63,ALPHA,1,1,1\n")
    country.outlines("d.geojson", [({"nam": "ALPHA"}, square(0, 0, 2)), ({"nam": "GAMMA"}, square(3, 0, 2))])
    country.source(
        "maps",
        'kind = "boundaries"\n[frame]\nepsg = 4326\n[columns]\nname = "nam"\n'
        '[[layer]]\nlevel = "district"\npath = "files/d.geojson"\n',
    )
    assert check(country.write(), "maps") == 0
    said = capsys.readouterr().out
    assert said.startswith("maps: 2 rows read = 2 loaded + 0 rejected")
    assert "polygon_without_place" in said and "d.geojson, row 2" in said and "GAMMA" in said
