"""What is asked of the published figures, in the address of their page and of their file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from atlas.look import parameters
from atlas.look.parameters import Parameter, Unreadable
from atlas.view.held import HeldPlace
from indicators.published.figures import Asked

KEYS = ("words", "topic", "seen", "contradiction", "from", "to")
LONGEST = 80  # characters of what is searched
_WRITTEN_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", re.ASCII)


def read(within: str, said: Mapping[str, str]) -> Asked:
    """Raises Unreadable where something is too long or no date. A topic that no figure has finds nothing."""
    for key in ("words", "topic", "seen", "contradiction"):
        if len(said.get(key, "")) > LONGEST:
            raise Unreadable(key, f"at most {LONGEST} characters")
    return Asked(
        within=within,
        text=said.get("words", "").strip(),
        topic=said.get("topic", ""),
        seen=said.get("seen", ""),
        contradiction=said.get("contradiction", ""),
        first=day("from", said.get("from", "")),
        last=day("to", said.get("to", ""), is_last=True),
    )


def written(asked: Asked) -> dict[str, str]:
    """The parameters that ask this; nothing for what is not asked. The place is not among them."""
    said = {
        "words": asked.text,
        "topic": asked.topic,
        "seen": asked.seen,
        "contradiction": asked.contradiction,
        "from": asked.first.isoformat() if asked.first else "",
        "to": asked.last.isoformat() if asked.last else "",
    }
    return {key: value for key, value in said.items() if value}


def day(key: str, text: str, *, is_last: bool = False) -> date | None:
    """The first day of a year, month or day (2016, 2016-08, 2016-08-30), or the last; None where nothing is said.

    Raises Unreadable.
    """
    if not text:
        return None
    matched = _WRITTEN_DAY.fullmatch(text)
    try:
        if matched is None:
            raise ValueError(text)
        year, month, of_month = (int(part) if part else None for part in matched.groups())
        assert year is not None
        if of_month is not None or not is_last:
            return date(year, month or 1, of_month or 1)
        return (date(year, month or 12, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    except ValueError:
        raise Unreadable(key, f"{key}=2016, 2016-08 or 2016-08-30") from None


@dataclass(frozen=True)
class PublishedParameters(Parameter):
    """What is asked of the published figures of a place, in the address of their file."""

    @property
    def names(self) -> tuple[str, ...]:
        return (self.place.name, *KEYS)

    @property
    def needed(self) -> tuple[str, ...]:
        return self.place.names

    @property
    def place(self) -> HeldPlace:
        return HeldPlace("within")

    def read(self, asked: parameters.Asked) -> Asked:
        return read(self.place.read(asked), asked.values)

    def written(self, value: Asked) -> dict[str, str]:
        return self.place.written(value.within) | written(value)
