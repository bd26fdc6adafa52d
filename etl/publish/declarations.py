"""Writes the page of declarations: `python -m etl.publish.declarations` makes docs/declarations.md.

Its words and examples stand in declarations.md.in. Where it says `<!-- keys: FileTable -->`, the keys of that form are
set in: what may stand under each and its default from the form that checks it, what it is for from declared_keys.toml.
"""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from etl.profile_form import ProfileForm
from etl.source_form import FORMS, CodedForm
from etl.status.tables import StatusTables
from ground.declared import expected
from importer.convert.tables import DeclaredTable, WideTable

Form = type[Any]
ROOT = Path(__file__).resolve().parents[2]
SOURCE = Path(__file__).with_name("declarations.md.in")
TARGET = ROOT / "docs" / "declarations.md"
ABOUT = ROOT / "etl" / "declared_keys.toml"
#: The forms that declarations are read as; all others stand in one of them. Readers of their own, such as that of
#: `words = { … }`, hide theirs from the types.
ROOTS: tuple[Form, ...] = (ProfileForm, *FORMS.values(), CodedForm, StatusTables, DeclaredTable, WideTable)
KEYS = re.compile(r"^<!-- keys: (?P<forms>[\w ]+?)(?: beyond (?P<without>\w+))? -->$", re.MULTILINE)
TITLE = re.compile(r"^<!-- title: (?P<title>.+) -->$", re.MULTILINE)
HEAD = "| key | what stands there | default | what it is for |\n|---|---|---|---|\n"
NEEDED = "needed"


def page() -> str:
    """The whole page."""
    text = TITLE.sub(lambda found: f"**{found['title']}**\n", SOURCE.read_text(encoding="utf-8"))
    text = text.replace("<!-- kinds -->", ", ".join(f"`{kind}`" for kind in FORMS))
    return KEYS.sub(lambda found: _table(found["forms"].split(), found["without"]), text)


@cache
def forms() -> Mapping[str, Form]:
    """Every form that a declaration may hold, by its name."""
    found: dict[str, Form] = {}
    open_ones = list(ROOTS)
    while open_ones:
        form = open_ones.pop()
        for one in (form, *_bases(form)):
            if found.setdefault(one.__name__, one) is not one:
                raise ValueError(f"two forms are called {one.__name__}")
        for wanted in get_type_hints(form, include_extras=True).values():
            open_ones += [one for one in _within(wanted) if one.__name__ not in found]
    return found


def about(form: Form, key: str) -> str | None:
    """What a key is for, as the form says it or the one that it has the key from."""
    for one in (form, *_bases(form)):
        if (said := abouts().get(one.__name__, {}).get(key)) is not None:
            return said
    return None


@cache
def abouts() -> Mapping[str, Mapping[str, str]]:
    """Form → key → what it is for."""
    return tomllib.loads(ABOUT.read_text(encoding="utf-8"))


def _bases(form: Form) -> list[Form]:
    return [one for one in form.__mro__[1:] if dataclasses.is_dataclass(one) and dataclasses.fields(one)]


def _within(wanted: Any) -> Iterator[Form]:
    """The forms that a type speaks of."""
    if isinstance(wanted, type) and dataclasses.is_dataclass(wanted):
        yield wanted
    for part in get_args(wanted):
        yield from _within(part)


def _table(names: list[str], without: str | None) -> str:
    left_out = {field.name for field in dataclasses.fields(forms()[without])} if without else set()
    rows: dict[str, str] = {}
    for form in (forms()[name] for name in names):
        hints = get_type_hints(form, include_extras=True)
        for field in dataclasses.fields(form):
            if field.name not in left_out:
                cells = (f"`{field.name}`", _stands(hints[field.name]), _default(field), about(form, field.name) or "")
                rows.setdefault(field.name, "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return HEAD + "\n".join(rows.values())


def _stands(wanted: Any) -> str:
    """What may stand under a key, in words."""
    told, words = _bare(wanted), _words(wanted)
    if words:
        return "one of " + ", ".join(f"`{_written(word)}`" for word in words)
    if get_origin(told) is tuple and dataclasses.is_dataclass(_bare(get_args(told)[0])):
        return "[[…]] tables"
    if get_origin(told) is Mapping:
        return f"{{ … = {_stands(get_args(told)[1])} }}" if expected(wanted) == "a table" else expected(wanted)
    return expected(wanted)


def _words(wanted: Any) -> tuple[str, ...]:
    """The texts that may stand under a key, where the type tells them."""
    while type(None) in get_args(wanted):
        wanted = get_args(wanted)[0]
    rules = get_args(wanted)[1:] if get_origin(wanted) is Annotated else ()
    return next((rule.words for rule in rules if rule.words), ())


def _bare(wanted: Any) -> Any:
    """The type without None and without what Annotated says of it."""
    while get_origin(wanted) is Annotated or type(None) in get_args(wanted):
        wanted = get_args(wanted)[0]
    return wanted


def _default(field: dataclasses.Field[Any]) -> str:
    if field.default is dataclasses.MISSING:
        return NEEDED
    if field.default is None or field.default in ((), "") or dataclasses.is_dataclass(field.default):
        return ""
    return f"`{_written(field.default)}`"


def _written(value: Any) -> str:
    """A value as TOML has it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, int | date):
        return str(value)
    if isinstance(value, tuple):
        return f"[{', '.join(_written(one) for one in value)}]"
    return f'"{value}"'


def main() -> None:
    TARGET.write_text(page(), encoding="utf-8")
    print(f"wrote {TARGET.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
