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
def test_a_page_shows_itself(visitor: Visitor, china: str, name: str, lang: str) -> None:
    visitor.open(address(china, PAGES[name], lang))
    visitor.keep(f"{name}-{lang}")
    assert visitor.title().strip()
    assert visitor.page.locator("[data-testid=stException]").count() == 0
    shown = visitor.page.locator(".atlas-finding h1, .atlas-card, .atlas-notice").all_inner_texts()
    if lang == "zh":
        assert [text for text in shown if ENGLISH_WORDS.search(text)] == []
    assert visitor.strangers == []


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_phone(phone: Visitor, china: str, name: str, lang: str) -> None:
    phone.open(address(china, PAGES[name], lang))
    phone.keep(f"{name}-{lang}-phone")
    over = phone.page.evaluate(
        "() => { const m = document.querySelector('[data-testid=stMain]'); return m.scrollWidth - m.clientWidth }"
    )
    assert over <= 1, f"{over} px wider than the phone"


@pytest.mark.parametrize(("lang", "amount"), [("zh", "9,555 万元"), ("en", "95.55 million yuan")])
def test_the_calculator_works_out_245_million(visitor: Visitor, china: str, lang: str, amount: str) -> None:
    """0.3 × (245 M + 6 × 5 % of 245 M) = 95.55 M, and 110.25 M for a key frontier area."""
    visitor.open(address(china, "subsidy?subsidy.k=24500&subsidy.o=5", lang))
    assert amount in visitor.title()
    border = {"zh": "重点边疆", "en": "key frontier area"}[lang]
    box = visitor.page.locator("[data-testid=stSelectbox]").filter(has_text=re.compile("类别|Category"))
    visitor.picks(box.locator("input").first, border, r"in\.category=border")
    visitor.sees({"zh": "1.1 亿元", "en": "110.25 million yuan"}[lang])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_island_asks_for_rate_and_years(visitor: Visitor, china: str, lang: str) -> None:
    visitor.open(address(china, "subsidy?subsidy.k=24500&subsidy.o=5&subsidy.category=island", lang))
    assert not re.search(r"\d", visitor.title())  # no answer before both are given
    boxes = visitor.page.locator("[data-testid=stNumberInput] input")
    for box, value in ((boxes.nth(2), "40"), (boxes.nth(3), "6")):
        box.fill(value)
        box.press("Enter")
        visitor.settled()
    visitor.page.wait_for_url(re.compile(r"subsidy\.n=6"))
    visitor.sees({"zh": "1.27 亿元", "en": "127.4 million yuan"}[lang])  # 0.4 × (245 M + 6 × 12.25 M)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_from_the_list_of_notices_to_a_permalink(visitor: Visitor, china: str, lang: str) -> None:
    visitor.open(address(china, "notices?place=431100", lang))
    name = {"zh": "永州市电信普遍服务试点（第一批）", "en": "Universal-service pilot of Yongzhou (batch 1)"}[lang]
    visitor.page.get_by_role("link", name=name).first.click()
    visitor.page.wait_for_url(re.compile("in.project=yongzhou-1"))
    visitor.sees(name)
    facts = visitor.page.locator(".atlas-facts").first.inner_text()
    assert "593" in facts and "2016-08-30" in facts
    link = visitor.page.url
    visitor.open(link)
    assert name in visitor.title()
    visitor.page.emulate_media(media="print")
    assert visitor.page.locator(".st-key-noprint_keeping").is_hidden()
    assert visitor.page.locator(".atlas-facts").first.is_visible()


def test_the_case_leads_to_its_place_its_progress_and_its_notice(visitor: Visitor, china: str) -> None:
    visitor.open(f"{china}/case?lang=zh")
    for words, path in (("地区页面", "place"), ("项目进度", "projects"), ("项目公示", "notices")):
        link = visitor.page.locator("[data-testid=stMain]").get_by_role("link", name=words, exact=True).first
        assert path in str(link.get_attribute("href"))
    drawn = "[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg"
    visitor.page.locator(drawn).first.wait_for()


def test_the_table_of_funds_goes_by_operator(visitor: Visitor, china: str) -> None:
    visitor.open(f"{china}/funds?lang=zh")
    visitor.chooses("承建企业", r"in\.by=operator")
    visitor.page.locator(".atlas-table tbody").get_by_text("中国电信").last.wait_for()


def test_an_effect_waits_for_the_demonstration_switch(visitor: Visitor, china: str) -> None:
    visitor.open(f"{china}/history?lang=en&place=430000&standard=fibre&in.after=2018-09-30")
    assert visitor.page.get_by_text("Difference in differences").count() == 0
    visitor.page.locator("[data-testid=stCheckbox] label").first.click()
    visitor.page.wait_for_url(re.compile("demo=1"))
    visitor.page.get_by_text("Difference in differences").first.wait_for()
    visitor.page.get_by_text("a demonstration of the method, not a finding").wait_for()
