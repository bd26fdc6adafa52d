"""A file is read by its content, whatever it is called and packed in; what is no table is refused by its name.

More than 400 lines: one test or two for each form that a file comes in, with the same few rows.
"""

from __future__ import annotations

import gzip
import io
import json
import struct
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
import xlsxwriter
from real_data import REAL

from importer.errors import DeclarationProblem, FileUnreadable
from importer.files import look, read
from importer.read.chunk import FileOptions, LeftOut

HEADER = ["行政村代码", "行政村名称", "是否通光纤"]
ROWS = [["431122100203", "柳溪村", "否"], ["431122100205", "茶源村", "是"], ["431122100211", "桐子山村", "是"]]
CASES = REAL.parent / "cases" / "registers"
needs_cases = pytest.mark.skipif(not CASES.is_dir(), reason=f"the cases are not here: {CASES}")


def rows_of(path: Path, options: FileOptions | None = None) -> list[list[str | None]]:
    """Header and rows."""
    frame = pd.concat([chunk.frame for chunk in read(path, options)], ignore_index=True)
    return [list(frame.columns), *frame.to_numpy().tolist()]


def csv_text() -> str:
    return "".join(",".join(row) + "\r\n" for row in [HEADER, *ROWS])


def workbook() -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet("台账")
        for n, row in enumerate([HEADER, *ROWS]):
            sheet.write_row(n, 0, row)
    return made.getvalue()


def page(encoding: str = "utf-8", head: str = "") -> bytes:
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in [HEADER, *ROWS])
    return f"<html>{head}<body><table border=1>{cells}</table></body></html>".encode(encoding)


def packed(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def written(path: Path, data: bytes | str) -> Path:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


# --- content before name ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.xls", "a.et", "a.csv", "a.xlsx", "a"])
def test_a_workbook_under_any_name(name: str, tmp_path: Path) -> None:
    path = written(tmp_path / name, workbook())
    assert rows_of(path) == [HEADER, *ROWS]
    assert look(path).format == "xlsx"
    assert rows_of(path, FileOptions(format="xls")) == [HEADER, *ROWS]  # declared by its name


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
@pytest.mark.parametrize("head", ["", "<head><meta charset='gb2312'></head>"])
def test_a_web_page_under_the_name_of_a_workbook(encoding: str, head: str, tmp_path: Path) -> None:
    """What the page says of its own encoding is often wrong, what its bytes say is not."""
    path = written(tmp_path / "导出.xls", page(encoding, head))
    assert rows_of(path) == [HEADER, *ROWS]
    assert look(path).format == "html"


def test_cells_of_a_page_that_span_rows_and_columns(tmp_path: Path) -> None:
    text = """<table><tr><td colspan=3>某县情况<!-- <table> --></td></tr>
    <tr><th>乡镇</th><th>村</th><th>代码</th></tr>
    <tr><td rowspan=2>甲镇</td><td>一村&nbsp;</td><td x:num="431122100203">4.31E+11</td></tr>
    <tr><td>二<b>村</b></td><td x:num>12</td></tr>
    <tr><td>乙镇<td>三村<br>（新）<td>&lt;5</table><script>var x = "<table><tr><td>no</td></tr></table>"</script>"""
    path = written(tmp_path / "a.xls", text)
    assert rows_of(path) == [
        ["乡镇", "村", "代码"],
        ["甲镇", "一村", "431122100203"],
        ["甲镇", "二村", "12"],
        ["乙镇", "三村 （新）", "<5"],
    ]
    assert LeftOut("line", "1", "above_header", "某县情况") in look(path).left_out


def test_of_the_tables_of_a_page_the_one_with_data_is_read(tmp_path: Path) -> None:
    layout = f"<table><tr><td>菜单</td><td>{page().decode()}</td></tr></table>"
    path = written(tmp_path / "a.html", layout)
    assert rows_of(path) == [HEADER, *ROWS]
    assert [one.name for one in look(path).left_out] == ["table 1"]


SPREADSHEETML = """<?xml version="1.0"{declared}?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="字典"><Table><Row><Cell><Data ss:Type="String">镇</Data></Cell></Row></Table>
<WorksheetOptions><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet>
<Worksheet ss:Name="台账"><Table>
<Row ss:Index="2"><Cell><Data ss:Type="String">乡镇</Data></Cell><Cell><Data ss:Type="String">村</Data>
<Comment><ss:Data>某人：核对</ss:Data></Comment></Cell><Cell><Data ss:Type="String">开通</Data></Cell>
<Cell><Data ss:Type="String">户数</Data></Cell></Row>
<Row><Cell ss:MergeDown="1"><Data ss:Type="String">甲镇</Data></Cell>
<Cell><Data ss:Type="String"><B>一</B>村</Data></Cell>
<Cell><Data ss:Type="DateTime">2016-08-30T00:00:00.000</Data></Cell><Cell><Data ss:Type="Number">120</Data></Cell></Row>
<Row><Cell ss:Index="2"><Data ss:Type="String">二村</Data></Cell>
<Cell ss:Index="4"><Data ss:Type="Number">7</Data></Cell>
</Row></Table></Worksheet></Workbook>"""


@pytest.mark.parametrize(("encoding", "declared"), [("utf-8", ""), ("gbk", ' encoding="GBK"')])
def test_a_workbook_of_2003_in_xml(encoding: str, declared: str, tmp_path: Path) -> None:
    path = written(tmp_path / "导出.xls", SPREADSHEETML.replace("{declared}", declared).encode(encoding))
    assert rows_of(path) == [
        ["乡镇", "村", "开通", "户数"],
        ["甲镇", "一村", "2016-08-30", "120"],
        ["甲镇", "二村", None, "7"],
    ]
    found = look(path)
    assert (found.format, found.sheet, found.header_row) == ("spreadsheetml", "台账", 2)
    assert LeftOut("sheet", "字典", "hidden_sheet", "镇") in found.left_out


@pytest.mark.parametrize("encoding", ["gbk", "utf-16"])
def test_a_text_with_tabs_under_the_name_of_a_workbook(encoding: str, tmp_path: Path) -> None:
    path = written(tmp_path / "导出.xls", csv_text().replace(",", "\t").encode(encoding))
    assert rows_of(path) == [HEADER, *ROWS]
    assert rows_of(written(tmp_path / "b.xls", b"\r\n" + page()))[0] == HEADER


# --- one table in an archive ------------------------------------------------------------------------------


def kml_text(marks: str = "") -> str:
    return f'<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>{marks}</Document></kml>'


def mark(name: str, more: str = "") -> str:
    return f"<Placemark><name>{name}</name>{more}<Point><coordinates>111.1,26.3,0</coordinates></Point></Placemark>"


def table_bytes(suffix: str, folder: Path) -> bytes:
    frame = gpd.GeoDataFrame(
        [dict(zip(HEADER, row, strict=True)) for row in ROWS], geometry=[shapely.Point(111, 26)] * 3, crs=4326
    )
    path = folder / f"inner.{suffix}"
    if suffix == "csv":
        return csv_text().encode("gbk")
    if suffix == "xlsx":
        return workbook()
    if suffix == "parquet":
        frame.to_parquet(path)
    else:
        frame.to_file(path)
    return path.read_bytes()


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "geojson", "gpkg", "parquet"])
@pytest.mark.parametrize("packing", ["zip", "gz"])
def test_one_table_in_an_archive(suffix: str, packing: str, tmp_path: Path) -> None:
    data = table_bytes(suffix, tmp_path)
    path = tmp_path / f"台账.{suffix}.{packing}"
    if packing == "gz":
        written(path, gzip.compress(data))
    else:
        packed(
            path, {f"上报/台账.{suffix}": data, "__MACOSX/上报/._台账": b"x", "上报/.DS_Store": b"x", "说明.docx": b""}
        )
    assert rows_of(path) == [HEADER, *ROWS]
    found = look(path)
    assert found.format == {"gpkg": "geopackage"}.get(suffix, suffix)
    wanted = [LeftOut("member", "说明.docx", "other_member")] if packing == "zip" else []
    assert [one for one in found.left_out if one.part == "member"] == wanted
    assert rows_of(path, FileOptions(format=found.format)) == [HEADER, *ROWS]  # as a draft declares it


def test_several_tables_in_an_archive_are_named_and_one_can_be_chosen(tmp_path: Path) -> None:
    other = csv_text().replace("柳溪村", "另一村").encode()
    path = packed(tmp_path / "a.zip", {"一.csv": csv_text().encode(), "二.csv": other})
    with pytest.raises(FileUnreadable, match=r"一.csv, 二.csv"):
        look(path)
    assert rows_of(path, FileOptions(layer="二.csv"))[1][1] == "另一村"


def test_a_remark_beside_a_table_is_no_table(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"读我.txt": b"hello", "一.csv": csv_text().encode()})
    assert rows_of(path) == [HEADER, *ROWS]
    assert rows_of(packed(tmp_path / "b.zip", {"一.txt": csv_text().encode()})) == [HEADER, *ROWS]


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_names_of_chinese_windows_and_old_macs(encoding: str, tmp_path: Path) -> None:
    """Neither says in which encoding it writes names."""
    path = packed(tmp_path / "a.zip", {"x" * len("东安县台账.csv".encode(encoding)): csv_text().encode()})
    name = "东安县台账.csv".encode(encoding)
    path.write_bytes(path.read_bytes().replace(b"x" * len(name), name))
    assert rows_of(path) == [HEADER, *ROWS]
    assert "东安县台账.csv in the archive" in look(path).notes


def test_an_archive_in_an_archive_is_refused(tmp_path: Path) -> None:
    inner = packed(tmp_path / "inner.zip", {"一.csv": csv_text().encode()}).read_bytes()
    for name in ("inner.zip", "inner.csv"):  # also under another name
        with pytest.raises(FileUnreadable, match="another archive"):
            look(packed(tmp_path / "a.zip", {name: inner}))
    with pytest.raises(FileUnreadable, match="another archive"):
        look(written(tmp_path / "a.csv.gz", gzip.compress(gzip.compress(csv_text().encode()))))


def test_an_archive_with_a_password_says_so(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"一.csv": csv_text().encode()})
    data = bytearray(path.read_bytes())
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        struct.pack_into("<H", data, data.index(sign) + at, 1)
    with pytest.raises(FileUnreadable, match="password"):
        look(written(path, bytes(data)))


def test_a_cut_gz_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="undamaged archive"):
        look(written(tmp_path / "a.csv.gz", gzip.compress(csv_text().encode() * 50)[:-20]))


# --- Shapefiles -------------------------------------------------------------------------------------------


def shapes(folder: Path, encoding: str, cpg: str | None, language: int = 0) -> dict[str, bytes]:
    """The parts of a layer whose .dbf is in one encoding and says another, or nothing."""
    frame = gpd.GeoDataFrame(
        {"代码": [row[0] for row in ROWS], "村名": [row[1] for row in ROWS]}, geometry=[shapely.Point(111, 26)] * 3
    )
    frame.to_file(folder / "w.shp", encoding=encoding)
    dbf = bytearray((folder / "w.dbf").read_bytes())
    dbf[29] = language
    parts = {"shp": (folder / "w.shp").read_bytes(), "shx": (folder / "w.shx").read_bytes(), "dbf": bytes(dbf)}
    return parts if cpg is None else parts | {"cpg": cpg.encode()}


@pytest.mark.parametrize(
    ("encoding", "cpg", "language"),
    [
        ("gbk", None, 0),  # says nothing
        ("gbk", None, 0x57),  # says ANSI
        ("gbk", "UTF-8", 0),  # says the wrong one
        ("gbk", "ISO-8859-1", 0),
        ("gbk", "936", 0),
        ("utf-8", None, 0),
        ("utf-8", "ISO-8859-1", 0x57),
        ("utf-8", "GBK", 0x4D),
        ("utf-8", "UTF-8", 0),
        ("gbk", "../../etc/passwd", 0),
    ],
)
def test_attributes_are_read_in_the_encoding_that_they_are_in(
    encoding: str, cpg: str | None, language: int, tmp_path: Path
) -> None:
    parts = shapes(tmp_path, encoding, cpg, language)
    path = packed(tmp_path / "a.zip", {f"村/w.{ending}": data for ending, data in parts.items()})
    expected = [["代码", "村名"], *(row[:2] for row in ROWS)]
    assert rows_of(path) == expected
    assert any(note.startswith("encoding ") for note in look(path).notes)
    folder = tmp_path / "loose"
    folder.mkdir()
    for ending, data in parts.items():
        written(folder / f"w.{ending}", data)
    assert rows_of(folder / "w.shp") == expected


def test_a_declared_encoding_is_used_and_has_to_be_one(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {f"w.{end}": data for end, data in shapes(tmp_path, "gbk", "UTF-8").items()})
    assert rows_of(path, FileOptions(encoding="gbk"))[1] == ROWS[0][:2]
    assert rows_of(path, FileOptions(encoding="latin-1"))[1] != ROWS[0][:2]
    for wrong in ("gbk/../../x", "no-such", "hex", "", "x\x00"):
        with pytest.raises(DeclarationProblem, match="encoding"):
            look(path, FileOptions(encoding=wrong))


def test_western_attributes_stay_western(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"nom": ["Épinal", "Orléans"]}, geometry=[shapely.Point(1, 1)] * 2, crs=4326)
    frame.to_file(tmp_path / "w.shp", encoding="iso-8859-1")
    assert rows_of(tmp_path / "w.shp") == [["nom"], ["Épinal"], ["Orléans"]]


def test_a_name_that_was_cut_in_the_middle_of_a_character(tmp_path: Path) -> None:
    parts = shapes(tmp_path, "gbk", None)
    dbf = parts["dbf"].replace("桐子山村".encode("gbk"), "桐子山村".encode("gbk")[:-1] + b" ")
    path = packed(tmp_path / "a.zip", {"w.shp": parts["shp"], "w.shx": parts["shx"], "w.dbf": dbf})
    assert rows_of(path)[3][1] in ("桐子山", "桐子山\ufffd")


def test_what_a_mac_packs_beside_a_layer_is_none(tmp_path: Path) -> None:
    parts = shapes(tmp_path, "gbk", "GBK")
    own = {f"w/w.{ending}": data for ending, data in parts.items()}
    litter = {f"__MACOSX/w/._w.{ending}": b"\x00\x05\x16\x07" for ending in parts}
    path = packed(tmp_path / "mac.zip", {**own, **litter, "w/w.shp.xml": b"<x/>", "w/其他.xlsx": b"x"})
    assert len(rows_of(path)) == 4
    assert look(path).left_out == (LeftOut("member", "w/其他.xlsx", "other_member"),)


def test_two_folders_with_a_layer_of_one_name_are_two_layers(tmp_path: Path) -> None:
    parts = shapes(tmp_path, "gbk", None)
    both = {f"{year}/w.{ending}": data for year in ("2016", "2017") for ending, data in parts.items()}
    path = packed(tmp_path / "a.zip", both)
    with pytest.raises(DeclarationProblem, match="2016/w, 2017/w"):
        look(path)
    assert len(rows_of(path, FileOptions(layer="2017/w"))) == 4


# --- KML --------------------------------------------------------------------------------------------------


def test_folders_of_kml_are_one_table(tmp_path: Path) -> None:
    data = '<ExtendedData><Data name="代码"><value>431122100203</value></Data></ExtendedData>'
    schema = (
        '<ExtendedData><SchemaData schemaUrl="#s"><SimpleData name="代码">431122100205</SimpleData></SchemaData>'
        "</ExtendedData>"
    )
    first = f"<Folder><name>甲镇</name>{mark('一村', data)}</Folder>"
    second = f"<Folder><name>乙镇</name>{mark('二村', schema)}</Folder>"
    path = written(tmp_path / "a.kml", kml_text(first + second))
    assert rows_of(path) == [
        ["name", "代码", "folder"],
        ["一村", "431122100203", "甲镇"],
        ["二村", "431122100205", "乙镇"],
    ]
    assert look(path).epsg == 4326


def test_a_table_in_a_description_becomes_columns(tmp_path: Path) -> None:
    told = "<![CDATA[<table><tr><td>代码</td><td>431122100203</td></tr><tr><td>户数</td><td>120</td></tr></table>]]>"
    path = written(tmp_path / "a.kml", kml_text(mark("一村", f"<description>{told}</description>")))
    assert rows_of(path) == [["代码", "户数", "name"], ["431122100203", "120", "一村"]]
    plain = kml_text(mark("一村", "<description><![CDATA[<b>已通</b> 光纤]]></description>"))
    assert rows_of(written(tmp_path / "b.kml", plain)) == [["name", "description"], ["一村", "已通 光纤"]]


def test_shapes_of_kml(tmp_path: Path) -> None:
    def ring(size: int) -> str:
        points = f"0,0 {size},0,5 {size},{size} 0,0"
        return f"<LinearRing><coordinates>\n {points}\n</coordinates></LinearRing>"

    polygon = (
        f"<Polygon><outerBoundaryIs>{ring(4)}</outerBoundaryIs><innerBoundaryIs>{ring(1)}</innerBoundaryIs></Polygon>"
    )
    line = "<LineString><coordinates>0,0 1,1</coordinates></LineString>"
    track = "<gx:Track><gx:coord>0 0 5</gx:coord><gx:coord>2 2 5</gx:coord></gx:Track>"
    wrong = "<Point><coordinates>here,there</coordinates></Point>"
    bodies = [polygon, line, f"<MultiGeometry>{polygon}{polygon}</MultiGeometry>", track, wrong, ""]
    marks = "".join(f"<Placemark><name>{n}</name>{body}</Placemark>" for n, body in enumerate(bodies))
    [chunk] = read(written(tmp_path / "a.kml", kml_text(marks)))
    assert chunk.geometry is not None
    kinds = [None if shape is None else shape.geom_type for shape in chunk.geometry]
    assert kinds == ["Polygon", "LineString", "MultiPolygon", "LineString", None, None]
    assert chunk.geometry[0].area == 7.5


def test_kmz_is_its_first_kml_and_links_are_said(tmp_path: Path) -> None:
    link = "<NetworkLink><name>乡镇</name><Link><href>https://example.org/a.kml</href></Link></NetworkLink>"
    path = packed(tmp_path / "a.kmz", {"doc.kml": kml_text(mark("一村") + link).encode(), "files/b.kml": b"<kml/>"})
    assert rows_of(path) == [["name"], ["一村"]]
    said = {(one.part, one.name, one.reason) for one in look(path).left_out}
    assert said == {("member", "files/b.kml", "other_member"), ("link", "乡镇", "outside_link")}


# --- JSON -------------------------------------------------------------------------------------------------

RECORDS = [dict(zip(HEADER, row, strict=True)) for row in ROWS]


@pytest.mark.parametrize(
    "body",
    [
        RECORDS,
        {"code": 200, "data": RECORDS},
        {"code": 0, "msg": "ok", "result": {"total": 3, "records": RECORDS}},
        {"rows": RECORDS, "footer": [{"行政村名称": "合计"}]},
        {"ids": [1, 2], "list": RECORDS},
    ],
    ids=["list", "data", "result.records", "rows", "after numbers"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_records_of_json(body: object, encoding: str, tmp_path: Path) -> None:
    text = json.dumps(body, ensure_ascii=False, indent=1)
    assert rows_of(written(tmp_path / "a.json", text.encode(encoding))) == [HEADER, *ROWS]


def test_of_two_lists_the_longer_is_read_and_the_other_said_and_one_can_be_named(tmp_path: Path) -> None:
    path = written(tmp_path / "a.json", json.dumps({"rows": RECORDS, "footer": [{"行政村名称": "合计"}]}))
    assert LeftOut("layer", "footer", "smaller_list") in look(path).left_out
    assert rows_of(path, FileOptions(layer="footer")) == [["行政村名称"], ["合计"]]


def test_objects_in_records_are_spread_and_numbers_stay_as_written(tmp_path: Path) -> None:
    first = '{"代码": 431122100203, "位置": {"lon": 111.10, "lat": 26.3}, "通": true, "网": ["4G", "5G"]}'
    body = f'[{first}, {{"新": null}}, 7]'
    [chunk] = read(written(tmp_path / "a.json", body))
    assert chunk.frame.to_dict("list") == {
        "代码": ["431122100203"],
        "位置.lon": ["111.10"],
        "位置.lat": ["26.3"],
        "通": ["true"],
        "网": ["4G, 5G"],
        "新": [None],
    }
    assert chunk.row_numbers.tolist() == [1]
    assert chunk.unreadable["row_number"].tolist() == [3]


def test_one_record_after_another(tmp_path: Path) -> None:
    for name, before, between in (("a.jsonl", "", "\n"), ("b.json", "\x1e", "\n\x1e"), ("c.json", "", "\n\n")):
        text = before + between.join(json.dumps(record, ensure_ascii=False) for record in RECORDS) + "\n"
        assert rows_of(written(tmp_path / name, text)) == [HEADER, *ROWS], name


def test_features_one_after_another(tmp_path: Path) -> None:
    def feature(row: list[str]) -> str:
        point = {"type": "Point", "coordinates": [111, 26]}
        return json.dumps({"type": "Feature", "properties": {"name": row[1]}, "geometry": point})

    for name, sign in (("a.geojsonl", ""), ("b.json", "\x1e")):
        path = written(tmp_path / name, "".join(f"{sign}{feature(row)}\n" for row in ROWS))
        [chunk] = read(path)
        assert chunk.frame["name"].tolist() == [row[1] for row in ROWS]
        assert chunk.geometry is not None and chunk.geometry[0] == shapely.Point(111, 26)


@pytest.mark.parametrize(
    ("frame", "epsg"),
    [({"wkid": 102100, "latestWkid": 3857}, 3857), ({"wkid": 102100}, 3857), ({"wkid": 4490}, 4490), (None, None)],
)
def test_esri_json_states_its_frame(frame: object, epsg: int | None, tmp_path: Path) -> None:
    body = {
        "fieldAliases": {"NAME": "村"},
        "geometryType": "esriGeometryPoint",
        "spatialReference": frame,
        "fields": [{"name": "NAME", "type": "esriFieldTypeString", "alias": "村"}],
        "features": [{"attributes": {"NAME": row[1]}, "geometry": {"x": 12364887.0, "y": 3046271.9}} for row in ROWS],
    }
    path = written(tmp_path / "a.json", json.dumps({key: value for key, value in body.items() if value is not None}))
    assert rows_of(path) == [["NAME"], *([row[1]] for row in ROWS)]
    assert look(path).epsg == epsg


def test_geojson_whose_members_come_in_another_order_is_geojson(tmp_path: Path) -> None:
    feature = {"geometry": {"type": "Point", "coordinates": [1, 2]}, "properties": {"a": "1"}, "type": "Feature"}
    for before in ({}, {"links": [{"href": "x"}]}, {"metadata": {"count": 1}}, {"bbox": [1, 2, 3, 4]}):
        body = {**before, "features": [feature], "type": "FeatureCollection"}
        path = written(tmp_path / "a.json", json.dumps(body))
        assert look(path).format == "geojson" and rows_of(path) == [["a"], ["1"]]


@pytest.mark.parametrize("text", ['{"a": 1}', "[1, 2]", '[["a", "b"], [1, 2]]', '{"data": []}', '{"a": ', "[]", "{}"])
def test_json_of_another_kind_says_so(text: str, tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="JSON"):
        look(written(tmp_path / "a.json", text))


def test_a_table_whose_header_begins_with_a_bracket_is_a_table(tmp_path: Path) -> None:
    assert rows_of(written(tmp_path / "a.csv", "[代码],[名称]\n1,甲\n")) == [["[代码]", "[名称]"], ["1", "甲"]]


# --- no tables --------------------------------------------------------------------------------------------


def compound(*streams: str) -> bytes:
    """An OLE file as far as its directory goes."""
    entries = b"".join(name.encode("utf-16-le").ljust(128, b"\x00") for name in ("Root Entry", *streams))
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\x00") + entries.ljust(512, b"\x00")


NO_TABLES = {
    "a PDF document": b"%PDF-1.7\n...",
    "a picture": b"\x89PNG\r\n\x1a\n",
    "a RAR archive": b"Rar!\x1a\x07\x00",
    "a 7z archive": b"7z\xbc\xaf\x27\x1c",
    "a tar archive": b"a.csv".ljust(257, b"\x00") + b"ustar\x0000",
    "a Word or WPS document": compound("WordDocument", "1Table"),
    "a presentation": compound("PowerPoint Document"),
    "protected by a password": compound("EncryptionInfo", "EncryptedPackage"),
    "XML of another kind: gpx": b"<?xml version='1.0'?><!-- <kml> --><gpx><wpt/></gpx>",
    "TopoJSON": b'{"type": "Topology", "objects": {}, "arcs": []}',
    "MHTML": b"MIME-Version: 1.0\r\nContent-Type: multipart/related",
    "an empty file": b"",
}


@pytest.mark.parametrize("name", NO_TABLES)
@pytest.mark.parametrize("called", ["a.xlsx", "a.csv"])
def test_what_is_no_table_is_called_by_its_name(name: str, called: str, tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable) as refused:
        look(written(tmp_path / called, NO_TABLES[name]))
    assert name in refused.value.found and refused.value.where == called


@pytest.mark.parametrize(
    ("members", "name"),
    [
        ({"[Content_Types].xml": b"", "word/document.xml": b""}, "a Word document"),
        ({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b""}, "a text document"),
        ({"照片.jpg": b"", "说明.docx": b""}, "照片.jpg, 说明.docx"),
        ({}, "nothing"),
    ],
)
def test_documents_that_are_archives(members: dict[str, bytes], name: str, tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable) as refused:
        look(packed(tmp_path / "a.zip", members))
    assert name in refused.value.found


# --- the cases that were handed in ------------------------------------------------------------------------


@needs_cases
@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("G05-sheets/各乡镇台账.xlsx", 32),
        ("G05-sheets/字典页.xlsx", 12),
        ("G06-dbf-encoding/ldid_ansi.zip", 12),
        ("G06-dbf-encoding/ldid_none.zip", 12),
        ("G07-name-and-content/其实是xlsx.xls", 24),
        ("G07-name-and-content/其实是xls.xlsx", 12),
        ("G07-name-and-content/导出.xls", 12),
        ("G07-name-and-content/导出2003.xls", 12),
        ("G08-archives/mac.zip", 12),
        ("G08-archives/table.csv.gz", 12),
        ("G08-archives/table.zip", 12),
        ("G08-archives/workbook.zip", 24),
        ("G09-formats/data.json", 12),
        ("G09-formats/records.json", 12),
        ("G09-formats/esri.json", 12),
        ("G09-formats/villages.kml", 12),
        ("G09-formats/villages.kmz", 12),
        ("G14-headers/CJDCQ.zip", 12),
        ("G14-headers/两行表头.csv", 24),
        ("G14-headers/分年覆盖率.csv", 11),
    ],
)
def test_cases(name: str, rows: int) -> None:
    read_so = rows_of(CASES / name)
    assert len(read_so) == rows + 1
    assert any({"村", "区"} & set(str(cell)) for cell in read_so[1])
