"""Published figures in words, links to them, their addresses, and their files."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from atlas.look import country_words, figures, html
from atlas.look.language import speaking
from atlas.look.parameters import Unreadable
from atlas.look.words import qualifiers
from atlas.published import figure_links, quoted
from atlas.published import files as published_files
from atlas.view import published_query
from indicators.database import Atlas
from indicators.published import figures as published_figures
from indicators.published.figures import Asked


@pytest.mark.parametrize(
    ("qualifier", "en", "zh"),
    [
        ("~", "about 98", "约 98"),
        (">", ">98", ">98"),
        (">=", "≥98", "≥98"),
        ("<", "<98", "<98"),
        ("<=", "≤98", "≤98"),
        ("~<", "just under 98", "近 98"),
        ("=", "98", "98"),
        (None, "98", "98"),
        (float("nan"), "98", "98"),
    ],
)
def test_a_qualifier_is_never_lost(qualifier: object, en: str, zh: str) -> None:
    with speaking("en"):
        assert qualifiers.bounded("98", qualifier) == en
    with speaking("zh"):
        assert qualifiers.bounded("98", qualifier) == zh


@pytest.mark.parametrize(
    ("yuan", "zh", "en"),
    [
        (155_870_000, "15,587 万元", "155.87 million yuan"),
        (8_700_000_000, "87 亿元", "8.7 billion yuan"),
        (31_234_567, "31,234,567 元", "31,234,567 yuan"),
        (206_897, "206,897 元", "206,897 yuan"),
        (0, "0 元", "0 yuan"),
    ],
)
def test_no_digit_of_an_amount_is_rounded_away(yuan: float, zh: str, en: str, monkeypatch: pytest.MonkeyPatch) -> None:
    chinese = {"currency": {"zh": "元", "en": "yuan"}}
    monkeypatch.setattr(country_words, "_words", country_words._words | chinese)
    with speaking("zh"):
        assert figures.exact_money(yuan) == zh
    with speaking("en"):
        assert figures.exact_money(yuan) == en


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JAVASCRIPT://x.test/%0aalert(1)",
        "data:text/html,<script>",
        "ftp://x.test/a",
        "//x.test/a",
        "http://",
        "https://user:secret@x.test/",
        "https://x.test/\u202egpj",
        "https://x.test/a b",
        'https://x.test/"onclick=',
        "https://x.test/<b>",
        "https://x.test:99999999/",
        "https://[::1",
        "https://xn--\u0440.test/",
        "http://x.test\\@y.test/",
        "https://x.test/" + "a" * 2000,
        "",
        None,
        7,
        float("nan"),
        "\nhttps://x.test/",
        "https://x.test/\x00",
    ],
)
def test_a_hostile_address_is_a_text(url: object) -> None:
    assert html.web_address(url) is None
    assert "<a" not in html.web_link(None, url) and "<b>" not in html.web_link("x", url)


def test_an_address_of_the_web_is_a_link_that_says_where_it_leads() -> None:
    url = "https://hn.rednet.cn/c/2016/01/19/1069696.htm?a=1&b=2"
    link = html.web_link(None, url)
    assert 'rel="noreferrer noopener"' in link and ">hn.rednet.cn</a>" in link and "a=1&amp;b=2" in link


def test_a_figures_address_stays_in_the_atlas() -> None:
    with speaking("en"):
        assert figure_links.figure_address("M01") == "figures?figure=M01&lang=en"
        assert "<script" not in figure_links.figure_link("<script>")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2016", date(2016, 1, 1), date(2016, 12, 31)),
        ("2016-02", date(2016, 2, 1), date(2016, 2, 29)),
        ("2016-12", date(2016, 12, 1), date(2016, 12, 31)),
        ("2016-08-30", date(2016, 8, 30), date(2016, 8, 30)),
        ("", None, None),
    ],
)
def test_dates_are_asked_for_as_far_as_they_are_known(text: str, first: date | None, last: date | None) -> None:
    assert published_query.day("from", text) == first
    assert published_query.day("to", text, is_last=True) == last


@pytest.mark.parametrize("text", ["20x", "2016-13", "2015-02-30", "0000", "２０１６", "2016-1", "99999"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        published_query.day("from", text)


def test_a_question_is_the_same_after_its_address() -> None:
    said = {
        "words": "4G 光纤",
        "topic": "coverage",
        "seen": "mirror",
        "contradiction": "any",
        "from": "2015-01-01",
    }
    asked = published_query.read("ZZ", said)
    assert published_query.read("ZZ", published_query.written(asked)) == asked
    assert published_query.written(Asked("ZZ")) == {}
    with pytest.raises(Unreadable):
        published_query.read("ZZ", {"words": "x" * 81})


# --- values in words ------------------------------------------------------------------------------------------


@pytest.mark.national
@pytest.mark.parametrize(
    ("figure_id", "zh", "en"),
    [
        ("F001", "1893", "1893"),  # a year, not 1,893 years
        ("F128", "约 0.3 元／每元（额外）", "about 0.3 yuan extra per yuan"),
        ("F162", "约 6 个百分点", "about 6 percentage points"),
        ("M01", "约 50,000 个行政村", "about 50,000 administrative villages"),
        ("M14", ">90%", ">90%"),
        ("P203", "15,587 万元", "155.87 million yuan"),
    ],
)
def test_values_as_they_were_published(national_atlas: Atlas, figure_id: str, zh: str, en: str) -> None:
    row = published_figures.one(national_atlas, figure_id)
    assert row is not None
    with speaking("zh"):
        assert quoted.value(national_atlas, row) == zh
    with speaking("en"):
        assert quoted.value(national_atlas, row) == en


@pytest.mark.national
def test_about_is_kept_where_the_sentence_says_so(national_atlas: Atlas) -> None:
    ids = ["F128", "F131", "F132", *(f"F{n}" for n in range(145, 150)), "F161", "F162"]
    held = published_figures.several(national_atlas, ids)
    assert list(held["figure_id"]) == ids and set(held["qualifier"]) == {"~"}


@pytest.mark.national
def test_documents_are_cited_by_title(national_atlas: Atlas) -> None:
    """A bare number of a part says nothing to a reader, and what a place published is not the ministry's."""
    rows = published_figures.listed(national_atlas, Asked("100000"))
    held = national_atlas.cursor().execute("SELECT count(*) FROM published_figure").fetchall()
    assert held == [(len(rows),)]  # those of abroad and of no place are listed, too
    assert not rows["document"].str.fullmatch(r"\d*").any()
    publishers = published_figures.several(national_atlas, ["M16", "M17", "M18", "M19", "M20", "M21"])["publisher"]
    assert not publishers.str.contains("工业和信息化部").any() and publishers.notna().all()


# --- files ----------------------------------------------------------------------------------------------------


def test_figures_as_csv(mini_atlas: Atlas, tmp_path: Path) -> None:
    name = published_files.write(
        mini_atlas, Asked("ZZ", text="procent"), "csv", "en", "http://x/figures", tmp_path / "a"
    )
    assert name == "published-figures-ZZ.csv"
    lines = list(csv.reader((tmp_path / "a").read_text(encoding="utf-8-sig").splitlines()))
    about = [line for line in lines if line[0].startswith("#")]
    assert ["# Filters", "with the words procent"] in about and ["# Figures", "3"] in about
    head, *rows = lines[len(about) :]
    assert [row[head.index("Figure")] for row in rows] == ["Z5", "Z6", "Z1"]
    assert rows[0][head.index("Value as written")] == ">90" and rows[0][head.index("Value")] == "90"


def test_figures_as_workbook_and_json(mini_atlas: Atlas, tmp_path: Path) -> None:
    for suffix in ("xlsx", "json"):
        published_files.write(mini_atlas, Asked("ZZ"), suffix, "zh", "http://x/", tmp_path / f"a.{suffix}")
    rows = CalamineWorkbook.from_path(str(tmp_path / "a.xlsx")).get_sheet_by_index(0).to_python()
    [header] = [number for number, row in enumerate(rows) if row[0] == "编号"]  # above it: what the table is
    assert len(rows) - header == 7
    held = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert [row["figure_id"] for row in held["figures"]] == ["Z2", "Z5", "Z6", "Z4", "Z1", "Z3"]
    assert held["figures"][0]["date_from"] == "2012-01-01" and held["figures"][-1]["value"] is None


def test_no_cell_of_a_file_is_a_formula(mini_atlas: Atlas, tmp_path: Path) -> None:
    """What a publisher wrote may begin like one."""
    rows = published_files._readable(mini_atlas, published_figures.listed(mini_atlas, Asked("ZZ")))
    rows.iloc[0, 0] = "=HYPERLINK(1)"
    from atlas.files import sheets

    sheets.write_csv(list(rows.columns), rows, [], tmp_path / "a.csv")
    assert "'=HYPERLINK(1)" in (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
