"""What the cells of many columns are: yes or no, shares, speeds. The columns speak for or against each other."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made_by
from typing import Any

import numpy as np
import pandas as pd

from importer import values
from importer.guess import cells, headings, yes_or_no
from importer.guess.asked import Answer, Answers, Question, words
from importer.guess.units import listed, not_used
from importer.read.chunk import LeftOut

LEAST_SURE = 0.9  # of the cells, that fit a type
SPEED = re.compile(r"(?i)[kmg]bps|[kmg]bit|速率|speed|velocidad|débit|geschwindigkeit|download")
VALUES = ("is_covered", "share")
FAR_OVER, SLIPS = 120.0, 0.02
OVER = 0.25  # of the columns beyond 100: then none of them is a share
HALF = 0.5
MANY_COLUMNS = 3
CAPPED = 2  # columns of which the largest number is 100, and none is beyond: percents end there


@dataclass(frozen=True)
class Value:
    """The field that the columns `named` fill; None where a question is open, or nothing fits."""

    field: str | None
    named: list[str]
    saw: str = ""
    understood: Mapping[str, Any] = made_by(default_factory=dict)
    questions: tuple[Question, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


def value_of(frame: pd.DataFrame, named: Sequence[str], answers: Answers, least: int = MANY_COLUMNS) -> Value:
    """Flags or shares, whichever are more; else speeds. `least`: so many columns of percents speak for themselves."""
    filled = {name: frame[name].dropna() for name in named if answers.get(f"meaning:{name}") != "not_used"}
    flags = [name for name, known in filled.items() if yes_or_no.can_be_flags(known) and not _is_count(name, known)]
    numbers = [name for name, known in filled.items() if known.empty or _is_numeric(name, known)]
    shares = _of_one_scale(frame, [name for name in numbers if name not in flags or filled[name].empty])
    speeds = [name for name in numbers if SPEED.search(name) and len(filled[name])]
    if any(len(filled[name]) for name in flags) and len(flags) >= len(shares):
        return _flags(frame, flags, answers)
    found = _shares(frame, shares, answers, least) if any(len(filled[name]) for name in shares) else Value(None, [])
    if found.field is None and speeds:
        return Value("download_mbps", speeds, "numbers under headers of speed")
    return found


def _is_count(name: str, known: pd.Series) -> bool:
    """0 and 1 beneath 4G基站数 are numbers, and say neither yes nor no."""
    return bool(len(known) and headings.speaks_against(name, "share") and known.str.fullmatch(r"[\d.,]+").all())


def _is_numeric(name: str, known: pd.Series) -> bool:
    """Nearly all cells are numbers; or half of them are shares, beneath a header that says so."""
    is_told = headings.says(name, "share") and cells.CHECKS["share"](known)[0] >= HALF
    return _fit("share", known) or _fit("number", known) or is_told


def _fit(kind: str, known: pd.Series) -> bool:
    return cells.CHECKS[kind](known)[0] > LEAST_SURE


def _flags(frame: pd.DataFrame, named: list[str], answers: Answers) -> Value:
    together = pd.concat([frame[name] for name in named], ignore_index=True).dropna()
    joined = ", ".join(named)
    said = yes_or_no.words_of(together, joined, answers)
    saw = cells.CHECKS["flag"](together)[1] or cells.shown(together)
    if said.is_open:
        left_out = tuple(LeftOut("column", name, "asked", saw) for name in named)
        return Value(None, named, saw, {}, said.questions, left_out)
    return Value("is_covered", named, saw, said.understood, said.questions)


def _shares(frame: pd.DataFrame, named: list[str], answers: Answers, least: int) -> Value:
    """Shares where their size or a word says so; counts, distances and what may be either are not taken for them."""
    counts = _counts_beside_rates(frame, named)
    named = [name for name in named if name not in counts]
    most = {name: float(np.nanmax(_numbers(frame[name]), initial=0.0)) for name in named}
    together = pd.concat([frame[name] for name in named], ignore_index=True).dropna()
    found = _numbers(together)
    saw = cells.numbers_shown(together)
    joined, key = listed(named), f"meaning:{', '.join(named)}"
    over = [name for name in named if _is_over(frame[name])]
    against = [name for name in named if headings.speaks_against(name, "share")]
    if len(over) > OVER * len(named) or len(against) > OVER * len(named):
        why = f"{saw} > 100" if over else saw
        return Value(None, [], saw, left_out=tuple(LeftOut("column", name, "doubtful", why) for name in named))
    refused = tuple(
        LeftOut("column", name, "doubtful", cells.numbers_shown(frame[name].dropna()))
        for name in (*counts, *over, *against)
    )
    kept = [name for name in named if name not in (*over, *against)]
    small = _fractions_beside_percents(frame, kept, most)
    refused += tuple(
        LeftOut("column", name, "other_scale", cells.numbers_shown(frame[name].dropna())) for name in small
    )
    kept = [name for name in kept if name not in small]
    together = pd.concat([frame[name] for name in kept], ignore_index=True).dropna()
    found = _numbers(together)
    saw = cells.numbers_shown(together)
    mixed = is_mixed(_numbers(together[~together.str.contains("%|％")]))
    is_sure = not mixed and (
        together.str.contains("%|％").any()
        or max(most[name] for name in kept) <= 1
        or any(headings.says(name, "share") for name in kept)
        or (len(kept) >= least and bool((found % 1 > 0).any()))
        or sum(most[name] == 100 for name in kept) >= CAPPED
    )
    question = Question(
        key,
        words("meaning_of_mixed", column=joined) if mixed else words("meaning_of_columns", columns=joined),
        saw,
        (Answer("share", words("is_share")), not_used()),
        answers.get(key),
    )
    if is_sure or question.taken == "share":
        has_signs = bool(together.str.contains("%|％").any())
        scale = "percent" if has_signs else cells.CHECKS["share"](together)[2].get("scale", "fraction")
        return Value("share", kept, f"{saw}, read as {scale}", {}, (question,) if question.taken else (), refused)
    reason = "answered_not_used" if question.taken == "not_used" else "asked"
    return Value(
        None,
        kept if reason == "asked" else [],
        saw,
        questions=(question,),
        left_out=(*refused, *(LeftOut("column", name, reason, saw) for name in kept)),
    )


def _counts_beside_rates(frame: pd.DataFrame, named: list[str]) -> list[str]:
    """Columns of which the header says a number (通光纤自然村数), where another's says a rate and no number: what they
    hold says nothing of it.
    """
    against = [name for name in named if headings.speaks_against(name, "share")]
    rates = [name for name in named if name not in against and headings.says(name, "share")]
    return against if any(not _is_over(frame[name]) for name in rates) else []


def _fractions_beside_percents(frame: pd.DataFrame, named: list[str], most: Mapping[str, float]) -> list[str]:
    """Columns up to 1 beside others up to 100: one scale for both would make 0.98 % of 98 %. A sign says its own."""
    signed = {name for name in named if frame[name].str.contains("%|％", na=False).any()}
    above = [name for name in named if most[name] > 1 + values.SHARE_SLACK and name not in signed]
    small = [name for name in named if 0 < most[name] <= 1 and name not in signed]
    return small if above else []


def is_mixed(found: np.ndarray) -> bool:
    """Numbers without a sign of percent, some up to 1, some above 10, and nothing between: fractions among percents, or
    the 1 of a cell that showed 100 %.
    """
    return bool(((found > 0) & (found <= 1)).any() and (found > 10).any() and not ((found > 1) & (found < 10)).any())


def _is_over(column: pd.Series) -> bool:
    """More than a hundred percent, by more than rounding or a slip in a cell or two."""
    found = _numbers(column)
    return bool(np.nanmax(found, initial=0.0) > FAR_OVER or np.mean(found > 100 * (1 + values.SHARE_SLACK)) > SLIPS)


def _of_one_scale(frame: pd.DataFrame, named: list[str]) -> list[str]:
    """Where most columns are fractions, one of larger numbers counts something."""
    most = {name: np.nanmax(_numbers(frame[name]), initial=0.0) for name in named}
    fractions = [name for name in named if most[name] <= 1]
    has_fractions = any((_numbers(frame[name]) % 1 > 0).any() for name in fractions)
    return fractions if has_fractions and len(fractions) * 2 > len(named) else named


def _numbers(column: pd.Series) -> np.ndarray:
    plain = column.str.rstrip("%％ ")
    return np.asarray(values.numbers(plain, decimal=values.decimal_of(plain)).values, dtype=float)
