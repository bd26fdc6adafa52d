"""Where gaps cluster, as coloured areas."""

from __future__ import annotations

import pydeck as pdk

from atlas.maps.hot_spots import Question

LAYER_ID = "hot-spots"


def layer(asked: Question, build_id: str) -> pdk.Layer:
    """Areas by URL; the test runs when the first map asks for them."""
    return pdk.Layer(
        "GeoJsonLayer",
        asked.url(build_id),
        id=LAYER_ID,
        filled=True,
        stroked=False,
        get_fill_color="properties.fill",
        pickable=True,
    )
