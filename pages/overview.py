"""Overview: where the gap is, what changed, what was published."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

import pandas as pd
import streamlit as st

from atlas.charts import history_points
from atlas.charts import points as chart_points
from atlas.files import file_links
from atlas.kept.pieces import Pieces, draw, draw_opened, kept
from atlas.look import blocks, cards, figures, html, tables
from atlas.look.addresses import address
from atlas.look.language import counted, mark, nt, pick, place_name, t
from atlas.look.words import pilots as pilot_text
from atlas.look.words import rates as rate_words
from atlas.maps import base
from atlas.maps.of_view import question
from atlas.maps.paper.asked import VillagesDrawing
from atlas.pieces import basis_table, headlines
from atlas.pieces.compared import beside_others, compare_link, parts_over_time, standing
from atlas.pieces.panels import choropleth_map, history_chart, money_card, sources_line
from atlas.published import counts as published_counts
from atlas.view import controls, questions
from atlas.view.compared.sides_query import Others
from atlas.view.page import Page
from atlas.view.state import View
from ground.evidence import weakest
from indicators import facts, places
from indicators.database import Atlas
from indicators.figure import Figure

PAGE = Page(
    url_path="overview",
    order=1,
    icon=":material/monitoring:",
    title=lambda: t("Overview"),
    headline=lambda atlas, view: _headline(atlas, view, questions.figure(atlas, view, "unconnected_villages")),
)
HEIGHT_PX = 500
CHANGES = 6
#: What became of the villages between two dates: fewer, as many, more of them.
CHANGED = (
    mark("{place}, {a} to {b}: {n} fewer villages {unconnected}"),
    mark("{place}, {a} to {b}: as many villages {unconnected} as before"),
    mark("{place}, {a} to {b}: {n} more villages {unconnected}"),
)
CHANGED_SIMULATED = (
    mark("{place}, {a} to {b}: simulated, {n} fewer villages {unconnected}"),
    mark("{place}, {a} to {b}: simulated, as many villages {unconnected} as before"),
    mark("{place}, {a} to {b}: simulated, {n} more villages {unconnected}"),
)
LEAST_COMPARED = 4  # among fewer, a first and a last say nothing


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    level = places.level_below(atlas, view.place_id)
    gap = questions.figure(atlas, view, "unconnected_villages")
    st.html(_headline(atlas, view, gap))
    controls.filters(atlas, view)
    with st.container(key="atlas_beside"):  # on a phone in this order, else the second beside the others
        first, beside, after = st.container(), st.container(), st.container()
    with first:
        if level:
            draw(_map_title(atlas, view, level))
            choropleth_map(atlas, view, "unconnected_share", level, HEIGHT_PX)
            draw(_changes(atlas, view, level))
        else:
            draw(_villages(atlas, view))
    with beside:
        draw(_key_figures(atlas, view))
        beside_others.show(atlas, view)
        if listed := level or places.level_listed_below(atlas, view.place_id):
            draw(_ranking(atlas, view, listed))
    if level:
        with after:
            parts_over_time.show(atlas, view, level)
    draw(published_counts.table(atlas, view))
    _history(atlas, view)
    rests_on = t("What each rate rests on, by standard and date")
    draw_opened(rests_on, "basis_table", partial(basis_table.table, atlas, view.place_id))
    sources_line(atlas, ["status_count", "published_figure", "project"])


def _headline(atlas: Atlas, view: View, gap: Figure) -> html.Html:
    scope = t("Scope: {villages}", villages=counted(figures.compact(_scope(gap))))
    return headlines.finding(atlas, view, gap, [scope])


def _scope(one: Figure) -> float:
    return (one.denominator or 0) + (one.unknown or 0)


@kept
def _key_figures(atlas: Atlas, view: View) -> Pieces:
    gap = questions.figure(atlas, view, "unconnected_villages")
    before = questions.compared_date(atlas, view)
    in_row = [
        headlines.published_card(atlas, view),
        cards.card(t("Unconnected villages"), gap, _gap_note(atlas, view, gap, before)),
    ]
    if facts.has_pilots(atlas):
        inside = questions.figure(atlas, view, "villages_in_pilots")
        in_row.append(cards.card(t("Villages inside pilot places"), inside, _pilot_note(atlas, view)))
    if facts.has_money(atlas):
        in_row.append(money_card(atlas, view))
    return (cards.beside(in_row),)


def _gap_note(atlas: Atlas, view: View, gap: Figure, before: object) -> str:
    """What it was before, and the share beside those of the places above."""
    share = beside_others.share_words(atlas, view, standing.SHARE)
    return figures.sentence([_change_note(atlas, view, gap, before), share])


def _change_note(atlas: Atlas, view: View, now: Figure, before: object) -> str | None:
    if before is None or now.value is None:
        return None
    other = questions.figure(atlas, view, "unconnected_villages", as_of=before)  # type: ignore[arg-type]
    if other.value is None:
        return None
    return t("{date}: {n}", date=figures.day(other.as_of), n=figures.compact(other.value))


def _pilot_note(atlas: Atlas, view: View) -> str:
    pilots = questions.figure(atlas, view, "pilots")
    inside = facts.pilots_over(atlas, view.place_id)
    if not pilots.value and len(inside):
        return t(
            "inside the pilot {name} ({year})",
            name=pilot_text.name(inside.iloc[0]),
            year=inside.iloc[0]["year"],
        )
    return nt("{n} pilot place on the list", "{n} pilot places on the list", pilots.value or 0)


@kept
def _map_title(atlas: Atlas, view: View, level: str) -> Pieces:
    """What the map shows. Where it is highest is said of known states only: of simulated ones it is no finding."""
    frame = questions.table(atlas, view, "unconnected_share", level)
    known = chart_points.ordered(frame[frame["value"].notna()], "value")
    asked = questions.figure(atlas, view, "unconnected_share")
    title = t(
        "{standard}, {date}: share unconnected by {level}",
        standard=pick(controls.standard_of(atlas, view).name),
        date=figures.day(view.as_of),
        level=pick(places.level_names(atlas)[level]),
    )
    is_finding = asked.evidence != "simulated" and len(known) > LEAST_COMPARED and known["value"].iloc[0]
    if is_finding:
        first = [place_name(one["name"], one["name_en"]) for one in known.head(3).to_dict("records")]
        title = t("Highest share: {a}, {b} and {c}", a=first[0], b=first[1], c=first[2])
    return (blocks.heading(cards.titled(title, asked), asked.evidence),)


@kept
def _villages(atlas: Atlas, view: View) -> Pieces:
    """Where no part has an outline: the villages as they lie, and the page that moves and lists them."""
    here = places.place(atlas, view.place_id)
    assert here is not None
    words = t("{place}: map and list of villages", place=place_name(here.name, here.name_en))
    drawing = VillagesDrawing(view.place_id, view.standard, view.as_of, view.lang)
    to = address("gap-map") + view.link(village_id=None)
    return blocks.picture(drawing.url(atlas.build_id), words, to), html.link(words, to)


@kept
def _ranking(atlas: Atlas, view: View, level: str) -> Pieces:
    asked_for = question(atlas, view, "unconnected_villages", level)
    ranked = chart_points.first(chart_points.ranking(atlas, asked_for), chart_points.RANKED)
    is_drawn = places.level_below(atlas, view.place_id) is not None
    way = "" if is_drawn else address("gap-map")  # of parts without outlines there is but the list of their villages
    rows = [
        tables.Bar(
            row["label"],
            row["value"],
            chart_points.bar_text(row),
            way + view.link(place_id=row["place_id"]),
            row["colour"],
            compare_link.sign(view, row["place_id"], row["label"], view.place_id),
        )
        for row in ranked.to_dict("records")
    ]
    evidence = weakest(ranked["evidence"].dropna()) if len(ranked) else None
    is_simulated = chart_points.is_simulated(ranked)
    remark = t("by code: published rates are met in all, not in each place") if is_simulated else ""
    asked = questions.figure(atlas, view, "unconnected_villages")
    title = t("Unconnected villages by place") if is_simulated else t("Most unconnected villages")
    return (
        blocks.heading(cards.titled(title, asked), evidence, remark),
        tables.bar_table(rows, t("Unconnected villages by place")),
        file_links.chart(atlas, view, "ranking", level=level),
    )


@kept
def _changes(atlas: Atlas, view: View, level: str) -> Pieces:
    """What changed between the date and the one it is compared with: in all, and where most. Of simulated states only
    the whole says something; their places stand on the page that compares."""
    other = questions.compared_date(atlas, view)
    if other is None:
        return ()
    first, last = sorted([other, view.as_of])
    both = chart_points.changes(
        questions.table(atlas, view, "unconnected_villages", level, first),
        questions.table(atlas, view, "unconnected_villages", level, last),
    )
    if both.empty:
        return ()
    evidence = "simulated" if chart_points.is_simulated(both) else "declared"
    asked = questions.figure(atlas, view, "unconnected_villages")
    title = cards.titled(_change_title(atlas, view, both, (first, last)), asked)
    if evidence == "simulated":
        compare = address("compare") + replace(view, as_of=last, others=Others(dates=(first,))).link()
        return blocks.heading(title, evidence), html.link(t("Compare the two dates place by place"), compare)
    rows = [
        [
            html.link(row["label"], view.link(place_id=row["place_id"])),
            figures.count(row["before"]),
            figures.count(row["after"]),
            figures.signed(row["change"]),
            tables.share_bar(row["reduction_percent"], figures.percent(row["reduction_percent"])),
        ]
        for row in both.head(CHANGES).to_dict("records")
    ]
    headers = [t("Place"), figures.day(first), figures.day(last), t("Change"), t("Reduced by")]
    return (
        blocks.heading(title, evidence, _fast_and_slow(both)),
        tables.data_table(headers, rows, "lrrrr", t("Unconnected villages, two dates")),
    )


def _change_title(atlas: Atlas, view: View, both: pd.DataFrame, days: tuple[date, date]) -> str:
    change = both["change"].sum()
    words = {
        "place": rate_words.name(atlas, view.place_id),
        "a": figures.day(days[0]),
        "b": figures.day(days[1]),
        "n": figures.about(abs(change)),
        "unconnected": pick(controls.standard_of(atlas, view).unconnected),
    }
    fewer, as_many, more = CHANGED_SIMULATED if chart_points.is_simulated(both) else CHANGED
    return t(as_many if not change else more if change > 0 else fewer, **words)


def _fast_and_slow(both: pd.DataFrame) -> str:
    """Where the gap closed most and least, among the places with the larger gaps."""
    large = both.head(len(both) // 2 + 1).dropna(subset=["reduction_percent"])
    if len(large) < LEAST_COMPARED:
        return ""
    ordered = large.sort_values("reduction_percent", ascending=False, kind="stable")
    return t(
        "among the places with larger gaps, most closed: {fast} ({a}); least: {slow} ({b})",
        fast=ordered["label"].iloc[0],
        a=figures.percent(ordered["reduction_percent"].iloc[0]),
        slow=ordered["label"].iloc[-1],
        b=figures.percent(ordered["reduction_percent"].iloc[-1]),
    )


def _history(atlas: Atlas, view: View) -> None:
    """Published points of the place itself, else of the nation. Never joined across standards."""
    place_id = (
        view.place_id
        if len(facts.published_history(atlas, view.place_id))
        else places.path(atlas, view.place_id)[0].place_id
    )
    points = facts.published_history(atlas, place_id)
    if points.empty:
        return
    one = places.place(atlas, place_id)
    assert one is not None
    st.html(
        blocks.heading(
            t("Definitions changed: each standard stands for itself, none is joined to another"),
            "declared",
            figures.sentence(
                [
                    t(
                        "{place}: villages connected (%), as published",
                        place=place_name(one.name, one.name_en),
                    ),
                    t("● published, ▲ lower bound, ▼ upper bound, ◇ target"),
                ]
            ),
        )
    )
    width = base.PHONE_WIDTH_PX if base.is_phone() else history_points.DESKTOP_WIDTH_PX
    history_chart(atlas, view, place_id, width)
