"""Rejected rows as a file that a clerk can correct and hand in again."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np

from importer.convert.batch import Batch
from importer.report.rules import rule

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
ADDED = ("文件 file", "行 row", "问题 what is wrong", "改法 how to mend it")


@dataclass
class Rejects:
    """The file, made when there is a first row for it: the row as it was, then where it stood and what is wrong.

    A declaration reads it as it reads the original: the added columns fill no field.
    """

    path: Path
    most_characters: int | None = None  # None: as many rows as are rejected
    rows: int = 0
    is_cut: bool = False  # the file holds the first rows only
    _characters: int = 0
    _header: list[str] = field(default_factory=list)

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
                self._header = [str(name) for name in batch.texts.columns]
                writer.writerow([*self._header, *ADDED])
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
            yield [*map(safe_cell, row), batch.file, int(number), *reasons[int(position)]]
        for record in batch.unreadable.itertuples():
            said, mend = _words((record.rule,))
            blank = [""] * len(self._header)
            yield [*blank, batch.file, record.row_number, f"{said}: {safe_cell(record.value)}", mend]


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


def safe_cell(cell: object) -> str:
    """A cell that a spreadsheet would take for a formula is written as text; numbers stay numbers."""
    text = "" if cell is None else str(cell)
    if not text.startswith(FORMULA_STARTS) or _is_number(text):
        return text
    return "'" + text


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", ""))
    except ValueError:
        return False
    return True
