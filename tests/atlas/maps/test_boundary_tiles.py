"""Lines are drawn once and never along a tile's edge; areas keep their ids."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import mapbox_vector_tile
import numpy as np
import pytest
import shapely
from shapely.geometry import shape
from synthetic import EAST, NORTH, SOUTH, WEST
from test_tiles import tile_of

from atlas.maps.tiles import boundaries as boundary_tiles
from atlas.work import refused
from indicators.database import Atlas

LEVELS = ["province", "prefecture", "county"]


def lines(atlas: Atlas, z: int, x: int, y: int, chosen: list[str], others: Sequence[str] = ()) -> dict[str, Any]:
    """level -> geometry in tile units, y down."""
    made = boundary_tiles.tile(atlas, z, x, y, chosen, others)
    if not made:
        return {}
    (layer,) = mapbox_vector_tile.decode(made, default_options={"y_coord_down": True}).values()
    return {f["properties"]["level"]: shape(f["geometry"]) for f in layer["features"]}


def test_each_border_is_drawn_once(atlas: Atlas) -> None:
    """A square country of n x n squares has 2 (n + 1) n sides, inner ones shared by two."""
    drawn = boundary_tiles.lines_of(atlas, ["county"], "fine")
    degrees = shapely.transform(drawn.geometry, lambda p: p)
    assert shapely.length(shapely.union_all(degrees)) == pytest.approx(shapely.length(degrees).sum())
    width = (EAST - WEST) / 360
    across = [line for line in shapely.get_parts(shapely.line_merge(shapely.union_all(degrees)))]
    horizontal = sum(
        part.length for line in across for part in segments(line) if part.coords[0][1] == part.coords[1][1]
    )
    assert horizontal == pytest.approx(9 * width)  # 8 counties one above the other


def segments(line: shapely.LineString) -> list[shapely.LineString]:
    return [shapely.LineString(pair) for pair in pairwise(line.coords)]


def test_a_border_belongs_to_the_highest_chosen_level(atlas: Atlas) -> None:
    together = boundary_tiles.lines_of(atlas, LEVELS, "coarse")
    alone = boundary_tiles.lines_of(atlas, ["county"], "coarse")
    assert shapely.length(together.geometry).sum() == pytest.approx(shapely.length(alone.geometry).sum())
    province = boundary_tiles.lines_of(atlas, ["province"], "coarse")
    is_province = together.level == "province"
    assert shapely.length(together.geometry[is_province]).sum() == pytest.approx(
        shapely.length(province.geometry).sum()
    )
    assert set(together.level) == set(LEVELS)


@pytest.mark.parametrize(("z", "lon", "lat"), [(3, 100, 35), (6, 97.3, 33.1), (10, 100.01, 34.2)])
def test_no_line_runs_along_the_cut(atlas: Atlas, z: int, lon: float, lat: float) -> None:
    x, y = tile_of(lon, lat, z)
    edges = {-boundary_tiles.BUFFER, boundary_tiles.EXTENT + boundary_tiles.BUFFER}
    for geometry in lines(atlas, z, x, y, LEVELS).values():
        for line in shapely.get_parts(geometry):
            for (x0, y0), (x1, y1) in zip(line.coords, line.coords[1:], strict=False):
                assert not (x0 == x1 and x0 in edges) and not (y0 == y1 and y0 in edges)


def test_a_tile_inside_one_county_is_empty_and_maritime_lines_are_optional(atlas: Atlas) -> None:
    assert boundary_tiles.tile(atlas, 12, 0, 0, LEVELS) == b""
    assert "maritime" not in lines(atlas, 3, 6, 3, ["province"])
    assert set(lines(atlas, 3, 6, 3, ["province"], ["maritime"])) == {"province", "maritime"}
    assert set(lines(atlas, 3, 6, 3, [], ["maritime"])) == {"maritime"}


def test_pilots_have_their_whole_border_whatever_their_level(atlas: Atlas) -> None:
    """Also where it is a province's border, which `levels` gives to the province."""
    (drawn,) = lines(atlas, 3, *tile_of(WEST + 1, SOUTH + 1, 3), [], ["pilots"]).values()
    found = atlas.cursor().execute(
        "SELECT ST_AsText(geometry) FROM boundary WHERE place_id = 'p0' AND resolution = 'coarse'"
    )
    (text,) = found.fetchone() or ("",)
    ring = shapely.transform(shapely.from_wkt(text).exterior, boundary_tiles.to_world)
    assert drawn.length == pytest.approx(ring.length * 2**3 * boundary_tiles.EXTENT, rel=0.01)


@pytest.mark.national
def test_a_tile_carries_no_vertex_that_nobody_sees(national_atlas: Atlas) -> None:
    """China on one tile: a fraction of the stored vertices, none of them half a pixel from the stored line."""
    drawn = lines(national_atlas, 3, 6, 3, ["province"])["province"]
    stored = boundary_tiles.lines_of(national_atlas, ["province"], "coarse")
    on_tile = shapely.transform(stored.geometry, lambda p: (p * 8 - (6, 3)) * boundary_tiles.EXTENT)
    inside = shapely.clip_by_rect(on_tile, -64, -64, 4096 + 64, 4096 + 64)
    assert shapely.get_num_coordinates(drawn) < 0.7 * shapely.get_num_coordinates(inside).sum()
    visible = shapely.transform(inside, np.rint)
    far = shapely.hausdorff_distance(drawn, shapely.union_all(visible[shapely.length(visible) > 0]))
    assert far < boundary_tiles.HALF_PIXEL + 1


def test_coordinates_are_in_tile_units(atlas: Atlas) -> None:
    (geometry,) = lines(atlas, 0, 0, 0, ["province"]).values()
    west, east = ((lon + 180) / 360 * 4096 for lon in (WEST, EAST))
    assert (geometry.bounds[0], geometry.bounds[2]) == (round(west), round(east))


def test_unknown_level(atlas: Atlas) -> None:
    for level in ("village", "maritime", "province'; --"):
        with pytest.raises(refused.UnknownValue):
            boundary_tiles.tile(atlas, 3, 6, 3, [level])


def test_resolution_follows_zoom() -> None:
    assert [boundary_tiles.resolution_at(z) for z in (0, 4, 5, 8, 9, 14)] == [
        "coarse",
        "coarse",
        "medium",
        "medium",
        "fine",
        "fine",
    ]


def test_areas_cover_the_country_and_keep_their_ids(atlas: Atlas) -> None:
    read = json.loads(boundary_tiles.polygons(atlas, "county", None, "medium"))
    assert {f["properties"]["place_id"] for f in read["features"]} == {f"c{i}" for i in range(64)}
    whole = shapely.union_all([shape(f["geometry"]) for f in read["features"]])
    assert whole.area == pytest.approx((EAST - WEST) * (NORTH - SOUTH), rel=1e-3)
    first = read["features"][0]["properties"]
    assert set(first) == {"place_id", "name", "name_en"} and first["name_en"].startswith("Name ")


def test_areas_within_a_place(atlas: Atlas) -> None:
    read = json.loads(boundary_tiles.polygons(atlas, "county", "r0", "coarse"))
    rows = atlas.cursor().execute(
        "SELECT place_id FROM place JOIN place_within USING (place_id) WHERE level = 'county' AND ancestor_id = 'r0'"
    )
    assert {f["properties"]["place_id"] for f in read["features"]} == {p for (p,) in rows.fetchall()}
    with pytest.raises(refused.UnknownValue):
        boundary_tiles.polygons(atlas, "county", "nowhere", "coarse")
    with pytest.raises(refused.UnknownValue):
        boundary_tiles.polygons(atlas, "county", None, "sharp")


def test_feature_collection_escapes_properties() -> None:
    made = boundary_tiles.feature_collection([('{"type":"Point","coordinates":[1,2]}', {"name": '"}],"x":["\0'})])
    assert json.loads(made)["features"][0]["properties"]["name"] == '"}],"x":["\0'


def test_the_outline_of_one_place_and_all_that_lies_outside_it(national_atlas: Atlas) -> None:
    """Line and veil fit each other: the veil's holes are the place, and the line runs along them."""
    place = boundary_tiles.shape(national_atlas, "431100", "medium")
    [feature] = json.loads(boundary_tiles.outside(national_atlas, "431100", "medium"))["features"]
    veil = shape(feature["geometry"])
    assert not veil.contains(place.representative_point())
    assert veil.contains(shapely.Point(112.97, 28.2))  # Changsha, a neighbour
    assert veil.intersection(place).area < 0.02 * place.area  # as far as rounding goes
    z = 7
    x, y = tile_of(111.6, 26.2, z)
    (layer,) = mapbox_vector_tile.decode(boundary_tiles.outline_tile(national_atlas, z, x, y, "431100")).values()
    assert {one["properties"]["level"] for one in layer["features"]} == {boundary_tiles.OUTLINE}
    assert boundary_tiles.outline_tile(national_atlas, z, 0, 0, "431100") == b""
    assert boundary_tiles.outline_tile(national_atlas, 0, 0, 0, "nowhere") == b""
    assert json.loads(boundary_tiles.outside(national_atlas, "nowhere", "coarse"))["features"] == []
