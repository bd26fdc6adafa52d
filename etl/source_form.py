"""What may stand in a source's declaration, by the kind of source: its head, and the tables that the loader reads.

What the columns of a file mean ([columns], [[wide]], [constant], [frame]) is checked by the importer, which can be used
without an atlas: importer/convert/tables.py. Here those tables only have to be known by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from ground.declared import (
    SOME,
    Constant,
    Count,
    Id,
    Open,
    Pattern,
    Such,
    Text,
    Texts,
    Unfit,
    Words,
    between,
    one_of,
    read,
)
from ground.evidence import EVIDENCE
from importer.convert.tables import FileTable, FrameTable, RowsTable

Degrees = Annotated[float, between(0, 10)]
NO_FILE, USUAL_ROWS = FileTable(), RowsTable()
AboveZero = Annotated[float, Such("a number above 0", lambda number: number > 0)]


# --- the head -------------------------------------------------------------------------------------------


def _licence(value: Any) -> Mapping[str, str]:
    if isinstance(value, str) and value.strip():
        return {"zh": value, "en": value}
    if not isinstance(value, Mapping) or not all(isinstance(value.get(lang), str) for lang in ("zh", "en")):
        raise ValueError(value)
    return value


@dataclass(frozen=True, kw_only=True)
class SourceForm:
    """What every source says of itself, and how its file is read."""

    source_id: Id
    kind: str
    title: Words
    publisher: Words
    edition: Text
    licence: Annotated[Mapping[str, str], Such('a text, or { zh = "…", en = "…" }', read=_licence)]
    evidence: Annotated[str, one_of(EVIDENCE)]
    url: Text | None = None
    file: FileTable = NO_FILE
    rows: RowsTable = USUAL_ROWS
    columns: Any = None
    wide: Any = None
    frame: Any = None
    constant: Any = None
    as_of: Constant | None = None
    about: Text | None = None
    codes_as_of: date | None = None


# --- registers of places --------------------------------------------------------------------------------


@dataclass(frozen=True)
class CodesTable:
    """[codes]: codes of fixed lengths that hold the hierarchy."""

    lengths: Annotated[Mapping[str, Annotated[int, Such("a number of digits", lambda digits: digits > 0)]], SOME]
    pad_to: Count


@dataclass(frozen=True)
class KindRange:
    """[[kinds.range]]: the part of a code that tells the kind of a village is from `first` to `last`; its name fits."""

    kind: Text
    first: Text
    last: Text
    name: Words
    names_with: Texts | None = None
    names_without: Texts = ()


@dataclass(frozen=True)
class KindsTable:
    """[kinds]: which villages belong to the programme. By ranges where codes tell them, else by name."""

    programme: Texts
    urban: Texts = ()
    names: Mapping[str, Words] | None = None
    start: Count | None = None
    length: Count | None = None
    range: tuple[KindRange, ...] = ()


@dataclass(frozen=True)
class ParentTable:
    """[parents]: where a level's ids come from, if not from a column."""

    code_prefix: Annotated[int, Such("a number of digits", lambda digits: digits > 0)] | None = None
    constant: Constant | None = None
    name: Words | None = None


@dataclass(frozen=True)
class GroupingTable:
    """[[grouping]]: codes that stand for no place on a map; what is shown at their level instead."""

    place_ids: Annotated[tuple[Text, ...], SOME]
    show: Annotated[str, one_of(("parent", "children"))]


def _pairs(value: Any) -> tuple[tuple[str, str], ...]:
    """Raises ValueError where one is no pair."""
    return tuple((str(ending), str(instead)) for ending, instead in value)


@dataclass(frozen=True)
class NamesTable:
    """[names_en]: a file of English names, and how the others are romanised."""

    file: Text
    method: Text
    suffixes: Annotated[tuple[tuple[str, str], ...], Such("pairs of texts", read=_pairs)] = ()


@dataclass(frozen=True)
class PlacesTable:
    """[places]: how well the positions are known that the file gives."""

    location_quality: Text = "surveyed"


@dataclass(frozen=True, kw_only=True)
class RegisterForm(SourceForm):
    """`places`: of codes, or of rows."""

    codes: CodesTable | None = None
    kinds: KindsTable | None = None
    parents: Mapping[str, ParentTable] | None = None
    grouping: tuple[GroupingTable, ...] = ()
    names_en: NamesTable | None = None
    places: PlacesTable = PlacesTable()

    def __post_init__(self) -> None:
        """Kinds are told in the way that the register needs."""
        needed = ("start", "length", "range") if self.codes else ("names",) if self.kinds else ()
        for key in needed:
            if not getattr(self.kinds, key, None):
                raise Unfit(f"kinds.{key}", "what tells a village's kind", "nothing", is_missing=True)


# --- what is known of places and villages ---------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class VillagesForm(SourceForm):
    places: PlacesTable = PlacesTable()


@dataclass(frozen=True, kw_only=True)
class CoverageForm(SourceForm):
    replaces: Texts = ()
    adds_dates: bool = True


@dataclass(frozen=True)
class SitesModel:
    radius_km: Annotated[Mapping[str, AboveZero], SOME]  # by technology
    is_complete: bool


@dataclass(frozen=True, kw_only=True)
class CellSitesForm(SourceForm):
    model: SitesModel


@dataclass(frozen=True)
class TestsModel:
    min_tests: Count = 1


@dataclass(frozen=True, kw_only=True)
class SpeedTestsForm(SourceForm):
    model: TestsModel = TestsModel()


@dataclass(frozen=True, kw_only=True)
class StatusModelForm(SourceForm):
    """Its tables are checked where the model is read: etl/status/tables.py."""

    model: Any = None
    family: Any = None
    standard: Any = None
    fixed: Any = None


# --- boundaries -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PackageTable:
    """[package]: an installed package that ships the files."""

    module: Text
    distribution: Text
    version: Text


@dataclass(frozen=True)
class LayerTable:
    """[[layer]]: files of one level, in one form. Several layers of a level add up."""

    level: Text
    path: Annotated[Texts, SOME]
    sha256: Text | None = None
    layer: Text | None = None
    encoding: Text | None = None


@dataclass(frozen=True)
class FileName:
    """A part of the file's name, the first group of a pattern."""

    file_name: Pattern


def _column(value: Any) -> str | FileName:
    return value if isinstance(value, str) else read(value, FileName)


Column = Annotated[str | FileName, Such("the name of a column, or { file_name = '…' }", read=_column)]


@dataclass(frozen=True)
class OutlineColumns:
    """[columns]: by what outlines are matched to places: their codes, or their names within the place above."""

    code: Column | None = None
    name: Column | None = None
    parent: Column | None = None  # the name of a place above, which tells places of one name apart
    match: Annotated[str, one_of(("code", "name"))] | None = None  # code, where there is one
    strip_prefix: str = ""
    pad_right_to: Count = 0

    def __post_init__(self) -> None:
        needed = "name" if self.by_name else "code"
        if getattr(self, needed) is None:
            raise Unfit(needed, "what outlines are matched by", "nothing", is_missing=True)
        if self.parent is not None and not self.by_name:
            raise Unfit("parent", "only where outlines are matched by name", repr(self.parent))

    @property
    def by_name(self) -> bool:
        return self.match == "name" or (self.match is None and self.code is None)


@dataclass(frozen=True)
class LinesTable:
    """[lines]: features of a layer that have no code."""

    line_kind: Text
    layer: Text


@dataclass(frozen=True, kw_only=True)
class BoundariesForm(SourceForm):
    package: PackageTable | None = None
    columns: OutlineColumns
    frame: FrameTable
    layer: Annotated[tuple[LayerTable, ...], SOME]
    lines: LinesTable | None = None
    alias: Mapping[str, Text] | None = None  # the register's code → the map's
    dissolve: Mapping[str, Text] | None = None  # prefix of finer parts → the place they belong to
    resolution: Annotated[Mapping[str, Degrees], SOME]


# --- what was published ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class ListTable:
    """[[list]]: how complete the list of a batch is."""

    batch: int
    year: int | None = None
    published_total: Count | None = None
    figure: Text | None = None
    is_complete: bool = False
    complete_in: tuple[Text, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PilotsForm(SourceForm):
    list: tuple[ListTable, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PublishedForm(SourceForm):
    columns: Mapping[str, Text]
    document: Text | None = None

    def __post_init__(self) -> None:
        if self.document is None and "document" not in self.columns:
            raise Unfit("document", "the document of all rows, or a column of it", "nothing", is_missing=True)


#: A kind that stands with SourceForm has no tables of its own.
FORMS: Mapping[str, type[SourceForm]] = {
    "places": RegisterForm,
    "extra_places": SourceForm,
    "boundaries": BoundariesForm,
    "pilots": PilotsForm,
    "projects": SourceForm,
    "published_figures": PublishedForm,
    "contradictions": SourceForm,
    "programme_rules": SourceForm,
    "cost_parameters": SourceForm,
    "model_parameters": SourceForm,
    "status_model": StatusModelForm,
    "villages": VillagesForm,
    "place_positions": VillagesForm,
    "coverage": CoverageForm,
    "cell_sites": CellSitesForm,
    "speed_tests": SpeedTestsForm,
    "payments": SourceForm,
    "inspections": SourceForm,
    "project_villages": SourceForm,
    "milestones": SourceForm,
    "moves": SourceForm,
    "notices": SourceForm,
    "reconciliations": SourceForm,
    "funding": SourceForm,
    "performance_targets": SourceForm,
    "crosswalk": SourceForm,
}


@dataclass(frozen=True)
class Kind(Open):
    """Enough of a declaration to know what else may stand in it."""

    kind: Annotated[str, one_of(tuple(FORMS))]
