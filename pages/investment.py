"""Investment per village: what was announced, and elsewhere only the range that totals allow."""

from __future__ import annotations

import streamlit as st

from atlas import controls, figures, maps, markup, questions, state
from atlas.language import pick, place_name, t
from atlas.page import Page
from atlas.panels import choropleth_map, first_of, kpi_row, money_note, sources_line
from atlas.state import View
from indicators import facts, places
from indicators.database import Atlas

PAGE = Page(
    url_path="investment",
    order=4,
    icon=":material/payments:",
    title=lambda: t("Investment"),
    is_there=facts.has_money,
)
MOST_PROJECTS = 50


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    money = questions.figure(atlas, view, "investment_per_village")
    _title(atlas, view)
    controls.filters(atlas, view, with_standard=False)
    kpi_row(
        [
            (t("Investment per village"), money, money_note(atlas, view)),
            (
                t("Investment per household"),
                questions.figure(atlas, view, "investment_per_household"),
                t("the register holds no households"),
            ),
            (
                t("Investment per resident"),
                questions.figure(atlas, view, "investment_per_resident"),
                t("the register holds no population"),
            ),
            (t("Villages inside pilot places"), questions.figure(atlas, view, "villages_in_pilots"), None),
        ]
    )
    left, right = st.columns([3, 2], gap="medium")
    with left:
        level = _level(atlas, view)
        if level:
            choropleth_map(atlas, view, "investment_per_village", level, 600, key="money")
            st.html(
                markup.notice(
                    "info",
                    t(
                        "Green: announced by the project. Hatched: a pilot area with a range derived from national totals, which is not ranked. Grey: no pilot."
                    ),
                )
            )
    with right:
        _declared(atlas, view)
        _ranges(atlas)
    sources_line(atlas, ["project", "cost_parameter", "pilot"])


def _level(atlas: Atlas, view: View) -> str | None:
    """Pilots are places below the highest mapped level: the nation shows these at once."""
    here = state.shown(atlas, view)
    mapped = maps.mapped_levels(atlas)
    if here.parent_id is None and len(mapped) > 1:
        return mapped[1]
    return places.level_below(atlas, view.place_id)


def _title(atlas: Atlas, view: View) -> None:
    here = state.shown(atlas, view)
    money = questions.figure(atlas, view, "investment_per_village")
    name = place_name(here.name, here.name_en)
    if money.value is None:
        title = t("{place}: no investment is known", place=name)
    elif money.low is not None:
        title = t(
            "{place}: between {range} a village, an estimate", place=name, range=figures.range_text(money)
        )
    else:
        title = t("{place}: {amount} a village, as announced", place=name, amount=figures.text(money))
    st.html(markup.finding(title, [t("announced amounts, not outturn")], money.evidence))


def _declared(atlas: Atlas, view: View) -> None:
    """Only declared rows are ranked."""
    found = facts.projects(atlas, view.place_id)
    if found.empty:
        st.html(markup.notice("unknown", t("No project of this place has published its cost.")))
        return
    found = found.assign(per_village=found["capex_yuan"] / found["planned_villages"])
    ranked = found[found["per_village"].notna()].sort_values("per_village", ascending=False)
    if ranked.empty:
        st.html(markup.notice("unknown", t("No project of this place has published its cost.")))
        return
    rows = [
        markup.Bar(
            place_name(row["place_name"], row["place_name_en"]),
            row["per_village"],
            figures.money(row["per_village"]),
            view.link(place_id=row["place_id"]),
            "var(--atlas-money-3)",
        )
        for row in ranked.head(MOST_PROJECTS).to_dict("records")
    ]
    st.html(
        markup.heading(
            t("Announced investment per village"), "declared", first_of(MOST_PROJECTS, len(ranked))
        )
    )
    st.html(markup.bar_table(rows, t("Announced investment per village")))


def _ranges(atlas: Atlas) -> None:
    rows = [
        [
            _technology(atlas, row["technology"]),
            figures.money_range(row["low_yuan"], row["high_yuan"]),
            figures.money(row["central_yuan"]),
            row["price_years"],
        ]
        for row in facts.cost_parameters(atlas).to_dict("records")
    ]
    st.html(markup.heading(t("Range derived from published totals"), "modelled"))
    headers = [t("Technology"), t("Range per village"), t("Central"), t("Price years")]
    st.html(markup.data_table(headers, rows, "lrrr", t("Cost per village by technology")))


def _technology(atlas: Atlas, code: str) -> str:
    names = {one.standard_id: pick(one.name) for one in facts.standards(atlas)}
    return names.get(code, code)
