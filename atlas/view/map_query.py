"""What a map shows besides its data, as parameters of a URL: its layers, and the position it was left at."""

from __future__ import annotations

import re
from dataclasses import dataclass

from atlas.look.parameters import Unreadable

LINES = ("villages", "outlines", "pilots")  # can be shown together
FILLS = ("distance", "hot_spots")  # colour the areas; one at a time
LAYERS = (*LINES, *FILLS)
DEFAULT_LAYERS: tuple[str, ...] = LINES
NOTHING = "none"
_POSITION = re.compile(r"(-?\d{1,3}(?:\.\d{1,6})?),(-?\d{1,2}(?:\.\d{1,6})?),(\d{1,2}(?:\.\d{1,4})?)", re.ASCII)
ZOOMS = (1.0, 17.0)


@dataclass(frozen=True)
class Position:
    """Where a map was left: centre in degrees, zoom. It belongs to a place: another place has its own extent."""

    place_id: str
    lon: float
    lat: float
    zoom: float

    @property
    def text(self) -> str:
        """As the address has it; the script in the page (map_view.js) writes the same decimals."""
        return f"{self.lon:.5f},{self.lat:.5f},{self.zoom:.3f}"


def layers_written(layers: tuple[str, ...]) -> str | None:
    """The parameter `layers`; None where they are the default ones."""
    return None if set(layers) == set(DEFAULT_LAYERS) else ",".join(layers) or NOTHING


def layers_read(text: str | None) -> tuple[str, ...]:
    """The layers that a parameter names, in the order of LAYERS. Raises Unreadable."""
    if text is None:
        return DEFAULT_LAYERS
    chosen = [] if text == NOTHING else text.split(",")
    if not set(chosen) <= set(LAYERS) or len(set(chosen) & set(FILLS)) > 1:
        raise Unreadable("layers", f"{','.join(LINES)} and one of {','.join(FILLS)}")
    return tuple(layer for layer in LAYERS if layer in chosen)


def position_read(text: str | None, place_id: str) -> Position | None:
    """The position that `at=lon,lat,zoom` names. Raises Unreadable."""
    if text is None:
        return None
    found = _POSITION.fullmatch(text)
    if found is None:
        raise Unreadable("at", "at=lon,lat,zoom")
    lon, lat, zoom = (float(part) for part in found.groups())
    if not (-180 <= lon <= 180 and -85 <= lat <= 85 and ZOOMS[0] <= zoom <= ZOOMS[1]):
        raise Unreadable("at", "a place on the map, in degrees, and a zoom")
    return Position(place_id, lon, lat, zoom)
