"""Bad input: each is an error of its own that says where, what was expected, what was found, what to do."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from mini_profile import Profile

from etl.build import verify
from etl.declaration import load_profile
from etl.errors import (
    DeclarationError,
    RowError,
    SourceAltered,
    SourceMissing,
    SourceUnreadable,
)
from importer.errors import DeclarationProblem, FileMissing, Problem


def refused(mini: Profile, kind: type[Problem] | tuple[type[Problem], ...]) -> Problem:
    """The error of reading declarations, sources and the register; the message has all its four parts."""
    with pytest.raises(kind) as raised:
        verify(load_profile(mini.folder))
        mini.places()
    error = raised.value
    assert error.where and error.expected and error.found and error.next_step
    for part in ("\n  expected: ", "\n  found:    ", "\n  next:     "):
        assert part in str(error)
    return error


# --- the profile --------------------------------------------------------------------------------------


def test_no_profile(mini: Profile) -> None:
    mini.file("profile.toml").unlink()
    assert refused(mini, SourceMissing).where.endswith("profile.toml")


@pytest.mark.parametrize("path", ["profile.toml", "sources/register.toml", "sources/status.toml"])
def test_broken_toml(mini: Profile, path: str) -> None:
    with mini.file(path).open("a") as stream:
        stream.write("\n[unclosed\n")
    error = refused(mini, DeclarationError)
    assert error.where.endswith(path) and "line" in error.found


def test_toml_that_is_not_utf_8(mini: Profile) -> None:
    mini.file("profile.toml").write_bytes("title = 'Zürich'".encode("latin-1"))
    assert "UTF-8" in refused(mini, DeclarationError).expected


@pytest.mark.parametrize(
    ("path", "line", "key"),
    [
        ("profile.toml", 'default_language = "en"', "default_language"),
        ("profile.toml", 'place_id = "ZZ"', "nation.place_id"),
        ("profile.toml", 'name = { zh = "泽德兰", en = "Zedland" }', "name"),
        ("profile.toml", 'name = { zh = "有线", en = "Wire" }', "name"),
        ("profile.toml", 'standard_id = "wire"', "standard_id"),
        ("sources/register.toml", 'edition = "2015"', "edition"),
        ("sources/register.toml", 'path = "places/register.csv"', "path"),
        ("sources/register.toml", "pad_to = 4", "codes.pad_to"),
        ("sources/register.toml", "region = 2, ", "codes.lengths.region"),
        ("sources/costs.toml", 'path = "money/costs.csv"', "path"),
        ("sources/costs.toml", "[file]", "file"),
        ("sources/costs.toml", 'title = { zh = "Costs", en = "Costs" }', "title"),
    ],
)
def test_a_missing_key_is_named(mini: Profile, path: str, line: str, key: str) -> None:
    text = mini.file(path).read_text(encoding="utf-8")
    assert line in text
    text = text.replace(line + "\n" if line + "\n" in text else line, "", 1)
    mini.file(path).write_text(text, encoding="utf-8")
    error = refused(mini, DeclarationError)
    assert path.split("/")[-1] in error.where
    assert key in error.expected


def test_a_title_in_one_language_only(mini: Profile) -> None:
    mini.edit("profile.toml", 'title = { zh = "迷你", en = "Mini" }', 'title = "Mini"')
    assert 'zh = "…", en = "…"' in refused(mini, DeclarationError).expected


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('level_id = "ward"', 'level_id = "district"'),
        ('level_id = "ward"', 'level_id = "Ward"'),
        ('level_id = "ward"', 'level_id = "ward; DROP TABLE place"'),
        ('level_id = "ward"', "level_id = 3"),
        ('level_id = "ward"', 'name_id = "ward"'),
    ],
)
def test_level_ids_are_plain_names_and_differ(mini: Profile, old: str, new: str) -> None:
    mini.edit("profile.toml", old, new)
    assert "distinct ids" in refused(mini, DeclarationError).expected


def test_levels_and_standards_are_tables(mini: Profile) -> None:
    text = mini.file("profile.toml").read_text(encoding="utf-8")
    text = re.sub(r"\[\[standard\]\].*", "", text, flags=re.DOTALL)
    mini.file("profile.toml").write_text('standard = "wire"\n' + text, encoding="utf-8")
    assert refused(mini, DeclarationError).expected == "[[standard]] tables"


# --- declarations of sources --------------------------------------------------------------------------


def test_two_sources_of_one_id(mini: Profile) -> None:
    mini.edit("sources/costs.toml", 'source_id = "costs"', 'source_id = "maps"')
    error = refused(mini, DeclarationError)
    assert error.where.endswith("maps.toml") and "costs.toml" in error.found


@pytest.mark.parametrize("kind", ["places", "status_model"])
def test_exactly_one_register_and_one_model(mini: Profile, kind: str) -> None:
    name = {"places": "register", "status_model": "status"}[kind]
    text = mini.file(f"sources/{name}.toml").read_text(encoding="utf-8")
    mini.file("sources/zwei.toml").write_text(text.replace(f'source_id = "{name}"', 'source_id = "zwei"'))
    assert refused(mini, DeclarationError).expected == f"one source of kind {kind}"
    mini.file("sources/zwei.toml").unlink()
    mini.file(f"sources/{name}.toml").unlink()
    if kind == "places":  # a profile of real coverage needs no model
        assert refused(mini, DeclarationError).found == "none"


@pytest.mark.parametrize(
    ("old", "new"),
    [('evidence = "modelled"', 'evidence = "certain"'), ('kind = "cost_parameters"', 'kind = "gossip"')],
)
def test_a_word_that_is_none_of_the_known(mini: Profile, old: str, new: str) -> None:
    mini.edit("sources/costs.toml", old, new)
    error = refused(mini, DeclarationError)
    assert "one of" in error.expected and new.split('"')[1] in error.found


def test_a_package_that_is_not_installed(mini: Profile) -> None:
    package = '[package]\nmodule = "no_such_module_xyz"\ndistribution = "no-such-maps"\nversion = "1.0"\n\n[frame]'
    mini.edit("sources/maps.toml", "[frame]", package)
    error = refused(mini, SourceMissing)
    assert "no-such-maps" in error.where and error.next_step == "pip install no-such-maps==1.0"


def test_a_package_of_another_version(mini: Profile) -> None:
    package = '[package]\nmodule = "shapely"\ndistribution = "shapely"\nversion = "0.0.1"\n\n[frame]'
    mini.edit("sources/maps.toml", "[frame]", package)
    error = refused(mini, SourceAltered)
    assert error.expected == "version 0.0.1" and "shapely==0.0.1" in error.next_step


@pytest.mark.parametrize(
    ("path", "old", "new", "key"),
    [
        ("sources/register.toml", "region = 2, ", "region = 2, province = 3, ", "codes.lengths.province"),
        ("sources/maps.toml", 'level = "district"', 'level = "county"', "layer[2].level"),
        ("sources/maps.toml", "fine = 0.002", "finest = 0.002", "resolution.finest"),
        ("sources/maps.toml", 'layer = "region"', 'layer = "regoin"', "lines.layer"),
        ("sources/costs.toml", "[file]", "[frame]\nepsg = 4326\n[file]", "frame"),
        ("sources/costs.toml", "[file]", '[file]\nsheet = "1"', "file.sheet"),
        ("sources/register.toml", "[codes]", '[rows]\nsuffixes = ["a"]\n[codes]', "rows.suffixes"),
        ("sources/maps.toml", "[frame]", '[file]\npath = "maps"\n[frame]', "file"),
        ("profile.toml", "[nation]", '[name_endings]\ncounty = ["a"]\n[nation]', "name_endings.county"),
    ],
)
def test_a_key_that_nothing_reads(mini: Profile, path: str, old: str, new: str, key: str) -> None:
    mini.edit(path, old, new)
    assert refused(mini, DeclarationError).where.endswith(f"{path.split('/')[-1]}, {key}")


# --- files --------------------------------------------------------------------------------------------

FILES = ["places/register.csv", "maps/districts.geojson", "money/projects.csv", "figures/figures.csv"]


@pytest.mark.parametrize("path", FILES)
def test_a_missing_file(mini: Profile, path: str) -> None:
    mini.file(path).unlink()
    error = refused(mini, (SourceMissing, FileMissing))
    assert path in f"{error.where} {error.expected}" and ("no such file" in error.found or "none in" in error.found)


@pytest.mark.parametrize("path", FILES)
def test_an_altered_file(mini: Profile, path: str) -> None:
    with mini.file(path).open("a") as stream:
        stream.write("\n")
    error = refused(mini, SourceAltered)
    assert error.where.endswith(path)
    assert "sha256" in error.expected and "sha256" in error.found and ".toml" in error.next_step


def test_a_sha256_beside_a_pattern_of_several_files(mini: Profile) -> None:
    """One hash can't be that of two files: it would be checked for neither."""
    mini.edit("sources/projects.toml", "money/projects.csv", "money/project[sz].csv")
    second = mini.file("money/projects.csv").with_name("projectz.csv")
    second.write_bytes(mini.file("money/projects.csv").read_bytes())
    error = refused(mini, SourceAltered)
    assert error.found == "projects.csv, projectz.csv" and error.where.endswith("projects.toml")


def outside(mini: Profile) -> Path:
    stray = mini.folder.parent / "outside.csv"
    stray.write_bytes(mini.file("money/costs.csv").read_bytes())
    return stray


def by_dots(mini: Profile) -> None:
    outside(mini)
    mini.edit("sources/costs.toml", "money/costs.csv", "../outside.csv")


def by_root(mini: Profile) -> None:
    mini.edit("sources/costs.toml", "money/costs.csv", outside(mini).as_posix())


def by_link(mini: Profile) -> None:
    stray = outside(mini)
    mini.file("money/costs.csv").unlink()
    mini.file("money/costs.csv").symlink_to(stray)
    mini.declare()


def by_linked_folder(mini: Profile) -> None:
    outside(mini)
    mini.file("money/up").symlink_to(mini.folder.parent)
    mini.edit("sources/costs.toml", "money/costs.csv", "money/up/outside.csv")


def map_by_dots(mini: Profile) -> None:
    (mini.folder.parent / "regions.geojson").write_bytes(mini.file("maps/regions.geojson").read_bytes())
    mini.edit("sources/maps.toml", "maps/regions.geojson", "../regions.geojson")


@pytest.mark.parametrize("escape", [by_dots, by_root, by_link, by_linked_folder, map_by_dots])
def test_a_path_out_of_the_profile(mini: Profile, escape: Callable[[Profile], None]) -> None:
    escape(mini)
    error = refused(mini, (DeclarationError, DeclarationProblem))
    assert error.where.endswith(".toml") and "a path inside" in error.expected


def as_parquet(mini: Profile) -> Path:
    path = mini.file("places/register.parquet")
    with duckdb.connect() as memory:
        rows = memory.read_csv(str(mini.file("places/register.csv")), all_varchar=True, header=True, sep=",")
        rows.write_parquet(str(path))
    mini.edit("sources/register.toml", "places/register.csv", "places/register.parquet")
    return path


def test_a_register_in_parquet(mini: Profile) -> None:
    as_parquet(mini)
    store = mini.places()
    assert store.sql("SELECT count(*) FROM register_village").fetchall() == [(60,)]


def test_a_truncated_parquet_file(mini: Profile) -> None:
    path = as_parquet(mini)
    path.write_bytes(path.read_bytes()[:-40])
    mini.declare()
    error = refused(mini, SourceUnreadable)
    assert error.where.endswith("register.parquet") and "readable .parquet" in error.expected


def test_a_file_that_is_not_text(mini: Profile) -> None:
    mini.file("places/register.csv").write_bytes(b"code,name\n01,\xff\xfe\x00\n")
    mini.declare()
    assert refused(mini, SourceUnreadable).where.endswith("register.csv")


def test_a_missing_column(mini: Profile) -> None:
    mini.edit("places/register.csv", "code,name\n", "code,title\n")
    error = refused(mini, SourceUnreadable)
    assert "missing: name" in error.found


# --- rows of the register -----------------------------------------------------------------------------


def row_of(mini: Profile, text: str, path: str = "places/register.csv") -> int:
    lines = mini.file(path).read_text(encoding="utf-8").splitlines()
    return next(n for n, line in enumerate(lines, start=1) if line.startswith(text))


@pytest.mark.parametrize(
    ("line", "value", "expected"),
    [
        ("0101,Once more", "0101", "every code once"),
        ("010101100,Once more", "010101100", "every code once"),
        ("0707,Orphan", "0707", "a parent in the same file"),
        ("010177100,Orphan", "010177100", "a parent in the same file"),
        ("0101010,Too long by one", "0101010", "declared lengths"),
        ("0101011000,Too long", "0101011000", "declared lengths"),
        (",No code", "None", "declared lengths"),
        ("010101555,", "010101555", "a name"),
        ('010101555,"  "', "010101555", "a name"),
        ("010101999,Of no kind", "010101999", "a kind for every village"),
        ("010101000,Of no kind", "010101000", "a kind for every village"),
    ],
)
def test_a_row_that_contradicts_the_register(mini: Profile, line: str, value: str, expected: str) -> None:
    mini.add_line("places/register.csv", line)
    last = len(mini.file("places/register.csv").read_text(encoding="utf-8").splitlines())
    error = refused(mini, RowError)
    assert error.where == f"register.csv, row {last}"
    assert f"row {last}: " in error.found and value in error.found
    assert expected in error.expected


def test_many_bad_rows_are_counted_and_the_first_shown(mini: Profile) -> None:
    for n in range(9):
        mini.add_line("places/register.csv", f"0707{n:02},Orphan")
    error = refused(mini, RowError)
    assert error.found.count("row ") == 5 and error.found.endswith("and 4 more")


@pytest.mark.parametrize(
    "line",
    [
        "0100,Taken,region,ZZ",
        "0900,Twice,region,ZZ",
        "0800,No parent,region,XX",
        "0800,No level,province,ZZ",
        "0800,A settlement,settlement,0900",
        ",No code,region,ZZ",
    ],
)
def test_an_extra_place_that_contradicts_the_register(mini: Profile, line: str) -> None:
    mini.add_line("places/territories.csv", line)
    assert refused(mini, RowError).where == "territories.csv, row 3"


def test_a_nation_that_the_register_also_holds(mini: Profile) -> None:
    mini.edit("profile.toml", 'place_id = "ZZ"', 'place_id = "0100"')
    assert "place" in refused(mini, RowError).where


# --- villages and the map -----------------------------------------------------------------------------


NOT_ON_THE_MAP = "SELECT location_quality, count(*), count(lon), count(morton) FROM village GROUP BY ALL"


def test_villages_on_no_polygon_are_in_the_lists_and_not_on_the_map(mini: Profile) -> None:
    for path in ("maps/regions.geojson", "maps/districts.geojson"):
        text = mini.file(path).read_text(encoding="utf-8")
        mini.file(path).write_text(text.replace('"ZZ-0', '"XX-0'), encoding="utf-8")
    with mini.declare().built() as atlas:
        assert atlas.execute(NOT_ON_THE_MAP).fetchall() == [("unknown", 60, 0, 0)]


def test_no_boundaries_at_all(mini: Profile) -> None:
    mini.file("sources/maps.toml").unlink()
    with mini.built() as atlas:
        assert atlas.execute(NOT_ON_THE_MAP).fetchall() == [("unknown", 60, 0, 0)]
        assert atlas.execute("SELECT sum(connected + unconnected) > 0 FROM status_count").fetchall() == [(True,)]
