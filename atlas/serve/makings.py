"""What workers make: each function writes one file into a folder; the file's name is the one it is offered under."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from atlas import choropleth, downloads, table_files
from atlas.serve.refused import Refused
from atlas.table_files import Table
from atlas.tiles import UnknownValue
from indicators import facts
from indicators import hot_spots as statistics
from indicators.database import Atlas
from indicators.measure import DemonstrationOnly, UnknownQuestion
from indicators.published_figures import Asked
from indicators.selection import Selection

if TYPE_CHECKING:
    from atlas import chart_files


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


def pilots(
    atlas: Atlas, within: str, batch: int | None, suffix: str, lang: str, link: str, folder: Path
) -> None:
    _write(table_files.pilot_list(atlas, within, batch, lang, link), suffix, folder)


def figures(atlas: Atlas, asked: Asked, suffix: str, lang: str, link: str, folder: Path) -> None:
    from atlas import published_files  # here: charts come along with it

    made = folder / f"figures.{suffix}"
    made.rename(folder / published_files.write(atlas, asked, suffix, lang, link, made))


def rejects(atlas: Atlas, source_id: str, lang: str, folder: Path) -> None:
    (folder / f"rejects-{source_id}.csv").write_bytes(downloads.rejects(atlas, source_id, lang))


def findings(atlas: Atlas, lang: str, folder: Path) -> None:
    from atlas import findings  # here: it brings Streamlit along, which nothing else in a worker needs

    (folder / "findings.csv").write_bytes(findings.file(atlas, lang))


def hot_spots(
    atlas: Atlas, level: str, standard: str, as_of: date, is_demonstration: bool, folder: Path
) -> None:
    """The test of every place of a level, for a map of any part of the country."""
    nation = str(facts.settings(atlas)["nation"]["place_id"])
    try:
        found = statistics.of_atlas(atlas, level, nation, standard, as_of, demonstration=is_demonstration)
    except (UnknownQuestion, DemonstrationOnly) as error:
        raise UnknownValue("question", str(error)) from error
    found.to_parquet(folder / "hot-spots.parquet")


def _write(table: Table, suffix: str, folder: Path) -> None:
    made = folder / f"table.{suffix}"
    made.rename(folder / table_files.write(table, suffix, made))


def chart(atlas: Atlas, asked: chart_files.Asked, suffix: str, link: str, folder: Path) -> None:
    """Refused where there is nothing to draw, and where this machine cannot write Chinese."""
    from atlas import chart_files, pictures  # here: matplotlib is slow to load

    try:
        drawn, offered = chart_files.draw(atlas, asked, suffix, link)
    except chart_files.NothingToDraw:
        raise Refused(404, "nothing to draw", "a place with enough values for this chart") from None
    except pictures.NoChineseFont as missing:
        raise Refused(503, "no font for Chinese", str(missing)) from None
    (folder / offered).write_bytes(drawn)
