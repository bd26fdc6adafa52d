"""The numbers and their HTML: rounding never lies, and no text gets out of its place.

More than 400 lines: every way to write a number, in both languages, side by side.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas.look import badges, blocks, cards, colours, country_words, html, language, legends, tables
from atlas.look import figures as f
from atlas.look.language import speaking, t
from atlas.maps.tiles import cell_words
from ground.evidence import EVIDENCE
from importer.report.rules import rule
from indicators.figure import Figure

CHINESE = {
    "currency": {"zh": "元", "en": "yuan"},
    "counted": {"zh": "{n} 个行政村", "en": "{n} administrative villages"},
}
HOSTILE = "<img src=x onerror=alert(1)>\"'&</td><script>"
MISSING = [None, float("nan"), float("inf"), pd.NA, pd.NaT, np.nan]


@pytest.fixture(autouse=True)
def _chinese(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Chinese words and money, whatever a page of another country has left behind."""
    monkeypatch.setattr(country_words, "_words", country_words._words | CHINESE)
    with language.speaking("zh"):
        yield


def _figure(value: float | None, unit: str = "village", **more: Any) -> Figure:
    return Figure("indicator", "431128", unit, value, **({"evidence": "declared"} | more))


def _both(function: Callable[..., str], *values: Any) -> tuple[str, str]:
    with language.speaking("en"):
        english = function(*values)
    return function(*values), english


# --- numbers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("n", "chinese", "english"),
    [
        (0, "0", "0"),
        (14_597, "14,597", "14,597"),
        (99_999, "99,999", "99,999"),
        (100_000, "10 万", "100,000"),
        (130_000, "13 万", "130,000"),
        (413_257, "41.3 万", "413,257"),
        (999_999, "100 万", "999,999"),
        (9_999_999, "1,000 万", "10 million"),
        (99_999_999, "1 亿", "100 million"),
        (245_000_000, "2.45 亿", "245 million"),
        (140_000_000_000, "1,400 亿", "140 billion"),
        (-130_000, "-13 万", "-130,000"),
    ],
)
def test_compact(n: int, chinese: str, english: str) -> None:
    assert _both(f.compact, n) == (chinese, english)
    assert f.compact(float(np.float64(n))) == chinese
    assert f.text(_figure(n)).replace(" ", "") == f"{chinese}个".replace(" ", "")


def test_tables_print_numbers_in_full() -> None:
    assert _both(f.count, 487_144) == ("487,144", "487,144")
    assert f.count(0) == "0"


@pytest.mark.parametrize(
    ("n", "chinese", "english"),
    [
        (14_597, "14,597", "14,597"),
        (413_257, "约 41.3 万", "413,257"),
        (410_000, "41 万", "410,000"),
        (1_234_567, "约 123.5 万", "about 1.23 million"),
        (593, "593", "593"),
        (0, "0", "0"),
    ],
)
def test_a_title_has_the_digits_of_the_card_and_says_about_where_it_rounds(n: int, chinese: str, english: str) -> None:
    assert _both(f.about, n) == (chinese, english)


def test_a_shortened_number_stands_close_to_its_unit() -> None:
    with speaking("zh"):
        assert language.counted(f.compact(174_000)) == "17.4 万个行政村"
        assert language.counted(f.compact(1_740)) == "1,740 个行政村"


@pytest.mark.parametrize(
    ("value_percent", "expected"),
    [
        (95.2, "95.2%"),
        (0, "0.0%"),
        (0.05, "0.1%"),
        (0.049, "<0.1%"),
        (1e-12, "<0.1%"),
        (100, "100.0%"),
        (99.95, ">99.9%"),
        (99.97, ">99.9%"),
        (99.949, "99.9%"),
        (100.01, ">100.0%"),
        (101.2, "101.2%"),
        (-0.01, ">-0.1%"),
        (-3.25, "-3.3%"),
    ],
)
def test_percent(value_percent: float, expected: str) -> None:
    assert f.percent(value_percent) == expected


def test_more_than_all_is_shown_with_its_fraction() -> None:
    assert _both(f.percent, 100 * 598 / 593, 598, 593) == ("100.8%（598/593）", "100.8% (598/593)")
    assert f.percent(50.0, 1, 2) == "50.0%"


@given(st.floats(min_value=0, max_value=200))
def test_only_exact_shares_read_none_or_all(value_percent: float) -> None:
    text = f.percent(value_percent)
    assert (text == "0.0%") == (value_percent == 0)
    assert (text == "100.0%") == (value_percent == 100)
    number = float(text.strip("<>%"))
    assert abs(number - value_percent) <= 0.1


@given(st.integers(min_value=0, max_value=10**12), st.sampled_from(["zh", "en"]))
def test_a_shortened_number_is_close_to_the_number(n: int, code: str) -> None:
    words = {"万": 10**4, "亿": 10**8, "million": 10**6, "billion": 10**9, "": 1}
    with language.speaking(code):
        number, _, word = f.compact(n).partition(" ")
    assert float(number.replace(",", "")) * words[word] == pytest.approx(n, rel=0.01)


def test_changes_have_a_sign() -> None:
    assert [f.signed(n) for n in (-3972, 0, 801)] == ["-3,972", "0", "+801"]
    assert _both(f.points, 3.24) == ("+3.2 个百分点", "+3.2 pp")
    assert [f.points(d) for d in (-3.25, 0, 0.01, -0.01)] == [
        "-3.3 个百分点",
        "0.0 个百分点",
        "<+0.1 个百分点",
        ">-0.1 个百分点",
    ]


@pytest.mark.parametrize(
    ("yuan", "chinese", "english"),
    [
        (308_000, "30.8 万元", "308,000 yuan"),
        (245_000_000, "2.45 亿元", "245 million yuan"),
        (87_930_000, "8,793 万元", "87.93 million yuan"),
        (1_234, "1,234 元", "1,234 yuan"),
        (0, "0 元", "0 yuan"),
    ],
)
def test_money(yuan: float, chinese: str, english: str) -> None:
    assert _both(f.money, yuan) == (chinese, english)


def test_money_ranges_share_one_unit() -> None:
    assert _both(f.money_range, 240_000, 550_000) == ("24.0–55.0 万元", "240,000–550,000 yuan")
    assert f.money_range(73_500_000, 117_600_000) == "7,350–11,760 万元"
    assert f.money_range(0, 250_000_000) == "0.0–2.5 亿元"
    assert f.money_range(308_000, 308_000) == "30.8 万元"
    assert f.money_range(None, 308_000) == "不超过 30.8 万元"
    assert f.money_range(308_000, None) == "不低于 30.8 万元"


def test_another_profile_brings_its_own_currency() -> None:
    country_words.use({"currency": {"en": "US dollars"}})
    assert f.money(1_234) == "1,234 US dollars"


def test_distances_and_dates() -> None:
    assert [f.distance(km) for km in (2.74, 0, 0.01, 1234.4)] == ["2.7 km", "0.0 km", "<0.1 km", "1,234 km"]
    assert f.day(date(2017, 12, 31)) == "2017-12-31"
    assert _both(f.month, date(2017, 7, 18)) == ("2017 年 7 月", "July 2017")


@pytest.mark.parametrize("value", MISSING)
def test_missing_is_unknown_and_never_zero(value: Any) -> None:
    formats = (f.count, f.compact, f.about, f.signed, f.decimal, f.percent, f.points, f.money, f.distance)
    for function in (*formats, f.day, f.month):
        assert _both(function, value) == ("未知", "Unknown"), function
    assert f.money_range(value, value) == "未知"
    assert html.escaped(value) == f.DASH


# --- figures ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("figure", "chinese", "english"),
    [
        (_figure(130_000), "13 万个", "130,000 villages"),
        (_figure(1), "1 个", "1 village"),
        (_figure(95.2, "percent"), "95.2%", "95.2%"),
        (_figure(308_000, "yuan"), "30.8 万元", "308,000 yuan"),
        (_figure(2.7, "km"), "2.7 km", "2.7 km"),
        (_figure(0.412, "index"), "0.41", "0.41"),
        (_figure(5, "gigabit"), "5 gigabit", "5 gigabit"),
        (_figure(None), "未知", "Unknown"),
        (_figure(None, "yuan", low=124_000, high=198_000), "12.4–19.8 万元", "124,000–198,000 yuan"),
    ],
)
def test_a_figure_as_text(figure: Figure, chinese: str, english: str) -> None:
    assert _both(f.text, figure) == (chinese, english)


def test_a_card_says_what_must_be_said() -> None:
    money = _figure(308_000, "yuan", low=240_000, high=550_000, evidence="modelled")
    assert "区间 24.0–55.0 万元；400 亿元" in cards.card("每村投资", money, "400 亿元")
    assert "另有 5,279 个村状态未知，未计入" in cards.card("通宽带率", _figure(95.2, "percent", unknown=5279))
    assert "598/593" in cards.card("完成率", _figure(100.84, "percent", numerator=598, denominator=593))
    assert "atlas-badge-modelled" in cards.card("每村投资", money)


@pytest.mark.parametrize("evidence", EVIDENCE)
def test_every_kind_of_evidence_has_shape_and_word(evidence: str) -> None:
    assert re.search(r"[●◆◐△○]</span> (实测|公布|估算|假定|模拟)</span>", badges.badge(evidence))


def test_an_unknown_kind_of_evidence_is_an_error() -> None:
    with pytest.raises(KeyError):
        badges.badge("guessed")


def test_a_shown_figure_carries_date_source_and_badge() -> None:
    figure = _figure(593, as_of=date(2016, 8, 30), source_ids=("notice",))
    shown = cards.show(figure)
    assert "593" in shown and "2016-08-30 · notice" in shown and "公布" in shown
    assert "2016-08-30 · 公告" in cards.show(figure, ["公告"])


def test_states_by_name_and_by_database_code() -> None:
    assert [badges.state_word(code) for code in range(4)] == ["未知", "未通", "已通", "不适用"]
    assert "atlas-mark-unconnected" in badges.state_mark(1)
    assert f.DASH in badges.state_mark(3)


def test_the_state_bar_counts_all_three_states() -> None:
    bar = tables.state_bar(connected=100, unconnected=148, unknown=6)
    for text in ("148", "58.3%", "2.4%", "39.4%"):
        assert text in bar
    assert "不等于未通" in tables.state_bar(0, 0, 12)
    assert "atlas-stack" not in tables.state_bar(0, 0, 0)


# --- HTML -------------------------------------------------------------------------------------------


class _Tags(HTMLParser):
    """Collects what a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        self.text += data


def _parse(made: str) -> _Tags:
    tags = _Tags()
    tags.feed(made)
    tags.close()
    assert not tags.open, f"not closed: {tags.open}"
    return tags


def _everything(text: str) -> dict[str, str]:
    """Every builder, with `text` wherever one can come in."""
    shades = colours.colours("gap", 2, "light")
    counts = {"connected": 3, "unconnected": 2, "unknown": 1}
    return {
        "card": cards.cards([cards.card(text, _figure(1.0, text, source_ids=(text,)), text)]),
        "card_text": cards.card_text(text, text, text, "assumed", text),
        "show": cards.show(_figure(1.0, text), [text]),
        "bars": tables.bar_table([tables.Bar(text, 1.0, text, "?place=1"), tables.Bar(text, None, text)], text),
        "table": tables.data_table([text, text], [[text, text], [text, badges.badge("measured")]], "lr", text),
        "legend": legends.legend(text, shades, [text, text], text),
        "map_legend": legends.map_legend(counts, [legends.Line("pilot", text, text)], text),
        "breadcrumb": blocks.breadcrumb([(text, "?place=1"), (text, None)]),
        "finding": blocks.finding(text, [text], "simulated", text),
        "watermark": blocks.watermark(text),
        "notice": blocks.notice("empty", text, [(text, "?")]),
        "link": html.link(text, "#top"),
    }


ALLOWED_TAGS = {"div", "span", "strong", "a", "i", "nav", "ol", "li", "h1"} | {
    "table",
    "caption",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}
ALLOWED_ATTRIBUTES = {"class", "style", "href", "target", "role", "tabindex", "scope", "colspan", "title"} | {
    "aria-hidden",
    "aria-label",
    "aria-current",
    "data-words",
    *("data-atlas-about", "data-close", "data-onward"),
    *("data-indicator", "data-place", "data-standard", "data-as-of", "data-projects", "data-value"),
}


@given(st.one_of(st.just(HOSTILE), st.text(st.sampled_from("<>\"'&/=`{}%sxonclick \n"), max_size=40)))
def test_no_text_becomes_markup(text: str) -> None:
    for name, made in _everything(text).items():
        tags = _parse(made)
        assert tags.seen <= ALLOWED_TAGS, name
        assert tags.attributes <= ALLOWED_ATTRIBUTES, name


def test_the_text_itself_is_still_there() -> None:
    for name, made in _everything(HOSTILE).items():
        assert HOSTILE in _parse(made).text, name


def test_safe_markup_stays_safe_only_by_itself() -> None:
    badge = badges.badge("measured")
    assert html.escaped(badge) == badge
    assert "&lt;" in html.escaped(badge + "<b>")


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        " javascript:alert(1)",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "data:text/html,x",
        "?a=\njavascript:1",
        "",
        "/page",
    ],
)
def test_links_that_leave_the_atlas_are_refused(href: str) -> None:
    with pytest.raises(html.UnsafeValue):
        html.link("x", href)


def test_links_stay_in_the_same_window_and_are_escaped() -> None:
    assert html.link("湖南", '?place=430000&lang="zh"') == (
        '<a href="?place=430000&amp;lang=&quot;zh&quot;" target="_self">湖南</a>'
    )
    assert html.link("湖南", None) == "湖南"
    assert 'href="map"' in html.link("x", "map")


@pytest.mark.parametrize("colour", ["red;background:url(//x)", "#fff", "var(--x)", 'red"', "#12345g"])
def test_colours_cannot_carry_other_styles(colour: str) -> None:
    with pytest.raises(html.UnsafeValue):
        tables.bar_table([tables.Bar("a", 1, "1", colour=colour)], "bars")


def test_bars_start_at_zero_and_the_longest_fills_the_space() -> None:
    made = tables.bar_table(
        [tables.Bar("云南省", 200, "200"), tables.Bar("甘肃省", 50, "50"), tables.Bar("海南省", None, "?")],
        "排名",
    )
    assert re.findall(r"--share:([\d.]+)", made) == ["1.0000", "0.2500"]
    assert "未知" in made
    with pytest.raises(ValueError, match="zero"):
        tables.bar_table([tables.Bar("a", -1, "-1")], "bars")
    assert "--share" not in tables.bar_table([tables.Bar("a", 0, "0")], "bars")


def test_tables_are_readable_by_a_screen_reader() -> None:
    made = tables.data_table(["省份", "未通"], [["云南省", None]], "lr", "未通村")
    assert '<th scope="col" class="atlas-right">未通</th>' in made
    assert '<th scope="row" class="atlas-left">云南省</th>' in made
    assert f'<td class="atlas-right">{f.DASH}</td>' in made
    with pytest.raises(ValueError):
        tables.data_table(["a", "b"], [["only one"]])


def test_a_legend_ends_with_no_data_and_checks_its_edges() -> None:
    shades = colours.colours("gap", 3, "light")
    made = legends.legend("未通村占比（%）", shades, ["0", "1", "2", "12"], "手动")
    assert made.index("分级：手动") < made.index("未知（无数据）")
    assert "12" in made
    with pytest.raises(ValueError, match="3 classes"):
        legends.legend("x", shades, ["0", "1"])


def test_the_map_legend_shows_counts_shares_and_cells() -> None:
    made = legends.map_legend(
        {"connected": 393_381, "unconnected": 14_597, "unknown": 5_279}, [legends.Line("pilot", "试点地区", "97 个")]
    )
    for text in ("14,597", "3.5%", "1.3%", "95.2%", "97 个", "&gt;0", "每格的未通占比"):
        assert text in made
    assert "每格" not in legends.map_legend({"connected": 0, "unconnected": 0, "unknown": 0}, has_cells=False)


def test_the_watermark_is_read_once_and_repeats_for_the_eye() -> None:
    made = blocks.watermark("模拟数据")
    assert made.count("模拟数据") == 2  # once on the stamp, once for the style sheet to repeat
    assert colours.style().count("attr(data-words)") > 50
    assert 'aria-hidden="true"' in made


def test_another_language_writes_numbers_its_own_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also without a catalogue: a billion is no billion in French."""
    monkeypatch.setattr(language, "LANGUAGES", (*language.LANGUAGES, "fr", "ja"))
    with language.speaking("fr"):
        assert f.compact(3_600_000_000) == "3,6 Md"
        assert f.compact(24_594) == "24\u202f594"
        assert f.percent(99.97) == ">99,9%"
        assert f.probability(0.0001) == "<0,001"
        assert f.month(date(2000, 12, 31)) == "décembre 2000"
        assert language.set_in("5G") == "5G"
        assert language.place_name("永州市", "Yongzhou") == "Yongzhou"
        assert (
            cell_words.words_of("fr").cell_state(1, 1234, 100_000).startswith(f"{t('Unconnected')} 1\u202f234 (1,2%)")
        )
    with language.speaking("ja"):
        assert f.compact(3_600_000_000) == "36 億"
    assert rule("name_unknown", "fr") == rule("name_unknown", "en")


def test_cards_of_nothing_but_unknowns_are_one_sentence() -> None:
    """Each remark once, the way to what a number means kept; one number is enough for all cards."""
    nothing = [
        cards.card("完成率", _figure(None, "percent"), "2 个项目未说明"),
        cards.card_text("计划村数", f.unknown(), "", None, "2 个项目未说明"),
    ]
    for row in (cards.cards(nothing), cards.beside(nothing)):
        assert "atlas-card-value" not in row and row.count("2 个项目未说明") == 1
        assert "完成率" in row and "计划村数" in row and "atlas-what" in row
    known = cards.card_text("开通村数", "0", "个", "declared")
    assert cards.cards([*nothing, known]).count("atlas-card-value") == 3
    assert cards.cards(nothing[:1]).count("atlas-card-value") == 1
    hostile = cards.card_text("<b>", f.unknown(), "", None, "<i>")
    assert "<b>" not in cards.cards([hostile, hostile]) and "<i>" not in cards.cards([hostile, hostile])
