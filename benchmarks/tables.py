"""Measured tables: as Markdown on the screen, and between markers in README.md."""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

README = Path(__file__).with_name("README.md")


class MarkerMissing(RuntimeError):
    """README.md has no place for the tables of a part; the message says which marker to add."""


@dataclass(frozen=True)
class Table:
    """One table with its title and, beneath, what must be known to read it."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""

    def markdown(self) -> str:
        """Padded, so that it can be read as it stands. The first column is text, the others numbers."""
        widths = [max(2, *(len(row[i]) for row in [self.columns, *self.rows])) for i in range(len(self.columns))]
        rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
        lines = [_line(self.columns, widths), _line(rule, widths)]
        lines += [_line(row, widths) for row in self.rows]
        return "\n".join([f"**{self.title}**", "", *lines, *(["", self.note] if self.note else [])])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [cells[0].ljust(widths[0])]
    padded += [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True)]
    return f"| {' | '.join(padded)} |"


def section(facts: str, tables: Sequence[Table]) -> str:
    """The text of one part: when and on what it was measured, then its tables."""
    return "\n\n".join([f"Measured {facts}.", *(table.markdown() for table in tables)])


def write(part: str, text: str, readme: Path = README) -> None:
    """Put a part's text between its markers. Raises MarkerMissing."""
    whole = readme.read_text(encoding="utf-8")
    begin, end = f"<!-- measured: {part} -->", f"<!-- end: {part} -->"
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if not pattern.search(whole):
        raise MarkerMissing(f"{readme.name}: expected {begin} and {end}, found none; add them where the tables go")
    replaced = pattern.sub(lambda _: f"{begin}\n\n{text}\n\n{end}", whole, count=1)
    readme.write_text(replaced, encoding="utf-8")


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest measured value that at least `share` of all do not exceed: no interpolation."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * round(share * 1000) // 1000) - 1)]


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def number(value: float | None) -> str:
    """Three digits that matter, never more; a dash where nothing was measured."""
    if value is None:
        return "–"
    if abs(value) >= 99.95:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 9.995 else f"{value:.2f}"


def met(values: Sequence[float], goal: float | None) -> str:
    """Whether a goal is met by nearly all (p95), only by half (p50), or not."""
    if goal is None:
        return "–"
    if quantile(values, 0.95) <= goal:
        return "yes"
    return "p50 only" if median(values) <= goal else "no"
