"""Project progress, acceptance and the ledger in a browser: both languages, at a desk and on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from people import Visitor
from programme_records import LISTED, by_hand, publish
from serving import serve, stop

from indicators.database import Atlas

pytestmark = pytest.mark.browser

PAGES = ("projects", "acceptance", "ledger")
ENGLISH = re.compile(r"\b(the|of|and|village|villages|place|project|stage)\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def filled(mini_atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server with the records worked out by hand."""
    folder: Path = tmp_path_factory.mktemp("filled")
    publish(mini_atlas, folder, by_hand(mini_atlas))
    process, address = serve(folder)
    yield address
    stop(process)


def is_in_order(person: Visitor) -> None:
    """No error, no picture that failed, and nothing wider than the screen."""
    page = person.page
    assert page.locator("[data-testid=stException], [data-testid=stAlert]").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("one => one.scrollWidth <= one.clientWidth + 1")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("who", ["reader", "phone_reader"])
def test_a_page_with_records(request: pytest.FixtureRequest, filled: str, name: str, lang: str, who: str) -> None:
    person: Visitor = request.getfixturevalue(who)
    person.open(f"{filled}/{name}?lang={lang}")
    assert person.title().strip()
    is_in_order(person)
    person.keep(f"{name}-{lang}-{who.removesuffix('_reader')}")


@pytest.mark.national
@pytest.mark.parametrize("name", PAGES)
def test_the_default_country_in_chinese(reader: Visitor, phone_reader: Visitor, china: str, name: str) -> None:
    for person in (reader, phone_reader):
        person.open(f"{china}/{name}?lang=zh")
        is_in_order(person)
        headings = person.page.locator("h1, h2, .atlas-card, .atlas-funnel, th").all_inner_texts()
        assert [words for words in headings if ENGLISH.search(words)] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_funnel_stands_on_zero_and_keeps_its_proportions(reader: Visitor, filled: str, lang: str) -> None:
    """23 villages are in the plan, 15 were opened, 2 accepted: so long are the bars."""
    reader.open(f"{filled}/projects?lang={lang}")
    rows = reader.page.locator(".atlas-funnel tbody tr")
    widths = [rows.nth(n).locator(".atlas-bar").evaluate("bar => bar.getBoundingClientRect()") for n in range(3)]
    assert len({round(box["left"]) for box in widths}) == 1
    assert widths[1]["width"] / widths[0]["width"] == pytest.approx(15 / 23, abs=0.02)
    assert widths[2]["width"] / widths[0]["width"] == pytest.approx(2 / 23, abs=0.02)
    shown = [rows.nth(n).locator(".atlas-bar-text").inner_text() for n in range(3)]
    assert shown == ["23", "15", "2"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_one_project_is_chosen_linked_and_left_again(reader: Visitor, filled: str, lang: str) -> None:
    reader.open(f"{filled}/projects?lang={lang}")
    reader.page.get_by_role("link", name="Alpha").first.click()
    reader.page.wait_for_url(re.compile(r"in\.project=A"))
    reader.sees("Alpha")
    assert LISTED[0] in reader.page.locator("[data-testid=stMain]").inner_text()
    assert reader.page.locator(".atlas-steps li[aria-current=step]").count() <= 1
    words = {"zh": "全部项目", "en": "All projects"}[lang]
    reader.page.get_by_role("link", name=words).click()
    reader.page.wait_for_function(
        "() => { const h = document.querySelector('h1'); return h && !h.innerText.includes('Alpha'); }"
    )
    assert "in.project" not in reader.page.url


def test_a_filter_stands_in_the_address(reader: Visitor, filled: str) -> None:
    reader.open(f"{filled}/projects?lang=en&in.technology=radio")
    assert "18 villages planned" in reader.title()
    reader.open(f"{filled}/projects?lang=en&in.operator=telegraf")
    assert "14 villages planned, 15 villages opened" in reader.title()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_sample_is_drawn_and_taken_away(reader: Visitor, filled: str, lang: str) -> None:
    reader.open(f"{filled}/acceptance?lang={lang}&in.pool=planned&in.share=40")
    label = {"zh": "随机种子（任意文字，可公布）", "en": "Seed (any text, to be published)"}[lang]
    box = reader.page.get_by_label(label)
    box.fill("2024-lottery")
    box.press("Enter")
    reader.page.wait_for_url(re.compile(r"in\.seed=2024-lottery"))
    reader.settled()
    button = {"zh": "下载抽样名单（CSV）", "en": "Download the sample (CSV)"}[lang]
    with reader.page.expect_download() as waiting:
        reader.page.get_by_role("button", name=button).click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    assert "2024-lottery" in text and sum(one in text for one in LISTED) == 2
    assert "sha256(seed:village_id)" in text


def test_the_ledger_shows_every_running_total(reader: Visitor, filled: str) -> None:
    reader.open(f"{filled}/ledger?lang=zh")
    cells = reader.page.locator(".atlas-table").last.locator("tbody tr").all_inner_texts()
    assert [re.findall(r"\d+", row)[-1] for row in cells] == ["20", "17", "18"]
    reader.page.wait_for_selector("[data-testid=stVegaLiteChart] :is(canvas, svg)")
