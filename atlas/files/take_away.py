"""Answers that a page worked out from its reader's inputs, to take away as files.

What lies in the atlas is offered by address (atlas/files/file_links.py); an answer to a question is made from the
question, so its file is made when the button is pressed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import streamlit as st

from atlas.files import file_facts, table_files
from atlas.files.downloads import CONTENT_TYPES
from atlas.files.sheets import Facts
from atlas.files.table_files import Table
from atlas.look.language import current, speaking, t
from atlas.view import keeping
from atlas.view.state import View
from indicators.database import Atlas


def answer(
    atlas: Atlas,
    view: View,
    title: str,
    rows: pd.DataFrame | Callable[[], pd.DataFrame],
    said: Facts,
    name: str,
    *,
    is_simulated: bool,
) -> None:
    """Buttons for CSV and Excel. `rows` has its headings as columns, or makes such a table when a button is pressed;
    `said` is what a reader has to know of it."""
    link = keeping.permalink(view)
    told = [(t("Title"), title), *said, *file_facts.of_build(atlas, link)]
    parts = (name, view.place_id)

    def table() -> Table:
        made = rows() if callable(rows) else rows
        return Table(title, [str(column) for column in made.columns], made, told, parts, is_simulated)

    with st.container(horizontal=True, key=f"noprint_files_{name}"):
        for suffix, words in table_files.FORMATS.items():
            st.download_button(
                t("Download as {format}", format=words),
                data=_maker(table, suffix, current()),
                file_name=file_facts.file_name(*parts, suffix=suffix, is_simulated=is_simulated),
                mime=CONTENT_TYPES[suffix],
                key=f"{name}_{suffix}",
                on_click="ignore",
                icon=":material/download:",
            )


def _maker(table: Callable[[], Table], suffix: str, lang: str) -> Callable[[], bytes]:
    """Makes the file when it is asked for; that is outside the page's own run, so the language goes along."""

    def make() -> bytes:
        with tempfile.TemporaryDirectory(prefix="atlas-answer-") as folder, speaking(lang):
            path = Path(folder) / f"answer.{suffix}"
            table_files.write(table(), suffix, path)
            return path.read_bytes()

    return make
