"""A mark of a footnote is a digit to a computer, and none to a reader."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from importer import values
from importer.guess.cells import CHECKS


@pytest.mark.parametrize("text", ["401①", "401²", "401¹", "98⁵", "12㈠", "7⒈"])
def test_a_mark_is_no_digit_of_a_number(text: str) -> None:
    read = values.numbers(pd.Series([text, "400"], dtype=object))
    assert np.isnan(read.values[0]) and read.problem.tolist() == ["not_a_number", None] and read.values[1] == 400
    share = values.shares(pd.Series([f"{text[0]}①%", f"{text[0]}%①"], dtype=object), scale="percent")
    assert share.problem.tolist() == ["not_a_number"] * 2


@pytest.mark.parametrize(("text", "number"), [("１，２３４", 1234.0), ("９８．５", 98.5)])
def test_full_width_digits_are_digits(text: str, number: float) -> None:
    assert values.numbers(pd.Series([text], dtype=object)).values.tolist() == [number]


def test_one_marked_code_makes_no_lost_zero_of_the_others() -> None:
    whole = [f"4311221002{n:02}" for n in range(12)]
    assert CHECKS["code"](pd.Series([*whole, "431122100299①"], dtype=object))[2] == {}
    assert CHECKS["code"](pd.Series([*whole, "31122100299"], dtype=object))[2] == {"pad_to": 12}
