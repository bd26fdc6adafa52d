"""Where a page of the programme has nothing to show: workbooks to fill in, where to check them, who puts them in."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from atlas.files import file_links
from atlas.look import blocks, html
from atlas.look.addresses import address
from atlas.look.language import t
from atlas.projects import panel
from atlas.view import inputs
from atlas.view.state import View
from indicators.database import Atlas


def show(atlas: Atlas, view: View, what: str, kinds: Sequence[str], links: Sequence[tuple[str, str]] = ()) -> None:
    """What would be shown here, and the way to bring it in: a workbook for each kind of records that has one."""
    st.html(blocks.notice("empty", what, links))
    if not kinds:
        words = t("Send the document to the office that keeps this atlas: the foot of the page names it.")
        st.html(blocks.plain_list([words]))
        return
    st.html(blocks.file_links(t("Workbooks to fill in"), file_links.templates(atlas, kinds)))
    check = html.link(t("Data"), address("data") + view.link(inputs=()))
    lines = [
        t("Fill in a workbook. One of its sheets shows a filled example, which is never read."),
        html.in_line([t("Have it checked; that changes nothing in the atlas and keeps nothing:"), check]),
        t(
            "When nothing is wrong, send it to the office that keeps this atlas, which puts it in: the foot of the "
            "page names it."
        ),
    ]
    st.html(blocks.plain_list(lines))


def no_project(atlas: Atlas, view: View, kinds: Sequence[str]) -> None:
    """No project is left: by the filters, which are cleared in one step, or because the place has none on record."""
    asked = dict(view.inputs)
    if any(asked.get(name) for name in panel.ASKED):
        clear = inputs.with_inputs(view, **dict.fromkeys(panel.ASKED))
        st.html(blocks.notice("empty", t("No project matches."), [(t("Clear these filters"), clear.link())]))
    else:
        show(atlas, view, t("No project of this place is on record."), kinds)
