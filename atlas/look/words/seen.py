"""A document in words: what it is, who published it when, what was seen of it, and how sure its words are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from atlas.look import figures, html
from atlas.look.html import Html
from atlas.look.language import mark, t
from atlas.look.words import originals
from indicators.database import Atlas

SEEN = {
    "original": mark("original"),
    "republished": mark("republished"),
    "mirror": mark("copy, not checked"),
    "cited": mark("citation only"),
    "not_seen": mark("not seen"),
}
CONFIDENCE = {"high": mark("high"), "medium": mark("medium"), "low": mark("low")}


def seen(word: object) -> str:
    """What was seen of the document; a dash where it is not told."""
    return t(SEEN[word]) if isinstance(word, str) and word in SEEN else figures.DASH


def confidence(word: object) -> str:
    """How sure the words are; a dash where it is not told."""
    return t(CONFIDENCE[word]) if isinstance(word, str) and word in CONFIDENCE else figures.DASH


def document(atlas: Atlas, row: Mapping[Any, Any]) -> Html:
    """Title, publisher and day of a row that has them; empty where no document is named."""
    title, publisher = originals.shown(atlas, row["document"]), originals.plain(atlas, row["publisher"])
    return html.sentence([title, publisher, row["published_on"]])
