"""Which place a row is about; never a guess."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importer.errors import DeclarationProblem
from importer.place import register_names
from importer.place.crosswalk import Crosswalk, former_names
from importer.place.identity import Codes, Register

LEVELS = ["nation", "province", "county", "village"]
PLACES = [
    ("N", "nation", None, "Nation"),
    ("12", "province", "N", "天津市"),
    ("43", "province", "N", "湖南省"),
    ("120119", "county", "12", "蓟州区"),
    ("431122", "county", "43", "东安县"),
    ("431126", "county", "43", "宁远县"),
    ("120119100200", "village", "120119", "渔阳村村委会"),
    ("431122100200", "village", "431122", "大庙口村村委会"),
    ("431122100201", "village", "431122", "石板铺村村委会"),
    ("431126100200", "village", "431126", "大庙口村村委会"),
    ("431126100201", "village", "431126", "Huarochirí"),
]
SUFFIXES = ["村村委会", "村委会", "村", "县", "区", "省", "市"]
CHANGES = pd.DataFrame(
    [
        ("120225", "120119", date(2016, 6, 24)),
        ("9901", "9902", date(2010, 1, 1)),
        ("9901", "9903", date(2010, 1, 1)),
    ],
    columns=["old_code", "new_code", "from_date"],
)


Place = tuple[str, str, str | None, str]


def registered(
    places: list[Place], levels: list[str] = LEVELS, endings: dict[str, list[str]] | None = None
) -> Register:
    table = pd.DataFrame(places, columns=["place_id", "level", "parent_id", "name"])
    return Register(table, levels, None, endings)


@pytest.fixture(scope="module")
def register() -> Register:
    return registered(PLACES)


def rows(**columns: list[str | None]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(texts, dtype=object) for name, texts in columns.items()})


def test_by_code(register: Register) -> None:
    found = register.match(rows(code=["431122100200", "999999999999", None]))
    assert found.place_id.tolist() == ["431122100200", None, None]
    assert found.rule.tolist() == [None, "code_unknown", "place_missing"]


def test_a_total_names_the_country_by_its_code(register: Register) -> None:
    asked = rows(code=["N", "43", "431122100200"])
    assert register.match(asked, only_settlements=False).place_id.tolist() == ["N", "43", "431122100200"]
    found = register.match(asked)  # of a settlement neither is one
    assert found.place_id.tolist() == [None, None, "431122100200"]


def test_by_names_along_the_hierarchy(register: Register) -> None:
    asked = rows(
        province_name=["湖南", "湖南省", None, "湖南", "火星"],
        county_name=["东安县", "宁远", "东安", None, "东安县"],
        name=["大庙口村", "大庙口", "石板铺村委会", "大庙口村", "大庙口村"],
    )
    found = register.match(asked, suffixes=SUFFIXES)
    assert found.place_id.tolist() == ["431122100200", "431126100200", "431122100201", None, None]
    assert found.rule.tolist() == [None, None, None, "name_ambiguous", "parent_unknown"]
    assert "431122100200" in str(found.candidates[3]) and "431126100200" in str(found.candidates[3])


def test_candidates_far_apart_are_told_with_what_lies_above_both_of_their_parents() -> None:
    places = [("N", "nation", None, "中国"), ("43", "province", "N", "湖南省"), ("44", "province", "N", "广东省")]
    places += [("4311", "county", "43", "东安县"), ("4312", "county", "43", "宁远县")]
    places += [("4411", "county", "44", "连州市")]
    places += [("431101", "village", "4311", "红星村"), ("441101", "village", "4411", "红星村")]
    places += [("431201", "village", "4312", "红星村")]
    apart = registered(places)
    found = apart.match(rows(name=["红星村"]))
    of_hunan = "431101 红星村 (东安县, 湖南省); 431201 红星村 (宁远县, 湖南省)"
    assert found.candidates[0] == f"{of_hunan}; 441101 红星村 (连州市, 广东省)"
    found = apart.match(rows(province_name=["湖南省"], name=["红星村"]))
    assert found.candidates[0] == "431101 红星村 (东安县); 431201 红星村 (宁远县)"


REGION = [
    ("N", "nation", None, "中国"),
    ("42", "province", "N", "湖北省"),
    ("53", "province", "N", "云南省"),
    ("4290", "prefecture", "42", "省直辖县级行政区划"),
    ("5331", "prefecture", "53", "德宏傣族景颇族自治州"),
    ("4201", "prefecture", "42", "武汉市"),
    ("429004", "county", "4290", "仙桃市"),
    ("533102", "county", "5331", "瑞丽市"),
    ("533103", "county", "5331", "芒市"),
    ("42900401", "village", "429004", "许坝村"),
    ("53310201", "village", "533102", "勐力村"),
    ("53310301", "village", "533103", "勐力村"),
]


@pytest.fixture(scope="module")
def region() -> Register:
    levels = ["nation", "province", "prefecture", "county", "village"]
    endings = {"prefecture": ["自治州", "州", "傣族", "景颇族", "市"], "county": ["市", "县"], "province": ["省"]}
    return registered(REGION, levels, endings)


def test_a_county_may_stand_where_prefectures_do(region: Register) -> None:
    """仙桃市 lies in no prefecture, and its clerks write it under 市."""
    for code in ([None], ["42900401"]):
        found = region.match(rows(code=code, prefecture_name=["仙桃市"], name=["许坝村"]))
        assert found.place_id.tolist() == ["42900401"] and found.rule.tolist() == [None]
    found = region.match(rows(county_name=["武汉市"], name=["许坝村"]))  # not the other way: it tells less than asked
    assert found.rule.tolist() == ["parent_unknown"]


def test_a_short_name_above_is_believed_with_a_place_inside_it(region: Register) -> None:
    asked = rows(prefecture_name=["德宏州"] * 3, county_name=["瑞丽", "仙桃", None], name=["勐力村"] * 3)
    found = region.match(asked)
    assert found.place_id.tolist() == ["53310201", None, None]
    assert found.rule.tolist() == [None, "above_missing", "above_missing"]
    assert str(found.candidates[1]).startswith("5331 德宏傣族景颇族自治州")


def test_case_and_accents(register: Register) -> None:
    found = register.match(rows(county_name=["宁远县"], name=["HUAROCHIRI"]))
    assert found.place_id.tolist() == ["431126100201"]


def test_an_unknown_name_has_candidates_and_no_place(register: Register) -> None:
    found = register.match(rows(county_name=["东安县"], name=["石板铺新村"]), suffixes=SUFFIXES)
    assert found.place_id.tolist() == [None] and found.rule.tolist() == ["name_unknown"]
    assert "431122100201" in str(found.candidates[0])


def test_codes_of_another_year(register: Register) -> None:
    codes = Codes(date(2015, 1, 1), date(2023, 6, 30), Crosswalk(CHANGES))
    found = register.match(rows(code=["120225100200", "431122100200"]), codes=codes)
    assert found.place_id.tolist() == ["120119100200", "431122100200"]
    assert found.how.tolist() == ["crosswalk", "code"]
    newer = Codes(date(2020, 1, 1), date(2023, 6, 30), Crosswalk(CHANGES))
    assert register.match(rows(code=["120225100200"]), codes=newer).place_id.tolist() == [None]


def test_a_village_renumbered_since_is_found_by_its_name(register: Register) -> None:
    """Its county was renamed and the village merged into another number: the name within the county tells."""
    asked = rows(code=["120225100999"], county_name=["蓟州区"], name=["渔阳村"])
    codes = Codes(date(2015, 1, 1), date(2023, 6, 30), Crosswalk(CHANGES))
    assert register.match(asked, suffixes=SUFFIXES, codes=codes).place_id.tolist() == ["120119100200"]


def test_a_code_that_was_split_is_not_guessed(register: Register) -> None:
    codes = Codes(date(2005, 1, 1), date(2023, 6, 30), Crosswalk(CHANGES))
    found = register.match(rows(code=["9901"]), codes=codes)
    assert found.rule.tolist() == ["code_split"] and found.candidates.tolist() == ["9902; 9903"]


def test_circles_are_refused() -> None:
    circle = pd.DataFrame(
        [("1", "2", date(2000, 1, 1)), ("2", "1", date(2000, 1, 1))],
        columns=["old_code", "new_code", "from_date"],
    )
    assert Crosswalk(circle).translate(pd.Series(["1"]), date(1999, 1, 1), date(2020, 1, 1)).codes.tolist() == ["2"]
    same_day = circle.assign(from_date=[date(2000, 1, 1), date(2001, 1, 1)])
    chain = pd.concat(
        [same_day.assign(from_date=[date(2000 + n, 1, 1), date(2001 + n, 1, 1)]) for n in range(0, 60, 2)]
    )
    with pytest.raises(DeclarationProblem, match="circle"):
        Crosswalk(chain).translate(pd.Series(["1"], dtype=object), date(1999, 1, 1), date(2100, 1, 1))


def test_code_and_name_of_different_places(register: Register) -> None:
    """A name that no village of the county has is a remark, where the row names the county of its code; one that
    another village has leaves the row open, and so does one that nothing speaks for."""
    asked = rows(
        code=["431122100200", "431122100200", "431122100200"],
        name=["新村", "石板铺村", "新村"],
        county_name=["东安县", None, None],
    )
    found = register.match(asked, suffixes=SUFFIXES)
    assert found.place_id.tolist() == ["431122100200", None, None]
    assert found.rule.tolist() == ["code_and_name_disagree", "code_or_name", "code_or_name"]
    assert "431122100200" in str(found.candidates[1]) and "431122100201" in str(found.candidates[1])
    assert found.how_counts() == {"code": 1}


def test_a_code_that_only_the_crosswalk_made_gives_way_to_the_name() -> None:
    """Villages were renumbered with their county: the old number behind the new county may be another village."""
    places = [*PLACES, ("120119100201", "village", "120119", "官庄村村委会")]
    register = registered(places)
    codes = Codes(date(2015, 1, 1), date(2023, 6, 30), Crosswalk(CHANGES))
    asked = rows(code=["120225100200", "120225100200"], name=["官庄村", "别处村"])
    found = register.match(asked, suffixes=SUFFIXES, codes=codes)
    assert found.place_id.tolist() == ["120119100201", None]
    assert found.rule.tolist() == [None, "name_unknown"]


def test_a_code_that_is_no_village_is_not_overruled_by_a_name(register: Register) -> None:
    """Its name inside the county that it begins with is a candidate; the place, where the code was declared to be of
    another year."""
    asked = rows(code=["431126100999"], name=["大庙口村"])
    found = register.match(asked, suffixes=SUFFIXES)
    assert found.place_id.tolist() == [None] and found.rule.tolist() == ["code_unknown"]
    assert "431126100200" in str(found.candidates[0]) and "431122100200" not in str(found.candidates[0])
    older = Codes(date(2015, 1, 1), date(2023, 6, 30), Crosswalk(CHANGES))
    assert register.match(asked, suffixes=SUFFIXES, codes=older).place_id.tolist() == ["431126100200"]


def test_endings_of_the_profile_are_of_one_level_each() -> None:
    endings = {"province": ["省"], "county": ["县", "区"], "village": ["村委会", "村"]}
    register = Register(
        pd.DataFrame(PLACES, columns=["place_id", "level", "parent_id", "name"]), LEVELS, endings=endings
    )
    found = register.match(rows(province_name=["湖南"], county_name=["东安"], name=["大庙口"]))
    assert found.place_id.tolist() == ["431122100200"]


def test_former_names_lead_to_the_place(register: Register) -> None:
    former = former_names(CHANGES.assign(old_name=["蓟县", None, None]))
    table = pd.DataFrame(PLACES, columns=["place_id", "level", "parent_id", "name"])
    asked = rows(county_name=["蓟县"], name=["渔阳村"])
    assert register.match(asked, suffixes=SUFFIXES).rule.tolist() == ["parent_unknown"]
    found = Register(table, LEVELS, former).match(asked, suffixes=SUFFIXES)
    assert found.place_id.tolist() == ["120119100200"]


def test_codes_of_places_above_are_translated_too(register: Register) -> None:
    codes = Codes(date(2015, 1, 1), date(2023, 6, 30), Crosswalk(CHANGES))
    asked = rows(county_code=["120225"], name=["渔阳村"])
    assert register.match(asked, suffixes=SUFFIXES, codes=codes).place_id.tolist() == ["120119100200"]


def test_a_village_of_an_unknown_township_has_candidates() -> None:
    levels = ["nation", "county", "township", "village"]
    places = [
        ("N", "nation", None, "Nation"),
        ("01", "county", "N", "东安县"),
        ("0101", "township", "01", "白牙市镇"),
        ("010101", "village", "0101", "大庙口村"),
    ]
    register = registered(places, levels)
    asked = rows(county_name=["东安县"], township_name=["撤销乡"], name=["大庙口村"])
    found = register.match(asked)
    assert found.rule.tolist() == ["parent_unknown"] and "010101" in str(found.candidates[0])


def test_any_level(register: Register) -> None:
    found = register.match(rows(code=["431122", "43"]), only_settlements=False)
    assert found.place_id.tolist() == ["431122", "43"]


def test_any_level_by_name(register: Register) -> None:
    """A name that no village has may be a county's, and is no fault then."""
    found = register.match(rows(name=["东安", "湖南省", "火星"]), only_settlements=False, suffixes=SUFFIXES)
    assert found.place_id.tolist() == ["431122", "43", None]
    assert found.rule.tolist() == [None, None, "name_unknown"]


HOSTILE = ["", " ", "😀村", "'; DROP TABLE place; --", "<script>", "村" * 400, "\n", "null"]


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([*HOSTILE, "大庙口村"]), st.sampled_from([None, "东安县", "x"])),
        min_size=1,
        max_size=12,
    )
)
def test_no_row_is_lost_and_a_match_never_leaves_its_parent(names: list[tuple[str, str | None]]) -> None:
    register = registered(PLACES)
    asked = rows(name=[name or None for name, _ in names], county_name=[county for _, county in names])
    found = register.match(asked, suffixes=SUFFIXES)
    assert len(found.place_id) == len(names)
    for (_, county), place, rule in zip(names, found.place_id, found.rule, strict=True):
        assert (place is None) == (rule is not None)
        assert place is None or county != "东安县" or str(place).startswith("431122")
    order = list(reversed(range(len(names))))
    again = register.match(asked.iloc[order].reset_index(drop=True), suffixes=SUFFIXES)
    assert again.place_id.tolist() == [found.place_id[n] for n in order]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([*HOSTILE, "大庙口村", "大庙口", "渔阳村村委会", "石板铺", "Huarochiri", "旧名村"]),
            st.sampled_from([None, "东安县", "宁远", "蓟县", "x"]),
            st.sampled_from([None, "湖南", "天津市"]),
        ),
        min_size=1,
        max_size=12,
    ),
    st.booleans(),
)
def test_names_read_in_a_few_places_only_match_as_all_names_do(
    told: list[tuple[str, str | None, str | None]], only_settlements: bool
) -> None:
    aliases = pd.DataFrame([("旧名村", "431122100200"), ("蓟县", "120119")], columns=["name", "place_id"])
    asked = rows(
        name=[name or None for name, _, _ in told],
        county_name=[county for _, county, _ in told],
        province_name=[province for _, _, province in told],
    )
    found = []
    for few in (-1, 1, register_names.FEW):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(register_names, "FEW", few)
            table = pd.DataFrame(PLACES, columns=["place_id", "level", "parent_id", "name"])
            made = Register(table, LEVELS, aliases)
            first = made.match(asked, suffixes=SUFFIXES, only_settlements=only_settlements)
            again = made.match(asked.iloc[::-1], suffixes=SUFFIXES, only_settlements=only_settlements)
            for one in (first, again):
                found.append([x.tolist() for x in (one.place_id, one.how, one.rule, one.candidates)])
    forward, backward = found[0::2], found[1::2]
    assert forward[0] == forward[1] == forward[2]
    assert backward[0] == backward[1] == backward[2]


def test_a_place_that_is_its_own_ancestor_holds_nobody_up() -> None:
    table = pd.DataFrame(
        [*PLACES, ("A", "county", "B", "甲县"), ("B", "county", "A", "乙县")],
        columns=["place_id", "level", "parent_id", "name"],
    )
    found = Register(table, LEVELS).match(rows(county_name=["甲县"], name=["大庙口村"]), suffixes=SUFFIXES)
    assert found.rule.tolist() == ["name_unknown"]
