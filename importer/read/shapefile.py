"""A Shapefile: which files make up one layer, and which encoding its attributes are in.

The encoding that a .cpg or the head of the .dbf states is often not the one that the bytes are in: Chinese programs
write GBK and say ANSI, or nothing. The driver is therefore made to hand over bytes, each as one letter of Latin-1, and
what they mean is found out here.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from importer.read import encodings
from importer.read.chunk import FileOptions

PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
BYTES_AS_LETTERS = "ISO-8859-1"  # each byte is a letter of the same number
SAMPLE_BYTES = 1 << 20
HEAD_BYTES, FIELD_BYTES, NAME_BYTES, HEAD_ENDS = 32, 32, 11, b"\r"
WIDEST_HEAD = HEAD_BYTES + FIELD_BYTES * 2048
CPG_CHARACTERS = 40
#: The byte at 29 of a .dbf, as far as it names an encoding that Python has: the language of the driver that wrote it.
LANGUAGE_AT = 29
LANGUAGES = {0x01: "cp437", 0x02: "cp850", 0x03: "cp1252", 0x4D: "gbk", 0x4E: "cp949", 0x4F: "cp950", 0x57: "cp1252"}
LANGUAGES |= {0x13: "cp932", 0x58: "cp1252", 0x59: "cp1252", 0x7A: "gbk", 0x78: "cp950", 0xC8: "cp1250", 0xC9: "cp1251"}
WESTERN = ("cp1252", "iso8859-1", "cp437", "cp850")  # what is stated where nobody thought of it


@dataclass(frozen=True)
class Letters:
    """The encoding of a layer's attributes, and how it was found."""

    encoding: str
    why: str

    def text(self, letters: str) -> str:
        """What the driver handed over, read in this encoding; a character cut off at the end of its field goes."""
        if letters.isascii():
            return letters
        return letters.encode("latin-1", errors="replace").decode(self.encoding, errors="replace").rstrip("\ufffd")

    def column(self, column: pa.Array) -> pa.Array:
        """A column of texts, read in this encoding."""
        if pc.all(pc.string_is_ascii(column)).as_py() is not False:
            return column
        texts = column.to_pylist()
        return pa.array([None if one is None else self.text(one) for one in texts], pa.string())


def parts(path: Path) -> list[Path]:
    """The files of one name beside a .shp, itself included; one that is a link to somewhere else does not belong to
    it.
    """
    folder = path.resolve().parent
    return [
        one
        for one in path.parent.iterdir()
        if one.stem == path.stem and one.suffix.lower() in PARTS and one.resolve().parent == folder
    ]


def letters(path: Path, options: FileOptions, source: Path) -> Letters:
    """Of a layer at `source` whose parts are at hand: as declared, as stated where that fits, else as the bytes say.

    Raises DeclarationProblem where the declared encoding is none. Leaves a .cpg that makes the driver hand over bytes.
    """
    stated, where = _stated(source)
    cpg = source.with_suffix(".cpg")
    cpg.unlink(missing_ok=True)
    cpg.write_text(BYTES_AS_LETTERS, encoding="ascii")
    if options.encoding is not None:
        return Letters(encodings.codec(path, options.encoding), "as declared")
    sample = _sample(source.with_suffix(".dbf"))
    if stated is not None and _fits(stated, sample):
        return Letters(stated, f"as {where} states")
    found, why = encodings.encoding_of_bytes(sample)
    wrong = f"; {where} states {stated}, which they do not fit" if stated is not None and not sample.isascii() else ""
    return Letters(found, f"{why}{wrong}")


def _stated(source: Path) -> tuple[str | None, str]:
    """(encoding, where it is stated)."""
    cpg, dbf = source.with_suffix(".cpg"), source.with_suffix(".dbf")
    if cpg.is_file():
        with cpg.open("rb") as stream:
            told = stream.read(CPG_CHARACTERS).decode("ascii", errors="replace").strip()
        for name in (told, f"cp{told}", told.replace("ANSI ", "cp"), told.replace("88591", "iso8859-1")):
            if (known := _codec(name)) is not None:
                return known, "the .cpg"
    if dbf.is_file():
        with dbf.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
        if len(head) == HEAD_BYTES and head[LANGUAGE_AT] in LANGUAGES:
            return LANGUAGES[head[LANGUAGE_AT]], "the .dbf"
    return None, ""


def _codec(name: str) -> str | None:
    try:
        "".encode(name)
        return codecs.lookup(name).name
    except (LookupError, ValueError, TypeError):
        return None


def _fits(stated: str, sample: bytes) -> bool:
    """Whether bytes can be what is stated. Western letters can be any bytes: Chinese in common use is believed more."""
    if stated in WESTERN:
        return not encodings.is_chinese(sample) and not _is_utf8(sample)
    text = sample.decode(stated, errors="replace")
    return text.count("\ufffd") <= 0.02 * sum(letter > "\x7f" for letter in text)


def _is_utf8(sample: bytes) -> bool:
    try:
        return not sample.isascii() and bool(sample.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _sample(dbf: Path) -> bytes:
    """Field names and the beginning of the records, cells apart from each other."""
    if not dbf.is_file():
        return b""
    with dbf.open("rb") as stream:
        head = stream.read(WIDEST_HEAD)
        starts = int.from_bytes(head[8:10], "little")
        names, widths = [], []
        for at in range(HEAD_BYTES, min(max(starts, HEAD_BYTES), len(head)), FIELD_BYTES):
            if head[at : at + 1] == HEAD_ENDS or len(head) < at + FIELD_BYTES:
                break
            names.append(head[at : at + NAME_BYTES].split(b"\0")[0])
            widths.append(head[at + 16] if head[at + 11 : at + 12] != b"C" else head[at + 16] + 256 * head[at + 17])
        stream.seek(starts)
        records = stream.read(SAMPLE_BYTES)
    widths = [width for width in widths if width]  # a head may say anything: each step has to go on by a byte
    length = max(int.from_bytes(head[10:12], "little"), sum(widths) + 1)
    cells = list(names)
    for start in range(0, len(records), length):
        at = start + 1
        for width in widths:
            cells.append(records[at : at + width].strip(b" \0"))
            at += width
    return b"\n".join(_whole(cell) for cell in cells if not cell.isascii()) or b""


def _whole(cell: bytes) -> bytes:
    """Without a letter that was cut in two at the end of its field."""
    for cut in (cell, cell[:-1], cell[:-2]):
        if _is_utf8(cut):
            return cut
    try:
        cell.decode("gb18030")
    except UnicodeDecodeError as error:
        return cell[: error.start] if error.start >= len(cell) - 3 else cell
    return cell
