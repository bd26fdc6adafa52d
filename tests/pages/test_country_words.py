"""Words of one country stay in it: no page of another says its levels, settlements, money or letters.

A page says them by the profile's own words: `indicators/country.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
from one_page import run, shown, words
from rich import counted_profile
from streamlit.testing.v1 import AppTest

import pages
from atlas.look import country_words, language
from atlas.look.language import LANGUAGES
from indicators.catalogue import catalogue
from indicators.database import Atlas, current

#: What only China's screens may say. "county" and 县 are levels of other countries, too, but not of this one;
#: "provincial" is a code of who pays.
OF_CHINA = {
    "en": re.compile(
        r"\b(administrative villages?|count(?:y|ies)|provinces?|prefectures?|townships?|yuan|pinyin)\b",
        re.IGNORECASE,
    ),
    "zh": re.compile(r"行政村|县|乡镇|乡级|全省|省级|(?<!节)省(?!略)|地级|市县|拼音|[万亿每/（]元|\d ?元"),
}
#: What a visitor reads of an element besides its HTML.
READ = {"label", "help", "placeholder", "options", "body", "caption", "captions", "content"}
TOLD = ("name_zh", "name_en", "citation_zh", "citation")
#: Sources' own words, in the language that they were written in.
QUOTED = re.compile(r'<(\w+)[^>]*\blang="[^"]*"[^>]*>.*?</\1>', re.DOTALL)
#: Sentences that say such a word on purpose: shown only for a country whose names are Chinese, or that holds a case.
ON_PURPOSE = (
    "Village, place, code or pinyin",
    "yuan",  # units of declarations, as they are written there
    "yuan per village",
    "yuan per year",
    "a name, a code or pinyin; a place before the name narrows it",
    (
        "Nothing of that name, and nothing like it. Try fewer letters, the name without the place before it, "
        "pinyin, or the code."
    ),
    "A later batch: {n}, in {places} places",
    "their number and places are published, their cost and course are not",
)


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    """The invented country with people and costs, whose money has a name that no other has."""
    profile = counted_profile(tmp_path_factory.mktemp("elsewhere"))
    parameters = profile.file("money/parameters.csv")  # of China's model: what its sources say is not looked at here
    table = pd.read_csv(parameters, dtype=str)
    table.assign(**{column: table["parameter"] for column in TOLD}).to_csv(parameters, index=False)
    profile.edit("profile.toml", 'zh = "元", en = "crown"', 'zh = "克朗", en = "crown"').build()
    return current(profile.build_dir)


def texts(message: Any) -> Iterator[str]:
    """All that is read of an element and what lies in it."""
    for field, value in message.ListFields():
        for one in value if isinstance(value, (list, tuple)) or hasattr(value, "add") else [value]:
            if hasattr(one, "ListFields"):
                yield from texts(one)
            elif isinstance(one, str) and field.name in READ:
                yield one


def said(page: AppTest) -> str:
    """Everything a visitor can read of a page, without what is quoted."""
    found = [words(QUOTED.sub(" ", shown(page)))]
    for element in page.main:
        proto: Any = getattr(element, "proto", None)
        if hasattr(proto, "ListFields") and element.type != "html":
            found += [words(one) for one in texts(proto)]
    return "\n".join(found)


def of_china(text: str, lang: str) -> list[str]:
    return [text[max(0, one.start() - 30) : one.end() + 30] for one in OF_CHINA[lang].finditer(text)]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", pages.names())
def test_no_word_of_china_on_a_page_of_another_country(
    monkeypatch: pytest.MonkeyPatch, elsewhere: Atlas, name: str, lang: str
) -> None:
    if not pages.module(name).PAGE.is_there(elsewhere):
        pytest.skip("not offered: this atlas holds nothing for it")
    assert of_china(said(run(monkeypatch, elsewhere, name, {}, lang)), lang) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_word_of_china_at_any_place_or_village_of_another_country(
    monkeypatch: pytest.MonkeyPatch, elsewhere: Atlas, lang: str
) -> None:
    rows = elsewhere.cursor().execute("SELECT min(place_id) FROM place GROUP BY level").fetchall()
    rows += elsewhere.cursor().execute("SELECT min(place_id) FROM village GROUP BY kind").fetchall()
    for (place_id,) in rows:
        for name in ("place", "gap_map", "overview"):
            assert of_china(said(run(monkeypatch, elsewhere, name, {"place": place_id}, lang)), lang) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_found_or_not_and_a_drawn_sample(monkeypatch: pytest.MonkeyPatch, elsewhere: Atlas, lang: str) -> None:
    for name, query in (
        ("search", {"q": "xqzv"}),
        ("acceptance", {"place": "0101", "in.pool": "register", "in.seed": "x", "in.share": "40"}),
    ):
        assert of_china(said(run(monkeypatch, elsewhere, name, query, lang)), lang) == []


def test_the_levels_of_the_country_are_said_as_it_says_them(monkeypatch: pytest.MonkeyPatch, elsewhere: Atlas) -> None:
    drawn = {"place": "0101", "in.pool": "register", "in.seed": "x", "in.share": "40"}
    text = said(run(monkeypatch, elsewhere, "acceptance", drawn, "en"))
    assert "every district is drawn from" in text and "Drawn by district" in text
    assert re.search(r"Scope: [\d,]+ villages", said(run(monkeypatch, elsewhere, "overview", {}, "en")))
    assert re.search(r"范围：[\d,]+ 个村", said(run(monkeypatch, elsewhere, "overview", {}, "zh")))


def sentences() -> Iterator[tuple[str, str, str]]:
    """Of the catalogue and the indicators' headers: language, sentence, and what it is a translation of."""
    for message in language.read_catalogue("zh"):
        english = message.id if isinstance(message.id, str) else message.id[-1]
        translated = [message.string] if isinstance(message.string, str) else message.string
        yield from [("en", english, english), *(("zh", one, english) for one in translated)]
    for one in catalogue().values():
        for pair in (one.title, one.definition, one.formula, one.pitfall):
            yield from ((lang, text, one.indicator_id) for lang, text in pair.items())


def test_no_sentence_for_any_country_says_a_word_of_china() -> None:
    """Also those that no page of the invented country comes to."""
    found = []
    for lang, text, english in sentences():
        if english not in ON_PURPOSE:
            found += of_china(country_words.MARK.sub("", text), lang)
    assert found == []


def test_every_mark_has_a_word() -> None:
    marks = {mark.lower() for _, text, _ in sentences() for mark in country_words.MARK.findall(text)}
    assert marks <= set(country_words._words)
    assert not [text for _, text, _ in sentences() if text.count("⟨") != len(country_words.MARK.findall(text))]
