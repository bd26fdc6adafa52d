"""Cost, priority and sites without a browser: answers, bad input, demonstrations, and the hand-worked example."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from one_page import markup as shown
from one_page import run

import pages
from indicators.database import Atlas

PAGES = ("cost", "priority", "sites")
WAIT_S = 60
COST_MODEL = Path(__file__).resolve().parents[2] / "data" / "china" / "money" / "cost-model.csv"
HERE = {"place": "431128", "standard": "fibre", "as_of": "2015-12-31"}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_not_offered_without_a_cost_model(mini_atlas: Atlas, name: str) -> None:
    assert not pages.module(name).PAGE.is_there(mini_atlas)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_another_country(monkeypatch: pytest.MonkeyPatch, known: Atlas, name: str, lang: str) -> None:
    """Other levels and standards, and people who were counted."""
    assert pages.module(name).PAGE.is_there(known)
    run(monkeypatch, known, name, {}, lang)


def test_people_are_the_aim_where_they_are_counted(monkeypatch: pytest.MonkeyPatch, known: Atlas) -> None:
    text = shown(run(monkeypatch, known, "priority", {"priority.groups": "border", "priority.floor": "1"}))
    assert re.search(r"connects [0-9,]+ people", text)
    assert "Floor for priority groups" in text
    text = shown(run(monkeypatch, known, "priority", {"priority.groups": "border", "priority.floor": "9999"}))
    assert "Floor for priority groups: 9,999 villages demanded" in text
    assert "People covered" in shown(run(monkeypatch, known, "sites", {"sites.km_unknown": "50"}))


@pytest.mark.national
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("place_id", ["100000", "431100", "431128", "710000"])
def test_a_page_of_china(
    monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas, name: str, place_id: str, lang: str
) -> None:
    """The nation, which is too large, a prefecture, a county, and a place without villages."""
    standard = "4g" if name == "sites" else "fibre"
    page = run(monkeypatch, national_atlas, name, HERE | {"place": place_id, "standard": standard}, lang)
    text = shown(page)
    if place_id == "100000" and lang == "en":
        assert "too many at once" in text
    if place_id == "710000" and lang == "en":
        assert "No unconnected village is known here" in text


@pytest.mark.national
def test_simulated_villages_make_the_whole_answer_a_demonstration(
    monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas
) -> None:
    for name in PAGES:
        page = run(monkeypatch, national_atlas, name, HERE | {"standard": "4g"})
        assert "A demonstration" in shown(page)
        files = [button.proto.label for button in page.get("download_button")]
        assert any("scenario" in label for label in files)


@pytest.mark.national
def test_people_that_nobody_counted_are_not_an_aim(monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas) -> None:
    page = run(monkeypatch, national_atlas, "priority", HERE | {"priority.aim": "persons"})
    assert "villages are counted instead of people" in shown(page)


@pytest.mark.national
@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"priority.budget": "0"}, "Nothing can be connected with this budget"),
        ({"priority.budget": "-5"}, "cannot be; the default is used"),
        ({"priority.budget": "1000000"}, "of the budget is left over"),
        ({"priority.budget": "1000000"}, "villages at central values; "),
        ({"priority.least": "500"}, "demanded"),
        ({"priority.least": "5", "priority.most": "2"}, "no choice can keep both, whatever the budget"),
        ({"model.tech": "4g_fibre"}, "this does not bring"),
        ({"priority.places": "nowhere, 3"}, "This line cannot be read"),
        ({"priority.places": "431128, 5, 2"}, "At least is more than at most"),
        ({"priority.aim": "score"}, "Score of a village"),
        ({"model.speed": "5000"}, "no technology is fast enough"),
        ({"model.fibre_cable_per_km": "1"}, "cannot be; the default is used"),
        ({"priority.basis": "published"}, "All villages cost the same here"),
        ({"model.placed": "0"}, "All villages cost the same here"),
        ({"priority.lot": "3", "priority.limit": "5"}, "Smallest lot"),
    ],
)
def test_bad_and_odd_questions_are_answered_in_words(
    monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas, asked: dict[str, str], said: str
) -> None:
    assert said in shown(run(monkeypatch, national_atlas, "priority", HERE | asked))


@pytest.mark.national
def test_the_worked_example_is_worked_out(monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas) -> None:
    text = shown(run(monkeypatch, national_atlas, "priority", HERE))
    assert "A + B + D" in text and "A + C" in text and "2,100" in text
    assert "A floor of one border village costs 400 people" in text


@pytest.mark.national
@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"cost.km": "3", "cost.terrain": "hill", "cost.households": "386"}, "3 km × 1.3 × 1.3 × 41,700"),
        ({"model.speed": "5000"}, "None of these technologies reaches the speed wanted"),
        ({"cost.chance": "1", "cost.seed": "7"}, "seed 7"),
        ({"model.all_discount_rate": "0.9"}, "cannot be; the default is used"),
        ({"cost.km": "-1"}, "cannot be; the default is used"),
    ],
)
def test_the_cost_of_one_village(
    monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas, asked: dict[str, str], said: str
) -> None:
    assert said in shown(run(monkeypatch, national_atlas, "cost", HERE | asked))


@pytest.mark.national
@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"sites.sites": "0"}, "No site can be built with this"),
        ({"sites.aim": "share", "sites.share": "100"}, "proven best"),
        (
            {"sites.aim": "budget", "sites.budget": "100"},
            "distance branch of the rule",
        ),
        ({"model.tech": "4g_fibre"}, "Sites are priced as: 4G, fibre link."),
        ({"model.tech": "fibre"}, "Sites are priced as: 4G, microwave link, 4G, fibre link."),
        ({"sites.from": "own"}, "Give at least one site"),
        ({"sites.from": "own", "sites.own": "Mast, 112.2, 25.9\nno, place"}, "This line cannot be read"),
        ({"sites.from": "all", "sites.every": "7"}, "candidates"),
        ({"sites.km_unknown": "999"}, "cannot be; the default is used"),
    ],
)
def test_sites(monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas, asked: dict[str, str], said: str) -> None:
    assert said in shown(run(monkeypatch, national_atlas, "sites", HERE | {"standard": "4g"} | asked))


@pytest.mark.national
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", [*PAGES, "sharing"])
def test_a_headline_stays_true_when_it_is_quoted_alone(
    monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas, name: str, lang: str
) -> None:
    """Place, standard, date and simulated; nothing of the past told as if it were so now; the default is the newest."""
    text = shown(run(monkeypatch, national_atlas, name, {"place": "431100"}, lang))
    title = re.search(r"<h1>(.*?)</h1>", text)[1]  # type: ignore[index]
    for word in {"zh": ("永州", "5G", "2025-12-31", "模拟"), "en": ("Yongzhou", "5G", "2025", "simulated")}[lang]:
        assert word in title
    assert "还有" not in title and "still" not in title
    if name == "cost":
        assert "P50" in title and "P80" in title


@pytest.mark.national
@pytest.mark.parametrize("name", [*PAGES, "sharing"])
def test_a_plan_is_about_the_area_that_was_drawn(
    monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas, name: str
) -> None:
    from datetime import date

    from atlas.planner.scenario import panel
    from indicators.chosen import area
    from indicators.chosen.selection import Filters
    from indicators.demand import unconnected

    drawn = "112.1,25.7;112.3,25.7;112.3,25.95;112.1,25.95"
    query = HERE | {"area": drawn, "standard": "4g", "as_of": "2015-12-31"}
    asked: list[Any] = []
    monkeypatch.setattr(panel, "bar", lambda *given: asked.append(given))
    text = shown(run(monkeypatch, national_atlas, name, query))
    assert "Planned for the villages chosen on the map only: inside the area drawn" in text
    assert "Plan for all villages of the place" in text and "part of it" in text
    filters = Filters(area=area.area(drawn))
    day = date(2015, 12, 31)
    inside = unconnected.count(national_atlas, HERE["place"], "4g", day, filters)
    assert 0 < inside < unconnected.count(national_atlas, HERE["place"], "4g", day)
    [(atlas, view, answer)] = asked
    planned = answer.tables.get("village", answer.tables.get("villages"))
    assert len(planned) == inside
    made = panel.of_answer(atlas, view, answer)
    assert made.inputs["area"] == drawn
    assert panel.view_of(atlas, view, made).filters == filters


@pytest.mark.national
def test_no_mast_is_planned_for_villages_without_fibre(monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas) -> None:
    page = run(monkeypatch, national_atlas, "sites", HERE)
    text = shown(page)
    assert "A mast does not bring" in text and "standard=4g" in text and "standard=5g" in text
    assert not page.get("download_button")


@pytest.mark.national
@pytest.mark.parametrize(("name", "box"), [("sites", "own"), ("priority", "places"), ("sharing", "operators")])
def test_a_list_that_is_too_long_is_refused_aloud(
    monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas, name: str, box: str
) -> None:
    query = HERE | {"standard": "4g", "sites.from": "own", f"{name}.{box}": "x, 1\n" * 1000}
    text = shown(run(monkeypatch, national_atlas, name, query))
    assert "more than 4,000 characters cannot be taken in" in text


@pytest.mark.national
def test_a_paste_that_is_too_long_stays_in_its_box(monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas) -> None:
    page = run(monkeypatch, national_atlas, "sites", HERE | {"standard": "4g", "sites.from": "own"})
    pasted = "Mast, 112.2, 25.9\n" * 300
    page.text_area(key="in_sites_own").set_value(pasted).run(timeout=WAIT_S)
    assert "more than 4,000 characters cannot be taken in" in shown(page)
    assert page.text_area(key="in_sites_own").value == pasted
    page.text_area(key="in_sites_own").set_value("Mast, 112.2, 25.9").run(timeout=WAIT_S)
    assert "cannot be taken in" not in shown(page)


# --- maps of answers by address -----------------------------------------------------------------------------


def test_an_answer_is_served_by_its_hash_only() -> None:
    from starlette.applications import Starlette
    from starlette.testclient import TestClient

    from atlas.kept import answers as kept_answers
    from atlas.pieces import answer_map
    from atlas.serve import answers, routes

    hostile = '<img src=x onerror="alert(1)">'
    address = kept_answers.keep([answer_map.point(112.0, 26.0, "#A6330A", 5.0, hostile, "")])
    with TestClient(Starlette(routes=routes.routes), raise_server_exceptions=False) as client:
        served = client.get(address)
        assert served.headers["content-type"] == answers.GEOJSON
        [feature] = json.loads(served.text)["features"]
        assert feature["properties"]["name"] == hostile  # tooltips are text: see maps.deck
        assert client.get("/answers/" + "0" * 32 + ".geojson").status_code == 410
        assert client.get("/answers/..%2f..%2fsecret.geojson").status_code in (404, 410)
        assert client.get(address + "?x=1").status_code == 400


def test_the_same_answer_is_held_once() -> None:
    from atlas.kept import answers as kept_answers

    features: list[dict[str, Any]] = [{"type": "Feature", "geometry": None, "properties": {}}]
    assert kept_answers.keep(features) == kept_answers.keep(list(features))
