"""Tender: the least subsidy asked for wins. Lots, reserves by the subsidy rule, bids, and every bid's fate."""

from __future__ import annotations

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from atlas.files import take_away
from atlas.files.sheets import Facts
from atlas.intake import allowed as intake
from atlas.look import blocks, cards, figures, tables, theme
from atlas.look.language import current, nt, t
from atlas.planner.scenario import panel as scenario_panel
from atlas.planner.scenario import text as scenario_text
from atlas.planner.scenario.panel import Answer
from atlas.planner.subsidy import text as subsidy_text
from atlas.planner.tender import answers as tender_answers
from atlas.planner.tender import charts as tender_charts
from atlas.planner.tender import text as tender_text
from atlas.planner.tender.text import BidFileError, Lots
from atlas.view import controls, inputs, state, uploads
from atlas.view.page import Page
from atlas.view.state import View
from atlas.work import patience
from indicators.database import Atlas
from indicators.published import rules
from planning.inputs import InputError
from planning.money import subsidy
from planning.tender import auction
from planning.tender.auction import Award

PAGE = Page(
    url_path="tender",
    order=44,
    icon=":material/gavel:",
    title=lambda: t("Tender"),
    section=lambda: t("Planning"),
)
RULE_LOTS = "L1, 24500, 2450"  # K and O in 10,000: by the rule for remote villages 11,760
OWN_LOTS = "L1, 11760"  # where no rule is declared
BIDS = "A, L1, 11000\nB, L1, 10200\nC, L1, 11500"
LONG_BIDS = "tender_long_bids"  # in the session: bids of a file too long for an address
MOST_SHOWN = 100  # bids on the screen


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    heading = st.container()
    left, right = st.columns([2, 3], gap="large")
    with left:
        lots, bids, given = _asked(atlas, view)
    found = None
    with right:
        if not lots.frame.empty:
            found = _found(atlas, lots, bids, given)
        if found is not None:
            _answer(found)
        st.html(blocks.notice("info", tender_text.least_bidders_words(rules.least_bidders(atlas))))
    with heading:
        _title(found)
    if found is None:
        return
    _bids(atlas, view, found)
    _lots_file(atlas, view, found)
    scenario_panel.bar(atlas, view, _scenario(found, given))


def _title(found: Award | None) -> None:
    if found is None or not found.reserve_yuan:
        st.html(blocks.finding(t("What a tender would save: no lot is sold yet")))
        return
    words = t(
        "The tender saves {saved}, {share} of the reserve",
        saved=figures.money(found.saved_yuan),
        share=figures.percent(100 * (found.saved_share or 0.0)),
    )
    st.html(blocks.finding(words, [t("the lowest qualified bid wins")], _evidence(found)))


def _evidence(found: Award) -> str:
    return "simulated" if found.is_simulated else "assumed"


# --- what is asked ----------------------------------------------------------------------------------------


def _asked(atlas: Atlas, view: View) -> tuple[Lots, pd.DataFrame, dict[str, scenario_panel.Input]]:
    """Lots, bids, and the inputs as used, by their names in the address."""
    held = subsidy.in_force(subsidy.rules_from(rules.subsidy_rules(atlas)), None)
    categories = subsidy_text.category_words(
        {rule.category: subsidy_text.CATEGORIES.get(rule.category, rule.category) for rule in held}
    )
    lot_text = inputs.lines(
        view,
        "lots",
        t("Lots, line by line ({unit})", unit=subsidy_text.unit()),
        default=RULE_LOTS if held else OWN_LOTS,
        help=t(
            "name, reserve; or name, construction cost K, yearly operation O and category: then the reserve is what "
            "the subsidy rule would pay"
        ),
    )
    lots = tender_text.read_lots(lot_text, held, categories)
    for line, why in lots.refused:
        st.html(blocks.notice("warning", t("Line {n}: {why}", n=line, why=why)))
    st.html(blocks.credit(_reserve_words(lots)))
    options = {"given": t("Bids given"), "simulated": t("Simulated bids")}
    source = inputs.choice(view, "source", t("Bids"), options, "given")
    asked: dict[str, scenario_panel.Input] = {"lots": lot_text, "source": source}
    bids, more = _simulated(view, lots) if source == "simulated" else _given(view)
    objective = inputs.choice(
        view,
        "aim",
        t("What comes first"),
        {"savings": t("the least subsidy"), "most_lots": t("as many lots as possible")},
        "savings",
    )
    most = inputs.optional_number(
        view, "most_lots", t("Most lots per bidder (empty: no limit)"), low=0.0, high=500.0, step=1.0
    )
    limit = inputs.number(view, "seconds", t("Time limit (seconds)"), 10.0, low=1.0, high=60.0, step=1.0, is_whole=True)
    asked |= more | {"aim": objective, "seconds": limit}
    return lots, bids, asked if most is None else asked | {"most_lots": most}


def _reserve_words(lots: Lots) -> str:
    by_rule = int(lots.frame["is_by_rule"].sum())
    return nt(
        "{n} lot read, {by_rule} with a reserve by the subsidy rule, {refused} lines refused",
        "{n} lots read, {by_rule} of them with a reserve by the subsidy rule, {refused} lines refused",
        len(lots.frame),
        n=figures.count(len(lots.frame)),
        by_rule=figures.count(by_rule),
        refused=figures.count(len(lots.refused)),
    )


def _given(view: View) -> tuple[pd.DataFrame, dict[str, scenario_panel.Input]]:
    """Bids from the box, which a file can fill."""
    st.file_uploader(
        t("A file of bids (CSV or Excel)"),
        type=["csv", "xlsx", "xls", "ods"],
        key="tender_file",
        max_upload_size=intake.SMALL_MB,
        on_change=_take_file,
        args=(view,),
    )
    if failure := st.session_state.get("tender_file_failure"):
        st.html(blocks.notice("warning", t("The file cannot be read: {why}", why=failure)))
    if long_text := st.session_state.get(LONG_BIDS):
        n = len(long_text.splitlines())
        words = t(
            "{n} bids from a file: too many for a link, but the scenario's file holds them.",
            n=figures.count(n),
        )
        st.html(blocks.notice("info", words))
        return tender_text.read_bids(long_text), {"bids": long_text}
    text = inputs.lines(
        view,
        "bids",
        t("Bids, line by line ({unit})", unit=subsidy_text.unit()),
        default=BIDS,
        help=t(
            "bidder, lot or lots (L1;L2 is one price for both), price, and where it was examined: qualified yes or no"
        ),
    )
    return tender_text.read_bids(text), {"bids": text}


def _take_file(view: View) -> None:
    """The bids of a file go into the box, and so into the link; too long for it, they stay in the session."""
    file = st.session_state.get("tender_file")
    st.session_state.pop("tender_file_failure", None)
    st.session_state.pop(LONG_BIDS, None)
    if not isinstance(file, UploadedFile):
        return
    try:
        with intake.small_turn(), uploads.taken(file) as data:
            text = tender_text.lines_of_file(file.name, data.read())
    except (intake.Full, intake.Stopped):
        words = t("Other files of bids are being read. Choose the file again in a moment.")
        st.session_state["tender_file_failure"] = words
        return
    except BidFileError as error:
        st.session_state["tender_file_failure"] = str(error)[:300]
        return
    if len(text) > state.INPUT_CHARACTERS:
        st.session_state[LONG_BIDS] = text
    else:
        state.change(view, inputs=inputs.with_inputs(view, bids=text).inputs)


def _simulated(view: View, lots: Lots) -> tuple[pd.DataFrame, dict[str, scenario_panel.Input]]:
    bidders = inputs.number(view, "bidders", t("Bidders"), 4.0, low=1.0, high=20.0, step=1.0, is_whole=True)
    low = inputs.number(view, "low", t("Lowest price (% of the reserve)"), 80.0, low=0.0, high=200.0, step=1.0)
    high = inputs.number(view, "high", t("Highest price (% of the reserve)"), 105.0, low=0.0, high=200.0, step=1.0)
    part = inputs.number(
        view, "part", t("Chance that a bidder bids for a lot (%)"), 70.0, low=0.0, high=100.0, step=5.0
    )
    seed = inputs.number(view, "seed", t("Seed"), 1.0, low=0.0, high=1e9, step=1.0, is_whole=True)
    asked: dict[str, scenario_panel.Input] = {"bidders": bidders, "low": low, "high": high, "part": part, "seed": seed}
    names = [f"B{n + 1}" for n in range(int(bidders))]
    bids = auction.simulate_bids(
        lots.frame,
        names,
        seed=int(seed),
        low_share=min(low, high) / 100,
        high_share=max(low, high) / 100,
        takes_part=part / 100,
    )
    return bids, asked


def _found(atlas: Atlas, lots: Lots, bids: pd.DataFrame, given: dict[str, scenario_panel.Input]) -> Award | None:
    most, least = given.get("most_lots"), rules.least_bidders(atlas)
    try:
        return tender_answers.award(
            lots.frame,
            bids,
            "most_lots" if given["aim"] == "most_lots" else "savings",
            None if most is None else int(float(str(most))),
            float(str(given["seconds"])),
            None if least is None else least.bidders,
        )
    except patience.Stopped:
        return None
    except InputError as error:
        st.html(blocks.notice("warning", t("These bids cannot be used: {why}", why=error)))
        return None


# --- the answer -------------------------------------------------------------------------------------------


def _answer(found: Award) -> None:
    evidence = _evidence(found)
    bids = tender_text.fates(found)
    st.html(
        cards.cards(
            [
                tender_text.card(t("Subsidy after the tender"), found.price_yuan, evidence),
                tender_text.card(t("Reserve of the lots sold"), found.reserve_yuan, evidence),
                tender_text.card(t("Saved"), found.saved_yuan, evidence),
                cards.card_text(t("Lots without a buyer"), figures.count(found.unsold), "", evidence),
            ]
        )
    )
    st.html(blocks.formula(_formula(found)))
    if alone := tender_text.single_bidder_words(found):
        st.html(blocks.notice("warning", alone))
    st.html(blocks.heading(t("Lots"), evidence, tender_text.accounted(bids)))
    st.html(
        tables.data_table(tender_text.lot_headers(), tender_text.lot_rows(found)[:MOST_SHOWN], "lrrlrrw", t("Lots"))
    )
    drawn = tender_text.drawn(found)
    if not drawn.empty:
        st.altair_chart(tender_charts.bids(drawn, theme.tokens(), current()), theme=None, key="tender_chart")
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


def _formula(found: Award) -> str:
    if not found.reserve_yuan:
        return t("No lot is sold.")
    return t(
        "({reserve} − {price}) ÷ {reserve} = {share}",
        reserve=figures.count(found.reserve_yuan),  # in full: with rounded ones a reader finds another share
        price=figures.count(found.price_yuan),
        share=figures.percent(100 * (found.saved_share or 0.0)),
    )


def _bids(atlas: Atlas, view: View, found: Award) -> None:
    bids = tender_text.fates(found)
    headers, rows = tender_text.bid_headers(), tender_text.bid_rows(bids)
    st.html(blocks.heading(t("Every bid"), _evidence(found), tender_text.accounted(bids)))
    st.html(tables.data_table(headers, rows[:MOST_SHOWN], "lllrlw", t("Every bid")))
    if len(rows) > MOST_SHOWN:
        words = t("The first {n} are shown; the file has all of them.", n=figures.count(MOST_SHOWN))
        st.html(blocks.credit(words))
    table = tender_text.as_file(headers, rows)
    take_away.answer(atlas, view, t("Every bid"), table, _said(found), "tender-bids", is_simulated=found.is_simulated)


def _lots_file(atlas: Atlas, view: View, found: Award) -> None:
    st.html(blocks.heading(t("The lots as a file"), _evidence(found)))
    table = tender_text.as_file(tender_text.lot_headers(), tender_text.lot_rows(found))
    take_away.answer(atlas, view, t("Lots"), table, _said(found), "tender-lots", is_simulated=found.is_simulated)


def _said(found: Award) -> Facts:
    return [(t("Formula"), _formula(found)), (t("How it was found"), scenario_text.run_words(found.run))]


def _scenario(found: Award, given: dict[str, scenario_panel.Input]) -> Answer:
    return Answer(
        question="tender",
        inputs=given,
        results={
            "reserve_yuan": found.reserve_yuan,
            "price_yuan": found.price_yuan,
            "saved_yuan": found.saved_yuan,
            "saved_share": found.saved_share,
            "unsold_lots": found.unsold,
        },
        is_demonstration=found.is_simulated,
        seed=int(float(str(given["seed"]))) if "seed" in given else None,
        run=found.run,
        of_place=False,
    )
