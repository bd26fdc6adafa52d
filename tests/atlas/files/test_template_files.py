"""The workbooks to fill in, as pages offer them: those that the command writes, read as filled templates."""

from __future__ import annotations

from pathlib import Path

import pytest
from mini_profile import MINI
from starlette.applications import Starlette
from starlette.testclient import TestClient

from atlas.files import file_links
from atlas.look.language import speaking
from atlas.serve import routes
from etl.declaration import load_profile
from etl.handwork import template
from importer.dry_run import dry_run
from importer.report.template import TEMPLATES
from indicators import places
from indicators.database import Atlas


@pytest.fixture
def client(mini_atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(mini_atlas.path.parent))
    return TestClient(Starlette(routes=routes.routes))


@pytest.mark.parametrize("kind", TEMPLATES)
def test_a_page_offers_the_workbook_that_the_command_writes(
    mini_atlas: Atlas, client: TestClient, tmp_path: Path, kind: str
) -> None:
    with speaking("zh"):
        [(_, link)] = file_links.templates(mini_atlas, [kind])
    answer = client.get(f"/{link}")
    assert answer.status_code == 200
    assert f'filename="template-{kind}.xlsx"' in answer.headers["content-disposition"]
    template(kind, load_profile(MINI), tmp_path / "own.xlsx")
    assert answer.content == (tmp_path / "own.xlsx").read_bytes()


def test_a_workbook_from_a_page_is_known_as_it_comes_back(
    mini_atlas: Atlas, client: TestClient, tmp_path: Path
) -> None:
    path = tmp_path / "upload.xlsx"
    path.write_bytes(client.get("/download/template/notices.xlsx?lang=zh").content)
    [part] = dry_run(path, places.levels(mini_atlas)[:-1]).parts
    assert part.kind == "notices" and part.quality.read == 0


def test_another_kind_has_none(client: TestClient) -> None:
    answer = client.get("/download/template/boundaries.xlsx?lang=en")
    assert answer.status_code == 404 and "projects" in answer.text
