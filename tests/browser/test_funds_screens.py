"""Funds, history, the case, the calculator and the public notice, as people see them; nothing beyond loopback."""

from __future__ import annotations

import re

import pytest
from people import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.national]

PAGES = {
    "funds": "funds",
    "history": "history?place=460000",
    "case": "case",
    "subsidy": "subsidy",
    "notices": "notices",
}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENGLISH_WORDS = re.compile(r"\b(the|of|and|village|villages|place|unknown|published|projects)\b", re.IGNORECASE)


def address(base: str, path: str, lang: str) -> str:
    return f"{base}/{path}{'&' if '?' in path else '?'}lang={lang}"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_shows_itself(reader: Visitor, china: str, name: str, lang: str) -> None:
    reader.open(address(china, PAGES[name], lang))
    reader.keep(f"{name}-{lang}")
    assert reader.title().strip()
    assert reader.page.locator("[data-testid=stException]").count() == 0
    shown = reader.page.locator(".atlas-finding h1, .atlas-card, .atlas-notice").all_inner_texts()
    if lang == "zh":
        assert [text for text in shown if ENGLISH_WORDS.search(text)] == []
    assert reader.strangers == []


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_phone(phone_reader: Visitor, china: str, name: str, lang: str) -> None:
    phone_reader.open(address(china, PAGES[name], lang))
    phone_reader.keep(f"{name}-{lang}-phone")
    over = phone_reader.page.evaluate(
        "() => { const m = document.querySelector('[data-testid=stMain]'); return m.scrollWidth - m.clientWidth }"
    )
    assert over <= 1, f"{over} px wider than the phone"


@pytest.mark.parametrize(("lang", "amount"), [("zh", "9,555 万元"), ("en", "95.55 million yuan")])
def test_the_calculator_works_out_245_million(reader: Visitor, china: str, lang: str, amount: str) -> None:
    """0.3 × (245 M + 6 × 5 % of 245 M) = 95.55 M, and 110.25 M for a key frontier area."""
    reader.open(address(china, "subsidy?subsidy.k=24500&subsidy.o=5", lang))
    assert amount in reader.title()
    border = {"zh": "重点边疆", "en": "key frontier area"}[lang]
    box = reader.page.locator("[data-testid=stSelectbox]").filter(has_text=re.compile("类别|Category"))
    reader.picks(box.locator("input").first, border, r"subsidy\.category=border")
    reader.sees({"zh": "1.1 亿元", "en": "110.25 million yuan"}[lang])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_island_asks_for_rate_and_years(reader: Visitor, china: str, lang: str) -> None:
    reader.open(address(china, "subsidy?subsidy.k=24500&subsidy.o=5&subsidy.category=island", lang))
    assert not re.search(r"\d", reader.title())  # no answer before both are given
    boxes = reader.page.locator("[data-testid=stNumberInput] input")
    for box, value in ((boxes.nth(2), "40"), (boxes.nth(3), "6")):
        box.fill(value)
        box.press("Enter")
        reader.settled()
    reader.page.wait_for_url(re.compile(r"subsidy\.n=6"))
    reader.sees({"zh": "1.27 亿元", "en": "127.4 million yuan"}[lang])  # 0.4 × (245 M + 6 × 12.25 M)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_from_the_list_of_notices_to_a_permalink(reader: Visitor, china: str, lang: str) -> None:
    reader.open(address(china, "notices?place=431100", lang))
    name = {"zh": "永州市电信普遍服务试点（第一批）", "en": "Universal-service pilot of Yongzhou (batch 1)"}[lang]
    reader.page.get_by_role("link", name=name).first.click()
    reader.page.wait_for_url(re.compile("in.project=yongzhou-1"))
    reader.sees(name)
    facts = reader.page.locator(".atlas-facts").first.inner_text()
    assert "593" in facts and "2016-08-30" in facts
    link = reader.page.url
    reader.open(link)
    assert name in reader.title()
    reader.page.emulate_media(media="print")
    assert reader.page.locator(".st-key-noprint_keeping").is_hidden()
    assert reader.page.locator(".atlas-facts").first.is_visible()


def test_the_case_leads_to_its_place_its_progress_and_its_notice(reader: Visitor, china: str) -> None:
    reader.open(f"{china}/case?lang=zh")
    for words, path in (("地区页面", "place"), ("项目进度", "projects"), ("项目公示", "notices")):
        link = reader.page.locator("[data-testid=stMain]").get_by_role("link", name=words, exact=True).first
        assert path in str(link.get_attribute("href"))
    drawn = "[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg"
    reader.page.locator(drawn).first.wait_for()


def test_the_table_of_funds_goes_by_operator(reader: Visitor, china: str) -> None:
    reader.open(f"{china}/funds?lang=zh")
    reader.chooses("承建企业", r"in\.by=operator")
    reader.page.locator(".atlas-table tbody").get_by_text("中国电信").last.wait_for()


def test_an_effect_waits_for_the_demonstration_switch(reader: Visitor, china: str) -> None:
    reader.open(f"{china}/history?lang=en&place=430000&standard=fibre&in.after=2018-09-30")
    assert reader.page.get_by_text("Difference in differences").count() == 0
    reader.page.locator("[data-testid=stCheckbox] label").first.click()
    reader.page.wait_for_url(re.compile("demo=1"))
    reader.page.get_by_text("Difference in differences").first.wait_for()
    reader.page.get_by_text("a demonstration of the method, not a finding").wait_for()
