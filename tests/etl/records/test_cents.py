"""Money keeps its cents, and sums of it are exact."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_country import COVERAGE, PLACES, PROJECTS, SmallCountry, remarks

from atlas.look import country_words, figures
from atlas.look.language import speaking
from indicators.database import current
from indicators.measure import figure

ASKED = PROJECTS + 'requested = "asked"\n'
PAYMENTS = """
kind = "payments"
[file]
path = "files/paid.csv"
[columns]
project_id = "id"
amount = "paid"
"""
VILLAGES = "code,name,district,dname,lon,lat,net\nA1,One,A,Alpha,1.1,1.1,1\nA2,Two,A,Alpha,1.2,1.2,0\n"


@pytest.fixture(autouse=True)
def francs() -> Iterator[None]:
    country_words.use({"currency": {"zh": "法郎", "en": "RWF"}})
    yield
    country_words.use({"currency": {"zh": "元", "en": "yuan"}})


@pytest.fixture
def country(tmp_path: Path) -> SmallCountry:
    made = SmallCountry(tmp_path).source("v", PLACES).source("cov", COVERAGE).source("p", ASKED)
    return made.file("v.csv", VILLAGES)


def test_three_times_three_quarters(country: SmallCountry) -> None:
    country.file("p.csv", "id,code,usd,asked\np1,A1,0.75,\np2,A2,0.75,\np3,A2,0.75,\n")
    with country.built() as atlas:
        assert atlas.execute("SELECT sum(granted_yuan) FROM project").fetchone() == (Decimal("2.25"),)
    nation = figure(current(country.build_dir), "share_paid", "SC")
    assert nation.denominator == 2.25
    with speaking("en"):
        assert figures.money(nation.denominator) == "2.25 RWF"


def test_a_sum_of_many_cents_is_exact(country: SmallCountry) -> None:
    """713 bids that add up to 299,998,632.25, as the total of an auction did."""
    cents = [1 + 42_075_545 + (n * 7919) % 9973 for n in range(712)]
    cents.append(29_999_863_225 - sum(cents))
    assert cents[-1] > 0
    rows = [f"p{n},A1,{Decimal(one) / 100}," for n, one in enumerate(cents)]
    country.file("p.csv", "\n".join(["id,code,usd,asked", *rows]) + "\n")
    with country.built() as atlas:
        assert atlas.execute("SELECT sum(granted_yuan) FROM project").fetchone() == (Decimal("299998632.25"),)


def test_payments_and_what_is_said_of_them_keep_cents(country: SmallCountry) -> None:
    country.source("paid", PAYMENTS).file("paid.csv", "id,paid\np1,0.10\np1,0.20\np2,1.01\n")
    country.file("p.csv", "id,code,usd,asked\np1,A1,0.30,0.25\np2,A2,1.00,\n")
    with country.built() as atlas:
        found = dict(atlas.execute("SELECT rule, seen FROM record_finding").fetchall())
        # 0.1 + 0.2 is what was granted, not more
        assert found == {"paid_above_granted": "1.01 > 1", "grant_above_request": "0.25 → – → 0.3"}


def test_an_amount_beyond_all_money_is_rejected(country: SmallCountry) -> None:
    country.file("p.csv", "id,code,usd,asked\np1,A1,1e30,\np2,A2,999999999999999,\n")
    with country.built() as atlas:
        [(source_id, file, row, field, *_, is_rejected)] = remarks(atlas, "too_much_money")
        assert (source_id, file, row, field, is_rejected) == ("p", "p.csv", 2, "granted", True)
        assert atlas.execute("SELECT project_id FROM project").fetchall() == [("p2",)]


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (0.75, "0.75 RWF"),
        (2.5, "2.50 RWF"),
        (3.0, "3 RWF"),
        (1234.5, "1,234.50 RWF"),
        (12345.6789, "12,346 RWF"),  # divided: not an amount in cents
        (299_998_632.25, "300 million RWF"),
        (-0.5, "-0.50 RWF"),
    ],
)
def test_cents_are_shown_where_they_are(amount: float, said: str) -> None:
    with speaking("en"):
        assert figures.money(amount) == said


@settings(max_examples=200)
@given(st.integers(1, 99_999_99))
def test_whole_amounts_look_as_before(cents: int) -> None:
    with speaking("en"):
        shown = figures.money(cents / 100).split()[0]
        assert ("." in shown) == (cents % 100 != 0)
        assert Decimal(shown.replace(",", "")) == Decimal(cents) / 100
