"""Many columns of one meaning: headers that differ by technology, operator, speed or year, as one pattern."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as made_by
from typing import Any

import pandas as pd

from importer.guess import around, headings
from importer.guess.around import alternatives, any_of
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
    denied = _denied(list(map(str, frame.columns)))
    frame = frame.drop(columns=list(denied))
    found = (
        _by_year_and_technology(frame, answers)
        or _by_number(frame, answers)
        or _by_year(frame, answers)
        or _by_technology(frame, answers)
    )
    if not denied:
        return found
    return replace(found or _none([]), left_out=(*denied.values(), *(found.left_out if found else ())))


def _denied(headers: Sequence[str]) -> dict[str, LeftOut]:
    """Columns of a technology or a year that say the opposite of covered, or a plan: yes below 未通光纤 is no."""
    return {
        name: LeftOut("column", name, "denied")
        for name in headers
        if headings.denies(name) and (headings.technology_in(name) or YEARLY.fullmatch(name))
    }


def _made(pattern: str, value: Value, words: Mapping[str, Mapping[str, str]]) -> Wide:
    return Wide(
        pattern, value.field, words, tuple(value.named), value.saw, value.understood, value.questions, value.left_out
    )


def of_another_technology(headers: Sequence[str], many: Wide) -> dict[str, LeftOut]:
    """Columns that would say something of every technology that is read, and name another one: 4G覆盖率 beside
    是否通光纤. One of the same technology alone (光纤开通日期) belongs to it.
    """
    spoken = {name: _technology_of(name) for name in headers}
    meant = {spoken[name] for name in many.columns if name in spoken}
    told = {part.name for part in many.left_out}
    others = {name for name, technology in spoken.items() if technology is not None and {technology} != meant}
    return {
        name: LeftOut("column", name, "other_technology", ", ".join(sorted(filter(None, meant))))
        for name in others - set(many.columns) - told
    }


def _technology_of(header: str) -> str | None:
    return next(iter(headings.meant([header]).values()), None)


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
    tails = any_of({parts[name]["tail"] for name in named})
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
    ends = any_of({stem[len(one) :] for stem, one in zip(stems, bare, strict=True)})
    head = _common_beginning(bare)
    short = [one[len(head) :] for one in bare]
    split = [one.split("_", 1) for one in short]
    groups = {part[0] for part in split}
    if all(len(part) == 2 for part in split) and 1 < len(groups) < len(short):
        technologies = sorted({part[1] for part in split})
        pattern = f"(?P<definition>{alternatives(groups)})_(?P<technology>{alternatives(technologies)})"
    else:
        technologies = sorted(set(short))
        pattern = f"(?P<technology>{alternatives(technologies)})"
    said = {word: name for word, name in headings.meant(technologies).items() if word != name}
    return re.escape(head) + pattern + ends, {"technology": said}


def _common_beginning(texts: Sequence[str]) -> str:
    """What all begin with, up to the last separator: `verf_` of verf_dsl and verf_5g."""
    if len(texts) < 2:
        return ""
    first, last = min(texts), max(texts)
    length = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    return first[: max(first[:length].rfind("_"), first[:length].rfind(" ")) + 1]


# --- Claro_4G_CG, 是否通光纤, 2018年 / 4G: a technology somewhere ----------------------------------------------


def _taken_apart(frame: pd.DataFrame) -> dict[str, around.Around]:
    spans = {name: span for name in map(str, frame.columns) if (span := headings.technology_in(name))}
    return around.taken_apart(spans)


def _by_technology(frame: pd.DataFrame, answers: Answers) -> Wide | None:
    parts = _taken_apart(frame)
    refused = around.refused(parts.values())
    if len(refused) == len(parts):
        return _none(refused.values()) if refused else None
    value = value_of(frame, [name for name in parts if name not in refused], answers)
    same = around.same([parts[name] for name in value.named])
    value = replace(
        value,
        named=[name for name in value.named if name not in same],
        left_out=(*refused.values(), *value.left_out, *same.values()),
    )
    if not value.named:
        return replace(_none(value.left_out), saw=value.saw, questions=value.questions) if value.left_out else None
    technologies = sorted({parts[name].technology for name in value.named})
    said = {word: name for word, name in headings.meant(technologies).items() if word != name}
    return _made(around.pattern([parts[name] for name in value.named]), value, {"technology": said})


def _none(left_out: Iterable[LeftOut]) -> Wide:
    """No columns that can be read, and why."""
    return Wide("", None, {}, (), "", {}, (), tuple(left_out))


def _by_year_and_technology(frame: pd.DataFrame, answers: Answers) -> Wide | None:
    """2018年 / 光纤, 2018年 / 4G, 2019年 / 光纤 …: several technologies, each with its year."""
    parts = _taken_apart(frame).values()
    is_both = len({part.technology for part in parts}) > 1 and all(len(part.years) == 1 for part in parts)
    return _by_technology(frame, answers) if is_both else None
