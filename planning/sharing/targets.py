"""How much falls to each operator: targets, what is owed from the year before, and next year's shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from planning.inputs import InputError, at_least, require, unique_ids

Basis = Literal["cost", "villages"]


@dataclass(frozen=True)
class Targets:
    """What each operator ought to bear. `share` adds up to 1, by operator id.

    `at_a_loss` are operators with a negative profit: it counts as 0, not against the others.
    """

    share: pd.Series
    at_a_loss: tuple[str, ...]


def targets(operators: pd.DataFrame, mix: Mapping[str, float]) -> Targets:
    """Shares by a mix of columns, as {"revenue_yuan": 0.5, "profit_yuan": 0.5}; weights need not add up to 1.

    operators: operator_id and the columns of the mix; each is first turned into shares of its own sum.
    Raises InputError on an unknown value: an operator without a figure has no share of 0.
    """
    ids = unique_ids(operators, "operators", "operator_id")
    weights = {column: at_least(weight, 0.0, f"mix.{column}") for column, weight in mix.items()}
    if not len(ids) or not sum(weights.values()):
        raise InputError("operators, mix", "an operator and a weight above 0", f"{len(ids)} operators, {mix}")
    share = np.zeros(len(ids))
    losers: set[str] = set()
    for column, weight in weights.items():
        require(operators, "operators", [column])
        values = pd.to_numeric(operators[column]).to_numpy(dtype=np.float64, na_value=np.nan)
        if (unknown := np.flatnonzero(~np.isfinite(values))).size:
            raise InputError(f"operators.{column}", "a figure for each operator", f"none for {ids[unknown[0]]}")
        losers |= set(ids[values < 0])
        values = np.maximum(values, 0.0)
        if not values.sum():
            raise InputError(f"operators.{column}", "a sum above 0", 0)
        share += weight / sum(weights.values()) * values / values.sum()
    return Targets(pd.Series(share, index=pd.Index(ids, name="operator_id")), tuple(sorted(losers)))


def target_loads(share: pd.Series, total: float, carry_over: pd.Series | None = None) -> pd.Series:
    """The load each operator ought to bear; they add up to `total`, in which what is carried over is included.

    What an operator owes comes first, the rest goes by share. Who did more than his part owes less
    than 0, and bears as much less; nobody's target is below 0, and the others' shrink to make up for it.
    Raises InputError when the shares are not shares.
    """
    values = share.to_numpy(dtype=np.float64)
    if not len(values) or not np.isfinite(values).all() or (values < 0).any() or abs(values.sum() - 1) > 1e-6:
        raise InputError("share", "shares of 0 or more that add up to 1", share.to_dict())
    owed = np.zeros(len(values))
    if carry_over is not None:
        owed = carry_over.reindex(share.index).to_numpy(dtype=np.float64, na_value=np.nan)
        if np.isnan(owed).any() or not carry_over.index.isin(share.index).all():
            raise InputError("carry_over", "a figure for each operator", carry_over.to_dict())
    wanted = np.maximum(values * (total - owed.sum()) + owed, 0.0)
    if not wanted.sum():
        wanted = values
    return pd.Series(wanted * (total / wanted.sum()), index=share.index)


def in_villages(owed_yuan: pd.Series, cost_yuan: pd.Series) -> pd.Series:
    """Money owed as a number of villages of the mean cost: what a sharing by count can carry over."""
    mean_yuan = float(cost_yuan.mean())
    return owed_yuan / mean_yuan if mean_yuan > 0 else owed_yuan * 0.0


def next_share(share: pd.Series, market_share: pd.Series, eta: float) -> pd.Series:
    """w + eta * (share - w): the weights of next year, moved towards what the market has become.

    Both by operator; a new operator starts from 0, one that is gone ends there. They add up to 1 as
    before. Raises InputError unless 0 <= eta <= 1.
    """
    if not 0 <= eta <= 1:
        raise InputError("eta", "0 to 1", eta)
    known = share.index.union(market_share.index, sort=False)
    now, then = share.reindex(known, fill_value=0.0), market_share.reindex(known, fill_value=0.0)
    target_loads(now, 1.0), target_loads(then, 1.0)  # both are shares
    return now + eta * (then - now)


def year_end(target: pd.Series, done: pd.Series, *, penalty_rate: float) -> pd.DataFrame:
    """Per operator: target, done, unfinished, carry_over, in one unit, and the penalty in the same.

    carry_over is what next year's target starts from, below 0 for who did more than his part; the penalty is
    `penalty_rate` times what is unfinished (0.1: a tenth of its cost). Raises InputError.
    """
    at_least(penalty_rate, 0.0, "penalty_rate")
    if not done.index.isin(target.index).all() or done.reindex(target.index).isna().any():
        raise InputError("done", "a figure for each operator with a target", done.to_dict())
    table = pd.DataFrame({"target": target.astype(float), "done": done.reindex(target.index).astype(float)})
    table["carry_over"] = table["target"] - table["done"]
    table["unfinished"] = table["carry_over"].clip(lower=0.0)
    table["penalty"] = table["unfinished"] * penalty_rate
    return table.rename_axis("operator_id").reset_index()
