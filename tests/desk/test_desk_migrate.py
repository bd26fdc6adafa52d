"""The tables that scripts make are those that the code knows; whoever starts first makes them."""

from __future__ import annotations

from pathlib import Path

import own_cluster
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from desk_words import VILLAGES, filed
from own_processes import together
from sqlalchemy import inspect, text

from desk import apart, engine, log, migrate, projection
from desk.desk import Desk, opened
from desk.errors import Damaged
from desk.projected.challenges import CHALLENGE


def test_the_scripts_make_what_the_code_knows(desk: Desk) -> None:
    known = [log.METADATA, apart.METADATA, *projection.METADATA]
    with desk.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, known) == []


def test_letters_are_compared_by_code_point_on_postgresql(cluster: own_cluster.Cluster, tmp_path: Path) -> None:
    made = opened(tmp_path, cluster.database())
    known = {
        table.name
        for metadata in (log.METADATA, apart.METADATA, *projection.METADATA)
        for table in metadata.tables.values()
    }
    asked = text(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
        " AND data_type IN ('text', 'character varying') AND collation_name IS DISTINCT FROM 'C'"
    )
    with made.reading() as connection:
        assert [tuple(one) for one in connection.execute(asked) if one.table_name in known] == []
        assert connection.execute(text("SELECT 'a' < 'B'")).scalar_one(), "the tests' own database sorts as people do"
    made.engine.dispose()


def test_the_same_order_on_both(desk: Desk) -> None:
    for standard in ("b", "B", "a", "A", "é", "z", "光", "-a", "_a", "a-b", "ab"):
        filed(desk, standard=standard, village=VILLAGES[0])
    with desk.reading() as connection:
        found = list(connection.execute(CHALLENGE.select().order_by(CHALLENGE.c.standard)).mappings())
    standards = [one["standard"] for one in found]
    assert standards == sorted(standards)


def open_it(folder: str, address: str) -> None:
    opened(Path(folder), address)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_two_that_start_at_once(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if database == "sqlite":
        folders, address = [tmp_path] * 3, engine.url(tmp_path)
    else:  # on two machines
        folders = [tmp_path / one for one in "abc"]
        address = request.getfixturevalue("cluster").database("template1")
    assert together("test_desk_migrate", "open_it", [(str(folder), address) for folder in folders]) == []
    made = engine.opened(address)
    assert {"entry", "challenge", "contact"} <= set(inspect(made).get_table_names())
    made.dispose()


def test_a_later_version_was_here(desk: Desk) -> None:
    with desk.writing() as writer:
        writer.connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Damaged, match="9999"):
        migrate.upgrade(desk.engine, desk.files.folder.parent)


def test_opened_once_more_nothing_changes(desk: Desk) -> None:
    filed(desk)
    migrate.upgrade(desk.engine, desk.files.folder.parent)
    with desk.reading() as connection:
        assert migrate.revision(connection) == migrate.newest()
        assert len(list(log.entries(connection))) == 1


def test_whoever_opens_it_does_not_wait_for_a_writer(sqlite_desk: Desk) -> None:
    with sqlite_desk.writing():
        migrate.upgrade(sqlite_desk.engine, sqlite_desk.files.folder.parent)
