"""Where gaps cluster: Getis-Ord Gi* of the share of villages unconnected, place by place.

A place is a hot spot when it and its neighbours together have a larger share unconnected than chance would
bring together. Neighbours touch in at least one point (queen contiguity). How unlikely a cluster is comes
from random permutations with a fixed seed, two-sided; since thousands of places are tested at once, the
false discovery rate is held (Benjamini and Hochberg), not the error of each single test.

Getis and Ord (1992), doi:10.1111/j.1538-4632.1992.tb00261.x; Ord and Getis (1995); computed by PySAL's esda.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from indicators.database import Atlas
from indicators.measure import DemonstrationOnly, UnknownQuestion, measure

INDICATOR = "unconnected_share"
PERMUTATIONS = 9_999  # fewer could not bring a p-value that survives thousands of tests
SEED = 20_151_231
FALSE_DISCOVERY_RATE = 0.05
LEAST_PLACES = 30  # below that, "everywhere else" is too little to compare with
KINDS = ("hot", "cold", "none", "isolated", "unknown")


@dataclass(frozen=True)
class Neighbours:
    """Pairs of row numbers that touch, each pair in both directions, no place its own neighbour."""

    focal: NDArray[np.int64]
    neighbour: NDArray[np.int64]


def neighbours(shapes: NDArray[np.object_]) -> Neighbours:
    """Which polygons touch or overlap (queen contiguity)."""
    focal, neighbour = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    is_other = focal != neighbour
    return Neighbours(focal[is_other], neighbour[is_other])


def local_g(values: NDArray[np.float64], pairs: Neighbours) -> pd.DataFrame:
    """Gi* for every place, in the order of `values` (shares in percent, NaN where unknown).

    Columns: kind (one of KINDS), z_score, p_value (two-sided, from permutations), around (mean of the place and
    its known neighbours, in the unit of `values`). Places of unknown value and those without a known
    neighbour take no part; their numbers are missing. Where all values are alike, or there are fewer than
    LEAST_PLACES, nothing is a hot spot.
    """
    is_known = ~np.isnan(values)
    both = is_known[pairs.focal] & is_known[pairs.neighbour]
    focal, neighbour = pairs.focal[both], pairs.neighbour[both]
    takes_part = np.bincount(focal, minlength=len(values)) > 0
    found = pd.DataFrame(
        {
            "kind": np.where(~is_known, "unknown", np.where(takes_part, "none", "isolated")),
            "z_score": np.nan,
            "p_value": np.nan,
            "around": np.nan,
        }
    )
    known = values[takes_part]
    if len(known) < LEAST_PLACES or np.ptp(known) == 0:
        return found
    number = np.cumsum(takes_part) - 1
    z_score, p_value, around = _tested(known, number[focal], number[neighbour])
    is_found = p_value <= _threshold(p_value)
    found.loc[takes_part, "z_score"] = z_score
    found.loc[takes_part, "p_value"] = p_value
    found.loc[takes_part, "around"] = around
    found.loc[takes_part, "kind"] = np.where(is_found, np.where(z_score > 0, "hot", "cold"), "none")
    return found


def _tested(
    known: NDArray[np.float64], focal: NDArray[np.int64], neighbour: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Score, two-sided p-value and local mean. esda's permutation p-values are one-sided."""
    import esda  # here: with libpysal it takes seconds to load, and only this layer needs it
    from libpysal.graph import Graph

    graph = Graph.from_arrays(focal, neighbour, np.ones(len(focal)))
    tested = esda.G_Local(
        known,
        graph,
        transform="B",
        star=True,
        permutations=PERMUTATIONS,
        seed=SEED,
        n_jobs=1,
        keep_simulations=False,
    )
    size = 1 + np.bincount(focal, minlength=len(known))
    around = (known + np.bincount(focal, weights=known[neighbour], minlength=len(known))) / size
    return np.asarray(tested.Zs), np.minimum(1.0, 2 * tested.p_sim), around


def _threshold(p_value: NDArray[np.float64]) -> float:
    """The largest p-value that still counts; below every p-value where none does."""
    import esda

    return float(esda.fdr(p_value, FALSE_DISCOVERY_RATE))


def of_atlas(
    atlas: Atlas, level: str, within: str, standard: str, as_of: date, *, demonstration: bool = False
) -> pd.DataFrame:
    """`local_g` of the places of a level that have a boundary: the columns of `measure`, then those of `local_g`.

    Raises UnknownQuestion where the level has no boundaries, and DemonstrationOnly where any share rests on
    simulated states: clusters of a simulation are no finding.
    """
    shares = measure(atlas, INDICATOR, within=within, level=level, standard=standard, as_of=as_of)
    rows = (
        atlas.cursor()
        .execute(
            "SELECT place_id, ST_AsWKB(geometry) FROM boundary WHERE level = $1 AND resolution = 'medium'",
            [level],
        )
        .fetchall()
    )
    if not rows:
        raise UnknownQuestion(f"level {level!r} has no boundaries, so no neighbours")
    outlines = dict(rows)
    shares = shares[shares["place_id"].isin(outlines.keys())].reset_index(drop=True)
    known = shares["value"].notna()
    if not demonstration and (shares.loc[known, "evidence"] == "simulated").any():
        raise DemonstrationOnly("hot spots of simulated states are noise: demonstration only")
    shapes = shapely.from_wkb([outlines[place_id] for place_id in shares["place_id"]])
    return shares.join(local_g(shares["value"].to_numpy(dtype=float), neighbours(shapes)))
