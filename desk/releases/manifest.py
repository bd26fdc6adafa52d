"""What is written down of a kept release: `2026.11.json`, beside the file that it names.

A release exists when its manifest does. Numbers and names come from outside, the folder from a backup perhaps:
everything is looked at before it becomes a path.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

from desk.releases.errors import ReleaseDamaged, ReleaseRefused, ReleaseUnknown
from desk.releases.patches import MOST_BYTES
from ground.builds import BUILD_FILE
from ground.declared import Such, Unfit, between, read

#: A month, and a correction of it: 2026.11, 2026.11.1. One release has one spelling.
NUMBER = re.compile(r"[0-9]{4}\.(?:0[1-9]|1[0-2])(?:\.[1-9][0-9]{0,2})?", re.ASCII)
FORMAT = 1
_SUFFIX = ".json"
_MOST_MANIFEST_BYTES = 4096
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_RESTORE = "bring the archive's folder back from a backup; its files never change"

Number = Annotated[str, Such("a number like 2026.11 or 2026.11.1", lambda text: bool(NUMBER.fullmatch(text)))]
Sha256 = Annotated[str, Such("64 hexadecimal digits", lambda text: bool(_SHA256.fullmatch(text)))]
FileName = Annotated[str, Such("a name like atlas-….duckdb", lambda text: bool(BUILD_FILE.fullmatch(text)))]
SizeBytes = Annotated[int, between(1, MOST_BYTES)]


@dataclass(frozen=True)
class Kept:
    """A release: the file that it was, and how it is stored."""

    number: Number
    file_name: FileName
    sha256: Sha256
    size_bytes: SizeBytes
    stored_sha256: Sha256
    stored_bytes: SizeBytes
    base: Number | None = None  # the release that it is stored as a difference from; None: it is stored whole
    format: Annotated[int, between(FORMAT, FORMAT)] = FORMAT

    @property
    def stored_name(self) -> str:
        """Named by its content, too: a second attempt after a kill never writes over other bytes."""
        return f"{self.number}-{self.stored_sha256[:16]}.zst"


def checked_number(number: str) -> str:
    """Raises ReleaseRefused for what no release can be called."""
    if NUMBER.fullmatch(number) is None:
        raise ReleaseRefused("the number of a release", "a number like 2026.11 or 2026.11.1", repr(number), "mend it")
    return number


def path_of(folder: Path, number: str) -> Path:
    """Where the manifest lies. Raises ReleaseRefused."""
    return folder / f"{checked_number(number)}{_SUFFIX}"


def numbers(names: list[str]) -> list[str]:
    """Those of a folder's names that are manifests, as numbers, the oldest first."""
    found = [name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX)]
    return sorted(filter(NUMBER.fullmatch, found), key=lambda number: [int(part) for part in number.split(".")])


def text(kept: Kept) -> str:
    """What stands in the manifest."""
    return json.dumps(asdict(kept), indent=1) + "\n"


def load(folder: Path, number: str) -> Kept:
    """Raises ReleaseRefused, ReleaseUnknown, or ReleaseDamaged where the manifest cannot be one."""
    path = path_of(folder, number)
    try:
        with path.open("rb") as stream:
            kept = read(json.loads(stream.read(_MOST_MANIFEST_BYTES)), Kept)
    except FileNotFoundError:
        raise ReleaseUnknown(
            f"release {number}", "a number that was published", "no release", "see the list of releases"
        ) from None
    except (OSError, ValueError, RecursionError, Unfit) as error:
        raise damaged(number, f"{path.name} as it was written", _said(error)) from error
    if kept.number != number:
        raise damaged(number, f"{path.name} of this release", f"one of {kept.number}")
    return kept


def damaged(number: str, expected: str, found: str) -> ReleaseDamaged:
    """The one thing to do about it is always the same."""
    return ReleaseDamaged(f"release {number}", expected, found, _RESTORE)


def _said(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"cannot be read ({error.strerror})"  # the system's own message has the path
    return str(error).strip()[:200] or type(error).__name__
