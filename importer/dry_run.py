"""Checks a file without loading it: the same way as a build, and nothing is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from importer.declared import declaration
from importer.draft import drafts
from importer.errors import FileUnreadable
from importer.identity import Register
from importer.intake import Intake
from importer.quality import Quality
from importer.rejects import Rejects


@dataclass(frozen=True)
class DryRun:
    """What a build would do with a file."""

    kind: str
    declaration_text: str  # TOML; of the draft where none was given
    quality: Quality


def dry_run(
    path: Path,
    upper_levels: Sequence[str],
    *,
    kind: str | None = None,
    body: Mapping[str, Any] | None = None,
    register: Register | None = None,
    extent_degrees: Sequence[float] | None = None,
    rejects: Path | None = None,
    on_rows: Callable[[int], None] | None = None,
) -> DryRun:
    """Read a file to its end as a build would. Without a declaration (`body`) a draft is made and used.

    With a register, rows are also matched to its places. Raises Problem.
    """
    text = ""
    if body is None:
        found = drafts(path, upper_levels, kind)
        if not found:
            raise FileUnreadable(
                path.name,
                "columns by which villages, coverage, sites, speeds, projects or pilots can be known",
                "none that the headers tell",
                "name the kind of content, or write a declaration: python -m etl draft FILE --kind KIND",
            )
        body, text = found[0].body, found[0].text
    declared = declaration(body, "declaration", upper_levels, extent_degrees)
    quality = Quality(str(body.get("source_id", path.stem)))
    intake = Intake(declared, [path], quality, register=register, on_batch=on_rows)
    writer = Rejects(rejects) if rejects is not None else None
    for batch in intake:
        if writer is not None:
            writer.add(batch)
    return DryRun(declared.content.kind, text, quality)
