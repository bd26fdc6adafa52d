"""Hot spots: on a lattice worked out by hand, against esda itself, with islands, and what may not be asked."""

from __future__ import annotations

from datetime import date

import esda
import numpy as np
import pandas as pd
import pytest
import shapely
from libpysal.graph import Graph

from indicators.chosen import hot_spots
from indicators.chosen.hot_spots import Neighbours, local_g, neighbours
from indicators.database import Atlas
from indicators.measure import DemonstrationOnly, UnknownQuestion

SIDE = 8


def lattice(side: int = SIDE) -> np.ndarray:
    """Unit squares, row by row from the south-west."""
    return np.array([shapely.box(x, y, x + 1, y + 1) for y in range(side) for x in range(side)], object)


def clustered(side: int = SIDE) -> np.ndarray:
    """10 % everywhere with a little unevenness, 90 % in the 3 x 3 corner in the south-west."""
    values = 10.0 + np.arange(side * side) % 3
    for y in range(3):
        values[y * side : y * side + 3] = 90.0
    return values


def by_hand(values: np.ndarray, focal: int, around: list[int]) -> float:
    """Gi* of Ord and Getis (1995), formula 14.2.6, with weights of one."""
    n, members = len(values), [focal, *around]
    mean, spread = values.mean(), values.std()
    k = len(members)
    return float((values[members].sum() - mean * k) / (spread * np.sqrt((n * k - k * k) / (n - 1))))


def test_a_corner_has_three_neighbours_and_the_middle_eight() -> None:
    pairs = neighbours(lattice())
    degree = np.bincount(pairs.focal)
    assert degree[0] == 3 and degree[SIDE + 1] == 8 and degree[1] == 5
    assert sorted(pairs.neighbour[pairs.focal == 0]) == [1, SIDE, SIDE + 1]
    assert not (pairs.focal == pairs.neighbour).any()


def test_the_score_is_the_one_of_the_formula() -> None:
    values = clustered()
    found = local_g(values, neighbours(lattice()))
    assert found["z_score"][0] == pytest.approx(by_hand(values, 0, [1, SIDE, SIDE + 1]))
    middle = [-SIDE - 1, -SIDE, -SIDE + 1, -1, 1, SIDE - 1, SIDE, SIDE + 1]
    at = 4 * SIDE + 4
    assert found["z_score"][at] == pytest.approx(by_hand(values, at, [at + step for step in middle]))
    assert found["around"][0] == pytest.approx(90.0)


def test_the_cluster_is_hot_and_what_is_far_is_not() -> None:
    found = local_g(clustered(), neighbours(lattice()))
    hot = set(np.flatnonzero(found["kind"] == "hot"))
    assert {0, 1, SIDE, SIDE + 1} <= hot  # wholly surrounded by high values
    assert not hot & {7, 63, 56}
    assert found["p_value"].between(0, 1).all()


def test_it_is_what_esda_says() -> None:
    """The permutations of esda with the same seed, doubled; and its threshold for many tests."""
    values, pairs = clustered(), neighbours(lattice())
    graph = Graph.from_arrays(pairs.focal, pairs.neighbour, np.ones(len(pairs.focal)))
    theirs = esda.G_Local(
        values,
        graph,
        transform="B",
        star=True,
        permutations=hot_spots.PERMUTATIONS,
        seed=hot_spots.SEED,
        n_jobs=1,
    )
    found = local_g(values, pairs)
    np.testing.assert_allclose(found["z_score"], theirs.Zs)
    np.testing.assert_allclose(found["p_value"], np.minimum(1, 2 * theirs.p_sim))
    threshold = esda.fdr(found["p_value"].to_numpy(), hot_spots.FALSE_DISCOVERY_RATE)
    assert set(np.flatnonzero(found["kind"] != "none")) == set(np.flatnonzero(found["p_value"] <= threshold))


def test_the_same_question_has_the_same_answer() -> None:
    once, twice = (local_g(clustered(), neighbours(lattice())) for _ in range(2))
    pd.testing.assert_frame_equal(once, twice)


def test_noise_is_not_a_finding() -> None:
    """Sixty-four tests of pure chance: without a correction some would be called hot."""
    values = np.random.default_rng(3).uniform(0, 100, SIDE * SIDE)
    found = local_g(values, neighbours(lattice()))
    assert (found["p_value"] < 0.05).any()
    assert set(found["kind"]) == {"none"}


def test_islands_and_unknown_places_take_no_part() -> None:
    """An island is compared with nobody; a place of unknown share is not a place without gap."""
    shapes = np.append(lattice(), [shapely.box(50, 50, 51, 51), shapely.box(60, 60, 61, 61)])
    values = np.append(clustered(), [99.0, np.nan])
    values[SIDE + 1] = np.nan  # in the midst of the cluster
    found = local_g(values, neighbours(shapes))
    assert found["kind"].tolist()[-2:] == ["isolated", "unknown"]
    assert found["kind"][SIDE + 1] == "unknown"
    assert found.loc[[SIDE + 1, 64, 65], ["z_score", "p_value", "around"]].isna().all(axis=None)
    rest = values[~np.isnan(values)][:-1]  # all that take part, the island left out
    assert found["z_score"][0] == pytest.approx(by_hand(rest, 0, [1, SIDE]))
    assert found["around"][0] == pytest.approx(90.0)  # the unknown one counts neither as 90 nor as 0


def test_a_place_whose_only_neighbour_is_unknown_is_isolated() -> None:
    shapes = np.append(lattice(), [shapely.box(50, 50, 51, 51), shapely.box(51, 50, 52, 51)])
    found = local_g(np.append(clustered(), [20.0, np.nan]), neighbours(shapes))
    assert found["kind"].tolist()[-2:] == ["isolated", "unknown"]


@pytest.mark.parametrize("values", [np.full(SIDE * SIDE, 12.5), np.full(SIDE * SIDE, np.nan)])
def test_where_all_are_alike_nothing_is_hot(values: np.ndarray) -> None:
    found = local_g(values, neighbours(lattice()))
    assert not set(found["kind"]) & {"hot", "cold"}


def test_few_places_are_not_tested() -> None:
    found = local_g(np.array([1.0, 2.0, 90.0]), Neighbours(np.array([0, 1]), np.array([1, 0])))
    assert found["kind"].tolist() == ["none", "none", "isolated"]
    assert found["z_score"].isna().all()


def _question(atlas: Atlas) -> tuple[str, str, str, date]:
    cursor = atlas.cursor()
    [(nation,)] = cursor.execute("SELECT place_id FROM place WHERE parent_id IS NULL").fetchall()
    [(level,)] = cursor.execute(
        "SELECT level FROM boundary JOIN level ON level_id = level ORDER BY position DESC LIMIT 1"
    ).fetchall()
    [(standard, as_of)] = cursor.execute(
        "SELECT standard, as_of FROM status_column WHERE evidence = 'simulated' ORDER BY ALL LIMIT 1"
    ).fetchall()
    return level, nation, standard, as_of


@pytest.mark.national
def test_simulated_states_are_for_demonstration_only(national_atlas: Atlas) -> None:
    asked = _question(national_atlas)
    with pytest.raises(DemonstrationOnly):
        hot_spots.of_atlas(national_atlas, *asked)
    found = hot_spots.of_atlas(national_atlas, *asked, demonstration=True)
    assert found["place_id"].is_unique and len(found) > 2500
    assert set(found["kind"]) <= set(hot_spots.KINDS)
    tested = found[found["z_score"].notna()]
    assert (tested.loc[tested["kind"] == "hot", "z_score"] > 0).all()
    assert (found.loc[found["value"].isna(), "kind"] == "unknown").all()


def test_a_level_without_boundaries_has_no_neighbours(mini_atlas: Atlas) -> None:
    level, nation, standard, as_of = _question(mini_atlas)
    del level
    cursor = mini_atlas.cursor()
    [(bare,)] = cursor.execute(
        "SELECT level_id FROM level WHERE level_id NOT IN (SELECT level FROM boundary) "
        "AND position > 0 ORDER BY position LIMIT 1"
    ).fetchall()
    with pytest.raises(UnknownQuestion):
        hot_spots.of_atlas(mini_atlas, bare, nation, standard, as_of, demonstration=True)
