"""The roles that are delivered: an example that can be read, and that gives nobody anything."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from mini_profile import CHINA, Profile

from desk.people import register
from desk.people.rights import Grant
from etl.publish.fingerprint import fingerprint
from importer.errors import DeclarationProblem

EXAMPLE = CHINA / "roles.toml"


def claims(sub: str = "li") -> dict[str, object]:
    told = {"roles": ["publisher", "reviewer"], "areas": ["431100"], "operator": "china_telecom"}
    return {"sub": sub, "iat": time.time(), "is_logged_in": True, **told}


def test_it_grants_nothing_by_itself() -> None:
    found = register.load(EXAMPLE)
    assert found.form.person == () and found.form.ended == ()
    person = found.person(claims(), datetime.now(UTC))
    assert person is not None and person.grants == ()


def test_a_change_of_roles_makes_no_other_atlas(mini: Profile) -> None:
    before = fingerprint(mini.folder)
    (mini.folder / "roles.toml").write_text('ended = ["li"]\n', encoding="utf-8")
    assert fingerprint(mini.folder) == before


def test_its_examples_fit_once_they_are_no_comments(tmp_path: Path) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    text, tables = re.subn(r"^# (?=\[\[|(?:sub|name|email|role|place|operator) = )", "", text, flags=re.MULTILINE)
    text, named = re.subn(r'^(\w+) = "" # ("\w+").*$', r"\1 = \2", text, flags=re.MULTILINE)
    assert tables == 19 and named == 4
    (tmp_path / "roles.toml").write_text(text, encoding="utf-8")
    found = register.load(tmp_path / "roles.toml")
    assert [to for _, to in found.listed()] == ["li@example.org", "", ""]
    by_hand = {one.sub: found.person({**claims(one.sub), "roles": []}, datetime.now(UTC)) for one in found.form.person}
    assert {sub: person.grants for sub, person in by_hand.items() if person} == {
        "a1b2c3d4": (Grant("reviewer", "431100"),),
        "e5f6a7b8": (Grant("operator", "430000", "china_telecom"),),
        "c9d0e1f2": (Grant("publisher"),),
    }
    by_claims = found.person(claims(), datetime.now(UTC))
    assert by_claims is not None and by_claims.grants == (Grant("publisher"), Grant("reviewer", "431100"))


@pytest.mark.parametrize("old", ['place = "431100"', 'operator = "china_telecom"'])
def test_a_role_without_its_bounds_is_refused(tmp_path: Path, old: str) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    text = re.sub(r"^# (?=\[\[|(?:sub|name|role|place|operator) = )", "", text, flags=re.MULTILINE)
    line = re.search(rf"^{re.escape(old)}.*\n", text, flags=re.MULTILINE)
    assert line is not None
    (tmp_path / "roles.toml").write_text(text.replace(line[0], "", 1), encoding="utf-8")
    with pytest.raises(DeclarationProblem):
        register.load(tmp_path / "roles.toml")
