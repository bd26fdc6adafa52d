"""What a map in a frame stands on, and its tools to draw an area and to measure. The area becomes part of the URL."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from atlas.look import colours
from atlas.look.addresses import address, from_document
from atlas.look.language import t
from atlas.maps.drawn_map import Bounds
from indicators import facts
from indicators.database import Atlas


def ground(
    atlas: Atlas, geometries: Sequence[str], bounds: Bounds, theme_name: str, *, is_land: bool = True
) -> dict[str, Any]:
    """What lies beneath everything else, for map_page.js: a base map only where the profile asks for one, outlines
    (GeoJSON texts; areas filled as land or not, and the maritime line), and the extent that is shown first."""
    tokens = colours.tokens(theme_name)
    west, south, east, north = bounds
    return {
        "base": facts.settings(atlas)["map"].get("base_tiles"),  # the one thing that leaves this machine
        "bounds": [[south, west], [north, east]],
        "outlines": {
            "geometries": [json.loads(geometry) for geometry in geometries],
            "style": {
                "fillColor": tokens["land"],
                "fillOpacity": 1 if is_land else 0,
                "color": tokens["outline"],
                "weight": 1.5,
            },
        },
    }


def tools(place_id: str, standard: str, as_of: date, lang: str) -> dict[str, Any]:
    """Where a drawn shape leads, for drawing.js, and Geoman's words in the current language."""
    query = {"place": place_id, "standard": standard, "as_of": as_of.isoformat(), "lang": lang}
    return {
        "href": from_document(address("gap-map", query)),
        "list": t("List the villages in this area"),
        "words": _words(),
    }


def _words() -> dict[str, dict[str, str]]:
    """All that Geoman says with the tools that are offered."""
    return {
        "tooltips": {
            "firstVertex": t("Click to begin"),
            "continueLine": t("Click to go on"),
            "finishLine": t("Click the last point to finish"),
            "finishPoly": t("Click the first point to finish"),
            "finishRect": t("Click to finish"),
            "startCircle": t("Click where the centre is"),
            "finishCircle": t("Click to finish"),
        },
        "actions": {
            "finish": t("Finish"),
            "cancel": t("Cancel"),
            "removeLastVertex": t("Remove the last point"),
        },
        "buttonTitles": {
            "drawPolyButton": t("Draw a polygon"),
            "drawLineButton": t("Measure a distance"),
            "drawCircleButton": t("Draw a circle"),
            "drawRectButton": t("Draw a rectangle"),
            "editButton": t("Change what was drawn"),
            "deleteButton": t("Remove what was drawn"),
        },
    }
