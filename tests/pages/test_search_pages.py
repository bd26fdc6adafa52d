"""The box and the page Search, as visitors use them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from mini_profile import Ask
from one_page import WAIT_S, markup, run, shown
from streamlit.testing.v1 import AppTest

from indicators.database import Atlas
from indicators.names import search

ROOT = Path(__file__).resolve().parent.parent.parent


def unique(atlas: Atlas, ask: Ask) -> tuple[str, str]:
    """Code and name of a village that nothing else is called like."""
    rows = ask("SELECT place_id, name FROM village WHERE regexp_full_match(name, '[A-Z][a-z]{5,}') ORDER BY place_id")
    return next((code, name) for code, name in rows if search.search(atlas, name, 3).only)


def typed(monkeypatch: pytest.MonkeyPatch, atlas: Atlas, text: str) -> AppTest:
    """The whole app, with a text typed into the box and Enter pressed."""
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(atlas.path.parent))
    app = AppTest.from_file(str(ROOT / "atlas" / "main.py"), default_timeout=WAIT_S)
    app.query_params["lang"] = "zh"  # AppTest reads options in the language of the last run
    app.run()
    app.text_input(key="question").set_value(text).run()
    assert not app.exception
    return app


def asked_for(app: AppTest) -> dict[str, str]:
    return {name: str(app.query_params[name]) for name in app.query_params}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_rows_show_state_kind_code_and_parents(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, ask: Ask, lang: str
) -> None:
    [(name, code, parent)] = ask(
        "SELECT v.name, v.place_id, p.name FROM village AS v JOIN place AS p ON p.place_id = v.ward_id "
        "WHERE v.in_programme ORDER BY v.place_id LIMIT 1"
    )
    page = run(monkeypatch, mini_atlas, "search", {"q": name}, lang)
    text = shown(page)
    assert name in text and code in text and parent in text
    assert re.search(r'class="atlas-mark atlas-mark-(connected|unconnected|unknown)"', markup(page))


def test_near_names_are_said_to_be_near(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, ask: Ask) -> None:
    _, name = unique(mini_atlas, ask)
    wrong = f"{name[:3]}q{name[4:]}"
    text = shown(run(monkeypatch, mini_atlas, "search", {"q": wrong}, "en"))
    assert f"There is no “{wrong}”" in text and name in text
    assert "data-atlas-forward" not in text


def test_nothing_found_says_what_to_try(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    text = shown(run(monkeypatch, mini_atlas, "search", {"q": "zzzzqqqq"}, "en"))
    assert "Try fewer letters" in text


def test_a_link_that_means_one_place_leads_there(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, ask: Ask) -> None:
    code, name = unique(mini_atlas, ask)
    page = run(monkeypatch, mini_atlas, "search", {"q": name}, "en")
    [href] = re.findall(r'data-atlas-forward="([^"]+)"', markup(page))
    assert href.startswith("place?") and f"place={code}" in href and "q=" not in href


def test_enter_goes_to_the_only_one(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, ask: Ask) -> None:
    code, name = unique(mini_atlas, ask)
    said = asked_for(typed(monkeypatch, mini_atlas, name))
    assert said["place"] == code and "q" not in said


def test_enter_with_several_opens_the_page_search(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    several = next(text for text in ("do", "ma", "vi", "ov") if search.search(mini_atlas, text, 3).total > 1)
    app = typed(monkeypatch, mini_atlas, several)
    assert asked_for(app)["q"] == several
    assert f"检索“{several}”" in shown(app)


def test_a_code_from_the_list_goes_to_its_place(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, ask: Ask) -> None:
    """The script of suggestions writes a code into the box and presses Enter."""
    [(code,)] = ask("SELECT place_id FROM village ORDER BY place_id DESC LIMIT 1")
    assert asked_for(typed(monkeypatch, mini_atlas, code))["place"] == code


def test_every_page_says_where_suggestions_are_asked(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(mini_atlas.path.parent))
    app = AppTest.from_file(str(ROOT / "atlas" / "main.py"), default_timeout=WAIT_S).run()
    foot = markup(app)
    assert "names/suggestions.json?" in foot and f"build={mini_atlas.build_id}" in foot
    assert "look/suggestions.js?v=" in foot
