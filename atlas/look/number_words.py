"""From where on a number is shortened, and to what words: 万 and 亿, million and billion, else Babel's."""

from __future__ import annotations

import re
from functools import cache

from atlas.look.language import locale

#: Least value that is shortened; and its words: (divided by, word, decimals).
_SHORTEN_FROM = {"zh": 100_000, "en": 1_000_000}
_SCALES = {
    "zh": ((10**8, "亿", 2), (10**4, "万", 1)),
    "en": ((10**9, "billion", 2), (10**6, "million", 2)),
}


def shorten_from(lang: str) -> int:
    return _SHORTEN_FROM.get(lang, _SHORTEN_FROM["en"])


@cache
def scales(lang: str) -> tuple[tuple[int, str, int], ...]:
    """A billion is a thousand times more in French: the words of a language are its own, as 3.6 Md."""
    return _SCALES.get(lang) or tuple(_babels_scale(10**power) for power in (9, 6))


def _babels_scale(factor: int) -> tuple[int, str, int]:
    """Of patterns such as 0 Md or 00億, whose zeros say what is left of the number."""
    pattern = locale().compact_decimal_formats["short"]["other"][str(factor)].pattern
    word = re.sub(r"[\s0']", "", pattern)
    return factor // 10 ** (pattern.count("0") - 1), word, 2


def has_cents(yuan: float) -> bool:
    """An amount in cents; one with more digits behind the point was divided or modelled, and is shown whole from ten
    on."""
    cents = float(yuan) * 100
    return float(yuan) % 1 != 0 and (abs(yuan) < 10 or abs(cents - round(cents)) < 1e-4)
