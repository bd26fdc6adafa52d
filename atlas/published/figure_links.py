"""The way from any number that rests on a published figure to that figure's own row, on the page that lists all."""

from __future__ import annotations

from collections.abc import Iterable

from atlas.look import html
from atlas.look.addresses import address
from atlas.look.html import Html
from atlas.look.language import current

PAGE = "figures"


def figure_address(figure_id: str) -> str:
    """The page of one published figure: its words, document, publisher, and what uses it."""
    return address(PAGE, {"figure": figure_id, "lang": current()})


def figure_link(figure_id: str, label: object = None) -> Html:
    """A link to a published figure, under its number unless another label is given."""
    return html.link(label or figure_id, figure_address(figure_id))


def figure_links(figure_ids: Iterable[str]) -> Html:
    """Links to several figures, one after the other."""
    return html.in_line([figure_link(one) for one in figure_ids])
