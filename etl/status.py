"""The state of every village by standard and date, and the counts that the screens read.

States are simulated by `status_model` until a register brings them. A village outside the
programme is "not applicable", a village without data "unknown"; neither is ever unconnected.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from etl.declaration import Source
from etl.errors import DeclarationError
from etl.status_declaration import DeclarationError as ModelError
from etl.status_declaration import StatusModel
from etl.status_model import StatusResult, VillagesError, simulate
from etl.store import Store

UNKNOWN, UNCONNECTED, CONNECTED, NOT_APPLICABLE = range(4)
STATE_NAMES = ("unknown", "unconnected", "connected", "not_applicable")
EARTH_RADIUS_KM = 6371.0088
Codes = NDArray[np.int32]


def load_status(store: Store, source: Source, villages: pd.DataFrame) -> None:
    """Fill village_status, status_column, status_count, pilot_village, pilot_count, village_distance."""
    model = status_model(source)
    programme = villages[villages["in_programme"]]
    result = _simulated(source, _features(store, villages, programme, model), model)
    columns = _write_columns(store, source, result)
    states = _write_states(store, source, villages, programme, result, columns)
    _write_counts(store, source, villages, states, columns)
    _write_pilots(store, source, villages, states, columns)
    _write_distances(store, source, villages, states, columns)
    store.record(
        source, file=source.declared_in.name, sha256=None, read=len(programme), loaded=len(programme)
    )


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


# --- what the model looks at ----------------------------------------------------------------------


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
            "is_pilot": _in_pilot(store, programme) != "",
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
        _sphere(programme["lon"].to_numpy(), programme["lat"].to_numpy())
        - _sphere(seat["lon"].to_numpy(), seat["lat"].to_numpy()),
        axis=1,
    )
    return _chord_to_km(chord)


def _in_pilot(store: Store, villages: pd.DataFrame) -> NDArray[np.object_]:
    """The pilot each village lies in ('' outside): the innermost where pilots overlap."""
    pilots = dict(store.sql("SELECT place_id, pilot_id FROM pilot ORDER BY year, batch").fetchall())
    pilot = np.full(len(villages), "", dtype=object)
    for level in store.profile.upper_levels:
        found = villages[f"{level}_id"].map(pilots)
        pilot = np.where(found.notna(), found.to_numpy(dtype=object), pilot)
    left_out = store.sql("SELECT unnest(string_split(except_place_ids, ' ')), pilot_id FROM pilot").fetchall()
    for place_id, pilot_id in left_out:
        for level in store.profile.upper_levels:
            pilot[(pilot == pilot_id) & (villages[f"{level}_id"] == place_id).to_numpy()] = ""
    return pilot


# --- states -----------------------------------------------------------------------------------------


def column_name(standard: str, as_of: date) -> str:
    """`fibre`, 2015-12-31 → `fibre_2015_12_31`."""
    return f"{standard}_{as_of:%Y_%m_%d}"


def _write_columns(store: Store, source: Source, result: StatusResult) -> pd.DataFrame:
    cells = result.cells
    cited = cells[["publisher", "published", "figure"]].astype(object)
    columns = pd.DataFrame(
        {
            "standard": cells["standard"],
            "as_of": cells["as_of"],
            "column_name": [
                column_name(s, d) for s, d in zip(cells["standard"], cells["as_of"], strict=True)
            ],
            "rate_kind": cells["rate_kind"],
            "operator": cells["operator"],
            "target_rate_percent": cells["target_rate"].astype(float) * 100,
            "achieved_rate_percent": cells["achieved_rate"].astype(float) * 100,
            "denominator": cells["denominator"],
            "citation": [
                " ".join(str(part) for part in row if isinstance(part, str)) or None
                for row in cited.to_numpy()
            ],
            "note": cells["note"],
            "evidence": source.evidence,
        }
    ).sort_values(["standard", "as_of"], ignore_index=True)
    store.insert("status_column", columns, source)
    return columns


def _write_states(
    store: Store,
    source: Source,
    villages: pd.DataFrame,
    programme: pd.DataFrame,
    result: StatusResult,
    columns: pd.DataFrame,
) -> dict[str, NDArray[np.int8]]:
    rows = programme["place_no"].to_numpy()
    states: dict[str, NDArray[np.int8]] = {}
    for cell in columns.itertuples():
        column = np.full(len(villages), NOT_APPLICABLE, dtype=np.int8)
        column[rows] = result.states[(cell.standard, cell.as_of)]
        states[str(cell.column_name)] = column
    _write_wide(store, source, "village_status", "TINYINT", villages, states)
    return states


def _write_wide(
    store: Store, source: Source, table: str, kind: str, villages: pd.DataFrame, columns: dict[str, Any]
) -> None:
    """A table of place_no and one column per standard and date, in the order of `village`."""
    store.connection.register("incoming_wide", pd.DataFrame({"place_no": villages["place_no"], **columns}))
    casts = ", ".join(f'"{name}"::{kind} AS "{name}"' for name in columns)
    store.sql(f"CREATE TABLE {table} AS SELECT place_no, {casts} FROM incoming_wide")
    store.connection.unregister("incoming_wide")
    store.trace(table, source)
    store.trace(table, store.profile.the("places"))


# --- counts -----------------------------------------------------------------------------------------


def _write_counts(
    store: Store,
    source: Source,
    villages: pd.DataFrame,
    states: dict[str, NDArray[np.int8]],
    columns: pd.DataFrame,
) -> None:
    """One row per place above the village, standard and date; places without villages count 0."""
    inside = villages["in_programme"].to_numpy()
    for level in store.profile.upper_levels:
        places, codes = _codes(store, villages, level)
        for cell in columns.itertuples():
            packed = codes[inside] * len(STATE_NAMES) + states[str(cell.column_name)][inside]
            counts = np.bincount(packed, minlength=len(places) * len(STATE_NAMES)).reshape(
                -1, len(STATE_NAMES)
            )
            frame = pd.DataFrame(dict(zip(STATE_NAMES, counts.T.astype(np.int32), strict=True)))
            frame = frame.assign(
                place_id=places,
                level=level,
                standard=cell.standard,
                as_of=cell.as_of,
                evidence=source.evidence,
            )
            store.insert("status_count", frame, source)
    store.trace("status_count", store.profile.the("places"))


def _codes(store: Store, villages: pd.DataFrame, level: str) -> tuple[NDArray[np.object_], Codes]:
    """The register's places of a level in order, and for each village the number of its own."""
    register = store.profile.the("places").source_id
    rows = store.sql(
        "SELECT place_id FROM place WHERE level = $1 AND source_id = $2 ORDER BY place_id", [level, register]
    ).fetchall()
    places = np.array([row[0] for row in rows], dtype=object)
    codes = pd.Categorical(villages[f"{level}_id"], categories=places).codes
    return places, np.asarray(codes, dtype=np.int32)


# --- pilots -----------------------------------------------------------------------------------------


def _write_pilots(
    store: Store,
    source: Source,
    villages: pd.DataFrame,
    states: dict[str, NDArray[np.int8]],
    columns: pd.DataFrame,
) -> None:
    """Which villages a pilot's project connects is unpublished: those that the simulation connects
    between the first two dates of the pilot's technology, in the counties of the project if known."""
    pilot = np.where(villages["in_programme"], _in_pilot(store, villages), "")
    chosen = np.zeros(len(villages), dtype=bool)
    technologies = store.sql("SELECT pilot_id, technology FROM pilot").fetchall()
    for technology in {technology for _, technology in technologies}:
        of_technology = np.isin(pilot, [pilot_id for pilot_id, one in technologies if one == technology])
        dates = columns.loc[columns["standard"] == technology, "column_name"].to_list()[:2]
        if len(dates) == 2:
            before, after = (states[name] for name in dates)
            chosen |= of_technology & (before == UNCONNECTED) & (after == CONNECTED)
    chosen &= _inside_known_projects(store, villages, pilot)
    rows = pd.DataFrame({"pilot_id": pilot[chosen], "place_no": villages["place_no"][chosen]})
    store.insert("pilot_village", rows.assign(evidence=source.evidence), source)
    _write_pilot_counts(store, source, villages, pilot, chosen)


def _inside_known_projects(
    store: Store, villages: pd.DataFrame, pilot: NDArray[np.object_]
) -> NDArray[np.bool_]:
    """True where the pilot publishes no places of its project, or the village lies in one of them."""
    rows = store.sql(
        "SELECT p.pilot_id, pp.place_id FROM project AS p JOIN project_place AS pp USING (project_id)"
    )
    known = pd.DataFrame(rows.fetchall(), columns=["pilot_id", "place_id"])
    inside = ~np.isin(pilot, known["pilot_id"].unique())
    for level in store.profile.upper_levels:
        inside |= villages[f"{level}_id"].isin(known["place_id"]).to_numpy()
    return np.asarray(inside)


def _write_pilot_counts(
    store: Store,
    source: Source,
    villages: pd.DataFrame,
    pilot: NDArray[np.object_],
    chosen: NDArray[np.bool_],
) -> None:
    inside = villages["in_programme"].to_numpy()
    listed = dict(
        store.sql(
            "SELECT w.ancestor_id, count(*) FROM pilot JOIN place_within AS w USING (place_id) GROUP BY ALL"
        ).fetchall()
    )
    for level in store.profile.upper_levels:
        places, codes = _codes(store, villages, level)

        def count(mask: NDArray[np.bool_], codes: Codes = codes, n: int = len(places)) -> NDArray[np.int64]:
            return np.bincount(codes[mask], minlength=n)

        frame = pd.DataFrame(
            {
                "place_id": places,
                "pilots": [listed.get(place, 0) for place in places],
                "villages": count(inside),
                "villages_in_pilots": count(pilot != ""),
                "project_villages": count(chosen),
                "project_evidence": source.evidence,
            }
        )
        store.insert("pilot_count", frame)
    for table in ("pilot_count", "pilot_village"):
        store.trace(table, source)
        store.trace(table, store.profile.the("places"))
        for made_from in (*store.profile.of_kind("pilots"), *store.profile.of_kind("projects")):
            store.trace(table, made_from)


# --- distances --------------------------------------------------------------------------------------


def _write_distances(
    store: Store,
    source: Source,
    villages: pd.DataFrame,
    states: dict[str, NDArray[np.int8]],
    columns: pd.DataFrame,
) -> None:
    """Kilometres (great circle) from each unconnected village to the nearest connected one."""
    points = _sphere(villages["lon"].to_numpy(), villages["lat"].to_numpy())
    distances: dict[str, NDArray[np.float32]] = {}
    for name in columns["column_name"]:
        distance = np.full(len(villages), np.nan, dtype=np.float32)
        gap, served = states[name] == UNCONNECTED, states[name] == CONNECTED
        if gap.any() and served.any():
            distance[gap] = _chord_to_km(cKDTree(points[served]).query(points[gap])[0])
        distances[name] = distance
    _write_wide(store, source, "village_distance_km", "REAL", villages, distances)


def _sphere(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points on the unit sphere, n × 3."""
    theta, phi = np.radians(lon), np.radians(lat)
    return np.stack([np.cos(phi) * np.cos(theta), np.cos(phi) * np.sin(theta), np.sin(phi)], axis=1)


def _chord_to_km(chord: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.clip(chord / 2, 0, 1)))
