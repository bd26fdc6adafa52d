"""What a cell of the village map says of itself, in the words and digits of a language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from atlas.look import language
from atlas.look.language import t
from ground.states import UNCONNECTED, UNKNOWN


@dataclass(frozen=True)
class Words:
    """What a tile says, in one language."""

    states: tuple[str, str, str]  # unknown, unconnected, connected: the order of the codes
    one_village: str
    villages: str  # with {n}
    share: str  # with {word}, {n}, {percent}
    between: str
    group: str  # between thousands
    point: str

    def number(self, n: int) -> str:
        return f"{n:,}".replace(",", self.group)

    def percent(self, part: int, whole: int) -> str:
        return percent_text(part, whole).replace(".", self.point)

    def count(self, n: int) -> str:
        """How many villages a cell has."""
        return self.one_village if n == 1 else self.villages.format(n=self.number(n))

    def cell_state(self, unknown: int, unconnected: int, connected: int) -> str:
        """The gap of a cell among the villages whose state is known, and how many are not known."""
        parts = []
        if known := unconnected + connected:
            word, percent = self.states[UNCONNECTED], self.percent(unconnected, known)
            parts.append(self.share.format(word=word, n=self.number(unconnected), percent=percent))
        if unknown:
            word = self.states[UNKNOWN]
            parts.append(f"{word if not parts else word[0].lower() + word[1:]} {self.number(unknown)}")
        return self.between.join(parts)


@cache
def words_of(lang: str) -> Words:
    """Taken from the catalogue once, not once a cell."""
    with language.speaking(lang):
        symbols = language.locale().number_symbols["latn"]
        return Words(
            states=(t("Unknown"), t("Unconnected"), t("Connected")),
            one_village=t("1 village"),
            villages=t("{n} villages", n="{n}"),
            share=t("{word} {n} ({percent})", word="{word}", n="{n}", percent="{percent}"),
            between=" · ",
            group=symbols["group"],
            point=symbols["decimal"],
        )


def percent_text(part: int, whole: int) -> str:
    """One decimal; 0.0% and 100.0% only where exact, so that a small gap is never rounded away."""
    percent = 100 * part / whole
    if part > 0 and percent < 0.05:
        return "<0.1%"
    if part < whole and percent >= 99.95:
        return ">99.9%"
    return f"{percent:.1f}%"
