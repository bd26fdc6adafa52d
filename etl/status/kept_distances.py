"""Distances measured by earlier builds on the same ground: of states that were measured once nothing is measured again.

One file, whose name holds the sum of its content; its columns are named by the sum of the states that they belong to.
A file that is damaged or that nobody can read is none: it costs time, never a number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import feather

from etl.status.distances import distances_km

States = Mapping[str, NDArray[np.int8]]
Distances = dict[str, NDArray[np.float32]]
ENDING = ".feather"


def measured(villages: pd.DataFrame, states: States, kept: Path | None) -> Distances:
    """As distances_km has them. `kept`: a folder of this ground's alone; None: nothing is kept."""
    if kept is None:
        return distances_km(villages, states)
    keys = {name: hashlib.sha256(state.tobytes()).hexdigest() for name, state in states.items()}
    held = _read(kept, len(villages))
    new = distances_km(villages, {name: state for name, state in states.items() if keys[name] not in held})
    found = {name: new[name] if name in new else held[keys[name]] for name in states}
    if new:
        with suppress(OSError):
            _write(kept, {keys[name]: distance for name, distance in found.items()})
    return found


def _read(folder: Path, villages: int) -> Distances:
    for path in folder.glob(f"*{ENDING}"):
        with suppress(OSError, pa.ArrowException):
            content = path.read_bytes()
            if hashlib.sha256(content).hexdigest() == path.name.removesuffix(ENDING):
                table = feather.read_table(pa.BufferReader(content))
                if len(table) == villages:
                    return {name: table[name].to_numpy() for name in table.column_names}
    return {}


def _write(folder: Path, distances: Distances) -> None:
    """In place of what was kept before: only what the newest build shows is asked for again."""
    sink = pa.BufferOutputStream()
    feather.write_feather(pa.table(distances), sink, compression="lz4")
    content = sink.getvalue().to_pybytes()
    before = [*folder.glob("*")] if folder.is_dir() else []
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{hashlib.sha256(content).hexdigest()}{ENDING}").write_bytes(content)
    for path in before:
        path.unlink()
