"""Pieces of a page that are the same for everybody who looks at the same: made once, then sent as they are.

Most visitors look at the same few views, and most of what a page says of one is markup that depends on nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import wraps
from typing import Concatenate, ParamSpec

import streamlit as st

from atlas.kept.single_flight import SingleFlight
from atlas.look import theme
from atlas.look.html import Html
from atlas.look.language import current
from indicators.database import Atlas

P = ParamSpec("P")
Pieces = tuple[Html, ...]
HELD_BYTES = 32 << 20
BYTES_A_LETTER = 2  # most of Chinese
BYTES_OF_A_KEY = 2_000  # a view with all that it may ask


def weigh(pieces: Pieces) -> int:
    """Bytes that kept pieces take."""
    return BYTES_OF_A_KEY + BYTES_A_LETTER * sum(map(len, pieces))


_held: SingleFlight[tuple[Hashable, ...], Pieces] = SingleFlight(HELD_BYTES, weigh)


def kept(make: Callable[Concatenate[Atlas, P], Pieces]) -> Callable[Concatenate[Atlas, P], Pieces]:
    """Decorator. What `make` returns depends on its arguments, language and theme, and on nothing else of a visitor; it
    draws nothing by itself.
    """
    name = f"{make.__module__}.{make.__qualname__}"

    @wraps(make)
    def at_hand(atlas: Atlas, /, *args: P.args, **named: P.kwargs) -> Pieces:
        key = (str(atlas.path), name, current(), theme.current(), args, tuple(sorted(named.items())))
        return _held.get(key, lambda: make(atlas, *args, **named))

    return at_hand


def draw(pieces: Pieces) -> None:
    """On the page, one beneath the other."""
    for one in pieces:
        st.html(one)


def draw_opened(words: str, key: str, make: Callable[[], Pieces]) -> None:
    """In a closed fold of that heading: pieces are made and sent only to who opens it. On paper it stands for nothing.

    key: of the fold, the same at each run.
    """
    with st.container(key=f"noprint_{key}"):
        fold = st.expander(words, key=key, on_change="rerun")
        if fold.open:
            with fold:
                draw(make())
