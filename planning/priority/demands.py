"""A programme to be planned: villages with their costs, a budget, and what must hold of the choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd
import scipy.sparse

from planning.priority.lots import Lots
from planning.solver.highs import Model

Array = np.ndarray[Any, np.dtype[np.float64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
Measure = Literal["villages", "yuan", "persons"]
Aim = Literal["persons", "villages", "score"]
EVERY_GROUP = "*"
BUDGET, STARTED = "budget", "started"
YUAN_PER_UNIT = 1e6  # rows of money are in millions: the solver's tolerances are absolute


class PriorityError(ValueError):
    """An input that cannot be planned with: a negative budget, no known population, a contradiction in one quota."""


@dataclass(frozen=True)
class Quota:
    """At least and at most so much of `measure` among the villages whose `column` is `group`, or in every group.

    A floor for a priority group is a quota on its column: `Quota("is_border", True, least=20)`. Villages whose
    column is empty belong to no group. Persons are known ones.
    """

    column: str
    group: Any = EVERY_GROUP
    measure: Measure = "villages"
    least: float | None = None
    most: float | None = None
    name: str = ""

    def __post_init__(self) -> None:
        bounds = [bound for bound in (self.least, self.most) if bound is not None]
        if not bounds:
            raise PriorityError(f"{self.label}: neither a least nor a most")
        if any(not np.isfinite(bound) or bound < 0 for bound in bounds):
            raise PriorityError(f"{self.label}: expected numbers of 0 or more, found {bounds}")
        if bounds != sorted(bounds):
            raise PriorityError(f"{self.label}: the least, {bounds[0]:g}, is more than the most, {bounds[1]:g}")

    @property
    def label(self) -> str:
        """What the quota is called in results: its name, else what it is about."""
        group = "" if self.group is EVERY_GROUP else f" = {self.group}"
        return self.name or f"{self.measure} by {self.column}{group}"


class Contradiction(PriorityError):
    """Two rules that no choice can keep, whatever the budget: at least more than at most of the same thing."""

    def __init__(self, floor: Quota, cap: Quota) -> None:
        self.floor, self.cap = floor, cap
        super().__init__(
            f"{floor.label} asks for at least {floor.least:g} and {cap.label} for at most {cap.most:g} {cap.measure}"
        )


def _contradiction(quotas: tuple[Quota, ...]) -> Contradiction | None:
    """The first pair of rules that are about the same villages and leave no number between them."""
    for floor in quotas:
        for cap in quotas:
            is_same = (floor.column, floor.measure) == (cap.column, cap.measure)
            is_met = EVERY_GROUP in (floor.group, cap.group) or floor.group == cap.group
            if is_same and is_met and (floor.least or 0.0) > (np.inf if cap.most is None else cap.most):
                return Contradiction(floor, cap)
    return None


@dataclass(frozen=True)
class Lot:
    """Of each group of `column` at least `least_villages` are chosen or none; None: all of them or none.

    Groups with fewer villages than that are chosen whole or not at all.
    """

    column: str
    least_villages: int | None = None
    name: str = ""

    def __post_init__(self) -> None:
        if self.least_villages is not None and self.least_villages < 1:
            raise PriorityError(f"{self.label}: expected one village or more, found {self.least_villages}")

    @property
    def label(self) -> str:
        return self.name or f"lots by {self.column}"


@dataclass(frozen=True)
class Programme:
    """`villages`: one row each, with cost_yuan, population_persons (both may be unknown), is_started where projects
    run already, and the columns that quotas, lots and weights name. The index names a village and is unique.

    `weights` (column → points per unit) belong to the aim "score". A village whose cost is unknown cannot be
    planned; one whose people (or score) are unknown adds nothing to the aim; both are counted in the plan.
    """

    villages: pd.DataFrame
    budget_yuan: float
    aim: Aim = "persons"
    weights: Mapping[str, float] = field(default_factory=dict)
    quotas: tuple[Quota, ...] = ()
    lot: Lot | None = None

    def __post_init__(self) -> None:
        if not self.budget_yuan >= 0 or np.isinf(self.budget_yuan):
            raise PriorityError(f"budget_yuan: expected 0 or more, found {self.budget_yuan:g}")
        if not self.villages.index.is_unique:
            raise PriorityError(f"villages: {self.villages.index[self.villages.index.duplicated()][0]} is there twice")
        labels = self.labels()
        if len(set(labels)) < len(labels):
            raise PriorityError(f"quotas: two have the same name among {', '.join(labels)}")
        if contradiction := _contradiction(self.quotas):
            raise contradiction
        if (self.aim == "score") != bool(self.weights):
            raise PriorityError("weights: needed for the aim score, and for no other")
        if any(not (np.isfinite(weight) and weight >= 0) for weight in self.weights.values()):
            raise PriorityError(f"weights: expected numbers of 0 or more, found {dict(self.weights)}")
        is_unplannable = self.started & np.isnan(self.cost_yuan)
        if is_unplannable.any():
            raise PriorityError(
                f"{self.villages.index[is_unplannable][0]} is started and its cost is unknown "
                f"(and {int(is_unplannable.sum()) - 1} more)"
            )
        if self.aim != "villages" and len(self.villages) and np.isnan(self.gain).all():
            raise PriorityError("no village's population is known: maximise villages instead")

    def labels(self) -> list[str]:
        """Names of all that restricts the choice, but the budget."""
        lots = [self.lot.label] if self.lot else []
        return [*(quota.label for quota in self.quotas), *lots, *([STARTED] if self.started.any() else [])]

    def numbers(self, column: str) -> Array:
        """A column as numbers, NaN where unknown. Raises PriorityError where it is absent or negative."""
        if column not in self.villages:
            raise PriorityError(f"villages: the column {column} is missing")
        numbers = pd.to_numeric(self.villages[column]).to_numpy(dtype=float, na_value=np.nan)
        wrong = (numbers < 0) | np.isinf(numbers)
        if wrong.any():
            raise PriorityError(
                f"{column} of {self.villages.index[wrong][0]}: expected 0 or more, found {numbers[wrong][0]:g}"
            )
        return numbers

    @property
    def cost_yuan(self) -> Array:
        return self.numbers("cost_yuan")

    @property
    def population_persons(self) -> Array:
        return self.numbers("population_persons")

    @property
    def gain(self) -> Array:
        """What each village adds to the aim, NaN where unknown."""
        if self.aim == "persons":
            return self.population_persons
        if self.aim == "villages":
            return np.ones(len(self.villages))
        return np.sum([weight * self.numbers(column) for column, weight in self.weights.items()], axis=0)

    @property
    def started(self) -> Mask:
        if "is_started" not in self.villages:
            return np.zeros(len(self.villages), dtype=bool)
        return self.villages["is_started"].astype("boolean").fillna(False).to_numpy(dtype=bool)

    def groups(self, column: str) -> pd.Series:
        if column not in self.villages:
            raise PriorityError(f"villages: the column {column} is missing")
        return self.villages[column]


@dataclass(frozen=True)
class Rows:
    """The model of a programme, and what its rows are called.

    The first `len(plannable)` variables are the villages at those places of the frame; then one per lot.
    `table` describes the rows of budget and quotas, which come first: label, group, measure, least, most (in the
    measure's own unit); the rows of lots follow.
    """

    model: Model
    plannable: np.ndarray[Any, np.dtype[np.int64]]
    table: pd.DataFrame
    unit: Array  # what a row's number is multiplied with to get the measure's own unit
    lot_of: np.ndarray[Any, np.dtype[np.int64]]  # per variable of a village, -1 where it is in no lot
    lot_least: np.ndarray[Any, np.dtype[np.int64]]  # villages, per lot

    @property
    def lots(self) -> Lots:
        """Which columns of the model are a lot's."""
        count = len(self.lot_least)
        of = np.concatenate([self.lot_of, np.full(count, -1)])
        return Lots(of, self.lot_least, len(self.plannable) + np.arange(count), len(self.table))


def rows_of(programme: Programme) -> Rows:
    """The mixed-integer model of a programme. Raises PriorityError where a column is missing."""
    cost = programme.cost_yuan
    plannable = np.flatnonzero(~np.isnan(cost))
    labels = ["label", "group", "measure", "least", "most"]
    described: list[tuple[Any, ...]] = [(BUDGET, None, "yuan", np.nan, programme.budget_yuan)]
    coefficients = [scipy.sparse.csr_matrix(cost[plannable] / YUAN_PER_UNIT)]
    for quota in programme.quotas:
        amounts = _amounts(programme, quota.measure)[plannable]
        for group, members in _members(programme, quota, plannable):
            least = np.nan if quota.least is None else quota.least
            most = np.nan if quota.most is None else quota.most
            described.append((quota.label, group, quota.measure, least, most))
            coefficients.append(_row(members, amounts))
    table = pd.DataFrame(described, columns=labels)
    unit = np.where(table["measure"] == "yuan", YUAN_PER_UNIT, 1.0)
    low = (table["least"] / unit).fillna(-np.inf).to_numpy()
    high = (table["most"] / unit).fillna(np.inf).to_numpy()
    lot_of, lot_least = _lots(programme, plannable)
    gain = np.nan_to_num(programme.gain[plannable])  # unknown adds nothing, and is counted in the plan
    model = Model(
        gain=np.concatenate([gain, np.zeros(len(lot_least))]),
        low=np.concatenate([programme.started[plannable].astype(float), np.zeros(len(lot_least))]),
        high=np.ones(len(plannable) + len(lot_least)),
        is_whole=np.ones(len(plannable) + len(lot_least), dtype=bool),
        rows=scipy.sparse.vstack(coefficients, format="csr"),
        row_low=low,
        row_high=high,
    )
    return Rows(_with_lots(model, lot_of, lot_least), plannable, table, unit, lot_of, lot_least)


def _amounts(programme: Programme, measure: Measure) -> Array:
    """Per village what a quota counts; unknown people are not counted."""
    if measure == "villages":
        return np.ones(len(programme.villages))
    if measure == "yuan":
        return programme.cost_yuan / YUAN_PER_UNIT
    return np.nan_to_num(programme.population_persons)


def _members(
    programme: Programme, quota: Quota, plannable: np.ndarray[Any, np.dtype[np.int64]]
) -> list[tuple[Any, np.ndarray[Any, np.dtype[np.int64]]]]:
    """Each group of a quota with the variables of its villages; a named group may have none."""
    groups = programme.groups(quota.column).iloc[plannable].reset_index(drop=True)
    if quota.group is EVERY_GROUP:
        everywhere = programme.groups(quota.column).dropna().unique()
        found = groups.groupby(groups, sort=False).indices
        none = np.array([], dtype=np.int64)
        return [(group, found.get(group, none)) for group in sorted(everywhere, key=str)]
    return [(quota.group, np.flatnonzero((groups == quota.group).fillna(False).to_numpy(dtype=bool)))]


def _row(members: np.ndarray[Any, np.dtype[np.int64]], amounts: Array) -> scipy.sparse.csr_matrix:
    places = (np.zeros(len(members), dtype=np.int64), members)
    return scipy.sparse.csr_matrix((amounts[members], places), shape=(1, len(amounts)))


def _lots(programme: Programme, plannable: Any) -> tuple[Any, Any]:
    if programme.lot is None:
        return np.full(len(plannable), -1), np.array([], dtype=np.int64)
    lot_of, names = pd.factorize(programme.groups(programme.lot.column).iloc[plannable])
    sizes = np.bincount(lot_of[lot_of >= 0], minlength=len(names))
    wanted = programme.lot.least_villages
    return lot_of, sizes if wanted is None else np.minimum(sizes, wanted)


def _with_lots(model: Model, lot_of: Any, lot_least: Any) -> Model:
    """Two rules per lot: no village without its lot (x ≤ y), no lot without its villages (Σx ≥ n·y)."""
    villages, lots = len(lot_of), len(lot_least)
    if lots == 0:
        return model
    members = np.flatnonzero(lot_of >= 0)
    count = len(members)
    opened = scipy.sparse.csr_matrix(
        (
            np.concatenate([np.ones(count), -np.ones(count)]),
            (np.tile(np.arange(count), 2), np.concatenate([members, villages + lot_of[members]])),
        ),
        shape=(count, villages + lots),
    )
    filled = scipy.sparse.csr_matrix(
        (
            np.concatenate([np.ones(count), -lot_least.astype(float)]),
            (
                np.concatenate([lot_of[members], np.arange(lots)]),
                np.concatenate([members, villages + np.arange(lots)]),
            ),
        ),
        shape=(lots, villages + lots),
    )
    wide = scipy.sparse.hstack([model.rows, scipy.sparse.csr_matrix((model.rows.shape[0], lots))], format="csr")
    return Model(
        model.gain,
        model.low,
        model.high,
        model.is_whole,
        scipy.sparse.vstack([wide, opened, filled], format="csr"),
        np.concatenate([model.row_low, np.full(count, -np.inf), np.zeros(lots)]),
        np.concatenate([model.row_high, np.zeros(count), np.full(lots, np.inf)]),
    )
