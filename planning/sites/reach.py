"""Which villages lie within the radius of which sites: great-circle distance on a sphere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from scipy.spatial import cKDTree

from ground.sphere import chord_to_km, km_to_chord, on_sphere
from planning.inputs import InputError, require

#: A village exactly at the radius is within it, whatever the last bit of a sine says: a tenth of a millimetre.
EDGE_KM = 1e-7
MOST_PAIRS = 20_000_000  # about 0.5 GB


class TooManyPairs(ValueError):
    """Radii so large that the pairs of village and site do not fit; the message gives both numbers."""


def has_position(frame: pd.DataFrame, table: str) -> NDArray[np.bool_]:
    """Rows with a longitude and latitude that exist on Earth."""
    require(frame, table, ["lon", "lat"])
    lon = pd.to_numeric(frame["lon"], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    lat = pd.to_numeric(frame["lat"], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    return np.asarray((np.abs(lon) <= 180) & (np.abs(lat) <= 90))


def with_radius(sites: pd.DataFrame, radius_km: Mapping[tuple[str, str], float]) -> pd.DataFrame:
    """Sites with `radius_km` by their `technology` and `terrain`. Raises InputError on a pair without radius."""
    require(sites, "sites", ["technology", "terrain"])
    pairs = list(zip(sites["technology"], sites["terrain"], strict=True))
    if missing := sorted({str(pair) for pair in pairs if pair not in radius_km}):
        raise InputError("radius_km", "a radius for each technology and terrain", f"none for {missing[0]}")
    return sites.assign(radius_km=[float(radius_km[pair]) for pair in pairs])


def radii(sites: pd.DataFrame, table: str, default_km: float | None) -> NDArray[np.float64]:
    """`radius_km` of each site, else the default. Raises InputError on one that is not positive."""
    if "radius_km" in sites.columns:
        values = pd.to_numeric(sites["radius_km"]).to_numpy(dtype=np.float64, na_value=np.nan)
        values = values if default_km is None else np.where(np.isnan(values), default_km, values)
    elif default_km is None:
        raise InputError(f"{table}.radius_km", "a column, or a radius for all sites", "neither")
    else:
        values = np.full(len(sites), float(default_km))
    if wrong := [float(value) for value in values if not (np.isfinite(value) and value > 0)]:
        raise InputError(f"{table}.radius_km", "more than 0 km", wrong[0])
    return values


def within(villages: pd.DataFrame, sites: pd.DataFrame, radius_km: NDArray[np.float64]) -> Any:
    """Distances in km as a sparse matrix, villages x sites; an entry where the village is within the radius.

    All rows need a position. A village at its site has the entry EDGE_KM, since 0 is no entry.
    Raises TooManyPairs.
    """
    shape = (len(villages), len(sites))
    if not all(shape):
        return sparse.csr_array(shape, dtype=np.float64)
    here, there = _points(villages), _points(sites)
    tree, chord = cKDTree(here), km_to_chord(radius_km + EDGE_KM)
    count = tree.query_ball_point(there, chord, return_length=True)
    if (pairs := int(np.sum(count))) > MOST_PAIRS:
        raise TooManyPairs(f"{pairs} pairs of village and site within the radius; at most {MOST_PAIRS} are tried")
    lists = tree.query_ball_point(there, chord, return_sorted=True)
    row = np.fromiter((village for near in lists for village in near), np.int64, pairs)
    column = np.repeat(np.arange(shape[1]), count)
    distance = np.linalg.norm(here[row] - there[column], axis=1)
    km = chord_to_km(distance)
    return sparse.csr_array((np.maximum(km, EDGE_KM), (row, column)), shape=shape)


def _points(frame: pd.DataFrame) -> NDArray[np.float64]:
    return on_sphere(frame["lon"].to_numpy(dtype=np.float64), frame["lat"].to_numpy(dtype=np.float64))
