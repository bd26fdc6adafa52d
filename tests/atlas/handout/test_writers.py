"""PDF and Word say the same, and a text is a text in both, whatever stands in it."""

from __future__ import annotations

import io
import re
import zipfile

import docx
import pypdf
import pytest

from atlas.files import pictures
from atlas.handout import pdf, word
from atlas.handout.model import Card, Handout, Heading, Pairs, Picture, Table, Words

HOSTILE = (
    '#panic("x")',
    "*bold* _em_ `raw` $a$ @x <end> \\u{41}",
    '#read("/etc/passwd")',
    "<script>alert(1)</script>&amp;",
    "=1+1",
    "{{ x }} #{1+1}",
    "a\u202eb\x07c",
    "]]>",
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="720" height="300"><rect width="9" height="9"/></svg>'
needs_font = pytest.mark.skipif(pictures.chinese_font() is None, reason="this machine has no font for Chinese")


def handout(**changes: object) -> Handout:
    told: dict[str, object] = {
        "title": "全国：模拟有 24,594 个行政村未通 5G",
        "page": "总览",
        "lang": "zh",
        "trail": ("全国", "湖南省"),
        "beneath": ("◆ 公布 2025-12-31",),
        "cards": (Card("未通村", "24,594 个", "○ 模拟", "备注"), Card("通达率", "95%", "◆ 公布")),
        "pictures": (Picture(SVG, "地图"),),
        "body": (
            Heading("各省", "说明"),
            Table(("地区", "村数"), (("北京市", "57"), ("天津市", "102")), (False, True), 31, 2, ("资金",), ("年份",)),
            Pairs((("项目", "永州"),)),
            Words("注意", "warning"),
        ),
        "left_out": ("别的表",),
        "sources": ("来源：国家统计局",),
        "about": (("标准", "5G"), ("数据日期", "2025-12-31"), ("制作日期", "2026-11-28"), ("数据版本", "b1")),
        "link": "https://atlas.example.org/overview?place=100000",
        "made_by": "王五",
        "note": "第一行\n第二行",
        "is_simulated": True,
        "name_parts": ("总览", "全国"),
    }
    return Handout(**(told | changes))  # type: ignore[arg-type]


def pdf_text(made: Handout) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf.write(made))).pages
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in pages))


def docx_text(made: Handout) -> str:
    held = docx.Document(io.BytesIO(word.write(made)))
    cells = [cell.text for table in held.tables for row in table.rows for cell in row.cells]
    foot = [one.text for one in held.sections[0].footer.paragraphs]
    return re.sub(r"\s+", "", "".join([*(one.text for one in held.paragraphs), *cells, *foot]))


def all_texts(made: Handout) -> list[str]:
    """Every text of the model."""
    texts = [made.title, *made.trail, *made.beneath, *made.sources, *made.left_out, made.made_by]
    texts += [*made.note.split("\n"), *(part for pair in made.about for part in pair)]
    texts += [part for card in made.cards for part in (card.title, card.value, card.evidence, card.note)]
    for one in made.body:
        if isinstance(one, Table):
            texts += [*one.headings, *(cell for row in one.rows for cell in row), *one.unknown, *one.elsewhere]
        elif isinstance(one, Pairs):
            texts += [part for pair in one.rows for part in pair]
        else:
            texts.append(one.text)
    return [re.sub(r"\s+", "", text) for text in texts if text]


@needs_font
def test_both_say_all_that_the_model_says() -> None:
    made = handout()
    in_pdf, in_word = pdf_text(made), docx_text(made)
    assert [text for text in all_texts(made) if text not in in_pdf] == []
    assert [text for text in all_texts(made) if text not in in_word] == []
    for whole in (in_pdf, in_word):
        assert "前2个，共31个" in whole
        assert "含模拟数据" in whole
        assert made.link in whole


@needs_font
@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_is_a_text(text: str) -> None:
    made = handout(
        title=text, note=text, made_by=text, beneath=(text,), cards=(Card(text, text, text, text),),
        body=(Heading(text, text), Table((text,), ((text,),), (False,), 1, 1), Words(text), Pairs(((text, text),))),
        sources=(text,), trail=(text,), left_out=(text,), about=((text, text), (text, text)),
    )  # fmt: skip
    shown = re.sub(r"\s+", "", re.sub("[\u202e\x07]", "", text))
    assert shown in docx_text(made)
    assert pdf_text(made).count(shown[:8]) > 8


@needs_font
def test_simulated_is_said_only_where_it_is() -> None:
    made = handout(is_simulated=False, cards=(), body=())
    assert "含模拟数据" not in pdf_text(made) + docx_text(made)


@needs_font
def test_chinese_is_embedded_in_part() -> None:
    page = pypdf.PdfReader(io.BytesIO(pdf.write(handout()))).pages[0]
    fonts = [one.get_object() for one in page["/Resources"]["/Font"].values()]
    names = [str(one["/BaseFont"]) for one in fonts]
    assert names and all(re.match(r"/[A-Z]{6}\+", name) for name in names), names
    assert len(pdf.write(handout())) < 400_000


@needs_font
def test_much_text_stays_on_two_sheets() -> None:
    rows = tuple((f"行{k}", "一段较长的说明文字" * 3) for k in range(60))
    made = handout(body=(Table(("a", "b"), rows, (False, False), 60, 60),))
    assert len(pypdf.PdfReader(io.BytesIO(pdf.write(made))).pages) == 2


def test_without_a_chinese_font_the_pdf_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "CHINESE_FONTS", ())
    with pytest.raises(pictures.NoChineseFont, match="fonts-noto-cjk"):
        pdf.write(handout())
    assert "北京市" in docx_text(handout())


def test_the_word_file_is_set_up_for_a4_with_headings_repeated() -> None:
    written = word.write(handout())
    held = docx.Document(io.BytesIO(written))
    section = held.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    text = zipfile.ZipFile(io.BytesIO(written)).read("word/document.xml").decode()
    assert "w:tblHeader" in text and "w:cantSplit" in text
    assert 'descr="地图"' in text
    assert held.core_properties.author == "王五"
