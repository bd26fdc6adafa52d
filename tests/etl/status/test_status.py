"""States, counts, pilot villages and distances as the build writes them."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from mini_profile import Ask, Profile

from etl.errors import DeclarationError
from etl.status.build import column_name
from ground.sphere import EARTH_RADIUS_KM
from indicators.database import Atlas

STATES = {0: "unknown", 1: "unconnected", 2: "connected", 3: "not_applicable"}
LEVELS = ("country", "region", "district", "ward")


def columns(ask: Ask) -> list[str]:
    return [str(row[0]) for row in ask("SELECT column_name FROM status_column ORDER BY 1")]


def test_one_column_per_standard_and_date(ask: Ask) -> None:
    assert columns(ask) == [f"{standard}_{year}_12_31" for standard in ("radio", "wire") for year in (2010, 2012, 2014)]
    assert column_name("wire", date(2010, 12, 31)) == "wire_2010_12_31"


def test_only_programme_villages_have_a_state(ask: Ask) -> None:
    for column in columns(ask):
        strange = ask(
            f'SELECT count(*) FROM village_status JOIN village USING (place_no) WHERE NOT in_programme AND "{column}" '
            "<> 3"
        )
        assert strange == [(0,)]
        assert ask(
            f'SELECT count(*) FROM village_status WHERE "{column}" NOT IN (0, 1, 2, 3) OR "{column}" IS NULL'
        ) == [(0,)]


def test_before_its_start_a_standard_does_not_apply(ask: Ask) -> None:
    assert ask("SELECT DISTINCT radio_2010_12_31 FROM village_status") == [(3,)]
    assert ask("SELECT rate_kind FROM status_column WHERE column_name = 'radio_2010_12_31'") == [("not_applicable",)]


@pytest.mark.parametrize("level", LEVELS)
def test_counts_are_the_villages_states(ask: Ask, level: str) -> None:
    for column in columns(ask):
        standard, as_of = column.split("_", 1)
        counted = ask(
            f'SELECT v."{level}_id", s."{column}", count(*) FROM village AS v JOIN village_status AS s USING '
            "(place_no) "
            "WHERE v.in_programme GROUP BY ALL"
        )
        expected = {(place, STATES[int(str(state))]): n for place, state, n in counted}
        held = ask(
            "SELECT place_id, connected, unconnected, unknown, not_applicable FROM status_count "
            "WHERE level = $1 AND standard = $2 AND as_of = $3",
            [level, standard, as_of.replace("_", "-")],
        )
        assert held
        for place, connected, unconnected, unknown, not_applicable in held:
            assert connected == expected.get((place, "connected"), 0)
            assert unconnected == expected.get((place, "unconnected"), 0)
            assert unknown == expected.get((place, "unknown"), 0)
            assert not_applicable == expected.get((place, "not_applicable"), 0)


def test_a_place_without_programme_villages_counts_nothing_but_is_there(ask: Ask) -> None:
    rows = ask("SELECT connected, unconnected, unknown, not_applicable FROM status_count WHERE place_id = '010203'")
    assert len(rows) == 6 and set(rows) == {(0, 0, 0, 0)}


def test_a_place_outside_the_register_has_no_counts(ask: Ask) -> None:
    assert ask("SELECT count(*) FROM status_count WHERE place_id = '0900'") == [(0,)]


def test_rates_are_met_to_the_nearest_village(ask: Ask) -> None:
    rows = ask(
        "SELECT target_rate_percent, achieved_rate_percent FROM status_column WHERE rate_kind <> 'not_applicable'"
    )
    assert len(rows) == 5
    for target, achieved in rows:
        assert abs(float(str(target)) - float(str(achieved))) <= 100 / 2 / 40  # half a village of 40 or more


def test_simulated_says_so_everywhere(ask: Ask) -> None:
    for table in ("status_column", "status_count", "pilot_village"):
        assert ask(f"SELECT DISTINCT evidence::TEXT FROM {table} WHERE evidence IS NOT NULL") == [("simulated",)]
    assert ask("SELECT DISTINCT project_evidence::TEXT FROM pilot_count") == [("simulated",)]


def test_a_connected_village_stays_connected(ask: Ask) -> None:
    for standard in ("wire", "radio"):
        names = [one for one in columns(ask) if one.startswith(standard)]
        for before, after in pairwise(names):
            assert ask(f'SELECT count(*) FROM village_status WHERE "{before}" = 2 AND "{after}" = 1') == [(0,)]


def test_the_fixed_project_is_exact(ask: Ask) -> None:
    found = ask(
        "SELECT count(*) FROM village JOIN village_status USING (place_no) "
        "WHERE district_id = '0200-district' AND wire_2010_12_31 = 1 AND wire_2012_12_31 = 2"
    )
    assert found == [(4,)]
    assert ask("SELECT count(*) FROM pilot_village WHERE pilot_id = '2010-1-0200-district'") == [(4,)]


def test_pilot_villages_are_those_connected_in_the_years_of_their_batch_inside_their_pilot(ask: Ask) -> None:
    strays = ask(
        """
        SELECT pv.place_no FROM pilot_village AS pv
        JOIN village AS v USING (place_no) JOIN village_status AS s USING (place_no) JOIN pilot AS p USING (pilot_id)
        WHERE NOT v.in_programme OR s.wire_2010_12_31 <> 1 OR s.wire_2012_12_31 <> 2
           OR NOT EXISTS (FROM place_within AS w WHERE w.place_id = v.ward_id AND w.ancestor_id = p.place_id)
        """
    )
    assert strays == []
    assert ask("SELECT place_no FROM pilot_village GROUP BY 1 HAVING count(*) > 1") == []


def test_pilot_counts_add_up(ask: Ask) -> None:
    for level in LEVELS:
        total = ask(
            "SELECT sum(villages), sum(villages_in_pilots), sum(project_villages) "
            "FROM pilot_count JOIN place USING (place_id) WHERE level = $1 AND batch IS NULL",
            [level],
        )
        nation = "SELECT villages, villages_in_pilots, project_villages FROM pilot_count WHERE place_id = 'ZZ'"
        assert total == ask(f"{nation} AND batch IS NULL") == ask(f"{nation} AND batch = 1")


def test_places_left_out_of_a_pilot_are_not_counted_in_it(mini: Profile) -> None:
    mini.edit("sources/pilots.toml", 'note_en = "remark"', 'note_en = "remark"\nexcept_place_ids = "without"')
    text = mini.file("pilots/pilots.csv").read_text(encoding="utf-8").splitlines()
    rows = [text[0] + ",without", text[1] + ",010102", *(line + "," for line in text[2:])]
    mini.file("pilots/pilots.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    with mini.declare().built() as atlas:
        count = "SELECT villages_in_pilots FROM pilot_count WHERE place_id = $1 AND batch IS NULL"
        assert atlas.execute(count, ["010102"]).fetchall() == [(0,)]
        assert atlas.execute(count, ["0100"]).fetchall() == [(28 - 7,)]


# --- distances ----------------------------------------------------------------------------------------


def haversine_km(lon: np.ndarray, lat: np.ndarray, lons: np.ndarray, lats: np.ndarray) -> np.ndarray:
    """All pairs, by the textbook formula."""
    lon, lat, lons, lats = (np.radians(a) for a in (lon[:, None], lat[:, None], lons[None], lats[None]))
    half = np.sin((lats - lat) / 2) ** 2 + np.cos(lat) * np.cos(lats) * np.sin((lons - lon) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(half))


def test_distances_against_all_pairs(mini_atlas: Atlas, ask: Ask) -> None:
    for column in columns(ask):
        frame = (
            mini_atlas.cursor()
            .execute(
                f'SELECT lon, lat, s."{column}" AS state, d."{column}" AS km FROM village '
                "JOIN village_status AS s USING (place_no) JOIN village_distance_km AS d USING (place_no)"
            )
            .df()
        )
        gap, served = frame[frame["state"] == 1], frame[frame["state"] == 2]
        assert frame.loc[frame["state"] != 1, "km"].isna().all()
        if len(gap) and len(served):
            pairs = haversine_km(*(one[axis].to_numpy() for one in (gap, served) for axis in ("lon", "lat")))
            assert gap["km"].to_numpy() == pytest.approx(pairs.min(axis=1), rel=1e-5)
            assert (gap["km"] > 0).all()


# --- the declaration ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('seed = "mini-1"', "", "model.seed"),
        ('figure = "Z5"', 'figure = "Z99"', "'Z99'"),
        ('project = "svet-1"', 'project = "none"', "'none'"),
        ('family = "air"', 'family = "sea"', "standard.family"),
        ("dates = [2010-12-31, 2012-12-31,", "dates = [2012-12-31, 2010-12-31,", "dates in order"),
    ],
)
def test_a_model_that_cannot_be_names_its_file(mini: Profile, old: str, new: str, said: str) -> None:
    mini.edit("sources/status.toml", old, new)
    with pytest.raises(DeclarationError) as raised:
        mini.build()
    assert "status.toml" in raised.value.where
    assert said in raised.value.found
