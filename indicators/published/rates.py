"""The published rate that answers a question, and what the state column of a standard and date rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from indicators import facts, places
from indicators.database import Atlas, per_build

OF_A_PLACE = "of_a_place"  # beside the kinds of `status_column`: a rate published of a part of the nation


@dataclass(frozen=True)
class PublishedRate:
    """A connection rate as it was published, with its bound, its words and who published it."""

    figure_id: str
    place_id: str
    value_percent: float
    qualifier: str  # =, ~, >, >=, <, <=
    day: date  # the last day of what it speaks of
    quotation: str | None
    document: str | None
    publisher: str | None


@dataclass(frozen=True)
class Basis:
    """What the states of a place rest on under a standard and date."""

    kind: str  # published, derived, interpolated, assumed, counted, …: of `status_column`, or OF_A_PLACE
    place_id: str  # whose rate the states were made to meet: the place's own, one above it, or the nation's
    figure_ids: tuple[str, ...]
    note: dict[str, str | None]
    citation: str | None


@per_build(512)
def rate_of(atlas: Atlas, place_id: str, standard: str, as_of: date) -> PublishedRate | None:
    """The newest rate published of this very place, of a day not after `as_of`.

    Of several of one day the one that the states were made to meet comes first, then the better known one.
    """
    rows = (
        atlas.cursor()
        .execute(
            """
            WITH used AS (
                SELECT unnest(string_split(figure_ids, ' ')) AS figure_id FROM status_column WHERE standard = $standard
                UNION
                SELECT unnest(string_split(figure_ids, ' ')) FROM place_rate
                WHERE place_id = $place AND standard = $standard
            )
            SELECT f.figure_id, f.place_id, f.value, coalesce(f.qualifier, '='), f.date_to, f.quotation, f.document,
                   f.publisher
            FROM published_figure AS f
            JOIN standard AS s ON f.indicator = s.published_indicator
            WHERE s.standard_id = $standard AND f.place_id = $place AND f.date_to <= $as_of
              AND f.value IS NOT NULL AND NOT coalesce(f.is_derived, false)
            ORDER BY f.date_to DESC, (f.figure_id IN (FROM used)) DESC,
                     list_position(['high', 'medium', 'low'], f.confidence) NULLS LAST, f.figure_id
            LIMIT 1
            """,
            {"standard": standard, "place": place_id, "as_of": as_of},
        )
        .fetchall()
    )
    return PublishedRate(*rows[0]) if rows else None


@per_build(512)
def basis_of(atlas: Atlas, place_id: str, standard: str, as_of: date) -> Basis:
    """Whose rate the states of a place were made to meet. Raises LookupError for a standard and date not held."""
    column = facts.status_column(atlas, standard, as_of)
    path = places.path(atlas, place_id)
    kind, ids = str(column["rate_kind"]), _words(column["figure_ids"])
    note = {lang: _text(column[f"note_{lang}"]) for lang in ("zh", "en")}
    own = _rates_of_places(atlas, standard, as_of)
    held = next((one.place_id for one in reversed(path) if one.place_id in own), None)
    if held is None or kind == "not_applicable":
        return Basis(kind, path[0].place_id, ids, note, _text(column["citation"]))
    return Basis(OF_A_PLACE, held, _words(own[held]), {}, None)


@per_build(512)
def answering(atlas: Atlas, place_id: str, standard: str, as_of: date) -> PublishedRate | None:
    """The published rate that comes first on a screen of a place: its own, else that of the place whose rate its
    states were made to meet, else the nation's."""
    nation = places.path(atlas, place_id)[0].place_id
    asked = dict.fromkeys([place_id, basis_of(atlas, place_id, standard, as_of).place_id, nation])
    found = (rate_of(atlas, one, standard, as_of) for one in asked)
    return next((one for one in found if one is not None), None)


@per_build(64)
def counts_beside(atlas: Atlas, standard: str, as_of: date) -> pd.DataFrame:
    """Published counts of places that the nation's rate was derived from, as `published_figure` has them, by day."""
    ids = _words(facts.status_column(atlas, standard, as_of)["figure_ids"])
    return (
        atlas.cursor()
        .execute(
            "SELECT * FROM published_figure WHERE list_contains($ids, figure_id) AND unit NOT LIKE 'percent%' "
            "AND value IS NOT NULL ORDER BY date_to DESC, figure_id",
            {"ids": list(ids)},
        )
        .df()
    )


@per_build(64)
def _rates_of_places(atlas: Atlas, standard: str, as_of: date) -> dict[str, str]:
    """place_id → the figures that its states were made to meet."""
    query = "SELECT place_id, figure_ids FROM place_rate WHERE standard = $1 AND as_of = $2"
    return dict(atlas.cursor().execute(query, [standard, as_of]).fetchall())


def _words(cell: object) -> tuple[str, ...]:
    return tuple(cell.split()) if isinstance(cell, str) else ()


def _text(cell: object) -> str | None:
    return cell if isinstance(cell, str) and cell else None
