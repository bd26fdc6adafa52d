"""Tiles against the same question asked of the database in SQL."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from synthetic import HOSTILE_NAMES, make_atlas
from test_mvt import decode

from atlas.look import icons
from atlas.maps.tiles import cell_words
from atlas.maps.tiles import cells as tile_cells
from atlas.maps.tiles import villages as tiles
from atlas.work import refused
from ground import builds, mercator
from indicators import database
from indicators.database import Atlas

AS_OF = date(2017, 12, 31)
STATE_NAMES = {0: "unknown", 1: "unconnected", 2: "connected"}
TILE_OF_COUNTRY = (2, 3, 1)  # z, x, y: 90 to 180 E, 0 to 66.5 N; the rest of the country lies in 2/2/1


def features(index: tiles.TileIndex, z: int, x: int, y: int, **filters: Any) -> list[dict[str, Any]]:
    made = index.tile(z, x, y, "fibre", AS_OF, **filters)
    return decode(made) if made else []


def all_features(index: tiles.TileIndex, z: int, **filters: Any) -> list[dict[str, Any]]:
    """Every tile of a zoom that the country touches."""
    low, high = tile_of(80, 50, z), tile_of(120, 20, z)
    return [
        feature
        for x in range(low[0], high[0] + 1)
        for y in range(low[1], high[1] + 1)
        for feature in features(index, z, x, y, **filters)
    ]


def tile_of(lon: float, lat: float, z: int) -> tuple[int, int]:
    y = 0.5 - np.log(np.tan(np.pi / 4 + np.radians(lat) / 2)) / (2 * np.pi)
    return int((lon + 180) / 360 * 2**z), int(y * 2**z)


def expected(atlas: Atlas, where: str = "true") -> dict[int, tuple[str, str]]:
    """place_no -> (name, state) of the programme's villages whose state applies."""
    rows = atlas.cursor().execute(
        f"SELECT place_no, name, fibre_2017_12_31 FROM village JOIN village_status USING (place_no)"
        f" WHERE in_programme AND fibre_2017_12_31 <> 3 AND {where}"
    )
    return {no: (name, STATE_NAMES[state]) for no, name, state in rows.fetchall()}


@pytest.fixture()
def index(atlas: Atlas) -> tiles.TileIndex:
    return tiles.of_atlas(atlas)


@pytest.mark.parametrize(
    ("filters", "where"),
    [
        ({}, "true"),
        ({"within": "r1"}, "province_id = 'r1'"),
        ({"within": "c5"}, "county_id = 'c5'"),
        ({"within": "c5t1"}, "township_id = 'c5t1'"),
        ({"within": "n0"}, "true"),
        ({"states": ["unconnected", "unknown"]}, "fibre_2017_12_31 IN (0, 1)"),
        ({"states": ["unconnected"], "within": "r2"}, "fibre_2017_12_31 = 1 AND province_id = 'r2'"),
    ],
)
def test_each_village_once_with_its_name_and_state(
    index: tiles.TileIndex, atlas: Atlas, filters: dict[str, Any], where: str
) -> None:
    found = all_features(index, 8, **filters)
    assert {f["id"]: (f["properties"]["name"], f["properties"]["icon"]) for f in found} == expected(atlas, where)
    assert len(found) == len({f["id"] for f in found})


def test_villages_lie_where_they_are_and_the_gap_is_drawn_last(index: tiles.TileIndex, atlas: Atlas) -> None:
    z, (x, y) = 8, tile_of(100, 35, 8)
    rank = {"connected": 0, "unknown": 1, "unconnected": 2}
    rows = atlas.cursor().execute("SELECT place_no, x, y FROM village").fetchall()
    position = {no: (vx, vy) for no, vx, vy in rows}
    found = features(index, z, x, y)
    for f in found:
        vx, vy = position[f["id"]]
        assert f["geometry"]["coordinates"] == [(vx >> 12) - (x << 12), (vy >> 12) - (y << 12)]
    ranks = [rank[f["properties"]["icon"]] for f in found]
    assert ranks == sorted(ranks)


@pytest.mark.parametrize("z", range(8))
def test_cells_hold_every_village_once(index: tiles.TileIndex, atlas: Atlas, z: int) -> None:
    found = all_features(index, z)
    numbers = [int(f["properties"]["name"].split()[0].replace(",", "")) for f in found]
    assert sum(numbers) == len(expected(atlas))
    for f in found:
        assert all(0 <= c < 4096 for c in f["geometry"]["coordinates"])
        assert 4 <= f["properties"]["r"] <= 15


def test_cells_agree_with_a_count_in_sql(index: tiles.TileIndex, atlas: Atlas) -> None:
    z = 5
    rows = atlas.cursor().execute(
        "SELECT count(*) FILTER (fibre_2017_12_31 = 1), count(*) FILTER (fibre_2017_12_31 = 2),"
        " count(*) FILTER (fibre_2017_12_31 = 0) FROM village JOIN village_status USING (place_no)"
        f" WHERE in_programme AND fibre_2017_12_31 <> 3 GROUP BY morton >> {2 * (32 - z - 5)}"
    )
    words = cell_words.words_of("zh")
    sql = Counter((words.count(u + c + q), words.cell_state(q, u, c)) for u, c, q in rows.fetchall())
    found = all_features(index, z)
    assert Counter((f["properties"]["name"], f["properties"]["state"]) for f in found) == sql


def test_a_choice_of_states_chooses_cells_but_not_their_denominator(index: tiles.TileIndex) -> None:
    everything = {f["id"]: f["properties"] for f in features(index, *TILE_OF_COUNTRY)}
    gaps = {f["id"]: f["properties"] for f in features(index, *TILE_OF_COUNTRY, states=["unconnected"])}
    assert gaps == {i: p for i, p in everything.items() if p["icon"] not in ("cell0", "cellu")}


def test_words_in_both_languages(index: tiles.TileIndex) -> None:
    zh, en = (features(index, *TILE_OF_COUNTRY, lang=lang)[0]["properties"] for lang in ("zh", "en"))
    assert zh["name"].endswith("个村") and zh["state"].startswith("未通 ")
    assert "village" in en["name"] and en["state"].startswith("Unconnected ")


def test_cell_sentences() -> None:
    zh, en = cell_words.words_of("zh"), cell_words.words_of("en")
    assert zh.cell_state(3, 12, 114) == "未通 12（9.5%） · 未知 3"
    assert en.cell_state(3, 12, 114) == "Unconnected 12 (9.5%) · unknown 3"
    assert en.cell_state(0, 0, 5) == "Unconnected 0 (0.0%)"
    assert en.cell_state(1, 0, 0) == "Unknown 1"
    assert (en.count(1), en.count(1262), zh.count(1262)) == ("1 village", "1,262 villages", "1,262 个村")


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (0, 9, "0.0%"),
        (1, 10_000, "<0.1%"),
        (6, 10_000, "0.1%"),
        (1, 3, "33.3%"),
        (9996, 10_000, ">99.9%"),
        (9994, 10_000, "99.9%"),
        (9, 9, "100.0%"),
    ],
)
def test_percent_never_rounds_a_gap_away(part: int, whole: int, text: str) -> None:
    assert cell_words.percent_text(part, whole) == text


def test_classes_of_cells() -> None:
    unconnected = np.array([0, 1, 5, 20, 50, 100, 0])
    connected = np.array([9, 999, 95, 80, 50, 0, 0])
    kinds = tile_cells.symbol_class(np.stack([unconnected * 0 + 1, unconnected, connected]), icons.CELL_CLASS_PERCENT)
    assert kinds.tolist() == [0, 1, 2, 3, 4, 4, -1]


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_morton_key(x: int, y: int) -> None:
    bits = sum(((x >> i & 1) << 2 * i) | ((y >> i & 1) << 2 * i + 1) for i in range(32))
    assert mercator.morton_of(x, y) == bits


@pytest.mark.parametrize("address", [(-1, 0, 0), (15, 0, 0), (3, 8, 0), (3, 0, 8), (0, 1, 0), (3, -1, 0)])
def test_tiles_that_do_not_exist(index: tiles.TileIndex, address: tuple[int, int, int]) -> None:
    with pytest.raises(tiles.OutOfRange):
        index.tile(*address, "fibre", AS_OF)


@pytest.mark.parametrize(
    ("standard", "as_of", "within", "parameter"),
    [
        ("telegraph", AS_OF, None, "standard"),
        ("fibre", date(1999, 1, 1), None, "as_of"),
        ("4g", date(2015, 12, 31), None, "as_of"),
        ("fibre", AS_OF, "' OR 1=1", "within"),
    ],
)
def test_unknown_filters(
    index: tiles.TileIndex, standard: str, as_of: date, within: str | None, parameter: str
) -> None:
    with pytest.raises(refused.UnknownValue) as caught:
        index.tile(3, 5, 3, standard, as_of, within)
    assert caught.value.parameter == parameter


def test_an_empty_tile_and_hostile_names(index: tiles.TileIndex, atlas: Atlas) -> None:
    assert index.tile(8, 0, 0, "fibre", AS_OF) == b""
    names = {name for name, _ in expected(atlas).values()}
    assert names & set(HOSTILE_NAMES)  # and test_each_village_once compares them


def test_six_requests_load_once(atlas_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_atlas(tmp_path, build_id="six")
    atlas = database.current(tmp_path)
    made: list[Atlas] = []
    start = threading.Barrier(6)

    class Counted(tiles.TileIndex):
        def __init__(self, atlas: Atlas) -> None:
            made.append(atlas)
            super().__init__(atlas)

    monkeypatch.setattr(tiles, "TileIndex", Counted)
    got: list[tiles.TileIndex] = []

    def ask() -> None:
        start.wait()
        got.append(tiles.of_atlas(atlas))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1 and len(got) == 6 and len(set(map(id, got))) == 1


def test_rows_out_of_order_are_refused(tmp_path: Path) -> None:
    path = make_atlas(tmp_path, villages=20, build_id="disorder")
    with duckdb.connect(str(path)) as connection:
        connection.execute("UPDATE village SET place_no = 19 - place_no")
    builds.seal(path)
    with pytest.raises(ValueError, match="place_no does not follow morton"):
        tiles.TileIndex(database.current(tmp_path))


def test_a_build_without_villages(tmp_path: Path) -> None:
    path = make_atlas(tmp_path, villages=20, build_id="empty")
    with duckdb.connect(str(path)) as connection:
        connection.execute("UPDATE village SET in_programme = false")
    builds.seal(path)
    index = tiles.TileIndex(database.current(tmp_path))
    assert [index.tile(z, 0, 0, "fibre", AS_OF) for z in (0, 7, 8)] == [b"", b"", b""]


def test_icon_atlas_has_every_symbol() -> None:
    for theme in ("light", "dark"):
        url, mapping = icons.icon_atlas(theme)
        assert url.startswith(f"look/icons.svg?theme={theme}&v=")
        assert icons.image(theme).count(b"<g ") == len(mapping)
        assert set(mapping) == {*icons.VILLAGE_ICONS, *icons.CELL_ICONS, icons.CELL_UNKNOWN}
        assert len({place["x"] for place in mapping.values()}) == len(mapping)
