"""The map's tiles and the files follow the filters in their addresses, and refuse nonsense."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

import mapbox_vector_tile
import pytest
from mini_profile import Ask
from starlette.applications import Starlette
from starlette.testclient import TestClient

from atlas.serve import routes
from atlas.view import filter_query
from indicators import facts
from indicators.chosen import selection
from indicators.chosen.area import area
from indicators.chosen.selection import Filters, Selection
from indicators.database import Atlas

Z = 9
SHIFT = 32 - Z


@pytest.fixture
def client(mini_build_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(mini_build_dir))
    with TestClient(Starlette(routes=routes.routes), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def view(mini_atlas: Atlas) -> dict[str, str]:
    default = facts.settings(mini_atlas)["default_view"]
    return {"standard": default["standard"], "as_of": default["as_of"]}


def drawn(client: TestClient, ask: Ask, asked: dict[str, str]) -> set[int]:
    """place_no of every village that the tiles of zoom Z show."""
    found: set[int] = set()
    addresses = ask(
        f"SELECT DISTINCT x >> {SHIFT}, y >> {SHIFT} FROM village WHERE morton IS NOT NULL AND in_programme"
    )
    for x, y in addresses:
        answer = client.get(f"/tiles/villages/{Z}/{x}/{y}.mvt?{urlencode(asked)}")
        assert answer.status_code in (200, 204), answer.text
        if answer.content:
            layers = mapbox_vector_tile.decode(answer.content).values()
            found |= {feature["id"] for layer in layers for feature in layer["features"]}
    return found


def half(ask: Ask) -> Filters:
    """The western half of the country, drawn."""
    [(west, middle, south, north)] = ask(
        "SELECT min(lon) - 1, median(lon), min(lat) - 1, max(lat) + 1 FROM village WHERE in_programme"
    )
    w, m, s, n = (round(one, 4) for one in (west, middle, south, north))
    return Filters(area=area(f"{w},{s};{m},{s};{m},{n};{w},{n}"))


@pytest.mark.parametrize("states", [("unconnected",), ("unconnected", "unknown", "connected")])
def test_tiles_show_what_the_list_holds(
    client: TestClient, mini_atlas: Atlas, ask: Ask, view: dict[str, str], states: tuple[str, ...]
) -> None:
    nation = facts.settings(mini_atlas)["nation"]["place_id"]
    batch = selection.options(mini_atlas).batches[0]
    for filters in (Filters(), Filters(batch=batch), half(ask)):
        chosen = Selection(nation, view["standard"], date.fromisoformat(view["as_of"]), states, filters)
        listed = set(selection.rows(mini_atlas, chosen)["place_id"])
        asked = view | filter_query.written(filters) | {"states": ",".join(states)}
        codes = dict(ask("SELECT place_no, place_id FROM village"))
        assert {codes[number] for number in drawn(client, ask, asked)} == listed
        assert listed


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "geojson", "parquet"])
def test_files_are_sent_as_files(client: TestClient, mini_atlas: Atlas, view: dict[str, str], suffix: str) -> None:
    nation = facts.settings(mini_atlas)["nation"]["place_id"]
    answer = client.get(f"/download/villages.{suffix}?{urlencode(view | {'within': nation})}")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    assert len(answer.content) > 100


@pytest.mark.parametrize(
    "query",
    [
        {"area": "x"},
        {"batch": "x"},
        {"people": "-"},
        {"states": "all"},
        {"within": "nowhere"},
        {"within": "../../etc/passwd"},
        {"standard": "' OR 1=1 --"},
        {"as_of": "1900-01-01"},
        {"lang": "xx"},
        {"column": "name"},
    ],
)
def test_nonsense_is_refused(
    client: TestClient, mini_atlas: Atlas, view: dict[str, str], query: dict[str, str]
) -> None:
    nation = facts.settings(mini_atlas)["nation"]["place_id"]
    answer = client.get(f"/download/villages.csv?{urlencode({'within': nation} | view | query)}")
    assert answer.status_code == 400
    assert set(answer.json()) == {"error", "expected"}


@pytest.mark.parametrize("path", ["villages.exe", "villages.csv.gz", "other.csv", "../villages.csv"])
def test_other_files_are_not_there(client: TestClient, view: dict[str, str], path: str) -> None:
    assert client.get(f"/download/{path}?{urlencode(view | {'within': 'x'})}").status_code == 404
