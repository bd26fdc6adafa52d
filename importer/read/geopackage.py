"""What a GeoPackage may hold: tables. It is a database, and a database can hold programs as well."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from importer.errors import FileUnreadable, said

#: Tables that a module makes up: the spatial index and searches over text are what a GeoPackage needs.
MADE_UP = re.compile(r"(?i)\s*CREATE\s+VIRTUAL\b")
MODULES = re.compile(
    r"""(?is)\s*CREATE\s+VIRTUAL\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:"[^"]*"|\w+)\s+USING\s+(?:rtree|fts[345])\b.*"""
)
COMMENT = re.compile(r"(?s)/\*.*?\*/|--[^\n]*")
#: Functions that a query may call: they compute, and reach nothing.
FUNCTIONS = frozenset(
    re.findall(
        r"\S+",
        "abs avg char coalesce concat count date datetime dense_rank first_value format glob group_concat ifnull iif "
        "instr julianday lag last_value lead length like lower ltrim max min nth_value nullif printf quote rank "
        "replace round row_number rtrim sign strftime substr substring sum time total trim typeof unicode upper",
    )
)
#: A query that calls itself is not among them: no layer needs one, and it may never end.
READS = frozenset((sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION))


def refuse_programs(path: Path) -> None:
    """Raise FileUnreadable where a table is made up by a module, or a query calls what no table needs."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as base:
            base.execute("PRAGMA trusted_schema = OFF")
            kinds = {name: kind for _, name, kind, *_ in base.execute("PRAGMA main.table_list")}
            _refuse_modules(path, base, list(kinds.values()).count("virtual"))
            for name, kind in kinds.items():
                if kind in ("table", "view"):
                    _refuse_calls(path, base, f"{kind} {name}", str(name))
    except (sqlite3.Error, UnicodeDecodeError, OverflowError) as error:
        raise FileUnreadable(path.name, "a GeoPackage that can be opened", said(error), "export it again") from error


def _refuse_modules(path: Path, base: sqlite3.Connection, made_up: int) -> None:
    """Every table that is made up says so in its own words, and names one of the modules."""
    texts = [COMMENT.sub(" ", str(sql)) for (sql,) in base.execute("SELECT sql FROM sqlite_master")]
    said_so = [text for text in texts if MADE_UP.match(text)]
    if len(said_so) < made_up or not all(map(MODULES.fullmatch, said_so)):
        raise _refused(path, "a table that is made by a module")


def _refuse_calls(path: Path, base: sqlite3.Connection, shown: str, name: str) -> None:
    """Have a table or view read as a plan, not run, and hear what it would do."""
    asked: list[str] = []

    def hear(action: int, _one: str | None, function: str | None, *_rest: str | None) -> int:
        is_harmless = action in READS and (action != sqlite3.SQLITE_FUNCTION or str(function).lower() in FUNCTIONS)
        if not is_harmless:
            asked.append(function or "")
        return sqlite3.SQLITE_OK if is_harmless else sqlite3.SQLITE_DENY

    base.set_authorizer(hear)
    try:
        quoted = name.replace('"', '""')
        base.execute(f'EXPLAIN SELECT * FROM "{quoted}"')
    except sqlite3.Error as error:
        raise _refused(path, f"the {shown}: {', '.join(filter(None, asked)) or said(error)}") from error
    finally:
        base.set_authorizer(None)


def _refused(path: Path, found: str) -> FileUnreadable:
    return FileUnreadable(path.name, "a GeoPackage of plain tables", found, "export the layer as a table of its own")
