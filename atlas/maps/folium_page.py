"""The documents that hold a folium map: an empty map by folium, and beside it, as JSON, what is drawn on it.

Folium renders an element and then reads the result as a Jinja template once more, so whatever it is given may
run. It is therefore given nothing of the data: `_frame` knows the language and the theme only, and cannot be told
anything else. Names, titles and shapes travel in a block of JSON that the scripts of this page read.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import folium
import folium.plugins

from atlas.kept import vendor
from atlas.look import colours, html, language, map_parts
from atlas.look.addresses import from_document
from atlas.look.html import Html
from atlas.look.language import t
from atlas.maps import scripts as map_files

#: map_page.css has the same.
PHONE_MAP_PX = 380
KEY_PX = 44  # high enough for a finger

TOOLS = {  # Geoman's controls that are offered; drawn shapes can be edited and removed
    "position": "topleft",
    "draw_marker": False,
    "draw_circle_marker": False,
    "draw_text": False,
    "cut_polygon": False,
    "rotate_mode": False,
    "drag_mode": False,
}
NOTHING = Html("")
_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def document(theme_name: str, drawn: Mapping[str, Any], scripts: Sequence[str], inside: Html = NOTHING) -> bytes:
    """The whole HTML document in the current language.

    `drawn` is what map_page.js and the other `scripts` draw, as JSON can say it; `inside` stands beside the map.
    """
    files = "".join(f'<script defer src="{map_files.url(name)}"></script>' for name in scripts)
    said = {**drawn, "hand": map_parts.hints()}
    data = f'<script type="application/json" id="atlas-map-data">{html.json_block(said)}</script>'
    head, end = _frame(language.current(), theme_name)
    return f"{head}{inside}{data}{files}{end}".encode()


@cache
def _frame(lang: str, theme_name: str) -> tuple[str, str]:
    """The empty map's document, before and after the place for what the atlas adds to its body.

    The numbers that folium makes up for its elements are replaced by names: the same page is the same bytes.
    """
    vendor.offline_folium()
    made = folium.Map(
        tiles=None,
        control_scale=True,
        prefer_canvas=True,
        zoom_snap=0.25,
        zoom_delta=0.5,
        attribution_control=False,
    )
    with language.speaking(lang):
        full_screen = folium.plugins.Fullscreen(title=t("Full screen"), title_cancel=t("Leave full screen"))
        tag = language.html_tag()
    tools = folium.plugins.GeoMan(**TOOLS)
    for element in (made, full_screen, tools):
        element._id = "atlas"
    full_screen.add_to(made)
    tools.add_to(made)
    text: str = made.get_root().render()
    text = text.replace("<html>", f'<html lang="{tag}" class="{theme_name}">', 1)
    text = text.replace("<head>", f"<head>{_policy(text)}", 1)
    text = text.replace("</head>", f"{_style(theme_name)}</head>", 1)  # last: it goes before Leaflet's own
    head, _, end = text.partition("</body>")
    return head, f"</body>{end}"


def _policy(text: str) -> str:
    """What the document may run: its own few lines by their hashes, and files of this server; never a name."""
    hashes = " ".join(
        f"'sha256-{b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in _INLINE_SCRIPT.findall(text)
    )
    rules = f"script-src 'self' {hashes}; object-src 'none'; base-uri 'none'; form-action 'none'"
    return f'<meta http-equiv="Content-Security-Policy" content="{rules}">'


def _style(theme_name: str) -> str:
    return (
        '<meta name="robots" content="noindex">'
        f"<style>html{{color-scheme:{theme_name};--atlas-font:{colours.FONT}}}</style>"
        f'<link rel="stylesheet" href="{from_document(colours.style_url())}">'
        f'<link rel="stylesheet" href="{map_files.url("map_page.css")}">'
    )
