"""What the folium maps share: the frame, outlines, and the document that is served by URL."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache

import folium
import folium.plugins

from atlas import language, theme, vendor
from atlas.language import t
from indicators import facts
from indicators.database import Atlas

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


def chart(atlas: Atlas) -> folium.Map:
    """An empty map with full screen; a base map only where the profile asks for one."""
    _stay_on_this_machine()
    made = folium.Map(
        tiles=None,
        control_scale=True,
        prefer_canvas=True,
        zoom_snap=0.25,
        zoom_delta=0.5,
        attribution_control=False,
    )
    base = facts.settings(atlas)["map"].get("base_tiles")
    if base:  # the one thing that leaves this machine
        folium.TileLayer(tiles=base["url"], attr=base["credit"], control=False).add_to(made)
    folium.plugins.Fullscreen(title=t("Full screen"), title_cancel=t("Leave full screen")).add_to(made)
    return made


@cache
def _stay_on_this_machine() -> None:
    """Folium's own files come from this server; once per process, before the first map."""
    vendor.offline_folium()


def outlines(geometries: Sequence[str], tokens: dict[str, str], fill_opacity: float = 1) -> folium.GeoJson:
    """Boundaries (GeoJSON texts) as land with an outline."""
    features = [
        {"type": "Feature", "geometry": json.loads(geometry), "properties": {}} for geometry in geometries
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


def document(made: folium.Map, tokens: dict[str, str]) -> str:
    """The whole HTML document, in the page's colours and language."""
    root = made.get_root()
    root.header.add_child(folium.Element(_style(tokens)))
    root.html.add_child(folium.Element(FOLLOW_LINKS))
    text: str = root.render()
    return text.replace("<html>", f'<html lang="{language.html_tag()}">', 1)


def _style(tokens: dict[str, str]) -> str:
    return (
        '<meta name="robots" content="noindex">'
        f"<style>{theme.style()}"
        f"html{{color-scheme:{'light' if tokens['page'] == '#FFFFFF' else 'dark'}}}"
        f".leaflet-container{{background:{tokens['page']}!important;font:13px {tokens['font']}!important}}"
        ".leaflet-popup-content,.leaflet-tooltip{font-size:13px}"
        ".atlas-watermark{position:fixed;inset:0;z-index:900;overflow:hidden;pointer-events:none}</style>"
    )
