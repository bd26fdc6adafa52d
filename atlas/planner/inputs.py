"""What a question of the planner asks, declared once: the widget, the address, a scenario's file, and the words beside
it are all read from here.

A value is in the address as text (`write`, `read`), in a file as it is; what a file leaves out is said too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any, Generic, Literal, TypeVar

from atlas.look import figures
from atlas.look.language import mark, t
from atlas.view import inputs, state
from atlas.view.state import View
from ground.units import TEN_THOUSAND
from indicators.database import Atlas

V = TypeVar("V")
#: Code → marked words; where the atlas says which there are, a function of it that gives words as they are shown.
Words = Mapping[str, str] | Callable[[Atlas], Mapping[str, str]]
NOTHING: tuple[object, ...] = (None, (), "")


class Unreadable(ValueError):
    """A text in the address that is no value of an input."""


def ten_thousand() -> str:
    """The unit in which amounts are typed: 万元."""
    return t("10,000 {currency}", currency=figures.unit_word("yuan"))


def ten_thousand_a_year() -> str:
    return t("{unit} a year", unit=ten_thousand())


@dataclass(frozen=True, eq=False)
class Input(Generic[V]):
    """name: in the address, behind the question's. word: marked, or a function that gives it as it is shown.

    unit: stands behind the word in brackets; so does what a function gives. saved: the name in scenario files and in
    links from before, where it is another one. space: stands before the name in the address instead of the question's,
    for what several questions ask alike. is_saved: whether the answer depends on it. left_out: values that a file does
    not hold.
    """

    name: str
    word: str | Callable[[], str]
    _: KW_ONLY
    unit: str | Callable[[], str] = ""
    help: str = ""  # marked
    saved: str = ""
    space: str = ""
    is_saved: bool = True
    left_out: tuple[object, ...] = NOTHING

    def words(self) -> str:
        return self.word() if callable(self.word) else t(self.word)

    def label(self) -> str:
        unit = self.unit() if callable(self.unit) else t(self.unit)
        return figures.bracketed(self.words(), unit)

    @property
    def saved_name(self) -> str:
        return self.saved or self.name

    def read(self, atlas: Atlas, text: str) -> V:
        """What the address says. Raises Unreadable."""
        raise NotImplementedError

    def write(self, value: V) -> str:
        """What is read again as the same."""
        raise NotImplementedError

    def draw(self, atlas: Atlas, view: View, key: str, **how: Any) -> V:
        """The widget, and what it gives."""
        raise NotImplementedError

    def to_file(self, value: V) -> Any:
        """As a scenario's file holds it."""
        return value

    def as_asked(self, value: V, **how: Any) -> Any:
        """The same of a value that its widget gave, drawn with `how`."""
        return self.to_file(value)

    def code_words(self, atlas: Atlas, code: str) -> str:
        """What a text in a file means: a code of a choice in words, all else as it stands."""
        return code


@dataclass(frozen=True, eq=False)
class _Bounded(Input[V]):
    """From `low` to `high`, which may both be what the page knows only then (`draw`)."""

    _: KW_ONLY
    low: float
    high: float
    step: float = 1.0
    usual: float = 0.0
    is_whole: bool = False
    decimals: int | None = None
    width: int | Literal["stretch"] = "stretch"

    def _number(self, text: str) -> float:
        value = inputs.read_number(text, self.low, self.high, is_whole=self.is_whole)
        if value is None:
            raise Unreadable(text)
        return value

    def _drawn(self, view: View, key: str, **how: Any) -> float:
        return inputs.number(
            view,
            key,
            self.label(),
            how.get("usual", self.usual),
            low=how.get("low", self.low),
            high=self.high,
            step=self.step,
            help=how.get("help") or t(self.help) or None,
            is_whole=self.is_whole,
            decimals=self.decimals,
            width=self.width,
        )


@dataclass(frozen=True, eq=False)
class Number(_Bounded[float]):
    """Any number between two."""

    def read(self, atlas: Atlas, text: str) -> float:
        return self._number(text)

    def write(self, value: float) -> str:
        return inputs.written(value)

    def draw(self, atlas: Atlas, view: View, key: str, **how: Any) -> float:
        return self._drawn(view, key, **how)


@dataclass(frozen=True, eq=False)
class Count(_Bounded[int]):
    """A number of things: whole, and so in files."""

    is_whole: bool = True

    def read(self, atlas: Atlas, text: str) -> int:
        return int(self._number(text))

    def write(self, value: int) -> str:
        return inputs.written(value)

    def draw(self, atlas: Atlas, view: View, key: str, **how: Any) -> int:
        return int(self._drawn(view, key, **how))

    def to_file(self, value: int) -> int:
        return int(value)


@dataclass(frozen=True, eq=False)
class OptionalNumber(Input[float | None]):
    """A box that may stay empty: there is no usual value that would be right."""

    _: KW_ONLY
    low: float
    high: float
    step: float = 1.0
    decimals: int | None = None

    def read(self, atlas: Atlas, text: str) -> float | None:
        value = inputs.read_number(text, self.low, self.high) if text else None
        if text and value is None:
            raise Unreadable(text)
        return value

    def write(self, value: float | None) -> str:
        return "" if value is None else inputs.written(value)

    def draw(self, atlas: Atlas, view: View, key: str, **how: Any) -> float | None:
        return inputs.optional_number(
            view, key, self.label(), low=self.low, high=self.high, step=self.step, decimals=self.decimals
        )


@dataclass(frozen=True, eq=False)
class OptionalCount(OptionalNumber):
    """So many things, or none said: whole, and so in files."""

    decimals: int | None = 0

    def draw(self, atlas: Atlas, view: View, key: str, **how: Any) -> int | None:
        value = super().draw(atlas, view, key, **how)
        return None if value is None else int(value)

    def read(self, atlas: Atlas, text: str) -> int | None:
        value = super().read(atlas, text)
        return None if value is None else int(value)


@dataclass(frozen=True, eq=False)
class _Coded(Input[V]):
    """What is chosen among codes with words."""

    _: KW_ONLY
    codes: Words

    def options(self, atlas: Atlas, among: Iterable[str] | None = None) -> dict[str, str]:
        """Code → words as they are shown; those of `among` only, where some cannot be had."""
        held = self.codes(atlas) if callable(self.codes) else {code: t(word) for code, word in self.codes.items()}
        return {code: held.get(code, code) for code in (held if among is None else among)}

    def code_words(self, atlas: Atlas, code: str) -> str:
        return self.options(atlas).get(code, code)


@dataclass(frozen=True, eq=False)
class Choice(_Coded[str]):
    """One of several codes; at first the usual one, or the first of those that can be had."""

    _: KW_ONLY
    usual: str = ""
    as_box: bool = False

    def read(self, atlas: Atlas, text: str) -> str:
        if text not in self.options(atlas):
            raise Unreadable(text)
        return text

    def write(self, value: str) -> str:
        return value

    def draw(self, atlas: Atlas, view: View, key: str, **how: Any) -> str:
        options = self.options(atlas, how.get("among"))
        wanted = how.get("usual", self.usual)
        usual = wanted if wanted in options else next(iter(options))
        return inputs.choice(view, key, self.label(), options, usual, as_box=self.as_box)


@dataclass(frozen=True, eq=False)
class Several(_Coded[tuple[str, ...]]):
    """Any number of codes, in the order in which they are declared."""

    def read(self, atlas: Atlas, text: str) -> tuple[str, ...]:
        options = self.options(atlas)
        wanted = [one for one in text.split(inputs.SEPARATOR) if one]
        if any(one not in options for one in wanted):
            raise Unreadable(text)
        return tuple(one for one in options if one in wanted)

    def write(self, value: tuple[str, ...]) -> str:
        return inputs.SEPARATOR.join(value)

    def draw(self, atlas: Atlas, view: View, key: str, **how: Any) -> tuple[str, ...]:
        options = self.options(atlas, how.get("among"))
        return inputs.several(view, key, self.label(), options, how.get("usual", ()))


@dataclass(frozen=True, eq=False)
class Switch(Input[bool]):
    """Yes or no."""

    _: KW_ONLY
    usual: bool = False

    def read(self, atlas: Atlas, text: str) -> bool:
        if text not in ("0", "1"):
            raise Unreadable(text)
        return text == "1"

    def write(self, value: bool) -> str:
        return "01"[value]

    def draw(self, atlas: Atlas, view: View, key: str, **how: Any) -> bool:
        return inputs.switch(view, key, self.label(), self.usual, help=t(self.help) or None)


@dataclass(frozen=True, eq=False)
class Lines(Input[str]):
    """A text of several lines, as a list is pasted.

    usual_is_words: what stands in the box at first is in the reader's language: a file leaves it empty, so that the
    same question is the same in every language.
    """

    _: KW_ONLY
    placeholder: str = ""  # marked
    usual_is_words: bool = False

    def read(self, atlas: Atlas, text: str) -> str:
        if len(text) > state.INPUT_CHARACTERS:
            raise Unreadable(text)
        return text

    def write(self, value: str) -> str:
        return value

    def as_asked(self, value: str, **how: Any) -> str:
        return "" if self.usual_is_words and value == how.get("usual") else value

    def draw(self, atlas: Atlas, view: View, key: str, **how: Any) -> str:
        return inputs.lines(
            view,
            key,
            self.label(),
            placeholder=t(self.placeholder),
            default=how.get("usual", ""),
            help=t(self.help) or None,
        )


#: How long a search may take, as the reader wants it; each question has its own.
USUAL_LIMIT_S, MOST_LIMIT_S = 10.0, 120.0
LIMIT = Number(
    "limit",
    mark("Time limit (s)"),
    low=1.0,
    high=MOST_LIMIT_S,
    step=5.0,
    usual=USUAL_LIMIT_S,
    decimals=0,
    help=mark("When it is up, the best found until then is shown with its proven gap."),
)


def yuan(typed: float) -> float:
    """An amount that was typed in ten thousands."""
    return TEN_THOUSAND * typed
