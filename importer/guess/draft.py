"""A first declaration for a file: what each column seems to be, what it was taken from, and how sure that is.

A draft is a proposal for a person to edit. Nothing is loaded by it. What has two readings is asked, and left out
until it is answered.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ground.phrases import phrase
from importer.contents import Content, all_kinds, content, kinds
from importer.errors import FileUnreadable, Problem
from importer.guess import headings, outlines, whole_file, writing
from importer.guess.asked import Answers, Question
from importer.guess.cells import shown
from importer.guess.columns import Guess
from importer.guess.matching import Matched, matched
from importer.guess.position import Position, position
from importer.guess.seen import Seen, seen
from importer.guess.wide_headers import Wide, of_another_technology, wide
from importer.read.chunk import FileOptions, LeftOut

NO_ANSWERS: Answers = {}
#: Of what headers promised.
REFUSED = (
    *("unknown_words", "unreadable_cells", "doubtful", "asked"),
    *("whole_degrees", "denied"),
    *("other_year", "unknown_operator", "other_scale", "other_technology"),
)
WAITING = 0.1  # a kind that can be read only when something was answered comes after those that can


@dataclass(frozen=True)
class Draft:
    """A declaration of one kind, as a TOML text with remarks.

    `lacks`: fields of which one has to be told before it can be read; empty where it can. `left_out`: the columns that
    it does not use, each with why.
    """

    kind: str
    source_id: str
    text: str
    guesses: tuple[Guess, ...]
    questions: tuple[Question, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    lacks: tuple[str, ...] = ()

    @property
    def body(self) -> dict[str, Any]:
        return tomllib.loads(self.text)

    @property
    def open_questions(self) -> tuple[Question, ...]:
        """Those without an answer in force."""
        return tuple(question for question in self.questions if question.taken is None)


def drafts(
    path: Path,
    upper_levels: Sequence[str],
    kind: str | None = None,
    options: FileOptions | None = None,
    profile_folder: Path | None = None,
    extent_degrees: Sequence[float] | None = None,
    answers: Answers = NO_ANSWERS,
) -> list[Draft]:
    """One draft per kind of content that the file seems to hold, the best first; one of a kind if it is given.

    A file inside `profile_folder` is named from there, as a build looks for it; any other by its own name.
    `extent_degrees` (west, south, east, north) is where the country lies; `answers` are obeyed. Raises Problem where
    the file cannot be read.
    """
    file = seen(path, options, upper_levels, extent_degrees, answers)
    name = writing.named(path, profile_folder)
    if kind is not None and kind not in all_kinds():
        return [_of_no_table(file, kind, name)]
    parts = _told_by_each([_part(file, content(one, upper_levels)) for one in ([kind] if kind else kinds())])
    scored = [(_score(file, part), part) for part in parts]
    best = [part for score, part in sorted(scored, key=lambda pair: -pair[0]) if kind or score > 0]
    found = {part.holds.kind for part in best}
    is_about_more = any(one.reason in REFUSED for part in parts for one in part.left_out)
    if {"villages", "projects"} & found or is_about_more:  # the same columns, for a country that has no register yet
        best = [part for part in best if part.holds.kind not in ("places", "place_positions") or kind is not None]
    return [_draft(file, part, name) for part in best[: 1 if kind else 2]]


def outlines_of(
    path: Path,
    upper_levels: Sequence[str],
    profile_folder: Path | None = None,
    extent_degrees: Sequence[float] | None = None,
    answers: Answers = NO_ANSWERS,
) -> Draft | None:
    """A draft of boundaries where a file holds outlines; None where it holds none."""
    file = seen(path, None, upper_levels, extent_degrees, answers)
    if not outlines.has_outlines(file):
        return None
    return _of_no_table(file, "boundaries", writing.named(path, profile_folder))


def _of_no_table(file: Seen, kind: str, name: str) -> Draft:
    text, guesses, questions, left_out = outlines.text_of(file, kind, name)
    return Draft(kind, writing.source_id(file.path, kind), text, guesses, questions, left_out)


def nothing_fits(
    path: Path,
    upper_levels: Sequence[str],
    extent_degrees: Sequence[float] | None = None,
    answers: Answers = NO_ANSWERS,
) -> Problem:
    """What to say of a file that no kind of content fits: its columns, and why each is not used."""
    near = [
        draft
        for kind in ("coverage", "villages", "cell_sites")
        for draft in drafts(path, upper_levels, kind, None, None, extent_degrees, answers)
    ]
    told = {part.name: part for draft in reversed(near) for part in draft.left_out}
    seen_of = "; ".join(f"{part.name}: {part.saw[:80]}" for part in list(told.values())[:12])
    return FileUnreadable(
        path.name,
        "columns by which villages, coverage, sites, speeds, projects or pilots can be known",
        phrase("none that headers and values agree on: {columns}", columns=seen_of or "no columns"),
        "name the kind of content, or write a declaration",
    )


# --- one kind of content ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Part:
    """What was found for one kind of content."""

    holds: Content
    position: Position
    many: Wide | None
    matched: Matched
    constants: dict[str, str]
    only: dict[str, tuple[str, ...]]
    asked: tuple[Question, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def guesses(self) -> tuple[Guess, ...]:
        return (*self.matched.guesses, *self.position.guesses)

    @property
    def questions(self) -> tuple[Question, ...]:
        wide = self.many.questions if self.many else ()
        return (*self.position.questions, *wide, *self.matched.questions, *self.asked)

    @property
    def given(self) -> set[str]:
        """The fields that the declaration fills."""
        given = {guess.field for guess in self.guesses} | set(self.constants)
        if "point" in given:
            given |= {"lon", "lat"}
        if self.many is not None and self.many.value is not None:
            given |= {self.many.value, *re.compile(self.many.pattern).groupindex}
        return given


def _part(file: Seen, holds: Content) -> _Part:
    place = position(file, holds)
    placed = {guess.column for guess in place.guesses} | {part.name for part in place.left_out}
    headed = [name for name in file.headers if name not in placed]
    many = wide(file.frame[headed], file.answers) if holds.kind == "coverage" and headed else None
    taken = placed | (set(many.columns) | {part.name for part in many.left_out} if many else set())
    others = of_another_technology(headed, many) if many is not None else {}
    found = matched(file, holds, frozenset(taken | set(others)))
    found = replace(found, left_out={**found.left_out, **others})
    given = {guess.field for guess in found.guesses}
    if many is not None:
        clash = {many.value, *re.compile(many.pattern).groupindex} & given if many.value else set()
        found = replace(found, guesses=tuple(guess for guess in found.guesses if guess.field not in clash))
    constants, only, asked = whole_file.constants(file, holds, many, {guess.field for guess in found.guesses})
    part = _Part(holds, place, many, found, constants, only, asked, ())
    return replace(part, left_out=_left_out(file, part))


def _told_by_each(parts: list[_Part]) -> list[_Part]:
    """A column that one kind knows and refuses is no column that no field is about, in the eyes of another. What one
    kind asks, the others don't: there it is of another kind.
    """
    known = [one for part in parts for one in part.left_out if one.reason in REFUSED]
    refused = {one.name: replace(one, reason="of_another_kind") if one.reason == "asked" else one for one in known}
    return [
        replace(
            part,
            left_out=tuple(refused.get(one.name, one) if one.reason == "no_field" else one for one in part.left_out),
        )
        for part in parts
    ]


def _left_out(file: Seen, part: _Part) -> tuple[LeftOut, ...]:
    """Every column that is not used, with why, in the order of the file."""
    used = {guess.column for guess in part.guesses} | set(part.only)
    told = {one.name: one for one in (*part.position.left_out, *part.matched.left_out.values())}
    if part.many is not None:
        used |= set(part.many.columns) if part.many.value else set()
        told |= {one.name: one for one in part.many.left_out}
    found = []
    for name in map(str, file.frame.columns):
        if name in used:
            continue
        cells = file.known(name)
        if cells.empty:
            found.append(LeftOut("column", name, "empty_column"))
        elif name in told:
            found.append(told[name])
        else:
            found.append(LeftOut("column", name, "no_header" if file.is_invented(name) else "no_field", shown(cells)))
    return tuple(found)


# --- choosing and writing ---------------------------------------------------------------------------------


def _lacks(file: Seen, part: _Part) -> tuple[str, ...]:
    given = part.given | ({"lon", "lat"} if file.look.has_geometry else set())
    return part.holds.missing(tuple(given)) or ()


def _score(file: Seen, part: _Part) -> float:
    """How well a kind of content fits; 0 where something that it needs is missing, and no answer would give it."""
    holds, given = part.holds, part.given | ({"lon", "lat"} if file.look.has_geometry else set())
    fields = {guess.field for guess in part.guesses}
    names = {"code", "name"} & fields
    if (lacking := _lacks(file, part)) and not _may_fill(part, lacking):
        return 0.0
    if holds.kind == "pilots" and not {"batch", "published_name"} & fields:
        return 0.0
    is_placed = "lon" in given or bool(part.position.questions)
    is_list_of_sites = headings.is_site_list(file.headers) or (
        is_placed and not names and not any(field.endswith("_name") for field in fields) and "operator" in fields
    )
    if holds.kind == "cell_sites" and not is_list_of_sites:
        return 0.0
    if holds.kind == "places" and not {"code", "lon"} & given:
        return 0.0
    is_own = {
        "coverage": part.many is not None and bool(part.many.columns),
        "speed_tests": "quadkey" in given,
        "cell_sites": True,
        "projects": _is_of_money(part) and _tells_projects_apart(file, part),
        "project_villages": not _tells_projects_apart(file, part),
    }.get(holds.kind, False)
    score = sum(guess.sure for guess in part.guesses) / len(holds.fields) + (1.0 if is_own else 0.0)
    return score * (WAITING if lacking else 1.0)


def _is_of_money(part: _Part) -> bool:
    is_asked = any(question.key.startswith(("meaning:", "unit:")) for question in part.matched.questions)
    return is_asked or any(part.holds.fields[guess.field].unit == "currency" for guess in part.matched.guesses)


def _tells_projects_apart(file: Seen, part: _Part) -> bool:
    """Each row is another project, no village of one."""
    column = next((guess.column for guess in part.guesses if guess.field == "project_id"), None)
    return column is not None and file.known(column).is_unique


def _may_fill(part: _Part, lacking: tuple[str, ...]) -> bool:
    """An open question is about what is lacking."""
    is_open = [question for question in part.questions if question.taken is None]
    about = {question.key.split(":", 1)[0] for question in is_open}
    if {"lon", "lat"} & set(lacking) and {"frame", "order"} & about:
        return True
    if "technology" in lacking and "technology" in about:
        return True
    content_fields = {"share", "is_covered", "population_persons", "households", "amount", "is_passed"}
    return bool(content_fields & set(lacking) and {"meaning", "words", "unit"} & about)


def _draft(file: Seen, part: _Part, name: str) -> Draft:
    holds, many = part.holds, part.many
    draft_id = writing.source_id(file.path, holds.kind)
    lacks = _lacks(file, part)
    lines = [
        *writing.head(file, holds.kind, draft_id),
        *_day_lines(part),
        *([f"# lacks {' or '.join(lacks)}: no column was found that surely says it"] if lacks else []),
        "",
        *writing.file_lines(file, name),
        *_frame_lines(file, part),
        *_row_lines(part),
        *_constant_lines(part),
        "[columns]",
        *(writing.column_line(guess) for guess in part.guesses),
        *writing.left_out_lines(part.left_out),
        *writing.asked_lines(part.questions),
        *writing.wide_lines(many),
        *_parent_lines(part, file.upper_levels),
        *_kind_lines(file, part),
    ]
    return Draft(holds.kind, draft_id, "\n".join(lines) + "\n", part.guesses, part.questions, part.left_out, lacks)


def _day_lines(part: _Part) -> list[str]:
    if (day := part.constants.get("as_of")) is None:
        return []
    remark = (
        "fill in: the day that the file describes"
        if day == whole_file.DEFAULT_DAY
        else "as answered, or as the title says"
    )
    return [f"as_of = {day} # {remark}"]


def _frame_lines(file: Seen, part: _Part) -> list[str]:
    """The frame of the positions, where the declaration has any."""
    epsg, place = file.look.epsg, part.position
    if place.frame is not None:
        remark = place.frame_why
        if place.frame == "EPSG:4326":
            remark += ". Points from a Chinese map service look the same and are GCJ-02 or BD-09"
        return writing.frame_lines(place.frame, remark)
    return writing.frame_lines(f"EPSG:{epsg}", "as the file states") if epsg is not None else []


def _row_lines(part: _Part) -> list[str]:
    if not part.only:
        return []
    return ["[rows]", f"only = {writing.toml(part.only)} # one declaration for each technology", ""]


def _constant_lines(part: _Part) -> list[str]:
    told = {name: value for name, value in part.constants.items() if name != "as_of"}
    lines = []
    for name, value in told.items():
        written = value if name in ("batch", "year") and value.isdigit() else writing.toml(value)
        lines.append(f"{name} = {written} # fill in")
    return ["[constant]", *lines, ""] if lines else []


def _parent_lines(part: _Part, upper_levels: Sequence[str]) -> list[str]:
    """Levels that the file does not name have to come from somewhere."""
    given = {guess.field for guess in part.guesses}
    missing = [level for level in upper_levels[1:] if not {f"{level}_name", f"{level}_code"} & given]
    if part.holds.kind != "places" or not missing:
        return []
    return ["", "[parents] # fill in", *(f"# {level} = {{ code_prefix = 2 }}" for level in missing)]


def _kind_lines(file: Seen, part: _Part) -> list[str]:
    """[kinds] beside a column that tells kinds: all of them, for a person to take out those outside the programme."""
    guess = next((guess for guess in part.guesses if guess.field == "kind"), None)
    if part.holds.kind != "places" or guess is None:
        return []
    words = guess.understood.get("words") or {text: text for text in file.known(guess.column).unique()}
    named = {meant: said for said, meant in words.items()}
    return [
        "",
        "[kinds] # fill in",
        f"programme = {writing.toml(list(named))} # leave those that the programme is for",
        f"names = {writing.toml({kind: {'zh': said, 'en': said} for kind, said in named.items()})}",
    ]
