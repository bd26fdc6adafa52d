"""An empty workbook to be filled in: headings and notes in Chinese and English, lists to choose from, an example.

The declaration that goes with it reads the filled workbook as it is. The example stands on a sheet of its own, one
field a line: even where that sheet is the only one left, nothing on it looks like a row of the kind.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

import xlsxwriter

from importer.contents import Content, Field, content
from importer.files import look
from importer.read.chunk import FileOptions

TEMPLATES = (
    *("villages", "coverage", "pilots", "projects", "project_villages", "payments", "inspections"),
    *("milestones", "moves", "notices", "reconciliations", "funding", "performance_targets"),
    "claims",
)
ROWS = 20_000  # that the lists and formats cover
SHEET, EXAMPLE, NOTES = "填写 Data", "示例 Example", "说明 Notes"
EVERY = "every"  # in examples.toml: what all kinds share
MADE = datetime(2020, 1, 1)  # the same every time: the same template has the same bytes
YES_NO = ("是", "否")
FORMATS = {"code": "@", "quadkey": "@", "date": "yyyy-mm-dd", "count": "0"}
WORDS = {
    "terrain": ("平原", "丘陵", "山区", "高原"),
    "policy_category": ("普通", "偏远", "边境", "海岛"),
    "scope": ("项目", "合计"),
    "selection": ("招标", "指定"),
    "payer": ("中央", "省级", "地方", "企业"),
    "purpose": ("建设", "租用", "运维"),
    "technology": ("fibre", "4g", "5g", "broadband", "satellite"),
}
MEANINGS = {
    "terrain": ("plain", "hill", "mountain", "plateau"),
    "policy_category": ("ordinary", "remote", "border", "island"),
    "scope": ("project", "programme"),
    "selection": ("tender", "designation"),
    "payer": ("central", "provincial", "local", "firm"),
    "purpose": ("construction", "lease", "operation"),
}
Levels = Mapping[str, Mapping[str, str]]  # level → its name in zh and en


def write_template(kind: str, levels: Levels, path: Path, rows: Iterable[Sequence[object]] = ()) -> None:
    """Write the workbook of a kind of content; `levels` are those above the settlement but the nation."""
    holds = content(kind, ["", *levels])
    fields = template_fields(holds)
    filled = example(kind, levels)
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"created": MADE})
        sheet = book.add_worksheet(SHEET)
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        for n, field in enumerate(fields):
            sheet.write_string(0, n, heading(field, levels), bold)
            shown = f"\n示例 Example: {filled[field.name]}" if field.name in filled else ""
            sheet.write_comment(0, n, _note(field) + shown, {"x_scale": 2})
            sheet.set_column(n, n, 18, book.add_format({"num_format": FORMATS.get(field.type, "General")}))
            if choices := _choices(field):
                sheet.data_validation(1, n, ROWS, n, {"validate": "list", "source": list(choices)})
        for number, row in enumerate(rows, start=1):
            for n, cell in enumerate(row):
                if cell is not None:
                    sheet.write_string(number, n, str(cell))
        sheet.freeze_panes(1, 0)
        _write_example(book, fields, levels, filled)
        _write_notes(book, holds, fields, levels)


def example(kind: str, levels: Levels) -> dict[str, str]:
    """Field → what the example of a kind says; names of places above by the names of their levels."""
    body = _examples()
    above = {f"{level}_name": f"示例（{name['zh']}）Example ({name['en']})" for level, name in levels.items()}
    said = above | body[EVERY] | body.get(kind, {})
    held = [field.name for field in template_fields(content(kind, ["", *levels]))]
    return {name: said[name] for name in held if name in said}


@cache
def _examples() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("examples.toml").read_text(encoding="utf-8"))


def template_fields(holds: Content) -> list[Field]:
    """The fields of a template: all of the content's but codes of places above, which names stand for."""
    return [
        field
        for name, field in holds.asked.items()
        if not (name.endswith("_code") and name != "code") and not name.startswith("_")
    ]


def heading(field: Field, levels: Levels) -> str:
    """`户数 / Households`; a level's name where the field is one."""
    level = levels.get(field.name.removesuffix("_name")) if field.name.endswith("_name") else None
    label = level or field.label
    return f"{label['zh']} / {label['en']}"


def _note(field: Field) -> str:
    unit = f" ({field.unit})" if field.unit else ""
    return f"{field.about['zh']}\n{field.about['en']}{unit}"


def _choices(field: Field) -> tuple[str, ...]:
    return YES_NO if field.type == "flag" else WORDS.get(field.name, ())


def _write_example(book: xlsxwriter.Workbook, fields: list[Field], levels: Levels, filled: Mapping[str, str]) -> None:
    """Field by field, so that nobody goes on beneath it and no reader takes it for a table of the kind."""
    sheet = book.add_worksheet(EXAMPLE)
    sheet.set_column(0, 1, 34)
    sheet.write_string(0, 0, f"示例仅供参照，不会读入；请在“{SHEET}”工作表中填写。")
    sheet.write_string(1, 0, f"An example to compare with: it is never read. Fill in the sheet {SHEET}.")
    bold = book.add_format({"bold": True, "bottom": 1})
    lines = [(heading(field, levels), filled.get(field.name, "")) for field in fields]
    for number, (left, right) in enumerate([("栏目 Column", EXAMPLE), *lines], start=3):
        sheet.write_row(number, 0, (left, right), bold if number == 3 else None)


def _write_notes(book: xlsxwriter.Workbook, holds: Content, fields: list[Field], levels: Levels) -> None:
    sheet = book.add_worksheet(NOTES)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 90)
    lines = [
        (holds.label["zh"], holds.label["en"]),
        (
            "每行一条；未知请留空，不要填 0 或“否”。",
            "One row each. Leave a cell empty where it is unknown; do not write 0 or no.",
        ),
        ("代码按文本填写，保留前导零。", "Codes are text and keep their leading zeros."),
        *((heading(field, levels), _note(field).replace("\n", " ")) for field in fields),
    ]
    for number, (left, right) in enumerate(lines):
        sheet.write_string(number, 0, left)
        sheet.write_string(number, 1, right)


def declaration_text(kind: str, levels: Levels, file_name: str) -> str:
    """The declaration that reads a filled template."""
    holds = content(kind, ["", *levels])
    headings = [heading(field, levels) for field in template_fields(holds)]
    return _declaration(holds, headings, file_name)


def filled_template(path: Path, upper_levels: Sequence[str]) -> str | None:
    """The declaration of a file that is a filled template, known by its sheet and its headings; else None."""
    if path.suffix.lower() != ".xlsx" or SHEET not in look(path).sheets:
        return None
    headings = look(path, FileOptions(sheet=SHEET, header_row=1)).columns
    for kind in TEMPLATES:
        holds = content(kind, ["", *upper_levels[1:]])
        fields = template_fields(holds)
        is_ours = len(fields) == len(headings) and all(
            found == heading(field, {}) or field.name.removesuffix("_name") in upper_levels
            for field, found in zip(fields, headings, strict=True)
        )
        if is_ours:
            return _declaration(holds, headings, path.name)
    return None


def _declaration(holds: Content, headings: Sequence[str], file_name: str) -> str:
    lines = [
        f'source_id = "{Path(file_name).stem}"',
        f'kind = "{holds.kind}"',
        f'title = {{ zh = "{holds.label["zh"]}", en = "{holds.label["en"]}" }}',
        'publisher = { zh = "待填写", en = "to be filled in" }',
        'edition = "to be filled in"',
        'licence = "to be filled in"',
        'evidence = "declared"',
        "",
        "[file]",
        f'path = "{file_name}"',
        f'sheet = "{SHEET}"',
        "",
        "[columns]",
    ]
    for field, name in zip(template_fields(holds), headings, strict=True):
        column = f'"{name}"'
        if meanings := MEANINGS.get(field.name):
            pairs = ", ".join(f'"{said}" = "{meant}"' for said, meant in zip(WORDS[field.name], meanings, strict=True))
            column = f"{{ column = {column}, words = {{ {pairs} }} }}"
        lines.append(f"{field.name} = {column}")
    return "\n".join(lines) + "\n"
