"""Takes the server's own paths out of a text: libraries name in their errors the files they were given."""

from __future__ import annotations

import os
import re
from pathlib import Path

_TOPS = "|".join(sorted(re.escape(name) for name in os.listdir(Path.cwd().anchor)))
#: From the root of a file system or a drive to the last name, which is kept: it is most often the file's.
_PATH = re.compile(rf"(?<![\w.])(?:/(?:{_TOPS})(?=[/\\])|[A-Za-z]:(?=[/\\]))(?:[/\\]+[^\s/\\'\"<>|,;:(){{}}\[\]]*)*")


def without_paths(text: str) -> str:
    """The text with `name` in place of each `/folder/of/this/machine/name`."""
    return _PATH.sub(lambda found: re.split(r"[/\\]+", found[0].rstrip("/\\"))[-1], text)
