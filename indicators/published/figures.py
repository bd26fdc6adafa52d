"""All published figures: what answers a question about them, what rests on each, and where they contradict each
other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from indicators import facts
from indicators.database import Atlas, per_build

NOT_TOLD = "none"  # asked for of a column: figures whose source says nothing there
ANY = "any"  # figures in some contradiction, whichever
MOST_WORDS = 6


@dataclass(frozen=True)
class Asked:
    """Which figures are wanted; what is empty asks nothing."""

    within: str  # a place and all inside it; the nation: figures of abroad and of no place, too
    text: str = ""  # words that all have to occur, whatever case
    topic: str = ""
    seen: str = ""
    contradiction: str = ""
    first: date | None = None  # figures whose dates lie before it are left out, and those without any
    last: date | None = None


@dataclass(frozen=True)
class Summary:
    """How many figures answer, of how many documents, and what was seen of these (`NOT_TOLD` where nothing is said)."""

    figures: int
    documents: int
    contradicted: int
    first: date | None  # what the earliest and the latest of their dates say, where they say a day
    last: date | None
    seen: Mapping[str, int]


_HELD = """
    SELECT f.*, p.name, p.name_en, s.title_zh, s.title_en,
           lower(concat_ws(' ', f.figure_id, f.place_name, p.name, p.name_en, f.date_text, f.indicator, f.value_text,
                           f.unit, f.denominator, f.quotation, f.document, f.publisher, f.published_on, f.url,
                           f.note)) AS words
    FROM published_figure AS f
    JOIN meta_source AS s USING (source_id)
    LEFT JOIN place AS p USING (place_id)
"""
_ASKED = """
    ($within IS NULL OR place_id IN (SELECT place_id FROM place_within WHERE ancestor_id = $within))
    AND ($topic = '' OR topic = $topic)
    AND ($seen = '' OR coalesce(seen, $not_told) = $seen)
    AND ($contradiction = '' OR ($contradiction = $any AND contradiction_id IS NOT NULL)
         OR contradiction_id = $contradiction)
    AND ($first::DATE IS NULL OR coalesce(date_to, date_from) >= $first::DATE)
    AND ($last::DATE IS NULL OR coalesce(date_from, date_to) <= $last::DATE)
"""


def listed(atlas: Atlas, asked: Asked, most: int | None = None, after: int = 0) -> pd.DataFrame:
    """The figures that answer, the newest first: columns of `published_figure`, name and name_en of the place, title_zh
    and title_en of the source.
    """
    where, bound = _where(atlas, asked)
    return (
        atlas.cursor()
        .execute(
            f"""
            SELECT * EXCLUDE (words) FROM ({_HELD}) WHERE {where}
            ORDER BY date_to DESC NULLS LAST, figure_id LIMIT $most OFFSET $after
            """,
            bound | {"most": most if most is not None else 2**31, "after": after},
        )
        .df()
    )


def summary(atlas: Atlas, asked: Asked) -> Summary:
    """What the figures that answer come from."""
    where, bound = _where(atlas, asked)
    cursor = atlas.cursor()
    rows = cursor.execute(
        f"SELECT coalesce(seen, $not_told), count(*) FROM ({_HELD}) WHERE {where} GROUP BY 1", bound
    ).fetchall()
    [(documents, contradicted, first, last)] = cursor.execute(
        "SELECT count(DISTINCT document), count(contradiction_id), min(date_from), max(date_to) "
        f"FROM ({_HELD}) WHERE {where}",
        bound,
    ).fetchall()
    seen = {str(word): int(n) for word, n in rows}
    return Summary(sum(seen.values()), int(documents), int(contradicted), first, last, seen)


def _where(atlas: Atlas, asked: Asked) -> tuple[str, dict[str, Any]]:
    """Conditions and what they bind. Each word may stand in a figure's row or in what the profile calls its words."""
    nation = str(facts.settings(atlas)["nation"]["place_id"])
    bound: dict[str, Any] = {
        "within": None if asked.within == nation else asked.within,
        "topic": asked.topic,
        "seen": asked.seen,
        "contradiction": asked.contradiction,
        "first": asked.first,
        "last": asked.last,
        "not_told": NOT_TOLD,
        "any": ANY,
    }
    conditions = [_ASKED]
    for number, word in enumerate(asked.text.lower().split()[:MOST_WORDS]):
        bound |= {f"word{number}": word, f"meant{number}": _meant(atlas, word)}
        conditions.append(
            f"AND (contains(words, $word{number}) OR list_has_any($meant{number}::TEXT[], [indicator, topic, unit]))"
        )
    return " ".join(conditions), bound


def _meant(atlas: Atlas, word: str) -> list[str]:
    """The indicators, topics and units whose names hold a word."""
    return [said for said, names in words(atlas).items() if any(word in name.lower() for name in names.values())]


@per_build(4)
def words(atlas: Atlas) -> dict[str, dict[str, str]]:
    """Indicator, topic, unit or value as files write it → what the profile calls it in each language."""
    settings = facts.settings(atlas)
    named = {str(one["indicator"]): one["name"] for one in settings.get("published_indicator", [])}
    return dict(settings.get("published_words", {})) | named


@per_build(4)
def topics(atlas: Atlas) -> tuple[str, ...]:
    """The topics of the figures, those with the most first."""
    rows = atlas.cursor().execute("SELECT topic FROM published_figure GROUP BY topic ORDER BY count(*) DESC, topic")
    return tuple(str(row[0]) for row in rows.fetchall())


@per_build(4)
def has_figures(atlas: Atlas) -> bool:
    """Whether any published figure was loaded."""
    return bool(topics(atlas))


def one(atlas: Atlas, figure_id: str) -> dict[str, Any] | None:
    """A figure with all that is known of it, as `listed` has it; None where this atlas does not hold it."""
    found = several(atlas, [figure_id])
    return {str(key): value for key, value in found.iloc[0].to_dict().items()} if len(found) else None


def several(atlas: Atlas, figure_ids: list[str]) -> pd.DataFrame:
    """Some figures, as `listed` has them, in the order in which they are named."""
    return (
        atlas.cursor()
        .execute(
            f"SELECT * EXCLUDE (words) FROM ({_HELD}) WHERE list_contains($ids, figure_id) "
            "ORDER BY list_position($ids, figure_id)",
            {"ids": figure_ids},
        )
        .df()
    )


# --- what rests on a figure -----------------------------------------------------------------------------------


def uses(atlas: Atlas, figure_id: str) -> pd.DataFrame:
    """What rests on a figure, one use a row: kind (status, place_rate, history or pilot_list) and of it standard,
    as_of, place_id, rate_kind, low_percent, high_percent, batch. Empty where nothing does.
    """
    return atlas.cursor().execute(f"SELECT * FROM ({_USES}) ORDER BY ALL", {"id": figure_id}).df()


_USES = """
    SELECT 'status' AS kind, standard, as_of, NULL::TEXT AS place_id, rate_kind, target_rate_percent AS low_percent,
           target_rate_percent AS high_percent, NULL::INTEGER AS batch
    FROM status_column WHERE list_contains(string_split(figure_ids, ' '), $id)
    UNION ALL
    SELECT 'place_rate', standard, as_of, place_id, NULL, low_percent, high_percent, NULL
    FROM place_rate WHERE list_contains(string_split(figure_ids, ' '), $id)
    UNION ALL
    SELECT 'pilot_list', NULL, NULL, NULL, NULL, NULL, NULL, batch FROM pilot_list WHERE figure_id = $id
    UNION ALL
    SELECT 'history', s.standard_id, f.date_to, f.place_id, NULL, f.value, f.value, NULL
    FROM published_figure AS f JOIN standard AS s ON f.indicator IN (s.published_indicator, s.published_target)
    WHERE f.figure_id = $id AND f.place_id IS NOT NULL AND f.value IS NOT NULL AND f.date_to IS NOT NULL
"""


def quoted_as(atlas: Atlas, figure_id: str) -> list[dict[str, str]]:
    """What a figure is called where it is quoted beside a calculation, as the profile declares it."""
    declared = facts.settings(atlas).get("quotation", [])
    return [one["name"] for one in declared if one.get("figure") == figure_id and "name" in one]


def named_by_profile(atlas: Atlas, figure_id: str) -> list[str]:
    """Where else the profile names a figure: the table it stands in and the key there, such as `case.later`."""
    settings = {key: value for key, value in facts.settings(atlas).items() if key != "quotation"}
    return sorted({".".join(path) for path, text in _texts(settings) if text == figure_id})


def _texts(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text of a setting and the keys that lead to it; the keys that only say `this is a figure` are left out."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            step = () if "figure" in key else (str(key),)
            yield from _texts(inner, (*path, *step))
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, path)


# --- contradictions ---------------------------------------------------------------------------------------------


@per_build(4)
def contradictions(atlas: Atlas) -> pd.DataFrame:
    """Every contradiction with what is said and which reading is used, and figure_ids (a list), in their order."""
    return (
        atlas.cursor()
        .execute(
            """
            SELECT c.*, (SELECT list(f.figure_id ORDER BY f.date_to NULLS LAST, f.figure_id)
                         FROM published_figure AS f WHERE f.contradiction_id = c.contradiction_id) AS figure_ids
            FROM contradiction AS c ORDER BY length(c.contradiction_id), c.contradiction_id
            """
        )
        .df()
    )


@per_build(4)
def used_ids(atlas: Atlas) -> frozenset[str]:
    """The figures that the rates of the simulation rest on, of the nation and of places."""
    rows = atlas.cursor().execute(
        "SELECT DISTINCT unnest(string_split(figure_ids, ' ')) FROM "
        "(SELECT figure_ids FROM status_column UNION ALL SELECT figure_ids FROM place_rate)"
    )
    return frozenset(str(row[0]) for row in rows.fetchall())


@per_build(4)
def used(atlas: Atlas) -> dict[str, dict[Any, Any]]:
    """Number → the figure as `listed` has it, of all that rates rest on: a page names some of them many times."""
    found = several(atlas, sorted(used_ids(atlas)))
    return {str(row["figure_id"]): row for row in found.to_dict("records")}


# --- rates that places published ----------------------------------------------------------------------------------


@per_build(4)
def place_rates(atlas: Atlas) -> pd.DataFrame:
    """The rates that places published and that the simulation is raked to, one row per place, standard and bounds:
    place_id, name, name_en, standard, low_percent, high_percent, figure_ids, first_date and last_date of those at
    which it holds.
    """
    return (
        atlas.cursor()
        .execute(
            """
            SELECT r.place_id, p.name, p.name_en, r.standard, r.low_percent, r.high_percent, r.figure_ids,
                   min(r.as_of) AS first_date, max(r.as_of) AS last_date
            FROM place_rate AS r JOIN place AS p USING (place_id) JOIN standard AS s ON s.standard_id = r.standard
            JOIN status_column AS c ON c.standard = r.standard AND c.as_of = r.as_of
            WHERE c.rate_kind <> 'not_applicable'
            GROUP BY ALL ORDER BY r.place_id, any_value(s.position), min(r.as_of)
            """
        )
        .df()
    )


@per_build(4)
def counts_beside(atlas: Atlas) -> pd.DataFrame:
    """Counts of which a rate was worked out, beside what this register makes of that rate: one row per rate.

    Columns: standard, as_of, figure_ids, denominator (the sum), rate_percent, register_villages, unconnected (of them).
    """
    return (
        atlas.cursor()
        .execute(
            """
            SELECT c.standard, c.as_of, c.figure_ids, c.denominator, c.target_rate_percent AS rate_percent,
                   n.connected + n.unconnected + n.unknown AS register_villages, n.unconnected
            FROM status_column AS c
            JOIN status_count AS n ON n.standard = c.standard AND n.as_of = c.as_of AND n.place_id = $nation
            JOIN standard AS s ON s.standard_id = c.standard
            WHERE c.rate_kind = 'derived' ORDER BY s.position, c.as_of
            """,
            {"nation": str(facts.settings(atlas)["nation"]["place_id"])},
        )
        .df()
    )
