"""SQL files that say of themselves what they are: a TOML table in the comments at their top."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TypeVar

from ground.declared import Unfit, read

COMMENT = "-- "
T = TypeVar("T")


def header(path: Path, table: str, form: type[T]) -> tuple[T, str]:
    """The header of a file as the dataclass `form`, and the query below it. Raises Unfit."""
    lines = path.read_text(encoding="utf-8").splitlines()
    count = next((n for n, line in enumerate(lines) if not line.startswith(COMMENT)), len(lines))
    try:
        body = tomllib.loads("\n".join(line.removeprefix(COMMENT) for line in lines[:count]))
    except tomllib.TOMLDecodeError as error:
        raise Unfit("", f"a table [{table}] in the comments at the top", str(error)) from error
    if table not in body:
        raise Unfit("", f"a table [{table}] in the comments at the top", f"no key {table}")
    return read(body[table], form), "\n".join(lines[count:])
