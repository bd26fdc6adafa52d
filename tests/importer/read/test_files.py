"""Files of every form come in as text, row by row, with the numbers that a person would count."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
import xlsxwriter
from hypothesis import example, given, settings
from hypothesis import strategies as st

from importer.errors import DeclarationProblem, FileMissing, FileTooLarge, FileUnreadable
from importer.files import files_of, look, read
from importer.read import limits
from importer.read.chunk import Chunk, FileOptions

CELLS = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00\r\n\ufeff", exclude_categories=("Cs", "Cc")),
    max_size=12,
)


def whole(path: Path, options: FileOptions | None = None, chunk_rows: int = 100_000) -> Chunk:
    """All chunks as one."""
    chunks = list(read(path, options, chunk_rows))
    return Chunk(
        pd.concat([chunk.frame for chunk in chunks], ignore_index=True),
        pd.concat([pd.Series(chunk.row_numbers) for chunk in chunks]).to_numpy(),
        None if chunks[0].geometry is None else pd.concat([pd.Series(c.geometry) for c in chunks]).to_numpy(),
        pd.concat([chunk.unreadable for chunk in chunks], ignore_index=True),
    )


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


# --- text tables ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_chinese_in_any_encoding_and_delimiter(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = [
        ["行政村代码", "行政村名称", "是否通光纤"],
        ["431122100200", "大庙口村", "是"],
        ["431122100201", "石板铺村", "否"],
    ]
    text = "".join(delimiter.join(row) + "\r\n" for row in rows)
    found = whole(write(tmp_path / "a.csv", text, encoding))
    assert list(found.frame.columns) == rows[0]
    assert found.frame.to_numpy().tolist() == rows[1:]
    assert found.row_numbers.tolist() == [2, 3]


def test_latin_letters_of_an_old_encoding(tmp_path: Path) -> None:
    text = "Gemeinde;Größe\nKöln;groß\nMünchen;größer\nLübeck;klein\n" * 5
    found = whole(write(tmp_path / "a.csv", text, "cp1252"))
    assert list(found.frame.columns) == ["Gemeinde", "Größe"]
    assert found.frame.iloc[0].tolist() == ["Köln", "groß"]


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=8),
    delimiter=st.sampled_from([",", ";", "\t"]),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
def test_what_is_written_comes_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], delimiter: str, line_end: str
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    writer.writerow(["a", "b", "c"])
    writer.writerows(rows)
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    found = whole(write(path, text.getvalue()), FileOptions(encoding="utf-8", delimiter=delimiter, header_row=1))
    kept = [[cell if cell.strip() else None for cell in row] for row in rows]
    assert found.frame.to_numpy().tolist() == [row for row in kept if any(row)]
    assert found.unreadable.empty


def test_rows_are_counted_as_a_spreadsheet_counts_them(tmp_path: Path) -> None:
    text = 'code,name\n1,"two\nlines"\n\n2,b\n3\n4,d,e\n5,f,\n'
    found = whole(write(tmp_path / "a.csv", text))
    assert found.frame["code"].tolist() == ["1", "2", "5"]
    assert found.row_numbers.tolist() == [2, 4, 7]
    assert found.unreadable[["row_number", "rule"]].to_numpy().tolist() == [
        [5, "too_few_cells"],
        [6, "too_many_cells"],
    ]


def test_a_quote_that_is_never_closed_costs_one_row(tmp_path: Path) -> None:
    rows = [f"{n},name {n}" for n in range(500)]
    rows[100] = '100,"never closed'
    found = whole(write(tmp_path / "a.csv", "code,name\n" + "\n".join(rows) + "\n"))
    assert len(found.frame) == 499
    assert found.unreadable["rule"].tolist() == ["cell_too_long"]
    assert found.frame["code"].tolist() == [str(n) for n in range(500) if n != 100]


def test_broken_bytes_and_nul_are_confined_to_their_rows(tmp_path: Path) -> None:
    good = "".join(f"{n},村庄名称{n}\n" for n in range(300))
    path = tmp_path / "a.csv"
    path.write_bytes(("code,name\n" + good).encode() + b"x,\xff\xfe\xfd\ny,a\x00b\n")
    found = whole(path)
    assert len(found.frame) == 300
    assert found.unreadable["rule"].tolist() == ["bad_encoding", "nul_byte"]


def test_chunks_are_the_whole(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "a,b\n" + "".join(f"{n},{n}\n" for n in range(250)))
    one, many = whole(path), whole(path, chunk_rows=40)
    pd.testing.assert_frame_equal(one.frame, many.frame)
    assert one.row_numbers.tolist() == many.row_numbers.tolist()


def test_no_header(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "431122000000,泸溪县\n431123000000,凤凰县\n")
    assert look(path).header_row == 0
    named = whole(path, FileOptions(header_row=0, columns=("code", "name")))
    assert named.frame.to_dict("list") == {
        "code": ["431122000000", "431123000000"],
        "name": ["泸溪县", "凤凰县"],
    }
    with pytest.raises(DeclarationProblem, match="3 columns"):
        whole(path, FileOptions(header_row=0, columns=("a", "b", "c")))


# --- workbooks --------------------------------------------------------------------------------------------


def test_a_workbook_as_a_bureau_keeps_it(tmp_path: Path) -> None:
    """A merged title, two header lines with merged groups, numbers as numbers, an empty row, a second sheet."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("台账")
        sheet.merge_range(0, 0, 0, 3, "某市行政村通网情况")
        sheet.merge_range(1, 0, 2, 0, "代码")
        sheet.merge_range(1, 1, 2, 1, "户数")
        sheet.merge_range(1, 2, 1, 3, "是否已通")
        sheet.write_row(2, 2, ["光纤", "4G"])
        sheet.write_row(3, 0, ["001", 1200, "是", "否"])
        sheet.write_row(5, 0, ["002", 12.5, "是", ""])
        book.add_worksheet("另一张").write(0, 0, "x")
    found = whole(path, FileOptions(sheet="台账", header_row=2, header_rows=2))
    assert list(found.frame.columns) == ["代码", "户数", "是否已通 / 光纤", "是否已通 / 4G"]
    assert found.frame.to_numpy().tolist() == [["001", "1200", "是", "否"], ["002", "12.5", "是", None]]
    assert found.row_numbers.tolist() == [4, 6]
    assert look(path).sheet == "台账"
    with pytest.raises(DeclarationProblem, match="台账, 另一张"):
        look(path, FileOptions(sheet="没有"))


def test_a_workbook_is_read_in_chunks(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for n, row in enumerate([["code", "name"], *([f"c{n}", f"n{n}"] for n in range(25))]):
            sheet.write_row(n, 0, row)
    chunks = list(read(path, chunk_rows=10))
    assert [len(chunk.frame) for chunk in chunks] == [10, 10, 5]
    assert [code for chunk in chunks for code in chunk.frame["code"]] == [f"c{n}" for n in range(25)]
    assert [int(number) for chunk in chunks for number in chunk.row_numbers] == list(range(2, 27))


def test_an_open_document_sheet(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    cells = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{c}</text:p></table:table-cell>' for c in ("a", "b")
    )
    row = f"<table:table-row>{cells}</table:table-row>"
    body = (
        '<?xml version="1.0"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="S">{row}{row.replace(">a<", ">1<")}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", body)
    found = whole(path)
    assert found.frame.to_dict("list") == {"a": ["1"], "b": ["b"]}


# --- vector files and Parquet -----------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["geojson", "gpkg", "zip", "parquet"])
def test_vector_files(tmp_path: Path, suffix: str) -> None:
    frame = gpd.GeoDataFrame(
        {"code": ["0101", "0102"], "n": [1.0, None]}, geometry=[shapely.Point(1, 2), None], crs=4326
    )
    path = tmp_path / f"a.{suffix}"
    if suffix == "parquet":
        frame.to_parquet(path)
    elif suffix == "zip":
        frame.to_file(tmp_path / "a.shp")
        with zipfile.ZipFile(path, "w") as archive:
            for part in tmp_path.glob("a.*"):
                if part.suffix != ".zip":
                    archive.write(part, part.name)
    else:
        frame.to_file(path)
    found = whole(path)
    assert found.frame["code"].tolist() == ["0101", "0102"]
    assert found.frame["n"].tolist() == ["1", None]
    assert found.geometry is not None
    assert found.geometry[0] == shapely.Point(1, 2) and found.geometry[1] is None
    assert look(path).epsg in (4326, None)


def test_a_bare_geometry_and_an_empty_collection(tmp_path: Path) -> None:
    bare = write(tmp_path / "a.json", '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}')
    found = whole(bare)
    assert found.geometry is not None and found.geometry[0].area == 0.5
    empty = write(tmp_path / "b.geojson", '{"type":"FeatureCollection","features":[]}')
    assert len(whole(empty).frame) == 0


# --- files that are not what they say, and attacks --------------------------------------------------------


def test_a_page_without_a_table_under_the_name_of_a_workbook(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="web page"):
        look(write(tmp_path / "a.xls", "<html><p>Sign in to download</p></html>"))


def test_nothing_and_noise(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="empty file"):
        look(write(tmp_path / "a.csv", ""))
    (tmp_path / "b.csv").write_bytes(bytes(range(1, 32)) * 100)
    with pytest.raises(FileUnreadable):
        look(tmp_path / "b.csv")


def test_a_bomb_is_refused_before_it_unfolds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "RATIO_FROM_BYTES", 1 << 20)
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (64 << 20))
    with pytest.raises(FileTooLarge, match="attack"):
        look(path)


def test_a_billion_laughs_unfolds_to_nothing(tmp_path: Path) -> None:
    """Entities of a hostile workbook are not expanded: an answer at once, of whatever kind."""
    good = tmp_path / "good.xlsx"
    with xlsxwriter.Workbook(str(good)) as book:
        book.add_worksheet().write_row(0, 0, ["name", "b"])
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    attack = f'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY l0 "lol">{levels}]>'
    path = tmp_path / "bad.xlsx"
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(path, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == "xl/sharedStrings.xml":
                text = data.decode().partition("?>")[2].replace(">name<", ">&l11;<")
                data = (attack + text).encode()
            new.writestr(entry.filename, data)
    try:
        found = whole(path)
    except FileUnreadable:
        return
    assert sum(len(str(cell)) for cell in [*found.frame.columns, *found.frame.to_numpy().ravel()]) < 10_000


def test_formulas_are_what_they_showed(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["name", "n"])
        sheet.write(1, 0, "x")
        sheet.write_formula(1, 1, '=HYPERLINK("http://example.invalid","click")', None, "click")
    assert whole(path).frame["n"].tolist() == ["click"]


@pytest.mark.parametrize("pattern", ["../x.csv", "/etc/passwd", "a/../../x.csv", "C:\\x.csv", "x\x00.csv"])
def test_paths_stay_inside(tmp_path: Path, pattern: str) -> None:
    with pytest.raises(DeclarationProblem, match="inside"):
        files_of(tmp_path, pattern)


def test_links_that_lead_out_are_refused(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside.csv", "a\n1\n")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "link.csv").symlink_to(outside)
    for pattern in ("link.csv", "*.csv"):
        with pytest.raises(DeclarationProblem, match="inside"):
            files_of(inside, pattern)


def test_folders_and_globs_are_sorted_and_nothing_says_where_to_put_it(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv", "c.txt"):
        write(tmp_path / name, "a\n1\n")
    assert [path.name for path in files_of(tmp_path, "*.csv")] == ["a.csv", "b.csv"]
    assert len(files_of(tmp_path, ".")) == 3
    with pytest.raises(FileMissing, match="put it at"):
        files_of(tmp_path, "none.csv")


# --- mutations --------------------------------------------------------------------------------------------

GOOD = "code,name,lat,lon\n" + "".join(f"{n:06},村 {n},{20 + n / 100},{110 + n / 100}\n" for n in range(120))


@settings(max_examples=80, deadline=None)
@example(cut=1331, flips=[(0, 128)])  # a byte that is no text, in the header
@given(
    cut=st.integers(0, len(GOOD.encode())),
    flips=st.lists(st.tuples(st.integers(0, len(GOOD.encode()) - 1), st.integers(0, 255)), max_size=12),
)
def test_a_damaged_file_gives_rows_or_a_message(
    tmp_path_factory: pytest.TempPathFactory, cut: int, flips: list[tuple[int, int]]
) -> None:
    data = bytearray(GOOD.encode())
    for position, value in flips:
        data[position] = value
    path = tmp_path_factory.mktemp("cut") / "a.csv"
    path.write_bytes(bytes(data[:cut]))
    try:
        found = whole(path)
    except (FileUnreadable, DeclarationProblem):
        return
    assert found.frame.map(lambda cell: cell is None or isinstance(cell, str)).all().all()
    assert len(found.frame) == len(found.row_numbers)


@pytest.mark.parametrize("suffix", ["xlsx", "zip", "parquet", "gpkg", "geojson"])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_truncated_binary_files(tmp_path: Path, suffix: str, share: float) -> None:
    test_vector_files(tmp_path, suffix) if suffix != "xlsx" else test_a_workbook_as_a_bureau_keeps_it(tmp_path)
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(FileUnreadable):
        whole(path)


WORDS = {
    "cp1252": "código;población;Ñuñoa;cobertura móvil;Sí",
    "cp1251": "код;население;Ярославль;покрытие;да",
    "cp1253": "κωδικός;πληθυσμός;Αθήνα;κάλυψη;ναι",
}


@pytest.mark.parametrize("encoding", ["cp1252", "cp1251", "cp1253"])
def test_encodings_of_other_languages(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    row = WORDS[encoding] + "\n"
    path.write_bytes((row * 40).encode(encoding))
    assert look(path).columns[:2] == tuple(row.split(";")[:2])


def test_the_first_letter_beyond_ascii_comes_in_the_middle_of_a_long_file(tmp_path: Path) -> None:
    """Every piece of the sample lies where it should: a few of these rows in the middle tell the encoding."""
    path = tmp_path / "a.csv"
    plain, chinese = b"4311220000,Xintian,1\n" * 40_000, "4311220000,新田县龙泉镇,1\n".encode("gb18030") * 40_000
    path.write_bytes(b"code,name,n\n" + plain * 3 + chinese + plain * 3)
    assert look(path).encoding == "gb18030"


def test_a_short_latin_1_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("code;población;cobertura 4G\n00001;100;Sí\n00002;90;--\n".encode("latin-1"))
    assert look(path).columns == ("code", "población", "cobertura 4G")
