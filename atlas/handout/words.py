"""What both writers say around the blocks, in the current language."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any

from atlas.handout.model import Handout, Table
from atlas.look import figures
from atlas.look.language import t

LETTERS_PER_LINE = 104  # Latin ones; a Chinese one counts double
MOST_WIDTH, MOST_WORD, LEAST_WIDTH = 36, 18, 4  # of a column, in letters
_WORD = re.compile(r"[^\s\u2e80-\uffff]+")


def told(made: Handout) -> dict[str, Any]:
    """All texts but those of pictures and of the body."""
    return {
        "title": made.title,
        "page": made.page,
        "lang": made.lang,
        "trail": made.trail,
        "beneath": made.beneath,
        "cards": [asdict(one) for one in made.cards],
        "left_out": left_out(made),
        "sources": made.sources,
        "about": made.about,
        "made_by": made.made_by,
        "note": made.note,
        "is_simulated": made.is_simulated,
        "simulated": t("Contains simulated data"),
        "foot": figures.sentence([made.page, *(said for _, said in made.about[1:2]), made.link]),
        "words": {"note": t("Notes"), "made_by": t("Made by"), "qr": t("This page's address")},
    }


def left_out(made: Handout) -> str:
    """What the page shows and the sheets have no room for."""
    if not made.left_out:
        return ""
    return t("The page also shows: {what}", what=figures.listed(made.left_out))


def cut(table: Table) -> str:
    """Said beneath a table that is not whole."""
    rows = t("the first {n} of {total}", n=figures.count(table.shown), total=figures.count(table.total))
    unknown = t("not known in any row: {what}", what=figures.listed(table.unknown))
    elsewhere = t("on the page also: {what}", what=figures.listed(table.elsewhere))
    return figures.sentence(
        [
            rows if table.shown < table.total else None,
            unknown if table.unknown else None,
            elsewhere if table.elsewhere else None,
        ]
    )


def widths(table: Table) -> list[float]:
    """How many letters wide the columns are, LETTERS_PER_LINE together: none is narrower than its longest word, as far
    as there is room."""
    rows = [table.headings, *table.rows] if table.headings else [*table.rows]
    columns = [[row[k] for row in rows] for k in range(len(rows[0]))]
    wanted = [min(MOST_WIDTH, max(LEAST_WIDTH, 1 + max(map(width, texts)))) for texts in columns]
    least = [min(MOST_WORD, max(LEAST_WIDTH, 1 + max(map(_longest_word, texts)))) for texts in columns]
    wanted = [max(pair) for pair in zip(wanted, least, strict=True)]
    over = sum(wanted) - LETTERS_PER_LINE
    if over <= 0:
        return [one * LETTERS_PER_LINE / sum(wanted) for one in wanted]
    spare = max(sum(wanted) - sum(least), 1)
    narrow = [one - (one - low) * min(1.0, over / spare) for one, low in zip(wanted, least, strict=True)]
    return [one * LETTERS_PER_LINE / sum(narrow) for one in narrow]


def width(text: str) -> int:
    """In Latin letters."""
    return sum(2 if ord(letter) >= 0x2E80 else 1 for letter in text)


def _longest_word(text: str) -> int:
    """What no line may break: a run of Latin letters and digits; Chinese breaks anywhere."""
    return max((width(word) for word in _WORD.findall(text)), default=2)
