"""Public notice: pilots, projects, villages, operators, amounts, dates and states, for everyone to read and to
print.
"""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from atlas.desk.notices import listed
from atlas.look import badges, blocks, figures, html, tables
from atlas.look.addresses import address
from atlas.look.language import nt, pick, place_name, t
from atlas.look.words import originals
from atlas.look.words import pilots as pilot_text
from atlas.pieces.panels import sources_line
from atlas.projects import panel, to_bring
from atlas.view import controls, inputs, keeping, state
from atlas.view.page import Page
from atlas.view.state import View
from indicators import facts
from indicators.database import Atlas
from indicators.projects import notices

PAGE = Page(
    url_path="notices",
    order=28,
    icon=":material/campaign:",
    title=lambda: t("Public notice"),
    section=lambda: t("Programme"),
    is_there=lambda atlas: facts.has_pilots(atlas) or facts.has_money(atlas),
    headline=lambda atlas, view: _headline(atlas, view, notices.count(atlas, view.place_id, None))[1],
)
PER_PAGE = 50
PER_PRINT = 1000  # rows on one page for who prints the list
ALL = "all"


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    project_id = inputs.given(view, "project")
    found = notices.one(atlas, project_id) if project_id else pd.DataFrame()
    if len(found):
        _one(atlas, view, found.iloc[0])
    else:
        if project_id:
            st.html(blocks.notice("warning", t("There is no project of this number; here is the list.")))
        _list(atlas, view)
    sources_line(atlas, ["pilot", "project", "notice", "project_village"])


# --- the list ---------------------------------------------------------------------------------------------


def _list(atlas: Atlas, view: View) -> None:
    batch = _given_batch(atlas, view)
    held = notices.count(atlas, view.place_id, batch)
    title, headline = _headline(atlas, view, held)
    st.html(headline)
    keeping.report(atlas, view, t("Public notice"), title)
    listed.running(atlas, view)
    with st.container(horizontal=True, vertical_alignment="bottom", key="noprint_filters"):
        controls.place_filters(atlas, view)
        options = {ALL: t("All"), **{str(n): t("Batch {n}", n=n) for n in notices.batches(atlas)}}
        if len(options) > 2:
            inputs.choice(view, "batch", t("Batch"), options, ALL, as_box=True)
        is_long = held["rows"] > PER_PAGE and inputs.switch(view, "long", t("Whole list, for printing"))
    if not held["rows"]:
        whole = facts.settings(atlas)["nation"]["place_id"]
        links = [(t("Show the whole country"), view.link(place_id=whole, inputs=()))]
        words = t("No pilot and no project of this place is on a list.")
        to_bring.show(atlas, view, words, ("pilots", "projects", "notices"), links)
        return
    per_page = PER_PRINT if is_long else PER_PAGE
    page = _page(view, math.ceil(held["rows"] / per_page))
    rows = notices.listed(atlas, view.place_id, batch, per_page, (page - 1) * per_page)
    st.html(_table(atlas, view, rows))
    _contact(atlas)


def _headline(atlas: Atlas, view: View, held: dict[str, int]) -> tuple[str, html.Html]:
    """The title alone, and with the line beneath. held: what is counted of the list."""
    here = state.shown(atlas, view)
    name = place_name(here.name, here.name_en)
    pilots = nt("{n} pilot place on the lists held", "{n} pilot places on the lists held", held["pilots"])
    projects = nt("{n} project on record", "{n} projects on record", held["projects"])
    title = t("{place}: {pilots}, {projects}", place=name, pilots=pilots, projects=projects)
    remark = nt(
        "{n} project has published an amount",
        "{n} projects have published an amount",
        held["with_amount"],
        n=figures.count(held["with_amount"]),
    )
    evidence = "simulated" if held["simulated"] else "declared"
    return title, blocks.finding(title, [remark, panel.as_of_words(atlas)], evidence)


def _given_batch(atlas: Atlas, view: View) -> int | None:
    said = inputs.given(view, "batch") or ""
    known = {str(n): n for n in notices.batches(atlas)}
    return known.get(said)


def _page(view: View, pages: int) -> int:
    if pages < 2:
        return 1
    with st.container(key="noprint_page"):
        label = t("Page (of {n})", n=figures.count(pages))
        return int(inputs.number(view, "page", label, 1, low=1, high=pages, step=1, is_whole=True, width=160))


def _table(atlas: Atlas, view: View, rows: pd.DataFrame) -> html.Html:
    names = notices.state_names(atlas)
    cells = [
        [
            _name(view, row),
            place_name(row["place_name"], row["place_name_en"]),
            _batch_words(row),
            _technology(atlas, row["technology"]),
            _operator(atlas, row),
            _villages_words(row),
            _amount(row, "capex_yuan"),
            _amount(row, "granted_yuan"),
            figures.day(row["contract_date"]),
            pick(names[row["state"]]) if row["state"] in names else figures.unknown(),
            _window(row),
            badges.badge(row["evidence"]),
        ]
        for row in rows.to_dict("records")
    ]
    headers = [
        t("Pilot or project"),
        t("Place"),
        t("Batch"),
        t("Technology"),
        t("Operator"),
        t("Villages planned"),
        t("Investment announced"),
        t("Subsidy granted"),
        t("Contract signed"),
        t("State"),
        t("Notice"),
        t("Evidence"),
    ]
    return tables.data_table(headers, cells, "lllllrrrllll", t("Public notice"))


def _villages_words(row: dict[str, object]) -> str:
    """Villages planned, and what the ledger has left of them."""
    planned = figures.count(row["planned_villages"])  # type: ignore[arg-type]
    if pd.isna(row["villages_today"]):
        return planned
    return figures.bracketed(planned, t("today {n}", n=figures.count(row["villages_today"])))  # type: ignore[arg-type]


def _name(view: View, row: dict[str, object]) -> html.Html | str:
    if isinstance(row["project_id"], str):
        return html.link(
            place_name(str(row["name"]), row["name_en"]),
            inputs.with_inputs(view, project=row["project_id"], page=None).link(),
        )
    return html.link(
        place_name(str(row["published_name"]), row["place_name_en"]),
        address("place") + view.link(place_id=row["place_id"]),
    )


def _batch_words(row: dict[str, object]) -> str:
    """The year is the pilot's; a project beside all pilots has a batch at most."""
    return figures.DASH if pd.isna(row["batch"]) else pilot_text.batch_words(row)


def _technology(atlas: Atlas, code: object) -> str:
    held = {one.standard_id: pick(one.name) for one in facts.standards(atlas)}
    return held.get(str(code), str(code))


def _amount(row: dict[str, object], column: str) -> str:
    """An amount of another currency is shown as it is, never as the profile's."""
    amount = row[column]
    if isinstance(row["currency"], str) and not pd.isna(amount):
        return f"{figures.count(amount)} {row['currency']}"  # type: ignore[arg-type]
    return figures.money(amount)  # type: ignore[arg-type]


def _window(row: dict[str, object]) -> str:
    if pd.isna(row["notice_from"]):
        return figures.DASH
    return " – ".join(figures.day(row[day]) for day in ("notice_from", "notice_to") if not pd.isna(row[day]))  # type: ignore[arg-type]


def _text(value: object) -> str:
    return figures.text_or_none(value) or figures.unknown()


# --- one project ------------------------------------------------------------------------------------------


def _one(atlas: Atlas, view: View, row: pd.Series) -> None:
    facts_of = {str(key): value for key, value in row.to_dict().items()}
    names = notices.state_names(atlas)
    where = place_name(facts_of["place_name"], facts_of["place_name_en"])
    name = place_name(str(facts_of["name"]), facts_of["name_en"])
    st.html(blocks.finding(name, [where, str(facts_of["project_id"])], facts_of["evidence"]))
    keeping.report(atlas, view, name, str(facts_of["project_id"]))
    whole = inputs.with_inputs(view, project=None)
    st.html(html.link(t("Back to the list"), whole.link()))
    state_word = pick(names[facts_of["state"]]) if facts_of["state"] in names else figures.unknown()
    left, right = st.columns([2, 3], gap="large")
    with left:
        st.html(
            tables.fact_list(
                [
                    (t("Place"), where, None),
                    (t("Batch"), _batch_words(facts_of), None),
                    (t("Technology"), _technology(atlas, facts_of["technology"]), None),
                    (t("Operator"), _operator(atlas, facts_of), None),
                    (t("As written"), originals.shown(atlas, facts_of["operator"]) or figures.unknown(), None),
                    (t("Operator chosen by"), _selection(facts_of["selection"]), None),
                    (t("Villages planned"), _villages_words(facts_of), None),
                    (t("Villages opened"), figures.count(facts_of["opened_villages"]), None),
                    (t("Investment announced"), _amount(facts_of, "capex_yuan"), None),
                    (t("Subsidy granted"), _amount(facts_of, "granted_yuan"), None),
                    (t("Contract signed"), figures.day(facts_of["contract_date"]), None),
                    (t("Due"), figures.day(facts_of["due_date"]), None),
                    (t("Built"), figures.day(facts_of["completed_date"]), None),
                    (t("Accepted"), figures.day(facts_of["accepted_date"]), None),
                    (t("State"), state_word, None),
                    (t("Notice"), _window(facts_of), None),
                    (t("Objections"), figures.count(facts_of["objections"]), None),
                ]
            )
        )
    with right:
        _villages(atlas, view, str(facts_of["project_id"]))
    _contact(atlas)
    keeping.qr_code(view)


def _operator(atlas: Atlas, row: dict[str, object]) -> str:
    names = facts.operators(atlas)
    known = names.get(str(row["operator_id"]))
    return pick(known) if known else originals.plain(atlas, row["operator"]) or figures.unknown()


def _selection(word: object) -> str:
    words = {"tender": t("tender"), "designation": t("designation")}
    return words.get(str(word), _text(word))


def _villages(atlas: Atlas, view: View, project_id: str) -> None:
    n = notices.villages_listed(atlas, project_id)
    if not n:
        st.html(blocks.notice("unknown", t("Which villages belong to this project is not published.")))
        return
    st.html(blocks.heading(t("Villages of the project: {n}", n=figures.count(n))))
    page = _page(view, math.ceil(n / PER_PAGE))
    names = notices.state_names(atlas)
    rows = [
        [
            html.link(
                place_name(row["name"], row["name_en"]),
                address("place") + view.link(village_id=row["place_id"], place_id=row["place_id"]),
            ),
            pick(names[row["state"]]) if row["state"] in names else row["state"],
            figures.day(row["opened_date"]),
            figures.day(row["accepted_date"]),
            badges.badge(row["evidence"]),
        ]
        for row in notices.villages(atlas, project_id, PER_PAGE, (page - 1) * PER_PAGE).to_dict("records")
    ]
    headers = [t("Village"), t("State"), t("Opened"), t("Accepted"), t("Evidence")]
    st.html(tables.data_table(headers, rows, "lllll", t("Villages of the project")))


def _contact(atlas: Atlas) -> None:
    """Objections go to an office; without one, to who published the list."""
    contact = facts.settings(atlas).get("contact", {})
    office = pick(contact.get("office") or {"zh": "", "en": ""})
    if office:
        st.html(blocks.notice("info", t("Send objections to: {office}", office=office)))
        return
    words = t("No office is named for this atlas: objections go to those who published the list.")
    st.html(blocks.notice("info", words))
