"""Two to five sides of a comparison as one table: what is published, what this atlas counts, pilots and money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from atlas.charts import points
from atlas.look import badges, blocks, cards, figures, html, tables
from atlas.look.addresses import address
from atlas.look.language import pick, t
from atlas.look.words import rates as rate_words
from atlas.pieces import headlines
from atlas.pieces.compared import standing
from atlas.pieces.panels import money_note
from atlas.published import figure_links
from atlas.view import controls, questions
from atlas.view.compared import side_controls
from atlas.view.state import View
from indicators import facts
from indicators.database import Atlas
from indicators.figure import Figure
from indicators.projects import counts
from indicators.projects.scoped import Scope

GAP = "unconnected_villages"


@dataclass(frozen=True)
class Cell:
    """What stands in a cell, and what it rests on; None where nothing is known and nobody has to vouch."""

    shown: html.Html
    evidence: str | None


def show(atlas: Atlas, view: View, sides: Sequence[View]) -> None:
    shared = [one for one in parts_shared(atlas, sides) if one]
    st.html(blocks.heading(t("Side by side"), None, figures.sentence(shared)))
    heads = [_head(atlas, view, one, name) for one, name in zip(sides, names(atlas, sides), strict=True)]
    rows = [_row(title, cells) for title, cells in _rows(atlas, sides)]
    with st.container(key="side_table"):
        st.html(tables.data_table([t("What is compared"), *heads], rows, "l" + "w" * len(sides), t("Side by side")))


def parts(atlas: Atlas, one: View) -> list[str]:
    """Place, standard and date of a side, in words."""
    return [
        rate_words.name(atlas, one.place_id),
        pick(controls.standard_of(atlas, one).name),
        figures.day(one.as_of),
    ]


def parts_shared(atlas: Atlas, sides: Sequence[View]) -> list[str]:
    """What all sides have in common; "" where they differ."""
    return [same[0] if len(set(same)) == 1 else "" for same in zip(*(parts(atlas, one) for one in sides), strict=True)]


def names(atlas: Atlas, sides: Sequence[View]) -> list[str]:
    """What tells each side from the others. Places of one name are told apart by their codes."""
    shared = parts_shared(atlas, sides)
    found = []
    for one in sides:
        own = [words for words, same in zip(parts(atlas, one), shared, strict=True) if not same]
        found.append(" · ".join(own or parts(atlas, one)))
    if len(set(found)) == len(found):
        return found
    return [figures.bracketed(name, one.place_id) for name, one in zip(found, sides, strict=True)]


def _head(atlas: Atlas, view: View, one: View, name: str) -> html.Html:
    there = html.link(name, address("place") + one.link())
    return html.in_line([there, side_controls.ways(view, atlas, one.place_id)])


def _row(title: html.Html, cells: Sequence[Cell]) -> list[html.Html]:
    """The badge stands once where all that is known rests on the same, else in each cell."""
    kinds = {one.evidence for one in cells if one.evidence}
    if len(kinds) == 1:
        return [html.in_line([title, badges.badge(kinds.pop())]), *(one.shown for one in cells)]
    with_badges = (
        html.in_line([one.shown, badges.badge(one.evidence)]) if one.evidence else one.shown for one in cells
    )
    return [title, *with_badges]


def _rows(atlas: Atlas, sides: Sequence[View]) -> list[tuple[html.Html, list[Cell]]]:
    gaps = [questions.figure(atlas, one, GAP) for one in sides]
    rows = [
        (html.escaped(t("Villages in the programme")), [_counted(_all_of(gap)) for gap in gaps]),
        (html.escaped(t("Villages of known state")), [_counted(gap.denominator) for gap in gaps]),
        (html.escaped(t("Connection rate as published")), [_published(atlas, one) for one in sides]),
        _measured(atlas, sides, "connection_rate"),
        _measured(atlas, sides, GAP),
        (html.escaped(t("Villages of unknown state")), [_counted(gap.unknown) for gap in gaps]),
        _measured(atlas, sides, standing.SHARE),
        (html.escaped(t("Rank by share unconnected, beside its neighbours")), [_rank(atlas, one) for one in sides]),
    ]
    if facts.has_pilots(atlas):
        rows += [_measured(atlas, sides, "pilots"), _measured(atlas, sides, "villages_in_pilots")]
    if facts.has_money(atlas):
        rows.append((html.escaped(t("Projects with records")), [_projects(atlas, one) for one in sides]))
        title, cells = _measured(atlas, sides, "investment_per_village")
        rows.append((title, [_with_note(cell, money_note(atlas, one)) for cell, one in zip(cells, sides, strict=True)]))
    return rows


def _measured(atlas: Atlas, sides: Sequence[View], indicator_id: str) -> tuple[html.Html, list[Cell]]:
    found = [questions.figure(atlas, one, indicator_id) for one in sides]
    return cards.titled(questions.title(indicator_id), found[0]), [_cell(one) for one in found]


def _cell(one: Figure) -> Cell:
    is_known = figures.figure_parts(one)[0] != figures.unknown()
    return Cell(cards.number(one), badges.rests_on(one) if is_known else None)


def _with_note(cell: Cell, note: str | None) -> Cell:
    return Cell(html.stacked([cell.shown, note]), cell.evidence) if note else cell


def _all_of(gap: Figure) -> float:
    return (gap.denominator or 0) + (gap.unknown or 0)


def _counted(n: float | None) -> Cell:
    return Cell(html.escaped(figures.count(n or 0)), "counted")


def _published(atlas: Atlas, one: View) -> Cell:
    """The rate with its date, whose it is where it is not the place's own, and the way to its row."""
    rate = headlines.rate_of(atlas, one)
    if rate is None:
        return Cell(html.escaped(t("none published up to {date}", date=figures.day(one.as_of))), None)
    whose = [rate_words.name(atlas, rate.place_id)] if rate.place_id != one.place_id else []
    said = figures.bracketed(rate_words.value(rate), figures.listed([*whose, figures.day(rate.day)]))
    return Cell(html.in_line([said, figure_links.figure_link(rate.figure_id)]), "declared")


def _rank(atlas: Atlas, one: View) -> Cell:
    found = standing.of(atlas, one)
    words = standing.rank_words(found)
    if found is None or points.is_simulated(found.ranked):
        return Cell(html.escaped(words), None)
    within = rate_words.name(atlas, found.parent.place_id)
    return Cell(html.stacked([words, t("in {place}", place=within)]), found.evidence)


def _projects(atlas: Atlas, one: View) -> Cell:
    found = counts.totals(counts.of_projects(atlas, Scope(one.place_id)))
    return Cell(html.escaped(figures.count(found.projects)), found.evidence if found.projects else None)
