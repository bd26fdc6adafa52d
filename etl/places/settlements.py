"""Registers of places in the forms that countries publish: a row per settlement, or a row per place.

`etl/places/coded.py` reads the third form, codes of fixed lengths that hold the whole hierarchy. The two here read any
file the importer reads:

* flat: one row per settlement, the places above in columns of the same row ([parents] says where their ids
  come from: digits of the code, a column, the names themselves, or a constant);
* nested: rows of several levels, each with its level and its parent's code.

Both end in the tables `place` and `register_village`, in which every village has one place of every level.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from etl.declaration import Source
from etl.errors import DeclarationError
from etl.importing import loaded, open_source, record_quality, reject_late
from etl.places.contradictions import contradicting, not_above
from etl.places.kinds import ONE_KIND, with_kinds, write_kinds
from etl.places.rows import english_names, nation_row
from etl.source_form import ParentTable, SettlementsForm
from etl.store import Store
from importer.intake import Intake
from importer.place.names import normal
from importer.report.quality import Quality

ATTRIBUTES = ("population_persons", "households", "terrain", "policy_category")


@dataclass(frozen=True)
class Hierarchy:
    """The register of a country: places above the settlement, and settlements with one id per level."""

    upper: pd.DataFrame  # place_id, level, parent_id, name
    settlements: pd.DataFrame  # place_id, name, kind, <level>_id, lon, lat, ATTRIBUTES, row_number


def load_settlements(store: Store, source: Source, rejects: Path | None = None) -> Quality:
    """Fill `place`, `village_kind` and `register_village` from a flat or nested register; returns its report.

    Raises DeclarationError where a level's places can be told from nothing; rows without a place above are
    rejected as `parent_unknown`.
    """
    intake = open_source(store.profile, source)
    batches = [
        batch.accepted.assign(file=batch.file, row_number=batch.row_numbers[~batch.is_rejected])
        for batch in loaded(store, source, intake, rejects)
    ]
    rows = pd.concat(batches, ignore_index=True)
    make = _nested if "level" in rows else _flat
    hierarchy = make(store, source, intake, rows)
    settlements = with_kinds(store, source, intake, hierarchy.settlements)
    intake.refuse_misfit()
    record_quality(store, source, intake)
    _write_places(store, source, hierarchy.upper)
    write_kinds(store, source)
    _write_settlements(store, source, settlements)
    return intake.quality


# --- flat -------------------------------------------------------------------------------------------------


def _flat(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> Hierarchy:
    """One row per settlement."""
    levels = store.profile.upper_levels[1:]
    rows = _with_ids_above(source, rows, levels)
    homeless = rows[[f"{level}_id" for level in levels]].isna().any(axis=1)
    _reject(store, source, intake, rows[homeless], "parent_unknown", "place above")
    rows = _with_codes(store, source, rows[~homeless].reset_index(drop=True), levels)
    rows = _without_repeats(store, source, intake, rows)
    rows = _without_contradictions(store, source, intake, rows, levels)
    upper, above = [], pd.Series(store.profile.nation_id, index=rows.index, dtype=object)
    for level in levels:
        named = _upper_names(source, rows, level)
        found = pd.DataFrame({"place_id": rows[f"{level}_id"], "parent_id": above, "name": named})
        _remark_several_names(store, source, found, level)
        upper.append(_most_frequent(found).assign(level=level))
        above = rows[f"{level}_id"]
    return Hierarchy(pd.concat(upper, ignore_index=True), rows)


def _without_contradictions(
    store: Store, source: Source, intake: Intake, rows: pd.DataFrame, levels: list[str]
) -> pd.DataFrame:
    """Rows that agree in which place each place above them lies, from the highest level down."""
    for upper, level in itertools.pairwise(levels):
        names = dict(zip(rows[f"{upper}_id"], _upper_names(source, rows, upper), strict=True))
        wrong = contradicting(rows[f"{level}_id"], rows[f"{upper}_id"], names)
        said = rows.loc[wrong.index, f"{level}_id"] + " " + _upper_names(source, rows.loc[wrong.index], level)
        _reject_contradicting(store, source, intake, rows.loc[wrong.index].assign(value=said), wrong, f"{level}_code")
        rows = rows.drop(wrong.index)
    return rows.reset_index(drop=True)


def _with_ids_above(source: Source, rows: pd.DataFrame, levels: list[str]) -> pd.DataFrame:
    """A column <level>_id for every level: from the declaration's [parents], a code column, or the names."""
    parents = source.told(SettlementsForm).parents or {}
    path = pd.Series([""] * len(rows), index=rows.index, dtype=object)
    ids: dict[str, pd.Series] = {}
    for level in levels:
        told = parents.get(level, ParentTable())
        if told.constant is not None:
            ids[level] = pd.Series(told.constant, index=rows.index, dtype=object)
        elif told.code_prefix is not None:
            ids[level] = _prefix(rows, told.code_prefix)
        elif f"{level}_code" in rows:
            ids[level] = rows[f"{level}_code"]
        elif f"{level}_name" in rows:
            step = rows[f"{level}_name"].map(lambda name: normal(name) if isinstance(name, str) else None)
            ids[level] = (path + step.fillna("")).where(step.notna(), None)
        else:
            raise _error(
                source,
                f"parents.{level}",
                f"code_prefix, constant, or a column {level}_code or {level}_name",
                "none",
            )
        path = ids[level].fillna("").astype(object) + "/"
    return rows.assign(**{f"{level}_id": series.astype(object) for level, series in ids.items()})


def _prefix(rows: pd.DataFrame, digits: int) -> pd.Series:
    codes = rows["code"]
    return codes.str[:digits].astype(object).where(codes.notna() & (codes.str.len() > digits), None)


def _with_codes(store: Store, source: Source, rows: pd.DataFrame, levels: list[str]) -> pd.DataFrame:
    """place_id of every settlement: its code, or the path of its names, told apart by what the row says."""
    codes = rows["code"] if "code" in rows else pd.Series([None] * len(rows), index=rows.index, dtype=object)
    named = rows["name"].map(lambda name: normal(name) if isinstance(name, str) else "")
    path = rows[f"{levels[-1]}_id"].astype(object) + "/" + named
    repeated = path.duplicated(keep=False) & codes.isna()
    told_apart = path + "~" + _digest(rows)
    if repeated.any():
        again = rows[repeated]
        store.remark(
            source,
            pd.DataFrame({"file": again["file"], "row_number": again["row_number"], "value": again["name"]}).assign(
                field="name"
            ),
            rule="name_repeated",
            is_rejected=False,
        )
    return rows.assign(place_id=codes.where(codes.notna(), told_apart.where(repeated, path)))


def _digest(rows: pd.DataFrame) -> pd.Series:
    """Eight letters of what a row says, the same wherever the row stands in the file."""
    cells = rows.drop(columns=["file", "row_number"])
    rows = cells.astype(object).where(cells.notna(), "").map(str).to_numpy()
    said = [hashlib.sha256("|".join(row).encode()).hexdigest()[:8] for row in rows]
    return pd.Series(said, index=cells.index, dtype=object)


def _upper_names(source: Source, rows: pd.DataFrame, level: str) -> pd.Series:
    """The name of each row's place of a level; its id where the file has no names."""
    constant = (source.told(SettlementsForm).parents or {}).get(level, ParentTable()).name
    if constant is not None:
        return pd.Series(constant["zh"], index=rows.index, dtype=object)
    if f"{level}_name" in rows:
        return rows[f"{level}_name"].where(rows[f"{level}_name"].notna(), rows[f"{level}_id"])
    return rows[f"{level}_id"]


def _most_frequent(found: pd.DataFrame) -> pd.DataFrame:
    """One row per place, with the name that most of its rows give."""
    counted = found.value_counts(["place_id", "parent_id", "name"], sort=False).rename("n").reset_index()
    ordered = counted.sort_values(["place_id", "n", "name"], ascending=[True, False, True])
    return ordered.drop_duplicates("place_id")[["place_id", "parent_id", "name"]]


def _remark_several_names(store: Store, source: Source, found: pd.DataFrame, level: str) -> None:
    names = found.drop_duplicates(["place_id", "name"])
    several = names[names["place_id"].duplicated(keep=False)].sort_values(["place_id", "name"])
    rows = pd.DataFrame({"field": f"{level}_name", "value": several["place_id"] + " " + several["name"]})
    store.remark(source, rows.assign(file="", row_number=None), rule="parent_name_differs", is_rejected=False)


# --- nested -----------------------------------------------------------------------------------------------


def _nested(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> Hierarchy:
    """A row per place, with level and parent."""
    rows = rows.assign(place_id=rows["code"])
    levels = store.profile.levels
    unknown = ~rows["level"].isin(levels)
    if unknown.any():
        raise _error(
            source,
            "columns.level.words",
            f"the levels {', '.join(levels)}",
            str(rows.loc[unknown, "level"].iloc[0]),
        )
    known = set(rows["place_id"]) | {store.profile.nation_id}
    top = rows["level"] == levels[1]
    rows["parent_code"] = rows["parent_code"].where(~top, store.profile.nation_id)
    rows = _nested_without_contradictions(store, source, intake, rows)
    rows = _without_repeats(store, source, intake, rows)
    rows = _without_orphans(store, source, intake, rows, known)
    above = rows[rows["level"] != levels[-1]]
    chains, stand_ins = _chains(store, above)
    villages = rows[rows["level"] == levels[-1]]
    parents = villages["parent_code"].map(chains)
    ids = {
        f"{level}_id": [_at(chain, n, stand_ins, level) for chain in parents] for n, level in enumerate(levels[1:-1])
    }
    upper = pd.DataFrame(
        {
            "place_id": above["place_id"],
            "level": above["level"],
            "parent_id": above["parent_code"],
            "name": above["name"],
        }
    )
    upper = pd.concat([upper[upper["level"] != levels[0]], _stood_in(stand_ins, upper)], ignore_index=True)
    settlements = villages.assign(**ids).reset_index(drop=True)
    return Hierarchy(upper, settlements)


def _nested_without_contradictions(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> pd.DataFrame:
    """Each place under one parent, and that of a level above its own."""
    nation = store.profile.nation_id
    names = {nation: store.profile.body["nation"]["name"]["zh"], **dict(zip(rows["code"], rows["name"], strict=True))}
    told = rows[rows["place_id"].notna() & rows["parent_code"].notna()]
    for find in (
        lambda kept: contradicting(kept["place_id"], kept["parent_code"], names),
        lambda kept: not_above(kept, store.profile.levels, nation),
    ):
        wrong = find(told)
        said = told.loc[wrong.index, "code"] + " " + told.loc[wrong.index, "name"].fillna("")
        listed = told.loc[wrong.index].assign(value=said)
        _reject_contradicting(store, source, intake, listed, wrong, "parent_code")
        told, rows = told.drop(wrong.index), rows.drop(wrong.index)
    return rows.reset_index(drop=True)


def _without_orphans(store: Store, source: Source, intake: Intake, rows: pd.DataFrame, known: set[str]) -> pd.DataFrame:
    """Rows whose parent is there; what hangs on a rejected row is rejected with it."""
    while True:
        orphan = ~rows["parent_code"].isin(known) & (rows["place_id"] != store.profile.nation_id)
        if not orphan.any():
            return rows.reset_index(drop=True)
        _reject(store, source, intake, rows[orphan], "parent_unknown", "parent_code")
        known -= set(rows.loc[orphan, "place_id"])
        rows = rows[~orphan]


StandIns = dict[tuple[str, str], str]  # (place, level below it that is skipped) → the id that stands in


def _chains(store: Store, above: pd.DataFrame) -> tuple[dict[str, dict[str, str]], StandIns]:
    """Per place: level → place_id of all its ancestors and itself."""
    parent = dict(zip(above["place_id"], above["parent_code"], strict=True))
    level = dict(zip(above["place_id"], above["level"], strict=True))
    chains: dict[str, dict[str, str]] = {store.profile.nation_id: {}}

    def chain(place: str) -> dict[str, str]:
        if place not in chains:
            chains[place] = {**chain(parent[place]), level[place]: place}
        return chains[place]

    for place in above["place_id"]:
        chain(place)
    return chains, {}


def _at(chain: Mapping[str, str], position: int, stand_ins: StandIns, level: str) -> str:
    """The place of a level; where the hierarchy skips it, the nearest place above stands in under the level's name."""
    if level in chain:
        return chain[level]
    nearest = list(chain.values())[-1]
    stand_ins[(nearest, level)] = f"{nearest}-{level}"
    return stand_ins[(nearest, level)]


def _stood_in(stand_ins: StandIns, upper: pd.DataFrame) -> pd.DataFrame:
    names = dict(zip(upper["place_id"], upper["name"], strict=True))
    rows = [(made, level, place, names.get(place, place)) for (place, level), made in stand_ins.items()]
    return pd.DataFrame(rows, columns=["place_id", "level", "parent_id", "name"])


# --- both -------------------------------------------------------------------------------------------------


def _without_repeats(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> pd.DataFrame:
    again = rows["place_id"].duplicated()
    _reject(store, source, intake, rows[again], "repeated_key", "code")
    return rows[~again].reset_index(drop=True)


def _reject_contradicting(
    store: Store, source: Source, intake: Intake, rows: pd.DataFrame, candidates: pd.Series, field: str
) -> None:
    listed = rows[["file", "row_number", "value"]].assign(candidates=candidates)
    reject_late(store, source, intake, listed, "parent_contradicts", field)


def _reject(store: Store, source: Source, intake: Intake, rows: pd.DataFrame, rule_id: str, field: str) -> None:
    said = rows["code"] if "code" in rows else rows["name"]
    listed = pd.DataFrame({"file": rows["file"], "row_number": rows["row_number"], "value": said})
    reject_late(store, source, intake, listed, rule_id, field)


def _write_places(store: Store, source: Source, upper: pd.DataFrame) -> None:
    frame = upper.sort_values("place_id", ignore_index=True)
    names = english_names(source, frame)
    shown = [known or (name if str(name).isascii() else None) for known, name in zip(names, frame["name"], strict=True)]
    store.insert("place", frame.assign(name_en=shown, is_grouping=False, has_boundary=False), source)
    store.insert("place", nation_row(store.profile), source)


def _write_settlements(store: Store, source: Source, rows: pd.DataFrame) -> None:
    told = source.told(SettlementsForm)
    kinds = told.kinds or ONE_KIND
    lon = rows["lon"].astype(float) if "lon" in rows else pd.Series(np.nan, index=rows.index)
    lat = rows["lat"].astype(float) if "lat" in rows else pd.Series(np.nan, index=rows.index)
    is_placed = lon.notna() & lat.notna()
    nothing = pd.Series([None] * len(rows), index=rows.index, dtype=object)
    levels = store.profile.upper_levels
    name = rows["name"].where(rows["name"].notna(), rows["place_id"])
    frame = pd.DataFrame(
        {
            "row_number": rows["row_number"],
            "place_id": rows["place_id"],
            "name": name,
            "kind": rows["kind"],
            "in_programme": rows["kind"].isin(kinds.programme),
            "is_urban": rows["kind"].isin(kinds.urban),
            f"{levels[0]}_id": store.profile.nation_id,
            **{f"{level}_id": rows[f"{level}_id"] for level in levels[1:]},
            "lon": lon,
            "lat": lat,
            "location_quality": nothing.mask(is_placed, told.places.location_quality),
            "population_persons": _number(rows, "population_persons"),
            "households": _number(rows, "households"),
            "terrain": rows.get("terrain", nothing),
            "policy_category": rows.get("policy_category", nothing),
            "position_source_id": nothing.mask(is_placed, source.source_id),
        }
    )
    store.connection.register("incoming", frame)
    casts = ", ".join(f'"{column}"::{TYPES.get(column, "TEXT")} AS "{column}"' for column in frame.columns)
    store.sql(f"CREATE TEMP TABLE register_village AS SELECT {casts} FROM incoming")
    store.connection.unregister("incoming")


TYPES = {
    "row_number": "BIGINT",
    "in_programme": "BOOLEAN",
    "is_urban": "BOOLEAN",
    "lon": "DOUBLE",
    "lat": "DOUBLE",
    "population_persons": "INTEGER",
    "households": "INTEGER",
}


def _number(rows: pd.DataFrame, name: str) -> pd.Series:
    """Whole people; a fractional estimate is rounded."""
    values = rows[name].astype(float).round() if name in rows else pd.Series(np.nan, index=rows.index)
    return values.astype("Int64")


def _error(source: Source, key: str, expected: str, found: str) -> DeclarationError:
    return DeclarationError(f"{source.declared_in.name}, {key}", expected, found, f"mend {source.declared_in.name}")
