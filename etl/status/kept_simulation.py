"""A simulation as files, for a build that begins where another one has: two tables and a list, none of them code."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path

import pandas as pd

from etl.status.cells import Bound, CellKey
from etl.status.model import StatusResult

STATES, CELLS, BOUNDS = "states.feather", "cells.feather", "bounds.feather"


def write(result: StatusResult, folder: Path) -> None:
    """Write it into a folder, which is made."""
    folder.mkdir(parents=True)
    states = {_name(key): states for key, states in result.states.items()}
    pd.DataFrame(states).to_feather(folder / STATES)
    result.cells.to_feather(folder / CELLS)
    bounds = [{"cell": _name(key), **asdict(bound)} for key, some in result.bounds.items() for bound in some]
    named = ["cell", "place_id", "low", "high", "figure_ids"]
    pd.DataFrame(bounds, columns=named).to_feather(folder / BOUNDS)


def read(folder: Path) -> StatusResult:
    """The same again."""
    states = pd.read_feather(folder / STATES)
    cells = pd.read_feather(folder / CELLS)
    cells["figure_ids"] = [tuple(ids) for ids in cells["figure_ids"]]
    bounds: dict[CellKey, list[Bound]] = {_key(name): [] for name in states}
    for row in pd.read_feather(folder / BOUNDS).itertuples():
        bounds[_key(row.cell)].append(Bound(row.place_id, row.low, row.high, tuple(row.figure_ids)))
    return StatusResult(
        {_key(name): states[name].to_numpy() for name in states},
        cells,
        {key: tuple(some) for key, some in bounds.items()},
    )


def _name(key: CellKey) -> str:
    return f"{key[0]} {key[1].isoformat()}"


def _key(name: str) -> CellKey:
    standard, _, day = name.rpartition(" ")
    return standard, date.fromisoformat(day)
