"""Where the desk's database is and how it is opened: SQLite in a folder of its own, or PostgreSQL by an address.

One writer at a time on both: what is decided in a transaction is decided by what is seen in it.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text

ROOT = Path(__file__).resolve().parent.parent
URL, FOLDER = "ATLAS_DESK_URL", "ATLAS_DESK_DIR"
SQLITE_FILE = "desk.sqlite"
WAIT_S = 20  # for other writers; a bulk of 200,000 challenges takes about ten
FORGET_MS = 250
WRITES = {"desk_writes": True}


def folder() -> Path:
    """Where the desk keeps what it is handed, and its database where that is SQLite."""
    return Path(os.environ.get(FOLDER, ROOT / "data" / "desk"))


def url(of: Path | None = None) -> str:
    """ATLAS_DESK_URL, else the SQLite file in the desk's folder."""
    return os.environ.get(URL) or f"sqlite:///{(of or folder()) / SQLITE_FILE}"


def opened(address: str) -> Engine:
    """An engine for either database. Raises sqlalchemy.exc.ArgumentError for what is no address."""
    made = make_url(address)
    if made.get_backend_name() != "sqlite":
        return create_engine(made, pool_pre_ping=True, isolation_level="READ COMMITTED")
    if made.database not in (None, "", ":memory:"):
        Path(str(made.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(made, connect_args={"timeout": WAIT_S, "check_same_thread": False})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, record: Any) -> None:
    """Acknowledged is on the disk; what is deleted is overwritten."""
    del record
    connection.isolation_level = None  # transactions begin where we say so
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("PRAGMA mmap_size = 1073741824")  # bytes that are read without a copy
    connection.execute("PRAGMA cache_size = -65536")  # KiB


def _begin(connection: Connection) -> None:
    """A writer takes its turn at once: two that had both read first could else not both go on."""
    is_writer = connection.get_execution_options().get("desk_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writer else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one state, and changes nothing."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin():
            yield connection


def forget(engine: Engine) -> None:
    """What was deleted goes out of SQLite's journal, too; while somebody reads an older state, with the next time."""
    if engine.dialect.name != "sqlite":
        return
    connection = engine.raw_connection()
    try:
        for pragma in (f"busy_timeout = {FORGET_MS}", "wal_checkpoint(TRUNCATE)", f"busy_timeout = {WAIT_S * 1000}"):
            connection.cursor().execute(f"PRAGMA {pragma}").fetchall()
    finally:
        connection.close()  # back into the pool


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction, alone: whoever comes second waits, and sees what the first has written."""
    with engine.connect() as connection:
        connection = connection.execution_options(**WRITES)
        with connection.begin():
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('atlas desk'))"))
            yield connection
