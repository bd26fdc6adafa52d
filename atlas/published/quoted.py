"""Published figures in words: what they count, their value as it was published, and points of their series."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from atlas.charts import points as chart_points
from atlas.look import figures, html, tables
from atlas.look.language import CHINESE, current, mark, pick, t
from atlas.look.words import originals, qualifiers
from atlas.look.words import seen as seen_text
from atlas.published import figure_links
from indicators import facts, places
from indicators.database import Atlas
from indicators.published import figures as published_figures
from indicators.published import history
from indicators.published.figures import NOT_TOLD

#: Units of published figures in words, where the profile has none of its own; others stand as they were written.
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
#: What was seen of a figure's document, and how sure its words are.
SEEN = seen_text.SEEN | {NOT_TOLD: mark("excerpt")}
SEEN_MEANS = {
    "original": mark("read on the publisher's own page"),
    "republished": mark("read on a page that names where it comes from"),
    "mirror": mark("read on an unrelated page that holds a copy; not compared with the original"),
    "cited": mark("another text cites it; the document itself was not read"),
    "not_seen": mark("taken over; no page that says it was found"),
    NOT_TOLD: mark("excerpt of a document without a public address"),
}
CONFIDENCE = seen_text.CONFIDENCE
FIRST_CALENDAR_YEAR = 1000  # a smaller number of years is a length of time


def name(atlas: Atlas, indicator: str) -> str:
    """What an indicator is called; its own word where the profile gives it no name."""
    return word(atlas, indicator).replace("_", " ")


def word(atlas: Atlas, written: str) -> str:
    """A word of the figures' files (an indicator, topic, unit or text value) in the reader's language, as declared."""
    declared = published_figures.words(atlas).get(written)
    return pick(declared) if declared else written


def unit(atlas: Atlas, written: str, number: float | None = None) -> str:
    """A unit in words; beside a one in the singular, where the profile declares it (`one`)."""
    declared = published_figures.words(atlas).get(written)
    if declared and number == 1 and current() != CHINESE and "one" in declared:
        return declared["one"]
    said = word(atlas, written)
    return t(UNITS[written]) if said == written and written in UNITS else said


def value(atlas: Atlas, row: Mapping[str, Any]) -> str:
    """A value with its unit and its bound, as it was published: no digit is rounded away."""
    written, number = str(row["unit"]), row["value"]
    if written == "flag":
        return t("yes") if number == 1 else str(row["value_text"])
    if figures.is_missing(number):
        return word(atlas, str(row["value_text"]))
    if written == "yuan":
        words = figures.exact_money(number)
    elif written.startswith("percent") and written != "percentage point":
        words = f"{figures.decimal(number)}%"
    elif written == "year" and number >= FIRST_CALENDAR_YEAR:
        words = f"{number:.0f}"
    else:
        words = figures.joined(figures.decimal(number), unit(atlas, written, number))
    return qualifiers.bounded(words, row["qualifier"])


def told_number(text: object) -> str | None:
    """A number that is told as a text, with its thousands apart; other words as they are."""
    told = figures.text_or_none(text)
    return figures.count(float(told)) if told and told.isascii() and told.isdigit() else told


def seen(told: object) -> str:
    """What was seen of a document, in words."""
    return t(SEEN[told]) if isinstance(told, str) and told in SEEN else t(SEEN[NOT_TOLD])


def confidence(told: object) -> str:
    """How sure the words of a figure are, in words; a dash where nobody judged it."""
    return t(CONFIDENCE[told]) if isinstance(told, str) and told in CONFIDENCE else figures.DASH


def said(atlas: Atlas, row: Mapping[str, Any]) -> str:
    """The words that a figure stands in, else how they were put."""
    return originals.shown(atlas, row["quotation"]) or note(atlas, row) or figures.DASH


def note(atlas: Atlas, row: Mapping[str, Any]) -> str | None:
    """What is remarked of a figure, in the reader's language where the profile has it."""
    written = figures.text_or_none(row["note"])
    return word(atlas, written) if written else None


def table(atlas: Atlas, rows: pd.DataFrame, caption: str, with_place: bool = True) -> html.Html:
    """Published figures with the words they stand in, one a row."""
    cells = [
        [
            name(atlas, row["indicator"]),
            *([place(atlas, row)] if with_place else []),
            str(row["date_text"]),
            value(atlas, row),
            said(atlas, row),
            document(atlas, row),
            figure_links.figure_link(str(row["figure_id"])),
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
    return tables.data_table(headers, cells, "w" + "l" * with_place + "lrwwl", caption)


def place(atlas: Atlas, row: Mapping[str, Any]) -> str:
    written = figures.text_or_none(row["place_name"])
    one = places.place(atlas, str(row["place_id"]))
    names = {"zh": written, "en": one.name_en} if one else published_figures.words(atlas).get(written or "", {})
    return pick(names) or written or figures.DASH


def document(atlas: Atlas, row: Mapping[str, Any]) -> str:
    """The document with its original title, else the source."""
    named = figures.text_or_none(row["document"])
    return originals.shown(atlas, named) if named and not named.isdigit() else document_title(atlas, row)


def document_title(atlas: Atlas, row: Mapping[str, Any]) -> str:
    """The document in the reader's words, else the source; one named by a bare number is a part of the source."""
    named = figures.text_or_none(row["document"])
    if named is not None and not named.isdigit():
        return originals.plain(atlas, named)
    listed = facts.sources(atlas).set_index("source_id")
    title = pick({lang: str(listed.at[row["source_id"], f"title_{lang}"]) for lang in ("zh", "en")})
    return title if named is None else t("{source}, part {n}", source=title, n=named)


def points(atlas: Atlas, place_id: str, lang: str) -> pd.DataFrame:
    """Series of a place as charts take them, those that count something else (hamlets) beside them."""
    known = chart_points.history_points(atlas, place_id, lang)
    other = history.beside(atlas, place_id)
    if other.empty:
        return known
    more = chart_points.worded(atlas, other.assign(label=other["label_zh" if lang == "zh" else "label_en"]))
    return pd.concat([known, more], ignore_index=True) if len(known) else more
