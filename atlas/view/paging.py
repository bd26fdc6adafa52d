"""Which page of a long list is shown, where turning it needs no address of its own."""

from __future__ import annotations

import math

import streamlit as st

from atlas.look import figures
from atlas.look.language import t


def page_of(rows: int, per_page: int, name: str, of: object = None) -> int:
    """The page chosen, from 1; a list of one page has no box. `name` tells its box from
    others; another list `of` what is shown (without it: one of another length) begins at its first page."""
    pages = math.ceil(rows / per_page)
    if pages < 2:
        return 1
    with st.container(key=f"noprint_{name}_page"):
        label = t("Page (of {n})", n=figures.count(pages))
        key = f"{name}_page_{pages if of is None else of}"
        return int(st.number_input(label, 1, pages, key=key, width=190))
