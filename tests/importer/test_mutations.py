"""A good register, mutated in every way that files come to harm: the answer is a count that adds up, or a message.

No mutation may lose a row in silence, end in an error of ours, or need more memory than a file of its size is worth.

More than 400 lines: one property, and the many ways in which a file is made wrong for it.
"""

from __future__ import annotations

import csv
import io
import json
import random
import re
import sqlite3
import tempfile
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
import xlsxwriter
from clerk import WRONG, table, wrong_rows
from hypothesis import example, given, settings
from hypothesis import strategies as st

from importer.convert.returned import FORMULA_STARTS
from importer.dry_run import DryRun, dry_run
from importer.errors import DeclarationProblem, FileTooLarge, FileUnreadable, Problem
from importer.files import files_of, look, read
from importer.place.identity import Register
from importer.read import limits
from importer.read.chunk import FileOptions
from importer.report.page import html, text
from importer.report.quality import Quality

LEVELS = ["nation", "county"]
EXTENT = [100.0, 20.0, 120.0, 40.0]
VILLAGES = [(f"01{n:04}", f"村{n}", 110 + n / 1000, 26 + n / 1000) for n in range(120)]
GOOD = table(VILLAGES).decode("gbk")
LINES = GOOD.splitlines()
CELLS = [line.split(",") for line in LINES]
HEADER = CELLS[0]
LON, LAT = HEADER.index("经度"), HEADER.index("纬度")
ENCODINGS = ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "latin-1"]
SHEET = "xl/worksheets/sheet1.xml"

#: What a person declared for the good file, so that a mutation meets a declaration that cannot give way.
DECLARED: Mapping[str, Any] = {
    "kind": "villages",
    "columns": {
        "code": "行政村代码",
        "name": "行政村名称",
        "population_persons": "人口",
        "lon": "经度",
        "lat": "纬度",
    },
}
SHAPES: Mapping[str, Any] = {
    "kind": "villages",
    "columns": {name: name for name in ("code", "name")} | {"population_persons": "population"},
}
#: Without the name, whose header an attack takes the place of.
NAMELESS: Mapping[str, Any] = {
    "kind": "villages",
    "columns": {field: header for field, header in DECLARED["columns"].items() if field != "name"},
}
#: Nothing declared: drafts are made of the file itself. It takes thrice the time, so it is the rarer case.
BODIES = st.sampled_from([DECLARED, DECLARED, DECLARED, None])
SEEDS = st.integers(0, 2**32 - 1)  # of a mutation's own generator: shorter to show than a list of its choices
few = settings(max_examples=10, deadline=None, derandomize=True)
some = settings(max_examples=20, deadline=None, derandomize=True)


# --- what every answer has to be --------------------------------------------------------------------------


def checked(data: bytes, name: str = "register.csv", body: Mapping[str, Any] | None = None) -> DryRun | Problem:
    """The answer to a file: a dry run that adds up, or a message that helps. Anything else fails the test."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        return checked_file(path, body)


def checked_file(path: Path, body: Mapping[str, Any] | None = None) -> DryRun | Problem:
    rejects = path.with_name("rejects.csv")
    try:
        done = dry_run(path, LEVELS, body=body, register=register(), extent_degrees=EXTENT, rejects=rejects)
    except Problem as problem:
        assert all(part.strip() for part in (problem.where, problem.expected, problem.found))
        assert problem.next_step.strip() and len(str(problem)) < 10_000
        return problem
    for part in done.parts:
        _adds_up(part.quality)
    assert len(listed(rejects)) == sum(part.quality.rejected for part in done.parts)
    return done


def _adds_up(quality: Quality) -> None:
    """`loaded` is read minus rejected; the columns counted the rows that were really handed on."""
    assert 0 <= quality.rejected <= quality.read
    assert {column.rows for column in quality.columns.values()} <= {quality.loaded}
    assert text(quality).encode() and text(quality, "zh").encode()


def run(answer: DryRun | Problem) -> DryRun:
    assert isinstance(answer, DryRun), answer
    return answer


def refused(answer: DryRun | Problem, *kinds: type[Problem]) -> Problem:
    assert isinstance(answer, kinds), answer
    return answer


def wrong(body: Mapping[str, Any] | None) -> int:
    """Rows of the good file that are rejected: a draft reads its flags, what is declared here does not."""
    return wrong_rows() if body is None else wrong_rows() - len(WRONG["flag"])


def listed(rejects: Path) -> list[list[str]]:
    """The rows of the file of rejects, without its header."""
    if not rejects.is_file():
        return []
    usual = csv.field_size_limit(1 << 30)
    try:
        with rejects.open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.reader(stream))[1:]
    finally:
        csv.field_size_limit(usual)


@cache
def register() -> Register:
    places = [("N", "nation", None, "Nation"), ("01", "county", "N", "County")]
    villages = [(code, "village", "01", name) for code, name, _, _ in VILLAGES]
    columns = ["place_id", "level", "parent_id", "name"]
    return Register(pd.DataFrame(places + villages, columns=columns), [*LEVELS, "village"])


@contextmanager
def memory_within(most_bytes: int) -> Iterator[None]:
    """What Python itself took at its height; it does not depend on the machine, as a process's size does."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < most_bytes
    finally:
        tracemalloc.stop()


def joined(rows: list[list[str]]) -> bytes:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\r\n").writerows(rows)
    return stream.getvalue().encode()


# --- text: cut, shuffled, encoded anew --------------------------------------------------------------------


@some
@example("utf-16", len(GOOD), None)  # half a letter at the end, and its half is a byte below 128
@example("utf-8", 0, DECLARED)
@example("utf-8", len(LINES[0].encode()), DECLARED)
@given(encoding=st.sampled_from(ENCODINGS[:4]), at=st.integers(0, len(GOOD.encode("utf-16"))), body=BODIES)
def test_cut_at_any_byte(encoding: str, at: int, body: Mapping[str, Any] | None) -> None:
    checked(GOOD.encode(encoding)[:at], body=body)


@few
@given(seed=SEEDS, with_header=st.booleans(), body=BODIES)
def test_lines_shuffled(seed: int, with_header: bool, body: Mapping[str, Any] | None) -> None:
    """Below the header the order says nothing; a header among the rows is not taken for one."""
    first = 0 if with_header else 1
    rows = LINES[first:]
    random.Random(seed).shuffle(rows)
    answer = checked("\n".join([*LINES[:first], *rows]).encode(), body=body)
    if not with_header:
        assert run(answer).read == len(VILLAGES) and run(answer).rejected == wrong(body)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r", "\r\n"])
def test_the_same_rows_in_any_encoding(encoding: str, line_end: str) -> None:
    done = run(checked(line_end.join(LINES).encode(encoding), body=DECLARED))
    assert done.read == len(VILLAGES) and done.rejected == wrong(DECLARED)


def test_the_good_table() -> None:
    done = run(checked(GOOD.encode("gb18030")))
    assert done.read == len(VILLAGES) and done.rejected == wrong_rows()


def test_latin_letters() -> None:
    rows = [f"01{n:04},San José de Ñahuí {n},{100 + n},{110 + n / 1000},{26 + n / 1000}" for n in range(40)]
    data = "\n".join(["código,nombre,población,longitud,latitud", *rows]).encode("latin-1")
    done = run(checked(data))
    assert (done.read, done.parts[0].kind) == (40, "villages")
    assert {"code", "name", "population_persons", "lon", "lat"} <= set(done.parts[0].quality.columns)


@some
@given(seed=SEEDS, body=BODIES)
def test_encodings_mixed_within_one_file(seed: int, body: Mapping[str, Any] | None) -> None:
    chosen = random.Random(seed)
    lines = [f"{line}\r\n".encode(chosen.choice(ENCODINGS), errors="replace") for line in LINES]
    checked(b"".join(lines), body=body)


@pytest.mark.parametrize("encoding", [*ENCODINGS, "utf-32", "utf-7", "hz", "idna", "unicode_escape", "no\x00", "x"])
def test_an_encoding_declared_that_the_file_does_not_have(encoding: str) -> None:
    declared = {**DECLARED, "file": {"encoding": encoding, "delimiter": ","}}
    checked(GOOD.encode("gb18030"), body=declared)
    checked(GOOD.encode("utf-16-le") + b"\x00", body=declared)


@pytest.mark.parametrize(("key", "value"), [("delimiter", ",,"), ("delimiter", "\n"), ("encoding", 8), ("sheet", [])])
def test_a_declaration_of_the_file_that_cannot_be(key: str, value: Any) -> None:
    declared = {**DECLARED, "file": {key: value}}
    assert f"file.{key}" in refused(checked(GOOD.encode(), body=declared), DeclarationProblem).where


def test_a_delimiter_beyond_ascii() -> None:
    data = "\n".join(line.replace(",", "；") for line in LINES).encode()
    done = run(checked(data, body={**DECLARED, "file": {"delimiter": "；"}}))
    assert done.read == len(VILLAGES) and done.rejected == wrong(DECLARED)


def test_broken_letters_of_two_bytes_cost_their_rows_only() -> None:
    """Half a pair in UTF-16 is replaced as a whole: what follows stays in step."""
    mark, half = "\ufeff", b"\xd8\x41"
    lines = [f"{line}\n".encode("utf-16-be") for line in LINES]
    lines[60] = lines[60].replace("村".encode("utf-16-be"), half)
    done = run(checked(mark.encode("utf-16-be") + b"".join(lines)))
    assert done.read == len(VILLAGES) and 61 in done.rejected_rows


# --- text: line ends, NUL, quotes, long cells -------------------------------------------------------------


@few
@given(seed=SEEDS, encoding=st.sampled_from(["utf-8", "gb18030", "utf-16"]))
def test_line_ends_mixed(seed: int, encoding: str) -> None:
    chosen = random.Random(seed)
    whole = "".join(line + chosen.choice(["\r", "\n", "\r\n"]) for line in LINES)
    done = run(checked(whole.encode(encoding), body=DECLARED))
    assert done.read == len(VILLAGES) and done.rejected == wrong(DECLARED)


@some
@given(
    places=st.lists(st.integers(0, len(GOOD.encode())), min_size=1, max_size=30),
    encoding=st.sampled_from(["utf-8", "gb18030", "utf-16"]),
    body=BODIES,
)
def test_nul_bytes_sprinkled(places: list[int], encoding: str, body: Mapping[str, Any] | None) -> None:
    data = bytearray(GOOD.encode(encoding))
    for place in places:
        data.insert(place, 0)
    checked(bytes(data), body=body)


@some
@given(at=st.integers(len(LINES[0]) + 2, len(GOOD)), encoding=st.sampled_from(["utf-8", "gb18030", "utf-16"]))
def test_a_quote_never_closed_costs_a_row(at: int, encoding: str) -> None:
    done = run(checked(f'{GOOD[:at]}"{GOOD[at:]}'.encode(encoding), body=DECLARED))
    assert done.read in (len(VILLAGES), len(VILLAGES) + 1)  # at the very end it is a line of its own
    assert done.rejected <= wrong_rows() + 2


@few
@given(places=st.lists(st.integers(0, len(GOOD)), min_size=1, max_size=5), body=BODIES)
def test_quotes_anywhere(places: list[int], body: Mapping[str, Any] | None) -> None:
    whole = GOOD
    for place in places:
        whole = f'{whole[:place]}"{whole[place:]}'
    checked(whole.encode(), body=body)


@pytest.mark.parametrize("cell", ["x" * (10 << 20), "村" * (4 << 20), f'"{"x" * (10 << 20)}"', "," * (1 << 19)])
def test_a_cell_of_ten_megabytes_costs_its_row(cell: str) -> None:
    """Kept neither whole nor in the report. Row 6 is good otherwise; commas at its end are empty cells."""
    lines = [*LINES[:5], f"{LINES[5].rsplit(',', 1)[0]},{cell}", *LINES[6:]]
    data = "\r\n".join(lines).encode()
    with memory_within(25 * len(cell) + (200 << 20)):
        done = run(checked(data, body=DECLARED))
    assert done.read == len(VILLAGES)
    assert (6 in done.rejected_rows) == (not cell.startswith(","))


@pytest.mark.parametrize("body", [None, DECLARED])
def test_a_header_or_a_file_that_is_one_long_line(body: Mapping[str, Any] | None) -> None:
    checked((LINES[0] + "x" * (1 << 20) + "\n" + "\n".join(LINES[1:])).encode(), body=body)
    checked(b"x" * (3 << 20), body=body)
    checked(b"\n" * (1 << 20), body=body)


def test_blank_lines_below_a_wide_header_take_no_memory() -> None:
    """A blank line is no row: 300 cells for each of them would be gigabytes."""
    names = [*HEADER, *(f"c{n}" for n in range(300))]
    row = [*CELLS[1], *["x"] * 300]
    with memory_within(100 << 20):
        done = run(checked(joined([names]) + b"\n" * 100_000 + joined([row]), body=DECLARED))
    assert (done.read, done.rejected) == (1, 0)


# --- text: headers and columns ----------------------------------------------------------------------------


@few
@given(at=st.integers(1, len(LINES)), times=st.integers(1, 4), body=BODIES)
def test_the_header_again_is_a_row_that_is_rejected(at: int, times: int, body: Mapping[str, Any] | None) -> None:
    lines = [*LINES[:at], *[LINES[0]] * times, *LINES[at:]]
    done = run(checked("\n".join(lines).encode(), body=body))
    assert done.read == len(VILLAGES) + times
    assert set(range(at + 1, at + 1 + times)) <= done.rejected_rows


@pytest.mark.parametrize("gone", range(LAT + 1))
def test_columns_shifted_so_that_text_stands_in_latitude(gone: int) -> None:
    """One cell lost in every row: "yes" comes to stand under latitude, and no row is loaded."""
    rows = [HEADER, *([*row[:gone], *row[gone + 1 :], ""] for row in CELLS[1:])]
    done = run(checked(joined(rows), body=DECLARED))
    assert done.read == done.rejected == len(VILLAGES)
    assert "not_a_coordinate/True" in done.parts[0].quality.rules


@few
@given(at=st.integers(0, len(HEADER) - 1), cell=st.sampled_from(["", "x", "0", "=1+1"]), body=BODIES)
def test_columns_shifted_to_the_right(at: int, cell: str, body: Mapping[str, Any] | None) -> None:
    checked(joined([HEADER, *([*row[:at], cell, *row[at:-1]] for row in CELLS[1:])]), body=body)


@pytest.mark.parametrize("rows", [[], [HEADER], [HEADER, HEADER], [[""] * 9] * 5, [["x"]]])
@pytest.mark.parametrize("name", ["register.csv", "register.xlsx"])
@pytest.mark.parametrize("body", [None, DECLARED])
def test_no_row_at_all(rows: list[list[str]], name: str, body: Mapping[str, Any] | None) -> None:
    data = workbook(rows) if name.endswith("xlsx") else joined(rows)
    answer = checked(data, name, body)
    if rows == [HEADER] and body is not None:
        assert run(answer).read == 0


@pytest.mark.parametrize("data", [b"", b" ", b"\n", b"\x00", b"\xef\xbb\xbf", b"\xff\xfe", b'"', b",", b"\r\r\n"])
def test_next_to_nothing(data: bytes) -> None:
    refused(checked(data), Problem)
    refused(checked(data, body=DECLARED), Problem)


#: Cells that spreadsheets calculate, that languages take for numbers, and that terminals obey.
HOSTILE = [
    '=HYPERLINK("http://example.invalid","x")',
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "1e999",
    "inf",
    "nan",
    "0x10",
    "1_000",
    "９９",
    "½",
    "\u0660" * 12,
    "\u200b",
    "\x1b[31m",
    "9" * 400,
    "村" * 600,
    "1°60′",
    "亿",
]


@some
@given(
    puts=st.lists(
        st.tuples(
            st.integers(1, len(CELLS) - 1),
            st.integers(0, len(HEADER) - 1),
            st.sampled_from(HOSTILE) | st.text(),
        ),
        min_size=1,
        max_size=25,
    ),
    body=BODIES,
)
def test_formulas_and_other_hostile_cells(puts: list[tuple[int, int, str]], body: Mapping[str, Any] | None) -> None:
    rows = [list(row) for row in CELLS]
    for row, column, cell in puts:
        rows[row][column] = cell
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.csv"
        path.write_bytes("\r\n".join(_quoted(row) for row in rows).encode("utf-8", errors="replace"))
        answer = checked_file(path, body)
        cells = [cell for row in listed(path.with_name("rejects.csv")) for cell in row]
    assert isinstance(answer, Problem) or html([part.quality for part in answer.parts]).encode()
    assert not [cell for cell in cells if cell.startswith(FORMULA_STARTS) and not _is_number(cell)]


def _quoted(row: list[str]) -> str:
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in row)


def _is_number(cell: str) -> bool:
    try:
        float(cell.replace(",", ""))
    except ValueError:
        return False
    return True


# --- noise ------------------------------------------------------------------------------------------------

#: What files begin with: noise behind it reaches the reader that it belongs to.
BEGINNINGS = [
    b"",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"PAR1",
    b"SQLite format 3\x00",
    b"\x00\x00\x27\x0a",
    b"\xff\xfe",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
    b'{"type":',
    b"<?xml",
    LINES[0].encode() + b"\n",
]


@settings(max_examples=80, deadline=None, derandomize=True)
@given(beginning=st.sampled_from(BEGINNINGS), noise=st.binary(max_size=2000), body=BODIES)
def test_random_bytes(beginning: bytes, noise: bytes, body: Mapping[str, Any] | None) -> None:
    checked(beginning + noise, body=body)


@some
@given(whole=st.text(max_size=300), body=BODIES)
def test_random_text(whole: str, body: Mapping[str, Any] | None) -> None:
    checked(whole.encode("utf-8"), body=body)


# --- workbooks --------------------------------------------------------------------------------------------


def workbook(rows: list[list[str]], formula: str = "") -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for n, row in enumerate(rows):
            sheet.write_row(n, 0, row)
        if formula:
            sheet.write_formula(len(rows), 0, formula, None, formula)
    return data.getvalue()


@cache
def good_workbook() -> bytes:
    return workbook(CELLS)


def parts_of(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def packed(parts: Mapping[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return data.getvalue()


def altered(archive: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    parts = parts_of(archive)
    return packed({**parts, name: change(parts[name])})


def harmed(data: bytes, chosen: random.Random) -> bytes:
    """Cut, with bytes changed or lost, or with NULs in it."""
    at, length = chosen.randrange(len(data) + 1), chosen.randrange(40)
    return chosen.choice(
        [
            data[:at],
            data[:at] + chosen.randbytes(length) + data[at + length :],
            data[:at] + data[at + length :],
            data[:at] + b"\x00" * length + data[at:],
        ]
    )


def test_the_good_workbook() -> None:
    done = run(checked(good_workbook(), "register.xlsx"))
    assert done.read == len(VILLAGES) and done.rejected == wrong_rows()


@some
@given(seed=SEEDS, inside=st.booleans(), body=BODIES)
def test_a_damaged_workbook(seed: int, inside: bool, body: Mapping[str, Any] | None) -> None:
    chosen = random.Random(seed)
    data = good_workbook()
    if inside:
        name = chosen.choice([SHEET, "xl/sharedStrings.xml", "xl/workbook.xml", *parts_of(data)])
        data = altered(data, name, lambda part: harmed(part, chosen))
    else:
        data = harmed(data, chosen)
    checked(data, "register.xlsx", body)


@few
@given(
    seed=SEEDS,
    number=st.sampled_from([b"0", b"-1", b"4294967296", b"99999999999999999999", b"", b"1e400", b"NaN"]),
)
def test_a_workbook_whose_numbers_lie(seed: int, number: bytes) -> None:
    """Numbers of rows, of strings and of styles are all the reader has to find its way."""
    chosen = random.Random(seed)
    name = chosen.choice([SHEET, "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml"])

    def change(part: bytes) -> bytes:
        found = chosen.choice(list(re.finditer(rb"\d+", part)))
        return part[: found.start()] + number + part[found.end() :]

    checked(altered(good_workbook(), name, change), "register.xlsx", DECLARED)


@pytest.mark.parametrize("cell", ["XFD1048576", "XFD9999999", "ZZZZZZ4294967295", "XFD1"])
def test_a_cell_at_the_far_end_of_a_sheet(cell: str) -> None:
    """Up to it all cells would be held: half a terabyte, asked for by five kilobytes, ends the process."""
    row = f'<row r="{cell.lstrip("XFDZ")}"><c r="{cell}"><v>1</v></c></row></sheetData>'.encode()
    data = altered(good_workbook(), SHEET, lambda part: part.replace(b"</sheetData>", row))
    refused(checked(data, "register.xlsx"), FileTooLarge)


def test_a_sheet_of_nothing_but_a_far_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SHEET_CELLS", 1_000_000)
    row = b'<row r="200000"><c r="A200000"><v>1</v></c></row></sheetData>'
    data = altered(good_workbook(), SHEET, lambda part: part.replace(b"</sheetData>", row))
    assert "far away" in refused(checked(data, "register.xlsx"), FileTooLarge).next_step


def test_one_long_text_in_every_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text that is stored once and used a thousand times unfolds in memory, not in the archive."""
    monkeypatch.setattr(limits, "READER_BYTES", 700 << 20)
    data = workbook([HEADER, *[["q"] * len(HEADER)] * 120])
    data = altered(data, "xl/sharedStrings.xml", lambda part: part.replace(b">q<", b">" + b"q" * 1_000_000 + b"<"))
    assert len(data) < 50_000
    refused(checked(data, "register.xlsx"), FileTooLarge)


def test_a_cell_of_ten_megabytes_in_a_workbook() -> None:
    long = b">" + b"x" * (10 << 20) + b"<"
    data = altered(good_workbook(), "xl/sharedStrings.xml", lambda part: part.replace(">村5<".encode(), long))
    with memory_within(200 << 20):
        done = run(checked(data, "register.xlsx", DECLARED))
    assert done.read == len(VILLAGES) and done.rejected == wrong(DECLARED) + 1


@pytest.mark.parametrize("name", [SHEET, "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml"])
@pytest.mark.parametrize("entity", ["&l11;", "&self;", "&file;"])
def test_entities_are_not_expanded(name: str, entity: str) -> None:
    """A billion laughs, an entity of itself, and one that names a file of this machine."""
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    other = '<!ENTITY self "&self;"><!ENTITY file SYSTEM "file:///etc/passwd">'
    attack = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{levels}{other}]>'

    def change(part: bytes) -> bytes:
        body = part.decode().partition("?>")[2]
        return (attack + body.replace(">行政村名称<", f">{entity}<").replace("<v>1<", f"<v>{entity}<")).encode()

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.xlsx"
        path.write_bytes(altered(good_workbook(), name, change))
        if isinstance(checked_file(path, NAMELESS), DryRun):
            assert not any("root:" in column or "lol" in column for column in look(path).columns)


def test_formulas_in_a_workbook_are_what_they_showed() -> None:
    """A cell that was calculated to a formula's text goes to the rejects as text."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.xlsx"
        path.write_bytes(workbook(CELLS, formula='=HYPERLINK("http://example.invalid")'))
        assert run(checked_file(path, DECLARED)).read == len(VILLAGES) + 1
        assert listed(path.with_name("rejects.csv"))[-1][0].startswith("'=HYPERLINK")


# --- archives ---------------------------------------------------------------------------------------------


@cache
def shapefile() -> dict[str, bytes]:
    """The parts of a good one, by name."""
    columns = {"code": [code for code, *_ in VILLAGES], "name": [name for _, name, *_ in VILLAGES]}
    points = [shapely.Point(lon, lat) for *_, lon, lat in VILLAGES]
    with tempfile.TemporaryDirectory() as folder:
        frame = gpd.GeoDataFrame({**columns, "population": range(120)}, geometry=points, crs=4326)
        frame.to_file(Path(folder) / "a.shp", encoding="utf-8")
        return {path.name: path.read_bytes() for path in sorted(Path(folder).iterdir())}


def test_the_good_shapefile() -> None:
    done = run(checked(packed(shapefile()), "register.zip"))
    assert (done.read, done.rejected) == (len(VILLAGES), 0)


@some
@example(1, "a.prj", b"\xc4")  # no text: the reader stumbles over its own name for it
@given(seed=SEEDS, name=st.sampled_from(["a.shp", "a.shx", "a.dbf", "a.prj", "a.cpg"]), end=st.binary(max_size=3))
def test_a_damaged_shapefile(seed: int, name: str, end: bytes) -> None:
    parts = shapefile()
    checked(packed({**parts, name: harmed(parts[name], random.Random(seed)) + end}), "register.zip")


@pytest.mark.parametrize("gone", ["a.shp", "a.shx", "a.dbf", "a.prj", "a.cpg"])
def test_a_shapefile_that_lacks_a_part(gone: str) -> None:
    checked(packed({name: part for name, part in shapefile().items() if name != gone}), "register.zip")


@pytest.mark.parametrize("name", ["register.xlsx", "register.zip"])
@pytest.mark.parametrize("is_lie", [False, True])
def test_a_bomb_is_refused_while_it_unfolds(name: str, is_lie: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the archive says that its parts are small."""
    monkeypatch.setattr(limits, "RATIO_FROM_BYTES", 1 << 20)
    nothing = b"\x00" * (24 << 20)
    bomb = {**parts_of(good_workbook()), SHEET: nothing} if name.endswith("xlsx") else {**shapefile(), "a.dbf": nothing}
    data = packed(bomb)
    if is_lie:
        data = data.replace(len(nothing).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    with memory_within(50 << 20):
        refused(checked(data, name), FileTooLarge, FileUnreadable)


@pytest.mark.parametrize("inside", ["../../a", "/etc/a", "b/../../a", "\\a", "..\\a", "b\\..\\..\\a"])
def test_names_that_leave_their_archive(inside: str) -> None:
    parts = {name.replace("a.", f"{inside}.", 1): part for name, part in shapefile().items()}
    refused(checked(packed(parts), "register.zip"), FileUnreadable)
    refused(checked(packed({**parts_of(good_workbook()), inside: b"x"}), "register.xlsx"), FileUnreadable)


def test_an_archive_of_another_time() -> None:
    """A version of zip that nobody has written yet."""
    data = bytearray(good_workbook())
    entry = data.index(b"PK\x01\x02")
    data[entry + 6] = 82
    refused(checked(bytes(data), "register.xlsx"), FileUnreadable)


# --- GeoJSON and Parquet ----------------------------------------------------------------------------------


def features() -> list[Any]:
    return [
        {
            "type": "Feature",
            "properties": {"code": code, "name": name, "population": 1000},
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
        }
        for code, name, lon, lat in VILLAGES
    ]


def geojson(listed_features: list[Any]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": listed_features}, ensure_ascii=False).encode()


#: What may stand where a feature, its properties or its geometry should.
PIECES: list[Any] = [
    None,
    1,
    "x",
    [],
    {},
    {"type": "Point"},
    {"type": "Point", "coordinates": []},
    {"type": "Nope"},
    {"type": "Point", "coordinates": ["a", "b"]},
    {"type": "Point", "coordinates": [1e308, -1e308]},
    {"type": "Point", "coordinates": [float("nan"), float("inf")]},
    {"type": "Polygon", "coordinates": []},
    {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 1], [1, 0], [0, 0]]]},
    {"type": "LineString", "coordinates": [[1, 1]]},
    {"type": "GeometryCollection", "geometries": []},
    {"code": {"a": [1]}},
    {"code": ["a"]},
    {"name": "a\x00b"},
    {"population": 10**30},
    {"population": "many"},
]


@pytest.mark.parametrize("body", [None, SHAPES])
def test_the_good_geojson(body: Mapping[str, Any] | None) -> None:
    done = run(checked(geojson(features()), "register.geojson", body))
    assert (done.read, done.rejected) == (len(VILLAGES), 0)


@some
@given(
    puts=st.lists(
        st.tuples(
            st.integers(0, len(VILLAGES) - 1),
            st.sampled_from(["feature", "properties", "geometry"]),
            st.sampled_from(PIECES),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_geojson_with_pieces_of_another_kind(puts: list[tuple[int, str, Any]]) -> None:
    pieces = features()
    for n, where, piece in puts:
        if where == "feature" or not isinstance(pieces[n], dict):
            pieces[n] = piece
        else:
            pieces[n] = {**pieces[n], where: piece}
    checked(geojson(pieces), "register.geojson", SHAPES)


@some
@given(seed=SEEDS, encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]))
def test_damaged_geojson(seed: int, encoding: str) -> None:
    data = geojson(features()).decode().encode(encoding)
    checked(harmed(data, random.Random(seed)), "register.geojson", SHAPES)


@pytest.mark.parametrize(
    "whole",
    [
        '{"type":' + "[" * 100_000,
        '{"type":"FeatureCollection","features":' + "[" * 100_000,
        '{"type":"FeatureCollection"}',
        '{"type":"FeatureCollection","features":[null]}',
        '{"type":"Feature","properties":{"name":"' + "x" * (10 << 20) + '","code":"1","population":1},"geometry":null}',
    ],
)
def test_odd_geojson(whole: str) -> None:
    checked(whole.encode(), "register.geojson", SHAPES)


@cache
def parquet() -> bytes:
    return _parquet(len(CELLS))


def _parquet(count: int) -> bytes:
    data = io.BytesIO()
    pd.DataFrame(CELLS[1:count], columns=HEADER).to_parquet(data, compression=None)
    return data.getvalue()


@some
@given(seed=SEEDS, body=BODIES)
def test_damaged_parquet(seed: int, body: Mapping[str, Any] | None) -> None:
    checked(harmed(parquet(), random.Random(seed)), "register.parquet", body)


def test_parquet_without_a_row() -> None:
    assert run(checked(_parquet(1), "register.parquet", DECLARED)).read == 0


# --- paths ------------------------------------------------------------------------------------------------


@pytest.fixture
def inside(tmp_path: Path) -> Path:
    """A profile's folder, with a secret beside it."""
    (tmp_path / "secret.csv").write_text(GOOD, encoding="utf-8")
    folder = tmp_path / "profile"
    (folder / "registers").mkdir(parents=True)
    (folder / "registers" / "good.csv").write_text(GOOD, encoding="utf-8")
    return folder


STEPS = ["..", ".", "*", "**", "registers", "secret.csv", "", "~", "..."]


@settings(max_examples=150, deadline=None, derandomize=True)
@example(["..", "..", "secret.csv"], "")
@example(["x" * 300], "")  # longer than a name may be
@example(["**x"], "")
@given(
    steps=st.lists(st.sampled_from(STEPS) | st.text(max_size=8), min_size=1, max_size=5),
    start=st.sampled_from(["", "/", "//", "C:", "\\\\"]),
)
def test_no_path_leaves_its_folder(steps: list[str], start: str) -> None:
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root) / "profile"
        (folder / "registers").mkdir(parents=True)
        for path in (Path(root) / "secret.csv", folder / "registers" / "good.csv"):
            path.write_text("a\n1\n", encoding="utf-8")
        try:
            found = files_of(folder, start + "/".join(steps))
        except Problem as problem:
            assert problem.found.strip() and problem.next_step.strip()
            return
        assert found and all(path.resolve().is_relative_to(folder.resolve()) for path in found)


@pytest.mark.parametrize("pattern", ["way/secret.csv", "way", "way/*", "*/secret.csv", "*/*", "registers/link.csv"])
def test_no_link_leads_out(inside: Path, pattern: str) -> None:
    (inside / "way").symlink_to(inside.parent)
    (inside / "registers" / "link.csv").symlink_to(inside.parent / "secret.csv")
    with pytest.raises(DeclarationProblem, match="inside"):
        files_of(inside, pattern)


def test_links_that_stay_inside_or_lead_nowhere(inside: Path) -> None:
    (inside / "again.csv").symlink_to(inside / "registers" / "good.csv")
    (inside / "circle.csv").symlink_to(inside / "circle.csv")
    (inside / "broken.csv").symlink_to(inside / "none.csv")
    assert run(checked_file(files_of(inside, "again.csv")[0], DECLARED)).read == len(VILLAGES)
    assert files_of(inside, "?????.csv") == [inside / "again.csv"]
    for name in ("circle.csv", "broken.csv", "registers"):
        refused(checked_file(inside / name), Problem)


# --- pieces -----------------------------------------------------------------------------------------------


@few
@given(seed=SEEDS, chunk_rows=st.integers(1, 40))
def test_a_damaged_file_is_the_same_in_pieces(seed: int, chunk_rows: int) -> None:
    """No record is lost or told twice where one piece ends and the next begins."""
    data = harmed(GOOD.encode(), random.Random(seed))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.csv"
        path.write_bytes(data or b"x")
        whole, pieces = _records(path, 1_000_000), _records(path, chunk_rows)
    assert whole == pieces


def _records(path: Path, chunk_rows: int) -> tuple[list[int], list[int]] | str:
    try:
        chunks = list(read(path, FileOptions(), chunk_rows))
    except Problem as problem:
        return str(problem)
    rows = [int(number) for chunk in chunks for number in chunk.row_numbers]
    return rows, [int(number) for chunk in chunks for number in chunk.unreadable["row_number"]]


# --- time -------------------------------------------------------------------------------------------------


def endless(path: Path) -> None:
    """A GeoPackage whose one layer is a query that counts for ever."""
    frame = gpd.GeoDataFrame({"code": ["1"], "population": [1]}, geometry=[shapely.Point(1, 1)], crs=4326)
    frame.to_file(path, layer="villages", driver="GPKG")
    with closing(sqlite3.connect(path)) as base:
        base.execute("PRAGMA writable_schema = 1")
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'villages'"
        for (name,) in base.execute(triggers).fetchall():
            base.execute(f'DROP TRIGGER "{name}"')
        base.execute("DROP TABLE villages")
        base.execute(
            "CREATE VIEW villages AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) "
            "SELECT n AS fid, NULL AS geom, CAST(n AS TEXT) AS code, n AS population FROM r"
        )
        base.execute("UPDATE gpkg_ogr_contents SET feature_count = NULL")
        base.commit()


def test_a_file_that_never_ends_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "villages.gpkg"
    endless(path)
    body = {"kind": "villages", "columns": {"code": "code", "population_persons": "population"}}
    assert "view villages" in refused(checked_file(path, body), FileUnreadable).found


def test_a_text_repeated_in_every_row_of_a_parquet_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kilobyte that unfolds to a hundred gigabytes."""
    monkeypatch.setattr(limits, "READER_BYTES", 1 << 30)
    rows = 100_000
    cells = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array(["x" * 1_000_000]))
    path = tmp_path / "villages.parquet"
    pq.write_table(pa.table({"code": cells}), path, compression="zstd", store_schema=False)
    assert path.stat().st_size < 10_000
    refused(checked_file(path, NAMELESS), FileTooLarge)


def test_a_check_has_a_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CHECK_SECONDS", -1)
    path = tmp_path / "register.csv"
    path.write_bytes(table(VILLAGES))
    assert "120 rows" in refused(checked_file(path, DECLARED), FileTooLarge).found
