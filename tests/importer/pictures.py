"""Pictures as phones write them and as nobody should: for the tests of photos."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image

SECRET = "Zorki-4711"
RED, BLUE, WHITE = (255, 0, 0), (0, 0, 255), (255, 255, 255)


def scene(width: int = 64, height: int = 48) -> Image.Image:
    """Red on the left, blue on the right."""
    made = Image.new("RGB", (width, height), RED)
    made.paste(BLUE, (width // 2, 0, width, height))
    return made


def saved(image: Image.Image, form: str, **told: object) -> bytes:
    held = io.BytesIO()
    image.save(held, form, **told)
    return held.getvalue()


def exif(orientation: int = 1) -> Image.Exif:
    told = Image.Exif()
    told[0x0112], told[0x010F], told[0x0110] = orientation, SECRET, SECRET
    told.get_ifd(0x8825).update({1: "N", 2: (26.0, 25.0, 12.0), 3: "E", 4: (111.0, 36.0, 47.0), 29: SECRET})
    return told


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, bits: int, kind: int, rows: bytes, *before: bytes) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(before) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def jpeg_that_claims(width: int, height: int) -> bytes:
    content = bytearray(saved(scene(), "JPEG", progressive=True))
    at = content.index(b"\xff\xc2") + 5
    content[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(content)


def webp_that_claims(width: int, height: int) -> bytes:
    size = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    body = b"WEBPVP8X" + struct.pack("<II", 10, 0x10) + size + saved(scene(), "WEBP", lossless=True)[12:]
    return b"RIFF" + struct.pack("<I", len(body)) + body


BOMBS = {
    "png": lambda: png(50_000, 50_000, 8, 6, b"\x00" * 1000),
    "png just above": lambda: png(10_000, 6_001, 8, 2, b"\x00" * 1000),
    "jpeg": lambda: jpeg_that_claims(65_500, 65_500),
    "webp": lambda: webp_that_claims(16_000, 16_000),
}


def jpeg_of_scans(side: int, scans: int) -> bytes:
    """One progressive picture that says its last scan again and again: each costs bytes little and a decoder much."""
    content = saved(Image.new("L", (side, side), 128), "JPEG", progressive=True)
    last = content[content.rindex(b"\xff\xda") : -2]
    return content[:-2] + last * scans + content[-2:]
