"""Many columns of one meaning: headers that differ by technology, operator, speed or year, as one pattern."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from importer import values
from importer.guess import cells, headings

LEAST_SURE = 0.9  # of the cells, that fit a type
FIRST_YEAR, LAST_YEAR = 1990, 2050
NUMBERED = re.compile(r"(?i)(?P<stem>.*\D)(?P<number>\d+)(?P<tail>\s*(?:[kmg]?bit/?s|[kmg]bps|[kmg]b/s|[mg]b)?)")
SPEED = re.compile(r"(?i)[kmg]bps|[kmg]bit|速率|speed|velocidad|débit|geschwindigkeit|download")
VALUES = ("is_covered", "share")


@dataclass(frozen=True)
class Wide:
    """The columns, the pattern of their headers, and what their cells are."""

    pattern: str  # its named groups are fields
    value: str  # the field that the cells fill
    words: Mapping[str, Mapping[str, str]]
    columns: tuple[str, ...]
    saw: str


def wide(frame: pd.DataFrame) -> Wide | None:
    """The widest group of columns that say one thing each of a technology; None where there is none."""
    return _by_number(frame) or _by_technology(frame)


# --- DSL_16, DSL_30, FTTH_16: a number at the end ---------------------------------------------------------


def _by_number(frame: pd.DataFrame) -> Wide | None:
    """Speeds that a share is about, or years; only of shares and flags, for anything else may be numbered."""
    parts = {name: m for name in map(str, frame.columns) if (m := NUMBERED.fullmatch(name))}
    stems = pd.Series({name: m["stem"] for name, m in parts.items()}, dtype=object)
    often = stems.value_counts()
    # A tier of its own (`ftthb_1000`) belongs to the others where there are some.
    if often.empty or often.iloc[0] < 2 or len(stems) < 3:
        return None
    value, named, saw = _value_of(frame, list(parts))
    stems = stems[named]
    if value not in VALUES or len(stems) < 3 or stems.value_counts().iloc[0] < 2:
        return None
    numbers = [int(parts[name]["number"]) for name in named]
    is_year = all(FIRST_YEAR <= number <= LAST_YEAR for number in numbers)
    field = "as_of" if is_year else "at_least_mbps"
    pattern, words = _stems(sorted(set(stems)))
    tails = _any_of({parts[name]["tail"] for name in named})
    return Wide(f"{pattern}(?P<{field}>\\d+){tails}", value, words, tuple(named), saw)


def _stems(stems: Sequence[str]) -> tuple[str, dict[str, Mapping[str, str]]]:
    """A pattern of what stands before the numbers: a technology, or a group and a technology."""
    bare = [re.sub(r"[\W_]+$", "", stem) for stem in stems]
    ends = _any_of({stem[len(one) :] for stem, one in zip(stems, bare, strict=True)})
    head = _common_beginning(bare)
    short = [one[len(head) :] for one in bare]
    split = [one.split("_", 1) for one in short]
    groups = {part[0] for part in split}
    if all(len(part) == 2 for part in split) and 1 < len(groups) < len(short):
        technologies = sorted({part[1] for part in split})
        pattern = f"(?P<definition>{_alternatives(groups)})_(?P<technology>{_alternatives(technologies)})"
    else:
        technologies = sorted(set(short))
        pattern = f"(?P<technology>{_alternatives(technologies)})"
    said = {word: name for word, name in headings.meant(technologies).items() if word != name}
    return re.escape(head) + pattern + ends, {"technology": said}


def _common_beginning(texts: Sequence[str]) -> str:
    """What all begin with, up to the last separator: `verf_` of verf_dsl and verf_5g."""
    if len(texts) < 2:
        return ""
    first, last = min(texts), max(texts)
    length = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    return first[: max(first[:length].rfind("_"), first[:length].rfind(" ")) + 1]


# --- Claro_4G_CG, 是否通光纤: a technology somewhere ------------------------------------------------------


def _by_technology(frame: pd.DataFrame) -> Wide | None:
    candidates = [name for name in map(str, frame.columns) if headings.technology().search(name)]
    if not candidates:
        return None
    value, named, saw = _value_of(frame, candidates)
    if value is None:
        return None
    parts = [headings.technology().split(name, maxsplit=1) for name in named]
    technologies = sorted({part[1] for part in parts})
    pattern = _group("operator", {part[0] for part in parts})
    pattern += f"(?P<technology>{_alternatives(technologies)})" + _group("definition", {p[2] for p in parts})
    said = {word: name for word, name in headings.meant(technologies).items() if word != name}
    return Wide(pattern, value, {"technology": said}, tuple(named), saw)


def _group(name: str, texts: Iterable[str]) -> str:
    """A named group over the variants, without the separators around them; a constant text stays a text."""
    variants = set(texts)
    if len(variants) == 1:
        return re.escape(variants.pop())
    pieces = {text: re.fullmatch(r"(?s)([\W_]*)(.*?)([\W_]*)", text) for text in variants}
    heads = {m[1] for m in pieces.values() if m and m[2]}
    tails = {m[3] for m in pieces.values() if m and m[2]}
    shorts = {m[2] for m in pieces.values() if m and m[2]}
    if not shorts:
        return _any_of(variants)
    inner = f"{_any_of(heads)}(?P<{name}>{_alternatives(shorts)}){_any_of(tails)}"
    empty = sorted(text for text, m in pieces.items() if m and not m[2])
    return f"(?:{inner}|{_alternatives(empty)})" if empty else inner


# --- both -------------------------------------------------------------------------------------------------


def _value_of(frame: pd.DataFrame, named: Sequence[str]) -> tuple[str | None, list[str], str]:
    """(what the cells are, the columns of which that is true, what was seen): flags or shares, whichever are more."""
    fits: dict[str, list[str]] = {field: [] for field in VALUES}
    for name in named:
        known = frame[name].dropna()
        for field in VALUES:
            if known.empty or cells.CHECKS["flag" if field == "is_covered" else "share"](known)[0] > LEAST_SURE:
                fits[field].append(name)
    fits["share"] = _of_one_scale(frame, fits["share"])
    best = max(VALUES, key=lambda field: len(fits[field]))
    if fits[best]:
        together = pd.concat([frame[name] for name in fits[best]], ignore_index=True).dropna()
        check = cells.CHECKS["flag" if best == "is_covered" else "share"]
        return best, fits[best], check(together)[1] if len(together) else "every cell is empty"
    speeds = [name for name in named if SPEED.search(name) and frame[name].notna().any()]
    numbers = [name for name in speeds if cells.CHECKS["number"](frame[name].dropna())[0] > LEAST_SURE]
    return ("download_mbps", numbers, "numbers under headers of speed") if numbers else (None, [], "")


def _of_one_scale(frame: pd.DataFrame, named: list[str]) -> list[str]:
    """Where most columns are fractions, one of larger numbers counts something."""
    most = {name: np.nanmax(_numbers(frame[name]), initial=0.0) for name in named}
    fractions = [name for name in named if most[name] <= 1]
    has_fractions = any((_numbers(frame[name]) % 1 > 0).any() for name in fractions)
    return fractions if has_fractions and len(fractions) * 2 > len(named) else named


def _numbers(column: pd.Series) -> np.ndarray:
    return np.asarray(values.numbers(column, decimal=values.decimal_of(column)).values, dtype=float)


def _any_of(texts: Iterable[str]) -> str:
    """One text as it is, several as alternatives that no field keeps."""
    variants = sorted(set(texts), key=lambda text: (-len(text), text))
    if len(variants) == 1:
        return re.escape(variants[0])
    return f"(?:{'|'.join(map(re.escape, variants))})" if variants else ""


def _alternatives(texts: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(set(texts), key=lambda text: (-len(text), text))))
