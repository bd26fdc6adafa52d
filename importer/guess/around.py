"""What stands around a technology in a header: a year, an operator, a definition, or words that are none of these.

是否通光纤 beside 4G信号是否覆盖 names no operator; what is no operator that is known is not made one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from importer.guess import headings
from importer.read.chunk import LeftOut
from importer.values import folded

#: 2018; also with its quarter, half or month: T1 2023, 2T2023, 2023-Q3, 2016-08
YEAR = re.compile(
    r"((?:(?<![a-z0-9])(?:[tqsh][1-4]|[1-4][tqsh])[\s_-]*)?(?<!\d)(?:19|20)\d\d(?!\d)"
    r"(?:[\s_-]?[tqsh][1-4](?![a-z0-9])|-(?:0[1-9]|1[0-2])(?!\d))?)",
    re.IGNORECASE,
)
CHINESE = re.compile(r"[\u3400-\u9fff]")
AGAIN = re.compile(r" \(\d+\)$")  # 是否通光纤 (2): of a second table beside the first
CORE = 1  # of (head, core, tail)


@dataclass(frozen=True)
class Around:
    """A header, taken apart at its technology and its year."""

    name: str
    before: str
    technology: str
    after: str

    @cached_property
    def years(self) -> list[str]:
        return YEAR.findall(f"{self.before} {self.after}")

    @cached_property
    def pieces(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What stands before and behind the technology, each without its year: one text, two where a year parts it."""
        before, after = (tuple(YEAR.sub("\n", text).split("\n")) for text in (self.before, self.after))
        return before, after

    @property
    def shape(self) -> tuple[int, int]:
        """Where years stand: headers of one shape can be read by one pattern."""
        return len(self.pieces[0]), len(self.pieces[1])

    @property
    def says(self) -> tuple[str, ...]:
        """By what the column differs from others, as far as words tell."""
        cores = (peeled(AGAIN.sub("", text))[CORE] for piece in self.pieces for text in piece)
        return (*self.years, self.technology, *cores)

    @property
    def behind(self) -> str:
        """What the file itself says behind the technology: a header that stands there twice is numbered by us."""
        return AGAIN.sub("", self.after)


def taken_apart(spans: Mapping[str, tuple[int, int]]) -> dict[str, Around]:
    """Header → its parts; `spans` says where the technology stands."""
    return {name: Around(name, name[:start], name[start:end], name[end:]) for name, (start, end) in spans.items()}


def refused(parts: Iterable[Around]) -> dict[str, LeftOut]:
    """Columns that are not understood as one of a group: about a year where others name none, or what names it is no
    operator that is known. What all have in common (千兆) tells none apart.
    """
    parts = list(parts)
    shapes = {part.shape for part in parts}
    usual = min(shapes) if len(shapes) > 1 else None  # (1, 1): without a year
    varies = len({tuple(peeled(text)[CORE] for text in part.pieces[0]) for part in parts}) > 1
    found = {}
    for part in parts:
        if len(part.years) > 1 or (usual is not None and part.shape != usual):
            found[part.name] = LeftOut("column", part.name, "other_year", ", ".join(part.years))
        elif varies and (unknown := next((core for core in map(_unknown, part.pieces[0]) if core), None)):
            found[part.name] = LeftOut("column", part.name, "unknown_operator", unknown)
    return found


def _unknown(text: str) -> str | None:
    """What stands where an operator would, in Chinese, and is none."""
    core = peeled(text)[CORE]
    known = headings.vocabulary()["operator"]["words"]
    return core if CHINESE.search(core) and not any(word in core for word in known) else None


def same(parts: Sequence[Around]) -> dict[str, LeftOut]:
    """Columns that say what an earlier one says, but for words that tell nothing apart."""
    first: dict[tuple[str, ...], str] = {}
    found = {}
    for part in parts:
        said = (*part.says, part.behind) if _differs_behind(part, parts) else part.says
        if said in first:
            found[part.name] = LeftOut("column", part.name, "second_of_its_field", first[said])
        first.setdefault(said, part.name)
    return found


def _differs_behind(part: Around, parts: Sequence[Around]) -> bool:
    """Whether only words behind the technology tell it from another: 4G覆盖率, 4G通达率 follow two definitions."""
    return any(one is not part and one.says == part.says and one.behind != part.behind for one in parts)


def pattern(parts: Sequence[Around]) -> str:
    """A pattern of the headers, its named groups fields."""
    keeps_all = any(_differs_behind(part, parts) for part in parts)
    years = {year for part in parts for year in part.years}
    year = r"\d{4}" if all(map(str.isdigit, years)) else alternatives(years)
    sides = [_side("operator", [part.pieces[0] for part in parts], year, is_whole=False)]
    sides.append(f"(?P<technology>{alternatives({part.technology for part in parts})})")
    sides.append(_side("definition", [part.pieces[1] for part in parts], year, is_whole=keeps_all))
    return "".join(sides)


def _side(name: str, pieces: Sequence[tuple[str, ...]], year: str, *, is_whole: bool) -> str:
    """One side of the technology: a field where the headers differ, a year where one stands."""
    found, is_named = [], False
    for texts in zip(*pieces, strict=True):
        made = any_of(texts) if is_named else _group(name, texts, is_whole=is_whole)
        is_named = is_named or f"(?P<{name}>" in made
        found.append(made)
    return f"(?P<as_of>{year})".join(found)


def _group(name: str, texts: Iterable[str], *, is_whole: bool = False) -> str:
    """A named group over what the texts say, without what says nothing around it; a constant text stays a text."""
    variants = set(texts)
    if len(variants) == 1:
        return re.escape(variants.pop())
    pieces = {text: _bare(text) if is_whole else peeled(text) for text in variants}
    saying = [piece for piece in pieces.values() if piece[CORE]]
    if not saying:
        return any_of(variants)
    heads, cores, tails = ({piece[n] for piece in saying} for n in range(3))
    inner = f"{any_of(heads)}(?P<{name}>{alternatives(cores)}){any_of(tails)}"
    empty = sorted(text for text, piece in pieces.items() if not piece[CORE])
    return f"(?:{inner}|{alternatives(empty)})" if empty else inner


def _bare(text: str) -> tuple[str, str, str]:
    found = re.fullmatch(r"(?s)([\W_]*)(.*?)([\W_]*)", text)
    return (found[1], found[2], found[3]) if found else ("", text, "")


def peeled(text: str) -> tuple[str, str, str]:
    """(head, core, tail): the core without separators and words that say nothing at its ends."""
    beginning, ending, alone = _nothing()
    low = "".join(short if len(short := folded(one)) == 1 else one for one in text)
    head = beginning.match(low)
    start = head.end() if head else 0
    tail = ending.search(low, start)
    end = tail.start() if tail else len(text)
    if alone.fullmatch(low[start:end]):
        start = end
    return text[:start], text[start:end], text[end:]


@cache
def _nothing() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """What is taken from the beginning, from the end, and what says nothing where nothing else is left."""
    words = sorted(map(folded, headings.vocabulary()["nothing"]["words"]), key=len, reverse=True)
    some = "|".join(
        rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])" if word.isascii() else re.escape(word) for word in words
    )
    single = "".join(map(re.escape, headings.vocabulary()["nothing"]["alone"]))
    one = rf"(?:{some}|[\W_])"
    return re.compile(f"{one}*"), re.compile(f"{one}+$"), re.compile(rf"(?:{some}|[\W_{single}])*")


def any_of(texts: Iterable[str]) -> str:
    """One text as it is, several as alternatives that no field keeps."""
    variants = sorted(set(texts), key=lambda text: (-len(text), text))
    if len(variants) == 1:
        return re.escape(variants[0])
    return f"(?:{'|'.join(map(re.escape, variants))})" if variants else ""


def alternatives(texts: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(set(texts), key=lambda text: (-len(text), text))))
