"""Boundaries: repaired, matched, joined, simplified without slivers, and described."""

from __future__ import annotations

import json
from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from mini_profile import MINI, Ask, Profile

from etl.errors import EtlError, SourceUnreadable
from importer.errors import FileUnreadable
from indicators.database import Atlas

RESOLUTIONS = ("coarse", "medium", "fine")


def polygons(atlas: Atlas, level: str, resolution: str) -> dict[str, shapely.Geometry]:
    rows = (
        atlas.cursor()
        .execute(
            "SELECT coalesce(place_id, name), ST_AsWKB(geometry) FROM boundary WHERE level = $1 AND resolution = $2",
            [level, resolution],
        )
        .fetchall()
    )
    return {name: shapely.from_wkb(bytes(wkb)) for name, wkb in rows}


def as_published(layer: str) -> gpd.GeoDataFrame:
    return gpd.read_file(MINI / "maps" / f"{layer}.geojson").set_index("ref")


def test_a_crossing_ring_is_repaired_and_keeps_its_land(mini_atlas: Atlas) -> None:
    published = as_published("districts").geometry["ZZ-0101"]
    assert not published.is_valid  # the fixture holds what it is there for
    for resolution in RESOLUTIONS:
        repaired = polygons(mini_atlas, "district", resolution)["0101"]
        assert repaired.is_valid
    wanted = shapely.make_valid(published)
    fine = polygons(mini_atlas, "district", "fine")["0101"]
    assert shapely.symmetric_difference(fine, wanted).area < 0.01 * wanted.area


@pytest.mark.parametrize("resolution", RESOLUTIONS)
@pytest.mark.parametrize("level", ["region", "district"])
def test_neighbours_neither_overlap_nor_leave_slivers(mini_atlas: Atlas, level: str, resolution: str) -> None:
    shapes = np.array(list(polygons(mini_atlas, level, resolution).values()))
    assert shapely.coverage_is_valid(shapes)
    joined = shapely.union_all(shapes)
    mainland = max(shapely.get_parts(joined), key=shapely.area)
    assert len(shapely.get_rings(mainland)) == 1  # no gap between the districts


def test_coarser_means_fewer_points(mini_atlas: Atlas) -> None:
    counts = [
        sum(shapely.get_num_coordinates(shape) for shape in polygons(mini_atlas, "district", one).values())
        for one in RESOLUTIONS
    ]
    assert counts[0] < counts[1] < counts[2]


def test_the_outer_line_stays_as_published(mini_atlas: Atlas) -> None:
    published = shapely.union_all(as_published("regions").geometry[["ZZ-0100", "ZZ-0200"]].to_numpy())
    coarse = polygons(mini_atlas, "region", "coarse")
    assert shapely.equals(shapely.union_all([coarse["0100"], coarse["0200"]]).normalize(), published.normalize())


def test_polygons_of_no_place_are_drawn_and_listed(mini_atlas: Atlas, ask: Ask) -> None:
    assert "Země nikoho" in polygons(mini_atlas, "district", "fine")
    listed = ask(
        "SELECT file, row_number, field, value, is_rejected FROM meta_reject WHERE rule = 'polygon_without_place'"
    )
    assert listed == [("districts.geojson", 8, "ref", "0999 Země nikoho", False)]


def test_an_alias_leads_the_map_s_code_to_the_register_s(mini_atlas: Atlas) -> None:
    found = polygons(mini_atlas, "district", "fine")
    assert found["0102"].contains(shapely.Point(-59, -31.5))
    assert "0112" not in found


def test_parts_are_dissolved_into_their_place(mini_atlas: Atlas) -> None:
    islands = polygons(mini_atlas, "district", "fine")["0900"]
    assert len(shapely.get_parts(islands)) == 2
    assert shapely.contains_xy(islands, -55.25, -30.35) and shapely.contains_xy(islands, -55.22, -30.83)


def test_the_map_shows_the_register_s_name(ask: Ask) -> None:
    assert ask("SELECT DISTINCT name FROM boundary WHERE place_id = '0900'") == [("Ostrov Samota",)]


def test_a_place_has_boundaries_of_one_level_each_resolution_once(ask: Ask) -> None:
    assert (
        ask(
            "SELECT level, resolution, place_id FROM boundary WHERE place_id IS NOT NULL GROUP BY ALL HAVING count(*) "
            "> 1"
        )
        == []
    )
    assert ask("SELECT count(DISTINCT resolution) FROM boundary") == [(3,)]


def test_lines_without_a_code_are_the_maritime_line(ask: Ask) -> None:
    [(kind, wkb)] = ask("SELECT line_kind, ST_AsWKB(geometry) FROM boundary_line")
    assert kind == "maritime"
    line = shapely.from_wkb(bytes(wkb))  # type: ignore[call-overload]
    assert line.equals(shapely.LineString([(-61, -29), (-61, -33), (-55, -33.5)]))


def test_area_label_and_bounds_come_from_the_full_polygon(ask: Ask) -> None:
    full = as_published("districts").geometry["ZZ-0112"]
    [(area, lon, lat, *bounds)] = ask(
        "SELECT area_km2, lon, lat, xmin, ymin, xmax, ymax FROM place WHERE place_id = '0102'"
    )
    expected = abs(pyproj.Geod(ellps="WGS84").geometry_area_perimeter(full)[0]) / 1e6
    assert area == pytest.approx(expected)
    assert 20_000 < float(str(area)) < 22_000  # about 1° × 2° at 31.5° south
    assert full.contains(shapely.Point(lon, lat))
    assert bounds == pytest.approx(full.bounds)


def test_a_label_stands_on_the_biggest_island(ask: Ask) -> None:
    [(lon, lat)] = ask("SELECT lon, lat FROM place WHERE place_id = '0900'")
    assert -55.4 < float(str(lon)) < -55.1 and -30.5 < float(str(lat)) < -30.2


def test_places_without_a_polygon_are_described_from_their_villages(ask: Ask) -> None:
    assert ask("SELECT place_id FROM place WHERE has_boundary ORDER BY 1") == [
        (one,) for one in ("0100", "0101", "0102", "0200", "0200-district", "020301", "020302", "0900")
    ]
    assert (
        ask(
            """
            SELECT place_id FROM place AS p
            WHERE NOT has_boundary AND EXISTS (FROM village WHERE ward_id = p.place_id)
              AND (lon IS NULL OR NOT lon BETWEEN xmin AND xmax OR NOT lat BETWEEN ymin AND ymax)
            """
        )
        == []
    )


def test_villages_of_a_place_without_polygon_are_placed_in_the_larger_one_and_listed(ask: Ask) -> None:
    assert ask("SELECT location_quality, count(*) FROM village GROUP BY 1 ORDER BY 1") == [
        ("placed_within_district", 49),
        ("placed_within_region", 11),
    ]
    assert ask("SELECT file, field, value FROM meta_reject WHERE rule = 'place_without_polygon'") == [
        ("register.csv", "district_id", "0203")
    ]


def test_every_village_lies_in_the_full_polygon(ask: Ask) -> None:
    layers = {
        "placed_within_region": as_published("regions").geometry,
        "placed_within_district": as_published("districts").geometry,
    }
    code_of = {"0101": "ZZ-0101", "0102": "ZZ-0112", "0200-district": "ZZ-0200", "0203": "ZZ-0200"}
    for quality, district, lon, lat in ask("SELECT location_quality, district_id, lon, lat FROM village"):
        polygon = shapely.make_valid(layers[str(quality)][code_of[str(district)]])
        assert shapely.contains_xy(polygon, float(str(lon)), float(str(lat)))


# --- bad polygons -------------------------------------------------------------------------------------


def alter(mini: Profile, layer: str, change: Callable[[list[dict[str, object]]], None]) -> Profile:
    path = mini.file(f"maps/{layer}.geojson")
    body = json.loads(path.read_text(encoding="utf-8"))
    change(body["features"])
    path.write_text(json.dumps(body), encoding="utf-8")
    return mini.declare()


def set_geometry(n: int, geometry: object) -> Callable[[list[dict[str, object]]], None]:
    def change(features: list[dict[str, object]]) -> None:
        features[n]["geometry"] = geometry

    return change


def test_a_polygon_too_thin_for_its_villages_is_an_error(mini: Profile) -> None:
    thin = {"type": "Polygon", "coordinates": [[[-58, -30], [-56, -31], [-56, -31.000001], [-58, -30]]]}
    alter(mini, "districts", set_geometry(2, thin))
    with pytest.raises(EtlError, match=r"0200-district: no room for"):
        mini.build()


def test_a_spike_left_by_the_repair_is_no_polygon(mini: Profile) -> None:
    """A ring that runs out and back on one line: made valid it is a polygon and a line."""
    ring = [[-55.4, -30.2], [-55.1, -30.2], [-55.1, -30.5], [-55.25, -30.5], [-55.25, -30.7], [-55.25, -30.5]]
    spiked = {"type": "Polygon", "coordinates": [[*ring, [-55.4, -30.5], ring[0]]]}
    alter(mini, "regions", set_geometry(2, spiked))
    atlas = mini.boundaries()
    shapes = atlas.sql("SELECT ST_AsWKB(geometry) FROM boundary").fetchall()
    assert {shapely.from_wkb(bytes(wkb)).geom_type for (wkb,) in shapes} <= {"Polygon", "MultiPolygon"}


def test_a_feature_without_geometry_is_no_polygon(mini: Profile) -> None:
    alter(mini, "districts", set_geometry(7, None))
    atlas = mini.boundaries()
    assert atlas.sql("SELECT count(*) FROM boundary WHERE geometry IS NULL").fetchall() == [(0,)]
    rows = "SELECT rows_read, rows_loaded, rows_rejected FROM meta_source WHERE source_id = 'maps'"
    assert atlas.sql(rows).fetchall() == [(12, 11, 1)]
    listed = "SELECT value FROM meta_reject WHERE rule = 'polygon_without_shape' AND is_rejected"
    assert atlas.sql(listed).fetchall() == [("0999 Země nikoho",)]


def test_a_truncated_map_is_unreadable(mini: Profile) -> None:
    path = mini.file("maps/districts.geojson")
    path.write_bytes(path.read_bytes()[:3000])
    mini.declare()
    with pytest.raises(FileUnreadable, match=r"districts\.geojson"):
        mini.boundaries()


def test_a_map_without_the_declared_column(mini: Profile) -> None:
    mini.edit("sources/maps.toml", 'code = "ref"', 'code = "iso"')
    with pytest.raises(SourceUnreadable, match="a column iso"):
        mini.boundaries()


@pytest.mark.filterwarnings("ignore:Could not parse column")
def test_codes_written_as_numbers_are_read(mini: Profile) -> None:
    def change(features: list[dict[str, object]]) -> None:
        features[4]["properties"] = {"ref": 20302, "label": "as a number"}

    alter(mini, "districts", change)
    # 020302 has lost its zero: no longer a known code, so it is listed
    atlas = mini.boundaries()
    listed = atlas.sql("SELECT value FROM meta_reject WHERE rule = 'polygon_without_place'").fetchall()
    assert ("20302 as a number",) in listed
