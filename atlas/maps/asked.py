"""What maps ask by address: tiles, outlines, and the maps in frames, whose making is slow to load.

Coloured areas, hot spots and locators are asked in files of their own, with what answers them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from atlas.look.addressed import Addressed
from atlas.look.colours import Theme
from atlas.look.parameters import (
    Asked,
    Day,
    Lang,
    MaybeWord,
    OneOf,
    Parameter,
    SomeOf,
    Step,
    Switch,
    Text,
    Unreadable,
    Word,
)
from atlas.maps.choropleth import Resolution
from atlas.maps.tiles import boundaries as boundary_tiles
from atlas.maps.tiles import names as name_tiles
from atlas.maps.tiles import villages as tiles
from atlas.view.filter_query import FilterParameters
from atlas.view.held import Batch
from indicators.chosen.selection import Filters
from indicators.database import Atlas

_NUMBER = re.compile(r"[0-9]{1,5}", re.ASCII)  # 2^14 - 1 has five digits
_ANY_TILE = {name: f"{{{name}}}" for name in ("z", "x", "y")}


@dataclass(frozen=True)
class TileParameter(Parameter):
    """Zoom, column and row of a tile; None stands for any tile, as a layer of a map names them.

    Numbers are checked by hand: Starlette's {z:int} would call int() on thousands of digits and raise.
    """

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(_ANY_TILE)

    def read(self, asked: Asked) -> tuple[int, int, int]:
        parts = [asked.values[name] for name in self.names]
        if not all(_NUMBER.fullmatch(part) for part in parts):
            raise Unreadable("tile", "whole numbers for z, x and y", "no such tile", 404)
        z, x, y = (int(part) for part in parts)
        tiles.check_tile(z, x, y)
        return z, x, y

    def written(self, value: tuple[int, int, int] | None) -> dict[str, str]:
        if value is None:
            return dict(_ANY_TILE)
        return dict(zip(self.names, map(str, value), strict=True))


Tile = Annotated[tuple[int, int, int] | None, TileParameter()]


@dataclass(frozen=True)
class LevelsParameter(Text):
    """Levels of places, in any order; none without a parameter."""

    is_needed = False

    def read(self, asked: Asked) -> frozenset[str]:
        return frozenset(super().read(asked).split(",") if self.name in asked.values else ())

    def written(self, value: Any) -> dict[str, str]:
        return {self.name: ",".join(sorted(value))} if value else {}


@dataclass(frozen=True)
class VillageTile(Addressed):
    """The villages in a tile: those inside a place, in some states, that the filters leave."""

    PATH = "tiles/villages/{z}/{x}/{y}.mvt"
    standard: Word
    as_of: Day
    lang: Lang
    within: MaybeWord = None
    filters: Annotated[Filters, FilterParameters()] = tiles.NO_FILTERS
    states: Annotated[tuple[str, ...], SomeOf(allowed=tuple(tiles.STATES))] = tuple(tiles.STATES)
    tile: Tile = None


@dataclass(frozen=True)
class BoundaryTile(Addressed):
    """The borders of some levels in a tile, the maritime line, the borders of pilot places."""

    PATH = "tiles/boundaries/{z}/{x}/{y}.mvt"
    levels: Annotated[frozenset[str], LevelsParameter()] = frozenset()
    is_maritime: Annotated[bool, Switch(boundary_tiles.MARITIME)] = False
    is_pilots: Annotated[bool, Switch(boundary_tiles.PILOTS)] = False
    tile: Tile = None

    @property
    def others(self) -> tuple[str, ...]:
        """What is drawn beside levels."""
        drawn: Mapping[str, bool] = {
            boundary_tiles.MARITIME: self.is_maritime,
            boundary_tiles.PILOTS: self.is_pilots,
        }
        return tuple(kind for kind, is_drawn in drawn.items() if is_drawn)

    def check(self, atlas: Atlas) -> None:
        if not self.levels and not self.others:
            raise Unreadable("levels", "levels=..., maritime=1 or pilots=1", "nothing to draw")


@dataclass(frozen=True)
class OutlineTile(Addressed):
    """The outline of one place in a tile."""

    PATH = "tiles/outlines/{place_id}/{z}/{x}/{y}.mvt"
    place_id: Step
    tile: Tile = None


@dataclass(frozen=True)
class NameTile(Addressed):
    """The names of places in a tile; those inside a place come first, where one is named. step: how far between two
    zooms the map opened that asks (names.step_of)."""

    PATH = "tiles/names/{z}/{x}/{y}.mvt"
    lang: Lang
    within: MaybeWord = None
    step: Annotated[str, OneOf(allowed=tuple(map(str, range(name_tiles.STEPS))))] = "0"
    tile: Tile = None


@dataclass(frozen=True)
class Areas(Addressed):
    """The outlines of a level's places, of all or of those inside a place."""

    PATH = "boundaries/{level}.geojson"
    level: Step
    within: MaybeWord = None
    resolution: Annotated[str, OneOf(allowed=tuple(boundary_tiles.DEGREE_DECIMALS), missing="medium")] = "medium"


@dataclass(frozen=True)
class Outside(Addressed):
    """All that lies outside a place, as one area."""

    PATH = "boundaries/outside/{place_id}.geojson"
    place_id: Step
    resolution: Annotated[str, OneOf(allowed=tuple(boundary_tiles.DEGREE_DECIMALS), missing="medium")] = "medium"


@dataclass(frozen=True)
class PilotOutlines(Addressed):
    """The pilot places as areas, of all batches or of one."""

    PATH = "pilots/outlines.geojson"
    resolution: Resolution
    lang: Lang
    batch: Batch = None


@dataclass(frozen=True)
class CloseUp(Addressed):
    """The villages of one county on a map of their own."""

    PATH = "maps/{place_id}.html"
    place_id: Step
    standard: Word
    as_of: Day
    lang: Lang
    theme: Theme
