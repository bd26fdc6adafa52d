"""Scenarios: saved questions of the planner side by side; who gains, who loses, and what has changed since."""

from __future__ import annotations

import streamlit as st

from atlas import controls, markup, scenario_panel, scenario_text
from atlas.language import t
from atlas.page import Page
from atlas.state import View
from indicators.database import Atlas
from planning import scenario
from planning.scenario import ScenarioError

PAGE = Page(
    url_path="scenarios",
    order=49,
    icon=":material/compare:",
    title=lambda: t("Scenarios"),
    section=lambda: t("Planning"),
)


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    st.html(markup.finding(t("Scenarios side by side")))
    _upload()
    kept = scenario_panel.kept()
    if not kept:
        st.html(
            markup.notice(
                "empty",
                t(
                    "No scenario yet. Save one on a page of the planner and open its file here, or keep it there."
                ),
            )
        )
        return
    rows = [[scenario_text.question_word(one.question), one.created[:10], one.build_id] for one in kept]
    headers = [t("Question"), t("Saved on"), t("Build")]
    st.html(markup.data_table(headers, rows, "lll", t("Scenarios side by side")))


def _upload() -> None:
    files = st.file_uploader(
        t("Scenario files (JSON)"), type="json", accept_multiple_files=True, key="scenario_files"
    )
    for file in files:
        try:
            scenario_panel.keep(scenario.from_json(file.getvalue()))
        except ScenarioError as error:
            words = t("{file} is no scenario: {why}", file=file.name[:60], why=error)
            st.html(markup.notice("warning", words))
