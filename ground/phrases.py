"""A sentence that remembers how it was made, so that a page can say it in the language of whoever reads it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Self

MOST_FIELDS = 10
PLACEHOLDER = re.compile(r"\{[a-z][a-z0-9_]{0,30}\}")


class Phrase(str):
    """English text; `template` and `fields` say it again in another language. A plain text is its own template."""

    template: str
    fields: Mapping[str, str]

    def __new__(cls, template: str, fields: Mapping[str, str]) -> Self:
        made = super().__new__(cls, template.format(**fields) if fields else template)
        made.template, made.fields = template, dict(fields)
        return made


def phrase(template: str, **fields: object) -> Phrase:
    """`phrase("at most {n} MiB", n=512)`: the template is an entry of the catalogue of texts, the fields are data."""
    return Phrase(template, {name: str(value) for name, value in fields.items()})


def cut(text: str, most: int) -> str:
    """At most so many characters: of a phrase each field is cut, so that it can still be said again."""
    if isinstance(text, Phrase):
        return Phrase(text.template, {name: value[:most] for name, value in text.fields.items()})
    return text[:most]


def plain(text: str) -> str | list[object]:
    """As JSON takes it: a text, or [template, fields]."""
    return [text.template, dict(text.fields)] if isinstance(text, Phrase) else text


def read(value: object, most: int) -> str:
    """What `plain` made, by somebody who may have written anything: cut, and nothing but texts. Raises ValueError."""
    if isinstance(value, str):
        return value[:most]
    if not isinstance(value, list) or len(value) != 2 or not isinstance(value[0], str):
        raise ValueError("a text was expected")
    template, fields = value
    if not isinstance(fields, dict) or len(fields) > MOST_FIELDS:
        raise ValueError("fields of a text were expected")
    if set("{}") & set(PLACEHOLDER.sub("", template)):  # a format could ask for a billion blanks
        raise ValueError("a text with other signs than its fields")
    if not all(isinstance(name, str) and name.isidentifier() and isinstance(one, str) for name, one in fields.items()):
        raise ValueError("a field of a text is none")
    try:
        return cut(Phrase(template[:most], {name: one[:most] for name, one in fields.items()}), most)
    except (KeyError, IndexError, AttributeError) as error:
        raise ValueError("a text without its fields") from error
