"""How far the unconnected villages of an area are from a connected one, as coloured areas."""

from __future__ import annotations

from dataclasses import replace

import pydeck as pdk

from atlas.look.html import Html
from atlas.look.language import t
from atlas.maps import choropleth
from atlas.maps.layer import FILLS, Layer, Scene
from atlas.maps.layers import choropleth as coloured
from atlas.maps.of_view import legend, question
from indicators import places

INDICATOR = "distance_to_connected"


def _question(scene: Scene) -> choropleth.Question:
    asked = question(scene.atlas, scene.land, INDICATOR, scene.level)
    return replace(asked, is_demonstration=True)  # whoever draws has seen to it that it may be shown


def _draw(scene: Scene) -> list[pdk.Layer]:
    return [coloured.layer(_question(scene), scene.atlas.build_id, has_ranges=False)]


def _key(scene: Scene) -> Html:
    _, classes = choropleth.answer(scene.atlas, _question(scene))
    return legend(INDICATOR, classes)


LAYER = Layer(
    id="distance",
    kind="fill",
    label=lambda atlas: t("Distance to the nearest connected village"),
    draw=_draw,
    order=1,
    height=FILLS,
    is_offered=lambda atlas, view: not places.has_placed_points(atlas, view.place_id),
    why_not=lambda label: t(
        "{layer}: positions of villages are placed at random here, so no distance is shown.", layer=label
    ),
    needs_demonstration=True,
    key=_key,
    picks=(coloured.LAYER_ID,),
)
