"""Part 6: where sites go and how villages are shared, beside what one would do without the planner.

The villages are invented, with a fixed seed: 200 clusters over seven degrees, log-normal people and costs.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from benchmarks.settings import SEED, Settings
from benchmarks.tables import Table, median, number
from ground.sphere import EARTH_RADIUS_KM
from planning.sharing import allocate, pieces
from planning.sites import reach
from planning.sites.cover import maximal_cover, set_cover
from planning.solver import highs

VILLAGES, CANDIDATES, FEW_CANDIDATES = 10_000, 2_000, 120
SHARED_VILLAGES, COUNTIES = 20_000, 120
SHARE = pd.Series([0.4, 0.3, 0.2, 0.1], index=["A", "B", "C", "D"])
EXACT_LIMIT_S = 60.0
Found = TypeVar("Found")
TIMED = ["n", "median, s", "worst, s", "processor, s"]
COVER_COLUMNS = [
    "way",
    "candidates",
    "sites",
    "radius, km",
    *TIMED,
    "people",
    "of ours, %",
    "gap, %",
]
COVER_NOTE = (
    f"{VILLAGES:,} villages. *Greedy* takes the site that newly covers most people, again and again, and looks at all "
    f"candidates each time. *Off the shelf* is the textbook model without our grouping and start, with a full matrix "
    f"of distances, given to `scipy.optimize.milp`, on the {FEW_CANDIDATES} candidates that cover most "
    "people each; all of them where more sites are asked for. "
    "*Of ours*: people covered, as a share of what the planner covers. "
    "*Gap*: the most that a better answer could gain. "
    "*Processor*: time worked by all cores, median; on a busy machine less than the time waited."
)
SHARE_COLUMNS = [
    "way",
    *TIMED,
    "greatest deviation, %",
    "counties split",
    "proven within, %",
]
SHARE_NOTE = (
    f"{SHARED_VILLAGES:,} villages in {COUNTIES} counties of a grid to 4 operators with 40, 30, 20 and 10 %. *Greatest "
    "deviation*: of an operator's cost from its target, as a share of the target. *Proven within*: the best "
    "possible deviation is less by at most this, for the counties; villages then even out further. "
    f"*One model* has 80,000 whole columns, and no start; it is stopped after {EXACT_LIMIT_S:.0f} s."
)


def run(settings: Settings) -> list[Table]:
    """Two tables: covering, and sharing."""
    times = settings.times(3, 1)
    return [
        Table("Covering villages with sites", COVER_COLUMNS, _covering(times), COVER_NOTE),
        Table("Sharing villages among operators", SHARE_COLUMNS, _sharing(times, settings), SHARE_NOTE),
    ]


def _covering(times: int) -> list[list[str]]:
    villages, candidates = invented(VILLAGES, CANDIDATES)
    rows = []
    for sites, radius_km in ((100, 5.0), (300, 5.0), (300, 10.0)):
        plan = partial(maximal_cover, villages, candidates, radius_km=radius_km, most_sites=sites)
        ours, taken = _timed(plan, times)
        size = [str(sites), f"{radius_km:.0f}"]
        best = ours.weight
        rows.append(["planner", f"{CANDIDATES:,}", *size, *taken, *_people(best, best), _percent(ours.run.gap_share)])
        people, taken = _timed(partial(_greedy, villages, candidates, sites, radius_km), times)
        rows.append(["greedy", f"{CANDIDATES:,}", *size, *taken, *_people(people, best), "–"])
        size[0] = str(min(sites, FEW_CANDIDATES))
        people, taken = _timed(partial(_off_the_shelf, villages, candidates, sites, radius_km), times)
        rows.append(["off the shelf", str(FEW_CANDIDATES), *size, *taken, *_people(people, best), "0.000"])
    ours, taken = _timed(partial(set_cover, villages, candidates, radius_km=5.0), times)
    all_people = f"{ours.covered_people_persons:,.0f}"
    gap = _percent(ours.run.gap_share)
    return [
        *rows,
        [
            "planner: all, fewest",
            f"{CANDIDATES:,}",
            f"{len(ours.sites):,}",
            "5",
            *taken,
            all_people,
            "–",
            gap,
        ],
    ]


def _people(covered: float, best: float) -> list[str]:
    return [f"{covered:,.0f}", f"{100 * covered / best:.2f}"]


def _sharing(times: int, settings: Settings) -> list[list[str]]:
    villages, neighbours = invented_counties(SHARED_VILLAGES, COUNTIES)
    rows = []
    ways: dict[str, Callable[[], allocate.Sharing]] = {
        "planner: counties, then villages": lambda: allocate.share_out(villages, SHARE),
        "planner: whole counties": lambda: allocate.share_out(villages, SHARE, units="counties"),
        "planner: connected counties, 10 s": lambda: allocate.share_out(
            villages, SHARE, units="connected_counties", neighbours=neighbours, time_limit_s=10
        ),
        "by count, as in 2004": lambda: allocate.share_by_count(villages, SHARE),
    }
    for way, ask in ways.items():
        found, taken = _timed(ask, times)
        worst = float(found.fairness["over_share"].abs().max())
        is_cost = found.basis == "cost"
        proven = _percent(found.run.gap_absolute) if is_cost else "–"
        rows.append([way, *taken, _percent(worst), str(found.split_counties), proven])
    if not settings.is_quick:
        (deviation, gap), taken = _timed(lambda: _village_by_village(villages), 1)
        rows.append(["one model, village by village", *taken, _percent(deviation), "–", _percent(gap)])
    return rows


def invented(villages: int, candidates: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Villages in clusters; the candidates are some of them."""
    random = np.random.default_rng(SEED)
    centre = random.uniform([108, 24], [115, 31], (200, 2))
    position = centre[random.integers(0, 200, villages)] + random.normal(0, 0.25, (villages, 2))
    here = pd.DataFrame(
        {
            "place_id": np.arange(villages).astype(str),
            "lon": position[:, 0],
            "lat": position[:, 1],
            "population_persons": random.lognormal(6.8, 0.7, villages).round(),
        }
    )
    there = here.iloc[random.choice(villages, candidates, replace=False)].reset_index(drop=True)
    return here, there.rename(columns={"place_id": "site_id"})[["site_id", "lon", "lat"]]


def invented_counties(villages: int, counties: int) -> tuple[pd.DataFrame, list[tuple[str, str]]]:
    """Villages with a cost in the counties of a grid twelve wide, and which of these are neighbours."""
    random = np.random.default_rng(SEED)
    county = random.choice(counties, villages, p=random.dirichlet(np.full(counties, 2.0)))
    dear = random.lognormal(0, 0.4, counties)  # a village in the mountains costs more
    frame = pd.DataFrame(
        {
            "place_id": np.arange(villages).astype(str),
            "county_id": county.astype(str),
            "cost_yuan": (random.lognormal(12.6, 0.4, villages) * dear[county]).round(),
        }
    )
    beside = [(n, n + 1) for n in range(counties - 1) if (n + 1) % 12]
    beside += [(n, n + 12) for n in range(counties - 12)]
    return frame, [(str(one), str(other)) for one, other in beside]


def _greedy(villages: pd.DataFrame, candidates: pd.DataFrame, sites: int, radius_km: float) -> float:
    """Written as one would on the spot: all gains anew for each site."""
    near = reach.within(villages, candidates, np.full(len(candidates), radius_km)) > 0
    near = near.astype(np.float64).T.tocsr()
    left = villages["population_persons"].to_numpy(dtype=np.float64).copy()
    covered = 0.0
    for _ in range(sites):
        gain = near @ left
        best = int(np.argmax(gain))
        covered += float(gain[best])
        left[near.indices[near.indptr[best] : near.indptr[best + 1]]] = 0
    return covered


def _off_the_shelf(villages: pd.DataFrame, candidates: pd.DataFrame, sites: int, radius_km: float) -> float:
    """One column per village and candidate, one row per village, all distances in a full matrix."""
    people = villages["population_persons"].to_numpy(dtype=np.float64)
    all_near = _distances(villages, candidates) <= radius_km
    few = np.argsort(-(people @ all_near), kind="stable")[:FEW_CANDIDATES]
    near = all_near[:, few].astype(np.float64)
    count = len(villages)
    rows = sparse.hstack([sparse.csr_array(near), -sparse.eye_array(count)])
    most = sparse.csr_array(np.concatenate([np.ones(len(few)), np.zeros(count)]).reshape(1, -1))
    found = milp(
        np.concatenate([np.zeros(len(few)), -people]),
        constraints=[LinearConstraint(rows, 0, np.inf), LinearConstraint(most, 0, sites)],
        integrality=np.ones(len(few) + count),
        bounds=Bounds(0, 1),
    )
    return float(-found.fun)


def _distances(villages: pd.DataFrame, candidates: pd.DataFrame) -> NDArray[np.float64]:
    lat, lon = (np.radians(villages[name].to_numpy())[:, None] for name in ("lat", "lon"))
    other_lat, other_lon = (np.radians(candidates[name].to_numpy())[None, :] for name in ("lat", "lon"))
    half = np.sin((lat - other_lat) / 2) ** 2
    half = half + np.cos(lat) * np.cos(other_lat) * np.sin((lon - other_lon) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(half)))


def _village_by_village(villages: pd.DataFrame) -> tuple[float | None, float | None]:
    """The greatest deviation and its gap; None where nothing was found in time."""
    cost = villages["cost_yuan"].to_numpy()
    found = highs.solve(
        pieces.model(cost[:, None] / (SHARE.to_numpy() * cost.sum())[None, :], None),
        gap=1e-3,
        time_limit_s=EXACT_LIMIT_S,
    )
    return (None, None) if found.x is None else (-found.objective - 1, found.bound - found.objective)


def _timed(ask: Callable[[], Found], times: int) -> tuple[Found, list[str]]:
    """The answer, and the cells of the columns TIMED."""
    waited, worked = [], []
    for _ in range(times):
        began, began_work = time.perf_counter(), time.process_time()
        found = ask()
        waited.append(time.perf_counter() - began)
        worked.append(time.process_time() - began_work)
    return found, [str(times), number(median(waited)), number(max(waited)), number(median(worked))]


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.3f}"
