"""Maps side by side share their classes, at whatever date; the difference map says what hand-written SQL says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mini_profile import Ask
from starlette.applications import Starlette
from starlette.testclient import TestClient

from atlas.look.parameters import Asked
from atlas.maps import choropleth
from atlas.maps.beside import MOST, Beside, BesidesParameter
from atlas.maps.choropleth import Question, Versus
from atlas.serve import routes
from atlas.view.classes import change_classes, classify
from indicators import facts, places
from indicators.database import Atlas


@pytest.fixture
def asked(mini_atlas: Atlas) -> Question:
    default = facts.settings(mini_atlas)["default_view"]
    nation = facts.settings(mini_atlas)["nation"]["place_id"]
    level = places.level_below(mini_atlas, nation)
    assert level
    as_of = date.fromisoformat(default["as_of"])
    return Question("unconnected_share", level, nation, default["standard"], as_of, "en", "light")


@pytest.fixture
def later(mini_atlas: Atlas, asked: Question) -> Versus:
    standard = next(one for one in facts.standards(mini_atlas) if one.standard_id == asked.standard)
    day = next(day for day in standard.dates if day != asked.as_of)
    return Versus(asked.standard, day)


@pytest.mark.parametrize("classes", ["", "quantile", "natural", "equal", "30,60"])
def test_classes_are_the_same_at_every_date(mini_atlas: Atlas, asked: Question, classes: str) -> None:
    dates = next(one.dates for one in facts.standards(mini_atlas) if one.standard_id == asked.standard)
    made = [choropleth.answer(mini_atlas, replace(asked, as_of=day, classes=classes))[1] for day in dates]
    assert len(dates) > 1 and all(one == made[0] for one in made)
    assert made[0].is_across


@pytest.mark.parametrize("classes", ["", "quantile", "natural", "equal", "30,60"])
def test_maps_side_by_side_have_the_same_classes(mini_atlas: Atlas, asked: Question, classes: str) -> None:
    shown = [(one, standard) for one in (asked.within, "0100", "0200") for standard in ("wire", "radio")]
    beside = tuple(Beside(*one) for one in shown)
    made = [
        choropleth.answer(
            mini_atlas,
            replace(
                asked,
                within=place,
                standard=standard,
                level=places.level_below(mini_atlas, place) or "district",
                classes=classes,
                beside=beside,
            ),
        )[1]
        for place, standard in shown
    ]
    assert all(one == made[0] for one in made)


def test_classes_of_one_date_are_the_reader_s_choice(mini_atlas: Atlas, asked: Question) -> None:
    frame, made = choropleth.answer(mini_atlas, replace(asked, classes="date"))
    assert not made.is_across
    assert made == classify(frame["value"].tolist(), "percent", "gap", "light")


def test_what_does_not_change_with_the_date_has_classes_of_its_own(mini_atlas: Atlas, asked: Question) -> None:
    _, made = choropleth.answer(mini_atlas, replace(asked, indicator_id="investment_per_village"))
    assert not made.is_across


PART = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=20)


@given(st.lists(st.tuples(PART, PART), max_size=MOST))
def test_maps_beside_are_read_as_they_were_written(shown: list[tuple[str, str]]) -> None:
    parameter = BesidesParameter("beside")
    said = parameter.written([Beside(*one) for one in shown])
    assert parameter.read(Asked(said, lambda: pytest.fail("needs no atlas"))) == tuple(shown)


def test_the_difference_is_the_other_side_less_this(
    mini_atlas: Atlas, ask: Ask, asked: Question, later: Versus
) -> None:
    frame, _ = choropleth.answer(mini_atlas, replace(asked, versus=later))
    shares = {
        (place_id, as_of): share
        for place_id, as_of, share in ask(
            "SELECT place_id, as_of, 100.0 * unconnected / nullif(connected + unconnected, 0) FROM status_count "
            "WHERE standard = $1",
            [asked.standard],
        )
    }
    assert len(frame)
    for row in frame.to_dict("records"):
        before, after = (shares.get((row["place_id"], day)) for day in (asked.as_of, later.as_of))
        if before is None or after is None:
            assert row["value"] != row["value"]  # unknown is no difference
        else:
            assert row["value"] == pytest.approx(after - before)


@given(st.lists(st.floats(-100, 100), max_size=40), st.sampled_from(["gap", "rate"]))
def test_classes_of_a_change_are_the_same_both_ways(values: list[float], palette: str) -> None:
    classes = change_classes(values, palette, "light")
    inner = classes.edges[1:]
    assert list(inner) == [-edge for edge in reversed(inner)]
    mirrored = change_classes([-value for value in values], palette, "light")
    assert mirrored == classes


@pytest.fixture
def client(mini_build_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(mini_build_dir))
    with TestClient(Starlette(routes=routes.routes), raise_server_exceptions=False) as client:
        yield client


def test_the_difference_travels_by_url(client: TestClient, mini_atlas: Atlas, asked: Question, later: Versus) -> None:
    answer = client.get(replace(asked, versus=later).url(mini_atlas.build_id))
    assert answer.status_code == 200
    assert all(
        "→" in one["properties"]["note"] for one in json.loads(answer.text)["features"] if one["properties"]["place_id"]
    )


@pytest.mark.parametrize(
    "extra",
    [
        "&show=change",
        "&vs_within=x",
        "&beside=0100",
        "&beside=0100:wire:more",
        "&beside=nowhere:wire",
        "&beside=0100:pigeon",
        "&beside=" + ",".join(["0100:wire"] * 9),
        "&vs_standard=%27%3B--",
        "&vs_as_of=2015-12-31",
    ],
)
def test_half_a_comparison_is_refused(client: TestClient, mini_atlas: Atlas, asked: Question, extra: str) -> None:
    assert client.get(asked.url(mini_atlas.build_id) + extra).status_code == 400
