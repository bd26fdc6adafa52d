"""The step that turns the default atlas real: a bureau's workbook for one prefecture, beside the simulation."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from mini_profile import CHINA

from etl.build import build
from ground.evidence import EVIDENCE
from indicators.database import Atlas, current
from indicators.measure import figure

pytestmark = pytest.mark.national

PREFECTURE = "431100"
DAY = "2018-09-30"
COMMON = """
title = { zh = "行政村台账", en = "Village register" }
publisher = { zh = "某市通信发展办公室", en = "The prefecture's office" }
edition = "2018-09-30"
licence = "made for a test"
evidence = "declared"

[file]
path = "registers/台账.xlsx"

[columns]
code = "行政村代码"
name = "行政村名称"
"""
VILLAGES = (
    'source_id = "office_villages"\nkind = "villages"\n'
    + COMMON
    + ('households = "户数"\npopulation_persons = "人口"\nlon = "经度"\nlat = "纬度"\n')
)
COVERAGE = (
    f'source_id = "office_coverage"\nkind = "coverage"\nas_of = {DAY}\nreplaces = ["{PREFECTURE}"]\n'
    + COMMON
    + (
        "\n[[wide]]\ncolumns = '是否通(?P<technology>光纤|4G)'\nvalue = \"is_covered\"\n"
        'words.technology = { "光纤" = "fibre", 4G = "4g" }\n'
    )
)


def workbook(path: Path, villages: list[tuple[str, str, float, float]]) -> tuple[int, int, int]:
    """A merged title, headings in the second row, codes as text; returns villages with, without fibre, unknown."""
    path.parent.mkdir(parents=True)
    fibre = ["否" if n % 17 == 0 else "" if n % 41 == 0 else "是" for n in range(len(villages))]
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("台账")
        text = book.add_format({"num_format": "@"})
        sheet.merge_range(0, 0, 0, 8, "某市行政村通网情况台账")
        sheet.write_row(
            1,
            0,
            ["序号", "行政村代码", "行政村名称", "户数", "人口", "是否通光纤", "是否通4G", "经度", "纬度"],
        )
        for n, (code, name, lon, lat) in enumerate(villages):
            sheet.write_number(n + 2, 0, n + 1)
            sheet.write_string(n + 2, 1, code, text)
            sheet.write_row(n + 2, 2, [name, 80 + n % 500, 300 + n, fibre[n], "是", lon, lat])
    return fibre.count("是"), fibre.count("否"), fibre.count("")


@pytest.fixture(scope="module")
def mixed(national_atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> tuple[Atlas, tuple[int, int, int]]:
    folder = tmp_path_factory.mktemp("mixed")
    shutil.copytree(CHINA, folder / "profile")
    villages = national_atlas.cursor().execute(
        "SELECT place_id, name, round(lon + 1e-4, 6), round(lat + 1e-4, 6) FROM village "
        "WHERE prefecture_id = $1 AND in_programme ORDER BY 1",
        [PREFECTURE],
    )
    counts = workbook(folder / "profile" / "registers" / "台账.xlsx", villages.fetchall())
    (folder / "profile" / "sources" / "office-villages.toml").write_text(VILLAGES, encoding="utf-8")
    (folder / "profile" / "sources" / "office-coverage.toml").write_text(COVERAGE, encoding="utf-8")
    build(folder / "profile", folder / "build", quiet=True)
    return current(folder / "build"), counts


def test_the_others_are_untouched(mixed: tuple[Atlas, tuple[int, int, int]], national_atlas: Atlas) -> None:
    columns = "SELECT column_name FROM status_column ORDER BY 1"
    before, after = (one.cursor().execute(columns).fetchall() for one in (national_atlas, mixed[0]))
    assert before == after
    states = ", ".join(f's."{name}"' for (name,) in before)
    query = (
        f"SELECT count(*), bit_xor(hash(v.place_id, v.lon, v.lat, {states})) FROM village AS v "
        "JOIN village_status AS s USING (place_no) WHERE v.prefecture_id <> $1"
    )
    first, second = (one.cursor().execute(query, [PREFECTURE]).fetchall() for one in (national_atlas, mixed[0]))
    assert first == second and first[0][0] > 600_000


def test_the_prefecture_is_what_the_workbook_says(mixed: tuple[Atlas, tuple[int, int, int]]) -> None:
    atlas, (connected, unconnected, unknown) = mixed
    gap = figure(atlas, "unconnected_villages", PREFECTURE, standard="fibre", as_of=date(2018, 9, 30))
    assert (gap.value, gap.denominator, gap.unknown) == (unconnected, connected + unconnected, unknown)
    assert gap.evidence == "declared" and gap.simulated == 0 and gap.source_ids == ("office_coverage",)
    people = figure(atlas, "population_weighted_gap", PREFECTURE, standard="fibre", as_of=date(2018, 9, 30))
    assert people.value is not None and people.denominator is not None


def test_the_nation_says_how_much_of_it_is_simulated(mixed: tuple[Atlas, tuple[int, int, int]]) -> None:
    atlas, (connected, unconnected, _) = mixed
    gap = figure(atlas, "unconnected_villages", "100000", standard="fibre", as_of=date(2018, 9, 30))
    assert gap.evidence == "simulated"
    [(published,)] = (
        atlas.cursor()
        .execute(
            "SELECT count(*) FROM village_evidence JOIN village USING (place_no) "
            "WHERE prefecture_id <> $1 AND fibre_2018_09_30 <> $2",
            [PREFECTURE, EVIDENCE.index("simulated")],
        )
        .fetchall()
    )
    assert gap.denominator is not None
    assert gap.simulated == gap.denominator - connected - unconnected - published
    assert set(gap.source_ids) == {"status_simulated", "office_coverage", "published_villages"}
    quality = dict(
        atlas.cursor()
        .execute(
            "SELECT location_quality, count(*) FROM village WHERE prefecture_id = $1 AND in_programme GROUP BY 1",
            [PREFECTURE],
        )
        .fetchall()
    )
    assert quality == {"surveyed": sum(mixed[1])}


def test_no_broadband_is_inferred_from_no_fibre(mixed: tuple[Atlas, tuple[int, int, int]]) -> None:
    atlas, (connected, unconnected, unknown) = mixed
    gap = figure(atlas, "unconnected_villages", PREFECTURE, standard="broadband", as_of=date(2018, 9, 30))
    assert (gap.value, gap.denominator, gap.unknown) == (0, connected, unconnected + unknown)
