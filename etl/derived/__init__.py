"""Tables worked out from the records of projects: one SQL file each, named after the table it fills.

They hold nothing new. Every indicator and page of projects stands on the same few sums and steps; worked out once, when
the atlas is built, they are the same everywhere, and a page over 130,000 villages answers at once.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import duckdb

from etl.errors import DeclarationError
from ground.declared import SOME, Text, Unfit
from ground.headers import header

FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Header:
    """[derived]: the tables that the rows come from."""

    reads: Annotated[tuple[Text, ...], SOME]


@dataclass(frozen=True)
class Derived:
    """A table, the tables it is made from, and how."""

    table: str
    reads: tuple[str, ...]
    query: str


@cache
def derived() -> tuple[Derived, ...]:
    """Every derived table. None reads another, so their order means nothing."""
    return tuple(_read(path) for path in sorted(FOLDER.glob("*.sql")))


def _read(path: Path) -> Derived:
    try:
        head, query = header(path, "derived", Header)
    except Unfit as unfit:
        raise DeclarationError.of(unfit, str(path)) from unfit
    return Derived(path.stem, head.reads, query)


def write(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill every derived table from the records as they are now, with their sources, and note the last day on
    record.
    """
    levels = connection.execute("SELECT level_id FROM level ORDER BY position").fetchall()
    fill(connection, [level for (level,) in levels[:-1]])
    _trace(connection)
    _note_last_day(connection)


def fill(
    connection: duckdb.DuckDBPyConnection, upper_levels: Sequence[str], only: Collection[str] | None = None
) -> None:
    """Fill the derived tables, or `only` some; what they held before goes.

    `upper_levels` are those above the village, the highest first.
    """
    for one in derived():
        if only is not None and one.table not in only:
            continue
        bound = _bound(connection, upper_levels, one.query)
        connection.execute(f"DELETE FROM {one.table}")
        connection.execute(f"INSERT INTO {one.table} BY NAME {one.query}", bound or None)


def _note_last_day(connection: duckdb.DuckDBPyConnection) -> None:
    """Write the last day on record into `meta_build`."""
    connection.execute("DELETE FROM meta_build WHERE key = 'last_day'")
    if (day := last_day(connection)) is not None:
        connection.execute("INSERT INTO meta_build VALUES ('last_day', $1)", [day.isoformat()])


def _trace(connection: duckdb.DuckDBPyConnection) -> None:
    """Note the sources that the derived tables rest on: those of the tables that they read."""
    for one in derived():
        connection.execute("DELETE FROM meta_lineage WHERE table_name = $1", [one.table])
        connection.execute(
            "INSERT INTO meta_lineage SELECT DISTINCT $1, source_id FROM meta_lineage "
            "WHERE list_contains($2, table_name) ORDER BY source_id",
            [one.table, list(one.reads)],
        )


def _bound(connection: duckdb.DuckDBPyConnection, upper_levels: Sequence[str], query: str) -> dict[str, Any]:
    """The values that a query names: one too many would be refused."""
    named = set(re.findall(r"\$([a-z_]+)", query))
    values: dict[str, Any] = {
        "level_column": f"^{re.escape(upper_levels[-1])}_id$",
        "level_columns": f"^({'|'.join(map(re.escape, upper_levels))})_id$",
    }
    if named - values.keys():
        values |= way(connection) | {"last_day": last_day(connection)}
    return {name: values[name] for name in named}


def way(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """first, opened, accepted: the states of a village's way, and the position of each.

    A profile may do without acceptance: its position is then beyond all others.
    """
    rows = connection.execute(
        "SELECT state, position, reached_by, is_first_of_village FROM programme_state ORDER BY position"
    ).fetchall()
    position = {state: place for state, place, _, _ in rows}
    reached = {by: state for state, _, by, _ in rows if by is not None}
    first = next((state for state, _, _, is_first in rows if is_first), rows[0][0])
    named = {
        "first": first,
        "opened": reached.get("opened_date", "opened"),
        "accepted": reached.get("accepted_date", "accepted"),
    }
    return named | {f"{step}_position": position.get(state, len(rows) + 1) for step, state in named.items()}


DAYS = """
    WITH days AS (
        SELECT unnest([contract_date, completed_date, accepted_date]) AS day FROM project WHERE scope = 'project'
        UNION ALL SELECT unnest([state_date, opened_date, accepted_date]) FROM project_village
        UNION ALL SELECT moved_date FROM project_move
        UNION ALL SELECT reached_date FROM milestone
        UNION ALL SELECT inspected_date FROM inspection
        UNION ALL SELECT paid_date FROM payment
    ), built AS (SELECT value[:10]::DATE AS built FROM meta_build WHERE key = 'built_at')
"""


def last_day(connection: duckdb.DuckDBPyConnection) -> Any:
    """The last day on record that is not after the build: what "now" means in the programme. None without any."""
    return connection.execute(f"{DAYS} SELECT max(day) FROM days, built WHERE day <= built").fetchall()[0][0]


def next_day(connection: duckdb.DuckDBPyConnection) -> Any:
    """The day from which on these tables would hold more: the first on record after the build. None without any."""
    return connection.execute(f"{DAYS} SELECT min(day) FROM days, built WHERE day > built").fetchall()[0][0]
