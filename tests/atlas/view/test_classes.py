"""Classes of coloured maps: every value in one, edges as asked for, and what cannot be read is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas.look import colours
from atlas.view import classes
from atlas.view.classes import UnreadableClasses, classify

VALUES = [1.0, 2.0, 2.5, 3.0, 10.0, 11.0, 12.0, 50.0, 51.0, 52.0, 53.0, 90.0]


@pytest.mark.parametrize(
    ("typed", "stands_for"),
    [
        ("", ""),
        (" Natural ", "natural"),
        ("5, 10，20", "5,10,20"),
        ("30万 1.5亿", "300000,150000000"),
        ("-2.5;0;2.5", "-2.5,0,2.5"),
        ("1k 2m", "1000,2000000"),
    ],
)
def test_what_is_typed_is_read_the_same_from_an_address(typed: str, stands_for: str) -> None:
    assert classes.read(typed) == stands_for
    assert classes.read(stands_for) == stands_for


@pytest.mark.parametrize("typed", ["jenks", "5,5", "9,3", "1,2,3,4,5,6", "<script>", "1e9", "nan", "999999999999999亿"])
def test_what_is_no_choice_is_refused(typed: str) -> None:
    with pytest.raises(UnreadableClasses):
        classes.read(typed)


@pytest.mark.parametrize("unit", ["percent", "yuan"])
@pytest.mark.parametrize("wanted", ["", "quantile", "natural", "equal", "5,20", "5,20,40,60,80"])
def test_every_known_value_is_in_a_class_whose_edges_hold_it(unit: str, wanted: str) -> None:
    made = classify([*VALUES, float("nan"), None], unit, "gap", "light", wanted)
    number = made.of(np.array([*VALUES, np.nan]))
    assert number[-1] == -1
    assert len(made.edges) == len(made.colours) <= classes.MOST_CLASSES
    assert list(made.edges) == sorted(set(made.edges))
    for value, k in zip(VALUES, number, strict=False):
        assert made.edges[k] <= value
        assert k + 1 == len(made.edges) or value < made.edges[k + 1]


def test_natural_breaks_fall_into_the_gaps() -> None:
    made = classify(VALUES, "yuan", "money", "light", "natural")
    number = made.of(np.array(VALUES))
    groups = [set(number[first:last]) for first, last in ((0, 4), (4, 7), (7, 11), (11, 12))]
    assert all(not one & other for i, one in enumerate(groups) for other in groups[:i])
    assert made.method == "natural"


def test_equal_intervals_are_equal() -> None:
    made = classify(list(range(601)), "yuan", "money", "light", "equal")
    assert made.edges == (0, 100, 200, 300, 400, 500)


def test_typed_edges_keep_a_class_beneath_the_first() -> None:
    made = classify(VALUES, "percent", "gap", "light", "5,20")
    assert made.edges == (0, 5, 20) and made.method == "manual"
    assert made.colours == colours.colours("gap", 3, "light")


def test_edges_typed_for_another_map_are_not_used() -> None:
    """An amount of money typed on one page must not put all percentages of the next into one class."""
    assert classify(VALUES, "percent", "gap", "light", "300000") == classify(VALUES, "percent", "gap", "light")


def test_many_values_are_thinned_the_same_way_each_time() -> None:
    many = np.random.default_rng(3).lognormal(3, 1, 3000).tolist()
    assert classify(many, "yuan", "money", "light", "natural") == classify(many, "yuan", "money", "light", "natural")


def test_a_single_value_is_one_class() -> None:
    assert classify([413000.0], "yuan", "money", "light", "natural").method == "single"
    assert classify([], "yuan", "money", "light", "equal").edges == (0.0,)


@pytest.mark.parametrize(
    ("values", "edges", "method"),
    [
        ([0.0] * 31, (0, 0.2, 0.5, 1, 2, 5), "fixed"),
        ([0.6, 1, 2, 3, 4, 5, 6, 8, 11, 18, 29], (0, 1, 2, 5, 10, 20), "fixed"),
        ([10, 30, 40, 50, 60, 65, 88], (0, 10, 25, 40, 55, 70), "fixed"),
        ([60, 65, 70, 75, 80, 85, 95], (0, 50, 60, 70, 80, 90), "fixed"),
        ([84.2, 88, 91, 92, 93, 97, 99.2], (84.0, 88.0, 90.0, 92.0, 97.0, 99.0), "natural"),
        ([100.0] * 7, (100.0,), "single"),
    ],
)
def test_percentages_have_the_edges_that_suit_them(values: list[float], edges: tuple[float, ...], method: str) -> None:
    made = classify(values, "percent", "gap", "light")
    assert (made.edges, made.method) == (edges, method)


@given(st.lists(st.integers(0, 1000), min_size=8, max_size=60))
def test_the_highest_class_is_never_most_of_the_map_unless_most_are_equal(tenths: list[int]) -> None:
    values = np.array(tenths) / 10
    made = classify(values.tolist(), "percent", "gap", "light")
    top = values[made.of(values) == len(made.edges) - 1]
    if len(made.edges) > 1 and len(top) > classes.MOST_AT_THE_TOP * len(values):
        _, times = np.unique(top, return_counts=True)
        assert times.max() > len(values) / classes.MOST_CLASSES - 1
