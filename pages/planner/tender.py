"""Tender: the least subsidy asked for wins (atlas/planner/tender)."""

from __future__ import annotations

from atlas.look.language import t
from atlas.planner import frame
from atlas.planner.tender.question import QUESTION
from atlas.view.page import Page
from atlas.view.state import View
from indicators.database import Atlas

PAGE = Page(
    url_path=QUESTION.name,
    order=44,
    icon=":material/gavel:",
    title=QUESTION.title,
    section=lambda: t("Planning"),
    is_there=QUESTION.is_there,
)


def show(atlas: Atlas, view: View) -> None:
    frame.show(QUESTION, atlas, view)
