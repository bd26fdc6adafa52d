"""Addresses of what a page offers to take away: tables and charts."""

from __future__ import annotations

from atlas.files import table_files
from atlas.look import blocks
from atlas.look.addresses import address
from atlas.look.html import Html
from atlas.look.language import t
from atlas.maps.choropleth import Question
from atlas.view.state import View
from indicators.database import Atlas

CHART_FORMATS = {"png": "PNG", "svg": "SVG"}
Links = list[tuple[str, str]]


def values(atlas: Atlas, asked: Question) -> Links:
    """The values of a coloured map."""
    wanted = {
        "build": atlas.build_id,
        "within": asked.within,
        "standard": asked.standard,
        "as_of": asked.as_of.isoformat(),
        "lang": asked.lang,
    }
    if asked.classes:
        wanted["classes"] = asked.classes
    return _tables(f"values/{asked.indicator_id}/{asked.level}", wanted)


def projects(atlas: Atlas, view: View, per: str) -> Links:
    """Projects with an announced cost."""
    wanted = {"build": atlas.build_id, "within": view.place_id, "per": per, "lang": view.lang}
    return _tables("projects", wanted)


def pilots(atlas: Atlas, view: View, batch: int | None = None) -> Links:
    """The list of pilot places, of one batch where one is chosen."""
    wanted = {"build": atlas.build_id, "within": view.place_id, "lang": view.lang}
    return _tables("pilots", wanted | ({} if batch is None else {"batch": str(batch)}))


def _tables(path: str, wanted: dict[str, str]) -> Links:
    return [(name, address(f"download/{path}.{suffix}", wanted)) for suffix, name in table_files.FORMATS.items()]


def chart(atlas: Atlas, view: View, name: str, level: str = "", per: str = "") -> Html:
    """A chart as a picture, in one line beneath it."""
    wanted = {
        "build": atlas.build_id,
        "within": view.place_id,
        "standard": view.standard,
        "as_of": view.as_of.isoformat(),
        "lang": view.lang,
    }
    wanted |= {"level": level} if level else {}
    wanted |= {"per": per} if per else {}
    wanted |= {"classes": view.classes} if view.classes and level else {}
    links = [(words, address(f"download/chart/{name}.{suffix}", wanted)) for suffix, words in CHART_FORMATS.items()]
    return blocks.file_links(t("Chart"), links)
