"""The filters of a selection as parameters of a URL, the same ones for pages, tiles and files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from atlas.look.parameters import Asked, Parameter, Unreadable
from indicators.chosen.area import NoArea, area
from indicators.chosen.selection import STATES, Filters

KEYS = ("kind", "terrain", "category", "batch", "people", "area")
_WORD = re.compile(r"[^\x00-\x1f]{1,64}")
_BATCH = re.compile(r"[0-9]{1,3}", re.ASCII)
_PEOPLE = re.compile(r"([0-9]{0,9})-([0-9]{0,9})", re.ASCII)


def written(filters: Filters) -> dict[str, str]:
    """The parameters that say these filters; nothing where nothing is asked."""
    said: dict[str, str | None] = {
        "kind": filters.kind,
        "terrain": filters.terrain,
        "category": filters.policy_category,
        "batch": None if filters.batch is None else str(filters.batch),
        "people": _range(filters.population_from, filters.population_to),
        "area": filters.area.text if filters.area else None,
    }
    return {key: value for key, value in said.items() if value is not None}


def _range(least: int | None, most: int | None) -> str | None:
    if least is None and most is None:
        return None
    return "-".join("" if one is None else str(one) for one in (least, most))


def read(asked: Mapping[str, str]) -> Filters:
    """The filters that parameters say. Raises Unreadable for the first that cannot be understood."""
    least, most = _people(asked.get("people"))
    batch = asked.get("batch")
    if batch is not None and not _BATCH.fullmatch(batch):
        raise Unreadable("batch", "batch=<number>")
    try:
        drawn = area(asked["area"]) if "area" in asked else None
    except NoArea as error:
        raise Unreadable("area", str(error)) from error
    return Filters(
        kind=_word(asked, "kind"),
        terrain=_word(asked, "terrain"),
        policy_category=_word(asked, "category"),
        batch=None if batch is None else int(batch),
        population_from=least,
        population_to=most,
        area=drawn,
    )


def _word(asked: Mapping[str, str], key: str) -> str | None:
    text = asked.get(key)
    if text is not None and not _WORD.fullmatch(text):
        raise Unreadable(key, f"{key}=<up to 64 characters>")
    return text


def _people(text: str | None) -> tuple[int | None, int | None]:
    if text is None:
        return None, None
    found = _PEOPLE.fullmatch(text)
    if found is None or text == "-":
        raise Unreadable("people", "people=<least>-<most>, one of them may be left out")
    least, most = (int(part) if part else None for part in found.groups())
    return least, most


def states_written(states: tuple[str, ...]) -> str | None:
    """The parameter `states`, or None where all are shown."""
    return None if set(states) == set(STATES) else ",".join(states)


def states_read(text: str | None) -> tuple[str, ...]:
    """The states that the parameter names, in the order of STATES; all without it. Raises Unreadable."""
    if text is None:
        return tuple(STATES)
    chosen = text.split(",")
    if not set(chosen) <= set(STATES):
        raise Unreadable("states", ",".join(STATES))
    return tuple(state for state in STATES if state in chosen)


@dataclass(frozen=True)
class FilterParameters(Parameter):
    """The filters in an address."""

    @property
    def names(self) -> tuple[str, ...]:
        return KEYS

    def read(self, asked: Asked) -> Filters:
        return read(asked.values)

    def written(self, value: Filters) -> dict[str, str]:
        return written(value)


@dataclass(frozen=True)
class StatesParameter(Parameter):
    """Which states of villages are asked for, in an address."""

    def read(self, asked: Asked) -> tuple[str, ...]:
        return states_read(asked.values.get(self.name))

    def written(self, value: tuple[str, ...]) -> dict[str, str]:
        said = states_written(value)
        return {self.name: said} if said else {}
