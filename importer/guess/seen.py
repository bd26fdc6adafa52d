"""A file as a draft sees it: its first rows, the lines above them, where the country lies, what was answered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from importer.convert.rows_meant import headers_again, totals
from importer.errors import Problem
from importer.files import look, read
from importer.guess.asked import Answers
from importer.read.chunk import FileOptions, Look

ROWS_LOOKED_AT = 10_000
INVENTED = re.compile(r"column (\d+)")  # what a column is called that the file gives no header


@dataclass(frozen=True)
class Seen:
    """`frame` holds the first rows; `extent` is west, south, east, north of the country in degrees."""

    path: Path
    look: Look
    frame: pd.DataFrame
    geometry: Any = None
    upper_levels: Sequence[str] = ()
    extent: tuple[float, float, float, float] | None = None
    answers: Answers = field(default_factory=dict)
    options: FileOptions = field(default_factory=FileOptions)

    @property
    def headers(self) -> list[str]:
        """The headers that the file itself gives."""
        return [name for name in map(str, self.frame.columns) if not self.is_invented(name)]

    def is_invented(self, name: str) -> bool:
        """The label was made for a column without a header: it says nothing."""
        matched = INVENTED.fullmatch(name)
        columns = list(map(str, self.frame.columns))
        return matched is not None and name in columns and columns.index(name) + 1 == int(matched[1])

    def known(self, name: str) -> pd.Series:
        """The cells of a column that hold something, without blanks around."""
        cells = self.frame[name].dropna().str.strip()
        return cells[cells != ""]

    @cached_property
    def above(self) -> tuple[str, ...]:
        """The lines above the header, such as a title and the unit of what follows."""
        told = [part.saw or part.name for part in self.look.left_out if part.reason == "above_header"]
        row = self.look.header_row or 0
        if told or row <= 1:
            return tuple(told)
        bare = replace(self.options, header_row=0, header_rows=None, columns=())
        try:
            cells = next(read(self.path, bare, chunk_rows=row - 1)).frame.head(row - 1)
        except (Problem, StopIteration):
            return ()
        return tuple(" ".join(dict.fromkeys(line.dropna())) for _, line in cells.iterrows())


def seen(
    path: Path,
    options: FileOptions | None,
    upper_levels: Sequence[str],
    extent: Sequence[float] | None,
    answers: Answers,
) -> Seen:
    """Look at a file. Raises Problem where it cannot be read."""
    options = options or FileOptions()
    found = look(path, options)
    chunk = next(read(path, options, chunk_rows=ROWS_LOOKED_AT))
    if _has_second_header(chunk.frame, found, options):
        options = replace(options, header_rows=2)
        found, chunk = look(path, options), next(read(path, options, chunk_rows=ROWS_LOOKED_AT))
    keep = ~(headers_again(chunk.texts) | totals(chunk.texts))[:ROWS_LOOKED_AT]  # they say nothing of what columns are
    keep |= not keep.any()
    frame = chunk.frame.head(ROWS_LOOKED_AT)[keep].reset_index(drop=True)
    west, south, east, north = extent if extent is not None else (0.0, 0.0, 0.0, 0.0)
    return Seen(
        path=path,
        look=found,
        frame=frame,
        geometry=None if chunk.geometry is None else chunk.geometry[:ROWS_LOOKED_AT][keep],
        upper_levels=upper_levels,
        extent=None if extent is None else (west, south, east, north),
        answers=answers,
        options=options,
    )


def _has_second_header(frame: pd.DataFrame, found: Look, options: FileOptions) -> bool:
    """Names without a cell beneath them, and words under groups that no other row holds: 光纤 over 是否通 | 年份."""
    if options.header_rows is not None or found.header_row in (None, 0) or (found.header_rows or 1) > 1:
        return False
    if len(frame) < 3 or not any(INVENTED.fullmatch(str(name)) for name in frame.columns):
        return False
    first, rest = frame.iloc[0], frame.iloc[1:]
    named = first.dropna()
    if first.isna().sum() == 0 or len(named) < 2 or named.str.contains(r"\d", regex=True).any():
        return False
    return not any((rest[name] == text).any() for name, text in named.items())
