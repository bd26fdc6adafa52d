"""Reads a page's markup back into blocks: what the functions of atlas/look/ write, and no more.

A page thus has a handout for nothing, and its handout never says another number than the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from atlas.handout.model import Block, Card, Heading, Pairs, Table, Words

VOID = {"img", "br", "input", "hr"}
#: Not for paper: links to files, explanations by a click, keys of maps (drawings bring theirs), buttons.
LEFT_OUT = {
    "atlas-files",
    "atlas-what",
    "atlas-legend",
    "atlas-fold",
    "atlas-folded",
    "atlas-print",
    "atlas-view",
    "atlas-missing",
}
SIMULATED = ("atlas-badge-simulated", "atlas-watermark")
NOTICE = "atlas-notice-"


@dataclass
class Node:
    """An element: its classes, attributes and what it holds."""

    tag: str
    attributes: dict[str, str]
    inside: list[Node | str] = field(default_factory=list)

    @property
    def classes(self) -> set[str]:
        return set(self.attributes.get("class", "").split())

    def walk(self) -> Iterator[Node]:
        """This element and all below it, but for what is not for paper."""
        if self.classes & LEFT_OUT or "hidden" in self.attributes:
            return
        yield self
        for one in self.inside:
            if isinstance(one, Node):
                yield from one.walk()

    def of_class(self, name: str) -> list[Node]:
        return [one for one in self.walk() if name in one.classes]

    def of_tag(self, *tags: str) -> list[Node]:
        return [one for one in self.walk() if one.tag in tags]

    def text(self) -> str:
        """What is read, with single blanks; lines of a cell stand apart. Words for screen readers only stay out."""
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        if self.classes & LEFT_OUT or self.classes & {"atlas-hidden", "atlas-notice-mark"} or self.tag == "caption":
            return
        for one in self.inside:
            if isinstance(one, str):
                yield one
            else:
                apart = " " if one.tag in ("div", "li", "br", "dd", "p") else ""
                yield apart
                yield from one._texts()
                yield apart


class _Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self._open[-1].inside.append(node)
        if tag not in VOID:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        for position in range(len(self._open) - 1, 0, -1):
            if self._open[position].tag == tag:
                del self._open[position:]
                return

    def handle_data(self, data: str) -> None:
        self._open[-1].inside.append(data)


@dataclass
class Read:
    """What a page shows, in its order."""

    title: str = ""
    beneath: list[str] = field(default_factory=list)
    trail: list[str] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    body: list[Block] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    pictures: list[tuple[str, str]] = field(default_factory=list)  # address, words
    is_simulated: bool = False
    _after_picture: bool = False

    def add(self, markup: str) -> None:
        """One piece of a page's markup."""
        tree = _Tree()
        tree.feed(markup)
        tree.close()
        self.is_simulated |= any(tree.root.of_class(name) for name in SIMULATED)
        self._take(tree.root)

    def _take(self, node: Node) -> None:
        if node.classes & LEFT_OUT or "hidden" in node.attributes:
            return
        for name, read in _READERS.items():
            if name in node.classes:
                read(self, node)
                self._after_picture = read is Read._picture
                return
        for one in node.inside:
            if isinstance(one, Node):
                self._take(one)

    # --- kinds of markup ------------------------------------------------------------------------------

    def _finding(self, node: Node) -> None:
        for h1 in node.of_tag("h1"):
            self.title = self.title or h1.text()
            for line in node.of_class("atlas-subtitle"):
                self._subtitle(line)
        for h2 in node.of_tag("h2"):
            remark = " ".join(line.text() for line in node.of_class("atlas-subtitle"))
            self.body.append(Heading(h2.text(), remark))

    def _subtitle(self, node: Node) -> None:
        """The lines beneath the title; of a part of the page, a remark of its own."""
        said = [one.text() for one in node.inside if isinstance(one, Node)] or [node.text()]
        said = [one for one in said if one]
        if self.body or self.cards:
            self.body += [Words(one, "credit") for one in said]
        else:
            self.beneath += said

    def _breadcrumb(self, node: Node) -> None:
        self.trail = [one.text() for one in node.of_tag("li")]

    def _card(self, node: Node) -> None:
        [head], [value] = node.of_class("atlas-card-head"), node.of_class("atlas-card-value")
        badge = " ".join(one.text() for one in head.of_class("atlas-badge"))
        title = head.text().removesuffix(badge).strip()
        note = " ".join(one.text() for one in node.of_class("atlas-card-note"))
        self.cards.append(Card(title, value.text().replace(" %", "%"), badge, note))

    def _table(self, node: Node) -> None:
        if table := _rows_of(node):
            self.body.append(table)

    def _pairs(self, node: Node) -> None:
        names, said = node.of_tag("dt"), node.of_tag("dd")
        pairs = tuple((a.text(), b.text()) for a, b in zip(names, said, strict=False))
        if pairs:
            self.body.append(Pairs(pairs))

    def _notice(self, node: Node) -> None:
        kind = next((one.removeprefix(NOTICE) for one in node.classes if one.startswith(NOTICE)), "info")
        links = " ".join(one.text() for one in node.of_tag("a"))
        words = node.text().removesuffix(links).strip() if links else node.text()
        if words:
            self.body.append(Words(words, kind))

    def _states(self, node: Node) -> None:
        self._table(node)
        for one in (*node.of_class("atlas-notice"), *node.of_class("atlas-credit")):
            self.body.append(Words(one.text(), "credit"))

    def _credit(self, node: Node) -> None:
        if not self._after_picture:  # a drawing says what its map rests on by itself
            self.body.append(Words(node.text(), "credit"))

    def _sources(self, node: Node) -> None:
        self.sources.append(node.text())

    def _list(self, node: Node) -> None:
        self.body += [Words(f"· {one.text()}") for one in node.of_tag("li")]

    def _steps(self, node: Node) -> None:
        rows = tuple(
            (one.of_tag("strong")[0].text(), " ".join(m.text() for m in one.of_class("atlas-muted")))
            for one in node.of_tag("li")
        )
        self.body.append(Pairs(rows))

    def _formula(self, node: Node) -> None:
        self.body.append(Words(node.text()))

    def _picture(self, node: Node) -> None:
        for one in node.of_tag("img"):
            self.pictures.append((one.attributes.get("src", ""), one.attributes.get("alt", "")))


def _rows_of(node: Node) -> Table | None:
    heads = [row for part in node.of_tag("thead") for row in part.of_tag("tr")]
    in_head = {id(row) for row in heads}
    body = [row for row in node.of_tag("tr") if id(row) not in in_head]
    cells = [[one for one in row.inside if isinstance(one, Node) and one.tag in ("td", "th")] for row in body]
    cells = [row for row in cells if row]
    if not cells:
        return None
    columns = max(len(row) for row in cells)
    headings = tuple(one.text() for one in heads[0].of_tag("th", "td")) if heads else ()
    rows = tuple(tuple(one.text() for one in row) + ("",) * (columns - len(row)) for row in cells)
    first = [*cells[0], *[None] * (columns - len(cells[0]))]
    is_number = tuple(one is not None and bool(one.classes & {"atlas-right", "atlas-number"}) for one in first)
    return Table(headings if len(headings) == columns else (), rows, is_number, len(rows), len(rows))


_READERS = {
    "atlas-breadcrumb": Read._breadcrumb,
    "atlas-finding": Read._finding,
    "atlas-subtitle": Read._subtitle,
    "atlas-card": Read._card,
    "atlas-table": Read._table,
    "atlas-bars": Read._table,
    "atlas-states": Read._states,
    "atlas-facts": Read._pairs,
    "atlas-definitions": Read._pairs,
    "atlas-notice": Read._notice,
    "atlas-sources": Read._sources,
    "atlas-credit": Read._credit,
    "atlas-list": Read._list,
    "atlas-steps": Read._steps,
    "atlas-formula": Read._formula,
    "atlas-on-paper": Read._picture,
    "atlas-picture": Read._picture,
}
