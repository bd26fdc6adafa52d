"""Small tables as bureaus keep them, and what has to become of them: read where they lie, not copied in.

What is expected of a file: rows read, rows loaded, and the rules that reject the others. The same kinds are tested on
inputs of our own in tests/importer/; here are the files that people complained about.
"""

from __future__ import annotations

from datetime import date

import pytest
from real_data import CASES, needs_cases

from importer.dry_run import DryRun, dry_run
from importer.place.crosswalk import Crosswalk, former_names
from importer.place.identity import Codes, Register
from indicators import facts, provenance
from indicators.database import Atlas

pytestmark = [pytest.mark.national, needs_cases]
ABOUT, FILLED = {"about": "431122"}, {"about": "431122", "fill_down": "yes"}
EXPECTED: dict[str, tuple[int, int, dict[str, int], dict[str, str]]] = {
    "G01-wrong-county/excel_text_formula.csv": (24, 24, {}, {}),
    "G01-wrong-county/代码带空格.csv": (24, 24, {}, {}),
    "G01-wrong-county/代码带横.csv": (24, 24, {}, {}),
    "G01-wrong-county/绿三角撇号.csv": (24, 24, {}, {}),
    "G01-wrong-county/少一位.csv": (24, 0, {"code_damaged": 24}, {}),
    "G01-wrong-county/县码错.csv": (24, 0, {"code_unknown": 24}, {}),
    "G01-wrong-county/不合并.xlsx": (301, 301, {}, {}),
    "G01-wrong-county/县乡镇合并单元格.xlsx": (301, 301, {}, {}),
    "G01-wrong-county/乡镇合并单元格.xlsx": (301, 301, {}, ABOUT),
    "G01-wrong-county/合并导出.csv": (301, 301, {}, FILLED),
    "G01-wrong-county/东安县通网情况.xlsx": (301, 0, {"above_missing": 148, "name_ambiguous": 153}, {}),
    "G02-column-dropped/kobo.csv": (24, 24, {}, {}),
    "G02-column-dropped/wkt.csv": (24, 24, {}, {}),
    "G02-column-dropped/坐标.csv": (24, 24, {}, {}),
    "G02-column-dropped/经纬度.csv": (24, 24, {}, {}),
    "G02-column-dropped/通网.csv": (24, 15, {"not_a_flag": 9}, {}),
    "G05-sheets/各乡镇台账.xlsx": (32, 32, {}, {}),
    "G05-sheets/字典页.xlsx": (12, 12, {}, {}),
    "G06-dbf-encoding/ldid_ansi.zip": (12, 12, {}, {}),
    "G06-dbf-encoding/ldid_none.zip": (12, 12, {}, {}),
    "G07-name-and-content/其实是xls.xlsx": (12, 12, {}, {}),
    "G07-name-and-content/其实是xlsx.xls": (24, 24, {}, {}),
    "G07-name-and-content/导出.xls": (12, 12, {}, {}),
    "G07-name-and-content/导出2003.xls": (12, 12, {}, {}),
    "G08-archives/mac.zip": (12, 12, {}, {}),
    "G08-archives/table.csv.gz": (12, 12, {}, {}),
    "G08-archives/table.zip": (12, 12, {}, {}),
    "G08-archives/workbook.zip": (24, 24, {}, {}),
    "G09-formats/data.json": (12, 12, {}, {}),
    "G09-formats/records.json": (12, 12, {}, {}),
    "G09-formats/esri.json": (12, 12, {}, {}),
    "G09-formats/villages.kml": (12, 12, {}, {}),
    "G09-formats/villages.kmz": (12, 12, {}, {}),
    "G10-dates/开通日期.csv": (24, 24, {}, {}),
    "G11-coordinates/style03.csv": (6, 6, {}, {}),
    "G11-coordinates/style05.csv": (6, 6, {}, {}),
    "G11-coordinates/style07.csv": (6, 6, {}, {}),
    "G11-coordinates/style08.csv": (6, 6, {}, {}),
    "G11-coordinates/style10.csv": (6, 6, {}, {}),
    "G11-coordinates/style11.csv": (6, 6, {}, {}),
    "G12-survey-axes/坐标.csv": (24, 24, {}, {}),
    "G12-survey-axes/坐标-测绘约定.csv": (24, 24, {}, {}),
    "G13-total-and-footnote-rows/合计.csv": (15, 12, {"row_is_no_place": 3}, {}),
    "G13-total-and-footnote-rows/东安县行政村通网台账.xlsx": (
        24,
        12,
        {"row_is_no_place": 6, "parent_ambiguous": 6},
        {},
    ),
    "G14-headers/CJDCQ.zip": (12, 12, {}, {}),
    "G14-headers/两行表头.csv": (24, 24, {}, {}),
    "G14-headers/分年覆盖率.csv": (11, 0, {"place_above_meant": 11}, {}),
    "G15-source-id/乙.xlsx": (24, 24, {}, {}),
    "G15-source-id/甲.csv": (24, 24, {}, {}),
}


@pytest.fixture(scope="module")
def country(national_atlas: Atlas) -> tuple[Register, Codes, list[float]]:
    places, levels = provenance.register(national_atlas)
    changes, settings = provenance.code_changes(national_atlas), facts.settings(national_atlas)
    register = Register(places, levels, former_names(changes), settings["name_endings"])
    codes = Codes(None, date.fromisoformat(settings["codes_as_of"]), Crosswalk(changes))
    return register, codes, settings["map"]["extent_degrees"]


def checked(country: tuple[Register, Codes, list[float]], name: str, answers: dict[str, str]) -> DryRun:
    register, codes, extent = country
    path = CASES / "registers" / name
    return dry_run(path, register.levels[:-1], register=register, codes=codes, extent_degrees=extent, answers=answers)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_case_has_its_right_value(country: tuple[Register, Codes, list[float]], name: str) -> None:
    read, loaded, rules, answers = EXPECTED[name]
    part = checked(country, name, answers).parts[0]
    out = {entry.rule: entry.count for entry in part.quality.rules.values() if entry.is_rejected}
    assert (part.quality.read, part.quality.loaded, out) == (read, loaded, rules)
    matched = part.quality.matched
    assert sum(matched.values()) >= loaded, "each row that is loaded has a place of the register"


def test_every_place_is_in_the_county_of_the_table(country: tuple[Register, Codes, list[float]]) -> None:
    """Whatever becomes of the rows of 东安县, none lands elsewhere: no row lies outside, and none is only remarked."""
    for name in EXPECTED:
        if name.startswith("G01"):
            for part in checked(country, name, {}).parts:
                assert "lies_elsewhere/False" not in part.quality.rules, name


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("G01-wrong-county/东安县通网情况.xlsx", {"about"}),
        ("G01-wrong-county/合并导出.csv", {"about", "fill_down"}),
        ("G02-column-dropped/覆盖率.csv", {"meaning:光纤覆盖率"}),
        ("G12-survey-axes/坐标.csv", {"frame"}),
        ("G04-unit-line/投资.xlsx", {"meaning:中央补助", "meaning:企业自筹"}),
    ],
)
def test_what_a_case_does_not_tell_is_asked(
    country: tuple[Register, Codes, list[float]], name: str, keys: set[str]
) -> None:
    asked = {question.key for part in checked(country, name, {}).parts for question in part.questions}
    assert keys <= asked


@pytest.mark.parametrize(("name", "field"), [("户数万.xlsx", "population_persons"), ("投资.xlsx", "capex")])
def test_a_unit_line_sets_the_factor(country: tuple[Register, Codes, list[float]], name: str, field: str) -> None:
    part = checked(country, f"G04-unit-line/{name}", {}).parts[0]
    assert f"{field} = " in part.declaration_text and "factor = 10000" in part.declaration_text


def test_two_chinese_names_give_two_ids(country: tuple[Register, Codes, list[float]]) -> None:
    ids = {checked(country, f"G15-source-id/{name}", {}).parts[0].quality.source_id for name in ("甲.csv", "乙.xlsx")}
    assert len(ids) == 2 and all(one.isascii() for one in ids)
