"""A draft as TOML: what was taken, from what, and what is asked, as remarks. Whatever a file says stays text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from importer.guess.asked import Question
from importer.guess.columns import Guess
from importer.guess.seen import Seen
from importer.guess.wide_headers import Wide
from importer.place.names import normal
from importer.read.chunk import LeftOut

LONGEST_ID = 40
STATED = ("geojson", "geojsonseq", "esrijson", "shapefile", "kml")  # forms whose encoding and layer need no word


def source_id(path: Path, kind: str) -> str:
    """An id of letters and digits that two files of different names do not share; Chinese names by their sound."""
    stem = path.stem
    plain = re.sub(r"\W+", "_", normal(stem).encode("ascii", "ignore").decode()).strip("_")
    if not stem.isascii():
        from pypinyin import lazy_pinyin  # takes a tenth of a second to load

        sound = " ".join(lazy_pinyin(stem)).encode("ascii", "ignore").decode().casefold()
        plain = re.sub(r"\W+", "_", sound).strip("_")
        plain = f"{plain[:LONGEST_ID]}_{sha256(stem.encode()).hexdigest()[:4]}".strip("_")
    return f"{plain[: LONGEST_ID + 5].strip('_') or 'source'}_{kind}"


def head(seen: Seen, kind: str, draft_id: str) -> list[str]:
    path = seen.path
    return [
        f"# A first declaration for {one_line(path.name)}, to be checked and edited by a person.",
        f"# Each guess says what was seen and how sure it is, from 0 to 1. {one_line('; '.join(seen.look.notes))}.",
        f"source_id = {toml(draft_id)}",
        f"kind = {toml(kind)}",
        f"title = {{ zh = {toml(path.stem)}, en = {toml(path.stem)} }} # fill in",
        'publisher = { zh = "待填写", en = "to be filled in" }',
        'edition = "to be filled in"',
        'licence = "to be filled in"',
        'evidence = "declared" # measured, declared, modelled, assumed or simulated',
    ]


def named(path: Path, profile_folder: Path | None) -> str:
    """A file inside the profile's folder by its way from there, any other by its own name."""
    if profile_folder is None or not path.resolve().is_relative_to(profile_folder.resolve()):
        return path.name
    return path.resolve().relative_to(profile_folder.resolve()).as_posix()


def digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def file_lines(seen: Seen, name: str) -> list[str]:
    found = seen.look
    lines = [
        "[file]",
        f"path = {toml(name)}",
        f"sha256 = {toml(digest(seen.path))}",
        f"format = {toml(found.format)}",
    ]
    for key in ("encoding", "delimiter", "sheet", "layer"):
        if (value := getattr(found, key)) is not None and found.format not in STATED:
            lines.append(f"{key} = {toml(value)}")
    if found.header_row is not None and found.header_row != 1:
        lines.append(f"header_row = {found.header_row}")
    if (found.header_rows or 0) > 1:
        lines.append(f"header_rows = {found.header_rows}")
    if found.header_row == 0:
        lines.append(f"columns = [{', '.join(toml(one) for one in found.columns)}]")
    return [*lines, ""]


def frame_lines(frame: str | None, why: str) -> list[str]:
    if frame is None:
        return []
    written = f"epsg = {frame[5:]}" if re.fullmatch(r"EPSG:\d+", frame) else f"crs = {toml(frame)}"
    return ["[frame]", f"{written} # {one_line(why)}", ""]


def column_line(guess: Guess) -> str:
    extra = "".join(f", {name} = {toml(value)}" for name, value in guess.understood.items())
    value = f"{{ column = {toml(guess.column)}{extra} }}" if extra else toml(guess.column)
    return f"{guess.field} = {value} # sure {guess.sure:g}: {one_line(guess.saw)}"


def wide_lines(many: Wide | None) -> list[str]:
    if many is None or many.value is None:
        return []
    lines = ["", f"[[wide]] # {len(many.columns)} columns; {one_line(many.saw)}", f"columns = {toml(many.pattern)}"]
    lines.append(f"value = {toml(many.value)}")
    lines += [f"{name} = {toml(value)}" for name, value in many.understood.items()]
    return lines + [f"words.{name} = {toml(said)}" for name, said in many.words.items() if said]


def asked_lines(questions: Iterable[Question]) -> list[str]:
    """Each question with its answers; the one in force is marked."""
    lines = []
    for one in questions:
        lines.append(f"# asked: {one_line(one.key)}: {one_line(one.asks['en'])} / {one_line(one.asks['zh'])}")
        if one.saw:
            lines.append(f"#   seen: {one_line(one.saw)}")
        for answer in one.answers[:12]:
            mark = " (taken)" if answer.key == one.taken else ""
            lines.append(f"#   {one_line(answer.key)}: {one_line(answer.says['en'])}{mark}")
    return lines


def left_out_lines(parts: Sequence[LeftOut]) -> list[str]:
    return [f"# not used: {one_line(part.name)} ({part.reason}; {one_line(part.saw)})" for part in parts]


def one_line(text: str) -> str:
    """A text that ends no comment: without line ends, cut short."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:200]


def toml(value: Any) -> str:
    """A value as TOML; texts escaped, so that a hostile header stays a text."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{toml(str(k))} = {toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    escaped = "".join(_escaped(character) for character in str(value))
    return f'"{escaped}"'


def _escaped(character: str) -> str:
    if character in ('"', "\\"):
        return "\\" + character
    if not character.isprintable():
        code = ord(character)
        return f"\\u{code:04x}" if code < 0x10000 and not 0xD800 <= code <= 0xDFFF else "?"
    return character
