"""docs/declarations.md says every key that a declaration may hold, and each of its examples passes its check."""

from __future__ import annotations

import dataclasses
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from mini_profile import CHINA, Profile

from etl.profile_form import ProfileForm
from etl.publish.declarations import KEYS, SOURCE, TARGET, about, abouts, forms, page
from etl.source_form import FORMS, form_of
from etl.source_head import ImportedForm
from etl.status.tables import StatusTables
from ground.declared import read
from importer.contents import content, kinds
from importer.convert.declared import declaration

LEVELS = ["nation", "province", "prefecture", "county", "town", "department", "district"]
FENCE = re.compile(r"^```toml *(?P<kind>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
EXAMPLES = [(found["kind"], found["text"]) for found in FENCE.finditer(SOURCE.read_text(encoding="utf-8"))]
HEAD: dict[str, Any] = {
    "source_id": "s",
    "title": {"zh": "一", "en": "S"},
    "publisher": {"zh": "二", "en": "P"},
    "edition": "2020",
    "licence": "none",
    "evidence": "declared",
}
#: What a source of a kind needs beside the example.
LEAST: dict[str, dict[str, Any]] = {
    "boundaries": {"frame": {"epsg": 4326}},
    "cell_sites": {"model": {"radius_km": {"4g": 5}, "is_complete": False}},
}


def table_of(kind: str, text: str) -> dict[str, Any]:
    """An example as a whole declaration: what it does not say is taken from the least one of its kind."""
    told = tomllib.loads(text)
    if "source_id" in told or "profile_id" in told:
        return told
    if kind == "profile":
        return tomllib.loads((CHINA / "profile.toml").read_text(encoding="utf-8")) | told
    made = HEAD | {"kind": kind} | LEAST.get(kind, {}) | told
    if issubclass(form_of(made, kind), ImportedForm):
        fields = content(kind, LEVELS[:-1])
        columns = dict(told.get("columns", {}))
        filled = {*columns, *told.get("constant", {}), *(one["value"] for one in told.get("wide", []))}
        filled |= {"lon", "lat"} if "point" in filled else set()
        for group in fields.needed:
            if not filled & set(group):
                columns[group[0]] = group[0]
        if "lon" in columns:
            columns["lat"] = "lat"
        made["columns"] = columns
    return made


def check(kind: str, body: dict[str, Any]) -> None:
    """As a build reads it."""
    if kind == "profile":
        read(body, ProfileForm)
        return
    assert body["kind"] == kind
    form = form_of(body, kind)
    read(body, form)
    if issubclass(form, ImportedForm):
        declaration(body, "example", LEVELS)
    if kind == "status_model":
        read(body, StatusTables)


def test_the_page_is_of_today() -> None:
    assert TARGET.read_text(encoding="utf-8") == page(), "run: python -m etl.publish.declarations"


def test_every_key_says_what_it_is_for_and_nothing_else_is_said() -> None:
    keys = {(name, field.name) for name, form in forms().items() for field in dataclasses.fields(form)}
    silent = sorted(f"{name}.{key}" for name, key in keys if about(forms()[name], key) is None)
    assert silent == []
    stale = [f"{name}.{key}" for name, said in abouts().items() for key in said if (name, key) not in keys]
    assert stale == []


def test_every_form_is_on_the_page() -> None:
    """A form whose keys all stand in the tables of others need not have one of its own."""
    shown: dict[str, set[str]] = {}
    for found in KEYS.finditer(SOURCE.read_text(encoding="utf-8")):
        for form in (forms()[name] for name in found["forms"].split()):
            for base in form.__mro__:
                if dataclasses.is_dataclass(base):
                    shown.setdefault(base.__name__, set()).update(field.name for field in dataclasses.fields(base))
    apart = {"StatusTables", "DeclaredTable"}  # read beside a form that has the same keys
    plain = {"RegisterForm", "CodedForm"}  # SettlementsForm has their keys
    left = {"CellSitesForm", "SpeedTestsForm", "StatusModelForm", "PilotsForm", "VillagesForm"}  # a table, shown itself
    assert set(forms()) - set(shown) - apart - plain - left == set()


def test_examples_are_of_known_kinds_and_of_most() -> None:
    named = {kind for kind, _ in EXAMPLES}
    assert named <= {"profile", *FORMS}
    assert {"boundaries", "coverage", "places", "pilots", "status_model", "published_figures"} <= named


@pytest.mark.parametrize(("kind", "text"), EXAMPLES, ids=[f"{n}-{kind}" for n, (kind, _) in enumerate(EXAMPLES)])
def test_an_example_passes_its_check(kind: str, text: str) -> None:
    check(kind, table_of(kind, text))


@pytest.mark.parametrize(("kind", "text"), EXAMPLES, ids=[f"{n}-{kind}" for n, (kind, _) in enumerate(EXAMPLES)])
def test_an_example_with_a_misspelt_table_does_not(kind: str, text: str) -> None:
    key = next(iter(tomllib.loads(text)))
    body = table_of(kind, text)
    body[f"{key}x"] = body.pop(key)
    with pytest.raises((ValueError, AssertionError, KeyError)):
        check(kind, body)


@pytest.mark.parametrize("kind", kinds())
def test_the_least_source_of_every_imported_kind_passes(kind: str) -> None:
    check(kind, table_of(kind, ""))


# --- the outlines of the page, read for real ----------------------------------------------------------------


def square(west: float, properties: dict[str, str]) -> dict[str, Any]:
    ring = [[west, 0], [west + 1, 0], [west + 1, 1], [west, 1], [west, 0]]
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def outlines(mini_profile: Profile, keys: str, *features: dict[str, Any]) -> dict[tuple[str, str], int]:
    """place_id and resolution → outlines in the atlas, of a mini profile whose boundaries are these features."""
    (mini_profile.folder / "maps/districts.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": list(features)}), encoding="utf-8"
    )
    head = mini_profile.file("sources/maps.toml").read_text(encoding="utf-8").split("[frame]")[0]
    layer = '[[layer]]\nlevel = "district"\npath = "maps/districts.geojson"\n'
    mini_profile.file("sources/maps.toml").write_text(f"{head}[frame]\nepsg = 4490\n{layer}{keys}", encoding="utf-8")
    rows = mini_profile.boundaries().sql("SELECT place_id, resolution FROM boundary").fetchall()
    return {row: rows.count(row) for row in rows}


def test_resolution_may_be_left_out_and_codes_are_filled_behind(mini: Profile) -> None:
    keys = '[columns]\ncode = "ref"\nstrip_prefix = "156"\npad_right_to = 4\n'
    found = outlines(mini, keys, square(10, {"ref": "1560101"}), square(12, {"ref": "15609"}))
    assert {place for place, _ in found} == {"0101", "0900"}
    assert {resolution for _, resolution in found} == {"coarse", "medium", "fine"}


def test_an_alias_pairs_two_codes_and_parts_are_joined(mini: Profile) -> None:
    keys = '[columns]\ncode = "ref"\n[alias]\n0102 = "0199"\n[dissolve]\n01A = "0101"\n'
    found = outlines(mini, keys, square(10, {"ref": "0199"}), square(12, {"ref": "01A1"}), square(13, {"ref": "01A2"}))
    assert {(place, "fine") for place in ("0101", "0102")} <= set(found)
    assert set(found.values()) == {1}


def test_a_part_of_the_file_name_is_the_code(mini: Profile) -> None:
    path = mini.folder / "maps" / "0101.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [square(10, {})]}), encoding="utf-8")
    head = mini.file("sources/maps.toml").read_text(encoding="utf-8").split("[frame]")[0]
    keys = "[frame]\nepsg = 4326\n[columns]\ncode = { file_name = '^(\\d{4})\\.geojson$' }\n"
    layer = '[[layer]]\nlevel = "district"\npath = "maps/????.geojson"\n[resolution]\nfine = 0.001\n'
    mini.file("sources/maps.toml").write_text(head + keys + layer, encoding="utf-8")
    store = mini.boundaries()
    assert store.sql("SELECT DISTINCT place_id FROM boundary").fetchall() == [("0101",)]


def test_the_three_resolutions_are_those_that_pages_ask_for() -> None:
    from atlas.maps.tiles.boundaries import DEGREE_DECIMALS

    assert [field.name for field in dataclasses.fields(forms()["ResolutionTable"])] == list(DEGREE_DECIMALS)


def test_the_documents_lie_where_the_page_says() -> None:
    links = re.findall(r"\]\((?!http)([^)#]+)\)", page())
    assert links and all((Path(TARGET).parent / link).exists() for link in links)
