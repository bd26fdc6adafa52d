"""The hot spots as areas on the map and as a list. The test itself is in indicators/chosen/hot_spots.py.

A worker makes it when a map first asks for it; it is kept per build, standard and date.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from atlas.kept.single_flight import SingleFlight
from atlas.look import colours, figures, language
from atlas.look.addressed import Addressed
from atlas.look.colours import Theme
from atlas.look.language import mark, t
from atlas.look.parameters import Day, Demonstration, Lang, Step, Word
from atlas.maps import hot_spot_file
from atlas.maps.choropleth import Resolution
from atlas.maps.tiles import boundaries as boundary_tiles
from atlas.maps.tiles import villages as tiles
from atlas.work import patience
from atlas.work.refused import Refused, UnknownValue
from indicators.chosen import hot_spots as statistics
from indicators.database import Atlas

KEPT = 16
#: kind → its colour: a palette and the class in it, or a token.
COLOURS: dict[str, tuple[str, int] | str] = {
    "hot": ("gap", 4),
    "cold": ("rate", 3),
    "none": "land",
    "isolated": "no_data",
    "unknown": "no_data",
}
WORDS = {
    "hot": mark("Hot spot: gaps cluster here"),
    "cold": mark("Cold spot: few gaps all around"),
    "none": mark("No cluster beyond chance"),
    "isolated": mark("No neighbour to compare with"),
    "unknown": mark("Unknown"),
}
_found: SingleFlight[tuple[str, str, str, date], pd.DataFrame] = SingleFlight(KEPT)


@dataclass(frozen=True)
class Question(Addressed):
    """What the layer asks."""

    PATH = "hot-spots/{level}.geojson"
    level: Step
    within: Word
    standard: Word
    as_of: Day
    lang: Lang
    theme: Theme
    resolution: Resolution = "coarse"
    is_demonstration: Demonstration = False

    def check(self, atlas: Atlas) -> None:
        tiles.of_atlas(atlas).check(self.standard, self.as_of, self.within)


def answer(atlas: Atlas, asked: Question) -> pd.DataFrame:
    """Every place of the level in the whole country: a province is compared with all others, not with itself.

    Raises UnknownValue for what the atlas does not hold, and for simulated states without `is_demonstration`; Refused
    while too many answers are being made.
    """

    def make() -> pd.DataFrame:
        return pd.read_parquet(patience.made(atlas, hot_spot_file.write, tested(asked)))

    key = (f"{atlas.path}{asked.is_demonstration}", asked.level, asked.standard, asked.as_of)
    try:
        return _found.get(key, make)
    except Refused as refused:
        if refused.status == 400:
            raise UnknownValue("question", refused.expected) from refused
        raise


def tested(asked: Question) -> tuple[str, str, date, bool]:
    """What the test depends on: not on the place whose map shows it."""
    return asked.level, asked.standard, asked.as_of, asked.is_demonstration


def geojson(atlas: Atlas, asked: Question) -> bytes:
    """The places inside `within` with `place_id`, `name`, `state` (a sentence) and `fill`."""
    rows = {row["place_id"]: row for row in answer(atlas, asked).to_dict("records")}
    features = []
    with language.speaking(asked.lang):
        for area in boundary_tiles.areas(atlas, asked.level, asked.resolution, asked.within):
            row = rows.get(area.place_id, {"kind": "unknown"})
            properties = {
                "place_id": area.place_id,
                "name": language.place_name(area.name, area.name_en),
                "state": sentence(row),
                "fill": colours.hex_to_rgb(colour(str(row["kind"]), asked.theme), 255),
            }
            features.append((area.geometry, properties))
    return boundary_tiles.feature_collection(features)


def listed(atlas: Atlas, asked: Question, most: int) -> pd.DataFrame:
    """The hot spots inside `within`, the strongest first."""
    inside = {area.place_id for area in boundary_tiles.areas(atlas, asked.level, "coarse", asked.within)}
    found = answer(atlas, asked)
    hot = found[(found["kind"] == "hot") & found["place_id"].isin(inside)]
    return hot.sort_values(["z_score", "place_id"], ascending=[False, True]).head(most)


def sentence(row: dict[Any, Any]) -> str:
    """What the test says of a place, with its numbers."""
    word = t(WORDS[str(row["kind"])])
    if figures.is_missing(row.get("z_score")):
        return word
    numbers = t(
        "{share} unconnected, {around} with its neighbours, z {z}, p {p}",
        share=figures.percent(row["value"]),
        around=figures.percent(row["around"]),
        z=figures.signed_decimal(row["z_score"]),
        p=figures.probability(row["p_value"]),
    )
    return f"{word}\n{numbers}"


def colour(kind: str, theme_name: str) -> str:
    """The fill of a kind of place, #RRGGBB."""
    named = COLOURS[kind]
    if isinstance(named, str):
        return colours.tokens(theme_name)[named]
    return colours.palette(named[0], theme_name)[named[1]]


def keys(theme_name: str) -> list[tuple[str, str]]:
    """Colour and words of the map's key; what takes no part in the test shares a colour, so it shares a line."""
    named = [(colour(kind, theme_name), t(WORDS[kind])) for kind in ("hot", "cold", "none")]
    return [*named, (colour("unknown", theme_name), t("Unknown, or no neighbour to compare with"))]


def method() -> str:
    """How it is made, in a sentence or two, with the numbers that decide."""
    return t(
        "Hot spots: Getis-Ord Gi* of the share unconnected; neighbours touch in at least one point. "
        "{permutations} permutations, seed {seed}, two-sided. Thousands of places are tested at once, so the false "
        "discovery rate is held at {rate} (Benjamini and Hochberg). Places without a known neighbour take no part.",
        permutations=figures.count(statistics.PERMUTATIONS),
        seed=str(statistics.SEED),
        rate=figures.percent(100 * statistics.FALSE_DISCOVERY_RATE),
    )
