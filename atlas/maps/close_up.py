"""The close-up: a county's villages on a folium map, served as a page of its own by URL.

What is drawn travels as JSON (folium_page.py says why) and close_up.js draws it: names become text there,
never markup.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from atlas.look import badges, blocks, colours, figures, language, legends, map_parts
from atlas.look.addresses import address, from_document
from atlas.look.html import Html
from atlas.look.language import pick, place_name, t
from atlas.maps import base, drawing, folium_page
from atlas.maps.asked import CloseUp
from atlas.maps.tiles import boundaries as boundary_tiles
from atlas.work.refused import UnknownValue
from ground.evidence import weakest
from ground.locations import PLACED
from indicators import facts, places, sites
from indicators.database import Atlas
from indicators.places import Place

STATES = ("unknown", "unconnected", "connected", "not_applicable")  # by database code
DRAWN = ("connected", "unknown", "unconnected")  # the gap lies on top
RADIUS_PX = {"unconnected": 6, "unknown": 5, "connected": 4}
MOST_VILLAGES = 5000
SCRIPTS = ("map_page.js", "close_up.js", "area_sizes.js", "drawing.js")
PHONE_HEIGHT_PX = folium_page.PHONE_MAP_PX + folium_page.KEY_PX  # the key folds out beneath


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
        return _document(atlas, asked, here, villages[villages["lon"].notna()])


def _document(atlas: Atlas, asked: CloseUp, here: Place, villages: pd.DataFrame) -> bytes:
    drawn = _ground(atlas, asked, here) | {
        "layers": [
            _pilot_outlines(atlas, here, asked.theme),
            *_nearest_lines(villages, asked.theme),
            *_sites(atlas, here, asked.theme),
            *_villages(atlas, asked, villages),
        ],
        "facts": _facts_link(asked),
        "tools": drawing.tools(asked.place_id, asked.standard, asked.as_of, asked.lang),
    }
    inside = [_head(atlas, asked, here, villages), _panel(atlas, asked, villages)]
    if (villages["evidence"] == "simulated").any():
        inside.append(blocks.watermark(t("Simulated data")))
    return folium_page.document(asked.theme, drawn, SCRIPTS, Html("".join(inside)))


def _ground(atlas: Atlas, asked: CloseUp, here: Place) -> dict[str, Any]:
    assert here.bounds is not None
    areas = boundary_tiles.areas(atlas, here.level, "fine", here.place_id) if here.has_boundary else []
    has_base = bool(facts.settings(atlas)["map"].get("base_tiles"))
    geometries = [area.geometry for area in areas]
    if here.parent_id is None:  # a country so small that all its villages fit
        geometries += boundary_tiles.maritime(atlas)
    return drawing.ground(atlas, geometries, here.bounds, asked.theme, is_land=not has_base)


def _pilot_outlines(atlas: Atlas, here: Place, theme_name: str) -> dict[str, Any]:
    """The pilot places that this place lies in or holds, as lines; a layer that can be switched off."""
    listed = {
        *facts.pilots_over(atlas, here.place_id)["place_id"],
        *facts.pilots(atlas, here.place_id)["place_id"],
    }
    found = [one for place_id in sorted(listed) if (one := places.place(atlas, place_id)) and one.has_boundary]
    areas = [area for one in found for area in boundary_tiles.areas(atlas, one.level, "fine", one.place_id)]
    return {
        "name": t("Pilot areas"),
        "is_listed": facts.has_pilots(atlas),
        "is_shown": True,
        "geometries": [json.loads(area.geometry) for area in areas],
        "style": {"fill": False, "color": colours.tokens(theme_name)["pilot"], "weight": 2.5},
    }


def _nearest_lines(villages: pd.DataFrame, theme_name: str) -> list[dict[str, Any]]:
    """From each unconnected village to the nearest connected one of this map; off until asked for.

    Where points were placed at random the lines would mean nothing: there is no such layer.
    """
    if _has_placed(villages):
        return []
    lines = _nearest(villages)
    return [
        {
            "name": t("Nearest connected village"),
            "is_listed": True,
            "is_shown": False,
            "geometries": [{"type": "MultiLineString", "coordinates": lines}] if lines else [],
            "style": {"color": colours.tokens(theme_name)["muted"], "weight": 1, "dashArray": "4 3"},
        }
    ]


def _sites(atlas: Atlas, here: Place, theme_name: str) -> list[dict[str, Any]]:
    """The cell sites around, where the profile lets them be seen; off until asked for."""
    points = sites.positions(atlas, here.bounds)
    if not points:
        return []
    return [
        {
            "name": figures.bracketed(t("Cell sites"), figures.count(len(points))),
            "is_listed": True,
            "is_shown": False,
            "geometries": [{"type": "MultiPoint", "coordinates": points}],
            "style": {"color": colours.tokens(theme_name)["muted"], "weight": 1, "radius": 3, "fillOpacity": 1},
        }
    ]


def _has_placed(villages: pd.DataFrame) -> bool:
    return bool(villages["location_quality"].str.startswith(PLACED).any())


def _nearest(villages: pd.DataFrame) -> list[list[list[float]]]:
    """Lines of two points, longitude and latitude, between unconnected villages and connected ones."""
    gap = villages[villages["state"] == STATES.index("unconnected")]
    connected = villages[villages["state"] == STATES.index("connected")]
    if gap.empty or connected.empty:
        return []
    shrink = np.cos(np.radians(villages["lat"].mean()))  # a county is small enough for a plane

    def flat(rows: pd.DataFrame) -> NDArray[np.float64]:
        return np.column_stack([rows["lon"] * shrink, rows["lat"]])

    _, nearest = cKDTree(flat(connected)).query(flat(gap))
    ends = connected.iloc[nearest]
    lines = np.stack([gap[["lon", "lat"]].to_numpy(), ends[["lon", "lat"]].to_numpy()], axis=1)
    found: list[list[list[float]]] = lines.tolist()
    return found


def _villages(atlas: Atlas, asked: CloseUp, villages: pd.DataFrame) -> list[dict[str, Any]]:
    """One layer per state that occurs, the gap last so that it lies on top."""
    source = _source(atlas, asked)
    layers = []
    for state in DRAWN:
        shown = villages[villages["state"] == STATES.index(state)]
        if shown.empty:
            continue
        word = badges.state_word(state)
        layers.append(
            {
                "name": figures.bracketed(word, figures.count(len(shown))),
                "is_listed": True,
                "is_shown": True,
                "villages": [_village(row, word, asked, source) for row in shown.to_dict("records")],
                "style": _style(state, colours.tokens(asked.theme)),
            }
        )
    return layers


def _style(state: str, tokens: dict[str, str]) -> dict[str, Any]:
    """Leaflet's options of a circle."""
    return {
        "radius": RADIUS_PX[state],
        "color": tokens["page"] if state == "unconnected" else tokens[state],
        "weight": 1 if state == "unconnected" else 2,
        "fillColor": tokens["page"] if state == "unknown" else tokens[state],
        "fillOpacity": 1,
        "className": state,  # close_up.js draws the unconnected as diamonds
    }


def _village(row: dict[Any, Any], state_word: str, asked: CloseUp, source: str) -> dict[str, Any]:
    return {
        "lon": row["lon"],
        "lat": row["lat"],
        "name": place_name(row["name"], row["name_en"]),
        "state": " · ".join([state_word, figures.day(asked.as_of), *_evidence(row)]),
        "code": row["place_id"],
        "source": source if row["evidence"] == "simulated" else "",
    }


def _facts_link(asked: CloseUp) -> dict[str, str]:
    """The way to a village's page; close_up.js adds which one."""
    query = {"standard": asked.standard, "as_of": asked.as_of.isoformat(), "lang": asked.lang}
    return {"href": from_document(address("place", query)), "words": t("Facts of this village")}


def _evidence(row: dict[Any, Any]) -> list[str]:
    """What the village's state rests on, in a word; nothing where it is unknown."""
    return [badges.evidence_word(row["evidence"])] if isinstance(row["evidence"], str) else []


def _source(atlas: Atlas, asked: CloseUp) -> str:
    """Where the simulated states of this standard and date come from; what is measured is said on the village's
    page.
    """
    source_id = facts.status_column(atlas, asked.standard, asked.as_of)["source_id"]
    rows = facts.sources(atlas)
    row = rows[rows["source_id"] == source_id]
    if row.empty:
        return ""
    title = pick({"zh": row.iloc[0]["title_zh"], "en": row.iloc[0]["title_en"]})
    return t("Source: {title}", title=title)


def _head(atlas: Atlas, asked: CloseUp, here: Place, villages: pd.DataFrame) -> Html:
    """Title, definition, date, evidence and credit: seen on paper and in full screen, where the page is not."""
    standard = next(one for one in facts.standards(atlas) if one.standard_id == asked.standard)
    said = [pick(standard.definition), figures.day(asked.as_of), base.credit(atlas, _placement(villages))]
    title = " · ".join([place_name(here.name, here.name_en), pick(standard.name)])
    return map_parts.close_up_head(blocks.finding(title, said, _weakest(villages)))


def _panel(atlas: Atlas, asked: CloseUp, villages: pd.DataFrame) -> Html:
    """Inside the map: the key with counts, a village to choose (the keyboard's way to every popup), print, link."""
    counts = {state: int((villages["state"] == STATES.index(state)).sum()) for state in DRAWN}
    standard = next(one for one in facts.standards(atlas) if one.standard_id == asked.standard)
    head = [pick(standard.name), figures.day(asked.as_of)]
    options = [
        (
            str(row["place_id"]),
            figures.bracketed(place_name(row["name"], row["name_en"]), badges.state_word(int(row["state"]))),
        )
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
    lines = [legends.Line("pilot", t("Pilot areas"), t("outlined"))] if facts.has_pilots(atlas) else []
    return map_parts.close_up_panel(
        head, _weakest(villages), legends.map_legend(counts, lines, has_cells=False), options, words
    )


def _gap_first(column: pd.Series[Any]) -> pd.Series[Any]:
    """Sorts states as they matter: unconnected, unknown, connected; other columns as they are."""
    return column.map({1: 0, 0: 1}).fillna(column) if column.name == "state" else column


def _weakest(villages: pd.DataFrame) -> str | None:
    kinds = [str(kind) for kind in villages["evidence"].dropna().unique()]
    return weakest(kinds) if kinds else None


def _placement(villages: pd.DataFrame) -> str:
    return t("points are placed within their ⟨placed⟩, not surveyed") if _has_placed(villages) else ""


def link_to_place(here: Place) -> str:
    """The close-up's title for screen readers."""
    return t("Villages of {place}", place=place_name(here.name, here.name_en))
