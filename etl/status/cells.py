"""The rate wanted of the nation for each standard and date, and the bounds that published rates of places set.

Between two published or derived rates a rate is interpolated in time; before the first and after the last one it is
assumed, and so is a line that begins with the start of a service. Pure functions of a checked declaration.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from etl.status.declared import PlaceAnchor, Standard, StatusModel, percent
from ground.declared import Unfit

CellKey = tuple[str, date]

LEAST = ("=", "~", "~<", ">", ">=")  # qualifiers of a rate that is reached, from its date on
MOST = ("=", "~", "~<", "<", "<=")  # and of one that is not exceeded, up to its date


@dataclass(frozen=True)
class Cell:
    """The rate wanted for one standard at one date, and where it comes from."""

    standard: str
    as_of: date
    rate_kind: str  # published, derived, interpolated, assumed or not_applicable
    operator: str | None
    target_rate: float | None  # share 0 to 1; None where not applicable
    denominator: str | None
    figure_ids: tuple[str, ...]
    citation: str | None
    note_zh: str
    note_en: str


@dataclass(frozen=True)
class Bound:
    """The least and the most that a place's rate may be at one date (share 0 to 1), and by which figures."""

    place_id: str
    low: float
    high: float
    figure_ids: tuple[str, ...]


# --- the nation -----------------------------------------------------------------------------------------


def cells(model: StatusModel) -> dict[CellKey, Cell]:
    """The rate of every standard at every date; an implied standard is never below the implying one."""
    made = {(one.standard_id, day): _cell(one, day) for one in model.standards for day in model.dates}
    for one in reversed(model.standards):  # implying standards first: a raise carries on along the chain
        if one.implies is not None:
            for day in model.dates:
                made[one.implies, day] = _not_below(made[one.implies, day], made[one.standard_id, day])
    return made


def _cell(standard: Standard, day: date) -> Cell:
    """Published on this day or derived, else interpolated between such rates, else assumed."""
    blank = Cell(standard.standard_id, day, "", None, None, None, (), None, "", "")
    start = standard.service_start
    if start is not None and day < start:
        return replace(
            blank,
            rate_kind="not_applicable",
            note_zh=f"早于业务开始日期 {start}",
            note_en=f"before the service start, {start}",
        )
    for anchor in standard.anchors:
        if anchor.as_of == day:
            bound = anchor.operator not in ("=", "~")
            return replace(
                blank,
                rate_kind=anchor.kind,
                operator=anchor.operator,
                target_rate=anchor.rate,
                denominator=anchor.denominator,
                figure_ids=anchor.figure_ids,
                citation=anchor.citation,
                note_zh="以公布的界限值为目标" if bound else "",
                note_en="the published bound itself is the target" if bound else "",
            )
    return _between(blank, standard)


def _between(blank: Cell, standard: Standard) -> Cell:
    """A day on which nothing was published: on a line between two rates, or as the last one was."""
    day, anchors = blank.as_of, standard.anchors
    earlier = [one for one in anchors if one.as_of < day]
    later = [one for one in anchors if one.as_of > day]
    if earlier and not later:
        last = earlier[-1]
        return replace(
            blank,
            rate_kind="assumed",
            target_rate=last.rate,
            figure_ids=last.figure_ids,
            note_zh=f"{last.as_of} 之后没有公布值，假定不低于当时的 {percent(last.rate)}",
            note_en=f"nothing published after {last.as_of}: assumed to be no lower than {percent(last.rate)} then",
        )
    if earlier:
        first, last = earlier[-1], later[0]
        since, from_rate, kind, ids = first.as_of, first.rate, "interpolated", first.figure_ids
        zh, en = "两个公布值或推算值之间按时间内插", "linear in time"
    elif standard.service_start is not None:
        last, since, from_rate, kind, ids = later[0], standard.service_start, 0.0, "assumed", ()
        zh, en = (
            "没有更早的公布值，假定自业务开始之日起匀速增长",
            "nothing earlier published: assumed to grow evenly from the service start",
        )
    else:
        expected = f"an anchor or a service_start on or before {day}"
        raise Unfit(f"standard {standard.standard_id!r}.anchor", expected, f"{anchors[0].as_of} as the first")
    rate = from_rate + (last.rate - from_rate) * ((day - since).days / (last.as_of - since).days)
    return replace(
        blank,
        rate_kind=kind,
        target_rate=rate,
        figure_ids=(*ids, *last.figure_ids),
        note_zh=f"{zh}：{since} 为 {percent(from_rate)}，{last.as_of} 为 {percent(last.rate)}",
        note_en=f"{en}: {percent(from_rate)} at {since}, {percent(last.rate)} at {last.as_of}",
    )


def _not_below(implied: Cell, implying: Cell) -> Cell:
    """Raise a rate that is not published to that of the standard that implies it; a published one is an error."""
    if implying.target_rate is None:
        return implied
    where = f"standard {implied.standard!r} at {implied.as_of}"
    least = f"{percent(implying.target_rate)} (that of {implying.standard!r}, which implies it)"
    if implied.target_rate is None:
        raise Unfit(where, f"a rate of at least {least}", "not applicable")
    if implied.target_rate >= implying.target_rate:
        return implied
    if implied.rate_kind == "published":
        found = f"{percent(implied.target_rate)} published"
        raise Unfit(where, f"a rate of at least {least}", found)
    own = percent(implied.target_rate)
    return replace(
        implied,
        target_rate=implying.target_rate,
        figure_ids=(*implied.figure_ids, *implying.figure_ids),
        note_zh=f"{implied.note_zh}；由 {own} 提到 {percent(implying.target_rate)}：满足 {implying.standard} "
        "即满足本标准",
        note_en=f"{implied.note_en}; raised from {own} to {percent(implying.target_rate)}: {implying.standard} implies "
        "it",
    )


# --- places ---------------------------------------------------------------------------------------------


def counted_on(anchor: PlaceAnchor, model: StatusModel) -> date:
    """The date at which a place's figure is met: the model's nearest one if it is close, else the figure's own."""
    nearest = min(model.dates, key=lambda day: (abs((day - anchor.as_of).days), day))
    return nearest if abs((nearest - anchor.as_of).days) <= model.snap_days else anchor.as_of


def bounds(model: StatusModel) -> dict[CellKey, tuple[Bound, ...]]:
    """What published rates of places allow, per standard and date; raises Unfit where two of them exclude
    each other. What holds for a standard from below holds for the one that it implies, and the other way from above.
    """
    by_place = {one.standard_id: _by_place(one) for one in model.standards}
    for one in reversed(model.standards):
        if one.implies is not None:
            for place_id, anchors in by_place[one.standard_id].items():
                least = [anchor for anchor in anchors if anchor.operator in LEAST]
                by_place[one.implies].setdefault(place_id, []).extend(
                    replace(anchor, operator=">=") for anchor in least
                )
    for one in model.standards:
        if one.implies is not None:
            for place_id, anchors in by_place[one.implies].items():
                most = [anchor for anchor in anchors if anchor.operator in MOST]
                by_place[one.standard_id].setdefault(place_id, []).extend(
                    replace(anchor, operator="<=") for anchor in most
                )
    return {
        (standard, day): tuple(_bound(place_id, anchors, day, standard, model) for place_id, anchors in places.items())
        for standard, places in by_place.items()
        for day in model.dates
    }


def _by_place(standard: Standard) -> dict[str, list[PlaceAnchor]]:
    found: dict[str, list[PlaceAnchor]] = {}
    for anchor in standard.place_anchors:
        found.setdefault(anchor.place_id, []).append(anchor)
    return found


def _bound(place_id: str, anchors: list[PlaceAnchor], day: date, standard: str, model: StatusModel) -> Bound:
    dated = [(anchor, counted_on(anchor, model)) for anchor in anchors]
    low = max((a for a, on in dated if a.operator in LEAST and on <= day), key=lambda a: a.rate, default=None)
    high = min((a for a, on in dated if a.operator in MOST and on >= day), key=lambda a: a.rate, default=None)
    if low is not None and high is not None and low.rate > high.rate:
        raise Unfit(
            f"standard {standard!r}, place {place_id} at {day}",
            "figures that can both be true",
            f"{low.figure_id} (at least {percent(low.rate)}) and {high.figure_id} (at most {percent(high.rate)}); "
            "name one in places.leave_out",
        )
    ids = tuple(dict.fromkeys(one.figure_id for one in (low, high) if one is not None))
    return Bound(place_id, low.rate if low else 0.0, high.rate if high else 1.0, ids)
