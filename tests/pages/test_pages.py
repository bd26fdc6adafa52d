"""Each page with full, sparse and missing data, without a browser; also for a country of other levels."""

from __future__ import annotations

from pathlib import Path

import pytest
from one_page import run, shown
from real_data import PROFILES, REAL, needs_real_data
from streamlit.testing.v1 import AppTest

from etl.build import build
from etl.incoming import INCOMING
from indicators.database import Atlas, current

PAGES = ("overview", "gap_map", "pilots", "investment", "place", "data", "search", "methods", "compare")
MAIN = Path(__file__).resolve().parents[2] / "atlas" / "main.py"
WAIT_S = 30


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_every_kind_of_place(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, name: str) -> None:
    """One place of each level, also one that the register knows no villages of."""
    rows = mini_atlas.cursor().execute("SELECT min(place_id), max(place_id) FROM place GROUP BY level").fetchall()
    for place_id in {place_id for row in rows for place_id in row}:
        run(monkeypatch, mini_atlas, name, {"place": place_id}, "en")


def test_a_village_of_each_kind_has_a_page(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    rows = mini_atlas.cursor().execute("SELECT min(place_id) FROM village GROUP BY kind, in_programme").fetchall()
    for (place_id,) in rows:
        run(monkeypatch, mini_atlas, "place", {"place": place_id}, "zh")


@needs_real_data
@pytest.mark.parametrize("profile", ["germany-districts", "pacific", "us", "xiangxi"])
def test_pages_of_countries_with_real_coverage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, profile: str) -> None:
    """No model, no pilots, no money; without positions, with points only, with polygons."""
    monkeypatch.setenv(INCOMING, str(REAL))
    build(PROFILES / profile, tmp_path, quiet=True)
    atlas = current(tmp_path)
    [(village,)] = atlas.cursor().execute("SELECT min(place_id) FROM village").fetchall()
    for name in PAGES:
        for lang in ("zh", "en"):
            page = run(monkeypatch, atlas, name, {}, lang)
            if name != "methods":  # which explains every grade of evidence
                assert "模拟" not in str(page.main) and "Simulated" not in str(page.main)
    run(monkeypatch, atlas, "place", {"place": village}, "zh")


def test_the_data_page_lists_every_source(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    page = run(monkeypatch, mini_atlas, "data", {}, "en")
    text = shown(page)
    for title, read in mini_atlas.cursor().execute("SELECT title_en, rows_read FROM meta_source").fetchall():
        assert title in text and f"{read:,}" in text


def test_the_upload_can_be_taken_away(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    assert run(monkeypatch, mini_atlas, "data", {}, "en").get("file_uploader")
    monkeypatch.setenv("ATLAS_INTAKE", "off")
    assert not run(monkeypatch, mini_atlas, "data", {}, "en").get("file_uploader")


def test_the_frame_runs(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(mini_atlas.path.parent))
    app = AppTest.from_file(str(MAIN), default_timeout=WAIT_S)
    app.run()
    assert not app.exception, [error.value for error in app.exception]


def test_without_an_atlas_the_page_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(tmp_path))
    app = AppTest.from_file(str(MAIN), default_timeout=WAIT_S)
    app.run()
    assert not app.exception
    assert "python -m etl build" in app.error[0].value


@pytest.mark.national
@pytest.mark.parametrize("place_id", ["100000", "110000", "430000", "431100", "431128", "441900", "710000", "469000"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_china(monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas, name: str, place_id: str) -> None:
    """The nation, a municipality, a province, a prefecture, a county, one without counties, one without
    villages, and a code that only groups."""
    run(monkeypatch, national_atlas, name, {"place": place_id, "standard": "5g", "as_of": "2024-06-30"}, "zh")
