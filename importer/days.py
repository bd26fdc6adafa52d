"""Understands dates as people write them: 2016-08-30, 2016年上半年, 30.08.2016, Aug-16, a spreadsheet's number.

A period stands for its last day (or its first). What leaves two days open is `ambiguous_date`, and what tells of a day
without being one ("before 30 August", "expected in June") is `not_a_date`; neither becomes a value.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from importer.values import NOTHING, Converted, by_text, folded, house_words, unknown_words

YEARS = range(1950, 2101)
LONGEST = 100  # characters
CENTURY_TURNS = 50  # 16年 is 2016, 98年 is 1998
SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")  # days since 1899-12-30: five digits are 1927 to 2173

# --- in Chinese ---
NUMERALS = re.compile("[〇零一二三四五六七八九十]+")
DIGIT = {numeral: n for n, numeral in enumerate("零一二三四五六七八九")} | {"〇": 0}
TIME = r"(?:[t\s].*)?"
IN_YEAR = r"(?:(?P<year>\d{4})\s*(?:年度?|[-/.])?|(?P<short>\d{2})\s*年度?)\s*"
OF_YEAR = re.compile(rf"{IN_YEAR}(?P<part>年?[底末终初中]|[上下]半年)?")
QUARTER = re.compile(rf"{IN_YEAR}(?:q([1-4])|第?([1-4])季度?|季([1-4]))")
OF_MONTH = re.compile(
    r"(?:(?P<year>\d{4})\s*(?:年|[-/.])|(?P<short>\d{2})\s*年)\s*(?P<month>\d{1,2})\s*(?:月份?)?\s*"
    r"(?:月?(?P<part>[底末初中]|[上中下]旬))?"
)
CHINESE_DAY = re.compile(
    rf"(?:(?P<year>\d{{4}})|(?P<short>\d{{2}}))\s*年\s*(\d{{1,2}})\s*月\s*(\d{{1,2}})\s*[日号]?{TIME}"
)
#: Part of a year → its first and last (month, day); part of a month → its first and last day, None for the month's own.
PARTS_OF_YEAR = {
    "": ((1, 1), (12, 31)),
    "初": ((1, 1), (1, 31)),
    "中": ((6, 1), (6, 30)),
    "底": ((12, 31), (12, 31)),
    "上半年": ((1, 1), (6, 30)),
    "下半年": ((7, 1), (12, 31)),
}
PARTS_OF_MONTH: dict[str, tuple[int | None, int | None]] = {
    "": (1, None),
    "初": (1, 10),
    "上旬": (1, 10),
    "中": (11, 20),
    "中旬": (11, 20),
    "下旬": (21, None),
    "底": (None, None),
}
SAME = {"末": "底", "终": "底"}

# --- in figures, and with names of months ---
#: T1 2023, Q1-2023, 1T2023, 1er trimestre 2023, 2023 S1: a quarter or a half of a year, in letters of the West.
PART = (
    r"(?:(?P<letter>[qtsh])\s?(?P<n>[1-4])"
    r"|(?P<n2>[1-4])\s?(?:er|e|o|\.)?\s?(?P<word>[qtsh]|quarter|trimestre|quartal|semestre))"
)
PART_OF_YEAR = tuple(
    re.compile(form.replace("PART", PART))
    for form in (r"PART(?:[\s./-]+|\s+(?:de|del|of)\s+)?(?P<year>\d{4})", r"(?P<year>\d{4})[\s./-]*PART")
)
ISO = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){TIME}")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})?")
YEAR = re.compile(r"(\d{4})(?:\.0+)?")
TENTH_OR_FIRST = re.compile(r"\d{4}\.1")  # a spreadsheet writes the number 2016.10 so
MONTH_YEAR = re.compile(r"(\d{1,2})[-/.](\d{4})")
OTHER = re.compile(rf"(\d{{1,2}})[-/.](\d{{1,2}})[-/.](\d{{4}}){TIME}")
SHORT = re.compile(r"(\d{1,2})[-/.](\d{1,2})(?:[-/.](\d{2}))?")  # 16-08, 30/8/16: which is the year?
NAMED = re.compile(
    r"(?:(?P<before>\d{1,2})(?:st|nd|rd|th)?\.?[\s/-]*)?(?:de\s+)?(?P<name>[a-z]{3,12})\.?,?[\s/-]*"
    r"(?:(?P<after>\d{1,2})(?:st|nd|rd|th)?,?\s+)?(?:de[l]?\s+)?(?P<year>\d{4}|\d{2})"
)


def dates(cells: pd.Series, order: str | None = None, is_end: bool = True) -> Converted:
    """Days; a month, quarter or year stands for its last day (or its first, with is_end false).

    `order` (ymd, dmy, mdy) is that of figures which leave it open.
    """
    order = order or date_order_of(cells)
    is_unknown = unknown_words((), set())

    def read(text: str) -> tuple[date | None, str | None]:
        word = folded(text)
        if not word or word in is_unknown:
            return None, None
        try:
            day = _day(_arabic(word), order, is_end) if len(word) <= LONGEST else "not_a_date"
        except (ValueError, OverflowError):
            return None, "not_a_date"
        if isinstance(day, str):
            return None, day
        return (day, None) if day.year in YEARS else (None, "date_out_of_range")

    return by_text(cells, read, is_number=False)


def serials(cells: pa.Array) -> NDArray[np.object_]:
    """The remark `date_was_serial` for each cell that was read as the number of a spreadsheet."""
    texts = cells.dictionary_decode() if pa.types.is_dictionary(cells.type) else cells
    is_serial = pc.match_substring_regex(texts, rf"^\s*{SERIAL.pattern}\s*$").fill_null(False)
    return np.where(is_serial.to_numpy(zero_copy_only=False), "date_was_serial", NOTHING).astype(object)


def date_order_of(cells: pd.Series) -> str | None:
    """The order of day and month, where one number of a column can only be a day; None where it stays open."""
    firsts, seconds = set(), set()
    for text in cells.unique():
        if isinstance(text, str) and (matched := OTHER.fullmatch(folded(text))):
            firsts.add(int(matched[1]))
            seconds.add(int(matched[2]))
    if max(firsts, default=0) > 12:
        return None if max(seconds) > 12 else "dmy"
    return "mdy" if max(seconds, default=0) > 12 else None


def from_serial(days: float) -> date:
    """The day that a spreadsheet's serial number stands for (1900 system)."""
    return date(1899, 12, 30) + timedelta(days=int(days))


# --- one text -------------------------------------------------------------------------------------------


def _day(word: str, order: str | None, is_end: bool) -> date | str:
    """The day a text says, or the rule it breaks. Raises ValueError where no calendar has the day."""
    if TENTH_OR_FIRST.fullmatch(word):
        return "ambiguous_date"
    if matched := SERIAL.fullmatch(word):
        return from_serial(int(matched[1]))
    for pattern in (ISO, COMPACT, YEAR):
        if matched := pattern.fullmatch(word):
            return _whole([int(part) for part in matched.groups() if part], is_end)
    if (day := _chinese(word, is_end)) is not None:
        return day
    for pattern in PART_OF_YEAR:
        if matched := pattern.fullmatch(word):
            return _part_of_year(matched, is_end)
    if matched := MONTH_YEAR.fullmatch(word):
        return _whole([int(matched[2]), int(matched[1])], is_end)
    if matched := OTHER.fullmatch(word):
        a, b, year = (int(part) for part in matched.groups())
        if order not in ("dmy", "mdy") and a != b and a <= 12 and b <= 12:
            return "ambiguous_date"
        day_number, month = (a, b) if order == "dmy" or a > 12 else (b, a)
        return date(year, month, day_number)
    if matched := SHORT.fullmatch(word):
        return _short(matched, order)
    if matched := NAMED.fullmatch(word):
        return _named(matched, is_end)
    raise ValueError(word)


def _chinese(word: str, is_end: bool) -> date | None:
    """A day, a month or a year with 年 and 月, or a named part of one."""
    if matched := CHINESE_DAY.fullmatch(word):
        return date(_year_of(matched), int(matched[3]), int(matched[4]))
    if matched := QUARTER.fullmatch(word):
        last = 3 * int(matched[3] or matched[4] or matched[5])
        return _whole([_year_of(matched), last if is_end else last - 2], is_end)
    if matched := OF_YEAR.fullmatch(word):
        part = (matched["part"] or "").removeprefix("年")
        return date(_year_of(matched), *PARTS_OF_YEAR[SAME.get(part, part)][is_end])
    if matched := OF_MONTH.fullmatch(word):
        part = matched["part"] or ""
        day = PARTS_OF_MONTH[SAME.get(part, part)][is_end]
        year, month = _year_of(matched), int(matched["month"])
        return _whole([year, month], True) if day is None else date(year, month, day)
    return None


def _year_of(matched: re.Match[str]) -> int:
    return int(matched["year"]) if matched["year"] else _century(matched["short"])


def _century(two_digits: str) -> int:
    year = int(two_digits)
    return year + (2000 if year < CENTURY_TURNS else 1900)


def _arabic(word: str) -> str:
    """二〇一六年十二月 as 2016年12月."""
    return NUMERALS.sub(lambda matched: _number_of(matched[0]), word)


def _number_of(numerals: str) -> str:
    tens, has_ten, ones = numerals.rpartition("十")
    if not has_ten:
        return "".join(str(DIGIT[numeral]) for numeral in numerals)
    if "十" in tens:
        return numerals
    return str(10 * int(_number_of(tens) if tens else 1) + int(_number_of(ones) if ones else 0))


def _short(matched: re.Match[str], order: str | None) -> date | str:
    """16-08, 08/30/16: a day only where the declaration says the order, and three numbers stand there."""
    a, b, c = matched.groups()
    if c is None or order is None:
        return "ambiguous_date"
    year, month, day = {"ymd": (a, b, c), "dmy": (c, b, a), "mdy": (c, a, b)}[order]
    return date(_century(year), int(month), int(day))


def _named(matched: re.Match[str], is_end: bool) -> date:
    """30 August 2016, August 30, 2016, Aug-16 (a month, as spreadsheets show it); 16-Aug has no year and is no date."""
    name, before, after, year = matched["name"], matched["before"], matched["after"], matched["year"]
    known = [n for n, names in enumerate(house_words()["month"]["names"], 1) if name in names]
    if not known or (before and after):
        raise ValueError(matched[0])
    day = before or after
    whole = int(year) if len(year) == 4 else _century(year)
    return _whole([whole, known[0], *([int(day)] if day else [])], is_end)


def _part_of_year(matched: re.Match[str], is_end: bool) -> date:
    """The end, or the beginning, of a quarter or of a half of a year. Raises ValueError for a third half."""
    number = int(matched["n"] or matched["n2"])
    months = 6 if (matched["letter"] or matched["word"])[0] in "sh" else 3
    last = months * number
    return _whole([int(matched["year"]), last if is_end else last - months + 1], is_end)


def _whole(parts: list[int], is_end: bool) -> date:
    """A day from year, month, day; what is left out is the last there is, or the first."""
    year = parts[0]
    if not 1 <= year <= 9999:
        raise ValueError(year)
    month = parts[1] if len(parts) > 1 else (12 if is_end else 1)
    if not 1 <= month <= 12:
        raise ValueError(month)
    day = parts[2] if len(parts) > 2 else (calendar.monthrange(year, month)[1] if is_end else 1)
    return date(year, month, day)
