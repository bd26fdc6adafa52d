"""Files that do harm to whoever reads them carelessly: small ones that unfold, endless ones, and ones that are no data.

Each function writes one file into a folder and returns its path. `BOMBS` holds all of them by name.
"""

from __future__ import annotations

import io
import json
import sqlite3
import struct
import zipfile
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
import xlsxwriter

BOMBS: dict[str, Callable[[Path], Path]] = {}
MIB = 1 << 20


def bomb(make: Callable[[Path], Path]) -> Callable[[Path], Path]:
    BOMBS[make.__name__] = make
    return make


def written(path: Path, data: bytes | Iterable[bytes]) -> Path:
    with path.open("wb") as stream:
        for block in [data] if isinstance(data, bytes) else data:
            stream.write(block)
    return path


# --- text -------------------------------------------------------------------------------------------------


def _rows(count: int) -> bytes:
    return b"".join(b"%012d,village %d,4g\n" % (n, n) for n in range(count))


@bomb
def csv_quote_opened_in_the_first_row(folder: Path) -> Path:
    return written(folder / "q.csv", b'code,name,tech\n1,"open,4g\n' + _rows(50_000))


@bomb
def csv_quote_opened_in_the_header(folder: Path) -> Path:
    return written(folder / "q.csv", b'code,"name,tech\n' + _rows(50_000))


@bomb
def csv_of_quotes(folder: Path) -> Path:
    return written(folder / "q.csv", b"code,name\n" + b'"' * (8 * MIB))


@bomb
def csv_of_lone_quotes(folder: Path) -> Path:
    return written(folder / "q.csv", b"code,name\n" + b'"\n' * (MIB // 2))


@bomb
def csv_of_commas(folder: Path) -> Path:
    return written(folder / "q.csv", b"code,name\n" + b"," * (8 * MIB))


@bomb
def csv_of_blank_lines(folder: Path) -> Path:
    return written(folder / "q.csv", b'code,name\n1,"a\n' + b"\n" * MIB)


@bomb
def csv_of_carriage_returns(folder: Path) -> Path:
    return written(folder / "q.csv", b'code,name\r1,"a\r' + b"1,b\r" * 200_000)


@bomb
def csv_of_nuls(folder: Path) -> Path:
    return written(folder / "q.csv", b"code,name\n" + b"\x00" * (8 * MIB))


@bomb
def csv_of_one_long_line(folder: Path) -> Path:
    return written(folder / "q.csv", b"code,name\n1," + b"x" * (16 * MIB))


@bomb
def csv_of_a_hundred_thousand_columns(folder: Path) -> Path:
    return written(folder / "q.csv", b",".join(b"c%d" % n for n in range(100_000)) + b"\n1\n")


@bomb
def csv_in_utf7(folder: Path) -> Path:
    return written(folder / "q.csv", b"code,name\n" + b"1,+AD0-cmd+AHw-\n" * 1000)


@bomb
def csv_in_half_of_utf16(folder: Path) -> Path:
    return written(folder / "q.csv", "code,name\n1,村\n".encode("utf-16") + b"\xd8" * 9999)


# --- archives ---------------------------------------------------------------------------------------------


def _zip(path: Path, members: dict[str, bytes | Iterable[bytes]]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            with archive.open(name, "w", force_zip64=True) as member:
                for block in [data] if isinstance(data, bytes) else data:
                    member.write(block)
    return path


@bomb
def zip_of_zeros(folder: Path) -> Path:
    return _zip(folder / "z.zip", {"a.shp": (b"\x00" * MIB for _ in range(400)), "a.dbf": b"", "a.shx": b""})


@bomb
def zip_of_zips(folder: Path) -> Path:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("b.shp", b"\x00" * (20 * MIB))
    return _zip(folder / "z.zip", {f"{n}.zip": inner.getvalue() for n in range(50)})


@bomb
def zip_whose_entries_overlap(folder: Path) -> Path:
    """Many entries of the directory that all point to the same bytes."""
    path = _zip(folder / "z.zip", {"a.shp": b"\x00" * (32 * MIB)})
    data = path.read_bytes()
    start = data.index(b"PK\x01\x02")
    end = data.rindex(b"PK\x05\x06")
    entry, count = data[start:end], 2000
    tail = bytearray(data[end:])
    struct.pack_into("<HHI", tail, 8, count, count, len(entry) * count)
    return written(path, data[:start] + entry * count + bytes(tail))


@bomb
def zip_of_many_entries(folder: Path) -> Path:
    return _zip(folder / "z.zip", {f"{n}.shp": b"" for n in range(20_000)})


@bomb
def zip_that_leaves_its_folder(folder: Path) -> Path:
    return _zip(folder / "z.zip", {"../../a.shp": b"\x00\x00\x27\x0a"})


@bomb
def zip_with_a_link(folder: Path) -> Path:
    path = folder / "z.zip"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("a.shp")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return path


@bomb
def zip_that_lies_about_sizes(folder: Path) -> Path:
    path = _zip(folder / "z.zip", {"a.shp": b"\x00" * (300 * MIB)})
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, 10)
    return written(path, bytes(data))


# --- workbooks --------------------------------------------------------------------------------------------


def _workbook(path: Path, changed: dict[str, Callable[[bytes], bytes]]) -> Path:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for row in range(200):
            sheet.write_row(row, 0, ["q"] * 20 if row else [f"column {n}" for n in range(20)])
    with zipfile.ZipFile(made) as old:
        return _zip(path, {name: changed.get(name, bytes)(old.read(name)) for name in old.namelist()})


@bomb
def workbook_of_one_long_text(folder: Path) -> Path:
    long = b">" + b"q" * MIB + b"<"
    return _workbook(folder / "w.xlsx", {"xl/sharedStrings.xml": lambda part: part.replace(b">q<", long)})


@bomb
def workbook_with_a_far_cell(folder: Path) -> Path:
    cell = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    return _workbook(folder / "w.xlsx", {"xl/worksheets/sheet1.xml": lambda part: part.replace(b"</sheetData>", cell)})


@bomb
def workbook_of_a_billion_laughs(folder: Path) -> Path:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    attack = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{levels}]>'.encode()

    def change(part: bytes) -> bytes:
        return attack + part.partition(b"?>")[2].replace(b">q<", b">&l11;<")

    return _workbook(folder / "w.xlsx", {"xl/sharedStrings.xml": change})


@bomb
def ods_of_repeated_cells(folder: Path) -> Path:
    names = "urn:oasis:names:tc:opendocument:xmlns"
    cell = '<table:table-cell table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell>'
    row = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    content = (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{names}:office:1.0" '
        f'xmlns:table="{names}:table:1.0" xmlns:text="{names}:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="a">{row}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return _zip(folder / "w.ods", {"mimetype": kind, "content.xml": content.encode()})


# --- Parquet ----------------------------------------------------------------------------------------------


def _repeated(value: pa.Array, rows: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), value)


@bomb
def parquet_of_one_long_text(folder: Path) -> Path:
    table = pa.table({"code": _repeated(pa.array(["x" * 3_400_000]), 2000)})
    pq.write_table(table, folder / "p.parquet", compression="zstd", store_schema=False)
    return folder / "p.parquet"


@bomb
def parquet_of_many_long_columns(folder: Path) -> Path:
    columns = {f"c{n}": _repeated(pa.array(["y" * 500_000]), 500) for n in range(20)}
    pq.write_table(pa.table(columns), folder / "p.parquet", compression="zstd", store_schema=False)
    return folder / "p.parquet"


@bomb
def parquet_of_runs(folder: Path) -> Path:
    """Fifty million rows in a few kilobytes."""
    rows = pa.table({"code": _repeated(pa.array(["431122"]), 5_000_000)})
    with pq.ParquetWriter(folder / "p.parquet", rows.schema, compression="zstd") as writer:
        for _ in range(10):
            writer.write_table(rows, row_group_size=5_000_000)
    return folder / "p.parquet"


@bomb
def parquet_of_long_lists(folder: Path) -> Path:
    lists = pa.ListArray.from_arrays([n * 100_000 for n in range(51)], pa.array([0] * 5_000_000, pa.int8()))
    pq.write_table(pa.table({"code": lists}), folder / "p.parquet", compression="zstd")
    return folder / "p.parquet"


@bomb
def parquet_of_absurd_metadata(folder: Path) -> Path:
    pq.write_table(pa.table({"code": ["1"]}), folder / "p.parquet")
    data = (folder / "p.parquet").read_bytes()
    return written(folder / "p.parquet", data[:-8] + struct.pack("<I", 0x7FFFFFFF) + b"PAR1")


@bomb
def parquet_of_nested_shapes(folder: Path) -> Path:
    """A collection in a collection in a collection …, a hundred thousand times."""
    shape = b"\x01\x07\x00\x00\x00\x01\x00\x00\x00" * 100_000 + b"\x01\x07\x00\x00\x00\x00\x00\x00\x00"
    told = {"version": "1.0.0", "primary_column": "g", "columns": {"g": {"encoding": "WKB"}}}
    table = pa.table({"code": ["1"], "g": pa.array([shape], pa.binary())})
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(told)}), folder / "p.parquet")
    return folder / "p.parquet"


# --- maps -------------------------------------------------------------------------------------------------


@bomb
def geojson_of_nested_arrays(folder: Path) -> Path:
    head = b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":'
    shape = b'{"type":"Polygon","coordinates":' + b"[" * MIB + b"]" * MIB + b"}"
    return written(folder / "g.geojson", head + shape + b"}]}")


@bomb
def geojson_of_nested_objects(folder: Path) -> Path:
    return written(folder / "g.geojson", b'{"type":"FeatureCollection","a":' * 200_000 + b"1" + b"}" * 200_000)


@bomb
def geojson_of_many_attributes(folder: Path) -> Path:
    properties = json.dumps({f"a{n}": n for n in range(50_000)}).encode()
    feature = b'{"type":"Feature","properties":' + properties + b',"geometry":null}'
    return written(folder / "g.geojson", b'{"type":"FeatureCollection","features":[' + feature + b"]}")


@bomb
def dbf_that_claims_four_billion_records(folder: Path) -> Path:
    frame = gpd.GeoDataFrame({"code": ["1"]}, geometry=[shapely.Point(1, 1)], crs=4326)
    frame.to_file(folder / "s.shp")
    data = bytearray((folder / "s.dbf").read_bytes())
    struct.pack_into("<I", data, 4, 0xFFFFFFFF)
    (folder / "s.dbf").write_bytes(bytes(data))
    return _packed(folder)


@bomb
def shp_of_a_shape_with_a_billion_points(folder: Path) -> Path:
    frame = gpd.GeoDataFrame({"code": ["1"]}, geometry=[shapely.LineString([(0, 0), (1, 1)])], crs=4326)
    frame.to_file(folder / "s.shp")
    data = bytearray((folder / "s.shp").read_bytes())
    struct.pack_into("<II", data, 100 + 8 + 36, 0x7FFFFFF, 0x7FFFFFF)
    (folder / "s.shp").write_bytes(bytes(data))
    return _packed(folder)


def _packed(folder: Path) -> Path:
    parts = {path.name: path.read_bytes() for path in folder.glob("s.*")}
    return _zip(folder / "s.zip", dict(parts))


def geopackage(path: Path, statement: str) -> Path:
    """A GeoPackage whose one layer `villages` is what a statement creates."""
    frame = gpd.GeoDataFrame({"code": ["1"], "population": [1]}, geometry=[shapely.Point(1, 1)], crs=4326)
    frame.to_file(path, layer="villages", driver="GPKG")
    with closing(sqlite3.connect(path)) as base:
        base.execute("PRAGMA writable_schema = 1")
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'villages'"
        for (name,) in base.execute(triggers).fetchall():
            base.execute(f'DROP TRIGGER "{name}"')
        base.execute("DROP TABLE villages")
        base.execute(statement)
        base.execute("UPDATE gpkg_ogr_contents SET feature_count = NULL")
        base.commit()
    return path


@bomb
def geopackage_that_counts_for_ever(folder: Path) -> Path:
    return geopackage(
        folder / "g.gpkg",
        "CREATE VIEW villages AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) "
        "SELECT n AS fid, NULL AS geom, CAST(n AS TEXT) AS code, n AS population FROM r",
    )


@bomb
def geopackage_of_everything_with_everything(folder: Path) -> Path:
    """A query without an end in sight, and without a single row before it."""
    path = geopackage(
        folder / "g.gpkg",
        "CREATE VIEW villages AS SELECT a.n AS fid, NULL AS geom, 'x' AS code, 1 AS population "
        "FROM n AS a, n AS b, n AS c, n AS d, n AS e WHERE a.n + b.n + c.n + d.n + e.n < 0",
    )
    with closing(sqlite3.connect(path)) as base:
        base.execute("CREATE TABLE n (n INTEGER)")
        base.executemany("INSERT INTO n VALUES (?)", [[n] for n in range(1000)])
        base.commit()
    return path


@bomb
def geopackage_of_a_billion_bytes_in_a_cell(folder: Path) -> Path:
    return geopackage(
        folder / "g.gpkg",
        "CREATE VIEW villages AS SELECT 1 AS fid, NULL AS geom, "
        "replace(printf('%900000000d', 1), ' ', 'xx') AS code, 1 AS population",
    )
