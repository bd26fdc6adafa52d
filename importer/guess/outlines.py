"""Drafts of what is no table of rows: boundaries, and the kinds that the loader of an atlas reads by itself."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import shapely

from importer.contents import content
from importer.errors import FileUnreadable
from importer.guess import headings, writing
from importer.guess.asked import Answer, Question, words
from importer.guess.columns import Guess
from importer.guess.position import position
from importer.guess.seen import Seen
from importer.read.chunk import LeftOut

RESOLUTION = {"coarse": 0.05, "medium": 0.01, "fine": 0.002}
OUTLINES = ("Polygon", "MultiPolygon")
MOSTLY_DIFFERENT = 0.5
Made = tuple[str, tuple[Guess, ...], tuple[Question, ...], tuple[LeftOut, ...]]


def text_of(file: Seen, kind: str, name: str) -> Made:
    """(the draft's TOML, guesses, questions, columns that are not used) of a kind that is no table of rows."""
    return _boundaries(file, name) if kind == "boundaries" else _skeleton(file, kind, name)


def _skeleton(file: Seen, kind: str, name: str) -> Made:
    """Head and file; columns whose headers are the names of the kind's own fields."""
    columns = [f"{one} = {writing.toml(one)}" for one in file.headers if re.fullmatch(r"[a-z][a-z_]*", one)]
    lines = [
        *writing.head(file, kind, writing.source_id(file.path, kind)),
        "",
        *writing.file_lines(file, name),
        "[columns] # see docs/declarations.md for what this kind holds",
        *columns,
    ]
    return "\n".join(lines) + "\n", (), (), ()


def _boundaries(file: Seen, name: str) -> Made:
    """Outlines of one level: which column is the code, in which frame. Raises FileUnreadable where there are none."""
    if not has_outlines(file):
        raise FileUnreadable(
            file.path.name,
            "outlines of places (polygons)",
            ", ".join(sorted(_types(file))) or "no shapes",
            "hand in a map layer",
        )
    guesses = _code_and_name(file)
    level = _level(file, guesses)
    place = position(file, content("villages", file.upper_levels))
    code = next((guess for guess in guesses if guess.field == "code"), None)
    lines = [
        *writing.head(file, "boundaries", writing.source_id(file.path, "boundaries")),
        "",
        "[columns]",
        *(writing.column_line(guess) for guess in guesses),
        *([] if code else _without_code(file, guesses)),
        "",
        *(_frame_lines(file, place.frame, place.frame_why)),
        "[[layer]]",
        f"level = {writing.toml(level.taken or _levels(file)[0])}{'' if level.taken else ' # fill in'}",
        f"path = {writing.toml(name)}",
        f"sha256 = {writing.toml(writing.digest(file.path))}",
        *([f"layer = {writing.toml(file.look.layer)}"] if file.look.layer and len(file.look.layers) > 1 else []),
        "",
        "[resolution] # how far a line may be off, in degrees",
        *(f"{size} = {degrees}" for size, degrees in RESOLUTION.items()),
        *writing.left_out_lines(left_out := _unused(file, guesses)),
        *writing.asked_lines(questions := (*place.questions, level)),
    ]
    return "\n".join(lines) + "\n", guesses, questions, left_out


def _without_code(file: Seen, guesses: tuple[Guess, ...]) -> list[str]:
    """A map of several places without codes is matched by names; a file of one place may have its code in its name."""
    if guesses and len(file.frame) > 1:
        return ['match = "name" # no column can be the code']
    return ["code = { file_name = '^(.+)[.]' } # no column can be the code: the file's name, to be mended"]


def has_outlines(file: Seen) -> bool:
    return bool(_types(file) & set(OUTLINES))


def _types(file: Seen) -> set[str]:
    shapes = np.asarray([] if file.geometry is None else file.geometry, dtype=object)
    return {shape.geom_type for shape in shapes if shape is not None and not shapely.is_empty(shape)}


def _frame_lines(file: Seen, frame: str | None, why: str) -> list[str]:
    if frame is None and file.look.epsg is not None:
        return writing.frame_lines(f"EPSG:{file.look.epsg}", "as the file states")
    return writing.frame_lines(frame or "EPSG:4326", why or "the file states none: to be checked")


def _levels(file: Seen) -> list[str]:
    return list(file.upper_levels[1:]) or list(file.upper_levels) or ["district"]


def _level(file: Seen, guesses: tuple[Guess, ...]) -> Question:
    """Which level the outlines are of: as the headers of code and name say, else asked."""
    levels = _levels(file)
    ranks = [said[0] for guess in guesses if (said := headings.level_called(guess.column)) is not None]
    taken = file.answers.get("level")
    if taken is None and ranks:
        taken = headings.levels_for(set(ranks), file.upper_levels).get(max(ranks))
    answers = tuple(Answer(level, {"zh": level, "en": level}) for level in levels)
    saw = f"{len(file.frame):,}: {', '.join(file.headers[:8])}"
    return Question("level", words("level"), saw, answers, taken if taken in levels else None)


def _code_and_name(file: Seen) -> tuple[Guess, ...]:
    """The columns that differ in every row: the surest word for a code, then for a name. Of a place in several
    outlines the code stands in each of them.
    """
    holds = content("villages", file.upper_levels)
    offers: list[Guess] = []
    for column in file.headers:
        cells = file.known(column)
        if not len(cells):
            continue
        distinct = cells.nunique() / len(file.frame)
        said = headings.level_called(column)
        called = {field: like for field, like, _ in headings.fields_called(column, holds) if field in ("code", "name")}
        if said is not None:
            called.setdefault("code" if _is_code(cells) else said[1], said[2])
        if not called and (distinct == 1 or (_is_code(cells) and distinct > MOSTLY_DIFFERENT)):
            called["code" if _is_code(cells) else "name"] = 0.3
        saw = f"{cells.nunique():,} different in {len(file.frame):,}"
        offers += [Guess(field, column, round(like * distinct, 2), saw) for field, like in called.items()]
    taken: dict[str, Guess] = {}
    for offer in sorted(offers, key=lambda guess: -guess.sure):
        if offer.field not in taken and offer.column not in {guess.column for guess in taken.values()}:
            taken[offer.field] = offer
    return tuple(taken[field] for field in ("code", "name") if field in taken)


def _is_code(cells: pd.Series) -> bool:
    return bool(cells.str.fullmatch(r"[A-Z]{0,3}[\d.-]+").mean() > 0.9)


def _unused(file: Seen, guesses: tuple[Guess, ...]) -> tuple[LeftOut, ...]:
    used = {guess.column for guess in guesses}
    return tuple(LeftOut("column", name, "no_field") for name in map(str, file.frame.columns) if name not in used)
