"""What no column says and holds for the whole file: its technology, its day, its year. Asked, with what is proposed."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from importer import days, values
from importer.contents import Content
from importer.guess import headings
from importer.guess.asked import Answer, Question, words
from importer.guess.seen import Seen
from importer.guess.wide_headers import Wide

YEAR = re.compile(r"(?<!\d)(?:19[89]|20[0-4])\d(?!\d)")
#: A month or more of a year, as titles tell it: 2016年8月, 2016年底, 2016年上半年, 2016-08, 2016Q3; T3 2016.
TOLD = (
    re.compile(
        r"(?<!\d)(?:19[89]|20[0-4])\d(?:年(?:\d{1,2}月(?:\d{1,2}日|底|末)?|底|末|上半年|下半年)"
        r"|[-_.](?:0[1-9]|1[0-2])(?![\d-])|[ _-]?[A-Za-z]{3,9}|[ _-]?[QTSHqtsh][1-4](?![A-Za-z0-9]))"
    ),
    re.compile(r"(?:[A-Za-z]{3,9}|(?<![A-Za-z0-9])[QTSHqtsh][1-4])[ _-]?(?:19[89]|20[0-4])\d(?!\d)"),
)
SAVED = (re.compile(r"(?<!\d)(?:19[89]|20[0-4])\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)"),)
NAMED_BEHIND = re.compile(r"^(\d{4})[ _-]?([A-Za-z]{3,9})$")
DEFAULT_TECHNOLOGY, DEFAULT_DAY, DEFAULT_YEAR = "broadband", "2000-01-01", "2000"
TECHNOLOGIES = ("fibre", "broadband", "cable", "dsl", "2g", "3g", "4g", "5g", "satellite")
MOBILE = ("2g", "3g", "4g", "5g")


def constants(
    file: Seen, holds: Content, many: Wide | None, given: set[str]
) -> tuple[dict[str, str], dict[str, tuple[str, ...]], tuple[Question, ...]]:
    """Fields that no column fills and a kind needs: (field → value, rows that are meant, what is asked)."""
    found: dict[str, str] = {}
    only: dict[str, tuple[str, ...]] = {}
    asked: list[Question] = []
    says = given | (set(re.compile(many.pattern).groupindex) if many and many.value else set())
    if "technology" in holds.fields and "technology" not in says:
        value, only, question = _technology(file, holds)
        found |= {"technology": value} if value else {}
        asked.append(question)
    years = sorted(set(YEAR.findall(" ".join([file.path.stem, *file.above]))))
    if "as_of" in holds.fields and "as_of" not in says:
        value, question = _day(file, years)
        found["as_of"] = value
        asked.append(question)
    if "year" in holds.fields and "year" not in says:
        found["year"] = years[0] if len(years) == 1 else DEFAULT_YEAR
    if "batch" in holds.fields and "batch" not in says and holds.kind == "pilots":
        found["batch"] = "1"
    return found, only, tuple(asked)


def _technology(file: Seen, holds: Content) -> tuple[str | None, dict[str, tuple[str, ...]], Question]:
    """From the answer, the title or the name of the file; a list of sites waits, for each has its own."""
    answered = file.answers.get("technology")
    told = [file.path.stem, *file.above]
    spoken = {name for text in told if headings.technology_in(text) for name in headings.meant([text]).values()}
    flagged = {
        name: column
        for column in (file.headers if holds.kind == "cell_sites" else [])
        if headings.technology_in(column) and _is_flag(file, column)
        for name in headings.meant([column]).values()
    }
    is_sites = holds.kind == "cell_sites"
    offered = tuple(flagged) or (MOBILE if is_sites else TECHNOLOGIES)
    default = None if is_sites else DEFAULT_TECHNOLOGY
    taken = answered or (next(iter(spoken)) if len(spoken) == 1 and not flagged else default)
    saw = ", ".join(flagged.values()) if flagged else "; ".join(told)
    answers = tuple(Answer(name, {"zh": name, "en": name}) for name in offered)
    question = Question("technology", words("technology"), saw, answers, taken)
    only = {}
    if taken in flagged:
        column = flagged[taken]
        different = file.known(column).drop_duplicates()
        is_yes = np.asarray(values.flags(different).values, dtype=object) == True
        only = {column: tuple(different[is_yes])}
    return taken, only, question


def _is_flag(file: Seen, column: str) -> bool:
    known = file.known(column)
    return not known.empty and float(np.mean([rule is None for rule in values.flags(known).problem])) > 0.9


def _day(file: Seen, years: list[str]) -> tuple[str, Question]:
    """The day of the file: answered, or the end of the one month or year that its name or title tells; else to be
    filled in. Eight digits are offered and not taken: most often they are the day on which the file was saved.
    """
    answered = _read_day(file.answers.get("as_of"))
    said = [file.path.stem, *file.above]
    told, saved = _days_in(TOLD, said), _days_in(SAVED, said)
    ends = {} if told else {f"{year}-12-31": year for year in years}
    taken = answered or next(iter([*told, *ends]) if len({**told, **ends}) == 1 else iter([DEFAULT_DAY]))
    answers = [Answer(day, words("day_told", text=text, day=day)) for day, text in {**told, **saved}.items()]
    answers += [Answer(day, words("year_end", year=year)) for day, year in ends.items()]
    return taken, Question("as_of", words("as_of"), "; ".join(said), tuple(answers), taken)


def _days_in(patterns: Sequence[re.Pattern[str]], texts: Sequence[str]) -> dict[str, str]:
    """Day → the words that tell it."""
    written = [found[0] for text in texts for pattern in patterns for found in pattern.finditer(text)]
    return {day: text for text in written if (day := _read_day(text)) is not None}


def _read_day(text: str | None) -> str | None:
    """A day as it is written in titles, 2019November too; None where it is none."""
    if text is None:
        return None
    spelt = NAMED_BEHIND.sub(r"\2 \1", text).replace("_", "-")
    [day] = np.asarray(days.dates(pd.Series([spelt], dtype=object)).values)
    return day.isoformat() if day is not None else None
