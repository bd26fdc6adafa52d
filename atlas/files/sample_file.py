"""A drawn sample as a file: the villages, and all that anybody needs to draw it again. Formulas stay texts."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from atlas.files.sheets import Facts, write_csv, write_xlsx
from atlas.look.language import t

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def made(suffix: str, headings: Sequence[str], villages: pd.DataFrame, said: Facts) -> bytes:
    """The file's bytes, in the current language; `said` is what stands before or beside the table."""
    with tempfile.TemporaryDirectory(prefix="atlas-sample-") as folder:
        path = Path(folder) / f"sample.{suffix}"
        if suffix == "csv":
            write_csv(headings, villages, said, path)
        else:
            write_xlsx(t("Villages drawn"), headings, villages, said, path)
        return path.read_bytes()
