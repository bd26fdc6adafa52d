"""The findings of a source as a file: all of them, in words, harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from mini_profile import Ask
from starlette.applications import Starlette
from starlette.testclient import TestClient

from atlas.intake import allowed
from atlas.look.language import LANGUAGES
from atlas.serve import routes


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_finding_of_a_source_is_in_its_file(
    mini_build_dir: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(mini_build_dir))
    with TestClient(Starlette(routes=routes.routes)) as client:
        for source_id, count in ask(
            "SELECT s.source_id, count(r.rule) FROM meta_source AS s LEFT JOIN meta_reject AS r USING (source_id) "
            "GROUP BY 1"
        ):
            answer = client.get(f"/download/rejects/{source_id}.csv?lang={lang}")
            assert answer.status_code == 200
            rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
            assert len(rows) == count + 1
            assert all(len(row) == 8 for row in rows)


def test_only_sources_of_the_atlas_and_only_where_files_are_taken_in(
    mini_build_dir: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(mini_build_dir))
    [(source_id,)] = ask("SELECT source_id FROM meta_source LIMIT 1")
    with TestClient(Starlette(routes=routes.routes)) as client:
        assert client.get("/download/rejects/nothing.csv").status_code == 404
        assert client.get("/download/rejects/..%2F..%2Fetc.csv").status_code == 404
        monkeypatch.setenv(allowed.SWITCH, "off")
        assert client.get(f"/download/rejects/{source_id}.csv").status_code == 404
