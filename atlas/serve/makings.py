"""What workers make: each function writes one file into a folder; the file's name is the one it is offered under.

`link` is the page that shows what the file holds.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from atlas.files import downloads, table_files
from atlas.files.asked import (
    ChartFile,
    FindingsFile,
    PilotsFile,
    ProjectsFile,
    RejectsFile,
    TemplateFile,
    ValuesFile,
    VillagesFile,
)
from atlas.files.table_files import Table
from atlas.work.refused import Refused
from importer.report.template import write_template
from indicators import places
from indicators.database import Atlas

if TYPE_CHECKING:
    from atlas.published.files import FiguresFile
    from atlas.view.handout_asked import HandoutFile


def villages(atlas: Atlas, asked: VillagesFile, link: str, folder: Path) -> None:
    """Refused where there are more rows than the format can carry."""
    made = folder / f"villages.{asked.suffix}"
    try:
        made.rename(folder / downloads.write(atlas, asked.chosen, asked.suffix, asked.lang, link, made))
    except downloads.TooLong as too_long:
        raise Refused(413, "too many rows for this format", f"{too_long}; or csv, parquet") from too_long


def values(atlas: Atlas, asked: ValuesFile, link: str, folder: Path) -> None:
    _write(table_files.values(atlas, asked.question, link), asked.suffix, folder)


def projects(atlas: Atlas, asked: ProjectsFile, link: str, folder: Path) -> None:
    _write(table_files.project_costs(atlas, asked.within, asked.per, asked.lang, link), asked.suffix, folder)


def pilots(atlas: Atlas, asked: PilotsFile, link: str, folder: Path) -> None:
    _write(table_files.pilot_list(atlas, asked.within, asked.batch, asked.lang, link), asked.suffix, folder)


def figures(atlas: Atlas, asked: FiguresFile, link: str, folder: Path) -> None:
    from atlas.published import files as published_files  # here: charts come along with it

    made = folder / f"figures.{asked.suffix}"
    made.rename(folder / published_files.write(atlas, asked.wanted, asked.suffix, asked.lang, link, made))


def rejects(atlas: Atlas, asked: RejectsFile, link: str, folder: Path) -> None:
    del link  # the rows say themselves what they are
    (folder / f"rejects-{asked.source_id}.csv").write_bytes(downloads.rejects(atlas, asked.source_id, asked.lang))


def findings(atlas: Atlas, asked: FindingsFile, link: str, folder: Path) -> None:
    from atlas.pieces import findings  # here: it brings Streamlit along, which nothing else in a worker needs

    del link
    (folder / "findings.csv").write_bytes(findings.file(atlas, asked.lang))


def template(atlas: Atlas, asked: TemplateFile, link: str, folder: Path) -> None:
    """The same workbook as the command writes, with the levels of this atlas."""
    del link
    names = places.level_names(atlas)
    levels = {level: names[level] for level in places.levels(atlas)[1:-1]}
    write_template(asked.template, levels, folder / f"template-{asked.template}.xlsx")


def handout(atlas: Atlas, asked: HandoutFile, link: str, folder: Path) -> None:
    """Refused where the page cannot be shown, and as PDF where this machine cannot write Chinese."""
    from streamlit.logger import set_log_level  # here: Streamlit, matplotlib and the pages are slow to load

    from atlas.files.pictures import NoChineseFont
    from atlas.handout import made, pdf, recorded, word

    set_log_level(logging.ERROR)  # that no browser is there is as it should be
    try:
        whole = made.handout(atlas, asked, link)
        written = (pdf if asked.suffix == "pdf" else word).write(whole)
    except NoChineseFont as missing:
        raise Refused(503, "no font for Chinese", str(missing)) from None
    except recorded.PageFailed:
        raise Refused(404, "nothing to take along", "a page that shows something; open it first") from None
    (folder / made.file_name(whole, asked.suffix)).write_bytes(written)


def _write(table: Table, suffix: str, folder: Path) -> None:
    made = folder / f"table.{suffix}"
    made.rename(folder / table_files.write(table, suffix, made))


def chart(atlas: Atlas, asked: ChartFile, link: str, folder: Path) -> None:
    """Refused where there is nothing to draw, and where this machine cannot write Chinese."""
    from atlas.files import chart_files, pictures  # here: matplotlib is slow to load

    try:
        drawn, offered = chart_files.draw(atlas, asked, link)
    except chart_files.NothingToDraw:
        raise Refused(404, "nothing to draw", "a place with enough values for this chart") from None
    except pictures.NoChineseFont as missing:
        raise Refused(503, "no font for Chinese", str(missing)) from None
    (folder / offered).write_bytes(drawn)
