"""What a register of villages says otherwise of them than is published: positions, people, terrain, category."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from atlas.desk import maps
from atlas.desk.registers.register_facts import FAR_KM, NUMBERS, FactChanges
from atlas.look import blocks, figures, html, tables
from atlas.look.language import mark, nt, place_name, t
from atlas.look.words import filters
from atlas.pieces import panels
from atlas.view.state import View
from indicators.database import Atlas

ROWS = 50
FIELDS = {
    "population_persons": mark("Population"),
    "households": mark("Households"),
    "terrain": mark("Terrain"),
    "policy_category": mark("Policy category"),
}
WORDS = {"terrain": filters.terrain, "policy_category": filters.category}


def odd(found: FactChanges) -> list[str]:
    """What may be right, and is to be looked at."""
    said = []
    if found.far:
        n = figures.count(found.far)
        km = figures.count(FAR_KM)
        said.append(
            nt(
                "{n} village would move by more than {km} km: look twice.",
                "{n} villages would move by more than {km} km: look twice.",
                found.far,
                n=n,
                km=km,
            )
        )
    if found.lone:
        said.append(
            nt(
                "{n} village would lie far from all others of the register: look twice.",
                "{n} villages would lie far from all others of the register: look twice.",
                found.lone,
                n=figures.count(found.lone),
            )
        )
    if found.leaps:
        n = figures.count(found.leaps)
        said.append(
            nt(
                "{n} number of people or households is ten times what it was, or a tenth: look twice.",
                "{n} numbers of people or households are ten times what they were, or a tenth: look twice.",
                found.leaps,
                n=n,
            )
        )
    return said


def show(atlas: Atlas, view: View, found: FactChanges) -> None:
    """A map and two lists, of as many villages as a page can hold."""
    if found.moved.empty and found.changed.empty:
        st.html(blocks.notice("info", t("It says of every village what is published already.")))
        return
    if len(found.moved):
        maps.moved(atlas, view, found.moved)
    _list(t("Villages that it puts elsewhere"), found.moved, [t("Village"), t("In the register"), t("Moved")], _moved)
    header = [t("Village"), t("Field"), t("Published now"), t("In the register")]
    _list(t("Villages of which it says something else"), found.changed, header, _changed)


def _list(title: str, rows: pd.DataFrame, header: list[str], cells: Any) -> None:
    if rows.empty:
        return
    st.html(blocks.heading(title, None, panels.first_of(ROWS, len(rows))))
    shown = [cells(row) for row in rows.head(ROWS).to_dict("records")]
    st.html(tables.data_table(header, shown, "w" + "l" * (len(header) - 1), title))


def _named(row: Mapping[Any, Any]) -> html.Html:
    return html.stacked([place_name(row["name"], row["name_en"]), row["place_id"]])


def _moved(row: Mapping[Any, Any]) -> list[object]:
    far = t("had no position") if pd.isna(row["distance_km"]) else figures.distance(row["distance_km"])
    return [_named(row), f"{row['lat']:.5f}, {row['lon']:.5f}", far]


def _changed(row: Mapping[Any, Any]) -> list[object]:
    field = row["field"]
    return [_named(row), t(FIELDS[field]), _said(field, row["before"]), _said(field, row["after"])]


def _said(field: str, value: object) -> object:
    if value is None or pd.isna(value):
        return figures.unknown()
    if field in NUMBERS:
        return figures.count(float(str(value)))
    return html.as_written(WORDS[field](str(value)))
