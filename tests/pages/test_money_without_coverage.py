"""An atlas of places and money without any coverage: it is built, and every page shows."""

from __future__ import annotations

from pathlib import Path

import pytest
from one_page import run, shown
from small_country import COVERAGE, PLACES, PROJECTS, SmallCountry

import pages
from etl.errors import DeclarationError
from indicators.database import Atlas, current


@pytest.fixture(scope="module")
def money(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    country = SmallCountry(tmp_path_factory.mktemp("money")).source("v", PLACES).source("p", PROJECTS)
    country.file("v.csv", "code,name,district,dname,lon,lat\nA1,One,A,Alpha,1.1,1.1\nA2,Two,A,Alpha,1.2,1.2\n")
    country.file("p.csv", "id,code,usd\np1,A1,0.75\np2,A2,1.50\n").build()
    return current(country.build_dir)


def test_every_village_is_unknown_and_none_is_unconnected(money: Atlas) -> None:
    counted = "SELECT connected, unconnected, unknown FROM status_count WHERE level = 'nation'"
    assert money.cursor().execute(counted).fetchall() == [(0, 0, 2)]
    column = "SELECT standard, as_of::TEXT, achieved_rate_percent, rate_kind FROM status_column"
    assert money.cursor().execute(column).fetchall() == [("conn", "2024-08-23", None, "counted")]


@pytest.mark.parametrize("name", pages.names())
def test_every_page_shows(money: Atlas, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    if not pages.module(name).PAGE.is_there(money):
        pytest.skip("not offered: this atlas holds nothing for it")
    assert shown(run(monkeypatch, money, name, {}))


def test_the_money_is_there(money: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "2.25 RWF" in shown(run(monkeypatch, money, "funds", {}))


def test_a_place_and_a_village_of_it(money: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("A", "A1"):
        assert shown(run(monkeypatch, money, "place", {"place": place}))


def test_a_view_that_the_coverage_does_not_hold_stays_an_error(tmp_path: Path) -> None:
    country = SmallCountry(tmp_path).source("v", PLACES)
    country.source("cov", COVERAGE.replace("2024-08-23", "2020-01-01"))
    country.file("v.csv", "code,name,district,dname,lon,lat,net\nA1,One,A,Alpha,1.1,1.1,1\n")
    with pytest.raises(DeclarationError, match="default_view"):
        country.build()
    assert not list(country.build_dir.glob("*.duckdb"))


def test_a_view_of_a_standard_that_nobody_declared_is_an_error(tmp_path: Path) -> None:
    country = SmallCountry(tmp_path).source("v", PLACES)
    country.standard = country.standard.replace('standard = "conn"', 'standard = "other"')
    country.file("v.csv", "code,name,district,dname,lon,lat\nA1,One,A,Alpha,1.1,1.1\n")
    with pytest.raises(DeclarationError, match="default_view"):
        country.build()
