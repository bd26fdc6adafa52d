"""What holds of every page that lies in `pages/`, in both languages, with much, little and no data.

A new page is found by lying there: it needs no test of its own to be tried here. `test_walk` walks them all over the
default atlas, `test_names` over one that is hostile in every text.
"""

from __future__ import annotations

import re

import pytest
from one_page import markup, run, words
from streamlit.testing.v1 import AppTest

import pages
from atlas.look import country_words, language
from atlas.look.language import LANGUAGES
from atlas.view import state
from indicators import country
from indicators.database import Atlas

#: Atlases of the invented country, all of whose names are in Latin letters: as it is, with people and costs, with
#: neither pilots nor projects nor costs.
ATLASES = ("mini_atlas", "known", "without_projects")
CHINESE = re.compile(r"[\u4e00-\u9fff]+")
#: Four words in a row, of which all but the first are small: a sentence. Names and titles of sources are shorter.
ENGLISH = re.compile(r"\b[A-Za-z]+(?: [a-z]+){3,}\b")
#: What both languages write alike: commands, types and units of the data dictionary, the number of a document.
ALIKE = re.compile(
    r"python -m [\w .-]+|(?:NOT NULL|DOUBLE|INTEGER|BIGINT|TEXT|DATE|BOOLEAN)(?: [a-z]+)*|财建〔\d{4}〕\d+ ?号"
)
MACHINE = re.compile(r"\b(?:None|nan|NaN|NaT)\b")
#: Markup that was escaped once too often, or an object that was written instead of what it holds.
ESCAPED = re.compile(r"</?(?:div|span|table|tr|td|th|h[1-6]|p|ul|li)\b|\bHtml\(|&(?:lt|gt|amp|quot|#\d+);")
#: What is quoted in the language that it was written in: names, titles and words of sources.
QUOTED = re.compile(r'<(\w+)[^>]*\blang="[^"]*"[^>]*>.*?</\1>', re.DOTALL)


def offered(name: str, atlas: Atlas) -> bool:
    return bool(pages.module(name).PAGE.is_there(atlas))


def assert_in_order(page: AppTest, lang: str) -> None:
    """It has a title, in the reader's language, and no word of the machine."""
    assert len(page.main) > 0
    text = markup(page)
    assert text.count("<h1>") == 1
    title = words(text.partition("<h1>")[2].partition("</h1>")[0])
    assert title
    said = ALIKE.sub("", words(QUOTED.sub(" ", text)))
    assert MACHINE.findall(said) == []
    assert ESCAPED.findall(said) == []
    foreign = ENGLISH if lang == "zh" else CHINESE  # what is not translated yet stands in English
    assert foreign.findall(said) == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", pages.names())
@pytest.mark.parametrize("of", ATLASES)
def test_a_page_is_in_order(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, of: str, name: str, lang: str
) -> None:
    atlas: Atlas = request.getfixturevalue(of)
    if not offered(name, atlas):
        pytest.skip("not offered: this atlas holds nothing for it")
    page = run(monkeypatch, atlas, name, {}, lang)
    assert_in_order(page, lang)
    if headline := pages.module(name).PAGE.headline:
        country_words.use(country.words(atlas))
        with language.speaking(lang):
            said = headline(atlas, state.read(atlas, {}, lang))
        assert str(said) in markup(page), "the first HTML would say something else"


@pytest.mark.national
def test_every_page_is_tried_with_some_atlas(request: pytest.FixtureRequest, national_atlas: Atlas) -> None:
    atlases = [*(request.getfixturevalue(of) for of in ATLASES), national_atlas]
    assert [name for name in pages.names() if not any(offered(name, atlas) for atlas in atlases)] == []
