"""Addresses of what a page offers to take away: tables and charts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from atlas.files import table_files
from atlas.files.asked import CHART_FORMATS, ChartFile, PilotsFile, ProjectsFile, TemplateFile, ValuesFile
from atlas.look import blocks
from atlas.look.addressed import Addressed
from atlas.look.html import Html
from atlas.look.language import current, pick, t
from atlas.maps.choropleth import Question
from atlas.view.state import View
from importer.contents import content
from indicators.database import Atlas

Links = list[tuple[str, str]]


def values(atlas: Atlas, asked: Question) -> Links:
    """The values of a coloured map."""
    said = (asked.within, asked.standard, asked.as_of, asked.lang, asked.classes)
    return _tables(atlas, lambda suffix: ValuesFile(asked.indicator_id, asked.level, suffix, *said))


def projects(atlas: Atlas, view: View, per: str) -> Links:
    """Projects with an announced cost."""
    return _tables(atlas, lambda suffix: ProjectsFile(suffix, view.place_id, per, view.lang))


def pilots(atlas: Atlas, view: View, batch: int | None = None) -> Links:
    """The list of pilot places, of one batch where one is chosen."""
    return _tables(atlas, lambda suffix: PilotsFile(suffix, view.place_id, view.lang, batch))


def templates(atlas: Atlas, kinds: Sequence[str]) -> Links:
    """The workbooks to fill in, each by the name of what it holds."""
    named = [(pick(content(kind, ()).label), kind) for kind in kinds]
    return [(name, TemplateFile(kind, current()).url(atlas.build_id)) for name, kind in named]


def _tables(atlas: Atlas, asked: Callable[[str], Addressed]) -> Links:
    """One link per format; asked: the file of a suffix."""
    return [(name, asked(suffix).url(atlas.build_id)) for suffix, name in table_files.FORMATS.items()]


def chart(atlas: Atlas, view: View, name: str, level: str = "", per: str = "") -> Html:
    """A chart as a picture, in one line beneath it."""
    classes = view.classes if level else ""
    said = (view.place_id, view.standard, view.as_of, view.lang, level, per, classes)
    links = [(words, ChartFile(name, suffix, *said).url(atlas.build_id)) for suffix, words in CHART_FORMATS.items()]
    return blocks.file_links(t("Chart"), links)
