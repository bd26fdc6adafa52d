"""The simulated status: nested, repeatable, and exactly as connected as was published."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.status_declaration import DeclarationError, StatusModel
from etl.status_model import (
    CONNECTED,
    NOT_APPLICABLE,
    UNCONNECTED,
    UNKNOWN,
    StatusResult,
    VillagesError,
    noise,
    simulate,
    splitmix64,
    text_hash,
)

DECLARATION = Path(__file__).resolve().parents[2] / "data/china/sources/status-simulated.toml"
D15, D17, D18 = date(2015, 12, 31), date(2017, 12, 31), date(2018, 9, 30)
D19, D21, D24 = date(2019, 10, 31), date(2021, 11, 30), date(2024, 6, 30)
DATES = (D15, D17, D18, D19, D21, D24)

#: What has been published, from the calibration table: percent, and how it was qualified.
PUBLISHED = {
    ("broadband", D15): (91.0, "~"),
    ("broadband", D21): (100.0, "="),
    ("fibre", D15): (63.9, "~"),
    ("fibre", D18): (96.0, "~"),
    ("fibre", D19): (98.0, ">"),
    ("4g", D18): (95.0, "~"),
    ("4g", D19): (98.0, ">"),
    ("5g", D24): (90.0, ">"),
}


def anchor(day: date, percent: float, operator: str = "~") -> dict[str, Any]:
    words = {"denominator": "villages", "publisher": "a ministry", "figure": "words", "published": "then"}
    return {"date": day, "rate_percent": percent, "operator": operator} | words


def weights(**changed: float) -> dict[str, float]:
    names = ("sparse_county", "remote_from_seat", "pilot_area", "county_noise", "village_noise")
    return {name: 0.5 for name in (*names, "unknown_remoteness")} | changed


def declared(
    dates: tuple[date, ...] = (D15, D17, D18),
    broadband: tuple[float, ...] = (80, 90, 100),
    fibre: tuple[float, ...] = (50, 70, 90),
    unknown: tuple[float, float] = (10, 2),
) -> dict[str, Any]:
    """Two families; 4g and 5g start on the way. A list of percents gives one anchor for each date."""
    shares = {"unknown_percent_first": unknown[0], "unknown_percent_last": unknown[1]}
    wired = [
        [anchor(day, rate) for day, rate in zip(dates, rates, strict=True)] for rates in (broadband, fibre)
    ]
    mobile = {"family": "mobile", "service_start": dates[0]}
    return {
        "title_en": "not the model's business",
        "model": {"seed": "test", "dates": list(dates), "weights": weights()},
        "family": [
            {"id": "wired", **shares},
            {"id": "mobile", "follows": "wired", "correlation": 0.6, **shares},
        ],
        "standard": [
            {"id": "fibre", "family": "wired", "implies": "broadband", "anchor": wired[1]},
            {"id": "broadband", "family": "wired", "anchor": wired[0]},
            {"id": "5g", "implies": "4g", **mobile, "service_start": D17, "anchor": [anchor(D24, 90)]},
            {"id": "4g", **mobile, "anchor": [anchor(dates[-1], 95)]},
        ],
    }


def group(count: int, **changed: Any) -> dict[str, Any]:
    return {
        "id": "late",
        "places": ["x"],
        "standard": "fibre",
        "count": count,
        "unconnected_on": D15,
        "connected_on": D17,
        "figure": "words",
    } | changed


def villages_of(n: int, seed: int = 0, in_group: int = 0) -> pd.DataFrame:
    """Villages of a few counties, some of whose density or distance is not known."""
    rng = np.random.default_rng(seed)
    county = rng.integers(0, max(1, n // 7), n)
    density, distance = rng.lognormal(0, 1, n), rng.uniform(0, 200, n)
    density[rng.random(n) < 0.1] = np.nan
    distance[rng.random(n) < 0.1] = np.nan
    return pd.DataFrame(
        {
            "place_id": [f"{c:06d}{i:06d}" for i, c in enumerate(county)],
            "county_id": [f"{c:06d}" for c in county],
            "density_villages_per_km2": density,
            "distance_to_seat_km": distance,
            "is_pilot": rng.random(n) < 0.3,
            "fixed_group": [("late" if i < in_group else None) for i in range(n)],
        }
    )


def model_of(declaration: dict[str, Any]) -> StatusModel:
    return StatusModel.from_declaration(declaration)


def cell(result: StatusResult, standard: str, day: date) -> pd.Series:
    rows = result.cells[(result.cells.standard == standard) & (result.cells.as_of == day)]
    assert len(rows) == 1
    return rows.iloc[0]


# --- properties ---------------------------------------------------------------------------------------

# Equal rates at two dates or of two standards are the hard case, so round ones are drawn often.
percents = st.sampled_from([0.0, 10.0, 30.0, 50.0, 80.0, 98.0, 100.0]) | st.floats(0, 100)
rising = st.lists(percents, min_size=3, max_size=3).map(sorted)


@st.composite
def cases(draw: st.DrawFn) -> tuple[pd.DataFrame, StatusModel]:
    """Any villages and any rates that a declaration may hold (broadband never below fibre)."""
    fibre, other = draw(rising), draw(rising)
    broadband = tuple(max(pair) for pair in zip(fibre, other, strict=True))
    unknown = sorted(draw(st.tuples(percents, percents)), reverse=True)
    declaration = declared((D15, D17, D18), broadband, tuple(fibre), (unknown[0], unknown[1]))
    declaration["model"]["weights"]["village_noise"] = draw(st.sampled_from([0.0, 0.5]))  # 0: many tie
    return villages_of(draw(st.integers(1, 60)), draw(st.integers(0, 9))), model_of(declaration)


def assert_consistent(result: StatusResult, n: int) -> None:
    """Everything that must hold whatever was declared."""
    days = sorted({day for _, day in result.states})
    for standard in ("broadband", "fibre", "4g", "5g"):
        series = [result.states[standard, day] for day in days]
        for before, after in pairwise(series):
            assert not ((before == CONNECTED) & (after != CONNECTED)).any(), "a connection was lost"
            assert not ((before == UNCONNECTED) & (after == UNKNOWN)).any(), "a known state was forgotten"
    for day in days:
        for implying, implied in (("fibre", "broadband"), ("5g", "4g")):
            has, needs = result.states[implying, day], result.states[implied, day]
            assert (needs[has == CONNECTED] == CONNECTED).all(), f"{implying} without {implied}"
            assert not ((needs == UNKNOWN) & np.isin(has, (UNCONNECTED, CONNECTED))).any()
    for row in result.cells.itertuples():
        states = result.states[row.standard, row.as_of]
        assert states.dtype == np.int8 and len(states) == n
        counts = np.bincount(states, minlength=4).tolist()
        assert counts == [row.unknown, row.unconnected, row.connected, row.not_applicable]
        assert row.unknown + row.unconnected + row.connected + row.not_applicable == n
        known = row.unconnected + row.connected
        if row.rate_kind == "not_applicable":
            assert row.not_applicable == n and np.isnan(row.target_rate) and np.isnan(row.achieved_rate)
        elif known:
            assert row.not_applicable == 0
            assert row.achieved_rate == row.connected / known, "unknown villages were counted"
            # nearest village: half a village away at most
            assert abs(row.connected - row.target_rate * known) <= 0.5 + 1e-6


@settings(max_examples=120, deadline=None)
@given(cases())
def test_states_are_nested_and_rates_met_to_the_nearest_village(
    case: tuple[pd.DataFrame, StatusModel],
) -> None:
    villages, model = case
    assert_consistent(simulate(villages, model), len(villages))


@settings(max_examples=40, deadline=None)
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(case: tuple[pd.DataFrame, StatusModel], random: Any) -> None:
    villages, model = case
    order = list(range(len(villages)))
    random.shuffle(order)
    straight, shuffled = simulate(villages, model), simulate(villages.iloc[order], model)
    for key, states in straight.states.items():
        assert (states[order] == shuffled.states[key]).all()
    pd.testing.assert_frame_equal(straight.cells, shuffled.cells)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 10), st.integers(0, 10), st.integers(60, 120), st.integers(0, 9))
def test_a_fixed_group_is_exact_and_the_rest_makes_up_the_rate(
    count: int, early: int, n: int, seed: int
) -> None:
    villages = villages_of(n, seed, in_group=count + early)
    model = model_of(declared(fibre=(50, 75, 90)) | {"fixed": [group(count)]})
    result = simulate(villages, model)
    members = villages.fixed_group.eq("late").to_numpy()
    before, after = result.states["fibre", D15][members], result.states["fibre", D17][members]
    assert (before == UNCONNECTED).sum() == count and (before == CONNECTED).sum() == early
    assert (after == CONNECTED).all()
    assert not any((result.states["broadband", day][members] == UNKNOWN).any() for day in (D15, D17, D18))
    assert_consistent(result, n)


# --- worked out by hand -------------------------------------------------------------------------------


def five_villages() -> pd.DataFrame:
    """A to E: each in a sparser county than the one before; B is by far the most remote."""
    return pd.DataFrame(
        {
            "place_id": list("CAEBD"),
            "county_id": list("caebd"),
            "density_villages_per_km2": [4.0, 16.0, 1.0, 8.0, 2.0],
            "distance_to_seat_km": [1.0, 1.0, 1.0, 500.0, 1.0],
            "is_pilot": [False] * 5,
            "fixed_group": [None] * 5,
        },
        index=[9, 9, 3, 1, 7],  # an index of no meaning
    )


def only_sparse() -> dict[str, float]:
    nothing = dict.fromkeys(("remote_from_seat", "pilot_area", "county_noise", "village_noise"), 0.0)
    return weights(sparse_county=1.0, unknown_remoteness=100.0, **nothing)


def by_name(result: StatusResult, standard: str, day: date, villages: pd.DataFrame) -> str:
    """The states of A, B, C, ... as digits."""
    pairs = sorted(zip(villages.place_id, result.states[standard, day], strict=True))
    return "".join(str(state) for _, state in pairs)


def test_five_villages_by_hand() -> None:
    """Lag runs A to E and B, the most remote, is unknown at first (20 % of 5 villages is one).

    2015: known A C D E; fibre 50 % = 2 of 4: A C; broadband 75 % = 3 of 4: A C D.
    2017: all known; fibre 60 % = 3 of 5: A C stay and B, least lagging of the rest, joins;
          broadband 80 % = 4 of 5: A C D stay and B joins. 2018: 5 of 5 and 4 of 5.
    """
    declaration = declared(broadband=(75, 80, 100), fibre=(50, 60, 80), unknown=(20, 0))
    declaration["model"]["weights"] = only_sparse()
    villages = five_villages()
    result = simulate(villages, model_of(declaration))
    found = [by_name(result, one, day, villages) for one in ("fibre", "broadband") for day in (D15, D17, D18)]
    assert found == ["20211", "22211", "22221", "20221", "22221", "22222"]
    assert cell(result, "fibre", D15).achieved_rate == 0.5  # of the four that are known


def test_a_fixed_group_by_hand() -> None:
    """Of the group A B C two are late: the two most lagging, B and C, so the early ones are A, D and E."""
    villages = five_villages()
    villages["fixed_group"] = [("late" if place in "ABC" else None) for place in villages.place_id]
    declaration = declared(broadband=(100, 100, 100), fibre=(40, 80, 100), unknown=(0, 0))
    declaration["model"]["weights"] = only_sparse()
    declaration["fixed"] = [group(2)]
    result = simulate(villages, model_of(declaration))
    assert [by_name(result, "fibre", day, villages) for day in (D15, D17, D18)] == ["21121", "22221", "22222"]


def test_a_group_without_broadband_is_without_fibre() -> None:
    """A B C D are the group and C D its late ones; by lag alone C would have fibre (60 % of 5: A B C)."""
    villages = five_villages()
    villages["fixed_group"] = [("late" if place in "ABCD" else None) for place in villages.place_id]
    declaration = declared(broadband=(60, 100, 100), fibre=(60, 80, 100), unknown=(0, 0))
    declaration["model"]["weights"] = only_sparse()
    declaration["fixed"] = [group(2, standard="broadband")]
    result = simulate(villages, model_of(declaration))
    assert by_name(result, "broadband", D15, villages) == "22112"
    assert by_name(result, "fibre", D15, villages) == "22112"


def test_villages_alike_in_all_are_told_apart_by_their_ids_not_their_rows() -> None:
    declaration = declared(unknown=(0, 0))
    declaration["model"]["weights"] = only_sparse()
    villages = villages_of(200).assign(density_villages_per_km2=1.0)
    result = simulate(villages, model_of(declaration))
    backwards = simulate(villages.iloc[::-1], model_of(declaration))
    for key, states in result.states.items():
        assert (states == backwards.states[key][::-1]).all()


def test_the_noise_is_the_same_in_every_build() -> None:
    """Pinned values: a library that hashes otherwise would silently move every village."""
    hashes = text_hash(np.array(["431103001200", "110101001001"], dtype=object))
    assert hashes.tolist() == [11829356086439394659, 6292166604770421138]
    zero = np.zeros(1, dtype=np.uint64)
    assert int(splitmix64(zero)[0]) == 0xE220A8397B1DCDAF  # the published first value of seed 0
    bell = noise(np.arange(200_000, dtype=np.uint64), "a")
    assert abs(bell.mean()) < 0.01 and abs(bell.std() - 1) < 0.01
    other = noise(np.arange(200_000, dtype=np.uint64), "b")
    assert abs(np.corrcoef(bell, other)[0, 1]) < 0.01


def test_another_seed_is_another_simulation_with_the_same_rates() -> None:
    villages, declaration = villages_of(500), declared()
    one = simulate(villages, model_of(declaration))
    declaration["model"]["seed"] = "another"
    other = simulate(villages, model_of(declaration))
    assert (one.states["fibre", D15] != other.states["fibre", D15]).any()
    pd.testing.assert_frame_equal(one.cells, other.cells)


def test_sparse_remote_and_pilot_villages_lag_and_the_remote_are_more_often_unknown() -> None:
    villages = villages_of(6000, seed=3)
    result = simulate(villages, model_of(declared(unknown=(10, 2))))
    states = result.states["fibre", D15]
    connected, unknown = states == CONNECTED, states == UNKNOWN
    sparse = (villages.density_villages_per_km2 < 1).to_numpy()
    remote = (villages.distance_to_seat_km > 100).to_numpy()
    pilot = villages.is_pilot.to_numpy()
    for late in (sparse, remote, pilot):
        assert connected[late].mean() < connected[~late].mean() - 0.05
    assert unknown[remote].mean() > unknown[~remote].mean() + 0.02


@pytest.mark.parametrize("correlation", [0.0, 0.6, 1.0])
def test_a_following_family_is_correlated_as_declared(correlation: float) -> None:
    """With half connected in both, share in the same half = 1/2 + arcsin(r) / pi for two bell curves."""
    declaration = declared(fibre=(50, 50, 50), broadband=(50, 50, 50), unknown=(0, 0))
    declaration["family"][1]["correlation"] = correlation
    declaration["standard"][3]["anchor"] = [anchor(D18, 50)]
    nothing = dict.fromkeys(("sparse_county", "remote_from_seat", "pilot_area", "county_noise"), 0.0)
    declaration["model"]["weights"] = weights(**nothing)
    result = simulate(villages_of(20_000), model_of(declaration))
    same = (result.states["fibre", D18] == result.states["4g", D18]).mean()
    assert same == pytest.approx(0.5 + np.arcsin(correlation) / np.pi, abs=0.02)


# --- the rate wanted ----------------------------------------------------------------------------------


def test_rates_between_after_and_before() -> None:
    """4g from 0 % (2015-12-31) to 95 % (2018-09-30): 731 of 1004 days later it is 69.17 %."""
    result = simulate(villages_of(1000), model_of(declared()))
    assert cell(result, "4g", D17).target_rate == pytest.approx(0.95 * 731 / 1004)
    assert cell(result, "4g", D15).target_rate == 0 and cell(result, "4g", D15).note_code == "linear"
    assert cell(result, "5g", D15).rate_kind == "not_applicable"
    assert (result.states["5g", D15] == NOT_APPLICABLE).all()
    later = declared()
    later["model"]["dates"].append(D19)
    carried = cell(simulate(villages_of(1000), model_of(later)), "fibre", D19)
    assert (carried.rate_kind, carried.note_code, carried.target_rate) == (
        "interpolated",
        "carried_forward",
        0.9,
    )
    assert "2018-09-30" in carried.note


def test_an_interpolated_rate_is_raised_to_that_of_the_implying_standard_and_says_so() -> None:
    declaration = declared(fibre=(50, 95, 96))
    declaration["standard"][1]["anchor"] = [anchor(D15, 80), anchor(D18, 100)]
    model = model_of(declaration)
    raised = model.cells["broadband", D17]
    assert (raised.target_rate, raised.rate_kind, raised.note_code) == (0.95, "interpolated", "raised")
    assert "94.5618 %" in raised.note and "'fibre'" in raised.note


# --- the declaration of China -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def china() -> tuple[pd.DataFrame, StatusModel, StatusResult]:
    """The real declaration on 9,000 made-up villages, 670 of them in the four counties."""
    model = model_of(tomllib.loads(DECLARATION.read_text(encoding="utf-8")))
    villages = villages_of(9000, seed=1)
    villages["fixed_group"] = ["yongzhou-1" if i < 670 else None for i in range(len(villages))]
    return villages, model, simulate(villages, model)


def test_every_published_rate_is_met_and_nothing_else_is_called_published(
    china: tuple[pd.DataFrame, StatusModel, StatusResult],
) -> None:
    villages, model, result = china
    assert model.dates == DATES
    assert_consistent(result, len(villages))
    cells = result.cells.set_index(["standard", "as_of"])
    assert len(cells) == 24
    anchors = cells[cells.rate_kind == "anchor"]
    assert set(anchors.index) == set(PUBLISHED)
    for key, (percent, operator) in PUBLISHED.items():
        row = anchors.loc[key]
        assert row.target_rate == pytest.approx(percent / 100) and row.operator == operator
        assert abs(row.achieved_rate - percent / 100) <= 1 / (row.connected + row.unconnected)
        assert row.denominator and row.publisher and row.figure and row.published
    others = cells[cells.rate_kind != "anchor"]
    assert set(others.rate_kind) == {"interpolated", "not_applicable"}
    assert set(others.index[others.rate_kind == "not_applicable"]) == {("5g", day) for day in DATES[:4]}
    assert others.operator.isna().all() and others.publisher.isna().all() and (others.note != "").all()


def test_broadband_is_complete_of_the_known_and_5g_runs_through_the_rate_of_2023(
    china: tuple[pd.DataFrame, StatusModel, StatusResult],
) -> None:
    _, _, result = china
    for day in (D21, D24):
        assert cell(result, "broadband", day).unconnected == 0
        assert cell(result, "broadband", day).unknown > 0
    days = (D21 - date(2019, 11, 1)).days / (date(2023, 12, 31) - date(2019, 11, 1)).days
    assert cell(result, "5g", D21).target_rate == pytest.approx(0.8 * days)
    shares = [cell(result, "fibre", day).unknown / 9000 for day in DATES]
    assert shares == sorted(shares, reverse=True) and shares[0] < 0.02 and 0 < shares[-1] < 0.005


def test_the_593_of_yongzhou(china: tuple[pd.DataFrame, StatusModel, StatusResult]) -> None:
    villages, model, result = china
    members = villages.fixed_group.eq("yongzhou-1").to_numpy()
    assert model.fixed[0].places == ("431103", "431123", "431128", "431127")
    before, after = result.states["fibre", D15][members], result.states["fibre", D17][members]
    assert np.bincount(before, minlength=4).tolist() == [0, 593, 77, 0]
    assert np.bincount(after, minlength=4).tolist() == [0, 0, 670, 0]
    broadband = result.states["broadband", D15][members][before == UNCONNECTED]
    assert (broadband == CONNECTED).any(), "below fibre is not without broadband"


def test_a_rate_is_met_on_the_whole_not_beside_the_group(
    china: tuple[pd.DataFrame, StatusModel, StatusResult],
) -> None:
    villages, _, result = china
    states = result.states["fibre", D15]
    rest = states[villages.fixed_group.isna().to_numpy()]
    assert (rest == CONNECTED).sum() / (rest != UNKNOWN).sum() > 0.639 + 0.02
    assert (states == CONNECTED).sum() / (states != UNKNOWN).sum() == pytest.approx(0.639, abs=1e-4)


# --- errors -------------------------------------------------------------------------------------------

Change = Callable[[dict[str, Any]], object]

MISTAKES: list[tuple[Change, str]] = [
    (lambda d: d.pop("model"), r"^model: expected a table, found nothing"),
    (lambda d: d["model"].pop("seed"), r"^model\.seed: expected a text, found nothing"),
    (lambda d: d["model"].update(dates=[]), r"^model\.dates: expected a list of dates, found \[\]"),
    (
        lambda d: d["model"].update(dates=["2015-12-31"]),
        r"^model\.dates: .*without quotes, found '2015-12-31'",
    ),
    (lambda d: d["model"].update(dates=[D17, D15]), r"^model\.dates: expected dates in order"),
    (lambda d: d["model"].update(wieghts={}), r"^model\.wieghts: expected one of .*found an unknown key"),
    (
        lambda d: d["model"]["weights"].update(pilot_area="high"),
        r"^model\.weights\.pilot_area: expected a number from 0 to 100, found 'high'",
    ),
    (lambda d: d["family"][0].update(follows="mobile", correlation=0.1), r"^family\.follows: .*'mobile'"),
    (lambda d: d["family"][1].update(correlation=1.5), r"^family\[2\]\.correlation: .*found 1\.5"),
    (
        lambda d: d["family"][0].update(unknown_percent_last=11),
        r"^family\[1\]\.unknown_percent_last: expected a number from 0 to 10, found 11",
    ),
    (lambda d: d["family"][1].update(id="wired"), r"^family: expected each id once, found 'wired' 2 times"),
    (lambda d: d["standard"][0].update(family="sea"), r"^standard\.family: expected one of .*found 'sea'"),
    (lambda d: d["standard"][0].update(implies="4g"), r"^standard\.implies: .*'wired', found '4g'"),
    (lambda d: d["standard"][1].update(implies="fibre"), r"^standard\.implies: expected no circle"),
    (lambda d: d["standard"][0].update(anchor=[]), r"^standard\[1\]\.anchor: expected a list of tables"),
    (
        lambda d: d["standard"][0]["anchor"][1].update(rate_percent=101),
        r"^standard\[1\]\.anchor\[2\]\.rate_percent: expected a number from 0 to 100, found 101",
    ),
    (
        lambda d: d["standard"][0]["anchor"][1].update(rate_percent=True),
        r"^standard\[1\]\.anchor\[2\]\.rate_percent: .*found True",
    ),
    (
        lambda d: d["standard"][0]["anchor"][1].update(rate_percent=40),
        r"^standard\[1\]\.anchor: expected a rate of at least 50 % .*found 40 % at 2017-12-31",
    ),
    (lambda d: d["standard"][0]["anchor"].reverse(), r"^standard\[1\]\.anchor: expected a date after 2018"),
    (lambda d: d["standard"][0]["anchor"].pop(0), r"^standard 'fibre'\.anchor: .*on or before 2015-12-31"),
    (lambda d: d["standard"][0]["anchor"][0].update(operator="about"), r"operator: .*found 'about'"),
    (lambda d: d["standard"][0]["anchor"][0].pop("publisher"), r"publisher: expected a text, found nothing"),
    (lambda d: d["standard"][2].update(service_start=D24), r"^standard\[3\]\.anchor: .*service_start 2024"),
    (
        lambda d: (
            d["standard"][0]["anchor"][0].update(rate_percent=81)
            or d["standard"][0]["anchor"][1].update(rate_percent=85)
        ),
        r"^standard 'broadband' at 2015-12-31: expected .*81 % .*'fibre'.*found 80 % published",
    ),
    (
        lambda d: d["standard"][3].update(service_start=D18, anchor=[anchor(D24, 99)]),
        r"^standard '4g' at 2017-12-31: .*found not applicable",
    ),
    (lambda d: d.update(fixed=[group(0)]), r"^fixed\[1\]\.count: expected a whole number from 1, found 0"),
    (lambda d: d.update(fixed=[group(1, standard="6g")]), r"^fixed 'late'\.standard: .*found '6g'"),
    (lambda d: d.update(fixed=[group(1, connected_on=D15)]), r"^fixed\[1\]\.connected_on: .*after 2015"),
    (lambda d: d.update(fixed=[group(1), group(2)]), r"^fixed: expected each id once, found 'late'"),
    (lambda d: d.update(fixed=[group(1, standard="5g")]), r"^fixed 'late'\.unconnected_on: .*2017-12-31"),
]


@pytest.mark.parametrize(("mistake", "message"), MISTAKES)
def test_a_mistake_in_the_declaration_is_named(mistake: Change, message: str) -> None:
    declaration = copy.deepcopy(declared())
    mistake(declaration)
    with pytest.raises(DeclarationError, match=message):
        model_of(declaration)


def test_a_group_needs_as_many_villages_as_it_declares() -> None:
    model = model_of(declared() | {"fixed": [group(8)]})
    with pytest.raises(VillagesError, match=r"'late': expected at least 8 villages in x, found 7"):
        simulate(villages_of(100, in_group=7), model)


def test_a_group_that_leaves_no_room_for_the_rate_is_refused() -> None:
    model = model_of(declared(fibre=(90, 95, 100), broadband=(95, 95, 100)) | {"fixed": [group(60)]})
    with pytest.raises(DeclarationError, match=r"^fixed: .*'fibre' at 2015-12-31"):
        simulate(villages_of(100, in_group=60), model)


def test_a_group_connected_beyond_the_rate_is_refused() -> None:
    model = model_of(declared(fibre=(50, 70, 90)) | {"fixed": [group(1)]})
    with pytest.raises(DeclarationError, match=r"'fibre' at 2015-12-31, found 69 that must be connected"):
        simulate(villages_of(100, in_group=70), model)


def test_one_id_in_two_distant_rows_is_named() -> None:
    villages = villages_of(10)
    villages.loc[9, "place_id"] = twice = villages.loc[0, "place_id"]
    with pytest.raises(VillagesError, match=f"found '{twice}' and '{twice}'"):
        simulate(villages, model_of(declared()))


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("place_id", "same", r"place_id: expected each id once, found 'same' and 'same'"),
        ("place_id", 7, r"place_id: expected texts, found integer"),
        ("county_id", None, r"county_id: expected a text in every row, found an empty one"),
        ("distance_to_seat_km", -1.0, r"distance_to_seat_km: expected 0 or more, found -1"),
        ("is_pilot", "yes", r"is_pilot: expected true or false"),
        ("fixed_group", "nobody", r"fixed_group: expected one of \[\], found 'nobody'"),
    ],
)
def test_villages_that_do_not_fit_are_named(column: str, value: object, message: str) -> None:
    with pytest.raises(VillagesError, match=message):
        simulate(villages_of(10).assign(**{column: value}), model_of(declared()))


def test_a_missing_column_is_named_and_no_villages_are_no_error() -> None:
    model = model_of(declared())
    with pytest.raises(VillagesError, match="is_pilot is missing"):
        simulate(villages_of(10).drop(columns="is_pilot"), model)
    empty = simulate(villages_of(10).iloc[:0], model)
    assert all(len(states) == 0 for states in empty.states.values())
