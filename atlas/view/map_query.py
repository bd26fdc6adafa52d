"""What a map shows besides its data, as parameters of a URL: its layers, and the position it was left at."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from atlas.look.parameters import Unreadable

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


@dataclass(frozen=True)
class Offer:
    """Names of the layers that a map has, in their order. Whoever draws the map says them (atlas/maps/layers)."""

    lines: tuple[str, ...] = ()  # can be shown together
    fills: tuple[str, ...] = ()  # colour the areas; one at a time
    default: tuple[str, ...] = ()

    def chosen(self, names: Collection[str]) -> tuple[str, ...] | None:
        """Some of them in their order; None where they are the default ones."""
        if set(names) == set(self.default):
            return None
        return tuple(one for one in (*self.lines, *self.fills) if one in names)

    def read(self, text: str | None) -> tuple[str, ...] | None:
        """The layers that the parameter `layers` names. Raises Unreadable."""
        if text is None:
            return None
        names = [] if text == NOTHING else text.split(",")
        if not set(names) <= {*self.lines, *self.fills} or len(set(names) & set(self.fills)) > 1:
            raise Unreadable("layers", f"{','.join(self.lines)} and one of {','.join(self.fills)}")
        return self.chosen(names)


def layers_written(layers: tuple[str, ...] | None) -> str | None:
    """The parameter `layers`; None where they are the default ones."""
    return None if layers is None else ",".join(layers) or NOTHING


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
