"""Finds places and villages by name, code or pinyin, with the places they lie in: many villages share a name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from indicators import places
from indicators.database import Atlas

MOST_WORDS = 4


@dataclass(frozen=True)
class Found:
    """A place or village; `parents` are the names of the places it lies in, the largest first, with Latin names."""

    place_id: str
    level: str
    name: str
    name_en: str | None
    parents: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True)
class Word:
    """One word of a question: as typed, and as `search_name` writes names."""

    typed: str
    key: str


def search(atlas: Atlas, words: list[Word], most: int) -> tuple[list[Found], int]:
    """What answers a question, the best first, and how many there are in all.

    The last words name the place, the ones before them places that it lies in; a name may itself be of
    several words, so every way of dividing them is tried. Digits are the beginning of a code.
    """
    words = [word for word in words if word.key][-MOST_WORDS:]
    if not words:
        return [], 0
    levels = places.levels(atlas)
    bound: dict[str, Any] = {"most": most}
    ways = []
    for first in range(len(words)):
        named = words[first:]
        bound[f"name{first}"] = " ".join(word.typed for word in named)
        bound[f"key{first}"] = "".join(word.key for word in named)
        inside = "".join(f" AND e.home IN ({_WITHIN.format(n=number)})" for number in range(first))
        ways.append(f"({_MATCHES.format(n=first)}{inside})")
    for number, word in enumerate(words[:-1]):
        bound |= {f"above{number}": word.typed, f"above_key{number}": word.key}
    names = [bound[f"name{first}"] for first in range(len(words))]
    keys = [bound[f"key{first}"] for first in range(len(words))]
    rows = (
        atlas.cursor()
        .execute(
            f"""
            WITH every AS (
                SELECT place_id, level, name, name_en, parent_id AS home FROM place WHERE NOT is_grouping
                UNION ALL
                SELECT place_id, '{levels[-1]}', name, name_en, "{levels[-2]}_id" FROM village
            )
            SELECT e.place_id, e.level, e.name, e.name_en, e.home, count(*) OVER () AS total
            FROM every AS e
            JOIN search_name AS s USING (place_id)
            LEFT JOIN level AS l ON l.level_id = e.level
            WHERE {" OR ".join(ways)}
            ORDER BY NOT list_contains($names, e.place_id), NOT list_contains($names, e.name),
                     NOT list_has_any(string_split(s.name_key, ' '), $keys),
                     NOT list_bool_or(list_transform($keys, lambda k: starts_with(s.name_key, k))),
                     NOT list_bool_or(list_transform($names, lambda n: starts_with(e.name, n))),
                     l.position, length(e.name), e.place_id
            LIMIT $most
            """,
            bound | {"names": names, "keys": keys},
        )
        .fetchall()
    )
    found = [
        Found(place_id, level, name, name_en, _parents(atlas, home)) for place_id, level, name, name_en, home, _ in rows
    ]
    return found, int(rows[0][5]) if rows else 0


_MATCHES = """
    CASE WHEN regexp_full_match($name{n}, '[0-9]+') THEN starts_with(e.place_id, $name{n})
    ELSE contains(e.name, $name{n}) OR contains(s.name_key, $key{n}) END
"""
_WITHIN = """
    SELECT w.place_id
    FROM place_within AS w
    JOIN place AS p ON p.place_id = w.ancestor_id
    JOIN search_name AS k ON k.place_id = w.ancestor_id
    WHERE contains(p.name, $above{n}) OR contains(k.name_key, $above_key{n})
"""


def _parents(atlas: Atlas, home: str | None) -> tuple[tuple[str, str | None], ...]:
    """The places above, without the nation: it says nothing."""
    return tuple((one.name, one.name_en) for one in places.path(atlas, home)[1:]) if home else ()
