"""A header is a level of this country, a day, or money, before it is what the same word means elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from drafting import ARGENTINA, FRANCE, asked, columns, why, write

from importer.guess.draft import Draft, drafts, outlines_of


def drafted(path: Path, kind: str, *levels: str, extent: tuple[float, ...] | None = None) -> Draft:
    return drafts(path, ["nation", *levels], kind, extent_degrees=extent)[0]


@pytest.mark.parametrize(
    ("levels", "header", "row", "expected"),
    [
        (
            ("province", "department"),
            "Provincia,Departamento,Localidad",
            "Salta,Anta,Las Lajitas",
            {"province_name": "Provincia", "department_name": "Departamento", "name": "Localidad"},
        ),
        (
            ("department", "province"),
            "Departamento,Provincia,Localidad",
            "Junín,Jauja,Masma",
            {"department_name": "Departamento", "province_name": "Provincia", "name": "Localidad"},
        ),
        (
            ("district", "block"),
            "Block Name,GP Name,Village Name",
            "NORTH,EAST,Kot",
            {"block_name": "Block Name", "name": "Village Name"},
        ),
        (
            ("departement",),
            "Code commune,Commune,Département",
            "01001,Bâgé,Ain",
            {"code": "Code commune", "name": "Commune", "departement_name": "Département"},
        ),
        (
            ("省", "市", "县"),
            "省,市,县,村名",
            "甲省,乙市,丙县,丁村",
            {"省_name": "省", "市_name": "市", "县_name": "县", "name": "村名"},
        ),
    ],
)
def test_a_level_that_the_profile_has_by_that_word_is_meant(
    tmp_path: Path, levels: tuple[str, ...], header: str, row: str, expected: dict[str, str]
) -> None:
    made = drafted(write(tmp_path / "a.csv", f"{header}\n{row}\n{row.replace('1', '2')}x\n"), "places", *levels)
    assert columns(made) == expected


def test_quarters_beside_a_technology_are_days_and_no_operators(tmp_path: Path) -> None:
    header = "Code commune;Nom;T1 2023 FttH;T1 2023 xDSL;T2 2023 FttH;T2 2023 xDSL"
    path = write(tmp_path / "t.csv", f"{header}\n01001;A;99,5;1;100;0\n01002;B;0;12,5;50;3\n")
    made = drafted(path, "coverage", "departement")
    [wide] = made.body["wide"]
    assert "(?P<as_of>" in wide["columns"] and "operator" not in wide["columns"]
    assert "as_of" not in made.body and "as_of" not in asked(made)


def test_the_day_of_a_connection_is_no_day_of_the_data(tmp_path: Path) -> None:
    path = write(tmp_path / "v.csv", "Village Name,Date of Connection,Fibre\nKot,13-02-2019,Yes\nDhar,01-12-2020,No\n")
    assert columns(drafted(path, "coverage", "district"))["opened_date"] == "Date of Connection"


def test_a_quarter_in_a_files_name_is_its_day(tmp_path: Path) -> None:
    path = write(tmp_path / "orange_2023T3.csv", "techno;longitude;latitude\n4G;2,5;47,1\n5G;2,6;47,2\n")
    assert str(drafted(path, "cell_sites", "departement").body["as_of"]) == "2023-09-30"


def test_one_number_with_a_comma_is_no_pair(tmp_path: Path) -> None:
    header = "Commune;X_L93;Y_L93;Winning Bid"
    rows = "A;869804,0;6531491,4;$943,222.20\nB;1219303,4;6075709,5;$1,222.10\nC;272165,6;6845978,2;$7.00\n"
    made = drafted(write(tmp_path / "c.csv", f"{header}\n{rows}"), "places", "departement", extent=FRANCE)
    assert columns(made).items() >= {"lon": "X_L93", "lat": "Y_L93"}.items()
    assert made.body["frame"]["epsg"] == 2154 and why(made)["Winning Bid"] == "no_field"


def test_a_draft_of_places_says_which_kinds_there_are(tmp_path: Path) -> None:
    path = write(tmp_path / "l.csv", "Provincia,Localidad,Tipo\nSalta,Anta,Paraje\nSalta,Lajitas,Barrio\n")
    kinds = drafted(path, "places", "province", extent=ARGENTINA).body["kinds"]
    assert set(kinds["programme"]) == set(kinds["names"]) == {"paraje", "barrio"}


def outlines(tmp_path: Path, *said: dict[str, str]) -> Path:
    ring = [[-65.0, -33.0], [-64.0, -33.0], [-64.0, -32.0], [-65.0, -33.0]]
    features = [
        {"type": "Feature", "properties": one, "geometry": {"type": "Polygon", "coordinates": [ring]}} for one in said
    ]
    return write(tmp_path / "d.geojson", json.dumps({"type": "FeatureCollection", "features": features}))


def test_the_code_of_a_place_in_several_outlines_is_its_code(tmp_path: Path) -> None:
    said = [{"in1": f"0{n}007", "nam": name} for n, name in enumerate(("Capital", "Anta", "Capital", "Orán"))]
    made = outlines_of(outlines(tmp_path, *said, said[3]), ["nation", "province", "department"])
    assert made is not None and columns(made) == {"code": "in1", "name": "nam"}


def test_outlines_without_codes_are_matched_by_name(tmp_path: Path) -> None:
    made = outlines_of(outlines(tmp_path, {"nom": "Ain"}, {"nom": "Orne"}), ["nation", "departement"])
    assert made is not None and made.body["columns"] == {"name": "nom", "match": "name"}
