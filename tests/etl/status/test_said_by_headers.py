"""Headers say days, speeds and technologies: each is understood as a cell would be, and what nobody reads is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_country import PLACES, STANDARD, VIEW, SmallCountry

from importer.errors import DeclarationProblem

HEADER = "code,name,district,dname,lon,lat,T1 2023 net,T2 2023 net\n"
ROWS = "1,ONE,63,ALPHA,1,1,no,yes\n2,TWO,63,ALPHA,1,2,no,no\n"
WIDE = """
kind = "coverage"
[file]
path = "files/v.csv"
[columns]
code = "code"
[[wide]]
columns = '(?P<as_of>T\\d \\d{4}) (?P<technology>net)'
value = "is_covered"
words.technology = { net = "internet" }
"""


@pytest.fixture
def country(tmp_path: Path) -> SmallCountry:
    view = VIEW.replace("2024-08-23", "2023-06-30")
    return SmallCountry(tmp_path, standard=STANDARD + view).source("v", PLACES).file("v.csv", HEADER + ROWS)


def test_a_quarter_in_a_header_is_a_day(country: SmallCountry) -> None:
    with country.source("cov", WIDE).built() as atlas:
        said = "SELECT as_of::TEXT, connected, unconnected FROM status_count WHERE level = 'nation' ORDER BY 1"
        assert atlas.execute(said).fetchall() == [("2023-03-31", 0, 2), ("2023-06-30", 1, 1)]


def test_what_is_no_day_is_told_with_what_to_write(country: SmallCountry) -> None:
    country.source("cov", WIDE.replace("T\\d \\d{4}", "T\\d 2")).file("v.csv", HEADER.replace("2023", "2") + ROWS)
    with pytest.raises(DeclarationProblem) as raised:
        country.build()
    assert "headers that say as_of, a date" in str(raised.value)
    assert "'T1 2' in the header 'T1 2 net'" in str(raised.value)
    assert 'words.as_of."T1 2" = …' in str(raised.value)


def warnings(country: SmallCountry, rule: str) -> list[tuple[str, str, str]]:
    with country.built() as atlas:
        said = "SELECT source_id, field, seen FROM meta_warning WHERE rule = $1 ORDER BY ALL"
        return atlas.execute(said, [rule]).fetchall()


def test_coverage_that_no_standard_reads_is_told(country: SmallCountry) -> None:
    country.file(
        "v.csv", HEADER.strip() + ",T2 2023 fibra\n" + ROWS.replace("yes\n", "yes,yes\n").replace("no\n", "no,no\n")
    )
    country.source("cov", WIDE.replace("(?P<technology>net)", "(?P<technology>net|fibra)"))
    assert warnings(country, "read_by_no_standard") == [("cov", "technology", "fibra × 2")]


def test_a_definition_that_a_standard_does_not_ask_for_is_told(country: SmallCountry) -> None:
    country.source("cov", WIDE)
    country.source("more", WIDE.replace("words.tech", 'constant = { definition = "total" }\nwords.tech'))
    assert warnings(country, "read_by_no_standard") == [("more", "technology", "internet total × 4")]


def test_a_standard_that_no_data_speak_of_is_told(country: SmallCountry) -> None:
    country.source("cov", WIDE)
    assert warnings(country, "standard_without_data") == []
    other = STANDARD.replace('"conn"', '"fast"').replace('"internet"', '["fiber", "5g"]')
    country.standard += other
    assert warnings(country, "standard_without_data") == [("profile", "fast", "fiber / 5g ≠ internet")]
    assert warnings(country, "read_by_no_standard") == []
