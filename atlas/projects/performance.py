"""Performance targets of projects: indicator, target, what was reached, and the score that the applicant gave
itself.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from atlas.look import blocks, figures, html, tables
from atlas.look.addresses import address
from atlas.look.language import place_name, t
from atlas.look.words import originals
from atlas.projects.panel import project_link
from atlas.view.state import View
from ground.evidence import weakest
from indicators.database import Atlas
from indicators.projects import records
from indicators.projects.scoped import Scope


def targets(atlas: Atlas, view: View, scope: Scope) -> None:
    """The table of those on record; nothing where there are none."""
    found = records.targets(atlas, scope)
    if found.empty:
        return
    title = t("Performance targets")
    remark = t("as the documents word them; what they do not publish is a dash")
    headers = [
        t("Project name"),
        t("Year"),
        t("Kind of target"),
        t("Indicator"),
        t("Target"),
        t("Actual value"),
        t("Own score"),
        t("Document or note"),
    ]
    rows = [_row(atlas, view, row) for row in found.to_dict("records")]
    st.html(blocks.heading(title, weakest(list(found["evidence"].unique())), remark))
    st.html(tables.data_table(headers, rows, "wlwwwwrw", title))


def _row(atlas: Atlas, view: View, row: dict[Any, Any]) -> list[object]:
    link = project_link(view, row["project_id"], address("projects")) if row["is_project"] else None
    return [
        html.link(place_name(row["name"], row["name_en"]), link),
        str(row["year"]),
        originals.shown(atlas, row["target_level"]) or figures.DASH,
        originals.shown(atlas, row["indicator"]),
        originals.plain(atlas, row["target_text"]) or figures.DASH,
        originals.plain(atlas, row["actual_text"]) or figures.DASH,
        _score(row),
        html.sentence([originals.plain(atlas, row["note"]), originals.shown(atlas, row["document"])]),
    ]


def _score(row: dict[Any, Any]) -> str:
    """`9.5 / 10`; a dash where no score was published."""
    own, most = row["self_score"], row["full_score"]
    if figures.is_missing(own):
        return figures.DASH
    score = figures.decimal(own, 1)
    return score if figures.is_missing(most) else f"{score} / {figures.decimal(most, 1)}"
