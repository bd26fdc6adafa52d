"""The default profile's register of places takes in lists of earlier years: by code, by former names, the rest
listed.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from mini_profile import CHINA

from etl.declaration import load_profile
from etl.importing import changes_of
from importer.dry_run import dry_run
from importer.place.crosswalk import Crosswalk, former_names
from importer.place.identity import Codes, Register

LEVELS = ["nation", "province", "prefecture", "county", "township"]
LENGTHS = {2: "province", 4: "prefecture", 6: "county", 9: "township"}


@pytest.fixture(scope="module")
def changes() -> pd.DataFrame:
    found = changes_of(load_profile(CHINA))
    assert found is not None
    return found


@pytest.fixture(scope="module")
def register(changes: pd.DataFrame) -> Register:
    """The register down to townships, as the build makes it; the villages below are of no matter here."""
    listed = pd.read_parquet(CHINA / "places" / "villages.parquet")
    places = listed[listed["code"].str.len() <= 6]
    level = places["code"].str.len().map(LENGTHS)
    parent = [code[:-2].ljust(6, "0") if len(code) > 2 else "100000" for code in places["code"]]
    table = pd.DataFrame(
        {
            "place_id": places["code"].str.ljust(6, "0"),
            "level": level,
            "parent_id": parent,
            "name": places["name"],
        }
    )
    table = table[~table["place_id"].duplicated()]
    return Register(table, LEVELS, former_names(changes), load_profile(CHINA).body["name_endings"])


def test_every_change_leads_to_a_place_of_the_register(changes: pd.DataFrame, register: Register) -> None:
    day = date(2009, 12, 31)
    codes = Codes(day, date(2023, 6, 30), Crosswalk(changes))
    asked = pd.DataFrame({"code": changes["old_code"]}, dtype=object)
    found = register.match(asked, only_settlements=False, codes=codes)
    assert len(changes) > 300 and pd.notna(found.place_id).all()
    assert (changes["from_date"] > day).all() and not changes.duplicated(["old_code", "old_name"]).any()


def test_a_list_of_counties_of_2012(tmp_path: Path, changes: pd.DataFrame, register: Register) -> None:
    """Renumbered, renamed and twice changed counties are found; one that was divided is listed."""
    rows = [
        ("120225", "蓟县", "120119"),
        ("542623", "米林县", "540481"),  # 540422 in between
        ("522401", "毕节市", None),  # that was no code in 2012: 520502 since 2011
        ("520502", "七星关区", "520502"),
        ("110101", "东城区", "110101"),
        ("130103", "桥东区", None),  # divided between two districts in 2014
        ("", "蓟县", "120119"),
        ("", "襄樊市", "420600"),
    ]
    path = tmp_path / "counties-2012.csv"
    lines = [f"{code},{name},1" for code, name, _ in rows]
    path.write_text("代码,名称,批次\n" + "\n".join(lines) + "\n", encoding="utf-8")
    body = {
        "kind": "pilots",
        "codes_as_of": date(2012, 12, 31),
        "columns": {"code": "代码", "name": "名称", "batch": "批次"},
        "constant": {"year": 2012, "technology": "fibre"},
    }
    codes = Codes(None, date(2023, 6, 30), Crosswalk(changes))
    done = dry_run(path, LEVELS, body=body, register=register, codes=codes, rejects=tmp_path / "rejects.csv")
    [part] = done.parts
    wrong = {n for n, (_, _, place) in enumerate(rows, start=2) if place is None}
    assert wrong <= done.rejected_rows
    again = {n for n in done.rejected_rows - wrong}  # the same place by code and by name
    assert again == {8}
    assert part.quality.matched["crosswalk"] == 2 and part.quality.matched["name"] >= 2
    assert "桥东区" in (tmp_path / "rejects.csv").read_text(encoding="utf-8-sig")


def test_without_the_day_of_the_codes_nothing_is_translated(
    tmp_path: Path, changes: pd.DataFrame, register: Register
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("代码\n120225\n", encoding="utf-8")
    body = {
        "kind": "pilots",
        "columns": {"code": "代码"},
        "constant": {"year": 2012, "technology": "fibre", "batch": 1},
    }
    codes = Codes(None, date(2023, 6, 30), Crosswalk(changes))
    assert dry_run(path, LEVELS, body=body, register=register, codes=codes).rejected == 1
