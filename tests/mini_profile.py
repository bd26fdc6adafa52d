"""The invented country of `fixtures/mini`: where it is, and how a test alters and builds a copy of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from etl.build import build
from etl.declaration import load_profile
from etl.importing import codes_of, register_of
from etl.places.boundaries import load_boundaries
from etl.places.register import load_extra_places, load_places, write_hierarchy
from etl.records.records import LOADERS
from etl.records.writers import WRITERS, load_records
from etl.store import Store, write_profile

ROOT = Path(__file__).resolve().parent.parent
MINI = Path(__file__).resolve().parent / "fixtures" / "mini"
CHINA = ROOT / "data" / "china"
DECLARED = re.compile(r'path = "(?P<path>[^"]+)"\nsha256 = "[0-9a-f]*"')

#: Runs SQL on an atlas and returns its rows (fixtures `ask` and `ask_nation`).
Ask = Callable[..., list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Profile:
    """A copy of the mini profile that a test may alter and build."""

    folder: Path
    build_dir: Path

    def file(self, path: str) -> Path:
        return self.folder / path

    def edit(self, path: str, old: str, new: str) -> Profile:
        """Replace a text that is there exactly once, and declare the file as it is now."""
        text = self.file(path).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{path} holds {old!r} {text.count(old)} times"
        self.file(path).write_text(text.replace(old, new), encoding="utf-8")
        return self.declare()

    def add_line(self, path: str, line: str) -> Profile:
        with self.file(path).open("a", encoding="utf-8") as stream:
            stream.write(line + "\n")
        return self.declare()

    def declare(self) -> Profile:
        """Write the sha256 of every file as it is now into its declaration."""
        for source in self.folder.glob("sources/*.toml"):
            text = source.read_text(encoding="utf-8")
            source.write_text(DECLARED.sub(self._declared, text), encoding="utf-8")
        return self

    def _declared(self, found: re.Match[str]) -> str:
        path = self.folder / found["path"]
        digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        return f'path = "{found["path"]}"\nsha256 = "{digest}"'

    def places(self) -> Store:
        """Only the places, in memory: what many tests look at, in a tenth of a build's time."""
        profile = load_profile(self.folder)
        store = Store(Path(":memory:"), profile)
        write_profile(store)
        register = profile.the("places")
        load_places(store, register)
        for source in profile.of_kind("extra_places"):
            load_extra_places(store, source)
        write_hierarchy(store, register)
        return store

    def boundaries(self) -> Store:
        """Places and their boundaries, in memory."""
        store = self.places()
        for source in store.profile.of_kind("boundaries"):
            load_boundaries(store, source)
        return store

    def records(self) -> Store:
        """Places, pilots, projects, costs and figures, in memory."""
        store = self.places()
        for kind, load in LOADERS.items():
            for source in store.profile.of_kind(kind):
                load(store, source)
        register = register_of(store)
        for kind in WRITERS:
            for source in store.profile.of_kind(kind):
                load_records(store, source, register, codes_of(store.profile, source), None)
        return store

    def build(self) -> Path:
        return build(self.folder, self.build_dir, quiet=True)

    @contextmanager
    def built(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Build, and open what was published."""
        with duckdb.connect(str(self.build()), read_only=True) as connection:
            yield connection
