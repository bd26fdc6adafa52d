"""A key that nothing would read for a source's kind or its files is refused by its name."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from ground.declared import Unfit
from importer.contents import content, kinds
from importer.convert.declared import declaration
from importer.convert.unread import BY_SUFFIX, FORMS_READING, refuse_of_file
from importer.errors import DeclarationProblem
from importer.read.chunk import FORMATS, FileOptions

LEVELS = ("nation", "district")
COVERAGE = 'kind = "coverage"\nas_of = 2020-01-01\n{}\n[columns]\ncode = "c"\nis_covered = "y"\ntechnology = "t"\n'
VILLAGES = 'kind = "villages"\n{}\n[columns]\ncode = "c"\nlon = "x"\nlat = "y"\n'
PAYMENTS = 'kind = "payments"\n{}\n[columns]\nproject_id = "p"\namount = "a"\n'


@pytest.mark.parametrize(
    ("source", "keys", "refused"),
    [
        (COVERAGE, '[frame]\ncrs = "GCJ-02"', "frame"),
        (VILLAGES, '[frame]\ncrs = "GCJ-02"', None),
        (VILLAGES, '[frame]\ncrs = "GCJ-02"\nepsg = 4326', "frame.crs"),
        (COVERAGE, '[rows]\nswapped = "reject"', "rows.swapped"),
        (VILLAGES, '[rows]\nswapped = "exchange"', None),
        (PAYMENTS, '[rows]\nsuffixes = ["村"]', "rows.suffixes"),
        (COVERAGE, '[rows]\nsuffixes = ["村"]', None),
        (PAYMENTS, "[rows]\nnames_strict = true", "rows.names_strict"),
        (PAYMENTS, 'about = "01"', "about"),
        (VILLAGES, 'about = "01"', None),
        (VILLAGES, "as_of = 2020-01-01", "as_of"),
        (COVERAGE, '[constant]\noperator = "alpha"', None),
        (COVERAGE, '[constant]\noperater = "alpha"', "constant.operater"),
        (COVERAGE, '[constant]\ntechnology = "4g"', "constant.technology"),
        (COVERAGE, '[file]\npath = "a.geojson"\nsheet = "台账"', "file.sheet"),
        (COVERAGE, '[file]\npath = "a.geojson"\ndelimiter = ";"', "file.delimiter"),
        (COVERAGE, '[file]\npath = "a.gpkg"\nencoding = "gb18030"', "file.encoding"),
        (COVERAGE, '[file]\npath = "a.shp"\nencoding = "gb18030"', None),
        (COVERAGE, '[file]\npath = "a.gpkg"\nlayer = "b"', None),
        (COVERAGE, '[file]\npath = "a.parquet"\nlayer = "b"', "file.layer"),
        (COVERAGE, '[file]\npath = "a.zip"\nformat = "parquet"\nlayer = "b.parquet"', None),
        (COVERAGE, '[file]\npath = "a.csv"\nsheet = "台账"', None),  # workbooks are called .csv, too
        (COVERAGE, '[file]\npath = "a.csv"\nformat = "csv"\nsheet = "台账"', "file.sheet"),
        (COVERAGE, '[file]\npath = ["a.geojson", "b.xlsx"]\nsheet = "台账"', None),
        (COVERAGE, '[file]\npath = ["a.csv", "b.csv"]\nsha256 = "0"', "file.sha256"),
        (COVERAGE, '[file]\npath = "*.csv"\nurl = "https://example.org"', "file.url"),
        (COVERAGE, '[file]\npath = "a.csv"\nsha256 = "0"', None),
    ],
)
def test_what_is_read_and_what_is_not(source: str, keys: str, refused: str | None) -> None:
    body = tomllib.loads(source.format(keys))
    if refused is None:
        declaration(body, "s.toml", LEVELS)
        return
    with pytest.raises(DeclarationProblem) as raised:
        declaration(body, "s.toml", LEVELS)
    assert raised.value.where == f"s.toml, {refused}"


def test_words_of_a_wide_table_are_of_its_groups() -> None:
    body = tomllib.loads(
        COVERAGE.format("") + '[[wide]]\ncolumns = \'(?P<operator>a|b)\'\nvalue = "share"\nwords.operatr = { a = "A" }'
    )
    with pytest.raises(DeclarationProblem) as raised:
        declaration(body, "s.toml", LEVELS)
    assert raised.value.where == "s.toml, wide[1].words.operatr"
    assert raised.value.expected == "a named group of columns: operator"


def test_every_option_of_reading_is_told_for_which_forms_it_is_read() -> None:
    options = set(FileOptions.__dataclass_fields__) - {"format"}
    assert set(FORMS_READING) == options
    told: dict[str, Any] = {**FORMS_READING, **BY_SUFFIX}
    assert {form for forms in told.values() for form in forms} <= set(FORMATS)


@pytest.mark.parametrize("form", FORMATS)
def test_a_declared_form_decides_whatever_the_name(form: str) -> None:
    for key, read_for in FORMS_READING.items():
        if form in read_for:
            refuse_of_file({key: "x"}, "file", ["a.geojson"], form)
        else:
            with pytest.raises(Unfit):
                refuse_of_file({key: "x"}, "file", ["a.geojson"], form)


@pytest.mark.parametrize("kind", kinds())
def test_a_frame_is_read_wherever_rows_have_positions(kind: str) -> None:
    """Also where they come from the geometry of the file: the kinds that have the fields."""
    fields = content(kind, LEVELS).fields
    assert ("lon" in fields) == ("lat" in fields)
