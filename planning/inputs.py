"""What every question checks of the tables that it is given; an error names table, column and row."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray


class InputError(ValueError):
    """A table or parameter that cannot be used. `what` is its name, as in `bids.price_yuan`."""

    def __init__(self, what: str, expected: str, found: object) -> None:
        super().__init__(f"{what}: expected {expected}, found {found}")
        self.what, self.expected, self.found = what, expected, found


def require(frame: pd.DataFrame, table: str, columns: Iterable[str]) -> None:
    """All columns are there. Raises InputError."""
    for column in columns:
        if column not in frame.columns:
            raise InputError(f"{table}.{column}", "a column of this name", ", ".join(map(str, frame.columns)))


def unique_ids(frame: pd.DataFrame, table: str, column: str) -> NDArray[np.object_]:
    """The ids of a table, none missing and none twice. Raises InputError."""
    require(frame, table, [column])
    ids = frame[column]
    if ids.isna().any():
        raise InputError(f"{table}.{column}", "an id in every row", f"{int(ids.isna().sum())} empty")
    if ids.duplicated().any():
        raise InputError(f"{table}.{column}", "each id once", f"{ids[ids.duplicated()].iloc[0]} twice")
    return ids.to_numpy(dtype=object)


def numbers(frame: pd.DataFrame, table: str, column: str) -> NDArray[np.float64]:
    """A column as floats, NaN where unknown. Raises InputError on texts, infinities and negative numbers."""
    require(frame, table, [column])
    try:
        values = pd.to_numeric(frame[column]).to_numpy(dtype=np.float64, na_value=np.nan)
    except (ValueError, TypeError) as error:
        raise InputError(f"{table}.{column}", "numbers", error) from error
    wrong = np.flatnonzero(np.isinf(values) | (values < 0))
    if wrong.size:
        row = wrong[0]
        raise InputError(f"{table}.{column}", "0 or more", f"{values[row]} in row {row + 1}")
    return values


def at_least(value: float, least: float, what: str) -> float:
    """A finite parameter not below `least`. Raises InputError."""
    if not np.isfinite(value) or value < least:
        raise InputError(what, f"{least} or more", value)
    return float(value)
