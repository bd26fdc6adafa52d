"""Two sides of a comparison share their classes, and the difference map says what hand-written SQL says."""

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

from atlas.maps import choropleth
from atlas.maps.choropleth import Question, Versus
from atlas.serve import routes
from atlas.view.classes import change_classes
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
    return Versus(asked.within, asked.standard, day)


def test_both_sides_have_the_same_classes(mini_atlas: Atlas, asked: Question, later: Versus) -> None:
    _, left = choropleth.answer(mini_atlas, replace(asked, versus=later))
    other = replace(asked, as_of=later.as_of, versus=Versus(asked.within, asked.standard, asked.as_of))
    _, right = choropleth.answer(mini_atlas, other)
    assert left == right


def test_the_difference_is_the_other_side_less_this(
    mini_atlas: Atlas, ask: Ask, asked: Question, later: Versus
) -> None:
    frame, _ = choropleth.answer(mini_atlas, replace(asked, versus=replace(later, is_change=True)))
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
    answer = client.get(replace(asked, versus=replace(later, is_change=True)).url(mini_atlas.build_id))
    assert answer.status_code == 200
    assert all(
        "→" in one["properties"]["note"] for one in json.loads(answer.text)["features"] if one["properties"]["place_id"]
    )


@pytest.mark.parametrize(
    "extra",
    [
        "&show=change",
        "&vs_within=x",
        "&show=all&vs_within=x",
        "&vs_standard=%27%3B--",
        "&vs_as_of=2015-12-31",
    ],
)
def test_half_a_comparison_is_refused(client: TestClient, mini_atlas: Atlas, asked: Question, extra: str) -> None:
    assert client.get(asked.url(mini_atlas.build_id) + extra).status_code == 400
