"""Streamlit's own index with a page's answer in it. What the app needs of the index stays as it is.

The text stands before the app's root: React clears the root as soon as it starts, seconds before the app has anything
to say. `first.js` takes it away when the app has its own headline.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from atlas.first import handing, head, listed, text, ways
from atlas.first.asked import Asked
from atlas.first.said import Said
from atlas.kept import app_files
from atlas.look import blocks, country_words, html, page_scripts
from atlas.look.colours import FONT, style_url
from atlas.look.html import Html, escape
from atlas.look.language import html_tag, pick, place_name, speaking, t
from atlas.view.page import Page
from atlas.view.state import View
from indicators import country, facts, places
from indicators.database import Atlas

SEARCH = "search"
FOLDER = Path(__file__).parent
_TITLE = re.compile(r"<title>[^<]*</title>")
_LANG = re.compile(r'<html lang="[^"]*">')
_NOSCRIPT = re.compile(r"<noscript>.*?</noscript>", re.DOTALL)
_ROOT = re.compile(r'<div id="root"></div>')
#: A pointer to Streamlit's interface for programs, which is closed here (atlas/guard/internals.py).
_ICON = re.compile(r'<link rel="shortcut icon"[^>]*>')
#: Streamlit's own typeface, which no page of ours is set in.
_FONT = re.compile(r'\s*<link\s+rel="preload"\s+href="[^"]*"\s+as="font"[^>]*>')
_STYLES = re.compile(r'\s*(<link rel="stylesheet"[^>]*>)')
_CLOSED = re.compile(r'\s*<!--(?:(?!-->).)*-->\s*<link rel="service-desc"[^>]*>', re.DOTALL)


@dataclass(frozen=True)
class Document:
    """A whole answer: its status, and whether a search engine may list it."""

    html: str
    status: int
    may_be_listed: bool


class OtherIndex(ValueError):
    """Streamlit's index is not made as we know it: it is served as it is."""


def made(atlas: Atlas, asked: Asked, depth: int = 0) -> Document:
    """The document of an address. depth: steps below the folder of the pages, where no app can take over.

    Raises OtherIndex.
    """
    country_words.use(country.words(atlas))
    with speaking(asked.lang):
        view = asked.view(atlas)
        page = None if asked.page is None else listed.page(asked.page)
        said = text.of(atlas, view, page, is_particular=asked.is_particular)
        parts = _Parts(head.tags(atlas, view, page, said), _body(atlas, view, page, said), html_tag())
    whole = parts.alone(depth) if depth else parts.within(app_files.index())
    return Document(whole, said.status, head.may_be_listed(said, page))


@dataclass(frozen=True)
class _Parts:
    tags: Html
    body: Html
    lang: str

    def within(self, index: str) -> str:
        """In Streamlit's index. Raises OtherIndex where a place for something is missing."""
        scripts = "".join(
            f'<script src="{escape(url)}"></script>\n'
            for url in map(page_scripts.url, ("theme", "first", "map-ability"))
        )
        whole = _once(_LANG, f'<html lang="{self.lang}">', index)
        # Nothing is shown before the styles are there: they come before sixty scripts that want the same line.
        first = "\n".join([self.tags, *_STYLES.findall(index), _style(), scripts])
        whole = _once(_TITLE, first, _STYLES.sub("", whole))
        whole = _once(_ICON, _icon(), whole)
        whole = _once(_NOSCRIPT, "", whole)
        whole = _once(_ROOT, f'{self.body}\n<div id="root"></div>', whole)
        whole = whole.replace("</head>", f"{_early()}</head>", 1)
        return _CLOSED.sub("", _FONT.sub("", whole))

    def alone(self, depth: int) -> str:
        """Without the app. All links count from the folder of the pages."""
        folder = f'<base href="{"../" * depth}">'
        return (
            f'<!DOCTYPE html>\n<html lang="{self.lang}">\n<head>\n<meta charset="UTF-8">\n{folder}\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"{_icon()}\n{self.tags}\n{_style()}\n</head>\n<body>\n{self.body}\n</body>\n</html>\n"
        )


def _once(place: re.Pattern[str], new: str, whole: str) -> str:
    found, times = place.subn(lambda _: new, whole)
    if times != 1:
        raise OtherIndex(f"Streamlit's index has {place.pattern!r} {times} times, not once")
    return found


@lru_cache(maxsize=1)
def _early() -> str:
    """What the app will ask for in any case is under way before the app runs."""
    return "".join(
        f'<link rel="modulepreload" crossorigin href="./{escape(file)}">\n' for file in app_files.asked_early()
    )


def _icon() -> str:
    """Under the name that the app looks for, to change it."""
    return f'<link rel="shortcut icon" href="{escape(handing.icon_url())}">'


@lru_cache(maxsize=1)
def _style() -> str:
    own = (FOLDER / "first.css").read_text(encoding="utf-8")
    font = f"#atlas-first {{ font-family: {FONT}; }}"
    return f'<link rel="stylesheet" href="{escape(style_url())}">\n<style>\n{own}{font}\n</style>'


def _body(atlas: Atlas, view: View, page: Page | None, said: Said) -> Html:
    """Menu, way, headline, answer, data: in the order of the app's own page."""
    way = _way(atlas, view) if said.status == 200 else ""
    words = t("The interactive map, the filters and the charts need JavaScript, which is turned off in this browser.")
    remark = f"<noscript>{blocks.notice('info', words)}</noscript>"
    inside = "\n".join([way, said.headline, remark, *said.parts, f"<footer>{text.data_of(atlas)}</footer>"])
    return Html(f'<div id="atlas-first">\n{_bar(atlas, view)}\n<main class="atlas-first-body">{inside}</main>\n</div>')


def _bar(atlas: Atlas, view: View) -> str:
    home = ways.to(atlas, view, listed.first().url_path, village_id=None)  # a bare query would stay on this page
    name = html.link(pick(facts.settings(atlas)["title"]), home)
    links = text.links(text.menu(atlas, view, lambda page: not page.section() or page.url_path == SEARCH))
    return f'<header class="atlas-first-bar">{name}<nav aria-label="{escape(t("App pages"))}">{links}</nav></header>'


def _way(atlas: Atlas, view: View) -> str:
    """From the nation down to what the page is about."""
    steps = [
        (place_name(one.name, one.name_en), ways.to(atlas, view, text.PLACE, place_id=one.place_id, village_id=None))
        for one in places.path(atlas, view.place_id)
    ]
    village = places.village(atlas, view.village_id) if view.village_id else None
    last = (village.name, None) if village else (steps[-1][0], None)
    return blocks.breadcrumb([*(steps if village else steps[:-1]), last])
