"""In which unit numbers are written: as the header says in brackets, or the line above it, or a person when asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from importer import values
from importer.contents import Content
from importer.guess import headings
from importer.guess.asked import Answer, Question, words
from importer.guess.cells import numbers_shown
from importer.guess.columns import Guess, Tested
from importer.guess.seen import Seen

NOUNS = {
    "currency": r"元|圆|人民币|yuan|rmb|cny|usd|us\$|\$|€|£|dollars?|pesos|soles|euros?",
    "person": r"人|口|persons?|people|habitantes|personas",
    "household": r"户|households?|hogares|homes|viviendas",
}
SIZES = {
    "千万": 1e7, "百万": 1e6, "万": 1e4, "萬": 1e4, "亿": 1e8, "億": 1e8, "千": 1e3,
    "million": 1e6, "millions": 1e6, "millones": 1e6, "millones de": 1e6, "mio": 1e6, "mill.": 1e6,
    "thousand": 1e3, "thousands": 1e3, "miles de": 1e3, "miles": 1e3, "'000": 1e3, "000": 1e3, "tsd": 1e3, "tsd.": 1e3,
}  # fmt: skip
SIZE = "|".join(sorted(map(re.escape, SIZES), key=len, reverse=True))
BRACKETED = re.compile(rf"[(（\[【]\s*(?:in\s+|en\s+)?({SIZE})\s*[)）\]】]", re.IGNORECASE)
UNIT_LINE = re.compile(r"单位|unit|unidad|einheit|unité", re.IGNORECASE)
OFFERED = {"currency": (1, 1e3, 1e4, 1e6, 1e8), "person": (1, 1e3, 1e4), "household": (1, 1e3, 1e4), "Mbps": (1, 1e-3)}
ASKED = {"currency": "money", "person": "people", "household": "people", "Mbps": "speed"}
NAMES = {
    "currency": ("元", "whole units of the currency"),
    "person": ("人", "persons"),
    "household": ("户", "households"),
    "Mbps": ("Mbps", "Mbps"),
}
SIZES_SAID = {
    1e3: ("千", "thousand"),
    1e4: ("万", "ten thousand"),
    1e6: ("百万", "million"),
    1e8: ("亿", "hundred million"),
}
SMALL_MONEY = 10_000.0  # half of the amounts below this: of projects, they are hardly single units
FRACTIONS = 0.1  # of the cells: persons and households are whole
FEW_PEOPLE = 100.0  # half of the numbers below: larger ones with decimals are modelled
MOST_SCALED = 15_000.0  # ten thousands of people: no province has more
FAST_MBPS = 2_000.0


def factor_said(text: str, unit: str | None, *, is_line: bool = False) -> float | None:
    """What a header, or a line about units, says that such numbers are multiplied by; None where it is silent."""
    if (factor := headings.factor(text, unit)) is not None:
        return factor
    noun = NOUNS.get(unit or "")
    if noun is None or (is_line and UNIT_LINE.search(text) is None):
        return None
    within = text if is_line else " ".join(re.findall(r"[(（\[【/_,，]\s*([^)）\]】]*)", text))
    if matched := re.search(rf"(?:{noun})\s*({SIZE})(?![a-z])", within, re.IGNORECASE):  # USD million
        return SIZES[matched[1].lower()]
    if matched := re.search(rf"({SIZE})?\s*(?:{noun})(?![a-z])", within, re.IGNORECASE):
        return SIZES[matched[1].lower()] if matched[1] else 1.0
    if matched := re.search(rf"({SIZE})(?:{noun})\s*$", text, re.IGNORECASE):  # 总投资万元
        return SIZES[matched[1].lower()]
    if matched := BRACKETED.search(text):
        return SIZES[matched[1].lower()]
    return None


def tested(guess: Guess, holds: Content, seen: Seen) -> Tested:
    """The guess with its factor; a question, and no guess, where the unit is not told and the numbers are odd."""
    unit = holds.fields[guess.field].unit
    if unit not in OFFERED:
        return Tested(guess)
    key = f"unit:{guess.column}"
    question = _question(key, guess, unit, numbers_shown(seen.known(guess.column)))
    if (answered := _number(seen.answers.get(key))) is not None:
        return Tested(_times(guess, answered, "as answered"), replace(question, taken=seen.answers[key]))
    if (factor := factor_said(guess.column, unit)) is not None:
        return Tested(_times(guess, factor, "the header says the unit") if factor != 1 else guess)
    for line in seen.above:
        if (factor := factor_said(line, unit, is_line=True)) is not None:
            return Tested(_times(guess, factor, f"the line above says {line[:60]!r}") if factor != 1 else guess)
    return Tested(None, question) if _is_odd(guess, unit, seen) else Tested(guess)


def _times(guess: Guess, factor: float, why: str) -> Guess:
    return replace(guess, understood={**guess.understood, "factor": factor}, saw=f"{guess.saw}; {why}")


def _number(text: str | None) -> float | None:
    try:
        found = float(text) if text is not None else None
    except ValueError:
        return None
    return found if found is not None and np.isfinite(found) and found > 0 else None


def _is_odd(guess: Guess, unit: str, seen: Seen) -> bool:
    """The numbers are hardly in the unit itself."""
    found = np.asarray(values.numbers(seen.known(guess.column), unit=unit).values, dtype=float)
    found = found[np.isfinite(found)]
    if not len(found):
        return False
    middle = float(np.median(found))
    if unit in ("person", "household"):
        has_fractions = float(np.mean(found % 1 > 0)) >= FRACTIONS
        return has_fractions and middle < FEW_PEOPLE and float(np.max(found)) < MOST_SCALED
    return middle < SMALL_MONEY if unit == "currency" else middle > FAST_MBPS


def _question(key: str, guess: Guess, unit: str, saw: str) -> Question:
    zh, en = NAMES[unit]
    answers = []
    for factor in OFFERED[unit]:
        if factor == 1:
            says = {"zh": words("unit_1", unit=zh)["zh"], "en": words("unit_1", unit=en)["en"]}
        elif factor < 1:
            says = {"zh": "kbps（除以 1000）", "en": "in kbps (divided by 1000)"}
        else:
            size_zh, size_en = SIZES_SAID[factor]
            says = {
                "zh": words("unit_more", size=size_zh, unit=zh, factor=f"{factor:,.0f}")["zh"],
                "en": words("unit_more", size=size_en, unit=en, factor=f"{factor:,.0f}")["en"],
            }
        answers.append(Answer(f"{factor:g}" if factor < 1 else f"{factor:.0f}", says))
    return Question(key, words(f"unit_of_{ASKED[unit]}", column=guess.column), saw, (*answers, not_used()))


def not_used() -> Answer:
    return Answer("not_used", words("not_used"))


def listed(texts: Sequence[str], most: int = 6) -> str:
    """Some texts in a row, cut where they are many."""
    return ", ".join(texts[:most]) + (f" … ({len(texts)})" if len(texts) > most else "")
