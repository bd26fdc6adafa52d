"""What holds of a build as a whole: nothing lost, nothing invented twice, every number has a source."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from mini_profile import MINI, Ask

from etl.build import build
from etl.declaration import load_profile
from etl.publish.checks import CHECKS
from etl.store import schema
from ground.evidence import EVIDENCE
from indicators.database import Atlas

FACTS_OF_ONE_BUILD = "meta_build"
COUNTED_ROWS = {
    "register": "SELECT (SELECT count(*) FROM village) + (SELECT count(*) FROM place WHERE source_id = 'register' AND "
    "place_id <> 'ZZ')",
    "territories": "SELECT count(*) FROM place WHERE source_id = 'territories'",
    "pilots_2010": "SELECT count(*) FROM pilot",
    "projects": "SELECT count(*) FROM project",
    "costs": "SELECT count(*) FROM cost_parameter",
    "parameters": "SELECT count(*) FROM model_parameter",
    "figures": "SELECT count(*) FROM published_figure",
    "status": "SELECT count(*) FROM village WHERE in_programme",
}


def test_rows_in_are_rows_loaded_and_rejected(ask: Ask) -> None:
    rows = ask("SELECT source_id, rows_read, rows_loaded, rows_rejected FROM meta_source")
    assert {row[0] for row in rows} == {source.source_id for source in load_profile(MINI).sources}
    for source, read, loaded, rejected in rows:
        assert read == loaded + rejected, source
        assert ask("SELECT count(*) FROM meta_reject WHERE source_id = $1 AND is_rejected", [source]) == [(rejected,)]


@pytest.mark.parametrize("source", COUNTED_ROWS)
def test_rows_said_to_be_loaded_are_there(ask: Ask, source: str) -> None:
    assert ask("SELECT rows_loaded FROM meta_source WHERE source_id = $1", [source]) == ask(COUNTED_ROWS[source])


def test_files_are_named_with_their_sha256(ask: Ask) -> None:
    for source in load_profile(MINI).sources:
        if "file" in source.body:
            assert ask("SELECT sha256 FROM meta_source WHERE source_id = $1", [source.source_id]) == [
                (source.body["file"]["sha256"],)
            ]


def test_every_table_with_rows_has_a_lineage(ask: Ask) -> None:
    described = {row[0] for row in ask("SELECT DISTINCT table_name FROM meta_lineage")}
    tables = {row[0] for row in ask("SELECT table_name FROM duckdb_tables()")}
    of_the_profile = {"level", "standard", "programme_state", "programme_move", "record_rule"}
    empty = {table for table in tables if ask(f'SELECT count(*) FROM "{table}"') == [(0,)]}
    for table in tables - described - of_the_profile - empty:
        assert str(table).startswith("meta_"), table


def test_the_tables_are_those_of_the_schema(ask: Ask, mini_atlas: Atlas) -> None:
    declared = schema(load_profile(MINI).upper_levels)
    wide = {"village_status", "village_evidence", "village_distance_km"}
    assert {row[0] for row in ask("SELECT table_name FROM duckdb_tables()")} == set(declared) | wide
    for table, columns in declared.items():
        held = [row[0] for row in mini_atlas.cursor().execute(f"DESCRIBE {table}").fetchall()]
        assert held == [column.name for column in columns], table
    assert ask("SELECT count(*) FROM meta_field") == [(sum(map(len, declared.values())),)]


def test_settings_and_words_of_the_profile_are_in_the_atlas(ask: Ask) -> None:
    assert [row[0] for row in ask("SELECT level_id FROM level ORDER BY position")] == [
        "country",
        "region",
        "district",
        "ward",
        "settlement",
    ]
    assert ask("SELECT standard_id, name_en, published_indicator FROM standard ORDER BY position") == [
        ("wire", "Wire", "wired_rate"),
        ("radio", "Radio", None),
    ]
    assert {"title", "nation", "map", "default_view", "currency"} <= {
        row[0] for row in ask("SELECT key FROM meta_profile")
    }


def test_the_build_tells_of_itself(ask: Ask, mini_atlas: Atlas) -> None:
    facts = dict(ask("SELECT key, value FROM meta_build"))
    assert facts["build_id"] == mini_atlas.build_id
    assert {"built_at", "checks", "seconds", "peak_memory_mb"} <= facts.keys()
    for check in CHECKS:
        assert check.name in facts["checks"]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_every_check_holds_on_the_mini_atlas(ask: Ask, check: object) -> None:
    assert ask(check.query) == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("harm", "check"),
    [
        ("UPDATE place SET parent_id = '9999' WHERE place_id = '0101'", "parents_exist"),
        ("UPDATE place SET parent_id = NULL WHERE place_id = '0100'", "one_root"),
        ("UPDATE place SET level = 'county' WHERE place_id = '0101'", "levels_are_declared"),
        ("UPDATE village SET morton = 0 WHERE place_no = 30", "morton_order"),
        ("DELETE FROM village_status WHERE place_no = 7", "status_for_every_village"),
        ("UPDATE status_count SET unknown = unknown + 1 WHERE place_id = '010101'", "counts_add_up"),
        ("UPDATE status_count SET connected = connected + 1 WHERE level = 'country'", "counts_cover_the_programme"),
        ("UPDATE pilot SET place_id = 'x' WHERE place_id = '0102'", "pilots_are_places"),
        ("DELETE FROM meta_source WHERE source_id = 'maps'", "lineage_is_known"),
    ],
)
def test_a_check_finds_the_harm_it_is_there_for(mini_atlas: Atlas, tmp_path: Path, harm: str, check: str) -> None:
    copy = tmp_path / "harmed.duckdb"
    copy.write_bytes(mini_atlas.path.read_bytes())
    query = next(one.query for one in CHECKS if one.name == check)
    with duckdb.connect(str(copy)) as atlas:
        assert atlas.execute(query).fetchall() == []
        atlas.execute(harm)
        assert atlas.execute(query).fetchall() != []


def test_two_builds_of_the_same_files_are_the_same(mini_atlas: Atlas, tmp_path: Path) -> None:
    """Row for row and in the same order, but for what the build says of itself."""
    with duckdb.connect(str(build(MINI, tmp_path, quiet=True)), read_only=True) as again:
        tables = [row[0] for row in again.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()]
        for table in tables:
            if table != FACTS_OF_ONE_BUILD:
                one = mini_atlas.cursor().execute(f"FROM {table}").fetchall()
                assert again.execute(f"FROM {table}").fetchall() == one, table


def test_villages_are_numbered_in_morton_order_without_gaps(ask: Ask) -> None:
    assert ask("SELECT place_no FROM village ORDER BY morton, place_id") == [(n,) for n in range(60)]


def test_the_database_orders_evidence_as_the_code_does(ask: Ask) -> None:
    """Built tables hold positions in the list."""
    assert ask("SELECT unnest(enum_range(NULL::evidence))") == [(kind,) for kind in EVIDENCE]
