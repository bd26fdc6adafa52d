"""Understands cells: numbers, shares, yes and no, words and codes, as people write them (dates: days.py).

Every converter works on the different texts of a column once, however long the column is. An empty cell and a
word for "unknown" give an unknown value; a text that is neither that nor understandable gives a problem, and never a
value.
"""

from __future__ import annotations

import math
import re
import tomllib
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ground import spelling

LONGEST_TEXT = 500
SHARE_SLACK = 1e-4  # rounding carries a share this far above the whole
SPACES = re.compile(r"[\s\u00a0\u202f\u2009']+")
PLAIN = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")  # as most are; spares them the rest
AROUND_DIGITS = re.compile(r"^[^\d.,+-]+|[^\d]+$")
SIGNED = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?")
GROUPED_BY_COMMA = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
GROUPED_BY_POINT = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+(?:,\d+)?")
SCIENTIFIC = re.compile(r"\d+(?:\.\d+)?[eE]\+?\d+")
WHOLE = re.compile(r"\d+\.0+")
WRAPPED = re.compile(r'=\s*(?:T\()?"([^"]*)"\)?')  # ="431122": a formula that keeps a code a text
QUOTES = "'\"`´‘’“”"
# Marks of footnotes, which are digits to a computer: 401① is no 4011. Full-width digits are digits.
NOTE_MARK = re.compile(
    r"[\u00b2\u00b3\u00b9\u2070-\u2089\u2460-\u249b\u24ea-\u24ff\u2776-\u2793\u3220-\u3229\u3280-\u3289]"
)
UNSEEN = re.compile(r"[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


folded = spelling.folded
NOTHING: Any = None  # in arrays of objects: no value, no rule


@dataclass(frozen=True)
class Converted:
    """Values in the order of the cells (NaN or None: unknown), and for each the rule it breaks, or None."""

    values: Any
    problem: NDArray[np.object_]


# --- texts, words, codes ----------------------------------------------------------------------------------


def texts(cells: pd.Series) -> Converted:
    """Texts without control characters and needless blanks; longer than LONGEST_TEXT is `text_too_long`."""

    def read(text: str) -> tuple[str | None, str | None]:
        clean = " ".join(UNSEEN.sub("", unicodedata.normalize("NFC", text)).split()) or None
        return (None, "text_too_long") if clean and len(clean) > LONGEST_TEXT else (clean, None)

    return by_text(cells, read, is_number=False)


def categories(cells: pd.Series, words: Mapping[str, str], unknown: Collection[str] = ()) -> Converted:
    """What each word stands for; a word that is not among `words` is `unknown_word`. Without words: the text."""
    meant = {folded(said): meaning for said, meaning in words.items()}
    # A cell may also say the meaning itself, as a filled-in template does.
    meant |= {folded(meaning): meaning for meaning in words.values() if folded(meaning) not in meant}
    is_unknown = unknown_words(unknown, set(meant))

    def read(text: str) -> tuple[str | None, str | None]:
        word = folded(text)
        if word in meant:
            return meant[word], None
        if not word or word in is_unknown:
            return None, None
        return (None, "unknown_word") if words else (" ".join(text.split()), None)

    return by_text(cells, read, is_number=False)


def codes(cells: pd.Series, pad_to: int | None = None) -> Converted:
    """Codes stay text; zeros that a spreadsheet took away are put back up to `pad_to` digits."""
    is_unknown = unknown_words((), set())

    def read(text: str) -> tuple[str | None, str | None]:
        code = text if text.isascii() and text.isdigit() else _tidy_code(text)
        if not code.isdigit():
            if not code or folded(code) in is_unknown:
                return None, None
            if SCIENTIFIC.fullmatch(code) or len(code) > LONGEST_TEXT:
                return None, "code_damaged"
        if pad_to is not None and code.isdigit():
            return (code.zfill(pad_to), None) if len(code) <= pad_to else (None, "code_damaged")
        return (code, None) if len(code) <= LONGEST_TEXT else (None, "code_damaged")

    return by_text(cells, read, is_number=False)


def _tidy_code(text: str) -> str:
    """Without blanks, what a spreadsheet puts around a text, and the decimals of a number that a code is not."""
    code = unicodedata.normalize("NFKC", UNSEEN.sub("", text)).strip()
    if wrapped := WRAPPED.fullmatch(code):
        code = wrapped[1]
    code = code.strip(QUOTES).strip()
    return code.partition(".")[0] if WHOLE.fullmatch(code) else code


def flags(
    cells: pd.Series,
    true: Collection[str] = (),
    false: Collection[str] = (),
    unknown: Collection[str] = (),
) -> Converted:
    """True, False or None. What the declaration says of a word goes before what the house knows of it."""
    declared = {folded(w): None for w in unknown} | {folded(w): False for w in false}
    declared |= {folded(w): True for w in true}
    known: dict[str, bool | None] = {folded(w): False for w in _words()["flag"]["false"]}
    known |= {folded(w): True for w in _words()["flag"]["true"]}
    known |= {folded(w): None for w in _words()["unknown"]["words"]}
    known |= declared

    def read(text: str) -> tuple[bool | None, str | None]:
        word = folded(text)
        word = re.sub(r"^(\d+)\.0+$", r"\1", word)
        if word in known:
            return known[word], None
        return None, None if not word else "not_a_flag"

    return by_text(cells, read, is_number=False)


# --- numbers ----------------------------------------------------------------------------------------------


def numbers(
    cells: pd.Series,
    decimal: str | None = None,
    unknown: Collection[str] = (),
    scale: float = 1.0,
    unit: str | None = None,
) -> Converted:
    """Numbers as written by people: 1,234.5; 12,3; 2.45亿; $1,200; (300). Anything else is `not_a_number`.

    `scale` is what the column's numbers are multiplied by (its header says 万元), to be in `unit` (fields.toml). A cell
    that says its own size, such as 2.45亿 or 300元, means just that, whatever the header says.
    """
    decimal = decimal or decimal_of(cells, unknown)
    is_unknown = unknown_words(unknown, set())

    def read(text: str) -> tuple[float, str | None]:
        word = folded(text)
        if not word or word in is_unknown or _same_number(word, is_unknown):
            return math.nan, None
        found = quantity(text, decimal, unit)
        if found is None:
            return math.nan, "not_a_number"
        return (found.value if found.says_size else found.value * scale), None

    return by_text(cells, read, is_number=True)


def shares(
    cells: pd.Series,
    scale: str | None = None,
    decimal: str | None = None,
    unknown: Collection[str] = (),
) -> Converted:
    """Shares from 0 to 1, of fractions or percents; a percent sign says percent whatever the scale."""
    decimal = decimal or decimal_of(cells, unknown)
    scale = scale or scale_of(cells, decimal, unknown)
    is_unknown = unknown_words(unknown, set())

    def read(text: str) -> tuple[float, str | None]:
        word = folded(text)
        if not word or word in is_unknown:
            return math.nan, None
        bare = word.rstrip("%").strip()
        value = number(bare, decimal)
        if value is None:
            return math.nan, "not_a_number"
        share = value / 100 if bare != word or scale == "percent" else value
        if not -SHARE_SLACK <= share <= 1 + SHARE_SLACK:
            return math.nan, "share_out_of_range"
        return min(max(share, 0.0), 1.0), None

    return by_text(cells, read, is_number=True)


@dataclass(frozen=True)
class Quantity:
    """A number of a cell, and whether the cell says of what size or unit it is: 2.45亿, 300元, 1G."""

    value: float
    says_size: bool = False


def number(text: str, decimal: str) -> float | None:
    """One number; None where the text is none."""
    found = quantity(text, decimal)
    return None if found is None else found.value


def quantity(text: str, decimal: str, unit: str | None = None) -> Quantity | None:
    """One number, perhaps with its unit behind it, in `unit`; None where the text is none, or of another unit."""
    if PLAIN.fullmatch(text) and (decimal == "." or "." not in text):
        return Quantity(float(text))
    plain = SPACES.sub("", unicodedata.normalize("NFKC", text)).casefold()
    plain, factor = _without_word(plain, _units().get(unit or "", ()))
    for sign in _words()["currency"]["signs"]:
        plain = plain.removeprefix(sign.casefold()).removesuffix(sign.casefold())
    is_negative = plain.startswith("(") and plain.endswith(")")
    if is_negative:
        plain = plain[1:-1]
    plain, times = _without_word(plain, _multipliers())
    plain = _ungrouped(plain.replace("\u2212", "-"), decimal)
    if not plain.isascii() or not SIGNED.fullmatch(plain):
        return None
    says_size = times is not None or factor is not None
    # Factors are carried out in decimal, so that 2.45 × 10^8 is 245,000,000 and nothing behind the point.
    value = float(Decimal(plain) * Decimal(str(times or 1)) * Decimal(str(factor or 1))) if says_size else float(plain)
    return Quantity(-value if is_negative else value, says_size) if math.isfinite(value) else None


def in_unit(cells: pd.Series, unit: str | None) -> pd.Series:
    """Cells that say a unit as bare numbers of the field's own unit: 1254人 is 1254, and 1G is 1000 of Mbps."""
    words, decimal = _units().get(unit or "", []), decimal_of(cells)

    def bare(text: str) -> str:
        if _without_word(text.rstrip().casefold(), words)[1] is None:
            return text
        found = quantity(text, decimal, unit)
        return text if found is None else f"{found.value:.15g}".replace(".", decimal)

    return cells.map(bare) if words else cells


def _without_word(text: str, words: Iterable[tuple[str, float]]) -> tuple[str, float | None]:
    """The text without the first of the words that it ends with, and what that word stands for."""
    return next(((text.removesuffix(word), times) for word, times in words if text.endswith(word)), (text, None))


def _ungrouped(plain: str, decimal: str) -> str:
    """Without thousands separators, the decimal sign a point; a text that is grouped wrongly stays as it is."""
    group, grouped = (",", GROUPED_BY_COMMA) if decimal == "." else (".", GROUPED_BY_POINT)
    if grouped.fullmatch(plain):
        return plain.replace(group, "").replace(",", ".")
    if decimal == ",":
        return plain.replace(",", ".", 1) if "." not in plain else "no"
    return plain


def decimal_of(cells: pd.Series, unknown: Collection[str] = ()) -> str:
    """The decimal sign that a column uses, seen in its numbers; a point where nothing shows."""
    seen = {".": 0, ",": 0}
    for text in _distinct(cells):
        plain = AROUND_DIGITS.sub("", SPACES.sub("", text))  # without signs of money, percents, units
        if "," in plain and "." in plain:
            seen["," if plain.rfind(",") > plain.rfind(".") else "."] += 1
        elif plain.count(",") == 1 and not GROUPED_BY_COMMA.fullmatch(plain):
            seen[","] += plain.replace(",", "", 1).lstrip("+-").isdigit()
        elif plain.count(".") == 1 and not GROUPED_BY_POINT.fullmatch(plain):
            seen["."] += plain.replace(".", "", 1).lstrip("+-").isdigit()
    return "," if seen[","] > seen["."] else "."


def scale_of(cells: pd.Series, decimal: str, unknown: Collection[str] = ()) -> str:
    """ "percent" where a share is written above 1, else "fraction"."""
    for text in _distinct(cells):
        value = number(text.strip().rstrip("%"), decimal)
        if value is not None and value > 1 + SHARE_SLACK and "%" not in text:
            return "percent"
    return "fraction"


# --- shared -----------------------------------------------------------------------------------------------


def house_words() -> dict[str, Any]:
    """Words that the house knows in cells: words.toml."""
    return _words()


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))


@cache
def _units() -> dict[str, list[tuple[str, float]]]:
    """Unit of a field → words for it behind a number, the longest first, and what one of it is in that unit."""
    return {unit: sorted(words.items(), key=lambda item: -len(item[0])) for unit, words in _words()["unit"].items()}


@cache
def _multipliers() -> list[tuple[str, float]]:
    """The longest word first: 百万 is no 万."""
    return sorted(_words()["multiplier"].items(), key=lambda item: -len(item[0]))


def unknown_words(declared: Collection[str], meant: set[str]) -> set[str]:
    """Words for "unknown": the declared ones, and the house's that stand for nothing else here."""
    return {folded(word) for word in declared} | ({folded(w) for w in _words()["unknown"]["words"]} - meant)


def _same_number(word: str, is_unknown: Collection[str]) -> bool:
    """9999 declared as unknown also means 9999.0."""
    return word.endswith("0") and re.sub(r"\.0+$", "", word) in is_unknown


def _distinct(cells: pd.Series) -> list[str]:
    return [text for text in cells.unique() if isinstance(text, str)]


def by_text(cells: pd.Series, read: Callable[[str], tuple[Any, str | None]], *, is_number: bool) -> Converted:
    """Read every different text once, and hand the result to all cells that hold it."""
    where, different = pd.factorize(cells.to_numpy(dtype=object), use_na_sentinel=True)
    nothing = math.nan if is_number else None
    known = [(nothing, "not_a_number") if is_number and NOTE_MARK.search(text) else read(text) for text in different]
    values = np.array([value for value, _ in known] + [nothing], dtype=float if is_number else object)
    problems = np.array([problem for _, problem in known] + [None], dtype=object)
    return Converted(values[where], problems[where])
