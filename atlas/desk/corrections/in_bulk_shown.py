"""What a list of corrections looks like: its columns, its sums, its wrong rows, the first that would be filed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from atlas.desk import words
from atlas.desk.corrections import claimed
from atlas.intake.report import Content
from atlas.look import blocks, cards, figures, html, tables
from atlas.look.language import pick, place_name, t
from atlas.view.state import View
from desk.challenges.file import Listed
from desk.projected.states import reasons
from importer.contents import content
from indicators import facts, places
from indicators.database import Atlas


def words_that_are_read(atlas: Atlas) -> None:
    """How standards, reasons and carriers are written, in a fold."""
    with st.expander(t("How standards, reasons and carriers are written")):
        standards = [words.standard(atlas, one.standard_id) for one in facts.standards(atlas) if one.dates]
        carriers = [words.operator(atlas, one) for one in facts.operators(atlas)]
        rows = [
            (t("Standard"), figures.listed(standards), None),
            *((_because(claim), figures.listed(_reasons(claim)), None) for claim in ("unconnected", "connected")),
            (t("Carrier"), figures.listed(carriers) or figures.DASH, None),
        ]
        st.html(tables.fact_list(rows))


def _because(claim: str) -> str:
    if claim == "connected":
        return t("Reason, where it is connected")
    return t("Reason, where it is not connected")


def _reasons(claim: str) -> list[str]:
    return [words.reason(name) for name, one in reasons().items() if one.claim == claim]


def columns_taken(atlas: Atlas, draft: str, part: Content) -> None:
    """Which column was taken for what, and which of the file are not used."""
    try:
        held = tomllib.loads(draft).get("columns", {})
    except tomllib.TOMLDecodeError:
        held = {}
    fields = content("claims", places.levels(atlas)[:-1]).asked
    rows = [
        (pick(dict(fields[name].label)), html.as_written(_header(one)), None)
        for name, one in held.items()
        if name in fields
    ]
    unused = [one.name for one in part.left_out if one.part == "column"]
    if unused:
        rows.append((t("Not used of the file"), html.as_written(figures.listed(unused)), None))
    st.html(tables.fact_list(rows))


def _header(told: Any) -> str:
    return str(told.get("column", "")) if isinstance(told, dict) else str(told)


def sums(read: int, fit: int, join: int, refused: int) -> None:
    """Rows in are rows filed, joined and refused."""
    st.html(
        cards.cards(
            [
                cards.card_text(title, figures.count(n), t("rows"), None)
                for title, n in (
                    (t("In the file"), read),
                    (t("Would be filed"), fit - join),
                    (t("Would be joined to others"), join),
                    (t("Refused"), refused),
                )
            ]
        )
    )


def wrong(atlas: Atlas, counts: Mapping[str, int], first: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Why rows are refused, how to mend them, and the first of each."""
    for key, n in counts.items():
        said, mend = (t(one) for one in claimed.WRONG[key])
        st.html(blocks.heading(f"{said} {figures.count(n)}", None, mend))
        _table(atlas, first[key], said)


def first_rows(atlas: Atlas, rows: Sequence[Mapping[str, Any]], n: int) -> None:
    title = t("What would be filed")
    st.html(blocks.heading(title, None, t("the first of {n} rows", n=figures.count(n)) if n > len(rows) else ""))
    _table(atlas, rows, title)


def _table(atlas: Atlas, rows: Sequence[Mapping[str, Any]], title: str) -> None:
    shown = [
        [
            html.as_written(str(one["row"] or "")),
            html.stacked([_village(one), str(one["place_id"] or "")]),
            _claim(atlas, one),
            words.reason(one["reason_id"]) if one["reason_id"] else figures.DASH,
            words.operator(atlas, one["operator_id"] or "") or t("None named"),
        ]
        for one in rows
    ]
    header = [t("Row"), t("Village"), t("Claim"), t("Reason"), t("Carrier")]
    st.html(tables.data_table(header, shown, "rwwwl", title))


def _village(one: Mapping[str, Any]) -> str:
    return place_name(one["name"], one["name_en"]) if one["name"] else figures.DASH


def _claim(atlas: Atlas, one: Mapping[str, Any]) -> str:
    standard = words.standard(atlas, one["standard_id"]) if one["standard_id"] else ""
    said = one["claim"]
    if standard and said:
        return words.claim(one, standard)
    return standard or (t(words.CLAIMS[said]) if said else figures.DASH)


def receipt(view: View, name: str, read: int, refused: int, made: Listed, place_id: str) -> None:
    """Numbers from and to, until when answers come, and the way to the list."""
    last = made.first_no + made.challenges - 1
    numbers = t("{first} to {last}", first=words.number(made.first_no), last=words.number(last))
    st.html(blocks.heading(t("Filed: {numbers}", numbers=numbers)))
    st.html(
        tables.fact_list(
            [
                (t("File"), html.as_written(name), None),
                (t("In the file"), figures.count(read), None),
                (t("Filed"), figures.count(made.challenges - made.joined), None),
                (t("Joined to others"), figures.count(made.joined), None),
                (t("Refused"), figures.count(refused), None),
                (t("An answer is due by"), made.due_on, None),
            ]
        )
    )
    link = f"corrections{view.link(place_id=place_id, village_id=None, inputs=())}"
    st.html(blocks.notice("info", t("They stand in the list of corrections of the place."), [(t("Open it"), link)]))
