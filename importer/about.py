"""What a table leaves unsaid about its places, as questions: which place it is about, with proposals from its title and
its names; and whether an empty cell says what stands above it.
"""

from __future__ import annotations

from collections.abc import Sequence

from importer.errors import DeclarationProblem
from importer.guess.asked import Answer, Question, words
from importer.place.identity import Register
from importer.place.titles import named_in
from importer.place.whereabouts import Whereabouts
from importer.read.chunk import Look

ABOUT, FILL_DOWN = "about", "fill_down"
YES, NO = "yes", "no"
MOST_ANSWERS = 8


def place(register: Register, seen: Whereabouts, look: Look, file_stem: str) -> Question | None:
    """The question, where rows found no place because nothing says in which place they lie; else None."""
    if not seen.open_rows:
        return None
    titles = named_in(register, [file_stem, *look.sheets_read, *(part.saw for part in look.left_out)])
    by_names = {place: (count, asked) for place, count, asked in seen.could_be()}
    # Named in the title and used by its rows is surest; then what most of the names speak for.
    places = sorted(
        dict.fromkeys([*titles, *by_names]),
        key=lambda place: (place not in titles or place not in by_names, -by_names.get(place, (0, 0))[0]),
    )
    answers = [Answer(place, _says(register, place, place in titles, by_names.get(place))) for place in places]
    saw = "; ".join(answer.says["en"] for answer in answers[:3])
    return Question(ABOUT, words("about", rows=f"{seen.open_rows:,}"), saw, tuple(answers[:MOST_ANSWERS]))


def named(answer: str, register: Register | None) -> str:
    """The place that somebody named by its code, or by a name that one place has. Raises DeclarationProblem."""
    if register is None or answer in register.tree.level:
        return answer
    found = named_in(register, [answer])
    if len(found) != 1:
        shown = "; ".join(f"{place} {register.tree.chain(place)}" for place in found[:MOST_ANSWERS])
        raise DeclarationProblem(
            "about", "the code of a place of the register", shown or answer, "name the place by its code"
        )
    return found[0]


def filled_once(columns: Sequence[str], filled: int, empty: int) -> Question:
    """Whether columns of places above are filled in the first row of each group only."""
    answers = (Answer(YES, words("fill_down_yes")), Answer(NO, words("fill_down_no")))
    asks = words("fill_down", columns=", ".join(columns), filled=f"{filled:,}", empty=f"{empty:,}")
    return Question(FILL_DOWN, asks, f"{filled:,} / {empty:,}", answers)


def _says(register: Register, place: str, is_titled: bool, names: tuple[int, int] | None) -> dict[str, str]:
    reasons = [words("title_says")] if is_titled else []
    if names is not None:
        reasons.append(words("names_lie_there", found=f"{names[0]:,}", asked=f"{names[1]:,}"))
    shown = f"{place} {register.tree.chain(place)}"
    why = {"zh": "，".join(one["zh"] for one in reasons), "en": ", ".join(one["en"] for one in reasons)}
    return {language: words("about_place", place=shown, why=why[language])[language] for language in why}
