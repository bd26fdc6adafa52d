"""Fund: what share of the operators' revenue a universal-service fund takes (atlas/planner/fund)."""

from __future__ import annotations

from atlas.look.language import t
from atlas.planner import frame
from atlas.planner.fund.question import QUESTION
from atlas.view.page import Page
from atlas.view.state import View
from indicators.database import Atlas

PAGE = Page(
    url_path=QUESTION.name,
    order=45,
    icon=":material/savings:",
    title=QUESTION.title,
    section=lambda: t("Planning"),
    is_there=QUESTION.is_there,
)


def show(atlas: Atlas, view: View) -> None:
    frame.show(QUESTION, atlas, view)
