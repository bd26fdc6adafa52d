"""Acceptance and inspection: how many passed of how many tested, who was never looked at, and whom to inspect next."""

from __future__ import annotations

import streamlit as st

from atlas.look.language import t
from atlas.pieces.panels import sources_line
from atlas.projects import inspected, panel, performance, to_bring
from atlas.projects.to_inspect import sampling
from atlas.view import controls
from atlas.view.page import Page
from atlas.view.state import View
from indicators.database import Atlas
from indicators.projects import inspections
from indicators.projects.scoped import Scope

PAGE = Page(
    url_path="acceptance",
    order=22,
    icon=":material/fact_check:",
    title=lambda: t("Acceptance and inspection"),
    section=lambda: t("Programme"),
    headline=lambda atlas, view: inspected.headline(atlas, view, Scope(view.place_id)),
)


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    head = st.container()
    scope = panel.scope_asked(atlas, view)
    if inspections.has_inspections(atlas):
        inspected.results(atlas, view, scope, head)
    else:
        with head:
            st.html(inspected.headline(atlas, view, scope))
        words = t(
            "With inspections on record this page shows the share that passed with the size of the sample and its "
            "interval, how many villages were inspected in each place, and those that failed."
        )
        to_bring.show(atlas, view, words, inspected.KINDS)
    performance.targets(atlas, view, scope)
    sampling(atlas, view, scope)
    sources_line(atlas, ["inspection", "performance_target", "project_village", "village"])
