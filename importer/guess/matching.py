"""The best column for each field: what a header promises, against the cells beneath it and the columns beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as made_by

import numpy as np
import pandas as pd

from importer import values
from importer.contents import Content
from importer.convert.declared import NUMBERS
from importer.guess import headings, units, yes_or_no
from importer.guess.asked import Answer, Question, words
from importer.guess.cells import CHECKS, examples, numbers_shown, shown
from importer.guess.columns import MOSTLY, Guess, Tested, by_shape
from importer.guess.seen import Seen
from importer.guess.units import not_used
from importer.guess.wide_values import is_mixed
from importer.place.names import normal
from importer.read.chunk import LeftOut

LEAST_SURE = 0.5
EXACT_ENOUGH = 0.5  # of the cells, under a header that is a word for the field
ID_LIKENESS = 0.6
LONG_CODE = 12  # digits; officials append zeros to the code of a village
TOO_SMALL = 0.2  # of the numbers below the least that the field can be
WORDS_SHOWN = 6
#: Of which a header may say the opposite, or a plan.
DENIED = ("is_covered", "is_connected", "share", "opened_date", "is_passed")
UNNAMED = {"money": ("capex", "granted", "requested", "approved", "amount"), "ratio": ("share",)}
ID_ENDING = re.compile(r"(?i)(?:id|code|cod|codigo|编号|代码|编码)$")


@dataclass(frozen=True)
class Matched:
    guesses: tuple[Guess, ...]
    questions: tuple[Question, ...] = ()
    left_out: Mapping[str, LeftOut] = made_by(default_factory=dict)  # column → why it is not used


def matched(seen: Seen, holds: Content, taken: frozenset[str]) -> Matched:
    """Guesses for all fields but positions; `taken` are columns that say something else already."""
    free = [name for name in map(str, seen.frame.columns) if name not in taken]
    offers: list[Guess] = []
    questions: dict[str, Question] = {}
    left_out: dict[str, LeftOut] = {}
    for name in free:
        answered = _answered(seen, name)
        if answered == "not_used":
            left_out[name] = LeftOut("column", name, "answered_not_used")
            continue
        for offer in _offers(seen, name, holds, answered):
            tested = units.tested(offer, holds, seen) if answered else _tested(offer, holds, seen)
            if tested.question is not None:
                questions[tested.question.key] = tested.question
            if tested.guess is not None:
                offers.append(tested.guess)
            elif name not in left_out:
                saw = tested.question.saw if tested.question else ""
                left_out[name] = tested.left_out or LeftOut("column", name, "asked", saw)
    guesses = _chosen(offers, left_out)
    guesses = _lowest_is_meant(guesses, holds, seen)
    guesses += _by_cells(seen, holds, guesses, free)
    for column, question in _unnamed(seen, holds, guesses, free).items():
        questions[question.key] = question
        questions.pop(f"unit:{column}", None)  # first what it is, then in which unit
        left_out[column] = LeftOut("column", column, "asked", question.saw)
    used = {guess.column for guess in guesses}
    left_out = {name: why for name, why in left_out.items() if name not in used}
    return Matched(tuple(guesses), tuple(questions.values()), left_out)


def _answered(seen: Seen, name: str) -> str | None:
    if seen.answers.get(f"unit:{name}") == "not_used":
        return "not_used"
    return seen.answers.get(f"meaning:{name}")


# --- what headers promise ---------------------------------------------------------------------------------


def _offers(seen: Seen, name: str, holds: Content, answered: str | None) -> list[Guess]:
    """Fields that a header may name, with how well the cells fit; those that do not fit too, with sure 0."""
    if answered is not None:
        is_meant = answered in holds.fields and answered not in ("lon", "lat")
        return [_checked(answered, name, seen, holds, headings.EXACT, "as answered")] if is_meant else []
    if seen.is_invented(name):
        return []
    ranks = headings.levels_called(seen.headers)
    levels = headings.levels_for({rank for rank, _, _ in ranks.values()}, seen.upper_levels)
    called = [one for one in headings.fields_called(name, holds) if _may_be(name, one, holds, len(ranks))]
    if name in ranks and (level := levels.get(ranks[name][0])):
        called += _above(name, level, ranks[name], seen, holds)
    elif name in ranks and headings.is_below(ranks[name][0], seen.upper_levels):
        called += _own(name, ranks[name], holds)
    elif (own := f"{normal(name)}_name") in holds.fields:
        called.append((own, headings.LEVEL, f"header {name!r} is a level of the profile"))
    return [_checked(field, name, seen, holds, likeness, why) for field, likeness, why in called]


def _may_be(name: str, called: tuple[str, float, str], holds: Content, levels: int) -> bool:
    """Positions are looked at elsewhere; "state" beside "county" is a place; of "bid amount" the use is not told."""
    field, likeness, _ = called
    if field in ("lon", "lat") or (field in DENIED and headings.denies(name)):
        return False
    if field == "state" and levels > 1 and headings.level_called(name) is not None:
        return False
    is_money = holds.fields[field].unit == "currency" and headings.says(name, "money")
    return not (is_money and likeness == headings.BEGINS and name.isascii())


def _above(
    name: str, level: str, said: tuple[int, str, float], seen: Seen, holds: Content
) -> list[tuple[str, float, str]]:
    """A place above that a header names; numbers beneath a level's name are its codes."""
    rank, part, sure = said
    known = seen.known(name)
    if part == "name" and len(known) and known.str.fullmatch(r"\d+").mean() > 0.9:
        part = "code"
    field = f"{level}_{part}"
    return [(field, sure, f"header {name!r} is a word for level {rank}")] if field in holds.fields else []


def _own(name: str, said: tuple[int, str, float], holds: Content) -> list[tuple[str, float, str]]:
    """A place below all levels of the profile is what the row is about."""
    _, part, sure = said
    return (
        [(part, sure, f"header {name!r} is a word for a place below the profile's levels")]
        if part in holds.fields
        else []
    )


def _checked(field_name: str, name: str, seen: Seen, holds: Content, likeness: float, why: str) -> Guess:
    """A header's promise with what its cells are; `sure` is 0 where none of them fits."""
    kind = holds.fields[field_name].type
    known = seen.known(name)
    if known.empty:
        return Guess(field_name, name, likeness * 0.5, f"{why}; every cell is empty")
    if kind in NUMBERS:
        known = values.in_unit(known, holds.fields[field_name].unit)
    fits, saw, understood = CHECKS[kind](known)
    if field_name == "technology" and "words" in understood:
        understood = {"words": understood["words"] | headings.meant(list(understood["words"]))}
    if kind == "code" and (strip := _zeros_behind(known)) is not None:
        understood = {"strip": strip}
    if field_name == "operator":  # some files give the number of the network
        fits = max(fits, EXACT_ENOUGH)
    sure = round(float(likeness * fits), 2)
    if likeness == headings.EXACT and fits >= EXACT_ENOUGH:
        sure = max(sure, LEAST_SURE)
    return Guess(field_name, name, sure, f"{why}; {saw}", understood)


def _zeros_behind(known: pd.Series) -> str | None:
    """4311221002030000000: a code of twelve digits and seven zeros, as registers of land have it."""
    lengths = known.str.len()
    behind = int(lengths.iloc[0]) - LONG_CODE
    if lengths.nunique() != 1 or behind < 3 or not known.str.fullmatch(rf"\d{{{LONG_CODE}}}0{{{behind}}}").all():
        return None
    return f"0{{{behind}}}$"


# --- tests on values --------------------------------------------------------------------------------------


def _tested(offer: Guess, holds: Content, seen: Seen) -> Tested:
    """An offer after all tests: still there, or why not, or what is asked first."""
    field = holds.fields[offer.field]
    known = seen.known(offer.column)
    if field.type == "flag" and not known.empty:
        return _tested_flag(offer, known, seen)
    if offer.sure < LEAST_SURE:
        return Tested(None, left_out=_unreadable(offer, field.type, known))
    if known.empty:
        return Tested(offer)
    for test in _TESTS:
        if (refused := test(offer, holds, seen, known)) is not None:
            return refused
    return units.tested(offer, holds, seen)


def _tested_flag(offer: Guess, known: pd.Series, seen: Seen) -> Tested:
    if not yes_or_no.can_be_flags(known):
        return Tested(None, left_out=_unreadable(offer, "flag", known))
    said = yes_or_no.words_of(known, offer.column, seen.answers)
    question = said.questions[0] if said.questions else None
    if said.is_open:
        return Tested(None, question)
    sure = max(offer.sure, LEAST_SURE)
    return Tested(replace(offer, sure=sure, understood={**offer.understood, **said.understood}), question)


def _unreadable(offer: Guess, kind: str, known: pd.Series) -> LeftOut:
    """Which cells, of how many, are not what the header says."""
    if known.empty:
        return LeftOut("column", offer.column, "empty_column")
    read = _READERS[kind](known) if kind in _READERS else None
    odd = known if read is None else known[pd.notna(read.problem)]
    if odd.empty:
        return LeftOut("column", offer.column, "doubtful", shown(known))
    listed = units.listed([text[:30] for text in odd.unique()], WORDS_SHOWN)
    reason = "unknown_words" if kind in ("flag", "word") else "unreadable_cells"
    return LeftOut("column", offer.column, reason, f"{len(odd):,} / {len(known):,}: {listed}")


_READERS: Mapping[str, Callable[[pd.Series], values.Converted]] = {
    "flag": values.flags,
    "number": values.numbers,
    "count": values.numbers,
    "share": values.shares,
}


def _code_of_another(offer: Guess, holds: Content, seen: Seen, known: pd.Series) -> Tested | None:
    """One code for several names is the code of a place above them."""
    if offer.field != "code" or known.nunique() == len(known):
        return None
    for name in seen.headers:
        named = headings.fields_called(name, holds) if name != offer.column else []
        is_place = any(field == "name" for field, _, _ in named) or headings.level_called(name) is not None
        if not is_place or seen.frame[name].nunique() <= known.nunique():
            continue
        names_of_one = seen.frame.groupby(offer.column)[name].nunique()
        if float(names_of_one.max()) > 1 and (names_of_one > 1).mean() > 0.5:
            saw = f"{known.nunique():,} / {seen.frame[name].nunique():,} {name}"
            return Tested(None, left_out=LeftOut("column", offer.column, "doubtful", saw))
    return None


def _too_small(offer: Guess, holds: Content, seen: Seen, known: pd.Series) -> Tested | None:
    """Numbers below the least that the field can be: a year that is 1, a negative population."""
    least = holds.fields[offer.field].least
    if least is None:
        return None
    found = np.asarray(values.numbers(known, unit=holds.fields[offer.field].unit).values, dtype=float)
    found = found[np.isfinite(found)]
    if len(found) and float(np.mean(found < least)) > TOO_SMALL:
        saw = f"{np.min(found):,.6g} … {np.max(found):,.6g} < {least:g}"
        return Tested(None, left_out=LeftOut("column", offer.column, "doubtful", saw))
    return None


def _ratio_for_total(offer: Guess, holds: Content, seen: Seen, known: pd.Series) -> Tested | None:
    """ "Accesses per 100 households" is no number of households."""
    unit = holds.fields[offer.field].unit
    if unit not in ("person", "household", "village") or not headings.speaks_against(offer.column, "total"):
        return None
    return Tested(None, left_out=LeftOut("column", offer.column, "doubtful", numbers_shown(known)))


def _part_of_a_total(offer: Guess, holds: Content, seen: Seen, known: pd.Series) -> Tested | None:
    """贫困户数, 光纤覆盖户数, households with internet: some of the households, and not how many there are."""
    field = holds.fields[offer.field]
    if field.unit not in ("person", "household") or not headings.part_of_a_total(offer.column, field):
        return None
    key = f"meaning:{offer.column}"
    answers = (Answer(offer.field, field.label), not_used())
    taken = seen.answers.get(key)
    question = Question(key, words("meaning", column=offer.column), numbers_shown(known), answers, taken)
    return None if taken == offer.field else Tested(None, question)


def _no_share(offer: Guess, holds: Content, seen: Seen, known: pd.Series) -> Tested | None:
    """Numbers beyond a hundred, of something counted or measured, or fractions and percents in one column."""
    if holds.fields[offer.field].type != "share":
        return None
    if headings.speaks_against(offer.column, "share") and not headings.says(offer.column, "share"):
        return Tested(None, left_out=LeftOut("column", offer.column, "doubtful", numbers_shown(known)))
    bare = known[~known.str.contains("%|％")]
    found = np.asarray(values.numbers(bare, decimal=values.decimal_of(bare)).values, dtype=float)
    found = found[np.isfinite(found)]
    if offer.understood.get("scale") != "percent" or not is_mixed(found):
        return None
    key = f"meaning:{offer.column}"
    saw = shown(bare, 6)
    answers = (Answer("share", words("is_share")), not_used())
    taken = seen.answers.get(key)
    question = Question(key, words("meaning_of_mixed", column=offer.column), saw, answers, taken)
    return None if taken == "share" else Tested(None, question)


_TESTS = (_code_of_another, _too_small, _ratio_for_total, _part_of_a_total, _no_share)


# --- choosing ---------------------------------------------------------------------------------------------


def _chosen(offers: list[Guess], left_out: dict[str, LeftOut]) -> list[Guess]:
    """The surest offer of each field and each column; who comes second is told."""
    taken: list[Guess] = []
    for offer in sorted(offers, key=lambda guess: -guess.sure):
        if offer.column in {guess.column for guess in taken}:
            continue
        first = next((guess for guess in taken if guess.field == offer.field), None)
        if first is None:
            taken.append(offer)
        elif offer.column not in left_out:
            left_out[offer.column] = LeftOut("column", offer.column, "second_of_its_field", first.column)
    return taken


def _lowest_is_meant(guesses: list[Guess], holds: Content, seen: Seen) -> list[Guess]:
    """A table of counties names no village: its rows are about the lowest places that it names."""
    given = {guess.field for guess in guesses}
    if {"code", "name"} & given or not {"code", "name"} <= set(holds.fields):
        return guesses
    for level in reversed(seen.upper_levels[1:]):
        own = {f"{level}_code": "code", f"{level}_name": "name"}
        if own.keys() & given:
            return [replace(guess, field=own.get(guess.field, guess.field)) for guess in guesses]
    return guesses


def _by_cells(seen: Seen, holds: Content, guesses: list[Guess], free: list[str]) -> list[Guess]:
    """What cells alone tell: without headers a code and a name; else an id where names do not tell rows apart."""
    given = {guess.field for guess in guesses}
    left = {name: seen.known(name) for name in free if name not in {guess.column for guess in guesses}}
    left = {name: cells for name, cells in left.items() if len(cells)}
    if not seen.headers:
        return [one for one in by_shape(left) if one.field in holds.fields and one.field not in given]
    if "code" in given or "code" not in holds.fields or "name" not in given:
        return []
    named = [guess.column for guess in guesses if guess.field == "name" or guess.field.endswith("_name")]
    if not seen.frame[named].dropna().duplicated().any():
        return []
    for name, cells in left.items():
        is_id = ID_ENDING.search(name) and len(cells) == len(seen.frame) and cells.is_unique
        if is_id and not seen.is_invented(name) and cells.str.len().nunique() == 1:
            saw = f"names repeat, and {name!r} is different in every row; {examples(cells)}"
            return [Guess("code", name, ID_LIKENESS, saw)]
    return []


def _unnamed(seen: Seen, holds: Content, guesses: list[Guess], free: list[str]) -> dict[str, Question]:
    """Numbers of which the header tells only that they are money, or of a hundred: column → question."""
    given = {guess.field for guess in guesses}
    used = {guess.column for guess in guesses}
    found: dict[str, Question] = {}
    for what, wanted in UNNAMED.items():
        fields = [name for name in wanted if name in holds.fields and name not in given]
        for name in free if fields else ():
            cells = seen.known(name)
            if name in used or not len(cells) or not headings.says(name, what) or _answered(seen, name) is not None:
                continue
            fits, saw, _ = CHECKS["number"](cells)
            if fits > MOSTLY:
                answers = tuple(Answer(field, dict(holds.fields[field].label)) for field in fields)
                asks = words("meaning", column=name)
                found[name] = Question(f"meaning:{name}", asks, saw, (*answers, not_used()))
    return found
