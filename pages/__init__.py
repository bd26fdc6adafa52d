"""One file per page: PAGE says what it is, show() arranges it. No SQL and no arithmetic on data here.

A page is found by being here, in this folder or in one below it; its file's name is the end of its address.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType


@cache
def _modules() -> dict[str, str]:
    found = [one.name for one in pkgutil.walk_packages(__path__, f"{__name__}.") if not one.ispkg]
    return {name.rpartition(".")[2]: name for name in found}


def names() -> tuple[str, ...]:
    """Of all pages' files, without their folder: `gap_map`, `cost`."""
    return tuple(sorted(_modules()))


def module(name: str) -> ModuleType:
    """The page's module, loaded. Raises KeyError where there is no such page."""
    return importlib.import_module(_modules()[name])
