"""Real files of eight registers, each an atlas by declarations alone, against answers that are known."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import geopandas as gpd
import pytest
import shapely
from real_data import PROFILES, REAL, needs_real_data

from etl.build import build
from etl.incoming import INCOMING
from importer.place.coordinates import gcj02_to_wgs84
from indicators.database import current
from indicators.measure import figure, measure

pytestmark = needs_real_data

Rows = list[tuple[object, ...]]
Question = Callable[[str, str], Rows]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("real")


@pytest.fixture(scope="module")
def answer(folder: Path) -> Iterator[Question]:
    """SQL on the atlas of a profile, which is built when it is first asked."""
    opened: dict[str, duckdb.DuckDBPyConnection] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(INCOMING, str(REAL))

        def rows(profile: str, query: str) -> Rows:
            if profile not in opened:
                path = build(PROFILES / profile, folder / profile, quiet=True)
                opened[profile] = duckdb.connect(str(path), read_only=True)
            return opened[profile].execute(query).fetchall()

        yield rows
        for connection in opened.values():
            connection.close()


SOURCES = "SELECT source_id, rows_read, rows_loaded, rows_rejected FROM meta_source ORDER BY 1"
PLACES = "SELECT level, count(*) FROM place GROUP BY 1 ORDER BY 2, 1"
NATION = (
    "SELECT standard, as_of::TEXT, connected, unconnected, unknown FROM status_count "
    "WHERE level = (SELECT level_id FROM level WHERE position = 0) ORDER BY 1, 2"
)
REJECTS = "SELECT source_id, rule, count(*) FROM meta_reject WHERE is_rejected GROUP BY ALL ORDER BY ALL"


# --- Peru: settlements × operators × technologies × two definitions ---------------------------------------


def test_peru_counts_by_the_hierarchy_of_the_codes(answer: Question) -> None:
    assert answer("peru", PLACES) == [("department", 1), ("nation", 1), ("province", 1), ("district", 32)]
    assert answer("peru", "SELECT kind, count(*), count(lon) FROM village GROUP BY 1 ORDER BY 1") == [
        ("rural", 1278, 1278),
        ("urban", 48, 48),
    ]


def test_peru_known_answers(answer: Question) -> None:
    """As the file's own author counts: no 4G at all in 504 centres, full in 232."""
    best = "SELECT max(share) AS best FROM coverage WHERE technology = '4g' AND definition = '{}' GROUP BY place_no"
    counted = "SELECT count(*) FILTER (best = 0), count(*) FILTER (best = 1), count(*) FROM ({})"
    assert answer("peru", counted.format(best.format("total"))) == [(504, 232, 1326)]


def test_peru_two_definitions_stay_apart(answer: Question) -> None:
    """Counted a second way: straight from the file, without the atlas."""
    with (REAL / "peru_osiptel_huarochiri" / "huarochiri_demo.csv").open(encoding="utf-8-sig") as stream:
        rural = [row for row in csv.DictReader(stream) if row["classification"] == "RURAL"]

    def met(row: dict[str, str], kind: str) -> bool:
        operators = ("bitel", "claro", "entel", "movistar")
        return any(float(row[f"{one}_{tech}_{kind}"]) >= 0.5 for one in operators for tech in ("4g", "5g"))

    for standard, kind in (("4g_guaranteed", "cg"), ("4g_total", "total")):
        connected = sum(met(row, kind) for row in rural)
        held = answer("peru", NATION)
        assert (standard, "2025-12-31", connected, len(rural) - connected, 0) in held
    assert answer("peru", "SELECT count(*), count(DISTINCT operator) FROM coverage") == [(1326 * 32, 4)]


# --- Xiangxi and Nujiang: no header, five levels in one file, GCJ-02, bare fences -------------------------


def test_xiangxi_levels_and_positions(answer: Question) -> None:
    assert answer("xiangxi", PLACES) == [
        ("nation", 1),
        ("prefecture", 2),
        ("province", 2),
        ("county", 12),
        ("town", 148),
    ]
    quality = answer("xiangxi", "SELECT location_quality, count(*) FROM village GROUP BY 1 ORDER BY 1")
    assert quality == [("placed_within_county", 638), ("surveyed", 1436)]


def test_xiangxi_every_village_lies_in_its_own_county(answer: Question) -> None:
    """Both frames are shifted alike: tested on the fences as published, moved by a way of its own."""
    villages = answer("xiangxi", "SELECT county_id, lon, lat FROM village")
    fences = {}
    for path in (REAL / "china_adcode_xiangxi_nujiang" / "fences").glob("*.json"):
        shape = gpd.read_file(path).geometry.iloc[0]
        fences[path.stem] = shapely.transform(shapely.make_valid(shape), lambda xy: shapely.get_coordinates(_moved(xy)))
    for county, lon, lat in villages:
        assert shapely.distance(fences[str(county)[:6]], shapely.Point(lon, lat)) < 1e-6


def _moved(points: object) -> shapely.Geometry:
    lon, lat = gcj02_to_wgs84(points[:, 0], points[:, 1])  # type: ignore[index]
    return shapely.multipoints(shapely.points(lon, lat))


def test_xiangxi_state_is_the_class_of_the_file(answer: Question) -> None:
    counts: dict[str, int] = {}
    for path in (REAL / "china_adcode_xiangxi_nujiang" / "villages").glob("*.csv"):
        for row in csv.reader(path.open(encoding="utf-8")):
            if row[3] == "village":
                counts[row[8][:1]] = counts.get(row[8][:1], 0) + 1
    assert answer("xiangxi", NATION) == [("urban", "2016-07-31", counts["1"], counts["2"], 0)]


# --- Germany: decimal commas, xls, lost zeros, no positions at all ----------------------------------------


def test_germany_reads_every_form_and_says_what_does_not_fit(answer: Question) -> None:
    assert answer("germany", SOURCES) == [
        ("bba_2018_end", 11330, 11330, 0),
        ("bba_2018_mid", 11330, 11330, 0),
        ("bba_municipalities", 11330, 11330, 0),
        ("dsl_2005", 13280, 9753, 3527),
    ]
    assert answer("germany", PLACES)[:2] == [("nation", 1), ("land", 16)]
    assert answer("germany", "SELECT count(*), count(lon), count(morton) FROM village") == [(11330, 0, 0)]


def test_germany_shares_are_those_of_the_file(answer: Question) -> None:
    """`92,00` percent of the middle of 2018 is 0.92, and the sum is the file's own."""
    path = REAL / "germany_breitbandatlas" / "Verf_Gemeinden_atene_Mitte 18.csv"
    with path.open(encoding="utf-8") as stream:
        total = sum(float(row["300_30"].replace(",", ".")) for row in csv.DictReader(stream, delimiter=";"))
    [(held,)] = answer(
        "germany",
        "SELECT sum(share) FROM coverage WHERE technology = 'all' AND at_least_mbps = 30 AND as_of = '2018-06-30'",
    )
    assert held == pytest.approx(total / 100, rel=1e-9)


def test_german_districts_from_an_old_workbook_and_a_long_table(answer: Question) -> None:
    assert [row[1:] for row in answer("germany-districts", SOURCES)] == [
        (402, 402, 0),
        (402, 402, 0),
        (804, 804, 0),
    ]
    assert answer("germany-districts", "SELECT DISTINCT technology FROM coverage ORDER BY 1") == [
        ("4g",),
        ("5g",),
        ("all",),
    ]


# --- United States: padded headers, " -   ", shares, points for a third of the counties -------------------


def test_us_counties(answer: Question) -> None:
    assert answer("us", "SELECT count(*), count(lon) FROM village") == [(3143, 1134)]
    sources = {str(row[0]): row[1:] for row in answer("us", SOURCES)}
    assert sources["microsoft_2019"] == (3143, 3143, 0)
    assert sources["microsoft_2020"] == (3142, 3140, 2)
    unknown = answer(
        "us",
        "SELECT count(*) FROM village WHERE place_no NOT IN "
        "(SELECT place_no FROM coverage WHERE definition = 'available' AND as_of = '2019-11-30')",
    )
    assert unknown == [(32,)]  # the file writes 32 availabilities as " -   "


def test_us_money_is_the_files_money(answer: Question) -> None:
    """775 and 550 dollars a location; every dollar of the file is loaded or listed. The state file says another
    total.
    """
    with (REAL / "us_fcc_caf1_round2" / "caf1_round2_blocks.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    money = [775 * float(row["$775 Locations"]) + 550 * float(row["$550 Locations"]) for row in rows]
    assert sum(money) == pytest.approx(385_864_950, abs=1)
    listed = answer("us", "SELECT row_number, rule FROM meta_reject WHERE source_id = 'caf_blocks' AND is_rejected")
    left_out = {int(str(number)) for number, _ in listed}
    rules = [str(rule) for _, rule in listed]
    assert rules.count("repeated_row") == 167 and set(rules) == {"repeated_row", "code_unknown"}
    kept = sum(amount for n, amount in enumerate(money, start=2) if n not in left_out)
    [(count, held)] = answer("us", "SELECT count(*), sum(granted_yuan) FROM project WHERE source_id = 'caf_blocks'")
    assert count == len(rows) - len(left_out)
    assert float(str(held)) == pytest.approx(kept, abs=0.01)  # cents are kept
    states = answer("us", "SELECT count(*), sum(granted_yuan) FROM project WHERE source_id = 'caf_states'")
    assert states == [(51, 354_427_851)]
    assert answer("us", "SELECT value FROM meta_reject WHERE source_id = 'caf_states'") == [("PR",)]


def test_us_locations_and_dollars_of_the_state_file(answer: Question) -> None:
    """606,160 locations and $386,017,763, Puerto Rico's among them: it is no state of the register and is listed.

    The blocks give $385,864,950: the two files do not agree, and both are kept as they are.
    """
    with (REAL / "us_fcc_caf1_round2" / "caf1_round2_state.csv").open(encoding="utf-8-sig") as stream:
        rows = [row for row in csv.DictReader(stream) if row["State"]]
    assert sum(int(row["Total Locations"]) for row in rows) == 606_160
    assert sum(int(row["Total Dollar Support"]) for row in rows) == 386_017_763
    [elsewhere] = [int(row["Total Dollar Support"]) for row in rows if row["State"] == "PR"]
    [(held,)] = answer("us", "SELECT sum(granted_yuan) FROM project WHERE source_id = 'caf_states'")
    assert held == 386_017_763 - elsewhere  # type: ignore[operator]


def test_us_money_in_the_indicators_of_projects(answer: Question, folder: Path, tmp_path: Path) -> None:
    """Support is a grant by block; the states' totals are not added to it. What a place cost is not known, and says
    so.
    """
    [(blocks, granted, without)] = answer(
        "us",
        "SELECT count(*), sum(granted_yuan), count(*) FILTER (granted_yuan = 0) FROM project "
        "WHERE source_id = 'caf_blocks'",
    )
    us = current(shutil.copytree(folder / "us", tmp_path / "us"))  # the other one is open in another way
    for indicator_id in ("subsidy_per_village", "leverage", "completion"):
        nation = figure(us, indicator_id, "US")
        assert (nation.value, nation.left_out) == (None, blocks)
    paid = figure(us, "share_paid", "US")
    granted_dollars = float(str(granted))
    assert (paid.value, paid.denominator, paid.left_out) == (None, granted_dollars, without)  # no payment on record
    assert paid.source_ids == ("caf_blocks",)
    by_state = measure(us, "share_paid", within="US", level="state")
    assert by_state["denominator"].sum() == pytest.approx(granted_dollars, abs=0.01)  # the parts add up


# --- Maharashtra, Djibouti, the Pacific -------------------------------------------------------------------


def test_maharashtra_names_that_repeat_are_not_guessed(answer: Question) -> None:
    assert answer("maharashtra", PLACES) == [("nation", 1), ("district", 3), ("block", 40)]
    assert answer("maharashtra", REJECTS) == [
        ("bharatnet_demand", "name_ambiguous", 94),
        ("bharatnet_demand", "repeated_key", 2),
        ("bharatnet_villages", "repeated_key", 2),
    ]


def test_towers_far_away_say_nothing_of_these_villages(answer: Question) -> None:
    """A sample of sites: beyond the radius a village is unknown, not unconnected."""
    [(_, _, connected, unconnected, unknown)] = [r for r in answer("maharashtra", NATION) if r[0] == "site"]
    assert unconnected == 0
    assert connected == 0 and unknown == 4131  # type: ignore[comparison-overlap]


def test_djibouti_without_names_or_units(answer: Question) -> None:
    [(people, placed)] = answer("djibouti", "SELECT sum(population_persons), count(lon) FROM village")
    assert placed == 1473
    assert people == pytest.approx(878_310.5, abs=200)  # type: ignore[comparison-overlap]
    assert answer("djibouti", "SELECT rule, field FROM meta_warning WHERE rule = 'one_value'") == [
        ("one_value", "is_covered")
    ]


def test_pacific_tiles_without_geometry_are_placed_by_their_keys(answer: Question) -> None:
    assert answer("pacific", "SELECT count(*), count(lon) FROM village") == [(734, 734)]
    by_technology = answer("pacific", "SELECT technology, count(*) FROM coverage GROUP BY 1 ORDER BY 1")
    assert by_technology == [("fixed", 686), ("mobile", 76)]
    assert answer("pacific", "SELECT count(*) FROM meta_source WHERE rows_read = 0") == [(0,)]


@pytest.mark.parametrize("profile", sorted(path.name for path in PROFILES.iterdir() if path.is_dir()))
def test_rows_in_are_loaded_or_rejected_and_every_reject_is_listed(answer: Question, profile: str) -> None:
    for source_id, read, loaded, rejected in answer(profile, SOURCES):
        assert read == loaded + rejected  # type: ignore[operator]
        listed = answer(
            profile,
            "SELECT count(DISTINCT (file, row_number)) FROM meta_reject WHERE is_rejected AND source_id = "
            f"'{source_id}'",
        )
        assert listed == [(rejected,)]


def test_the_folder_holds_declarations_only() -> None:
    kinds = {path.suffix for path in Path(PROFILES).rglob("*") if path.is_file()}
    assert kinds == {".toml"}
