"""What each kind of content holds: the fields of `fields.toml` and the kinds of `contents.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

LEVEL = "<level>"
LANGUAGES = ("zh", "en", "es", "fr", "de", "pt")


@dataclass(frozen=True)
class Field:
    """One field of the atlas that a column of a file may fill."""

    name: str
    type: str
    unit: str | None
    least: float | None  # smallest number allowed
    label: Mapping[str, str]  # zh, en
    about: Mapping[str, str]  # zh, en
    headers: Mapping[str, Sequence[str]]  # by language: how headers of files call it


@dataclass(frozen=True)
class Content:
    """One kind of content; its fields in order, those of the profile's levels spelt out."""

    kind: str
    label: Mapping[str, str]
    place: str  # settlement, any or none: what a row names
    fields: Mapping[str, Field]
    needed: tuple[tuple[str, ...], ...]  # of each group, one field at least
    key: tuple[str, ...]  # what no two rows may share
    published: tuple[str, ...] = ()  # fields of published lists: neither a template nor a draft asks for them
    beside: tuple[str, ...] = ()  # fields of which an unreadable cell is unknown and leaves its row

    @property
    def asked(self) -> dict[str, Field]:
        """The fields that a clerk's file may hold."""
        return {name: field for name, field in self.fields.items() if name not in self.published}

    def missing(self, given: Sequence[str]) -> tuple[str, ...] | None:
        """The first group of which nothing is given."""
        return next((group for group in self.needed if not set(group) & set(given)), None)


def content(kind: str, upper_levels: Sequence[str]) -> Content:
    """A kind of content for a country with these levels above the settlement."""
    body = _toml("contents.toml")[kind]
    published = tuple(body.get("published", ()))
    fields = {
        name: field
        for entry in (*body["fields"], *published)
        for name, field in _spelt_out(entry, upper_levels).items()
    }
    return Content(
        kind=kind,
        label={"zh": body["zh"], "en": body["en"]},
        place=body["place"],
        fields=fields,
        needed=tuple(tuple(group) for group in body["needed"]),
        key=tuple(body["key"]),
        published=published,
        beside=tuple(body.get("beside", ())),
    )


@cache
def kinds() -> tuple[str, ...]:
    """All kinds of content that a file of a build may hold."""
    return tuple(kind for kind, body in _toml("contents.toml").items() if not body.get("at_desk"))


@cache
def all_kinds() -> tuple[str, ...]:
    """The same, and those that are handed in at the desk alone."""
    return tuple(_toml("contents.toml"))


def all_fields() -> tuple[Field, ...]:
    """Every field of every kind of content, once; those of levels not spelt out."""
    return tuple(_fields().values())


def _spelt_out(entry: str, upper_levels: Sequence[str]) -> dict[str, Field]:
    field = _fields()[entry]
    if LEVEL not in entry:
        return {entry: field}
    names = [entry.replace(LEVEL, level) for level in upper_levels]
    return {name: Field(name, *_rest(field)) for name in names}


def _rest(field: Field) -> tuple[Any, ...]:
    return (field.type, field.unit, field.least, field.label, field.about, field.headers)


@cache
def _fields() -> dict[str, Field]:
    return {
        name: Field(
            name=name,
            type=body["type"],
            unit=body.get("unit"),
            least=body.get("least"),
            label={"zh": body["zh"], "en": body["en"]},
            about=body["about"],
            headers=body["headers"],
        )
        for name, body in _toml("fields.toml").items()
    }


@cache
def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))
