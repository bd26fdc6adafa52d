"""What somebody does at the desk: done, and said on the page that is drawn anew; or refused, and said why."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from atlas.look import blocks, figures
from atlas.look.language import said_again
from atlas.view import state
from atlas.view.state import View
from desk.errors import Refused
from importer.errors import Problem

DONE = "desk_done"  # in the session: what was done last, in words


def act(view: View, do: Callable[[], object], done: str) -> None:
    """Do it and show the page anew, or say why not."""
    try:
        do()
    except Refused as refused:
        st.html(blocks.notice("warning", said_again(refused.said)))
    except Problem as problem:
        st.html(blocks.notice("warning", figures.sentence([said_again(problem.found), said_again(problem.next_step)])))
    else:
        st.session_state[DONE] = done
        state.go_to(view)


def say_done() -> None:
    """What was done in the run before this one, once."""
    if done := st.session_state.pop(DONE, None):
        st.html(blocks.notice("info", done))
