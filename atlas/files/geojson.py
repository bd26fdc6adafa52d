"""Answers for a geographical information system: villages as points, places as areas, and what they are."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence

import pandas as pd

Value = str | float | int | bool | None


def points(frame: pd.DataFrame, about: Mapping[str, Value]) -> bytes:
    """A FeatureCollection (RFC 7946) of the rows. Columns: lon, lat, and what becomes a property of each point.

    A row without a position is kept, with no geometry. `about` stands in the collection's own member `metadata`.
    """
    geometry = [_point(lon, lat) for lon, lat in zip(frame["lon"], frame["lat"], strict=True)]
    return _collection(frame.drop(columns=["lon", "lat"]), geometry, about)


def areas(frame: pd.DataFrame, outlines: Mapping[str, str], about: Mapping[str, Value]) -> bytes:
    """The same for places: `outlines` has the geometry by the column place_id, as GeoJSON text.

    A place without an outline is kept, with no geometry.
    """
    geometry = [json.loads(outlines.get(str(place_id), "null")) for place_id in frame["place_id"]]
    return _collection(frame, geometry, about)


def _collection(frame: pd.DataFrame, geometry: Sequence[object], about: Mapping[str, Value]) -> bytes:
    features = [
        {
            "type": "Feature",
            "geometry": where,
            "properties": {name: _plain(value) for name, value in row.items()},
        }
        for where, row in zip(geometry, frame.to_dict("records"), strict=True)
    ]
    whole = {"type": "FeatureCollection", "metadata": dict(about), "features": features}
    text = json.dumps(whole, ensure_ascii=False, allow_nan=False)
    # Inside strings only: a name must not end the script of a page that a map maker pastes the file into.
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026").encode()


def _point(lon: object, lat: object) -> dict[str, object] | None:
    if _plain(lon) is None or _plain(lat) is None:
        return None
    return {"type": "Point", "coordinates": [round(float(lon), 6), round(float(lat), 6)]}  # type: ignore[arg-type]


def _plain(value: object) -> Value:
    """JSON's own types; what is not known is null."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if isinstance(value, str | int | bool) else str(value)
