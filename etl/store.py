"""The database being built: its tables, made from schema.toml, and how rows get in.

Every write goes through `Store.insert`, which names what is missing, so that no column is
filled by accident of order.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from etl.declaration import Profile, Source
from etl.errors import RowError, StorageError
from etl.source_form import RegisterForm
from ground import handles
from ground.evidence import EVIDENCE
from ground.visible import UNSEEN, visible, visible_throughout

LEVEL_COLUMN = "<level>_id"
OWN_MONEY, OF_OTHERS = re.compile(r"\byuan\b"), " (elsewhere the profile's currency)"
SPOKEN = ("word", "plural", "counted")  # of [[level]]: how sentences say it


@dataclass(frozen=True)
class Column:
    name: str
    type: str
    unit: str | None
    zh: str
    en: str
    check: str | None


def schema(upper_levels: list[str]) -> dict[str, list[Column]]:
    """Tables and their columns in order, `<level>_id` spelt out for each level above the village."""
    return {
        table: [column for name, entry in body["columns"].items() for column in _columns(name, entry, upper_levels)]
        for table, body in _declared().items()
    }


@cache
def _declared() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("schema.toml").read_text(encoding="utf-8"))


def _columns(name: str, entry: dict[str, Any], upper_levels: list[str]) -> list[Column]:
    names = [f"{level}_id" for level in upper_levels] if name == LEVEL_COLUMN else [name]
    return [
        Column(one, entry["type"], entry.get("unit"), entry["zh"], entry["en"], entry.get("check")) for one in names
    ]


class Store:
    """A DuckDB file under construction."""

    def __init__(
        self,
        path: Path,
        profile: Profile,
        on_rows: Callable[[str, int], None] | None = None,
        *,
        is_begun: bool = False,
    ) -> None:
        """`on_rows` is told, while a file is read, which source it is and how many rows were read; `is_begun`: the
        file is there, with its tables and what was laid in them before.
        """
        self.path = path
        self.on_rows = on_rows or (lambda source_id, read: None)
        self.profile = profile
        self.schema = schema(profile.upper_levels)
        try:
            self.connection = handles.writing(path)
        except duckdb.Error as error:
            raise StorageError(
                str(path), "a file that can be written", str(error), "free space or mend rights"
            ) from error
        if not is_begun:
            self._create_tables()

    def _create_tables(self) -> None:
        kinds = ", ".join(f"'{kind}'" for kind in EVIDENCE)
        self.connection.execute(f"CREATE TYPE evidence AS ENUM ({kinds})")
        for table, columns in self.schema.items():
            lines = [f'"{column.name}" {column.type}' for column in columns]
            lines += [f"CHECK ({column.check})" for column in columns if column.check]
            self.connection.execute(f"CREATE TABLE {table} ({', '.join(lines)})")

    @contextmanager
    def of_a_thread(self) -> Iterator[Store]:
        """The same file, to be written by another thread: each needs a cursor of its own, which holds the file open."""
        other = copy(self)
        with self.connection.cursor() as other.connection:
            yield other

    def sql(self, query: str, parameters: list[Any] | dict[str, Any] | None = None) -> duckdb.DuckDBPyConnection:
        """Run SQL on the build; values are bound, never formatted in."""
        return self.connection.execute(query, parameters)

    def insert(self, table: str, frame: pd.DataFrame, source: Source | None = None) -> int:
        """Append a frame by column name; optional columns may be absent. Returns the rows written.

        Raises RowError where a row breaks a rule of the table that no loader looked for.
        """
        if source is not None:
            self.trace(table, source)
            frame = frame.assign(source_id=source.source_id)
        known = [column.name for column in self.schema[table]]
        surplus = [name for name in frame.columns if name not in known]
        if surplus:
            raise ValueError(f"table {table} has no columns {surplus}")
        self.connection.register("incoming", frame)
        types = {column.name: column.type for column in self.schema[table]}
        try:
            names = ", ".join(f'"{name}"' for name in frame.columns)
            values = ", ".join(_read(name, types[name], frame[name]) for name in frame.columns)
            seen = [UNSEEN] if "$1" in values else []
            self.connection.execute(f"INSERT INTO {table} ({names}) SELECT {values} FROM incoming", seen)
        except (duckdb.ConstraintException, duckdb.ConversionException) as error:
            file = source.declared_in.name if source else "etl"
            raise RowError(
                f"table {table}, from {file}",
                "rows that keep its rules",
                str(error),
                f"mend the file of {file}",
            ) from error
        finally:
            self.connection.unregister("incoming")
        return len(frame)

    def trace(self, table: str, source: Source) -> None:
        """Note that a table rests on a source; a derived table names all it was made from."""
        self.trace_id(table, source.source_id)

    def trace_id(self, table: str, source_id: str) -> None:
        self.connection.execute(
            "INSERT INTO meta_lineage SELECT $1, $2 WHERE NOT EXISTS "
            "(FROM meta_lineage WHERE table_name = $1 AND source_id = $2)",
            [table, source_id],
        )

    def record(self, source: Source, *, file: str | None, sha256: str | None, read: int, loaded: int) -> None:
        """Write down what became of a source. Rows in = loaded + rejected, always."""
        told = source.form
        self.insert(
            "meta_source",
            pd.DataFrame(
                [
                    {
                        "source_id": source.source_id,
                        "kind": source.kind,
                        "title_zh": told.title["zh"],
                        "title_en": told.title["en"],
                        "publisher_zh": told.publisher["zh"],
                        "publisher_en": told.publisher["en"],
                        "edition": told.edition,
                        "licence_zh": told.licence["zh"],
                        "licence_en": told.licence["en"],
                        "url": told.url,
                        "evidence": source.evidence,
                        "file": file,
                        "sha256": sha256,
                        "rows_read": read,
                        "rows_loaded": loaded,
                        "rows_rejected": read - loaded,
                    }
                ]
            ),
        )

    def remark(self, source: Source, rows: pd.DataFrame, *, rule: str, is_rejected: bool) -> None:
        """Keep rows that were not loaded, or loaded with a remark: file, row_number, field, value."""
        if len(rows):
            frame = rows.assign(source_id=source.source_id, rule=rule, is_rejected=is_rejected)
            self.insert("meta_reject", frame)

    def note(self, key: str, value: Any) -> None:
        """A fact of this build."""
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
        self.connection.execute("INSERT OR REPLACE INTO meta_build VALUES (?, ?)", [key, text])

    def finish(self) -> None:
        """Write everything into the one file. `close` would do it too, but is silent where the disk is full."""
        self.connection.execute("CHECKPOINT")

    def close(self) -> None:
        self.connection.close()


def _read(name: str, column_type: str, values: pd.Series) -> str:
    """SQL for a column of a frame: of texts only what can be seen goes into an atlas ($1: what cannot). Of categories
    each is looked at once, however many rows have it.
    """
    if not column_type.startswith("TEXT"):
        return f'"{name}"'
    if isinstance(values.dtype, pd.CategoricalDtype):
        every = "".join(map(str, values.dtype.categories))
        if visible(every) == every:
            return f'"{name}"::TEXT'
    return f"regexp_replace(\"{name}\"::TEXT, $1, '', 'g')"


def write_dictionary(store: Store) -> None:
    """Fill `meta_field`: every column with its unit and its names.

    `schema.toml` is written in China's words; an atlas of another country says its own money and settlements.
    """
    profile = store.profile.form
    money = profile.currency.en if profile.currency else "currency"
    word = profile.level[-1].word or {"zh": "村"}

    def unit(text: str | None) -> str | None:
        return text if text is None or money == "yuan" else OWN_MONEY.sub(money, text.replace(OF_OTHERS, ""))

    rows = [
        (table, column.name, column.type, unit(column.unit), column.zh.replace("行政村", word["zh"]), column.en)
        for table, columns in store.schema.items()
        for column in columns
    ]
    names = ["table_name", "column_name", "type", "unit", "label_zh", "label_en"]
    store.insert("meta_field", pd.DataFrame(rows, columns=names))


def _romanised(profile: Profile) -> str | None:
    """How the register's names are romanised; None where they are not."""
    names = profile.the("places").told(RegisterForm).names_en
    return names.method if names is not None else None


def write_profile(store: Store) -> None:
    """Levels, standards and settings of the profile, for the screens, which never read the profile."""
    body = store.profile.body
    store.insert(
        "level",
        pd.DataFrame(
            [(level["level_id"], n, level["name"]["zh"], level["name"]["en"]) for n, level in enumerate(body["level"])],
            columns=["level_id", "position", "name_zh", "name_en"],
        ),
    )
    store.insert("standard", pd.DataFrame([_standard(n, entry) for n, entry in enumerate(body["standard"])]))
    told = {
        "codes_as_of": store.profile.codes_as_of,
        "technologies": {
            one.standard_id: list(one.meets.technology) for one in store.profile.form.standard if one.meets
        },
        "least_share": {
            one.standard_id: one.meets.min_share
            for one in store.profile.form.standard
            if one.meets and one.meets.min_share
        },
        "romanised": _romanised(store.profile),
        "level_words": {
            level["level_id"]: {key: level[key] for key in SPOKEN if key in level} for level in body["level"]
        },
    }
    for key, value in {**body, **told}.items():
        if key not in ("level", "standard"):
            text = json.dumps(visible_throughout(value), ensure_ascii=False, default=str)
            store.sql("INSERT INTO meta_profile VALUES (?, ?)", [key, text])


def _standard(position: int, entry: dict[str, Any]) -> dict[str, Any]:
    pairs = {
        f"{key}_{lang}": entry[key][lang] for key in ("name", "unconnected", "definition") for lang in ("zh", "en")
    }
    return {
        "standard_id": entry["standard_id"],
        "position": position,
        **pairs,
        "published_indicator": entry.get("published_indicator"),
        "published_target": entry.get("published_target"),
    }
