"""Streamlit's fonts as small as pages need them, cut once at set-up: 375 KB of icons become 13, 171 KB of letters none.

An icon is a ligature of the letters of its name; those of our pages and those that Streamlit's scripts name are kept.
Streamlit's typeface stands behind the system's in every style, so that browsers fetch it for the first sign that the
system's lacks, and find it there no more than elsewhere: without letters it lets them go on.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from atlas.kept import app_files

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "atlas" / "vendor_static" / "fonts"
STAMP = "stamp"
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789_"
OURS = ("atlas/**/*.py", "pages/**/*.py")
_NAMED = re.compile(rf"material/([{LETTERS}]+)".encode())


def icons() -> list[str]:
    """The names of all icons that a page of ours or Streamlit itself may show."""
    texts = [*_static().glob("js/*.js"), *(path for place in OURS for path in ROOT.glob(place))]
    return sorted({name.decode() for path in texts for name in _NAMED.findall(path.read_bytes())})


#: How the name of a font's file begins → the ligatures that are kept of it, and the signs.
KEPT: dict[str, tuple[Callable[[], list[str]], str]] = {
    "MaterialSymbols": (icons, LETTERS),
    "SourceSansVF-Upright": (list, " "),
}


def content(path: Path) -> bytes:
    """What is sent of a file of Streamlit's: the smaller font for the whole one, where set-up has made it."""
    smaller = _made(path.name) if path.name.startswith(tuple(KEPT)) else None
    return smaller or path.read_bytes()


@lru_cache(maxsize=len(KEPT))
def _made(name: str) -> bytes | None:
    made = FOLDER / name
    return made.read_bytes() if made.is_file() else None


def prepare(folder: Path = FOLDER) -> bool:
    """Make the smaller fonts; False if they are there already. Of a font that Streamlit does not have, none is made."""
    wanted = {path: (ligatures(), signs) for path, (ligatures, signs) in _whole().items()}
    stamp = _stamp(wanted)
    stamped = folder / STAMP
    if stamped.is_file() and stamped.read_text(encoding="ascii") == stamp:
        return False
    folder.mkdir(parents=True, exist_ok=True)
    for path, (ligatures, signs) in wanted.items():
        (folder / path.name).write_bytes(cut(path, ligatures, signs))
    stamped.write_text(stamp, encoding="ascii")  # last: what was interrupted is made again
    return True


def _whole() -> dict[Path, tuple[Callable[[], list[str]], str]]:
    return {path: kept for start, kept in KEPT.items() for path in _static().glob(f"media/{start}*.woff2")}


def _stamp(wanted: dict[Path, tuple[list[str], str]]) -> str:
    said = [f"{path.name} {ligatures} {signs}" for path, (ligatures, signs) in sorted(wanted.items())]
    return hashlib.sha256(Path(__file__).read_bytes() + "\n".join(said).encode()).hexdigest()


def cut(whole: Path, ligatures: Iterable[str], signs: str) -> bytes:
    """The font with these ligatures and signs. A name that the font does not know is left out."""
    cutter = subset.Subsetter(subset.Options(layout_closure=False, layout_features=["*"], notdef_outline=True))
    with TTFont(whole) as font:
        glyphs = ligatures_of(font)
        cutter.populate(glyphs=sorted({glyphs[name] for name in ligatures if name in glyphs}), text=signs)
        cutter.subset(font)
        font.flavor = "woff2"
        made = io.BytesIO()
        font.save(made)
    return made.getvalue()


def ligatures_of(font: TTFont) -> dict[str, str]:
    """Words that become one sign, with the name of its glyph: some signs go by several words."""
    letters = {glyph: chr(code) for code, glyph in font.getBestCmap().items()}
    found = {}
    lookups = font["GSUB"].table.LookupList.Lookup if "GSUB" in font else []
    for table in (table for lookup in lookups for table in lookup.SubTable):
        for first, ligatures in getattr(getattr(table, "ExtSubTable", table), "ligatures", {}).items():
            for one in ligatures:
                word = "".join(letters.get(glyph, "") for glyph in (first, *one.Component))
                found[word] = one.LigGlyph
    return found


def _static() -> Path:
    return app_files.root() / app_files.FOLDER
