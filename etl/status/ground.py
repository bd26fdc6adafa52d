"""What states are put upon: the villages in their order, and the simulation where the profile declares a model."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from etl.status.model import StatusResult
from etl.status.simulation import simulated
from etl.store import Store


@dataclass(frozen=True)
class Ground:
    """Both depend on places and records alone: no register of coverage moves them. `distances`: a folder for what is
    measured on it, if the next build is to find it.
    """

    villages: pd.DataFrame
    simulation: StatusResult | None
    distances: Path | None = None


def simulation_of(store: Store, villages: pd.DataFrame) -> StatusResult | None:
    """As the profile's model has it; None without one."""
    models = store.profile.of_kind("status_model")
    return simulated(store, models[0], villages) if models else None
