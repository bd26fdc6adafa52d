"""The programme as it is: rules with their documents, pilots by batch, projects with their units, targets."""

from __future__ import annotations

import html

import pytest
from one_page import run, shown

from indicators.database import Atlas
from indicators.published import rules
from pages import rules as rules_page

pytestmark = pytest.mark.national


def text_of(monkeypatch: pytest.MonkeyPatch, atlas: Atlas, name: str, query: dict[str, str], lang: str = "zh") -> str:
    """What a page shows; nothing that is not known shows as a word of the machine."""
    text = shown(run(monkeypatch, atlas, name, query, lang))
    assert ">None<" not in text and ">nan<" not in text.lower()
    return html.unescape(text)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_rule_has_its_document_and_what_was_seen_of_it(
    monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas, lang: str
) -> None:
    text = text_of(monkeypatch, national_atlas, "rules", {}, lang)
    held = rules.programme_rules(national_atlas)
    assert set(rules_page.TOPICS) == set(rules.TOPICS) == set(held["topic"])
    assert all(document in text for document in held["document"])
    assert ("引用" if lang == "zh" else "citation only") in text  # 财建〔2022〕27号 was not seen
    least = "未掌握相关规定" if lang == "zh" else "no rule is held"
    assert least in text and least in text_of(monkeypatch, national_atlas, "tender", {}, lang)
    one = text_of(monkeypatch, national_atlas, "rules", {"in.topic": "deadline", "in.year": "2022"}, lang)
    assert "30" in one and "98" not in one


def test_the_rule_of_2016_is_not_the_one_of_2018(monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas) -> None:
    later = text_of(monkeypatch, national_atlas, "subsidy", {"subsidy.project": "yongzhou-1"})
    assert "按财建〔2018〕226号测算的补贴规模" in later and "应补" not in later and "重点边疆" in later
    assert "中部地区（2016—2017 年）" in later  # in force at the contract
    query = {"subsidy.project": "yongzhou-1", "subsidy.category": "centre", "subsidy.n": "6"}
    then = text_of(monkeypatch, national_atlas, "subsidy", query)
    assert "6,370 万元" in then and "签约时该规定已施行" in then  # 0.2 × (245 M + 6 × 12.25 M)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pilots_by_batch_say_how_complete_each_list_is(
    monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas, lang: str
) -> None:
    whole = text_of(monkeypatch, national_atlas, "pilots", {}, lang)
    assert ("89 个中已掌握 54 个" if lang == "zh" else "54 of 89 known") in whole
    assert ("完整，共 97 个" if lang == "zh" else "complete: 97") in whole
    second = text_of(monkeypatch, national_atlas, "pilots", {"in.batch": "2"}, lang)
    assert "54" in second and "运城市" in second and "永州市" not in second
    none = text_of(monkeypatch, national_atlas, "pilots", {"place": "110000"}, lang)
    assert ("所掌握的试点名单中没有" if lang == "zh" else "none of the pilot lists held") in none


def test_projects_have_units_documents_targets_and_totals_apart(
    monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas
) -> None:
    every = text_of(monkeypatch, national_atlas, "projects", {})
    assert "基站数" in every and "4G、5G" in every and "2,032 万元" in every
    assert "已公布的批次合计" in every and "6,012 万元" in every and "湖南省电信普遍服务试点第一批合计" in every
    chengde = text_of(monkeypatch, national_atlas, "projects", {"in.project": "chengde-1"})
    assert "95.46 Mbps" in chengde and "中国联通河北省分公司" in chengde and "736" in chengde
    sites = text_of(monkeypatch, national_atlas, "projects", {"in.project": "xiangxi-7"})
    assert "150 个基站" in sites and "凤凰县（22 个基站）" in sites
    payers = text_of(monkeypatch, national_atlas, "projects", {"in.project": "hengshan-4"})
    assert "运行维护" in payers and "3,159 万元" in payers
    acceptance = text_of(monkeypatch, national_atlas, "acceptance", {})
    assert "绩效目标" in acceptance and "所见文件在此中断" in acceptance and "有检查记录的项目 1 个" in acceptance
