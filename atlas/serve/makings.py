"""What workers make: each function writes one file into a folder; the file's name is the one it is offered under."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from atlas.files import downloads, table_files
from atlas.files.table_files import Table
from atlas.maps import choropleth
from atlas.work.refused import Refused
from indicators.database import Atlas
from indicators.places.selection import Selection
from indicators.published.figures import Asked

if TYPE_CHECKING:
    from atlas.files import chart_files


def villages(atlas: Atlas, chosen: Selection, suffix: str, lang: str, link: str, folder: Path) -> None:
    """Refused where there are more rows than the format can carry."""
    made = folder / f"villages.{suffix}"
    try:
        made.rename(folder / downloads.write(atlas, chosen, suffix, lang, link, made))
    except downloads.TooLong as too_long:
        raise Refused(413, "too many rows for this format", f"{too_long}; or csv, parquet") from too_long


def values(atlas: Atlas, asked: choropleth.Question, suffix: str, link: str, folder: Path) -> None:
    _write(table_files.values(atlas, asked, link), suffix, folder)


def projects(atlas: Atlas, within: str, per: str, suffix: str, lang: str, link: str, folder: Path) -> None:
    _write(table_files.project_costs(atlas, within, per, lang, link), suffix, folder)


def pilots(atlas: Atlas, within: str, batch: int | None, suffix: str, lang: str, link: str, folder: Path) -> None:
    _write(table_files.pilot_list(atlas, within, batch, lang, link), suffix, folder)


def figures(atlas: Atlas, asked: Asked, suffix: str, lang: str, link: str, folder: Path) -> None:
    from atlas.published import files as published_files  # here: charts come along with it

    made = folder / f"figures.{suffix}"
    made.rename(folder / published_files.write(atlas, asked, suffix, lang, link, made))


def rejects(atlas: Atlas, source_id: str, lang: str, folder: Path) -> None:
    (folder / f"rejects-{source_id}.csv").write_bytes(downloads.rejects(atlas, source_id, lang))


def findings(atlas: Atlas, lang: str, folder: Path) -> None:
    from atlas.pieces import findings  # here: it brings Streamlit along, which nothing else in a worker needs

    (folder / "findings.csv").write_bytes(findings.file(atlas, lang))


def _write(table: Table, suffix: str, folder: Path) -> None:
    made = folder / f"table.{suffix}"
    made.rename(folder / table_files.write(table, suffix, made))


def chart(atlas: Atlas, asked: chart_files.Asked, suffix: str, link: str, folder: Path) -> None:
    """Refused where there is nothing to draw, and where this machine cannot write Chinese."""
    from atlas.files import chart_files, pictures  # here: matplotlib is slow to load

    try:
        drawn, offered = chart_files.draw(atlas, asked, suffix, link)
    except chart_files.NothingToDraw:
        raise Refused(404, "nothing to draw", "a place with enough values for this chart") from None
    except pictures.NoChineseFont as missing:
        raise Refused(503, "no font for Chinese", str(missing)) from None
    (folder / offered).write_bytes(drawn)
