"""The hot spots as the map gets them, and the switch that they wait for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from atlas.look import colours, language
from atlas.maps import hot_spots
from atlas.serve import routes
from atlas.work.refused import UnknownValue
from indicators.database import Atlas
from indicators.measure import figure

pytestmark = pytest.mark.national
ASKED = hot_spots.Question("county", "430000", "fibre", date(2015, 12, 31), "zh", "light", is_demonstration=True)


@pytest.fixture()
def client(national_atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(national_atlas.path.parent))
    with TestClient(Starlette(routes=routes.routes), raise_server_exceptions=False) as client:
        yield client


def test_without_the_switch_nothing_is_served(client: TestClient, national_atlas: Atlas) -> None:
    refused = client.get(replace(ASKED, is_demonstration=False).url(national_atlas.build_id))
    assert refused.status_code == 400 and "demonstration" in refused.json()["expected"]
    served = client.get(ASKED.url(national_atlas.build_id))
    assert served.status_code == 200 and "immutable" in served.headers["cache-control"]


def test_the_address_holds_the_whole_question() -> None:
    asked = parse_qs(urlsplit(ASKED.url("b")).query)
    assert asked["within"] == ["430000"] and asked["demo"] == ["1"] and asked["as_of"] == ["2015-12-31"]
    assert "demo" not in parse_qs(urlsplit(replace(ASKED, is_demonstration=False).url("b")).query)


def test_areas_carry_the_colour_of_what_was_found(national_atlas: Atlas) -> None:
    features = json.loads(hot_spots.geojson(national_atlas, ASKED))["features"]
    found = hot_spots.answer(national_atlas, ASKED).set_index("place_id")
    assert len(features) > 100
    for feature in features:
        properties = feature["properties"]
        kind = found["kind"].get(properties["place_id"], "unknown")
        assert properties["fill"] == colours.hex_to_rgb(hot_spots.colour(kind, "light"), 255)
        with language.speaking("zh"):
            assert properties["state"].startswith(language.t(hot_spots.WORDS[kind]))


def test_a_province_is_tested_against_the_whole_country(national_atlas: Atlas) -> None:
    """The same county has the same score wherever the map stands; only the places shown differ."""
    nation = figure(national_atlas, "unconnected_share", "100000", standard="fibre", as_of=ASKED.as_of)
    whole = hot_spots.answer(national_atlas, replace(ASKED, within=nation.place_id))
    assert whole is hot_spots.answer(national_atlas, ASKED)
    listed = hot_spots.listed(national_atlas, ASKED, 500)
    assert listed["place_id"].str.startswith("43").all()
    assert listed["z_score"].is_monotonic_decreasing


def test_an_unknown_level_is_refused(national_atlas: Atlas) -> None:
    with pytest.raises(UnknownValue):
        hot_spots.answer(national_atlas, replace(ASKED, level="village"))
