"""Reads a table exactly as it is declared, and guesses at nothing: a guess joins rows in silence where a name holds
quotes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from ground.phrases import phrase
from importer.errors import FileUnreadable
from importer.read.chunk import Piece, piece

SETTINGS = """
    SET threads = 1; SET memory_limit = '384MB'; SET temp_directory = ''; SET preserve_insertion_order = true;
    SET autoload_known_extensions = false; SET autoinstall_known_extensions = false;
    SET allow_community_extensions = false
"""
READ_PARQUET = "SELECT COLUMNS(*)::VARCHAR FROM read_parquet(?)"
READ_CSV = """
    SELECT * FROM read_csv(
        ?, delim = ?, header = true, all_varchar = true, quote = '"', escape = '"', comment = '', skip = 0
    )
"""


def read(path: Path, delimiter: str, chunk_rows: int) -> Iterator[Piece]:
    """Pieces of a CSV file with this delimiter, or of a Parquet file, every column as text."""
    import duckdb  # here: no other file is read with it, and it fills a tenth of a reader's memory

    try:
        with duckdb.connect() as base:
            base.execute(SETTINGS)
            told = [str(path)] if path.suffix == ".parquet" else [str(path), delimiter]
            rows = base.sql(READ_PARQUET if len(told) == 1 else READ_CSV, params=told)
            batches = rows.to_arrow_reader(chunk_rows)
            done = 0
            for batch in batches:
                yield _piece(batch, done)
                done += batch.num_rows
            if not done:
                yield _piece(batches.schema.empty_table(), 0)
    except duckdb.Error as error:
        found = str(error).replace(str(path), path.name)
        raise FileUnreadable(
            path.name, phrase("a readable {suffix} file", suffix=path.suffix), found, "restore the file"
        ) from error


def _piece(batch: pa.RecordBatch | pa.Table, done: int) -> Piece:
    cells = [column.cast(pa.string()) for column in batch.columns]
    return piece(batch.schema.names, cells, np.arange(done + 1, done + batch.num_rows + 1, dtype=np.int64))
