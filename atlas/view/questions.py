"""Answers that pages share, kept per build. Pages ask here; nothing here draws."""

from __future__ import annotations

from datetime import date

import pandas as pd

from atlas.kept import measures
from atlas.kept.single_flight import SingleFlight
from atlas.look.language import pick
from atlas.view.state import View
from indicators import facts, measure
from indicators.catalogue import catalogue
from indicators.database import Atlas
from indicators.figure import Figure
from indicators.scope import EVERY, Chosen

FIGURES_HELD = 4096
Asked = tuple[str, str, str, str | None, date | None, bool, Chosen]
_figures: SingleFlight[Asked, Figure] = SingleFlight(FIGURES_HELD)


def table(atlas: Atlas, view: View, indicator_id: str, level: str, as_of: date | None = None) -> pd.DataFrame:
    """One row per place shown at a level inside the view's place."""
    return measures.table(atlas, indicator_id, view.place_id, level, view.standard, as_of or view.as_of)


def figure(
    atlas: Atlas,
    view: View,
    indicator_id: str,
    as_of: date | None = None,
    place_id: str | None = None,
    projects: Chosen = EVERY,
) -> Figure:
    """One number for the view's place, of all projects or of some. What depends on no standard is asked once, not at
    each change of one.
    """
    of_standard = catalogue()[indicator_id].of_standard
    within = place_id or view.place_id
    standard, day = (view.standard, as_of or view.as_of) if of_standard else (None, None)

    def make() -> Figure:
        return measure.figure(
            atlas,
            indicator_id,
            within,
            standard=standard,
            as_of=day,
            projects=projects,
            demonstration=view.is_demonstration,
        )

    return _figures.get((str(atlas.path), indicator_id, within, standard, day, view.is_demonstration, projects), make)


def title(indicator_id: str) -> str:
    """What an indicator is called, the same on every page."""
    return pick(catalogue()[indicator_id].title)


def compared_date(atlas: Atlas, view: View) -> date | None:
    """The date to compare with: the profile's from its default date, else the one before, else after."""
    default = facts.settings(atlas)["default_view"]
    is_default = (view.standard, view.as_of.isoformat()) == (default["standard"], default["as_of"])
    if is_default and "compare_as_of" in default:
        return date.fromisoformat(default["compare_as_of"])
    dates = next(one.dates for one in facts.standards(atlas) if one.standard_id == view.standard)
    earlier = [day for day in dates if day < view.as_of]
    later = [day for day in dates if day > view.as_of]
    return earlier[-1] if earlier else (later[0] if later else None)
