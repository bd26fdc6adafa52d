"""What a page file declares of itself."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass

from atlas.look.html import Html
from atlas.view.state import View
from indicators.database import Atlas

#: The address of the page that is being drawn; "" where a page runs by itself.
shown: ContextVar[str] = ContextVar("atlas_page_shown", default="")


@dataclass(frozen=True)
class Page:
    """Address, place in the navigation, and title. `title` is called at each run: languages change."""

    url_path: str
    order: int
    icon: str
    title: Callable[[], str]
    in_navigation: bool = True
    section: Callable[[], str] = lambda: ""  # the menu that lists the page; "" stands on the bar itself
    is_there: Callable[[Atlas], bool] = lambda atlas: True  # whether the atlas holds what the page shows
    #: The title and the line beneath of a view without inputs, made without a widget: the first HTML says it too.
    headline: Callable[[Atlas, View], Html] | None = None
