"""Cost of connecting a village (atlas/planner/cost)."""

from __future__ import annotations

from atlas.look.language import t
from atlas.planner import frame
from atlas.planner.cost.question import QUESTION
from atlas.view.page import Page
from atlas.view.state import View
from indicators.database import Atlas

PAGE = Page(
    url_path=QUESTION.name,
    order=41,
    icon=":material/cell_tower:",
    title=QUESTION.title,
    section=lambda: t("Planning"),
    is_there=QUESTION.is_there,
)


def show(atlas: Atlas, view: View) -> None:
    frame.show(QUESTION, atlas, view)
