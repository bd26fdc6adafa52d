"""The questions of the planner, found by being there: each folder here that holds a `question.py`."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from pathlib import Path
from typing import Any

from atlas.planner.question import Question

HERE = Path(__file__).parent


@cache
def questions() -> dict[str, Question[Any, Any]]:
    """By name."""
    folders = [one.name for one in pkgutil.iter_modules([str(HERE)]) if (HERE / one.name / "question.py").is_file()]
    found = [importlib.import_module(f"atlas.planner.{name}.question").QUESTION for name in folders]
    return {one.name: one for one in found}


@cache
def saved() -> dict[str, Question[Any, Any]]:
    """Those of which a scenario can be saved."""
    return {name: one for name, one in questions().items() if one.scenario is not None}
