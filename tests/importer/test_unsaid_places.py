"""Tables that leave unsaid where their rows lie: asked, never guessed; totals and remarks between them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from importer.convert.declared import declaration
from importer.convert.reading import batches
from importer.dry_run import DryRun, dry_run
from importer.errors import DeclarationProblem
from importer.place.identity import Register

LEVELS = ["nation", "county", "township", "village"]
UPPER = LEVELS[:-1]
VILLAGES = ["红星村", "新村", "大塘村", "石桥村", "枫林村", "望明村"]
PLACES = [
    ("N", "nation", None, "中国"),
    ("431122", "county", "N", "东安县"),
    ("431126", "county", "N", "宁远县"),
    ("431122100", "township", "431122", "白牙市镇"),
    ("431122103", "township", "431122", "横塘镇"),
    ("431126100", "township", "431126", "舜陵镇"),
    ("431126103", "township", "431126", "横塘镇"),
    *[
        (f"{township}{n + 200}", "village", township, name)
        for township in ("431122100", "431122103", "431126100", "431126103")
        for n, name in enumerate(VILLAGES)
    ],
    ("431122100300", "village", "431122100", "竹木町村"),
]
REGISTER = Register(
    pd.DataFrame(PLACES, columns=["place_id", "level", "parent_id", "name"]), LEVELS, endings={"county": ["县"]}
)


def checked(path: Path, text: str, **answers: str) -> DryRun:
    path.write_text(text, encoding="utf-8")
    return dry_run(path, UPPER, kind="coverage", register=REGISTER, answers=answers)


def rules(run: DryRun) -> dict[str, int]:
    return {entry.rule: entry.count for entry in run.parts[0].quality.rules.values()}


def test_a_table_without_a_place_asks_which_place_it_is_about(tmp_path: Path) -> None:
    text = "行政村,是否通光纤\n" + "".join(f"{name},是\n" for name in [*VILLAGES, "竹木町村"])
    file = tmp_path / "宁远县通网.csv"
    run = checked(file, text)
    assert run.read == run.rejected == 7
    day, question = run.parts[0].questions
    assert question.key == "about" and question.taken is None and day.key == "as_of"  # it tells no day either
    # The title's county first, since its names are used, too; the other one uses one name more.
    assert [answer.key for answer in question.answers] == ["431126", "431122"]
    assert "标题或文件名" in question.answers[0].says["zh"] and "7 of its 7 names" in question.answers[1].says["en"]
    other = checked(tmp_path / "通网.csv", text)
    assert other.parts[0].questions[1].answers[0].key == "431122"


def test_the_answer_is_a_line_of_the_declaration(tmp_path: Path) -> None:
    text = "乡镇,行政村,是否通光纤\n横塘镇,新村,是\n横塘镇,枫林村,否\n舜陵镇,新村,否\n"
    run = checked(tmp_path / "kind = a.csv", text, about="431122")
    assert rules(run) == {"parent_unknown": 1} and run.read - run.rejected == 2
    assert 'about = "431122"' in run.parts[0].declaration_text
    assert [question.key for question in run.parts[0].questions] == ["as_of"]  # answered about the place
    with pytest.raises(DeclarationProblem, match="a place of the register"):
        checked(tmp_path / "a.csv", text, about="999999")


def test_a_code_of_another_county_is_outside(tmp_path: Path) -> None:
    text = "行政村代码,是否通光纤\n431122100200,是\n431126100200,否\n"
    assert rules(checked(tmp_path / "a.csv", text, about="431122")) == {"outside_about": 1}


GROUPS = """县,乡镇,行政村,是否通光纤
东安县,白牙市镇,红星村,是
,,新村,是
,,大塘村,否
,横塘镇,红星村,是
,,新村,否
宁远县,,新村,是
,舜陵镇,新村,否
"""


def test_cells_filled_in_the_first_row_of_a_group_are_asked_about(tmp_path: Path) -> None:
    run = checked(tmp_path / "a.csv", GROUPS)
    asked = {question.key: question for question in run.parts[0].questions}
    assert "县" in asked["fill_down"].asks["zh"] and [one.key for one in asked["fill_down"].answers] == ["yes", "no"]
    assert ("filled_in_first_row", "县", "2 / 5") in run.parts[0].quality.warnings()
    filled = checked(tmp_path / "a.csv", GROUPS, fill_down="yes")
    # 宁远县's first row has no township of its own: the township above it is another county's.
    assert rules(filled) == {"name_ambiguous": 1} and filled.read - filled.rejected == 6
    assert 'fill_down = ["县", "乡镇"]' in filled.parts[0].declaration_text


@pytest.mark.parametrize("chunk_rows", [1, 2, 3, 100])
def test_filling_down_goes_on_from_piece_to_piece(tmp_path: Path, chunk_rows: int) -> None:
    path = tmp_path / "a.csv"
    path.write_text(GROUPS, encoding="utf-8")
    columns = {"county_name": "县", "township_name": "乡镇", "name": "行政村", "is_covered": "是否通光纤"}
    body = {"kind": "coverage", "as_of": "2020", "constant": {"technology": "4g"}, "columns": columns}
    meant = declaration({**body, "rows": {"fill_down": ["县", "乡镇"]}}, "t", UPPER)
    rows = pd.concat([batch.rows for batch in batches(meant, [path], chunk_rows=chunk_rows)], ignore_index=True)
    assert rows["county_name"].tolist() == ["东安县"] * 5 + ["宁远县"] * 2
    assert [name if isinstance(name, str) else None for name in rows["township_name"]] == ["白牙市镇"] * 3 + [
        "横塘镇"
    ] * 2 + [None, "舜陵镇"]


NO_PLACES = [
    "全县,合计,",
    "白牙市镇,小计,",
    "东安县合计,,",
    "注：,数据截至2016年底,",
    "填表人：张三,,",
    "Total,,",
    "备注,1.含自筹,",
]


@pytest.mark.parametrize("line", NO_PLACES)
def test_totals_and_remarks_are_one_rule(tmp_path: Path, line: str) -> None:
    text = f"乡镇,行政村,是否通光纤\n白牙市镇,红星村,是\n{line}x\n白牙市镇,新村,否\n"
    assert rules(checked(tmp_path / "a.csv", text, about="431122")) == {"row_is_no_place": 1}


@pytest.mark.parametrize("name", ["备注村", "注滋口村", "单位村", "小计村", "Totalán", "Notre Dame"])
def test_a_village_that_is_called_like_one_is_a_village(tmp_path: Path, name: str) -> None:
    text = f"行政村代码,行政村,是否通光纤\n,{name},是\n"
    assert "row_is_no_place" not in rules(checked(tmp_path / "a.csv", text, about="431122"))


def test_a_row_with_a_code_is_about_a_place(tmp_path: Path) -> None:
    text = "行政村代码,行政村,是否通光纤\n431122100200,合计,是\n"
    assert "row_is_no_place" not in rules(checked(tmp_path / "a.csv", text, about="431122"))


def test_rows_that_lie_elsewhere_are_listed(tmp_path: Path) -> None:
    here = [place for place, level, _, _ in PLACES if level == "village" and place.startswith("431122")]
    away = "431126100201"
    lines = "".join(f"{code},{'是' if n % 2 else '否'}\n" for n, code in enumerate([*here * 2, away]))
    # The same village twice is a repetition; the day tells them apart.
    text = "行政村代码,是否通光纤,截止日期\n" + "".join(
        f"{line},20{10 + n}-01-01\n" for n, line in enumerate(lines.splitlines())
    )
    run = checked(tmp_path / "a.csv", text)
    assert rules(run) == {"lies_elsewhere": 1} and run.rejected == 0
    [entry] = run.parts[0].quality.rules.values()
    assert entry.examples[0]["value"] == f"{away} 新村 (舜陵镇, 宁远县)" and "东安县" in entry.examples[0]["candidates"]


def test_codes_of_another_list_are_left_aside_and_those_that_are_wrong_are_not(tmp_path: Path) -> None:
    rows = [("东安县", "白牙市镇", name) for name in VILLAGES]
    own = "".join(f"V-{n:05},{','.join(row)},是\n" for n, row in enumerate(rows, 70))
    run = checked(tmp_path / "a.csv", f"行政村代码,县,乡镇,行政村,是否通光纤\n{own}")
    assert run.rejected == 0 and "none of the register's" in run.parts[0].declaration_text
    wrong = "".join(f"4311221009{n:02},{','.join(row)},是\n" for n, row in enumerate(rows, 70))
    run = checked(tmp_path / "a.csv", f"行政村代码,县,乡镇,行政村,是否通光纤\n{wrong}")
    assert rules(run) == {"code_unknown": 6}


def test_an_answer_may_be_a_name(tmp_path: Path) -> None:
    text = "行政村,是否通光纤\n竹木町村,是\n"
    assert rules(checked(tmp_path / "a.csv", text, about="东安县")) == {}
    for unknown in ("", "火星", "东安县和宁远县"):
        if unknown:
            with pytest.raises(DeclarationProblem, match="a place of the register"):
                checked(tmp_path / "a.csv", text, about=unknown)


def test_a_county_where_a_village_is_asked_for(tmp_path: Path) -> None:
    text = "县区,是否通光纤\n东安县,是\n宁远县,否\n"
    assert rules(checked(tmp_path / "a.csv", text)) == {"place_above_meant": 2}
