"""Words for yes and no: which of them are known, and which a person is asked about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made_by

import numpy as np
import pandas as pd

from importer import values
from importer.guess.asked import Answer, Answers, Question, words

HALF = 0.5
MOSTLY = 0.9
MOST_WORDS = 24
MOST_ASKED = 12
SHOWN = 40
MEANINGS = ("true", "false", "unknown")
NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?%?")


@dataclass(frozen=True)
class Said:
    """What the declaration is to say of words; while `is_open` the answer decides what the column says at all."""

    understood: Mapping[str, tuple[str, ...]] = made_by(default_factory=dict)  # true, false, unknown → words
    questions: tuple[Question, ...] = ()
    is_open: bool = False


def can_be_flags(known: pd.Series) -> bool:
    """Nearly all cells are words for yes or no; or half of them, and the rest are other words, no numbers."""
    if known.empty:
        return True
    different = known.str.strip().unique()
    if len(different) > MOST_WORDS:
        return False
    is_known = pd.isna(values.flags(known).problem)
    if is_known.mean() > MOSTLY:
        return True
    odd = known[~is_known]
    return bool(is_known.mean() >= HALF and not odd.str.strip().str.fullmatch(NUMBER).any())


def words_of(known: pd.Series, column: str, answers: Answers) -> Said:
    """The words of a column that says yes or no: unknown ones are asked, and what stands for no where nothing says no.

    A word that nobody explains rejects its row; where all that is not yes may be no or not known, the column waits.
    """
    counted = known.str.strip().value_counts()
    different = pd.Series(counted.index, dtype=object)
    read = values.flags(different)
    meaning = dict(zip(different, np.asarray(read.values, dtype=object), strict=True))
    odd = [str(word) for word, rule in zip(different, read.problem, strict=True) if rule is not None]
    given = {word: answers[key] for word in different if (key := f"words:{column}:{word}") in answers}
    understood = {
        how: found for how in MEANINGS if (found := tuple(str(word) for word, said in given.items() if said == how))
    }
    questions = [_asked("words", column, word, counted, given.get(word)) for word in odd[:MOST_ASKED]]
    says = {meaning[word] for word in different if word not in odd and word not in given}
    says |= {how == "true" for how in given.values() if how in ("true", "false")}
    is_open = False
    nothing = [str(word) for word in different if word not in odd and meaning[word] is None]
    if True in says and False not in says and nothing:
        yes = next((str(word) for word in different if meaning[word] is True), "")
        questions += [_asked("only_yes", column, word, counted, given.get(word), yes=yes) for word in nothing]
        is_open = any(word not in given for word in nothing)
    return Said(understood, tuple(questions), is_open)


def _asked(entry: str, column: str, word: str, counted: pd.Series, taken: str | None, **fields: str) -> Question:
    asks = words(entry, column=column, word=word[:SHOWN], **fields)
    saw = f"{counted[word]:,} / {counted.sum():,}: {word[:SHOWN]}; " + ", ".join(
        f"{n:,} × {text}" for text, n in counted.head(6).items()
    )
    answers = tuple(Answer(how, words(f"word_{how}")) for how in MEANINGS)
    return Question(f"words:{column}:{word}", asks, saw, answers, taken)
