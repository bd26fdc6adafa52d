"""Releases as everybody sees them: which there are, and what changed from one to another, to the village."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from atlas.desk import at_hand, words
from atlas.desk.asked import ChangesFile, ReleasesFeed
from atlas.desk.released import changes
from atlas.look import blocks, cards, figures, html, tables
from atlas.look.language import pick, place_name, t
from atlas.view import inputs, state
from atlas.view.state import View
from desk.releases import publish
from indicators import facts, kept_builds, places
from indicators.compare_builds import Difference
from indicators.database import Atlas

FROM, TO = "release.from", "release.to"
ROWS = 100
Releases = list[Mapping[str, Any]]


def listed() -> Releases:
    """All releases, the newest first."""
    with at_hand.desk().reading() as connection:
        return [dict(row) for row in publish.listed(connection)]


def show(atlas: Atlas, view: View) -> None:
    """The list; then what changed between the two that are chosen."""
    found = listed()
    if not found:
        told = t("No release was published so far: what is shown is a build of the declared sources.")
        st.html(blocks.notice("empty", told))
        return
    _list(view, found)
    if len(found) > 1:
        _compare(atlas, view, found)


def _list(view: View, found: Releases) -> None:
    rows = [
        [
            html.link(row["number"], "place" + view_of(view, row["number"])),
            words.day(row["published_at"]),
            html.stacked([row["title"], row["notes"]]),
            t("served now") if row["is_served"] else "",
            row["build_id"],
        ]
        for row in found
    ]
    title = t("Releases, the newest first")
    st.html(blocks.heading(title, None, t("A release never changes; each can be opened as it was.")))
    header = [t("Release"), t("Published"), t("What it is"), t("State"), t("Build")]
    st.html(tables.data_table(header, rows, "llwll", title))
    st.html(blocks.file_links(t("New releases for programs"), [("Atom", ReleasesFeed(view.lang).url())]))


def view_of(view: View, number: str) -> str:
    """A link to the same view in a release."""
    return state.View(**{**view.__dict__, "release": number, "inputs": ()}).link()


def _compare(atlas: Atlas, view: View, found: Releases) -> None:
    """Which two, and what is otherwise in the newer one, at the place of the view."""
    numbers = [row["number"] for row in found]
    offered = {number: number for number in numbers}
    st.html(blocks.heading(t("What changed")))
    with st.container(horizontal=True, gap="small", key="noprint_compare_releases"):
        older = inputs.choice(view, FROM, t("From"), offered, numbers[1], as_box=True)
        newer = inputs.choice(view, TO, t("To"), offered, numbers[0], as_box=True)
    if older == newer:
        st.html(blocks.notice("info", t("Choose two different releases.")))
        return
    if numbers.index(older) < numbers.index(newer):
        older, newer = newer, older
    with st.spinner(t("Comparing…")):
        before, after = kept_builds.of_number(older), kept_builds.of_number(newer)
        if before is None or after is None:
            st.html(blocks.notice("warning", t("One of them cannot be brought back. The administrator was told.")))
            return
        difference = changes.between(before, after)
    files = [("CSV", ChangesFile(older, newer, view.place_id, view.lang).url())]
    show_difference(after, view, difference, files)


def show_difference(atlas: Atlas, view: View, found: Difference, files: list[tuple[str, str]]) -> None:
    """Counts, by place, and the villages one by one."""
    rows = changes.within(found, atlas, view.place_id, view.village_id)
    counts = changes.counts(rows)
    unit = t("villages")
    shown = [cards.card_text(t(changes.KINDS[kind]), figures.count(n), unit, None) for kind, n in counts.items()]
    st.html(cards.cards(shown))
    if found.new_days:
        said = figures.listed(f"{_standard(atlas, standard)} {figures.day(day)}" for standard, day in found.new_days)
        st.html(blocks.notice("info", t("New dates: {dates}", dates=said)))
    if rows.empty:
        st.html(blocks.notice("empty", t("Nothing changed here.")))
        return
    _by_place(atlas, view, rows)
    if files:
        st.html(blocks.file_links(t("All changes"), files))
    told = rows.head(ROWS).to_dict("records")
    listed_rows = [
        [
            html.stacked([changes.village_name(row), _above(atlas, row)]),
            _standard(atlas, row["standard"]),
            changes.when(row),
            changes.turned(row),
            changes.reason(atlas, row),
        ]
        for row in told
    ]
    title = t("Village by village")
    remark = (
        t("the first {n} of {total}", n=figures.count(ROWS), total=figures.count(len(rows))) if len(rows) > ROWS else ""
    )
    st.html(blocks.heading(title, None, remark))
    header = [t("Village"), t("Standard"), t("Date"), t("Change"), t("Reason")]
    st.html(tables.data_table(header, listed_rows, "wlwww", title))


def _by_place(atlas: Atlas, view: View, rows: Any) -> None:
    """How many villages changed in each part of the place."""
    level = places.level_listed_below(atlas, view.place_id)
    if level is None or f"{level}_id" not in rows:
        return
    counted = rows.groupby(f"{level}_id")["place_id"].nunique().sort_values(ascending=False)
    names = {one.place_id: place_name(one.name, one.name_en) for one in places.parts(atlas, view.place_id, level)}
    shown = [
        [html.link(names.get(place_id, place_id), view.link(place_id=place_id, village_id=None)), figures.count(n)]
        for place_id, n in counted.items()
    ]
    title = t("By place")
    st.html(tables.data_table([t("Place"), t("Villages changed")], shown, "lr", title))


def _standard(atlas: Atlas, standard_id: str) -> str:
    return next((pick(one.name) for one in facts.standards(atlas) if one.standard_id == standard_id), standard_id)


def _above(atlas: Atlas, row: Mapping[Any, Any]) -> str:
    """The places of a village below the nation."""
    found = [
        places.place(atlas, str(row[f"{level}_id"])) for level in places.levels(atlas)[1:-1] if f"{level}_id" in row
    ]
    return " ".join(place_name(one.name, one.name_en) for one in found if one is not None)
