"""A handout as PDF: set by Typst from `handout.typ`, its Chinese embedded in part, to be selected and searched."""

from __future__ import annotations

import io
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import segno
import typst

from atlas.files.pictures import CHINESE_FONTS, HAN, NoChineseFont
from atlas.handout import words
from atlas.handout.model import Block, Handout, Heading, Pairs, Table
from atlas.look.language import speaking
from ground.visible import visible_throughout

TEMPLATE = Path(__file__).parent / "handout.typ"
SCALES = (1.0, 0.93, 0.86, 0.8, 0.74)
LEAST_FOR_ONE = 0.86  # so small letters may be for the sake of one sheet
MOST_PAGES = 2
PRINT_DPI = 200.0


def write(made: Handout) -> bytes:
    """The file. Raises NoChineseFont where the machine has none and the text needs one."""
    with speaking(made.lang):
        told = words.told(made) | {"fonts": _fonts_for(made)}
        files = {"main.typ": TEMPLATE.read_bytes(), "qr.svg": qr(made.link)}
        files |= {f"picture-{k}.svg": one.svg for k, one in enumerate(made.pictures)}
        told["pictures"] = [
            {"file": f"picture-{k}.svg", "words": one.words, "share": one.share} for k, one in enumerate(made.pictures)
        ]
        told["body"] = [_block(one, told) for one in made.body]
        return _smallest(files, visible_throughout(json.loads(json.dumps(told))))


def _smallest(files: dict[str, bytes], told: dict[str, Any]) -> bytes:
    """One sheet where a little smaller letters make it one, else two; smaller than the last scale nobody reads."""
    two: float | None = None
    scale = SCALES[0]
    for scale in SCALES:
        pages = _pages(_with(files, told, scale))
        if pages == 1:
            break
        if pages <= MOST_PAGES and two is None:
            two = scale
        if two is not None and scale <= LEAST_FOR_ONE:
            scale = two
            break
    made = typst.compile(_with(files, told, scale), font_paths=_fonts(), format="pdf")
    assert isinstance(made, bytes)
    return made


def _pages(files: dict[str, bytes]) -> int:
    asked = typst.query(files, "<end>", field="value", one=True, font_paths=_fonts())
    return int(json.loads(asked))


def _with(files: dict[str, bytes], told: dict[str, Any], scale: float) -> dict[str, bytes]:
    return files | {"handout.json": json.dumps(told | {"scale": scale}, ensure_ascii=False).encode()}


def picture_png(svg: bytes) -> bytes:
    """A drawing as pixels, for who cannot set SVG."""
    page = b'#set page(width: auto, height: auto, margin: 0pt)\n#image("picture.svg")'
    made = typst.compile({"main.typ": page, "picture.svg": svg}, font_paths=_fonts(), format="png", ppi=PRINT_DPI)
    assert isinstance(made, bytes)
    return made


def qr(link: str, kind: str = "svg") -> bytes:
    """A page's address as a code that a phone reads from paper."""
    drawn = io.BytesIO()
    segno.make(link, error="m" if len(link) < 1000 else "l").save(drawn, kind=kind, scale=6, border=1)
    return drawn.getvalue()


@lru_cache(maxsize=1)
def _fonts() -> Any:
    return typst.Fonts(include_system_fonts=True)


def _fonts_for(made: Handout) -> list[str]:
    held = set(_fonts().families())
    chinese = [name for name in CHINESE_FONTS if name in held]
    if not chinese and HAN.search(json.dumps(words.told(made), ensure_ascii=False)):
        raise NoChineseFont("this machine has no font for Chinese (Debian: fonts-noto-cjk); the Word file needs none")
    return [*chinese[:1], *(name for name in ("DejaVu Sans", "Libertinus Serif") if name in held)]


def _block(one: Block, told: dict[str, Any]) -> dict[str, Any]:
    if isinstance(one, Heading):
        return {"kind": "heading", "text": one.text, "remark": one.remark}
    if isinstance(one, Pairs):
        return {"kind": "pairs", "rows": one.rows}
    if isinstance(one, Table):
        return {
            "kind": "table",
            "headings": one.headings,
            "rows": one.rows,
            "is_number": one.is_number,
            "columns": words.widths(one),
            "cut": words.cut(one),
        }
    return {"kind": "words", "text": one.text, "tone": one.kind}
