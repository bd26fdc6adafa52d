"""Small declared tables: which loader reads which; costs and parameters of the model are read here.

They do not come through the importer: their cells are kept as printed (`>6000`, `2012/2014`), which are no numbers or
days there, and their columns are those of the atlas itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any

import pandas as pd

from etl.declaration import Source
from etl.records.published import load_contradictions, load_published_figures
from etl.records.row_checks import FIRST_DATA_ROW, recorded, refuse_empty, refuse_repeated, row_error
from etl.records.rules import load_programme_rules
from etl.records.translations import load_translations
from etl.records.values import quantity
from etl.source_file import file_path, read_text_table
from etl.store import Store

Loader = Callable[[Store, Source], None]
STRENGTHS = ("published", "derived", "foreign", "assumed")  # of a model parameter, the strongest first
CURRENCY = re.compile(r"[A-Z]{3}")


def load_cost_parameters(store: Store, source: Source) -> None:
    """Fill `cost_parameter`: low ≤ central ≤ high, in yuan per village."""
    path = file_path(source)
    amounts = ["low_yuan", "central_yuan", "high_yuan"]
    frame = read_text_table(source, path, ["technology", *amounts, "price_years", "citation"])
    refuse_repeated(path, frame["technology"])
    for number, row in enumerate(frame.to_dict("records"), start=FIRST_DATA_ROW):
        read = [quantity(str(row[field])) for field in amounts]
        values = [one.value for one in read if one.value is not None and one.qualifier is None]
        if len(values) < len(amounts) or values != sorted(values) or values[0] < 0:
            found = ", ".join(str(row[field]) for field in amounts)
            raise row_error(path, number, "low_yuan..high_yuan", "three numbers, 0 ≤ low ≤ central ≤ high", found)
    numbers = frame.assign(**{field: frame[field].astype(float) for field in amounts})
    store.insert("cost_parameter", numbers.assign(evidence=source.evidence), source)
    recorded(store, source, path, len(frame))


def load_model_parameters(store: Store, source: Source) -> None:
    """Fill `model_parameter`: 0 ≤ low ≤ value ≤ high, each with unit, strength and citation.

    Money in another currency than the profile's needs the parameter `exchange_rate_<currency>`.
    """
    path = file_path(source)
    texts = ["parameter", "technology", "name_zh", "name_en", "unit", "citation"]
    needed = [*texts, "value", "low", "high", "price_year", "currency", "strength"]
    columns = [*needed, "citation_zh"]
    frame = read_text_table(source, path, needed).reindex(columns=columns)
    refuse_empty(path, frame, texts)
    refuse_repeated(path, (frame["parameter"] + " of " + frame["technology"]).rename("parameter, technology"))
    own_currency = store.profile.body.get("currency", {}).get("code")
    rates = {name for name in frame["parameter"] if name.startswith("exchange_rate_")}
    rows = []
    for number, row in enumerate(frame.to_dict("records"), start=FIRST_DATA_ROW):
        rows.append(row | _model_numbers(path, number, row))
        currency = row["currency"]
        rate = f"exchange_rate_{str(currency).lower()}"
        if currency not in (None, own_currency) and rate not in rates:
            expected = f"{own_currency}, or a row of the parameter {rate}"
            raise row_error(path, number, "currency", expected, str(currency))
    loaded = pd.DataFrame(rows, columns=columns).assign(evidence=source.evidence)
    store.insert("model_parameter", loaded.astype({"price_year": "Int64"}), source)
    recorded(store, source, path, len(frame))


def _model_numbers(path: Path, number: int, row: dict[Hashable, Any]) -> dict[str, Any]:
    """The numbers of one row of a model's parameters, once its words are known ones."""
    fields = ("low", "value", "high")
    read = [quantity(str(row[field])) for field in fields]
    values = [one.value for one in read if one.value is not None and one.qualifier is None]
    if len(values) < len(fields) or values != sorted(values) or values[0] < 0:
        found = ", ".join(str(row[field]) for field in fields)
        raise row_error(path, number, "low, value, high", "three numbers, 0 ≤ low ≤ value ≤ high", found)
    if row["strength"] not in STRENGTHS:
        raise row_error(path, number, "strength", " or ".join(STRENGTHS), str(row["strength"]))
    year, currency = row["price_year"], row["currency"]
    if currency is not None and CURRENCY.fullmatch(currency) is None:
        raise row_error(path, number, "currency", "three capital letters, or nothing", currency)
    if year is not None and re.fullmatch(r"(19|20)\d\d", year, re.ASCII) is None:
        raise row_error(path, number, "price_year", "a year as 2016, or nothing", year)
    if (year is None) != (currency is None):
        raise row_error(
            path, number, "price_year, currency", "both for money, neither otherwise", f"{year}, {currency}"
        )
    return dict(zip(fields, values, strict=True)) | {"price_year": None if year is None else int(year)}


#: In the order in which they are loaded: figures first, since others name them.
LOADERS: dict[str, Loader] = {
    "published_figures": load_published_figures,
    "contradictions": load_contradictions,
    "cost_parameters": load_cost_parameters,
    "model_parameters": load_model_parameters,
    "programme_rules": load_programme_rules,
    "translations": load_translations,
}
