"""What a build lays before it reads what the desk hands over, kept for the next build of the same places.

Boundaries, places, villages with their positions, records, the simulation: of a release that only says other states
they are the same to the byte, and take most of the time. What is kept is the file as it stands before that, beside
it villages and simulation. Its seal, written last, says of what it was made, until when it holds, and that it is whole.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from etl.declaration import Profile, Source
from etl.publish.fingerprint import fingerprint
from etl.status import kept_simulation
from etl.status.ground import Ground

#: Kinds of sources that say states, and move no village: those that are handed over come after it.
LATER = ("coverage", "decisions", "cell_sites", "speed_tests")
FILE, VILLAGES, SIMULATION, REJECTS, SEAL = "atlas.duckdb", "villages.feather", "simulation", "rejects", "SEAL"
DISTANCES = "distances"  # measured later, and sealed by its own name
MADE_WITH = ("duckdb", "geopandas", "numpy", "pandas", "pyarrow", "scipy", "shapely")


@dataclass(frozen=True)
class Kept:
    """One that fits and is whole."""

    folder: Path

    def put(self, partial: Path, rejects: Path) -> Ground:
        """Copy the file to where the next build is written."""
        shutil.copyfile(self.folder / FILE, partial)
        if (self.folder / REJECTS).is_dir():
            shutil.copytree(self.folder / REJECTS, rejects)
        simulation = self.folder / SIMULATION
        made = kept_simulation.read(simulation) if simulation.is_dir() else None
        return Ground(pd.read_feather(self.folder / VILLAGES), made, self.folder / DISTANCES)


def beside(profile: Profile, more: Sequence[Path]) -> list[Source]:
    """Sources of `more` that say states: a build on a kept ground reads these alone."""
    return [one for folder in more for one in profile.sources if one.kind in LATER and _is_in(one, folder)]


def _is_in(source: Source, folder: Path) -> bool:
    return source.declared_in.resolve().is_relative_to(folder.resolve())


def key_of(profile: Profile, more: Sequence[Path]) -> str:
    """What it depends on: the profile, code and libraries, and of `more` all but the sources of states."""
    digest = hashlib.sha256(fingerprint(profile.folder).encode())
    digest.update(f"{sys.version} {[(name, version(name)) for name in MADE_WITH]}".encode())
    theirs = {name for one in beside(profile, more) for name in _named(one)}
    for folder in more:
        for path in sorted(folder.rglob("*")):  # which of its files a source reads, its loader alone knows
            if path.is_file() and path.name not in theirs:
                digest.update(f"{path.relative_to(folder).as_posix()} {path.stat().st_size}\n".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def _named(source: Source) -> list[str]:
    """The names of the files of a source: its declaration, and what that reads."""
    paths = source.body.get("file", {}).get("path", [])
    return [source.declared_in.name, *(Path(path).name for path in ([paths] if isinstance(paths, str) else paths))]


def found(folder: Path | None, key: str, today: date) -> Kept | None:
    """The one that is kept there, if it is of this key, still holds and is whole; anything else is removed."""
    if folder is None:
        return None
    with suppress(OSError, ValueError, KeyError, TypeError):
        seal = json.loads((folder / SEAL).read_text(encoding="ascii"))
        holds = seal["until"] is None or today < date.fromisoformat(seal["until"])
        if seal["key"] == key and holds and seal["sha256"] == _sums(folder):
            return Kept(folder)
    forget(folder)
    return None


def keep(folder: Path, key: str, until: date | None, partial: Path, ground: Ground, rejects: Path) -> bool:
    """Keep what was laid, in place of what was kept before. A full disk keeps none (False), and harms no build."""
    forget(folder)
    try:
        folder.mkdir(parents=True)
        shutil.copyfile(partial, folder / FILE)
        ground.villages.to_feather(folder / VILLAGES)
        if ground.simulation is not None:
            kept_simulation.write(ground.simulation, folder / SIMULATION)
        if rejects.is_dir():
            shutil.copytree(rejects, folder / REJECTS)
        seal = {"key": key, "until": until.isoformat() if until else None, "sha256": _sums(folder)}
        (folder / SEAL).write_text(json.dumps(seal), encoding="ascii")
    except OSError:
        forget(folder)
        return False
    return True


def forget(folder: Path) -> None:
    """Remove the one that is kept; the seal first."""
    with suppress(OSError):
        (folder / SEAL).unlink()
    shutil.rmtree(folder, ignore_errors=True)


def _sums(folder: Path) -> dict[str, str]:
    sums = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != SEAL and path.parent != folder / DISTANCES:
            with path.open("rb") as stream:
                sums[path.relative_to(folder).as_posix()] = hashlib.file_digest(stream, "sha256").hexdigest()
    return sums
