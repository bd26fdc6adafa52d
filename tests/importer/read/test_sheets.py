"""Which sheets of a workbook are read, what their header is, how far merged cells reach, and what is left out."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from xlsxwriter.worksheet import Worksheet

from importer.convert.declared import declaration
from importer.errors import DeclarationProblem, FileTooLarge, FileUnreadable
from importer.files import look, read
from importer.guess.draft import drafts
from importer.read import limits
from importer.read.chunk import FileOptions, LeftOut
from importer.read.headers import find_header, joined, looks_like_data

HEADER = ("代码", "村", "是否通光纤")
Fill = Callable[[Worksheet], object]


def book(path: Path, sheets: dict[str, Sequence[Sequence[object]] | Fill], hidden: Sequence[str] = ()) -> Path:
    with xlsxwriter.Workbook(str(path)) as made:
        for name, content in sheets.items():
            sheet = made.add_worksheet(name)
            if callable(content):
                content(sheet)
            else:
                for n, row in enumerate(content):
                    sheet.write_row(n, 0, row)
            if name in hidden:
                sheet.hide()
    return path


def villages(count: int, start: int = 0) -> list[tuple[object, ...]]:
    return [HEADER, *((f"43112210{n:04d}", f"第{n}村", "是") for n in range(start, start + count))]


def frame_of(path: Path, options: FileOptions | None = None) -> pd.DataFrame:
    return pd.concat([chunk.frame for chunk in read(path, options)], ignore_index=True)


# --- which sheets -----------------------------------------------------------------------------------------


def test_sheets_of_one_header_are_one_table_and_the_rows_say_which(tmp_path: Path) -> None:
    """The second has its columns in another order, under a title, and one more without a name."""
    turned = [("乙镇台账",), *((row[2], row[0], row[1]) for row in villages(2, 5))]
    turned[2] = (*turned[2], "补报")
    path = book(tmp_path / "a.xlsx", {"填表说明": [["请按要求填写"]], "甲镇": villages(3), "乙镇": turned, "空": []})
    [chunk] = read(path)
    assert list(chunk.frame.columns) == ["是否通光纤", "代码", "村", "column 4", "工作表 sheet"]
    assert chunk.frame["村"].tolist() == ["第0村", "第1村", "第2村", "第5村", "第6村"]
    assert chunk.frame["工作表 sheet"].tolist() == ["甲镇"] * 3 + ["乙镇"] * 2
    assert chunk.frame["column 4"].tolist() == [None, None, None, "补报", None]
    assert chunk.row_numbers.tolist() == [2, 3, 4, 3, 4]  # as in each sheet
    found = look(path)
    assert found.sheet == ("甲镇", "乙镇")
    assert set(found.left_out) == {
        LeftOut("sheet", "填表说明", "other_header", "请按要求填写"),
        LeftOut("sheet", "空", "empty_sheet"),
        LeftOut("line", "乙镇 1", "above_header", "乙镇台账"),
    }
    [draft, *_] = drafts(path, ["nation", "province", "city", "county", "township"])
    assert draft.body["file"]["sheet"] == ["甲镇", "乙镇"]


@pytest.mark.parametrize(
    ("told", "rows"), [("甲镇", 3), (("甲镇", "乙镇"), 5), ("*镇", 5), ("*", 5), (("甲*",), 3)], ids=str
)
def test_sheets_can_be_declared(told: str | tuple[str, ...], rows: int, tmp_path: Path) -> None:
    other = [["乡镇", "负责人"], ["甲镇", "某人"]]
    path = book(tmp_path / "a.xlsx", {"甲镇": villages(3), "乙镇": villages(2, 9), "通讯录": other})
    assert len(frame_of(path, FileOptions(sheet=told))) == rows
    left = {one.name: one.reason for one in look(path, FileOptions(sheet=told)).left_out}
    assert left["通讯录"] == ("other_header" if told == "*" else "not_declared")


@pytest.mark.parametrize(("written", "sheets"), [("*镇", ("*镇",)), (["甲镇", "乙镇"], ("甲镇", "乙镇")), (None, ())])
def test_a_declaration_names_one_sheet_or_several(written: object, sheets: tuple[str, ...]) -> None:
    body = {"kind": "villages", "columns": {"code": "代码", "name": "村"}}
    if written is not None:
        body["file"] = {"sheet": written}  # type: ignore[assignment]
    assert declaration(body, "a.toml", ["nation", "province"]).options.sheet == sheets


def test_declared_sheets_have_to_be_there_and_to_fit_together(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"甲镇": villages(3), "通讯录": [["乡镇", "负责人"], ["甲镇", "某人"]]})
    with pytest.raises(DeclarationProblem, match="甲镇, 通讯录"):
        look(path, FileOptions(sheet=("甲镇", "丙镇")))
    with pytest.raises(DeclarationProblem, match="same header as 甲镇"):
        look(path, FileOptions(sheet=("甲镇", "通讯录")))
    assert list(frame_of(path, FileOptions(sheet="通讯录")).columns) == ["乡镇", "负责人"]


def test_a_hidden_list_is_not_the_table_however_long(tmp_path: Path) -> None:
    listed = [["代码", "村", "乡镇", "县"], *((n, f"{n}村", "甲镇", "某县") for n in range(301))]
    path = book(tmp_path / "a.xlsx", {"台账": villages(12), "Sheet2": listed}, hidden=["Sheet2"])
    assert len(frame_of(path)) == 12
    assert LeftOut("sheet", "Sheet2", "hidden_sheet", "代码 | 村 | 乡镇 | 县") in look(path).left_out
    assert len(frame_of(path, FileOptions(sheet="Sheet2"))) == 301
    same = book(tmp_path / "b.xlsx", {"台账": villages(12), "去年": villages(9)}, hidden=["去年"])
    assert len(frame_of(same)) == 12  # hidden, though of the same header


def test_a_visible_dictionary_is_not_the_table(tmp_path: Path) -> None:
    listed = [["代码", "村", "乡镇"], *((n, f"{n}村", "甲镇") for n in range(301))]
    ragged = [["是", "甲镇", "光纤"], ["否", "乙镇", "4G"], *((None, f"{n}镇", None) for n in range(100))]
    path = book(tmp_path / "a.xlsx", {"字典": listed, "下拉": ragged, "Sheet1": villages(12)})
    assert look(path).sheet == "Sheet1"
    assert {one.name for one in look(path).left_out} == {"字典", "下拉"}


def test_an_empty_form_is_the_table_and_its_long_notes_are_not(tmp_path: Path) -> None:
    notes = [["户数", "按户籍"]] * 30
    path = book(tmp_path / "a.xlsx", {"填写 Data": [HEADER], "说明 Notes": notes})
    assert look(path).sheet == "填写 Data" and frame_of(path).empty


def test_where_all_is_hidden_or_nothing_there(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"首页": [], "台账": villages(2)}, hidden=["台账"])
    assert look(path).sheet == "台账"
    with pytest.raises(FileUnreadable, match="nothing but blanks"):
        look(book(tmp_path / "b.xlsx", {"甲": [], "乙": [[" "]]}))


def test_joined_sheets_come_in_chunks_of_the_size_that_was_asked_for(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {f"{n}镇": villages(5, 10 * n) for n in range(4)})
    assert [len(chunk.frame) for chunk in read(path, chunk_rows=8)] == [8, 8, 4]


def test_many_sheets_of_one_kind_go_before_a_summary(tmp_path: Path) -> None:
    months = {f"{n}月": [["县", "完成数"], ["东安县", 5], ["祁阳县", 7]] for n in (1, 2, 3)}
    path = book(
        tmp_path / "a.xlsx", {"汇总": [["县", "全年", "备注"], ["东安县", 15, "x"], ["祁阳县", 21, "y"]], **months}
    )
    assert look(path).sheet == ("1月", "2月", "3月")
    assert [one.name for one in look(path).left_out] == ["汇总"]


# --- merged cells -----------------------------------------------------------------------------------------


@settings(max_examples=15, deadline=None)
@given(sizes=st.lists(st.integers(1, 90), min_size=1, max_size=6))
def test_merged_cells_reach_over_all_rows_that_they_cover(
    sizes: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("merged") / "a.xlsx"

    def fill(sheet: Worksheet) -> None:
        sheet.write_row(0, 0, ["乡镇", "村", "户数"])
        row = 1
        for n, size in enumerate(sizes):
            if size > 1:
                sheet.merge_range(row, 0, row + size - 1, 0, f"{n}镇")
            else:
                sheet.write(row, 0, f"{n}镇")
            for village in range(size):
                sheet.write_row(row + village, 1, [f"{n}-{village}村", 5])
            row += size

    frame = frame_of(book(path, {"台账": fill}))
    assert frame["乡镇"].tolist() == [f"{n}镇" for n, size in enumerate(sizes) for _ in range(size)]


def test_a_remark_over_the_whole_width_is_read_once(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        for n, row in enumerate([["乡镇", "村", "户数", "光纤", "4G"], ["甲镇", "一村", 5]]):
            sheet.write_row(n, 0, row)
        sheet.merge_range(1, 3, 1, 4, "在建")  # of two columns: it says both
        sheet.merge_range(2, 0, 2, 2, "合计")
        sheet.write_row(2, 3, [1, 2])
        sheet.merge_range(3, 0, 4, 4, "注：数据截至2016年底")

    frame = frame_of(book(tmp_path / "a.xlsx", {"台账": fill}))
    assert frame.to_numpy().tolist() == [
        ["甲镇", "一村", "5", "在建", "在建"],
        ["合计", None, None, "1", "2"],
        ["注：数据截至2016年底", None, None, None, None],
    ]


def test_merged_cells_that_cover_each_other_without_end_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SHEET_CELLS", 10_000)

    def fill(sheet: Worksheet) -> None:
        for n, row in enumerate(villages(90)):
            sheet.write_row(n, 0, row)
        for n in range(1, 61):
            sheet.merge_range(n, 0, n, 1, "x")

    path = book(tmp_path / "a.xlsx", {"台账": fill})
    assert len(frame_of(path)) == 90
    covering = "".join(f'<mergeCell ref="A{n + 1}:C91"/>' for n in range(90))
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                head, _, rest = data.decode().partition('<mergeCells count="60">')
                data = f'{head}<mergeCells count="90">{covering}{rest.partition("</mergeCells>")[1]}'.encode()
                data += rest.partition("</mergeCells>")[2].encode()
            new.writestr(name, data)
    with pytest.raises(FileTooLarge, match="merged cells"):
        look(tmp_path / "b.xlsx")


# --- headers ----------------------------------------------------------------------------------------------


GROUPED = [
    ["乡镇", "村", "光纤", None, "4G", None, "备注"],
    [None, None, "是否通", "年份", "是否通", "年份", None],
    ["甲镇", "一村", "是", "2016", "否", None, None],
    ["甲镇", "二村", "否", None, "是", "2017", None],
]
NAMES = ["乡镇", "村", "光纤 / 是否通", "光纤 / 年份", "4G / 是否通", "4G / 年份", "备注"]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_the_second_of_two_header_rows_is_recognised(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{suffix}"
    if suffix == "csv":
        path.write_text("\n".join(",".join(cell or "" for cell in row) for row in [["某县台账"], *GROUPED]) + "\n")
    else:
        book(path, {"台账": [["某县台账"], *GROUPED]})
    [chunk] = read(path)
    assert list(chunk.frame.columns) == NAMES
    assert chunk.frame["村"].tolist() == ["一村", "二村"] and chunk.row_numbers.tolist() == [4, 5]
    assert look(path).header_rows == 2
    assert LeftOut("line", "1", "above_header", "某县台账") in look(path).left_out
    one = look(path, FileOptions(header_row=2, header_rows=1))  # what is declared wins
    assert one.columns[2:4] == ("光纤", "column 4")


def test_three_header_rows_that_are_merged(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.merge_range(0, 0, 0, 5, "投资情况")
        for column, name in enumerate(["乡镇", "村"]):
            sheet.merge_range(1, column, 3, column, name)
        sheet.merge_range(1, 2, 1, 5, "投资")
        sheet.merge_range(2, 2, 2, 3, "中央")
        sheet.merge_range(2, 4, 2, 5, "地方")
        sheet.write_row(3, 2, ["光纤", "4G", "光纤", "4G"])
        for row in (4, 5):
            sheet.write_row(row, 0, ["甲镇", f"{row}村", 1, 2, 3, 4])

    path = book(tmp_path / "a.xlsx", {"台账": fill})
    wanted = ["乡镇", "村", "投资 / 中央 / 光纤", "投资 / 中央 / 4G", "投资 / 地方 / 光纤", "投资 / 地方 / 4G"]
    assert list(frame_of(path).columns) == wanted and len(frame_of(path)) == 2
    assert (look(path).header_row, look(path).header_rows) == (2, 3)


@pytest.mark.parametrize("own", [["2016", "2017", "2018", "2016", "2017"], ["已通", "在建", "未通", "已通", "未通"]])
def test_few_names_of_groups_are_a_header_with_the_row_below(own: list[str], tmp_path: Path) -> None:
    rows = [["县", "光纤", None, None, "4G"], [None, *own], ["东安县", 1, 2, 3, 4, 5], ["祁阳县", 1, 2, 3, 4, 5]]
    path = book(tmp_path / "a.xlsx", {"台账": rows})
    names = [f"{group} / {name}" for group, name in zip(["光纤"] * 3 + ["4G"] * 2, own, strict=True)]
    assert list(frame_of(path).columns) == ["县", *names]
    assert len(frame_of(path)) == 2


@pytest.mark.parametrize(
    "second",
    [
        ["甲镇", "一村", "是", "是", "否", "否", None],  # begins like the rows below
        [None, "一村", "是", "2015", "否", None, None],  # holds a number
        [None, None, "是", "未知", "否", "未知", None],  # says what the rows below say
    ],
)
def test_a_row_of_data_is_no_second_header(second: list[str | None], tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"台账": [GROUPED[0], second, *GROUPED[2:], ["乙镇", "三村", "否", "未知"]]})
    assert look(path).header_rows == 1
    assert len(frame_of(path)) == 4


def test_where_a_second_header_is_doubtful_it_is_said(tmp_path: Path) -> None:
    rows = [["乡镇", "村", "光纤", None], [None, None, "是", "未知"], ["甲镇", "一村", "是", "未知"]]
    assert any("file.header_rows = 2" in note for note in look(book(tmp_path / "a.xlsx", {"台账": rows})).notes)


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (["代码", "2016", "2017", "2018", "2019"], ["431122", "80", "85", "90", "98"]),
        (["县", "2019", "2018", "2017"], ["东安县", "1", "0", "1"]),
        (["县", "10", "30", "100", "1000"], ["东安县", "12", "45", "3", "0"]),
        (["代码", "县", "2016"], ["431122", "东安县", "98"]),
        (["code", "name", "population", "2015", "2016"], ["1", "a", "120", "1", "0"]),
    ],
)
def test_years_and_tiers_are_names_of_columns(header: list[str], row: list[str]) -> None:
    assert find_header([header, row, row])[0] == 1
    assert find_header([["统计表"], header, row, row])[0] == 2


@pytest.mark.parametrize(
    "rows",
    [
        [["431122100203", "柳溪村", "2016"], ["431122100205", "茶源村", "2016"]],
        [["柳溪村", "10", "30", "100"], ["茶源村", "20", "50", "200"]],
        [["431122100203", "12", "7"], ["431122100205", "3", "9"]],
        [["2016", "2017"], ["2016", "2017"]],
    ],
)
def test_rows_of_data_are_no_header(rows: list[list[str]]) -> None:
    assert all(map(looks_like_data, rows))
    assert find_header(rows)[0] == 0


def test_groups_reach_to_the_next_and_no_further() -> None:
    assert joined([["a", None, None, "d", None], ["x", "y", None, "x", "y"]]) == [
        "a / x",
        "a / y",
        None,
        "d / x",
        "d / y",
    ]
    assert joined([["村", None], [None, "年份"]]) == ["村", "年份"]
    assert joined([["代码", "通", "通"], ["代码", "光纤", "4G"]]) == ["代码", "通 / 光纤", "通 / 4G"]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_lines_above_the_header_are_said_with_what_they_say(suffix: str, tmp_path: Path) -> None:
    rows = [["投资情况表"], [None, None, "单位：万元"], [], ["编号", "县", "总投资"], ["YZ-01", "东安县", "1250.5"]]
    path = tmp_path / f"a.{suffix}"
    if suffix == "csv":
        path.write_text("\n".join(",".join(cell or "" for cell in row) for row in rows) + "\n")
    else:
        book(path, {"Sheet": rows})
    assert look(path).left_out == (
        LeftOut("line", "1", "above_header", "投资情况表"),
        LeftOut("line", "2", "above_header", "单位：万元"),
    )
