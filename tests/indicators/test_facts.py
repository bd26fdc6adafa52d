"""Standards, settings, sources, pilots, projects and published figures, as the screens ask for them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from mini_profile import Ask
from programme_records import publish

from indicators import facts
from indicators.database import Atlas

PILOT = "2010-1-0200-district"


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
        "standard": "wire",
        "as_of": "2010-12-31",
        "compare_as_of": "2012-12-31",
    }
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
    frame = facts.announced_projects(mini_atlas, within)
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


def test_the_project_of_a_village(mini_atlas: Atlas, tmp_path: Path) -> None:
    """One on the project's list, one inspected at its acceptance, one simulated inside its places, one outside of
    them.
    """
    in_ward = "SELECT place_id, place_no FROM village WHERE ward_id = $1 ORDER BY 1 LIMIT 3"
    (listed, inspected, inside) = mini_atlas.cursor().execute(in_ward, ["020001"]).fetchall()
    [(_, outside)] = mini_atlas.cursor().execute(in_ward.replace("LIMIT 3", "LIMIT 1"), ["020301"]).fetchall()
    told = {"evidence": "declared", "source_id": "projects"}
    project = {
        "project_id": "P",
        "scope": "project",
        "pilot_id": PILOT,
        "place_id": "0200-district",
        "name": "Wire",
    }
    project |= {"technology": "wire", "planned_villages": 4, "capex_yuan": 1_000_000}
    day = pd.Timestamp("2012-01-01")
    tables = {
        "project": pd.DataFrame([project | told]),
        "project_place": pd.DataFrame({"project_id": ["P"], "place_id": ["020001"]}),
        "project_village": pd.DataFrame([{"project_id": "P", "place_no": listed[1], "state": "planned"} | told]),
        "inspection": pd.DataFrame([{"project_id": "P", "place_id": inspected[0], "inspected_date": day} | told]),
        "pilot_village": pd.DataFrame(
            {
                "pilot_id": PILOT,
                "place_no": [listed[1], inside[1], outside],
                "evidence": "simulated",
                "source_id": "status",
            }
        ),
    }
    atlas = publish(mini_atlas, tmp_path / "village", tables)

    def known(place_no: int) -> list[tuple[str, str, object]]:
        frame = facts.project_of_village(atlas, place_no)
        names = frame["name"].astype(object).where(frame["name"].notna(), None)
        return list(zip(frame["membership"], frame["evidence"], names, strict=True))

    assert known(listed[1]) == [("listed", "declared", "Wire")]
    assert known(inspected[1]) == [("inspected", "declared", "Wire")]
    assert known(inside[1]) == [("simulated", "simulated", "Wire")]
    assert known(outside) == [("simulated", "simulated", None)]  # nothing of the project stands on it
    assert facts.project_of_village(atlas, inside[1])["yuan_per_village"].tolist() == [250_000]


def test_how_complete_the_lists_of_pilots_are(mini_atlas: Atlas) -> None:
    [one] = facts.pilot_lists(mini_atlas, "0102").to_dict("records")
    assert (one["batch"], one["year"], one["held"], one["held_here"]) == (1, 2010, 3, 1)
    assert one["is_complete"] and one["is_whole_here"]
    assert facts.pilots(mini_atlas, "ZZ", 2).empty and len(facts.pilots(mini_atlas, "ZZ", 1)) == 3
    assert facts.pilot_count(mini_atlas, "0102", 1)["pilots"] == 1
    assert facts.pilot_count(mini_atlas, "0102", 2)["pilots"] == 0


@pytest.mark.national
def test_a_projects_facts_stand_on_a_village_only_if_it_may_hold_it(national_atlas: Atlas, ask_nation: Ask) -> None:
    """Listed and inspected villages are known to belong; of simulated ones no project is named where two could be
    it.
    """
    [(inspected,)] = ask_nation("SELECT place_no FROM village WHERE place_id = '433101105205'")
    known = facts.project_of_village(national_atlas, int(inspected)).iloc[0]
    assert (known["project_id"], known["membership"]) == ("xiangxi-7", "inspected")
    outside = ask_nation(
        "SELECT pv.place_no FROM pilot_village AS pv JOIN village AS v USING (place_no) "
        "WHERE pv.pilot_id = '2016-1-431100' LIMIT 1"
    )
    [(place_no,)] = outside
    row = facts.project_of_village(national_atlas, int(place_no)).iloc[0]
    assert row["membership"] == "simulated" and row["project_id"] == "yongzhou-1"


def test_the_sources_of_tables(mini_atlas: Atlas) -> None:
    named = [one["source_id"] for one in facts.sources_of(mini_atlas, ("pilot_count", "project"))]
    assert named == ["pilots_2010", "projects", "register", "status"]
    assert facts.sources_of(mini_atlas, ("no_such_table",)) == []
