"""Small countries that people could not bring in: built where they lie, with the values that are right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import pytest
from real_data import CASES, needs_cases

from etl.build import build

pytestmark = needs_cases
Ask = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Ask]:
    folder = tmp_path_factory.mktemp("cases")

    def of(name: str) -> Ask:
        path = build(CASES / "profiles" / name, folder / name, quiet=True)

        def ask(query: str) -> list[tuple[Any, ...]]:
            with duckdb.connect(str(path), read_only=True) as atlas:
                return atlas.execute(query).fetchall()

        return ask

    return of


def test_a_surveyed_point_is_not_thrown_away(built: Callable[[str], Ask]) -> None:
    ask = built("surveyed_point_thrown_away")
    [(lon, lat, quality)] = ask("SELECT lon, lat, location_quality FROM village WHERE place_id = 'A2'")
    assert (round(lon, 4), round(lat, 4)) == (9.03, 5.0) and quality == "surveyed_outside_place"
    assert ask("SELECT count(*) FROM meta_reject WHERE rule = 'outside_parent' AND NOT is_rejected") == [(1,)]


def test_a_block_in_two_districts_is_a_finding_of_rows(built: Callable[[str], Ask]) -> None:
    ask = built("block_in_two_districts")
    found = ask("SELECT row_number, candidates FROM meta_reject WHERE rule = 'parent_contradicts' AND is_rejected")
    assert len(found) == 1 and "63" in found[0][1] and "64" in found[0][1]


def test_two_layers_of_one_level_add_up(built: Callable[[str], Ask]) -> None:
    ask = built("two_layers_one_level")
    assert ask("SELECT count(DISTINCT place_id) FROM boundary WHERE level = 'district'") == [(2,)]
    assert ask("SELECT count(*) FROM village WHERE lon IS NULL") == [(0,)]


def test_rejects_that_come_back_are_taken(built: Callable[[str], Ask]) -> None:
    ask = built("rejects_roundtrip")
    assert ask("SELECT count(*) FROM meta_reject WHERE rule = 'not_a_flag'") == [(0,)]
    query = "SELECT is_covered FROM coverage JOIN village USING (place_no) WHERE place_id = 'A2'"
    assert ask(query) == [(False,)]


def test_words_stand_for_codes(built: Callable[[str], Ask]) -> None:
    ask = built("words_on_code_ignored")
    assert ask("SELECT place_id FROM place WHERE level = 'district' ORDER BY 1") == [("01",), ("02",)]


def test_cents_are_kept(built: Callable[[str], Ask]) -> None:
    ask = built("cents")
    [(total,)] = ask("SELECT sum(granted_yuan)::VARCHAR FROM project")
    assert float(total) == 2.25


def test_sites_without_a_position_are_said(built: Callable[[str], Ask]) -> None:
    ask = built("site_without_position")
    assert ask("SELECT count(*), count(lon) FROM cell_site") == [(3, 1)]
    assert ask("SELECT count(*) FROM meta_reject WHERE rule = 'site_without_position'") == [(2,)]
