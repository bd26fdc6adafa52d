"""Accessibility statement: what is aimed at, what was checked and how, what is not reached, and what stands instead."""

from __future__ import annotations

import streamlit as st

from atlas.look import blocks
from atlas.look.language import mark, t
from atlas.view import controls, keeping
from atlas.view.page import Page
from atlas.view.state import View
from indicators.database import Atlas

PAGE = Page(
    url_path="accessibility",
    order=98,
    icon=":material/accessibility_new:",
    title=lambda: t("Accessibility"),
    section=lambda: t("Data and methods"),
)
REACHED = (
    mark("Menus, search, filters, maps, tables and files are made for use by keyboard alone."),
    mark("Every control has a name of its own, in the language of the page, for those who hear it read out."),
    mark("Contrast of text is at least 4.5 to 1, in the light and the dark theme. No state is told by colour alone."),
    mark("Pages can be enlarged to 200 per cent, and read on a screen 390 pixels wide, without scrolling sideways."),
    mark("Numbers of a map stand beside it or beneath it in a table, and can be taken away as a file."),
    mark("Nothing blinks or moves by itself; where the system asks for less motion, maps change at once."),
    mark("Handouts carry text that can be read aloud: as PDF with tags, as Word with headings and headed tables."),
)
LACKING = (
    mark("Maps are pictures: which village lies where cannot be heard. The list of villages says the same in words."),
    mark("Corners of an area are set with a mouse or a finger; by keyboard, what the map shows can be made the area."),
    mark("Charts have a title and their numbers as a file, but their marks are not read out one by one."),
    mark("Names of minority languages are read out as Chinese."),
    mark("A few parts of the framework, such as its box for dropping a file, have roles that checkers object to."),
)
CHECKED = (
    mark(
        "By machine: every page with axe-core (WCAG 2.2, levels A and AA), in both themes, in the project's own tests."
    ),
    mark("By machine: by keyboard alone from the nation to a village, a date, a map, a handout, a file, a comparison."),
    mark("Not yet: by people who use a screen reader every day. Their reports are wanted."),
)


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    title = t("Accessibility: what everybody can use, and what not yet")
    st.html(blocks.finding(title, [t("measured against WCAG 2.2, level AA; partly met")]))
    keeping.report(atlas, view, t("Accessibility"), "")
    for heading, lines in (
        (t("What is met"), REACHED),
        (t("What is not met, and what stands instead"), LACKING),
        (t("How this was checked"), CHECKED),
    ):
        st.html(blocks.heading(heading))
        st.html(blocks.plain_list([t(line) for line in lines]))
    st.html(blocks.heading(t("When something cannot be used")))
    words = t(
        "Use “Report an error” above: say which page, what you wanted to do, and what you use (browser, screen reader)."
    )
    st.html(blocks.plain_list([words]))
