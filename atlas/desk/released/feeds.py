"""Atom feeds (RFC 4287): what is new, for programs that look for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

#: What XML 1.0 cannot hold, not even written as a number.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ATOM = "http://www.w3.org/2005/Atom"
NEVER = "1970-01-01T00:00:00Z"


@dataclass(frozen=True)
class Item:
    """One entry of a feed. Its address is its name for ever; `updated` is an instant of the log."""

    title: str
    link: str
    updated: str
    words: str


def feed(title: str, home: str, own: str, items: Sequence[Item]) -> bytes:
    """`home` is the page that says the same, `own` the feed's address; the newest item first."""
    root = Element("feed", {"xmlns": ATOM})
    SubElement(root, "title").text = _writable(title)
    SubElement(root, "id").text = own
    SubElement(root, "link", {"rel": "self", "href": own})
    SubElement(root, "link", {"rel": "alternate", "href": home})
    SubElement(root, "updated").text = items[0].updated if items else NEVER
    SubElement(SubElement(root, "author"), "name").text = _writable(title)
    for item in items:
        entry = SubElement(root, "entry")
        SubElement(entry, "title").text = _writable(item.title)
        SubElement(entry, "id").text = item.link
        SubElement(entry, "link", {"rel": "alternate", "href": item.link})
        SubElement(entry, "updated").text = item.updated
        SubElement(entry, "summary").text = _writable(item.words)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="utf-8")


def _writable(text: str) -> str:
    """The text without what no reader of XML takes; a log from elsewhere may have it."""
    return _UNWRITABLE.sub("", text)
