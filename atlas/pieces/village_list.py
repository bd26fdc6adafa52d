"""The villages of a selection as a table with pages, and the same villages as files."""

from __future__ import annotations

import streamlit as st

from atlas.files import downloads
from atlas.files.asked import VillagesFile
from atlas.look import badges, blocks, figures, html, tables
from atlas.look.addresses import address
from atlas.look.language import place_name, t
from atlas.view import paging
from atlas.view.page_part import page_part
from atlas.view.state import View
from indicators import places
from indicators.chosen import selection
from indicators.chosen.selection import STATES, Selection
from indicators.database import Atlas

PER_PAGE = 15
LISTED_AT_ONCE = 20_000  # a longer list is opened by who wants it: it makes every change of filter heavier
FORMAT_NAMES = {"csv": "CSV", "xlsx": "Excel", "geojson": "GeoJSON", "parquet": "GeoParquet"}


def chosen_of(view: View) -> Selection:
    """The selection that a view stands for."""
    return Selection(view.place_id, view.standard, view.as_of, view.states, view.filters)


@page_part
def show(atlas: Atlas, view: View) -> None:
    """One page of the list; turning it leaves the map alone."""
    chosen = chosen_of(view)
    by_state = selection.counts(atlas, chosen)
    total = sum(by_state[state] for state in chosen.states)
    st.html(
        blocks.heading(
            t("Villages in this selection: {n}", n=figures.count(total)),
            None,
            t("the unconnected first, then the unknown, then by code"),
        )
    )
    if not total:
        return
    _files(atlas, view, chosen, total)
    is_narrowed = bool(view.filters) or total <= LISTED_AT_ONCE
    if not st.toggle(t("Show the list"), value=is_narrowed, key=f"list_of_{hash(chosen)}"):
        return
    page = paging.page_of(total, PER_PAGE, "list", hash(chosen))
    st.html(_table(atlas, view, chosen, page))


def _table(atlas: Atlas, view: View, chosen: Selection, page: int) -> html.Html:
    found = selection.rows(atlas, chosen, PER_PAGE, (page - 1) * PER_PAGE)
    homes = {
        village_id: [place_name(one.name, one.name_en) for one in places.path(atlas, home)[1:]]
        for village_id, home in places.homes(atlas, found["place_id"].tolist()).items()
    }
    has_people = bool(found["population_persons"].notna().any())
    rows = [
        [
            html.link(
                place_name(row["name"], row["name_en"]),
                address("place") + view.link(village_id=row["place_id"], place_id=row["place_id"]),
            ),
            badges.state_with_badge(STATES[row["state"]], row["evidence"]),
            " ".join(homes.get(row["place_id"], [])),
            *([figures.count(row["population_persons"])] if has_people else []),
            row["place_id"],
        ]
        for row in found.to_dict("records")
    ]
    headers = [t("Village"), t("State"), t("Lies in"), *([t("Population")] if has_people else []), t("Code")]
    return tables.data_table(headers, rows, "lll" + "r" * has_people + "l", t("Villages in this selection"))


def _files(atlas: Atlas, view: View, chosen: Selection, total: int) -> None:
    said = (chosen.within, chosen.standard, chosen.as_of, view.lang, chosen.filters, chosen.states)
    links = [
        (name, VillagesFile(suffix, *said).url(atlas.build_id))
        for suffix, name in FORMAT_NAMES.items()
        if suffix != "xlsx" or total <= downloads.MOST_SHEET_ROWS
    ]
    st.html(blocks.file_links(t("Download this selection"), links))
