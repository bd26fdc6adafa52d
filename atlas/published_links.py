"""The way to a published figure's own row, on the page of all published figures."""

from __future__ import annotations

from atlas import markup
from atlas.language import current
from atlas.markup import Html
from atlas.serve.addresses import address


def href(figure_id: str) -> str:
    """The address of the row of one figure."""
    return address("figures", {"figure": figure_id, "lang": current()})


def link(words: str, figure_id: str) -> Html:
    """Words that lead to the figure's row."""
    return markup.link(words, href(figure_id))


def several(figure_ids: tuple[str, ...]) -> Html:
    """The numbers of several figures, each leading to its row."""
    return Html(" ".join(link(one, one) for one in figure_ids))
