"""Villages without coordinates: inside their polygon, the same every time, townships together."""

from __future__ import annotations

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.places.positions import NoRoom, place_villages

SQUARE = shapely.box(10, 40, 11, 41)
L_SHAPE = shapely.Polygon([(0, 0), (3, 0), (3, 1), (1, 1), (1, 3), (0, 3)])
HOLED = shapely.Polygon([(5, 5), (9, 5), (9, 9), (5, 9)], [[(6, 6), (8, 6), (8, 8), (6, 8)]])
ISLANDS = shapely.MultiPolygon([shapely.box(20, 0, 20.5, 0.5), shapely.box(22, 2, 22.1, 2.1)])
COUNTIES = {"c1": SQUARE, "c2": L_SHAPE, "c3": HOLED, "c4": ISLANDS}


def shapes(polygons: dict[str, shapely.Geometry]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"place_id": list(polygons), "name": list(polygons)}, geometry=list(polygons.values()), crs=4326
    )


def villages(sizes: dict[str, list[int]]) -> pd.DataFrame:
    """County → the number of villages of each of its townships."""
    rows = [
        (f"{county}-{township}-{n:03}", county, f"{county}-{township}", "p")
        for county, townships in sizes.items()
        for township, count in enumerate(townships)
        for n in range(count)
    ]
    return pd.DataFrame(rows, columns=["place_id", "county_id", "group_id", "prefecture_id"])


MANY = villages({"c1": [5, 9, 1], "c2": [20, 30], "c3": [40], "c4": [3, 3, 3, 3]})
HERE = {"county": shapes(COUNTIES)}


def placed(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.join(place_villages(frame, HERE, ["county"]))


def test_every_point_is_inside_its_polygon() -> None:
    found = placed(MANY)
    for county, rows in found.groupby("county_id"):
        assert shapely.contains_xy(COUNTIES[str(county)], rows["lon"], rows["lat"]).all()
    assert (found["location_quality"] == "placed_within_county").all()


def test_points_have_five_decimals() -> None:
    found = placed(MANY)
    for axis in ("lon", "lat"):
        assert (found[axis] == found[axis].round(5)).all()


def test_the_same_points_twice_and_in_any_order_of_the_rows() -> None:
    once = placed(MANY).set_index("place_id")[["lon", "lat"]]
    again = placed(MANY).set_index("place_id")[["lon", "lat"]]
    shuffled = placed(MANY.sample(frac=1, random_state=3).reset_index(drop=True))
    pd.testing.assert_frame_equal(once, again)
    pd.testing.assert_frame_equal(once, shuffled.set_index("place_id").loc[once.index, ["lon", "lat"]])


def test_the_answer_keeps_the_index_of_the_villages() -> None:
    frame = MANY.iloc[::-1]
    assert place_villages(frame, HERE, ["county"]).index.equals(frame.index)


def test_a_county_does_not_depend_on_the_others() -> None:
    alone = placed(MANY[MANY["county_id"] == "c2"].reset_index(drop=True)).set_index("place_id")
    together = placed(MANY).set_index("place_id")
    pd.testing.assert_frame_equal(alone[["lon", "lat"]], together.loc[alone.index, ["lon", "lat"]])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 25), min_size=1, max_size=8))
def test_townships_lie_apart_in_their_own_cells(sizes: list[int]) -> None:
    """Halving splits along one axis at a time: the boxes of two townships never overlap."""
    found = place_villages(frame := villages({"c1": sizes}), HERE, ["county"])
    boxes = [
        (rows["lon"].min(), rows["lat"].min(), rows["lon"].max(), rows["lat"].max())
        for _, rows in frame.join(found).groupby("group_id")
    ]
    assert len(boxes) == len(sizes)
    for n, (west, south, east, north) in enumerate(boxes):
        for other in boxes[n + 1 :]:
            apart = east <= other[0] or other[2] <= west or north <= other[1] or other[3] <= south
            assert apart, (boxes, sizes)


def test_points_fill_the_polygon_and_are_not_in_one_heap() -> None:
    found = placed(villages({"c1": [400]}))
    counts = np.histogram2d(found["lon"], found["lat"], bins=4, range=[[10, 11], [40, 41]])[0]
    assert counts.min() > 5  # 25 expected in each of the 16 cells


def test_the_coarser_polygon_is_taken_where_the_finer_is_missing() -> None:
    frame = villages({"c1": [4], "elsewhere": [4]})
    where = {**HERE, "prefecture": shapes({"p": shapely.box(50, 50, 51, 51)})}
    found = frame.join(place_villages(frame, where, ["county", "prefecture"]))
    assert found.groupby("county_id")["location_quality"].first().to_dict() == {
        "c1": "placed_within_county",
        "elsewhere": "placed_within_prefecture",
    }
    assert found.loc[found["county_id"] == "elsewhere", "lon"].between(50, 51).all()


def test_polygons_of_no_known_place_are_not_used() -> None:
    layer = shapes({"c1": SQUARE, "x": L_SHAPE})
    layer["place_id"] = ["c1", None]
    found = place_villages(villages({"c1": [3]}), {"county": layer}, ["county"])
    assert found["lon"].between(10, 11).all()


def test_a_village_in_no_polygon_has_no_position() -> None:
    found = place_villages(villages({"c1": [2], "nowhere": [3]}), HERE, ["county"])
    assert found["location_quality"].isna().tolist() == [False, False, True, True, True]
    assert found["lon"].isna().sum() == 3


def test_a_polygon_without_room_says_which() -> None:
    thin = shapes({"thin": shapely.Polygon([(0, 0), (1, 1), (1, 1.000001), (0, 0.0000001)])})
    with pytest.raises(NoRoom, match="thin: no room for 3 of 3"):
        place_villages(villages({"thin": [3]}), {"county": thin}, ["county"])


def test_a_narrow_polygon_still_has_room() -> None:
    narrow = shapely.Polygon([(0, 0), (5, 5), (5, 5.01), (0, 0.01)])
    found = place_villages(villages({"n": [50]}), {"county": shapes({"n": narrow})}, ["county"])
    assert shapely.contains_xy(narrow, found["lon"], found["lat"]).all()
    assert all(a != b for a, b in pairwise(sorted(found["lon"])))
