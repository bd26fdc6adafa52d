"""What answers the addresses of maps: a question of `asked.py`, and the bytes that it asks for."""

from __future__ import annotations

from atlas.maps import choropleth
from atlas.maps.asked import (
    Areas,
    BoundaryTile,
    CloseUp,
    NameTile,
    OutlineTile,
    Outside,
    PilotOutlines,
    VillageTile,
)
from atlas.maps.tiles import boundaries as boundary_tiles
from atlas.maps.tiles import names as name_tiles
from atlas.maps.tiles import villages as tiles
from indicators.database import Atlas


def village_tile(atlas: Atlas, asked: VillageTile) -> bytes:
    assert asked.tile
    z, x, y = asked.tile
    index = tiles.of_atlas(atlas)
    return index.tile(z, x, y, asked.standard, asked.as_of, asked.within, asked.states, asked.lang, asked.filters)


def boundary_tile(atlas: Atlas, asked: BoundaryTile) -> bytes:
    assert asked.tile
    return boundary_tiles.tile(atlas, *asked.tile, tuple(asked.levels), asked.others)


def outline_tile(atlas: Atlas, asked: OutlineTile) -> bytes:
    assert asked.tile
    return boundary_tiles.outline_tile(atlas, *asked.tile, asked.place_id)


def outside(atlas: Atlas, asked: Outside) -> bytes:
    return boundary_tiles.outside(atlas, asked.place_id, asked.resolution)


def name_tile(atlas: Atlas, asked: NameTile) -> bytes:
    assert asked.tile
    return name_tiles.tile(atlas, *asked.tile, asked.lang, asked.within, int(asked.step))


def areas(atlas: Atlas, asked: Areas) -> bytes:
    return boundary_tiles.polygons(atlas, asked.level, asked.within, asked.resolution)


def pilot_outlines(atlas: Atlas, asked: PilotOutlines) -> bytes:
    return choropleth.pilot_areas(atlas, asked.lang, asked.resolution, asked.batch)


def close_up(atlas: Atlas, asked: CloseUp) -> bytes:
    from atlas.maps import close_up  # here: folium is slow to load, and only maps in frames need it

    return close_up.page(atlas, asked)
