"""What stands around a technology in a header becomes an operator, a definition or a year only where it is one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from drafting import LEVELS, columns, drafted, why, write

from importer.dry_run import dry_run
from importer.guess.around import peeled

YES_NO = ("是", "否", "是", "是")


def _states(path: Path, headers: list[str]) -> Path:
    rows = "".join(f"村{n}," + ",".join(YES_NO[(n + k) % 4] for k, _ in enumerate(headers)) + "\n" for n in range(4))
    return write(path, f"村名,{','.join(headers)}\n{rows}")


def _said(path: Path) -> dict[str, dict[str, str]]:
    """Header → what the draft takes it to say."""

    [wide] = drafted(path, "coverage").body["wide"]
    headers = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    found = {name: re.fullmatch(wide["columns"], name) for name in headers}
    return {name: {k: v for k, v in m.groupdict().items() if v} for name, m in found.items() if m}


@pytest.mark.parametrize(
    ("headers", "operators", "definitions"),
    [
        (["是否通光纤", "4G信号是否覆盖", "5G"], [], []),
        (["通光纤", "有无4G", "5G网络覆盖情况"], [], []),
        (["has_4g", "fibre available", "3g"], [], []),
        (["电信是否通4G", "联通是否通4G", "移动4G"], ["电信", "联通", "移动"], []),
        (["Claro_4G_CG", "Entel_4G_CG", "Entel_4G_CT"], ["Claro", "Entel", "Entel"], ["CG", "CG", "CT"]),
        (["4G覆盖", "4G室内", "4G室外"], [], ["覆盖", "室内", "室外"]),
    ],
)
def test_words_that_say_nothing_are_no_operator(
    tmp_path: Path, headers: list[str], operators: list[str], definitions: list[str]
) -> None:
    said = _said(_states(tmp_path / "a.csv", headers))
    assert list(said) == headers
    assert [one["operator"] for one in said.values() if "operator" in one] == operators
    if definitions:
        assert [one.get("definition", "覆盖") for one in said.values()] == definitions
    else:
        assert not any("definition" in one for one in said.values())


def test_a_column_of_one_year_is_not_mixed_with_columns_of_the_files_day(tmp_path: Path) -> None:
    path = _states(tmp_path / "a.csv", ["2015是否通宽带", "是否通宽带"])
    assert set(_said(path)) == {"是否通宽带"}
    assert why(drafted(path, "coverage")) == {"2015是否通宽带": "other_year"}


@pytest.mark.parametrize(
    "headers",
    [
        ["2018年光纤", "2018年4G", "2019年光纤", "2019年4G"],
        ["2018 / 光纤通达", "2018 / 4G覆盖", "2019 / 光纤通达", "2019 / 4G覆盖"],
        ["光纤（2018年）", "4G（2018年）", "光纤（2019年）", "4G（2019年）"],
    ],
)
def test_years_and_technologies_together(tmp_path: Path, headers: list[str]) -> None:
    said = _said(_states(tmp_path / "a.csv", headers))
    assert [(one["as_of"], one["technology"]) for one in said.values()] == [
        ("2018", "光纤"),
        ("2018", "4G"),
        ("2019", "光纤"),
        ("2019", "4G"),
    ]
    assert not any({"operator", "definition"} & set(one) for one in said.values())


def test_what_is_no_known_operator_is_told_and_not_read(tmp_path: Path) -> None:
    path = _states(tmp_path / "a.csv", ["农村是否通4G", "城区是否通4G", "电信是否通4G"])
    made = drafted(path, "coverage")
    assert set(_said(path)) == {"电信是否通4G"}
    assert why(made) == {"农村是否通4G": "unknown_operator", "城区是否通4G": "unknown_operator"}
    alone = _states(tmp_path / "b.csv", ["甲镇 / 是否通4G", "乙镇 / 是否通4G"])
    assert "wide" not in drafted(alone, "coverage").body


def test_two_columns_that_say_the_same_are_not_both_read(tmp_path: Path) -> None:
    path = _states(tmp_path / "a.csv", ["是否通光纤", "已通光纤"])
    assert why(drafted(path, "coverage")) == {"已通光纤": "second_of_its_field"}
    assert dry_run(path, LEVELS, kind="coverage").rejected == 0


@pytest.mark.parametrize(
    ("text", "core"),
    [
        ("联通", "联通"),
        ("联通是否通", "联通"),
        ("是否通", ""),
        ("通", ""),
        (" / 中国移动信号", "中国移动"),
        ("With", ""),
    ],
)
def test_what_is_left_of_a_text(text: str, core: str) -> None:
    assert peeled(text)[1] == core and "".join(peeled(text)) == text


def test_what_is_said_of_another_technology_is_not_said_of_this_one(tmp_path: Path) -> None:
    header = "村名,是否通光纤,4G覆盖率,4G开通日期,光纤开通日期\n"
    rows = "".join(f"村{n},{YES_NO[n]},{90 + n}%,2019-06-30,2018-03-31\n" for n in range(4))
    made = drafted(write(tmp_path / "a.csv", header + rows), "coverage")
    assert columns(made) == {"name": "村名", "opened_date": "光纤开通日期"}
    assert why(made) == {"4G覆盖率": "other_technology", "4G开通日期": "other_technology"}


@pytest.mark.parametrize(
    "header", ["未通光纤", "光纤未覆盖", "无4G信号", "计划通光纤", "without 4G", "sin 4G", "需新建4G"]
)
def test_the_opposite_is_not_read_as_connected(tmp_path: Path, header: str) -> None:
    made = drafted(_states(tmp_path / "a.csv", [header]), "coverage")
    assert "wide" not in made.body and why(made) == {header: "denied"} and "is_covered" not in columns(made)
    both = drafted(_states(tmp_path / "b.csv", [header, "实际通5G"]), "coverage")
    assert both.body["wide"][0]["words"] == {"technology": {"5G": "5g"}} and why(both) == {header: "denied"}


@pytest.mark.parametrize("header", ["有无4G", "无线宽带", "是否有光纤", "光纤网络", "4G covered"])
def test_a_question_denies_nothing(tmp_path: Path, header: str) -> None:
    assert drafted(_states(tmp_path / "a.csv", [header]), "coverage").body["wide"][0]["value"] == "is_covered"


@pytest.mark.parametrize("header", ["是否未通", "未通率", "计划开通日期"])
def test_a_plain_column_is_denied_too(tmp_path: Path, header: str) -> None:
    path = write(tmp_path / "a.csv", f"村名,{header}\n甲,是\n乙,否\n")
    assert set(columns(drafted(path, "coverage"))) == {"name"}


def test_numbers_of_sites_say_neither_yes_nor_no(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "村名,4G基站数,5G基站数\n甲,1,0\n乙,0,0\n丙,1,1\n")
    assert why(drafted(path, "coverage")) == {"4G基站数": "doubtful", "5G基站数": "doubtful"}


def test_the_opposite_by_years_is_not_read_either(tmp_path: Path) -> None:
    path = _states(tmp_path / "a.csv", ["2015年未通光纤", "2016年未通光纤", "2015年未通村", "2016年未通村"])
    assert set(why(drafted(path, "coverage")).values()) == {"denied"}


@pytest.mark.parametrize("more", ["", "备注,"])
def test_tables_side_by_side_are_not_one(tmp_path: Path, more: str) -> None:
    """The states of the villages on the right are not said of those on the left."""
    empty = "," if more else ""
    text = f"村名,是否通光纤,{more}村名,是否通光纤\n甲,是,{empty}乙,否\n丙,否,{empty}丁,是\n戊,是,{empty}己,否\n"
    made = drafted(write(tmp_path / "a.csv", text), "coverage")
    assert columns(made) == {"name": "村名"} and made.body["wide"][0]["columns"] == "是否通(?P<technology>光纤)"
    assert {why(made)[name] for name in ("村名 (2)", "是否通光纤 (2)")} == {"second_of_its_field"}
