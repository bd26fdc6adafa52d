"""Streamlit speaks English only: its own words (labels for screen readers, placeholders) in the visitor's language."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from atlas.look.addressed import VERSION, Addressed
from atlas.look.language import current, html_tag, mark, speaking, t
from atlas.look.parameters import Lang

FILE = Path(__file__).with_name("streamlit_words.js")
WORDS = (
    mark("Add: "),
    mark("App pages"),
    mark("Choose an option"),
    mark("Choose options"),
    mark("Clear selection"),
    mark("Close"),
    mark("Collapse sidebar"),
    mark("Copy Vega-Lite spec"),
    mark("Copy to clipboard"),
    mark("Decrement"),
    mark("Download as PNG"),
    mark("Expand sidebar"),
    mark("Fullscreen"),
    mark("Help for "),
    mark("Increment"),
    mark("Navigate to home page"),
    mark("No results"),
    mark("Open"),
    mark("Press Enter to apply"),
    mark("Show data"),
    mark("Skip to main content"),
    mark("Upload"),
    mark("You can only select up to 5 options. Remove an option first."),
    mark("Zoom In"),
    mark("Zoom Out"),
    mark("file upload"),
    mark("hours"),
    mark("minutes"),
    mark("per file"),
    mark("seconds"),
)


@dataclass(frozen=True)
class Words(Addressed):
    """The script that says Streamlit's own words in a language."""

    PATH = "look/words.js"
    PIN = VERSION
    lang: Lang


@lru_cache(maxsize=8)
def script(lang: str) -> bytes:
    """What the browser runs, with the words of one language; as the route serves it."""
    with speaking(lang):
        said = {word: t(word) for word in WORDS if t(word) != word}
    code = FILE.read_text(encoding="utf-8").strip().removesuffix(";")
    return f"({code})({json.dumps(said, ensure_ascii=False)},{json.dumps(html_tag(lang))})".encode()


@lru_cache(maxsize=8)
def script_url(lang: str) -> str:
    """The address changes with the content."""
    return Words(lang).url(hashlib.sha256(script(lang)).hexdigest()[:12])


def tag() -> str:
    """The script's tag, for the end of a page: what comes later is translated as it comes."""
    return f'<script src="{script_url(current())}"></script>'
