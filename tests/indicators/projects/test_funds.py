"""Money of projects, worked out by hand on a small programme in the invented country."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl import derived
from ground import builds
from indicators.database import Atlas, current
from indicators.measure import UnknownQuestion, figure
from indicators.projects import amounts, comparisons
from indicators.projects.comparisons import Verdict
from indicators.projects.scoped import Scope
from indicators.published import history
from indicators.scope import Chosen
from planning.done.inequality import theil_parts

#: project, place, operator, technology, villages, capex, requested, approved, granted, currency, qualifier
PROJECTS = [
    ("a", "0101", "tele", "wire", 4, 1_000_000, 500_000, 450_000, 400_000, None, None),
    ("b", "0102", "tele", "wire", 5, 2_000_000, 700_000, 650_000, 600_000, None, ">"),
    ("c", "0102", "radio_co", "wire", 2, 9_000_000, None, None, 300_000, "USD", None),
    ("d", "0102", "radio_co", "wire", 3, None, None, None, None, None, None),
    ("e", "0100", "radio_co", "wire", None, None, None, None, None, None, None),
]
#: project, village, capex: `e` lies in the region and lists two villages of one district and one of the other
VILLAGES = [("e", "010101100", 300_000), ("e", "010101107", 100_000), ("e", "010201100", 500_000)]
PAYMENTS = [("a", 300_000.0), ("a", 50_000.0), ("b", 900_000.0)]


@pytest.fixture(scope="module")
def small(mini_build_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Atlas]:
    """A copy of the mini atlas with these projects instead of its own."""
    folder = tmp_path_factory.mktemp("funds")
    for file in mini_build_dir.iterdir():
        if file.is_file():
            shutil.copy(file, folder)
    path = folder / (folder / builds.POINTER).read_text(encoding="utf-8").strip()
    with duckdb.connect(str(path)) as connection:
        for table in ("project", "project_place", "project_village", "payment", "record_finding"):
            connection.execute(f"DELETE FROM {table}")
        for row in PROJECTS:
            connection.execute(
                "INSERT INTO project BY NAME SELECT $1 AS project_id, 'project' AS scope, $2 AS place_id, 'P ' || $1 "
                "AS name, "
                "$3 AS operator, $3 AS operator_id, $4 AS technology, $5::INT AS planned_villages, $6::BIGINT AS "
                "capex_yuan, "
                "$7::BIGINT AS requested_yuan, $8::BIGINT AS approved_yuan, $9::BIGINT AS granted_yuan, $10 AS "
                "currency, "
                "$11 AS capex_qualifier, 'declared' AS evidence, 'projects' AS source_id",
                list(row),
            )
        for project, village, capex in VILLAGES:
            connection.execute(
                "INSERT INTO project_village BY NAME SELECT $1 AS project_id, place_no, (SELECT min(state) FROM "
                "programme_state) "
                "AS state, $3::BIGINT AS capex_yuan, 'simulated' AS evidence, 'projects' AS source_id FROM village "
                "WHERE place_id = $2",
                [project, village, capex],
            )
        for project, amount in PAYMENTS:
            connection.execute(
                "INSERT INTO payment BY NAME SELECT $1 AS project_id, $2 AS amount, 'measured' AS evidence, "
                "'projects' AS source_id",
                [project, amount],
            )
        derived.write(connection)
    builds.seal(path)
    yield current(folder)


@pytest.fixture
def rows(small: Atlas) -> pd.DataFrame:
    return amounts.of_projects(small, Scope("ZZ"))


def test_every_project_is_in_the_sum_or_counted_beside_it(rows: pd.DataFrame) -> None:
    capex = amounts.summed(rows, "capex_yuan")
    assert capex.yuan == 1_000_000 + 2_000_000 + 900_000  # a, b, and e from its list
    assert (capex.projects, capex.no_amount, capex.other_currency, capex.beyond) == (3, 1, 1, 0)
    assert capex.villages == 4 + 5 + 3
    assert capex.at_least == 1  # b says "more than"
    assert capex.evidence == "declared"
    granted = amounts.summed(rows, "granted_yuan")
    assert (granted.yuan, granted.projects, granted.no_amount, granted.other_currency) == (1_000_000, 2, 2, 1)


def test_an_unknown_sum_is_not_zero(rows: pd.DataFrame) -> None:
    empty = amounts.summed(rows[rows["project_id"] == "d"], "capex_yuan")
    assert empty.yuan is None and empty.evidence is None and empty.no_amount == 1


def test_what_is_still_to_be_paid(rows: pd.DataFrame) -> None:
    paid = amounts.remaining(rows)
    assert (paid.granted_yuan, paid.paid_yuan) == (1_000_000, 1_250_000)
    assert paid.remaining_yuan == 50_000  # a: 400,000 less 350,000; b's surplus does not hide it
    assert (paid.overpaid_projects, paid.overpaid_yuan) == (1, 300_000)
    assert (paid.projects, paid.left_out) == (2, 3)
    assert paid.evidence == "declared"  # weaker than the payments' own
    nothing = amounts.remaining(rows[rows["project_id"].isin(["d", "e"])])
    assert nothing.paid_yuan is None and nothing.remaining_yuan is None


def test_an_amount_per_village_is_of_projects_that_have_both(small: Atlas, rows: pd.DataFrame) -> None:
    per = figure(small, "project_investment_per_village", "ZZ")
    assert (per.value, per.qualifier) == (3_900_000 / 12, ">")  # b says "more than"
    assert (per.numerator, per.left_out) == (amounts.summed(rows, "capex_yuan").yuan, 2)
    assert set(amounts.with_amount(rows, "capex_yuan")["project_id"]) == {"a", "b", "e"}


def test_a_choice_of_projects_narrows_every_indicator_of_projects(small: Atlas) -> None:
    tele = Chosen(operator="tele")
    assert figure(small, "project_investment_per_village", "ZZ", projects=tele).value == 3_000_000 / 9
    assert figure(small, "subsidy_per_village", "ZZ", projects=tele).denominator == 9
    assert figure(small, "share_paid", "ZZ", projects=Chosen(project="a")).value == 87.5
    assert figure(small, "share_paid", "ZZ", projects=Chosen(batch=7)).value is None
    assert figure(small, "project_investment_per_village", "ZZ", projects=Chosen(operator="")).value is None
    with pytest.raises(UnknownQuestion):
        figure(small, "pilots", "ZZ", projects=tele)


def test_a_project_above_a_place_gives_it_only_what_its_list_says(small: Atlas) -> None:
    inside = amounts.of_projects(small, Scope("0101"))
    assert dict(zip(inside["project_id"], inside["capex_yuan"], strict=True)) == {
        "a": 1_000_000,
        "e": 400_000,
    }
    of_e = inside.set_index("project_id").loc["e"]
    assert (of_e["villages"], of_e["whole_here"], of_e["evidence"]) == (2, False, "simulated")
    granted = amounts.summed(inside, "granted_yuan")
    assert (granted.projects, granted.beyond, granted.no_amount) == (1, 1, 0)


def test_parts_add_up_to_the_whole(small: Atlas, rows: pd.DataFrame) -> None:
    for level in ("region", "district"):
        split = amounts.of_projects(small, Scope("ZZ"), level)
        parts = [amounts.summed(group, "capex_yuan").yuan or 0 for _, group in split.groupby("part_id")]
        assert sum(parts) == amounts.summed(rows, "capex_yuan").yuan
    assert amounts.unplaced(small, Scope("ZZ"), "district") == 0


def test_places_with_an_amount_per_village(small: Atlas) -> None:
    held = comparisons.per_village(small, Scope("ZZ"), "district", "capex_yuan").set_index("place_id")
    assert held.loc["0101", "yuan_per_village"] == 1_400_000 / 6
    assert held.loc["0102", "yuan_per_village"] == 2_500_000 / 6
    assert set(held["group_id"]) == {"0100"}
    assert comparisons.levels_to_compare(small, Scope("ZZ"), "capex_yuan", 2) == ["district"]
    assert comparisons.levels_to_compare(small, Scope("ZZ"), "capex_yuan", 3) == []


def test_filters_choose_among_the_projects(small: Atlas) -> None:
    assert list(amounts.of_projects(small, Scope("ZZ", operator="tele"))["project_id"]) == ["a", "b"]
    assert amounts.of_projects(small, Scope("ZZ", technology="radio")).empty


def test_lines_of_a_table_hold_all_projects(small: Atlas, rows: pd.DataFrame) -> None:
    found = comparisons.lines(small, Scope("ZZ"), None, "operator_id")
    assert [(line.key, line.projects, line.capex.yuan) for line in found] == [
        ("tele", 2, 3_000_000),
        ("radio_co", 3, 900_000),
    ]
    assert sum(line.projects for line in found) == len(rows)


def test_against_the_model_a_wrong_unit_is_told_from_a_dear_project(small: Atlas) -> None:
    """The range is 150,000 to 400,000 a village; a lies inside with 250,000, b inside with exactly 400,000."""
    found = comparisons.against_model(small, Scope("ZZ")).set_index("project_id")
    assert dict(found["verdict"]) == {"a": "inside", "b": "inside", "e": "inside"}
    model = (150_000.0, 400_000.0)
    assert comparisons.verdict(75_000, *model) == Verdict("below", 2.0)
    assert comparisons.verdict(800_000, *model) == Verdict("above", 2.0)
    assert comparisons.verdict(2_500_000_000, *model) == Verdict("unit", 6250.0, 1e-4)  # yuan taken for 10,000 yuan
    assert comparisons.verdict(0, *model) == Verdict("below")
    assert comparisons.verdict(1, float("nan"), float("nan")) == Verdict("no_model")
    assert comparisons.outside_villages(amounts.of_projects(small, Scope("ZZ"))) == (
        2,
        3,
    )  # 100,000 and 500,000 of three


def test_the_same_numbers_as_the_indicators(small: Atlas, rows: pd.DataFrame) -> None:
    """What a page adds up beside an indicator is what the indicator divides."""
    paid, share = amounts.remaining(rows), figure(small, "share_paid", "ZZ")
    assert (paid.paid_yuan, paid.granted_yuan) == (share.numerator, share.denominator)
    held = comparisons.per_village(small, Scope("ZZ"), "district", "capex_yuan").set_index("place_id")
    for line in comparisons.lines(small, Scope("ZZ"), "district", "part_id"):
        per = line.figures["project_investment_per_village"]
        assert (per.value, per.numerator) == (held.loc[line.key, "yuan_per_village"], line.capex.yuan)
    for line in comparisons.lines(small, Scope("ZZ"), None, "operator_id"):
        assert line.figures["project_investment_per_village"].numerator == line.capex.yuan


@settings(deadline=None)  # a busy machine is no fault of the arithmetic
@given(st.lists(st.tuples(st.sampled_from("xyz"), st.floats(1, 1e7), st.integers(1, 500)), min_size=2, max_size=30))
def test_the_parts_of_theil_are_all_of_it(held: list[tuple[str, float, int]]) -> None:
    """What the page prints as between and within is the total, for any places."""
    group, value, weight = zip(*held, strict=True)
    parts = theil_parts(value, group, weight)
    assert parts.within + parts.between == pytest.approx(parts.total, abs=1e-9)


def test_arithmetic_of_one_project() -> None:
    assert amounts.divided(245_000_000, 593) == pytest.approx(413_153.5, abs=0.1)
    assert amounts.divided(None, 593) is None and amounts.divided(1, 0) is None
    assert amounts.days_early("2017-07-31", "2017-08-31") == 31
    assert amounts.days_early("2017-09-02", "2017-08-31") == -2
    assert amounts.days_early(pd.NaT, "2017-08-31") is None


@pytest.mark.national
def test_hamlets_stand_beside_villages_and_only_where_they_were_counted(national_atlas: Atlas) -> None:
    assert history.beside(national_atlas, "460000")["value_percent"].to_list() == [99.7]
    assert history.beside(national_atlas, "100000").empty
    nation = history.places_with_series(national_atlas, "100000")
    assert nation[0] == "100000" and {"430000", "460000"} <= set(nation)
    assert history.places_with_series(national_atlas, "430000")[:2] == ("100000", "430000")


@pytest.mark.national
def test_an_average_reaches_no_place_outside_its_project(national_atlas: Atlas) -> None:
    """Yongzhou's project names four counties; the pilot holds others, too."""
    inside, outside = (figure(national_atlas, "investment_per_village", one) for one in ("431103", "431181"))
    assert inside.value == 245_000_000 / 593 and inside.low is None
    assert outside.low is not None and outside.evidence == "modelled"


@pytest.mark.national
def test_pilots_and_the_others_of_a_province(national_atlas: Atlas) -> None:
    """Hunan's pilots are three prefectures; every county is on one side, and simulated states say so."""
    from datetime import date

    held = history.rates(national_atlas, "430000", "fibre", date(2015, 12, 31), date(2018, 9, 30))
    assert held.is_simulated and held.evidence == "simulated" and held.level == "county"
    pilots = set(held.frame.loc[held.frame["is_pilot"], "place_id"].str[:4])
    [(listed,)] = (
        national_atlas.cursor()
        .execute("SELECT list(DISTINCT place_id[:4]) FROM pilot WHERE place_id LIKE '43%'")
        .fetchall()
    )
    assert pilots == set(listed)
