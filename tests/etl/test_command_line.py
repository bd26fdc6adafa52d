"""`python -m etl`: what it prints, and how it ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from mini_profile import MINI, ROOT, Profile

from etl.__main__ import main
from ground import builds


def run(mini: Profile, command: str, *more: str) -> int:
    return main([command, "--profile", str(mini.folder), "--build-dir", str(mini.build_dir), *more])


def test_build_check_info_and_build_again(mini: Profile, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(mini, "build") == 0
    printed = capsys.readouterr()
    [published] = mini.build_dir.glob("atlas-*.duckdb")
    assert printed.out.startswith(f"published {published.name} (")
    for step in ("verify sources", "places", "boundaries", "status", "publish"):
        assert step in printed.err
    assert "[########################] publish" in printed.err

    assert run(mini, "check") == 0
    said = capsys.readouterr().out
    assert "9 sources declared, every file as declared" in said
    assert "checks hold" in said

    assert run(mini, "info") == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.split()[:1] == ["build_id"] and published.name[6:-7] in line for line in lines)
    register = next(line for line in lines if line.startswith("register "))
    assert register.split() == ["register", "declared", "74", "=", "74", "+", "0"]
    assert "maps                   polygon_without_place: 1 (loaded)" in lines

    assert run(mini, "build", "--if-changed", "--quiet") == 0
    assert list(mini.build_dir.glob("atlas-*.duckdb")) == [published]
    assert capsys.readouterr() == ("", "")
    mini.edit("figures/figures.csv", "Z4,coverage", "Z9,coverage")
    assert run(mini, "build", "--if-changed", "--quiet") == 0
    assert len(list(mini.build_dir.glob("atlas-*.duckdb"))) == 2
    assert capsys.readouterr().err == ""


def test_each_country_has_a_folder(mini: Profile, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("ATLAS_BUILD_DIR", raising=False)
    monkeypatch.setattr("etl.__main__.DEFAULT_BUILD_DIR", tmp_path / "b")
    assert main(["build", "--profile", str(mini.folder), "--quiet"]) == 0
    assert list((tmp_path / "b").iterdir()) == [tmp_path / "b" / "mini"]


def test_another_countrys_atlas_is_not_replaced(mini: Profile, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(mini, "build", "--quiet") == 0
    served = builds.named(mini.build_dir)
    mini.edit("profile.toml", 'profile_id = "mini"', 'profile_id = "maxi"')
    capsys.readouterr()
    assert run(mini, "build", "--quiet") == 1
    said = capsys.readouterr().err
    assert "the atlas of mini" in said and "--build-dir" in said
    assert builds.named(mini.build_dir) == served


def test_sources(mini: Profile, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(mini, "sources") == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [row[:3] for row in rows if row[0] in ("status", "costs", "register")] == [
        ["costs", "cost_parameters", "modelled"],
        ["register", "places", "declared"],
        ["status", "status_model", "simulated"],
    ]
    assert len(rows) == 9


@pytest.mark.parametrize("command", ["check", "info"])
def test_without_an_atlas(mini: Profile, capsys: pytest.CaptureFixture[str], command: str) -> None:
    assert run(mini, command) == 1
    said = capsys.readouterr().err
    assert "SourceMissing" in said and "python -m etl build" in said


@pytest.mark.parametrize("command", ["check", "info"])
def test_an_atlas_that_cannot_be_read(mini: Profile, capsys: pytest.CaptureFixture[str], command: str) -> None:
    mini.build_dir.mkdir()
    (mini.build_dir / "atlas-1.duckdb").write_text("not a database, though long enough to be looked at")
    (mini.build_dir / "CURRENT").write_text("atlas-1.duckdb\n")
    assert run(mini, command) == 1
    assert "atlas-1.duckdb.sha256 is missing" in capsys.readouterr().err


def test_a_damaged_atlas_is_said_and_built_anew(mini: Profile, capsys: pytest.CaptureFixture[str]) -> None:
    mini.build()
    assert run(mini, "check") == 0
    assert "its checksum is as published" in capsys.readouterr().out
    [published] = mini.build_dir.glob("atlas-*.duckdb")
    with published.open("r+b") as stream:
        stream.seek(published.stat().st_size // 2)
        stream.write(b"damage")
    assert run(mini, "check") == 1 and run(mini, "info") == 1
    said = capsys.readouterr().err
    assert f"{published.name} is damaged" in said and said.rstrip().endswith("python -m etl build")
    assert run(mini, "build", "--if-changed") == 0
    assert run(mini, "check") == 0
    assert not published.exists()
    [new] = mini.build_dir.glob("atlas-*.duckdb")
    assert run(mini, "build", "--if-changed") == 0
    assert [new] == [*mini.build_dir.glob("atlas-*.duckdb")]


def test_info_says_which_file_is_read_where_the_named_one_is_not(
    mini: Profile, capsys: pytest.CaptureFixture[str]
) -> None:
    published = mini.build()
    (mini.build_dir / "CURRENT").write_bytes(b"\x00\xff")
    assert run(mini, "info") == 0
    said = capsys.readouterr().out
    assert f"file             {published.name}" in said and "checksum         as published" in said
    assert "fallen back      CURRENT holds no text" in said


def test_check_finds_an_altered_file(mini: Profile, capsys: pytest.CaptureFixture[str]) -> None:
    with mini.file("maps/regions.geojson").open("a") as stream:
        stream.write("\n")
    assert run(mini, "check") == 1
    assert "SourceAltered" in capsys.readouterr().err


def test_an_error_ends_with_1_and_no_traceback(mini: Profile) -> None:
    mini.add_line("places/register.csv", "0707,Orphan")
    done = subprocess.run(
        [sys.executable, "-m", "etl", "build", "--quiet", "--profile", str(mini.folder)],
        cwd=ROOT,
        env=os.environ | {"ATLAS_BUILD_DIR": str(mini.build_dir)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    for word in ("RowError: register.csv, row 76", "expected:", "found:", "next:", "0707"):
        assert word in done.stderr


def test_the_folder_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(tmp_path / "elsewhere"))
    assert main(["info", "--profile", str(MINI)]) == 1
    assert "elsewhere" in capsys.readouterr().err


def test_no_command_is_told_how_to_ask(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([])
    assert "usage: python -m etl" in capsys.readouterr().err
