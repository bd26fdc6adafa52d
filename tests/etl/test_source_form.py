"""What may stand in a source's declaration: every key is read by somebody, and what does not fit is told by its key."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from mini_profile import CHINA, MINI

from etl.source_form import RegisterForm, form_of
from etl.source_head import SourceForm
from ground.declared import Unfit, read

SOURCES = sorted(path for profile in (CHINA, MINI, CHINA.parent / "peru") for path in profile.glob("sources/*.toml"))
HEAD = 'source_id = "s"\ntitle = { zh = "一", en = "S" }\npublisher = { zh = "二", en = "P" }\nedition = "2020"\n'
HEAD += 'licence = "none"\nevidence = "declared"\n'


def told(kind: str, text: str) -> SourceForm:
    body = tomllib.loads(f'kind = "{kind}"\n{HEAD}{text}')
    return read(body, form_of(body, kind))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_a_misspelt_key_is_refused_by_its_name(path: Path) -> None:
    body: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    form = form_of(body, body["kind"])
    read(body, form)
    for key in body:
        altered = {f"{one}z" if one == key else one: value for one, value in body.items()}
        with pytest.raises(Unfit) as raised:
            read(altered, form)
        assert raised.value.key in (key, f"{key}z"), key
        assert raised.value.is_missing or f"near it: {key}" in raised.value.found


@pytest.mark.parametrize(
    ("kind", "text", "key"),
    [
        ("places", "[codes]\npad_to = 6\n[kinds]\nprogramme = []", "codes.lengths"),
        ("places", "[codes]\npad_to = 6\nlengths = { a = 0 }", "codes.lengths.a"),
        ("places", "[codes]\npad_to = 6\nlengths = { a = 2 }", "kinds"),
        ("places", "[codes]\npad_to = 6\nlengths = { a = 2 }\n[kinds]\nprogramme = []", "kinds.start"),
        ("places", '[kinds]\nprogramme = ["rural"]', "kinds.names"),
        ("places", "[parents.province]\ncode_prefx = 4", "parents.province.code_prefx"),
        ("places", '[parents.province]\ncode_prefix = "4"', "parents.province.code_prefix"),
        ("places", '[[grouping]]\nplace_ids = ["1"]\nshow = "nothing"', "grouping[1].show"),
        ("places", '[names_en]\nfile = "a.csv"\nmethod = "pinyin"\nsuffixes = [["市"]]', "names_en.suffixes"),
        ("cell_sites", "[model]\nis_complete = true", "model.radius_km"),
        ("cell_sites", "[model]\nis_complete = true\nradius_km = { 4g = -1 }", "model.radius_km.4g"),
        ("cell_sites", "", "model"),
        ("speed_tests", "[model]\nmin_test = 3", "model.min_test"),
        ("pilots", "[[list]]\nbatch = 1\ncomplete = true", "list[1].complete"),
        ("pilots", '[[list]]\nbatch = "1"', "list[1].batch"),
        ("coverage", 'adds_dates = "no"', "adds_dates"),
        ("coverage", "[file]\npath = 3", "file.path"),
        ("boundaries", '[columns]\ncode = "gb"\nnmae = "x"', "columns.nmae"),
        ("published_figures", '[columns]\nfigure_id = "no"', "document"),
        ("crosswalk", "[rows]\naccept_fall = 3", "rows.accept_fall"),
    ],
)
def test_what_does_not_fit_is_told_by_its_key(kind: str, text: str, key: str) -> None:
    with pytest.raises(Unfit) as raised:
        told(kind, text)
    assert raised.value.key == key


def test_a_licence_in_one_language_is_the_same_in_both() -> None:
    form = told("places", "")
    assert isinstance(form, RegisterForm)
    assert form.licence == {"zh": "none", "en": "none"}
    assert form.codes is None
    assert form.places.location_quality == "surveyed"
