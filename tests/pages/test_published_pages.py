"""The page of all published figures: the list, one figure, nothing found; and the anchors on the page Methods."""

from __future__ import annotations

from dataclasses import replace

import pytest
from mini_profile import Profile
from one_page import run, shown

from atlas.view import state
from indicators.database import Atlas, current


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_all_figures_of_another_country(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, lang: str) -> None:
    text = shown(run(monkeypatch, mini_atlas, "figures", {}, lang))
    assert {"zh": "6 条公布数，出自 1 份文献", "en": "6 published figures from 1 document"}[lang] in text
    assert "asi 60 procent" in text and "figures?figure=Z1" in text
    assert f"download/figures.csv?build={mini_atlas.build_id}&within=ZZ" in text


def test_what_is_asked_stands_in_the_files_address(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    asked = {"in.words": "procent", "in.from": "2014", "in.topic": "coverage"}
    text = shown(run(monkeypatch, mini_atlas, "figures", asked, "en"))
    assert "2 published figures" in text and "figures?figure=Z1" not in text
    assert "words=procent&topic=coverage&from=2014-01-01" in text


def test_a_date_that_cannot_be_is_said(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    text = shown(run(monkeypatch, mini_atlas, "figures", {"in.to": "2015-02-30"}, "en"))
    assert "2015-02-30 cannot be read" in text and "6 published figures" in text


def test_nothing_found_offers_the_way_back(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    text = shown(run(monkeypatch, mini_atlas, "figures", {"in.words": "nikde", "place": "0203"}, "en"))
    assert "No published figure matches." in text
    assert "Clear these filters" in text and "Show the whole country" in text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_one_figure_with_what_rests_on_it(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, lang: str) -> None:
    text = shown(run(monkeypatch, mini_atlas, "figures", {"figure": "Z5"}, lang))
    assert "přes 90 procent" in text and "Ročenka 2015" in text and ">90%" in text
    assert {"zh": "全国模拟状态", "en": "Simulated states of the whole country"}[lang] in text
    assert "figure=Z5" not in text  # links lead on without it


def test_where_a_figure_is_quoted_goes_by_its_name(monkeypatch: pytest.MonkeyPatch, mini: Profile) -> None:
    declared = '[[quotation]]\nuse = "wire"\nfigure = "Z5"\nname = { zh = "有线比例", en = "Share of wires" }\n'
    mini.file("profile.toml").write_text(
        mini.file("profile.toml").read_text(encoding="utf-8") + declared, encoding="utf-8"
    )
    mini.build()
    text = shown(run(monkeypatch, current(mini.build_dir), "figures", {"figure": "Z5"}, "en"))
    assert "Quoted beside a calculation" in text and "Share of wires" in text


def test_a_number_that_no_figure_has(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    text = shown(run(monkeypatch, mini_atlas, "figures", {"figure": "<script>alert(1)</script>"}, "en"))
    assert "no published figure of this number" in text and "6 published figures" in text


def test_a_figure_is_part_of_a_link(mini_atlas: Atlas) -> None:
    view = state.read(mini_atlas, {"figure": "Z5"}, "en")
    assert "figure=Z5" in view.link() and "figure" not in replace(view, figure=None).link()
    assert len(state.read(mini_atlas, {"figure": "Z" * 900}, "en").figure or "") == 64


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_rate_says_its_basis_and_leads_to_its_figures(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, lang: str
) -> None:
    text = shown(run(monkeypatch, mini_atlas, "methods", {}, lang))
    assert "figures?figure=Z5" in text and "Ročenka 2015" in text
    for word in {
        "zh": ("公布值", "假定", "业务开通之前"),
        "en": ("published", "assumed", "before the service began"),
    }[lang]:
        assert f">{word}<" in text


@pytest.mark.national
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_contradictions_stand_side_by_side(monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas, lang: str) -> None:
    text = shown(run(monkeypatch, national_atlas, "figures", {"figure": "M01"}, lang))
    for figure_id in ("P002", "P009", "P016", "P019"):
        assert f"figures?figure={figure_id}" in text
    assert {"zh": "用于模拟的比率", "en": "used for the rates of the simulation"}[lang] in text
    assert {"zh": "不足 70%", "en": "below 70%"}[lang] in text


@pytest.mark.national
def test_the_whole_list_is_never_all_on_the_page(monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas) -> None:
    text = shown(run(monkeypatch, national_atlas, "figures", {}, "zh"))
    assert text.count('<th scope="row"') <= 60
