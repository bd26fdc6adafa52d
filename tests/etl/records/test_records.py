"""Pilots, projects, costs and published figures: what is loaded, and which rows are refused."""

from __future__ import annotations

from datetime import date

import pytest
from mini_profile import Ask, Profile

from etl.errors import EtlError, RowError


def test_pilots(ask: Ask) -> None:
    assert ask("SELECT pilot_id, place_id, batch, year, technology, published_name, note_en FROM pilot ORDER BY 1") == [
        ("2010-1-0100", "0100", 1, 2010, "wire", "Ostravina (region)", None),
        ("2010-1-0102", "0102", 1, 2010, "wire", "Dolní Líšeň", "inside the region's own pilot"),
        ("2010-1-0200-district", "0200-district", 1, 2010, "wire", "Horní Svět", None),
    ]


def test_a_pilot_inside_another_is_marked_and_its_villages_count_once(ask: Ask) -> None:
    assert ask("SELECT pilot_id, within_pilot_id FROM pilot WHERE within_pilot_id IS NOT NULL") == [
        ("2010-1-0102", "2010-1-0100")
    ]
    [(pilots, villages, inside)] = ask(
        "SELECT pilots, villages, villages_in_pilots FROM pilot_count WHERE place_id = 'ZZ' AND batch IS NULL"
    )
    assert (pilots, villages) == (3, 50)
    assert inside == 28 + 12  # region 01 with its inner pilot, and district 0200
    inner = "SELECT batch, pilots, villages, villages_in_pilots FROM pilot_count WHERE place_id = '0102' ORDER BY 1"
    assert ask(inner) == [(1, 1, 13, 13), (None, 1, 13, 13)]
    assert ask("SELECT batch, pilots, villages_in_pilots FROM pilot_count WHERE place_id = '0203'") == [(None, 0, 0)]


def test_a_pilot_of_another_technology_is_not_inside(mini: Profile) -> None:
    pilots = mini.file("pilots/pilots.csv").read_text(encoding="utf-8").splitlines()
    mini.file("pilots/other.csv").write_text("\n".join([pilots[0], pilots[2]]) + "\n", encoding="utf-8")
    declared = mini.file("sources/pilots.toml").read_text(encoding="utf-8")
    other = (
        declared.replace('"pilots_2010"', '"pilots_radio"')
        .replace("pilots.csv", "other.csv")
        .replace('"wire"', '"radio"')
    )
    mini.file("sources/pilots-radio.toml").write_text(other.replace("batch = 1", "batch = 4"), encoding="utf-8")
    mini.edit("pilots/pilots.csv", pilots[2] + "\n", "")
    atlas = mini.records()
    rows = atlas.sql("SELECT pilot_id, technology, within_pilot_id FROM pilot WHERE place_id = '0102'")
    assert rows.fetchall() == [("2010-4-0102", "radio", None)]


def test_project(ask: Ask) -> None:
    [row] = ask(
        "SELECT pilot_id, scope, contract_date, completed_date, planned_villages, capex_yuan, opex_years, "
        "evidence::TEXT "
        "FROM project"
    )
    assert row == (
        "2010-1-0200-district",
        "project",
        date(2011, 2, 1),
        date(2012, 6, 30),
        4,
        1_000_000,
        6,
        "declared",
    )
    assert ask("SELECT project_id, place_id FROM project_place") == [("svet-1", "020001")]


def test_a_programme_total_belongs_to_no_pilot(mini: Profile) -> None:
    mini.add_line("money/projects.csv", "all,programme,ZZ,,Celý program,,wire,,40,,,,>,9000000,,,over nine million")
    atlas = mini.records()
    row = atlas.sql("SELECT scope, pilot_id, capex_qualifier, operator FROM project WHERE project_id = 'all'")
    assert row.fetchall() == [("programme", None, ">", None)]


def test_published_figures_keep_their_words(ask: Ask) -> None:
    rows = ask(
        "SELECT figure_id, value_text, qualifier, value, value_low, date_from, date_to FROM published_figure ORDER BY 1"
    )
    assert rows == [
        ("Z1", "~60", "~", 60.0, None, date(2010, 1, 1), date(2010, 12, 31)),
        ("Z2", ">=90", ">=", 90.0, 90.0, date(2012, 1, 1), date(2014, 12, 31)),
        ("Z3", "1893-05-01", None, None, None, None, None),
        ("Z4", "55.5", None, 55.5, None, date(2012, 7, 1), date(2012, 9, 30)),
        ("Z5", ">90", ">", 90.0, 90.0, date(2014, 1, 1), date(2014, 12, 31)),
        ("Z6", "~70", "~", 70.0, None, date(2014, 1, 1), date(2014, 12, 31)),
    ]


def test_a_figure_of_an_unknown_place_is_loaded_and_listed(ask: Ask) -> None:
    assert ask(
        "SELECT file, row_number, field, value, is_rejected FROM meta_reject WHERE rule = 'figure_of_unknown_place'"
    ) == [("figures.csv", 5, "code", "ATL", False)]


def test_costs(ask: Ask) -> None:
    assert ask("SELECT technology, low_yuan, central_yuan, high_yuan, evidence::TEXT FROM cost_parameter") == [
        ("wire", 150_000, 200_000, 400_000, "modelled")
    ]


def test_model_parameters(ask: Ask) -> None:
    rows = ask(
        "SELECT parameter, technology, low, value, high, price_year, currency, strength, evidence::TEXT "
        "FROM model_parameter WHERE parameter <> 'discount_rate' ORDER BY 1"
    )
    assert rows == [
        ("cable_per_km", "wire", 40_000, 50_000, 80_000, 2015, "ZZD", "derived", "assumed"),
        ("exchange_rate_usd", "all", 18, 20, 25, None, None, "published", "assumed"),
        ("terminal_capex", "satellite", 349, 470, 599, 2023, "USD", "foreign", "assumed"),
    ]


def test_foreign_money_needs_a_rate(mini: Profile) -> None:
    with pytest.raises(RowError, match="exchange_rate_usd") as raised:
        mini.edit("money/parameters.csv", "exchange_rate_usd", "exchange_rate_eur").records()
    assert "row 5" in raised.value.where and "USD" in raised.value.found


def test_a_profile_may_do_without_pilots_projects_and_costs(mini: Profile) -> None:
    for name in ("pilots", "projects", "costs", "parameters", "territories"):
        mini.file(f"sources/{name}.toml").unlink()
    status = mini.file("sources/status.toml")
    status.write_text(status.read_text(encoding="utf-8").partition("[[fixed]]")[0], encoding="utf-8")
    with mini.built() as atlas:
        assert atlas.sql("SELECT count(*) FROM pilot").fetchall() == [(0,)]
        assert atlas.sql("SELECT sum(pilots), sum(project_villages) FROM pilot_count").fetchall() == [(0, 0)]


def test_another_delimiter_is_declared_not_guessed(mini: Profile) -> None:
    path = mini.file("money/costs.csv")
    path.write_text(path.read_text(encoding="utf-8").replace(",wire", ";wire").replace(",", ";"), encoding="utf-8")
    mini.declare()
    with pytest.raises(EtlError, match="low_yuan"):
        mini.records()
    mini.edit("sources/costs.toml", 'path = "money/costs.csv"', 'delimiter = ";"\npath = "money/costs.csv"')
    atlas = mini.records()
    assert atlas.sql("SELECT central_yuan FROM cost_parameter").fetchall() == [(200_000,)]


@pytest.mark.parametrize(
    ("path", "old", "new", "row", "field", "found"),
    [
        ("pilots/pilots.csv", ",0102,", ",9999,", 3, "where", "9999"),
        ("pilots/pilots.csv", ",0102,", ",,", 3, "where", "nothing"),
        ("pilots/pilots.csv", ",0102,", ",0100,", 3, "where", "0100"),
        ("pilots/pilots.csv", "Horní Svět,", ",", 4, "listed_as", "nothing"),
        ("money/projects.csv", "1000000", "-1000000", 2, "capex_yuan", "-1000000"),
        ("money/projects.csv", "1000000", "1e6", 2, "capex_yuan", "1e6"),
        ("money/projects.csv", "1000000", "١٢٣", 2, "capex_yuan", "١٢٣"),
        ("money/projects.csv", ",4,4,", ",0,4,", 2, "planned_villages", "0"),
        ("money/projects.csv", ",4,4,", ",4,-1,", 2, "opened_villages", "-1"),
        ("money/projects.csv", "2011-02-01", "2011-02-30", 2, "contract_date", "2011-02-30"),
        ("money/projects.csv", "2011-02-01", "last spring", 2, "contract_date", "last spring"),
        ("money/projects.csv", ",020001,", ",020001 777777,", 2, "place_ids", "777777"),
        ("money/projects.csv", "svet-1,project,0200-district", "svet-1,project,0203", 2, "place_id", "0203"),
        ("money/projects.csv", "svet-1,project,0200-district", "svet-1,programme,XX", 2, "place_id", "XX"),
        ("money/projects.csv", "svet-1,project,", "svet-1,plan,", 2, "scope", "plan"),
        ("money/projects.csv", ",Optika do Horního Světa,", ",,", 2, "name", ""),
        ("money/costs.csv", "150000,200000", "250000,200000", 2, "low_yuan", "250000"),
        ("money/costs.csv", "150000", "-150000", 2, "low_yuan", "-150000"),
        ("money/costs.csv", "150000", ">150000", 2, "low_yuan", ">150000"),
        ("money/costs.csv", "150000", "", 2, "low_yuan", "None"),
        ("money/costs.csv", "150000", "about a lot", 2, "low_yuan", "about a lot"),
        ("money/parameters.csv", "0.05,0.03", "0.05,0.06", 2, "low, value, high", "0.06"),
        ("money/parameters.csv", "0.05,0.03,0.08", "0.05,-0.03,0.08", 2, "low, value, high", "-0.03"),
        ("money/parameters.csv", "0.05,0.03", "~0.05,0.03", 2, "low, value, high", "~0.05"),
        ("money/parameters.csv", "0.05,0.03", ",0.03", 2, "low, value, high", "None"),
        (
            "money/parameters.csv",
            "exchange_rate_usd,all",
            "discount_rate,all",
            3,
            "parameter, technology",
            "discount_rate",
        ),
        ("money/parameters.csv", ",derived,", ",certain,", 4, "strength", "certain"),
        ("money/parameters.csv", "2015,ZZD", "2015,crowns", 4, "currency", "crowns"),
        ("money/parameters.csv", "2015,ZZD", "last year,ZZD", 4, "price_year", "last year"),
        ("money/parameters.csv", "2015,ZZD", ",ZZD", 4, "price_year, currency", "ZZD"),
        ("money/parameters.csv", "crowns per km", "", 4, "unit", ""),
        ("money/parameters.csv", "A catalogue", "", 5, "citation", ""),
        ("figures/figures.csv", "Z2,", "Z1,", 3, "figure_id", "Z1"),
        ("figures/figures.csv", ",~60,", ",,", 2, "value_text", ""),
    ],
)
def test_a_bad_row_is_refused(mini: Profile, path: str, old: str, new: str, row: int, field: str, found: str) -> None:
    with pytest.raises(RowError) as raised:
        mini.edit(path, old, new).records()
    error = raised.value
    assert error.where.startswith(f"{path.split('/')[1]}, row {row}, ")
    assert field in error.where
    assert found in error.found
    assert error.expected and error.next_step


def test_the_row_that_names_an_unknown_place_is_the_one_named(mini: Profile) -> None:
    mini.add_line("money/projects.csv", "svet-2,project,0200-district,020001 020002,Dva,,wire,,4,,,,,5,,,")
    with pytest.raises(RowError, match=r"projects\.csv, row 3"):
        mini.records()


def test_a_rule_that_no_loader_looks_for_is_an_error_and_no_crash(mini: Profile) -> None:
    mini.edit("money/costs.csv", ",2011,", ",,")
    with pytest.raises(RowError, match=r"table cost_parameter, from costs\.toml"):
        mini.records()
