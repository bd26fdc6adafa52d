"""Cell sites are kept, counted per operator, and drawn only where the profile says so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from mini_profile import CHINA
from one_page import run, shown
from small_country import PLACES, SmallCountry, remarks

from atlas.look.language import speaking
from atlas.maps import close_up
from etl.declaration import load_profile
from etl.publish.report import info
from indicators import places, sites
from indicators.database import current

STANDARD = """
[[standard]]
standard_id = "conn"
name = { zh = "通", en = "Connected" }
unconnected = { zh = "未通", en = "not connected" }
definition = { zh = "有", en = "has it" }
[standard.meets]
technology = "4g"
max_distance_km = 5
[default_view]
standard = "conn"
as_of = 2018-01-31
"""
SITES = """
kind = "cell_sites"
as_of = 2018-01-31
[file]
path = "files/s.csv"
[columns]
site_id = "no"
operator = "op"
technology = "tech"
lon = "x"
lat = "y"
[model]
radius_km = { 4g = 5 }
is_complete = true
"""
FILE = "no,op,tech,x,y\n1,Uno,4g,1.1,1.1\n2,Uno,4g,#N/A,#N/A\n3,Dos,4g,,\n4,Dos,5g,1.2,1.2\n5,Dos,,1.2,1.2\n"


@pytest.fixture
def country(tmp_path: Path) -> SmallCountry:
    made = SmallCountry(tmp_path, standard=STANDARD).source("v", PLACES).source("s", SITES).file("s.csv", FILE)
    return made.file("v.csv", "code,name,district,dname,lon,lat\nA1,One,A,Alpha,1.09,1.09\nA2,Two,A,Alpha,1.9,1.9\n")


def test_sites_are_kept_with_and_without_position(country: SmallCountry) -> None:
    with country.built() as atlas:
        kept = "SELECT site_id, operator, technology, as_of::TEXT, lon, lat, source_id FROM cell_site ORDER BY 1"
        assert atlas.execute(kept).fetchall() == [
            ("1", "Uno", "4g", "2018-01-31", 1.1, 1.1, "s"),
            ("2", "Uno", "4g", "2018-01-31", None, None, "s"),
            ("3", "Dos", "4g", "2018-01-31", None, None, "s"),
            ("4", "Dos", "5g", "2018-01-31", 1.2, 1.2, "s"),
        ]
        assert [row[1:5] for row in remarks(atlas, "site_without_position")] == [
            ("s.csv", 3, "lon, lat", "2"),
            ("s.csv", 4, "lon, lat", "3"),
        ]
        assert [row[1:5] for row in remarks(atlas, "technology_without_radius")] == [("s.csv", 5, "technology", "5g")]
        assert [row[1:4] for row in remarks(atlas, "needed_empty")] == [("s.csv", 6, "technology")]
        rows = "SELECT rows_read, rows_loaded, rows_rejected FROM meta_source WHERE source_id = 's'"
        assert atlas.execute(rows).fetchall() == [(5, 4, 1)]
        covered = "SELECT v.place_id, c.operator, c.is_covered FROM coverage AS c JOIN village AS v USING (place_no)"
        assert sorted(atlas.execute(covered).fetchall()) == [("A1", "Uno", True), ("A2", "Uno", False)]


def test_sites_are_counted_per_operator_and_technology(country: SmallCountry, monkeypatch: pytest.MonkeyPatch) -> None:
    country.build()
    said = info(country.build_dir)
    assert "2  Uno, 4g, 2018-01-31 (1 without position)" in said
    assert "1  Dos, 5g, 2018-01-31\n" in said
    counted = sites.counted(current(country.build_dir))
    assert counted[["operator", "technology", "sites", "without_position"]].to_numpy().tolist() == [
        ["Dos", "4g", 1, 1],
        ["Dos", "5g", 1, 0],
        ["Uno", "4g", 2, 1],
    ]
    page = shown(run(monkeypatch, current(country.build_dir), "data", {}))
    assert "Cell sites" in page and "where they stand is not shown" in page
    assert not re.search(r"1\.1\b", page)


def drawn(country: SmallCountry) -> list[list[list[float]]]:
    """The points of the layer of sites on the close-up of the district."""
    atlas = current(country.build_dir)
    here = places.place(atlas, "A")
    assert here is not None
    with speaking("en"):
        layers = close_up._sites(atlas, here, "light")
    assert all(layer["name"].startswith("Cell sites") and not layer["is_shown"] for layer in layers)
    return [layer["geometries"][0]["coordinates"] for layer in layers]


def test_where_sites_stand_is_drawn_only_by_declaration(country: SmallCountry) -> None:
    country.build()
    assert not sites.may_be_seen(current(country.build_dir))
    assert sites.positions(current(country.build_dir), (0, 0, 10, 10)) == []
    assert drawn(country) == []
    country.map_keys = "may_publish_sites = true"
    country.build()
    assert sites.positions(current(country.build_dir), (0, 0, 1.15, 10)) == [[1.1, 1.1]]
    assert sites.positions(current(country.build_dir), (0, 0, 10, 10)) == [[1.1, 1.1], [1.2, 1.2]]
    assert drawn(country) == [[[1.1, 1.1], [1.2, 1.2]]]


def test_china_does_not_show_where_sites_stand() -> None:
    assert load_profile(CHINA).form.map.may_publish_sites is False
