"""A stranger's picture decoded and encoded anew, so that nothing of its file is left but what it shows.

Runs in a confined process only, by a task of its own: no file that may be a table comes here, nor the other way round.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from pathlib import Path

from PIL import Image, ImageCms, JpegImagePlugin, PngImagePlugin, WebPImagePlugin
from PIL.ExifTags import Base

from ground.phrases import phrase
from importer.errors import FileTooLarge, FileUnreadable, Problem
from importer.read import limits

DECODERS = tuple(
    plugin.format
    for plugin in (JpegImagePlugin.JpegImageFile, PngImagePlugin.PngImageFile, WebPImagePlugin.WebPImageFile)
)
QUALITIES = (82, 70, 55, 40)  # the first is what a photo gets; only noise is too large with it
REDUCING_GAP = 2.0  # decoded at up to so many times the wanted size, then drawn smaller: quick, and not to be seen
HEAD_BYTES = 32
RIFF = b"RIFF"
#: What phones call the forms that they keep photos and films in, by the brand in their head.
HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
AVIF = (b"avif", b"avis")
#: Orientations of EXIF, and how a picture of each is turned upright.
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def jpeg(path: Path) -> bytes:
    """The picture as a progressive JPEG: upright, in sRGB, at most PHOTO_SIDE_PX wide and high, without metadata.

    Of an animation the first frame. Raises FileUnreadable, FileTooLarge.
    """
    _refuse_other_forms(path)
    try:
        with path.open("rb") as file:
            return _encoded(_opened(path, file))
    except Problem:
        raise
    except MemoryError as error:
        raise _too_heavy(path) from error
    except Exception as error:  # a decoder's, of whatever kind: what it says is nothing to a citizen
        raise FileUnreadable(
            path.name,
            "a photo that can be read to its end",
            "it is incomplete or damaged",
            "send it again from the phone that took it, or send a screenshot of it",
        ) from error


def _refuse_other_forms(path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    is_webp = head.startswith(RIFF) and head[8:12] == b"WEBP"
    if is_webp or head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        return
    if head[4:8] == b"ftyp" and head[8:12] in HEIC:
        raise FileUnreadable(
            path.name,
            "a photo as JPEG, PNG or WebP",
            "HEIC, the form in which iPhones and some other phones keep photos",
            "choose Settings › Camera › Formats › Most Compatible (on Android phones switch HEIF pictures off) and "
            "take the photo again as JPEG, or send a screenshot of it",
        )
    raise FileUnreadable(
        path.name,
        "a photo as JPEG, PNG or WebP",
        _named(head),
        "send the photo itself as the phone saved it, or a screenshot of it",
    )


def _named(head: bytes) -> str:
    """What begins so, as far as people know it by name."""
    if not head:
        return phrase("an empty file")
    if head[4:8] == b"ftyp":
        return "AVIF" if head[8:12] in AVIF else phrase("a film")
    known = {b"GIF8": "GIF", b"II*\x00": "TIFF", b"MM\x00*": "TIFF", b"%PDF": "PDF", b"PK\x03\x04": "ZIP"}
    return known.get(head[:4]) or phrase("another kind of file")


def _opened(path: Path, file: io.BufferedReader) -> Image.Image:
    """The picture with its header read, once its size is known to be within bounds."""
    is_webp = file.peek(4).startswith(RIFF)
    most = limits.PHOTO_WEBP_PIXELS if is_webp else limits.PHOTO_PIXELS
    Image.MAX_IMAGE_PIXELS = most // 2  # twice as many are refused, by WebP's decoder before it takes memory
    try:
        with warnings.catch_warnings(action="ignore"):  # that it is more than half as large
            image = Image.open(file, formats=DECODERS)
    except Image.DecompressionBombError as error:
        raise _too_many_pixels(path, most, phrase("more")) from error
    width, height = image.size
    if width * height > most:
        found = phrase("{width} × {height} pixels", width=f"{width:,}", height=f"{height:,}")
        raise _too_many_pixels(path, most, found)
    return image


def _encoded(image: Image.Image) -> bytes:
    profile = image.info.get("icc_profile")
    small = _shrunk(image)
    turned = small.transpose(way) if (way := UPRIGHT.get(_orientation(image))) is not None else small
    coloured = _in_srgb(turned, profile)
    bare = Image.new("RGB", coloured.size)  # a picture that never had a file: the encoder finds nothing to write along
    bare.paste(coloured)
    return _bytes(bare)


def _shrunk(image: Image.Image) -> Image.Image:
    """At most PHOTO_SIDE_PX, nothing transparent, in L, RGB or CMYK. A large JPEG is never decoded in full."""
    side = (limits.PHOTO_SIDE_PX, limits.PHOTO_SIDE_PX)
    whole = _plain(image)
    whole.thumbnail(side, Image.Resampling.LANCZOS, reducing_gap=REDUCING_GAP)
    whole.load()
    return whole


def _plain(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # 16 bits of grey: Pillow would cut off whatever is brighter than 255
        return image.point(lambda grey: grey * (1 / 256)).convert("L")
    if image.has_transparency_data:
        seen = image if image.mode == "RGBA" else image.convert("RGBA")
        white = Image.new("RGB", image.size, "white")
        white.paste(seen, mask=seen)
        return white
    return image if image.mode in ("L", "RGB", "CMYK") else image.convert("RGB")


def _orientation(image: Image.Image) -> int:
    """1 to 8; 1 where EXIF says nothing, or nothing that can be read: a photo on its side is better than none."""
    with contextlib.suppress(Exception):
        return int(image.getexif().get(Base.Orientation, 1))
    return 1


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """In the colours of screens, by the profile that came along where it is of use, else as they are."""
    if profile and len(profile) <= limits.PHOTO_PROFILE_BYTES:
        with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            seen = ImageCms.profileToProfile(image, given, ImageCms.createProfile("sRGB"), outputMode="RGB")
            if seen is not None:
                return seen
    return image.convert("RGB")


def _bytes(image: Image.Image) -> bytes:
    written = b""
    for quality in QUALITIES:
        held = io.BytesIO()
        image.save(held, "JPEG", quality=quality, progressive=True)
        written = held.getvalue()
        if len(written) <= limits.PHOTO_JPEG_BYTES:
            break
    return written


def _too_many_pixels(path: Path, most: int, found: str) -> FileTooLarge:
    return FileTooLarge(
        path.name,
        phrase("a photo of at most {most} pixels", most=f"{most:,}"),
        found,
        "send a screenshot of the photo, or choose a smaller size when the phone offers one",
    )


def _too_heavy(path: Path) -> FileTooLarge:
    return FileTooLarge(
        path.name,
        phrase("at most {most} MiB of memory while it is read", most=f"{limits.READER_BYTES // 1024**2:,}"),
        "more",
        "send a screenshot of the photo, or choose a smaller size when the phone offers one",
    )
