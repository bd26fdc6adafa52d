"""Draw an area on a folium map and list its villages; measure a distance. The area becomes part of the URL."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

import folium
import folium.plugins

from atlas import boundary_tiles, folium_page, language, theme
from atlas.language import t
from atlas.serve.addresses import address, from_document, step
from atlas.tiles import UnknownValue
from indicators import facts, places
from indicators.database import Atlas

#: A drawn shape offers a link to the list of what lies in it; a line only shows its length, which stays.
OFFER = """<script>
const offer = {offer};
const areaText = (layer) => {{
  const point = (p) => p.lng.toFixed(5) + "," + p.lat.toFixed(5);
  if (layer.getRadius) return "circle:" + point(layer.getLatLng()) + "," + (layer.getRadius() / 1000).toFixed(3);
  const corners = layer.getLatLngs()[0];
  const step = Math.ceil(corners.length / 100);
  return corners.filter((_, i) => i % step === 0).map(point).join(";");
}};
const km = (metres) => (metres / 1000).toFixed(metres < 10000 ? 2 : 1) + " km";
const km2 = (metres2) => (metres2 / 1e6).toFixed(metres2 < 1e8 ? 2 : 0) + " km²";
const sizeText = (layer) => {{
  if (layer.getRadius) return km2(Math.PI * layer.getRadius() ** 2);
  const points = layer.getLatLngs();
  if (layer instanceof L.Polygon) return km2(L.GeometryUtil.geodesicArea(points[0]));
  return km(points.slice(1).reduce((sum, point, i) => sum + point.distanceTo(points[i]), 0));
}};
const offerList = (layer) => {{
  const said = document.createElement("div");
  said.textContent = sizeText(layer);
  if (layer instanceof L.Polyline && !(layer instanceof L.Polygon)) return layer.bindPopup(said).openPopup();
  const link = document.createElement("a");
  link.target = "_top";
  link.href = offer.href + "&area=" + encodeURIComponent(areaText(layer));
  link.textContent = offer.words;
  said.append(document.createElement("br"), link);
  return layer.bindPopup(said).openPopup();
}};
window.addEventListener("load", () => {{
  const map = {map};
  map.on("draw:created", (event) => offerList(event.layer));
  map.on("draw:edited", (event) => event.layers.eachLayer(offerList));
}});
</script>"""


@dataclass(frozen=True)
class Canvas:
    """A map to draw on: the outlines of a place's parts. Everything in it is in the URL."""

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
        return address(f"draw/{step(self.place_id)}.html", asked)


def page(atlas: Atlas, asked: Canvas) -> bytes:
    """The map as an HTML document. Raises UnknownValue for a place that has no extent."""
    here = places.place(atlas, asked.place_id)
    if here is None or here.bounds is None:
        raise UnknownValue("place", "a place with villages")
    with language.speaking(asked.lang):
        tokens = theme.tokens(asked.theme)
        chart = folium_page.chart(atlas)
        level = places.level_below(atlas, here.place_id) or here.level
        if places.has_boundaries(atlas, level):
            resolution = "coarse" if here.parent_id is None else "medium"
            areas = boundary_tiles.areas(atlas, level, resolution, here.place_id)
            folium_page.outlines([area.geometry for area in areas], tokens).add_to(chart)
        extent = facts.settings(atlas)["map"].get("extent_degrees") if here.parent_id is None else None
        west, south, east, north = extent or here.bounds
        add_tools(chart, asked.place_id, asked.standard, asked.as_of, asked.lang)
        chart.fit_bounds([[south, west], [north, east]])
        return folium_page.document(chart, tokens).encode()


def add_tools(chart: folium.Map, place_id: str, standard: str, as_of: date, lang: str) -> None:
    """Polygon, rectangle, circle and a measuring line, with words in the current language."""
    shape = {"showArea": True, "metric": ["km", "m"], "showLength": True, "allowIntersection": False}
    folium.plugins.Draw(
        position="topleft",
        show_geometry_on_click=False,
        draw_options={
            "polygon": shape,
            "rectangle": {"showArea": True, "metric": ["km", "m"]},
            "circle": {"metric": "km"},
            "polyline": {"metric": ["km", "m"]},
            "marker": False,
            "circlemarker": False,
        },
    ).add_to(chart)
    query = {"place": place_id, "standard": standard, "as_of": as_of.isoformat(), "lang": lang}
    gap_map = from_document(address("gap-map", query))
    offer = json.dumps({"href": gap_map, "words": t("List the villages in this area")})
    root = chart.get_root()
    root.html.add_child(folium.Element(_safe(OFFER.format(offer=offer, map=chart.get_name()))))
    words = json.dumps(_words(), ensure_ascii=False)
    # Before the control is made, which reads its words once.
    root.script.add_child(folium.Element(f"Object.assign(L.drawLocal, {words});"), index=0)


def _safe(script: str) -> str:
    """Folium's elements are Jinja templates: nothing in a script may look like one."""
    return "{% raw %}" + script + "{% endraw %}"


def _words() -> dict[str, object]:
    """Leaflet.draw's own words (`L.drawLocal`), all of them."""
    cancel, finish = t("Cancel"), t("Finish")
    draw_tooltip = {
        "start": t("Click to begin"),
        "cont": t("Click to go on"),
        "end": t("Click the first point to finish"),
    }
    line_tooltip = {**draw_tooltip, "end": t("Click the last point to finish")}
    drag = {"tooltip": {"start": t("Press and drag")}}
    return {
        "draw": {
            "toolbar": {
                "actions": {"title": cancel, "text": cancel},
                "finish": {"title": finish, "text": finish},
                "undo": {"title": t("Remove the last point"), "text": t("Remove the last point")},
                "buttons": {
                    "polyline": t("Measure a distance"),
                    "polygon": t("Draw a polygon"),
                    "rectangle": t("Draw a rectangle"),
                    "circle": t("Draw a circle"),
                    "marker": "",
                    "circlemarker": "",
                },
            },
            "handlers": {
                "circle": {**drag, "radius": t("Radius")},
                "circlemarker": {"tooltip": {"start": ""}},
                "marker": {"tooltip": {"start": ""}},
                "polygon": {"tooltip": draw_tooltip, "error": t("Lines must not cross")},
                "polyline": {"error": t("Lines must not cross"), "tooltip": line_tooltip},
                "rectangle": drag,
                "simpleshape": {"tooltip": {"end": t("Release to finish")}},
            },
        },
        "edit": {
            "toolbar": {
                "actions": {
                    "save": {"title": t("Save"), "text": t("Save")},
                    "cancel": {"title": cancel, "text": cancel},
                    "clearAll": {"title": t("Clear all"), "text": t("Clear all")},
                },
                "buttons": {
                    "edit": t("Change what was drawn"),
                    "editDisabled": t("Nothing is drawn"),
                    "remove": t("Remove what was drawn"),
                    "removeDisabled": t("Nothing is drawn"),
                },
            },
            "handlers": {
                "edit": {"tooltip": {"text": t("Drag the corners"), "subtext": ""}},
                "remove": {"tooltip": {"text": t("Click a shape to remove it")}},
            },
        },
    }
