"""Codes and names that were damaged at random: a row is found in its own county, or not at all."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importer.place.identity import Codes, Register

LEVELS = ["nation", "province", "county", "township", "village"]
COUNTIES = {"431122": "东安县", "431126": "宁远县", "441202": "端州区"}
TOWNSHIPS = {"431122": ["白牙市镇", "横塘镇"], "431126": ["舜陵镇", "横塘镇"], "441202": ["城东镇", "城西镇"]}
#: The same in every county, as villages' names are.
VILLAGES = ["红星村", "新村", "大塘村", "石桥村"]
ENDINGS = {"county": ["县", "区"], "township": ["镇"], "village": ["村民委员会", "村委会", "村"]}


def places() -> list[tuple[str, str, str | None, str]]:
    rows: list[tuple[str, str, str | None, str]] = [
        ("N", "nation", None, "中国"),
        ("43", "province", "N", "湖南省"),
        ("44", "province", "N", "广东省"),
    ]
    for county, name in COUNTIES.items():
        rows.append((county, "county", county[:2], name))
        for t, township in enumerate(TOWNSHIPS[county]):
            code = f"{county}{t + 1:03}"
            rows.append((code, "township", county, township))
            rows += [(f"{code}{n + 200}", "village", code, name) for n, name in enumerate(VILLAGES)]
            rows.append((f"{code}{209}", "village", code, f"{township[:2]}{name[:1]}屯村"))
    return rows


PLACES = places()
REGISTER = Register(pd.DataFrame(PLACES, columns=["place_id", "level", "parent_id", "name"]), LEVELS, endings=ENDINGS)
NAME = {place: name for place, _, _, name in PLACES}
CODES = [place for place, level, _, _ in PLACES if level == "village"]


@st.composite
def damaged(draw: st.DrawFn, text: str) -> str:
    """One character more, less or other, two exchanged, or signs of a spreadsheet around and between."""
    n = draw(st.integers(0, len(text) - 1))
    letter = draw(st.sampled_from("0123456789村新大 -'"))
    return draw(
        st.sampled_from(
            [
                text,
                text[:n] + text[n + 1 :],
                text[:n] + letter + text[n:],
                text[:n] + letter + text[n + 1 :],
                text[:n] + text[n + 1 : n + 2] + text[n : n + 1] + text[n + 2 :],
                f'="{text}"',
                f"{text[:6]}-{text[6:]}",
                f"‘{text}",
            ]
        )
    )


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], pd.DataFrame]:
    """Villages, and what a table says of them: with a county's name, or codes; each column may be left out."""
    chosen = draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=12))
    has_county = draw(st.booleans())
    told: dict[str, list[str | None]] = {}
    if not has_county or draw(st.booleans()):
        told["code"] = [draw(damaged(code)) for code in chosen]
    named = [draw(st.sampled_from([NAME[code], draw(damaged(NAME[code])), *VILLAGES])) for code in chosen]
    # Without a county a wrong code beside the right name of a namesake says the same as a right one.
    told["name"] = list(named) if has_county else [f"{NAME[code[:6]][:2]}{NAME[code]}" for code in chosen]
    if draw(st.booleans()):
        told["township_name"] = [
            draw(st.sampled_from([NAME[code[:9]], draw(damaged(NAME[code[:9]]))])) for code in chosen
        ]
    if has_county:
        told["county_name"] = [NAME[code[:6]] for code in chosen]
    return chosen, pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in told.items()})


@settings(max_examples=300, deadline=None)
@given(tables())
def test_no_row_lands_in_another_county(table: tuple[list[str], pd.DataFrame]) -> None:
    chosen, rows = table
    found = REGISTER.match(rows)
    for code, place, rule in zip(chosen, found.place_id, found.rule, strict=True):
        assert place is None or place[:6] == code[:6], (rows, code, place)
        assert place is not None or rule is not None


@settings(max_examples=100, deadline=None)
@given(tables())
def test_a_table_about_one_county_stays_in_it(table: tuple[list[str], pd.DataFrame]) -> None:
    _, rows = table
    found = REGISTER.match(rows.drop(columns="county_name", errors="ignore"), about="431122")
    assert all(place is None or place.startswith("431122") for place in found.place_id)


def frame(**columns: list[str | None]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(texts, dtype=object) for name, texts in columns.items()})


@pytest.mark.parametrize(
    "code",
    ['="431122001200"', "431122 001 200", "431122-001-200", "‘431122001200", "431122001200'", "4311220012000000000"],
)
def test_a_code_is_mended_where_that_is_certain(code: str) -> None:
    from importer.values import codes

    read = codes(pd.Series([code], dtype=object))
    found = REGISTER.match(frame(code=[read.values[0]]))
    assert found.place_id.tolist() == ["431122001200"]


@pytest.mark.parametrize("code", ["31122001200", "43112200120", "4311220012000", "4.31122E+11"])
def test_lost_digits_are_not_put_back(code: str) -> None:
    found = REGISTER.match(frame(code=[code], name=["红星村"]))
    assert found.place_id.tolist() == [None] and found.rule.tolist() == ["code_damaged"]


def test_a_damaged_code_has_candidates_of_its_name_inside_the_place_above() -> None:
    found = REGISTER.match(
        frame(code=["31122001200", "31122001200"], name=["红星村", "新村"], county_name=["东安县"] * 2)
    )
    assert str(found.candidates[0]).startswith("431122001200 红星村")
    assert "431122" in str(found.candidates[1]) and "431126" not in str(found.candidates[1])


def test_partial_codes_narrow() -> None:
    rows = frame(
        code=["431122", "431122001", "43", "431126000000"], name=["白牙东屯村", "红星村", "新村", "舜陵宁屯村"]
    )
    found = REGISTER.match(rows)
    assert found.place_id.tolist() == ["431122001209", "431122001200", None, "431126001209"]
    assert found.rule.tolist() == [None, None, "name_ambiguous", None]


def test_a_name_alone_is_no_place() -> None:
    found = REGISTER.match(frame(name=["白牙东屯村", "红星村"]))
    assert found.place_id.tolist() == [None, None]
    assert found.rule.tolist() == ["above_missing", "name_ambiguous"]
    assert "431122001209" in str(found.candidates[0])


def test_a_county_of_another_ending_is_not_taken_for_it() -> None:
    """东安区 is no county of the register; 东安, without its ending, is one."""
    rows = frame(county_name=["东安区", "东安"], name=["红星村", "白牙东屯村"])
    found = REGISTER.match(rows)
    assert found.place_id.tolist() == [None, "431122001209"]
    assert found.rule[0] == "above_missing" and "431122 东安县" in str(found.candidates[0])


def test_townships_count_as_a_group() -> None:
    """Five rows in townships without namesake lie in one county; a namesake among them stays open, one row says
    nothing."""
    rows = frame(township_name=["白牙市镇"] * 5 + ["横塘镇"], name=[*VILLAGES, "白牙东屯村", "新村"])
    found = REGISTER.match(rows)
    assert [place[:9] for place in found.place_id[:5]] == ["431122001"] * 5
    assert found.rule.tolist() == [None] * 5 + ["parent_ambiguous"]
    assert REGISTER.match(rows.head(1)).rule.tolist() == ["above_missing"]


def test_a_code_outside_the_county_that_the_row_names_is_refused() -> None:
    rows = frame(code=["431126001200"], name=["红星村"], county_name=["东安县"])
    assert REGISTER.match(rows).rule.tolist() == ["code_or_name"]


def test_a_county_renamed_without_a_new_code_is_known_by_its_rows() -> None:
    codes = [f"431122001{n}" for n in (200, 201, 202, 203)] + ["431122002200"]
    told = frame(code=codes, name=[*VILLAGES, "红星村"], county_name=["东安市旧称"] * 5)
    assert REGISTER.match(told).place_id.tolist() == codes
    assert REGISTER.match(told.head(3)).rule.tolist() == ["code_or_name"] * 3  # three rows are no group


def test_a_code_without_a_name_far_from_all_others() -> None:
    codes = [f"431122001{n}" for n in (200, 201, 202, 203)] + ["431122002200", "441202001200"]
    found = REGISTER.match(frame(code=codes, name=[*VILLAGES, "红星村", None]))
    assert found.rule.tolist() == [None] * 5 + ["code_elsewhere"]


def test_names_speak_for_codes_of_another_year_only() -> None:
    from datetime import date

    rows = frame(code=["431122001999"], name=["红星村"])
    assert REGISTER.match(rows).rule.tolist() == ["code_unknown"]
    older = Codes(date(2015, 1, 1), date(2023, 6, 30))
    assert REGISTER.match(rows, codes=older).place_id.tolist() == ["431122001200"]
