"""How DuckDB is opened, here and nowhere else: what a query may reach is settled before it is written.

A handle reads its own file and nothing besides. It opens no other file or address, loads no extension, takes no
variable of Python for a table, writes no temporary file, and cannot be talked out of any of it.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

Options = dict[str, str | bool | int | float | list[str]]
#: The lock among them: `SET` is refused from the first statement on.
CLOSED: Options = {
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "allow_persistent_secrets": False,
    "python_enable_replacements": False,
    "temp_directory": "",
    "lock_configuration": True,
}
READERS_MEMORY = "1GiB"  # a national atlas is 150 MB, its heaviest question takes 300 MB
READERS_THREADS = 2  # per build; more would take them from the pages


def read_only(path: Path) -> duckdb.DuckDBPyConnection:
    """A published file. Raises duckdb.Error where it cannot be read."""
    limits: Options = {"memory_limit": READERS_MEMORY, "threads": READERS_THREADS}
    return duckdb.connect(str(path), read_only=True, config=CLOSED | limits)


def writing(path: Path) -> duckdb.DuckDBPyConnection:
    """A file under construction; what goes in is registered by name."""
    return duckdb.connect(str(path), config=CLOSED | {"preserve_insertion_order": True})


def in_memory() -> duckdb.DuckDBPyConnection:
    """An empty database, for what DuckDB can do without one."""
    return duckdb.connect(config=dict(CLOSED))
