"""What a visitor takes along from a place page: its link, a printed page with a QR code, a report of an error."""

from __future__ import annotations

import io
from contextvars import ContextVar
from urllib.parse import quote

import segno
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from atlas.look import blocks, figures, html
from atlas.look.html import Html
from atlas.look.language import pick, t
from atlas.view import page
from atlas.view.handout_asked import FORMATS, LONGEST_NAME, LONGEST_NOTE, HandoutFile
from atlas.view.state import View, query
from indicators import facts
from indicators.database import Atlas

QR_WIDTH_PX = 116
LONGEST_MAIL = 1800  # mail programmes cut longer addresses
#: Where the buttons of the page that is being drawn stand; a page adds to them once it knows its title.
_bar: ContextVar[DeltaGenerator] = ContextVar("atlas_keeping_bar")


def permalink(view: View) -> str:
    """The whole address of this page."""
    base = (st.context.url or "").split("?")[0]
    return base + view.link(question=None)


def bar(view: View) -> None:
    """Print, a handout and the link, on every page; not printed itself."""
    held = st.container(horizontal=True, width="content", key="noprint_keeping")
    with held:
        st.html(blocks.print_button(t("Print")), width="content")
        handout(view)
        words = blocks.copy_button(t("Copy link"), t("Link copied"), t("Link to this view"))
        st.html(words, width="content")
    _bar.set(held)


def handout(view: View) -> None:
    """The page on one or two sheets, as PDF or Word, with a name and a note on it if the reader wants."""
    if not (name := page.shown.get()):
        return
    with st.popover(t("Handout"), icon=":material/description:"):
        by = st.text_input(
            t("Made by (optional)"), key="handout_by", max_chars=LONGEST_NAME, placeholder=t("name or office")
        )
        note = st.text_area(t("Notes (optional)"), key="handout_note", max_chars=LONGEST_NOTE, height=80)
        links = [
            (words, HandoutFile(name, suffix, view.lang, view.link(question=None)[1:], by.strip(), note.strip()).url())
            for suffix, words in FORMATS.items()
        ]
        st.html(blocks.file_links(t("This page on A4"), links))
        st.html(blocks.credit(t("Headline, map, key figures, table, sources and date; made in a few seconds.")))


def qr_code(view: View) -> None:
    """The page's address as a code that a phone reads from paper."""
    drawn = io.BytesIO()
    segno.make(permalink(view), error="m").save(drawn, kind="svg", scale=4, border=2, dark="#000", light="#fff")
    with st.container(key="qr_code"):
        st.image(drawn.getvalue().decode(), width=QR_WIDTH_PX, alt=t("QR code of this page's address"))
        st.html(blocks.credit(t("This page's address")))


def report(atlas: Atlas, view: View, title: str, figure_in_question: str) -> None:
    """A button beside the others that reports an error: of a village on the page for it; of anything else by a mail
    with everything filled in, to the office that the profile names; without one, the text to copy."""
    with _bar.get():
        if view.village_id:
            correct(view)
        else:
            _report(atlas, view, title, figure_in_question)


def correct(view: View) -> None:
    """The way to the page that takes corrections of villages."""
    page_of_it = st.session_state["atlas_pages"]["correct"]
    st.page_link(page_of_it, label=t("Report an error"), icon=":material/flag:", query_params=query(view))


def _report(atlas: Atlas, view: View, title: str, figure_in_question: str) -> None:
    email, office = _office(atlas)
    text = "\n".join(
        [
            t("Place: {title}", title=title),
            t("Shown: {figure}", figure=figure_in_question),
            t("Page: {link}", link=permalink(view)),
            t("Build {build_id}", build_id=atlas.build_id),
            "",
            t("What is wrong, and how you know:"),
        ]
    )
    subject = t("Error in the atlas: {title}", title=title)
    if email:
        address = f"mailto:{quote(email)}?subject={quote(subject)}&body={quote(text)}"[:LONGEST_MAIL]
        st.link_button(t("Report an error"), address, icon=":material/flag:")
        return
    with st.popover(t("Report an error"), icon=":material/flag:"):
        st.html(blocks.notice("info", _where(atlas, office)))
        st.code(text, language=None, wrap_lines=True)
        st.html(blocks.credit(t("A village's state is corrected here, with a number to follow:")))
        correct(view)


def where_to_report(atlas: Atlas, shown: str) -> Html:
    """The same in a sentence, for a page that nothing can be pressed on. shown: what the mail is about."""
    to = to_whom(atlas, t("Error in the atlas: {title}", title=shown))
    return blocks.notice("info", html.in_line([t("Report an error:"), to]))


def to_whom(atlas: Atlas, subject: str) -> Html:
    """Where to send something: the office's address, else its name, else who published the sources."""
    email, office = _office(atlas)
    return html.mail_link(email, subject) if email else html.escaped(_where(atlas, office))


def _office(atlas: Atlas) -> tuple[str, str]:
    """E-mail address and name of the office that answers; either may be empty."""
    contact = facts.settings(atlas).get("contact", {})
    return str(contact.get("email") or ""), pick(contact.get("office") or {"zh": "", "en": ""})


def _where(atlas: Atlas, office: str) -> str:
    if office:
        return t("Send this to: {office}", office=office)
    names = figures.sentence(_publishers(atlas))
    return t("No office is named for this atlas. The sources were published by: {names}", names=names)


def _publishers(atlas: Atlas) -> list[str]:
    rows = facts.sources_of(atlas, ("village", "village_status"))
    return list(dict.fromkeys(pick({"zh": row["publisher_zh"], "en": row["publisher_en"]}) for row in rows))
