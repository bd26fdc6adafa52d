"""Reads a profile: `profile.toml` and one declaration per source.

The only reader of `profile.toml`. Everything after works on what is returned here, so nothing
about a country needs to be written in code.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from etl.errors import DeclarationError, SourceMissing
from etl.profile_form import ProfileForm
from etl.source_form import BoundariesForm, CodedForm, Kind, RegisterForm, SettlementsForm, form_of
from etl.source_head import SourceForm
from ground.declared import Unfit, read

T = TypeVar("T")
Form = TypeVar("Form", bound=SourceForm)
EXACTLY_ONE, AT_MOST_ONE = ("places",), ("status_model",)


@dataclass(frozen=True)
class Source:
    """One declared source; `body` is its whole TOML table, `form` the same, checked."""

    source_id: str
    kind: str
    evidence: str
    declared_in: Path
    body: dict[str, Any]
    form: SourceForm

    def told(self, form: type[Form]) -> Form:
        """What is declared, as the kind's own form, which is the loader's to know."""
        assert isinstance(self.form, form), f"{self.kind} is no {form.__name__}"
        return self.form


@dataclass(frozen=True)
class Profile:
    """A country: its levels from the nation to the settlement, its words, its sources."""

    folder: Path
    body: dict[str, Any]
    form: ProfileForm  # the same, checked
    sources: tuple[Source, ...]

    @property
    def file(self) -> Path:
        """Where the profile itself is declared."""
        return self.folder / "profile.toml"

    @property
    def levels(self) -> list[str]:
        """All level ids, the nation first, the settlement last."""
        return [level.level_id for level in self.form.level]

    @property
    def upper_levels(self) -> list[str]:
        """The levels above the settlement."""
        return self.levels[:-1]

    @property
    def codes_as_of(self) -> date | None:
        """The day of the register's codes."""
        return self.the("places").told(RegisterForm).codes_as_of

    @property
    def nation_id(self) -> str:
        return self.form.nation.place_id

    def of_kind(self, kind: str) -> list[Source]:
        return [source for source in self.sources if source.kind == kind]

    def the(self, kind: str) -> Source:
        """The one source of a kind of which there is exactly one."""
        return self.of_kind(kind)[0]


def load_profile(folder: Path, *, with_sources: bool = True, more: Sequence[Path] = ()) -> Profile:
    """Read and check a profile; without its sources, its levels and words are known before it has any. `more` are
    folders with `sources/` of their own, as the desk hands them over; their files lie beside them.

    Raises SourceMissing where the folder holds no profile, DeclarationError where a file is
    not TOML, lacks a key, or two sources share an id.
    """
    if not (folder / "profile.toml").is_file():
        raise SourceMissing(
            str(folder / "profile.toml"), "a profile", "no such file", "name a profile folder: --profile DIR"
        )
    body, form = _checked(folder / "profile.toml", ProfileForm)
    if not with_sources:
        return Profile(folder, body, form, ())
    sources = tuple(_source(path) for one in (folder, *more) for path in sorted((one / "sources").glob("*.toml")))
    _check_sources(folder, sources, [level.level_id for level in form.level])
    return Profile(folder, body, form, sources)


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DeclarationError(str(path), "a TOML file in UTF-8", str(error), f"mend {path.name}") from error


def _checked(path: Path, form: type[T]) -> tuple[dict[str, Any], T]:
    """A file's table as it is written, and as what it has to be."""
    body = _toml(path)
    return body, _read(body, form, path)


def _read(body: dict[str, Any], form: type[T], path: Path) -> T:
    try:
        return read(body, form)
    except Unfit as unfit:
        raise DeclarationError.of(unfit, str(path)) from unfit


def _source(path: Path) -> Source:
    body, told = _checked(path, Kind)
    kind = told.kind
    form = _read(body, form_of(body, kind), path)
    return Source(form.source_id, kind, form.evidence, path, body, form)


def _check_levels(source: Source, levels: list[str]) -> None:
    """Keys named after levels that the profile does not have would be read by nobody."""
    told = source.form
    named: list[tuple[str, str]] = []
    if isinstance(told, CodedForm):
        named = [(f"codes.lengths.{level}", level) for level in told.codes.lengths]
    elif isinstance(told, SettlementsForm):
        named = [(f"parents.{level}", level) for level in told.parents or {}]
    elif isinstance(told, BoundariesForm):
        named = [(f"layer[{n}].level", layer.level) for n, layer in enumerate(told.layer, 1)]
    for key, level in named:
        if level not in levels:
            raise DeclarationError.of(
                Unfit(key, f"a level of the profile: {', '.join(levels)}", level), str(source.declared_in)
            )


def _check_sources(folder: Path, sources: tuple[Source, ...], levels: list[str]) -> None:
    seen: dict[str, Source] = {}
    for source in sources:
        if source.source_id in seen:
            raise DeclarationError(
                str(source.declared_in),
                "a source_id of its own",
                f"{source.source_id}, also in {seen[source.source_id].declared_in.name}",
                "rename one of the two",
            )
        seen[source.source_id] = source
    for source in sources:
        _check_levels(source, levels)
    for kind in (*EXACTLY_ONE, *AT_MOST_ONE):
        found = [source.declared_in.name for source in sources if source.kind == kind]
        if len(found) > 1 or (not found and kind in EXACTLY_ONE):
            raise DeclarationError(
                str(folder / "sources"),
                f"one source of kind {kind}",
                f"{found or 'none'}",
                "keep exactly one",
            )
