"""Checks a file without loading it: the same way as a build, and nothing is kept."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from importer.convert.declared import declaration
from importer.errors import FileTooLarge
from importer.guess.draft import Draft, drafts, nothing_fits
from importer.intake import Intake
from importer.place.identity import Codes, Register
from importer.read import limits
from importer.report.quality import Quality
from importer.report.rejects import Rejects
from importer.report.template import filled_template


@dataclass(frozen=True)
class Part:
    """One kind of content in the file: how it was read, and what became of its rows."""

    kind: str
    declaration_text: str  # TOML; "" where the declaration was given
    quality: Quality


@dataclass(frozen=True)
class DryRun:
    """What a build would do with a file. A bureau's table often holds a register and coverage at once."""

    parts: tuple[Part, ...]
    rejected_rows: frozenset[int]  # numbers of the rows that one of the kinds would reject
    are_rejects_cut: bool = False  # the file of rejected rows holds the first of them only

    @property
    def read(self) -> int:
        return max(part.quality.read for part in self.parts)

    @property
    def rejected(self) -> int:
        return len(self.rejected_rows)


def dry_run(
    path: Path,
    upper_levels: Sequence[str],
    *,
    kind: str | None = None,
    body: Mapping[str, Any] | None = None,
    register: Register | None = None,
    codes: Codes | None = None,
    extent_degrees: Sequence[float] | None = None,
    rejects: Path | None = None,
    most_reject_characters: int | None = None,
    on_rows: Callable[[int], None] | None = None,
) -> DryRun:
    """Read a file to its end as a build would. Without a declaration (`body`) drafts are made and used.

    With a register, rows are also matched to its places; `codes` says how codes of another day lead to it, the day of
    the file's is the declaration's `codes_as_of`. Raises Problem.
    """
    started = time.monotonic()
    declared = [(body, "")] if body is not None else _declared(path, upper_levels, kind, register, extent_degrees)
    writer = Rejects(rejects, most_reject_characters) if rejects is not None else None
    parts: list[Part] = []
    rows: set[int] = set()
    for table, text in declared:
        meant = declaration(table, "declaration", upper_levels, extent_degrees)
        quality = Quality(str(table.get("source_id", path.stem)))
        dated = None if codes is None else replace(codes, as_of=table.get("codes_as_of"))
        for batch in Intake(meant, [path], quality, register=register, codes=dated, on_batch=on_rows):
            _refuse_late(path, started, quality)
            rows |= set(batch.row_numbers[batch.is_rejected].tolist())
            rows |= {int(number) for number in batch.unreadable.get("row_number", ())}
            if writer is not None:
                writer.add(batch)
        parts.append(Part(meant.content.kind, text, quality))
    return DryRun(tuple(parts), frozenset(rows), writer is not None and writer.is_cut)


def _declared(
    path: Path,
    upper_levels: Sequence[str],
    kind: str | None,
    register: Register | None,
    extent: Sequence[float] | None,
) -> list[tuple[Mapping[str, Any], str]]:
    """A filled template is read by its own declaration, any other file by drafts."""
    text = filled_template(path, upper_levels)
    if text is not None:
        return [(tomllib.loads(text), text)]
    return [(draft.body, draft.text) for draft in _drafts(path, upper_levels, kind, register, extent)]


def _drafts(
    path: Path,
    upper_levels: Sequence[str],
    kind: str | None,
    register: Register | None,
    extent: Sequence[float] | None,
) -> list[Draft]:
    found = [draft for draft in drafts(path, upper_levels, kind, extent_degrees=extent) if not draft.lacks]
    if not found:
        raise nothing_fits(path, upper_levels, extent)
    if register is not None and len(found) > 1:  # the country has its places; the same columns say more about them
        found = [draft for draft in found if draft.kind != "places"]
    return found


def _refuse_late(path: Path, started: float, quality: Quality) -> None:
    """A check answers within a bound of time, whatever it is handed."""
    if time.monotonic() - started > limits.CHECK_SECONDS:
        raise FileTooLarge(
            path.name,
            f"a file that is checked in {limits.CHECK_SECONDS // 60} minutes",
            f"{quality.read:,} rows checked in that time",
            "check a part of the file; a build has no such bound",
        )
