"""What the search box asks while somebody types."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from loops import finished
from mini_profile import Ask
from starlette.applications import Starlette
from starlette.testclient import TestClient

from atlas.look.language import LANGUAGES
from atlas.serve import answers, routes
from atlas.work.lane import Lane
from atlas.work.refused import Refused
from indicators import facts
from indicators.database import Atlas
from indicators.names.search import LONGEST


@pytest.fixture()
def client(mini_atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(mini_atlas.path.parent))
    with TestClient(Starlette(routes=routes.routes), raise_server_exceptions=False) as client:
        yield client


def path(atlas: Atlas, asked: str, lang: str = "en", **more: str) -> str:
    default = facts.settings(atlas)["default_view"]
    said = {"standard": default["standard"], "as_of": default["as_of"], "lang": lang} | more
    query = "&".join(f"{name}={quote(value)}" for name, value in said.items())
    return f"/names/suggestions.json?q={quote(asked)}&{query}"


def test_a_village_comes_with_its_places_and_its_state(client: TestClient, mini_atlas: Atlas, ask: Ask) -> None:
    rows = ask("SELECT place_id, name FROM village WHERE in_programme AND regexp_full_match(name, '[A-Za-z ]{5,}')")
    code, name = min(rows)
    answer = client.get(path(mini_atlas, name))
    assert answer.status_code == 200 and answer.headers["content-type"] == answers.JSON
    [item] = [one for one in answer.json()["items"] if one["id"] == code]
    assert item["name"] == name and item["parents"] and item["level"]
    assert item["mark"] == [0, len(name)]
    assert item["state"][0] in ("connected", "unconnected", "unknown") and item["evidence"]
    assert answer.json()["basis"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_said_is_in_the_language(client: TestClient, mini_atlas: Atlas, lang: str) -> None:
    found: dict[str, Any] = client.get(path(mini_atlas, "qqqqqqqq", lang)).json()
    assert found["items"] == [] and found["said"]
    assert found["said"].isascii() is (lang == "en")


def test_a_few_are_offered_and_all_are_counted(client: TestClient, mini_atlas: Atlas) -> None:
    found = client.get(path(mini_atlas, "a")).json()
    assert len(found["items"]) <= 8
    assert bool(found["more"]) is (len(found["items"]) == 8)


def test_near_names_are_said_to_be_near(client: TestClient, mini_atlas: Atlas, ask: Ask) -> None:
    [(name,)] = ask(
        "SELECT name FROM village WHERE regexp_full_match(name, '[A-Z][a-z]{6,}') ORDER BY place_id LIMIT 1"
    )
    wrong = f"{name[:3]}q{name[4:]}"
    found = client.get(path(mini_atlas, wrong)).json()
    assert name in {one["name"] for one in found["items"]}
    assert wrong in found["note"] and all(one["mark"] is None for one in found["items"])


@pytest.mark.parametrize("asked", ["<img src=x onerror=alert(1)>", "%", "_", "' OR 1=1", "🏔", ".*", "\u202e", "“"])
def test_hostile_questions_are_answered_in_words(client: TestClient, mini_atlas: Atlas, asked: str) -> None:
    answer = client.get(path(mini_atlas, asked))
    assert answer.status_code == 200
    assert "sandbox" in answer.headers.get("content-security-policy", "sandbox")


@pytest.mark.parametrize("asked", ["", "a\x00b", "a" * (LONGEST + 1), "寿" * 1_000])
def test_what_no_box_holds_is_refused(client: TestClient, mini_atlas: Atlas, asked: str) -> None:
    answer = client.get(path(mini_atlas, asked))
    assert answer.status_code == 400
    assert asked == "" or asked not in answer.text


def test_an_unknown_date_is_refused(client: TestClient, mini_atlas: Atlas) -> None:
    assert client.get(path(mini_atlas, "a", as_of="1900-01-01")).status_code == 400
    assert client.get(path(mini_atlas, "a", standard="nonsense")).status_code == 400


def test_answers_are_kept_apart_from_tiles(client: TestClient, mini_atlas: Atlas) -> None:
    before = routes.TYPED.weight
    answer = client.get(path(mini_atlas, "kept apart", build=mini_atlas.build_id))
    assert "immutable" in answer.headers["cache-control"]
    assert routes.TYPED.weight > before


def test_who_asks_too_much_is_told_so_at_once() -> None:
    """With nobody served the lane is full of those who wait; one more is refused."""

    async def crowd() -> list[object]:
        lane = Lane(1, 2, "too many questions")
        return await asyncio.gather(*(lane.run(lambda: 1) for _ in range(5)), return_exceptions=True)

    found = finished(crowd)
    assert found[:3] == [1, 1, 1]
    assert all(isinstance(one, Refused) and one.status == 429 and one.retry_s for one in found[3:])
