"""The test of hot spots as a worker makes it: a file that holds every place of a level."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from atlas.work.refused import UnknownValue
from indicators import facts
from indicators.chosen import hot_spots as statistics
from indicators.database import Atlas
from indicators.measure import DemonstrationOnly, UnknownQuestion


def write(atlas: Atlas, level: str, standard: str, as_of: date, is_demonstration: bool, folder: Path) -> None:
    """The test of every place of a level, for a map of any part of the country."""
    nation = str(facts.settings(atlas)["nation"]["place_id"])
    try:
        found = statistics.of_atlas(atlas, level, nation, standard, as_of, demonstration=is_demonstration)
    except (UnknownQuestion, DemonstrationOnly) as error:
        raise UnknownValue("question", str(error)) from error
    found.to_parquet(folder / "hot-spots.parquet")
