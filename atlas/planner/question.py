"""A question of the planner as one object: what it asks, how it is answered, what is shown, what is saved.

Each lies in a folder of its own as `QUESTION` in `question.py`; `frame.show` draws it, `questions.py` finds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from atlas.look.html import Html
from atlas.look.language import mark, t
from atlas.planner.inputs import Input
from atlas.planner.scenario.answer import Answer, Value
from atlas.view import inputs
from atlas.view.state import View
from indicators.database import Atlas

A = TypeVar("A")  # what is asked
F = TypeVar("F")  # what is found
V = TypeVar("V")
#: Units of results beside those of atlas/look/figures.py.
SHARE, NUMBER, CODE = "share", "number", "code"
#: Tables of the atlas that answers rest on, in words: only their digests are kept.
VILLAGES = mark("villages with their states, distances and costs")
PARAMETERS = mark("parameters of the cost model")


@dataclass(frozen=True)
class Result:
    """A number of the answer, by its name in files. unit: of atlas/look/figures.py, or SHARE (0 to 1), NUMBER, CODE.

    codes: what a CODE means, marked.
    """

    name: str
    word: str  # marked
    unit: str = NUMBER
    codes: Mapping[str, str] = field(default_factory=dict)


class NoAnswer(Exception):
    """There is none, and that is no error. finding: the title, None for the question's own; said: what is shown."""

    def __init__(self, *said: Html, finding: Html | None = None) -> None:
        super().__init__()
        self.said, self.finding = said, finding


def _nothing(atlas: Atlas) -> tuple[Input[Any], ...]:
    return ()


def _always(*of: object) -> bool:
    return True


def _never_refused(atlas: Atlas, view: View) -> None:
    """Any place can be asked about."""


@dataclass(frozen=True)
class Question(Generic[A, F]):
    """name: of its folder, its page's address and in files. label: the one name by which it goes everywhere, marked.

    inputs: what it asks; `shared` are those that a profile declares, or that other questions ask too. results, tables:
    what a scenario of it holds, in words. refuse: raises NoAnswer where nothing can be asked. ask: draws the inputs.
    answer: raises NoAnswer, Stopped, or one of `errors`, which `refused` puts into words. evidence: the weakest that
    the answer rests on. finding: the title. before: what stands above the inputs. beside, beneath: the pieces, at the
    right of the inputs and below. always: the pieces that stand there without an answer too. scenario: what is saved
    of it; None where nothing is. sources: tables of the atlas whose sources are named.
    """

    name: str
    label: str
    inputs: tuple[Input[Any], ...]
    ask: Callable[[Asking], A]
    answer: Callable[[Atlas, View, A], F]
    finding: Callable[[Worked[A, F]], Html]
    shared: Callable[[Atlas], Iterable[Input[Any]]] = _nothing
    results: tuple[Result, ...] = ()
    tables: Mapping[str, str] = field(default_factory=dict)
    is_there: Callable[[Atlas], bool] = _always
    is_of_place: bool = True
    refuse: Callable[[Atlas, View], None] = _never_refused
    evidence: Callable[[Atlas, View, A, F], str] = lambda atlas, view, asked, found: "assumed"
    errors: tuple[type[Exception], ...] = ()
    refused: Callable[[Exception], str] = str
    before: tuple[Callable[[], None], ...] = ()
    beside: tuple[Callable[[Worked[A, F]], None], ...] = ()
    beneath: tuple[Callable[[Worked[A, F]], None], ...] = ()
    always: tuple[Callable[[Asking], None], ...] = ()
    scenario: Callable[[Worked[A, F]], Answer] | None = None
    sources: tuple[str, ...] = ()

    def title(self) -> str:
        return t(self.label)

    def declared(self, atlas: Atlas) -> dict[str, Input[Any]]:
        """All that it asks on this atlas, by the names in files."""
        return {one.saved_name: one for one in (*self.inputs, *self.shared(atlas))}

    def key(self, one: Input[Any]) -> str:
        """The name of an input in a view and in the address: `priority.budget`."""
        return f"{one.space or self.name}.{one.name}"

    def adopted(self, atlas: Atlas, view: View) -> View:
        """A view whose link is from before questions had names of their own, `in.plan_budget`, with today's names."""
        keys = {name: self.key(one) for name, one in self.declared(atlas).items()}
        held = dict(view.inputs)
        older = {keys[name]: value for name, value in held.items() if name in keys}
        rest = {name: value for name, value in held.items() if name not in keys}
        too_long = tuple(keys.get(name, name) for name in view.too_long)
        return replace(view, inputs=tuple(sorted((older | rest).items())), too_long=too_long)

    def result(self, name: str) -> Result | None:
        return next((one for one in self.results if one.name == name), None)


class Asking:
    """A run of a question: draws its inputs one by one, and keeps what was given by its names in files."""

    def __init__(self, question: Question[Any, Any], atlas: Atlas, view: View) -> None:
        self.question, self.atlas, self.view = question, atlas, view
        self.given: dict[str, Value] = {}

    def __call__(self, one: Input[V], **how: Any) -> V:
        """The widget of an input, and its value. how: what only the page knows, as `usual`, `among`, `low`, `help`."""
        value = one.draw(self.atlas, how.pop("view", self.view), self.question.key(one), **how)
        self._keep(one, one.as_asked(value, **how))
        return value

    def hold(self, one: Input[V], value: V) -> None:
        """Keep a value that is used though nobody is asked for it here, or that is another than was typed."""
        self._keep(one, one.to_file(value))

    def _keep(self, one: Input[Any], value: Any) -> None:
        self.given.pop(one.saved_name, None)
        if one.is_saved and not any(value == left_out for left_out in one.left_out):
            self.given[one.saved_name] = value

    def said(self, one: Input[Any]) -> str | None:
        """What the address says of an input, as text."""
        return inputs.given(self.view, self.question.key(one))

    def changed(self, values: Mapping[Input[Any], str | None]) -> View:
        """The view with some inputs changed; None takes one away."""
        return inputs.with_inputs(self.view, **{self.question.key(one): value for one, value in values.items()})


@dataclass(frozen=True)
class Worked(Generic[A, F]):
    """A question with its answer, as its pieces are given it. Pieces may ask more, which is kept as well."""

    ask: Asking
    asked: A
    found: F
    evidence: str

    @property
    def atlas(self) -> Atlas:
        return self.ask.atlas

    @property
    def view(self) -> View:
        return self.ask.view

    @property
    def is_simulated(self) -> bool:
        return self.evidence == "simulated"
