"""How much memory the process that reads a file may take."""

from __future__ import annotations

from importer.read import limits

MIB = 1024**2


def test_a_small_file_gets_no_more_for_what_it_unfolds_to() -> None:
    assert limits.reader_bytes(10_000) < limits.READER_BYTES + MIB


def test_a_large_workbook_gets_more_and_no_file_gets_all() -> None:
    assert limits.reader_bytes(40 * MIB) == limits.READER_BYTES + 960 * MIB
    assert limits.reader_bytes(limits.FILE_BYTES) == limits.READER_MOST_BYTES
