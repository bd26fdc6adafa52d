"""The register of places: every level from the nation to the village, with kinds and ancestors, from whatever form a
country publishes."""

from __future__ import annotations

from pathlib import Path

from etl.declaration import Source
from etl.errors import RowError
from etl.places.coded import load_coded
from etl.places.rows import english_names
from etl.places.settlements import load_settlements
from etl.source_file import file_path, read_text_table, sha256_of
from etl.source_form import RegisterForm
from etl.store import Store
from importer.report.quality import Quality


def load_places(store: Store, source: Source, rejects: Path | None = None) -> Quality | None:
    """Fill `place` and the register part of the villages (table `register_village`, without positions). Returns the
    report of an imported file.

    A source with [codes] is one of codes that hold the hierarchy; any other is read as rows of settlements or places.
    Raises what those raise.
    """
    if source.told(RegisterForm).codes:
        load_coded(store, source)
        return None
    return load_settlements(store, source, rejects)


def load_extra_places(store: Store, source: Source) -> None:
    """Places that the register leaves out (territories without a village list)."""
    path = file_path(source)
    frame = read_text_table(source, path, ["code", "name", "level", "parent_code"])
    frame = frame.rename(columns={"code": "place_id", "parent_code": "parent_id"})
    known = {row[0] for row in store.sql("SELECT place_id FROM place").fetchall()}
    for number, row in enumerate(frame.itertuples(), start=2):
        if (
            row.place_id is None
            or row.place_id in known
            or row.parent_id not in known
            or row.level not in store.profile.upper_levels
        ):
            raise RowError(
                f"{path.name}, row {number}",
                "a new code, a known parent and a level of the profile",
                f"{row.place_id}, parent {row.parent_id}, level {row.level}",
                f"mend {path.name}",
            )
        known.add(row.place_id)
    names = english_names(store.profile.the("places"), frame)
    store.insert("place", frame.assign(name_en=names, is_grouping=False, has_boundary=False), source)
    store.record(source, file=path.name, sha256=sha256_of(path), read=len(frame), loaded=len(frame))


def write_hierarchy(store: Store, source: Source) -> None:
    """Fill `place_within` (all ancestors) and `place_at` (the places shown at each level)."""
    store.sql(
        """
        INSERT INTO place_within
        WITH RECURSIVE climb(place_id, ancestor_id) AS (
            SELECT place_id, place_id FROM place
            UNION ALL
            SELECT climb.place_id, place.parent_id
            FROM climb JOIN place ON place.place_id = climb.ancestor_id
            WHERE place.parent_id IS NOT NULL
        )
        SELECT place_id, ancestor_id FROM climb ORDER BY ancestor_id, place_id
        """
    )
    store.sql("INSERT INTO place_at SELECT level, place_id FROM place WHERE NOT is_grouping")
    for entry in source.told(RegisterForm).grouping:
        stand_in = "p.parent_id" if entry.show == "parent" else "c.place_id"
        store.sql(
            f"""
            INSERT INTO place_at
            SELECT DISTINCT p.level, {stand_in}
            FROM place AS p LEFT JOIN place AS c ON c.parent_id = p.place_id
            WHERE list_contains($1, p.place_id)
            """,
            [list(entry.place_ids)],
        )
    # A place without parts in the register stands for itself at every level below its own.
    store.sql(
        """
        INSERT INTO place_at
        SELECT l.level_id, p.place_id
        FROM place AS p JOIN level AS own ON own.level_id = p.level
        JOIN level AS l ON l.position > own.position AND l.level_id <> (SELECT arg_max(level_id, position) FROM level)
        WHERE own.position > 0 AND NOT p.is_grouping
          AND p.place_id NOT IN (SELECT parent_id FROM place WHERE parent_id IS NOT NULL)
        """
    )
    for table in ("place_within", "place_at"):
        store.trace(table, source)
