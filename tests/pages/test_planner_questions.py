"""What questions of the planner save: what they declare, all of it, and the same as ever for a link from before."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from one_page import run, shown

from atlas.planner.question import Question
from atlas.planner.questions import questions, saved
from atlas.planner.scenario import panel
from atlas.view import state
from indicators.database import Atlas
from planning.scenario import Scenario

HERE = {"place": "431128", "standard": "fibre", "as_of": "2015-12-31"}
MASTS = HERE | {"standard": "4g", "sites.limit": "5"}
BEFORE = json.loads((Path(__file__).parent / "scenarios_of_before.json").read_text(encoding="utf-8"))
#: Questions that together ask everything that is declared, where one of the usual place does not.
ASKED: dict[str, list[dict[str, str]]] = {
    "cost": [HERE | {"cost.km": "3", "cost.terrain": "hill", "cost.households": "386"}],
    "priority": [
        HERE
        | {
            "priority.aim": "score",
            "priority.w_one": "1",
            "priority.w_is_priority": "2",
            "priority.least": "0",
            "priority.most": "99",
            "priority.places": "431128101, , 9",
            "priority.lot": "1",
            "priority.limit": "5",
        },
        HERE | {"priority.basis": "published", "priority.limit": "5"},
    ],
    "sites": [
        MASTS,
        MASTS | {"sites.from": "own", "sites.own": "Mast, 112.2, 25.9\nTop, 112.3, 25.8"},
    ],
    "sharing": [
        HERE | {"sharing.operators": "A, 5, 1, 2\nB, 3, 4, 1", "sharing.owed": "A, 1", "sharing.seconds": "3"},
        HERE | {"sharing.cost": "flat", "sharing.seconds": "3"},
    ],
    "tender": [{"tender.source": "simulated", "tender.most_lots": "2"}, {}],
    "fund": [{}, {"fund.start": "own"}],
    "welfare": [{}],
}
#: What only a register that counts people, tells priority groups, or knows its terrain can be asked.
OF_OTHER_REGISTERS = {
    "priority": {"w_thousand_persons", "groups", "floor"},
    "sites": {"km_plain", "km_hill", "km_mountain", "km_plateau"},
}

pytestmark = pytest.mark.national


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Scenario]:
    """The scenarios of the pages that are run."""
    found: list[Scenario] = []
    monkeypatch.setattr(panel, "bar", lambda *asked: found.append(panel.of_answer(*asked)))
    return found


def asked_of(one: Scenario) -> dict[str, Any]:
    asked: dict[str, Any] = one.inputs[panel.ASKED]
    return asked


@pytest.mark.parametrize("question", saved().values(), ids=saved())
def test_a_scenario_holds_what_its_question_declares(
    monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas, question: Question[Any, Any], made: list[Scenario]
) -> None:
    queries = ASKED.get(question.name, [HERE])
    for query in queries:
        run(monkeypatch, national_atlas, question.name, query, "en")
    assert len(made) == len(queries)
    held = set().union(*(asked_of(one) for one in made))
    declared = question.declared(national_atlas)
    assert held <= {name for name, one in declared.items() if one.is_saved}
    own = {one.saved_name for one in question.inputs if one.is_saved}
    assert own - held == OF_OTHER_REGISTERS.get(question.name, set()), "ASKED wants a query that asks for these"
    results = {name for one in made for name in one.results if not name.startswith(panel.PLACE)}
    assert results - {panel.PLACE_UNIT} == {one.name for one in question.results}
    assert set().union(*(one.digests for one in made)) == set(question.tables)


def test_the_cost_model_holds_each_of_its_parameters(
    monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas, made: list[Scenario]
) -> None:
    """All technologies asked, and every parameter moved to its upper end."""
    question = questions()["cost"]
    shared = {one.saved_name: one for one in question.shared(national_atlas)}
    moved = {question.key(one): one.write(one.high) for name, one in shared.items() if name.startswith("p_")}
    technologies = shared["tech"]
    query = HERE | moved | {question.key(technologies): technologies.write(tuple(technologies.options(national_atlas)))}
    run(monkeypatch, national_atlas, "cost", query, "en")
    [one] = made
    usual = {name for name, each in shared.items() if name.startswith("p_") and each.usual == each.high}
    assert set(asked_of(one)) == set(shared) - usual and len(moved) > 20


@pytest.mark.parametrize("before", BEFORE, ids=lambda one: one["question"])
def test_a_link_from_before_asks_the_same(
    monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas, before: dict[str, Any], made: list[Scenario]
) -> None:
    """And a scenario saved from it leads back to it: inputs and identity are those of the file saved then."""
    run(monkeypatch, national_atlas, before["question"], before["query"], "en")
    view = state.read(national_atlas, {}, "en")
    again = panel.view_of(national_atlas, view, made[0])
    assert not [name for name, _ in again.inputs if "." not in name]
    run(monkeypatch, national_atlas, before["question"], state.query(again), "zh")
    for one in made:
        assert one.inputs == before["inputs"] and one.seed == before["seed"]
        assert one.identity == before["identity"]


def test_a_name_of_another_page_is_left_alone(monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas) -> None:
    """What the page of acceptance has drawn by is no seed of a tender, once one goes on to there."""
    query = {"tender.source": "simulated", "in.seed": "2024-lottery"}
    assert "cannot be; the default is used" in shown(run(monkeypatch, national_atlas, "tender", query, "en"))
    real = state.read

    def in_a_session(*asked: Any) -> state.View:
        from dataclasses import replace

        return replace(real(*asked), came_by_link=False)

    monkeypatch.setattr(state, "read", in_a_session)
    text = shown(run(monkeypatch, national_atlas, "tender", query, "en"))
    assert "cannot be" not in text and "<h1>" in text


def test_a_pasted_link_from_before_opens_its_question(monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas) -> None:
    page = run(monkeypatch, national_atlas, "scenarios", {}, "en")
    link = "https://atlas.example.org/tender?in.source=simulated&in.seed=7&in.p_fibre_cable_per_km=80000"
    page.text_input(key="scenario_address").set_value(link).run(timeout=60)
    assert not page.exception
    [opened] = [one.proto.query_string for one in page.get("page_link") if "Open" in one.proto.label]
    assert "tender.seed=7" in opened and "tender.source=simulated" in opened
    assert "in.p_fibre_cable_per_km=80000" in opened  # a tender asks no cost model: the name is another page's
