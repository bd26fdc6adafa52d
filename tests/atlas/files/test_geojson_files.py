"""Villages as GeoJSON: what a map program reads, and what must not leave its string."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

from atlas.files import geojson


def test_points_with_their_properties_and_what_they_are() -> None:
    frame = pd.DataFrame(
        {
            "place_id": ["1", "2"],
            "name": ['</script><b>"x"', "二村"],
            "lon": [110.1234567, np.nan],
            "lat": [26.5, np.nan],
            "cost_yuan": [np.int64(5), np.int64(7)],
            "population_persons": [np.nan, 12.0],
        }
    )
    text = geojson.points(frame, {"scenario": "ab<c", "gap_share": None, "is_demonstration": True}).decode()
    assert "<" not in text and ">" not in text and "二村" in text
    whole = json.loads(text)
    assert whole["type"] == "FeatureCollection"
    assert whole["metadata"] == {"scenario": "ab<c", "gap_share": None, "is_demonstration": True}
    first, second = whole["features"]
    assert first["geometry"] == {"type": "Point", "coordinates": [110.123457, 26.5]}
    assert first["properties"] == {
        "place_id": "1",
        "name": '</script><b>"x"',
        "cost_yuan": 5,
        "population_persons": None,
    }
    assert second["geometry"] is None and second["properties"]["population_persons"] == 12.0


def test_no_villages_are_an_empty_collection() -> None:
    frame = pd.DataFrame(columns=["place_id", "lon", "lat"])
    assert json.loads(geojson.points(frame, {}))["features"] == []


def test_areas_by_the_code_of_their_place() -> None:
    square = '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}'
    frame = pd.DataFrame({"place_id": ["01", "02"], "amount_A": [3.5, np.nan]})
    whole = json.loads(geojson.areas(frame, {"01": square}, {"unit": "yuan"}))
    first, second = whole["features"]
    assert first["geometry"] == json.loads(square) and first["properties"] == {
        "place_id": "01",
        "amount_A": 3.5,
    }
    assert second["geometry"] is None and second["properties"]["amount_A"] is None
    assert whole["metadata"] == {"unit": "yuan"}
