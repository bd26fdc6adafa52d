"""A column that says yes in every row is marked: on the screens that rest on it, after a build, and in `info`."""

from __future__ import annotations

from pathlib import Path

import pytest
from one_page import run, shown
from small_country import COVERAGE, PLACES, SmallCountry

from etl.publish.remarks import after_build
from etl.publish.report import info
from ground import builds
from indicators.database import Atlas


@pytest.mark.parametrize("says", ["1", "0"])
def test_a_column_of_nothing_but_one_word_is_marked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, says: str) -> None:
    rows = "".join(f"A{n},Village {n},A,Alpha,{1 + n / 100},1.1,{says},{n}\n" for n in range(30))
    country = SmallCountry(tmp_path).source("v", PLACES).source("cov", COVERAGE)
    country.file("v.csv", f"code,name,district,dname,lon,lat,net,extra\n{rows}").build()
    path = builds.good(country.build_dir)
    assert path is not None
    assert "cov                    odd: is_covered" in after_build(path)
    assert "cov                    not read: column extra" in info(country.build_dir)
    assert "column name" not in after_build(path), "another source reads it"
    page = run(monkeypatch, Atlas(path), "gap_map", {}, "en")
    assert "To be looked at: Some, is_covered" in shown(page)
