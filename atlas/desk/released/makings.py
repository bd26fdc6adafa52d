"""What workers make for the desk's pages: each function writes one file into a folder."""

from __future__ import annotations

from pathlib import Path

from atlas.desk.asked import ChangesFile
from atlas.files import table_files
from indicators.database import Atlas


def changes(atlas: Atlas, asked: ChangesFile, link: str, older: str, folder: Path) -> None:
    """`atlas` is the newer build, `older` the file of the other."""
    from atlas.desk.released import changes as told  # here: pandas and the rest only where a file is made

    before = Atlas(Path(older))
    try:
        made = folder / "changes.csv"
        table = told.table(before, atlas, asked.within, asked.lang, link)
        made.rename(folder / table_files.write(table, "csv", made))
    finally:
        before.leave()
