"""The workbooks that offices fill in: written, filled in, checked, and loaded by the declaration beside them."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter
from mini_profile import Profile

from etl.__main__ import main
from etl.declaration import load_profile
from importer.contents import content
from importer.report.template import SHEET, TEMPLATES, filled_template, template_fields, write_template

#: Kind → the cells of one filled row by field, and the table that it fills.
FILLED: dict[str, tuple[dict[str, str], str]] = {
    "projects": (
        {
            "project_id": "P1",
            "project_name": "Wire",
            "code": "0101",
            "operator": "ZT",
            "selection": "招标",
            "technology": "fibre",
            "state": "计划",
            "planned_villages": "4",
            "capex": "1200000",
            "reserve": "500000",
            "bidders": "2",
        },
        "project",
    ),
    "project_villages": (
        {"project_id": "P1", "code": "010101001", "opened_date": "2012-05-01"},
        "project_village",
    ),
    "milestones": (
        {"project_id": "P1", "state": "Opened", "reached_date": "2012-06-30", "villages": "3"},
        "milestone",
    ),
    "moves": ({"project_id": "P1", "state": "Planned", "moved_date": "2012-02-01"}, "project_move"),
    "payments": ({"project_id": "P1", "paid_date": "2012-03-01", "amount": "300000"}, "payment"),
    "inspections": (
        {"code": "010101001", "inspected_date": "2012-10-01", "is_passed": "是"},
        "inspection",
    ),
    "notices": ({"notice_id": "N1", "project_id": "P1", "notice_from": "2012-01-01"}, "notice"),
    "funding": (
        {"project_id": "P1", "payer": "中央", "purpose": "建设", "qualifier": ">", "amount": "90000"},
        "project_funding",
    ),
    "performance_targets": (
        {
            "project_id": "P1",
            "year": "2012",
            "indicator": "villages opened",
            "target_text": "4",
            "self_score": "9",
            "full_score": "10",
        },
        "performance_target",
    ),
    "reconciliations": (
        {"project_id": "P1", "change_villages": "-1", "reason": "listed twice"},
        "reconciliation",
    ),
}


def filled(folder: Path, kind: str, mini: Profile) -> Path:
    """The template of a kind as the command writes it, with one row filled in; its declaration stands beside it."""
    path = folder / f"{kind}.xlsx"
    assert main(["template", kind, "--profile", str(mini.folder), "--out", str(path)]) == 0
    profile = load_profile(mini.folder)
    levels = {
        one["level_id"]: one["name"] for one in profile.body["level"] if one["level_id"] in profile.upper_levels[1:]
    }
    fields = [field.name for field in template_fields(content(kind, ["", *levels]))]
    cells = FILLED[kind][0]
    assert set(cells) <= set(fields)
    write_template(kind, levels, path, [[cells.get(field) for field in fields]])
    return path


def test_every_kind_of_record_has_its_template() -> None:
    assert set(FILLED) <= set(TEMPLATES)
    assert set(TEMPLATES) - set(FILLED) == {"villages", "coverage", "pilots", "claims"}


def test_filled_templates_load_as_they_are(mini: Profile, tmp_path: Path) -> None:
    """Beside their own declaration, which needs no more than publisher, edition and licence."""
    for kind in FILLED:
        path = filled(tmp_path, kind, mini)
        path.rename(mini.file(f"money/{kind}.xlsx"))
        declared = path.with_suffix(".toml").read_text(encoding="utf-8")
        mini.file(f"sources/zz-{kind}.toml").write_text(
            declared.replace(f'"{kind}.xlsx"', f'"money/{kind}.xlsx"').replace(
                f'source_id = "{kind}"', f'source_id = "zz_{kind}"'
            ),
            encoding="utf-8",
        )
    with mini.built() as atlas:
        for kind, (_, table) in FILLED.items():
            loaded = atlas.execute(f"SELECT count(*) FROM {table} WHERE source_id = 'zz_{kind}'").fetchall()
            assert loaded == [(1,)], kind
        assert atlas.execute("SELECT source_id FROM meta_source WHERE rows_rejected > 0").fetchall() == []
        held = "SELECT selection, state, reserve_yuan, bidders FROM project WHERE project_id = 'P1'"
        assert atlas.execute(held).fetchall() == [("tender", "planned", 500_000, 2)]


@pytest.mark.parametrize("kind", FILLED)
def test_check_reads_a_filled_template(
    mini: Profile, tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    """`check FILE` finds out what it is from its headings and says what became of its row."""
    path = filled(tmp_path, kind, mini)
    mini.build()
    code = main(["check", str(path), "--profile", str(mini.folder), "--build-dir", str(mini.build_dir)])
    said = capsys.readouterr().out
    assert code == 0, said
    assert f"{kind}: 1 rows read = 1 loaded + 0 rejected" in said


def test_a_file_that_only_looks_like_a_template_is_drafted(mini: Profile, tmp_path: Path) -> None:
    """A heading that was changed, or another sheet: the headings are read as those of any file."""
    levels = load_profile(mini.folder).upper_levels
    path = filled(tmp_path, "payments", mini)
    assert 'kind = "payments"' in (filled_template(path, levels) or "")
    renamed = path.rename(tmp_path / "payments.csv")
    assert filled_template(renamed, levels) is None
    with xlsxwriter.Workbook(str(tmp_path / "other.xlsx")) as book:
        book.add_worksheet(SHEET).write_row(0, 0, ["Project", "Paid on"])
    assert filled_template(tmp_path / "other.xlsx", levels) is None


def test_a_kind_without_a_template_is_named(mini: Profile, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "x.xlsx"
    assert main(["template", "boundaries", "--profile", str(mini.folder), "--out", str(out)]) == 1
    assert "project_villages" in capsys.readouterr().err and not out.exists()
