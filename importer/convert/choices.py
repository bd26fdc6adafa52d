"""One field told by many columns of yes and no: the row is what the column stands for that says yes (one-hot)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from importer import values
from importer.convert.declared import Column
from importer.values import NOTHING, Converted


def chosen(column: Column, cells_of: Callable[[str], pd.Series]) -> tuple[NDArray[np.object_], Converted]:
    """What each row is, None where no column says yes. And which columns say yes, as a text per row, with the rule that
    is broken: `several_of_one`, or `not_a_flag` where a cell says neither yes nor no.

    `cells_of` gives the cells of a column by its header; one column at least is declared.
    """
    meaning: NDArray[np.object_] | None = None
    for name, means in column.one_of.items():
        read = values.flags(cells_of(name), true=column.true, false=column.false, unknown=column.unknown)
        says = np.array([value is True for value in read.values], dtype=bool)
        if meaning is None:
            meaning, problem = np.full(len(says), None, dtype=object), np.full(len(says), None, dtype=object)
            yes = np.full(len(says), "", dtype=object)
        several = says & pd.notna(meaning) & (meaning != means)
        problem = np.where(several, "several_of_one", np.where(pd.isna(problem), read.problem, problem))
        yes[says] = [f"{before}, {name}".strip(", ") for before in yes[says]]
        meaning[says] = means
    assert meaning is not None
    return np.where(pd.notna(problem), NOTHING, meaning), Converted(yes, problem)
