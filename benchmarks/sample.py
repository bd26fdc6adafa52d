"""Which tiles are asked for: those of villages drawn at random, so that full tiles come up more often."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

import numpy as np

from benchmarks.settings import SEED
from ground.mercator import WORLD_BITS
from indicators.database import Atlas

ZOOMS = range(3, 13)
TRIES = 40  # draws per tile wanted: at zoom 3 there are few tiles, and most draws give one that is known

Filter = tuple[str, date]  # standard and date


@dataclass(frozen=True)
class Asked:
    """One tile with its filter."""

    z: int
    x: int
    y: int
    standard: str
    as_of: date

    def path(self, build_id: str, lang: str = "zh") -> str:
        """The address that the map asks for."""
        asked = {"build": build_id, "standard": self.standard, "as_of": self.as_of.isoformat(), "lang": lang}
        return f"/tiles/villages/{self.z}/{self.x}/{self.y}.mvt?{urlencode(asked)}"


def filters(atlas: Atlas, most: int) -> list[Filter]:
    """Standards and dates under which there is something to draw, spread over all of them."""
    found = (
        atlas.cursor()
        .execute(
            "SELECT standard, as_of FROM status_column WHERE rate_kind <> 'not_applicable' ORDER BY as_of, standard"
        )
        .fetchall()
    )
    step = max(1, len(found) // most)
    return found[::step][:most]


def places(atlas: Atlas, most: int) -> list[str]:
    """Codes of places above those that villages lie in, drawn at random; the same ones for the same atlas."""
    levels = [row[0] for row in atlas.cursor().execute("SELECT level_id FROM level ORDER BY position").fetchall()]
    found = atlas.cursor().execute(
        "SELECT place_id FROM place WHERE list_contains($levels, level) ORDER BY place_id", {"levels": levels[:-2]}
    )
    codes = np.array([code for (code,) in found.fetchall()])
    drawn: list[str] = np.random.default_rng(SEED).permutation(codes)[:most].tolist()
    return drawn


def tiles(atlas: Atlas, zoom: int, count: int, among: list[Filter]) -> list[Asked]:
    """Up to `count` different tiles or filters at a zoom; the same ones for the same atlas."""
    drawn: dict[Asked, None] = {}
    for number, (x, y) in enumerate(_places(atlas, count * TRIES, zoom)):
        standard, as_of = among[number % len(among)]
        shift = WORLD_BITS - zoom
        drawn[Asked(zoom, x >> shift, y >> shift, standard, as_of)] = None
        if len(drawn) == count:
            break
    return list(drawn)


def _places(atlas: Atlas, count: int, zoom: int) -> Iterator[tuple[int, int]]:
    found = atlas.cursor().execute("SELECT x, y FROM village WHERE in_programme ORDER BY place_no").fetchnumpy()
    rows = np.random.default_rng(SEED + zoom).integers(len(found["x"]), size=count)
    return zip(found["x"][rows].tolist(), found["y"][rows].tolist(), strict=True)
