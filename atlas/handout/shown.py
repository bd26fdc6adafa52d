"""A page as the frame would show it, for who runs it by itself."""

from __future__ import annotations

import streamlit as st

import pages
from atlas.look import country_words, language
from atlas.view.page import Page
from atlas.view.state import View
from atlas.work.refused import UnknownValue
from indicators import country
from indicators.database import Atlas


def page_of(name: str) -> Page:
    """By the end of its address. Raises UnknownValue."""
    known = {pages.module(one).PAGE.url_path: pages.module(one).PAGE for one in pages.names()}
    if name not in known:
        raise UnknownValue("page", sorted(known))
    return known[name]


def _elsewhere() -> None:
    """Other pages are there to be linked to; none of them is run."""


def show(atlas: Atlas, name: str, view: View) -> None:
    """One page as the frame would show it, with all others to link to."""
    country_words.use(country.words(atlas))
    language.use(view.lang)
    modules = {pages.module(one).PAGE.url_path: pages.module(one) for one in pages.names()}
    known = {
        path: st.Page(_elsewhere, title=path, url_path=path, default=number == 0) for number, path in enumerate(modules)
    }
    st.session_state["atlas_pages"] = known
    st.navigation(list(known.values()), position="hidden")
    modules[name].show(atlas, view)
