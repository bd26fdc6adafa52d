"""Whatever a file holds, its drafts hold together: the importer takes them, and no column is passed over."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from real_data import CASES, needs_cases

import importer.report
from importer.contents import content, kinds
from importer.convert.declared import declaration
from importer.errors import Problem
from importer.guess.draft import Draft, drafts

LEVELS = ["nation", "province", "prefecture", "county", "township"]
CHINA = (73.4, 3.4, 135.1, 53.6)
WORDS = [word for kind in kinds() for field in content(kind, LEVELS).asked.values() for word in field.headers["zh"][:2]]
HEADERS = st.sampled_from(
    [
        *(
            "Block_Code",
            "GP Name",
            "经度",
            "纬度",
            "X坐标",
            "Y坐标",
            "坐标",
            "光纤",
            "4G",
            "是否通光纤",
            "5G覆盖率",
            "DSL_16",
        ),
        *("DSL_30", "2015年", "2016年", "总投资（万元）", "total_bid_amount", "Phase", "VID", "NAME", "per 100 homes"),
        *("column 3", "县", "备注", "年份", "技术", *WORDS),
    ]
) | st.text('abc"\\\n省县村, 1', max_size=8)
CELLS = st.sampled_from(
    [
        *(
            "是",
            "否",
            "--",
            "在建",
            "1",
            "0",
            "3",
            "17",
            "755",
            "0.5",
            "98.5%",
            "78.1",
            "431122100203",
            "2016年底",
            "2016",
        ),
        *("111.07", "26.38", "111.07,26.38", "37507551.34", "2918981.65", "村", "", "POINT (1 2)", "4g", "x\ny", '"'),
    ]
)


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_a_draft_passes_the_importers_own_check(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Whatever the file: a draft that lacks nothing is a declaration, one that does is asked about, every column is
    used or told, and answers keep all that so.
    """
    headers = data.draw(st.lists(HEADERS, min_size=1, max_size=6))
    rows = data.draw(st.lists(st.lists(CELLS, min_size=len(headers), max_size=len(headers)), min_size=1, max_size=6))
    path = tmp_path_factory.mktemp("d") / "表 2018.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, quoting=csv.QUOTE_ALL).writerows([headers, *rows])
    kind = data.draw(st.none() | st.sampled_from(kinds()))
    extent = data.draw(st.sampled_from([None, CHINA]))
    answers: dict[str, str] = {}
    for _ in range(3):
        try:
            made = drafts(path, LEVELS, kind, extent_degrees=extent, answers=answers)
        except Problem:
            return
        for draft in made:
            _holds_together(draft, extent)
        open_ones = [one for draft in made for one in draft.open_questions if one.answers]
        if not open_ones:
            return
        question = data.draw(st.sampled_from(open_ones))
        answers[question.key] = data.draw(st.sampled_from([answer.key for answer in question.answers]))


def _holds_together(draft: Draft, extent: tuple[float, ...] | None) -> None:
    body = draft.body
    keys = [question.key for question in draft.questions]
    assert len(set(keys)) == len(keys)
    assert {part.reason for part in draft.left_out} <= set(_reasons())
    assert not {guess.column for guess in draft.guesses} & {part.name for part in draft.left_out}
    if draft.lacks:
        return
    made = declaration(body, "draft", LEVELS, extent)
    for name in draft.body.get("constant", {}):
        least = made.content.fields[name].least
        assert least is None or float(body["constant"][name]) >= least


def _reasons() -> set[str]:
    told = tomllib.loads(Path(importer.report.__file__).with_name("left_out.toml").read_text(encoding="utf-8"))
    assert all({"zh", "en"} <= entry.keys() for reason, entry in told.items() if reason != "part")
    return set(told)


@needs_cases
@pytest.mark.parametrize(
    "path",
    sorted([*(CASES / "registers").glob("*/*.*"), *(CASES / "profiles").glob("*.*")]),
    ids=lambda path: path.name,
)
def test_the_cases_have_drafts_that_hold_together(path: Path) -> None:
    try:
        made = drafts(path, LEVELS, extent_degrees=CHINA)
    except Problem:
        return
    for draft in made:
        _holds_together(draft, CHINA)
