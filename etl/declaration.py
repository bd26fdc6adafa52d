"""Reads a profile: `profile.toml` and one declaration per source.

The only reader of `profile.toml`. Everything after works on what is returned here, so nothing
about a country needs to be written in code.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from etl.errors import DeclarationError, SourceMissing
from ground.evidence import EVIDENCE

KINDS = (
    "places",
    "extra_places",
    "boundaries",
    "pilots",
    "projects",
    "published_figures",
    "contradictions",
    "programme_rules",
    "cost_parameters",
    "model_parameters",
    "status_model",
    "villages",
    "coverage",
    "cell_sites",
    "speed_tests",
    "payments",
    "inspections",
    "project_villages",
    "milestones",
    "moves",
    "notices",
    "reconciliations",
    "funding",
    "performance_targets",
    "crosswalk",
)
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
EXACTLY_ONE, AT_MOST_ONE = ("places",), ("status_model",)


@dataclass(frozen=True)
class Source:
    """One declared source; `body` is its whole TOML table."""

    source_id: str
    kind: str
    evidence: str
    declared_in: Path
    body: dict[str, Any]

    def need(self, *keys: str) -> Any:
        """A nested value that must be there; the error names file and key."""
        value: Any = self.body
        for depth, key in enumerate(keys):
            if not isinstance(value, dict) or key not in value:
                raise DeclarationError(
                    str(self.declared_in),
                    f"the key {'.'.join(keys[: depth + 1])}",
                    "no such key",
                    f"add it to {self.declared_in.name}",
                )
            value = value[key]
        return value


@dataclass(frozen=True)
class Profile:
    """A country: its levels from the nation to the settlement, its words, its sources."""

    folder: Path
    body: dict[str, Any]
    sources: tuple[Source, ...]

    @property
    def file(self) -> Path:
        """Where the profile itself is declared."""
        return self.folder / "profile.toml"

    @property
    def levels(self) -> list[str]:
        """All level ids, the nation first, the settlement last."""
        return [level["level_id"] for level in self.body["level"]]

    @property
    def upper_levels(self) -> list[str]:
        """The levels above the settlement."""
        return self.levels[:-1]

    @property
    def nation_id(self) -> str:
        return str(self.body["nation"]["place_id"])

    def of_kind(self, kind: str) -> list[Source]:
        return [source for source in self.sources if source.kind == kind]

    def the(self, kind: str) -> Source:
        """The one source of a kind of which there is exactly one."""
        return self.of_kind(kind)[0]


def load_profile(folder: Path) -> Profile:
    """Read and check a profile.

    Raises SourceMissing where the folder holds no profile, DeclarationError where a file is
    not TOML, lacks a key, or two sources share an id.
    """
    if not (folder / "profile.toml").is_file():
        raise SourceMissing(
            str(folder / "profile.toml"), "a profile", "no such file", "name a profile folder: --profile DIR"
        )
    body = _toml(folder / "profile.toml")
    _check_profile(folder / "profile.toml", body)
    sources = tuple(_source(path) for path in sorted((folder / "sources").glob("*.toml")))
    _check_sources(folder, sources)
    return Profile(folder, body, sources)


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DeclarationError(str(path), "a TOML file in UTF-8", str(error), f"mend {path.name}") from error


def _check_profile(path: Path, body: dict[str, Any]) -> None:
    for key in (
        "profile_id",
        "title",
        "default_language",
        "level",
        "nation",
        "map",
        "standard",
        "default_view",
    ):
        if key not in body:
            raise DeclarationError(str(path), f"the key {key}", "no such key", f"add it to {path.name}")
    for key in ("level", "standard"):
        if not isinstance(body[key], list) or not all(isinstance(entry, dict) for entry in body[key]):
            raise DeclarationError(str(path), f"[[{key}]] tables", f"{body[key]!r}", f"mend {path.name}")
    _check_levels(path, body)
    _check_id(path, body, "profile_id")
    if not isinstance(body["nation"], dict) or "place_id" not in body["nation"]:
        raise DeclarationError(str(path), "the key nation.place_id", "no such key", f"add it to {path.name}")
    for table in (body, body["nation"], *body["level"], *body["standard"]):
        _check_words(path, table, "title" if table is body else "name")
    if "tender_rule" in body:
        _check_tender_rule(path, body["tender_rule"])
    for standard in body["standard"]:
        for key in ("unconnected", "definition"):
            _check_words(path, standard, key)
        if "standard_id" not in standard:
            raise DeclarationError(str(path), "standard_id in every [[standard]]", f"{standard}", f"mend {path.name}")
        _check_id(path, standard, "standard_id")


def _check_tender_rule(path: Path, rule: Any) -> None:
    """A least number of bidders is a rule of somebody: it names its document."""
    is_whole = isinstance(rule, dict) and type(rule.get("least_bidders")) is int and rule["least_bidders"] >= 1
    if not (is_whole and isinstance(rule.get("document"), str)):
        raise DeclarationError(
            str(path),
            "[tender_rule] with least_bidders (1 or more) and document",
            f"{rule!r}",
            f"mend {path.name}",
        )


def _check_levels(path: Path, body: dict[str, Any]) -> None:
    levels = [level.get("level_id") for level in body["level"]]
    if len(levels) < 3 or len(set(levels)) != len(levels) or not all(_is_name(level) for level in levels):
        raise DeclarationError(
            str(path),
            "at least three [[level]] tables with distinct ids of a-z, 0-9 and _",
            f"{levels}",
            "mend the [[level]] tables",
        )


def _check_words(path: Path, table: dict[str, Any], key: str) -> None:
    """A text for people has to be there in both languages."""
    words = table.get(key)
    if not isinstance(words, dict) or not {"zh", "en"} <= words.keys():
        raise DeclarationError(str(path), f'{key} = {{ zh = "…", en = "…" }}', f"{words!r}", f"mend {path.name}")


def _check_id(path: Path, table: dict[str, Any], key: str) -> None:
    """A name for machines: it stands in addresses, in names of files and columns, and in headers."""
    if not isinstance(table[key], str) or not ID.fullmatch(table[key]):
        raise DeclarationError(str(path), f"{key} of a-z, A-Z, 0-9, . _ and -", f"{table[key]!r}", f"mend {path.name}")


def _is_name(text: Any) -> bool:
    return isinstance(text, str) and text.isascii() and text.isidentifier() and text == text.lower()


def _source(path: Path) -> Source:
    body = _toml(path)
    for key in ("source_id", "kind", "title", "publisher", "edition", "licence", "evidence"):
        if key not in body:
            raise DeclarationError(str(path), f"the key {key}", "no such key", f"add it to {path.name}")
    for key, allowed in (("kind", KINDS), ("evidence", EVIDENCE)):
        if body[key] not in allowed:
            raise DeclarationError(
                str(path), f"{key} to be one of {', '.join(allowed)}", repr(body[key]), f"mend {path.name}"
            )
    for key in ("title", "publisher"):
        _check_words(path, body, key)
    _check_id(path, body, "source_id")
    return Source(str(body["source_id"]), body["kind"], body["evidence"], path, body)


def _check_sources(folder: Path, sources: tuple[Source, ...]) -> None:
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
    for kind in (*EXACTLY_ONE, *AT_MOST_ONE):
        found = [source.declared_in.name for source in sources if source.kind == kind]
        if len(found) > 1 or (not found and kind in EXACTLY_ONE):
            raise DeclarationError(
                str(folder / "sources"),
                f"one source of kind {kind}",
                f"{found or 'none'}",
                "keep exactly one",
            )
