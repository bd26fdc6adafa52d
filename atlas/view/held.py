"""Parameters of an address whose values the atlas has to hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from atlas.look.parameters import Asked, Parameter, Text, Unreadable, one_of
from indicators import facts, places


@dataclass(frozen=True)
class HeldPlace(Text):
    """A place that the atlas holds."""

    def read(self, asked: Asked) -> str:
        place_id = str(super().read(asked))
        if places.place(asked.atlas, place_id) is None:
            raise Unreadable(self.name, "the code of a place")
        return place_id


@dataclass(frozen=True)
class HeldBatch(Parameter):
    """A batch of pilots of which a list is held; None: all of them."""

    def read(self, asked: Asked) -> int | None:
        nation = facts.settings(asked.atlas)["nation"]["place_id"]
        known = {str(batch): int(batch) for batch in facts.pilot_lists(asked.atlas, nation)["batch"]}
        return known.get(one_of(asked, self.name, ("", *known), ""))


Place = Annotated[str, HeldPlace()]
Batch = Annotated[int | None, HeldBatch()]
