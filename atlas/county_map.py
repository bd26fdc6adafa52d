"""The close-up: a county's villages on a folium map, served as a page of its own by URL.

Folium is good at this size (a few hundred points, popups, layers, measuring). Names go into the
popups escaped, because Leaflet puts popup texts into the page as markup.
"""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from urllib.parse import urlencode

import folium
import folium.plugins
import pandas as pd

from atlas import boundary_tiles, figures, language, markup, theme, vendor
from atlas.language import place_name, t
from atlas.tiles import UnknownValue
from indicators import facts, places
from indicators.database import Atlas
from indicators.places import Place

STATES = ("unknown", "unconnected", "connected", "not_applicable")  # by database code
DRAWN = ("connected", "unknown", "unconnected")  # the gap lies on top
RADIUS_PX = {"unconnected": 6, "unknown": 5, "connected": 4}
MOST_VILLAGES = 5000
#: The map stands in a sandboxed frame that may not navigate the page around it; a link of that page may.
FOLLOW_LINKS = """<script>
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[target=_top]");
  if (!link || window.parent === window) return;
  event.preventDefault();
  const outer = window.parent.document.createElement("a");
  outer.href = link.href;
  window.parent.document.body.append(outer);
  outer.click();
  outer.remove();
});
</script>"""


@dataclass(frozen=True)
class CloseUp:
    """What the close-up shows. Everything in it is in the URL."""

    place_id: str
    standard: str
    as_of: date
    lang: str
    theme: str

    def url(self, build_id: str) -> str:
        asked = {
            "build": build_id,
            "standard": self.standard,
            "as_of": self.as_of.isoformat(),
            "lang": self.lang,
            "theme": self.theme,
        }
        return f"/maps/{self.place_id}.html?{urlencode(asked)}"


def page(atlas: Atlas, asked: CloseUp) -> bytes:
    """The map as an HTML document. Raises UnknownValue for a place or status the atlas does not hold,
    or a place of more villages than a close-up can show."""
    here = places.place(atlas, asked.place_id)
    if here is None or here.bounds is None:
        raise UnknownValue("place", "a place with villages")
    try:
        column = facts.status_column(atlas, asked.standard, asked.as_of)
    except LookupError as error:
        raise UnknownValue("standard or as_of", "a standard and date of this atlas") from error
    villages = places.villages_in(atlas, asked.place_id, str(column["column_name"]))
    if len(villages) > MOST_VILLAGES:
        raise UnknownValue("place", f"a place of at most {MOST_VILLAGES:,} villages")
    _stay_on_this_machine()
    with language.speaking(asked.lang):
        return _document(atlas, asked, here, villages[villages["lon"].notna()]).encode()


@cache
def _stay_on_this_machine() -> None:
    """Folium's own files come from this server; once per process, before the first map."""
    vendor.offline_folium()


def _document(atlas: Atlas, asked: CloseUp, here: Place, villages: pd.DataFrame) -> str:
    tokens = theme.tokens(asked.theme)
    assert here.bounds is not None
    west, south, east, north = here.bounds
    chart = folium.Map(
        tiles=None,
        control_scale=True,
        prefer_canvas=True,
        zoom_snap=0.25,
        zoom_delta=0.5,
        attribution_control=False,
    )
    base = facts.settings(atlas)["map"].get("base_tiles")
    if base:  # only where the profile asks for it: it is the one thing that leaves this machine
        folium.TileLayer(tiles=base["url"], attr=base["credit"], control=False).add_to(chart)
    _outline(atlas, here, tokens, fill_opacity=0 if base else 1).add_to(chart)
    for state in DRAWN:
        shown = villages[villages["state"] == STATES.index(state)]
        if len(shown):
            _points(shown, state, asked, tokens).add_to(chart)
    folium.LayerControl(collapsed=False).add_to(chart)
    folium.plugins.Fullscreen(title=t("Full screen"), title_cancel=t("Leave full screen")).add_to(chart)
    chart.fit_bounds([[south, west], [north, east]])
    root = chart.get_root()
    root.header.add_child(folium.Element(_style(tokens)))
    root.html.add_child(folium.Element(FOLLOW_LINKS))
    if (villages["evidence"] == "simulated").any():
        root.html.add_child(folium.Element(markup.watermark(t("Simulated data"))))
    text: str = root.render()
    return text.replace("<html>", f'<html lang="{language.html_tag()}">', 1)


def _outline(atlas: Atlas, here: Place, tokens: dict[str, str], fill_opacity: float) -> folium.GeoJson:
    areas = boundary_tiles.areas(atlas, here.level, "fine", here.place_id) if here.has_boundary else []
    features = [
        {"type": "Feature", "geometry": json.loads(area.geometry), "properties": {}} for area in areas
    ]
    style = {
        "fillColor": tokens["land"],
        "fillOpacity": fill_opacity,
        "color": tokens["outline"],
        "weight": 1.5,
    }
    return folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        name=t("Boundary"),
        control=False,
        interactive=False,
        style_function=lambda _: style,
    )


def _points(shown: pd.DataFrame, state: str, asked: CloseUp, tokens: dict[str, str]) -> folium.GeoJson:
    colour = tokens[state]
    fill = tokens["page"] if state == "unknown" else colour
    marker = folium.CircleMarker(
        radius=RADIUS_PX[state], color=colour, weight=2, fill=True, fill_color=fill, fill_opacity=1
    )
    word = markup.state_word(state)
    return folium.GeoJson(
        {
            "type": "FeatureCollection",
            "features": [_feature(row, word, asked) for row in shown.to_dict("records")],
        },
        name=html.escape(figures.bracketed(word, figures.count(len(shown)))),
        marker=marker,
        tooltip=folium.GeoJsonTooltip(["name", "state"], labels=False),
        popup=folium.GeoJsonPopup(["name", "state", "code", "more"], labels=False),
    )


def _feature(row: dict[Any, Any], state_word: str, asked: CloseUp) -> dict[str, Any]:
    query = urlencode(
        {
            "place": row["place_id"],
            "standard": asked.standard,
            "as_of": asked.as_of.isoformat(),
            "lang": asked.lang,
        }
    )
    words = html.escape(t("Facts of this village"))
    more = f'<a href="/place?{html.escape(query)}" target="_top">{words}</a>'
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [row["lon"], row["lat"]]},
        "properties": {
            "name": html.escape(row["name"]),
            "state": html.escape(" · ".join([state_word, figures.day(asked.as_of), *_evidence(row)])),
            "code": html.escape(row["place_id"]),
            "more": more,
        },
    }


def _evidence(row: dict[Any, Any]) -> list[str]:
    """What the village's state rests on, in a word; nothing where it is unknown."""
    return [markup.evidence_word(row["evidence"])] if isinstance(row["evidence"], str) else []


def _style(tokens: dict[str, str]) -> str:
    return (
        '<meta name="robots" content="noindex">'
        f"<style>{theme.style()}"
        f"html{{color-scheme:{'light' if tokens['page'] == '#FFFFFF' else 'dark'}}}"
        f".leaflet-container{{background:{tokens['page']}!important;font:13px {tokens['font']}!important}}"
        ".leaflet-popup-content,.leaflet-tooltip{font-size:13px}"
        ".atlas-watermark{position:fixed;inset:0;z-index:900;overflow:hidden;pointer-events:none}</style>"
    )


def link_to_place(here: Place) -> str:
    """The close-up's title for screen readers."""
    return t("Villages of {place}", place=place_name(here.name, here.name_en))
