"""A walk over every page of the default atlas in both languages: what its headlines say stays true when quoted
alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest
from one_page import run, words

import pages
from indicators.database import Atlas

pytestmark = pytest.mark.national
DAY = r"\d{4}(?:[-–—/年.]\d{1,2}(?:[-–—/月.]\d{1,2}日?)?)?"
#: Words that speak of the present, rank or single out: not of states that nobody measured.
PRESENT = {"zh": ("还有", "目前", "尚有", "仍"), "en": (" still ", " currently ", " remain ")}
SUPERLATIVE = {
    "zh": ("最多", "最少", "最大", "最高", "最低", "居第", "排名第", "位列"),
    "en": (" most ", " largest ", " highest ", " lowest ", " fewest ", " least ", " worst ", " ranks "),
}
SIMULATED = {"zh": "模拟", "en": "imulated"}
EVIDENCE = {
    "zh": ("公布", "模拟", "实测", "申报", "测算", "估算", "推算", "假定", "统计", "登记在册"),
    "en": (
        "ublished",
        "imulated",
        "easured",
        "eclared",
        "stimated",
        "erived",
        "ssumed",
        "ounted",
        "on record",
    ),
}
VIEWS = (
    {},
    {"place": "520000", "standard": "4g", "as_of": "2018-09-30"},
    {"place": "431124", "standard": "fibre", "as_of": "2015-12-31"},
)
#: Pages whose title names what was typed, or reckons with the reader's own numbers: these are of no date.
NO_FINDING = ("search", "tender", "welfare")
#: Greatest of what was computed, not of places.
COMPUTED = ("最大偏离", "greatest deviation")
SCALES = {"万": 1e4, "亿": 1e8, "million": 1e6, "billion": 1e9}
NUMBER = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(万|亿|million|billion)?")


@dataclass(frozen=True)
class Headline:
    """The first heading of a page, what stands beneath it, and the page as text."""

    title: str
    beneath: str
    page: str

    @property
    def whole(self) -> str:
        return f"{self.title} {self.beneath}"


@pytest.fixture(scope="module")
def walked(national_atlas: Atlas) -> dict[tuple[str, str, int], Headline]:
    """Every page × language × view of the default atlas, opened once."""
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        names = pages.names()
        for name, lang, number in product(names, ("zh", "en"), range(len(VIEWS))):
            page = run(patch, national_atlas, name, VIEWS[number], lang)
            pieces = [str(one.proto.body) for one in page.get("html")]
            heading = next((piece for piece in pieces if "<h1>" in piece), "")
            title, _, beneath = heading.partition("</h1>")
            found[name, lang, number] = Headline(words(title), words(beneath), words(" ".join(pieces)))
    return found


def told(walked: dict[tuple[str, str, int], Headline]) -> list[tuple[tuple[str, str, int], Headline]]:
    """Headlines that tell a number."""
    return [
        (key, one)
        for key, one in walked.items()
        if key[0] not in NO_FINDING and re.search(r"\d", re.sub(DAY, "", one.title))
    ]


def test_every_page_has_one_headline(walked: dict[tuple[str, str, int], Headline]) -> None:
    assert [key for key, one in walked.items() if not one.title] == []


def test_a_headline_with_a_number_has_a_date_and_says_how_it_is_known(
    walked: dict[tuple[str, str, int], Headline],
) -> None:
    headlines = told(walked)
    assert len(headlines) > 40
    undated = [(key, one.whole) for key, one in headlines if not re.search(DAY, one.whole)]
    assert undated == []
    silent = [(key, one.whole) for key, one in headlines if not any(word in one.whole for word in EVIDENCE[key[1]])]
    assert silent == []


def test_what_is_simulated_is_called_so_in_the_headline_itself(
    walked: dict[tuple[str, str, int], Headline],
) -> None:
    silent = [
        (key, one.title)
        for key, one in told(walked)
        if SIMULATED[key[1]] in one.beneath and SIMULATED[key[1]] not in one.title
    ]
    assert silent == []


def test_no_headline_speaks_in_the_present_or_ranks_what_is_simulated(
    walked: dict[tuple[str, str, int], Headline],
) -> None:
    wrong = [
        (key, one.title)
        for key, one in walked.items()
        for word in (*PRESENT[key[1]], *SUPERLATIVE[key[1]])
        if word in f" {re.sub('|'.join(COMPUTED), '', one.title)} " and SIMULATED[key[1]] in one.whole
    ]
    assert wrong == []


def test_both_languages_tell_the_same_numbers(walked: dict[tuple[str, str, int], Headline]) -> None:
    """4.76 亿 and 475.75 million are one number, each in its language's digits; dates are compared as dates."""

    def numbers(text: str) -> list[float]:
        undated = re.sub(DAY, "", re.sub(r"\d{4} 年 \d+ 月|\d{4}[–—]\d{4}", "", text))
        both = re.sub(r"([\d.,]+)–([\d.,]+ (万|亿))", r"\1 \3–\2", undated)  # the scale of a range is of both its ends
        found = NUMBER.findall(both)
        return sorted(float(digits.replace(",", "")) * SCALES.get(scale, 1) for digits, scale in found)

    def agree(zh: str, en: str) -> bool:
        a, b = numbers(zh), numbers(en)
        same_dates = sorted(re.findall(r"\d{4}-\d\d-\d\d", zh)) == sorted(re.findall(r"\d{4}-\d\d-\d\d", en))
        return same_dates and len(a) == len(b) and np.allclose(a, b, rtol=0.005)

    differing = [
        (name, number, one.title, walked[name, "en", number].title)
        for (name, lang, number), one in walked.items()
        if lang == "zh" and not agree(one.title, walked[name, "en", number].title)
    ]
    assert differing == []


def test_nothing_is_called_none_or_nan(walked: dict[tuple[str, str, int], Headline]) -> None:
    assert [
        (key, found) for key, one in walked.items() for found in re.findall(r"\b(?:None|nan|NaT)\b", one.page)
    ] == []
