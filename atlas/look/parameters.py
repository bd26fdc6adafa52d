"""How a value stands in an address: the parameters of which questions are declared (addressed.py).

What comes in is taken for hostile: it is read by one of these or refused, and never repeated in a refusal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, ClassVar
from urllib.parse import quote

from atlas.look import addresses
from atlas.look.language import LANGUAGES

if TYPE_CHECKING:
    from indicators.database import Atlas

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_WORD = re.compile(r"[^\x00-\x1f]{1,64}")


class Unreadable(ValueError):
    """A parameter that says nothing: `key` is its name, `expected` what it may be; an answer has `status` and `error`.

    400 for what is asked of an address, 404 for an address that is none.
    """

    def __init__(self, key: str, expected: object, error: str = "", status: int = 400) -> None:
        super().__init__(key)
        self.key = key
        self.expected = expected
        self.error = error or f"unknown {key}"
        self.status = status


class Asked:
    """What a request says: the parts of its path and the parameters of its query by name, and the atlas it is for."""

    def __init__(self, values: Mapping[str, str], find: Callable[[], Atlas]) -> None:
        """find: opens the atlas when it is first needed, and may refuse to."""
        self.values = values
        self._find = find

    @cached_property
    def atlas(self) -> Atlas:
        return self._find()

    def open(self) -> None:
        """Open the atlas now. Raises what opening it raises."""
        _ = self.atlas


@dataclass(frozen=True)
class Parameter:
    """One field in the address. `name` is the field's own where none is given."""

    name: str = ""
    is_needed: ClassVar[bool] = False

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)

    @property
    def needed(self) -> tuple[str, ...]:
        """Those of `names` without which nothing is read."""
        return self.names if self.is_needed else ()

    def read(self, asked: Asked) -> Any:
        """The field's value. Raises Unreadable."""
        raise NotImplementedError

    def written(self, value: Any) -> dict[str, str]:
        """What stands in the address; nothing for what is not asked."""
        return {} if value in (None, "") else {self.name: str(value)}


@dataclass(frozen=True)
class AnyStep(Parameter):
    """A step of the path that only the work can judge: it is looked up, never opened."""

    is_needed: ClassVar[bool] = True

    def read(self, asked: Asked) -> str:
        return asked.values[self.name]

    def written(self, value: str) -> dict[str, str]:
        return {self.name: addresses.step(value)}


@dataclass(frozen=True)
class Steps(AnyStep):
    """Several steps of the path, as they stand."""

    def written(self, value: str) -> dict[str, str]:
        return {self.name: quote(value, safe="/")}


@dataclass(frozen=True)
class StepOf(AnyStep):
    """A step of the path that is one of a few; anything else is no address at all."""

    allowed: tuple[str, ...] = ()
    error: str = "no such format"
    expected: tuple[str, ...] = ()  # where that says more than `allowed`

    def read(self, asked: Asked) -> str:
        value = asked.values[self.name]
        if value not in self.allowed:
            raise Unreadable(self.name, list(self.expected or self.allowed), self.error, 404)
        return value


@dataclass(frozen=True)
class Text(Parameter):
    """A word of up to 64 characters that has to be there."""

    is_needed: ClassVar[bool] = True

    def read(self, asked: Asked) -> Any:
        text = asked.values.get(self.name, "")
        if not _WORD.fullmatch(text):
            raise malformed(self.name, "<up to 64 characters>")
        return text


@dataclass(frozen=True)
class TextOrNone(Text):
    """The same, where it may be missing."""

    missing: str | None = None
    is_needed: ClassVar[bool] = False

    def read(self, asked: Asked) -> Any:
        return super().read(asked) if self.name in asked.values else self.missing


@dataclass(frozen=True)
class Date(Parameter):
    """A day that has to be there, 2017-12-31 and no other way."""

    is_needed: ClassVar[bool] = True

    def read(self, asked: Asked) -> date:
        text = asked.values.get(self.name, "")
        try:
            return date.fromisoformat(text if _DATE.fullmatch(text) else "")
        except ValueError:
            raise malformed(self.name, "YYYY-MM-DD") from None


@dataclass(frozen=True)
class DateOrNone(Date):
    """The same, where it may be missing."""

    is_needed: ClassVar[bool] = False

    def read(self, asked: Asked) -> Any:
        return super().read(asked) if self.name in asked.values else None


@dataclass(frozen=True)
class OneOf(Parameter):
    """One of a few words; the first without a parameter, unless `missing` says another."""

    allowed: tuple[str, ...] = ()
    missing: str | None = None

    def read(self, asked: Asked) -> str:
        return one_of(asked, self.name, self.allowed, self.allowed[0] if self.missing is None else self.missing)


@dataclass(frozen=True)
class SomeOf(Parameter):
    """Several of a few words in their own order, so that equal choices are one; all without a parameter."""

    allowed: tuple[str, ...] = ()

    def read(self, asked: Asked) -> tuple[str, ...]:
        chosen = asked.values[self.name].split(",") if self.name in asked.values else self.allowed
        if not set(chosen) <= set(self.allowed):
            raise Unreadable(self.name, list(self.allowed))
        return tuple(value for value in self.allowed if value in chosen)

    def written(self, value: Sequence[str]) -> dict[str, str]:
        return {} if set(value) == set(self.allowed) else {self.name: ",".join(value)}


@dataclass(frozen=True)
class Switch(Parameter):
    """Yes or no, each with its word; no without a parameter."""

    off: str = "0"
    on: str = "1"

    def read(self, asked: Asked) -> bool:
        return one_of(asked, self.name, (self.off, self.on), self.off) == self.on

    def written(self, value: bool) -> dict[str, str]:
        return {self.name: self.on} if value else {}


def malformed(name: str, expected: str) -> Unreadable:
    """Of a parameter that is missing, or not of the form that it has to have."""
    return Unreadable(name, f"{name}={expected}", f"missing or malformed {name}")


def one_of(asked: Asked, name: str, allowed: Sequence[str], missing: str) -> str:
    """The word that the parameter says, or `missing`. Raises Unreadable for another."""
    value = asked.values.get(name, missing)
    if value not in allowed:
        raise Unreadable(name, list(allowed))
    return value


Step = Annotated[str, AnyStep()]
Word = Annotated[str, Text()]
MaybeWord = Annotated[str | None, TextOrNone()]
Day = Annotated[date, Date()]
MaybeDay = Annotated[date | None, DateOrNone()]
Lang = Annotated[str, OneOf(allowed=LANGUAGES)]
Demonstration = Annotated[bool, Switch("demo")]
