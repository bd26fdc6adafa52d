"""What the page "where sites go" is made of: key figures, map, what is not answered, the list, files."""

from __future__ import annotations

import streamlit as st

from atlas.files import file_facts, take_away
from atlas.files.downloads import CONTENT_TYPES
from atlas.look import blocks, cards, figures, html, tables, theme
from atlas.look.language import mark, t
from atlas.pieces import answer_map
from atlas.pieces.panels import position_remark
from atlas.planner import scope
from atlas.planner.cost import text as cost_text
from atlas.planner.question import Worked
from atlas.planner.sites import answers, text
from atlas.planner.sites.answers import Answer, Asked
from atlas.view import paging
from atlas.view.page_part import page_part
from atlas.view.state import View
from indicators.database import Atlas

LABEL = mark("Where sites go")
PER_PAGE = 20
Sited = Worked[Asked, Answer]


def finding(sited: Sited) -> html.Html:
    siting = sited.found.siting
    said = [t("within the radius of a site"), text.gap_words(siting), *text.budget_words(sited.asked, siting)]
    words = text.title(siting, sited.asked.technology)
    return blocks.finding(scope.headline(sited.atlas, sited.view, sited.evidence, words), said, sited.evidence)


def key_figures(sited: Sited) -> None:
    atlas, asked, found, evidence = sited.atlas, sited.asked, sited.found, sited.evidence
    siting = found.siting
    in_row = [
        cards.card_text(
            t("Covered"),
            *figures.parts(siting.covered_villages, "village"),
            evidence,
            t("of {n} unconnected", n=figures.count(len(siting.villages))),
        ),
        cards.card_text(
            t("Sites"),
            figures.count(len(siting.sites)),
            "",
            evidence,
            t("of {n} candidates", n=figures.count(len(found.candidates))),
        ),
        _cost_card(atlas, asked, found, evidence),
    ]
    st.html(cards.cards(in_row))
    beside = t(
        "Greedy, site by site, covers {greedy}; this choice {best}, {gap}.",
        greedy=text.weighed(siting.greedy_weight, siting.weigh),
        best=text.weighed(siting.weight, siting.weigh),
        gap=text.gap_words(siting),
    )
    if asked.aim != answers.SHARE:  # there greedy needs other sites, and covers more or less with them
        st.html(blocks.credit(beside))
    for kind, words in text.remarks(siting, evidence):
        st.html(blocks.notice(kind, words))
    rows = text.state_rows(siting)
    st.html(tables.data_table([t("Villages"), t("How many"), t("Share")], rows, "lrr", t("Villages")))


def _cost_card(atlas: Atlas, asked: Asked, found: Answer, evidence: str) -> html.Html:
    """P50 with P80 of all chosen sites; the search counts central values."""
    whole = answers.spent(atlas, asked, found)
    if whole is None:
        return cards.card_text(t("Construction cost"), *figures.money_parts(found.siting.spent_yuan), evidence)
    return cost_text.total_card(t("Construction cost"), whole, cost_text.CAPEX, evidence)


def sites_map(sited: Sited) -> None:
    atlas, view, found, evidence = sited.atlas, sited.view, sited.found, sited.evidence
    tokens = theme.tokens()
    covered, left_out, site = tokens["connected"], tokens["unconnected"], tokens["pilot"]
    answer_map.show(
        atlas,
        view,
        text.points(found, covered, left_out, site),
        text.circles(found, site),
        evidence=evidence,
        key="sites",
        alt=t("Chosen sites with their radius on the map"),
        title=t("Villages and sites"),
        legend=[
            (site, t("chosen site, with its radius")),
            (covered, t("covered")),
            (left_out, t("not covered")),
        ],
        notes=[position_remark(atlas, view.place_id)],
    )


def branches(sited: Sited) -> None:
    """The 4G rule has two branches; only one of them is answered here."""
    words = t(
        "Covered means: within the radius of a site, the distance branch of the rule. Whether there is a signal at "
        "committee, school, clinic and every settlement of 20 households is the other branch; it is not modelled "
        "here, and the two are not to be added up."
    )
    st.html(blocks.notice("info", words))
    words = t(
        "No list of existing sites with positions is held: villages that count as connected are left out, and no mast "
        "is assumed."
    )
    st.html(blocks.credit(words))


def chosen_sites(sited: Sited) -> None:
    _sites(sited.atlas, sited.view, sited.asked, sited.found, sited.evidence)


@page_part
def _sites(atlas: Atlas, view: View, asked: Asked, found: Answer, evidence: str) -> None:
    sites = text.named_sites(found)
    st.html(
        blocks.heading(
            t("The chosen sites: {n}", n=figures.count(len(sites))),
            evidence,
            t("those that cover most first"),
        )
    )
    if sites.empty:
        st.html(blocks.notice("empty", t("No site can be built with this.")))
        return
    page = paging.page_of(len(sites), PER_PAGE, "sites")
    has_people = asked.weigh == "people"
    first = (page - 1) * PER_PAGE
    rows = text.site_rows(atlas, sites.iloc[first : first + PER_PAGE], first + 1, view, has_people)
    align = "rlrr" + "r" * has_people + "r"
    st.html(tables.data_table(text.site_headers(has_people), rows, align, t("The chosen sites")))


def files(sited: Sited) -> None:
    atlas, view, asked, found, evidence = sited.atlas, sited.view, sited.asked, sited.found, sited.evidence
    is_simulated = sited.is_simulated
    told = text.said(asked, found.siting, evidence)
    sites = text.readable_sites(text.named_sites(found), asked.weigh == "people")
    take_away.answer(atlas, view, t(LABEL), sites, told, "sites", is_simulated=is_simulated)
    with st.expander(t("Every village with its site"), icon=":material/download:"):
        rows = text.readable_villages(found)
        take_away.answer(
            atlas,
            view,
            t("Every village with its site"),
            rows,
            told,
            "sites-villages",
            is_simulated=is_simulated,
        )
        st.download_button(
            t("Sites as {format}", format="GeoJSON"),
            data=text.geojson(found, evidence),
            file_name=file_facts.file_name("sites", view.place_id, suffix="geojson", is_simulated=is_simulated),
            mime=CONTENT_TYPES["geojson"],
            key="sites_geojson",
            on_click="ignore",
            icon=":material/download:",
        )
