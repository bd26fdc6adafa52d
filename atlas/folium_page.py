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


PHONE_PX = 480  # as close_up.js has it
PHONE_MAP_PX = 380
KEY_PX = 44  # high enough for a finger


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
        ".leaflet-control-layers,.leaflet-control-zoom-in,.leaflet-control-zoom-out,.leaflet-popup-tip,"
        ".leaflet-popup-content-wrapper,.leaflet-tooltip"
        "{background:var(--atlas-page)!important;color:var(--atlas-text)!important}"
        ".atlas-watermark{position:absolute;inset:0;z-index:900;overflow:hidden;pointer-events:none}"
        ".atlas-close-up{max-width:236px;padding:8px 10px;border:1px solid var(--atlas-border);border-radius:6px;"
        "background:var(--atlas-page);color:var(--atlas-text)}"
        ".atlas-close-up .atlas-legend{padding:4px 0;border:0}"
        ".atlas-close-up select{width:100%;min-height:36px;margin-bottom:6px;font:inherit;color:inherit;"
        "background:var(--atlas-page);border:1px solid var(--atlas-border);border-radius:6px}"
        ".atlas-close-up .atlas-print{min-height:36px;font-size:13px!important}"
        # In a low frame the key would lie over the lower buttons for drawing: it moves beside them.
        f"@media screen and (max-height:640px) and (min-width:{PHONE_PX + 1}px)"
        "{.atlas-close-up.leaflet-control{margin-left:56px!important}}"
        ".atlas-close-up-head{display:none;position:absolute;inset:0 0 auto 0;z-index:950;padding:6px 60px;"
        "background:var(--atlas-page)}"
        ".leaflet-container:fullscreen .atlas-close-up-head,.leaflet-pseudo-fullscreen .atlas-close-up-head"
        "{display:block}"
        ".atlas-close-up summary{display:none}"
        # A phone has no room on the map: the key lies beneath it, folded, and the frame grows when it is opened.
        f"@media screen and (max-width:{PHONE_PX}px){{.leaflet-draw{{display:none}}html,body{{height:auto!important}}"
        ".folium-map:not(:fullscreen,.leaflet-pseudo-fullscreen){position:relative!important;"
        f"height:{PHONE_MAP_PX}px!important}}"
        ".atlas-close-up.leaflet-control{float:none;margin:0;max-width:none;border:0;padding:0 4px;"
        f"font:14px {tokens['font']}}}"
        f".atlas-close-up summary{{display:list-item;min-height:{KEY_PX}px;line-height:{KEY_PX}px;cursor:pointer;"
        "font-weight:600}"
        ".atlas-close-up select,.atlas-close-up .atlas-print{min-height:44px;font-size:16px!important}}"
        # Paper: one page across, the map as wide as the page, without what only a hand can use.
        ".atlas-printing .folium-map{width:1040px!important;height:660px!important}"
        "@media print{@page{size:A4 landscape;margin:8mm}html,body{height:auto!important;overflow:hidden}"
        ".folium-map{height:660px!important;break-inside:avoid;print-color-adjust:exact}"
        ".atlas-close-up-head{display:block;padding:0 0 4px}.atlas-close-up select,.atlas-close-up .atlas-view,"
        ".leaflet-control-zoom,.leaflet-draw,.leaflet-control-layers,.leaflet-control-fullscreen"
        "{display:none!important}}</style>"
    )
