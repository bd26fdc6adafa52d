"""The simulated status: nested, repeatable, and exactly as connected as was published.

More than 400 lines: one model, its cases worked by hand on the same villages.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.status.cells import bounds, cells
from etl.status.declared import Facts, Figure, Project, StatusModel
from etl.status.model import StatusResult, VillagesError, noise, simulate, splitmix64, text_hash
from ground.declared import Unfit
from ground.states import CONNECTED, NOT_APPLICABLE, UNCONNECTED

D15, D17, D18 = date(2015, 12, 31), date(2017, 12, 31), date(2018, 9, 30)
D19, D21, D24 = date(2019, 10, 31), date(2021, 11, 30), date(2024, 6, 30)
NATION = "N"


def figure(day: date, percent: float, operator: str = "=", place: str = NATION, indicator: str = "rate") -> str:
    """The id of a published figure that says all there is to it; `facts_of` reads it."""
    return f"{place} {indicator} {day} {operator} {percent!r}"


def read(figure_id: str) -> Figure:
    place, indicator, day, operator, percent = figure_id.split()
    return Figure(figure_id, place, indicator, date.fromisoformat(day), float(percent), operator, "100", "a ministry")


def anchor(day: date, percent: float, operator: str = "=") -> dict[str, Any]:
    return {"figure": figure(day, percent, operator)}


def facts_of(declaration: dict[str, Any], places: tuple[str, ...] = (), villages: int = 1) -> Facts:
    """Everything that the anchors name, the figures of places, and one project `late` in the place x."""
    ids = [one["figure"] for standard in declaration.get("standard", []) for one in standard.get("anchor", [])]
    known = {one: read(one) for one in (*ids, *places) if one.count(" ") == 4}
    return Facts(NATION, known, {"late": Project(("x",), villages)})


def weights(**changed: float) -> dict[str, float]:
    names = ("sparse_county", "remote_from_seat", "pilot_area", "county_noise", "village_noise")
    return dict.fromkeys(names, 0.5) | changed


def declared(
    dates: tuple[date, ...] = (D15, D17, D18),
    broadband: tuple[float, ...] = (80, 90, 100),
    fibre: tuple[float, ...] = (50, 70, 90),
) -> dict[str, Any]:
    """Two families; 4g and 5g start on the way. A list of percents gives one anchor for each date."""
    wired = [[anchor(day, rate) for day, rate in zip(dates, rates, strict=True)] for rates in (broadband, fibre)]
    mobile = {"family": "mobile", "service_start": dates[0]}
    return {
        "title_en": "not the model's business",
        "model": {
            "seed": "test",
            "dates": list(dates),
            "snap_days": 62,
            "pilot_batches": [1],
            "weights": weights(),
        },
        "family": [{"id": "wired"}, {"id": "mobile", "follows": "wired", "correlation": 0.6}],
        "standard": [
            {"id": "fibre", "family": "wired", "implies": "broadband", "anchor": wired[1]},
            {"id": "broadband", "family": "wired", "anchor": wired[0]},
            {"id": "5g", "implies": "4g", **mobile, "service_start": D17, "anchor": [anchor(D24, 90)]},
            {"id": "4g", **mobile, "anchor": [anchor(dates[-1], 95)]},
        ],
    }


def group(**changed: Any) -> dict[str, Any]:
    return {"project": "late", "standard": "fibre", "unconnected_on": D15, "connected_on": D17} | changed


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


def model_of(declaration: dict[str, Any], places: tuple[str, ...] = (), villages: int = 1) -> StatusModel:
    """The model, with figures of `places` known; `villages` is the published number of the project's."""
    model = StatusModel.from_declaration(declaration, facts_of(declaration, places, villages))
    cells(model)
    bounds(model)
    return model


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
    declaration = declared((D15, D17, D18), broadband, tuple(fibre))
    declaration["model"]["weights"]["village_noise"] = draw(st.sampled_from([0.0, 0.5]))  # 0: many tie
    return villages_of(draw(st.integers(1, 60)), draw(st.integers(0, 9))), model_of(declaration)


def assert_consistent(result: StatusResult, n: int) -> None:
    """Everything that must hold whatever was declared."""
    days = sorted({day for _, day in result.states})
    for standard in ("broadband", "fibre", "4g", "5g"):
        series = [result.states[standard, day] for day in days]
        for before, after in pairwise(series):
            assert not ((before == CONNECTED) & (after != CONNECTED)).any(), "a connection was lost"
    for day in days:
        for implying, implied in (("fibre", "broadband"), ("5g", "4g")):
            has, needs = result.states[implying, day], result.states[implied, day]
            assert (needs[has == CONNECTED] == CONNECTED).all(), f"{implying} without {implied}"
    for row in result.cells.itertuples():
        states = result.states[row.standard, row.as_of]
        assert states.dtype == np.int8 and len(states) == n
        counts = np.bincount(states, minlength=4).tolist()
        assert counts == [0, row.unconnected, row.connected, row.not_applicable], "nothing is made unknown"
        assert sum(counts) == n
        if row.rate_kind == "not_applicable":
            assert row.not_applicable == n and np.isnan(row.target_rate) and np.isnan(row.achieved_rate)
        else:
            assert row.not_applicable == 0
            assert row.achieved_rate == row.connected / n
            # nearest village: half a village away at most
            assert abs(row.connected - row.target_rate * n) <= 0.5 + 1e-6


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
def test_a_fixed_group_is_exact_and_the_rest_makes_up_the_rate(count: int, early: int, n: int, seed: int) -> None:
    villages = villages_of(n, seed, in_group=count + early)
    model = model_of(declared(fibre=(50, 75, 90)) | {"fixed": [group()]}, villages=count)
    result = simulate(villages, model)
    members = villages.fixed_group.eq("late").to_numpy()
    before, after = result.states["fibre", D15][members], result.states["fibre", D17][members]
    assert (before == UNCONNECTED).sum() == count and (before == CONNECTED).sum() == early
    assert (after == CONNECTED).all()
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
    return weights(sparse_county=1.0, **nothing)


def by_name(result: StatusResult, standard: str, day: date, villages: pd.DataFrame) -> str:
    """The states of A, B, C, ... as digits."""
    pairs = sorted(zip(villages.place_id, result.states[standard, day], strict=True))
    return "".join(str(state) for _, state in pairs)


def test_five_villages_by_hand() -> None:
    """Lag runs A to E. Fibre 40, 60, 80 % are 2, 3 and 4 of them; broadband 60, 80, 100 % one more each."""
    declaration = declared(broadband=(60, 80, 100), fibre=(40, 60, 80))
    declaration["model"]["weights"] = only_sparse()
    villages = five_villages()
    result = simulate(villages, model_of(declaration))
    found = [by_name(result, one, day, villages) for one in ("fibre", "broadband") for day in (D15, D17, D18)]
    assert found == ["22111", "22211", "22221", "22211", "22221", "22222"]
    assert cell(result, "fibre", D15).achieved_rate == 0.4


def test_a_fixed_group_by_hand() -> None:
    """Of the group A B C two are late: the two most lagging, B and C, so the early ones are A, D and E."""
    villages = five_villages()
    villages["fixed_group"] = [("late" if place in "ABC" else None) for place in villages.place_id]
    declaration = declared(broadband=(100, 100, 100), fibre=(40, 80, 100))
    declaration["model"]["weights"] = only_sparse()
    declaration["fixed"] = [group()]
    result = simulate(villages, model_of(declaration, villages=2))
    assert [by_name(result, "fibre", day, villages) for day in (D15, D17, D18)] == ["21121", "22221", "22222"]


def test_a_group_without_broadband_is_without_fibre() -> None:
    """A B C D are the group and C D its late ones; by lag alone C would have fibre (60 % of 5: A B C)."""
    villages = five_villages()
    villages["fixed_group"] = [("late" if place in "ABCD" else None) for place in villages.place_id]
    declaration = declared(broadband=(60, 100, 100), fibre=(60, 80, 100))
    declaration["model"]["weights"] = only_sparse()
    declaration["fixed"] = [group(standard="broadband")]
    result = simulate(villages, model_of(declaration, villages=2))
    assert by_name(result, "broadband", D15, villages) == "22112"
    assert by_name(result, "fibre", D15, villages) == "22112"


# --- raked to places ----------------------------------------------------------------------------------


def raked(
    *told: str, fibre: tuple[float, ...] = (40, 60, 80), operator: str = "="
) -> tuple[StatusResult, pd.DataFrame]:
    """Five villages, D and E in the place P, with what was published of P."""
    declaration = declared(broadband=(60, 100, 100), fibre=fibre)
    declaration["model"]["weights"] = only_sparse()
    for standard in declaration["standard"][:2]:
        standard["places"] = {"rates": [standard["id"]], "counts_without": ["without_" + standard["id"]]}
    days = (D15, D17, D18)
    declaration["standard"][0]["anchor"] = [anchor(day, rate, operator) for day, rate in zip(days, fibre, strict=True)]
    villages = five_villages()
    within = {"P": villages.place_id.isin(["D", "E"]).to_numpy()}
    return simulate(villages, model_of(declaration, places=told), within), villages


def test_a_place_has_the_rate_that_it_published() -> None:
    """P said half at the end of 2015: D of D and E, and A of the others for the 40 % of the nation.
    2017: 60 %, and P no less than it had: A B D."""
    result, villages = raked(figure(D15, 50, "=", "P", "fibre"))
    found = [by_name(result, "fibre", day, villages) for day in (D15, D17, D18)]
    assert found == ["21121", "22121", "22221"]
    # What P has of fibre it has of broadband: D, and of the others A and then B, the least lagging.
    assert by_name(result, "broadband", D15, villages) == "22121"


def test_a_least_rate_of_the_nation_gives_way_to_what_a_place_published() -> None:
    """More than 20 % of five; P alone is two villages, and stays complete."""
    result, villages = raked(figure(D15, 100, "=", "P", "fibre"), fibre=(20, 60, 80), operator=">")
    assert by_name(result, "fibre", D15, villages) == "11122"
    assert by_name(result, "fibre", D17, villages) == "21122"


def test_a_published_rate_of_the_nation_does_not_give_way() -> None:
    """20 % of five is one village; P alone says two."""
    told = figure(D15, 100, "=", "P", "fibre")
    with pytest.raises(Unfit, match=r"'fibre' at 2015-12-31: .*2 that must be connected"):
        raked(told, fibre=(20, 60, 80))


def test_a_place_below_its_rate_before_it_published_it() -> None:
    """Exactly half in 2017 is not more than half in 2015; "more than" says nothing of the time before."""
    exact, villages = raked(figure(D17, 0, "=", "P", "fibre"))
    assert by_name(exact, "fibre", D17, villages) == "22211"
    more, _ = raked(figure(D17, 50, ">", "P", "fibre"))
    assert by_name(more, "fibre", D15, villages) == "22111"
    assert by_name(more, "fibre", D17, villages) == "22121"


def test_villages_without_are_counted_of_the_figure_s_own_denominator() -> None:
    """50 without of the 100 that the figure counts: half."""
    result, villages = raked(figure(D15, 50, "=", "P", "without_fibre"))
    assert by_name(result, "fibre", D15, villages) == "21121"


def test_a_figure_counts_for_a_date_of_the_model_that_is_close_and_else_from_its_own() -> None:
    near, villages = raked(figure(date(2016, 2, 1), 100, ">", "P", "fibre"), fibre=(40, 60, 80))
    assert by_name(near, "fibre", D15, villages) == "11122"
    far, _ = raked(figure(date(2016, 6, 1), 100, ">", "P", "fibre"), fibre=(20, 60, 80))
    assert by_name(far, "fibre", D15, villages) == "21111"
    assert by_name(far, "fibre", D17, villages) == "21122"


def test_figures_of_a_place_that_exclude_each_other_are_named() -> None:
    with pytest.raises(Unfit, match=r"place P at 2015-12-31: .*at least 80 %.*at most 60 %"):
        raked(figure(D15, 80, "=", "P", "fibre"), figure(D18, 60, "=", "P", "fibre"))


def test_a_place_without_villages_is_named() -> None:
    declaration = declared()
    declaration["standard"][0]["places"] = {"rates": ["fibre"]}
    model = model_of(declaration, places=(figure(D15, 50, "=", "Q", "fibre"),))
    with pytest.raises(VillagesError, match="villages of Q"):
        simulate(villages_of(10), model, {})


def test_villages_alike_in_all_are_told_apart_by_their_ids_not_their_rows() -> None:
    declaration = declared()
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


def test_sparse_remote_and_pilot_villages_lag() -> None:
    villages = villages_of(6000, seed=3)
    connected = simulate(villages, model_of(declared())).states["fibre", D15] == CONNECTED
    sparse = (villages.density_villages_per_km2 < 1).to_numpy()
    remote = (villages.distance_to_seat_km > 100).to_numpy()
    pilot = villages.is_pilot.to_numpy()
    for late in (sparse, remote, pilot):
        assert connected[late].mean() < connected[~late].mean() - 0.05


@pytest.mark.parametrize("correlation", [0.0, 0.6, 1.0])
def test_a_following_family_is_correlated_as_declared(correlation: float) -> None:
    """With half connected in both, share in the same half = 1/2 + arcsin(r) / pi for two bell curves."""
    declaration = declared(fibre=(50, 50, 50), broadband=(50, 50, 50))
    declaration["family"][1]["correlation"] = correlation
    declaration["standard"][3]["anchor"] = [anchor(D18, 50)]
    nothing = dict.fromkeys(("sparse_county", "remote_from_seat", "pilot_area", "county_noise"), 0.0)
    declaration["model"]["weights"] = weights(**nothing)
    result = simulate(villages_of(20_000), model_of(declaration))
    same = (result.states["fibre", D18] == result.states["4g", D18]).mean()
    assert same == pytest.approx(0.5 + np.arcsin(correlation) / np.pi, abs=0.02)


# --- the rate wanted ----------------------------------------------------------------------------------


def test_rates_between_after_and_before() -> None:
    """4g from 0 % (2015-12-31) to 95 % (2018-09-30): 731 of 1004 days later it is 69.17 %, which nobody published."""
    made = cells(model_of(declared()))
    between = made["4g", D17]
    assert between.target_rate == pytest.approx(0.95 * 731 / 1004)
    assert between.rate_kind == "assumed" and "service start" in between.note_en
    assert made["4g", D15].target_rate == 0 and made["4g", D15].rate_kind == "assumed"
    assert made["5g", D15].rate_kind == "not_applicable"
    assert (simulate(villages_of(50), model_of(declared())).states["5g", D15] == NOT_APPLICABLE).all()


def test_after_the_last_published_rate_it_is_assumed_and_never_falls() -> None:
    later = declared()
    later["model"]["dates"].append(D19)
    carried = cells(model_of(later))["fibre", D19]
    assert (carried.rate_kind, carried.target_rate) == ("assumed", 0.9)
    assert "2018-09-30" in carried.note_en and "2018-09-30" in carried.note_zh


def test_between_two_published_rates_it_is_interpolated_and_names_both() -> None:
    declaration = declared()
    declaration["standard"][0]["anchor"].pop(1)
    between = cells(model_of(declaration))["fibre", D17]
    assert between.rate_kind == "interpolated"
    assert between.target_rate == pytest.approx(0.5 + 0.4 * 731 / 1004)
    assert between.figure_ids == (figure(D15, 50), figure(D18, 90))


def test_a_bound_is_the_target_and_says_so() -> None:
    declaration = declared()
    declaration["standard"][0]["anchor"][2] = anchor(D18, 90, ">")
    one = cells(model_of(declaration))["fibre", D18]
    assert (one.rate_kind, one.operator, one.target_rate) == ("published", ">", 0.9)
    assert "bound" in one.note_en


def test_a_rate_is_worked_out_from_counts_and_says_so() -> None:
    """1 - (20 + 30) / 100 of the nation: half, derived, with the three figures it rests on."""
    declaration = declared()
    ids = [figure(D15, count, "~", NATION, f"count_{n}") for n, count in enumerate((20.0, 30.0, 100.0))]
    declaration["standard"][0]["anchor"][0] = {"date": D15, "without": ids[:2], "of": ids[2]}
    facts = facts_of(declared(), places=tuple(ids))
    one = cells(StatusModel.from_declaration(declaration, facts))["fibre", D15]
    assert (one.rate_kind, one.target_rate, one.figure_ids) == ("derived", 0.5, tuple(ids))
    assert one.denominator == "1 - (20 + 30) / 100"


def test_a_rate_not_published_is_raised_to_that_of_the_implying_standard_and_says_so() -> None:
    declaration = declared(fibre=(50, 95, 96))
    declaration["standard"][1]["anchor"] = [anchor(D15, 80), anchor(D18, 100)]
    raised = cells(model_of(declaration))["broadband", D17]
    assert (raised.target_rate, raised.rate_kind) == (0.95, "interpolated")
    assert "94.5618 %" in raised.note_en and "fibre implies it" in raised.note_en


# --- errors -------------------------------------------------------------------------------------------

Change = Callable[[dict[str, Any]], object]

MISTAKES: list[tuple[Change, str]] = [
    (lambda d: d.pop("model"), r"^model: expected a table, found nothing"),
    (lambda d: d["model"].pop("seed"), r"^model\.seed: expected a text, found nothing"),
    (lambda d: d["model"].update(dates=[]), r"^model\.dates: expected a list of dates, found \[\]"),
    (
        lambda d: d["model"].update(dates=["2015-12-31"]),
        r"^model\.dates\[1\]: .*without quotes, found '2015-12-31'",
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
        lambda d: d["model"].update(pilot_batches=["one"]),
        r"^model\.pilot_batches\[1\]: expected a whole number, found 'one'",
    ),
    (lambda d: d["model"].pop("snap_days"), r"^model\.snap_days: expected a whole number from 0"),
    (lambda d: d["family"][1].update(id="wired"), r"^family: expected each id once, found 'wired' 2 times"),
    (lambda d: d["standard"][0].update(family="sea"), r"^standard\.family: expected one of .*found 'sea'"),
    (lambda d: d["standard"][0].update(implies="4g"), r"^standard\.implies: .*'wired', found '4g'"),
    (lambda d: d["standard"][1].update(implies="fibre"), r"^standard\.implies: expected no circle"),
    (
        lambda d: d["standard"][0].update(anchor=[]),
        r"^standard\[1\]\.anchor: expected \[\[standard\.anchor\]\] tables, found \[\]",
    ),
    (
        lambda d: d["standard"][0]["anchor"].__setitem__(1, anchor(D17, 101)),
        r"^standard\[1\]\.anchor\[2\]\.figure: expected a share from 0 to 100 %, found 101 %",
    ),
    (
        lambda d: d["standard"][0]["anchor"].__setitem__(1, {"figure": "nobody's"}),
        r"^standard\[1\]\.anchor\[2\]\.figure: expected the id of a published figure .*nobody's",
    ),
    (
        lambda d: d["standard"][0]["anchor"].__setitem__(1, {"figure": figure(D17, 70, "=", "P")}),
        r"^standard\[1\]\.anchor\[2\]\.figure: expected a figure of the nation N, found .* of P",
    ),
    (
        lambda d: d["standard"][0]["anchor"].__setitem__(1, anchor(D17, 40)),
        r"^standard\[1\]\.anchor: expected a rate of at least 50 % .*found 40 % at 2017-12-31",
    ),
    (
        lambda d: d["standard"][0].update(places={"rates": ["fibre"], "leave_out": ["nobody's"]}),
        r"^standard\[1\]\.places\.leave_out: expected ids of published figures",
    ),
    (lambda d: d["standard"][0]["anchor"].reverse(), r"^standard\[1\]\.anchor: expected a date after 2018"),
    (lambda d: d["standard"][0]["anchor"].pop(0), r"^standard 'fibre'\.anchor: .*on or before 2015-12-31"),
    (lambda d: d["standard"][0]["anchor"][0].update(rate=1), r"anchor\[1\]\.rate: .*found an unknown key"),
    (lambda d: d["standard"][2].update(service_start=D24), r"^standard\[3\]\.anchor: .*service_start 2024"),
    (
        lambda d: (
            d["standard"][0]["anchor"].__setitem__(0, anchor(D15, 81))
            or d["standard"][0]["anchor"].__setitem__(1, anchor(D17, 85))
        ),
        r"^standard 'broadband' at 2015-12-31: expected .*81 % .*'fibre'.*found 80 % published",
    ),
    (
        lambda d: d["standard"][3].update(service_start=D18, anchor=[anchor(D24, 99)]),
        r"^standard '4g' at 2017-12-31: .*found not applicable",
    ),
    (lambda d: d.update(fixed=[group(project="no")]), r"^fixed\[1\]\.project: .*found 'no'"),
    (lambda d: d.update(fixed=[group(standard="6g")]), r"^fixed 'late'\.standard: .*found '6g'"),
    (lambda d: d.update(fixed=[group(connected_on=D15)]), r"^fixed\[1\]\.connected_on: .*after 2015"),
    (lambda d: d.update(fixed=[group(), group()]), r"^fixed: expected each id once, found 'late'"),
    (lambda d: d.update(fixed=[group(standard="5g")]), r"^fixed 'late'\.unconnected_on: .*2017-12-31"),
]


@pytest.mark.parametrize(("mistake", "message"), MISTAKES)
def test_a_mistake_in_the_declaration_is_named(mistake: Change, message: str) -> None:
    declaration = copy.deepcopy(declared())
    mistake(declaration)
    with pytest.raises(Unfit, match=message):
        model_of(declaration)


def test_a_group_needs_as_many_villages_as_it_declares() -> None:
    model = model_of(declared() | {"fixed": [group()]}, villages=8)
    with pytest.raises(VillagesError, match=r"'late': expected at least 8 villages in x, found 7"):
        simulate(villages_of(100, in_group=7), model)


def test_a_group_that_leaves_no_room_for_the_rate_is_refused() -> None:
    declaration = declared(fibre=(90, 95, 100), broadband=(95, 95, 100)) | {"fixed": [group()]}
    model = model_of(declaration, villages=60)
    with pytest.raises(Unfit, match=r"^standard 'fibre' at 2015-12-31: .*40 that can be"):
        simulate(villages_of(100, in_group=60), model)


def test_a_group_connected_beyond_the_rate_is_refused() -> None:
    model = model_of(declared(fibre=(50, 70, 90)) | {"fixed": [group()]})
    with pytest.raises(Unfit, match=r"'fibre' at 2015-12-31: .*69 that must be connected"):
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
