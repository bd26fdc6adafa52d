"""What became of the rows of a source: read, loaded, rejected, by which rule, and what looks odd.

Counts are of rows; a row with two bad cells is one rejected row and two findings. Everything here grows with
the number of rules and columns, not with the number of rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made_by
from typing import Any

import numpy as np
import pandas as pd

from importer.convert.batch import Batch
from importer.read.chunk import LeftOut
from importer.report.rules import rule

EXAMPLES_KEPT = 12
LEFT_OUT_KEPT = 2_000  # parts of a file: as many as it may have columns
DISTINCT_KEPT = 1000  # beyond this a column is simply "many values"
OUTLIER_SPREADS = 10  # times the distance between the quartiles, on either side
SAMPLE_KEPT = 200_000  # numbers per column that quartiles are made from
FEW_ROWS = 20  # in fewer rows than this, one value in a whole column says nothing


@dataclass
class RuleCount:
    """How often a rule was broken, and where first."""

    rule: str
    is_rejected: bool
    count: int = 0
    examples: list[dict[str, Any]] = made_by(default_factory=list)


@dataclass
class ColumnQuality:
    """One field over all rows that were loaded."""

    field: str
    rows: int = 0
    unknown: int = 0
    values: Counter[str] = made_by(default_factory=Counter)  # emptied once there are too many
    has_many_values: bool = False
    least: float | None = None
    most: float | None = None
    sample: list[np.ndarray] = made_by(default_factory=list)
    sampled: int = 0

    @property
    def only_value(self) -> str | None:
        """The one value of a column that says the same everywhere."""
        if self.has_many_values or len(self.values) != 1 or self.unknown or self.rows < FEW_ROWS:
            return None
        return next(iter(self.values))

    def add(self, values: pd.Series) -> None:
        is_known = values.notna()
        known = values if is_known.all() else values[is_known]
        self.rows += len(values)
        self.unknown += len(values) - len(known)
        self._count(known)
        if pd.api.types.is_numeric_dtype(known) and not pd.api.types.is_bool_dtype(known) and len(known):
            numbers = known.to_numpy(dtype=float)
            least, most = float(numbers.min()), float(numbers.max())
            self.least = least if self.least is None else min(self.least, least)
            self.most = most if self.most is None else max(self.most, most)
            if self.sampled < SAMPLE_KEPT:
                self.sample.append(numbers[: SAMPLE_KEPT - self.sampled])
                self.sampled += len(self.sample[-1])

    def _count(self, known: pd.Series) -> None:
        if self.has_many_values:
            return
        counted = known.value_counts()
        if len(counted) <= DISTINCT_KEPT:
            self.values.update({str(value): int(n) for value, n in counted.items()})
        if max(len(counted), len(self.values)) > DISTINCT_KEPT:
            self.has_many_values, self.values = True, Counter()

    def outlier_bounds(self) -> tuple[float, float] | None:
        """Beyond these a value is far from all the others; None where there is nothing to compare."""
        if self.sampled < FEW_ROWS:
            return None
        low, high = np.percentile(np.concatenate(self.sample), [25, 75])
        if high <= low:
            return None
        reach = OUTLIER_SPREADS * (high - low)
        return float(low - reach), float(high + reach)


@dataclass
class Quality:
    """The report of one source, added up batch by batch."""

    source_id: str
    read: int = 0
    rejected: int = 0
    rules: dict[str, RuleCount] = made_by(default_factory=dict)
    columns: dict[str, ColumnQuality] = made_by(default_factory=dict)
    matched: Counter[str] = made_by(default_factory=Counter)  # how places were found
    corrections: Mapping[str, int] = made_by(default_factory=dict)
    notes: list[str] = made_by(default_factory=list)
    left_out: list[LeftOut] = made_by(default_factory=list)  # parts of the files that are not read, each said once
    odd: list[tuple[str, str, str]] = made_by(default_factory=list)  # warnings that others found: rule, field, seen
    passed_over: int = 0  # rows of the files that the declaration does not speak of
    same_by_declaration: set[str] = made_by(default_factory=set)

    @property
    def loaded(self) -> int:
        return self.read - self.rejected

    def add(self, batch: Batch) -> None:
        """Count a batch that is ready to be loaded."""
        self.read += len(batch.rows) + len(batch.unreadable)
        self.passed_over += batch.passed_over
        known = set(self.left_out)
        room = LEFT_OUT_KEPT - len(known)
        self.left_out += [part for part in dict.fromkeys(batch.left_out) if part not in known][:room]
        self.rejected += int(batch.is_rejected.sum()) + len(batch.unreadable)
        for name, rows in batch.unreadable.groupby("rule") if len(batch.unreadable) else ():
            examples = [
                {"file": batch.file, "row": int(row.row_number), "value": row.value}
                for row in rows.head(EXAMPLES_KEPT).itertuples()
            ]
            self._count(str(name), True, len(rows), examples)
        for (name, out), found in batch.findings.groupby(["rule", "is_rejected"], sort=True):
            self._count(str(name), bool(out), len(found), _examples(batch, found))
        accepted = ~batch.is_rejected
        rows = batch.rows if accepted.all() else batch.rows[accepted]
        for name in rows.columns:
            self._column(name).add(rows[name])
        for series in batch.wide:
            self._column(series.header).add(series.values[accepted])

    def reject(self, rule_id: str, rows: pd.DataFrame) -> None:
        """Count rows that were accepted one by one and then found to fit nowhere: file, row_number, value."""
        self.rejected += len(rows)
        self._count(rule_id, True, len(rows), _late_examples(rows))

    def remark(self, rule_id: str, rows: pd.DataFrame) -> None:
        """Say something of rows that are loaded, once all are known: file, row_number, value, candidates."""
        if len(rows):
            self._count(rule_id, False, len(rows), _late_examples(rows))

    def _column(self, name: str) -> ColumnQuality:
        return self.columns.setdefault(name, ColumnQuality(name))

    def _count(self, name: str, is_rejected: bool, count: int, examples: list[dict[str, Any]]) -> None:
        entry = self.rules.setdefault(f"{name}/{is_rejected}", RuleCount(name, is_rejected))
        entry.count += count
        entry.examples += examples[: EXAMPLES_KEPT - len(entry.examples)]

    def warnings(self) -> list[tuple[str, str, str]]:
        """What looks odd though every row may be right: (rule, field, what was seen)."""
        odd = list(self.odd)
        for column in self.columns.values():
            if column.only_value is not None and column.field not in self.same_by_declaration:
                odd.append(("one_value", column.field, f"{column.only_value!r} × {column.rows:,}"))
            if column.rows and column.unknown == column.rows:
                odd.append(("all_unknown", column.field, f"{column.rows:,}"))
            bounds = column.outlier_bounds()
            if bounds and column.most is not None and column.least is not None:
                if column.most > bounds[1]:
                    odd.append(("outlier", column.field, f"{column.most:,.6g} > {bounds[1]:,.6g}"))
                if column.least < bounds[0]:
                    odd.append(("outlier", column.field, f"{column.least:,.6g} < {bounds[0]:,.6g}"))
        return odd

    @property
    def rejected_percent(self) -> float:
        return 100 * self.rejected / self.read if self.read else 0.0

    def sentences(self, language: str) -> list[tuple[str, int, bool, str, str]]:
        """Per rule, the most frequent first: (rule, count, is_rejected, what is wrong, how to mend it)."""
        counted = sorted(self.rules.values(), key=lambda entry: (not entry.is_rejected, -entry.count))
        return [(entry.rule, entry.count, entry.is_rejected, *rule(entry.rule, language)) for entry in counted]


def _late_examples(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Of rows that are known by file and number only; their candidates, where there are any."""
    return [
        {
            "file": row.file,
            "row": int(row.row_number),
            "value": row.value,
            "candidates": getattr(row, "candidates", None),
        }
        for row in rows.head(EXAMPLES_KEPT).itertuples()
    ]


def _examples(batch: Batch, found: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {
            "file": batch.file,
            "row": int(batch.row_numbers[int(row.position)]),
            "field": row.field,
            "column": row.column,
            "value": row.value,
            "candidates": row.candidates if isinstance(row.candidates, str) else None,
        }
        for row in found.head(EXAMPLES_KEPT).itertuples()
    ]
