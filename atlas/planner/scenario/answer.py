"""What a question of the planner hands over to be saved, compared and mapped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from planning.solver.search import Run

Value = str | float | bool | Sequence[str]


@dataclass(frozen=True)
class Answer:
    """What was worked out, ready to be saved.

    question: its name, which is its page's url_path. inputs: the values used, usual ones too, by their names in files:
    numbers, switches, texts, or a sequence of codes; a text that stands in the box at first, in the reader's language,
    is left empty, so that the same question is the same in every language. results: by the names that the question
    declares (`Question.results`). tables: what was read of the atlas; only their digests are kept. by_place: an amount
    per place (more is better for it), in `place_unit` (a unit of atlas/look/figures.py). of_place: whether the answer
    depends on place, standard and date. villages: chosen ones, to be mapped: place_id, name, lon, lat, and what is said
    of each.
    """

    question: str
    inputs: Mapping[str, Value]
    results: Mapping[str, Any]
    is_demonstration: bool
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    seed: int | None = None
    run: Run | None = None
    by_place: Mapping[str, float] = field(default_factory=dict)
    place_unit: str = ""
    of_place: bool = True
    villages: pd.DataFrame | None = None
