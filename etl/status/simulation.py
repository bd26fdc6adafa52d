"""Runs the status model over the villages of the programme."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.declaration import Source
from etl.errors import DeclarationError
from etl.status.declared import Facts, Figure, Project, StatusModel
from etl.status.model import StatusResult, VillagesError, simulate
from etl.status.pilot_villages import in_pilot, inside
from etl.store import Store
from ground.declared import Unfit
from ground.sphere import chord_to_km, on_sphere


def simulated(store: Store, source: Source, villages: pd.DataFrame) -> StatusResult:
    """States of the programme's villages, in their order among `villages`."""
    model = status_model(store, source)
    # Our own points, not a register's: what one prefecture hands in must not move the others' states.
    villages = villages.assign(lon=villages["placed_lon"], lat=villages["placed_lat"])
    programme = villages[villages["in_programme"]]
    places = {one.place_id for standard in model.standards for one in standard.place_anchors}
    within = {place_id: inside(store, programme, [place_id]) for place_id in sorted(places)}
    try:
        return simulate(_features(store, villages, programme, model), model, within)
    except (Unfit, VillagesError) as error:
        raise DeclarationError(
            str(source.declared_in),
            "a model that the villages can meet",
            str(error),
            f"mend {source.declared_in.name}",
        ) from error


def status_model(store: Store, source: Source) -> StatusModel:
    """The checked model of a declaration, with the figures and projects that it names; its errors name the file."""
    try:
        return StatusModel.from_declaration(source.body, _facts(store))
    except Unfit as error:
        raise DeclarationError(
            str(source.declared_in), "a complete status model", str(error), f"mend {source.declared_in.name}"
        ) from error


def _facts(store: Store) -> Facts:
    figures = store.sql(
        """
        SELECT figure_id, place_id, indicator, date_to, value, coalesce(qualifier, '=') AS operator, denominator,
               concat_ws('，', coalesce(f.publisher, s.publisher_zh), '《' || document || '》', published_on)
                   || coalesce('：“' || quotation || '”', '') AS citation
        FROM published_figure AS f JOIN meta_source AS s USING (source_id)
        WHERE value IS NOT NULL AND date_to IS NOT NULL
          AND (place_id IS NULL OR place_id IN (SELECT place_id FROM place))  -- others are listed, and rake nothing
        """
    ).fetchall()
    projects = store.sql(
        """
        SELECT p.project_id, coalesce(list(c.place_id ORDER BY c.place_id) FILTER (c.place_id IS NOT NULL),
            [p.place_id]),
               any_value(s.villages)
        FROM project AS p JOIN project_size AS s USING (project_id) LEFT JOIN project_place AS c USING (project_id)
        WHERE s.villages IS NOT NULL GROUP BY p.project_id, p.place_id
        """
    ).fetchall()
    return Facts(
        store.profile.nation_id,
        {row[0]: Figure(*row) for row in figures},
        {project_id: Project(tuple(places), count) for project_id, places, count in projects},
    )


def _groups(store: Store, programme: pd.DataFrame, model: StatusModel) -> NDArray[np.object_]:
    groups = np.full(len(programme), None, dtype=object)
    for fixed in model.fixed:
        groups[inside(store, programme, fixed.places)] = fixed.group_id
    return groups


def _features(store: Store, villages: pd.DataFrame, programme: pd.DataFrame, model: StatusModel) -> pd.DataFrame:
    """Density of the county, distance to the seat, pilot membership and fixed group per village."""
    upper = store.profile.upper_levels
    # The level above the lowest, and the one above that; in a country of few levels, the upper two.
    area_level, seat_level = upper[max(len(upper) - 2, 1)], upper[max(len(upper) - 3, 0)]
    county = f"{area_level}_id"
    area_km2 = dict(store.sql("SELECT place_id, area_km2 FROM place WHERE level = $1", [area_level]).fetchall())
    count = programme.groupby(county, observed=True)["place_id"].transform("size").to_numpy()
    area = programme[county].map(area_km2).to_numpy(dtype=float)
    return pd.DataFrame(
        {
            "place_id": programme["place_id"].to_numpy(),
            "county_id": programme[county].to_numpy(),
            "density_villages_per_km2": count / area,
            "distance_to_seat_km": _distance_to_seat_km(villages, programme, seat_level, area_level),
            "is_pilot": in_pilot(store, programme, model.pilot_batches).mask,
            "fixed_group": _groups(store, programme, model),
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
