"""How a page is cited: place, question, value, date, release and address, as BibTeX and by GB/T 7714."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from html import unescape

import streamlit as st

from atlas.look import blocks, figures
from atlas.look.language import pick, t
from atlas.view import keeping, state
from atlas.view.page import Page
from atlas.view.state import View
from ground.visible import visible
from indicators import facts
from indicators.database import Atlas

#: BibTeX counts braces, written with a stroke before them or not; a stroke before ~ or ^ is an accent on what follows.
_TEX = {letter: f"\\{letter}" for letter in "&%$#_"} | {
    "{": r"{\textbraceleft}",
    "}": r"{\textbraceright}",
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
    "\\": r"{\textbackslash}",
}


@dataclass(frozen=True)
class Cited:
    """What a citation says; `published` is the day of the release, "" of a build that is none."""

    title: str
    atlas: str
    release: str
    published: str
    address: str
    looked_on: date


def show(atlas: Atlas, view: View, page: Page | None, document_title: str) -> None:
    """In a closed fold at the end of each page; made for who opens it."""
    with st.container(key="noprint_cite"):
        fold = st.expander(t("Cite this page"), key="cite", on_change="rerun")
        if fold.open:
            with fold:
                _shown(atlas, view, _said(atlas, view, page) or document_title)


def _said(atlas: Atlas, view: View, page: Page | None) -> str:
    """What the page found, which is its headline: place, question and value."""
    if page is None or page.headline is None or view.unknown_place:
        return ""
    lines = re.findall(r"<h1>(.*?)</h1>|<span>(.*?)</span>", str(page.headline(atlas, view)), re.DOTALL)
    said = [unescape(re.sub(r"<[^>]+>", "", h1 or more)).strip() for h1, more in lines]
    return figures.sentence(filter(None, said))


def _shown(atlas: Atlas, view: View, title: str) -> None:
    number = facts.release(atlas)
    if not number:
        told = t("This build is not a release: the same address may show another number later.")
        st.html(blocks.notice("warning", told))
    cited = made(atlas, view, title)
    st.html(blocks.credit(t("The address below shows these numbers for ever.") if number else t("Address of today:")))
    st.code(cited.address, language=None, wrap_lines=True)
    st.html(blocks.credit("GB/T 7714"))
    st.code(gbt(cited), language=None, wrap_lines=True)
    st.html(blocks.credit("BibTeX"))
    st.code(bibtex(cited), language=None, wrap_lines=True)


def made(atlas: Atlas, view: View, title: str) -> Cited:
    """What the page says, with the address that names the release."""
    built = facts.build_facts(atlas)
    number = facts.release(atlas)
    wanted = state.View(**{**view.__dict__, "release": number})
    return Cited(
        _line(title),
        _line(pick(facts.settings(atlas)["title"])),
        number or atlas.build_id,
        built["built_at"][:10],
        keeping.permalink(wanted),
        date.today(),
    )


def gbt(cited: Cited) -> str:
    """GB/T 7714—2015, an online database: 题名[DB/OL]. (发布日期)[引用日期]. 地址."""
    dates = f"({cited.published})[{cited.looked_on}]"
    return f"{cited.atlas}. {cited.title}[DB/OL]. {cited.release}. {dates}. {cited.address}."


def bibtex(cited: Cited) -> str:
    """An entry of the kind misc, whose values cannot leave their braces."""
    key = re.sub(r"[^A-Za-z0-9]+", "-", f"atlas-{cited.release}").strip("-")
    fields = {
        "title": cited.title,
        "howpublished": cited.atlas,
        "version": cited.release,
        "year": cited.published[:4],
        "url": cited.address.replace("{", "%7B").replace("}", "%7D"),
        "urldate": cited.looked_on.isoformat(),
    }
    lines = [f"  {name} = {{{value if name == 'url' else _tex(value)}}}" for name, value in fields.items()]
    return f"@misc{{{key},\n" + ",\n".join(lines) + "\n}"


def _tex(text: str) -> str:
    return "".join(_TEX.get(letter, letter) for letter in text)


def _line(text: str) -> str:
    """On one line, and nothing in it that nobody sees."""
    return " ".join(visible(text).split())
