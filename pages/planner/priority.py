"""Which villages first: the choice that brings most under a budget and rules (atlas/planner/priority)."""

from __future__ import annotations

from atlas.look.language import t
from atlas.planner import frame
from atlas.planner.priority.question import QUESTION
from atlas.view.page import Page
from atlas.view.state import View
from indicators.database import Atlas

PAGE = Page(
    url_path=QUESTION.name,
    order=42,
    icon=":material/low_priority:",
    title=QUESTION.title,
    section=lambda: t("Planning"),
    is_there=QUESTION.is_there,
)


def show(atlas: Atlas, view: View) -> None:
    frame.show(QUESTION, atlas, view)
