"""The published figure beside the calculated one: value, date, the sentence it stands in, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from atlas.look import blocks, figures, html, tables
from atlas.look.language import pick, t
from atlas.look.words import originals, qualifiers
from atlas.published import figure_links, quoted
from indicators.database import Atlas
from indicators.published.quotations import quotations


@dataclass(frozen=True)
class Quoted:
    """A use that a page has for a published figure; `unit` is percent, usd, or "" for a plain number."""

    use: str
    unit: str = ""


def beside(atlas: Atlas, wanted: Sequence[Quoted], remark: str = "") -> None:
    """A table of the figures that the profile declares for these uses; nothing where it declares none."""
    unit = {one.use: one.unit for one in wanted}
    rows = [
        [
            pick({"zh": row["name_zh"], "en": row["name_en"]}),
            _value(row["value"], figures.text_or_none(row["qualifier"]), unit[row["use"]]),
            row["date_text"],
            originals.shown(atlas, row["quotation"]),
            html.stacked([quoted.document(atlas, row), figure_links.figure_link(row["figure_id"])]),
        ]
        for row in quotations(atlas, tuple(unit)).to_dict("records")
    ]
    if not rows:
        return
    title = t("What has been published")
    st.html(blocks.heading(title, "declared", remark))
    headers = [t("Figure"), t("Value"), t("Date"), t("Quotation"), t("Source")]
    st.html(tables.data_table(headers, rows, "wrlww", title))


def _value(value: float, qualifier: str | None, unit: str) -> str:
    if figures.is_missing(value):
        return figures.unknown()
    if unit == "percent":
        words = figures.percent(value)
    elif unit == "usd":
        words = t("{amount} US dollars", amount=figures.compact(value))
    else:
        words = figures.decimal(value)
    return qualifiers.bounded(words, qualifier)
