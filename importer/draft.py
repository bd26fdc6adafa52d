"""A first declaration for a file: what each column seems to be, what it was taken from, and how sure that is.

A draft is a proposal for a person to edit. Nothing is loaded by it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made_by
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from importer import coordinates, values
from importer.chunk import FileOptions, Look
from importer.contents import Content, content, kinds
from importer.files import look, read
from importer.names import normal

ROWS_LOOKED_AT = 2_000
LEAST_SURE = 0.5
FEW_WORDS = 12
EXACT, BEGINS = 1.0, 0.6


@dataclass(frozen=True)
class Guess:
    """One column taken for one field."""

    field: str
    column: str
    sure: float  # 0 to 1
    saw: str
    understood: Mapping[str, Any] = made_by(default_factory=dict)  # words, scale, pad_to …


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
    path: Path, upper_levels: Sequence[str], kind: str | None = None, options: FileOptions | None = None
) -> list[Draft]:
    """One draft per kind of content that the file seems to hold, the best first; all of one kind if it is given.

    Raises Problem where the file cannot be read.
    """
    found = look(path, options)
    chunk = next(read(path, options, chunk_rows=ROWS_LOOKED_AT))
    frame = chunk.frame
    made = []
    for one in [kind] if kind else kinds():
        holds = content(one, upper_levels)
        wide = _wide(frame) if one == "coverage" else None
        single = frame.drop(columns=list(wide.columns)) if wide else frame
        guesses = _guesses(single, holds, upper_levels)
        score = _score(holds, guesses, wide, found)
        if kind or score > 0:
            made.append((score, _draft(path, found, holds, guesses, wide, frame, upper_levels)))
    made.sort(key=lambda pair: -pair[0])
    return [draft for _, draft in made[: 1 if kind else 2]]


# --- guessing ---------------------------------------------------------------------------------------------


def _guesses(frame: pd.DataFrame, holds: Content, upper_levels: Sequence[str]) -> list[Guess]:
    """The best column for each field, each column once, the surest first."""
    offers: list[Guess] = []
    for name in map(str, frame.columns):
        cells = frame[name]
        for field_name, likeness, why in _called(name, holds, upper_levels):
            offer = _checked(field_name, name, cells, holds, likeness, why)
            if offer is not None and offer.sure >= LEAST_SURE:
                offers.append(offer)
    offers.sort(key=lambda guess: -guess.sure)
    taken: list[Guess] = []
    for offer in offers:
        if offer.field not in {g.field for g in taken} and offer.column not in {g.column for g in taken}:
            taken.append(offer)
    return taken


def _called(name: str, holds: Content, upper_levels: Sequence[str]) -> list[tuple[str, float, str]]:
    """Fields that a header may name: (field, how alike, in words)."""
    key = normal(name)
    found = []
    for field_name, one in holds.fields.items():
        words = [normal(word) for language in one.headers.values() for word in language]
        words += [normal(one.label["zh"]), normal(one.label["en"])] if one.headers["en"] else []
        if key in words:
            found.append((field_name, EXACT, f"header {name!r} is a word for it"))
        elif any(len(word) > 3 and (key.startswith(word) or key.endswith(word)) for word in words):
            found.append((field_name, BEGINS, f"header {name!r} begins or ends like a word for it"))
    for rank, level in enumerate(upper_levels[1:], start=1):
        if f"{level}_name" in holds.fields and (key in _level_words(rank) or key == normal(level)):
            found.append((f"{level}_name", 0.95, f"header {name!r} is a word for level {rank}"))
    return found


@cache
def _vocabulary() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("vocabulary.toml").read_text(encoding="utf-8"))


@cache
def _level_words(rank: int) -> frozenset[str]:
    return frozenset(normal(word) for word in _vocabulary()["rank"].get(str(rank), {"words": []})["words"])


@cache
def _technology() -> re.Pattern[str]:
    """A word for a technology that stands by itself: `4G` in `Claro_4G_CG`, not in `14g`."""
    words = "|".join(sorted(map(re.escape, _vocabulary()["technology"]), key=len, reverse=True))
    return re.compile(f"(?i)(?<![a-z0-9])({words})(?![0-9])")


def _is_site_list(columns: Sequence[str]) -> bool:
    words = _vocabulary()["cell_site"]
    keys = [normal(column) for column in columns]
    return any(
        key.startswith(tuple(words["begins"])) or any(w in key for w in words["holds"]) for key in keys
    )


def _checked(
    field_name: str, name: str, cells: pd.Series, holds: Content, likeness: float, why: str
) -> Guess | None:
    """A header's promise against what stands beneath it."""
    kind = holds.fields[field_name].type
    known = cells.dropna()
    if known.empty:
        return Guess(field_name, name, likeness * 0.5, f"{why}; every cell is empty")
    fits, saw, understood = _CHECKS[kind](known)
    sure = round(float(likeness * fits), 2)
    return Guess(field_name, name, sure, f"{why}; {saw}", understood) if fits > 0 else None


Checked = tuple[float, str, dict[str, Any]]


def _fit(problem: np.ndarray) -> float:
    return float(pd.isna(problem).mean())


def _as_code(cells: pd.Series) -> Checked:
    lengths = cells.str.strip().str.len().value_counts()
    is_digits = cells.str.strip().str.fullmatch(r"\d+(\.0+)?").mean()
    repeated = 1 - cells.nunique() / len(cells)
    saw = f"{cells.nunique():,} different in {len(cells):,}; lengths {', '.join(map(str, sorted(lengths.index)[:4]))}"
    top = int(max(lengths.index))
    lost = len(lengths) == 2 and top - int(min(lengths.index)) == 1 and is_digits > 0.9
    return max(0.3, 1 - repeated), saw, {"pad_to": top} if lost else {}


def _as_text(cells: pd.Series) -> Checked:
    numbers = pd.isna(values.numbers(cells).problem).mean()
    return (0.2 if numbers > 0.9 else 1.0), _examples(cells), {}


def _as_number(cells: pd.Series) -> Checked:
    read_cells = values.numbers(cells)
    decimal = values.decimal_of(cells)
    found = np.asarray(read_cells.values, dtype=float)
    saw = f"{np.nanmin(found):,.6g} … {np.nanmax(found):,.6g}" if np.isfinite(found).any() else "no numbers"
    return (
        _fit(read_cells.problem) * np.isfinite(found).any(),
        saw,
        {"decimal": ","} if decimal == "," else {},
    )


def _as_share(cells: pd.Series) -> Checked:
    decimal = values.decimal_of(cells)
    scale = values.scale_of(cells, decimal)
    fits = _fit(values.shares(cells, scale=scale, decimal=decimal).problem)
    return fits, f"{_as_number(cells)[1]}, read as {scale}", {"scale": scale}


def _as_flag(cells: pd.Series) -> Checked:
    counted = cells.str.strip().value_counts()
    known = pd.isna(values.flags(cells).problem)
    saw = ", ".join(f"{n:,} × {word}" for word, n in counted.head(4).items())
    return float(known.mean()) if len(counted) <= FEW_WORDS else 0.0, saw, {}


def _as_date(cells: pd.Series) -> Checked:
    order = values.date_order_of(cells)
    fits = _fit(values.dates(cells, order=order).problem)
    return fits, _examples(cells), {"date_order": order} if order else {}


def _as_word(cells: pd.Series) -> Checked:
    counted = cells.str.strip().value_counts()
    if len(counted) > 4 * FEW_WORDS:
        return 0.0, "too many different words", {}
    saw = ", ".join(f"{n:,} × {word}" for word, n in counted.head(FEW_WORDS).items())
    return 0.9, saw, {"words": {str(word): normal(str(word)) for word in counted.index}}


def _as_longitude(cells: pd.Series) -> Checked:
    return _as_degrees(cells, 180)


def _as_latitude(cells: pd.Series) -> Checked:
    return _as_degrees(cells, 90)


def _as_degrees(cells: pd.Series, most: float) -> Checked:
    read_cells = coordinates.degrees(cells)
    found = np.asarray(read_cells.values, dtype=float)
    if not np.isfinite(found).any():
        return 0.0, "no coordinates", {}
    saw = f"{np.nanmin(found):,.6g} … {np.nanmax(found):,.6g}"
    inside = np.nanmean(np.abs(found) <= most)
    return _fit(read_cells.problem) * max(float(inside), 0.6), saw, {}


def _as_quadkey(cells: pd.Series) -> Checked:
    fits = float(cells.str.fullmatch(r"[0-3]{8,30}").mean())
    return fits, _examples(cells), {}


_CHECKS = {
    "code": _as_code,
    "text": _as_text,
    "number": _as_number,
    "count": _as_number,
    "share": _as_share,
    "flag": _as_flag,
    "date": _as_date,
    "word": _as_word,
    "longitude": _as_longitude,
    "latitude": _as_latitude,
    "quadkey": _as_quadkey,
}


def _examples(cells: pd.Series) -> str:
    return "such as " + ", ".join(repr(text[:30]) for text in cells.drop_duplicates().head(3))


# --- many columns of one meaning --------------------------------------------------------------------------


@dataclass(frozen=True)
class _Wide:
    pattern: str
    value: str
    words: dict[str, dict[str, str]]
    columns: tuple[str, ...]
    constant: dict[str, str]
    saw: str


def _wide(frame: pd.DataFrame) -> _Wide | None:
    """Headers that differ only by technology, operator or speed, such as `Claro_4G_CG`."""
    named = [str(c) for c in frame.columns if _technology().search(str(c))]
    if len(named) > 1:
        return _by_technology(frame, named)
    speeds = [str(c) for c in frame.columns if re.search(r"\d+\D*$", str(c))]
    stems = pd.Series({name: re.sub(r"\d+(\D*)$", r"#\1", name) for name in speeds}, dtype=object)
    if stems.empty or stems.value_counts().iloc[0] < 3:
        return None
    groups = {m[1] for name in speeds if (m := re.fullmatch(r"(.*?)(\d+)(\D*)", name))}
    head = "|".join(sorted(map(re.escape, groups), key=len, reverse=True))
    value, saw = _value_of(frame, speeds)
    tails = "|".join(sorted({re.escape(re.search(r"\D*$", name)[0]) for name in speeds}))  # type: ignore[index]
    return _Wide(
        f"(?P<technology>{head})(?P<at_least_mbps>\\d+)(?:{tails})", value, {}, tuple(speeds), {}, saw
    )


def _by_technology(frame: pd.DataFrame, named: list[str]) -> _Wide:
    parts = [_technology().split(name, maxsplit=1) for name in named]
    before = sorted({part[0] for part in parts}, key=lambda text: (-len(text), text))
    technologies = sorted({part[1] for part in parts})
    after = sorted({part[2] for part in parts}, key=lambda text: (-len(text), text))
    value, saw = _value_of(frame, named)
    pattern = _group("operator", before, tail="_") + _group("technology", technologies)
    pattern += _group("definition", after, head="_")
    meant = {word: _vocabulary()["technology"][word.lower()] for word in technologies}
    words = {"technology": {word: one for word, one in meant.items() if one != word}}
    return _Wide(pattern, value, words, tuple(named), {}, saw)


def _group(name: str, texts: list[str], head: str = "", tail: str = "") -> str:
    """A named group over the variants; a constant text stays a text."""
    if len(texts) == 1 and name != "technology":
        return re.escape(texts[0])
    stripped = [text.removeprefix(head).removesuffix(tail) for text in texts]
    if len(set(stripped)) == len(stripped) and all(
        text == head + short + tail for text, short in zip(texts, stripped, strict=True)
    ):
        return re.escape(head) + f"(?P<{name}>{'|'.join(map(re.escape, stripped))})" + re.escape(tail)
    return f"(?P<{name}>{'|'.join(map(re.escape, texts))})"


def _value_of(frame: pd.DataFrame, named: list[str]) -> tuple[str, str]:
    """What the cells of the columns are: a flag, else a share, else a speed."""
    cells = pd.concat([frame[name] for name in named], ignore_index=True).dropna()
    if cells.empty:
        return "is_covered", "every cell is empty"
    for field_name, check in (("is_covered", _as_flag), ("share", _as_share)):
        fits, saw, _ = check(cells)
        if fits > 0.9:
            return field_name, saw
    return "download_mbps", _as_number(cells)[1]


# --- choosing and writing ---------------------------------------------------------------------------------


def _score(holds: Content, guesses: list[Guess], wide: _Wide | None, found: Look) -> float:
    """How well a kind of content fits; 0 where something that it needs is missing."""
    given = {guess.field for guess in guesses} | {"as_of", "technology", "batch", "year"}
    if wide is not None:
        given |= {wide.value}
    if found.has_geometry:
        given |= {"lon", "lat"}
    if holds.missing(tuple(given)):
        return 0.0
    seen = {guess.field for guess in guesses}
    if holds.kind == "pilots" and not {"batch", "published_name"} & seen:
        return 0.0
    if holds.kind == "cell_sites" and not _is_site_list(found.columns):
        return 0.0
    own = {"coverage": wide is not None, "speed_tests": "quadkey" in given, "cell_sites": True}.get(
        holds.kind, False
    )
    if holds.kind == "places" and not {"code", "lon"} & given:
        return 0.0
    return sum(guess.sure for guess in guesses) / len(holds.fields) + (1.0 if own else 0.0)


def _draft(
    path: Path,
    found: Look,
    holds: Content,
    guesses: list[Guess],
    wide: _Wide | None,
    frame: pd.DataFrame,
    upper_levels: Sequence[str],
) -> Draft:
    source_id = re.sub(r"\W+", "_", normal(path.stem).encode("ascii", "ignore").decode()) or "source"
    source_id = f"{source_id}_{holds.kind}"
    lines = [
        f"# A first declaration for {path.name}, to be checked and edited by a person.",
        f"# Each guess says what was seen and how sure it is, from 0 to 1. {'; '.join(found.notes)}.",
        f"source_id = {_toml(source_id)}",
        f"kind = {_toml(holds.kind)}",
        f"title = {{ zh = {_toml(path.stem)}, en = {_toml(path.stem)} }} # fill in",
        'publisher = { zh = "待填写", en = "to be filled in" }',
        'edition = "to be filled in"',
        'licence = "to be filled in"',
        'evidence = "declared" # measured, declared, modelled, assumed or simulated',
        *_day_lines(holds, guesses),
        "",
        *_file_lines(path, found),
        *_frame_lines(found, guesses),
        *_constant_lines(holds, guesses, wide),
        "[columns]",
        *(_column_line(guess) for guess in guesses),
        *_unused_lines(frame, guesses, wide),
        *_wide_lines(wide),
        *_parent_lines(holds, guesses, upper_levels),
    ]
    return Draft(holds.kind, source_id, "\n".join(lines) + "\n", tuple(guesses))


def _day_lines(holds: Content, guesses: list[Guess]) -> list[str]:
    if "as_of" not in holds.fields or "as_of" in {guess.field for guess in guesses}:
        return []
    return ["as_of = 2000-01-01 # fill in: the day that the file describes"]


def _file_lines(path: Path, found: Look) -> list[str]:
    lines = [
        "[file]",
        f"path = {_toml(path.name)}",
        f"sha256 = {_toml(sha256(path.read_bytes()).hexdigest())}",
        f"format = {_toml(found.format)}",
    ]
    for name in ("encoding", "delimiter", "sheet", "layer"):
        if (value := getattr(found, name)) is not None and found.format not in ("geojson", "shapefile"):
            lines.append(f"{name} = {_toml(value)}")
    if found.header_row is not None and found.header_row != 1:
        lines.append(f"header_row = {found.header_row}")
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


def _constant_lines(holds: Content, guesses: list[Guess], wide: _Wide | None) -> list[str]:
    given = {guess.field for guess in guesses}
    lines = []
    if "technology" in holds.fields and "technology" not in given and wide is None:
        lines.append('technology = "broadband" # fill in')
    lines += [
        f"{name} = 1 # fill in" for name in ("batch", "year") if name in holds.fields and name not in given
    ]
    return ["[constant]", *lines, ""] if lines else []


def _column_line(guess: Guess) -> str:
    extra = "".join(f", {name} = {_toml(value)}" for name, value in guess.understood.items())
    value = f"{{ column = {_toml(guess.column)}{extra} }}" if extra else _toml(guess.column)
    return f"{guess.field} = {value} # sure {guess.sure:g}: {_one_line(guess.saw)}"


def _unused_lines(frame: pd.DataFrame, guesses: list[Guess], wide: _Wide | None) -> list[str]:
    used = {guess.column for guess in guesses} | set(wide.columns if wide else ())
    unused = [str(name) for name in frame.columns if str(name) not in used]
    return [
        f"# not used: {_one_line(name)} ({_one_line(_examples(frame[name].dropna()))})"
        for name in unused
        if frame[name].notna().any()
    ]


def _wide_lines(wide: _Wide | None) -> list[str]:
    if wide is None:
        return []
    lines = [
        "",
        f"[[wide]] # {len(wide.columns)} columns; {_one_line(wide.saw)}",
        f"columns = {_toml(wide.pattern)}",
    ]
    lines.append(f"value = {_toml(wide.value)}")
    lines += [f"words.{name} = {_toml(said)}" for name, said in wide.words.items() if said]
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
