"""What was published of the cost of a village, to stand beside what a model says."""

from __future__ import annotations

import streamlit as st

from atlas.look import badges, blocks, figures, tables
from atlas.look.language import mark, pick, place_name, t
from atlas.look.words import qualifiers
from indicators import facts
from indicators.database import Atlas
from indicators.projects import costs

MOST_PROJECTS = 6
TITLE = mark("Published, for comparison")


def table(atlas: Atlas) -> None:
    """Ranges derived from published totals by technology, and projects that said both cost and villages."""
    rows = [*_ranges(atlas), *_projects(atlas)]
    if not rows:
        return
    st.html(blocks.heading(t(TITLE), None, t("construction per village")))
    headers = [t("What"), t("Per village"), t("Range"), t("Price years"), t("Evidence"), t("Source")]
    st.html(tables.data_table(headers, rows, "lrrrlw", t(TITLE)))


def _ranges(atlas: Atlas) -> list[list[object]]:
    names = {one.standard_id: one.name for one in facts.standards(atlas)}
    return [
        [
            place_name(names[row["technology"]]["zh"], names[row["technology"]]["en"])
            if row["technology"] in names
            else row["technology"],
            figures.money(row["central_yuan"]),
            figures.money_range(row["low_yuan"], row["high_yuan"]),
            row["price_years"],
            badges.badge(row["evidence"]),
            pick({"en": row["citation"], "zh": figures.text_or_none(row["citation_zh"])}),
        ]
        for row in facts.cost_parameters(atlas).to_dict("records")
    ]


def _projects(atlas: Atlas) -> list[list[object]]:
    nation = str(facts.settings(atlas)["nation"]["place_id"])
    known = costs.costs(atlas, nation)
    known = known[known["yuan_per_village"].notna()].head(MOST_PROJECTS)
    return [
        [
            place_name(row["name"], row["name_en"]),
            figures.average(row["yuan_per_village"], row["capex_qualifier"]),
            figures.DASH,
            figures.DASH,
            badges.badge(row["evidence"]),
            t(
                "{amount} ÷ {n} villages, as announced",
                amount=qualifiers.bounded(figures.money(row["capex_yuan"]), row["capex_qualifier"]),
                n=figures.count(row["planned_villages"]),
            ),
        ]
        for row in known.to_dict("records")
    ]
