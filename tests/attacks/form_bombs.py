"""Harm in the forms that programs export: pages, XML, JSON, KML, packed tables.

Each function writes one file into a folder and returns its path. `FORM_BOMBS` holds all of them by name.
"""

from __future__ import annotations

import gzip
import json
import struct
from collections.abc import Callable
from pathlib import Path

import xlsxwriter
from bombs import MIB, _zip, written

FORM_BOMBS: dict[str, Callable[[Path], Path]] = {}
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"


def bomb(make: Callable[[Path], Path]) -> Callable[[Path], Path]:
    FORM_BOMBS[make.__name__] = make
    return make


def old_workbook(rows: str, before: str = "") -> bytes:
    return (
        f'<?xml version="1.0"?>{before}<Workbook xmlns="{SPREADSHEET}" xmlns:ss="{SPREADSHEET}">'
        f'<Worksheet ss:Name="a"><Table>{rows}</Table></Worksheet></Workbook>'
    ).encode()


def kml(body: str, before: str = "") -> bytes:
    return f'<?xml version="1.0"?>{before}<kml><Document>{body}</Document></kml>'.encode()


def cell(text: str, told: str = "") -> str:
    return f'<Cell {told}><Data ss:Type="String">{text}</Data></Cell>'


# --- archives ---------------------------------------------------------------------------------------------


@bomb
def gz_of_zeros(folder: Path) -> Path:
    return written(folder / "a.csv.gz", gzip.compress(b"\x00" * (400 * MIB), 6))


@bomb
def gz_of_one_row_repeated(folder: Path) -> Path:
    return written(folder / "a.csv.gz", gzip.compress(b"a,b,c\n" + b"1,2,3\n" * (40 * MIB), 6))


@bomb
def gz_of_gz(folder: Path) -> Path:
    return written(folder / "a.csv.gz", gzip.compress(gzip.compress(b"a,b\n" * MIB)))


@bomb
def gz_of_a_hundred_thousand_columns(folder: Path) -> Path:
    return written(folder / "a.csv.gz", gzip.compress(b",".join(b"c%d" % n for n in range(100_000)) + b"\n"))


@bomb
def zip_of_a_table_of_zeros(folder: Path) -> Path:
    return _zip(folder / "a.zip", {"a.csv": (b"\x00" * MIB for _ in range(400))})


@bomb
def zip_of_a_table_that_leaves_its_folder(folder: Path) -> Path:
    return _zip(folder / "a.zip", {"../../a.csv": b"a,b\n1,2\n"})


@bomb
def zip_of_a_table_with_a_name_without_end(folder: Path) -> Path:
    return _zip(folder / "a.zip", {f"{'x' * 60_000}.csv": b"a,b\n1,2\n"})


@bomb
def kmz_of_a_kmz(folder: Path) -> Path:
    inner = _zip(folder / "b.kmz", {"doc.kml": kml("")}).read_bytes()
    return _zip(folder / "a.kmz", {"doc.kml": inner})


@bomb
def zip_of_ten_thousand_remarks(folder: Path) -> Path:
    return _zip(folder / "a.zip", {"a.csv": b"a,b\n1,2\n", **{f"{n}.docx": b"" for n in range(9_000)}})


# --- XML --------------------------------------------------------------------------------------------------


@bomb
def old_workbook_of_a_billion_laughs(folder: Path) -> Path:
    before = f'<!DOCTYPE x [<!ENTITY l0 "lol">{LAUGHS}]>'
    return written(folder / "a.xls", old_workbook(f"<Row>{cell('&l11;')}</Row>", before))


@bomb
def kml_of_a_billion_laughs(folder: Path) -> Path:
    before = f'<!DOCTYPE x [<!ENTITY l0 "lol">{LAUGHS}]>'
    return written(folder / "a.kml", kml("<Placemark><name>&l11;</name></Placemark>", before))


@bomb
def kml_nested_without_end(folder: Path) -> Path:
    return written(folder / "a.kml", kml("<Folder>" * 500_000))


@bomb
def kml_of_shapes_in_shapes(folder: Path) -> Path:
    return written(folder / "a.kml", kml("<Placemark>" + "<MultiGeometry>" * 100_000))


@bomb
def kml_of_a_hundred_thousand_columns(folder: Path) -> Path:
    data = "".join(f'<Data name="n{n}"><value>1</value></Data>' for n in range(100_000))
    return written(folder / "a.kml", kml(f"<Placemark><ExtendedData>{data}</ExtendedData></Placemark>"))


@bomb
def kml_of_one_long_line(folder: Path) -> Path:
    line = f"<LineString><coordinates>{'1,2 ' * (4 * MIB)}</coordinates></LineString>"
    return written(folder / "a.kml", kml(f"<Placemark>{line}</Placemark>"))


@bomb
def kml_whose_descriptions_are_tables_of_tables(folder: Path) -> Path:
    told = "&lt;table&gt;&lt;tr&gt;&lt;td&gt;" * 20_000
    mark = f"<Placemark><description>{told}</description></Placemark>"
    return written(folder / "a.kml", kml(mark * 20))


@bomb
def kml_of_a_mark_that_does_not_end(folder: Path) -> Path:
    return written(folder / "a.kml", b"<kml><Document name='" + b"x" * (64 * MIB))


@bomb
def old_workbook_with_far_cells(folder: Path) -> Path:
    there = 'ss:Index="1000000000"'
    far = f"<Row {there}>{cell('x', there)}</Row>"
    return written(folder / "a.xls", old_workbook(far))


@bomb
def old_workbook_with_a_far_row(folder: Path) -> Path:
    row = f"<Row>{cell('a')}{cell('b')}</Row>"
    return written(folder / "a.xls", old_workbook(f'{row}<Row ss:Index="1999999999">{cell("x")}</Row>'))


@bomb
def old_workbook_of_merged_cells(folder: Path) -> Path:
    told = 'ss:MergeAcross="1000000000" ss:MergeDown="1000000000"'
    return written(folder / "a.xls", old_workbook(f"<Row>{cell('a', told)}</Row>" * 50_000))


@bomb
def old_workbook_of_many_sheets_of_one_name(folder: Path) -> Path:
    one = f'</Table></Worksheet><Worksheet ss:Name="b"><Table><Row>{cell("x")}</Row>'
    return written(folder / "a.xls", old_workbook(one * 20_000))


# --- pages ------------------------------------------------------------------------------------------------


@bomb
def page_of_tables_in_tables(folder: Path) -> Path:
    return written(folder / "a.xls", b"<html>" + b"<table><tr><td>" * 300_000)


@bomb
def page_of_cells_that_span_everything(folder: Path) -> Path:
    one = b"<tr><td rowspan=999999999 colspan=999999999>x</td></tr>"
    return written(folder / "a.xls", b"<table>" + one * 20_000)


@bomb
def page_of_cells_that_cover_each_other(folder: Path) -> Path:
    return written(folder / "a.xls", b"<table>" + b"<tr><td rowspan=65000 colspan=900>x<td>y</tr>" * 20_000)


@bomb
def page_of_a_million_columns(folder: Path) -> Path:
    return written(folder / "a.xls", b"<table><tr>" + b"<td>x" * 1_000_000)


@bomb
def page_of_open_marks(folder: Path) -> Path:
    return written(folder / "a.xls", b"<html><table>" + b"<!--" * 500_000 + b"<td " * 500_000)


@bomb
def page_of_ampersands(folder: Path) -> Path:
    return written(folder / "a.xls", b"<table><tr><td>" + b"&" * (4 * MIB))


@bomb
def page_of_one_long_cell(folder: Path) -> Path:
    return written(folder / "a.xls", b"<table><tr><td>" + b"x" * (100 * MIB))


# --- JSON -------------------------------------------------------------------------------------------------


@bomb
def records_nested_without_end(folder: Path) -> Path:
    return written(folder / "a.json", b'[{"a": ' + b"[" * 1_000_000)


@bomb
def objects_nested_without_end(folder: Path) -> Path:
    return written(folder / "a.json", b'{"a": ' * 1_000_000)


@bomb
def records_of_many_columns(folder: Path) -> Path:
    return written(folder / "a.json", json.dumps([{f"c{n}": n for n in range(200_000)}]).encode())


@bomb
def records_each_with_a_column_of_its_own(folder: Path) -> Path:
    return written(folder / "a.json", json.dumps([{f"c{n}": n} for n in range(200_000)]).encode())


@bomb
def records_of_blanks(folder: Path) -> Path:
    return written(folder / "a.json", b"[" + b" " * (30 * MIB) + b'{"a": 1}]')


@bomb
def records_with_an_open_text(folder: Path) -> Path:
    return written(folder / "a.json", b'[{"a": "' + b"x" * (60 * MIB))


@bomb
def records_with_a_number_without_end(folder: Path) -> Path:
    return written(folder / "a.json", b'[{"a": ' + b"9" * (4 * MIB) + b"}]")


@bomb
def lines_of_empty_records(folder: Path) -> Path:
    return written(folder / "a.jsonl", b"{}\n" * 400_000)


@bomb
def esri_json_of_nested_rings(folder: Path) -> Path:
    head = '{"geometryType": "esriGeometryPolygon", "features": [{"attributes": {"a": 1}, "geometry": {"rings": '
    return written(folder / "a.json", head.encode() + b"[" * 500_000)


# --- Shapefiles, OLE, workbooks ---------------------------------------------------------------------------


@bomb
def dbf_of_fields_without_width(folder: Path) -> Path:
    """Two thousand fields of no bytes in records of one."""
    fields = (b"f".ljust(11, b"\x00") + b"C" + b"\x00" * 20) * 2_000
    head = struct.pack("<4BIHH20x", 3, 26, 1, 1, 1_000_000, 32 + len(fields) + 1, 1)
    shape = struct.pack(">i20xi", 9994, 50) + struct.pack("<ii8d", 1000, 1, *[0.0] * 8)
    members = {"a.shp": shape, "a.shx": shape, "a.dbf": head + fields + b"\r" + b"\xd6" * MIB}
    return _zip(folder / "a.zip", members)


@bomb
def ole_of_nothing_but_names(folder: Path) -> Path:
    name = b"x" + "Workbook".encode("utf-16-le") + b"\x00\x00"
    return written(folder / "a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + name * 2_000_000)


@bomb
def workbook_of_a_thousand_sheets(folder: Path) -> Path:
    path = folder / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for n in range(800):
            book.add_worksheet(f"s{n}").write_row(0, 0, ["a", "b", n])
    return path
