"""How a number is written. No other module formats one.

Everything returns plain text in the current language; what is not known is "unknown" or a dash, never 0.
the other files of atlas/look/ put these texts on the page.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

import pandas as pd
from babel.dates import format_date
from babel.numbers import NumberPattern, parse_pattern

from atlas.look import country_words
from atlas.look.language import current, locale, nt, pick, t
from atlas.look.number_words import has_cents, scales, shorten_from
from atlas.look.words import qualifiers
from indicators.figure import Figure

DASH = "–"

_MONTH_PATTERNS = {"zh": "y 年 M 月", "en": "MMMM y"}


# --- numbers as text --------------------------------------------------------------------------------


def is_missing(value: Any) -> bool:
    """None, NaN, NaT, NA or an infinity from a division by zero: nothing that can be printed."""
    if not pd.api.types.is_scalar(value):
        return False
    return bool(pd.isna(value)) or (isinstance(value, float) and math.isinf(value))


def unknown() -> str:
    """The word for a number that is not known."""
    return t("Unknown")


def text_or_none(value: object) -> str | None:
    """A text from a table's cell, where pandas may have put NaN for nothing."""
    return value if isinstance(value, str) and value else None


def count(n: float | None) -> str:
    """A whole number in full, 487,144: for tables."""
    return unknown() if is_missing(n) else _digits(n, 0)


def compact(n: float | None) -> str:
    """A whole number for cards and prose: 14,597, then 13 万 or 1.2 million."""
    if is_missing(n):
        return unknown()
    number, scale = _shortened(n)
    return f"{number} {scale}".strip()


def about(n: float | None) -> str:
    """A count for a title, the same digits as on the card beneath; one that was shortened says 约."""
    words = compact(n)
    if n is None or is_missing(n):
        return words
    factor, _, decimals = _scale(n)
    is_rounded = _rounded(n / factor, decimals) * factor != _rounded(n, 0)
    return t("about {value}", value=words) if is_rounded else words


def three_digits(n: float) -> float:
    """A number of a thousand or more in three significant digits: what was divided or modelled is not known to the
    yuan.
    """
    return round(n, 2 - math.floor(math.log10(abs(n)))) if abs(n) >= 1000 else n


def signed(n: float | None) -> str:
    """A change in a count, with its sign: -3,972."""
    return unknown() if is_missing(n) else _digits(n, 0, sign=True)


def signed_decimal(value: float, decimals: int = 1) -> str:
    """A number with its sign: +0.5, -20."""
    return _digits(value, decimals, sign=True, strip=True)


def probability(p: float | None) -> str:
    """A p-value to three decimals; a smaller one is never written as zero."""
    if p is None or is_missing(p):
        return unknown()
    return f"<{_digits(0.001, 3)}" if p < 0.001 else _digits(p, 3)


def decimal(value: float | None, decimals: int = 2) -> str:
    """A number without a unit, at most so many decimals."""
    return unknown() if is_missing(value) else _digits(value, decimals, strip=True)


def percent_at_most(value_percent: float) -> str:
    """A share after "at most", rounded up to one decimal: 0.03 is at most 0.1%."""
    return percent(math.ceil(round(value_percent * 10, 6)) / 10)


def percent(value_percent: float | None, numerator: float | None = None, denominator: float | None = None) -> str:
    """A share given in percent, one decimal: 95.2%.

    Only what is exact reads 0.0% or 100.0%; 99.97 reads >99.9%. Above 100 the fraction is shown with it,
    because such a share is a finding about the data: 100.8% (598/593).
    """
    if is_missing(value_percent):
        return unknown()
    assert value_percent is not None
    text = f"{_percent_number(value_percent)}%"
    if value_percent > 100 and not is_missing(numerator) and not is_missing(denominator):
        return bracketed(text, f"{count(numerator)}/{count(denominator)}")
    return text


def _percent_number(value: float) -> str:
    rounded = _rounded(value, 1)
    for limit, below, above in ((0, -0.1, 0.1), (100, 99.9, 100.0)):
        if rounded == limit and value != limit:
            if limit == 0:
                return f"<{_digits(above, 1)}" if value > 0 else f">{_digits(below, 1)}"
            return f">{_digits(below, 1)}" if value < limit else f">{_digits(above, 1)}"
    return _digits(value, 1)


def points(delta_points: float | None) -> str:
    """A change between two percentages, with its sign: +3.2 百分点, -3.2 pp."""
    if is_missing(delta_points):
        return unknown()
    assert delta_points is not None
    if delta_points and _rounded(delta_points, 1) == 0:
        number = "<+0.1" if delta_points > 0 else ">-0.1"
    else:
        number = _digits(delta_points, 1, sign=True)
    return t("{n} pp", n=number)


def points_apart(delta_points: float) -> str:
    """How far two percentages are apart, for a sentence that says which is the larger: 2.8 百分点, <0.1 pp."""
    apart = abs(delta_points)
    number = f"<{_digits(0.1, 1)}" if apart and _rounded(apart, 1) == 0 else _digits(apart, 1)
    return t("{n} pp", n=number)


def money(yuan: float | None) -> str:
    """An amount: 30.8 万元, 2.45 亿元, 245 million yuan."""
    return unknown() if is_missing(yuan) else joined(*_parts(float(yuan or 0), "yuan"))


def exact_money(yuan: float | None) -> str:
    """An amount of which no digit is rounded away, as published figures need it: 15,587 万元, 3.17 亿元."""
    if is_missing(yuan):
        return unknown()
    value = Decimal(str(yuan))
    for factor, word, decimals in scales(current()):
        scaled = value / factor
        if abs(scaled) >= 1 and scaled == _rounded(float(scaled), decimals):
            unit = f"{word}{'' if current() == 'zh' else ' '}{_parts(2.0, 'yuan')[1]}"
            return joined(_digits(scaled, decimals, strip=True), unit)
    return joined(_digits(value, 2, strip=True), _parts(2.0, "yuan")[1])


def average(yuan: float | None, qualifier: object = None) -> str:
    """An amount that was divided, in three digits and with its bound: > 30.8 万元."""
    return unknown() if is_missing(yuan) else qualifiers.bounded(money(three_digits(float(yuan or 0))), qualifier)


def modelled(yuan: float | None) -> str:
    """An amount that a model gives, in three digits."""
    return average(yuan)


def modelled_range(low_yuan: float, high_yuan: float) -> str:
    """A range that a model gives, in three digits and one unit."""
    return money_range(three_digits(low_yuan), three_digits(high_yuan))


def money_parts(yuan: float | None) -> tuple[str, str]:
    """An amount's number and unit apart, for a card."""
    return (unknown(), "") if is_missing(yuan) else _parts(float(yuan or 0), "yuan")


def money_range(low_yuan: float | None, high_yuan: float | None) -> str:
    """A range in one unit: 24.0–55.0 万元. One open end is said, two are unknown."""
    if is_missing(low_yuan) and is_missing(high_yuan):
        return unknown()
    if is_missing(high_yuan):
        return t("at least {amount}", amount=money(low_yuan))
    if is_missing(low_yuan):
        return t("at most {amount}", amount=money(high_yuan))
    assert low_yuan is not None and high_yuan is not None
    if low_yuan == high_yuan:
        return money(low_yuan)
    return joined(*_range_parts(low_yuan, high_yuan, "yuan"))


def distance(km: float | None) -> str:
    """A distance: 2.7 km, from 100 km on without decimals."""
    return unknown() if is_missing(km) else joined(*_parts(float(km or 0), "km"))


def day(when: date | None) -> str:
    """A date for tables and captions, 2017-12-31."""
    return unknown() if when is None or is_missing(when) else f"{when:%Y-%m-%d}"


def year(value: float | None) -> str:
    """A year, without thousands."""
    return unknown() if value is None or is_missing(value) else str(int(value))


def month(when: date | None) -> str:
    """A date for prose, 2017 年 7 月 or July 2017."""
    if when is None or is_missing(when):
        return unknown()
    return format_date(when, _MONTH_PATTERNS.get(current(), _MONTH_PATTERNS["en"]), locale=locale())


def bracketed(text: str, inside: str) -> str:
    """`text` and something in brackets, full-width ones in Chinese; without them where there is nothing to say."""
    if not inside:
        return text
    return f"{text}（{inside}）" if current() == "zh" else f"{text} ({inside})"


def sentence(parts: Iterable[str | None]) -> str:
    """Short remarks in one line, without the empty ones: a；b or a; b."""
    return ("；" if current() == "zh" else "; ").join(part for part in parts if part)


def clause(parts: Iterable[str | None]) -> str:
    """What belongs to one thing in one line, without the empty ones: a，b or a, b."""
    return ("，" if current() == "zh" else ", ").join(part for part in parts if part)


def listed(words: Iterable[str]) -> str:
    """Words one after the other: a、b or a, b."""
    return ("、" if current() == "zh" else ", ").join(words)


def text(figure: Figure) -> str:
    """A figure's value and unit: 14,597 个, 95.2%, 30.8 万元, 2.7 km."""
    return joined(*figure_parts(figure))


def value_text(value: float | None, unit: str) -> str:
    """A bare value with its unit, for maps and tables that hold many of one kind."""
    return unknown() if value is None or is_missing(value) else joined(*_parts(value, unit))


def parts(value: float | None, unit: str) -> tuple[str, str]:
    """A bare value's number and unit word apart, for a card."""
    return (unknown(), "") if value is None or is_missing(value) else _parts(value, unit)


def range_text(figure: Figure) -> str | None:
    """A figure's range, or None where it has none. With a lower end alone the value is at least that."""
    if is_missing(figure.low):
        return None
    if is_missing(figure.high):
        return t("at least {amount}", amount=value_text(figure.low, figure.unit))
    assert figure.low is not None and figure.high is not None
    return joined(*_range_parts(figure.low, figure.high, figure.unit))


def figure_parts(figure: Figure) -> tuple[str, str]:
    """A figure as number and unit word, which cards print in two sizes. A bare range is its own value."""
    if is_missing(figure.value):
        if is_missing(figure.low) or is_missing(figure.high):
            return unknown(), ""
        assert figure.low is not None and figure.high is not None
        return _range_parts(figure.low, figure.high, figure.unit)
    assert figure.value is not None
    is_quotient = figure.unit == "yuan" and figure.denominator is not None
    number, word = _parts(three_digits(figure.value) if is_quotient else figure.value, figure.unit)
    return qualifiers.bounded(number, figure.qualifier), word


_UNIT_WORDS: dict[str, Callable[[float], str]] = {
    "village": lambda n: nt("{n} village", "{n} villages", n, n=""),
    "place": lambda n: nt("{n} place", "{n} places", n, n=""),
    "project": lambda n: nt("{n} project", "{n} projects", n, n=""),
    "person": lambda n: nt("{n} person", "{n} people", n, n=""),
    "household": lambda n: nt("{n} household", "{n} households", n, n=""),
    "day": lambda n: nt("{n} day", "{n} days", n, n=""),
    "year": lambda n: nt("{n} year", "{n} years", n, n=""),
    "yuan": lambda n: pick(country_words.word("currency")),
    "percent": lambda n: "%",
    "points": lambda n: t("{n} pp", n=""),
    "km": lambda n: "km",
    "degree": lambda n: t("degree"),
    "ratio": lambda n: "",
    "index": lambda n: "",
}
_SHORTENED_UNITS = ("village", "place", "project", "person", "household", "yuan")


def _parts(value: float, unit: str) -> tuple[str, str]:
    word = _UNIT_WORDS[unit](value).strip() if unit in _UNIT_WORDS else unit
    if unit == "percent":
        return _percent_number(value), word
    if unit == "points":
        return _digits(value, 1, sign=True), word
    if unit == "yuan" and has_cents(value) and _scale(value)[0] == 1:
        return _digits(value, 2), word
    if unit in _SHORTENED_UNITS:
        number, scale = _shortened(value)
        return number, f"{scale}{'' if current() == 'zh' else ' '}{word}".strip()
    if unit == "km":
        return _kilometres(value), word
    return decimal(value), word


def _kilometres(km: float) -> str:
    if km and _rounded(km, 1) == 0:
        return f"<{_digits(0.1, 1)}"
    return _digits(km, 0 if abs(km) >= 100 else 1)


def _range_parts(low: float, high: float, unit: str) -> tuple[str, str]:
    """Both ends in one unit and with as many decimals, so that they can be compared."""
    leading = low if low and abs(high / low) < 100 else high
    _, word = _parts(leading, unit)
    factor, _, most = _scale(leading) if unit in _SHORTENED_UNITS else (1, "", 1)
    needed = max(_decimals(_digits(end / factor, most, strip=True)) for end in (low, high))
    is_short = factor > 1 and abs(low / factor) < 100  # 24.0–55.0 万元, but 7,350–11,760 万元
    decimals = max(needed, 1 if is_short else 0)
    return f"{_digits(low / factor, decimals)}–{_digits(high / factor, decimals)}", word


def _decimals(number: str) -> int:
    return len(number.partition(".")[2])


def joined(number: str, word: str) -> str:
    return f"{number}{'' if word in ('', '%') else ' '}{word}"


def _rounded(value: float, decimals: int) -> Decimal:
    """Rounded half up from the digits that a reader would see: 0.05 is 0.1, as in hand calculation."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


@cache
def _pattern(pattern: str) -> NumberPattern:
    """Babel reads a pattern anew each time; a map of 3,000 counties formats several numbers for each."""
    return parse_pattern(pattern)


def _digits(value: Any, decimals: int, *, sign: bool = False, strip: bool = False) -> str:
    rounded = _rounded(value, decimals)
    if rounded == 0:
        rounded = abs(rounded)  # no "-0.0"
    fraction = ("#" if strip else "0") * decimals
    number = _pattern("#,##0" + ("." + fraction if decimals else "")).apply(rounded, locale())
    return f"+{number}" if sign and rounded > 0 else number


def _scale(value: float) -> tuple[int, str, int]:
    """What a number is divided by, the word for it, and the decimals left."""
    if abs(value) < shorten_from(current()):
        return 1, "", 0
    for factor, word, decimals in scales(current()):
        if _rounded(abs(value) / factor, decimals) >= 1:  # 99,999,999 is 1 亿, not 10,000 万
            return factor, word, decimals
    return 1, "", 0


def _shortened(value: Any) -> tuple[str, str]:
    factor, word, decimals = _scale(value)
    return _digits(Decimal(str(value)) / factor, decimals, strip=True), word


def edge(value: float, unit: str) -> str:
    """A class edge: short, without its unit, which stands in the legend's title."""
    return compact(value) if unit == "yuan" else decimal(value)


def unit_word(unit: str) -> str:
    """A unit's word on its own, for a legend's title: %, 个, 元."""
    return _parts(2.0, unit)[1]


def share(numerator: float | None, denominator: float | None) -> float | None:
    """A fraction in percent; None where there is nothing to divide by."""
    if is_missing(numerator) or is_missing(denominator) or not denominator:
        return None
    assert numerator is not None
    return 100 * numerator / denominator
