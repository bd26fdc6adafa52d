"""Brings the database to the tables that this version knows, with Alembic; several processes may start at once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from filelock import FileLock
from sqlalchemy import Connection, Engine

from desk import engine as engines
from desk.errors import Damaged

SCRIPTS = Path(__file__).with_name("migrations")


@cache
def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    return config


@cache
def newest() -> str:
    """The revision that this version's tables are."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def revision(connection: Connection) -> str | None:
    """The revision that a database is at; None where it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine, folder: Path) -> None:
    """Make or change the tables where needed. Raises Damaged where a later version has been here."""
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".migrate.lock"):
        with engines.reading(engine) as connection:
            if revision(connection) == newest():
                return  # nobody waits for a writer to be told so
        with engines.writing(engine) as connection:
            _upgrade(connection)


def _upgrade(connection: Connection) -> None:
    found = revision(connection)
    if found != newest():
        known = {one.revision for one in ScriptDirectory.from_config(_config()).walk_revisions()}
        if found is not None and found not in known:
            raise Damaged(f"the desk's database is of a later version ({found}): start that version, or restore")
        config = Config()
        config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
