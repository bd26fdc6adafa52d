"""docs/desk.md says of rights, settings and commands what the code does."""

from __future__ import annotations

import re

from mini_profile import ROOT

from atlas.desk import at_hand
from atlas.guard import sign_in
from desk import __main__ as commands
from desk import engine
from desk.people.rights import RIGHTS, ROLES

TEXT = (ROOT / "docs" / "desk.md").read_text(encoding="utf-8")
#: The rights in the order of the table's lines; "decide" stands for removing, too.
LINES = (
    *("submit", "review", "put_on_notice", "answer_objection", "see_case", "answer", "decide", "see_contact"),
    *("release", "end_access", "audit"),
)


def test_the_table_of_rights_is_the_codes() -> None:
    table = TEXT.partition("| may | ")[2].partition("\n\n")[0].splitlines()
    assert tuple(table[0].strip(" |").split(" | ")) == ROLES
    assert set(LINES) == set(RIGHTS) and len(table) == len(LINES) + 2
    for right, line in zip(LINES, table[2:], strict=True):
        cells = [cell.strip() for cell in line.split("|")[2:-1]]
        assert {role for role, cell in zip(ROLES, cells, strict=True) if cell} == RIGHTS[right], right


def test_every_setting_and_command_is_named() -> None:
    for setting in (engine.FOLDER, engine.URL, at_hand.ROLES, sign_in.SETTING):
        assert setting in TEXT
    for name in sign_in.OF_PROVIDER:
        assert f"{name} = " in TEXT
    usage = commands._parser().format_usage()
    for command in re.findall(r"\w+", usage.partition("{")[2].partition("}")[0]):
        assert re.search(rf"-m desk\b.* {command}\b", TEXT), command
