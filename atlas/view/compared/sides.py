"""The sides of a comparison: which there are, in which order, and how one is moved or taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

from atlas.view import questions
from atlas.view.compared.sides_query import NO_OTHERS
from atlas.view.state import View
from indicators import facts
from indicators.database import Atlas

MOST = 5  # a table of more, or as many maps, is read by nobody


def chosen(atlas: Atlas, view: View) -> tuple[list[str], list[str], list[date]]:
    """Places, standards and dates, the view's own first, dates in their order.

    Where nothing is chosen beside the view: the date that the overview compares with.
    """
    wanted_places = _once([view.place_id, *view.others.places])
    wanted_standards = _once([view.standard, *view.others.standards])
    days = {view.as_of, *view.others.dates}
    is_alone = len(wanted_places) == len(wanted_standards) == len(days) == 1
    if is_alone and (before := questions.compared_date(atlas, view)) is not None:
        days.add(before)
    return wanted_places, wanted_standards, sorted(days)


def all_of(atlas: Atlas, view: View) -> list[View]:
    """Every place under every standard at every date, each once; a standard without a date takes its nearest."""
    held = {one.standard_id: one.dates for one in facts.standards(atlas)}
    found = [
        replace(view, place_id=place, standard=standard, as_of=nearest(held[standard], day), others=NO_OTHERS)
        for place, standard, day in product(*chosen(atlas, view))
    ]
    return list({(one.place_id, one.standard, one.as_of): one for one in found}.values())


def nearest(dates: Sequence[date], wanted: date) -> date:
    """The day closest to the one wanted, of a standard's own."""
    return min(dates, key=lambda day: abs((day - wanted).days))


def with_places(view: View, wanted: Sequence[str]) -> View:
    """The first place becomes the view's own; without any it stays as it is."""
    first, *rest = _once(list(wanted)) or [view.place_id]
    return replace(view, place_id=first, village_id=None, others=replace(view.others, places=tuple(rest)))


def with_standards(view: View, wanted: Sequence[str]) -> View:
    first, *rest = _once(list(wanted)) or [view.standard]
    return replace(view, standard=first, others=replace(view.others, standards=tuple(rest)))


def with_dates(view: View, wanted: Sequence[date]) -> View:
    """The view keeps its own date as long as it is among those wanted; else the last one is its own."""
    held = sorted(set(wanted)) or [view.as_of]
    own = view.as_of if view.as_of in held else held[-1]
    return replace(view, as_of=own, others=replace(view.others, dates=tuple(day for day in held if day != own)))


def moved(values: Sequence[str], value: str, step: int) -> list[str]:
    """A value `step` positions further along, as far as the list goes."""
    rest = [one for one in values if one != value]
    at = max(0, min(list(values).index(value) + step, len(rest)))
    return [*rest[:at], value, *rest[at:]]


def _once(values: list[Any]) -> list[Any]:
    return list(dict.fromkeys(values))
