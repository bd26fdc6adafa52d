"""The drawing of the house: which room and wing imports which, taken from the imports themselves.

`python -m supply.house` writes docs/house.svg; a test of `make check` holds the two together. An arrow that follows
from others (a → b → c, so a → c) is left out, or nothing could be seen.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html import escape
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "house.svg"
ROOMS = ("ground", "importer", "etl", "indicators", "planning", "atlas", "pages", "dashboard")
DIVIDED = ("atlas",)  # a room whose wings are drawn one by one
WIDTH_PX, BOX_PX, BOX_HEIGHT_PX, ROW_PX, MARGIN_PX = 1240, 320, 62, 100, 24
LETTERS_PER_LINE, MOST_LINES = 52, 2  # of what a room says, in its box


@dataclass(frozen=True)
class Room:
    """A folder, or a wing of one: `says` is the first sentence of its docstring."""

    name: str
    says: str


def room_of(path: str) -> str:
    """`atlas/look/html.py` → atlas/look; `etl/status/build.py` → etl."""
    steps = path.removesuffix(".py").split("/")
    return "/".join(steps[:2]) if steps[0] in DIVIDED and len(steps) > 1 else steps[0]


@cache
def modules() -> dict[str, ast.Module]:
    """Path from the root → what it holds."""
    paths = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")] + [ROOT / "dashboard.py"]
    names = sorted(path.relative_to(ROOT).as_posix() for path in paths if "vendor_static" not in path.parts)
    names = [name for name in names if name not in {f"{divided}/__init__.py" for divided in DIVIDED}]
    return {name: ast.parse((ROOT / name).read_text(encoding="utf-8")) for name in names}


def rooms(parsed: dict[str, ast.Module]) -> dict[str, Room]:
    """Each room by its name."""
    return {name: Room(name, _says(name, parsed)) for name in dict.fromkeys(map(room_of, parsed))}


def _says(name: str, parsed: dict[str, ast.Module]) -> str:
    tree = parsed.get(f"{name}/__init__.py") or parsed[f"{name}.py"]
    return (ast.get_docstring(tree) or "").split("\n\n")[0].replace("\n", " ")


def arrows(parsed: dict[str, ast.Module]) -> dict[str, set[str]]:
    """Room → rooms that its modules import, also inside functions."""
    files = {path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): path for path in parsed}
    found: dict[str, set[str]] = {room_of(path): set() for path in parsed}
    for path, tree in parsed.items():
        here = room_of(path)
        for name in _imported(tree):
            if name in files:
                found[here].add(room_of(files[name]))
    return {name: to - {name} for name, to in found.items()}


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def thinned(to: dict[str, set[str]]) -> dict[str, set[str]]:
    """Without arrows that follow from others. `to` has no circle."""

    def reached(name: str) -> set[str]:
        return to[name].union(*(reached(other) for other in to[name])) if to[name] else set()

    return {name: direct - set().union(*(reached(other) for other in direct)) for name, direct in to.items()}


def levels(to: dict[str, set[str]]) -> dict[str, int]:
    """How many rooms lie below each, one on top of the other."""

    def level(name: str) -> int:
        return 1 + max((level(other) for other in to[name]), default=-1)

    return {name: level(name) for name in to}


def drawing() -> str:
    """The house as SVG: what imports nothing at the bottom."""
    parsed = modules()
    held, to = rooms(parsed), arrows(parsed)
    at = levels(to)
    top = max(at.values())
    ordered = sorted(at, key=lambda name: (-at[name], name))
    where = {}
    for level, names in groupby(ordered, key=at.__getitem__):
        row = list(names)
        step = (WIDTH_PX - 2 * MARGIN_PX) / len(row)
        for position, name in enumerate(row):
            where[name] = (MARGIN_PX + step * (position + 0.5), MARGIN_PX + (top - level) * ROW_PX)
    height = 2 * MARGIN_PX + top * ROW_PX + BOX_HEIGHT_PX
    lines = [_arrow(where[name], where[other]) for name, others in thinned(to).items() for other in sorted(others)]
    boxes = [_box(held[name], *where[name]) for name in ordered]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH_PX} {height}" font-family="sans-serif">\n'
        "<title>Rooms of the house: an arrow goes from a room to one that it imports</title>\n"
        f'<rect width="{WIDTH_PX}" height="{height}" fill="#FFFFFF"/>\n' + "\n".join([*lines, *boxes]) + "\n</svg>\n"
    )


def _arrow(start: tuple[float, float], end: tuple[float, float]) -> str:
    (x, y), (to_x, to_y) = start, end
    y += BOX_HEIGHT_PX
    middle = (y + to_y) / 2
    path = f"M{x:.0f} {y:.0f} C{x:.0f} {middle:.0f} {to_x:.0f} {middle:.0f} {to_x:.0f} {to_y:.0f}"
    return (
        f'<path d="{path}" fill="none" stroke="#8D949B"/><circle cx="{to_x:.0f}" cy="{to_y:.0f}" r="3" fill="#8D949B"/>'
    )


def _box(room: Room, x: float, y: float) -> str:
    words = textwrap.wrap(room.says, LETTERS_PER_LINE, max_lines=MOST_LINES, placeholder=" …")
    said = "".join(_text(line, 38 + 14 * number, 11, "#5A636D") for number, line in enumerate(words))
    return (
        f'<g transform="translate({x - BOX_PX / 2:.0f} {y:.0f})"><title>{escape(room.says)}</title>'
        f'<rect width="{BOX_PX}" height="{BOX_HEIGHT_PX}" rx="5" fill="#F3F5F4" stroke="#0F5C8C"/>'
        f"{_text(room.name, 20, 15, '#1B2127')}{said}</g>"
    )


def _text(words: str, y: int, size_px: int, colour: str) -> str:
    weight = "600" if size_px > 12 else "400"
    return (
        f'<text x="{BOX_PX / 2:.0f}" y="{y}" text-anchor="middle" font-size="{size_px}" font-weight="{weight}" '
        f'fill="{colour}">{escape(words)}</text>'
    )


def main() -> None:
    TARGET.write_text(drawing(), encoding="utf-8")
    print(f"wrote {TARGET.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
