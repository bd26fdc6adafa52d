"""How many cell sites each operator has of each technology, where any were loaded."""

from __future__ import annotations

import streamlit as st

from atlas.look import badges, blocks, figures, tables
from atlas.look.language import t
from indicators import sites
from indicators.database import Atlas


def show(atlas: Atlas) -> None:
    """A table of counts; their positions are the map's to show, or not."""
    counted = sites.counted(atlas)
    if counted.empty:
        return
    rows = [
        [
            figures.text_or_none(row["operator"]) or t("Operators not told apart"),
            str(row["technology"]),
            figures.day(row["as_of"]),
            figures.count(row["sites"]),
            figures.count(row["without_position"]),
            badges.badge(str(row["evidence"])),
        ]
        for row in counted.to_dict("records")
    ]
    header = [t("Operator"), t("Technology"), t("Date"), t("Cell sites"), t("Without position"), t("Evidence")]
    seen = "" if sites.may_be_seen(atlas) else t("where they stand is not shown")
    st.html(blocks.heading(t("Cell sites"), None, seen))
    st.html(tables.data_table(header, rows, "lllrrl", t("Cell sites")))
