"""A citizen's photo as evidence: nothing of the file that was handed in is kept but what it shows.

The file is opened in a confined process, which decodes and encodes it anew (`importer.sandbox.picture`). What comes
back is not trusted either: it is walked through, marker by marker, and refused where it holds more than a picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ground.phrases import phrase
from importer.errors import FileMissing, FileTooLarge, FileUnreadable
from importer.read import limits
from importer.sandbox import room

BEGIN, END = b"\xff\xd8", b"\xff\xd9"
MARK = 0xFF
JFIF, TABLES, SCAN = 0xE0, (0xDB, 0xC4), 0xDA  # APP0; quantisation and Huffman tables
FRAME, FRAME_BYTES = 0xC2, 15  # progressive; of three colours
IN_SCAN = 0x00  # after a byte 255 of the picture itself
NO_THUMBNAIL = (14, b"JFIF\x00", b"\x00\x00")  # length of APP0, how it begins and ends


@dataclass(frozen=True)
class Photo:
    """A JPEG without metadata, upright, in sRGB, and its size in pixels."""

    jpeg: bytes
    width_px: int
    height_px: int


def photo(path: Path) -> Photo:
    """What a picture (JPEG, PNG, WebP) shows. Raises FileMissing, FileTooLarge, FileUnreadable."""
    if not path.is_file():
        raise FileMissing(path.name, "a file", "no such file", "send the photo again")
    size = path.stat().st_size
    if size > limits.PHOTO_BYTES:
        raise FileTooLarge(
            path.name,
            phrase("a photo of at most {most} MB", most=limits.PHOTO_BYTES // 1_000_000),
            phrase("{n} MB", n=f"{size / 1_000_000:,.1f}"),
            "send a screenshot of the photo, or choose a smaller size when the phone offers one",
        )
    jpeg = room.photo(path)
    try:
        width, height = _checked_size(jpeg)
    except (ValueError, IndexError) as error:
        raise FileUnreadable(
            path.name,
            "a photo that can be read to its end",
            "it is incomplete or damaged",
            "send it again from the phone that took it, or send a screenshot of it",
        ) from error
    return Photo(jpeg, width, height)


def _checked_size(jpeg: bytes) -> tuple[int, int]:
    """(width, height) of a JPEG that is a picture and nothing else. Raises ValueError, IndexError where it is not.

    A list of what our encoder writes, not of what may not be there: EXIF, XMP, profiles and comments are none of it.
    """
    if len(jpeg) > limits.PHOTO_JPEG_BYTES or not jpeg.startswith(BEGIN):
        raise ValueError("no JPEG, or a large one")
    sizes: list[tuple[int, int]] = []
    at, scans = len(BEGIN), 0
    while jpeg[at : at + 2] != END:
        marker, body = _segment(jpeg, at)
        at += 4 + len(body)
        if marker == FRAME:
            sizes.append(_size_in(body))
        elif marker == SCAN:
            scans, at = scans + 1, _end_of_scan(jpeg, at)
        elif marker not in TABLES and not (marker == JFIF and _is_bare(body)):
            raise ValueError(f"a segment of kind {marker:#x}")
    if at + len(END) != len(jpeg) or len(sizes) != 1 or not scans:
        raise ValueError("bytes after its end, or no picture before it")
    return sizes[0]


def _segment(jpeg: bytes, at: int) -> tuple[int, bytes]:
    if jpeg[at] != MARK:
        raise ValueError("no marker where one must be")
    length = int.from_bytes(jpeg[at + 2 : at + 4], "big")
    body = jpeg[at + 4 : at + 2 + length]
    if length < 2 or len(body) != length - 2:
        raise ValueError("a segment that is longer than the file")
    return jpeg[at + 1], body


def _size_in(frame: bytes) -> tuple[int, int]:
    """(width, height) of a frame of 8 bits and three colours."""
    height, width = int.from_bytes(frame[1:3], "big"), int.from_bytes(frame[3:5], "big")
    if len(frame) != FRAME_BYTES or frame[0] != 8 or frame[5] != 3:
        raise ValueError("another frame than ours")
    if not (0 < width <= limits.PHOTO_SIDE_PX and 0 < height <= limits.PHOTO_SIDE_PX):
        raise ValueError("another size than ours")
    return width, height


def _is_bare(body: bytes) -> bool:
    """Whether APP0 says nothing but that this is JFIF."""
    length, begin, end = NO_THUMBNAIL
    return len(body) == length and body.startswith(begin) and body.endswith(end)


def _end_of_scan(jpeg: bytes, at: int) -> int:
    """Where the next marker stands."""
    while True:
        at = jpeg.index(MARK, at)
        if jpeg[at + 1] != IN_SCAN:
            return at
        at += 2
