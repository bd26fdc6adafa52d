"""The map of a worked-out answer: villages as points and coverage as circles, by address, on the place's outlines.

A point carries its colour and size, so the map needs no rows in the page. Far out, thousands of points would run into
a carpet: then the counts of places stand in circles (see `counted`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pydeck as pdk

from atlas.kept import answers
from atlas.look import colours, theme
from atlas.look.language import place_name
from atlas.maps import frame as map_frame
from atlas.maps.layers import choropleth as choropleth_layer
from atlas.pieces import panels
from atlas.view import state
from atlas.view.state import View
from indicators import places
from indicators.database import Atlas

MOST_POINTS = 8_000
HEIGHT_PX = 520
COUNT_RADIUS_PX = (5.0, 26.0)
Feature = dict[str, Any]


def point(lon: float, lat: float, colour: str, size_px: float, name: str, value: str) -> Feature:
    """A village; `name` and `value` are what is said when one points at it."""
    return _feature(lon, lat, colours.hex_to_rgb(colour), size_px, name, value)


def circle(lon: float, lat: float, colour: str, radius_km: float, name: str, value: str) -> Feature:
    """The land within a radius of a site."""
    return _feature(lon, lat, colours.hex_to_rgb(colour, 45), 1000 * radius_km, name, value)


def _feature(lon: float, lat: float, fill: list[int], radius: float, name: str, value: str) -> Feature:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [round(float(lon), 5), round(float(lat), 5)]},
        "properties": {"fill": fill, "radius": round(radius, 1), "name": name, "value": value},
    }


def counted(atlas: Atlas, counts: dict[str, int], colour: str, words: dict[str, str]) -> list[Feature]:
    """A circle per place whose area grows with its count, at the middle of the place."""
    most = max(counts.values(), default=0)
    least_px, most_px = COUNT_RADIUS_PX
    found = []
    for place_id, n in sorted(counts.items(), key=lambda one: -one[1]):
        one = places.place(atlas, place_id)
        if one is None or one.bounds is None or not n:
            continue
        west, south, east, north = one.bounds
        radius = least_px + (most_px - least_px) * (n / most) ** 0.5
        name = place_name(one.name, one.name_en)
        feature = _feature(
            (west + east) / 2,
            (south + north) / 2,
            colours.hex_to_rgb(colour, 190),
            radius,
            name,
            words[place_id],
        )
        found.append(feature)
    return found


def show(
    atlas: Atlas,
    view: View,
    points: Sequence[Feature],
    circles: Sequence[Feature],
    *,
    evidence: str,
    key: str,
    alt: str,
    legend: Sequence[tuple[str, str]],
    title: str,
    notes: Iterable[str] = (),
) -> None:
    """Land, coverage, boundaries, points and names; a legend of colours and words, and the credit beneath."""
    here = state.shown(atlas, view)
    level = places.level_below(atlas, view.place_id) or here.level
    ground = panels.land_question(atlas, view, level)
    map_frame.show(
        atlas,
        here,
        [
            choropleth_layer.land(ground, atlas.build_id),
            *([_layer("coverage", circles, "meters")] if circles else []),
        ],
        [_layer("answer", points, "pixels")] if points else [],
        height_px=HEIGHT_PX,
        key=key,
        map_key=f"{key}_{view.place_id}",
        alt=alt,
        title=title,
        legend=legend,
        evidence=evidence,
        notes=notes,
    )


def _layer(layer_id: str, features: Sequence[Feature], unit: str) -> pdk.Layer:
    return pdk.Layer(
        "GeoJsonLayer",
        answers.keep(list(features)),
        id=layer_id,
        filled=True,
        stroked=True,
        point_type=pdk.types.String("circle"),
        get_fill_color="properties.fill",
        get_line_color=colours.hex_to_rgb(theme.tokens()["page" if unit == "pixels" else "measured_border"]),
        line_width_units=pdk.types.String("pixels"),
        get_line_width=1,
        get_point_radius="properties.radius",
        point_radius_units=pdk.types.String(unit),
        pickable=unit == "pixels",
    )
