"""What GeoJSON says before its driver reads it: whether it is one, and that its frame is a name and no address."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from importer.errors import FileUnreadable

BLOCK_BYTES = 1 << 22
HEAD_BYTES = 1 << 16
MEMBER_BYTES = 4096  # of a frame that is spelt out
#: The name of the member in any spelling that JSON has for it; the driver does not tell letters by their case.
FRAME = re.compile(rb'(?i)"(?:c|\\u00[46]3)(?:r|\\u00[57]2)(?:s|\\u00[57]3)"\s*:\s*')
NAMES = re.compile(r"(?i)(?:urn:(?:x-)?ogc:def:crs:[\w:.\-]*|(?:EPSG|OGC|ESRI|IAU)[:_ ]*[\w:.]+|WGS ?84|CRS84)")


def states_crs(path: Path) -> bool:
    """GeoJSON without a crs member is read as EPSG:4326 by the reader, but states nothing."""
    with path.open("rb") as stream:
        return b'"crs"' in stream.read(HEAD_BYTES)


def is_empty_collection(path: Path) -> bool:
    """A valid FeatureCollection without features, which some versions of the reader refuse."""
    if path.stat().st_size > HEAD_BYTES:
        return False
    try:
        body = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError):
        return False
    return isinstance(body, dict) and body.get("type") == "FeatureCollection" and not body.get("features")


def refuse_links(path: Path) -> None:
    """Raise FileUnreadable where the file names its frame by an address, a file or a text of projections."""
    for told in _frames(path):
        if not _is_name(told):
            raise FileUnreadable(
                path.name,
                "a crs that is a name, such as EPSG:4490, or none",
                "a crs that points to something else",
                "take the member crs out, and declare the frame: frame.epsg",
            )


def _frames(path: Path) -> Iterator[str]:
    """What follows each member of that name, wherever it stands; the last part of a block is looked at again."""
    carried = b""
    with path.open("rb") as stream:
        while block := stream.read(BLOCK_BYTES):
            text = carried + block
            is_last = len(block) < BLOCK_BYTES
            end = len(text) if is_last else len(text) - MEMBER_BYTES
            for found in FRAME.finditer(text):
                if found.start() < end:
                    yield text[found.end() : found.end() + MEMBER_BYTES].decode("utf-8", errors="replace")
            carried = b"" if is_last else text[end:]


def _is_name(text: str) -> bool:
    """Whether a value is nothing, a plain value (then it is an attribute), or a frame that is named."""
    if not text.startswith(("{", "[")):
        return True
    try:
        told, _ = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return False
    return _names_only(told)


def _names_only(told: object) -> bool:
    """No text in it but names of frames and of JSON's own members."""
    if isinstance(told, dict):
        return all(_names_only(value) for value in told.values())
    if isinstance(told, list):
        return all(map(_names_only, told))
    return not isinstance(told, str) or told.lower() in ("name", "epsg") or NAMES.fullmatch(told) is not None
