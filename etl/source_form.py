"""What may stand in a source's declaration, by the kind of source: its head, and the tables that the loader reads.

A form names every key that its loader reads and no other, so a key that nothing would read is refused by its name. What
each is for stands in declared_keys.toml. What the columns of a file mean ([columns], [[wide]], [constant], [frame]) is
checked by the importer, which can be used without an atlas: importer/convert/tables.py. Here those tables only have to
be known by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from dataclasses import field as needed
from datetime import date
from typing import Annotated, Any

from etl.source_head import FileForm, ImportedForm, PlacedForm, SourceForm
from ground.declared import (
    SOME,
    Constant,
    Count,
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
from importer.convert.tables import FrameTable
from importer.convert.unread import refuse_of_file

Degrees = Annotated[float, between(0, 10)]
AboveZero = Annotated[float, Such("a number above 0", lambda number: number > 0)]


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


@dataclass(frozen=True, kw_only=True)
class KindsTable:
    """[kinds]: which villages belong to the programme."""

    programme: Texts
    urban: Texts = ()

    def refuse_unnamed(self, named: Iterable[str]) -> None:
        """A kind that no village can have would leave the programme, or the towns, empty without a word."""
        known = list(dict.fromkeys(named))
        for key, kinds in (("programme", self.programme), ("urban", self.urban)):
            for kind in kinds:
                if kind not in known:
                    raise Unfit(key, f"kinds that have a name below: {', '.join(known)}", repr(kind))


@dataclass(frozen=True, kw_only=True)
class RangedKinds(KindsTable):
    """[kinds] of codes: a part of the code tells the kind."""

    start: Count
    length: Annotated[int, Such("a number of digits", lambda digits: digits > 0)]
    range: Annotated[tuple[KindRange, ...], SOME]

    def __post_init__(self) -> None:
        self.refuse_unnamed(one.kind for one in self.range)


@dataclass(frozen=True, kw_only=True)
class NamedKinds(KindsTable):
    """[kinds] of rows: a column `kind` tells it."""

    names: Annotated[Mapping[str, Words], SOME]

    def __post_init__(self) -> None:
        self.refuse_unnamed(self.names)


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


def _one_for_each(readings: Mapping[str, str]) -> bool:
    return all(text and len(said.split()) == len(text) for text, said in readings.items())


ONE_FOR_EACH = Such("a syllable for each character, with blanks between", _one_for_each)


@dataclass(frozen=True)
class NamesTable:
    """[names_en]: a file of English names, and how the others are romanised."""

    file: Text
    method: Text
    suffixes: Annotated[tuple[tuple[str, str], ...], Such("pairs of texts", read=_pairs)] = ()
    peoples: Mapping[str, Text] = needed(default_factory=dict)
    readings: Annotated[Mapping[str, str], ONE_FOR_EACH] = needed(default_factory=dict)


@dataclass(frozen=True)
class PlacesTable:
    """[places]: how well the positions are known that the file gives."""

    location_quality: Text = "surveyed"


@dataclass(frozen=True, kw_only=True)
class RegisterForm(FileForm):
    """`places`, whichever way it is written."""

    codes: CodesTable | None = None
    kinds: KindsTable | None = None
    grouping: tuple[GroupingTable, ...] = ()
    names_en: NamesTable | None = None
    codes_as_of: date | None = None


@dataclass(frozen=True, kw_only=True)
class CodedForm(RegisterForm):
    """A register of codes that hold the hierarchy: columns `code` and `name`."""

    codes: CodesTable = needed()
    kinds: RangedKinds = needed()


@dataclass(frozen=True, kw_only=True)
class SettlementsForm(RegisterForm, ImportedForm):
    """A register of one row per settlement, or of rows of several levels."""

    kinds: NamedKinds | None = None
    parents: Mapping[str, ParentTable] | None = None
    places: PlacesTable = PlacesTable()

    def __post_init__(self) -> None:
        tells_kinds = any(isinstance(one, Mapping) and "kind" in one for one in (self.columns, self.constant))
        if tells_kinds and self.kinds is None:
            raise Unfit("kinds", "which kinds of the column kind the programme is for", "nothing", is_missing=True)
        if self.kinds is not None and not tells_kinds:
            raise Unfit("columns.kind", "the column that tells the kinds of [kinds]", "nothing", is_missing=True)


# --- what is known of places and villages ---------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class VillagesForm(PlacedForm):
    places: PlacesTable = PlacesTable()


@dataclass(frozen=True, kw_only=True)
class CoverageForm(PlacedForm):
    replaces: Texts = ()
    adds_dates: bool = True


@dataclass(frozen=True)
class SitesModel:
    radius_km: Annotated[Mapping[str, AboveZero], SOME]  # by technology
    is_complete: bool


@dataclass(frozen=True, kw_only=True)
class CellSitesForm(ImportedForm):
    model: SitesModel


@dataclass(frozen=True)
class TestsModel:
    min_tests: Count = 1


@dataclass(frozen=True, kw_only=True)
class SpeedTestsForm(ImportedForm):
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


@dataclass(frozen=True)
class ResolutionTable:
    """[resolution]: what the outlines of each step of zoom may differ by from the file's."""

    coarse: Degrees = 0.05
    medium: Degrees = 0.01
    fine: Degrees = 0.002


@dataclass(frozen=True, kw_only=True)
class BoundariesForm(SourceForm):
    package: PackageTable | None = None
    columns: OutlineColumns
    frame: FrameTable
    layer: Annotated[tuple[LayerTable, ...], SOME]
    lines: LinesTable | None = None
    alias: Mapping[str, Text] | None = None  # the register's code → the map's
    dissolve: Mapping[str, Text] | None = None  # prefix of finer parts → the place they belong to
    resolution: ResolutionTable = ResolutionTable()

    def __post_init__(self) -> None:
        for n, layer in enumerate(self.layer, 1):
            told = {key: value for key, value in asdict(layer).items() if value is not None}
            refuse_of_file(told, f"layer[{n}]", layer.path)
        levels = [layer.level for layer in self.layer]
        if self.lines is not None and self.lines.layer not in levels:
            raise Unfit("lines.layer", f"the level of a [[layer]]: {', '.join(levels)}", repr(self.lines.layer))


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
class PilotsForm(PlacedForm):
    list: tuple[ListTable, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PublishedForm(FileForm):
    columns: Mapping[str, Text]
    document: Text | None = None

    def __post_init__(self) -> None:
        if self.document is None and "document" not in self.columns:
            raise Unfit("document", "the document of all rows, or a column of it", "nothing", is_missing=True)


#: A kind that stands with FileForm, ImportedForm or PlacedForm has no tables of its own.
FORMS: Mapping[str, type[SourceForm]] = {
    "places": SettlementsForm,
    "extra_places": FileForm,
    "boundaries": BoundariesForm,
    "pilots": PilotsForm,
    "projects": PlacedForm,
    "published_figures": PublishedForm,
    "contradictions": FileForm,
    "programme_rules": FileForm,
    "translations": FileForm,
    "cost_parameters": FileForm,
    "model_parameters": FileForm,
    "status_model": StatusModelForm,
    "villages": VillagesForm,
    "place_positions": VillagesForm,
    "coverage": CoverageForm,
    "decisions": FileForm,
    "cell_sites": CellSitesForm,
    "speed_tests": SpeedTestsForm,
    "payments": ImportedForm,
    "inspections": PlacedForm,
    "project_villages": PlacedForm,
    "milestones": ImportedForm,
    "moves": ImportedForm,
    "notices": ImportedForm,
    "reconciliations": ImportedForm,
    "funding": ImportedForm,
    "performance_targets": ImportedForm,
    "crosswalk": ImportedForm,
}


def form_of(body: Mapping[str, Any], kind: str) -> type[SourceForm]:
    """The form of a declaration's table: a register of places with [codes] is another than one of rows."""
    return CodedForm if kind == "places" and "codes" in body else FORMS[kind]


@dataclass(frozen=True)
class Kind(Open):
    """Enough of a declaration to know what else may stand in it."""

    kind: Annotated[str, one_of(tuple(FORMS))]
