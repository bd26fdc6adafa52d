"""What a selection asks, in words: for the chips above a map, an empty answer, and a file's first lines."""

from __future__ import annotations

from dataclasses import replace

from atlas.look import figures
from atlas.look.language import pick, t
from indicators import places
from indicators.chosen.selection import UNSAID, Filters
from indicators.database import Atlas

TERRAINS = {
    "plain": lambda: t("plain"),
    "hill": lambda: t("hills"),
    "mountain": lambda: t("mountains"),
    "plateau": lambda: t("plateau"),
}
CATEGORIES = {
    "ordinary": lambda: t("ordinary"),
    "remote": lambda: t("remote"),
    "border": lambda: t("border"),
    "island": lambda: t("island"),
}


def kind(atlas: Atlas, code: str) -> str:
    return t("not said") if code == UNSAID else pick(places.kind_name(atlas, code))


def terrain(code: str) -> str:
    return t("not said") if code == UNSAID else TERRAINS.get(code, lambda: code)()


def category(code: str) -> str:
    return t("not said") if code == UNSAID else CATEGORIES.get(code, lambda: code)()


def batch(number: int) -> str:
    return t("pilot places of batch {n}", n=number)


def people(least: int | None, most: int | None) -> str:
    if most is None:
        return t("from {n} people", n=figures.count(least))
    if least is None:
        return t("up to {n} people", n=figures.count(most))
    return t("{a} to {b} people", a=figures.count(least), b=figures.count(most))


def chips(atlas: Atlas, filters: Filters) -> list[tuple[str, Filters]]:
    """Each thing that is asked, in words, with the filters that remain when it is taken away."""
    found: list[tuple[str, Filters]] = []
    if filters.kind is not None:
        found.append((kind(atlas, filters.kind), replace(filters, kind=None)))
    if filters.terrain is not None:
        found.append((terrain(filters.terrain), replace(filters, terrain=None)))
    if filters.policy_category is not None:
        found.append((category(filters.policy_category), replace(filters, policy_category=None)))
    if filters.batch is not None:
        found.append((batch(filters.batch), replace(filters, batch=None)))
    if filters.population_from is not None or filters.population_to is not None:
        words = people(filters.population_from, filters.population_to)
        found.append((words, replace(filters, population_from=None, population_to=None)))
    if filters.area is not None:
        found.append((t("inside the area drawn"), replace(filters, area=None)))
    return found
