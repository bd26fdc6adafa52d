"""What a map of a view asks, and the key to it."""

from __future__ import annotations

from atlas.look import figures, html, legends, theme
from atlas.look.language import pick, t
from atlas.maps import choropleth
from atlas.view import class_control
from atlas.view.classes import Classes
from atlas.view.state import View
from indicators.catalogue import catalogue
from indicators.database import Atlas


def question(atlas: Atlas, view: View, indicator_id: str, level: str) -> choropleth.Question:
    """What a map of this view asks, in the visitor's language and theme."""
    return choropleth.Question(
        indicator_id,
        level,
        view.place_id,
        view.standard,
        view.as_of,
        view.lang,
        theme.current(),
        resolution_for(atlas, view),
        classes=view.classes,
    )


def resolution_for(atlas: Atlas, view: View) -> str:
    """The outlines that suit the view's place."""
    return choropleth.resolution_of(atlas, view.place_id)


def legend(indicator_id: str, classes: Classes, has_ranges: bool = False, is_change: bool = False) -> html.Html:
    """Title with unit, classes with their edges, and how they were made."""
    indicator = catalogue()[indicator_id]
    edges = [figures.edge(value, indicator.unit) for value in classes.edges]
    if is_change:
        edges = ["", *(figures.signed_decimal(value) for value in classes.edges[1:])]
        title = t("Change in {indicator} (pp)", indicator=pick(indicator.title))
        return legends.legend(title, classes.colours, edges, t(class_control.METHODS[classes.method]))
    title = figures.bracketed(pick(indicator.title), figures.unit_word(indicator.unit))
    hatched = theme.tokens()["range"] if has_ranges else None
    method = figures.clause(
        [t(class_control.METHODS[classes.method]), t("the same at all dates") if classes.is_across else None]
    )
    return legends.legend(title, classes.colours, edges, method, range_colour=hatched)
