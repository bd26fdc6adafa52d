"""How far each unconnected village is from the nearest connected one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ground.sphere import nearest_km, on_sphere
from ground.states import CONNECTED, UNCONNECTED


def distances_km(villages: pd.DataFrame, states: Mapping[str, NDArray[np.int8]]) -> dict[str, NDArray[np.float32]]:
    """Per column of states: kilometres (great circle); NaN where a village is connected, unknown or without
    position.
    """
    points = on_sphere(villages["lon"].to_numpy(dtype=float), villages["lat"].to_numpy(dtype=float))
    is_placed = np.isfinite(points).all(axis=1)
    found: dict[str, NDArray[np.float32]] = {}
    for name, state in states.items():
        distance = np.full(len(villages), np.nan, dtype=np.float32)
        gap, served = is_placed & (state == UNCONNECTED), is_placed & (state == CONNECTED)
        if gap.any() and served.any():
            distance[gap] = nearest_km(points[gap], points[served])
        found[name] = distance
    return found
