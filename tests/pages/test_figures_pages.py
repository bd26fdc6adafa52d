"""Money, pilots and places as pages show them, and the files that carry the same numbers."""

from __future__ import annotations

import csv
import html
import io
import re
import shutil
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from one_page import markup, run, shown
from real_data import PROFILES, REAL, needs_real_data
from rich import UNUSUAL_YUAN, rich_profile
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from atlas.files import chart_files
from atlas.look import figures
from atlas.look.language import speaking
from atlas.serve.routes import routes
from atlas.view import state
from etl.build import build
from etl.incoming import INCOMING
from indicators.catalogue import catalogue
from indicators.database import Atlas, current

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="session")
def rich_atlas(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    profile = rich_profile(tmp_path_factory.mktemp("rich"))
    profile.build()
    return current(profile.build_dir)


def fetched(atlas: Atlas, address: str, monkeypatch: pytest.MonkeyPatch) -> Response:
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(atlas.path.parent))
    return TestClient(Starlette(routes=routes)).get(address)  # type: ignore[return-value]


def link_to(page: AppTest, path: str) -> str:
    found = re.findall(rf'href="({re.escape(path)}[^"]*)"', markup(page))
    assert found, f"no link to {path}"
    return html.unescape(found[0])


def table(response: Response) -> tuple[dict[str, str], list[dict[str, str]]]:
    """What a CSV says of itself, and its rows."""
    assert response.content.startswith(b"\xef\xbb\xbf")  # type: ignore[attr-defined]
    lines = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))  # type: ignore[attr-defined]
    said = {line[0].removeprefix("# "): line[1] for line in lines if line[0].startswith("# ")}
    header, *body = [line for line in lines if not line[0].startswith("# ")]
    return said, [dict(zip(header, line, strict=True)) for line in body]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_few_values_are_said_and_not_drawn(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, lang: str) -> None:
    page = run(monkeypatch, mini_atlas, "investment", {}, lang)
    assert {"zh": "分布、四分位数和异常值至少需要 5 个数值", "en": "need at least 5"}[lang] in shown(page)
    assert "download/chart/amounts" not in shown(page)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_many_projects_spread_out_and_a_mistaken_unit_is_named(
    monkeypatch: pytest.MonkeyPatch, rich_atlas: Atlas, lang: str
) -> None:
    page = run(monkeypatch, rich_atlas, "investment", {}, lang)
    text = shown(page)
    assert "Projekt 17" in text and "1/1,000" in text.replace("1/10,000", "1/1,000")
    assert {"zh": "疑为单位有误", "en": "a wrong unit, or a total?"}[lang] in text
    charts = page.get("vega_lite_chart") or page.get("arrow_vega_lite_chart")
    assert len(charts) >= 2  # bars, and boxes by region


def test_the_ranking_and_its_file_say_the_same(monkeypatch: pytest.MonkeyPatch, rich_atlas: Atlas) -> None:
    page = run(monkeypatch, rich_atlas, "investment", {}, "en")
    response = fetched(rich_atlas, link_to(page, "download/projects.csv"), monkeypatch)
    said, rows = table(response)
    assert len(rows) == 31 and said["Evidence"].endswith("31")
    column = next(name for name in rows[0] if name.startswith("Announced investment per village"))
    dearest = max(rows, key=lambda row: float(row[column]))
    assert float(dearest[column]) == UNUSUAL_YUAN / 4 and "a wrong unit" in dearest["Stands out"]
    with speaking("en"):
        assert figures.money(float(dearest[column])) in shown(page)
    assert {row["Operator"][:1] for row in rows} >= {"'"}  # =Telegraf is no formula
    assert rich_atlas.build_id in said.values()


@pytest.mark.parametrize("classes", ["", "natural", "equal", "quantile", "40,60"])
def test_the_map_its_legend_and_its_file_have_the_same_classes(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, classes: str
) -> None:
    query = {"classes": classes} if classes else {}
    page = run(monkeypatch, mini_atlas, "overview", query, "en")
    address = link_to(page, "download/values/unconnected_share/")
    assert parse_qs(urlsplit(address).query).get("classes", [""]) == [classes]
    said, rows = table(fetched(mini_atlas, address, monkeypatch))
    words = {"": "fixed edges", "natural": "natural breaks (Fisher–Jenks)", "equal": "equal intervals"}
    words |= {"quantile": "quantiles", "40,60": "edges as typed"}
    assert said["Classes"].startswith(words[classes]) and f"Classes: {words[classes]}" in shown(page)
    share = next(name for name in rows[0] if name.startswith("Share"))
    edges = [float(edge) for edge in said["Classes"].split("; ")[-1].split(" · ")]
    assert edges == sorted(edges)
    for row in rows:
        if row[share]:
            assert figures.percent(float(row[share])) in shown(page)
            expected = (
                100 * float(row["Number of unconnected villages"]) / float(row["Number of villages of known state"])
            )
            assert float(row[share]) == pytest.approx(expected, abs=1e-4)
            assert edges[0] <= float(row[share])


def test_the_view_keeps_classes_and_divisor_in_the_address(mini_atlas: Atlas) -> None:
    view = state.read(mini_atlas, {"classes": "5，10", "per": "household"}, "en")
    assert (view.classes, view.per) == ("5,10", "household")
    assert state.query(view)["classes"] == "5,10"
    odd = state.read(mini_atlas, {"classes": "<script>", "per": "acre"}, "en")
    assert (odd.classes, odd.per) == ("", "") and "<script>" in (odd.remark or "")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", chart_files.CHARTS)
def test_a_chart_is_taken_away_with_what_it_rests_on(
    monkeypatch: pytest.MonkeyPatch, rich_atlas: Atlas, name: str, lang: str
) -> None:
    view = state.read(rich_atlas, {}, lang)
    level = rich_atlas.cursor().execute("SELECT level_id FROM level WHERE position = 1").fetchall()[0][0]
    address = (
        f"/download/chart/{name}.{{}}?within={view.place_id}&standard={view.standard}"
        f"&as_of={view.as_of.isoformat()}&lang={lang}&level={level}"
    )
    drawn = fetched(rich_atlas, address.format("svg"), monkeypatch)
    if name.startswith("pilots"):  # three pilot places: too few to spread
        assert drawn.status_code == 404 and b"nothing to draw" in drawn.content  # type: ignore[attr-defined]
        return
    text = html.unescape(drawn.content.decode())  # type: ignore[attr-defined]
    assert drawn.status_code == 200 and "<svg" in text and rich_atlas.build_id in text
    for words in {"zh": ("来源", "数据性质", "页面地址"), "en": ("Source", "Evidence", "Shown at")}[lang]:
        assert words in text
    is_simulated = {"zh": "模拟数据", "en": "Simulated data"}[lang] in text
    mark = {"zh": "-模拟.svg", "en": "-simulated.svg"}[lang]
    assert is_simulated == (mark in unquote(drawn.headers["content-disposition"]))
    assert is_simulated == (name in chart_files.OF_STANDARD)
    raster = fetched(rich_atlas, address.format("png"), monkeypatch)
    if raster.status_code == 503:
        pytest.skip("no font for Chinese on this machine: the SVG needs none")
    assert raster.content.startswith(PNG)  # type: ignore[attr-defined]
    assert b"Description" in raster.content  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "address",
    [
        "/download/chart/secret.svg?within=ZZ&standard=wire&as_of=2010-12-31",
        "/download/chart/history.pdf?within=ZZ&standard=wire&as_of=2010-12-31",
        "/download/pilots.parquet?within=ZZ",
        "/download/pilots.csv?within=nowhere",
        "/download/projects.csv?within=ZZ&per=acre",
        "/download/values/unconnected_share/region.csv?within=ZZ&standard=wire&as_of=2010-12-31&classes=x",
        "/download/values/no_such/region.csv?within=ZZ&standard=wire&as_of=2010-12-31",
        "/locator/nowhere.svg",
    ],
)
def test_what_there_is_not_is_refused(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, address: str) -> None:
    response = fetched(mini_atlas, address, monkeypatch)
    assert response.status_code in (400, 404)
    assert set(response.json()) == {"error", "expected"}  # type: ignore[attr-defined]


def test_the_list_of_pilots_and_its_file_say_the_same(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    page = run(monkeypatch, mini_atlas, "pilots", {}, "en")
    _, rows = table(fetched(mini_atlas, link_to(page, "download/pilots.csv"), monkeypatch))
    listed = mini_atlas.cursor().execute("SELECT published_name FROM pilot ORDER BY place_id").fetchall()
    assert [row["As published"] for row in rows] == [name for (name,) in listed]
    assert all(f">{figures.count(float(row['Villages']))}</td>" in shown(page) for row in rows)


def test_a_place_page_shows_where_it_lies_and_where_it_stands(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas
) -> None:
    """Of simulated states nobody has a rank."""
    text = shown(run(monkeypatch, mini_atlas, "place", {"place": "0101"}, "en"))
    assert "by share unconnected" not in text
    assert "locator/0101.svg" in text and "Beside other places of" in text
    drawing = fetched(mini_atlas, "/locator/0101.svg?lang=en", monkeypatch)
    assert drawing.status_code == 200 and drawing.content.count(b'class="filled"') == 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["overview", "investment", "pilots", "place"])
def test_every_key_figure_and_table_leads_to_its_meaning(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, name: str
) -> None:
    text = shown(run(monkeypatch, mini_atlas, name, {"place": "0100"} if name == "place" else {}, "en"))
    asked = re.findall(r"\bmethods\?about=(\w+)", text)
    assert len(asked) >= text.count('class="atlas-card"') + 1  # the cards, and at least one table
    assert set(asked) <= set(catalogue())


@needs_real_data
def test_real_support_by_census_block_is_drawn_with_its_outliers(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The support of 84,086 blocks, taken for their cost: a full picture of many amounts."""
    monkeypatch.setenv(INCOMING, str(REAL))
    profile = shutil.copytree(PROFILES / "us", tmp_path / "us")
    blocks = profile / "sources" / "money-blocks.toml"
    blocks.write_text(blocks.read_text(encoding="utf-8").replace("granted = ", "capex = "), encoding="utf-8")
    build(profile, tmp_path, quiet=True)
    page = run(monkeypatch, current(tmp_path), "investment", {}, "en")
    text = shown(page)
    assert "costs of 84,086 projects are announced" in text
    assert "median 2,200 dollar" in text and "the first 12 of 3,771" in text
