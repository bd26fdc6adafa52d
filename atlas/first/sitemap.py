"""What search engines are told: which addresses are pages, and in which languages each can be read.

Listed is only what may be listed (head.py): a page of simulated states is found by who follows links, and by nobody's
search. Villages are left out; each is linked from the page of the place that it lies in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from atlas.first import document, head, listed, ways
from atlas.first.asked import Asked
from atlas.look.html import escape
from atlas.view import questions, state
from atlas.view.page import Page
from atlas.view.state import View
from indicators import facts, places
from indicators.database import Atlas

MOST = 50_000  # addresses of one file, by the protocol
SEARCH = "search"  # asks for a word, and says nothing by itself


def made(atlas: Atlas, home: str) -> str:
    """The list under the operator's address `home`, each page in every language."""
    view = state.read(atlas, {}, str(facts.settings(atlas)["default_language"]))
    entries = [entry for one, page in _pages(atlas, view) for entry in _entries(atlas, one, page, home)]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
        + "\n".join(entries[:MOST])
        + "\n</urlset>\n"
    )


def _pages(atlas: Atlas, view: View) -> Iterator[tuple[View, Page]]:
    """The pages of the whole country, then the page of each place that is drawn or counted, from the largest down."""
    for module in listed.page_modules():
        page = module.PAGE
        if page.url_path != SEARCH and page.is_there(atlas) and _may_be_listed(atlas, view, page):
            yield view, page
    place = listed.page("place")
    assert place is not None
    for level in places.levels(atlas)[1:-2]:
        found = questions.table(atlas, view, "unconnected_villages", level)
        for row in found[found["value"].notna() & (found["evidence"] != "simulated")].to_dict("records"):
            yield replace(view, place_id=str(row["place_id"])), place


def _may_be_listed(atlas: Atlas, view: View, page: Page) -> bool:
    name = "" if page is listed.first() else page.url_path
    asked = Asked(name, view.lang, None, view.standard, view.as_of, is_particular=False)
    return document.made(atlas, asked).may_be_listed


def _entries(atlas: Atlas, view: View, page: Page, home: str) -> Iterator[str]:
    found = ways.alternates(atlas, view, page)
    others = "".join(
        f'<xhtml:link rel="alternate" hreflang="{head.hreflang(lang)}" href="{escape(home + there)}"/>'
        for lang, there in found
    )
    for lang, there in found:
        if lang:
            yield f"<url><loc>{escape(home + there)}</loc>{others}</url>"
