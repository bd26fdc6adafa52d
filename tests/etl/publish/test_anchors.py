"""The method's page holds the anchors that the build has."""

from __future__ import annotations

import pytest

from etl.publish.anchors import BEGIN, END, TARGET, anchors, page
from indicators.database import Atlas


@pytest.mark.national
def test_the_anchors_on_the_page_are_those_of_the_build(national_atlas: Atlas) -> None:
    text = TARGET.read_text(encoding="utf-8")
    assert page(text, anchors(national_atlas.cursor())) == text, "run: python -m etl.publish.anchors"


def test_the_anchors_of_another_country(mini_atlas: Atlas) -> None:
    made = anchors(mini_atlas.cursor())
    assert "| 有线 Wire | 2014-12-31 | 公布 published | > 90.0 |  | Z5 |" in made
    assert "| 无线 Radio | 2010-12-31 | 不适用 not applicable | – |  |  |" in made
    assert "| Z1 | Zedland | 2010 | \\~60 | percent of settlements |" in made


def test_only_what_stands_between_the_marks_is_made() -> None:
    assert page(f"a{BEGIN}old{END}b", "new") == f"a{BEGIN}new{END}b"
    with pytest.raises(ValueError, match="anchors: begin"):
        page("no marks", "new")
