"""A profile quotes figures that it holds, each use once; anything else stops the build."""

from __future__ import annotations

import pytest
from mini_profile import Profile

from etl.errors import CheckFailed, DeclarationError
from indicators.database import current
from indicators.published.quotations import quotation, value

QUOTED = '\n[[quotation]]\nuse = "{use}"\nfigure = "{figure}"\nname = {{ zh = "引用", en = "Quoted" }}\n'


def quoting(mini: Profile, *pairs: tuple[str, str]) -> Profile:
    path = mini.file("profile.toml")
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "".join(QUOTED.format(use=use, figure=figure) for use, figure in pairs), "utf-8")
    return mini


def test_a_page_asks_by_use(mini: Profile) -> None:
    quoting(mini, ("wired", "Z1")).build()
    atlas = current(mini.build_dir)
    assert value(atlas, "wired") == 60 and value(atlas, "Z1") is None
    found = quotation(atlas, "wired")
    assert found is not None and (found["figure_id"], found["qualifier"], found["name_en"]) == ("Z1", "~", "Quoted")
    assert quotation(atlas, "public_money_low") is None


@pytest.mark.parametrize("pairs", [(("wired", "Z999"),), (("wired", "Z1"), ("wired", "Z2"))])
def test_what_is_not_held_or_declared_twice_stops_the_build(mini: Profile, pairs: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(CheckFailed, match="wired"):
        quoting(mini, *pairs).build()


def test_a_quotation_without_a_name_stops_the_build(mini: Profile) -> None:
    quoting(mini, ("wired", "Z1")).edit("profile.toml", 'name = { zh = "引用", en = "Quoted" }\n', "")
    with pytest.raises(DeclarationError, match=r"quotation\[1\]\.name"):
        mini.build()
