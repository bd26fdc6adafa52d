"""Tender: the least subsidy asked for wins. Lots, reserves by the subsidy rule, bids, and every bid's fate."""

from __future__ import annotations

from atlas.look import blocks
from atlas.look.language import mark, t
from atlas.planner.question import SHARE, NoAnswer, Question, Result, Worked
from atlas.planner.scenario.answer import Answer
from atlas.planner.tender import answers, inputs, pieces, text
from atlas.planner.tender.asked import Asked, asked
from atlas.view.state import View
from indicators.database import Atlas
from indicators.published import rules
from planning.inputs import InputError
from planning.tender.auction import Award

RESULTS = (
    Result("reserve_yuan", mark("Reserve"), "yuan"),
    Result("price_yuan", mark("Price"), "yuan"),
    Result("saved_yuan", mark("Saved"), "yuan"),
    Result("saved_share", mark("Saved, share of the reserve"), SHARE),
    Result("unsold_lots", mark("Lots without a buyer")),
)


def _answer(atlas: Atlas, view: View, asked: Asked) -> Award:
    """Raises NoAnswer without lots."""
    least = rules.least_bidders(atlas)
    if asked.lots.frame.empty:
        raise NoAnswer(blocks.notice("info", text.least_bidders_words(least)), finding=pieces.nothing_sold())
    return answers.award(
        asked.lots.frame,
        asked.bids,
        asked.objective,
        asked.most_lots,
        asked.limit_s,
        None if least is None else least.bidders,
    )


def _scenario(awarded: Worked[Asked, Award]) -> Answer:
    found = awarded.found
    return Answer(
        question=QUESTION.name,
        inputs=awarded.ask.given,
        results={
            "reserve_yuan": found.reserve_yuan,
            "price_yuan": found.price_yuan,
            "saved_yuan": found.saved_yuan,
            "saved_share": found.saved_share,
            "unsold_lots": found.unsold,
        },
        is_demonstration=awarded.is_simulated,
        seed=awarded.asked.seed,
        run=found.run,
        of_place=False,
    )


QUESTION = Question(
    name="tender",
    label=pieces.LABEL,
    inputs=inputs.INPUTS,
    ask=asked,
    answer=_answer,
    evidence=lambda atlas, view, asked, found: "simulated" if found.is_simulated else "assumed",
    finding=pieces.finding,
    results=RESULTS,
    is_of_place=False,
    errors=(InputError,),
    refused=lambda error: t("These bids cannot be used: {why}", why=error),
    beside=(pieces.key_figures, pieces.least_bidders),
    beneath=(pieces.every_bid, pieces.lots_as_a_file),
    scenario=_scenario,
)
