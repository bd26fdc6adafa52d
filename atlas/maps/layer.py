"""A layer of the gap map describes itself: one file in `layers/` with a LAYER, and the map has it.

Its name in the address, its place in the popover, how it is drawn, its key, when it may be shown, what a click on it
does: whoever needs one of these asks the layer. What is `pickable` carries `name`, `state` and `place_id` in its
properties: the tooltip and the click read them. Data travel by address, not in the page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import pydeck as pdk

from atlas.look.html import Html
from atlas.look.legends import Line
from atlas.view import controls, state
from atlas.view.state import View
from indicators import places
from indicators.database import Atlas
from indicators.places import Place

#: Lines and points can be shown together; fills colour the areas, one at a time.
Kind = Literal["line", "point", "fill"]
#: How high what every map has lies; a layer lies between them.
LAND, FILLS, BORDERS, OUTSIDE, NAMES = 0, 10, 30, 45, 100


@dataclass(frozen=True)
class Scene:
    """What a map shows, for its layers. land: the view of the place whose parts, of `level`, are the areas."""

    atlas: Atlas
    view: View
    land: View
    level: str
    theme_name: str
    is_phone: bool

    @property
    def here(self) -> Place:
        return state.shown(self.atlas, self.view)

    @property
    def is_nation(self) -> bool:
        return self.here.parent_id is None


Clicked = Mapping[str, object]


@dataclass(frozen=True)
class Layer:
    """id: its name in the address, [a-z_]. order: in the popover. height: from the ground up."""

    id: str
    kind: Kind
    label: Callable[[Atlas], str]
    draw: Callable[[Scene], list[pdk.Layer]]
    order: int
    height: int
    is_default: bool = False
    #: Whether it means anything here, and what is said where it does not.
    is_offered: Callable[[Atlas, View], bool] = lambda atlas, view: True
    why_not: Callable[[str], str] = lambda label: ""
    needs_demonstration: bool = False  # on states that are simulated it would show noise as if it were a finding
    has_cells: bool = False  # zoomed out it draws cells, which the key explains
    line: Callable[[Scene, bool], Line | None] = lambda scene, is_shown: None  # in the key, also where it is not shown
    key: Callable[[Scene], Html | None] = lambda scene: None  # of its own, beneath the key
    method: Callable[[], str] = lambda: ""  # how it is made, said where it is chosen
    below: Callable[[Scene], None] = lambda scene: None  # what the page shows of it beneath the map
    picks: tuple[str, ...] = ()  # ids of what it draws that can be clicked on
    follow: Callable[[Scene, Clicked], None] = lambda scene, clicked: to_area(scene, clicked)


def to_area(scene: Scene, clicked: Clicked) -> None:
    """An area leads to its map; one without parts, as a county, to its page."""
    place_id = clicked.get("place_id")
    atlas, view = scene.atlas, scene.view
    if not isinstance(place_id, str) or place_id == view.place_id or places.place(atlas, place_id) is None:
        return
    if places.level_below(atlas, place_id) is None:
        controls.open_page("place", view, place_id=place_id)
    state.go_to(view, place_id=place_id)
