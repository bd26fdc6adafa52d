"""Subsidy calculator: what the rule gives for one project, or several villages (atlas/planner/subsidy)."""

from __future__ import annotations

from atlas.look.language import t
from atlas.planner import frame
from atlas.planner.subsidy.question import QUESTION
from atlas.view.page import Page
from atlas.view.state import View
from indicators.database import Atlas

PAGE = Page(
    url_path=QUESTION.name,
    order=24,
    icon=":material/calculate:",
    title=QUESTION.title,
    section=lambda: t("Programme"),
    is_there=QUESTION.is_there,
)


def show(atlas: Atlas, view: View) -> None:
    frame.show(QUESTION, atlas, view)
