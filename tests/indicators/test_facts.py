"""Standards, settings, sources, pilots, projects and published figures, as the screens ask for them."""

from __future__ import annotations

from datetime import date

import pytest
from mini_profile import Ask

from indicators import facts
from indicators.database import Atlas


def test_standards_in_their_order_with_the_dates_they_apply(mini_atlas: Atlas) -> None:
    wire, radio = facts.standards(mini_atlas)
    assert (wire.standard_id, wire.name["en"]) == ("wire", "Wire")
    assert wire.dates == (date(2010, 12, 31), date(2012, 12, 31), date(2014, 12, 31))
    assert (wire.published_indicator, wire.published_target) == ("wired_rate", "wired_target")
    assert radio.dates == (date(2012, 12, 31), date(2014, 12, 31))  # not before its start
    assert radio.published_indicator is None


def test_the_column_of_a_standard_and_date(mini_atlas: Atlas) -> None:
    column = facts.status_column(mini_atlas, "wire", date(2010, 12, 31))
    assert column["column_name"] == "wire_2010_12_31"
    assert column["rate_kind"] == "published"
    with pytest.raises(LookupError, match="no status for wire"):
        facts.status_column(mini_atlas, "wire", date(2011, 12, 31))


def test_settings_and_build_facts(mini_atlas: Atlas) -> None:
    settings = facts.settings(mini_atlas)
    assert settings["title"] == {"zh": "迷你", "en": "Mini"}
    assert settings["default_view"] == {
        "standard": "wire", "as_of": "2010-12-31", "compare_as_of": "2012-12-31",
    }  # fmt: skip
    assert facts.build_facts(mini_atlas)["build_id"] == mini_atlas.build_id


def test_sources(mini_atlas: Atlas) -> None:
    frame = facts.sources(mini_atlas).set_index("source_id")
    assert len(frame) == 9
    assert frame.loc["status", "evidence"] == "simulated"
    assert (frame["rows_read"] == frame["rows_loaded"] + frame["rows_rejected"]).all()


def test_published_history_is_of_one_place_with_targets_marked(mini_atlas: Atlas) -> None:
    frame = facts.published_history(mini_atlas, "ZZ")
    assert frame["figure_id"].tolist() == ["Z1", "Z2", "Z5"]  # not Atlantis, and nothing that is no number
    assert frame["value_percent"].tolist() == [60, 90, 90]
    assert frame["qualifier"].tolist() == ["~", ">=", ">"]
    assert frame["is_target"].tolist() == [False, True, False]
    assert facts.published_history(mini_atlas, "0100").empty


def test_pilots_inside_a_place(mini_atlas: Atlas) -> None:
    assert facts.pilots(mini_atlas, "ZZ")["place_id"].tolist() == ["0100", "0102", "0200-district"]
    inner = facts.pilots(mini_atlas, "0102")
    assert inner["within_pilot_id"].tolist() == ["2010-1-0100"]
    assert inner["villages"].tolist() == [13]
    assert inner["region_id"].tolist() == ["0100"]
    assert facts.pilots(mini_atlas, "0203").empty


def test_pilots_over_a_place(mini_atlas: Atlas) -> None:
    assert set(facts.pilots_over(mini_atlas, "010201")["place_id"]) == {"0100", "0102"}
    assert facts.pilots_over(mini_atlas, "020301").empty


@pytest.mark.parametrize(
    ("within", "found"), [("ZZ", 1), ("0200", 1), ("0200-district", 1), ("020001", 1), ("0100", 0)]
)
def test_projects_inside_a_place_or_over_it(mini_atlas: Atlas, within: str, found: int) -> None:
    frame = facts.projects(mini_atlas, within)
    assert len(frame) == found
    assert frame["evidence"].tolist() == ["declared"] * found


def test_model_parameters(mini_atlas: Atlas) -> None:
    frame = facts.model_parameters(mini_atlas).set_index(["parameter", "technology"])
    assert len(frame) == 4
    row = frame.loc[("terminal_capex", "satellite")]
    assert (row["low"], row["value"], row["high"], row["currency"]) == (349, 470, 599, "USD")
    assert (row["price_year"], row["evidence"], row["source_id"]) == (2023, "assumed", "parameters")


def test_costs(mini_atlas: Atlas) -> None:
    assert facts.cost_parameters(mini_atlas)["central_yuan"].tolist() == [200_000]


def test_the_project_of_a_village(mini_atlas: Atlas, ask: Ask) -> None:
    [(place_no,), *_] = ask("SELECT place_no FROM pilot_village WHERE pilot_id = '2010-1-0200-district'")
    frame = facts.project_of_village(mini_atlas, int(place_no))
    assert frame["name"].tolist() == ["Optika do Horního Světa"]
    assert frame["evidence"].tolist() == ["simulated"]  # which villages is unpublished
    [(other,), *_] = ask(
        "SELECT place_no FROM village WHERE place_no NOT IN (SELECT place_no FROM pilot_village)"
    )
    assert facts.project_of_village(mini_atlas, int(other)).empty


def test_the_sources_of_tables(mini_atlas: Atlas) -> None:
    named = [one["source_id"] for one in facts.sources_of(mini_atlas, ("pilot_count", "project"))]
    assert named == ["pilots_2010", "projects", "register", "status"]
    assert facts.sources_of(mini_atlas, ("no_such_table",)) == []
