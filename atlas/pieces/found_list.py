"""What a search found, one below the other: name, what it is, where it lies, and of a village how it stands."""

from __future__ import annotations

from collections.abc import Sequence

from atlas.look import badges
from atlas.look.html import Html, escape, link, safe_href
from atlas.look.language import place_name, t
from atlas.view import finder, suggestions
from atlas.view.state import View
from ground.evidence import EVIDENCE
from indicators.database import Atlas
from indicators.names import search
from indicators.names.search import Found


def rows(atlas: Atlas, view: View, shown: Sequence[Found]) -> Html:
    """The list; states are those of the view's standard and date."""
    numbers = [one.place_no for one in shown if one.place_no is not None and one.in_programme]
    states = search.states(atlas, numbers, view.standard, view.as_of)
    items = "".join(_row(atlas, view, one, states.get(-1 if one.place_no is None else one.place_no)) for one in shown)
    return Html(f'<ul class="atlas-found" aria-label="{escape(t("Search"))}">{items}</ul>')


def _row(atlas: Atlas, view: View, one: Found, held: tuple[int, int | None] | None) -> str:
    name = link(place_name(one.name, one.name_en), finder.href(view, one))
    what = escape(f"{suggestions.kind_words(atlas, one)} · {one.place_id}")
    return (
        f'<li><span>{name} <span class="atlas-muted">{what}</span></span>'
        f'<span class="atlas-found-state">{_state(held)}</span>'
        f'<span class="atlas-found-parents">{escape(suggestions.parent_words(one))}</span></li>'
    )


def _state(held: tuple[int, int | None] | None) -> Html:
    if held is None:
        return Html("")
    state, evidence = held
    return badges.state_with_badge(state, None if evidence is None else EVIDENCE[evidence])


def forward(href: str) -> Html:
    """For the script of suggestions: this page has one answer only, and leads to it."""
    return Html(f'<div hidden data-atlas-forward="{safe_href(href)}"></div>')
