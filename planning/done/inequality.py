"""How unequally a value is spread: Lorenz curve, Gini, Theil with its parts within and between groups.

A unit is usually a village. `value` is an amount per unit (yuan per village), `weight` how many units a row
stands for (villages of a county), so that a county's average counts once per village. Without weights every
row is one unit. PySAL's `inequality` has no weights; these are the standard weighted formulas, and the tests
compare them with PySAL on rows repeated as often as their weight says (docs/decisions/050).

Rows with an unknown value or weight, and negative values, for which neither measure is defined, are left out
and counted. Weights of zero stand for no unit; negative ones raise ValueError.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import xlogy

Numbers = NDArray[np.float64]
Column = Sequence[Any] | NDArray[Any]  # a pandas Series is one too


@dataclass(frozen=True)
class Inequality:
    """One distribution. Gini and Theil are NaN where all values are zero or no row is known."""

    gini: float  # 0 all alike, towards 1 all in one unit's hand
    theil: float  # 0 all alike, at most ln(units)
    mean: float  # per unit, in the value's own unit
    units: float
    rows: int  # that count
    unknown_rows: int
    negative_rows: int
    unknown_units: float  # units of the rows left out, as far as their weight is known


@dataclass(frozen=True)
class Parts:
    """Theil's T split over groups: total == within + between.

    `groups`: one row per group with units, value_share (0–1), mean, theil (inside the group), within and
    between (what the group adds to the two parts; a part of `between` is negative where the group is below
    the mean).
    """

    total: float
    within: float
    between: float
    between_share: float  # of the total; NaN where there is no inequality at all
    groups: pd.DataFrame
    unknown_rows: int
    negative_rows: int
    ungrouped_rows: int  # known value, group unknown: in no part and not in the total


def lorenz(value: Column, weight: Column | None = None) -> pd.DataFrame:
    """The Lorenz curve from (0, 0) to (1, 1), the poorest units first: unit_share, value_share.

    The diagonal is equality. Empty where nothing is known or all values are zero.
    """
    x, w, _ = _known(value, weight)
    if not (w * x).sum() > 0:
        return pd.DataFrame({"unit_share": [], "value_share": []}, dtype=float)
    unit_share, value_share = _curve(x, w)
    return pd.DataFrame({"unit_share": unit_share, "value_share": value_share})


def inequality(value: Column, weight: Column | None = None) -> Inequality:
    """Gini and Theil of one distribution, and what was left out."""
    x, w, left = _known(value, weight)
    units, amount = float(w.sum()), float((w * x).sum())
    gini = float("nan")
    if amount > 0:
        unit_share, value_share = _curve(x, w)
        gini = 1 - float((np.diff(unit_share) * (value_share[1:] + value_share[:-1])).sum())
    return Inequality(
        gini=gini,
        theil=_theil(x, w),
        mean=amount / units if units else float("nan"),
        units=units,
        rows=len(x),
        unknown_rows=left.unknown_rows,
        negative_rows=left.negative_rows,
        unknown_units=left.units,
    )


def theil_parts(value: Column, group: Column, weight: Column | None = None) -> Parts:
    """How much of the inequality lies within the groups (counties of a province) and how much between
    them."""
    x, w, left = _known(value, weight)
    names = pd.Series(np.asarray(group, dtype=object))[left.kept]
    grouped = names.notna().to_numpy()
    table = _by_group(x[grouped], w[grouped], names[grouped])
    within, between = float(table["within"].sum()), float(table["between"].sum())
    total = _theil(x[grouped], w[grouped])
    return Parts(
        total=total,
        within=within if np.isfinite(total) else float("nan"),
        between=between if np.isfinite(total) else float("nan"),
        between_share=between / total if total > 1e-12 else float("nan"),
        groups=table,
        unknown_rows=left.unknown_rows,
        negative_rows=left.negative_rows,
        ungrouped_rows=int((~grouped).sum()),
    )


@dataclass(frozen=True)
class _Left:
    kept: NDArray[np.bool_]  # one per row that came in
    unknown_rows: int
    negative_rows: int
    units: float


def _known(value: Column, weight: Column | None) -> tuple[Numbers, Numbers, _Left]:
    """Values and weights of the rows that count, and what does not."""
    x = _numbers(value)
    w = np.ones(len(x)) if weight is None else _numbers(weight)
    if len(w) != len(x):
        raise ValueError(f"{len(x)} values and {len(w)} weights")
    if (w < 0).any():
        raise ValueError("a weight is a number of units: zero or more")
    unknown = ~(np.isfinite(x) & np.isfinite(w))
    negative = ~unknown & (x < 0)
    kept = ~(unknown | negative) & (w > 0)
    out = unknown | negative
    left = _Left(kept, int(unknown.sum()), int(negative.sum()), float(w[out & np.isfinite(w)].sum()))
    return x[kept], w[kept], left


def _numbers(column: Column) -> Numbers:
    return pd.to_numeric(pd.Series(column)).astype(float).to_numpy(dtype=float, na_value=np.nan)


def _curve(x: Numbers, w: Numbers) -> tuple[Numbers, Numbers]:
    """Cumulative shares of units and value, from 0 to 1, in the order of the value per unit."""
    order = np.argsort(x, kind="stable")
    units = np.concatenate([[0.0], np.cumsum(w[order])])
    amount = np.concatenate([[0.0], np.cumsum((w * x)[order])])
    return units / units[-1], amount / amount[-1]


def _theil(x: Numbers, w: Numbers) -> float:
    """T = Σ w/W · x/μ · ln(x/μ); a unit with nothing adds nothing, as y·ln(y) → 0 with y → 0."""
    amount = float((w * x).sum())
    if not amount > 0:
        return float("nan")
    relative = x / (amount / w.sum())
    return float((w * xlogy(relative, relative)).sum() / w.sum())


def _by_group(x: Numbers, w: Numbers, names: pd.Series) -> pd.DataFrame:
    """The groups' own table; see Parts. A group that has nothing has no theil and adds nothing."""
    codes, labels = pd.factorize(names, sort=True)
    units = np.bincount(codes, w, len(labels))
    amount = np.bincount(codes, w * x, len(labels))
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = amount / units
        relative = np.where(mean[codes] > 0, x / mean[codes], 0.0)
        theil = np.where(mean > 0, np.bincount(codes, w * xlogy(relative, relative), len(labels)) / units, np.nan)
        value_share = amount / amount.sum()
        to_mean = mean / (amount.sum() / units.sum())
    return pd.DataFrame(
        {
            "group": labels,
            "units": units,
            "value_share": value_share,
            "mean": mean,
            "theil": theil,
            "within": value_share * np.nan_to_num(theil),
            "between": units / units.sum() * xlogy(to_mean, to_mean),
        }
    )
