"""Loads what is known of villages from registers: positions and people, coverage, cell sites, speed tests.

A row of the table `coverage` is one village, technology, operator, definition and date; a village without a
row is unknown, not unconnected.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from etl.declaration import Source
from etl.importing import loaded, open_source, record_quality
from etl.records.rows import kept, texts
from etl.source_form import CellSitesForm, SpeedTestsForm, VillagesForm
from etl.status.cell_sites import coverage_of_sites
from etl.status.speed_tests import coverage_of_tiles
from etl.store import Store
from importer.convert.rows_said import VALUE_FIELDS, coverage_rows
from importer.intake import Intake
from importer.place.identity import Codes, Register

VILLAGE_FIELDS = ("population_persons", "households", "terrain", "policy_category")


# --- village registers ----------------------------------------------------------------------------------


def load_village_register(
    store: Store, source: Source, register: Register, codes: Codes | None, rejects: Path | None
) -> None:
    """Positions, people, terrain and category of villages that the register of places knows already.

    What a later source (by file name of its declaration) says of a village replaces what an earlier one said.
    """
    intake = open_source(store.profile, source, register, codes)
    for batch in loaded(store, source, intake, rejects):
        rows = batch.accepted
        store.connection.register("incoming", _village_facts(source, rows))
        store.sql(
            """
            UPDATE register_village SET
                lon = coalesce(i.lon, register_village.lon),
                lat = coalesce(i.lat, register_village.lat),
                location_quality = coalesce(i.location_quality, register_village.location_quality),
                position_source_id = coalesce(i.position_source_id, register_village.position_source_id),
                population_persons = coalesce(i.population_persons, register_village.population_persons),
                households = coalesce(i.households, register_village.households),
                terrain = coalesce(i.terrain, register_village.terrain),
                policy_category = coalesce(i.policy_category, register_village.policy_category)
            FROM incoming AS i WHERE i.place_id = register_village.place_id
            """
        )
        store.connection.unregister("incoming")
    record_quality(store, source, intake)
    store.trace("village", source)


def _village_facts(source: Source, rows: pd.DataFrame) -> pd.DataFrame:
    nothing = pd.Series([None] * len(rows), index=rows.index, dtype=object)
    lon = rows["lon"].astype(float) if "lon" in rows else pd.Series(np.nan, index=rows.index)
    lat = rows["lat"].astype(float) if "lat" in rows else pd.Series(np.nan, index=rows.index)
    quality = source.told(VillagesForm).places.location_quality
    is_placed = lon.notna() & lat.notna()
    facts = {
        "place_id": rows["place_id"],
        "lon": lon,
        "lat": lat,
        "location_quality": nothing.mask(is_placed, quality),
        "position_source_id": nothing.mask(is_placed, source.source_id),
    }
    for name in ("population_persons", "households"):
        facts[name] = rows[name].astype(float).round() if name in rows else pd.Series(np.nan, index=rows.index)
    for name in ("terrain", "policy_category"):
        facts[name] = rows.get(name, nothing)
    return pd.DataFrame(facts)


# --- coverage -------------------------------------------------------------------------------------------


def load_coverage(store: Store, source: Source, register: Register, codes: Codes | None, rejects: Path | None) -> None:
    """Fill `coverage` from a file with a column per technology, or a row per technology."""
    intake = open_source(store.profile, source, register, codes)
    for batch in loaded(store, source, intake, rejects):
        for rows in coverage_rows(batch):
            known = rows[rows[[name for name in VALUE_FIELDS if name in rows]].notna().any(axis=1)]
            numbers = place_numbers(store, known["place_id"])
            named = known.assign(place_no=known["place_id"].map(numbers), evidence=source.evidence)
            store.insert("coverage", named.drop(columns="place_id"), source)
    record_quality(store, source, intake)
    store.trace("coverage", store.profile.the("places"))


def place_numbers(store: Store, place_ids: pd.Series) -> dict[str, int]:
    """place_id → place_no of those that are villages of this build."""
    wanted = pd.DataFrame({"place_id": place_ids.dropna().unique()}, dtype="string")
    store.connection.register("wanted", wanted)
    try:
        return dict(store.sql("SELECT place_id, place_no FROM village SEMI JOIN wanted USING (place_id)").fetchall())
    finally:
        store.connection.unregister("wanted")


# --- modelled and measured coverage ---------------------------------------------------------------------


def load_cell_sites(store: Store, source: Source, rejects: Path | None) -> None:
    """Fill `cell_site`, and the coverage modelled from sites: covered within a radius.

    A site without position counts among its operator's and covers nothing; it is listed.
    """
    model = source.told(CellSitesForm).model
    intake = open_source(store.profile, source)
    sites = _with_file_rows(store, source, intake, rejects)
    for field in ("technology", "as_of"):
        sites = kept(store, source, intake, sites, texts(sites, field).notna(), "needed_empty", field)
    record_quality(store, source, intake)
    _write_sites(store, source, sites)
    is_placed = sites["lon"].notna() & sites["lat"].notna()
    said = [" ".join(words) for words in _named(sites)]
    listed = sites[["file", "row_number"]].assign(value=said, field="lon, lat")
    store.remark(source, listed[~is_placed.to_numpy(dtype=bool)], rule="site_without_position", is_rejected=False)
    without = ~sites["technology"].isin(list(model.radius_km))
    store.remark(
        source,
        listed.assign(field="technology", value=sites["technology"])[without.to_numpy(dtype=bool)],
        rule="technology_without_radius",
        is_rejected=False,
    )
    rows = coverage_of_sites(
        real_positions(store),
        sites,
        radius_km=model.radius_km,
        is_complete=model.is_complete,
    )
    _insert_modelled(store, source, rows)


def _write_sites(store: Store, source: Source, sites: pd.DataFrame) -> None:
    wanted = {"site_id": "site_id", "name": "site_name", "technology": "technology", "operator": "operator"}
    frame = pd.DataFrame({column: texts(sites, field) for column, field in wanted.items()})
    where = {name: sites[name].astype(float) for name in ("lon", "lat")}
    store.insert("cell_site", frame.assign(as_of=sites["as_of"], evidence=source.evidence, **where), source)


def _named(sites: pd.DataFrame) -> Iterator[list[str]]:
    """What the file calls each site: its number and name, else operator and technology."""
    columns = [texts(sites, name) for name in ("site_id", "site_name", "operator", "technology")]
    for site_id, name, operator, technology in zip(*columns, strict=True):
        yield [one for one in (site_id, name) if one] or [one for one in (operator, technology) if one]


def _with_file_rows(store: Store, source: Source, intake: Intake, rejects: Path | None) -> pd.DataFrame:
    """All rows that the importer lets through, with their file and row number."""
    frames = [
        batch.accepted.assign(file=batch.file, row_number=batch.row_numbers[~batch.is_rejected])
        for batch in loaded(store, source, intake, rejects)
    ]
    return pd.concat(frames, ignore_index=True)


def load_speed_tests(store: Store, source: Source, rejects: Path | None) -> None:
    """Speeds measured in the tile that a village lies in; no tile, or too few tests: unknown."""
    tiles = _all_rows(store, source, rejects)
    rows = coverage_of_tiles(real_positions(store), tiles, min_tests=source.told(SpeedTestsForm).model.min_tests)
    _insert_modelled(store, source, rows)


def _all_rows(store: Store, source: Source, rejects: Path | None) -> pd.DataFrame:
    intake = open_source(store.profile, source)
    frames = [batch.accepted for batch in loaded(store, source, intake, rejects)]
    record_quality(store, source, intake)
    return pd.concat(frames, ignore_index=True)


def real_positions(store: Store) -> pd.DataFrame:
    """Villages that stand where a register says; those placed by us have no position to model with."""
    return store.sql(
        """
        SELECT place_no, lon, lat, morton FROM village
        WHERE lon IS NOT NULL AND NOT starts_with(location_quality, 'placed_') ORDER BY place_no
        """
    ).df()


def _insert_modelled(store: Store, source: Source, rows: pd.DataFrame) -> None:
    store.insert("coverage", rows.assign(evidence=source.evidence), source)
    store.trace("coverage", store.profile.the("places"))
