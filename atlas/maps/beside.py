"""Which maps stand beside one, in its address: `beside=430500:5g,430000:5g`. They share its classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, NamedTuple
from urllib.parse import quote, unquote

from atlas.look.parameters import Asked, Parameter, Unreadable

MOST = 8
LONGEST = 64  # characters of a place or standard, as elsewhere in addresses
EXPECTED = f"up to {MOST} of place:standard, with commas between them"


class Beside(NamedTuple):
    """The parts of a place under a standard, at all of its dates."""

    within: str
    standard: str


@dataclass(frozen=True)
class BesidesParameter(Parameter):
    """Several maps; what the atlas does not hold is refused when it is measured."""

    def read(self, asked: Asked) -> tuple[Beside, ...]:
        text = asked.values.get(self.name, "")
        parts = [part.split(":") for part in text.split(",")] if text else []
        if len(parts) > MOST or any(len(part) != 2 or not all(part) for part in parts):
            raise Unreadable(self.name, EXPECTED)
        found = [Beside(unquote(within), unquote(standard)) for within, standard in parts]
        if any(len(word) > LONGEST or not word.isprintable() for one in found for word in one):
            raise Unreadable(self.name, EXPECTED)
        return tuple(found)

    def written(self, value: Sequence[Beside]) -> dict[str, str]:
        said = ",".join(":".join(quote(word, safe="") for word in one) for one in value)
        return {self.name: said} if said else {}


Besides = Annotated[tuple[Beside, ...], BesidesParameter()]
