"""How much of a file is read at most, and the check that an archive does not unfold to more.

The bounds are far above any register known to us; a file beyond them is refused before memory is.
"""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from ground.phrases import phrase
from importer.errors import FileTooLarge, FileUnreadable, said

FILE_BYTES = 8 * 1024**3  # of text and Parquet, which are read in pieces
WHOLE_BYTES = 512 * 1024**2  # of workbooks and vector files, which are held in memory
UNZIPPED_BYTES = 2 * 1024**3
READER_BYTES = 1024**3  # of address space of the process that reads a file, libraries included
READER_BYTES_PER_BYTE = 24  # of the file, more: a workbook is held whole, 9 million cells of 40 MB take 1.1 GB
READER_MOST_BYTES = 2 * 1024**3
READER_CPU_SECONDS = 30  # and one second more for each READ_BYTES_PER_SECOND of the file
READ_BYTES_PER_SECOND = 128 * 1024  # half of the slowest seen: Parquet of few words, repeated, 240 KiB/s
WAITS_PER_CPU_SECOND = 4  # on the wall, for its next rows: the machine may be busy with others
CHECK_SECONDS = 900  # that a check of one file takes at most, on the wall
UNZIPPED_RATIO = 200  # of an archive that unfolds to more than RATIO_FROM_BYTES
RATIO_FROM_BYTES = 64 * 1024**2
ARCHIVE_ENTRIES = 10_000
COLUMNS = 2_000
SHEETS = 1_000
SHEET_CELLS = 20_000_000  # empty ones included: one far cell makes millions of them
CELLS_PER_BYTE = 10  # of the file, of a sheet of more than SHEET_CELLS
BATCH_CELLS = 2_000_000  # taken out of a Parquet file at once
BATCH_SHAPES = 2_000  # taken out of a vector file at once: one outline may be a megabyte
CELL_CHARACTERS = 1_000_000
RECORD_LINES = 50  # lines that one record of a text file may span before a quote counts as not closed
BLOCK_BYTES = 1 << 20
PHOTO_BYTES = 15_000_000  # of the file, as phones count; a photo of 50 megapixels has 12 MB
PHOTO_PIXELS = 60_000_000  # by its header: more is no phone's usual photo, and has 4 bytes each in memory
PHOTO_WEBP_PIXELS = 25_000_000  # whose decoder holds four of them at once; no camera writes it
PHOTO_READER_BYTES = 1280 * 1024**2  # of address space, libraries (400 MiB) included
PHOTO_CPU_SECONDS = 10  # the slowest of 60 megapixels takes one
PHOTO_SIDE_PX = 1_600  # the longest side of what is kept
PHOTO_JPEG_BYTES = 2_000_000  # of what is kept
PHOTO_PROFILE_BYTES = 2 * 1024**2  # of a colour profile; those of printers have 0.5 to 1.8 MB


def current() -> dict[str, int]:
    """The bounds in force, to be taken along into the process that reads."""
    return {name: value for name, value in globals().items() if name.isupper() and isinstance(value, int)}


def adopt(bounds: dict[str, int]) -> None:
    """Take over the bounds of the process that asks."""
    globals().update(bounds)


def cpu_seconds(size_bytes: int) -> int:
    """Processor time for a file of this size."""
    return READER_CPU_SECONDS + size_bytes // READ_BYTES_PER_SECOND


def reader_bytes(size_bytes: int) -> int:
    """Address space for reading a file of this size; what a small file unfolds to has no more than READER_BYTES."""
    return max(READER_BYTES, min(READER_BYTES + READER_BYTES_PER_BYTE * size_bytes, READER_MOST_BYTES))


def refuse_large(path: Path, most_bytes: int) -> None:
    """Raise FileTooLarge where the file itself has more bytes."""
    size = path.stat().st_size
    if size > most_bytes:
        raise FileTooLarge(
            path.name,
            phrase("at most {most} MiB", most=f"{most_bytes // 1024**2:,}"),
            phrase("{n} MiB", n=f"{size // 1024**2:,}"),
            "split the file, or export it as CSV or Parquet, which are read in pieces",
        )


def refuse_columns(path: Path, count: int) -> None:
    """Raise FileTooLarge where a table has too many columns, FileUnreadable where it has none."""
    if not count:
        raise FileUnreadable(path.name, "a table", "nothing but blanks", "export it again")
    refuse_many_columns(path, count)


def refuse_many_columns(path: Path, count: int) -> None:
    if count > COLUMNS:
        raise FileTooLarge(
            path.name, phrase("at most {most} columns", most=f"{COLUMNS:,}"), f"{count:,}", "keep the columns needed"
        )


def refuse_many_sheets(path: Path, count: int) -> None:
    """Raise FileTooLarge where a workbook has more sheets than anybody keeps."""
    if count > SHEETS:
        raise FileTooLarge(
            path.name, phrase("at most {most} sheets", most=f"{SHEETS:,}"), f"{count:,}", "keep the sheets needed"
        )


def refuse_sparse(path: Path, sheet: str, cells: int) -> None:
    """Raise FileTooLarge where a sheet is so wide or long that most of it must be empty."""
    if cells > max(SHEET_CELLS, CELLS_PER_BYTE * path.stat().st_size):
        raise FileTooLarge(
            phrase("{name}, sheet {sheet}", name=path.name, sheet=sheet),
            phrase("at most {most} cells, most of them filled", most=f"{SHEET_CELLS:,}"),
            phrase("{n} cells up to the last that is filled", n=f"{cells:,}"),
            "delete single cells far away from the table, or export the sheet as CSV",
        )


def safe_archive(path: Path) -> list[str]:
    """The names in a zip archive, once it is known to unfold within bounds.

    Raises FileUnreadable for damaged archives and names that leave them, FileTooLarge for bombs. Every entry is
    unfolded once and counted: what an archive says of its own sizes may be a lie.
    """
    refuse_large(path, WHOLE_BYTES)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > ARCHIVE_ENTRIES:
                raise _too_large(path, phrase("{n} entries", n=f"{len(entries):,}"))
            _count_unfolded(path, archive, entries)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise FileUnreadable(path.name, "an undamaged archive", said(error), "export the file again") from error
    names = [entry.filename for entry in entries]
    for name in names:
        if name.startswith(("/", "\\")) or ".." in Path(name.replace("\\", "/")).parts:
            raise FileUnreadable(path.name, "names inside the archive", name, "pack the archive again")
    return names


def unfolded_at_most(path: Path) -> int:
    """Bytes that an archive may unfold to."""
    return max(RATIO_FROM_BYTES, min(UNZIPPED_BYTES, UNZIPPED_RATIO * path.stat().st_size))


def unfolds_too_far(path: Path) -> FileTooLarge:
    return _too_large(path, phrase("more than {n} MiB when unfolded", n=f"{unfolded_at_most(path) // 1024**2:,}"))


def _count_unfolded(path: Path, archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    allowed = unfolded_at_most(path)
    unfolded = 0
    for entry in entries:
        entry.file_size = max(entry.file_size, UNZIPPED_BYTES + 1)  # read to the end of the data, not of the claim
        try:
            with archive.open(entry) as stream:
                while block := stream.read(BLOCK_BYTES):
                    unfolded += len(block)
                    if unfolded > allowed:
                        raise unfolds_too_far(path)
        except zlib.error as error:
            raise zipfile.BadZipFile(str(error)) from error


def _too_large(path: Path, found: str) -> FileTooLarge:
    return FileTooLarge(
        path.name,
        phrase(
            "at most {most} MiB and {times} times its own size when unfolded",
            most=f"{UNZIPPED_BYTES // 1024**2:,}",
            times=UNZIPPED_RATIO,
        ),
        found,
        "this may be an attack; ask where the file is from",
    )
