"""Reads a file in a process of its own, which may come to grief: `python trial.py READER FILE BYTES SECONDS`.

A few kilobytes can put a cell at the far end of a sheet, repeat one long text in every row, or hold a query that never
ends. What reads workbooks, Parquet and maps then ends the process that it runs in, or keeps it for ever; this one is there
for that. It knows nothing of the rest of the package, so that it starts at once.
"""

from __future__ import annotations

import contextlib
import sys

ROWS = 100_000


def main(reader: str, path: str, memory_bytes: int, cpu_seconds: int) -> None:
    """Read everything and keep nothing. Faults that have words are left to the one who reads in earnest."""
    read = {"workbook": _workbook, "parquet": _parquet, "vector": _vector}[reader]
    _bound(memory_bytes, cpu_seconds)
    read(path)


def _workbook(path: str) -> None:
    import python_calamine as calamine

    with contextlib.suppress(calamine.CalamineError, OSError, ValueError):
        book = calamine.CalamineWorkbook.from_path(path)
        for name in book.sheet_names:
            with contextlib.suppress(calamine.CalamineError, ValueError):
                book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def _parquet(path: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        for _ in pq.ParquetFile(path).iter_batches(batch_size=ROWS):
            pass
    except MemoryError:
        raise
    except (pa.ArrowException, OSError, ValueError):
        return


def _vector(source: str) -> None:
    import pyogrio

    faults = (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError, UnboundLocalError)
    with contextlib.suppress(*faults):
        for layer, _ in pyogrio.list_layers(source):
            with contextlib.suppress(*faults, pyogrio.errors.FeatureError, pyogrio.errors.GeometryError):
                pyogrio.raw.read(source, layer=layer, force_2d=True)


def _bound(memory_bytes: int, cpu_seconds: int) -> None:
    try:
        import resource
    except (
        ImportError
    ):  # not on Windows: there only what no machine has is refused, and the clock is the caller's
        return
    for what, most in ((resource.RLIMIT_AS, memory_bytes), (resource.RLIMIT_CPU, cpu_seconds)):
        hard = resource.getrlimit(what)[1]
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (bound, hard))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
