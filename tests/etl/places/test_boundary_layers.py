"""Outlines from several layers, files and sources; matched by code or by name, and listed where they are not."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from small_country import COVERAGE, PLACES, SmallCountry, remarks, square

from etl.errors import DeclarationError

FRAME = """
[frame]
epsg = 4326
"""
RESOLUTION = """
[resolution]
coarse = 0.05
medium = 0.01
fine = 0.002
"""
BY_CODE = '[columns]\ncode = "id"\nname = "nm"\n'
ROWS = "code,name,district,dname,region,rname,net\n"
TWO = ROWS + "A1,One,A,Alpha Hills,1,North,1\nB1,Two,B,Beta,1,North,1\nC1,Three,C,Beta,2,South,0\n"
REGIONS = PLACES.replace('lon = "lon"\nlat = "lat"\n', 'region_code = "region"\nregion_name = "rname"\n')


def layer(*paths: str) -> str:
    listed = "\n".join(f'[[layer]]\nlevel = "district"\npath = {path}' for path in paths)
    return f"{listed}\n"


def boundaries(columns: str, layers: str) -> str:
    return f'kind = "boundaries"\n{FRAME}{columns}{layers}{RESOLUTION}'


@pytest.fixture
def country(tmp_path: Path) -> SmallCountry:
    made = SmallCountry(tmp_path, ("region", "district")).source("v", REGIONS).source("cov", COVERAGE)
    return made.file("v.csv", TWO)


def qualities(atlas: duckdb.DuckDBPyConnection) -> dict[str, str]:
    return dict(atlas.execute("SELECT place_id, location_quality FROM village").fetchall())


@pytest.mark.parametrize(
    "layers",
    [
        layer('"files/a.geojson"', '"files/b.geojson"'),
        layer('["files/a.geojson", "files/b.geojson"]'),
        layer('"files/*.geojson"'),
    ],
    ids=["layers", "list", "glob"],
)
def test_layers_and_files_of_one_level_add_up(country: SmallCountry, layers: str) -> None:
    country.source("b", boundaries(BY_CODE, layers))
    country.outlines("a.geojson", [({"id": "A", "nm": "Alpha"}, square(1, 1, 1))])
    country.outlines(
        "b.geojson", [({"id": "B", "nm": "Beta"}, square(3, 3, 1)), ({"id": "X", "nm": "Alfa Hills"}, square(6, 6, 1))]
    )
    with country.built() as atlas:
        assert qualities(atlas) == {
            "A1": "placed_within_district",
            "B1": "placed_within_district",
            "C1": "unknown",
        }
        # The file is the one that the outline came from, the row counted in it, and a name alike is offered.
        assert remarks(atlas, "polygon_without_place") == [
            ("b", "b.geojson", 2, "id", "X Alfa Hills", "A Alpha Hills (North)", False)
        ]
        assert atlas.execute("SELECT rows_read, rows_loaded FROM meta_source WHERE source_id = 'b'").fetchall() == [
            (3, 3)
        ]


def test_two_sources_of_one_level_add_up_and_the_first_draws_a_place(country: SmallCountry) -> None:
    country.source("b1", boundaries(BY_CODE, layer('"files/a.geojson"')))
    country.source("b2", boundaries(BY_CODE, layer('"files/b.geojson"')))
    country.outlines("a.geojson", [({"id": "A", "nm": "Alpha"}, square(1, 1, 1))])
    country.outlines(
        "b.geojson", [({"id": "A", "nm": "Alpha"}, square(5, 5, 1)), ({"id": "B", "nm": "Beta"}, square(3, 3, 1))]
    )
    with country.built() as atlas:
        held = atlas.execute(
            "SELECT place_id, source_id, xmin FROM boundary WHERE resolution = 'fine' ORDER BY 1"
        ).fetchall()
        assert held == [("A", "b1", 1.0), ("B", "b2", 3.0)]
        assert remarks(atlas, "polygon_repeated") == [("b2", "b.geojson", 1, "id", "A Alpha", None, True)]
        rows = "SELECT rows_read, rows_loaded, rows_rejected FROM meta_source WHERE source_id = 'b2'"
        assert atlas.execute(rows).fetchall() == [(2, 1, 1)]


def test_the_same_file_twice_is_no_double_outline(country: SmallCountry) -> None:
    country.source("b", boundaries(BY_CODE, layer('"files/a.geojson"', '"files/a2.geojson"')))
    for name in ("a.geojson", "a2.geojson"):
        country.outlines(name, [({"id": "A", "nm": "Alpha"}, square(1, 1, 1))])
    with country.built() as atlas:
        assert remarks(atlas, "repeated_row") == [("b", "a2.geojson", 1, "id", "A Alpha", None, True)]


# --- by name ----------------------------------------------------------------------------------------------


def test_names_match_without_codes_within_the_place_above(country: SmallCountry) -> None:
    """Two districts are called Beta: the region tells them apart."""
    country.source("b", boundaries('[columns]\nname = "nm"\nparent = "up"\n', layer('"files/a.geojson"')))
    country.outlines(
        "a.geojson",
        [
            ({"nm": "ALPHA-HILLS", "up": "north"}, square(1, 1, 1)),
            ({"nm": "Béta", "up": "SOUTH"}, square(3, 3, 1)),
            ({"nm": "Beta", "up": "East"}, square(5, 5, 1)),
        ],
    )
    with country.built() as atlas:
        assert qualities(atlas) == {"A1": "placed_within_district", "B1": "unknown", "C1": "placed_within_district"}
        [(lon, lat)] = atlas.execute("SELECT lon, lat FROM village WHERE place_id = 'C1'").fetchall()
        assert 3 <= lon <= 4 and 3 <= lat <= 4
        assert [row[4:6] for row in remarks(atlas, "polygon_without_place")] == [
            ("Beta", "B Beta (North); C Beta (South)")
        ]


def test_an_ambiguous_name_stays_unmatched_with_candidates(country: SmallCountry) -> None:
    country.source("b", boundaries('[columns]\nname = "nm"\n', layer('"files/a.geojson"')))
    country.outlines("a.geojson", [({"nm": "Beta"}, square(3, 3, 1)), ({"nm": "Alpha Hills"}, square(1, 1, 1))])
    with country.built() as atlas:
        assert qualities(atlas)["A1"] == "placed_within_district"
        assert qualities(atlas)["B1"] == qualities(atlas)["C1"] == "unknown"
        [(*_, field, value, candidates, _)] = remarks(atlas, "polygon_without_place")
        assert (field, value, candidates) == ("nm", "Beta", "B Beta (North); C Beta (South)")


def test_two_outlines_of_one_name_are_not_guessed(country: SmallCountry) -> None:
    """One of them may be a district that the register does not hold."""
    country.source("b", boundaries('[columns]\nname = "nm"\n', layer('"files/a.geojson"')))
    country.outlines("a.geojson", [({"nm": "Alpha Hills"}, square(3, 3, 1)), ({"nm": "Alpha Hills"}, square(7, 7, 1))])
    with country.built() as atlas:
        assert qualities(atlas)["A1"] == "unknown"
        found = remarks(atlas, "polygon_without_place")
        assert [(row[2], row[5]) for row in found] == [(1, "A Alpha Hills (North)"), (2, "A Alpha Hills (North)")]


def test_an_alias_leads_from_a_maps_name_to_the_registers_code(country: SmallCountry) -> None:
    declared = boundaries('[columns]\nname = "nm"\n', layer('"files/a.geojson"'))
    country.source("b", declared + '[alias]\nC = "Beta Sur"\n')
    country.outlines("a.geojson", [({"nm": "Beta Sur"}, square(3, 3, 1))])
    with country.built() as atlas:
        assert qualities(atlas)["C1"] == "placed_within_district"


@pytest.mark.parametrize(
    ("columns", "key"),
    [
        ('[columns]\nparent = "up"\n', "columns.name"),
        ('[columns]\ncode = "id"\nparent = "up"\n', "columns.parent"),
        ('[columns]\ncode = "id"\nmatch = "name"\n', "columns.name"),
        ('[columns]\ncode = "id"\nmatch = "nmae"\n', "columns.match"),
    ],
)
def test_what_outlines_are_matched_by_has_to_be_said(country: SmallCountry, columns: str, key: str) -> None:
    country.source("b", boundaries(columns, layer('"files/a.geojson"'))).outlines("a.geojson", [])
    with pytest.raises(DeclarationError, match=key):
        country.build()


def test_a_layer_of_a_level_that_is_not_there(country: SmallCountry) -> None:
    declared = boundaries(BY_CODE, layer('"files/a.geojson"')).replace('"district"', '"distrct"')
    country.source("b", declared).outlines("a.geojson", [({"id": "A", "nm": "Alpha"}, square(1, 1, 1))])
    with pytest.raises(DeclarationError, match=r"layer\[1\]\.level"):
        country.build()
