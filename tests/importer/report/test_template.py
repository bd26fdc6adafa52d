"""The workbooks to fill in: their example never becomes a record, what somebody fills in does."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from importer.contents import content
from importer.dry_run import Part, dry_run
from importer.errors import Problem
from importer.files import look, read
from importer.read.chunk import FileOptions
from importer.report.template import (
    EXAMPLE,
    SHEET,
    TEMPLATES,
    example,
    filled_template,
    heading,
    template_fields,
    write_template,
)

LEVELS = {"region": {"zh": "大区", "en": "Region"}, "ward": {"zh": "教区", "en": "Ward"}}
UPPER = ("country", *LEVELS)


def checked(path: Path) -> Part:
    [part] = dry_run(path, UPPER).parts
    return part


def own_row(kind: str) -> list[str | None]:
    """A row that holds whatever the example does, as somebody fills it in."""
    said = example(kind, LEVELS)
    return [said.get(field.name) for field in template_fields(content(kind, ["", *LEVELS]))]


@pytest.mark.parametrize("kind", TEMPLATES)
def test_the_example_of_an_untouched_workbook_is_no_record(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"{kind}.xlsx"
    write_template(kind, LEVELS, path)
    part = checked(path)
    assert part.kind == kind
    assert (part.quality.read, part.quality.loaded, part.quality.rejected) == (0, 0, 0)
    assert {(one.part, one.name) for one in part.left_out} >= {("sheet", EXAMPLE)}  # and it is said


@pytest.mark.parametrize("kind", TEMPLATES)
def test_a_row_that_is_filled_in_is_read_as_the_example_shows_it(tmp_path: Path, kind: str) -> None:
    """Every cell of every example is understood, and stands in the row of its field."""
    path = tmp_path / f"{kind}.xlsx"
    write_template(kind, LEVELS, path, [own_row(kind)])
    quality = checked(path).quality
    assert (quality.read, quality.loaded, quality.rejected) == (1, 1, 0), quality
    [chunk] = read(path, FileOptions(sheet=SHEET))
    assert chunk.frame.iloc[0].tolist() == own_row(kind)


@pytest.mark.parametrize("kind", TEMPLATES)
def test_the_example_alone_is_no_table_of_its_kind(tmp_path: Path, kind: str) -> None:
    """Also where its sheet is read by a draft: the headings were changed, or the other sheets were deleted."""
    path, alone = tmp_path / f"{kind}.xlsx", tmp_path / "alone.xlsx"
    write_template(kind, LEVELS, path)
    [chunk] = read(path, FileOptions(sheet=EXAMPLE))
    with xlsxwriter.Workbook(str(alone)) as book:
        sheet = book.add_worksheet(EXAMPLE)
        sheet.write_row(0, 0, list(chunk.frame.columns))
        for number, cells in enumerate(chunk.frame.itertuples(index=False), start=1):
            sheet.write_row(number, 0, ["" if cell is None else cell for cell in cells])
    with pytest.raises(Problem):
        dry_run(alone, UPPER)


@pytest.mark.parametrize("kind", TEMPLATES)
def test_a_workbook_whose_headings_were_changed_loads_no_example(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"{kind}.xlsx"
    write_template(kind, LEVELS, path)
    assert filled_template(path, UPPER)
    assert look(path).sheet == SHEET  # which a draft reads too


@pytest.mark.parametrize("kind", TEMPLATES)
def test_an_example_says_what_it_is_and_fills_what_is_needed(kind: str) -> None:
    holds, said = content(kind, ["", *LEVELS]), example(kind, LEVELS)
    assert any("示例" in cell for cell in said.values())
    assert holds.missing(tuple(said)) is None
    assert len({heading(holds.fields[field], LEVELS) for field in said}) == len(said)
