"""Pieces that several pages are made of: key figures, the coloured map with its legend, sources."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from atlas.charts import points as chart_points
from atlas.charts import published_history, series
from atlas.charts import spec as chart_spec
from atlas.files import file_links
from atlas.kept.pieces import Pieces, draw, kept
from atlas.look import badges, blocks, cards, colours, figures, html, tables, theme
from atlas.look.language import current, nt, pick, place_name, t
from atlas.look.words import pilots as pilot_text
from atlas.look.words import qualifiers
from atlas.maps import base, choropleth, layer_controls, map_chart
from atlas.maps.layers import boundaries as boundary_layer
from atlas.maps.layers import choropleth as choropleth_layer
from atlas.maps.layers import names as name_layer
from atlas.maps.layers import outside as outside_layer
from atlas.maps.of_view import legend, question
from atlas.maps.paper import page as paper
from atlas.maps.paper.asked import coloured
from atlas.pieces.compared import beside_others, compare_link, standing
from atlas.pieces.quality_tables import words_of_rule
from atlas.view import class_control, controls, questions, state
from atlas.view.classes import Classes
from atlas.view.state import View
from ground.locations import NOWHERE, OUTSIDE, PLACED
from indicators import facts, places
from indicators.catalogue import catalogue
from indicators.database import Atlas
from indicators.figure import Figure


def kpi_row(items: list[tuple[str, Figure, str | None]]) -> None:
    """Key figures beside a map, each with its badge."""
    st.html(cards.beside([cards.card(title, figure, note) for title, figure, note in items]))


def choropleth_map(atlas: Atlas, view: View, indicator_id: str, level: str, height_px: int, key: str = "map") -> None:
    """A coloured map of the places inside the view's, its classes for choice, its values as files."""
    asked = question(atlas, view, indicator_id, level)
    coloured_map(atlas, view, asked, height_px, key)
    _, classes = choropleth.answer(atlas, asked)
    map_tools(atlas, view, asked, classes, key)


def map_tools(atlas: Atlas, view: View, asked: choropleth.Question, classes: Classes, key: str) -> None:
    """Beneath a coloured map: how its classes are made, and its values as files."""
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"noprint_map_tools_{key}"):
        class_control.choice(view, classes, catalogue()[asked.indicator_id].unit)
        st.html(blocks.file_links(t("Values of the map"), file_links.values(atlas, asked)), width="content")


def coloured_map(
    atlas: Atlas,
    view: View,
    asked: choropleth.Question,
    height_px: int,
    key: str,
    name: str = "",
    *,
    size: str = "narrow",
    with_legend: bool = True,
) -> None:
    """The map of a question, with its legend, unless several maps share one, and its credit; a click goes one level
    down. name: where a page has several maps of one indicator. size: how wide it is, by its name in
    base.DESKTOP_WIDTH_PX."""
    indicator_id, level = asked.indicator_id, asked.level
    frame, classes = choropleth.answer(atlas, asked)
    frame_size = base.frame(size, height_px)
    here = state.shown(atlas, replace(view, place_id=asked.within))
    whole = base.fitted(base.bounds_of(atlas, here), frame_size)
    has_ranges = bool(choropleth.is_range(frame).any())
    layers = [
        choropleth_layer.layer(asked, atlas.build_id, has_ranges),
        *boundary_layer.layers(base.mapped_levels(atlas), atlas.build_id, asked.theme),
        *outside_layer.layers(atlas, here, asked.theme),
        name_layer.layer(atlas.build_id, view.lang, asked.theme, here, whole.view.zoom),
    ]
    evidence = choropleth.evidence_shown(frame)
    with st.container(key=f"map_frame_{key}"):
        event = map_chart.show(
            layers,
            whole,
            map_key=f"{key}_{asked.within}_{level}",
            name=name or pick(catalogue()[indicator_id].title),
            tooltip="{name}\n{value}\n{note}",
            height_px=frame_size.height_px,
            is_clicked=True,
            parts=map_chart.ways(atlas, view, asked.within, level),
        )
        base.watermark(evidence)
        if with_legend:
            with st.container(key=f"map_legend_{key}"):
                st.html(legend(indicator_id, classes, has_ranges, asked.is_change))
    paper.show(atlas, coloured(asked), pick(catalogue()[indicator_id].title))
    st.html(blocks.credit(base.credit(atlas, map_chart.of_hand(t("click a place to go there")))))
    _follow(atlas, view, base.chosen(event, choropleth_layer.LAYER_ID))


def _follow(atlas: Atlas, view: View, clicked: dict[str, object] | None) -> None:
    """Go to the place that was clicked, once."""
    place_id = (clicked or {}).get("place_id")
    if isinstance(place_id, str) and place_id != view.place_id and places.place(atlas, place_id):
        state.go_to(view, place_id=place_id)


def money_card(atlas: Atlas, view: View) -> html.Html:
    """The investment per village with the bound it was announced with (> 40 billion is > 308,000 a village)."""
    money = questions.figure(atlas, view, "investment_per_village")
    said = [money_note(atlas, view), beside_others.reference(atlas, view, beside_others.MONEY)]
    return cards.card(t("Investment per village"), money, figures.sentence(said))


def money_note(atlas: Atlas, view: View) -> str | None:
    """What stands behind an investment per village: an announced amount, a project's average, a derived range."""
    money = questions.figure(atlas, view, "investment_per_village")
    if money.value is None:
        return None
    if money.low is not None:
        return t("derived from national totals; not ranked")
    found = facts.announced_projects(atlas, view.place_id)
    own = found[found["place_id"] == view.place_id]
    own = own[own["capex_yuan"].notna() & (own["planned_villages"] > 0)]
    if own.empty:
        return t("average of its project")
    words = t(
        "{amount} / {n}, as announced",
        amount=qualifiers.bounded(figures.money(money.numerator), money.qualifier),
        n=figures.value_text(money.denominator, "village"),
    )
    alone = place_name(own.iloc[0]["name"], own.iloc[0]["name_en"]) if len(own) == 1 else None
    return figures.sentence([alone, words])


def land_question(atlas: Atlas, view: View, level: str) -> choropleth.Question:
    """The polygons to stand on: the parts of the view's place, with the gap for their tooltips."""
    return question(atlas, replace(view, classes=""), "unconnected_villages", level)


def place_panel(atlas: Atlas, view: View) -> None:
    """The place in a card: its states, its pilots, its investment, and where to go from here."""
    here = state.shown(atlas, view)
    with st.container(key="place_card"):
        draw(_place_card(atlas, view))
        if not places.has_placed_points(atlas, view.place_id) and layer_controls.needs_demonstration(atlas, view):
            controls.demonstration_switch(view)
        if here.parent_id is not None:
            controls.page_button(t("Place page"), "place", view, icon=":material/article:")
            if scale := beside_others.strip(atlas, view, standing.SHARE):
                st.html(scale)
            compare_link.show(atlas, view)


@kept
def _place_card(atlas: Atlas, view: View) -> Pieces:
    here = state.shown(atlas, view)
    gap = questions.figure(atlas, view, "unconnected_villages")
    unconnected = int(gap.numerator or 0)
    connected = int(gap.denominator or 0) - unconnected
    level = pick(places.level_names(atlas)[here.level])
    return (
        blocks.card_title(
            place_name(here.name, here.name_en), [level, here.place_id, pilot_words(atlas, view.place_id)]
        ),
        tables.state_bar(connected, unconnected, int(gap.unknown or 0)),
        tables.fact_list(_place_facts(atlas, view)),
    )


def pilot_words(atlas: Atlas, place_id: str) -> str:
    """`pilot, batch 1 (2016)` for a place that is or lies in one, else nothing."""
    return pilot_text.batches(facts.pilots_over(atlas, place_id))


def first_of(most: int, total: int) -> str:
    """What to say where a list is cut; nothing where it is whole."""
    if total <= most:
        return ""
    return t("the first {n} of {total}", n=figures.count(most), total=figures.count(total))


def position_remark(atlas: Atlas, place_id: str) -> str:
    """How the villages' positions are known, where it is not by survey; and how many are not on the map."""
    by_quality = places.positions(atlas, place_id)
    said = []
    if any(quality.startswith(PLACED) for quality in by_quality):
        has_real = any(not one.startswith(PLACED) and one != NOWHERE for one in by_quality)
        said.append(
            t("points are placed within their ⟨placed⟩, not surveyed, unless a register gives them")
            if has_real
            else t("points are placed within their ⟨placed⟩, not surveyed")
        )
    if outside := sum(n for quality, n in by_quality.items() if quality.endswith(OUTSIDE)):
        said.append(
            nt(
                "the position of {n} village lies beyond the border of its place",
                "the positions of {n} villages lie beyond the borders of their places",
                outside,
                n=figures.count(outside),
            )
        )
    if missing := by_quality.get(NOWHERE):
        said.append(
            nt(
                "{n} village has no known position and is not on the map",
                "{n} villages have no known position and are not on the map",
                missing,
                n=figures.count(missing),
            )
        )
    return figures.sentence(said)


def _place_facts(atlas: Atlas, view: View) -> list[tuple[str, str, str | None]]:
    rate = questions.figure(atlas, view, "connection_rate")
    rows: list[tuple[str, str, str | None]] = [(t("Connection rate"), cards.number(rate), badges.badge_of(rate))]
    weighted = questions.figure(atlas, view, "population_weighted_gap")
    if weighted.value is not None:  # only a register that holds the population of villages can tell
        rows.append((questions.title("population_weighted_gap"), cards.number(weighted), badges.badge_of(weighted)))
    if facts.has_money(atlas):
        money = questions.figure(atlas, view, "investment_per_village")
        shown = figures.range_text(money) or figures.text(money)
        rows.append((t("Investment per village"), shown, badges.badge_of(money)))
    if facts.has_pilots(atlas):
        pilots = questions.figure(atlas, view, "villages_in_pilots")
        rows.append((t("Villages inside pilot places"), cards.number(pilots), badges.badge_of(pilots)))
    is_shown = view.is_demonstration or not layer_controls.needs_demonstration(atlas, view)
    if is_shown and not places.has_placed_points(atlas, view.place_id):
        distance = questions.figure(atlas, replace(view, is_demonstration=True), "distance_to_connected")
        if distance.value is not None or view.is_demonstration:
            words = t("To the nearest connected village (median)")
            rows.append((words, cards.number(distance), badges.badge_of(distance)))
    return rows


@kept
def top_places(atlas: Atlas, view: View, most: int = 8) -> Pieces:
    """The parts with most unconnected villages, with their share."""
    level = places.level_below(atlas, view.place_id)
    if level is None:
        return ()
    frame = questions.table(atlas, view, "unconnected_villages", level)
    known = frame[frame["value"].notna()].sort_values(["value", "place_id"], ascending=[False, True]).head(most)
    rows = [
        [
            html.link(place_name(row["name"], row["name_en"]), view.link(place_id=row["place_id"])),
            figures.count(row["value"]),
            figures.percent(figures.share(row["numerator"], row["denominator"])),
        ]
        for row in known.to_dict("records")
    ]
    evidence = str(known["evidence"].iloc[0]) if len(known) else None
    title = t("Unconnected villages by place") if evidence == "simulated" else t("Most unconnected villages")
    headers = [pick(places.level_names(atlas)[level]), t("Unconnected"), t("Share")]
    table = tables.data_table(headers, rows, "lrr", t("Unconnected villages by place"))
    return blocks.heading(title, evidence), table


def sources_line(atlas: Atlas, held_tables: list[str]) -> None:
    """Which sources the page rests on, by title."""
    draw(_sources(atlas, tuple(held_tables)))


@kept
def _sources(atlas: Atlas, held_tables: tuple[str, ...]) -> Pieces:
    titles = [pick({"zh": row["title_zh"], "en": row["title_en"]}) for row in facts.sources_of(atlas, held_tables)]
    said = [blocks.sources(t("Sources: {titles}", titles=figures.sentence(titles)))]
    for row in facts.doubtful_sources(atlas, held_tables):
        title = pick({"zh": row["title_zh"], "en": row["title_en"]})
        wrong, mend = words_of_rule(row["rule"])
        words = t(
            "To be looked at: {title}, {field}: {wrong} ({seen}) {mend}",
            title=title,
            field=str(row["field"] or ""),
            wrong=wrong,
            seen=row["seen"],
            mend=mend,
        )
        said.append(blocks.notice("warning", words))
    return tuple(said)


def history_chart(atlas: Atlas, view: View, place_id: str, width_px: int) -> None:
    """Published connection rates of a place, one band per definition."""
    spec = _history_spec(atlas, atlas.build_id, place_id, current(), theme.current(), width_px)
    st.vega_lite_chart(spec=spec, theme=None)
    st.html(file_links.chart(atlas, replace(view, place_id=place_id), "history"))


@st.cache_data(max_entries=64, show_spinner=False)
def _history_spec(
    _atlas: Atlas, build_id: str, place_id: str, lang: str, theme_name: str, width_px: int
) -> dict[str, Any]:
    """Building the chart takes a third of a second, and it is the same at every rerun."""
    del build_id  # by which it is kept; `_atlas` is no part of that
    points = chart_points.history_points(_atlas, place_id, lang)
    tokens = colours.tokens(theme_name)
    return chart_spec.spec(lambda: published_history.published_history(points, tokens, lang, width_px=width_px))


def rate_chart(atlas: Atlas, view: View) -> None:
    """The connection rate of the view's place over the dates of its standard, where there are two or more."""
    spec = _rate_spec(atlas, atlas.build_id, view.place_id, view.standard, current(), theme.current())
    if spec is None:
        return
    standard = controls.standard_of(atlas, view)
    title = t("Connection rate over time, {standard} (%)", standard=pick(standard.name))
    st.html(blocks.heading(title, spec["evidence"]))
    st.vega_lite_chart(spec=spec["chart"], theme=None)
    st.html(file_links.chart(atlas, view, "rate"))


@st.cache_data(max_entries=256, show_spinner=False)
def _rate_spec(
    _atlas: Atlas, build_id: str, place_id: str, standard_id: str, lang: str, theme_name: str
) -> dict[str, Any] | None:
    del build_id  # by which it is kept; `_atlas` is no part of that
    points = chart_points.rate_points(_atlas, place_id, standard_id)
    if len(points) < 2:
        return None
    chart = chart_spec.spec(lambda: series.series(points, colours.tokens(theme_name), lang))
    return {"evidence": str(points["evidence"].iloc[0]), "chart": chart}
