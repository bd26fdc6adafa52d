"""Files to take away, as they are asked for by address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from atlas.files import downloads, table_files
from atlas.look.addressed import Addressed
from atlas.look.colours import THEMES
from atlas.look.parameters import AnyStep, Day, Lang, OneOf, Step, StepOf, TextOrNone, Unreadable, Word
from atlas.maps import choropleth
from atlas.maps.tiles import villages as tiles
from atlas.view.classes import Classed
from atlas.view.filter_query import FilterParameters, StatesParameter
from atlas.view.held import Batch, Place
from importer.report.template import TEMPLATES
from indicators import facts
from indicators.chosen.selection import STATES, Filters, Selection
from indicators.database import Atlas
from indicators.projects import costs

#: Chart → the page that shows it: its path.
CHART_PAGES = {
    "history": "",
    "rate": "place",
    "ranking": "",
    "amounts": "investment",
    "amounts-by-region": "investment",
    "pilots": "pilots",
    "pilots-by-region": "pilots",
}
CHART_FORMATS = {"png": "PNG", "svg": "SVG"}
_NO_CHART = ("no such chart", tuple(f"{name}.svg" for name in CHART_PAGES))

TableSuffix = Annotated[str, StepOf("suffix", tuple(table_files.FORMATS))]


@dataclass(frozen=True)
class VillagesFile(Addressed):
    """The villages inside a place, in some states, that the filters leave."""

    PATH = "download/villages.{suffix}"
    suffix: Annotated[str, StepOf(allowed=tuple(downloads.FORMATS))]
    within: Word
    standard: Word
    as_of: Day
    lang: Lang
    filters: Annotated[Filters, FilterParameters()] = tiles.NO_FILTERS
    states: Annotated[tuple[str, ...], StatesParameter()] = tuple(STATES)

    @property
    def chosen(self) -> Selection:
        return Selection(self.within, self.standard, self.as_of, self.states, self.filters)

    def check(self, atlas: Atlas) -> None:
        tiles.of_atlas(atlas).check(self.standard, self.as_of, self.within)


@dataclass(frozen=True)
class ValuesFile(Addressed):
    """The values of a coloured map."""

    PATH = "download/values/{indicator}/{level}.{suffix}"
    indicator_id: Annotated[str, AnyStep("indicator")]
    level: Step
    suffix: TableSuffix
    within: Word
    standard: Word
    as_of: Day
    lang: Lang
    classes: Classed = ""

    @property
    def question(self) -> choropleth.Question:
        """The map whose values they are."""
        return choropleth.Question(
            self.indicator_id,
            self.level,
            self.within,
            self.standard,
            self.as_of,
            self.lang,
            THEMES[0],
            classes=self.classes,
        )


@dataclass(frozen=True)
class ProjectsFile(Addressed):
    """Projects with an announced cost; `per`: what amounts are divided by."""

    PATH = "download/projects.{suffix}"
    suffix: TableSuffix
    within: Place
    per: Annotated[str, OneOf(allowed=tuple(costs.COLUMNS), missing="village")]
    lang: Lang


@dataclass(frozen=True)
class PilotsFile(Addressed):
    """The list of pilot places, of all batches or of one."""

    PATH = "download/pilots.{suffix}"
    suffix: TableSuffix
    within: Place
    lang: Lang
    batch: Batch = None


@dataclass(frozen=True)
class ChartFile(Addressed):
    """A chart of a place, as a picture with what it rests on.

    `level` is that of a ranking's places, `per` what amounts are divided by, `classes` those of its colours.
    """

    PATH = "download/chart/{name}.{suffix}"
    name: Annotated[str, StepOf("name", tuple(CHART_PAGES), *_NO_CHART)]
    suffix: Annotated[str, StepOf("suffix", tuple(CHART_FORMATS), *_NO_CHART)]
    within: Place
    standard: Word
    as_of: Day
    lang: Lang
    level: Annotated[str, TextOrNone(missing="")] = ""
    per: Annotated[str, OneOf(allowed=("", *costs.COLUMNS))] = ""
    classes: Classed = ""

    def check(self, atlas: Atlas) -> None:
        tiles.of_atlas(atlas).check(self.standard, self.as_of, None)


@dataclass(frozen=True)
class RejectsFile(Addressed):
    """Every finding of a source, with its rule in words."""

    PATH = "download/rejects/{source_id}.csv"
    source_id: Step
    lang: Lang

    def check(self, atlas: Atlas) -> None:
        if self.source_id not in set(facts.sources(atlas)["source_id"]):
            raise self.unknown

    @property
    def unknown(self) -> Unreadable:
        return Unreadable("source_id", "a source that the page Data lists", "no such source", 404)


@dataclass(frozen=True)
class FindingsFile(Addressed):
    """Everything that the rules found in the records of projects."""

    PATH = "download/findings.csv"
    lang: Lang


@dataclass(frozen=True)
class TemplateFile(Addressed):
    """The workbook of a kind of records, to be filled in; its words are in Chinese and English whoever asks."""

    PATH = "download/template/{template}.xlsx"
    suffix: ClassVar[str] = "xlsx"
    template: Annotated[str, StepOf(allowed=TEMPLATES, error="no such workbook")]
    lang: Lang
