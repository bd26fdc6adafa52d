"""Findings in the records: on the page and as a file, with everything that came with the records escaped."""

from __future__ import annotations

import csv
import io

import pytest
from mini_profile import Profile
from starlette.applications import Starlette
from starlette.testclient import TestClient

from atlas.look import language
from atlas.pieces import findings as page
from atlas.serve import routes
from indicators.database import Atlas, current
from indicators.projects import findings, stages

HOSTILE = "=HYPERLINK(1)<script>"


@pytest.fixture
def found(mini: Profile) -> Atlas:
    """The mini country, its project opened above its plan, and named so as to do harm in a spreadsheet."""
    mini.edit("money/projects.csv", ",4,4,", ",4,5,")
    mini.edit("money/projects.csv", "Optika do Horního Světa", HOSTILE)
    mini.build()
    return current(mini.build_dir)


def rows_of(text: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_finding_is_in_the_file(found: Atlas, monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(found.path.parent))
    with TestClient(Starlette(routes=routes.routes)) as client:
        answer = client.get(f"/download/findings.csv?lang={lang}&build={found.build_id}")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/csv")
    rows = rows_of(answer.content)
    assert len(rows) == int(findings.by_rule(found)["found"].sum()) == len(findings.rows(found)) > 0
    cells = [list(row.values()) for row in rows]
    assert all(len(row) == 9 for row in cells)
    [above] = [row for row in cells if "5 > 4" in row]
    assert above[2] == "svet-1" and above[3].startswith("'=")  # no formula


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_move_is_told_by_the_names_of_its_states(found: Atlas, lang: str) -> None:
    first, second = stages.states(found).head(2).to_dict("records")
    with language.speaking(lang):
        said = page.seen(found, f"{first['state']} → {second['state']} 2017-05-01")
        assert said.startswith(f"{first[f'name_{lang}']} → {second[f'name_{lang}']}")
        assert said.endswith("2017-05-01") and first["state"] not in said
        for other in ("100 → – → 80", "5 > 4", "a → b 2017-05-01", ""):
            assert page.seen(found, other) == other


def test_what_is_not_known_is_refused(found: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(found.path.parent))
    with TestClient(Starlette(routes=routes.routes)) as client:
        assert client.get("/download/findings.csv?lang=xx").status_code == 400
        assert client.get("/download/findings.csv?rule=all").status_code == 400
        assert client.get("/download/findings.csv?build=elsewhere").status_code == 410


def test_rules_come_with_the_worst_first_and_say_how_many(found: Atlas) -> None:
    rules = findings.by_rule(found)
    order = rules["severity"].map({"wrong": 0, "doubtful": 1, "remarkable": 2}).tolist()
    assert order == sorted(order)
    counts = dict(zip(rules["rule"], rules["found"], strict=True))
    assert counts["more_opened_than_planned"] == 1 and counts["accepted_before_opened"] == 0
    one = findings.examples(found, "more_opened_than_planned", 20).iloc[0]
    assert (one["project_id"], one["seen"], one["source_id"]) == ("svet-1", "5 > 4", "projects")


def test_every_severity_of_a_rule_has_words() -> None:
    from etl.record_rules import SEVERITIES

    assert set(page.SEVERITIES) == set(SEVERITIES)
    with language.speaking("zh"):
        assert page._severity("wrong") == "有误"


def test_the_page_escapes_what_the_records_say(found: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr("streamlit.html", lambda text, **_: shown.append(str(text)))
    with language.speaking("en"):
        page.show(found)
    text = "".join(shown)
    assert "Findings in the records" in text and "5 &gt; 4" in text
    assert "<script>" not in text and "&lt;script&gt;" in text
    assert "download/findings.csv?build=" in text
