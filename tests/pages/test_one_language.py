"""One language a page: no Chinese on an English page but the originals that say so, no English on a Chinese page but
units, proper names and names of files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

import pytest
from one_page import markup, run, words
from streamlit.testing.v1 import AppTest

import pages
from indicators.database import Atlas

pytestmark = pytest.mark.national
VIEWS = (
    {},
    {"place": "520000", "standard": "4g", "as_of": "2018-09-30"},
    {"place": "431124", "standard": "fibre", "as_of": "2015-12-31"},
)
#: Pages of one thing: a village, a project, a figure.
MORE = (
    ("place", {"place": "431124101201"}),
    ("projects", {"in.project": "yongzhou-1"}),
    ("projects", {"in.project": "hengshan-4"}),
    ("notices", {"in.project": "chengde-1"}),
    ("figures", {"in.figure": "M15"}),
    ("search", {"q": "shoufo"}),
)
IDEOGRAPHS = re.compile(r"[\u3400-\u9fff]+")
#: What is quoted in the language that it was written in.
QUOTED = re.compile(r'<(\w+)[^>]*\blang="[^"]*"[^>]*>.*?</\1>', re.DOTALL)
#: Parts of Streamlit's that hold words of their own.
WIDGETS = ("selectbox", "radio", "checkbox", "text_input", "number_input", "multiselect", "toggle", "button")
#: The switch of languages names each in itself.
NAMES_OF_LANGUAGES = re.compile(r"中文|English")
WORD = re.compile(r"[A-Za-z][A-Za-z'’]{2,}")
#: Latin words that an official writes in Chinese, too: units, technical terms, formats, firms and programmes.
LATIN = frozenset(
    (
        *("bps", "Mbps", "MHz", "USD", "CNY", "RSRP", "GPON", "SHA", "ONT"),
        *(
            "Atom",
            "CSV",
            "Excel",
            "JSON",
            "GeoJSON",
            "GeoParquet",
            "Parquet",
            "PNG",
            "SVG",
            "KML",
            "KMZ",
            "ODS",
            "XML",
            "TOML",
        ),
        *("Shapefile", "GeoPackage", "zip", "gz", "xls", "xlsx", "PDF", "MiB", "Word", "EPSG", "CGCS", "GCJ", "WGS"),
        *("Getis", "Ord", "Benjamini", "Hochberg", "Fisher", "Jenks", "Wilson", "Morton", "Analysys", "Mason"),
        *("Giga", "Oughton", "WCAG", "MCI", "FCC", "MIT", "WTFPL", "DuckDB", "HiGHS", "Vega", "Lite", "Mpbs"),
    )
)
#: Names of files, commands, builds and numbers of projects stay: `python -m etl build`, yongzhou-1, m.c114.com.cn.
AS_THEY_ARE = re.compile(
    r"https?://\S+|python -m [\w .-]+|\b[a-z]+(?:-[a-z]+)*-\d+\b|\b(?:[\w-]+/)*[\w-]+(?:\.[\w-]+)+\b|\b\w+_\w+\b"
    r"|\b[a-z]+(?:-[a-z]+)+\b|\b\d{8}T\d{6}Z-[0-9a-f]+\b|“shoufo”|(?<=目录的 )sources"
)
#: Pages about files and tables: names of columns and types of data stand on them.
OF_FILES = ("data", "methods")
SENTENCE = re.compile(r"\b[A-Za-z]+(?: [a-z]+){3,}\b")


def told(page: AppTest) -> Iterator[str]:
    """All that a page says, without what it quotes."""
    yield words(QUOTED.sub(" ", markup(page)))
    for kind in WIDGETS:
        for one in page.get(kind):
            for part in ("label", "help", "placeholder", "options"):
                held = getattr(one, part, None)
                yield from map(str, held if isinstance(held, (list, tuple)) else [held or ""])


def every_page() -> list[tuple[str, dict[str, str]]]:
    return [*product(pages.names(), VIEWS), *MORE]


@pytest.mark.parametrize("name", sorted({name for name, _ in every_page()}))
def test_an_english_page_holds_chinese_only_where_it_says_so(
    monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas, name: str
) -> None:
    for query in [query for one, query in every_page() if one == name]:
        said = " ".join(told(run(monkeypatch, national_atlas, name, query, "en")))
        found = IDEOGRAPHS.findall(NAMES_OF_LANGUAGES.sub("", said))
        assert found == [], (query, found[:20])


@pytest.mark.parametrize("name", sorted({name for name, _ in every_page()}))
def test_a_chinese_page_holds_no_english_words(
    monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas, name: str
) -> None:
    for query in [query for one, query in every_page() if one == name]:
        said = " ".join(told(run(monkeypatch, national_atlas, name, query, "zh")))
        said = AS_THEY_ARE.sub(" ", NAMES_OF_LANGUAGES.sub("", said))
        found = SENTENCE.findall(said) if name in OF_FILES else sorted(set(WORD.findall(said)) - LATIN)
        assert found == [], (query, found[:40])
