"""Whole counties to operators, so that the greatest deviation from a target is least; in one piece if wanted.

One model on HiGHS, which starts from an allocation by the largest first, so that there is an answer
at any time. Being in one piece is a flow: in each connected part of the land an operator's counties have one
source, and each county consumes one unit that came through counties of the same operator.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from planning.solver.highs import Model
from planning.solver.search import NOT_NEEDED, IsCancelled, Run, improve

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MOST_GROWN = 16  # places to grow pieces from
MANY_COUNTIES = 400  # beyond a province's: there one place must do
MOST_MOVES = 1000


def allocate(
    load: Floats,
    goal: Floats,
    edges: Ints | None,
    time_limit_s: float,
    gap_deviation: float,
    is_cancelled: IsCancelled | None,
) -> tuple[Ints, Run]:
    """The operator of each county. `load` per county and `goal` per operator in one unit, adding up alike.

    edges: pairs of neighbouring counties when pieces must be connected, else None. Operators
    without a goal get nothing. The deviation is proven to `gap_deviation`, of the target, or time is up.
    """
    bearers = np.flatnonzero(goal > 0)
    if not len(load) or not len(bearers):
        return np.zeros(len(load), dtype=np.int64), NOT_NEEDED
    relative = load[:, None] / goal[bearers][None, :]
    start = _start(load, goal[bearers], edges, gap_deviation)
    values, run = improve(
        model(relative, edges),
        _as_values(start, relative, edges),
        time_limit_s=time_limit_s,
        gap_share=gap_deviation,
        is_cancelled=is_cancelled,
    )
    counties, operators = relative.shape
    owner = values[: counties * operators].reshape(counties, operators).argmax(axis=1)
    run = replace(run, gap_share=run.gap_absolute)  # what was lessened is a share itself, of the target
    # HiGHS may end with one that is better by less than it can tell; then the start stands.
    owner = min((owner, start), key=lambda one: _worst(one, load, goal[bearers]))
    return bearers[owner], run


def _worst(owner: Ints, load: Floats, goal: Floats) -> float:
    return float(np.max(np.abs(np.bincount(owner, load, len(goal)) / goal - 1)))


def _start(load: Floats, goal: Floats, edges: Ints | None, near_enough: float) -> Ints:
    """An allocation to improve on. Pieces are grown from several places, and the most even one is kept."""
    if edges is None:
        return _improved(_largest_first(load, goal), load, goal, None)
    best: Ints | None = None
    for first in range(MOST_GROWN if len(load) <= MANY_COUNTIES else 1):
        tried = _improved(_grown(load, goal, edges, first), load, goal, edges)
        if best is None or _worst(tried, load, goal) < _worst(best, load, goal):
            best = tried
        if _worst(best, load, goal) <= near_enough:
            break
    assert best is not None, "there is a first one"
    return best


def _largest_first(load: Floats, goal: Floats) -> Ints:
    """Each county, the heaviest first, to whom most is wanting of the target."""
    owner = np.zeros(len(load), dtype=np.int64)
    missing = goal.copy()
    for county in np.argsort(-load, kind="stable"):
        owner[county] = int(np.argmax(missing / goal))
        missing[owner[county]] -= load[county]
    return owner


def _grown(load: Floats, goal: Floats, edges: Ints, first: int) -> Ints:
    """Connected pieces: in each part of the land each operator starts far from the others and grows by neighbours."""
    near = _adjacency(edges, len(load))
    _, part = connected_components(near, directed=False)
    owner = np.full(len(load), -1, dtype=np.int64)
    missing = goal.copy()
    for one in np.argsort(-np.bincount(part, load), kind="stable"):
        _grow(np.flatnonzero(part == one), near, load, goal, missing, owner, first)
    return owner


def _grow(inside: Ints, near: Any, load: Floats, goal: Floats, missing: Floats, owner: Ints, first: int) -> None:
    """Writes into `owner` and `missing`. Who lacks most takes next; who is walled in waits."""
    wanting = [k for k in np.argsort(-missing / goal, kind="stable") if missing[k] > 0] or [int(np.argmax(missing))]
    for operator, seed in zip(wanting, _far_apart(inside, near, len(wanting), first), strict=False):
        owner[seed] = operator
        missing[operator] -= load[seed]
    while (owner[inside] < 0).any():
        border = {k: _free_neighbours(inside[owner[inside] == k], near, owner) for k in range(len(goal))}
        operator = max((k for k in border if len(border[k])), key=lambda k: missing[k] / goal[k])
        county = border[operator][np.argmax(load[border[operator]])]
        owner[county] = operator
        missing[operator] -= load[county]


def _far_apart(inside: Ints, near: Any, count: int, first: int) -> list[int]:
    """Counties that are many borders from each other, found one after the other; `first` varies the first one."""
    steps = sparse.csgraph.shortest_path(near[inside][:, inside], unweighted=True, directed=False)
    start = first * 7919 % len(inside)  # a prime: starts are spread over the list
    seeds = [int(np.argmax(steps[start])) if first == 0 else start]
    while len(seeds) < min(count, len(inside)):
        seeds.append(int(np.argmax(np.min(steps[seeds], axis=0))))
    return [int(county) for county in inside[seeds]]


def _free_neighbours(held: Ints, near: Any, owner: Ints) -> Ints:
    beside = np.unique(near[held].indices) if len(held) else np.zeros(0, dtype=np.int64)
    return np.asarray(beside[owner[beside] < 0], dtype=np.int64)


def _improved(owner: Ints, load: Floats, goal: Floats, edges: Ints | None) -> Ints:
    """Single counties change hands while that makes the sum of squares of the deviations less."""
    near = None if edges is None else _adjacency(edges, len(load))
    parts = None if near is None else connected_components(near, directed=False)[1]
    owner = owner.copy()
    over = np.bincount(owner, load, len(goal)) / goal - 1
    for _ in range(MOST_MOVES):  # each lowers the sum; the bound is on time, and seldom met
        step = load[:, None] / goal[None, :]
        rows = np.arange(len(load))
        leaves = (over[owner] - step[rows, owner]) ** 2 - over[owner] ** 2
        joins = (over[None, :] + step) ** 2 - over[None, :] ** 2
        change = leaves[:, None] + joins
        change[rows, owner] = 0.0
        for at in np.argsort(change, axis=None, kind="stable"):
            county, taker = divmod(int(at), len(goal))
            if change[county, taker] > -1e-12:
                return owner
            if near is None or parts is None or _may_move(county, taker, owner, near, parts):
                giver = owner[county]
                over[giver] -= step[county, giver]
                over[taker] += step[county, taker]
                owner[county] = taker
                break
        else:
            return owner
    return owner


def _may_move(county: int, taker: int, owner: Ints, near: Any, parts: Ints) -> bool:
    """The taker's piece borders it (or he has none in this part of the land), and the giver's stays in one."""
    here = parts == parts[county]
    beside = near.indices[near.indptr[county] : near.indptr[county + 1]]
    if (owner[here] == taker).any() and not (owner[beside] == taker).any():
        return False
    rest = np.flatnonzero(here & (owner == owner[county]))
    rest = rest[rest != county]
    return not len(rest) or connected_components(near[rest][:, rest], directed=False)[0] == 1


def is_in_pieces(owner: Ints, edges: Ints) -> bool:
    """Each operator's counties are connected within each connected part of the land."""
    near = _adjacency(edges, len(owner))
    _, part = connected_components(near, directed=False)
    for operator in np.unique(owner):
        for one in np.unique(part):
            held = np.flatnonzero((owner == operator) & (part == one))
            if len(held) and connected_components(near[held][:, held], directed=False)[0] != 1:
                return False
    return True


def _adjacency(edges: Ints, counties: int) -> Any:
    ones = np.ones(len(edges))
    half = sparse.coo_array((ones, (edges[:, 0], edges[:, 1])), shape=(counties, counties))
    return sparse.csr_array(half + half.T)


def model(relative: Floats, edges: Ints | None) -> Model:
    """Columns: county x operator (whole), 1 + the greatest deviation, then the flow. `relative`: load / goal.

    The 1 makes the relative gap at which HiGHS stops one of the target: the deviation itself may be 0.
    """
    counties, operators = relative.shape
    choices = counties * operators
    number = np.arange(choices).reshape(counties, operators)
    each_once = sparse.kron(sparse.eye_array(counties), np.ones((1, operators)))
    bears = sparse.csr_array(
        (relative.T.ravel(), (np.repeat(np.arange(operators), counties), number.T.ravel())),
        shape=(operators, choices),
    )
    one = np.ones((operators, 1))
    matrix = sparse.block_array([[each_once, None], [bears, -one], [bears, one]], format="csr")
    infinite = np.full(operators, np.inf)
    plain = Model(
        gain=np.append(np.zeros(choices), -1.0),
        low=np.append(np.zeros(choices), 1.0),
        high=np.append(np.ones(choices), np.inf),
        is_whole=np.append(np.ones(choices, dtype=bool), False),
        rows=sparse.csr_matrix(matrix),
        row_low=np.concatenate([np.ones(counties), -infinite, np.full(operators, 2.0)]),
        row_high=np.concatenate([np.ones(counties), np.zeros(operators), infinite]),
    )
    return plain if edges is None else _with_flow(plain, counties, operators, edges)


def _with_flow(plain: Model, counties: int, operators: int, edges: Ints) -> Model:
    """Adds columns: source of county x operator (whole), amount from it, flow of arc x operator.

    Rows per operator: what enters a county less what leaves it is 1 where he holds it; nothing
    enters a county that he does not hold; one source in each connected part of the land.
    """
    arcs = np.concatenate([edges, edges[:, ::-1]])
    near = _adjacency(edges, counties)
    parts, part = connected_components(near, directed=False)
    size = float(np.bincount(part).max())
    eye_c, eye_k = sparse.eye_array(counties), sparse.eye_array(operators)
    enters = sparse.coo_array((np.ones(len(arcs)), (arcs[:, 1], np.arange(len(arcs)))), (counties, len(arcs)))
    leaves = sparse.coo_array((np.ones(len(arcs)), (arcs[:, 0], np.arange(len(arcs)))), (counties, len(arcs)))
    in_part = sparse.coo_array((np.ones(counties), (part, np.arange(counties))), (parts, counties))
    held = sparse.kron(eye_c, eye_k)
    balance = [-held, None, None, held, sparse.kron(enters - leaves, eye_k)]
    only_held = [-size * held, None, None, held, sparse.kron(enters, eye_k)]
    only_source = [None, None, -size * held, held, None]
    one_source = [None, None, sparse.kron(in_part, eye_k), None, None]
    choices, flows = counties * operators, len(arcs) * operators
    blocks = [balance, only_held, only_source, one_source]
    widths = [choices, 1, choices, choices, flows]
    added = sparse.vstack([_row_of_blocks(row, widths) for row in blocks])
    old = sparse.hstack([plain.rows, sparse.csr_array((plain.rows.shape[0], widths[2] + widths[3] + widths[4]))])
    zero, below = np.zeros(choices), np.full(choices, -np.inf)
    pieces = parts * operators
    return Model(
        gain=np.concatenate([plain.gain, np.zeros(2 * choices + flows)]),
        rows=sparse.csr_matrix(sparse.vstack([old, added])),
        row_low=np.concatenate([plain.row_low, zero, below, below, np.full(pieces, -np.inf)]),
        row_high=np.concatenate([plain.row_high, zero, zero, zero, np.ones(pieces)]),
        low=np.concatenate([plain.low, np.zeros(2 * choices + flows)]),
        high=np.concatenate([plain.high, np.ones(choices), np.full(choices + flows, size)]),
        is_whole=np.concatenate([plain.is_whole, np.ones(choices, dtype=bool), np.zeros(choices + flows, dtype=bool)]),
    )


def _row_of_blocks(row: list[Any], widths: list[int]) -> Any:
    height = next(block.shape[0] for block in row if block is not None)
    return sparse.hstack(
        [
            sparse.csr_array((height, width)) if block is None else block
            for block, width in zip(row, widths, strict=True)
        ]
    )


def _as_values(owner: Ints, relative: Floats, edges: Ints | None) -> Floats:
    """An allocation as a solution of the model: along a tree of each piece flows what hangs below."""
    counties, operators = relative.shape
    holds = np.zeros((counties, operators))
    holds[np.arange(counties), owner] = 1.0
    worst = np.max(np.abs((holds * relative).sum(axis=0) - 1))
    plain = np.append(holds.ravel(), 1 + worst)
    if edges is None:
        return plain
    arcs = np.concatenate([edges, edges[:, ::-1]])
    arc_number = {(int(a), int(b)): n for n, (a, b) in enumerate(arcs)}
    source, amount = np.zeros((counties, operators)), np.zeros((counties, operators))
    flow = np.zeros((len(arcs), operators))
    near = _adjacency(edges[owner[edges[:, 0]] == owner[edges[:, 1]]], counties)
    _, piece = connected_components(near, directed=False)
    for one in range(int(piece.max()) + 1):
        members = np.flatnonzero(piece == one)
        root, operator = int(members[0]), int(owner[members[0]])
        order, parent = sparse.csgraph.breadth_first_order(near, root, directed=False)
        source[root, operator], amount[root, operator] = 1.0, float(len(members))
        below = np.ones(counties)
        for county in order[:0:-1]:
            flow[arc_number[(int(parent[county]), int(county))], operator] = below[county]
            below[parent[county]] += below[county]
    return np.concatenate([plain, source.ravel(), amount.ravel(), flow.ravel()])
