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

    The last word names the place, the ones before it places that it lies in. A word of digits is the
    beginning of a code.
    """
    if not words or not words[-1].key:
        return [], 0
    *above, wanted = words[-MOST_WORDS:]
    levels = places.levels(atlas)
    bound: dict[str, Any] = {"name": wanted.typed, "key": wanted.key, "most": most}
    inside = ""
    for number, word in enumerate(above):
        bound |= {f"name{number}": word.typed, f"key{number}": word.key}
        inside += f" AND home IN ({_WITHIN.format(n=number)})"
    rows = (
        atlas.cursor()
        .execute(
            f"""
            WITH every AS (
                SELECT place_id, level, name, name_en, parent_id AS home FROM place WHERE NOT is_grouping
                UNION ALL
                SELECT place_id, '{levels[-1]}', name, NULL, "{levels[-2]}_id" FROM village
            )
            SELECT e.place_id, e.level, e.name, e.name_en, e.home, count(*) OVER () AS total
            FROM every AS e
            JOIN search_name AS s USING (place_id)
            LEFT JOIN level AS l ON l.level_id = e.level
            WHERE {_MATCHES}{inside}
            ORDER BY e.place_id <> $name, e.name <> $name, NOT starts_with(e.name, $name),
                     NOT list_contains(string_split(s.name_key, ' '), $key), NOT starts_with(s.name_key, $key),
                     l.position, length(e.name), e.place_id
            LIMIT $most
            """,
            bound,
        )
        .fetchall()
    )
    found = [
        Found(place_id, level, name, name_en, _parents(atlas, home))
        for place_id, level, name, name_en, home, _ in rows
    ]
    return found, int(rows[0][5]) if rows else 0


_MATCHES = """
    CASE WHEN regexp_full_match($name, '[0-9]+') THEN starts_with(e.place_id, $name)
    ELSE contains(e.name, $name) OR contains(s.name_key, $key) END
"""
_WITHIN = """
    SELECT w.place_id
    FROM place_within AS w
    JOIN place AS p ON p.place_id = w.ancestor_id
    JOIN search_name AS k ON k.place_id = w.ancestor_id
    WHERE contains(p.name, $name{n}) OR contains(k.name_key, $key{n})
"""


def _parents(atlas: Atlas, home: str | None) -> tuple[tuple[str, str | None], ...]:
    """The places above, without the nation: it says nothing."""
    return tuple((one.name, one.name_en) for one in places.path(atlas, home)[1:]) if home else ()
