"""Pilots in words: which batches a place was in, and how complete the list of a batch is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from atlas.look import figures
from atlas.look.language import nt, place_name, t


def name(row: Mapping[Any, Any]) -> str:
    """A pilot place as its list names it; in another language than the list's by the place's name there."""
    return place_name(str(row["published_name"]), row["name_en"])


def batches(pilots: pd.DataFrame) -> str:
    """`pilot, batch 1 (2016)`, or all batches of a place that is on several lists; nothing without a pilot."""
    pairs = sorted({(int(row["batch"]), int(row["year"])) for row in pilots.to_dict("records")})
    if not pairs:
        return ""
    years = figures.listed(str(year) for year in sorted({year for _, year in pairs}))
    return nt(
        "pilot, batch {batches} ({years})",
        "pilot, batches {batches} ({years})",
        len(pairs),
        batches=figures.listed(str(batch) for batch, _ in pairs),
        years=years,
    )


def completeness(row: Mapping[Any, Any]) -> str:
    """How much of a batch's list is held."""
    held = figures.count(row["held"])
    if row["is_complete"]:
        return t("complete: {n}", n=held)
    if pd.isna(row["published_total"]):
        return t("{n} known, the total was not found", n=held)
    return t("{n} of {total} known", n=held, total=figures.count(row["published_total"]))


def batch_words(row: Mapping[Any, Any]) -> str:
    """`batch 2 (2016)`"""
    number = figures.count(row["batch"])
    return (
        t("batch {n}", n=number) if pd.isna(row["year"]) else t("batch {n} ({year})", n=number, year=int(row["year"]))
    )


def list_words(row: Mapping[Any, Any]) -> str:
    """`batch 2 (2016): 54 of 89 known`"""
    return t("{batch}: {completeness}", batch=batch_words(row), completeness=completeness(row))


def gaps(lists: pd.DataFrame) -> str:
    """Which batches' lists have gaps here: a place that is on none of those held may be a pilot of one of them."""
    missing = [str(int(batch)) for batch in lists.loc[~lists["is_whole_here"], "batch"]]
    if not missing:
        return ""
    return nt(
        "the list of batch {batches} has gaps: a place that is not on it may be a pilot",
        "the lists of batches {batches} have gaps: a place that is not on them may be a pilot",
        len(missing),
        batches=_ranges(map(int, missing)),
    )


def _ranges(numbers: Iterable[int]) -> str:
    """2, 3, 4, 7 → 2–4, 7"""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return figures.listed(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)
