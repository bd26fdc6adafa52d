"""The dates of a standard: a slider among the filters, whose stops the address keeps."""

from __future__ import annotations

from datetime import date

import pytest
from mini_profile import Ask
from one_page import run

from atlas.view import controls
from indicators.database import Atlas


@pytest.mark.parametrize("name", ["overview", "gap_map", "compare"])
def test_the_slider_stops_at_each_date_and_the_address_says_where(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, ask: Ask, name: str
) -> None:
    held = ask("SELECT as_of::TEXT FROM status_column WHERE standard = 'wire' ORDER BY as_of")
    page = run(monkeypatch, mini_atlas, name, {"as_of": "2010-12-31"}, "zh")
    slider = page.select_slider(key="as_of")
    assert (slider.label, slider.value, list(slider.options)) == ("日期", date(2010, 12, 31), [day for (day,) in held])
    slider.set_value(date.fromisoformat(held[-1][0])).run()
    assert not page.exception
    assert page.query_params["as_of"] in (held[-1][0], [held[-1][0]])


@pytest.mark.parametrize(("n", "can_slide"), [(1, False), (2, True), (12, True), (13, False)])
def test_one_date_or_very_many_are_a_box(n: int, can_slide: bool) -> None:
    assert controls.can_slide([date(2000 + i, 12, 31) for i in range(n)]) is can_slide
