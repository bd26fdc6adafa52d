"""Which pilot a project belongs to: that of its place, or of one around it, with the project's technology."""

from __future__ import annotations

import pandas as pd

from etl.store import Store


def pilots_of(
    store: Store,
    places: pd.Series,
    technologies: pd.Series,
    contract_dates: pd.Series,
    batches: pd.Series | None = None,
) -> pd.Series:
    """pilot_id per project, None where there is none.

    Of several: that of the batch that the project names and no other; where it names none, the one of the same
    technology first, then the nearest place, then the latest year that is not after the contract.
    """
    asked = pd.DataFrame(
        {
            "n": range(len(places)),
            "place_id": places.to_numpy(),
            "technology": technologies.to_numpy(),
            "year": pd.to_datetime(contract_dates, errors="coerce").dt.year.astype("Float64").to_numpy(),
            "batch": None if batches is None else pd.to_numeric(batches, errors="coerce").astype("Float64").to_numpy(),
        }
    )
    store.connection.register("asked", asked)
    try:
        rows = store.sql(
            """
            SELECT asked.n, first(p.pilot_id ORDER BY p.technology = asked.technology DESC, l.position DESC,
                                  coalesce(p.year > asked.year, false), p.year DESC, p.batch DESC) AS pilot_id
            FROM asked
            JOIN place_within AS w ON w.place_id = asked.place_id
            JOIN pilot AS p ON p.place_id = w.ancestor_id
            JOIN place ON place.place_id = p.place_id
            JOIN level AS l ON l.level_id = place.level
            WHERE asked.batch IS NULL OR p.batch = asked.batch
            GROUP BY asked.n
            """
        ).fetchall()
    finally:
        store.connection.unregister("asked")
    found = dict(rows)
    return pd.Series([found.get(n) for n in range(len(places))], index=places.index, dtype=object)


def write_batches(store: Store) -> None:
    """A project that names no batch is of its pilot's."""
    store.sql(
        "UPDATE project SET batch = pilot.batch FROM pilot "
        "WHERE pilot.pilot_id = project.pilot_id AND project.batch IS NULL"
    )
