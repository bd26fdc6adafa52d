"""A map of places in colours that a page worked out itself: kept under an address, like every other answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pydeck as pdk
import shapely

from atlas.kept import answers
from atlas.look import colours, theme
from atlas.look.language import place_name
from atlas.maps import frame as map_frame
from atlas.maps.drawn_map import LEAST_STEP_PX, Frame, maritime_line, national_bounds, path_data
from atlas.maps.tiles import boundaries as boundary_tiles
from indicators import places
from indicators.database import Atlas

HEIGHT_PX = 480
PRINT_PX = 560
RESOLUTION_AT = {0: "coarse"}  # by how deep the place lies; a province's counties are medium


def show(
    atlas: Atlas,
    within: str,
    level: str,
    fills: Mapping[str, tuple[str, str]],
    title: str,
    keys: Sequence[tuple[str, str]],
    evidence: str,
    *,
    missing: str,
    note: str = "",
    key: str,
) -> None:
    """Places of `level` inside `within`. fills: place_id → colour #RRGGBB and words; the others say `missing`.

    Nothing where the level has no outlines. keys: colour and words of the legend.
    """
    here = places.place(atlas, within)
    if here is None or level not in boundary_tiles.levels(atlas):
        return
    depth = len(places.path(atlas, within)) - 1
    areas = boundary_tiles.areas(atlas, level, RESOLUTION_AT.get(depth, "medium"), within)
    no_data = (theme.tokens()["no_data"], missing)
    features = []
    for area in areas:
        colour, words = fills.get(area.place_id, no_data)
        properties = {
            "name": place_name(area.name, area.name_en),
            "value": words,
            "fill": colours.hex_to_rgb(colour, 255),
        }
        features.append((area.geometry, properties))
    layer = pdk.Layer(
        "GeoJsonLayer",
        answers.hold(boundary_tiles.feature_collection(features)),
        id="answer",
        filled=True,
        stroked=False,
        pickable=True,
        get_fill_color="properties.fill",
    )
    map_frame.show(
        atlas,
        here,
        [layer],
        [],
        height_px=HEIGHT_PX,
        key=key,
        map_key=f"{key}_{within}_{level}",
        alt=title,
        title=title,
        legend=keys,
        evidence=evidence,
        notes=[note],
    )


def svg(atlas: Atlas, within: str, level: str, fills: Mapping[str, tuple[str, str]]) -> str | None:
    """The same map as a drawing to print, always in the light theme's greys; the nation with its whole extent and
    maritime line. None where nothing has an outline."""
    here = places.place(atlas, within)
    if here is None or level not in boundary_tiles.levels(atlas):
        return None
    is_nation = here.parent_id is None
    areas = boundary_tiles.areas(atlas, level, "coarse" if is_nation else "medium", within)
    if not areas:
        return None
    shapes = [shapely.from_geojson(area.geometry) for area in areas]
    bounds = national_bounds(atlas) if is_nation else tuple(map(float, shapely.total_bounds(shapes)))
    frame = Frame(bounds, PRINT_PX, PRINT_PX)  # type: ignore[arg-type]
    tokens = colours.tokens("light")
    drawn = []
    for area, shape in zip(areas, shapes, strict=True):
        colour = fills.get(area.place_id, (tokens["no_data"], ""))[0]
        inside = shapely.transform(shape, frame.places)
        data = path_data(shapely.simplify(inside, LEAST_STEP_PX, preserve_topology=is_nation))
        drawn.append(
            f'<path d="{data}" fill="{colour}" fill-rule="evenodd" stroke="{tokens["outline"]}" stroke-width=".6"/>'
        )
    if is_nation:
        drawn.append(maritime_line(atlas, frame, tokens))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{PRINT_PX}" height="{frame.height_px:.0f}" '
        f'viewBox="0 0 {PRINT_PX} {frame.height_px:.0f}">{"".join(drawn)}</svg>'
    )
