"""A page's handout: what the page shows, cut to what two sheets of A4 hold, with what a meeting has to know of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from math import ceil

from atlas.files import file_facts
from atlas.handout import recorded, shown, words
from atlas.handout.markup import Read
from atlas.handout.model import Block, Card, Handout, Heading, Pairs, Picture, Table, Words
from atlas.look import figures
from atlas.look.language import pick, speaking, t
from atlas.look.words import rates as rate_words
from atlas.maps import layers
from atlas.maps.paper import drawn
from atlas.view import controls, state
from atlas.view.handout_asked import HandoutFile
from atlas.view.state import View
from atlas.work.refused import UnknownValue
from ground.visible import visible
from indicators.database import Atlas

MOST_CARDS, MOST_PICTURES, MOST_PAIRS, MOST_NOTICES = 8, 3, 12, 4
FIRST_ROWS, MORE_ROWS = 20, 10  # of the first table, and of each that follows
MOST_COLUMNS = 10
NARROW, LONG = 50, 8  # letters up to which, and rows from which, a table's halves stand side by side
LINES = 62  # of text beside title, key figures, map and foot, that two sheets hold
PICTURE_LINES = {0: -22, 1: 0}  # without a map there is more room; each map beyond the first takes as much as here
LONGEST_WORDS = 420
BADGES = "●◆■◇◐△○"


def handout(atlas: Atlas, asked: HandoutFile, link: str) -> Handout:
    """Raises UnknownValue for a page, place or date that this atlas does not hold, PageFailed."""
    with speaking(asked.lang):
        view = _view(atlas, asked)
        page = shown.page_of(asked.page)
        run = recorded.record(atlas, asked.page, view)
        read = Read()
        for piece in run.markup:
            read.add(piece)
        pictures = _pictures(atlas, read)
        body, left_out = fitted(_body(read, run.asked), LINES - _lines_of_pictures(len(pictures)))
        return Handout(
            title=read.title or page.title(),
            page=page.title(),
            lang=asked.lang,
            trail=tuple(read.trail) or _trail(atlas, view),
            beneath=in_lines(read.beneath),
            cards=_cards(read),
            pictures=pictures,
            body=body,
            left_out=left_out,
            sources=tuple(dict.fromkeys(read.sources)),
            about=_about(atlas, view),
            link=link,
            made_by=visible(asked.by.strip()),
            note=visible(asked.note.strip()),
            is_simulated=read.is_simulated,
            name_parts=_name_parts(atlas, view, page.title()),
        )


def file_name(made: Handout, suffix: str) -> str:
    return file_facts.file_name(*made.name_parts, suffix=suffix, is_simulated=made.is_simulated)


def _view(atlas: Atlas, asked: HandoutFile) -> View:
    try:
        said = asked.asked
    except ValueError:
        raise UnknownValue("view", "the query of a page's address") from None
    view = state.read(atlas, said, asked.lang, layers.offer())
    if view.remark or view.unknown_place:
        raise UnknownValue("view", "what this atlas holds; open the page and take the file from there")
    return view


def _trail(atlas: Atlas, view: View) -> tuple[str, ...]:
    return tuple(label for label, _ in controls.trail(atlas, view))


def _name_parts(atlas: Atlas, view: View, page: str) -> tuple[str, ...]:
    """What stands in the file's name: it sorts by page and place."""
    name = rate_words.name(atlas, view.village_id or view.place_id)
    return (page[:30], name[:30], view.standard, view.as_of.isoformat(), t("handout"))


def _about(atlas: Atlas, view: View) -> tuple[tuple[str, str], ...]:
    standard = controls.standard_of(atlas, view)
    return (
        (t("Standard"), figures.bracketed(pick(standard.name), pick(standard.definition))),
        (t("Date of the data"), figures.day(view.as_of)),
        (t("Made on"), figures.day(datetime.now().astimezone().date())),
        (t("Build"), atlas.build_id),
    )


# --- what is taken of the page ------------------------------------------------------------------------


def _cards(read: Read) -> tuple[Card, ...]:
    """Key figures that say something; several that say nothing are said in one sentence (see `_body`)."""
    known = [one for one in read.cards if not _is_unknown(one)]
    return tuple(known[:MOST_CARDS])


def _is_unknown(card: Card) -> bool:
    return card.value in (figures.unknown(), figures.DASH)


def _body(read: Read, asked: list[tuple[str, str]]) -> list[Block]:
    body: list[Block] = []
    if asked:
        body += [Heading(t("Calculated with")), Pairs(tuple(asked[:MOST_PAIRS]))]
    if missing := [one.title for one in read.cards if _is_unknown(one)]:
        body.append(Words(t("Not known here: {what}", what=figures.listed(missing)), "unknown"))
    notices = 0
    for one in read.body:
        if isinstance(one, Words):
            notices += one.kind != "text"
            if one.kind != "text" and notices > MOST_NOTICES and one.kind != "warning":
                continue
            if len(one.text) > LONGEST_WORDS:
                one = replace(one, text=f"{one.text[:LONGEST_WORDS]}…")
        body.append(one)
    return body


def _pictures(atlas: Atlas, read: Read) -> tuple[Picture, ...]:
    """Maps, and beside them, at half the width, where the place lies."""
    found = [(drawn.of_address(atlas, address), address, said) for address, said in read.pictures[:MOST_PICTURES]]
    return tuple(
        Picture(svg, said, 0.5 if address.startswith("locator/") else 1.0)
        for svg, address, said in found
        if svg is not None
    )


def _lines_of_pictures(count: int) -> int:
    return PICTURE_LINES.get(count, 20 * (count - 1))


def in_lines(parts: list[str]) -> tuple[str, ...]:
    """Short parts share a line; one that begins with a badge begins a line."""
    lines: list[str] = []
    for part in parts:
        begins = part[:1] in BADGES or not lines
        if begins or words.width(f"{lines[-1]} · {part}") > words.LETTERS_PER_LINE:
            lines.append(part)
        else:
            lines[-1] = f"{lines[-1]} · {part}"
    return tuple(lines)


# --- what has room ------------------------------------------------------------------------------------


def fitted(body: list[Block], lines: int) -> tuple[tuple[Block, ...], tuple[str, ...]]:
    """The blocks that have room, tables cut to their first rows; and the headings of those that have none.

    Both writers are given the same: neither cuts by itself.
    """
    kept: list[Block] = []
    left_out: list[str] = []
    room, most_rows, heading = float(lines), FIRST_ROWS, None
    for one in body:
        if isinstance(one, Heading):
            heading = one
            continue
        if isinstance(one, Table):
            one, most_rows = _cut(telling(one), most_rows, room - 3), MORE_ROWS
        needed = lines_of(one) + (2.2 if heading else 0)
        if needed > room or (isinstance(one, Table) and not one.rows):
            left_out += [heading.text] if heading else []
            heading = None
            continue
        room -= needed
        kept += [heading, one] if heading else [one]
        heading = None
    return tuple(kept), tuple(dict.fromkeys(left_out))


def telling(table: Table) -> Table:
    """The columns that say something, as many as stand beside each other."""
    nothing = {figures.unknown(), figures.DASH, ""}
    every = range(len(table.is_number))
    known = [k for k in every if not all(row[k] in nothing for row in table.rows)] or [*every]
    kept = known[:MOST_COLUMNS]
    named = table.headings or ("",) * len(table.is_number)
    return replace(
        table.columns(kept),
        unknown=tuple(named[k] for k in every if k not in known and named[k]),
        elsewhere=tuple(named[k] for k in known if k not in kept and named[k]),
    )


def side_by_side(table: Table) -> Table:
    """A long and narrow table as two halves in one, which takes half the lines."""
    if not table.rows:
        return table
    rows = [table.headings, *table.rows] if table.headings else [*table.rows]
    if len(table.rows) < LONG or sum(max(words.width(row[k]) for row in rows) for k in range(len(rows[0]))) > NARROW:
        return table
    half = -(-len(table.rows) // 2)
    left, right = table.rows[:half], [*table.rows[half:], ("",) * len(rows[0])][:half]
    pairs = tuple(a + b for a, b in zip(left, right, strict=True))
    return replace(table, headings=table.headings * 2, rows=pairs, is_number=table.is_number * 2)


def _cut(table: Table, most: int, room: float) -> Table:
    """The first rows that have room; few more are not worth a cut."""
    if side_by_side(table) is not table:
        most *= 2
    most = len(table.rows) if len(table.rows) <= most + 2 else most
    while most and lines_of(side_by_side(table.first(most))) > room:
        most -= 1
    return side_by_side(table.first(most))


def lines_of(block: Block) -> float:
    """About how many lines of the sheet a block takes."""
    if isinstance(block, Words):
        return _wrapped(block.text, words.LETTERS_PER_LINE)
    if isinstance(block, Pairs):
        return sum(_wrapped(said, words.LETTERS_PER_LINE * 3 // 4) for _, said in block.rows) * 1.1
    if isinstance(block, Table):
        rows = [block.headings, *block.rows] if block.headings else [*block.rows]
        widths = words.widths(block)
        lines = [max(_wrapped(cell, one) for cell, one in zip(row, widths, strict=True)) for row in rows]
        return sum(line + 0.35 for line in lines)
    return 2.2


def _wrapped(text: str, letters: float) -> int:
    return max(1, ceil(words.width(text) / max(letters - 1, 1)))
