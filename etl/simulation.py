"""Runs the status model over the villages of the programme."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.declaration import Source
from etl.errors import DeclarationError
from etl.pilot_villages import in_pilot
from etl.sphere import chord_to_km, on_sphere
from etl.status_declaration import DeclarationError as ModelError
from etl.status_declaration import StatusModel
from etl.status_model import StatusResult, VillagesError, simulate
from etl.store import Store


def simulated(store: Store, source: Source, villages: pd.DataFrame) -> StatusResult:
    """States of the programme's villages, in their order among `villages`."""
    model = status_model(source)
    # Our own points, not a register's: what one prefecture hands in must not move the others' states.
    villages = villages.assign(lon=villages["placed_lon"], lat=villages["placed_lat"])
    programme = villages[villages["in_programme"]]
    return _simulated(source, _features(store, villages, programme, model), model)


def _simulated(source: Source, features: pd.DataFrame, model: StatusModel) -> StatusResult:
    """The simulation; a declaration that these villages cannot meet is an error of its file."""
    try:
        return simulate(features, model)
    except (ModelError, VillagesError) as error:
        raise DeclarationError(
            str(source.declared_in),
            "a model that the villages can meet",
            str(error),
            f"mend {source.declared_in.name}",
        ) from error


def status_model(source: Source) -> StatusModel:
    """The checked model of a declaration; its errors name the file."""
    try:
        return StatusModel.from_declaration(source.body)
    except ModelError as error:
        raise DeclarationError(
            str(source.declared_in), "a complete status model", str(error), f"mend {source.declared_in.name}"
        ) from error


def _features(
    store: Store, villages: pd.DataFrame, programme: pd.DataFrame, model: StatusModel
) -> pd.DataFrame:
    """Density of the county, distance to the seat, pilot membership and fixed group per village."""
    upper = store.profile.upper_levels
    # The level above the lowest, and the one above that; in a country of few levels, the upper two.
    area_level, seat_level = upper[max(len(upper) - 2, 1)], upper[max(len(upper) - 3, 0)]
    county = f"{area_level}_id"
    area_km2 = dict(
        store.sql("SELECT place_id, area_km2 FROM place WHERE level = $1", [area_level]).fetchall()
    )
    count = programme.groupby(county, observed=True)["place_id"].transform("size").to_numpy()
    area = programme[county].map(area_km2).to_numpy(dtype=float)
    group = {place: fixed.group_id for fixed in model.fixed for place in fixed.places}
    return pd.DataFrame(
        {
            "place_id": programme["place_id"].to_numpy(),
            "county_id": programme[county].to_numpy(),
            "density_villages_per_km2": count / area,
            "distance_to_seat_km": _distance_to_seat_km(villages, programme, seat_level, area_level),
            "is_pilot": in_pilot(store, programme) != "",
            "fixed_group": programme[county]
            .map(group)
            .astype(object)
            .where(lambda g: g.notna(), None)
            .to_numpy(),
        }
    )


def _distance_to_seat_km(
    villages: pd.DataFrame, programme: pd.DataFrame, seat_level: str, area_level: str
) -> NDArray[np.float64]:
    """Kilometres to the prefecture's seat: the middle of its county with most urban communities."""
    seat_id, area_id = f"{seat_level}_id", f"{area_level}_id"
    urban = villages[villages["is_urban"]]
    towns = urban.groupby([seat_id, area_id], observed=True).agg(
        n=("place_id", "size"), lon=("lon", "mean"), lat=("lat", "mean")
    )
    seats = towns.reset_index().sort_values(["n", area_id], ascending=[False, True]).drop_duplicates(seat_id)
    seat = seats.set_index(seat_id).reindex(programme[seat_id].to_numpy())
    chord = np.linalg.norm(
        on_sphere(programme["lon"].to_numpy(), programme["lat"].to_numpy())
        - on_sphere(seat["lon"].to_numpy(), seat["lat"].to_numpy()),
        axis=1,
    )
    return chord_to_km(chord)
