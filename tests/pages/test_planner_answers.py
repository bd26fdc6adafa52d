"""Tender, fund, welfare, sharing and scenarios as pages: the worked examples stand there, in both languages."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from one_page import run, shown

from atlas.files import geojson
from atlas.maps.tiles import boundaries as boundary_tiles
from atlas.planner import questions
from atlas.planner.scenario import panel
from atlas.planner.scenario import tables as scenario_tables
from atlas.planner.scenario.answer import Answer
from atlas.view import state
from atlas.view.state import View
from atlas.work import patience
from indicators.database import Atlas
from indicators.published.quotations import quotations
from planning import scenario, side_by_side
from planning.scenario import Scenario

PAGES = ("tender", "fund", "welfare", "sharing", "scenarios")
WAIT_S = 60
PREFECTURE = "431100"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_another_country(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, name: str, lang: str) -> None:
    """Without subsidy rules, published figures, operators or a cost model there is still an answer."""
    assert "<h1>" in shown(run(monkeypatch, mini_atlas, name, {}, lang))


# --- tender -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lang", "saved"), [("zh", "1,560 万元"), ("en", "15.6 million yuan")])
def test_the_tender_of_the_example(
    monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas, lang: str, saved: str
) -> None:
    """Reserve by the rule 0.30 x (245 M + 6 x 24.5 M) = 117.6 M; 110, 102, 115 M: 102 M, 13.3 %."""
    text = shown(run(monkeypatch, national_atlas, "tender", {}, lang))
    assert saved in text and "13.3%" in text and "117,600,000" in text and "102,000,000" in text


def test_every_bid_is_accounted_for(monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas) -> None:
    bids = "A, L1, 90\nB, L9, 80\nC, L1, 101\nD, L1, cheap\n, L1, 5\nE, L1, 70\nE, L1, 60"
    query = {"tender.lots": "L1, 100", "tender.bids": bids}
    text = shown(run(monkeypatch, national_atlas, "tender", query, "en"))
    assert "7 bids: 1 win, 0 count and do not win, 6 do not count" in text
    assert "only one bidder counts" in text
    for why in ("not in this tender", "above the reserve", "no number", "no bidder", "two prices"):
        assert why in text, why


def test_simulated_bids_say_so(monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas) -> None:
    query = {"tender.source": "simulated", "tender.lots": "L1, 100\nL2, 50", "tender.seed": "7"}
    first = shown(run(monkeypatch, national_atlas, "tender", query, "en"))
    assert "atlas-badge-simulated" in first
    assert first == shown(run(monkeypatch, national_atlas, "tender", query, "en"))


@pytest.mark.parametrize("bids", ["", "A", ",,,", "A, L1, -5", "A, L1;L1, 3", "x" * 200, "A, L1, 1e400"])
def test_nonsense_for_bids_is_refused_and_not_lost(
    monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas, bids: str
) -> None:
    run(monkeypatch, national_atlas, "tender", {"tender.lots": "L1, 100", "tender.bids": bids}, "zh")


# --- fund, welfare --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_published_fund_and_its_sentences(
    monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas, lang: str
) -> None:
    """9.5 % x 11.9 / 7.4 = 15.3 %."""
    text = shown(run(monkeypatch, national_atlas, "fund", {}, lang))
    assert "9.5%" in text and "15.3%" in text and "5.7%" in text and "提高到2003年三季度的9.5%" in text


def test_a_fund_of_own_figures_that_runs_away(monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas) -> None:
    query = {
        "fund.start": "own",
        "fund.need": "60",
        "fund.base": "100",
        "fund.need_growth": "50",
        "fund.bases": "wide, 600\n, 5\nnone",
    }
    text = shown(run(monkeypatch, national_atlas, "fund", query, "en"))
    assert "60.0%" in text and "more than the whole base" in text and "10.0%" in text
    assert "Line 2" in text


@pytest.mark.parametrize(
    ("reading", "total"), [("extra", "2.5–3.0 亿元"), ("total", "1.5–2.0 亿元")], ids=["extra", "total"]
)
def test_the_two_readings_of_the_cost_of_public_money(
    monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas, reading: str, total: str
) -> None:
    """100 M at 1.5 to 2.0: 2.5 to 3.0 in all, or 1.5 to 2.0 in all."""
    text = shown(run(monkeypatch, national_atlas, "welfare", {"welfare.reading": reading}, "zh"))
    assert total in text
    assert "33.4" in text and "1/35" in text and "机会成本大约为1.5-2.0" in text


@pytest.mark.parametrize("name", ["welfare", "fund"])
def test_a_country_that_declares_no_quotation_quotes_nothing(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, name: str
) -> None:
    """Whatever its published figures are called: none is taken for another country's."""
    text = shown(run(monkeypatch, mini_atlas, name, {}, "en"))
    assert "What has been published" not in text
    assert "general taxes" not in text and "The published fund" not in text
    assert quotations(mini_atlas, ("public_money_low", "fund_factor_last")).empty


# --- sharing --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_villages_of_a_prefecture_are_shared(monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas, lang: str) -> None:
    query = {"place": PREFECTURE, "sharing.operators": "A, 5\nB, 3\nC, 2\nbad, x"}
    text = shown(run(monkeypatch, national_atlas, "sharing", query, lang))
    assert "20.0%" in text  # 50 x 120,000 against 5,000,000
    assert "atlas-badge-simulated" in text
    assert {"zh": "第 4 行", "en": "Line 4"}[lang] in text


def test_what_is_owed_comes_first_and_leads_to_the_next_year(
    monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas
) -> None:
    """Flat costs: A's half grows by half of what it owes, and what is unfinished stands in the link to next year."""
    query = {"place": PREFECTURE, "sharing.operators": "A, 1\nB, 1", "sharing.cost": "flat", "sharing.flat": "10"}
    before = shown(run(monkeypatch, national_atlas, "sharing", query, "en"))
    assert "none of the operators" not in before
    page = run(
        monkeypatch,
        national_atlas,
        "sharing",
        query | {"sharing.owed": "A, 100\nC, 5", "sharing.done": "A, 90\nD, 1"},
        "en",
    )
    text = shown(page)
    assert "“C” is none of the operators" in text and "“D” is none of the operators" in text
    assert text != before
    links = [one.proto.query_string for one in page.get("page_link")]
    assert any("sharing.owed=A%2C" in link for link in links), links


@pytest.mark.parametrize("name", questions.saved())
def test_a_question_is_the_same_in_both_languages(
    monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas, name: str
) -> None:
    """The identity of what stands on the page at first, and what came out, do not depend on the reader's language."""
    made: list[Scenario] = []
    monkeypatch.setattr(panel, "bar", lambda *asked: made.append(panel.of_answer(*asked)))
    for lang in ("zh", "en"):
        run(monkeypatch, national_atlas, name, {"place": PREFECTURE}, lang)
    chinese, english = made
    assert chinese.inputs == english.inputs and chinese.identity == english.identity
    assert side_by_side.different_answers(chinese.results, english.results) == ()


@pytest.mark.parametrize(("name", "result"), [("priority", "chosen_villages"), ("sharing", "shared_villages")])
def test_the_villages_of_a_scenario_as_points(
    monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas, name: str, result: str
) -> None:
    asked: list[tuple[Atlas, View, Answer]] = []
    monkeypatch.setattr(panel, "bar", lambda *given: asked.append(given))
    run(monkeypatch, national_atlas, name, {"place": PREFECTURE}, "en")
    [(atlas, view, answer)] = asked
    made = panel.of_answer(atlas, view, answer)
    assert answer.villages is not None
    whole = json.loads(geojson.points(answer.villages, panel.about(made)))
    assert len(whole["features"]) == answer.results[result] > 0
    assert len({one["properties"]["place_id"] for one in whole["features"]}) == len(whole["features"])
    told = whole["metadata"]
    assert told["scenario"] == made.identity and told["is_demonstration"] is True
    assert told["place"] == PREFECTURE and told["build_id"] == national_atlas.build_id
    assert json.loads(told["inputs"]) == made.inputs[panel.ASKED]


@pytest.mark.parametrize("name", ["tender", "sharing"])
def test_a_search_that_was_stopped_leaves_no_answer_and_can_be_asked_again(
    monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas, name: str
) -> None:
    query = {
        "place": PREFECTURE,
        f"{name}.seconds": "9",
        "tender.lots": "L1, 77",
        "tender.bids": "A, L1, 70\nB, L1, 71",
    }
    with monkeypatch.context() as stopped:
        stopped.setattr(patience, "unwanted", lambda: lambda: True)
        page = run(stopped, national_atlas, name, query, "en")
        assert not [one for one in page.get("download_button")]
    assert "<h1>" in shown(run(monkeypatch, national_atlas, name, query, "en"))
    assert [one for one in run(monkeypatch, national_atlas, name, query, "en").get("download_button")]


def test_the_nation_is_too_large_and_says_so(monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas) -> None:
    early = {"standard": "fibre", "as_of": "2015-12-31"}
    text = shown(run(monkeypatch, national_atlas, "sharing", early, "en"))
    assert "too many at once" in text


def test_parameters_set_on_another_page_hold_for_the_sharing(
    monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas
) -> None:
    """Cost of construction moves with a price of cable that was set where the cost of a village is shown."""
    query = {"place": PREFECTURE, "standard": "fibre", "as_of": "2015-12-31"}
    asked: list[Answer] = []
    monkeypatch.setattr(panel, "bar", lambda atlas, view, answer: asked.append(answer))
    for more in ({}, {"model.fibre_cable_per_km": "80000"}):
        run(monkeypatch, national_atlas, "sharing", query | more, "en")
    usual, dear = (one.results["construction_yuan"] for one in asked)
    assert dear > 1.2 * usual


def test_what_is_proven_of_a_sharing_is_said_of_what_it_is_proven(
    monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas
) -> None:
    query = {"place": "520112", "standard": "fibre", "as_of": "2015-12-31"}
    text = shown(run(monkeypatch, national_atlas, "sharing", query, "en"))
    assert "no split of these villages has a smaller greatest deviation" in text
    text = shown(run(monkeypatch, national_atlas, "sharing", query | {"sharing.units": "counties"}, "en"))
    assert "proved optimal among whole counties" in text
    text = shown(run(monkeypatch, national_atlas, "sharing", query | {"place": "520300"}, "en"))
    assert "not proved optimal" in text and "no allocation can go below" in text


def test_contradictory_targets_are_named(monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas) -> None:
    query = {"place": PREFECTURE, "sharing.operators": "A, 0\nB, 0"}
    assert "operators.revenue" in shown(run(monkeypatch, national_atlas, "sharing", query, "en"))


# --- scenarios ------------------------------------------------------------------------------------------------


def saved(atlas: Atlas, query: dict[str, str], price: float, **more: object) -> str:
    answer = Answer(
        question="tender",
        inputs={"lots": "L1, 100\nL2, 50", "aim": "savings", "seconds": 10.0},
        results={"price_yuan": price, "saved_share": 0.1},
        is_demonstration=True,
        by_place={PREFECTURE: price},
        place_unit="yuan",
        **more,  # type: ignore[arg-type]
    )
    return scenario.to_json(panel.of_answer(atlas, state.read(atlas, query, "en"), answer))


def test_a_scenario_leads_back_to_its_question(national_atlas: Atlas) -> None:
    one = scenario.from_json(saved(national_atlas, {"place": PREFECTURE}, 5e6))
    again = panel.view_of(national_atlas, state.read(national_atlas, {}, "zh"), one)
    assert again.place_id == PREFECTURE and again.lang == "zh"
    assert dict(again.inputs) == {"tender.lots": "L1, 100\nL2, 50", "tender.aim": "savings", "tender.seconds": "10"}
    assert panel.fits_an_address(one)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_scenarios_stand_side_by_side(monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas, lang: str) -> None:
    kept = [
        saved(national_atlas, {"place": PREFECTURE}, 5e6),
        saved(national_atlas, {"place": "430000"}, 8e6),
    ]
    text = shown(run(monkeypatch, national_atlas, "scenarios", {}, lang, kept))
    gains = {"zh": "增加 +300 万元", "en": "gains +3 million yuan"}[lang]
    assert gains in text and "60%" in text and "atlas-badge-simulated" in text


def test_places_of_scenarios_for_a_map_program(national_atlas: Atlas) -> None:
    low, high = (scenario.from_json(saved(national_atlas, {"place": PREFECTURE}, price)) for price in (5e6, 8e6))
    found = scenario_tables.for_map_programs({"A": low, "B": high})
    assert found is not None
    table, unit = found
    assert unit == "yuan" and scenario_tables.level_of(national_atlas, table) == "prefecture"
    row = table.iloc[0].to_dict()
    assert (row["amount_A"], row["amount_B"], row["change_B"], row["verdict_B"]) == (5e6, 8e6, 3e6, "gains")
    alone = scenario_tables.for_map_programs({"A": low})
    assert alone is not None and alone[0].columns.tolist() == ["place_id", "amount_A"]
    assert PREFECTURE in boundary_tiles.outlines(national_atlas, "prefecture")
    silent = replace(low, results={"price_yuan": 5e6})
    assert scenario_tables.for_map_programs({"A": silent}) is None
    assert scenario_tables.for_map_programs({"A": low, "B": silent}) is None  # one alone is no comparison


def test_the_same_scenario_with_another_answer_says_what_changed(
    monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas
) -> None:
    first = saved(national_atlas, {}, 5e6)
    older = first.replace(national_atlas.build_id, "an-older-build")
    changed = saved(national_atlas, {}, 6e6)
    same = shown(run(monkeypatch, national_atlas, "scenarios", {}, "en", [older, first]))
    assert "the answer is the same" in same
    other = shown(run(monkeypatch, national_atlas, "scenarios", {}, "en", [older, changed]))
    assert "the answer has changed" in other and "5 million yuan → 6 million yuan" in other
    assert "the calculation itself has been changed" in other


def test_a_hostile_text_in_a_scenario_stays_text(monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas) -> None:
    evil = saved(national_atlas, {}, 5e6).replace("savings", "<img src=x onerror=alert(1)>")
    page = run(monkeypatch, national_atlas, "scenarios", {}, "en", [evil, saved(national_atlas, {}, 5e6)])
    raw = " ".join(str(one.proto.body) for one in page.get("html"))
    assert "<img src=x" not in raw and "&lt;img src=x" in raw
