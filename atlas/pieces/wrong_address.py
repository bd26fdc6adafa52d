"""An address that names no page, or a place that the atlas does not hold: what the reader is told in its stead.

Of a page that is not there Streamlit would say so in an English dialog over the first page; of a place, the first HTML
says the same with status 404 (atlas/first/).
"""

from __future__ import annotations

import re
from collections.abc import Collection

import streamlit as st
from streamlit.navigation.page import StreamlitPage
from streamlit.runtime.scriptrunner import get_script_run_ctx

from atlas.look import blocks
from atlas.look.addresses import address
from atlas.look.html import Html
from atlas.look.language import t
from atlas.view import controls
from atlas.view.state import View
from indicators.database import Atlas

ASKED = "wrong_address"  # in the session: reruns know a page by its number only, which has to stay
FIRST = "overview"
NAME = re.compile(r"[\w-]{1,80}", re.ASCII)


def page(known: Collection[str], first: str, atlas: Atlas, view: View) -> StreamlitPage | None:
    """A hidden page for the name in the address, where no page has it; None where one has.

    The first page stands at the folder itself; asked for by its own name (`first`) it is shown all the same.
    """
    context = get_script_run_ctx()
    asked = context.pages_manager.intended_page_name if context else None
    if context and asked == first:
        context.pages_manager.set_script_intent("", "")
        return None
    name = asked or st.session_state.get(ASKED)
    if not name or not NAME.fullmatch(name) or name in known:
        return None
    st.session_state[ASKED] = name
    return st.Page(
        lambda: _show(atlas, view, no_page(view)), title=t("No such page"), url_path=name, visibility="hidden"
    )


def show_no_place(atlas: Atlas, view: View) -> None:
    """In the stead of any page whose address names a place that there is not."""
    _show(atlas, view, no_place(view))


def _show(atlas: Atlas, view: View, said: Html) -> None:
    controls.top_bar(atlas, view)
    st.html(said)


def no_page(view: View) -> Html:
    """What stands at an address that is none."""
    words = t("The address may be mistyped or come from another edition of the atlas.")
    return _said(t("No such page"), t("There is no page at this address."), words, view)


def no_place(view: View) -> Html:
    """What stands at an address with the code of no place."""
    words = t("The code may be mistyped, or of another year: codes change when places are merged or renamed.")
    return _said(t("No such place"), t("The atlas holds no place or village of this code."), words, view)


def _said(title: str, beneath: str, words: str, view: View) -> Html:
    links = [
        (t("Search by name"), address("search") + view.link(village_id=None)),
        (t("Overview"), address(FIRST) + view.link(village_id=None)),  # a bare query would stay on this page
    ]
    return Html(f"{blocks.finding(title, [beneath])}{blocks.notice('info', words, links)}")
