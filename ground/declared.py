"""Declarations as typed structures: a table of TOML becomes the dataclass that says what may stand in it.

cattrs walks both together. What does not fit is told by one exception in one way: under which key, what was expected
there, what was found. Every key that nothing reads is an error, because it is most often a misspelt one.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from cattrs import (
    AttributeValidationNote,
    BaseValidationError,
    Converter,
    ForbiddenExtraKeysError,
    IterableValidationNote,
)
from cattrs.gen import make_dict_structure_fn

T = TypeVar("T")


class Unfit(ValueError):
    """One thing in a declaration that cannot be: its key (`standard[1].anchor[2].figure`), what was expected, what was
    found.
    """

    def __init__(self, key: str, expected: str, found: str, *, is_missing: bool = False) -> None:
        self.key, self.expected, self.found, self.is_missing = key, expected, found, is_missing
        super().__init__(f"{key}: expected {expected}, found {found}")

    def under(self, key: str) -> Unfit:
        """The same, seen from the table around it."""
        return Unfit(_joined(key, self.key), self.expected, self.found, is_missing=self.is_missing)

    def parts(self, file: str) -> tuple[str, str, str, str]:
        """Where, what was expected, what was found, and how to mend it: what a Problem is made of."""
        name = Path(file).name
        where = f"{file}, {self.key}" if self.key else file
        if self.is_missing:
            return where, f"the key {self.key}: {self.expected}", f"no key {self.key}", f"add it to {name}"
        return where, self.expected, self.found, f"mend {name}"


class Open:
    """What a dataclass inherits whose table holds keys that others read."""


@dataclass(frozen=True)
class Such:
    """What a value has to be beyond its type, in words ("": the words of the type); stands in Annotated[…].

    `read` makes the value from what was written, where no plain type tells; it raises ValueError for what does not fit.
    """

    expected: str
    holds: Callable[[Any], bool] = lambda value: True
    read: Callable[[Any], Any] | None = None
    words: tuple[str, ...] = ()  # the texts that may stand there, where they are few


SOME = Such("", bool)  # not empty


def one_of(words: Sequence[str], what: str = "one of ") -> Such:
    """A text that is one of some."""
    return Such(f"{what}{', '.join(words)}", lambda value: value in words, words=tuple(words))


def between(low: float, high: float) -> Such:
    """A number from `low` to `high`, both included."""
    return Such(f"a number from {low:g} to {high:g}", lambda value: low <= value <= high)


def _one_or_more(value: Any) -> tuple[str, ...]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise ValueError(value)
    return tuple(values)


def as_text(value: Any) -> str:
    """A constant of a declaration as a file would write it: 2018-09-30, true, 4."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value).lower() if isinstance(value, bool) else str(value)


def _pattern(value: Any) -> re.Pattern[str]:
    try:
        return re.compile(str(value))
    except re.error as error:
        raise Unfit("", "a regular expression", f"{value!r}: {error}") from error


ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
#: A text for people has to be there in both languages.
Words = Annotated[
    Mapping[str, str],
    Such('{ zh = "…", en = "…" }', lambda words: {"zh", "en"} <= words.keys(), lambda value: _words(value)),
]
#: A name for machines: it stands in addresses, in names of files and columns, and in headers.
Id = Annotated[str, Such("a text of a-z, A-Z, 0-9, . _ and -", lambda text: ID.fullmatch(text) is not None)]
Text = Annotated[str, Such("a text", lambda text: text.strip() != "")]
Texts = Annotated[tuple[str, ...], Such("a text or a list of texts", read=_one_or_more)]
Names = Annotated[tuple[str, ...], Such("a text or a list of texts, one at least", bool, _one_or_more)]
Pattern = Annotated[re.Pattern[str], Such("a regular expression", read=_pattern)]
Constant = Annotated[str, Such("a text, number, date, or true or false", read=as_text)]
Count = Annotated[int, Such("a whole number from 0", lambda number: number >= 0)]


def _words(value: Any) -> Mapping[str, str]:
    if not isinstance(value, Mapping) or not all(isinstance(text, str) for text in value.values()):
        raise ValueError(value)
    return value


def read(body: object, form: type[T], key: str = "") -> T:
    """A parsed table as the dataclass `form`; `key` is where the table stands. Raises Unfit for the first misfit."""
    try:
        made: T = _CONVERTER.structure(body, form)
    except (BaseValidationError, Unfit) as error:
        raise _first(error, key) from error
    return made


# --- what cattrs says, in our words ---------------------------------------------------------------------


def _first(error: BaseException, key: str) -> Unfit:
    """The first misfit of many, under its whole key."""
    wanted: Any = Any
    for note in getattr(error, "__notes__", ()):
        if isinstance(note, AttributeValidationNote):
            key, wanted = _joined(key, note.name), note.type
        elif isinstance(note, IterableValidationNote):
            place = f"[{note.index + 1}]" if isinstance(note.index, int) else f".{note.index}"
            key, wanted = f"{key}{place}", note.type
    if isinstance(error, BaseValidationError):
        return _first(error.exceptions[0], key)
    if isinstance(error, Unfit):
        made = error.under(key)
    elif isinstance(error, ForbiddenExtraKeysError):
        made = _unknown_key(error, key)
    elif isinstance(error, KeyError):
        made = Unfit(key, expected(wanted), "nothing", is_missing=True)
    else:
        made = Unfit(key, expected(wanted), str(error))
    return Unfit(made.key, _spelt(made.expected, made.key), made.found, is_missing=made.is_missing)


def _unknown_key(error: ForbiddenExtraKeysError, key: str) -> Unfit:
    name = min(error.extra_fields)
    known = [field.name for field in dataclasses.fields(error.cl)]
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"; near it: {near[0]}" if near else ""
    return Unfit(_joined(key, name), f"one of {', '.join(known)}", f"an unknown key {name}{hint}")


def expected(wanted: Any) -> str:
    """What a type asks for, in words."""
    if get_origin(wanted) is Annotated:
        base, *rules = get_args(wanted)
        return next((rule.expected for rule in rules if rule.expected), None) or expected(base)
    if get_origin(wanted) in (Union, types.UnionType):
        return expected(get_args(wanted)[0])
    if get_origin(wanted) is tuple:
        of = get_args(wanted)[0]
        return TABLES if dataclasses.is_dataclass(of) else f"a list of {MANY.get(of, 'values')}"
    return ONE.get(wanted, "a table")


TABLES = "[[…]] tables"
ONE: dict[Any, str] = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    date: "a date such as 2015-12-31 without quotes",
}
MANY: dict[Any, str] = {str: "texts", int: "whole numbers", float: "numbers", date: "dates"}


def _spelt(words: str, key: str) -> str:
    """`[[…]] tables` with the name of the tables: standard[1].anchor → [[standard.anchor]]."""
    return words.replace("…", re.sub(r"\[\d+\]", "", key), 1) if words == TABLES else words


def _joined(outer: str, inner: str) -> str:
    return f"{outer}.{inner}" if outer and inner and not inner.startswith("[") else outer + inner


# --- how cattrs reads: nothing is turned into what it is not ---------------------------------------------


def _plain(value: Any, wanted: Any) -> Any:
    """A value of exactly the type; a whole number is a number too, and true is none."""
    is_such = isinstance(value, (int, float) if wanted is float else wanted)
    if not is_such or (isinstance(value, bool) and wanted is not bool) or isinstance(value, datetime):
        raise Unfit("", expected(wanted), repr(value))
    return float(value) if wanted is float else value


def _such(annotated: Any) -> Callable[[Any, Any], Any]:
    base, *rules = get_args(annotated)
    make = rules[0].read

    def structured(value: Any, wanted: Any) -> Any:
        try:
            made = make(value) if make else _CONVERTER.structure(value, base)
        except Unfit as error:
            if error.key or make:
                raise  # it says more than we could
            raise Unfit("", expected(wanted), repr(value)) from error
        except ValueError as error:
            raise Unfit("", expected(wanted), repr(value)) from error
        for rule in rules:
            if not rule.holds(made):
                raise Unfit("", rule.expected or expected(wanted), repr(value))
        return made

    return structured


def _table(form: Any) -> Callable[[Any, Any], Any]:
    named = get_type_hints(form, include_extras=True)  # cattrs itself would drop what Annotated says
    for field in dataclasses.fields(form):
        field.type = named[field.name]
    fill = make_dict_structure_fn(form, _CONVERTER, _cattrs_forbid_extra_keys=not issubclass(form, Open))

    def structured(value: Any, wanted: Any) -> Any:
        if not isinstance(value, Mapping):
            raise Unfit("", "a table", repr(value))
        return fill(value, wanted)

    return structured


def _list(value: Any, wanted: Any) -> Any:
    if not isinstance(value, list | tuple):
        raise Unfit("", expected(wanted), repr(value))
    of_each: Any = list[get_args(wanted)[0]]  # type: ignore[misc]
    return tuple(_CONVERTER.structure(value, of_each))


def _mapping(value: Any, wanted: Any) -> Any:
    if not isinstance(value, Mapping):
        raise Unfit("", "a table", repr(value))
    plain: Any = dict[get_args(wanted)]  # type: ignore[misc]
    return _CONVERTER.structure(value, plain)


def _is_a(origin: Any) -> Callable[[Any], bool]:
    return lambda wanted: bool(get_origin(wanted) is origin)


_CONVERTER = Converter(forbid_extra_keys=True, detailed_validation=True)
for _type in ONE:
    _CONVERTER.register_structure_hook(_type, _plain)
_CONVERTER.register_structure_hook_factory(dataclasses.is_dataclass, _table)
_CONVERTER.register_structure_hook_func(_is_a(tuple), _list)
_CONVERTER.register_structure_hook_func(_is_a(Mapping), _mapping)
_CONVERTER.register_structure_hook_factory(_is_a(Annotated), _such)
