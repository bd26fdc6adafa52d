"""A handout as blocks of plain text: what both writers are given, so that PDF and Word say the same.

Nothing in here is markup: a writer sets every text as a text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Card:
    """A key figure. evidence: its badge in words; note: what has to be said of it."""

    title: str
    value: str
    evidence: str = ""
    note: str = ""


@dataclass(frozen=True)
class Heading:
    """The title of what follows. remark: the muted line beneath."""

    text: str
    remark: str = ""


@dataclass(frozen=True)
class Table:
    """headings may be empty; `is_number`: which columns stand at the right; shown: rows of the page's table that stand
    here (two may share a line), of `total`. unknown: headings of columns in which no row knows anything; elsewhere: of
    those that stand on the page and have no room here."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    is_number: tuple[bool, ...]
    total: int
    shown: int
    unknown: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()

    def first(self, most: int) -> Table:
        rows = self.rows[:most]
        return replace(self, rows=rows, shown=len(rows))

    def columns(self, kept: Sequence[int]) -> Table:
        """Some of the columns."""
        return replace(
            self,
            headings=tuple(self.headings[k] for k in kept) if self.headings else (),
            rows=tuple(tuple(row[k] for k in kept) for row in self.rows),
            is_number=tuple(self.is_number[k] for k in kept),
        )


@dataclass(frozen=True)
class Pairs:
    """Names with what is said of each."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Words:
    """A sentence or several. kind: text, info, warning, unknown, empty or credit."""

    text: str
    kind: str = "text"


@dataclass(frozen=True)
class Picture:
    """A drawing, SVG. words: what it shows; share: how wide it stands beside others."""

    svg: bytes
    words: str
    share: float = 1.0


Block = Heading | Table | Pairs | Words


@dataclass(frozen=True)
class Handout:
    """trail: the places down to the page's. beneath: standard, date and evidence under the title. body: in the order
    of the page. left_out: headings of what had no room. about: date of the data and of the making, build. link: the
    page's whole address. made_by, note: what the reader wrote, "" where nothing."""

    title: str
    page: str
    lang: str
    trail: tuple[str, ...] = ()
    beneath: tuple[str, ...] = ()
    cards: tuple[Card, ...] = ()
    pictures: tuple[Picture, ...] = ()
    body: tuple[Block, ...] = ()
    left_out: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    about: tuple[tuple[str, str], ...] = ()
    link: str = ""
    made_by: str = ""
    note: str = ""
    is_simulated: bool = False
    name_parts: tuple[str, ...] = field(default=(), repr=False)
