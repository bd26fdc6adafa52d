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
from pathlib import Path
from typing import Any

import folium
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from atlas import boundary_tiles, drawing, figures, folium_page, language, maps, markup, theme
from atlas.language import pick, place_name, t
from atlas.serve.addresses import address, from_document, step
from atlas.tiles import UnknownValue
from indicators import facts, places
from indicators.database import Atlas
from indicators.figure import weakest
from indicators.places import Place

STATES = ("unknown", "unconnected", "connected", "not_applicable")  # by database code
DRAWN = ("connected", "unknown", "unconnected")  # the gap lies on top
RADIUS_PX = {"unconnected": 6, "unknown": 5, "connected": 4}
MOST_VILLAGES = 5000
PHONE_HEIGHT_PX = folium_page.PHONE_MAP_PX + folium_page.KEY_PX  # the key folds out beneath
SCRIPT = Path(__file__).with_name("close_up.js")


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
        return address(f"maps/{step(self.place_id)}.html", asked)


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
    with language.speaking(asked.lang):
        return _document(atlas, asked, here, villages[villages["lon"].notna()]).encode()


def _document(atlas: Atlas, asked: CloseUp, here: Place, villages: pd.DataFrame) -> str:
    tokens = theme.tokens(asked.theme)
    assert here.bounds is not None
    west, south, east, north = here.bounds
    chart = folium_page.chart(atlas)
    areas = boundary_tiles.areas(atlas, here.level, "fine", here.place_id) if here.has_boundary else []
    has_base = bool(facts.settings(atlas)["map"].get("base_tiles"))
    folium_page.outlines([area.geometry for area in areas], tokens, 0 if has_base else 1).add_to(chart)
    _pilot_outlines(atlas, here, tokens, asked.lang).add_to(chart)
    _nearest_lines(villages, tokens).add_to(chart)
    source = _source(atlas, asked)
    for state in DRAWN:
        shown = villages[villages["state"] == STATES.index(state)]
        if len(shown):
            _points(shown, state, asked, tokens, source).add_to(chart)
    folium.LayerControl(collapsed=False).add_to(chart)
    drawing.add_tools(chart, asked.place_id, asked.standard, asked.as_of, asked.lang)
    chart.fit_bounds([[south, west], [north, east]])
    root = chart.get_root()
    if (villages["evidence"] == "simulated").any():
        root.html.add_child(folium.Element(markup.watermark(t("Simulated data"))))
    root.html.add_child(
        folium.Element(_raw(_head(atlas, asked, here, villages) + _panel(atlas, asked, here, villages)))
    )
    root.script.add_child(folium.Element(_raw(_script())), index=0)  # before the points are drawn
    return folium_page.document(chart, tokens)


def _pilot_outlines(atlas: Atlas, here: Place, tokens: dict[str, str], lang: str) -> folium.FeatureGroup:
    """The pilot places that this place lies in or holds, as lines; a layer that can be switched off."""
    group = folium.FeatureGroup(name=html.escape(t("Pilot areas")), control=facts.has_pilots(atlas))
    listed = {
        *facts.pilots_over(atlas, here.place_id)["place_id"],
        *facts.pilots(atlas, here.place_id)["place_id"],
    }
    for place_id in sorted(listed):
        one = places.place(atlas, place_id)
        if one is None or not one.has_boundary:
            continue
        for area in boundary_tiles.areas(atlas, one.level, "fine", one.place_id):
            folium.GeoJson(
                {"type": "Feature", "geometry": json.loads(area.geometry), "properties": {}},
                interactive=False,
                style_function=lambda _: {"fill": False, "color": tokens["pilot"], "weight": 2.5},
            ).add_to(group)
    return group


def _nearest_lines(villages: pd.DataFrame, tokens: dict[str, str]) -> folium.FeatureGroup:
    """From each unconnected village to the nearest connected one of this map; off until asked for.

    Where points were placed by us the lines mean nothing, and the layer's name says so.
    """
    is_placed = villages["location_quality"].str.startswith("placed_within_").any()
    name = t("Nearest connected village (demonstration)") if is_placed else t("Nearest connected village")
    group = folium.FeatureGroup(name=html.escape(name), show=False)
    gap = villages[villages["state"] == STATES.index("unconnected")]
    connected = villages[villages["state"] == STATES.index("connected")]
    if len(gap) and len(connected):
        shrink = np.cos(np.radians(villages["lat"].mean()))  # a county is small enough for a plane

        def flat(rows: pd.DataFrame) -> NDArray[np.float64]:
            return np.column_stack([rows["lon"] * shrink, rows["lat"]])

        _, nearest = cKDTree(flat(connected)).query(flat(gap))
        ends = connected.iloc[nearest]
        lines = np.stack([gap[["lon", "lat"]].to_numpy(), ends[["lon", "lat"]].to_numpy()], axis=1)
        folium.GeoJson(
            {
                "type": "Feature",
                "properties": {},
                "geometry": {"type": "MultiLineString", "coordinates": lines.tolist()},
            },
            interactive=False,
            style_function=lambda _: {"color": tokens["muted"], "weight": 1, "dashArray": "4 3"},
        ).add_to(group)
    return group


def _points(
    shown: pd.DataFrame, state: str, asked: CloseUp, tokens: dict[str, str], source: str
) -> folium.GeoJson:
    colour = tokens[state]
    fill = tokens["page"] if state == "unknown" else colour
    marker = folium.CircleMarker(
        radius=RADIUS_PX[state],
        color=tokens["page"] if state == "unconnected" else colour,
        weight=1 if state == "unconnected" else 2,
        fill=True,
        fill_color=fill,
        fill_opacity=1,
        class_name=state,  # close_up.js draws the unconnected as diamonds
    )
    word = markup.state_word(state)
    return folium.GeoJson(
        {
            "type": "FeatureCollection",
            "features": [_feature(row, word, asked, source) for row in shown.to_dict("records")],
        },
        name=html.escape(figures.bracketed(word, figures.count(len(shown)))),
        marker=marker,
        tooltip=folium.GeoJsonTooltip(["name", "state"], labels=False),
        popup=folium.GeoJsonPopup(["name", "state", "code", "source", "more"], labels=False),
    )


def _feature(row: dict[Any, Any], state_word: str, asked: CloseUp, source: str) -> dict[str, Any]:
    query = {
        "place": row["place_id"],
        "standard": asked.standard,
        "as_of": asked.as_of.isoformat(),
        "lang": asked.lang,
    }
    words = html.escape(t("Facts of this village"))
    more = f'<a href="{html.escape(from_document(address("place", query)))}" target="_top">{words}</a>'
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [row["lon"], row["lat"]]},
        "properties": {
            "name": html.escape(row["name"]),
            "state": html.escape(" · ".join([state_word, figures.day(asked.as_of), *_evidence(row)])),
            "code": html.escape(row["place_id"]),
            "source": html.escape(source if row["evidence"] == "simulated" else ""),
            "more": more,
        },
    }


def _evidence(row: dict[Any, Any]) -> list[str]:
    """What the village's state rests on, in a word; nothing where it is unknown."""
    return [markup.evidence_word(row["evidence"])] if isinstance(row["evidence"], str) else []


def _source(atlas: Atlas, asked: CloseUp) -> str:
    """Where the simulated states of this standard and date come from; what is measured is said on the village's page."""
    source_id = facts.status_column(atlas, asked.standard, asked.as_of)["source_id"]
    rows = facts.sources(atlas)
    row = rows[rows["source_id"] == source_id]
    if row.empty:
        return ""
    title = pick({"zh": row.iloc[0]["title_zh"], "en": row.iloc[0]["title_en"]})
    return t("Source: {title}", title=title)


def _head(atlas: Atlas, asked: CloseUp, here: Place, villages: pd.DataFrame) -> str:
    """Title, definition, date, evidence and credit: seen on paper and in full screen, where the page is not."""
    standard = next(one for one in facts.standards(atlas) if one.standard_id == asked.standard)
    said = [pick(standard.definition), figures.day(asked.as_of), maps.credit(atlas, _placement(villages))]
    title = " · ".join([place_name(here.name, here.name_en), pick(standard.name)])
    return f'<div class="atlas-close-up-head">{markup.finding(title, said, _weakest(villages))}</div>'


def _panel(atlas: Atlas, asked: CloseUp, here: Place, villages: pd.DataFrame) -> str:
    """Inside the map: the key with counts, a village to choose (the keyboard's way to every popup), print, link."""
    counts = {state: int((villages["state"] == STATES.index(state)).sum()) for state in DRAWN}
    standard = next(one for one in facts.standards(atlas) if one.standard_id == asked.standard)
    head = [pick(standard.name), figures.day(asked.as_of)]
    options = [
        (str(row["place_id"]), figures.bracketed(str(row["name"]), markup.state_word(int(row["state"]))))
        for row in villages.sort_values(["state", "place_id"], key=_gap_first).to_dict("records")
        if row["state"] < STATES.index("not_applicable")
    ]
    words = {
        "key": t("Map key"),
        "choose": t("Go to a village"),
        "print": t("Print"),
        "copy": t("Copy link to this view"),
        "done": t("Link copied"),
        "link": t("Link to this view"),
    }
    pilots = t("outlined") if facts.has_pilots(atlas) else None
    return markup.close_up_panel(
        head, _weakest(villages), markup.map_legend(counts, pilots, has_cells=False), options, words
    )


def _gap_first(column: pd.Series[Any]) -> pd.Series[Any]:
    """Sorts states as they matter: unconnected, unknown, connected; other columns as they are."""
    return column.map({1: 0, 0: 1}).fillna(column) if column.name == "state" else column


def _weakest(villages: pd.DataFrame) -> str | None:
    kinds = [str(kind) for kind in villages["evidence"].dropna().unique()]
    return weakest(kinds) if kinds else None


def _placement(villages: pd.DataFrame) -> str:
    is_placed = villages["location_quality"].str.startswith("placed_within_").any()
    return t("points are placed within their county, not surveyed") if is_placed else ""


@cache
def _script() -> str:
    return SCRIPT.read_text(encoding="utf-8")


def _raw(text: str) -> str:
    """Folium's elements are Jinja templates: nothing of ours may be read as one."""
    return "{% raw %}" + text.replace("{% endraw", "{&#37; endraw") + "{% endraw %}"


def link_to_place(here: Place) -> str:
    """The close-up's title for screen readers."""
    return t("Villages of {place}", place=place_name(here.name, here.name_en))
