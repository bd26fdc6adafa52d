"""What a country calls its levels, its settlements and its money, for sentences that are written for any country."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ground.locations import NEAR, PLACED, WITHIN
from indicators import facts, places
from indicators.database import Atlas, per_build
from indicators.demand import shared_villages

Words = Mapping[str, str]  # by language
SIGNS = re.compile(r"[^\w\s()（）.,，、·'’-]|_")
ANY_PLACE: dict[str, Words] = {"word": {"zh": "地区", "en": "place"}, "plural": {"zh": "地区", "en": "places"}}
VILLAGE: dict[str, Words] = {
    "word": {"zh": "村", "en": "village"},
    "plural": {"zh": "村", "en": "villages"},
    "counted": {"zh": "{n} 个村", "en": "{n} villages"},
}
MONEY: Words = {"zh": "本币", "en": "currency"}
LOCAL: Words = {"zh": "地方", "en": "local government"}


@per_build(4)
def words(atlas: Atlas) -> dict[str, Words]:
    """Mark → the country's word for it in both languages, as `atlas/look/country_words.py` fills them in.

    currency. village, settlements, counted: the unit of the programme, alone, many, and "{n} …". Of levels, each with
    its plural: `region` (under the nation), `county` (above the finest two), `outlined` (the finest that is drawn),
    `placed` (within which positions were made up), `lowest` (above the settlements). local: the levels between the
    region and the finest two.
    """
    order = places.levels(atlas)
    village = level_words(atlas, order[-1])
    of_levels = {
        "region": order[1],
        "county": order[-3:][0],
        "outlined": shared_villages.county_level(atlas),
        "placed": _placed_level(atlas),
        "lowest": order[-2],
    }
    found: dict[str, Words] = {
        "currency": facts.settings(atlas).get("currency") or MONEY,
        "village": village["word"],
        "counted": village["counted"],
        "settlements": {"zh": village["word"]["zh"], "en": village["counted"]["en"].replace("{n}", "").strip()},
        "local": _local(atlas),
    }
    for mark, level in of_levels.items():
        is_divided = level != order[0]  # "every nation" is no part of one
        of_level = level_words(atlas, level) if is_divided else ANY_PLACE
        found |= {mark: of_level["word"], f"{mark}_plural": of_level["plural"]}
    return found


def is_pinyin(atlas: Atlas) -> bool:
    """Whether names that have no English one are romanised as Chinese ones are."""
    return facts.settings(atlas).get("romanised") == "pinyin"


def level_words(atlas: Atlas, level: str) -> dict[str, Words]:
    """A level in the middle of a sentence: word, plural, and for the settlements counted. The profile's own, else
    made of the level's name; settlements are villages where the profile does not say otherwise."""
    declared: dict[str, Words] = facts.settings(atlas).get("level_words", {}).get(level, {})
    if level == places.levels(atlas)[-1]:
        return VILLAGE | {key: _plain(said) for key, said in declared.items()}
    name = places.level_names(atlas)[level]
    word = _plain(declared.get("word") or {"zh": name["zh"], "en": name["en"].lower()})
    plural = _plain(declared.get("plural") or {"zh": word["zh"], "en": _plural(word["en"])})
    return {"word": word, "plural": plural}


def _plain(words: Words) -> Words:
    """Without signs that a label's Markdown or a page could take for more than a word."""
    return {lang: "{n}".join(SIGNS.sub("", part) for part in said.split("{n}")) for lang, said in words.items()}


def _plural(word: str) -> str:
    """An English plural; an irregular one stands in the profile."""
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "ch", "sh")) else "s")


def _local(atlas: Atlas) -> Words:
    between = [level_words(atlas, level)["word"] for level in places.levels(atlas)[2:-2]]
    if not between:
        return LOCAL
    return {"zh": "".join(word["zh"] for word in between), "en": " or ".join(word["en"] for word in between)}


def _placed_level(atlas: Atlas) -> str:
    """The level within which most made-up positions lie; without any, the one that is drawn."""
    rows = atlas.cursor().execute(
        "SELECT location_quality FROM village WHERE starts_with(location_quality, $1) "
        "GROUP BY ALL ORDER BY count(*) DESC, location_quality LIMIT 1",
        [PLACED],
    )
    found = rows.fetchall()
    return str(found[0][0]).removeprefix(WITHIN).removeprefix(NEAR) if found else shared_villages.county_level(atlas)
