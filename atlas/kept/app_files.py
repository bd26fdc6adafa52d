"""The browser files that Streamlit brings along, as far as the atlas changes how they travel (docs/decisions/107).

Their names hold a hash of their content, so that they are for ever what they are. Which of them the pages of the atlas
need beyond the index is read from Streamlit's own manifest.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from streamlit import file_util

FOLDER = "static/"
#: The components that stand on every page of the atlas: the app would ask for them once it has run, a moment too late.
ON_EVERY_PAGE = ("Html", "TextInput", "ButtonGroup")
_IN_INDEX = re.compile(rf'"\./({FOLDER}js/[^"]+)"')


def root() -> Path:
    """The folder in which the index lies, as it was installed."""
    return Path(file_util.get_static_dir())


@lru_cache(maxsize=1)
def index() -> str:
    return (root() / "index.html").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def files() -> dict[str, Path]:
    """All that Streamlit serves of its own but for the index, by the path below the folder of the pages."""
    found = (path for path in root().rglob("*") if path.is_file())
    return {path.relative_to(root()).as_posix(): path for path in found if path.name != "index.html"}


@lru_cache(maxsize=1)
def asked_early() -> tuple[str, ...]:
    """Scripts that every page needs and the index does not name; none where Streamlit says it in another way."""
    try:
        return _needed(json.loads((root() / "manifest.json").read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return ()


def _needed(manifest: dict[str, dict[str, Any]]) -> tuple[str, ...]:
    wanted = {f"{name}.tsx" for name in ON_EVERY_PAGE}
    waiting = [key for key in manifest if key.rsplit("/", 1)[-1] in wanted]
    named = set(_IN_INDEX.findall(index()))
    seen: dict[str, str] = {}
    while waiting:
        key = waiting.pop()
        if key not in seen:
            seen[key] = manifest[key]["file"]
            waiting += manifest[key].get("imports", [])
    return tuple(sorted(set(seen.values()) - named))
