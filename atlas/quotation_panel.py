"""The published figure beside the calculated one: value, date, the sentence it stands in, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from atlas import figures, markup, published_links
from atlas.language import pick, t
from indicators.database import Atlas
from indicators.quotations import quotations


@dataclass(frozen=True)
class Quoted:
    """What a published figure says, in words; `unit` is percent, usd, or "" for a plain number."""

    words: str
    figure_id: str
    unit: str = ""


def beside(atlas: Atlas, wanted: Sequence[Quoted], remark: str = "") -> None:
    """A table of those figures that the atlas holds; nothing where it holds none."""
    held = quotations(atlas, tuple(one.figure_id for one in wanted)).set_index("figure_id")
    rows = []
    for one in wanted:
        if one.figure_id not in held.index:
            continue
        row = held.loc[one.figure_id]
        source = pick({"zh": row["title_zh"], "en": row["title_en"]})
        rows.append(
            [
                one.words,
                _value(row["value"], figures.text_or_none(row["qualifier"]), one.unit),
                row["date_text"],
                row["quotation"],
                published_links.link(figures.bracketed(source, one.figure_id), one.figure_id),
            ]
        )
    if not rows:
        return
    title = t("What has been published")
    st.html(markup.heading(title, "declared", remark))
    headers = [t("Figure"), t("Value"), t("Date"), t("Quotation"), t("Source")]
    st.html(markup.data_table(headers, rows, "wrlww", title))


def _value(value: float, qualifier: str | None, unit: str) -> str:
    if figures.is_missing(value):
        return figures.unknown()
    mark = {"~": "≈ ", "<": "< ", ">": "> ", "<=": "≤ ", ">=": "≥ "}.get(qualifier or "", "")
    if unit == "percent":
        return f"{mark}{figures.percent(value)}"
    if unit == "usd":
        return mark + t("{amount} US dollars", amount=figures.compact(value))
    return f"{mark}{figures.decimal(value)}"
