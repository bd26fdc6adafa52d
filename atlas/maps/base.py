"""Puts layers together on a map that fits its place. No base map: nothing leaves this machine."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass

import pydeck as pdk
import streamlit as st
from pydeck.bindings.json_tools import default_serialize

from atlas.look import blocks
from atlas.look.language import pick, t
from ground import mercator
from indicators import facts, places
from indicators.database import Atlas
from indicators.places import Place

TILE_PX = 512
MARGIN = 0.06  # of the extent of points, on each side
LEAST_MARGIN_DEGREES = 0.05
PADDING = 0.92  # the share of the frame that the place may fill
DESKTOP_WIDTH_PX = {"wide": 1000, "narrow": 800, "half": 660, "third": 430}
PHONE_WIDTH_PX = 358
MAX_ZOOM = 11.0


@dataclass(frozen=True)
class Frame:
    """The size of a map on this visitor's screen."""

    width_px: int
    height_px: int


@dataclass(frozen=True)
class Whole:
    """The view of a whole place in a frame of the usual size. fills: the zoom at which the place would fill one pixel
    of width, the same of height, and the closest zoom; the browser adds log2 of the pixels that it has (map_fit.js)."""

    view: pdk.ViewState
    fills: tuple[float, float, float]


def is_phone() -> bool:
    """What the browser says it is; the page only chooses heights and zooms by it."""
    return "Mobile" in (st.context.headers.get("User-Agent") or "")


def frame(size: str, height_px: int) -> Frame:
    if is_phone():
        return Frame(PHONE_WIDTH_PX, 380)
    return Frame(DESKTOP_WIDTH_PX[size], height_px)


def bounds_of(atlas: Atlas, place: Place) -> tuple[float, float, float, float]:
    """West, south, east, north. The nation shows its full extent as the profile declares it.

    A country without boundaries, or a township, shows where its villages are: there is no outline around them.
    """
    is_of_points = not places.is_drawn(atlas) or (place.parent_id is not None and not place.has_boundary)
    if place.bounds is not None and is_of_points:
        return _widened(place.bounds)
    if place.parent_id is None or place.bounds is None:
        west, south, east, north = facts.settings(atlas)["map"]["extent_degrees"]
        return (west, south, east, north)
    return place.bounds


def _widened(bounds: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """A margin around points, so that none stands on the edge; a single point gets a neighbourhood."""
    west, south, east, north = bounds
    margin = max((east - west) * MARGIN, (north - south) * MARGIN, LEAST_MARGIN_DEGREES)
    return west - margin, max(south - margin, -85.0), east + margin, min(north + margin, 85.0)


def fitted(bounds: tuple[float, float, float, float], size: Frame) -> Whole:
    """Centre and zoom so that the bounds fill the frame."""
    west, south, east, north = bounds
    top, bottom = float(mercator.down(north)), float(mercator.down(south))
    width = max((east - west) / 360.0, 1e-6)
    height = max(bottom - top, 1e-6)
    by_width, by_height = (math.log2(PADDING / (TILE_PX * share)) for share in (width, height))
    zoom = min(by_width + math.log2(size.width_px), by_height + math.log2(size.height_px), MAX_ZOOM)
    view = pdk.ViewState(
        longitude=round((west + east) / 2, 4),
        latitude=round(float(mercator.latitude((top + bottom) / 2)), 4),
        zoom=round(zoom, 2),
        min_zoom=1.5,
        max_zoom=16,
    )
    return Whole(view, (round(by_width, 3), round(by_height, 3), MAX_ZOOM))


class CompactDeck(pdk.Deck):
    """A deck whose JSON is not indented: it is half as long, and sent at each rerun."""

    def to_json(self) -> str:
        return json.dumps(self, sort_keys=True, default=default_serialize, ensure_ascii=False, separators=(",", ":"))


#: A map lies flat: neither Ctrl with the mouse nor two fingers tilt or turn it. Keys are the page's (map_hand.js).
CONTROLLER = {"dragRotate": False, "touchRotate": False, "keyboard": False}


def deck(layers: list[pdk.Layer], view: pdk.ViewState, tooltip: str) -> pdk.Deck:
    """A map without a base map. Tooltips are text, so a hostile name stays a name."""
    return CompactDeck(
        layers=layers,
        views=[pdk.View(type="MapView", controller=CONTROLLER)],
        initial_view_state=view,
        map_provider=None,
        tooltip={"text": tooltip},
        parameters={"cull": False},
    )


def mapped_levels(atlas: Atlas) -> list[str]:
    """Levels that have boundaries, the highest first."""
    return [level for level in places.levels(atlas)[1:-1] if places.has_boundaries(atlas, level)]


def credit(atlas: Atlas, *notes: str) -> str:
    """The line beneath a map: its approval number, or that it is a sketch; then remarks."""
    setting = facts.settings(atlas)["map"]
    approval = setting.get("approval_number")
    first = t("Map approval number: {number}", number=approval) if approval else pick(setting["sketch_credit"])
    return " · ".join([first, *(note for note in notes if note)])


def watermark(evidence: str) -> None:
    """Simulated data say so across the map, on screen and on paper."""
    if evidence == "simulated":
        st.html(blocks.watermark(t("Simulated data")))


def chosen(event: object, layer_id: str) -> dict[str, object] | None:
    """The properties (and `id`) of the object that was clicked, or None."""
    objects = getattr(getattr(event, "selection", None), "objects", None) or {}
    found = objects.get(layer_id) or []
    if not found:
        return None
    return dict(found[0].get("properties", {}))
