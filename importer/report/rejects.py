"""Rejected rows as a file that a clerk can correct and hand in again."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np

from importer.convert.batch import Batch
from importer.convert.returned import ADDED, POSITION, safe_cell
from importer.report.rules import rule


@dataclass
class Rejects:
    """The file, made when there is a first row for it: the row as it was, then where it stood and what is wrong.

    A declaration reads it as it reads the original: the added columns fill no field, and `returned.restored` takes off
    the quotes. Of an earlier file at the same place nothing stays.
    """

    path: Path
    most_characters: int | None = None  # None: as many rows as are rejected
    rows: int = 0
    is_cut: bool = False  # the file holds the first rows only
    _characters: int = 0
    _header: list[str] = field(default_factory=list)
    _has_shapes: bool = False

    def __post_init__(self) -> None:
        self.path.unlink(missing_ok=True)

    def add(self, batch: Batch) -> None:
        """Add the rows of the batch that are rejected; once the file is full, it is said to be cut."""
        count = int(batch.is_rejected.sum()) + len(batch.unreadable)
        if count and not self.is_cut:  # nothing is made that is not kept: every row of a file may be wrong
            self._write(batch)
        self.rows += count

    def _write(self, batch: Batch) -> None:
        with self.path.open("a" if self.rows else "w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            if not self.rows:
                stream.write("\ufeff")  # Excel takes a file without it for the system's own encoding
                self._header = [name for name in batch.cells.columns if name not in (*ADDED, *POSITION)]
                self._has_shapes = batch.xy is not None
                writer.writerow([*map(safe_cell, self._header), *(POSITION if self._has_shapes else ()), *ADDED])
            for line in self._lines(batch):
                if self.most_characters is not None and self._characters >= self.most_characters:
                    self.is_cut = True
                    break
                self._characters += writer.writerow(line)

    def _lines(self, batch: Batch) -> Iterator[list[object]]:
        reasons = _reasons(batch)
        is_out = batch.is_rejected
        texts = batch.texts.loc[is_out].reindex(columns=self._header)
        columns = [texts[name].astype(object).where(texts[name].notna(), None) for name in self._header]
        positions, numbers = np.flatnonzero(is_out), batch.row_numbers[is_out]
        cells = zip(*columns, strict=True) if columns else ((),) * len(positions)
        for position, number, row in zip(positions, numbers, cells, strict=True):
            shape = self._shape(batch, int(position))
            yield [*map(safe_cell, row), *shape, batch.file, int(number), *reasons[int(position)]]
        for record in batch.unreadable.itertuples():
            said, mend = _words((record.rule,))
            blank = [""] * (len(self._header) + (len(POSITION) if self._has_shapes else 0))
            yield [*blank, batch.file, record.row_number, f"{said}: {safe_cell(record.value)}", mend]

    def _shape(self, batch: Batch, position: int) -> list[str]:
        """Where the row's shape is: a point inside it, in the file's own frame."""
        if not self._has_shapes:
            return []
        if batch.xy is None or not np.isfinite(batch.xy[position]).all():
            return [""] * len(POSITION)
        return [repr(float(number)) for number in batch.xy[position]]


def _reasons(batch: Batch) -> dict[int, tuple[str, str]]:
    """Position → what is wrong with the row and how to mend it, in both languages."""
    out = batch.findings[batch.findings["is_rejected"].astype(bool)]
    found: dict[int, list[tuple[str, str, object]]] = {}
    told = zip(out["rule"], out["column"], out["candidates"], strict=True)
    for position, said in zip(out["position"], told, strict=True):
        found.setdefault(int(position), []).append(said)
    return {position: _reason(said) for position, said in found.items()}


def _reason(found: list[tuple[str, str, object]]) -> tuple[str, str]:
    rules, columns, candidates = zip(*found, strict=True)
    wrong, mend = _words(tuple(dict.fromkeys(rules)))
    near = "; ".join(text for text in candidates if isinstance(text, str) and text)
    return f"{', '.join(dict.fromkeys(columns))}: {wrong}", f"{mend} ({near})" if near else mend


@cache
def _words(rules: tuple[str, ...]) -> tuple[str, str]:
    texts = [(rule(name, "zh"), rule(name, "en")) for name in rules]
    wrong = " ".join(f"{zh[0]} {en[0]}" for zh, en in texts)
    mend = " ".join(f"{zh[1]} {en[1]}" for zh, en in texts)
    return wrong, mend
