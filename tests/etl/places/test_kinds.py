"""Which villages the programme is for: a kind that nobody names, or a column that nothing explains, empties none in
silence.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from small_country import COVERAGE, PLACES, SmallCountry, remarks

from etl.errors import DeclarationError

HEADER = "code,name,district,dname,lon,lat,net,type\n"
ROWS = [f"{n},V{n},63,ALPHA,{n / 10},1,1,{'hamlet' if n % 2 else 'town'}" for n in range(1, 11)]
KIND = PLACES + 'kind = "type"\n'
NAMES = 'names = { hamlet = { zh = "村", en = "Hamlet" }, town = { zh = "镇", en = "Town" } }\n'
KINDS = '[kinds]\nprogramme = ["hamlet"]\nurban = ["town"]\n' + NAMES


@pytest.fixture
def country(tmp_path: Path) -> SmallCountry:
    return SmallCountry(tmp_path).source("cov", COVERAGE).file("v.csv", HEADER + "\n".join(ROWS) + "\n")


def test_the_programme_is_of_the_kinds_that_it_names(country: SmallCountry) -> None:
    with country.source("v", KIND + KINDS).built() as atlas:
        counted = atlas.execute("SELECT kind, in_programme, count(*) FROM village GROUP BY ALL ORDER BY 1").fetchall()
    assert counted == [("hamlet", True, 5), ("town", False, 5)]


@pytest.mark.parametrize(
    ("declared", "key"),
    [
        (KIND, "kinds"),  # the column alone says of no village that it belongs
        (PLACES + KINDS, "columns.kind"),
        (KIND + KINDS.replace('["hamlet"]', '["hamlets"]'), "kinds.programme"),
        (KIND + KINDS.replace('["town"]', '["twon"]'), "kinds.urban"),
    ],
)
def test_what_leaves_the_programme_empty_is_refused_by_its_key(country: SmallCountry, declared: str, key: str) -> None:
    with pytest.raises(DeclarationError, match=key):
        country.source("v", declared).build()


def test_a_kind_that_nobody_names_is_rejected_and_listed(country: SmallCountry) -> None:
    country.file("v.csv", HEADER + "\n".join([*ROWS, "11,V11,63,ALPHA,1,2,1,camp", "12,V12,63,ALPHA,1,3,1,"]) + "\n")
    with country.source("v", KIND + KINDS).built() as atlas:
        assert remarks(atlas, "unknown_word") == [("v", "v.csv", 12, "kind", "camp", None, True)]
        assert remarks(atlas, "needed_empty") == [("v", "v.csv", 13, "kind", None, None, True)]
        counted = atlas.execute("SELECT rows_read, rows_loaded, rows_rejected FROM meta_source WHERE source_id = 'v'")
        assert counted.fetchall() == [(12, 10, 2)]
