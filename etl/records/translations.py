"""What published words mean in other languages: titles, publishers, quotations, remarks. The original stays beside."""

from __future__ import annotations

import re

import pandas as pd

from etl.declaration import Source
from etl.errors import SourceUnreadable
from etl.records.row_checks import recorded, refuse_empty, refuse_repeated
from etl.source_file import file_path, read_text_table
from etl.store import Store

ORIGINAL = "text"
LANGUAGE = re.compile(r"[a-z]{2,3}", re.ASCII)


def load_translations(store: Store, source: Source) -> None:
    """Fill `translation` from a file of `text` and a column per language, which its code heads (`en`).

    Raises RowError for a text that is empty or stands twice, SourceUnreadable for a column that is no language's.
    """
    path = file_path(source)
    frame = read_text_table(source, path, [ORIGINAL])
    refuse_empty(path, frame, [ORIGINAL])
    refuse_repeated(path, frame[ORIGINAL])
    languages = [str(column) for column in frame.columns if column != ORIGINAL]
    if not languages or not all(LANGUAGE.fullmatch(one) for one in languages):
        raise SourceUnreadable(
            str(path), "text, and columns called as languages are (en)", ", ".join(languages), f"mend {path.name}"
        )
    for language in languages:
        told = frame[frame[language].notna()]
        rows = pd.DataFrame({"text": told[ORIGINAL], "language": language, "translation": told[language]})
        store.insert("translation", rows, source)
    recorded(store, source, path, len(frame))
