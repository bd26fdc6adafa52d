"""What is asked by address, written and read from one declaration: the fields of a class.

    @dataclass(frozen=True)
    class Locator(Addressed):
        PATH = "locator/{place_id}.svg"
        place_id: Step
        lang: Lang
        theme: Theme

`Locator("431100", "zh", "light").url(build_id)` is `locator/431100.svg?build=…&lang=zh&theme=light`, and
`Locator.read(asked)` is the same question again. A field's type says how it stands in the address (parameters.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self, get_type_hints

from atlas.look import addresses
from atlas.look.parameters import Asked, Parameter

if TYPE_CHECKING:
    from indicators.database import Atlas

BUILD, VERSION = "build", "v"
_STEP = re.compile(r"{(\w+)(?::path)?}")


@dataclass(frozen=True)
class Said:
    """Fields that an address says; each is annotated with its Parameter."""

    @classmethod
    @cache
    def parameters(cls) -> dict[str, Parameter]:
        """Field → how it stands in the address, in the order of the fields."""
        hints = get_type_hints(cls, include_extras=True)
        found = {}
        for field in fields(cls):
            [one] = [extra for extra in getattr(hints[field.name], "__metadata__", ()) if isinstance(extra, Parameter)]
            found[field.name] = one if one.name else replace(one, name=field.name)
        return found

    @classmethod
    def said(cls, asked: Asked) -> Self:
        """Raises Unreadable."""
        return cls(**{field: one.read(asked) for field, one in cls.parameters().items()})

    def query(self) -> dict[str, str]:
        """All that the address says."""
        parts = (one.written(getattr(self, field)) for field, one in self.parameters().items())
        return {name: value for part in parts for name, value in part.items()}


@dataclass(frozen=True)
class Part(Parameter):
    """Several fields that are asked together or not at all: those of `kind`."""

    kind: type[Said] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        assert self.kind
        return tuple(name for one in self.kind.parameters().values() for name in one.names)

    def read(self, asked: Asked) -> Any:
        assert self.kind
        return self.kind.said(asked) if any(name in asked.values for name in self.names) else None

    def written(self, value: Said | None) -> dict[str, str]:
        return value.query() if value else {}


class Plan(NamedTuple):
    """How a kind of question is read."""

    steps: list[tuple[str, Parameter]]  # fields that stand in the path
    rest: list[tuple[str, Parameter]]  # and those that are asked
    query: frozenset[str]  # all that may be asked, what fixes the answer included


@dataclass(frozen=True)
class Addressed(Said):
    """A question with an address of its own. Everything in it is in the URL, so that the answer can be kept.

    PATH: as Starlette has it, from the folder of the pages. PIN: the parameter that fixes the answer for ever, which is
    no part of the question: the build, or the version of a file that no build has; "" where the path itself does.
    """

    PATH: ClassVar[str]
    PIN: ClassVar[str] = BUILD

    @classmethod
    @cache
    def plan(cls) -> Plan:
        """What stands where in the address."""
        in_path = frozenset(_STEP.findall(cls.PATH))
        parameters = list(cls.parameters().items())
        steps = [(field, one) for field, one in parameters if in_path.issuperset(one.names)]
        rest = [(field, one) for field, one in parameters if not in_path.issuperset(one.names)]
        asked = {name for _, one in rest for name in one.names}
        also = {addresses.RELEASE} if cls.PIN == BUILD else set()
        return Plan(steps, rest, frozenset(asked | also | {cls.PIN} - {""}))

    @classmethod
    def read(cls, asked: Asked) -> Self:
        """The question that an address asks. Raises Unreadable: an address that is none before what is asked of it,
        and between both whatever opening the atlas raises."""
        plan = cls.plan()
        steps = {field: one.read(asked) for field, one in plan.steps}
        if cls.PIN == BUILD:
            asked.open()
        return cls(**steps, **{field: one.read(asked) for field, one in plan.rest})

    def url(self, pin: str = "") -> str:
        """Where the answer is served, of the build or version that `pin` names; without one, of the release shown."""
        said = self.query()
        path = _STEP.sub(lambda found: said.pop(found[1]), self.PATH)
        pinned = {self.PIN: pin} if pin else {}
        if self.PIN == BUILD and not pin and (shown := addresses.release.get()):
            pinned = {addresses.RELEASE: shown}
        return addresses.address(path, pinned | said if self.PIN == BUILD else said | pinned)

    def check(self, atlas: Atlas) -> None:
        """Raises what only this atlas can refuse, before any work is begun."""
