"""One page without a browser: how a test runs it, and what it reads of it."""

from __future__ import annotations

import html
import re

import pytest
from streamlit.testing.v1 import AppTest

from indicators.database import Atlas

WAIT_S = 90


def one_page(name: str, query: dict[str, str], lang: str, kept: list[str] | None = None) -> None:
    """Runs inside AppTest, which takes its text and none of this file's names: one page as the frame would show it,
    with all others to link to. kept: scenarios that the visitor has kept before."""
    from functools import partial

    import streamlit as st

    import pages
    from atlas.look import country_words, language
    from atlas.maps import layers
    from atlas.planner.scenario import panel
    from atlas.view import state
    from indicators import country, database

    with database.reading() as atlas:
        country_words.use(country.words(atlas))
        language.use(lang)
        view = state.read(atlas, query, lang, layers.offer())
        paths = [pages.module(one).PAGE.url_path for one in pages.names()]
        st.session_state["atlas_pages"] = {
            path: st.Page(partial(int), title=path, url_path=path, default=path == "overview") for path in paths
        }
        st.session_state.setdefault(panel.KEPT, kept or [])
        st.navigation(list(st.session_state["atlas_pages"].values()), position="hidden")
        pages.module(name).show(atlas, view)


def run(
    monkeypatch: pytest.MonkeyPatch,
    atlas: Atlas,
    name: str,
    query: dict[str, str],
    lang: str = "en",
    kept: list[str] | None = None,
) -> AppTest:
    """The page `name` (the name of its file), run once without an exception."""
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(atlas.path.parent))
    page = AppTest.from_function(
        one_page, kwargs={"name": name, "query": query, "lang": lang, "kept": kept}, default_timeout=WAIT_S
    )
    page.run()
    assert not page.exception, (name, query, lang, [error.value for error in page.exception])
    return page


def markup(page: AppTest) -> str:
    """All the HTML that a page shows."""
    return " ".join(str(one.proto.body) for one in page.get("html"))


def shown(page: AppTest) -> str:
    """The page's HTML with its entities as the characters that they stand for."""
    return html.unescape(markup(page))


def words(text: str) -> str:
    """The visible text of a piece of HTML; a day in a headline is kept together, which parts no words."""
    text = re.sub(r'<span class="atlas-day">([^<]*)</span>', r"\1", text)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text))).strip()
