"""What the first visitors of a build ask, asked before them; whatever answers keeps its answer.

It is the proof that a build can be served, too: one that cannot answer this is not switched to.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from atlas.kept import measures
from atlas.look import language
from atlas.look.colours import THEMES
from atlas.look.language import LANGUAGES
from atlas.maps import base, choropleth
from atlas.maps.tiles import boundaries as boundary_tiles
from atlas.maps.tiles import names as name_tiles
from atlas.maps.tiles import villages as tiles
from atlas.view import state
from atlas.view.state import View
from indicators import facts, places
from indicators.chosen import selection
from indicators.database import Atlas
from indicators.names import register
from indicators.published import rates

NATIONAL_ZOOMS = range(3, 9)  # a country on a phone, to a province on a large screen
FIGURES = (
    "unconnected_villages",
    "connection_rate",
    "population_weighted_gap",
    "villages_in_pilots",
    "investment_per_village",
)
COLOURED, RANKED = "unconnected_share", "unconnected_villages"


def first(atlas: Atlas) -> None:
    """The least: the villages in memory, and the tile of the whole world. Half a second for 600,000 villages."""
    default = facts.settings(atlas)["default_view"]
    tiles.of_atlas(atlas).warm(default["standard"], date.fromisoformat(default["as_of"]))


def whole(atlas: Atlas) -> None:
    """All that the overview and the gap map show of the whole country, in every language, and the names
    that people search. Ten seconds of one core."""
    from atlas.planner.cost import (
        inputs as cost_inputs,  # here: what Streamlit keeps answers of wants a Streamlit that runs
    )

    first(atlas)
    _every_filter(atlas, state.read(atlas, {}, LANGUAGES[0]))
    register.register(atlas)
    cost_inputs.available(atlas)  # which pages the menu offers
    for lang in LANGUAGES:
        view = state.read(atlas, {}, lang)
        with language.speaking(lang):
            _maps(atlas, view)


def _maps(atlas: Atlas, view: View) -> None:
    for zoom in NATIONAL_ZOOMS:
        name_tiles.at_zoom(atlas, zoom, view.lang)
        for level in base.mapped_levels(atlas):
            boundary_tiles.lines_of(atlas, (level,), boundary_tiles.resolution_at(zoom))
    if (parts := places.level_below(atlas, view.place_id)) is not None:
        asked = choropleth.Question(COLOURED, parts, view.place_id, view.standard, view.as_of, view.lang, THEMES[0])
        choropleth.geojson(atlas, asked)


def _every_filter(atlas: Atlas, view: View) -> None:
    """The numbers of the whole country at each standard and date: they are one press away from the first page."""
    from atlas.pieces.village_list import chosen_of  # as above
    from atlas.view import questions

    level = places.level_below(atlas, view.place_id)
    for standard in facts.standards(atlas):
        for day in standard.dates:
            one = replace(view, standard=standard.standard_id, as_of=day)
            for indicator_id in FIGURES:
                questions.figure(atlas, one, indicator_id)
            if level is not None:
                for indicator_id in (COLOURED, RANKED):
                    questions.table(atlas, one, indicator_id, level)
            rates.answering(atlas, one.place_id, one.standard, one.as_of)
            selection.counts(atlas, chosen_of(one))
        if level is not None and standard.dates:
            for indicator_id in (COLOURED, RANKED):
                measures.table(atlas, indicator_id, view.place_id, level, standard.standard_id, None)
