"""A zip or gz of one table: which member that is, what its name is, and that unfolding it stays within bounds."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO

from ground.phrases import phrase
from importer.errors import FileTooLarge, FileUnreadable, said
from importer.read import limits
from importer.read.chunk import FileOptions, LeftOut
from importer.read.encodings import is_chinese

#: What the systems that pack leave behind, and what a spreadsheet leaves beside an open workbook.
LITTER = frozenset((".ds_store", "thumbs.db", "desktop.ini"))
LITTER_BEGINS = ("._", "~$")
TABLES = frozenset(
    (
        *(".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xlsb", ".xls", ".et", ".ods", ".html", ".htm", ".xml"),
        *(".json", ".jsonl", ".ndjson", ".geojson", ".geojsonl", ".kml", ".gpkg", ".parquet"),
    )
)
REMARKS = frozenset((".txt", ".xml", ".html", ".htm"))  # a table only where nothing else is one
ARCHIVES = frozenset((".zip", ".gz", ".tgz", ".rar", ".7z", ".tar", ".bz2", ".xz", ".kmz"))
NAMES_SHOWN = 10
UTF8_NAME, IS_ENCRYPTED = 0x800, 0x1  # flags of a zip's entry


@dataclass(frozen=True)
class Member:
    """A file in a zip archive, under the name that a person knows it by."""

    name: str
    entry: zipfile.ZipInfo

    @property
    def stem(self) -> str:
        return str(PurePosixPath(self.name).with_suffix("")) if self.name.strip("/.") else ""

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.name).suffix.lower()


@dataclass(frozen=True)
class Inside:
    """The table of an archive, unpacked, and how it is to be read on."""

    path: Path
    options: FileOptions
    notes: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


def members(path: Path) -> list[Member]:
    """The files in a zip archive but those that no person put there. Raises FileUnreadable where it is damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise FileUnreadable(path.name, "an undamaged archive", said(error), "export the file again") from error
    found = [Member(_shown(entry), entry) for entry in entries if not entry.is_dir()]
    return [member for member in found if not is_litter(member.name)]


def is_litter(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    last = parts[-1].lower() if parts else ""
    return "__MACOSX" in parts or last in LITTER or last.startswith(LITTER_BEGINS)


def _shown(entry: zipfile.ZipInfo) -> str:
    """Chinese Windows and older Macs write names in an encoding of their own and do not say so."""
    if entry.flag_bits & UTF8_NAME:
        return entry.filename
    raw = entry.orig_filename.encode("cp437", errors="replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors="replace") if is_chinese(raw) else entry.filename


def unpacked(path: Path, options: FileOptions, scratch: Path, is_zip: bool) -> Inside:
    """The one table in an archive, unpacked under a name of ours in a folder of its own.

    Its file is called as the archive is, so that messages name what the person handed in. `file.layer` names one of
    several. Raises FileUnreadable where there is none, or several and none is named.
    """
    folder = scratch / "inside"
    folder.mkdir(exist_ok=True)
    target = folder / path.name
    if not is_zip:
        _write_unfolded(path, target)
        return Inside(target, options, ("unpacked from gz",))
    found = members(path)
    chosen, options = _table(path, found, options)
    refuse_password(path, chosen)
    limits.safe_archive(path)
    with opened(path, chosen) as source, target.open("wb") as copy:
        for block in _blocks(path, source):
            copy.write(block)
    left_out = tuple(others(found, [chosen]))
    return Inside(target, options, (f"{chosen.name} in the archive",), left_out)


@contextmanager
def opened(path: Path, member: Member) -> Iterator[IO[bytes]]:
    """A member to read from, of an archive that is known to be safe."""
    with zipfile.ZipFile(path) as archive, archive.open(member.entry) as stream:
        yield stream


def refuse_password(path: Path, member: Member) -> None:
    if member.entry.flag_bits & IS_ENCRYPTED:
        raise FileUnreadable(
            path.name,
            "an archive that can be unpacked",
            "the archive is protected by a password",
            "unpack it and hand in the table",
        )


def others(found: Sequence[Member], read: Sequence[Member]) -> Iterator[LeftOut]:
    """The members that are not read."""
    names = {member.name for member in read}
    return (LeftOut("member", member.name, "other_member") for member in found if member.name not in names)


def _table(path: Path, found: list[Member], options: FileOptions) -> tuple[Member, FileOptions]:
    tables = [member for member in found if member.suffix in TABLES]
    tables = [member for member in tables if member.suffix not in REMARKS] or tables
    if not tables and len(found) == 1 and found[0].suffix not in ARCHIVES:
        tables = found
    named = [member for member in tables if member.name == options.layer]
    if named:
        return named[0], replace(options, layer=None)
    if tables and all(member.suffix == ".kml" for member in tables):
        tables = [_main_kml(tables)]
    if len(tables) == 1:
        return tables[0], options
    raise _not_one(path, found, tables)


def _main_kml(tables: list[Member]) -> Member:
    """Of a KMZ the first one at its root is shown; the others are what it links to."""
    at_root = [member for member in tables if "/" not in member.name]
    called_so = [member for member in at_root if member.name.lower() == "doc.kml"]
    return (called_so or at_root or tables)[0]


def _not_one(path: Path, found: list[Member], tables: list[Member]) -> FileUnreadable:
    if tables:
        return FileUnreadable(
            path.name, "one table in the archive", _listed(tables), "hand in one of them, or name one: file.layer"
        )
    nested = [member for member in found if member.suffix in ARCHIVES]
    if nested:
        return nested_archive(path, _listed(nested))
    shown = _listed(found) or phrase("nothing")
    return FileUnreadable(path.name, "a table in the archive", shown, "unpack it and hand in the table")


def nested_archive(path: Path, shown: str) -> FileUnreadable:
    return FileUnreadable(
        path.name,
        "a table in the archive",
        phrase("another archive in it: {names}", names=shown),
        "unpack it and hand in the table",
    )


def _listed(some: Sequence[Member]) -> str:
    more = f", and {len(some) - NAMES_SHOWN:,} more" if len(some) > NAMES_SHOWN else ""
    return ", ".join(member.name for member in some[:NAMES_SHOWN]) + more


def _write_unfolded(path: Path, target: Path) -> None:
    limits.refuse_large(path, limits.WHOLE_BYTES)
    try:
        with gzip.open(path) as source, target.open("wb") as copy:
            for block in _blocks(path, source):
                copy.write(block)
    except FileTooLarge:
        raise
    except (OSError, EOFError, zlib.error) as error:
        raise FileUnreadable(path.name, "an undamaged archive", said(error), "pack it again") from error


def _blocks(path: Path, source: IO[bytes] | gzip.GzipFile) -> Iterator[bytes]:
    """What an archive unfolds to, as far as it may."""
    left = limits.unfolded_at_most(path)
    while block := source.read(limits.BLOCK_BYTES):
        left -= len(block)
        if left < 0:
            raise limits.unfolds_too_far(path)
        yield block
