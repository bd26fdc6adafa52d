"""How evenly money is spread over places: Lorenz, Gini and Theil within and between, as the page Funds shows it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from atlas.charts import spec as chart_spec
from atlas.look import blocks, colours, figures, html, tables, theme
from atlas.look.language import current, mark, nt, pick, place_name, t
from atlas.pieces.panels import first_of
from atlas.projects import money_charts
from atlas.view import inputs, state
from atlas.view.state import View
from ground.evidence import weakest
from indicators import places
from indicators.database import Atlas
from indicators.projects import amounts, comparisons
from indicators.projects.scoped import Scope
from planning.done import inequality

SPREAD = {
    "capex_yuan": mark("Investment per village of the projects on record"),
    "subsidy_yuan": mark("Subsidy per village"),
}
LEAST_COMPARED = 3  # a spread between two places is one number, their difference
MOST_GROUPS = 12


def show(atlas: Atlas, view: View, scope: Scope) -> None:
    """Lorenz, Gini and Theil between places, each village counted once."""
    head = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom", key="noprint_spread"):
        column = inputs.choice(
            view, "spread", t("Spread of"), {one: t(words) for one, words in SPREAD.items()}, "capex_yuan"
        )
        levels = comparisons.levels_to_compare(atlas, scope, column, LEAST_COMPARED)
        names = places.level_names(atlas)
        level = None
        if levels:
            level = inputs.choice(view, "unit", t("Between"), {one: pick(names[one]) for one in levels}, levels[-1])
    if level is None:
        with head:
            st.html(blocks.heading(t("How evenly the money is spread")))
        words = t(
            "Fewer than {n} places here have an amount per village: nothing to compare. With costs of more projects, "
            "or of their villages one by one, this shows a Lorenz curve, Gini and Theil with their parts within and "
            "between.",
            n=LEAST_COMPARED,
        )
        st.html(blocks.notice("unknown", words))
        return
    held = comparisons.per_village(atlas, scope, level, column)
    one = inequality.inequality(held["yuan_per_village"], held["villages"])
    parts = inequality.theil_parts(held["yuan_per_village"], held["group_id"], held["villages"])
    has_parts = len(parts.groups) > 1
    group_level = pick(names[places.levels(atlas)[places.levels(atlas).index(state.shown(atlas, view).level) + 1]])
    unit_level = pick(names[level])
    kinds = [str(kind) for kind in held["evidence"].dropna()]
    with head:
        title = t(
            "{what}: Gini {gini} between places of the level {level}",
            what=t(SPREAD[column]),
            gini=figures.decimal(one.gini),
            level=unit_level,
        )
        if has_parts and not pd.isna(parts.between_share):
            title = t(
                "{what}: {share} of the inequality lies between {groups}",
                what=t(SPREAD[column]),
                share=figures.percent(100 * parts.between_share),
                groups=t("places of the level {level}", level=group_level),
            )
        st.html(blocks.heading(title, weakest(kinds), _spread_left_out(atlas, scope, level, one)))
    left, right = st.columns([2, 3], gap="medium")
    with left:
        spec = _lorenz_spec(atlas, atlas.build_id, scope, level, column, current(), theme.current())
        st.vega_lite_chart(spec=spec, theme=None)
        st.html(tables.fact_list(_spread_facts(one, parts if has_parts else None, unit_level, group_level)))
    with right:
        if has_parts:
            _groups(view, held, parts, group_level)
        else:
            _units(view, held, unit_level)


@st.cache_data(max_entries=64, show_spinner=False)
def _lorenz_spec(
    _atlas: Atlas, build_id: str, scope: Scope, level: str, column: str, lang: str, theme_name: str
) -> dict[str, Any]:
    """Building a chart takes longer than the sums behind it, and it is the same at every rerun."""
    del build_id  # by which it is kept; `_atlas` is no part of that
    held = comparisons.per_village(_atlas, scope, level, column)
    curve = inequality.lorenz(held["yuan_per_village"], held["villages"])
    return chart_spec.spec(lambda: money_charts.lorenz(curve, colours.tokens(theme_name), lang))


def _spread_left_out(atlas: Atlas, scope: Scope, level: str, one: inequality.Inequality) -> str:
    said: list[str | None] = [t("each village counts once, with its place's average")]
    if one.unknown_rows:
        said.append(
            nt(
                "{n} place with projects but without an amount is left out",
                "{n} places with projects but without an amount are left out",
                one.unknown_rows,
                n=figures.count(one.unknown_rows),
            )
        )
    if missing := amounts.unplaced(atlas, scope, level):
        said.append(
            nt(
                "{n} project lies in no one place of this level and lists no villages: left out",
                "{n} projects lie in no one place of this level and list no villages: left out",
                missing,
                n=figures.count(missing),
            )
        )
    return figures.sentence(said)


def _spread_facts(
    one: inequality.Inequality, parts: inequality.Parts | None, unit_level: str, group_level: str
) -> list[tuple[str, str, str | None]]:
    rows: list[tuple[str, str, str | None]] = [
        (t("Places of the level {level}", level=unit_level), figures.count(one.rows), None),
        (t("Villages in them"), figures.count(one.units), None),
        (t("Mean per village"), figures.money(one.mean), None),
        (t("Gini (0 all alike, 1 all in one)"), figures.decimal(one.gini, 3), None),
        (t("Theil (0 all alike)"), figures.decimal(one.theil, 3), None),
    ]
    if parts is not None:
        inside = None if pd.isna(parts.between_share) else 100 * (1 - parts.between_share)
        across = None if pd.isna(parts.between_share) else 100 * parts.between_share
        rows += [
            (
                t("of it between places of the level {level}", level=group_level),
                _part(parts.between, across),
                None,
            ),
            (t("of it within them"), _part(parts.within, inside), None),
        ]
    return rows


def _part(value: float, share: float | None) -> str:
    return figures.bracketed(figures.decimal(value, 3), figures.percent(share))


def _groups(view: View, held: pd.DataFrame, parts: inequality.Parts, group_level: str) -> None:
    known = held.dropna(subset=["group_id"]).drop_duplicates("group_id")
    names = dict(zip(known["group_id"], zip(known["group_name"], known["group_name_en"], strict=True), strict=True))
    ordered = parts.groups.sort_values("mean", ascending=False)
    rows = [
        [
            html.link(place_name(*names[row["group"]]), view.link(place_id=row["group"])),
            figures.money(row["mean"]),
            figures.count(row["units"]),
            figures.percent(100 * row["value_share"]),
            figures.decimal(row["theil"], 3),
        ]
        for row in ordered.head(MOST_GROUPS).to_dict("records")
    ]
    headers = [group_level, t("Mean per village"), t("Villages"), t("Share of the money"), t("Theil inside")]
    st.html(blocks.credit(first_of(MOST_GROUPS, len(ordered))))
    st.html(tables.data_table(headers, rows, "lrrrr", t("How evenly the money is spread")))


def _units(view: View, held: pd.DataFrame, unit_level: str) -> None:
    ordered = held.sort_values("yuan_per_village", ascending=False, na_position="last")
    rows = [
        [
            html.link(place_name(row["name"], row["name_en"]), view.link(place_id=row["place_id"])),
            figures.money(row["yuan_per_village"]),
            figures.count(row["villages"]),
            figures.money(row["yuan"]),
        ]
        for row in ordered.head(MOST_GROUPS).to_dict("records")
    ]
    headers = [unit_level, t("Mean per village"), t("Villages"), t("Together")]
    st.html(blocks.credit(first_of(MOST_GROUPS, len(ordered))))
    st.html(tables.data_table(headers, rows, "lrrr", t("How evenly the money is spread")))
