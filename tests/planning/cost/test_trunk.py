"""A shared trunk: chains by hand, the tree against that of all pairs, and villages without a position."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse.csgraph import minimum_spanning_tree

from ground.sphere import EARTH_RADIUS_KM, apart_km
from planning.cost import trunk

PER_KM = 180 / np.pi / EARTH_RADIUS_KM  # degrees of a meridian
NAN = float("nan")


def chain(*km: float) -> tuple[np.ndarray, np.ndarray]:
    """Villages so many km up one meridian."""
    return np.full(len(km), 105.0), 30 + PER_KM * np.array(km)


def test_a_chain_pays_each_kilometre_once() -> None:
    pieces = trunk.shared_km(*chain(1, 2, 3, 4), np.array([1.0, 2.0, 3.0, 4.0]))
    assert pieces == pytest.approx([1, 1, 1, 1], abs=1e-6)


def test_two_villages_on_one_spot_need_one_cable() -> None:
    pieces = trunk.shared_km(*chain(5, 5, 5, 5, 6), np.array([5.0, 5.0, 5.0, 5.0, 6.0]))
    assert pieces.sum() == pytest.approx(6, abs=1e-6)


def test_who_is_near_a_connected_place_goes_there_by_itself() -> None:
    assert trunk.shared_km(*chain(0, 50), np.array([2.0, 3.0])).tolist() == [2, 3]


def test_what_is_unknown_stays_as_it_is() -> None:
    lon, lat = chain(1, 2, 3)
    lon[2] = NAN
    pieces = trunk.shared_km(lon, lat, np.array([1.0, NAN, 7.0]))
    assert pieces[[0, 2]].tolist() == [1, 7] and np.isnan(pieces[1])
    assert trunk.shared_km(lon[:0], lat[:0], lon[:0]).size == 0


@pytest.mark.parametrize("villages", [2, 3, 4, 60])
def test_the_tree_is_the_shortest_of_all(villages: int) -> None:
    random = np.random.default_rng(villages)
    lon, lat = 105 + random.random(villages), 45 + random.random(villages)
    distance = 60 * random.random(villages) + 1
    every = np.zeros((villages + 1, villages + 1))
    every[:villages, villages] = distance
    for one, other in np.argwhere(np.triu(np.ones((villages, villages)), 1)):
        every[one, other] = apart_km(lon[one], lat[one], lon[other], lat[other])
    pieces = trunk.shared_km(lon, lat, distance)
    assert pieces.sum() == pytest.approx(minimum_spanning_tree(every).sum())
    assert (pieces <= distance + 1e-9).all()
