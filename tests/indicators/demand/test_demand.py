"""What the planner plans for: the unconnected villages with what is known of them, beside SQL by hand."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from mini_profile import Ask

from ground.evidence import EVIDENCE
from indicators.database import Atlas
from indicators.demand import shared_villages, unconnected
from indicators.published import history

DAY = date(2010, 12, 31)
WITHIN = ("ZZ", "0100", "0101")


@pytest.mark.parametrize("within", WITHIN)
def test_every_unconnected_village_with_the_places_it_lies_in(mini_atlas: Atlas, ask: Ask, within: str) -> None:
    found = unconnected.rows(mini_atlas, within, "wire", DAY)
    by_hand = ask(
        "SELECT v.place_id, v.name, v.lon, v.region_id, v.district_id, v.ward_id, e.wire_2010_12_31 FROM village AS v "
        "JOIN village_status AS s USING (place_no) JOIN village_evidence AS e USING (place_no) "
        "WHERE s.wire_2010_12_31 = 1 AND $1 IN ('ZZ', v.region_id, v.district_id) ORDER BY 1",
        [within],
    )
    assert len(by_hand) > 1
    assert found.index.tolist() == [row[0] for row in by_hand]
    held = ["name", "lon", "region_id", "district_id", "ward_id"]
    assert [tuple(row) for row in found[held].itertuples(index=False)] == [row[1:-1] for row in by_hand]
    assert found["evidence"].tolist() == [EVIDENCE[row[-1]] for row in by_hand]


def test_a_village_is_shared_out_with_its_county(mini_atlas: Atlas) -> None:
    found = shared_villages.rows(mini_atlas, "ZZ", "wire", DAY)
    level = f"{shared_villages.county_level(mini_atlas)}_id"
    own = found[level].notna()
    assert own.any()
    assert found.loc[own, "county_id"].tolist() == found.loc[own, level].tolist()
    assert found["county_id"].notna().all()


@pytest.mark.parametrize("within", WITHIN)
def test_counties_that_touch_are_those_whose_outlines_do(mini_atlas: Atlas, ask: Ask, within: str) -> None:
    rows = ask(
        "SELECT place_id, ST_AsWKB(geometry) FROM boundary JOIN place_within USING (place_id) "
        "WHERE level = $1 AND resolution = 'medium' AND ancestor_id = $2 ORDER BY 1",
        [shared_villages.county_level(mini_atlas), within],
    )
    shapes = gpd.GeoSeries(shapely.from_wkb([bytes(row[1]) for row in rows]), index=[row[0] for row in rows])
    by_hand = {
        (one, other)
        for one, shape in shapes.items()
        for other, beside in shapes.items()
        if str(one) < str(other) and shape.intersects(beside)
    }
    assert set(shared_villages.touching(mini_atlas, within)) == by_hand


def test_evidence_is_the_weakest_and_a_placed_point_is_simulated() -> None:
    villages = pd.DataFrame({"evidence": ["declared", "measured", None], "is_placed": [False, False, False]})
    assert shared_villages.evidence_of(villages) == "declared"
    assert shared_villages.evidence_of(villages.assign(is_placed=[False, None, False])) == "simulated"
    assert shared_villages.evidence_of(villages.iloc[:0]) == "declared"


@pytest.mark.national
@pytest.mark.parametrize("place_id", ["100000", "430000", "540000"])
def test_rates_beside_are_of_the_place_alone(national_atlas: Atlas, place_id: str) -> None:
    found = history.beside(national_atlas, place_id)
    query = "SELECT figure_id FROM published_figure WHERE place_id = $1"
    own = {one for (one,) in national_atlas.cursor().execute(query, [place_id]).fetchall()}
    assert set(found["figure_id"]) <= own
