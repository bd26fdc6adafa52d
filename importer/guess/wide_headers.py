"""Many columns of one meaning: headers that differ by technology, operator, speed or year, as one pattern."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as made_by
from typing import Any

import pandas as pd

from importer import days
from importer.guess import headings
from importer.guess.asked import Answers, Question
from importer.guess.wide_values import VALUES, Value, value_of
from importer.read.chunk import LeftOut

FIRST_YEAR, LAST_YEAR = 1990, 2050
NUMBERED = re.compile(r"(?i)(?P<stem>.*\D)(?P<number>\d+)(?P<tail>\s*(?:[kmg]?bit/?s|[kmg]bps|[kmg]b/s|[mg]b)?)")
YEARLY = re.compile(r"(?P<stem>.*?)(?P<number>(?:19|20)\d\d)(?P<tail>\s*年?(?:底|末|度)?.{0,12})")


@dataclass(frozen=True)
class Wide:
    """The columns, the pattern of their headers, and what their cells are. While `value` is None it is asked."""

    pattern: str  # its named groups are fields
    value: str | None  # the field that the cells fill
    words: Mapping[str, Mapping[str, str]]
    columns: tuple[str, ...]
    saw: str
    understood: Mapping[str, Any] = made_by(default_factory=dict)  # true, false, unknown
    questions: tuple[Question, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    @property
    def says_technology(self) -> bool:
        return "(?P<technology>" in self.pattern


def wide(frame: pd.DataFrame, answers: Answers = {}) -> Wide | None:  # noqa: B006 - never changed
    """The widest group of columns that say one thing each of a technology; None where there is none.

    `frame` holds columns with headers of the file's own.
    """
    return _by_number(frame, answers) or _by_year(frame, answers) or _by_technology(frame, answers)


def _made(pattern: str, value: Value, words: Mapping[str, Mapping[str, str]]) -> Wide:
    return Wide(
        pattern, value.field, words, tuple(value.named), value.saw, value.understood, value.questions, value.left_out
    )


# --- DSL_16, DSL_30, FTTH_16: a number at the end ---------------------------------------------------------


def _by_number(frame: pd.DataFrame, answers: Answers) -> Wide | None:
    """Speeds that a share is about, or years; only of shares and flags, for anything else may be numbered."""
    parts = {name: m for name in map(str, frame.columns) if (m := NUMBERED.fullmatch(name))}
    stems = pd.Series({name: m["stem"] for name, m in parts.items()}, dtype=object)
    often = stems.value_counts()
    # A tier of its own (`ftthb_1000`) belongs to the others where there are some.
    if often.empty or often.iloc[0] < 2 or len(stems) < 3:
        return None
    value = value_of(frame, list(parts), answers)
    named = value.named
    stems = stems[named]
    if value.field not in (*VALUES, None) or not named or len(stems) < 3 or stems.value_counts().iloc[0] < 2:
        return None
    numbers = [int(parts[name]["number"]) for name in named]
    is_year = all(FIRST_YEAR <= number <= LAST_YEAR for number in numbers)
    field = "as_of" if is_year else "at_least_mbps"
    pattern, words = _stems(sorted(set(stems)))
    tails = _any_of({parts[name]["tail"] for name in named})
    return _made(f"{pattern}(?P<{field}>\\d+){tails}", value, words)


def _by_year(frame: pd.DataFrame, answers: Answers) -> Wide | None:
    """2015年, 2016年 …: the same of one technology at the end of each year."""
    parts = {name: m for name in map(str, frame.columns) if (m := YEARLY.fullmatch(name))}
    around = pd.Series({name: (m["stem"], m["tail"]) for name, m in parts.items()}, dtype=object)
    if around.empty or (often := around.value_counts()).iloc[0] < 2:
        return None
    stem, tail = often.index[0]
    value = value_of(frame, [name for name, found in around.items() if found == (stem, tail)], answers, least=2)
    if value.field not in (*VALUES, None) or len(value.named) < 2:
        return None
    span = headings.technology_in(stem + tail)
    made = _made(f"{re.escape(stem)}(?P<as_of>\\d{{4}}){re.escape(tail)}", value, {})
    if span is None:
        return made
    said = (stem + tail)[slice(*span)]
    inside, escaped = (stem, re.escape(stem)) if said in stem else (tail, re.escape(tail))
    named = re.escape(inside).replace(re.escape(said), f"(?P<technology>{re.escape(said)})", 1)
    known = {word: name for word, name in headings.meant([said]).items() if word != name}
    return replace(made, pattern=made.pattern.replace(escaped, named, 1), words={"technology": known})


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


def _by_technology(frame: pd.DataFrame, answers: Answers) -> Wide | None:
    spans = {name: span for name in map(str, frame.columns) if (span := headings.technology_in(name))}
    if not spans:
        return None
    value = value_of(frame, list(spans), answers)
    if not value.named:
        return None if not value.left_out else Wide("", None, {}, (), value.saw, {}, value.questions, value.left_out)
    parts = {name: (name[: spans[name][0]], name[slice(*spans[name])], name[spans[name][1] :]) for name in value.named}
    technologies = sorted({part[1] for part in parts.values()})
    before, behind = ({part[n] for part in parts.values()} for n in (0, 2))
    pattern = _group("as_of" if _are_days(before) else "operator", before)
    pattern += f"(?P<technology>{_alternatives(technologies)})"
    pattern += _group("as_of" if _are_days(behind) and not _are_days(before) else "definition", behind)
    said = {word: name for word, name in headings.meant(technologies).items() if word != name}
    return _made(pattern, value, {"technology": said})


def _are_days(texts: Collection[str]) -> bool:
    """T1 2023, 2016-08: what stands beside the technology is a day, and no operator."""
    bare = [re.sub(r"^[\W_]+|[\W_]+$", "", text) for text in texts]
    return bool(bare) and all(bare) and not pd.notna(days.dates(pd.Series(bare, dtype=object)).problem).any()


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


def _any_of(texts: Iterable[str]) -> str:
    """One text as it is, several as alternatives that no field keeps."""
    variants = sorted(set(texts), key=lambda text: (-len(text), text))
    if len(variants) == 1:
        return re.escape(variants[0])
    return f"(?:{'|'.join(map(re.escape, variants))})" if variants else ""


def _alternatives(texts: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(set(texts), key=lambda text: (-len(text), text))))
