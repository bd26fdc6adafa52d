"""What lies between the sides of a comparison, in words: who has more, and how much. No sign has to be guessed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from atlas.look import figures
from atlas.look.language import set_in, t
from atlas.pieces import headlines
from atlas.pieces.compared import standing
from atlas.pieces.compared.side_table import GAP, parts, parts_shared
from atlas.view import questions
from atlas.view.state import View
from indicators import places
from indicators.database import Atlas
from indicators.figure import Figure

MONEY = "investment_per_village"
PLACE, STANDARD, DATE = range(3)  # what sides may differ in, in the order of `side_table.parts`


class Pair(NamedTuple):
    """A side and the one that it is compared with, which differ in one thing; what both are called, and where."""

    one: View
    other: View
    name: str
    other_name: str
    within: str  # what both share and other sides do not, else ""


def pairs(atlas: Atlas, sides: Sequence[View]) -> list[Pair]:
    """Each side with the first that differs from it in one thing only."""
    return [
        _named(atlas, sides, one, other, kind) for kind in (PLACE, STANDARD, DATE) for one, other in _apart(sides, kind)
    ]


def _apart(sides: Sequence[View], kind: int) -> Iterator[tuple[View, View]]:
    first: dict[tuple[object, ...], View] = {}
    for one in sides:
        rest = tuple(value for number, value in enumerate(_of(one)) if number != kind)
        if rest in first:
            yield one, first[rest]
        else:
            first[rest] = one


def _of(one: View) -> tuple[object, ...]:
    return one.place_id, one.standard, one.as_of


def _named(atlas: Atlas, sides: Sequence[View], one: View, other: View, kind: int) -> Pair:
    """Of a place and one that it lies in, the smaller is said of the larger."""
    if kind == PLACE and _lies_in(atlas, other, one):
        one, other = other, one
    shared = parts_shared(atlas, sides)
    within = [words for number, words in enumerate(parts(atlas, one)) if number != kind and not shared[number]]
    return Pair(one, other, parts(atlas, one)[kind], parts(atlas, other)[kind], " · ".join(within))


def _lies_in(atlas: Atlas, one: View, other: View) -> bool:
    above = {step.place_id for step in places.path(atlas, one.place_id)[:-1]}
    return other.place_id in above


def sentences(atlas: Atlas, sides: Sequence[View]) -> list[str]:
    """One line for each pair and number of which both are known."""
    found = []
    for pair in pairs(atlas, sides):
        said = [share(atlas, pair), _villages(atlas, pair), _published(atlas, pair), _money(atlas, pair)]
        found += [figures.sentence([pair.within, words]) if pair.within else words for words in said if words]
    return found


def share(atlas: Atlas, pair: Pair) -> str | None:
    a, b = (questions.figure(atlas, one, standing.SHARE) for one in (pair.one, pair.other))
    if a.value is None or b.value is None:
        return None
    return _topic(standing.SHARE, (a, b), higher(pair, a.value - b.value, figures.points_apart(a.value - b.value)))


def higher(pair: Pair, change: float, amount: str) -> str:
    """`{a} is 2.8 pp higher than {b}`; amount: how much, without a sign."""
    words = _names(pair) | {"n": set_in(amount)}
    if change > 0:
        return t("{a} is {n} higher than {b}", **words).strip()
    if change < 0:
        return t("{a} is {n} lower than {b}", **words).strip()
    return t("{a} and {b} are the same", **words).strip()


def _names(pair: Pair) -> dict[str, str]:
    return {"a": set_in(pair.name), "b": set_in(pair.other_name)}


def _villages(atlas: Atlas, pair: Pair) -> str | None:
    """A part has a share of the whole; of two others one has more."""
    a, b = (questions.figure(atlas, one, GAP) for one in (pair.one, pair.other))
    if a.value is None or b.value is None:
        return None
    words = _names(pair)
    if _lies_in(atlas, pair.one, pair.other) and pair.one.standard == pair.other.standard:
        part = figures.share(a.value, b.value)
        if part is None:
            return None
        n, total = (set_in(figures.value_text(one, "village")) for one in (a.value, b.value))
        said = t("of {total} in {b}, {n} lie in {a} ({share})", total=total, n=n, share=figures.percent(part), **words)
        return _topic(GAP, (a, b), said)
    n = set_in(figures.value_text(abs(a.value - b.value), "village"))
    if a.value > b.value:
        return _topic(GAP, (a, b), t("{a} has {n} more than {b}", n=n, **words))
    if a.value < b.value:
        return _topic(GAP, (a, b), t("{a} has {n} fewer than {b}", n=n, **words))
    return _topic(GAP, (a, b), t("{a} and {b} are the same", **words))


def _published(atlas: Atlas, pair: Pair) -> str | None:
    """Two rates of the places themselves; between bounds no difference is known."""
    a, b = (headlines.rate_of(atlas, one) for one in (pair.one, pair.other))
    if a is None or b is None or a.figure_id == b.figure_id:
        return None
    is_own = a.place_id == pair.one.place_id and b.place_id == pair.other.place_id
    if not is_own or {a.qualifier, b.qualifier} != {"="}:
        return None
    change = a.value_percent - b.value_percent
    words = higher(pair, change, figures.points_apart(change))
    return t("{topic}: {words}", topic=t("Connection rate as published"), words=words)


def _money(atlas: Atlas, pair: Pair) -> str | None:
    """Amounts that were announced; a bound or a range cannot be taken from another."""
    if pair.one.place_id == pair.other.place_id:
        return None
    a, b = (questions.figure(atlas, one, MONEY) for one in (pair.one, pair.other))
    if a.value is None or b.value is None:
        return None
    is_exact = all(one.qualifier in (None, "=") and one.low is None and one.high is None for one in (a, b))
    if not is_exact:
        return None
    change = a.value - b.value
    return _topic(MONEY, (a, b), higher(pair, change, figures.average(abs(change))))


def _topic(indicator_id: str, both: Sequence[Figure], words: str) -> str:
    """What is compared, and that it is simulated where either side is."""
    title, words = questions.title(indicator_id), words.strip()
    is_simulated = any(one.evidence == "simulated" for one in both)
    return t("{topic}: {words}", topic=figures.bracketed(title, t("Simulated") if is_simulated else ""), words=words)
