"""Whole columns are read as cells are: the fast way and the careful way say the same of every cell."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importer.contents import Field
from importer.convert import columns
from importer.convert.declared import Column
from importer.convert.fields import _CONVERTERS, carefully, convert, settled
from importer.convert.hashes import of_cells, of_rows
from importer.convert.repeats import Repeats
from importer.read.chunk import Texts

ODD = [
    *("0", "-0", "-0.0", "00", "007", "1.0", "12.5", "1254.0", "-3", "+3", ".5", "5.", "1e5", "1E+400", "4.33122E+11"),
    *("123456789012345", "1234567890123456", "0.1234567890123456", "999999999999999.999999999999999", "1" * 400),
    *("1,234.5", "1,234", "1.234,5", "12,3", "1,23,4", "1 234 567", "1'000", "-1,5", "1.234"),
    *("50%", "45.3%", "100%", "100.01%", "101%", "-0.005%", "-0%", "%", "5%%", "5 %", "％", "５０％", "1.00005", "0.5"),
    *("2.45万", "1百万", "3 亿", "$1,200", "¥ 3", "(300)", "(-3)", "约一千", "12 km", "1人", "--5", "- 5", "−5"),
    *("٣", "३", "１２３", "Ⅻ", "½", "²", "5²", "一", "〇", "1\u200b2", "\ufeff7", "7\u00a0", " 7", "7 ", "\u30007"),
    *(
        "nan",
        "NaN",
        "inf",
        "-inf",
        "Infinity",
        "null",
        "N/A",
        "-",
        "--",
        "—",
        "?",
        "",
        " ",
        "\t",
        "9999",
        "9999.0",
        "-1",
    ),
    *("9999", "9999.0"),
    *("99", "99.0", "99%", "099", "9,999", "999", "infinity%", "0x10", "1_000", "1__0", "٣٤", "1\n", "\n1", "1\u2028"),
    *("2016-08-30", "2016-02-29", "2015-02-29", "2016-02-28", "2016-08-31", "2016-13-01", "2016-00-10", "2016-1-1"),
    *("1949-12-31", "1950-01-01", "2100-12-28", "2101-01-01", "0000-01-01", "2016-08-30T00:00:00", "2016-08-30 "),
    *(
        "2016/8/30",
        "2016.8.30",
        "20160830",
        "2016",
        "2016.0",
        "2016-08",
        "2016年8月30日",
        "2016年8月",
        "2016年底",
        "２０１６-08-30",
    ),
    *("30.08.2016", "03/04/2016", "25/12/2016", "12/25/2016", "Aug-16", "30 de agosto de 2016", "42612", "2016Q3"),
    *("是", "否", "有", "Yes", "no", "√", "在建", "1", "true", "通", "是 ", "Ｙ"),
    *("431122100201", "0431122", "'0123", '="431122"', "4311 2210", "431122-100", "1001000.0", "0" * 600, "4.3E+11"),
    *(
        "石桥村",
        "石桥 村",
        "石桥  村",
        " 石桥村",
        "石桥村\u3000",
        "é",
        "e\u0301",
        "Ñandú",
        "ﬁ",
        "한국",
        "\u1112\u1161\u11ab",
    ),
    *("村（新）", "A·B", "a\u0000b", "豈", "\u212b", "ö" * 251, "村" * 167, "x" * 501, "x" * 500, "🙂", "𠀀村"),
    *("111.07", "111.070000000000001", "-26", "E111.07", "111°4′32″", "111 4 32.4", "东经111.5", "179.9999999"),
    *("0123", "0120", "3", "4", "0" * 31),
]
FIGURES = st.text(alphabet="0123456789.,-+%eE万亿 ٣１年月日/", max_size=9)
DAYS = st.builds("{:04}-{:02}-{:02}".format, st.integers(1940, 2110), st.integers(0, 13), st.integers(0, 32))
NUMBERS = st.one_of(
    st.integers(-(10**16), 10**16).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.decimals(-1000, 1000, places=3).map(str),
    st.decimals(0, 110, places=1).map("{}%".format),
)
CELL = st.one_of(
    st.none(),
    st.sampled_from(ODD),
    FIGURES,
    DAYS,
    NUMBERS,
    st.text(max_size=12),
)
MANNERS: list[dict[str, Any]] = [
    {},
    {"unknown": ("9999", "99", "-1", "否", "0.5", "50%", "2016-08-30")},
    {"decimal": ","},
    {"decimal": ".", "factor": 0.001},
    {"scale": "percent"},
    {"scale": "fraction", "unknown": ("9,999", "1.5%")},
    {"pad_to": 12},
    {"pad_to": 3},
    {"strict": True},
    {"words": {"RURAL": "rural", "是": "yes", "石桥村": "石桥"}},
    {"date_order": "dmy"},
    {"true": ("在建",), "false": ("--",)},
]
KINDS = sorted(_CONVERTERS)


def column(kind: str, **manner: Any) -> Column:
    return Column(Field("x", kind, None, None, {}, {}, {}), columns=("x",), **manner)


def said(values: Any) -> list[tuple[str, str]]:
    """What cannot be told from each other by value, sign or type is the same."""
    cells = np.asarray(values, dtype=object).tolist()
    return [("", "") if pd.isna(cell) else (type(cell).__name__.removesuffix("_"), repr(cell)) for cell in cells]


def as_cells(texts: list[str | None]) -> pa.Array:
    return pa.array(texts, pa.string())


def _forms(texts: list[str | None]) -> list[pa.Array]:
    """The cells as they are, as a dictionary, and as a part of more."""
    return [as_cells(texts), as_cells(texts).dictionary_encode(), as_cells(["x", *texts])[1:]]


def same(meant: Column, texts: list[str | None]) -> None:
    careful = carefully(settled(meant, as_cells(texts)), pd.Series(texts, dtype=object))
    forms = [as_cells(texts)] if len(texts) == 1 else _forms(texts)
    for cells in forms:
        fast = convert(meant, cells)
        assert said(fast.values) == said(careful.values)
        assert fast.problem.tolist() == careful.problem.tolist()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("manner", MANNERS, ids=str)
def test_odd_cells_are_read_as_by_hand(kind: str, manner: dict[str, Any]) -> None:
    meant = column(kind, **manner)
    for cell in ODD:  # alone, so that no other cell decides how it is read
        same(meant, [cell])
    same(meant, [*ODD, None, *ODD])


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60)
@given(st.lists(CELL, max_size=25), st.sampled_from(MANNERS))
def test_any_column_is_read_as_by_hand(kind: str, texts: list[str | None], manner: dict[str, Any]) -> None:
    same(column(kind, **manner), texts)


@pytest.mark.parametrize(
    ("kind", "texts", "values"),
    [
        ("number", ["12", "-0.50"], [12.0, -0.5]),
        ("count", ["1254.0", "7"], [1254.0, 7.0]),
        ("share", ["45.5%", "100.005%"], [0.455, 1.0]),
        ("code", ["431122", "001"], ["431122", "001"]),
        ("text", ["石桥村", "San José 3"], ["石桥村", "San José 3"]),
        ("longitude", ["111.0725"], [111.0725]),
    ],
)
def test_plain_cells_are_read_together(kind: str, texts: list[str], values: list[object]) -> None:
    found = columns.plain(dataclasses.replace(column(kind), decimal=".", scale="fraction"), as_cells(texts))
    assert found is not None and found.is_read.all()
    assert np.asarray(found.values, dtype=object).tolist() == values


def test_few_texts_come_as_a_dictionary_and_many_as_they_are() -> None:
    texts = Texts(["few", "many"], [as_cells(["是", None, "否"] * 100), as_cells([str(n) for n in range(300)])], 300)
    assert pa.types.is_dictionary(texts.column("few").type) and not pa.types.is_dictionary(texts.column("many").type)
    assert texts.frame["few"].tolist()[:3] == ["是", None, "否"] and texts.frame["many"].tolist()[-1] == "299"
    kept = texts.kept(np.arange(300) == 1)
    assert len(kept) == 1 and kept.frame.to_numpy().tolist() == [[None, "1"]]


# --- repetitions ------------------------------------------------------------------------------------------


@given(
    st.lists(
        st.tuples(st.none() | st.text("ab一", max_size=20), st.none() | st.sampled_from(["", "a", "b"])), max_size=30
    )
)
def test_rows_share_their_bits_where_they_say_the_same(rows: list[tuple[str | None, str | None]]) -> None:
    first, second = as_cells([a for a, _ in rows]), as_cells([b for _, b in rows])
    plain = of_rows([first, second], len(rows))
    assert (plain == of_rows([first.dictionary_encode(), second.dictionary_encode()], len(rows))).all()
    shifted = [as_cells(["zz", *(a for a, _ in rows)])[1:], as_cells([None, *(b for _, b in rows)])[1:]]
    assert (plain == of_rows(shifted, len(rows))).all()
    assert len(set(plain.tolist())) == len(set(rows))


def test_texts_that_differ_a_little_never_share_their_bits() -> None:
    codes = [f"{431100000000 + n}" for n in range(300_000)]
    names = [f"村庄{n}村委会第{n % 7}组" for n in range(300_000)]
    numbers = pd.Series(np.arange(300_000) / 8)
    for column_of in (as_cells(codes), as_cells(names), as_cells([*codes, *names])):
        assert len(np.unique(of_cells(column_of))) == len(column_of)
    assert len(np.unique(of_rows([numbers], 300_000))) == 300_000


@given(st.lists(st.lists(st.integers(0, 40), max_size=15), max_size=12))
def test_a_repetition_is_what_came_before(batches: list[list[int]]) -> None:
    seen: set[int] = set()
    repeats = Repeats()
    for batch in batches:
        expected = []
        for number in batch:
            expected.append(number in seen)
            seen.add(number)
        assert repeats.mark(of_rows([as_cells([str(n) for n in batch])], len(batch))).tolist() == expected
