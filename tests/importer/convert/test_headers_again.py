"""A printed page begins with the header; a row that says it is no place and no answer."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter
from drafting import LEVELS, drafted, write

from importer.convert.rows_meant import headers_again
from importer.dry_run import dry_run
from importer.read.chunk import SHEET_COLUMN, Texts


@pytest.mark.parametrize(
    ("row", "is_header"),
    [
        (["村名", "是否 通光纤", "户数", "1"], True),
        (["村 名", "是否\n通光纤", None, "1"], True),
        ([None, "光纤", "户数", "1"], True),
        (["村名", None, None, "1"], False),
        (["甲村", "是否通光纤", "户数", "1"], False),
        (["甲村", "是", "12", "1"], False),
        ([None, None, None, "1"], False),
    ],
)
def test_a_row_of_headers(row: list[str | None], is_header: bool) -> None:
    headers = ["村名", "是否 通光纤 / 光纤", "户数 (2)", SHEET_COLUMN]
    if row[1] != "光纤":
        headers[1] = "是否 通光纤"
    cells = pd.DataFrame([["甲村", "是", "12", "1"], row], columns=headers, dtype=object)
    assert headers_again(Texts.of(cells)).tolist() == [False, is_header]


@pytest.mark.parametrize("header", ["¨", "]", "^-", "\\", "[a-", "(", "\x00", ""])
def test_a_header_of_any_letters_is_a_text(header: str) -> None:
    cells = pd.DataFrame([["甲村", "1"], [header or None, "户数"]], columns=[header, "户数"], dtype=object)
    assert headers_again(Texts.of(cells)).tolist() == [False, bool(header)]


def test_headers_on_every_page(tmp_path: Path) -> None:
    """Nor is anything asked of the number in a total's row."""
    page = "村名,是否通光纤,户数,截止日期\n"
    text = page + "甲村,是,12,2018-06-30\n乙村,否,30,2018-06-30\n" + page + "丙村,是,7,2018-06-30\n合计,2,49,\n"
    path = write(tmp_path / "a.csv", text)
    made = drafted(path, "coverage")
    assert not made.open_questions and made.body["wide"][0]["value"] == "is_covered"
    for part in dry_run(path, LEVELS).parts:
        assert (part.quality.read, part.quality.loaded) == (5, 3)
        found = {entry.rule: entry.count for entry in part.quality.rules.values()}
        assert found == {"row_repeats_header": 1, "row_is_no_place": 1}


def test_the_same_row_on_two_sheets_is_repeated_and_contradicts_nothing(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(path := tmp_path / "a.xlsx") as book:
        for name, last in (("汇总", "否"), ("甲镇", "是")):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["村名", "是否通光纤", "截止日期"])
            sheet.write_row(1, 0, ["甲村", "是", "2018-06-30"])
            sheet.write_row(2, 0, ["乙村", last, "2018-06-30"])
    [part] = dry_run(path, LEVELS, kind="coverage").parts
    found = {entry.rule: entry.count for entry in part.quality.rules.values()}
    assert found == {"repeated_row": 1, "repeated_key": 1} and part.quality.loaded == 2
