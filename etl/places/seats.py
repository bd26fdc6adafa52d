"""Positions by code for places that the atlas already holds: of villages, and of the seats of places above them.

Compilations of codes with longitude and latitude hold all levels in one table. A village's position is its own; the
seat of a township narrows where its villages stand that nobody gives coordinates.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from etl.declaration import Source
from etl.importing import loaded, open_source, record_quality
from etl.places.borders import beyond_km, tolerance_km
from etl.places.boundaries import Shapes
from etl.source_form import VillagesForm
from etl.source_head import FileForm
from etl.store import Store
from importer.place.identity import Codes, Register


def load_place_positions(
    store: Store, source: Source, register: Register, codes: Codes | None, rejects: Path | None
) -> None:
    """Fill the seats of `place`, and the positions of `register_village`; a later source goes before an earlier one."""
    intake = open_source(store.profile, source, register, codes)
    for batch in loaded(store, source, intake, rejects):
        rows = batch.accepted[["place_id", "lon", "lat"]]
        is_placed = rows[["lon", "lat"]].notna().all(axis=1)
        _remark_empty(store, source, batch.file, batch.row_numbers[rows.index[~is_placed]], rows[~is_placed])
        store.connection.register("incoming", rows[is_placed])
        store.sql(
            "UPDATE place SET seat_lon = i.lon, seat_lat = i.lat FROM incoming AS i WHERE i.place_id = place.place_id"
        )
        store.sql(
            """
            UPDATE register_village SET lon = i.lon, lat = i.lat, location_quality = $1, position_source_id = $2
            FROM incoming AS i WHERE i.place_id = register_village.place_id
            """,
            [source.told(VillagesForm).places.location_quality, source.source_id],
        )
        store.connection.unregister("incoming")
    record_quality(store, source, intake)
    for table in ("place", "village"):
        store.trace(table, source)


def _remark_empty(store: Store, source: Source, file: str, numbers: np.ndarray, rows: pd.DataFrame) -> None:
    listed = pd.DataFrame({"row_number": numbers, "value": rows["place_id"].to_numpy(dtype=object)})
    listed = listed.assign(file=file, field="lon, lat")
    store.remark(source, listed, rule="position_unknown", is_rejected=False)


def seats_of(store: Store) -> pd.DataFrame:
    """place_id, name, level, lon, lat (degrees) of the places whose seat is known."""
    return store.sql(
        """
        SELECT place_id, name, level, seat_lon AS lon, seat_lat AS lat FROM place
        WHERE seat_lon IS NOT NULL ORDER BY place_id
        """
    ).df()


def remark_seats_outside(store: Store, shapes: dict[str, Shapes]) -> None:
    """List seats beyond the border of their place, or of the finest place above that has a polygon."""
    sources = store.profile.of_kind("place_positions")
    if not sources:
        return
    polygons: dict[str, object] = {}
    for layer in shapes.values():
        polygons |= layer.full.dropna(subset=["place_id"]).set_index("place_id").geometry.to_dict()
    parents = dict(store.sql("SELECT place_id, parent_id FROM place").fetchall())
    listed = []
    for seat in seats_of(store).itertuples():
        place: str | None = str(seat.place_id)
        while place is not None and place not in polygons:
            place = parents.get(place)
        if place is None:
            continue
        [beyond] = beyond_km(polygons[place], np.array([seat.lon]), np.array([seat.lat]))
        if beyond > 0 and beyond > tolerance_km(polygons[place]):
            listed.append(f"{seat.place_id} {seat.name} ({seat.lon:.5f}, {seat.lat:.5f}) {beyond:,.1f} km")
    rows = pd.DataFrame({"value": listed}, dtype=object).assign(
        file=Path(sources[-1].told(FileForm).file.path[0]).name, field="lon, lat"
    )
    store.remark(sources[-1], rows, rule="outside_parent", is_rejected=False)
