"""What the page of sharing is made of: key figures, map, before and after, counties, next year."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from atlas.files import take_away
from atlas.look import blocks, cards, figures, html, tables
from atlas.look.language import mark, nt, t
from atlas.planner import scope
from atlas.planner.cost import text as cost_text
from atlas.planner.question import Worked
from atlas.planner.sharing import answers, inputs, text
from atlas.planner.sharing import map as sharing_map
from atlas.planner.sharing.answers import Asked, Shared
from atlas.planner.sharing.asked import Wanted
from atlas.planner.sharing.text import Operators
from atlas.view import controls
from atlas.view.state import View
from ground.units import TEN_THOUSAND
from indicators.database import Atlas
from planning.inputs import InputError
from planning.sharing import targets

LABEL = mark("Sharing among operators")
MOST_SHOWN = 200
Given = Worked[Wanted, Shared]


def finding(given: Given) -> html.Html:
    found, evidence = given.found, given.evidence
    before, after = text.largest(found.by_count), text.largest(found.by_cost)
    words = t(
        "shared by cost, the greatest deviation from a target is {after}; counted, it is {before}",
        after=figures.percent(None if after is None else 100 * after),
        before=figures.percent(None if before is None else 100 * before),
    )
    title = scope.headline(given.atlas, given.view, evidence, words)
    return blocks.finding(title, [t("area responsibility")], evidence)


def demonstration(given: Given) -> None:
    if given.is_simulated:
        words = t(
            "States or positions are simulated: this is a demonstration. A register of villages with surveyed "
            "positions makes it a plan."
        )
        st.html(blocks.notice("info", words))


def key_figures(given: Given) -> None:
    atlas, view, found, asked, evidence = given.atlas, given.view, given.found, given.asked.sharing, given.evidence
    in_row = [
        cards.card_text(t("Villages to share"), figures.compact(len(found.villages)), "", evidence),
        _total_card(atlas, view, found, asked, evidence),
        cards.card_text(t("Most off the target, counted"), _percent(text.largest(found.by_count)), "", evidence),
        cards.card_text(t("Most off the target, by cost"), _percent(text.largest(found.by_cost)), "", evidence),
    ]
    st.html(cards.cards(in_row))
    st.html(blocks.credit(text.example()))
    if found.chosen.without_cost:
        words = nt(
            "{n} village has no known cost: nobody was given it.",
            "{n} villages have no known cost: nobody was given them.",
            found.chosen.without_cost,
            n=figures.count(found.chosen.without_cost),
        )
        st.html(blocks.notice("unknown", words))
    st.html(blocks.credit(_proof(found)))
    is_placed = bool(answers.rows(atlas, view)["is_placed"].fillna(True).any())
    if asked.cost is not None and asked.cost.takes_placed and is_placed:
        st.html(blocks.credit(cost_text.placed_words()))


def _total_card(atlas: Atlas, view: View, found: Shared, asked: Asked, evidence: str) -> html.Html:
    """P50 with P80 where the model prices the villages; shared out are central values."""
    whole = answers.total(atlas, view, asked)
    if whole is not None:
        return cost_text.total_card(t("Cost of construction"), whole, cost_text.CAPEX, evidence)
    amount = found.by_cost.fairness["cost_yuan"].sum()
    return cards.card_text(t("Cost of construction"), *figures.money_parts(amount), evidence)


def before_and_after(given: Given) -> None:
    found, evidence = given.found, given.evidence
    st.html(
        blocks.heading(
            t("Before and after"), evidence, t("the same targets, once with villages counted and once weighted by cost")
        )
    )
    rows = text.load_rows(found.by_count, found.by_cost)
    st.html(tables.data_table(text.load_headers(), rows, "lrrrrrrr", t("Before and after")))


def _percent(share: float | None) -> str:
    return figures.percent(None if share is None else 100 * share)


def _proof(found: Shared) -> str:
    return figures.sentence(
        [
            t(
                "whole ⟨outlined_plural⟩ alone: {share} off",
                share=_percent(found.chosen.counties_only_deviation_share),
            ),
            t("⟨outlined_plural⟩ with more than one operator: {n}", n=figures.count(found.chosen.split_counties)),
            text.proof_words(found.chosen),
        ]
    )


def counties_map(given: Given) -> None:
    table = text.counties(given.atlas, given.found.chosen)
    names = [name for name, _ in given.asked.sharing.share]
    sharing_map.show(given.atlas, given.view.place_id, table, names, given.evidence)


def counties(given: Given) -> None:
    atlas, view, found, asked, evidence = given.atlas, given.view, given.found, given.asked.sharing, given.evidence
    table = text.counties(atlas, found.chosen)
    st.html(blocks.heading(t("⟨Outlined_plural⟩ and operators"), evidence))
    rows = text.county_rows(table)
    with st.container(height=460 if len(rows) > 12 else "content"):
        headers = text.county_headers()
        st.html(tables.data_table(headers, rows[:MOST_SHOWN], "lllrrl", t("⟨Outlined_plural⟩ and operators")))
    is_simulated = given.is_simulated
    said = [
        (t("Targets"), figures.sentence(f"{name} {_percent(part)}" for name, part in asked.share)),
        (t("How it was found"), _proof(found)),
    ]
    st.html(blocks.heading(t("⟨Outlined_plural⟩ as a file"), evidence))
    take_away.answer(
        atlas,
        view,
        t("⟨Outlined_plural⟩ and operators"),
        text.county_file(table),
        said,
        "sharing-counties",
        is_simulated=is_simulated,
    )
    st.html(blocks.heading(t("Villages as a file"), evidence))
    villages = text.village_file(found.chosen, found.villages, atlas)
    take_away.answer(
        atlas, view, t("Villages and operators"), villages, said, "sharing-villages", is_simulated=is_simulated
    )


def next_year(given: Given) -> None:
    """Weights move towards the market; what is unfinished is carried over and costs a penalty."""
    found, operators, ask = given.found, given.asked.operators, given.ask
    st.html(
        blocks.heading(t("Next year"), "assumed", t("w ← w + η (market share − w); what is unfinished is owed first"))
    )
    left, right = st.columns([2, 3], gap="large")
    with left:
        eta, penalty, done_text = ask(inputs.ETA), ask(inputs.PENALTY), ask(inputs.DONE)
    share = pd.Series(dict(given.asked.sharing.share))
    done, refused = text.read_shares(done_text)
    refused += [(n, why) for n, why in text.strangers(done_text, share.index)]
    with right:
        for line, why in refused:
            st.html(blocks.notice("warning", t("Line {n}: {why}", n=line, why=why)))
        market, later = _later(share, operators, eta)
        ended = text.year_end(found.chosen, done, penalty / 100)
        rows = text.next_rows(share, later, ended)
        st.html(tables.data_table(text.next_headers(), rows, "lrrrrr", t("Next year")))
        own, owed = text.next_year(share if later is None else later, market, ended, TEN_THOUSAND)
        changes = {inputs.OPERATORS: own, inputs.OWED: owed or None, inputs.DONE: None}
        wanted = ask.changed(changes | dict.fromkeys(inputs.WEIGHTS.values()))
        controls.page_button(t("Share next year's villages so"), ask.question.name, wanted, ":material/redo:")
        st.html(blocks.credit(t("It opens this page with next year's shares, and with what is carried over as owed.")))


def _later(share: pd.Series, operators: Operators, eta: float) -> tuple[pd.Series | None, pd.Series | None]:
    """Market shares and next year's weights, where a market share is given for each operator."""
    if "market" not in operators.frame.columns:
        st.html(
            blocks.credit(t("Next year's shares need a market share for each operator: the fourth value of its line."))
        )
        return None, None
    try:
        market = targets.targets(operators.frame, {"market": 1.0}).share
        return market, targets.next_share(share, market, eta)
    except InputError as error:
        st.html(blocks.notice("warning", t("These targets cannot be used: {why}", why=error)))
        return None, None
