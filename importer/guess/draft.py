"""A first declaration for a file: what each column seems to be, what it was taken from, and how sure that is.

A draft is a proposal for a person to edit. Nothing is loaded by it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd

from importer.contents import Content, content, kinds
from importer.files import look, read
from importer.guess import headings
from importer.guess.cells import CHECKS, examples
from importer.guess.columns import Guess, by_shape
from importer.guess.wide_headers import Wide, wide
from importer.place.names import normal
from importer.read.chunk import FileOptions, Look

ROWS_LOOKED_AT = 10_000
LEAST_SURE = 0.5


@dataclass(frozen=True)
class Draft:
    """A declaration of one kind, as a TOML text with remarks."""

    kind: str
    source_id: str
    text: str
    guesses: tuple[Guess, ...]

    @property
    def body(self) -> dict[str, Any]:
        return tomllib.loads(self.text)


def drafts(
    path: Path,
    upper_levels: Sequence[str],
    kind: str | None = None,
    options: FileOptions | None = None,
    profile_folder: Path | None = None,
) -> list[Draft]:
    """One draft per kind of content that the file seems to hold, the best first; all of one kind if it is given.

    A file inside `profile_folder` is named from there, as a build looks for it; any other by its own name.
    Raises Problem where the file cannot be read.
    """
    found = look(path, options)
    frame = next(read(path, options, chunk_rows=ROWS_LOOKED_AT)).frame.head(ROWS_LOOKED_AT)
    named = _named(path, profile_folder)
    made = []
    for one in [kind] if kind else kinds():
        holds = content(one, upper_levels)
        many = wide(frame) if one == "coverage" else None
        single = frame.drop(columns=list(many.columns)) if many else frame
        if found.header_row == 0:
            guesses = [guess for guess in by_shape(frame) if guess.field in holds.fields]
        else:
            guesses = _guesses(single, holds, upper_levels)
        score = _score(holds, guesses, many, found)
        if kind or score > 0:
            made.append((score, _draft(path, found, holds, guesses, many, frame, upper_levels, named)))
    made.sort(key=lambda pair: -pair[0])
    best = [draft for _, draft in made]
    if any(draft.kind == "villages" for draft in best):  # the same columns, for a country that has no register yet
        best = [draft for draft in best if draft.kind not in ("places", "place_positions")]
    return best[: 1 if kind else 2]


# --- guessing ---------------------------------------------------------------------------------------------


def _guesses(frame: pd.DataFrame, holds: Content, upper_levels: Sequence[str]) -> list[Guess]:
    """The best column for each field, each column once, the surest first."""
    offers: list[Guess] = []
    headers = list(map(str, frame.columns))
    ranks = headings.levels_called(headers)
    levels = headings.levels_for({rank for rank, _, _ in ranks.values()}, upper_levels)
    for name in headers:
        called = headings.fields_called(name, holds)
        if name in ranks and (level := levels.get(ranks[name][0])):
            called += _above(name, level, ranks[name], frame[name], holds)
        elif (own := f"{normal(name)}_name") in holds.fields:
            called.append((own, headings.LEVEL, f"header {name!r} is a level of the profile"))
        for field_name, likeness, why in called:
            offer = _checked(field_name, name, frame[name], holds, likeness, why)
            if offer is not None and offer.sure >= LEAST_SURE:
                offers.append(offer)
    offers.sort(key=lambda guess: -guess.sure)
    taken: list[Guess] = []
    for offer in offers:
        if offer.field not in {g.field for g in taken} and offer.column not in {g.column for g in taken}:
            taken.append(offer)
    return _lowest_is_meant(taken, holds, upper_levels)


def _above(
    name: str, level: str, said: tuple[int, str, float], cells: pd.Series, holds: Content
) -> list[tuple[str, float, str]]:
    """A place above that a header names; numbers beneath a level's name are its codes."""
    rank, part, sure = said
    known = cells.dropna()
    if part == "name" and len(known) and known.str.fullmatch(r"\s*\d+\s*").mean() > 0.9:
        part = "code"
    field = f"{level}_{part}"
    return [(field, sure, f"header {name!r} is a word for level {rank}")] if field in holds.fields else []


def _lowest_is_meant(guesses: list[Guess], holds: Content, upper_levels: Sequence[str]) -> list[Guess]:
    """A table of counties names no village: its rows are about the lowest places that it names."""
    given = {guess.field for guess in guesses}
    if {"code", "name"} & given or not {"code", "name"} <= set(holds.fields):
        return guesses
    for level in reversed(upper_levels[1:]):
        own = {f"{level}_code": "code", f"{level}_name": "name"}
        if own.keys() & given:
            return [replace(guess, field=own.get(guess.field, guess.field)) for guess in guesses]
    return guesses


def _checked(field_name: str, name: str, cells: pd.Series, holds: Content, likeness: float, why: str) -> Guess | None:
    """A header's promise against what stands beneath it."""
    kind = holds.fields[field_name].type
    known = cells.dropna()
    if known.empty:
        return Guess(field_name, name, likeness * 0.5, f"{why}; every cell is empty")
    fits, saw, understood = CHECKS[kind](known)
    if (factor := headings.factor(name, holds.fields[field_name].unit)) is not None:
        understood = {**understood, "factor": factor}
    if field_name == "technology" and "words" in understood:
        understood = {"words": understood["words"] | headings.meant(list(understood["words"]))}
    sure = round(float(likeness * fits), 2)
    if fits == 0 and kind in ("longitude", "latitude") and likeness == headings.EXACT:
        # Headers that slipped by a column: the rows are to be named, not the header passed over.
        return Guess(field_name, name, LEAST_SURE, f"{why}; {saw}")
    return Guess(field_name, name, sure, f"{why}; {saw}", understood) if fits > 0 else None


# --- choosing and writing ---------------------------------------------------------------------------------


def _score(holds: Content, guesses: list[Guess], many: Wide | None, found: Look) -> float:
    """How well a kind of content fits; 0 where something that it needs is missing."""
    given = {guess.field for guess in guesses} | {"as_of", "technology", "batch", "year"}
    if many is not None:
        given |= {many.value}
    if found.has_geometry:
        given |= {"lon", "lat"}
    if holds.missing(tuple(given)):
        return 0.0
    seen = {guess.field for guess in guesses}
    if holds.kind == "pilots" and not {"batch", "published_name"} & seen:
        return 0.0
    if holds.kind == "cell_sites" and not headings.is_site_list(found.columns):
        return 0.0
    own = {"coverage": many is not None, "speed_tests": "quadkey" in given, "cell_sites": True}.get(holds.kind, False)
    if holds.kind == "places" and not {"code", "lon"} & given:
        return 0.0
    return sum(guess.sure for guess in guesses) / len(holds.fields) + (1.0 if own else 0.0)


def _draft(
    path: Path,
    found: Look,
    holds: Content,
    guesses: list[Guess],
    many: Wide | None,
    frame: pd.DataFrame,
    upper_levels: Sequence[str],
    named: str,
) -> Draft:
    source_id = re.sub(r"\W+", "_", normal(path.stem).encode("ascii", "ignore").decode()) or "source"
    source_id = f"{source_id}_{holds.kind}"
    lines = [
        f"# A first declaration for {_one_line(path.name)}, to be checked and edited by a person.",
        f"# Each guess says what was seen and how sure it is, from 0 to 1. {_one_line('; '.join(found.notes))}.",
        f"source_id = {_toml(source_id)}",
        f"kind = {_toml(holds.kind)}",
        f"title = {{ zh = {_toml(path.stem)}, en = {_toml(path.stem)} }} # fill in",
        'publisher = { zh = "待填写", en = "to be filled in" }',
        'edition = "to be filled in"',
        'licence = "to be filled in"',
        'evidence = "declared" # measured, declared, modelled, assumed or simulated',
        *_day_lines(holds, guesses),
        "",
        *_file_lines(path, found, named),
        *_frame_lines(found, guesses),
        *_constant_lines(holds, guesses, many),
        "[columns]",
        *(_column_line(guess) for guess in guesses),
        *_unused_lines(frame, guesses, many),
        *_wide_lines(many),
        *_parent_lines(holds, guesses, upper_levels),
    ]
    return Draft(holds.kind, source_id, "\n".join(lines) + "\n", tuple(guesses))


def _day_lines(holds: Content, guesses: list[Guess]) -> list[str]:
    if "as_of" not in holds.fields or "as_of" in {guess.field for guess in guesses}:
        return []
    return ["as_of = 2000-01-01 # fill in: the day that the file describes"]


def _named(path: Path, profile_folder: Path | None) -> str:
    if profile_folder is None or not path.resolve().is_relative_to(profile_folder.resolve()):
        return path.name
    return path.resolve().relative_to(profile_folder.resolve()).as_posix()


def _file_lines(path: Path, found: Look, named: str) -> list[str]:
    lines = [
        "[file]",
        f"path = {_toml(named)}",
        f"sha256 = {_toml(sha256(path.read_bytes()).hexdigest())}",
        f"format = {_toml(found.format)}",
    ]
    for name in ("encoding", "delimiter", "sheet", "layer"):
        if (value := getattr(found, name)) is not None and found.format not in ("geojson", "shapefile"):
            lines.append(f"{name} = {_toml(value)}")
    if found.header_row is not None and found.header_row != 1:
        lines.append(f"header_row = {found.header_row}")
    if (found.header_rows or 0) > 1:
        lines.append(f"header_rows = {found.header_rows}")
    if found.header_row == 0:
        lines.append(f"columns = [{', '.join(_toml(name) for name in found.columns)}]")
    return [*lines, ""]


def _frame_lines(found: Look, guesses: list[Guess]) -> list[str]:
    if found.epsg is not None:
        return ["[frame]", f"epsg = {found.epsg} # as the file states", ""]
    if "lon" not in {guess.field for guess in guesses} and not found.has_geometry:
        return []
    return [
        "[frame]",
        "epsg = 4326 # the file states none. Points from a Chinese map service look the same and are GCJ-02 or BD-09",
        "",
    ]


def _constant_lines(holds: Content, guesses: list[Guess], many: Wide | None) -> list[str]:
    given = {guess.field for guess in guesses}
    lines = []
    if "technology" in holds.fields and "technology" not in given and many is None:
        lines.append('technology = "broadband" # fill in')
    lines += [f"{name} = 1 # fill in" for name in ("batch", "year") if name in holds.fields and name not in given]
    return ["[constant]", *lines, ""] if lines else []


def _column_line(guess: Guess) -> str:
    extra = "".join(f", {name} = {_toml(value)}" for name, value in guess.understood.items())
    value = f"{{ column = {_toml(guess.column)}{extra} }}" if extra else _toml(guess.column)
    return f"{guess.field} = {value} # sure {guess.sure:g}: {_one_line(guess.saw)}"


def _unused_lines(frame: pd.DataFrame, guesses: list[Guess], many: Wide | None) -> list[str]:
    used = {guess.column for guess in guesses} | set(many.columns if many else ())
    unused = [str(name) for name in frame.columns if str(name) not in used]
    return [
        f"# not used: {_one_line(name)} ({_one_line(examples(frame[name].dropna()))})"
        for name in unused
        if frame[name].notna().any()
    ]


def _wide_lines(many: Wide | None) -> list[str]:
    if many is None:
        return []
    lines = [
        "",
        f"[[wide]] # {len(many.columns)} columns; {_one_line(many.saw)}",
        f"columns = {_toml(many.pattern)}",
    ]
    lines.append(f"value = {_toml(many.value)}")
    lines += [f"words.{name} = {_toml(said)}" for name, said in many.words.items() if said]
    return lines


def _parent_lines(holds: Content, guesses: list[Guess], upper_levels: Sequence[str]) -> list[str]:
    """Levels that the file does not name have to come from somewhere."""
    given = {guess.field for guess in guesses}
    missing = [level for level in upper_levels[1:] if not {f"{level}_name", f"{level}_code"} & given]
    if holds.kind != "places" or not missing:
        return []
    return ["", "[parents] # fill in", *(f"# {level} = {{ code_prefix = 2 }}" for level in missing)]


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:200]


def _toml(value: Any) -> str:
    """A value as TOML; texts escaped, so that a hostile header stays a text."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_toml(str(k))} = {_toml(v)}" for k, v in value.items()) + " }"
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
