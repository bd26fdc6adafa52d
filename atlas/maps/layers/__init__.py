"""One file per layer of the gap map: LAYER says what it is (atlas/maps/layer.py). A layer is found by being here.

Files without a LAYER draw what every map has: names, coloured areas.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from atlas.maps.layer import Layer
from atlas.view.map_query import Offer
from atlas.view.state import View


@cache
def known() -> tuple[Layer, ...]:
    """All layers in the order of the popover: lines and points, then fills."""
    modules = [importlib.import_module(f"{__name__}.{one.name}") for one in pkgutil.iter_modules(__path__)]
    found: list[Layer] = [module.LAYER for module in modules if hasattr(module, "LAYER")]
    return tuple(sorted(found, key=lambda one: (one.kind == "fill", one.order, one.id)))


@cache
def offer() -> Offer:
    """What an address may say of them."""
    lines = tuple(one.id for one in known() if one.kind != "fill")
    fills = tuple(one.id for one in known() if one.kind == "fill")
    return Offer(lines, fills, tuple(one.id for one in known() if one.is_default))


def shown(view: View) -> list[Layer]:
    """The layers that a view asks for, in the order of the popover."""
    names = offer().default if view.layers is None else view.layers
    return [one for one in known() if one.id in names]


def fill_of(view: View) -> Layer | None:
    """What the areas are asked to be coloured by, or None."""
    return next((one for one in shown(view) if one.kind == "fill"), None)
