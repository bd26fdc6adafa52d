"""What the page of a tender is made of: key figures, lots, every bid's fate, files."""

from __future__ import annotations

import streamlit as st

from atlas.files import take_away
from atlas.files.sheets import Facts
from atlas.look import blocks, cards, figures, tables, theme
from atlas.look.html import Html
from atlas.look.language import current, mark, t
from atlas.planner.question import Worked
from atlas.planner.scenario import text as scenario_text
from atlas.planner.tender import charts, text
from atlas.planner.tender.asked import Asked
from indicators.published import rules
from planning.tender.auction import Award

LABEL = mark("Tender")
MOST_SHOWN = 100  # bids on the screen
Awarded = Worked[Asked, Award]


def finding(awarded: Awarded) -> Html:
    found = awarded.found
    if not found.reserve_yuan:
        return nothing_sold()
    words = t(
        "The tender saves {saved}, {share} of the reserve",
        saved=figures.money(found.saved_yuan),
        share=figures.percent(100 * (found.saved_share or 0.0)),
    )
    return blocks.finding(words, [t("the lowest qualified bid wins")], awarded.evidence)


def nothing_sold() -> Html:
    return blocks.finding(t("What a tender would save: no lot is sold yet"))


def key_figures(awarded: Awarded) -> None:
    found, evidence = awarded.found, awarded.evidence
    bids = text.fates(found)
    st.html(
        cards.cards(
            [
                text.card(t("Subsidy after the tender"), found.price_yuan, evidence),
                text.card(t("Reserve of the lots sold"), found.reserve_yuan, evidence),
                text.card(t("Saved"), found.saved_yuan, evidence),
                cards.card_text(t("Lots without a buyer"), figures.count(found.unsold), "", evidence),
            ]
        )
    )
    st.html(blocks.formula(_formula(found)))
    if alone := text.single_bidder_words(found):
        st.html(blocks.notice("warning", alone))
    st.html(blocks.heading(t("Lots"), evidence, text.accounted(bids)))
    st.html(tables.data_table(text.lot_headers(), text.lot_rows(found)[:MOST_SHOWN], "lrrlrrw", t("Lots")))
    drawn = text.drawn(found)
    if not drawn.empty:
        st.altair_chart(charts.bids(drawn, theme.tokens(), current()), theme=None, key="tender_chart")
        st.html(
            blocks.credit(
                t("◆ wins, ○ counts and does not win; the dashed line is the reserve. Packages are in the table only.")
            )
        )
    packages = t(
        "Lot by lot, the lowest single bids (the reserve where there is none) come to {amount}; with packages "
        "{packed}.",
        amount=figures.money(found.lot_by_lot_yuan),
        packed=figures.money(found.with_unsold_yuan),
    )
    if (found.wins["lots"] > 1).any():
        st.html(blocks.notice("info", packages))
    st.html(blocks.credit(scenario_text.run_words(found.run)))


def least_bidders(awarded: Awarded) -> None:
    st.html(blocks.notice("info", text.least_bidders_words(rules.least_bidders(awarded.atlas))))


def _formula(found: Award) -> str:
    if not found.reserve_yuan:
        return t("No lot is sold.")
    return t(
        "({reserve} − {price}) ÷ {reserve} = {share}",
        reserve=figures.count(found.reserve_yuan),  # in full: with rounded ones a reader finds another share
        price=figures.count(found.price_yuan),
        share=figures.percent(100 * (found.saved_share or 0.0)),
    )


def every_bid(awarded: Awarded) -> None:
    atlas, view, found = awarded.atlas, awarded.view, awarded.found
    bids = text.fates(found)
    headers, rows = text.bid_headers(), text.bid_rows(bids)
    st.html(blocks.heading(t("Every bid"), awarded.evidence, text.accounted(bids)))
    st.html(tables.data_table(headers, rows[:MOST_SHOWN], "lllrlw", t("Every bid")))
    if len(rows) > MOST_SHOWN:
        words = t("The first {n} are shown; the file has all of them.", n=figures.count(MOST_SHOWN))
        st.html(blocks.credit(words))
    table = text.as_file(headers, rows)
    take_away.answer(atlas, view, t("Every bid"), table, _said(found), "tender-bids", is_simulated=found.is_simulated)


def lots_as_a_file(awarded: Awarded) -> None:
    atlas, view, found = awarded.atlas, awarded.view, awarded.found
    st.html(blocks.heading(t("The lots as a file"), awarded.evidence))
    table = text.as_file(text.lot_headers(), text.lot_rows(found))
    take_away.answer(atlas, view, t("Lots"), table, _said(found), "tender-lots", is_simulated=found.is_simulated)


def _said(found: Award) -> Facts:
    return [(t("Formula"), _formula(found)), (t("How it was found"), scenario_text.run_words(found.run))]
