"""Published figures in words: what they count, their value as it was published, and points of their series."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from atlas import chart_points, figures, markup, published_links
from atlas.language import mark, pick, t
from indicators import facts, history, places
from indicators.database import Atlas

#: Units of published figures in words; others stand as they were written.
UNITS = {
    "administrative village": mark("villages"),
    "village": mark("villages"),
    "village committee": mark("village committees"),
    "household": mark("households"),
    "year": mark("years"),
    "month": mark("months"),
    "ONT": mark("terminals"),
    "point": mark("points"),
    "place": mark("places"),
}
BOUNDS = {"~": mark("about {value}"), ">": "> {value}", ">=": "≥ {value}", "<": "< {value}"}


def name(atlas: Atlas, indicator: str) -> str:
    """What an indicator is called; its own word where the profile gives it no name."""
    declared = history.words(atlas).get(indicator)
    return pick(declared["name"]) if declared else indicator.replace("_", " ")


def value(row: Mapping[str, Any]) -> str:
    """A value with its unit and its bound, as it was published."""
    unit = str(row["unit"])
    if unit == "flag":
        return t("yes") if row["value"] == 1 else str(row["value_text"])
    if figures.is_missing(row["value"]):
        return str(row["value_text"])
    if unit == "yuan":
        words = figures.money(row["value"])
    elif unit.startswith("percent"):
        words = f"{figures.decimal(row['value'])}%"
    else:
        words = figures.joined(figures.decimal(row["value"]), t(UNITS[unit]) if unit in UNITS else unit)
    bound = BOUNDS.get(figures.text_or_none(row["qualifier"]) or "")
    return t(bound, value=words) if bound else words


def said(row: Mapping[str, Any]) -> str:
    """The words that a figure stands in, else how they were put."""
    return figures.text_or_none(row["quotation"]) or figures.text_or_none(row["note"]) or figures.DASH


def table(atlas: Atlas, rows: pd.DataFrame, caption: str, with_place: bool = True) -> markup.Html:
    """Published figures with the words they stand in, one a row."""
    cells = [
        [
            name(atlas, row["indicator"]),
            *([_place(atlas, row)] if with_place else []),
            str(row["date_text"]),
            value(row),
            said(row),
            document(atlas, row),
            published_links.link(str(row["figure_id"]), str(row["figure_id"])),
        ]
        for row in rows.to_dict("records")
    ]
    headers = [
        t("What"),
        *([t("Place")] if with_place else []),
        t("When"),
        t("Value as published"),
        t("Quotation"),
    ]
    headers += [t("Source"), t("Number")]
    return markup.data_table(headers, cells, "w" + "l" * with_place + "lrwwl", caption)


def _place(atlas: Atlas, row: Mapping[str, Any]) -> str:
    written = figures.text_or_none(row["place_name"])
    one = places.place(atlas, str(row["place_id"]))
    return pick({"zh": written, "en": one.name_en if one else written}) or figures.DASH


def document(atlas: Atlas, row: Mapping[str, Any]) -> str:
    """The document, else the source; a document named by a bare number is a part of the source."""
    document = figures.text_or_none(row["document"])
    if document is not None and not document.isdigit():
        return document
    listed = facts.sources(atlas).set_index("source_id")
    title = pick({lang: str(listed.at[row["source_id"], f"title_{lang}"]) for lang in ("zh", "en")})
    return title if document is None else t("{source}, part {n}", source=title, n=document)


def points(atlas: Atlas, place_id: str, lang: str) -> pd.DataFrame:
    """Series of a place as charts take them, those that count something else (hamlets) beside them."""
    known = chart_points.history_points(atlas, place_id, lang)
    other = history.beside(atlas, place_id)
    if other.empty:
        return known
    more = other.assign(
        label=other["label_zh" if lang == "zh" else "label_en"],
        source=other["document"].fillna(other["source_id"]),
        quotation=other["quotation"].fillna(other["note"]),
    )
    return pd.concat([known, more], ignore_index=True) if len(known) else more
