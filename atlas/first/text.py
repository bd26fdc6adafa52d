"""What the first HTML of a page says: its headline as the page shows it, and beneath it what needs no script.

Of a place and of a village that is the answer: its states with date and evidence, the published rate, where it lies and
what lies in it, where to report an error. Of other pages: the headline and the ways on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from atlas.first import listed, titles, ways
from atlas.first.said import Said
from atlas.look import blocks, cards, figures, html
from atlas.look.html import Html
from atlas.look.language import pick, place_name, t
from atlas.pieces import basis_table, headlines, village_states, wrong_address
from atlas.pieces.panels import first_of
from atlas.places import village as village_page
from atlas.view import keeping, questions
from atlas.view.page import Page
from atlas.view.state import View
from indicators import facts, places
from indicators.database import Atlas

PLACE = "place"
MOST_PARTS = 150  # a prefecture has a dozen counties, a large county forty townships
OPEN_TABLES = ["village_status", "published_figure", "boundary", "project", "pilot"]


def of(atlas: Atlas, view: View, page: Page | None, *, is_particular: bool) -> Said:
    """What there is to say. page: None where the address names none."""
    if page is None:
        return Said(wrong_address.no_page(view), status=404)
    if view.unknown_place:
        return Said(wrong_address.no_place(view), status=404)
    if not page.is_there(atlas):
        nothing = blocks.notice("info", t("This atlas holds nothing for this page. See the other pages above."))
        return Said(blocks.finding(page.title()), (nothing,))
    if page.url_path == PLACE:
        return _village(atlas, view, page) if view.village_id else _area(atlas, view, page)
    if page.headline is None or is_particular:
        return Said(_plain(atlas, view, page), _ways_on(atlas, view, page), rests_on_states=page.headline is None)
    return Said(page.headline(atlas, view), _ways_on(atlas, view, page))


def _plain(atlas: Atlas, view: View, page: Page) -> Html:
    """For what only the page itself can work out: its name, and of what place it is asked."""
    here = places.place(atlas, view.place_id)
    assert here is not None
    name = place_name(here.name, here.name_en)
    return blocks.finding(t("{place}: {remark}", place=name, remark=page.title()), [figures.day(view.as_of)])


def _area(atlas: Atlas, view: View, page: Page) -> Said:
    assert page.headline is not None
    gap = questions.figure(atlas, view, "unconnected_villages")
    in_row = [headlines.published_card(atlas, view), cards.card(t("Unconnected villages"), gap)]
    said = (
        cards.cards(in_row),
        *basis_table.made(atlas, view.place_id),
        *_parts(atlas, view),
        *_pages_here(atlas, view),
        keeping.where_to_report(atlas, titles.document(atlas, view, page)),
    )
    return Said(page.headline(atlas, view), said)


def _village(atlas: Atlas, view: View, page: Page) -> Said:
    village = places.village(atlas, view.village_id or "")
    assert village is not None and page.headline is not None
    states = places.village_states(atlas, village.place_no)
    said = [
        *village_page.remarks(village, states),
        *(village_states.made(atlas, village, states) if village.in_programme else ()),
        blocks.heading(t("Facts"), "declared"),
        village_page.known(atlas, village),
        *_pages_here(atlas, view),
        keeping.where_to_report(atlas, titles.document(atlas, view, page)),
    ]
    return Said(page.headline(atlas, view), tuple(said))


def _parts(atlas: Atlas, view: View) -> tuple[Html, ...]:
    """What the place is divided into, by code; of the finest places the villages."""
    level = places.level_listed_below(atlas, view.place_id)
    if level is None:
        level = places.levels(atlas)[-1]
        found = places.villages_in(atlas, view.place_id, _column(atlas, view)).to_dict("records")
        named = [(str(row["name"]), ways.to(atlas, view, PLACE, village_id=row["place_id"])) for row in found]
    else:
        named = [
            (place_name(one.name, one.name_en), ways.to(atlas, view, PLACE, place_id=one.place_id))
            for one in places.parts(atlas, view.place_id, level)
        ]
    if not named:
        return ()
    title = t("By {level}", level=pick(places.level_names(atlas)[level]))
    return blocks.heading(title, None, first_of(MOST_PARTS, len(named))), links(named[:MOST_PARTS])


def _column(atlas: Atlas, view: View) -> str:
    return str(facts.status_column(atlas, view.standard, view.as_of)["column_name"])


def _ways_on(atlas: Atlas, view: View, page: Page) -> tuple[Html, ...]:
    """From a page of many places: their own pages."""
    return _parts(atlas, view) if page.headline is not None else ()


def _pages_here(atlas: Atlas, view: View) -> tuple[Html, ...]:
    """What else is shown of the same place."""
    here = places.place(atlas, view.place_id)
    assert here is not None
    return blocks.heading(place_name(here.name, here.name_en)), links(menu(atlas, view, lambda page: True))


def menu(atlas: Atlas, view: View, is_wanted: Callable[[Page], bool]) -> list[tuple[str, str]]:
    """Pages of the atlas with their addresses, in the order of the menu."""
    held = [one.PAGE for one in listed.page_modules() if one.PAGE.url_path != PLACE and one.PAGE.is_there(atlas)]
    return [(one.title(), ways.to(atlas, view, one.url_path, village_id=None)) for one in held if is_wanted(one)]


def links(named: Iterable[tuple[str, str]]) -> Html:
    """Labels with their addresses, as many in a line as there is room for."""
    return Html(f'<ul class="atlas-first-links">{"".join(f"<li>{html.link(*one)}</li>" for one in named)}</ul>')


def data_of(atlas: Atlas) -> Html:
    """Build and newest date, and the sources by title."""
    built: dict[str, Any] = facts.build_facts(atlas)
    newest = max(day for standard in facts.standards(atlas) for day in standard.dates)
    titles = [
        pick({"zh": row["title_zh"], "en": row["title_en"]}) for row in facts.sources_of(atlas, tuple(OPEN_TABLES))
    ]
    words = [t("Build {build_id}", build_id=built["build_id"]), t("Data up to {date}", date=figures.day(newest))]
    said = [" · ".join(words), t("Sources: {titles}", titles=figures.sentence(titles))]
    return Html("".join(blocks.credit(one) for one in said))
