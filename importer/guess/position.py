"""Which columns say where a row is, in which frame and order: tested on where the points would fall."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from importer import values
from importer.contents import Content
from importer.guess import headings
from importer.guess.asked import Answer, Question, words
from importer.guess.columns import MOSTLY, SHAPED, Guess
from importer.guess.seen import Seen
from importer.guess.units import not_used
from importer.place import frames, written
from importer.place.coordinates import BD09, GCJ02, SHIFTED, WGS84, looks_like_degrees
from importer.read.chunk import LeftOut

Numbers = NDArray[np.float64]
Pair = tuple[str, str]
Guesses = tuple[Guess, ...]
MOST_FRAMES = 40
HALF = 0.5
FEWEST_WHOLE = 5  # rows of whole degrees; fewer may be so by chance, or by way of example
DEGREES_NAMES = {
    WGS84: {"zh": "WGS 84 或 CGCS2000 经纬度", "en": "degrees of WGS 84 or CGCS2000"},
    GCJ02: {"zh": "GCJ-02（高德、腾讯等地图）", "en": "GCJ-02, of Chinese map services"},
    BD09: {"zh": "BD-09（百度地图）", "en": "BD-09, of Baidu's map"},
}


@dataclass(frozen=True)
class Position:
    """Guesses for lon and lat, or for a point; `frame` None: the file says it, or nothing is known of a place."""

    guesses: tuple[Guess, ...] = ()
    frame: str | None = None
    frame_why: str = ""
    questions: tuple[Question, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


def position(seen: Seen, holds: Content) -> Position:
    """Where rows of this file are; a question, and no guess, where two readings fit."""
    if "lon" not in holds.fields:
        return Position()
    if pair := _called(seen, holds):
        return _of_pair(seen, *pair, by_header=True)
    for name in map(str, seen.frame.columns):
        if not _is_called_otherwise(name, holds) and (made := _of_point(seen, name)) is not None:
            return made
    if seen.look.has_geometry:
        return _of_geometry(seen)
    return _shaped(seen)


# --- two columns ----------------------------------------------------------------------------------------


def _called(seen: Seen, holds: Content) -> Pair | None:
    """The two columns whose headers are the likeliest words for longitude and latitude."""
    best: dict[str, tuple[float, str]] = {}
    for name in seen.headers:
        if seen.answers.get(f"meaning:{name}") in ("lon", "lat"):
            best[seen.answers[f"meaning:{name}"]] = (2.0, name)
            continue
        if seen.answers.get(f"meaning:{name}") == "not_used":
            continue
        for field, likeness, _ in headings.fields_called(name, holds):
            if field in ("lon", "lat") and likeness > best.get(field, (0.0, ""))[0]:
                fits = _fits(seen.known(name))
                if likeness == headings.EXACT or fits > HALF:
                    best[field] = (likeness, name)
    if len(best) == 2 and best["lon"][1] != best["lat"][1]:
        return best["lon"][1], best["lat"][1]
    return None


def _is_called_otherwise(name: str, holds: Content) -> bool:
    """A column of codes may hold three numbers with blanks between them, one of money two with a comma; its header says
    what they are.
    """
    if headings.says(name, "money"):
        return True
    called = headings.fields_called(name, holds)
    return any(how == headings.EXACT and field not in ("lon", "lat", "point") for field, how, _ in called)


def _fits(cells: pd.Series) -> float:
    return float(pd.isna(written.degrees(cells).problem).mean()) if len(cells) else 0.0


def _of_pair(seen: Seen, first: str, second: str, *, by_header: bool) -> Position:
    x, y = (_numbers(seen.frame[name]) for name in (first, second))
    saw = f"{first}: {_range(x)}, {second}: {_range(y)}"
    if _are_bare_degrees(x, y):
        return Position(left_out=tuple(LeftOut("column", name, "whole_degrees", saw) for name in (first, second)))
    likeness = headings.EXACT if by_header else SHAPED
    why = "headers are words for it" if by_header else "no header; the one pair of columns that can be it"
    lon = Guess("lon", first, likeness, f"{why}; {_range(x)}")
    lat = Guess("lat", second, likeness, f"{why}; {_range(y)}")
    exchanged = (
        replace(lon, column=second, saw=f"{why}; {_range(y)}"),
        replace(lat, column=first, saw=f"{why}; {_range(x)}"),
    )
    if not (np.isfinite(x) & np.isfinite(y)).any() or looks_like_degrees(x, y) >= HALF:
        is_exchanged = _inside(y, x, seen) > HALF >= _inside(x, y, seen) if seen.extent else False
        guesses = tuple(replace(one, saw=f"{one.saw}; the two are exchanged") for one in exchanged)
        return _in_degrees(seen, guesses if is_exchanged else (lon, lat), saw)
    return _in_metres(seen, (lon, lat), exchanged, x, y, saw)


def _are_bare_degrees(x: Numbers, y: Numbers) -> bool:
    """Nothing but whole degrees: the minutes stand elsewhere, and a village would lie up to a hundred km off."""
    known = np.isfinite(x) & np.isfinite(y)
    x, y = x[known], y[known]
    is_whole = bool((x == np.round(x)).all() and (y == np.round(y)).all())
    return len(x) >= FEWEST_WHOLE and is_whole and looks_like_degrees(x, y) >= HALF


def _in_degrees(seen: Seen, guesses: tuple[Guess, ...], saw: str) -> Position:
    """The frame of degrees: WGS 84, asked in China, where the shifted ones of map services look the same."""
    if seen.look.epsg is not None and "frame" not in seen.answers:
        return Position(guesses)
    in_china = seen.extent is not None and _overlap(seen.extent, SHIFTED)
    answered = seen.answers.get("frame")
    taken = answered or WGS84
    why = "as answered" if answered else "the file states none, and the numbers are degrees"
    if not in_china and not answered:
        return Position(guesses, taken, why)
    answers = tuple(Answer(key, says) for key, says in DEGREES_NAMES.items())
    return Position(guesses, taken, why, (Question("frame", words("frame"), saw, answers, taken),))


def _in_metres(seen: Seen, straight: Guesses, exchanged: Guesses, x: Numbers, y: Numbers, saw: str) -> Position:
    """The frames under which the points fall in the country: the one, or a question."""
    found = frames.proposed(x, y, seen.extent)[:MOST_FRAMES]
    answered = seen.answers.get("frame")
    answers = tuple(
        Answer(one.frame, words("frame_exchanged" if one.is_exchanged else "frame_is", name=one.name, frame=one.frame))
        for one in found
    )
    taken = answered or (found[0].frame if len(found) == 1 else None)
    question = Question("frame", words("frame_of_metres"), saw, (*answers, not_used()), taken)
    left_out = tuple(LeftOut("column", one.column, "asked", saw) for one in straight)
    if taken is None or taken == "not_used":
        return Position((), None, "", (question,), left_out)
    chosen = [one for one in found if one.frame == taken]
    is_exchanged = chosen[0].is_exchanged if chosen else False
    why = "as answered" if answered else f"{chosen[0].name}: the one frame under which the points fall in the country"
    return Position(exchanged if is_exchanged else straight, taken, why, (question,))


def _shaped(seen: Seen) -> Position:
    """Two neighbours without a header that can only be degrees within the country, in one order."""
    if seen.headers:
        return Position()
    found: list[Pair] = []
    for a, b in pairwise(map(str, seen.frame.columns)):
        x, y = (_decimal_degrees(seen.known(name)) for name in (a, b))
        if x is None or y is None:
            continue
        fits = [pair for pair, p, q in (((a, b), x, y), ((b, a), y, x)) if _can_be(p, q, seen)]
        found += fits if len(fits) == 1 else []
    return _of_pair(seen, *found[0], by_header=False) if len(found) == 1 else Position()


def _can_be(lon: Numbers, lat: Numbers, seen: Seen) -> bool:
    if seen.extent is None or len(lon) != len(lat):
        return bool(np.nanmax(np.abs(lon)) > 90 >= np.nanmax(np.abs(lat)))
    return _inside(lon, lat, seen) > MOSTLY


def _decimal_degrees(cells: pd.Series) -> Numbers | None:
    if not len(cells) or not cells.str.fullmatch(r"-?\d{1,3}\.\d{2,}").mean() > MOSTLY:
        return None
    found = np.asarray(written.degrees(cells).values, dtype=float)
    return found if np.nanmax(np.abs(found)) <= 180 else None


# --- one column, or geometries ----------------------------------------------------------------------------


def _of_point(seen: Seen, name: str) -> Position | None:
    """A column of cells that hold two numbers each."""
    cells = seen.known(name)
    if not len(cells) or seen.answers.get(f"meaning:{name}") == "not_used":
        return None
    fits = {order: _pair_of(cells, order) for order in written.ORDERS}
    for order in ("wkt", "lon lat", "lat lon"):
        if fits[order][2] < MOSTLY:
            del fits[order]
    if not fits:
        return None
    saw = cells.iloc[0][:40]
    if "wkt" in fits:
        return _with_order(seen, name, "wkt", fits["wkt"][:2], saw, None)
    likely = [order for order, (x, y, _) in fits.items() if _is_likely(x, y, seen)]
    if not likely and _are_numbers(cells):  # 869804,0 and 943,222.20 are one number each
        return None
    answered = seen.answers.get(f"order:{name}")
    taken = answered if answered in fits else likely[0] if len(likely) == 1 else None
    answers = (Answer("lon lat", words("order_lon_lat")), Answer("lat lon", words("order_lat_lon")), not_used())
    question = Question(f"order:{name}", words("order", column=name), saw, answers, taken)
    if taken is None:
        return Position((), None, "", (question,), (LeftOut("column", name, "asked", saw),))
    return _with_order(seen, name, taken, fits[taken][:2], saw, question if len(likely) != 1 else None)


def _are_numbers(cells: pd.Series) -> bool:
    return float(pd.isna(values.numbers(cells).problem).mean()) > HALF


def _pair_of(cells: pd.Series, order: str) -> tuple[Numbers, Numbers, float]:
    x, y = (written.points(cells, order, axis) for axis in ("lon", "lat"))
    return np.asarray(x.values, dtype=float), np.asarray(y.values, dtype=float), float(pd.isna(x.problem).mean())


def _is_likely(x: Numbers, y: Numbers, seen: Seen) -> bool:
    if looks_like_degrees(x, y) < HALF:
        return any(not one.is_exchanged for one in frames.proposed(x, y, seen.extent))
    if seen.extent is not None:
        return _inside(x, y, seen) > HALF
    return bool(np.nanmax(np.abs(y)) <= 90)


def _with_order(
    seen: Seen, name: str, order: str, pair: tuple[Numbers, Numbers], saw: str, question: Question | None
) -> Position:
    guess = Guess("point", name, headings.LEVEL, f"two numbers in a cell: {saw}; {order}", {"order": order})
    if looks_like_degrees(*pair) >= HALF:
        made = _in_degrees(seen, (guess,), saw)
    else:
        made = _in_metres(seen, (guess,), (guess,), *pair, saw)
    return replace(made, questions=(*([question] if question else []), *made.questions))


def _of_geometry(seen: Seen) -> Position:
    """The frame that a file states, against the numbers of its shapes."""
    shapes = np.asarray([] if seen.geometry is None else seen.geometry, dtype=object)
    known = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))] if len(shapes) else shapes
    if not len(known):
        return Position()
    bounds = shapely.bounds(known)
    x, y = (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2
    saw = f"x: {_range(x)}, y: {_range(y)}"
    answered = seen.answers.get("frame")
    is_degrees = looks_like_degrees(x, y) >= HALF
    says_degrees = seen.look.epsg is None or _is_geographic(seen.look.epsg)
    if answered or (is_degrees and not says_degrees):
        says = Answer(WGS84, DEGREES_NAMES[WGS84])
        epsg = seen.look.epsg
        asks = words("frame") if epsg is None else words("frame_against_file", epsg=str(epsg))
        question = Question("frame", asks, saw, (says,), answered or WGS84)
        return Position((), answered or WGS84, "the numbers are degrees, whatever the file says", (question,))
    if is_degrees:
        return _in_degrees(seen, (), saw)
    return Position() if seen.look.epsg is not None and not says_degrees else _in_metres(seen, (), (), x, y, saw)


def _is_geographic(epsg: int) -> bool:
    import pyproj

    try:
        return bool(pyproj.CRS.from_epsg(epsg).is_geographic)
    except pyproj.exceptions.CRSError:
        return True


# --- numbers --------------------------------------------------------------------------------------------


def _numbers(cells: pd.Series) -> Numbers:
    return np.asarray(written.degrees(cells, decimal=values.decimal_of(cells)).values, dtype=float)


def _range(found: Numbers) -> str:
    return f"{np.nanmin(found):,.6f} … {np.nanmax(found):,.6f}" if np.isfinite(found).any() else "–"


def _inside(lon: Numbers, lat: Numbers, seen: Seen) -> float:
    """The share of the known points that lie in the country; 0 where its extent is not known."""
    known = np.isfinite(lon) & np.isfinite(lat)
    if seen.extent is None or not known.any():
        return 0.0
    west, south, east, north = seen.extent
    around = np.where(lon < west, lon + 360, lon) if east < west else lon
    inside = (around >= west) & (around <= (east if east >= west else east + 360)) & (lat >= south) & (lat <= north)
    return float(inside[known].mean())


def _overlap(one: Sequence[float], other: Sequence[float]) -> bool:
    """The middle of the first box lies in the second."""
    return other[0] <= (one[0] + one[2]) / 2 <= other[2] and other[1] <= (one[1] + one[3]) / 2 <= other[3]
