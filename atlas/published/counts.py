"""Counts that were published for a standard and date, as counts, beside what this atlas's register makes of them.

Which counts these are the declaration of the simulation says: those that the nation's rate was derived from.
"""

from __future__ import annotations

from typing import Any

from atlas.kept.pieces import Pieces, kept
from atlas.look import badges, blocks, figures, html, tables
from atlas.look.language import pick, t
from atlas.published import figure_links, quoted
from atlas.view import controls, questions
from atlas.view.state import View
from indicators import facts, places
from indicators.database import Atlas
from indicators.figure import Figure
from indicators.published import rates


@kept
def table(atlas: Atlas, view: View) -> Pieces:
    """A table where there are such counts of the view's place; nothing else."""
    found = rates.counts_beside(atlas, view.standard, view.as_of)
    found = found[found["place_id"] == view.place_id]
    if found.empty:
        return ()
    gap = questions.figure(atlas, view, "unconnected_villages")
    column = facts.status_column(atlas, view.standard, view.as_of)
    remark = [
        t("counts are shown as they were published; what the simulation meets is the rate, on its own register"),
        figures.text_or_none(column["denominator"]),
    ]
    rows = [*(_published(atlas, row) for row in found.to_dict("records")), *_own(atlas, view, gap)]
    headers = [t("What"), t("When"), t("How many"), t("Quotation"), t("Source")]
    title = t("Published counts and this atlas's")
    return blocks.heading(title, None, figures.sentence(remark)), tables.data_table(headers, rows, "wlrww", title)


def _published(atlas: Atlas, row: dict[Any, Any]) -> list[object]:
    words = quoted.value(atlas, row)
    return [
        quoted.name(atlas, row["indicator"]),
        str(row["date_text"]),
        badges.with_badge(words, "declared"),
        quoted.said(atlas, row),
        figure_links.figure_link(str(row["figure_id"]), quoted.document_title(atlas, row)),
    ]


def _own(atlas: Atlas, view: View, gap: Figure) -> list[list[object]]:
    """What the register counts at the view's date: villages without the standard, and all of them."""
    unconnected = pick(controls.standard_of(atlas, view).unconnected)
    of_programme = (gap.denominator or 0) + (gap.unknown or 0)
    own = t("counted by this atlas")
    village = pick(places.level_names(atlas)[places.levels(atlas)[-1]])
    counted = badges.badge_of(gap) if gap.evidence == "declared" else badges.badge(gap.evidence)
    return [
        [
            figures.bracketed(village, unconnected),
            figures.day(view.as_of),
            html.Html(f"{figures.value_text(gap.value, 'village')} {counted}"),
            figures.DASH,
            own,
        ],
        [
            t("Villages of the register"),
            figures.day(view.as_of),
            figures.value_text(of_programme, "village"),
            figures.DASH,
            own,
        ],
    ]
