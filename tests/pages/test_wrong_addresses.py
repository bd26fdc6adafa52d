"""What the app says where the address names a place that there is not, and what it leaves in the address."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from one_page import markup, words
from streamlit.testing.v1 import AppTest

from atlas.view import state
from indicators.database import Atlas

MAIN = Path(__file__).resolve().parents[2] / "atlas" / "main.py"
WAIT_S = 90
Opened = Callable[..., AppTest]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> Opened:
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(mini_atlas.path.parent))

    def open_at(**query: str) -> AppTest:
        app = AppTest.from_file(str(MAIN), default_timeout=WAIT_S)
        for name, value in query.items():
            app.query_params[name] = value
        return app.run()

    return open_at


def title(app: AppTest) -> str:
    assert not app.exception
    return words(markup(app).partition("<h1>")[2].partition("</h1>")[0])


@pytest.mark.parametrize(("lang", "said"), [("zh", "没有这个地区"), ("en", "No such place")])
@pytest.mark.parametrize("place", ["999999", "<script>alert(1)</script>", "9" * 500])
def test_an_unknown_place_is_said_until_it_is_left(opened: Opened, place: str, lang: str, said: str) -> None:
    app = opened(place=place, lang=lang)
    assert title(app) == said and "<script>alert" not in markup(app)
    assert title(app.run()) == said, "a rerun, as of a theme, forgets it"
    assert app.query_params["place"] == place[: state.LONGEST_CODE]
    assert "place" in app.session_state[state.REMEMBERED]
    assert app.session_state[state.REMEMBERED]["place"] == "ZZ", "the way to another page would lead here again"


def test_the_language_is_changed_and_the_place_stays(opened: Opened) -> None:
    app = opened(place="999999", lang="zh")
    language: Any = app.get("button_group")[0]
    language.set_value("en").run()
    assert title(app) == "No such place"
    assert (app.query_params["place"], app.query_params["lang"]) == ("999999", "en")


def test_a_village_may_be_named_as_one(opened: Opened) -> None:
    app = opened(village="010101107", lang="en")
    assert app.query_params["place"] == "010101107" and "village" not in app.query_params


def test_a_blank_names_no_place(opened: Opened) -> None:
    assert title(opened(place="", lang="en")) != "No such place"
