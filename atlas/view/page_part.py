"""A part of a page that is run again by itself, as `st.fragment`, and knows that its build may be gone by then."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

import streamlit as st

from indicators.database import Atlas

P = ParamSpec("P")


def page_part(show: Callable[Concatenate[Atlas, P], None]) -> Callable[Concatenate[Atlas, P], None]:
    """Decorator. A part keeps the atlas of the run that drew it; once that is closed, the whole page runs anew."""

    @wraps(show)
    def run(atlas: Atlas, *args: P.args, **named: P.kwargs) -> None:
        with atlas.reading():
            if not atlas.is_open:
                st.rerun()
            show(atlas, *args, **named)

    return st.fragment(run)
