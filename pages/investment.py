"""Investment per village: what was announced, and elsewhere only the range that totals allow."""

from __future__ import annotations

from typing import Any

import streamlit as st

from atlas.charts import spread
from atlas.files import file_links
from atlas.look import blocks, cards, figures, html, tables
from atlas.look.language import mark, pick, place_name, t
from atlas.look.words import qualifiers
from atlas.maps import base
from atlas.pieces import spread_panel
from atlas.pieces.panels import choropleth_map, first_of, kpi_row, money_note, sources_line
from atlas.projects import panel
from atlas.view import controls, questions, state
from atlas.view.page import Page
from atlas.view.state import View
from indicators import facts, places
from indicators.catalogue import catalogue
from indicators.database import Atlas
from indicators.figure import Figure
from indicators.projects import costs

PAGE = Page(
    url_path="investment",
    order=4,
    icon=":material/payments:",
    title=lambda: t("Investment"),
    is_there=facts.has_money,
    headline=lambda atlas, view: _headline(atlas, view),
)
MOST_PROJECTS = 15
PER = {
    "village": mark("village"),
    "household": mark("household"),
    "resident": mark("resident"),
    "project": mark("project"),
}


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    money = questions.figure(atlas, view, "investment_per_village")
    st.html(_headline(atlas, view))
    controls.filters(atlas, view, with_standard=False)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _map(atlas, view)
    with right:
        kpi_row(_key_figures(atlas, view, money))
        _declared(atlas, view)
        _ranges(atlas)
    _distribution(atlas, view)
    sources_line(atlas, ["project", "cost_parameter", "pilot"])


def _key_figures(atlas: Atlas, view: View, money: Figure) -> list[tuple[str, Figure, str | None]]:
    household = questions.figure(atlas, view, "investment_per_household")
    resident = questions.figure(atlas, view, "investment_per_resident")
    in_row: list[tuple[str, Figure, str | None]] = [
        (t("Investment per village"), money, money_note(atlas, view)),
        (
            t("Investment per household"),
            household,
            t("the register holds no households") if household.value is None else None,
        ),
        (
            t("Investment per resident"),
            resident,
            t("the register holds no population") if resident.value is None else None,
        ),
    ]
    if facts.has_pilots(atlas):
        in_row.append((t("Villages inside pilot places"), questions.figure(atlas, view, "villages_in_pilots"), None))
    return in_row


def _map(atlas: Atlas, view: View) -> None:
    level = _level(atlas, view)
    if level is None:
        return
    indicator_id = _mapped(view)
    if questions.table(atlas, view, indicator_id, level)["value"].isna().all():
        words = t(
            "No place in here has a known {indicator}: there is nothing to colour.",
            indicator=pick(catalogue()[indicator_id].title),
        )
        st.html(blocks.notice("unknown", words))
        return
    choropleth_map(atlas, view, indicator_id, level, 500, key="money")
    words = t(
        "Green: announced by the project. Hatched: a pilot area with a range derived from national totals, which is "
        "not ranked. Grey: on none of the lists of pilots held here, which are not complete."
    )
    st.html(blocks.notice("info", words))


def _mapped(view: View) -> str:
    """The indicator of the map: amounts of single projects have none, they show per village."""
    indicator_id = f"investment_per_{view.per}"
    return indicator_id if indicator_id in catalogue() else "investment_per_village"


def _level(atlas: Atlas, view: View) -> str | None:
    """Pilots are places below the highest mapped level: the nation shows these at once."""
    here = state.shown(atlas, view)
    mapped = base.mapped_levels(atlas)
    if here.parent_id is None and len(mapped) > 1:
        return mapped[1]
    return places.level_below(atlas, view.place_id)


def _headline(atlas: Atlas, view: View) -> html.Html:
    here = state.shown(atlas, view)
    money = questions.figure(atlas, view, "investment_per_village")
    name = place_name(here.name, here.name_en)
    if money.value is None:
        known = costs.known(atlas, view.place_id)
        title = t("{place}: no investment is known", place=name)
        if known:
            title = t(
                "{place}: costs of {n} projects are announced",
                place=name,
                n=figures.count(len(costs.costs(atlas, view.place_id))),
            )
    elif money.low is not None:
        title = t("{place}: between {range} a village, an estimate", place=name, range=figures.range_text(money))
    else:
        title = t("{place}: {amount} a village, as announced", place=name, amount=figures.text(money))
    said = [
        *([_prices(atlas)] if money.low is not None else [t("announced amounts, not outturn")]),
        money_note(atlas, view) or "",
        panel.as_of_words(atlas),
    ]
    return blocks.finding(title, said, money.evidence)


def _prices(atlas: Atlas) -> str:
    """The years whose prices an estimate is made of."""
    years = sorted({str(one) for one in facts.cost_parameters(atlas)["price_years"].dropna()})
    return t("prices of {years}", years=figures.listed(years)) if years else ""


def _declared(atlas: Atlas, view: View) -> None:
    """Only declared rows are ranked."""
    per = spread.divisor(atlas, view.place_id, view.per)
    _divisor(atlas, view, per)
    ranked = spread.ranked(atlas, view.place_id, per)
    if ranked.empty:
        st.html(blocks.notice("unknown", t("No project of this place has published its cost.")))
        return
    rows = [
        tables.Bar(
            row["label"],
            row["value"],
            _amount(row, per),
            view.link(place_id=row["place_id"]),
            "var(--atlas-money-3)",
        )
        for row in ranked.head(MOST_PROJECTS).to_dict("records")
    ]
    st.html(
        blocks.heading(_asked(atlas, view, per), str(ranked["evidence"].iloc[0]), first_of(MOST_PROJECTS, len(ranked)))
    )
    st.html(tables.bar_table(rows, t(spread.TITLES[per])))
    st.html(blocks.file_links(t("Projects"), file_links.projects(atlas, view, per)))


def _amount(row: dict[Any, Any], per: str) -> str:
    """A published amount as it was published; what was divided in three digits."""
    qualifier = row["capex_qualifier"]
    if per == "project":
        return qualifiers.bounded(figures.money(row["value"]), qualifier)
    return figures.average(row["value"], qualifier)


def _asked(atlas: Atlas, view: View, per: str) -> html.Html | str:
    """The ranking's title; amounts of whole projects are no indicator and have nothing to explain."""
    indicator_id = f"investment_per_{per}"
    if indicator_id not in catalogue():
        return t(spread.TITLES[per])
    return cards.titled(t(spread.TITLES[per]), questions.figure(atlas, view, indicator_id))


def _divisor(atlas: Atlas, view: View, per: str) -> None:
    """Per village, household, resident or project: as far as it is known."""
    known = costs.known(atlas, view.place_id)
    if len(known) < 2:
        return

    def write() -> None:
        state.change(view, per=st.session_state["per"] or per)

    st.session_state["per"] = per
    st.segmented_control(t("Amount per"), known, format_func=lambda one: t(PER[one]), key="per", on_change=write)


def _distribution(atlas: Atlas, view: View) -> None:
    per = spread.divisor(atlas, view.place_id, view.per)
    spread_panel.show(atlas, view, spread.amounts(atlas, view.place_id, per), spread_panel.AMOUNTS, per)


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
    if not rows:
        return
    st.html(blocks.heading(t("Range derived from published totals"), "modelled"))
    headers = [t("Technology"), t("Range per village"), t("Central"), t("Price years")]
    st.html(tables.data_table(headers, rows, "lrrr", t("Cost per village by technology")))


def _technology(atlas: Atlas, code: str) -> str:
    names = {one.standard_id: pick(one.name) for one in facts.standards(atlas)}
    return names.get(code, code)
