"""Which form a file has, by its content; and by what name it is refused where it holds no table."""

from __future__ import annotations

import mmap
import re
import zipfile
from pathlib import Path

from ground.phrases import phrase
from importer.errors import FileMissing, FileUnreadable, said
from importer.read import archive, limits, markup, records, text_file

HEAD_BYTES = 4096
ZIP, EMPTY_ZIP, GZ, OLE = b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"\xd0\xcf\x11\xe0"
ZIP_OF_A_TABLE, GZ_OF_A_TABLE = "zip", "gz"  # forms beside chunk.FORMATS: what is in them has one of those
MAGIC = ((b"PAR1", "parquet"), (b"SQLite format 3", "geopackage"), (b"\x00\x00\x27\x0a", "shapefile"))
#: What a person might hand in by mistake, called by its name.
NO_TABLES = (
    (b"%PDF", phrase("a PDF document")),
    (b"\x89PNG", phrase("a picture")),
    (b"\xff\xd8\xff", phrase("a picture")),
    (b"GIF8", phrase("a picture")),
    (b"II*\x00", phrase("a picture")),
    (b"MM\x00*", phrase("a picture")),
    (b"{\\rtf", phrase("a text document (RTF)")),
    (b"Rar!\x1a\x07", phrase("a RAR archive")),
    (b"7z\xbc\xaf\x27\x1c", phrase("a 7z archive")),
    (b"\xfd7zXZ\x00", phrase("an xz archive")),
    (b"BZh91AY&SY", phrase("a bz2 archive")),
    (b"\x00\x01\x00\x00Standard", phrase("an Access database")),
    (b"AC10", phrase("a CAD drawing")),
    (b"\x09\x00\x04\x00", phrase("a workbook older than Excel 5")),
    (b"\x09\x02\x06\x00", phrase("a workbook older than Excel 5")),
    (b"\x09\x04\x06\x00", phrase("a workbook older than Excel 5")),
)
TAR_AT, TAR = 257, b"ustar"
#: Streams of an OLE file by the name in its directory; the first that is there decides.
STREAMS = (
    ("EncryptedPackage", None),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("WordDocument", phrase("a Word or WPS document")),
    ("PowerPoint Document", phrase("a presentation")),
)
DIRECTORY_ENTRY_BYTES = 128
#: Parts of a zipped document that say what it is.
DOCUMENTS = (("word/", phrase("a Word document")), ("ppt/", phrase("a presentation")), ("visio/", phrase("a drawing")))
OPEN_DOCUMENT = b"application/vnd.oasis.opendocument."
JSON_SUFFIXES = (".json", ".jsonl", ".ndjson", ".geojson", ".geojsonl", ".topojson")
EXPORT = phrase("export it as a table: xlsx or CSV")


def form_of(path: Path) -> str:
    """One of chunk.FORMATS, or that it is an archive of a table. Raises FileUnreadable with the name of what it is."""
    head = head_of(path)
    for magic, kind in MAGIC:
        if head.startswith(magic):
            return kind
    for magic, name in NO_TABLES:
        if head.startswith(magic):
            raise _no_table(path, name)
    if head[TAR_AT:].startswith(TAR):
        raise _no_table(path, phrase("a tar archive"))
    if head.startswith(OLE):
        return _in_ole(path)
    if head.startswith(GZ):
        return GZ_OF_A_TABLE
    if head.startswith((ZIP, EMPTY_ZIP)):
        return _in_zip(path)
    return _form_of_text(path, head)


def head_of(path: Path) -> bytes:
    """The first bytes. Raises FileMissing, and FileUnreadable where there are none."""
    if not path.is_file():
        raise FileMissing(str(path), "a file", "no such file", "put it there")
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    if not head:
        raise FileUnreadable(path.name, "a table", "an empty file", "export it again")
    return head


def is_archive(path: Path) -> bool:
    """Whether a file begins as an archive, or as a document that is one."""
    return head_of(path).startswith((ZIP, EMPTY_ZIP, GZ))


def _no_table(path: Path, name: str) -> FileUnreadable:
    return FileUnreadable(path.name, "a table", name, EXPORT)


def has_password(path: Path) -> FileUnreadable:
    return FileUnreadable(
        path.name,
        "a workbook that can be opened",
        "the workbook is protected by a password",
        "remove the password in the spreadsheet, and save it again",
    )


def _in_ole(path: Path) -> str:
    """By the names in its directory, which begin where a directory's entries begin."""
    limits.refuse_large(path, limits.WHOLE_BYTES)
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        for name, kind in STREAMS:
            if _is_listed(whole, name.encode("utf-16-le") + b"\x00\x00"):
                if kind is None:
                    raise has_password(path)
                if kind == "xls":
                    return kind
                raise _no_table(path, kind)
    raise FileUnreadable(path.name, "a workbook that can be opened", "a damaged one, or another document", EXPORT)


def _is_listed(whole: mmap.mmap, name: bytes) -> bool:
    at = whole.find(name)
    while at >= 0 and at % DIRECTORY_ENTRY_BYTES:
        at = whole.find(name, at + 1)
    return at >= 0


def _in_zip(path: Path) -> str:
    found = archive.members(path)
    names = [member.name for member in found]
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    for begins, kind in DOCUMENTS:
        if "[Content_Types].xml" in names and any(name.startswith(begins) for name in names):
            raise _no_table(path, kind)
    if "content.xml" in names:
        return _open_document(path)
    return "shapefile" if any(member.suffix == ".shp" for member in found) else ZIP_OF_A_TABLE


def _open_document(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as whole, whole.open("mimetype") as stream:
            said_so = stream.read(200)
    except KeyError:
        return "ods"
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, ValueError) as error:
        raise FileUnreadable(path.name, "an undamaged archive", said(error), "export the file again") from error
    if said_so.startswith(OPEN_DOCUMENT) and b"spreadsheet" not in said_so:
        raise _no_table(path, phrase("a text document or a presentation (OpenDocument)"))
    return "ods"


def _form_of_text(path: Path, head: bytes) -> str:
    limits.refuse_large(path, limits.FILE_BYTES)
    start = _decoded(head).lstrip("\ufeff \t\r\n")
    if start.startswith(("{", "[", "\x1e")):
        kind = records.form_of(path)
        if kind is not None:
            return kind
        if path.suffix.lower() in JSON_SUFFIXES or start.startswith(("{", "\x1e")):
            raise records.no_records(path)
    if (markup_form := markup.form_of(start)) is not None:
        if markup_form in ("html", "spreadsheetml", "kml"):
            return markup_form
        raise _no_table(path, phrase("XML of another kind: {name}", name=markup_form))
    if re.match(r"(?i)mime-version:", start):
        raise _no_table(path, phrase("a web archive (MHTML)"))
    text_file.refuse_binary(path)
    return "csv"


def _decoded(head: bytes) -> str:
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    return head.decode("utf-16" if wide else "utf-8", errors="replace")
