"""Where a page of the programme has nothing to show: workbooks to fill in, where to check them, who puts them in."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from atlas.files import file_links
from atlas.look import blocks, html
from atlas.look.addresses import address
from atlas.look.language import pick, t
from atlas.projects import panel
from atlas.view import inputs
from atlas.view.state import View
from indicators import facts
from indicators.database import Atlas


def show(atlas: Atlas, view: View, what: str, kinds: Sequence[str], links: Sequence[tuple[str, str]] = ()) -> None:
    """What would be shown here, and the way to bring it in: a workbook for each kind of records that has one."""
    st.html(blocks.notice("empty", what, links))
    if not kinds:
        st.html(blocks.plain_list([t("Send the document to {office}.", office=_office(atlas))]))
        return
    st.html(blocks.file_links(t("Workbooks to fill in"), file_links.templates(atlas, kinds)))
    check = html.link(t("Data"), address("data") + view.link(inputs=()))
    lines = [
        t("Fill in a workbook. One of its sheets shows a filled example, which is never read."),
        html.in_line([t("Have it checked; that changes nothing in the atlas and keeps nothing:"), check]),
        t("When nothing is wrong, send it to {office}, which puts it in.", office=_office(atlas)),
    ]
    st.html(blocks.plain_list(lines))


def _office(atlas: Atlas) -> str:
    """Who puts data in: the office that the profile names, else in general words."""
    contact = facts.settings(atlas).get("contact", {})
    return pick(contact.get("office") or {"zh": "", "en": ""}) or t("the office that keeps this atlas")


def no_project(atlas: Atlas, view: View, kinds: Sequence[str]) -> None:
    none_matches(atlas, view, t("No project matches."), t("No project of this place is on record."), kinds)


def none_matches(atlas: Atlas, view: View, by_filters: str, of_place: str, kinds: Sequence[str]) -> None:
    """Nothing is left by the filters, which one step clears, or nothing of the place is on record: in words of each."""
    asked = dict(view.inputs)
    if any(asked.get(name) for name in panel.ASKED):
        clear = inputs.with_inputs(view, **dict.fromkeys(panel.ASKED))
        st.html(blocks.notice("empty", by_filters, [(t("Clear these filters"), clear.link())]))
    else:
        show(atlas, view, of_place, kinds)
