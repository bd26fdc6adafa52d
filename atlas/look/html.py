"""Safe markup: every text is escaped, and what is already safe carries the type `Html`.

Names of places and sources come from imported files and may be hostile.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from html import escape as _escape
from urllib.parse import quote, urlsplit

from atlas.look.figures import (
    DASH,
    is_missing,
)
from atlas.look.figures import clause as clause_of
from atlas.look.figures import sentence as sentence_of
from ground.visible import visible

#: A path without a scheme, without a slash in front and without a step up, then query or fragment, or these alone.
_LOCAL = re.compile(r"(?=.)(?:(?!\.)[A-Za-z0-9_.%~-]+(?:/(?!\.)[A-Za-z0-9_.%~-]+)*)?(?:[?#].*)?", re.DOTALL)

#: An address of the web without blanks, quotes, brackets of markup or backslashes, of a length that people can pass on.
_WEB = re.compile(r"https?://[^\s\x00-\x20\x7f\"'<>\\^`{|}]{1,1000}", re.IGNORECASE)

_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", re.IGNORECASE)


def escape(text: str) -> str:
    """A text as markup that shows it: visitors bring texts too, and nothing unseen in one may turn what stands beside
    it.
    """
    return _escape(visible(text))


IDEOGRAPHS = re.compile("[\u3400-\u9fff]")
CHINESE = "zh-CN"


class Html(str):
    """Markup that this module made. Adding text to it gives a plain `str`, which is escaped again."""


class UnsafeValue(ValueError):
    """A link or a colour that must not reach the page."""


def escaped(value: object) -> Html:
    """Any value as safe markup; None is a dash."""
    if isinstance(value, Html):
        return value
    return Html(DASH if is_missing(value) else escape(str(value)))


def json_block(value: object) -> Html:
    """JSON that may stand inside a page's script element: nothing in it ends the element or begins another."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":  # in JSON they occur inside texts only
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Html(text)


def safe_href(href: str) -> str:
    """Only links within the atlas, as atlas/look/addresses.py writes them: `place?…`, `?…`, `#…`.

    Browsers read a backslash as `/` and skip control characters, so neither may occur.
    """
    if not _LOCAL.fullmatch(href) or "\\" in href or any(ord(letter) <= 0x20 for letter in href):
        raise UnsafeValue(f"a link must be relative and stay within the atlas, not {href[:80]!r}")
    return escape(href)


def safe_colour(colour: str) -> str:
    """A colour that may stand in a style attribute: #RRGGBB or a variable of ours."""
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}|var\(--atlas-[a-z0-9_-]+\)", colour):
        raise UnsafeValue(f"a colour is #RRGGBB or var(--atlas-…), not {colour[:80]!r}")
    return colour


def plain(text: str) -> str:
    """A text for labels that Streamlit reads as Markdown: what it would take for marks stays as written.

    No more than that is escaped: programs that read a page aloud get the label with its backslashes.
    """
    shown = visible(text)
    begins = "\\" if shown[:1] in _MARKDOWN_AT_START else ""
    return begins + "".join(f"\\{letter}" if letter in _MARKDOWN else letter for letter in shown)


def link(label: object, href: str | None) -> Html:
    """A link within the atlas; plain text where there is nowhere to go."""
    if href is None:
        return escaped(label)
    return Html(f'<a href="{safe_href(href)}" target="_self">{escaped(label)}</a>')


def web_address(url: object) -> str | None:
    """An address elsewhere that may be followed: http or https, a host in plain letters, no name and password before
    it, nothing unseen. Whatever else stands in a file stays a text.
    """
    if not isinstance(url, str) or not _WEB.fullmatch(url) or visible(url) != url:
        return None
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:  # a port beyond 65535, a bracket left open
        return None
    return url if host and _HOST.fullmatch(host) and "@" not in parts.netloc else None


def web_link(label: str | None, url: object) -> Html:
    """A link to a page elsewhere, which does not learn where its reader comes from; without a label under its host's
    name. An address that may not be followed is shown as a text.
    """
    held = web_address(url)
    if held is None:
        return escaped(url if isinstance(url, str) and url else None)
    words = label or urlsplit(held).hostname
    return Html(f'<a href="{escape(held)}" target="_blank" rel="noreferrer noopener">{escape(str(words))}</a>')


def mail_link(email: str, subject: str) -> Html:
    """An address to write to, with the subject filled in; nothing in it opens anything but a letter."""
    address = f"mailto:{quote(email, safe='@')}?subject={quote(subject, safe='')}"
    return Html(f'<a href="{escape(address)}">{escape(email)}</a>')


def clause(parts: Iterable[object]) -> Html:
    """What belongs to one thing in one line, without the empty ones, as `figures.clause` has it."""
    return Html(clause_of(escaped(part) for part in parts if part and not is_missing(part)))


def sentence(parts: Iterable[object]) -> Html:
    """Short remarks in one line, without the empty ones, as `figures.sentence` has it."""
    return Html(sentence_of(escaped(part) for part in parts if part and not is_missing(part)))


def in_line(parts: Iterable[object]) -> Html:
    """Texts and links one after the other, with a blank between them."""
    return Html(" ".join(escaped(part) for part in parts))


def unbroken(text: str) -> Html:
    """A text that no narrow column breaks: a date, a number with its unit."""
    return Html(f'<span class="atlas-unbroken">{escape(text)}</span>')


def rows(parts: Iterable[object]) -> Html:
    """Lines of one weight, one below the other; a dash where there is none."""
    return Html("".join(f"<div>{escaped(part)}</div>" for part in parts) or DASH)


def stacked(parts: Iterable[object]) -> Html:
    """What stands in one cell, one line each; the lines after the first are muted. Nothing for what is not known."""
    held = [escaped(part) for part in parts if part and not is_missing(part)]
    first = f"<div>{held[0]}</div>" if held else DASH
    return Html(first + "".join(f'<div class="atlas-muted">{part}</div>' for part in held[1:]))


def muted(words: str, more: Html, title: str = "") -> Html:
    """A remark in small grey letters; `title` is what a pointer over it tells."""
    told = f' title="{escape(title)}"' if title else ""
    return Html(f'<span class="atlas-muted"{told}>{escape(words)} {more}</span>')


def foreign(text: str) -> Html:
    """A text in another language than the page's, told as such to programs that read it aloud: Chinese by its script,
    any other is of no language that its letters tell.
    """
    return Html(f'<span lang="{CHINESE if IDEOGRAPHS.search(text) else ""}">{escape(text)}</span>')


def as_written(value: object) -> Html:
    """A cell of a file as it stands there, told to be in its script."""
    return foreign(str(value))


def hidden(words: str) -> str:
    """Text for screen readers only."""
    return f'<span class="atlas-hidden">{escape(words)}</span>'


_MARKDOWN = frozenset("\\`*_{}[]<>|$:~")

_MARKDOWN_AT_START = frozenset("#+-")
