"""The draw repeated with nothing but SHA-256, and what must hold for any list, share and seed."""

from __future__ import annotations

import hashlib
import math
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.done.sampling import draw, draw_key, drawn_of, list_digest

QUICK = settings(max_examples=60, deadline=None)  # machines are shared

lists = st.dictionaries(st.text("0123456789", min_size=1, max_size=6), st.sampled_from("abcd"), max_size=60)
percents = st.integers(1, 100)
seeds = st.text(min_size=1, max_size=8).filter(str.strip)


def frame(villages: dict[str, str | None]) -> pd.DataFrame:
    return pd.DataFrame({"village_id": list(villages), "county_id": list(villages.values())}, dtype=object)


def test_by_hand() -> None:
    """One county, three villages: the lowest digest is drawn."""
    digests = {one: hashlib.sha256(f"2017-08-29:{one}".encode()).hexdigest() for one in ("v1", "v2", "v3")}
    first, second, _ = sorted(digests, key=digests.__getitem__)
    sample = draw(frame(dict.fromkeys(digests, "a")), 0.34, "2017-08-29")
    assert sample.villages["village_id"].tolist() == [first, second]  # ceil(1.02)
    assert sample.villages["draw_order"].tolist() == [1, 2]
    assert sample.villages["draw_key"].tolist() == [digests[first], digests[second]]


def test_published_digits_never_change() -> None:
    """A published draw must come out the same in years to come (printf '%s' seed:v1 | sha256sum)."""
    assert draw_key("seed", "v1") == "42c78e6f4533622e49aec455956e168fbb09ab20725467bd5f596ee253f93ca4"
    assert list_digest(["v2", "v1"]) == "105b2c8d7bdd46426f2067ec234b1208c89b21bd3a1bd1c1d4c780264ab019b5"


@pytest.mark.parametrize(
    ("villages", "share", "drawn"),
    [(100, 0.07, 7), (593, 0.1, 60), (1, 0.01, 1), (5, 1e-12, 1), (30, 0.1, 3), (5, 1.0, 5)],
)
def test_sizes(villages: int, share: float, drawn: int) -> None:
    assert drawn_of(villages, share) == drawn


@QUICK
@given(lists, percents, seeds)
def test_every_county_is_covered_and_the_share_reached(villages: dict[str, str], percent: int, seed: str) -> None:
    sample = draw(frame(villages), percent / 100, seed)
    counties = sample.counties.set_index("county_id")
    assert set(counties.index) == set(villages.values())
    assert (counties["drawn"] >= 1).all() and (counties["drawn"] <= counties["villages"]).all()
    for county, row in counties.iterrows():
        of_county = [one for one in villages if villages[one] == county]
        assert row["villages"] == len(of_county)
        assert row["drawn"] == math.ceil(Fraction(percent, 100) * len(of_county))
        assert (sample.villages["county_id"] == county).sum() == row["drawn"]
    assert sample.drawn == len(sample.villages) == counties["drawn"].sum()
    assert sample.listed == counties["villages"].sum() == len(villages)
    assert not sample.villages["village_id"].duplicated().any()
    assert not villages or sample.share_drawn >= percent / 100 - 1e-12


@QUICK
@given(lists, percents, seeds, st.randoms())
def test_the_order_of_rows_does_not_matter(villages: dict[str, str], percent: int, seed: str, random: object) -> None:
    table = frame(villages)
    order = list(table.index)
    random.shuffle(order)  # type: ignore[attr-defined]
    one, other = draw(table, percent / 100, seed), draw(table.loc[order], percent / 100, seed)
    pd.testing.assert_frame_equal(one.villages, other.villages)
    pd.testing.assert_frame_equal(one.counties, other.counties)
    assert one.list_digest == other.list_digest


@QUICK
@given(lists, percents, seeds)
def test_a_larger_share_keeps_the_smaller_and_other_counties_stay(
    villages: dict[str, str], percent: int, seed: str
) -> None:
    table = frame(villages)
    small, large = draw(table, percent / 200, seed), draw(table, percent / 100, seed)
    assert set(small.villages["village_id"]) <= set(large.villages["village_id"])
    alone = draw(table[table["county_id"] == "a"], percent / 100, seed)
    assert set(alone.villages["village_id"]) == set(large.villages.query("county_id == 'a'")["village_id"])


def test_seeds_draw_differently_and_evenly() -> None:
    """Over 400 seeds each of ten villages is drawn about as often: 0.3 · 400 = 120, within five
    deviations."""
    table = frame({f"v{number}": "a" for number in range(10)})
    drawn = pd.concat([draw(table, 0.3, f"seed {number}").villages["village_id"] for number in range(400)])
    counts = drawn.value_counts()
    assert len(counts) == 10 and counts.sum() == 1200
    assert (abs(counts - 120) < 5 * math.sqrt(400 * 0.3 * 0.7)).all()


def test_villages_without_a_county_are_counted() -> None:
    sample = draw(frame({"v1": "a", "v2": None}), 1.0, "s")
    assert (sample.without_county, sample.listed, sample.drawn) == (1, 1, 1)
    assert sample.list_digest == list_digest(["v1"])


def test_other_columns_come_along_and_the_list_is_left_alone() -> None:
    table = frame({"v1": "a"}).assign(name="first")
    assert draw(table, 1.0, "s").villages["name"].tolist() == ["first"]
    assert list(table) == ["village_id", "county_id", "name"]


@pytest.mark.parametrize(
    ("villages", "share", "seed", "message"),
    [
        ({"v1": "a"}, 0.0, "s", "share"),
        ({"v1": "a"}, 5.0, "s", "share"),
        ({"v1": "a"}, float("nan"), "s", "share"),
        ({"v1": "a"}, 0.5, " ", "seed"),
        ({None: "a"}, 0.5, "s", "1 villages have no"),
    ],
)
def test_bad_input(villages: dict[str, str], share: float, seed: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draw(frame(villages), share, seed)


def test_a_village_listed_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="listed twice, the first is v1"):
        draw(pd.concat([frame({"v1": "a"})] * 2), 0.5, "s")
