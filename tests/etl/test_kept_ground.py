"""A build that begins on what the last one laid is the same atlas as one that lays all of it anew."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
from mini_profile import Profile

from etl import kept_ground
from etl.build import STEPS_ON_GROUND, build
from etl.declaration import load_profile
from ground import handles

COVERAGE = """\
source_id = "desk-000001"
kind = "coverage"
title = {{ zh = "甲", en = "A" }}
publisher = {{ zh = "desk", en = "desk" }}
edition = "2020-12-31"
licence = {{ zh = "公开", en = "public" }}
evidence = "declared"
file = {{ path = "{file}", format = "csv", encoding = "utf-8" }}
[columns]
code = "place_id"
technology = "technology"
as_of = "as_of"
is_covered = "is_covered"
"""


def handed_over(folder: Path, villages: list[str], covered: str) -> Path:
    """A folder as the desk writes it: one register of fibre."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "sources").mkdir(parents=True)
    rows = [f"{village},fibre,2020-12-31,{covered}" for village in villages]
    (folder / "desk-000001.csv").write_text("\n".join(["place_id,technology,as_of,is_covered", *rows]) + "\n")
    (folder / "sources" / "desk-000001.toml").write_text(COVERAGE.format(file="desk-000001.csv"), encoding="utf-8")
    return folder


def villages_of(atlas: Path) -> list[str]:
    with handles.read_only(atlas) as connection:
        return [row[0] for row in connection.execute("SELECT place_id FROM village ORDER BY 1 LIMIT 5").fetchall()]


def differing(first: Path, second: Path) -> Iterator[str]:
    """Tables that are not the same row by row; what a build says of itself is left out."""
    with duckdb.connect() as both:
        both.execute(f"ATTACH '{first}' AS a (READ_ONLY); ATTACH '{second}' AS b (READ_ONLY)")
        asked = "SELECT table_name FROM duckdb_tables() WHERE database_name = $1 ORDER BY 1"
        tables = [[name for (name,) in both.execute(asked, [one]).fetchall()] for one in "ab"]
        assert tables[0] == tables[1]
        for table in tables[0]:
            rows = [both.execute(f"FROM {one}.{table}").fetchall() for one in "ab"]
            if table != "meta_build" and [*map(repr, rows[0])] != [*map(repr, rows[1])]:
                yield table


def steps(atlas: Path) -> dict[str, float]:
    with handles.read_only(atlas) as connection:
        [(told,)] = connection.execute("SELECT value FROM meta_build WHERE key = 'seconds'").fetchall()
    found: dict[str, float] = json.loads(told)
    return found


def test_the_same_atlas_on_kept_ground(mini: Profile, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    first = build(mini.folder, tmp_path / "first", quiet=True, kept=kept)
    more = handed_over(tmp_path / "more", villages_of(first), "true")
    onto = build(mini.folder, tmp_path / "onto", quiet=True, more=[more], kept=kept)
    anew = build(mini.folder, tmp_path / "anew", quiet=True, more=[more])
    assert "boundaries" not in steps(onto) and len(steps(onto)) == STEPS_ON_GROUND - 1  # all but publishing
    assert "boundaries" in steps(anew)
    assert [*differing(onto, anew)] == []
    assert [*differing(first, anew)] != []
    more = handed_over(tmp_path / "more", villages_of(first)[1:], "false")  # of some of its states the last one knows
    onto = build(mini.folder, tmp_path / "next onto", quiet=True, more=[more], kept=kept)
    anew = build(mini.folder, tmp_path / "next anew", quiet=True, more=[more])
    assert [*differing(onto, anew)] == []


def test_another_profile_is_laid_anew(mini: Profile, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    build(mini.folder, tmp_path / "build", quiet=True, kept=kept)
    told = (mini.folder / "profile.toml").read_text(encoding="utf-8")
    (mini.folder / "profile.toml").write_text(f"{told}\n# another\n", encoding="utf-8")
    assert "boundaries" in steps(build(mini.folder, tmp_path / "build", quiet=True, kept=kept))


def key(mini: Profile, more: Path) -> str:
    return kept_ground.key_of(load_profile(mini.folder, more=[more]), [more])


def test_only_what_says_states_may_change(mini: Profile, tmp_path: Path) -> None:
    one = key(mini, handed_over(tmp_path / "more", ["a"], "true"))
    assert one == key(mini, handed_over(tmp_path / "more", ["b", "c"], "false"))
    declared = tmp_path / "more" / "sources" / "desk-000001.toml"
    declared.write_text(
        declared.read_text(encoding="utf-8").replace('kind = "coverage"', 'kind = "villages"').split("[columns]")[0]
        + '[columns]\ncode = "place_id"\npopulation_persons = "technology"\n[places]\nlocation_quality = "register"\n',
        encoding="utf-8",
    )
    assert one != key(mini, tmp_path / "more")


@pytest.mark.parametrize("harm", ["cut", "altered", "no seal", "a seal that is none", "a file too many"])
def test_a_damaged_one_is_laid_anew(mini: Profile, tmp_path: Path, harm: str) -> None:
    kept = tmp_path / "kept"
    build(mini.folder, tmp_path / "build", quiet=True, kept=kept)
    file, seal = kept / kept_ground.FILE, kept / kept_ground.SEAL
    told = json.loads(seal.read_text())
    assert kept_ground.found(kept, told["key"], date(2026, 11, 28)) is not None
    if harm == "cut":
        file.write_bytes(file.read_bytes()[:-4096])
    elif harm == "altered":
        file.write_bytes(file.read_bytes()[:-1] + b"\x01")
    elif harm == "no seal":
        seal.unlink()
    elif harm == "a seal that is none":
        seal.write_text("[]")
    else:
        (kept / "another.feather").write_bytes(b"")
    assert kept_ground.found(kept, told["key"], date(2026, 11, 28)) is None
    assert not kept.exists()
    assert "boundaries" in steps(build(mini.folder, tmp_path / "build", quiet=True, kept=kept))


def test_it_holds_until_a_record_comes_of_age(mini: Profile, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    build(mini.folder, tmp_path / "build", quiet=True, kept=kept)
    seal = json.loads((kept / kept_ground.SEAL).read_text())
    (kept / kept_ground.SEAL).write_text(json.dumps(seal | {"until": "2026-11-29"}))
    assert kept_ground.found(kept, seal["key"], date(2026, 11, 28)) is not None
    assert kept_ground.found(kept, seal["key"], date(2026, 11, 29)) is None


def test_a_full_disk_keeps_none_and_harms_nothing(
    mini: Profile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(kept_ground.shutil, "copyfile", full)
    assert build(mini.folder, tmp_path / "build", quiet=True, kept=tmp_path / "kept").exists()
    assert not (tmp_path / "kept").exists()
