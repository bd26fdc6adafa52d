"""The head of a page's first HTML: title, description, the address it is known by, what a shared link shows."""

from __future__ import annotations

import os
import re
from html import unescape

from atlas.first import titles, ways
from atlas.first.said import Said
from atlas.look.html import Html, escape
from atlas.look.language import html_tag, pick
from atlas.view.page import Page
from atlas.view.state import View
from indicators import facts
from indicators.database import Atlas

SETTING = "ATLAS_INDEXING"
MOST_DESCRIPTION = 300  # characters; whoever shows it cuts at half of that
UNLISTED = frozenset({"correct", "correction", "corrections-list", "desk", "submit", "submission"})
_SIMULATED = "atlas-badge-simulated"
_TAG = re.compile(r"<[^>]*>")
_H1 = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)


def is_wanted() -> bool:
    """Whether search engines may list the atlas at all: ATLAS_INDEXING=off says no. Raises ValueError for another
    word."""
    said = os.environ.get(SETTING, "on")
    if said not in ("on", "off"):
        raise ValueError(f"{SETTING}: expected on or off")
    return said == "on"


def may_be_listed(said: Said, page: Page | None) -> bool:
    """Whether a search engine may quote it: what is simulated would stand there without its mark, and forms and the
    matters of single people are nobody's search."""
    shown = (said.headline, *said.parts)
    if page is not None and page.url_path in UNLISTED:
        return False
    return said.status == 200 and not said.rests_on_states and not any(_SIMULATED in one for one in shown)


def tags(atlas: Atlas, view: View, page: Page | None, said: Said) -> Html:
    """All of them, one a line."""
    title = titles.document(atlas, view, page)
    words = description(said)
    lines = [f"<title>{escape(title)}</title>", _meta("name", "description", words)]
    lines += [_meta("property", f"og:{name}", value) for name, value in _shared(atlas, title, words).items()]
    if not (is_wanted() and may_be_listed(said, page)):
        lines.append(_meta("name", "robots", "noindex"))
    if page is not None and said.status == 200:
        lines += _addresses(atlas, view, page)
    return Html("\n".join(lines))


def description(said: Said) -> str:
    """The headline's sentence as plain text."""
    found = _H1.search(said.headline)
    words = " ".join(unescape(_TAG.sub("", found[1] if found else "")).split())
    return words if len(words) <= MOST_DESCRIPTION else words[: MOST_DESCRIPTION - 1] + "…"


def _shared(atlas: Atlas, title: str, words: str) -> dict[str, str]:
    """Open Graph. No picture: none of ours says on itself what it rests on."""
    name = pick(facts.settings(atlas)["title"])
    return {
        "title": title,
        "description": words,
        "type": "website",
        "locale": html_tag().replace("-", "_"),
        "site_name": name,
    }


def _addresses(atlas: Atlas, view: View, page: Page) -> list[str]:
    """The one address of the page. Only the operator's own word makes it a whole one; relative it holds anywhere."""
    home = ways.public_home()
    found = home + ways.own(atlas, view, page, view.lang)
    lines = [f'<link rel="canonical" href="{escape(found)}">']
    if home:
        lines.append(_meta("property", "og:url", found))
        lines += [
            f'<link rel="alternate" hreflang="{hreflang(lang)}" href="{escape(home + there)}">'
            for lang, there in ways.alternates(atlas, view, page)
        ]
    return lines


def hreflang(lang: str | None) -> str:
    """A language as search engines name it; None is whoever speaks another one."""
    return html_tag(lang) if lang else "x-default"


def _meta(kind: str, name: str, content: str) -> str:
    return f'<meta {kind}="{name}" content="{escape(content)}">'
