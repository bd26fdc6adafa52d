"""The indicators there are: every `.sql` of this folder, its header read and checked.

A header is TOML in SQL comments at the top of the file. Adding an indicator is adding a file.
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from ground import handles
from ground.declared import Text, Unfit, Words, one_of
from ground.headers import header

FOLDER = Path(__file__).resolve().parent / "sql"
#: What `measure` knows how to bind. An indicator names the ones it uses.
PARAMETERS = ("standard", "as_of", "level_column", "status_column")
UNITS = ("village", "percent", "km", "yuan", "place", "person", "household", "day", "ratio")
GIVEN_TABLES = ("asked", "project_scope")  # made by `measure`, not by the database


class HeaderError(ValueError):
    """An indicator file whose header cannot be used; the message names file and key."""


@dataclass(frozen=True)
class Header:
    """[indicator], as it is written."""

    code: Text
    position: int
    unit: Annotated[str, one_of(UNITS)]
    title: Words
    definition: Words
    formula: Words
    pitfall: Words
    palette: Text
    parameters: tuple[Annotated[str, one_of(PARAMETERS)], ...]
    left_out: Words | None = None
    demonstration: bool = False
    counted: bool = False


@dataclass(frozen=True)
class Indicator:
    """One thing that is measured. `title`, `definition`, … hold a text per language."""

    indicator_id: str
    code: str
    position: int
    unit: str
    title: dict[str, str]
    definition: dict[str, str]
    formula: dict[str, str]
    pitfall: dict[str, str]
    left_out: dict[str, str] | None  # how records left out of the sum are told of: "projects without …: {n}"
    palette: str
    parameters: tuple[str, ...]
    is_demonstration: bool
    is_counted: bool  # this atlas counts it in registers and lists: published are these, not the number
    query: str  # SQL, ready for `measure` to wrap

    @property
    def has_dates(self) -> bool:
        """It can be asked for all dates at once."""
        return "as_of" in self.parameters

    @property
    def of_projects(self) -> bool:
        """It can be narrowed to some projects."""
        return "project_scope" in self.query

    @property
    def of_standard(self) -> bool:
        """Its value depends on the standard and the date chosen."""
        return self.has_dates or "status_column" in self.parameters


@functools.cache
def catalogue(folder: Path = FOLDER) -> dict[str, Indicator]:
    """All indicators by id, in the order of their position."""
    found = [read_indicator(path) for path in folder.glob("*.sql")]
    return {indicator.indicator_id: indicator for indicator in sorted(found, key=lambda one: one.position)}


def read_indicator(path: Path) -> Indicator:
    """One file. Raises HeaderError naming file and key."""
    try:
        head, query = header(path, "indicator", Header)
    except Unfit as unfit:
        raise HeaderError(f"{path.name}: {unfit}") from unfit
    return Indicator(
        indicator_id=path.stem,
        code=head.code,
        position=head.position,
        unit=head.unit,
        title=dict(head.title),
        definition=dict(head.definition),
        formula=dict(head.formula),
        pitfall=dict(head.pitfall),
        left_out=None if head.left_out is None else dict(head.left_out),
        palette=head.palette,
        parameters=head.parameters,
        is_demonstration=head.demonstration,
        is_counted=head.counted,
        query=query.strip(),
    )


@functools.cache
def tables_read(sql: str) -> frozenset[str]:
    """The database tables a query reads: its lineage, taken from the parsed SQL itself."""
    [(text,)] = handles.in_memory().execute("SELECT json_serialize_sql($1)", [sql]).fetchall()
    tree = json.loads(text)
    if tree["error"]:
        raise HeaderError(f"not SQL that can be read: {tree['error_message']}")
    tables: set[str] = set()
    named: set[str] = set(GIVEN_TABLES)
    _walk(tree, tables, named)
    return frozenset(tables - named)


def _walk(node: Any, tables: set[str], named: set[str]) -> None:
    if isinstance(node, list):
        for item in node:
            _walk(item, tables, named)
    elif isinstance(node, dict):
        if node.get("type") == "BASE_TABLE":
            tables.add(node["table_name"])
        for entry in node.get("cte_map", {}).get("map", []):
            named.add(entry["key"])
        for value in node.values():
            _walk(value, tables, named)
