"""Coloured places for the map: boundaries, values and colours in one GeoJSON that travels by URL."""

from __future__ import annotations

import json
from collections.abc import Hashable
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any

import numpy as np
import pandas as pd

from atlas.kept import measures
from atlas.look import colours, figures, language
from atlas.look.addressed import Addressed, Part, Said
from atlas.look.colours import Theme
from atlas.look.parameters import AnyStep, Date, Day, Demonstration, Lang, OneOf, Step, Text, Word
from atlas.look.words import pilots as pilot_text
from atlas.maps.beside import Besides
from atlas.maps.tiles import boundaries as boundary_tiles
from atlas.view.classes import ONE_DATE, Classed, Classes, change_classes, classify
from atlas.work.refused import UnknownValue
from ground.evidence import weakest
from indicators import facts, places
from indicators.catalogue import catalogue
from indicators.database import Atlas
from indicators.measure import DemonstrationOnly, UnknownQuestion

#: The finer the level, the finer the outlines: a county must look like itself inside its prefecture.
RESOLUTIONS = ("coarse", "medium", "fine")
Resolution = Annotated[str, OneOf(allowed=RESOLUTIONS)]
NO_DATA = "no_data"
LEAST_RADIUS_PX, MOST_RADIUS_PX = 6.0, 30.0


@dataclass(frozen=True)
class Versus(Said):
    """Another standard and date of the same places: the map shows what lies between, that other less this one."""

    standard: Annotated[str, Text("vs_standard")]
    as_of: Annotated[date, Date("vs_as_of")]


@dataclass(frozen=True)
class Question(Addressed):
    """What a coloured map asks."""

    PATH = "choropleth/{indicator}/{level}.geojson"
    indicator_id: Annotated[str, AnyStep("indicator")]
    level: Step
    within: Word
    standard: Word
    as_of: Day
    lang: Lang
    theme: Theme
    resolution: Resolution = "coarse"
    versus: Annotated[Versus | None, Part(kind=Versus)] = None
    beside: Besides = ()  # whose values stand on maps beside this one, in the same classes
    classes: Classed = ""  # how classes are made, as `classes.read` gives it
    is_demonstration: Demonstration = False  # asked for in the knowledge that it means nothing on placed points

    @property
    def is_change(self) -> bool:
        return self.versus is not None


def answer(atlas: Atlas, asked: Question) -> tuple[pd.DataFrame, Classes]:
    """The values behind a map and their classes: what the legend, the ranking and the map share.

    Raises UnknownValue for an indicator, level, place, standard or date the atlas does not hold.
    """
    indicator = catalogue().get(asked.indicator_id)
    if indicator is None:
        raise UnknownValue("indicator", list(catalogue()))
    frame = _measured(atlas, asked)
    if asked.versus is not None:
        changed = _change(frame, _measured(atlas, _at(asked, asked.versus)))
        return changed, change_classes(changed["value"].tolist(), indicator.palette, asked.theme)
    is_of_one_date = asked.classes == ONE_DATE and not asked.beside  # maps side by side share theirs
    every = [frame] if is_of_one_date else [_every_date(atlas, one) for one in (asked, *_those_beside(atlas, asked))]
    values = [value for one in every for value in _shown(one)]
    is_across = any(one["as_of"].nunique() > 1 for one in every)
    return frame, classify(values, indicator.unit, indicator.palette, asked.theme, asked.classes, is_across)


def _at(asked: Question, versus: Versus) -> Question:
    return replace(asked, standard=versus.standard, as_of=versus.as_of, versus=None)


def _those_beside(atlas: Atlas, asked: Question) -> list[Question]:
    """What the maps beside this one ask; a place without parts stands at its own level."""
    return [
        replace(
            asked,
            within=one.within,
            standard=one.standard,
            level=places.level_below(atlas, one.within) or asked.level,
            beside=(),
        )
        for one in asked.beside
        if (one.within, one.standard) != (asked.within, asked.standard)
    ]


def _every_date(atlas: Atlas, asked: Question) -> pd.DataFrame:
    """The values at every date of the standard: a colour means the same whichever of them is looked at."""
    return _measured(atlas, asked, every_date=catalogue()[asked.indicator_id].has_dates)


def _measured(atlas: Atlas, asked: Question, *, every_date: bool = False) -> pd.DataFrame:
    is_dated = catalogue()[asked.indicator_id].of_standard and not every_date
    try:
        return measures.table(
            atlas,
            asked.indicator_id,
            asked.within,
            asked.level,
            asked.standard,
            asked.as_of if is_dated else None,
            demonstration=asked.is_demonstration,
        )
    except (UnknownQuestion, DemonstrationOnly) as error:
        raise UnknownValue("question", str(error)) from error


def _shown(frame: pd.DataFrame) -> list[float]:
    values: list[float] = frame["value"].astype(float).where(~is_range(frame)).tolist()
    return values


def _change(frame: pd.DataFrame, beside: pd.DataFrame) -> pd.DataFrame:
    """Other side less this one, place by place; missing where either is. `before` and `after` keep both."""
    after = beside.set_index("place_id")[["value", "evidence"]].reindex(frame["place_id"])
    kinds = zip(frame["evidence"], after["evidence"].fillna(""), strict=True)
    return frame.assign(
        before=frame["value"].astype(float),
        after=after["value"].astype(float).to_numpy(),
        value=after["value"].astype(float).to_numpy() - frame["value"].astype(float),
        evidence=[weakest([kind for kind in pair if kind]) for pair in kinds],
        low=None,
        high=None,
    )


def resolution_of(atlas: Atlas, place_id: str) -> str:
    """Coarse outlines for the nation, finer ones the deeper the place lies."""
    depth = len(places.path(atlas, place_id)) - 1
    return RESOLUTIONS[min(depth, len(RESOLUTIONS) - 1)]


def is_range(frame: pd.DataFrame) -> pd.Series[bool]:
    """True where only a range is known: drawn apart and never ranked. An interval about a count is none."""
    return frame["low"].notna() & frame["high"].notna() & frame["numerator"].isna()


def evidence_shown(frame: pd.DataFrame) -> str:
    """The weakest evidence among the values that are there; nothing shown needs no caveat."""
    known = frame.loc[frame["value"].notna(), "evidence"].astype(str).unique().tolist()
    return weakest(known) if known else "declared"


def geojson(atlas: Atlas, asked: Question) -> bytes:
    """The places with `name`, `value` (text with unit), `note` and `fill` (r, g, b, a)."""
    frame, classes = answer(atlas, asked)
    indicator = catalogue()[asked.indicator_id]
    tokens = colours.tokens(asked.theme)
    number = classes.of(frame["value"].astype(float).where(~is_range(frame)).to_numpy())
    rows = {row["place_id"]: (row, int(k)) for row, k in zip(frame.to_dict("records"), number, strict=True)}
    with language.speaking(asked.lang):
        features = []
        for area in _areas(atlas, asked, frame):
            row, k = rows.get(area.place_id or "", (None, -1))
            is_known_range = row is not None and not np.isnan(_float(row["low"]))
            fill = classes.colours[k] if k >= 0 else tokens["range"] if is_known_range else tokens[NO_DATA]
            features.append(
                (
                    area.geometry,
                    {
                        "place_id": area.place_id if row else None,
                        "name": language.place_name(area.name, area.name_en),
                        "value": (text := _value_text(row, "points" if asked.is_change else indicator.unit)),
                        "note": _both_text(row) if asked.is_change else _note_text(row, indicator.unit),
                        "state": figures.sentence([text, _rests_on(row)]),
                        "fill": colours.hex_to_rgb(fill, 255),
                        "pattern": "hatch" if is_known_range else "solid",
                        "radius": _radius_px(row),
                    },
                )
            )
    return boundary_tiles.feature_collection(features)


def _areas(atlas: Atlas, asked: Question, frame: pd.DataFrame) -> list[boundary_tiles.Area]:
    """The outlines of the places; in a country without boundaries, the points where their villages are."""
    if asked.level in boundary_tiles.levels(atlas):
        return boundary_tiles.areas(atlas, asked.level, asked.resolution, asked.within)
    if places.is_drawn(atlas):
        raise UnknownValue("level", boundary_tiles.levels(atlas))
    return [
        boundary_tiles.Area(one.place_id, one.name, one.name_en, _point(lon, lat))
        for one, lon, lat in places.label_points(atlas, asked.within, asked.level)
    ]


def _point(lon: float, lat: float) -> str:
    return json.dumps({"type": "Point", "coordinates": [round(lon, 5), round(lat, 5)]})


def _radius_px(row: dict[Hashable, Any] | None) -> float:
    """Of a place drawn as a circle: its area grows with its villages."""
    villages = 0.0 if row is None else _float(row["denominator"]) + _float(row["unknown"])
    return LEAST_RADIUS_PX if not villages > 0 else round(min(LEAST_RADIUS_PX + villages**0.5, MOST_RADIUS_PX), 1)


def pilot_areas(atlas: Atlas, lang: str, resolution: str, batch: int | None = None) -> bytes:
    """The pilot places, each once and at its own level, with name, batches and villages in their tooltip."""
    listed = facts.pilots(atlas, facts.settings(atlas)["nation"]["place_id"], batch)
    outlines = {
        area.place_id: area
        for level in listed["level"].unique()
        for area in boundary_tiles.areas(atlas, level, resolution)
    }
    features = []
    with language.speaking(lang):
        for place_id, rows in listed.groupby("place_id", sort=False):
            area = outlines.get(str(place_id))
            if area is not None:
                features.append((area.geometry, _pilot_properties(rows)))
    return boundary_tiles.feature_collection(features)


def _pilot_properties(rows: pd.DataFrame) -> dict[str, Any]:
    row = rows.iloc[0]
    villages = figures.value_text(row["villages"], "village")
    return {
        "place_id": row["place_id"],
        "name": language.place_name(row["name"], row["name_en"]),
        "value": pilot_text.batches(rows),
        "note": language.t("{villages} in the programme", villages=villages),
    }


def _float(value: object) -> float:
    return float("nan") if figures.is_missing(value) else float(value)  # type: ignore[arg-type]


def _value_text(row: dict[Hashable, Any] | None, unit: str) -> str:
    if row is None:
        return language.t("no data")
    low, high = _float(row["low"]), _float(row["high"])
    if not np.isnan(low):
        return language.t("range {range}", range=figures.money_range(low, high))
    return figures.value_text(_float(row["value"]), unit)


def _rests_on(row: dict[Hashable, Any] | None) -> str | None:
    """Of a place whose states are partly simulated, how many: a map that mixes both cannot say it for all of them."""
    if row is None or figures.is_missing(row["simulated"]) or figures.is_missing(row["denominator"]):
        return None
    simulated, known = _float(row["simulated"]), _float(row["denominator"])
    if not 0 < simulated < known:
        return None
    words = {"n": figures.count(simulated), "total": figures.count(known)}
    return language.t("{n} of these {total} states are simulated", **words)


def _both_text(row: dict[Hashable, Any] | None) -> str:
    """Both sides of a change."""
    if row is None:
        return ""
    return f"{figures.percent(_float(row['before']))} → {figures.percent(_float(row['after']))}"


def _note_text(row: dict[Hashable, Any] | None, unit: str) -> str:
    """The fraction behind a percentage: it is what makes 100 % of one village look small."""
    if row is None or unit != "percent" or figures.is_missing(row["denominator"]):
        return ""
    numerator, denominator = (
        figures.count(_float(row["numerator"])),
        figures.count(_float(row["denominator"])),
    )
    return f"{numerator} / {denominator}"
