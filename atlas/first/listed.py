"""The pages that there are: what the frame makes its menu of, and what has a first HTML."""

from __future__ import annotations

from functools import cache
from typing import Protocol, cast

import pages as page_folder
from atlas.view import state
from atlas.view.page import Page
from indicators.database import Atlas


class PageModule(Protocol):
    PAGE: Page

    @staticmethod
    def show(atlas: Atlas, view: state.View) -> None: ...


def page_modules() -> list[PageModule]:
    """Every file of pages/, in their order. A new page is a new file."""
    return list(_modules())


@cache
def _modules() -> tuple[PageModule, ...]:
    modules = [cast(PageModule, page_folder.module(name)) for name in page_folder.names()]
    return tuple(sorted(modules, key=lambda module: module.PAGE.order))


@cache
def addresses() -> tuple[str, ...]:
    """The names of all pages as they stand in addresses, known before any of them is loaded."""
    return tuple(name.replace("_", "-") for name in page_folder.names())


def page(name: str) -> Page | None:
    """The page of an address, None where there is none; "" is the first one, at the folder itself."""
    return {module.PAGE.url_path: module.PAGE for module in _modules()}.get(name) if name else first()


def first() -> Page:
    """The one that stands at the folder itself."""
    return _modules()[0].PAGE
