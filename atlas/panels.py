"""Pieces that several pages are made of: key figures, the coloured map with its legend, sources."""

from __future__ import annotations

import streamlit as st

from atlas import choropleth, figures, maps, state, theme
from atlas.classes import Classes
from atlas.language import pick, t
from atlas.layers import boundaries as boundary_layer
from atlas.layers import choropleth as choropleth_layer
from atlas.layers import names as name_layer
from atlas.state import View
from indicators import facts, places
from indicators.catalogue import catalogue
from indicators.database import Atlas
from indicators.figure import Figure, weakest

METHODS = {"manual": "fixed edges", "quantile": "quantiles", "single": "one class"}


def kpi_row(items: list[tuple[str, Figure, str | None]]) -> None:
    """Key figures side by side, each with its badge."""
    st.html(figures.cards([figures.card(title, figure, note) for title, figure, note in items]))


def choropleth_map(atlas: Atlas, view: View, indicator_id: str, level: str, height_px: int, key: str = "map") -> None:
    """A coloured map of the places inside the view's; a click goes one level down."""
    asked = choropleth.Question(
        indicator_id,
        level,
        view.place_id,
        view.standard,
        view.as_of,
        view.lang,
        theme.current(),
        resolution_for(atlas, view),
    )
    frame, classes = choropleth.answer(atlas, asked)
    size = maps.frame("narrow", height_px)
    here = state.shown(atlas, view)
    layers = [
        choropleth_layer.layer(asked, atlas.build_id),
        *boundary_layer.layers(maps.mapped_levels(atlas), atlas.build_id, asked.theme),
        name_layer.layer(list(places.label_points(atlas, view.place_id, level)), asked.theme, 8 if maps.is_phone() else 34),
    ]
    evidence = weakest([str(kind) for kind in frame["evidence"]])
    with st.container(key=f"map_frame_{key}"):
        event = st.pydeck_chart(
            maps.deck(layers, maps.fitted(maps.bounds_of(atlas, here), size), "{name}\n{value}\n{note}"),
            height=size.height_px,
            on_select="rerun",
            key=f"{key}_{view.place_id}_{level}",
            alt=pick(catalogue()[indicator_id].title),
        )
        maps.watermark(evidence)
        with st.container(key=f"map_legend_{key}"):
            st.html(_legend(indicator_id, classes))
    st.html(figures.credit(maps.credit(atlas, t("click a place to go there"))))
    _follow(atlas, view, maps.chosen(event, choropleth_layer.LAYER_ID))


def _legend(indicator_id: str, classes: Classes) -> figures.Html:
    indicator = catalogue()[indicator_id]
    edges = [figures.edge(value, indicator.unit) for value in classes.edges]
    title = figures.bracketed(pick(indicator.title), figures.unit_word(indicator.unit))
    return figures.legend(title, classes.colours, edges, t(METHODS[classes.method]))


def _follow(atlas: Atlas, view: View, clicked: dict[str, object] | None) -> None:
    """Go to the place that was clicked, once."""
    place_id = (clicked or {}).get("place_id")
    if isinstance(place_id, str) and place_id != view.place_id and places.place(atlas, place_id):
        go_to(view, place_id=place_id)


def go_to(view: View, **changes: object) -> None:
    """Another view, as if its link had been followed."""
    from dataclasses import replace

    state.remember(replace(view, **changes))  # type: ignore[arg-type]
    st.rerun()


def resolution_for(atlas: Atlas, view: View) -> str:
    """Coarse outlines for the nation, finer ones the deeper the place lies."""
    depth = len(places.path(atlas, view.place_id)) - 1
    return choropleth.RESOLUTIONS[min(depth, len(choropleth.RESOLUTIONS) - 1)]


def sources_line(atlas: Atlas, tables: list[str]) -> None:
    """Which sources the page rests on, by title."""
    titles = [pick({"zh": row["title_zh"], "en": row["title_en"]}) for row in facts.sources_of(atlas, tuple(tables))]
    st.html(figures.credit(t("Sources: {titles}", titles=figures.sentence(titles))))
