"""The page of a question of the planner: title, inputs, pieces of the answer, scenario bar, sources.

What differs from question to question is the question's own (`question.py`); a page shows it by `frame.show`.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from atlas.look import blocks, figures
from atlas.look.html import Html
from atlas.pieces.panels import sources_line
from atlas.planner import scope
from atlas.planner.question import A, Asking, F, NoAnswer, Question, Worked
from atlas.planner.scenario import panel
from atlas.view import controls, keeping, state
from atlas.view.state import View
from atlas.work import patience
from indicators.database import Atlas


def show(question: Question[A, F], atlas: Atlas, view: View) -> None:
    view = _of_today(question, atlas, view)
    controls.top_bar(atlas, view)
    heading = st.container()
    if question.is_of_place:
        controls.filters(atlas, view)
        scope.said(atlas, view)
    for draw in question.before:
        draw()
    ask = Asking(question, atlas, view)
    worked, right = _worked(question, ask, heading)
    if worked is not None:
        _title(heading, question, worked.ask, question.finding(worked))
        with right:
            for piece in question.beside:
                piece(worked)
        for piece in question.beneath:
            piece(worked)
        if question.scenario is not None:
            panel.bar(atlas, worked.view, question.scenario(worked))
    for stays in question.always:
        stays(ask)
    if worked is not None and question.sources:
        sources_line(atlas, list(question.sources))


def _of_today(question: Question[Any, Any], atlas: Atlas, view: View) -> View:
    """Names of inputs in a link from before become today's; in a running session such a name is another page's."""
    if not view.came_by_link or (moved := question.adopted(atlas, view)) == view:
        return view
    state.remember(moved)
    return moved


def _worked(
    question: Question[A, F], ask: Asking, heading: DeltaGenerator
) -> tuple[Worked[A, F] | None, DeltaGenerator]:
    """The answer, and where it goes; without one, why there is none is said there."""
    place: DeltaGenerator | None = None
    try:
        question.refuse(ask.atlas, ask.view)
        left, place = st.columns([2, 3], gap="large")
        with left:
            asked = question.ask(ask)
        with place:
            found = question.answer(ask.atlas, ask.view, asked)
        evidence = question.evidence(ask.atlas, ask.view, asked, found)
        return Worked(ask, asked, found, evidence), place
    except NoAnswer as none:
        finding, said = none.finding, none.said
    except patience.Stopped:
        finding, said = None, ()
    except question.errors as error:
        finding, said = None, (blocks.notice("warning", question.refused(error)),)
    _title(heading, question, ask, finding or _without_answer(question, ask.view))
    with place or nullcontext():
        for each in said:
            st.html(each)
    return None, heading


def _without_answer(question: Question[Any, Any], view: View) -> Html:
    """The question's label, and the day that it is asked of."""
    return blocks.finding(question.title(), [figures.day(view.as_of)] if question.is_of_place else [])


def _title(heading: DeltaGenerator, question: Question[Any, Any], ask: Asking, finding: Html) -> None:
    """What is found; where no scenario bar does it below, with what one takes along."""
    with heading:
        st.html(finding)
        if question.scenario is None:
            keeping.report(ask.atlas, ask.view, question.title(), "")
