"""Which encoding a text is in: told by its first bytes, else by what it says as UTF-8, Chinese or western letters."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import charset_normalizer

from importer.errors import DeclarationProblem

BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
SAMPLE_BYTES = 1 << 20
WESTERN = frozenset("áéíóúñüàâçèêëîïôùûœäößãõåæøìòÁÉÍÓÚÑÜÀÂÇÈÊËÎÏÔÙÛŒÄÖÃÕÅÆØÌÒºª°¿¡–—’‘“”€²³«»§·…´≥")
LETTERS_PER_RUN = 1.5
PIECES = 32  # of the sample of a long file, spread over it: the first letter that is not ASCII may come late
PIECE_BYTES = 1 << 15
BROKEN_BYTES_PER_LETTER = 0.02  # of a UTF-8 file, at most; more, and it is another encoding
CONFINED = "confined to its row"  # the name of our way with bytes that are no text


def encoding_of(path: Path) -> tuple[str, str]:
    """(encoding, how it was found)."""
    sample = _sample(path)
    for mark, name in BOMS:
        if sample[0].startswith(mark):
            return name, "the file begins with its mark"
    return encoding_of_bytes(b"\n".join(sample))


def encoding_of_bytes(text: bytes) -> tuple[str, str]:
    """(encoding, how it was found) of a sample of a text without a mark."""
    broken, letters = _utf8_faults(text)
    if not broken:
        return "utf-8", "every byte fits" if letters else "all letters are ASCII"
    if letters and broken <= BROKEN_BYTES_PER_LETTER * letters:
        return "utf-8", f"{letters:,} letters fit and {broken:,} bytes do not"
    if is_chinese(text):
        return "gb18030", "the bytes make Chinese characters in common use"
    if _is_western(text):
        return "cp1252", "the bytes make accented letters, one at a time, as western languages have them"
    best = charset_normalizer.from_bytes(text).best()
    name = best.encoding if best is not None else "cp1252"
    if name in ("ascii", "latin_1", "iso8859_1", "cp1250", "cp1254", "cp1257", "cp1258") or best is None:
        name = "cp1252"
    return name, "guessed from how often letters occur; declare file.encoding to be sure"


def _sample(path: Path) -> list[bytes]:
    """The head of a file and pieces spread over the rest, each cut at line ends."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(SAMPLE_BYTES)
        if size <= SAMPLE_BYTES:
            return [head]
        pieces = [head[: head.rfind(b"\n") + 1] or head]
        for n in range(PIECES):
            stream.seek(SAMPLE_BYTES + (size - SAMPLE_BYTES - PIECE_BYTES) * n // PIECES if n else SAMPLE_BYTES)
            piece = stream.read(PIECE_BYTES)
            pieces.append(piece[piece.find(b"\n") + 1 : piece.rfind(b"\n") + 1])
        stream.seek(max(size - PIECE_BYTES, SAMPLE_BYTES))
        tail = stream.read(PIECE_BYTES)
        pieces.append(tail[tail.find(b"\n") + 1 :])
    return pieces


def _utf8_faults(text: bytes) -> tuple[int, int]:
    """(bytes that are no UTF-8, letters beyond ASCII that are)."""
    decoded = text.decode("utf-8", errors="surrogateescape")
    beyond = [character for character in decoded if character > "\x7f"]
    broken = sum("\udc80" <= character <= "\udcff" for character in beyond)
    return broken, len(beyond) - broken


def is_chinese(text: bytes) -> bool:
    """Whether bytes make common Chinese characters when read as GB 18030."""
    return _chinese_share(text) > 0.9


def codec(path: Path, encoding: str) -> str:
    """A declared encoding by the name that Python has for it. Raises DeclarationProblem where it knows none."""
    try:
        known = codecs.lookup(encoding)
        "".encode(encoding)  # some codecs are none of texts
    except (LookupError, ValueError, TypeError) as error:
        raise _no_encoding(path, encoding) from error
    return known.name


def _chinese_share(text: bytes) -> float:
    """Share of the letters beyond ASCII that are common Chinese characters when read as GB 18030."""
    decoded = text.decode("gb18030", errors="replace")
    beyond = [character for character in decoded if character > "\x7f"]
    common = 0
    for character in beyond:
        try:
            common += character.encode("gb2312") is not None
        except UnicodeEncodeError:
            continue
    return common / len(beyond) if beyond else 0.0


def _is_western(text: bytes) -> bool:
    """Whether nearly all letters beyond ASCII are accented ones of western Europe, most of them between plain letters.

    A Cyrillic or Greek text makes such letters, too, when it is read so, but whole words of them.
    """
    decoded = text.decode("cp1252", errors="replace")
    runs = re.findall(r"[^\x00-\x7f]+", decoded)
    letters = sum(map(len, runs))
    western = sum(character in WESTERN for run in runs for character in run)
    return letters > 0 and western > 0.95 * letters and letters <= LETTERS_PER_RUN * len(runs)


@contextmanager
def open_text(path: Path, encoding: str) -> Iterator[TextIO]:
    """Bytes that are no text of the encoding survive as surrogates, so that their row can be named."""
    try:
        stream = path.open(encoding=encoding, errors=CONFINED, newline="")
    except (LookupError, ValueError) as error:  # ValueError: a name that no encoding can have
        raise _no_encoding(path, encoding) from error
    with stream:
        try:
            yield stream
        except UnicodeError as error:  # of an encoding that gives up at once: UTF-16 without its mark
            raise _no_encoding(path, encoding) from error


def _no_encoding(path: Path, encoding: str) -> DeclarationProblem:
    return DeclarationProblem(
        path.name, "an encoding such as utf-8, gb18030 or cp1252", repr(encoding), "mend file.encoding"
    )


def _confine(error: UnicodeError) -> tuple[str | bytes, int]:
    """One surrogate per byte that is no text, also below 128, where "surrogateescape" raises.

    Of UTF-16 and UTF-32 the whole unit is taken: half of one would put all that follows out of step.
    """
    assert isinstance(error, UnicodeDecodeError)
    if not error.encoding.startswith(("utf-16", "utf-32")):
        try:
            return codecs.lookup_error("surrogateescape")(error)
        except UnicodeDecodeError:
            pass
    return "".join(chr(0xDC80 | byte) for byte in error.object[error.start : error.end]), error.end


codecs.register_error(CONFINED, _confine)
