"""A sentence that remembers how it was made, so that a page can say it in the language of whoever reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self


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
