"""Drawings of maps, as they are asked for by address."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Annotated

from atlas.look.addressed import Addressed
from atlas.look.colours import THEMES
from atlas.look.parameters import Day, Lang, SomeOf, Step, Switch, Word
from atlas.maps import choropleth
from atlas.maps.tiles import villages as tiles
from atlas.view.filter_query import FilterParameters
from atlas.view.held import Batch
from atlas.work.refused import UnknownValue
from indicators import facts
from indicators.chosen.selection import Filters
from indicators.database import Atlas


@dataclass(frozen=True)
class ColouredDrawing(choropleth.Question):
    """A coloured map, with the pilot places on it where asked; those of one batch alone."""

    PATH = "drawn/{indicator}/{level}.svg"
    has_pilots: Annotated[bool, Switch("pilots")] = False
    batch: Batch = None


def coloured(asked: choropleth.Question, *, has_pilots: bool = False, batch: int | None = None) -> ColouredDrawing:
    """The drawing of a map's question: always light."""
    said = {one.name: getattr(asked, one.name) for one in fields(asked)} | {"theme": THEMES[0]}
    return ColouredDrawing(**said, has_pilots=has_pilots, batch=batch)


@dataclass(frozen=True)
class VillagesDrawing(Addressed):
    """The villages of a place by state: each with its symbol where there are few, else the share of cells."""

    PATH = "drawn/{place_id}.svg"
    place_id: Step
    standard: Word
    as_of: Day
    lang: Lang
    filters: Annotated[Filters, FilterParameters()] = tiles.NO_FILTERS
    states: Annotated[tuple[str, ...], SomeOf(allowed=tuple(tiles.STATES))] = tuple(tiles.STATES)

    def check(self, atlas: Atlas) -> None:
        try:
            facts.status_column(atlas, self.standard, self.as_of)
        except LookupError:
            raise UnknownValue("standard or as_of", "a standard and date of this atlas") from None


@dataclass(frozen=True)
class AnswerDrawing(Addressed):
    """What a page worked out, held under the key (atlas/kept/answers.py)."""

    PATH = "drawn/answers/{place_id}/{key}.svg"
    place_id: Step
    key: Step
    lang: Lang
