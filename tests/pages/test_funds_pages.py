"""Funds, history, the case, the public notice and the calculator: full, empty, and of a country that has no case."""

from __future__ import annotations

import pytest
from one_page import run, shown

from indicators.database import Atlas
from indicators.projects import amounts, notices
from indicators.projects.scoped import Scope
from pages import notices as notices_page

PAGES = (
    "funds",
    "history",
    "notices",
)  # the calculator and the case are shown where a profile has rules and cases
MONEY_PAGES = (*PAGES, "subsidy", "case")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_another_country(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, name: str, lang: str) -> None:
    text = shown(run(monkeypatch, mini_atlas, name, {}, lang))
    assert "yuan" not in text.replace("in.", "")  # its money is crowns
    assert "Hunan" not in text and "财建" not in text


def test_the_money_of_the_one_project(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    text = shown(run(monkeypatch, mini_atlas, "funds", {}, "en"))
    assert "1 million crown announced for the one project on record, 250,000 crown a village" in text
    assert "Requests, grants and payments are not on record" in text
    assert "inside the modelled range" in text  # 250,000 lies between 150,000 and 400,000


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_without_projects_a_page_offers_workbooks_to_fill_in(
    monkeypatch: pytest.MonkeyPatch, without_projects: Atlas, lang: str
) -> None:
    text = shown(run(monkeypatch, without_projects, "funds", {}, lang))
    assert "download/template/projects.xlsx" in text and "download/template/payments.xlsx" in text
    assert "python -m" not in text
    assert "atlas-card" not in text  # no figure of nothing


def test_the_notice_of_a_country_without_pilots_is_not_in_the_menu(without_projects: Atlas, mini_atlas: Atlas) -> None:
    from pages import case
    from pages import notices as page
    from pages.planner import subsidy

    assert not page.PAGE.is_there(without_projects) and page.PAGE.is_there(mini_atlas)
    assert not subsidy.PAGE.is_there(mini_atlas) and not case.PAGE.is_there(mini_atlas)


def test_filters_that_match_nothing_offer_the_way_back(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    text = shown(run(monkeypatch, mini_atlas, "funds", {"place": "0203", "in.batch": "1"}, "en"))
    assert "No project matches." in text and "Clear these filters" in text


@pytest.mark.parametrize("name", ["funds", "projects", "ledger"])
def test_a_place_without_projects_offers_workbooks(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, name: str
) -> None:
    text = shown(run(monkeypatch, mini_atlas, name, {"place": "0203"}, "en"))
    assert "No project of this place is on record." in text and "download/template/projects.xlsx" in text


def test_a_place_on_no_list_offers_workbooks(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    text = shown(run(monkeypatch, mini_atlas, "notices", {"place": "0203"}, "en"))
    assert "Show the whole country" in text and "download/template/pilots.xlsx" in text


def test_published_points_carry_their_words(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    text = shown(run(monkeypatch, mini_atlas, "history", {}, "en"))
    assert "asi 60 procent" in text and "about 60" in text and "target 90" in text
    assert "Choose a place above" in text


def test_effects_of_simulated_states_wait_for_the_switch(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    question = {"place": "0100", "in.before": "2010-12-31", "in.after": "2014-12-31"}
    hidden = shown(run(monkeypatch, mini_atlas, "history", question, "en"))
    assert "an effect worked out from them would be invented" in hidden
    assert "Difference in differences" not in hidden
    asked = shown(run(monkeypatch, mini_atlas, "history", {**question, "demo": "1"}, "en"))
    assert "too few places to compare" in asked  # the whole region is in the pilot


def test_a_project_has_a_notice_of_its_own(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    text = shown(run(monkeypatch, mini_atlas, "notices", {"in.project": "svet-1"}, "en"))
    assert "Optika do Horního Světa" in text and "2011-02-01" in text
    assert "Which villages belong to this project is not published." in text
    wrong = shown(run(monkeypatch, mini_atlas, "notices", {"in.project": "<b>none</b>"}, "en"))
    assert "There is no project of this number" in wrong and "<b>none" not in wrong


@pytest.mark.national
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", MONEY_PAGES)
def test_a_page_of_the_default_country(
    monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas, name: str, lang: str
) -> None:
    assert shown(run(monkeypatch, national_atlas, name, {}, lang))


@pytest.mark.national
def test_the_case_shows_the_course_and_the_conflict(monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas) -> None:
    text = shown(run(monkeypatch, national_atlas, "case", {}, "zh"))
    for words in (
        "计划 593 个村，开通 598 个",
        "100.8%",
        "2.45 亿元",
        "41.3",
        "提前 31 天",
        "7,350–11,760 万元",  # the rule of 2018 on 245 million: O from 0 to 10 % of K
        "早于财建〔2018〕226号",
        "8,793 万元",  # what the whole of Hunan's first batch expected
        "2,701",
        "278 个行政村",
        "湖南电信将投资2.45亿元",  # the quotation
        "决算（实际支出）",
    ):
        assert words in text, words
    assert text.count("F1") >= 25  # every published figure by its number


@pytest.mark.national
def test_a_province_compares_its_pilots_behind_the_switch(
    monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas
) -> None:
    question = {"place": "430000", "standard": "fibre", "in.after": "2018-09-30", "demo": "1"}
    text = shown(run(monkeypatch, national_atlas, "history", question, "en"))
    assert "Difference in differences" in text and "a demonstration of the method, not a finding" in text


@pytest.mark.national
def test_the_calculator_works_out_yongzhou(monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas) -> None:
    text = shown(run(monkeypatch, national_atlas, "subsidy", {"subsidy.project": "yongzhou-1", "subsidy.o": "5"}, "zh"))
    assert "9,555 万元" in text and "2016-08-30" in text
    border = shown(
        run(monkeypatch, national_atlas, "subsidy", {"subsidy.k": "24500", "subsidy.category": "border"}, "zh")
    )
    assert "1.1 亿元" in border  # 0.3 × (245 M + 10 × 12.25 M) = 110.25 M
    island = shown(run(monkeypatch, national_atlas, "subsidy", {"subsidy.category": "island"}, "zh"))
    assert "S = 0" not in island  # no answer before r and n are given
    given = {"subsidy.category": "island", "subsidy.k": "24500", "subsidy.r": "40", "subsidy.n": "6"}
    assert "1.27 亿元" in shown(run(monkeypatch, national_atlas, "subsidy", given, "zh"))  # 0.4 × 318.5 M


@pytest.mark.national
def test_the_notice_lists_every_pilot(monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas) -> None:
    held = notices.count(national_atlas, "100000", None)
    text = shown(run(monkeypatch, national_atlas, "notices", {}, "zh"))
    assert held["pilots"] == 187 and "187" in text  # each place once, of all lists
    assert "2.45 亿元" in shown(run(monkeypatch, national_atlas, "notices", {"in.project": "yongzhou-1"}, "zh"))


@pytest.mark.national
def test_the_notice_of_every_province(monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas) -> None:
    """Projects of Hunan have a batch, and no pilot whose year it would be."""
    text = shown(run(monkeypatch, national_atlas, "notices", {"place": "430000"}, "en"))
    assert "Hunan" in text
    rows = notices.listed(national_atlas, "100000", None, 10_000, 0)
    lone = rows[rows["batch"].notna() & rows["year"].isna()]
    assert len(lone) and all(notices_page._batch_words(row) for row in rows.to_dict("records"))


@pytest.mark.national
def test_a_total_of_batches_is_never_added_to_projects(national_atlas: Atlas) -> None:
    held = amounts.of_projects(national_atlas, Scope("100000"))
    totals = {"hunan-1", "batches-1-3", "fujian-2", "chongqing-2025"}
    assert {"yongzhou-1", "chengde-1"} <= set(held["project_id"]) and not totals & set(held["project_id"])
    own = [
        245_000_000,
        212_000_000,
        18_750_000,
        103_350_000,
        20_320_000,
    ]  # of the projects that announced one
    assert amounts.summed(held, "capex_yuan").yuan == sum(own)
