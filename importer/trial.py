"""Reads a workbook in a process of its own, which may come to grief: `python trial.py FILE BYTES`.

A few kilobytes can put a cell at the far end of a sheet, or one long text into every cell, and unfold to more memory
than there is. What reads workbooks then ends the process that it runs in; this one is there for that. It knows
nothing of the rest of the package, so that it starts at once.
"""

from __future__ import annotations

import contextlib
import sys

import python_calamine as calamine


def main(path: str, memory_bytes: int) -> None:
    """Read every sheet and keep none. Faults that have words are left to the one who reads in earnest."""
    _bound_memory(memory_bytes)
    with contextlib.suppress(calamine.CalamineError, OSError, ValueError):
        book = calamine.CalamineWorkbook.from_path(path)
        for name in book.sheet_names:
            with contextlib.suppress(calamine.CalamineError, ValueError):
                sheet = book.get_sheet_by_name(name)
                sheet.to_python(skip_empty_area=False)


def _bound_memory(memory_bytes: int) -> None:
    try:
        import resource
    except ImportError:  # not on Windows: there only what no machine has is refused
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    most = memory_bytes if hard == resource.RLIM_INFINITY else min(memory_bytes, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
