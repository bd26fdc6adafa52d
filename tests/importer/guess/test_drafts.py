"""A first declaration of files that nobody told the importer about: made ones, and the real ones where they are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xlsxwriter
from real_data import REAL, needs_real_data

from importer.convert.declared import declaration
from importer.dry_run import dry_run
from importer.errors import DeclarationProblem
from importer.files import look
from importer.guess import headings, units
from importer.guess.draft import Draft, drafts
from importer.guess.wide_headers import wide

LEVELS = ["nation", "province", "prefecture", "county", "township"]


def drafted(path: Path, kind: str, levels: list[str] = LEVELS) -> Draft:
    return next(draft for draft in drafts(path, levels) if draft.kind == kind)


def columns(draft: Draft) -> dict[str, str]:
    return {guess.field: guess.column for guess in draft.guesses}


def wide_fields(draft: Draft, headers: list[str]) -> dict[str, dict[str, str | None]]:
    """What the draft's one pattern says of each header that it matches."""
    [entry] = draft.body["wide"]
    found = {header: re.fullmatch(entry["columns"], header) for header in headers}
    return {header: match.groupdict() for header, match in found.items() if match}


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


COLOMBIAN = """AÑO;TRIMESTRE;PROVEEDOR;COD DEPARTAMENTO;DEPARTAMENTO;COD MUNICIPIO;MUNICIPIO;CABECERA MUNICIPAL;\
COD CENTRO POBLADO;CENTRO POBLADO;COBERTURA 2G;COBERTURA 3G;COBERTURA 4G;COBERTURA LTE
2023;4;CLARO;05;ANTIOQUIA;05001;MEDELLÍN;S;05001000;MEDELLÍN;S;S;S;N
2023;4;CLARO;05;ANTIOQUIA;05001;MEDELLÍN;N;05001001;PALMITAS;S;S;N;N
2023;4;TIGO;05;ANTIOQUIA;05002;ABEJORRAL;N;05002001;PANTANILLO;N;S;N;N
"""


@pytest.mark.parametrize(
    ("levels", "department", "municipality"),
    [(LEVELS, "province_name", "county_name"), (["nation", "dep", "mun"], "dep_name", "mun_name")],
)
def test_spanish_headers(tmp_path: Path, levels: list[str], department: str, municipality: str) -> None:
    """A profile of two levels has the municipality as its second, one of four as its third."""
    path = write(tmp_path / "cobertura.csv", COLOMBIAN)
    made = drafted(path, "coverage", levels)
    expected = {
        "code": "COD CENTRO POBLADO",
        "name": "CENTRO POBLADO",
        "operator": "PROVEEDOR",
        "as_of": "AÑO",
        department: "DEPARTAMENTO",
        municipality: "MUNICIPIO",
    }
    assert columns(made).items() >= expected.items()
    [entry] = made.body["wide"]
    assert entry["value"] == "is_covered"
    # Two columns of one technology stay apart: a person says what each means.
    assert entry["words"]["technology"] == {"2G": "2g", "3G": "3g", "4G": "4g"}
    run = dry_run(path, levels, kind="coverage")
    assert (run.read, run.rejected) == (3, 0)


def test_speed_tiers_and_years(tmp_path: Path) -> None:
    text = "AGS;DSL_16;DSL_30;FTTH_16;FTTH_30;LTE_2\n01001000;90,5;80,0;3,5;2,0;100,0\n01002000;9,5;8,0;3,5;2,0;100,0\n"
    made = drafted(write(tmp_path / "a.csv", text), "coverage")
    assert wide_fields(made, ["DSL_16", "LTE_2"]) == {
        "DSL_16": {"technology": "DSL", "at_least_mbps": "16"},
        "LTE_2": {"technology": "LTE", "at_least_mbps": "2"},
    }
    years = "code;fibre 2019;fibre 2020;fibre 2021\n01;0.1;0.2;0.9\n02;0.1;0.2;0.8\n"
    made = drafted(write(tmp_path / "b.csv", years), "coverage")
    assert wide_fields(made, ["fibre 2020"]) == {"fibre 2020": {"technology": "fibre", "as_of": "2020"}}


def test_numbered_columns_of_anything_else_are_no_speeds(tmp_path: Path) -> None:
    text = "code;tier1;tier2;tier3;population\n01;7.7;43.8;160;12\n02;7.7;43.8;423;15\n"
    path = write(tmp_path / "a.csv", text)
    assert {draft.kind for draft in drafts(path, LEVELS)} == {"villages"}


def test_counts_and_names_among_shares_are_left_out(tmp_path: Path) -> None:
    text = "code,claro_3g,claro_4g,bitel_3g,bitel_4g,count_4g,best_4g\n" + "".join(
        f"{n},0.{n},0.5,0.2,1.0,{n % 4},claro\n" for n in range(10, 30)
    )
    made = drafted(write(tmp_path / "a.csv", text), "coverage")
    found = wide_fields(made, ["claro_3g", "bitel_4g", "count_4g", "best_4g"])
    assert set(found) == {"claro_3g", "bitel_4g"} and found["bitel_4g"]["operator"] == "bitel"
    assert made.body["wide"][0]["value"] == "share"


def test_units_of_headers(tmp_path: Path) -> None:
    text = "项目编号,项目名称,总投资（万元）,制式\nP1,甲,120.5,4g\nP2,乙,90,fibre\n"
    path = write(tmp_path / "a.csv", text)
    made = drafted(path, "projects")
    assert made.body["columns"]["capex"] == {"column": "总投资（万元）", "factor": 10000.0}
    assert units.factor_said("avg_d_kbps", "Mbps") == 0.001 and units.factor_said("人口（万人）", "person") == 10000
    assert units.factor_said("万荣县户数", "household") is None and units.factor_said("Mbps", "Mbps") is None


def test_a_number_of_the_row_is_no_code_where_there_is_another(tmp_path: Path) -> None:
    text = "id,ags,gen,ewz\n" + "".join(f"{n},{1001000 + 7 * n},Ort{n},{50 + n}\n" for n in range(40))
    assert columns(drafted(write(tmp_path / "a.csv", text), "villages"))["code"] == "ags"


def test_levels_of_one_rank_follow_each_other() -> None:
    assert {name: rank for name, (rank, _, _) in headings.levels_called(["province", "district"]).items()} == {
        "province": 2,
        "district": 3,
    }
    full = headings.levels_called(["region", "province", "district", "municipality"])
    assert full["district"][0] == 2 and full["province"][0] == 2  # the third is taken
    assert headings.levels_for({1, 3}, ["n", "a", "b"]) == {1: "a", 3: "b"}
    assert headings.levels_for({1, 2, 3}, ["n", "a"]) == {3: "a"}


def test_the_draft_of_a_wide_table_reads_the_table(tmp_path: Path) -> None:
    """Every header that the pattern was made of is matched by it, whatever characters it holds."""
    header = ["code", "A.B (4G) +x", "C|D (4G) +x", "A.B [LTE] +x"]
    rows = "\n".join(f"{n};是;否;是" for n in range(10, 40))
    path = write(tmp_path / "a.csv", ";".join(header) + "\n" + rows + "\n")
    made = drafted(path, "coverage")
    assert set(wide_fields(made, header)) == set(header[1:])
    assert dry_run(path, LEVELS, kind="coverage").rejected == 0


def test_nothing_is_wide_where_no_header_speaks_of_technology() -> None:
    assert wide(pd.DataFrame({"a": ["1"], "b": ["2"]}, dtype=object)) is None


def test_a_header_of_several_lines_is_seen_by_its_merged_cells(tmp_path: Path) -> None:
    """A title over all, two lines of header with groups, a total below: as offices keep their tables."""
    path = tmp_path / "台账.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 5, "某县行政村通网情况台账")
        for n, text in enumerate(["行政村代码", "行政村"]):
            sheet.merge_range(1, n, 2, n, text)
        for n, (group, *names) in {
            2: ("是否已通", "光纤", "4G"),
            4: ("基本情况", "户数", "人口"),
        }.items():
            sheet.merge_range(1, n, 1, n + 1, group)
            sheet.write_row(2, n, names)
        for n in range(30):
            sheet.write_row(3 + n, 0, [f"4311221002{n:02}", f"村{n}", "已通", "未通" if n % 5 else "已通", 50 + n, 99])
        sheet.write_row(33, 0, ["合计", "", 30, 6, 1935, 2970])
    made = {draft.kind: draft for draft in drafts(path, LEVELS)}
    assert columns(made["villages"])["households"] == "基本情况 / 户数"
    assert made["coverage"].body["file"]["header_rows"] == 2
    assert made["coverage"].body["wide"][0]["words"]["technology"] == {"光纤": "fibre", "4G": "4g"}
    run = dry_run(path, LEVELS)
    assert run.read == 31 and run.rejected_rows == {34}


def test_headers_that_slipped_by_a_column(tmp_path: Path) -> None:
    rows = "".join(f"{n:05},v{n},26.{n},111.{n}\n" for n in range(10, 50))
    path = write(tmp_path / "a.csv", "code,lat,lon,name\n" + rows)
    run = dry_run(path, LEVELS, kind="villages")
    assert (run.read, run.rejected) == (40, 40)


def test_a_file_without_a_header_is_guessed_by_its_cells(tmp_path: Path) -> None:
    rows = "".join(f"4311221002{n:02},村{n},26.{n},111.{n},{n}\n" for n in range(10, 50))
    made = drafted(write(tmp_path / "a.csv", rows), "villages")
    assert columns(made) == {"code": "column 1", "name": "column 2", "lat": "column 3", "lon": "column 4"}
    assert dry_run(tmp_path / "a.csv", LEVELS).rejected == 0


def test_one_coordinate_alone_is_refused() -> None:
    body = {"kind": "villages", "columns": {"code": "code", "lon": "x"}}
    with pytest.raises(DeclarationProblem, match="both lon and lat"):
        declaration(body, "a.toml", LEVELS)


# --- the real files ---------------------------------------------------------------------------------------

FILES: list[tuple[str, str, dict[str, str]]] = [
    (
        "peru_osiptel_huarochiri/huarochiri_demo.csv",
        "coverage",
        {
            "code": "center_id",
            "name": "center_name",
            "province_name": "department",
            "prefecture_name": "province",
            "county_name": "district",
        },
    ),
    ("peru_osiptel_huarochiri/huarochiri_demo.csv", "villages", {"lat": "latitude", "lon": "longitude"}),
    ("germany_breitbandatlas/Verf_Gemeinden_atene_Mitte 18.csv", "coverage", {"code": "AGS"}),
    ("germany_breitbandatlas/gemeinde_privat_2018_ende.csv", "coverage", {"code": "AGS"}),
    ("germany_breitbandatlas/landkreis_privat_2021_1.csv", "coverage", {"code": "ags"}),
    (
        "germany_breitbandatlas/landkreis_mobilfunk_stats_2021_1.csv",
        "coverage",
        {"code": "AGS", "technology": "Technologie", "share": "Verfügbarkeit"},
    ),
    (
        "germany_breitbandatlas/2021_BBA_Kreisdaten.xls",
        "coverage",
        {"code": "krs", "name": "name", "province_code": "lan"},
    ),
    ("germany_breitbandatlas/2005_DSL.xlsx", "coverage", {"code": "ags", "name": "gen"}),
    (
        "india_bharatnet_maharashtra/505.csv",
        "villages",
        {
            "name": "Village Name",
            "lat": "Village_lat",
            "lon": "Village_long",
            "population_persons": "TOT_P",
            "township_name": "GP Name",
            "county_name": "Block Name",
        },
    ),
    ("india_opencellid_sample/tower_sample.csv", "cell_sites", {"lat": "lat", "lon": "lon"}),
    ("djibouti_population_clusters/dj-test.csv", "villages", {"lon": "X_deg", "population_persons": "Pop"}),
    (
        "colombia_internet_fijo/Internet_Fijo_Penetraci_n_Departamentos_20250206.csv",
        "coverage",
        {"code": "COD_DEPARTAMENTO", "name": "DEPARTAMENTO", "share": "INDICE", "as_of": "AÑO"},
    ),
    (
        "philippines_schools_excerpt/dict_schools_masterlist_excerpt.csv",
        "coverage",
        {
            "code": "School_ID",
            "is_covered": "With Internet",
            "prefecture_name": "Province",
            "county_name": "Municipality",
            "township_name": "Barangay",
        },
    ),
    (
        "us_microsoft_broadband/broadband_data_2019November.csv",
        "coverage",
        {"code": "COUNTY ID", "name": "COUNTY NAME", "province_name": "ST"},
    ),
    (
        "us_microsoft_broadband/broadband_data_zipcode.csv",
        "coverage",
        {"code": "POSTAL CODE", "county_name": "COUNTY NAME", "county_code": "COUNTY ID"},
    ),
    (
        "china_adcode_xiangxi_nujiang/villages/433101.csv",
        "villages",
        {"code": "column 1", "name": "column 3", "lon": "column 13", "lat": "column 14"},
    ),
    ("us_fcc_caf1_round2/caf_round2_cty_pt.geojson", "villages", {"code": "cty_fips"}),
    (
        "ookla_pacific/ookla-test-data.zip",
        "speed_tests",
        {"quadkey": "quadkey", "download_mbps": "avg_d_kbps", "tests": "tests"},
    ),
]


@needs_real_data
@pytest.mark.parametrize(("name", "kind", "expected"), FILES)
def test_real_files(name: str, kind: str, expected: dict[str, str]) -> None:
    assert columns(drafted(REAL / name, kind)).items() >= expected.items()


WIDE: list[tuple[str, int, dict[str, Any]]] = [
    ("germany_breitbandatlas/Verf_Gemeinden_atene_Mitte 18.csv", 47, {"value": "share"}),
    ("germany_breitbandatlas/landkreis_privat_2021_1.csv", 58, {"value": "share"}),
    ("germany_breitbandatlas/gemeinde_privat_2018_ende.csv", 45, {"value": "share"}),
    ("germany_breitbandatlas/2021_BBA_Kreisdaten.xls", 61, {"value": "share"}),
    ("us_microsoft_broadband/broadband_data_2020October.csv", 2, {"value": "share"}),
]


@needs_real_data
@pytest.mark.parametrize(("name", "count", "expected"), WIDE)
def test_real_wide_tables(name: str, count: int, expected: dict[str, Any]) -> None:
    path = REAL / name
    made = drafted(path, "coverage")
    assert len(wide_fields(made, list(look(path).columns))) == count
    assert made.body["wide"][0].items() >= expected.items()


@needs_real_data
def test_the_real_tiles_are_in_kilobits() -> None:
    made = drafted(REAL / "ookla_pacific" / "ookla-test-data.zip", "speed_tests")
    assert made.body["columns"]["download_mbps"]["factor"] == 0.001
