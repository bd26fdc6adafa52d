"""The pages of projects with records worked out by hand, with none, and with one project chosen."""

from __future__ import annotations

import csv
import html
import io
import re
import zipfile
from pathlib import Path

import pytest
from one_page import WAIT_S, markup, run
from programme_records import LISTED, UNLISTED, by_hand, numbers, publish
from streamlit.testing.v1 import AppTest

from atlas.files import table_files
from atlas.look import figures, language
from atlas.projects import listed as project_list
from indicators.database import Atlas
from indicators.projects import counts
from indicators.projects.scoped import Scope
from planning.done.sampling import draw_key

PAGES = ("projects", "acceptance", "ledger")


def village_steps(place_no: int) -> None:
    """Run inside AppTest: what a place page shows of a village's projects."""
    from atlas.look import country_words, language
    from atlas.projects import panel
    from atlas.view import state
    from indicators import country, database

    atlas = database.current()
    country_words.use(country.words(atlas))
    language.use("en")
    panel.steps_of_village(atlas, state.read(atlas, {}, "en"), place_no)


@pytest.fixture(scope="module")
def atlas(mini_atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    return publish(mini_atlas, tmp_path_factory.mktemp("pages"), by_hand(mini_atlas))


@pytest.fixture(scope="module")
def bare(mini_atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    return publish(mini_atlas, tmp_path_factory.mktemp("bare"), {})


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_without_records_a_page_offers_what_to_fill_in(
    monkeypatch: pytest.MonkeyPatch, bare: Atlas, name: str, lang: str
) -> None:
    shown = markup(run(monkeypatch, bare, name, {}, lang))
    assert re.search(r'href="download/template/\w+\.xlsx[^"]*"[^>]* download', shown) and 'href="data?' in shown
    assert "python -m" not in shown


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_every_kind_of_place(monkeypatch: pytest.MonkeyPatch, atlas: Atlas, name: str, lang: str) -> None:
    rows = atlas.cursor().execute("SELECT min(place_id), max(place_id) FROM place GROUP BY level").fetchall()
    for place_id in sorted({place_id for row in rows for place_id in row}):
        assert "<h1>" in markup(run(monkeypatch, atlas, name, {"place": place_id}, lang))


def test_progress_says_more_than_a_hundred_percent_and_what_is_left_out(
    monkeypatch: pytest.MonkeyPatch, atlas: Atlas
) -> None:
    shown = markup(run(monkeypatch, atlas, "projects", {}))
    assert "14 villages planned, 15 villages opened, in 2 of 3 projects on record" in shown
    assert "107.1" in shown and "15/14" in shown and "opened beyond the plan: 1" in shown
    assert "or reaching beyond the place without a list: 1" in shown
    assert "2 findings in these records" in shown
    assert "34 contracted, -2 by the ledger" in shown
    assert "1 of these villages is simulated" in shown


def cells(shown: str, label: str) -> list[list[str]]:
    """The texts of a table's rows, found by its label."""
    [table] = [one for one in re.findall(r"<table.*?</table>", shown, re.DOTALL) if f">{label}<" in one[:400]]
    rows = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL) for row in table.split("<tr")]
    return [[html.unescape(re.sub(r"<[^>]+>", "", cell)) for cell in row] for row in rows if row]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_file_of_projects_has_the_numbers_of_the_screen(
    monkeypatch: pytest.MonkeyPatch, atlas: Atlas, tmp_path: Path, lang: str
) -> None:
    with language.speaking(lang):
        label, unknown = language.t("Projects"), figures.unknown()
        found = counts.of_projects(atlas, Scope("ZZ"))
        rows = project_list.as_file(atlas, found)
        said = [(language.t("Place"), "Zedland")]
        table = table_files.Table("x", list(rows.columns), rows, said, ("project-list",), True)
        table_files.write(table, "csv", tmp_path / "projects.csv")
    heading, *screen = cells(markup(run(monkeypatch, atlas, "projects", {}, lang)), label)
    lines = (tmp_path / "projects.csv").read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("#") and "Zedland" in lines[0]
    written = list(csv.DictReader(line for line in lines if line and not line.startswith("#")))
    assert len(written) == len(screen) == len(found) == 3
    counted = ("Villages planned", "Villages opened", "Villages accepted", "Findings")
    for row, line in zip(written, screen, strict=True):
        on_screen = dict(zip(heading, line, strict=True))
        with language.speaking(lang):
            for word in (language.t(count) for count in counted):
                assert on_screen[word] == (figures.count(float(row[word])) if row.get(word) else unknown)
            done = row[figures.bracketed(language.t("Completion"), "%")]
            completion = on_screen[language.t("Completion")]
            assert completion.startswith(figures.percent(float(done)) if done else unknown)
            for word in (language.t("Stage"), language.t("Due"), language.t("Counted by")):
                assert on_screen[word] == row[word]
            paid = language.t("Paid")
            assert on_screen[paid] == (figures.money(float(row[paid])) if row.get(paid) else unknown)


def test_texts_of_files_stay_texts(monkeypatch: pytest.MonkeyPatch, atlas: Atlas) -> None:
    for name, query in (("projects", {}), ("projects", {"in.project": "A"}), ("projects", {"in.project": "B"})):
        shown = markup(run(monkeypatch, atlas, name, query))
        assert "<b>bold</b>" not in shown and "<i>seen</i>" not in shown
    assert "&lt;b&gt;bold&lt;/b&gt;" in markup(run(monkeypatch, atlas, "projects", {}))


def test_a_project_has_its_own_permalink(monkeypatch: pytest.MonkeyPatch, atlas: Atlas) -> None:
    assert "in.project=A" in markup(run(monkeypatch, atlas, "projects", {}))
    shown = markup(run(monkeypatch, atlas, "projects", {"in.project": "A"}))
    assert "Villages of the project: 5" in shown and "Alpha: 4 villages planned, 3 villages opened" in shown
    assert all(one in shown for one in LISTED)
    milestones = markup(run(monkeypatch, atlas, "projects", {"in.project": "B"}))
    assert "Villages, cumulative" in milestones and "only counts are" in milestones
    ledger = markup(run(monkeypatch, atlas, "projects", {"in.project": "C"}))
    assert "twice on the list" in ledger and "17" in ledger and "18" in ledger


def test_stuck_villages_by_a_number_in_the_address(monkeypatch: pytest.MonkeyPatch, atlas: Atlas) -> None:
    assert "No village of a list is stuck" in markup(run(monkeypatch, atlas, "projects", {}))
    shown = markup(run(monkeypatch, atlas, "projects", {"in.stuck_days": "80"}))
    assert "2 villages are stuck" in shown and LISTED[3] in shown and LISTED[0] not in shown


def test_what_an_address_cannot_ask_is_said(monkeypatch: pytest.MonkeyPatch, atlas: Atlas) -> None:
    shown = markup(run(monkeypatch, atlas, "projects", {"in.project": "nobody", "in.stuck_days": "-4"}))
    assert "nobody cannot be" in shown and "-4 cannot be" in shown


def test_pass_rates_keep_samples_apart(monkeypatch: pytest.MonkeyPatch, atlas: Atlas) -> None:
    shown = markup(run(monkeypatch, atlas, "acceptance", {"in.of": "opened"}))
    assert "Passed, drawn by chance" in shown and "2 of 2 tested" in shown
    assert "Passed, chosen by hand" in shown and "not a sample: no interval" in shown
    assert "Passed, not said how they were chosen" in shown
    assert "3 of 3 opened villages" in shown and "1 inspected villages are not among them" in shown
    assert "Not passed: 1" in shown and LISTED[2] in shown


def test_a_draw_stands_in_the_address_and_anybody_can_repeat_it(monkeypatch: pytest.MonkeyPatch, atlas: Atlas) -> None:
    query = {"in.pool": "planned", "in.share": "40", "in.seed": "2024-lottery"}
    shown = markup(run(monkeypatch, atlas, "acceptance", query))
    assert "2 of 5 villages drawn (40.0%)" in shown
    lowest = sorted(LISTED, key=lambda one: draw_key("2024-lottery", one))
    table = shown.split("Order of the draw")[1]
    assert all(one in table for one in lowest[:2]) and not any(one in table for one in lowest[2:])
    assert "Give a seed" in markup(run(monkeypatch, atlas, "acceptance", {"in.pool": "planned"}))
    whole = markup(run(monkeypatch, atlas, "acceptance", {"in.pool": "register", "in.seed": "x"}))
    assert "Choose a place first" in whole


def test_the_file_of_a_draw_says_how_it_was_made_and_does_no_harm() -> None:
    import pandas as pd

    from atlas.files import sample_file

    said = [("Seed", "=1+1"), ("Method", "sha256")]
    villages = pd.DataFrame({"code": [UNLISTED], "name": ['=HYPERLINK("http://x")'], "order": [1]})
    with language.speaking("en"):
        text = sample_file.made("csv", ["Code", "Village", "Order"], villages, said).decode("utf-8-sig")
        book = sample_file.made("xlsx", ["Code", "Village", "Order"], villages, said)
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["# Seed", "'=1+1"] and rows[1] == ["# Method", "sha256"]
    assert rows[3] == [UNLISTED, '\'=HYPERLINK("http://x")', "1"]
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        inside = "".join(parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml"))
    assert "<f>" not in inside and "sha256" in inside and UNLISTED in inside


def test_the_ledger_runs_from_the_contract_to_today(monkeypatch: pytest.MonkeyPatch, atlas: Atlas) -> None:
    shown = markup(run(monkeypatch, atlas, "ledger", {}))
    assert "20 villages contracted, 18 today" in shown
    assert "2 of 3 projects have no ledger" in shown
    table = shown.split("Villages after it")[1]
    assert table.index(">20<") < table.index(">17<") < table.index(">18<")
    assert "2 entries without a day" in shown


def test_a_village_shows_the_steps_of_its_projects(monkeypatch: pytest.MonkeyPatch, atlas: Atlas) -> None:
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(atlas.path.parent))
    number = numbers(atlas)

    def shown(village: str) -> str:
        page = AppTest.from_function(village_steps, kwargs={"place_no": number[village]})
        page.run(timeout=WAIT_S)
        assert not page.exception, [error.value for error in page.exception]
        return markup(page)

    accepted = shown(LISTED[1])
    assert accepted.index("2012-01-01") < accepted.index("2012-03-11") < accepted.index("2012-05-01")
    assert 'class="atlas-step-now" aria-current="step"' in accepted and "passed" in accepted
    cancelled = shown(LISTED[4])
    assert cancelled.index("Accepted") < cancelled.index("2012-02-01") and "Cancelled" in cancelled
    assert "Simulated" in accepted and "Simulated" not in cancelled
    assert "Alpha" not in shown(UNLISTED)


@pytest.mark.national
@pytest.mark.parametrize("name", PAGES)
def test_as_published(monkeypatch: pytest.MonkeyPatch, national_atlas: Atlas, name: str) -> None:
    expected = {
        "projects": ["1,969/1,979", "99.5"],
        "acceptance": ["抽样助手"],
        "ledger": ["749", "741", "736"],
    }
    for place_id in ("100000", "430000", "431100", "431123", "130800", "110000"):
        shown = markup(run(monkeypatch, national_atlas, name, {"place": place_id}, "zh"))
        if place_id == "100000":
            assert all(one in shown for one in expected[name])
