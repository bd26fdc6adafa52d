"""The parts of a place over the dates of a standard: a small chart of each, and the same numbers as a table."""

from __future__ import annotations

from datetime import date
from functools import partial

import pandas as pd

from atlas.charts import points
from atlas.kept import measures
from atlas.kept.pieces import Pieces, draw, draw_opened, kept
from atlas.look import blocks, cards, figures, html, tables
from atlas.look.language import pick, place_name, t
from atlas.look.words import rates as rate_words
from atlas.pieces.compared import multiples, strips
from atlas.pieces.compared.multiples import Axes, Cell
from atlas.pieces.compared.standing import SHARE
from atlas.view import controls, questions
from atlas.view.state import View
from ground.evidence import weakest
from indicators import places
from indicators.database import Atlas


def show(atlas: Atlas, view: View, level: str) -> None:
    """The charts; the table beneath them is made and sent only to who opens it."""
    pieces = charts(atlas, view, level)
    if not pieces:
        return
    draw(pieces)
    draw_opened(t("The same shares as a table"), "parts_table", partial(table, atlas, view, level))


@kept
def charts(atlas: Atlas, view: View, level: str) -> Pieces:
    """Nothing where there is one date or one part: there is no course, or nothing beside it."""
    dates = _dates(atlas, view)
    shares = _shares(atlas, view, level)
    if len(dates) < 2 or shares["place_id"].nunique() < 2:
        return ()
    common = _of_the_whole(atlas, view, dates)
    rows = _by_place(view, shares, dates)
    known = [value for _, values in rows for value in values if value is not None]
    end = strips.top([*known, *(value for value in common if value is not None)])
    axes = Axes([_at(day, dates) for day in dates], _at(view.as_of, dates), end)
    cells = [Cell(name, values, _course(values)) for name, values in rows]
    asked = questions.figure(atlas, view, SHARE)
    title = _title(atlas, view, level)
    evidence = weakest(shares["evidence"].dropna()) if known else None
    remark = _key(atlas, view, dates, end, is_simulated=points.is_simulated(shares))
    return (
        blocks.heading(cards.titled(title, asked), evidence, remark),
        multiples.grid(cells, common, axes, title),
    )


@kept
def table(atlas: Atlas, view: View, level: str) -> Pieces:
    """One row per part and one column per date, the whole place first."""
    dates = _dates(atlas, view)
    whole = (html.escaped(rate_words.name(atlas, view.place_id)), _of_the_whole(atlas, view, dates))
    named = [whole, *_by_place(view, _shares(atlas, view, level), dates)]
    rows = [[name, *map(_words, values)] for name, values in named]
    headers = [t("Place"), *map(figures.day, dates)]
    return (tables.data_table(headers, rows, "l" + "r" * len(dates), _title(atlas, view, level)),)


def _dates(atlas: Atlas, view: View) -> tuple[date, ...]:
    return controls.standard_of(atlas, view).dates


def _shares(atlas: Atlas, view: View, level: str) -> pd.DataFrame:
    """Percent unconnected, a row per part and date, in the order in which parts are shown: by what they have at the
    chosen date, by code where states are simulated."""
    found = measures.table(atlas, SHARE, view.place_id, level, view.standard, None)
    found = found.assign(as_of=pd.to_datetime(found["as_of"]).dt.date)
    found = found[found["as_of"].isin(_dates(atlas, view))]
    now = found.loc[found["as_of"] == view.as_of].set_index("place_id")["value"].astype(float)
    return points.ordered(found.assign(now=found["place_id"].map(now)), "now")


def _by_place(view: View, shares: pd.DataFrame, dates: tuple[date, ...]) -> list[tuple[html.Html, list[float | None]]]:
    """Name with its link and values by date, None where unknown, which is not unconnected."""
    rows = []
    for place_id, own in shares.groupby("place_id", sort=False):
        first = own.iloc[0]
        held = {day: float(value) for day, value in zip(own["as_of"], own["value"], strict=True) if pd.notna(value)}
        name = html.link(place_name(first["name"], first["name_en"]), view.link(place_id=place_id, village_id=None))
        rows.append((name, [held.get(day) for day in dates]))
    return rows


def _of_the_whole(atlas: Atlas, view: View, dates: tuple[date, ...]) -> list[float | None]:
    return [questions.figure(atlas, view, SHARE, as_of=day).value for day in dates]


def _at(day: date, dates: tuple[date, ...]) -> float:
    return (day - dates[0]).days / (dates[-1] - dates[0]).days


def _course(values: list[float | None]) -> str:
    """`34.2% → 0.9%`, from the first date to the last."""
    return t("{a} → {b}", a=_words(values[0]), b=_words(values[-1]))


def _words(value: float | None) -> str:
    return figures.unknown() if value is None else figures.percent(value)


def _title(atlas: Atlas, view: View, level: str) -> str:
    return t(
        "{standard}: share unconnected over time, by {level}",
        standard=pick(controls.standard_of(atlas, view).name),
        level=pick(places.level_names(atlas)[level]),
    )


def _key(atlas: Atlas, view: View, dates: tuple[date, ...], end: float, *, is_simulated: bool) -> str:
    """What is drawn how, once for all charts."""
    words = t(
        "each from 0 to {end}, {first} to {last}; area: the place, line: {whole}, upright: {date}; blank: unknown",
        end=f"{figures.edge(end, 'percent')}%",
        first=figures.day(dates[0]),
        last=figures.day(dates[-1]),
        whole=rate_words.name(atlas, view.place_id),
        date=figures.day(view.as_of),
    )
    by_code = t("by code: published rates are met in all, not in each place") if is_simulated else None
    return figures.sentence([words, by_code])
