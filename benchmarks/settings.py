"""What every part of a run is told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SEED = 20161231  # the samples are the same in every run over the same atlas


@dataclass(frozen=True)
class Settings:
    """Where the atlas is (None until one is built), where to write for a while, and how often to repeat."""

    build_dir: Path | None
    scratch: Path
    is_quick: bool

    def times(self, full: int, quick: int) -> int:
        return quick if self.is_quick else full

    @property
    def atlas_dir(self) -> Path:
        """The folder of the atlas that is measured."""
        assert self.build_dir is not None, "__main__ chooses a folder before a part asks for it"
        return self.build_dir
