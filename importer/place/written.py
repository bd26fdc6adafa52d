"""Understands coordinates as people write them: 111.07, 东经111°4′32″, E111.07, 111:4:32.4, and two in one cell.

A degree has sixty minutes of sixty seconds: what has more is no coordinate. Blanks between figures divide degrees from
minutes, and thousands only where they stand before groups of three.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

import numpy as np
import pandas as pd

from importer.values import Converted, by_text, folded, number, unknown_words

ORDERS = ("lon lat", "lat lon", "wkt")  # of the two numbers in one cell; wkt: POINT (lon lat)

LON_SIDES = {"东经": 1, "西经": -1, "经度": 1, "east": 1, "west": -1, "e": 1, "w": -1, "o": -1}
LAT_SIDES = {"北纬": 1, "南纬": -1, "纬度": 1, "north": 1, "south": -1, "n": 1, "s": -1}
SIDES = {side: ("lon", sign) for side, sign in LON_SIDES.items()}
SIDES |= {side: ("lat", sign) for side, sign in LAT_SIDES.items()}
SIDE = "|".join(SIDES)
SIDED = re.compile(rf"(?P<sign>[+-]?)\s*(?P<before>{SIDE})?[\s:,]*(?P<bare>[+-]?\d.*?)\s*(?P<after>{SIDE})?")
NUMBER = r"\d{1,3}(?:[.,]\d+)?"
MARKED = re.compile(rf"(?P<d>{NUMBER})\s*(?:[°˚d度]|o(?=\s*\d))\s*")
MINUTES = re.compile(r"(?P<m>\d{1,2}(?:[.,]\d+)?)\s*(?:['′’`´m分]\s*|\s+|$)")
SECONDS = re.compile(r"(?P<s>\d{1,2}(?:[.,]\d+)?)\s*(?:[\"″”s秒]|''|′′|’’|``)?\s*")
DIVIDED = re.compile(
    r"(?P<d>\d{1,3})(?P<by>:|-|\s)\s*(?P<m>\d{1,2}(?:[.,]\d+)?)(?:(?P=by)\s*(?P<s>\d{1,2}(?:[.,]\d+)?))?"
)
GROUPED_BY_BLANK = re.compile(r"[+-]?\d{1,3}(?: \d{3})+(?:[.,]\d+)?")
DIVIDED_FIGURES = re.compile(r"\d[\s'’]+\d")
POINT = re.compile(r"(?:srid=\d+;)?\s*point\s*(?:zm|z|m)?\s*\(([^()]*)\)")
EMPTY_POINT = re.compile(r"(?:srid=\d+;)?\s*point\s*(?:zm|z|m)?\s*empty")
BETWEEN = re.compile(r"\s*[;|/、]\s*|\s*,\s+|\s*,\s*|\s+")  # two coordinates of one cell
FIGURE = re.compile(r"\d+(?:[.,]\d+)?")
DECIMAL_COMMA = re.compile(r"-?\d+,\d+")
LONGEST = 200  # characters of a cell that holds a position


def degrees(cells: pd.Series, decimal: str | None = None, unknown: Collection[str] = ()) -> Converted:
    """Coordinates as numbers or as degrees, minutes, seconds; anything else is `not_a_coordinate`."""
    is_unknown = unknown_words(unknown, set())

    def read(text: str) -> tuple[float, str | None]:
        word = folded(text)
        if not word or word in is_unknown:
            return np.nan, None
        found = _coordinate(word, decimal or ".") if len(word) <= LONGEST else None
        return (np.nan, "not_a_coordinate") if found is None else (found[0], None)

    return by_text(cells, read, is_number=True)


def points(cells: pd.Series, order: str, axis: str, unknown: Collection[str] = ()) -> Converted:
    """The "lon" or "lat" of cells that hold both, as one of ORDERS; height and accuracy may follow, as in Kobo's.

    Sides (E, 北纬) go before the order. What is no pair is `not_a_coordinate`.
    """
    is_unknown = unknown_words(unknown, set())

    def read(text: str) -> tuple[float, str | None]:
        word = folded(text)
        if not word or word in is_unknown or EMPTY_POINT.fullmatch(word):
            return np.nan, None
        pair = _point(word, order)
        return (np.nan, "not_a_coordinate") if pair is None else (pair[axis == "lat"], None)

    return by_text(cells, read, is_number=True)


# --- one coordinate -------------------------------------------------------------------------------------


def _coordinate(word: str, decimal: str) -> tuple[float, str | None] | None:
    """(the number, the axis where its side tells it); None where the text is none."""
    if DIVIDED_FIGURES.search(word) is None or GROUPED_BY_BLANK.fullmatch(word):
        plain = number(word, decimal)
        if plain is not None:
            return plain, None
    matched = SIDED.fullmatch(word)
    if matched is None or (matched["before"] and matched["after"]):
        return None
    side, bare = matched["before"] or matched["after"], matched["bare"]
    if side == "s" and "m" in bare:  # 26d4m32s: seconds, not south
        side, bare = None, f"{bare}s"
    axis, sign = SIDES[side] if side else (None, 1)
    is_negative = "-" in (matched["sign"], bare[0])
    value = _sexagesimal(bare.lstrip("+-"), has_side=side is not None)
    if value is None or (side and is_negative):
        return None
    return (-value if is_negative else sign * value), axis


def _sexagesimal(bare: str, *, has_side: bool) -> float | None:
    """Degrees without a sign; decimals stand in the last part only."""
    parts = _parts(bare, has_side)
    if parts is None:
        return None
    whole = [part for part in parts if part is not None]
    if any(_float(part) >= 60 for part in whole[1:]) or any("." in part or "," in part for part in whole[:-1]):
        return None
    value = sum(_float(part) / 60**n for n, part in enumerate(whole))
    return value if value <= 180 else None


def _parts(bare: str, has_side: bool) -> list[str | None] | None:
    if marked := MARKED.match(bare):
        rest = bare[marked.end() :]
        minutes = MINUTES.match(rest)
        if minutes is None:
            return [marked["d"]] if not rest else None
        rest = rest[minutes.end() :]
        seconds = SECONDS.fullmatch(rest)
        if rest and seconds is None:
            return None
        return [marked["d"], minutes["m"], seconds["s"] if seconds else None]
    if divided := DIVIDED.fullmatch(bare):
        # "111 4" and "111-4" may be anything; "111 4.54" and "111:4" are degrees and minutes.
        is_clear = divided["s"] or divided["by"] == ":" or (divided["by"] != "-" and not divided["m"].isdigit())
        return [divided["d"], divided["m"], divided["s"]] if is_clear else None
    return [bare] if has_side and re.fullmatch(NUMBER, bare) else None


def _float(part: str) -> float:
    return float(part.replace(",", "."))


# --- two in one cell ------------------------------------------------------------------------------------


def _point(word: str, order: str) -> tuple[float, float] | None:
    """(longitude or x, latitude or y); None where the text is no pair."""
    if len(word) > LONGEST:
        return None
    if matched := POINT.fullmatch(word):
        return _first_two(matched[1].split())
    if order == "wkt":
        return None
    pair = _pair(word.strip("()[] "))
    if pair is None:
        return None
    (a, first), (b, second) = pair
    if first is not None and first == second:
        return None
    is_lat_first = first == "lat" if first else second == "lon" if second else order == "lat lon"
    return (b, a) if is_lat_first else (a, b)


def _first_two(numbers: list[str]) -> tuple[float, float] | None:
    """x and y of two to four plain numbers."""
    found = [number(text, ".") for text in numbers]
    if not 2 <= len(found) <= 4 or found[0] is None or found[1] is None or None in found:
        return None
    return found[0], found[1]


def _pair(word: str) -> tuple[tuple[float, str | None], tuple[float, str | None]] | None:
    for pieces in _divided(word):
        read = [_coordinate(piece, "," if DECIMAL_COMMA.fullmatch(piece) else ".") for piece in pieces]
        if len(read) > 2 and not any("." in piece or len(piece) > 4 for piece in pieces[:2]):
            continue  # "111 4 26 22", "26,38,111,07": four figures, and which belong together is not told
        if None not in read:
            return read[0], read[1]  # type: ignore[return-value]
    return None


def _divided(word: str) -> Iterator[list[str]]:
    """The ways in which a cell may be two coordinates: plain numbers first, then every place where it can be cut."""
    for between in (r"\s*[;|/、]\s*", r"\s*,\s+", r"\s*,\s*", r"\s+"):
        pieces = re.split(between, word)
        if 2 <= len(pieces) <= 4:
            yield pieces
    for cut in BETWEEN.finditer(word):
        pieces = [word[: cut.start()], word[cut.end() :]]
        if len({len(FIGURE.findall(piece)) for piece in pieces}) == 1:  # both in degrees and minutes, or neither
            yield pieces
