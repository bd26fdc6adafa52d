"""Every village of the programme: cells when zoomed out, a symbol per village from zoom 8 on."""

from __future__ import annotations

import pydeck as pdk

from atlas.kept import vendor
from atlas.look import icons
from atlas.maps import tiles
from atlas.maps.asked import VillageTile
from atlas.view.state import View

LAYER_ID = "villages"


def layer(view: View, within: str | None, build_id: str, theme_name: str) -> pdk.Layer:
    """Vector tiles of the view's standard, date, states and filters; `within` leaves out the villages elsewhere."""
    image, mapping = icons.icon_atlas(theme_name)
    asked = VillageTile(view.standard, view.as_of, view.lang, within, view.filters, view.states)
    return pdk.Layer(
        "MVTLayer",
        asked.url(build_id),
        id=LAYER_ID,
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
