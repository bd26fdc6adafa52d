"""Releases as an Atom feed (RFC 4287): what is new, for programs that look for it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

#: What XML 1.0 cannot hold, not even written as a number.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ATOM = "http://www.w3.org/2005/Atom"


def releases(rows: Sequence[Mapping[str, Any]], title: str, home: str, own: str, links: Sequence[str]) -> bytes:
    """`rows` are releases, the newest first, `links` their pages. Names that never change: the address of each."""
    feed = Element("feed", {"xmlns": ATOM})
    title = _writable(title)
    SubElement(feed, "title").text = title
    SubElement(feed, "id").text = own
    SubElement(feed, "link", {"rel": "self", "href": own})
    SubElement(feed, "link", {"rel": "alternate", "href": home})
    SubElement(feed, "updated").text = rows[0]["published_at"] if rows else "1970-01-01T00:00:00Z"
    author = SubElement(feed, "author")
    SubElement(author, "name").text = title
    for row, link in zip(rows, links, strict=True):
        entry = SubElement(feed, "entry")
        SubElement(entry, "title").text = _writable(f"{row['number']} {row['title']}")
        SubElement(entry, "id").text = link
        SubElement(entry, "link", {"rel": "alternate", "href": link})
        SubElement(entry, "updated").text = row["published_at"]
        SubElement(entry, "summary").text = _writable(row["notes"] or row["title"])
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(feed, encoding="utf-8")


def _writable(text: str) -> str:
    """The text without what no reader of XML takes; a log from elsewhere may have it."""
    return _UNWRITABLE.sub("", text)
