"""Files taken to a meeting: a workbook's headings are words with their unit, its numbers those of the CSV beside it."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from atlas.files import downloads, table_files
from atlas.look.colours import THEMES
from atlas.maps.choropleth import Question
from importer.convert.returned import safe_cell
from indicators import facts
from indicators.chosen.selection import Selection
from indicators.database import Atlas

LINK = "http://127.0.0.1/gap-map?place=x"
#: Numbers that count: their heading says of what. Any other number has its unit in brackets.
COUNTS = {
    "zh": re.compile(r"数|批次|年度|年份"),
    "en": re.compile(r"(?i)number|villages|population|households|batch|year"),
}
Write = Callable[[Atlas, str, str, Path], object]


def villages(atlas: Atlas, suffix: str, lang: str, path: Path) -> object:
    view = facts.settings(atlas)["default_view"]
    chosen = Selection(nation(atlas), view["standard"], date.fromisoformat(view["as_of"]))
    return downloads.write(atlas, chosen, suffix, lang, LINK, path)


def values(atlas: Atlas, suffix: str, lang: str, path: Path) -> object:
    view = facts.settings(atlas)["default_view"]
    day = date.fromisoformat(view["as_of"])
    asked = Question("unconnected_share", "region", nation(atlas), view["standard"], day, lang, THEMES[0])
    return table_files.write(table_files.values(atlas, asked, LINK), suffix, path)


def projects(atlas: Atlas, suffix: str, lang: str, path: Path) -> object:
    made = table_files.project_costs(atlas, nation(atlas), "village", lang, LINK)
    return table_files.write(made, suffix, path)


def nation(atlas: Atlas) -> str:
    return str(facts.settings(atlas)["nation"]["place_id"])


def of_csv(path: Path) -> tuple[list[str], list[list[str]]]:
    lines = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    header, *rows = [line for line in lines if not line[0].startswith("# ")]
    return header, rows


def of_workbook(path: Path, header: list[str]) -> list[list[object]]:
    """The rows below the header, which stands beneath what the table is."""
    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    at = next(number for number, row in enumerate(sheet) if row[: len(header)] == header)
    return [row[: len(header)] for row in sheet[at + 1 :]]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("write", [villages, values, projects])
def test_a_workbook_has_plain_headings_with_units_and_the_numbers_of_the_csv(
    mini_atlas: Atlas, tmp_path: Path, write: Write, lang: str
) -> None:
    for suffix in ("csv", "xlsx"):
        write(mini_atlas, suffix, lang, tmp_path / f"table.{suffix}")
    header, written = of_csv(tmp_path / "table.csv")
    rows = of_workbook(tmp_path / "table.xlsx", header)
    assert len(rows) == len(written) > 0
    assert not [heading for heading in header if "_" in heading or not heading.strip()]
    for n, heading in enumerate(header):
        in_book = [row[n] for row in rows]
        numbers = [cell for cell in in_book if isinstance(cell, float)]
        if numbers:
            assert COUNTS[lang].search(heading) or re.search(r"[（(].+[）)]$", heading), heading
        for cell, text in zip(in_book, [row[n] for row in written], strict=True):
            if isinstance(cell, float):
                assert cell == pytest.approx(float(text)), heading
            else:
                assert safe_cell(str(cell)) == text, heading
