"""How the position of a village is known, in words."""

from __future__ import annotations

from atlas.look.language import pick, t
from ground.locations import NEAR, NOWHERE, OUTSIDE, WITHIN
from indicators import places
from indicators.database import Atlas


def position_word(atlas: Atlas, quality: str) -> str:
    """A word of `village.location_quality` for people; one that a source coined stays as it is."""
    names = places.level_names(atlas)
    for beginning in (WITHIN, NEAR):
        level = quality.removeprefix(beginning)
        if level != quality and level in names:
            if beginning == NEAR:
                return t("placed near the seat of its {level}, not surveyed", level=pick(names[level]))
            return t("placed within its {level}, not surveyed", level=pick(names[level]))
    own = quality.removesuffix(OUTSIDE)
    word = {"surveyed": t("surveyed"), "geocoded": t("geocoded"), NOWHERE: t("unknown")}.get(own, own)
    return word if own == quality else t("{word}, beyond the border of its place", word=word)
