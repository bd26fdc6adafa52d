"""Every village of the programme: cells when zoomed out, a symbol per village from zoom 8 on."""

from __future__ import annotations

import pydeck as pdk

from atlas.kept import vendor
from atlas.look import icons
from atlas.look.language import t
from atlas.maps.asked import VillageTile
from atlas.maps.layer import Clicked, Layer, Scene, to_area
from atlas.maps.tiles import villages as tiles
from atlas.view import controls
from atlas.view.state import View
from indicators import places


def layer(view: View, within: str | None, build_id: str, theme_name: str) -> pdk.Layer:
    """Vector tiles of the view's standard, date, states and filters; `within` leaves out the villages elsewhere."""
    image, mapping = icons.icon_atlas(theme_name)
    asked = VillageTile(view.standard, view.as_of, view.lang, within, view.filters, view.states)
    return pdk.Layer(
        "MVTLayer",
        asked.url(build_id),
        id=LAYER.id,
        binary=False,
        max_zoom=tiles.MAX_ZOOM,
        load_options={"mvt": {"workerUrl": vendor.url("mvt-worker.js")}},
        point_type=pdk.types.String("icon"),
        icon_atlas=pdk.types.String(image),
        icon_mapping=mapping,
        get_icon="properties.icon",
        get_icon_size="properties.r",
        icon_size_units=pdk.types.String("pixels"),
        icon_alpha_cutoff=icons.ALPHA_CUTOFF,
        pickable=True,
    )


def _draw(scene: Scene) -> list[pdk.Layer]:
    within = None if scene.is_nation else scene.view.place_id
    return [layer(scene.view, within, scene.atlas.build_id, scene.theme_name)]


def _follow(scene: Scene, clicked: Clicked) -> None:
    """A village leads to its facts."""
    if clicked.get("id") is not None and str(clicked.get("icon", "")) in tiles.STATES:
        village = places.village_by_number(scene.atlas, int(str(clicked["id"])))
        if village is not None:
            controls.open_page("place", scene.view, village_id=village.place_id, place_id=village.parent_id)
    to_area(scene, clicked)


LAYER = Layer(
    id="villages",
    kind="point",
    label=lambda atlas: t("Villages"),
    draw=_draw,
    order=1,
    height=50,
    is_default=True,
    has_cells=True,
    picks=("villages",),
    follow=_follow,
)
