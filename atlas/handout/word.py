"""A handout as a Word file: the same blocks as the PDF, to be changed before the meeting."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from atlas.handout import pdf, words
from atlas.handout.model import Block, Card, Handout, Heading, Pairs, Table
from atlas.look.language import html_tag, speaking
from ground.visible import visible

MUTED, WARM = RGBColor(0x5A, 0x63, 0x6D), RGBColor(0x8A, 0x33, 0x00)
LATIN, CHINESE = "Arial", "Microsoft YaHei"
SMALL, BODY = 8.0, 9.0
WIDTH_MM = 182
CARDS_PER_ROW = 4


def write(made: Handout) -> bytes:
    """The file."""
    with speaking(made.lang):
        told = words.told(made)
        document = Document()
        _set_up(document, made, told)
        _line(document, "  ›  ".join(made.trail), SMALL, MUTED)
        document.add_heading(_text(made.title), 1)
        if made.is_simulated:
            _line(document, told["simulated"], BODY, WARM, bold=True)
        for one in made.beneath:
            _line(document, one, SMALL, MUTED)
        _cards(document, made.cards)
        for picture in made.pictures:
            drawn = document.add_picture(io.BytesIO(pdf.picture_png(picture.svg)), width=Mm(150))
            _describe(drawn, picture.words)
            document.paragraphs[-1].alignment = WD_ALIGN_PARAGRAPH.CENTER
        for block in made.body:
            _block(document, block)
        _line(document, told["left_out"], SMALL, MUTED)
        _end(document, made, told)
        written = io.BytesIO()
        document.save(written)
        return written.getvalue()


def _text(words_: str) -> str:
    """XML holds no control characters; what nobody sees goes too."""
    return visible(words_)


def _set_up(document: Any, made: Handout, told: dict[str, Any]) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(14)
    section.top_margin, section.bottom_margin = Mm(12), Mm(14)
    for name, size in (("Normal", BODY), ("Heading 1", 14), ("Heading 2", 10.5)):
        style = document.styles[name]
        style.font.name, style.font.size = LATIN, Pt(size)
        style.font.color.rgb = RGBColor(0x1B, 0x21, 0x27)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), CHINESE)
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        style.paragraph_format.space_before = Pt(0 if name == "Normal" else 6)
        style.paragraph_format.space_after = Pt(2)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    language.set(qn("w:eastAsia"), html_tag("zh"))
    document.styles["Normal"].element.get_or_add_rPr().append(language)
    properties = document.core_properties
    properties.title, properties.author = _text(made.title)[:250], _text(made.made_by)[:250]
    properties.subject, properties.comments = _text(made.page)[:250], _text(made.link)[:250]
    foot = section.footer.paragraphs[0]
    _run(foot, f"{told['foot']}    ", SMALL - 0.5, MUTED)
    _field(foot, "PAGE")
    _run(foot, " / ", SMALL - 0.5, MUTED)
    _field(foot, "NUMPAGES")


def _run(paragraph: Any, text: str, size: float = BODY, colour: RGBColor | None = None, *, bold: bool = False) -> None:
    run = paragraph.add_run(_text(text))
    run.font.size, run.bold = Pt(size), bold
    if colour is not None:
        run.font.color.rgb = colour


def _line(holder: Any, text: str, size: float = BODY, colour: RGBColor | None = None, *, bold: bool = False) -> None:
    if text:
        _run(holder.add_paragraph(), text, size, colour, bold=bold)


def _field(paragraph: Any, name: str) -> None:
    """A number that Word fills in: of the page, of all pages."""
    run = paragraph.add_run()
    run.font.size, run.font.color.rgb = Pt(SMALL - 0.5), MUTED
    for kind, text in (("begin", ""), ("", name), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run._r.append(part)


def _describe(drawn: Any, what: str) -> None:
    drawn._inline.docPr.set("descr", _text(what))


def _cards(document: Any, cards: tuple[Card, ...]) -> None:
    if not cards:
        return
    columns = min(CARDS_PER_ROW, len(cards))
    table = _grid(document, -(-len(cards) // columns), [1] * columns)
    for number, card in enumerate(cards):
        cell = table.cell(number // columns, number % columns)
        _run(cell.paragraphs[0], card.title, SMALL, MUTED)
        value = cell.add_paragraph()
        _run(value, card.value, 13, bold=True)
        _run(value, f"  {card.evidence}", SMALL - 0.5)
        _line(cell, card.note, SMALL - 0.5, MUTED)
    document.add_paragraph()


def _grid(document: Any, rows: int, widths: Sequence[float]) -> Any:
    table = document.add_table(rows=rows, cols=len(widths), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(WIDTH_MM * width / sum(widths))
        for cell in column.cells:
            cell.width = column.width
    return table


def _block(document: Any, one: Block) -> None:
    if isinstance(one, Heading):
        document.add_heading(_text(one.text), 2)
        _line(document, one.remark, SMALL, MUTED)
    elif isinstance(one, Pairs):
        for name, said in one.rows:
            paragraph = document.add_paragraph()
            _run(paragraph, f"{name}  ", BODY, MUTED)
            _run(paragraph, said)
    elif isinstance(one, Table):
        _table(document, one)
    else:
        is_said = one.kind in ("text", "credit")
        _line(
            document,
            one.text,
            SMALL if one.kind == "credit" else BODY,
            MUTED if one.kind == "credit" else None,
            bold=not is_said and one.kind == "warning",
        )


def _table(document: Any, one: Table) -> None:
    rows = [one.headings, *one.rows] if one.headings else [*one.rows]
    table = _grid(document, len(rows), words.widths(one))
    for said, row in zip(rows, table.rows, strict=True):
        for text, is_number, cell in zip(said, one.is_number, row.cells, strict=True):
            paragraph = cell.paragraphs[0]
            _run(paragraph, text, SMALL, bold=said is one.headings)
            if is_number:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _kept_whole(row)
    if one.headings:
        _repeated(table.rows[0])
    _line(document, words.cut(one), SMALL, MUTED)


def _kept_whole(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _repeated(row: Any) -> None:
    """The headings stand on each page that the table runs over."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _end(document: Any, made: Handout, told: dict[str, Any]) -> None:
    if made.note:
        paragraph = document.add_paragraph()
        _run(paragraph, f"{told['words']['note']}  ", bold=True)
        for number, part in enumerate(made.note.split("\n")):
            if number:
                paragraph.add_run().add_break()
            _run(paragraph, part)
    for one in made.sources:
        _line(document, one, SMALL, MUTED)
    _line(document, "    ".join(f"{name} {said}" for name, said in made.about), SMALL, MUTED)
    _line(document, f"{told['words']['made_by']}  {made.made_by or '____________________'}")
    drawn = document.add_picture(io.BytesIO(pdf.qr(made.link, "png")), width=Mm(22))
    _describe(drawn, told["words"]["qr"])
    _line(document, f"{told['words']['qr']}  {made.link}", SMALL, MUTED)
