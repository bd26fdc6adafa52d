"""An address that names no page: Streamlit would say so in an English dialog over the first page."""

from __future__ import annotations

import re
from collections.abc import Collection

import streamlit as st
from streamlit.navigation.page import StreamlitPage
from streamlit.runtime.scriptrunner import get_script_run_ctx

from atlas.look import blocks
from atlas.look.addresses import address
from atlas.look.language import t
from atlas.view.state import View

ASKED = "wrong_address"  # in the session: reruns know a page by its number only, which has to stay
NAME = re.compile(r"[\w-]{1,80}", re.ASCII)


def page(known: Collection[str], first: str, view: View) -> StreamlitPage | None:
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
    return st.Page(lambda: _show(name, view), title=t("No such page"), url_path=name, visibility="hidden")


def _show(name: str, view: View) -> None:
    st.html(blocks.finding(t("No such page"), [t("There is no page “{name}”.", name=name)]))
    words = t("The address may be mistyped or come from another edition of the atlas.")
    links = [
        (t("Overview"), address("") + view.link(village_id=None)),
        (t("Search"), address("search") + view.link()),
    ]
    st.html(blocks.notice("info", words, links))
