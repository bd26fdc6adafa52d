"""Headers of indicators: what has to be in them, and what the tables of a query are."""

from __future__ import annotations

from pathlib import Path

import pytest

from indicators.catalogue import UNITS, HeaderError, catalogue, read_indicator, tables_read

GOOD = """-- [indicator]
-- code = "X1"
-- position = 3
-- unit = "village"
-- title = { zh = "题", en = "Title" }
-- definition = { zh = "定义", en = "Definition" }
-- formula = { zh = "式", en = "Formula" }
-- pitfall = { zh = "坑", en = "Pitfall" }
-- palette = "gap"
-- parameters = ["standard"]
SELECT 1 AS value
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "odd.sql"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_header_is_read(tmp_path: Path) -> None:
    indicator = read_indicator(written(tmp_path, GOOD))
    assert indicator.indicator_id == "odd"
    assert (indicator.code, indicator.position, indicator.unit) == ("X1", 3, "village")
    assert indicator.title == {"zh": "题", "en": "Title"}
    assert indicator.parameters == ("standard",)
    assert indicator.query == "SELECT 1 AS value"
    assert not indicator.is_demonstration and not indicator.has_dates and not indicator.of_standard


@pytest.mark.parametrize(
    "key", ["code", "position", "unit", "title", "definition", "formula", "pitfall", "palette", "parameters"]
)
def test_a_missing_key_is_named_with_the_file(tmp_path: Path, key: str) -> None:
    lines = [line for line in GOOD.splitlines() if not line.startswith(f"-- {key} =")]
    with pytest.raises(HeaderError, match=rf"odd\.sql: .*{key}"):
        read_indicator(written(tmp_path, "\n".join(lines)))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('{ zh = "题", en = "Title" }', '{ en = "Title" }', r"title: expected \{ zh = .…., en = .…. \}"),
        ('{ zh = "坑", en = "Pitfall" }', '{ zh = "坑" }', r"pitfall: expected \{ zh = .…., en = .…. \}"),
        ('"village"', '"furlong"', "furlong"),
        ('["standard"]', '["standard", "phase_of_the_moon"]', "phase_of_the_moon"),
        ("[indicator]", "[indicators]", r"\[indicator\]"),
        ("position = 3", "position = ", r"\[indicator\]"),
        ("position = 3", 'position = "first"', r"position: expected a whole number, found 'first'"),
        ("position = 3", "positoin = 3", r"position: expected a whole number, found nothing"),
    ],
)
def test_a_bad_header_is_named_with_the_file(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(HeaderError, match=rf"odd\.sql: .*{said}"):
        read_indicator(written(tmp_path, GOOD.replace(old, new)))


def test_a_file_without_a_header(tmp_path: Path) -> None:
    with pytest.raises(HeaderError, match=r"odd\.sql"):
        read_indicator(written(tmp_path, "SELECT 1"))


# --- the indicators there are ---------------------------------------------------------------------------


@pytest.mark.parametrize("indicator", catalogue().values(), ids=lambda one: one.indicator_id)
def test_every_indicator_speaks_both_languages(indicator: object) -> None:
    for key in ("title", "definition", "formula", "pitfall"):
        words = getattr(indicator, key)
        assert set(words) == {"zh", "en"}
        assert words["zh"].strip() and words["en"].strip()
    assert any("\u4e00" <= letter <= "\u9fff" for letter in indicator.title["zh"])  # type: ignore[attr-defined]
    assert indicator.title["en"].isascii() or "–" in indicator.title["en"]  # type: ignore[attr-defined]


def test_ids_codes_and_positions_are_each_their_own() -> None:
    all_of_them = list(catalogue().values())
    for key in ("indicator_id", "code", "position"):
        values = [getattr(one, key) for one in all_of_them]
        assert len(set(values)) == len(values), key
    assert [one.position for one in all_of_them] == sorted(one.position for one in all_of_them)
    assert all(one.unit in UNITS for one in all_of_them)


@pytest.mark.parametrize("indicator", catalogue().values(), ids=lambda one: one.indicator_id)
def test_a_query_uses_the_parameters_it_declares_and_no_other(indicator: object) -> None:
    import re

    used = set(re.findall(r"\$(\w+)", indicator.query))  # type: ignore[attr-defined]
    assert used == set(indicator.parameters)  # type: ignore[attr-defined]


@pytest.mark.parametrize("indicator", catalogue().values(), ids=lambda one: one.indicator_id)
def test_a_query_reads_tables(indicator: object) -> None:
    tables = tables_read(indicator.query)  # type: ignore[attr-defined]
    assert tables and "asked" not in tables


# --- tables read ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ("SELECT * FROM place", {"place"}),
        ("FROM place", {"place"}),
        ("SELECT 1", set()),
        ("SELECT * FROM place AS p JOIN village USING (place_id)", {"place", "village"}),
        ("WITH a AS (SELECT * FROM place) SELECT * FROM a", {"place"}),
        ("WITH a AS (WITH b AS (FROM pilot) FROM b) SELECT * FROM a, asked", {"pilot"}),
        (
            "SELECT (SELECT min(x) FROM pilot) FROM place WHERE x IN (SELECT y FROM level)",
            {"pilot", "place", "level"},
        ),
        ("SELECT * FROM place WHERE place_id = $one", {"place"}),
        ("SELECT COLUMNS($c) FROM village UNION SELECT x FROM pilot", {"village", "pilot"}),
        ("SELECT * FROM asked LEFT JOIN place ON true", {"place"}),
    ],
)
def test_tables_read(sql: str, tables: set[str]) -> None:
    assert tables_read(sql) == tables


def test_tables_read_of_no_sql() -> None:
    with pytest.raises(HeaderError, match="not SQL"):
        tables_read("SELEKT 1")
