"""The inputs of "tender" as widgets, a file of bids, and the tender that they make."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from atlas.intake import allowed
from atlas.look import blocks, figures
from atlas.look.language import nt, t
from atlas.planner.question import Asking
from atlas.planner.subsidy import text as subsidy_text
from atlas.planner.tender import inputs, text
from atlas.planner.tender.text import BidFileError, Lots
from atlas.view import state, uploads
from indicators.published import rules
from planning.money import subsidy
from planning.tender import auction
from planning.tender.auction import Objective

RULE_LOTS = "L1, 24500, 2450"  # K and O in 10,000: by the rule for remote villages 11,760
OWN_LOTS = "L1, 11760"  # where no rule is declared
BIDS = "A, L1, 11000\nB, L1, 10200\nC, L1, 11500"
LONG_BIDS = "tender_long_bids"  # in the session: bids of a file too long for an address


@dataclass(frozen=True)
class Asked:
    """seed: of simulated bids, else None."""

    lots: Lots
    bids: pd.DataFrame
    objective: Objective
    most_lots: int | None
    limit_s: float
    seed: int | None


def asked(ask: Asking) -> Asked:
    lots = _lots(ask)
    is_simulated = ask(inputs.SOURCE) == inputs.SIMULATED
    bids, seed = _simulated(ask, lots) if is_simulated else (_given(ask), None)
    objective: Objective = "most_lots" if ask(inputs.AIM) == inputs.MOST_LOTS_FIRST else "savings"
    most = ask(inputs.MOST_LOTS)
    return Asked(lots, bids, objective, None if most is None else int(most), ask(inputs.SECONDS), seed)


def _lots(ask: Asking) -> Lots:
    held = subsidy.in_force(subsidy.rules_from(rules.subsidy_rules(ask.atlas)), None)
    categories = subsidy_text.category_words(
        {rule.category: subsidy_text.CATEGORIES.get(rule.category, rule.category) for rule in held}
    )
    lots = text.read_lots(ask(inputs.LOTS, usual=RULE_LOTS if held else OWN_LOTS), held, categories)
    for line, why in lots.refused:
        st.html(blocks.notice("warning", t("Line {n}: {why}", n=line, why=why)))
    st.html(blocks.credit(_reserve_words(lots)))
    return lots


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


def _given(ask: Asking) -> pd.DataFrame:
    """Bids from the box, which a file can fill."""
    st.file_uploader(
        t("A file of bids (CSV or Excel)"),
        type=["csv", "xlsx", "xls", "ods"],
        key="tender_file",
        max_upload_size=allowed.SMALL_MB,
        on_change=_take_file,
        args=(ask,),
    )
    if failure := st.session_state.get("tender_file_failure"):
        st.html(blocks.notice("warning", t("The file cannot be read: {why}", why=failure)))
    if long_text := st.session_state.get(LONG_BIDS):
        words = t(
            "{n} bids from a file: too many for a link, but the scenario's file holds them.",
            n=figures.count(len(long_text.splitlines())),
        )
        st.html(blocks.notice("info", words))
        ask.hold(inputs.BIDS, long_text)
        return text.read_bids(long_text)
    return text.read_bids(ask(inputs.BIDS, usual=BIDS))


def _take_file(ask: Asking) -> None:
    """The bids of a file go into the box, and so into the link; too long for it, they stay in the session."""
    file = st.session_state.get("tender_file")
    st.session_state.pop("tender_file_failure", None)
    st.session_state.pop(LONG_BIDS, None)
    if not isinstance(file, UploadedFile):
        return
    try:
        with allowed.small_turn(), uploads.taken(file) as data:
            lines = text.lines_of_file(file.name, data.read())
    except (allowed.Full, allowed.Stopped):
        words = t("Other files of bids are being read. Choose the file again in a moment.")
        st.session_state["tender_file_failure"] = words
        return
    except BidFileError as error:
        st.session_state["tender_file_failure"] = str(error)[:300]
        return
    if len(lines) > state.INPUT_CHARACTERS:
        st.session_state[LONG_BIDS] = lines
    else:
        state.change(ask.view, inputs=ask.changed({inputs.BIDS: lines}).inputs)


def _simulated(ask: Asking, lots: Lots) -> tuple[pd.DataFrame, int]:
    """Bids by chance, and the seed that makes the same ones again."""
    bidders, low, high = ask(inputs.BIDDERS), ask(inputs.LOW), ask(inputs.HIGH)
    part, seed = ask(inputs.PART), int(ask(inputs.SEED))
    bids = auction.simulate_bids(
        lots.frame,
        [f"B{n + 1}" for n in range(int(bidders))],
        seed=seed,
        low_share=min(low, high) / 100,
        high_share=max(low, high) / 100,
        takes_part=part / 100,
    )
    return bids, seed
