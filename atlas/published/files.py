"""Published figures as a file: CSV and Excel for people, JSON with the atlas's own names for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import pandas as pd

from atlas.files import file_facts, table_files
from atlas.files.sheets import Facts
from atlas.files.table_files import Table
from atlas.look import figures
from atlas.look.addressed import Addressed
from atlas.look.language import pick, speaking, t
from atlas.look.parameters import Lang, StepOf
from atlas.look.words import originals
from atlas.published import quoted
from atlas.view import published_query
from atlas.view.published_query import PublishedParameters
from indicators import facts
from indicators.database import Atlas
from indicators.published import figures as published_figures
from indicators.published.figures import Asked

FORMATS = {**table_files.FORMATS, "json": "JSON"}
CONTENT_TYPE = "application/json"
#: Columns of the file, in their order, by the names of the table.
COLUMNS = (
    "figure_id",
    "topic",
    "place_id",
    "place_name",
    "date_text",
    "date_from",
    "date_to",
    "batches",
    "indicator",
    "value_text",
    "qualifier",
    "value",
    "unit",
    "denominator",
    "quotation",
    "document",
    "publisher",
    "published_on",
    "url",
    "seen",
    "confidence",
    "contradiction_id",
    "is_derived",
    "note",
)


@dataclass(frozen=True)
class FiguresFile(Addressed):
    """The published figures that answer what is asked."""

    PATH = "download/figures.{suffix}"
    suffix: Annotated[str, StepOf(allowed=tuple(FORMATS))]
    wanted: Annotated[Asked, PublishedParameters()]
    lang: Lang


def write(atlas: Atlas, asked: Asked, suffix: str, lang: str, link: str, path: Path) -> str:
    """Write the figures that answer and return the name under which the file is offered."""
    with speaking(lang):
        found = published_figures.listed(atlas, asked)
        said = _said(atlas, asked, found, link)
        if suffix == "json":
            path.write_text(_json(found, said), encoding="utf-8")
            return file_facts.file_name("published-figures", asked.within, suffix=suffix, is_simulated=False)
        rows = _readable(atlas, found)
        title = t("Published figures")
        parts = ("published-figures", asked.within)
        return table_files.write(Table(title, list(rows.columns), rows, said, parts, False), suffix, path)


def _readable(atlas: Atlas, found: pd.DataFrame) -> pd.DataFrame:
    """Headings as the data dictionary has them; words in the reader's language, values and quotations as printed."""
    labels = facts.field_labels(atlas, "published_figure")
    say: dict[str, Callable[[Any], Any]] = {
        "topic": lambda one: quoted.word(atlas, one),
        "indicator": lambda one: quoted.name(atlas, one),
        "unit": lambda one: quoted.unit(atlas, one),
        "date_from": _day,
        "date_to": _day,
        **{name: partial(originals.in_file, atlas) for name in ("quotation", "document", "publisher")},
        "seen": quoted.seen,
        "confidence": quoted.confidence,
        "note": lambda one: quoted.word(atlas, one) if isinstance(one, str) else None,
        "is_derived": lambda one: t("yes") if one else t("no"),
    }
    held = table_files.plain(found[["value"]]).reindex(columns=["value"])
    found = found.assign(value=held["value"].tolist())
    columns = {_heading(pick(labels[name])): [say.get(name, _known)(one) for one in found[name]] for name in COLUMNS}
    return pd.DataFrame(columns, dtype=object)


def _heading(label: str) -> str:
    """A label of the data dictionary without its explanation."""
    return re.split(r"[（(:;]", label)[0].strip()


def _day(value: Any) -> str | None:
    return None if figures.is_missing(value) else figures.day(value)


def _known(value: Any) -> Any:
    return None if figures.is_missing(value) else value


def _json(found: pd.DataFrame, said: Facts) -> str:
    rows = [{name: _plain(row[name]) for name in (*COLUMNS, "source_id")} for row in found.to_dict("records")]
    grouped: dict[str, list[str]] = {}
    for name, text in said:
        grouped.setdefault(name, []).append(text)
    return json.dumps({"about": grouped, "figures": rows}, ensure_ascii=False, indent=1, allow_nan=False)


def _plain(value: Any) -> Any:
    """A cell as JSON has it: days as texts, nothing for what is not known."""
    if figures.is_missing(value):
        return None
    return figures.day(value) if isinstance(value, pd.Timestamp) else value


def _said(atlas: Atlas, asked: Asked, found: pd.DataFrame, link: str) -> Facts:
    sources = set(found["source_id"])
    return [
        (t("Title"), t("Published figures")),
        (t("Place"), file_facts.place_words(atlas, asked.within)),
        (t("Filters"), figures.sentence(filters(atlas, asked)) or t("none")),
        (t("Figures"), figures.count(len(found))),
        (
            t("Note"),
            t("Each as it was published, with its words; figures that contradict each other stand side by side."),
        ),
        *file_facts.of_evidence({"declared": len(found)}),
        *file_facts.of_sources(atlas, sources),
        *file_facts.of_build(atlas, link),
    ]


def filters(atlas: Atlas, asked: Asked) -> list[str]:
    """What is asked, in words."""
    said = published_query.written(asked)
    words = {
        "words": lambda one: t("with the words {words}", words=one),
        "topic": lambda one: quoted.word(atlas, one),
        "seen": quoted.seen,
        "contradiction": lambda one: one if one != published_figures.ANY else t("in a contradiction"),
        "from": lambda one: t("from {date}", date=one),
        "to": lambda one: t("up to {date}", date=one),
    }
    return [words[key](value) for key, value in said.items()]
