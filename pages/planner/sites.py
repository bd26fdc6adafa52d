"""Where sites go: the best places for so many sites, or so much money (atlas/planner/sites)."""

from __future__ import annotations

from atlas.look.language import t
from atlas.planner import frame
from atlas.planner.sites.question import QUESTION
from atlas.view.page import Page
from atlas.view.state import View
from indicators.database import Atlas

PAGE = Page(
    url_path=QUESTION.name,
    order=43,
    icon=":material/add_location_alt:",
    title=QUESTION.title,
    section=lambda: t("Planning"),
    is_there=QUESTION.is_there,
)


def show(atlas: Atlas, view: View) -> None:
    frame.show(QUESTION, atlas, view)
