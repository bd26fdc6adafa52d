"""A register of places by codes of fixed lengths, every level from the nation to the village in them.

Works on hierarchical codes (a place's code begins with its parent's) with SQL inside the build,
because 620,000 rows are a second there and a minute in Python loops.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from etl.declaration import Source
from etl.errors import DeclarationError, RowError
from etl.places.rows import english_names, nation_row
from etl.source_file import file_path, read_text_table, sha256_of
from etl.source_form import CodedForm, CodesTable, KindRange, RangedKinds, RegisterForm
from etl.store import Store
from ground.declared import Unfit

EXAMPLES_SHOWN = 5


def load_coded(store: Store, source: Source) -> None:
    """Fill `place` and the register part of the villages (table `register_village`, without positions).

    Raises RowError on a duplicate code, a code of no known length, an orphan, or a village
    whose kind no range covers.
    """
    path = file_path(source)
    _read_register(store, source, path)
    _refuse_bad_codes(store, source, path)
    _write_places(store, source)
    _write_villages(store, source, path)
    [(read,)] = store.sql("SELECT count(*) FROM register").fetchall()
    store.record(source, file=path.name, sha256=sha256_of(path), read=read, loaded=read)


def codes_of(source: Source) -> CodesTable:
    """[codes], of a register that has them."""
    return source.told(CodedForm).codes


def _read_register(store: Store, source: Source, path: Path) -> None:
    frame = read_text_table(source, path, ["code", "name"])
    codes = codes_of(source)
    for level in store.profile.levels[1:]:
        if level not in codes.lengths:
            missing = Unfit(f"codes.lengths.{level}", "the digits of its codes", "nothing", is_missing=True)
            raise DeclarationError.of(missing, str(source.declared_in))
    levels = pd.DataFrame(
        {
            "level": list(codes.lengths),
            "code_length": list(codes.lengths.values()),
            "parent_length": [0, *list(codes.lengths.values())[:-1]],
        }
    )
    store.connection.register("incoming", frame.assign(row_number=range(2, len(frame) + 2)))
    store.connection.register("code_length", levels)
    store.sql(
        """
        CREATE TEMP TABLE register AS
        SELECT i.row_number, i.code, trim(i.name) AS name, l.level,
               left(i.code, l.parent_length) AS parent_code,
               CASE WHEN length(i.code) < $1 THEN rpad(i.code, $1, '0') ELSE i.code END AS place_id
        FROM incoming AS i LEFT JOIN code_length AS l ON l.code_length = length(i.code)
        """,
        [codes.pad_to],
    )
    # A place that has no district of its own repeats its padded code one level down (东莞 4419 → 441900 twice): the
    # deeper one says its level, so that codes stay unique.
    store.sql(
        """
        UPDATE register SET place_id = register.place_id || '-' || level
        FROM (SELECT place_id, min(length(code)) AS shortest FROM register WHERE length(code) <= $1 GROUP BY ALL) AS up
        WHERE up.place_id = register.place_id AND length(code) > up.shortest
        """,
        [codes.pad_to],
    )


def _refuse_bad_codes(store: Store, source: Source, path: Path) -> None:
    refuse_rows(
        store,
        path,
        "SELECT row_number, code FROM register WHERE level IS NULL OR name IS NULL OR name = ''",
        "a code of one of the declared lengths, and a name",
        f"mend the rows or [codes] in {source.declared_in.name}",
    )
    refuse_rows(
        store,
        path,
        "SELECT max(row_number), code FROM register GROUP BY code HAVING count(*) > 1",
        "every code once",
        "remove the duplicate rows",
    )
    refuse_rows(
        store,
        path,
        """
        SELECT c.row_number, c.code FROM register AS c
        WHERE c.parent_code <> '' AND c.parent_code NOT IN (SELECT code FROM register)
        """,
        "a parent in the same file for every code",
        "add the parents or remove the orphans",
    )


def refuse_rows(store: Store, path: Path, query: str, expected: str, next_step: str) -> None:
    """Raise RowError if the query (row number, value) finds any row, showing the first few."""
    rows = store.sql(f"{query} ORDER BY 1").fetchall()
    if rows:
        shown = ", ".join(f"row {row}: {value!r}" for row, value in rows[:EXAMPLES_SHOWN])
        more = f" and {len(rows) - EXAMPLES_SHOWN:,} more" if len(rows) > EXAMPLES_SHOWN else ""
        raise RowError(f"{path.name}, row {rows[0][0]}", expected, f"{shown}{more}", next_step)


def _write_places(store: Store, source: Source) -> None:
    profile = store.profile
    village_level = profile.levels[-1]
    frame = store.sql(
        """
        SELECT c.place_id, c.level, coalesce(p.place_id, $1) AS parent_id, c.name
        FROM register AS c LEFT JOIN register AS p ON p.code = c.parent_code
        WHERE c.level <> $2 ORDER BY c.place_id
        """,
        [profile.nation_id, village_level],
    ).df()
    names = english_names(source, frame)
    groupings = {place for entry in source.told(RegisterForm).grouping for place in entry.place_ids}
    store.insert(
        "place",
        frame.assign(name_en=names, is_grouping=frame["place_id"].isin(groupings), has_boundary=False),
        source,
    )
    store.insert("place", nation_row(profile), source)


def _write_villages(store: Store, source: Source, path: Path) -> None:
    kinds = source.told(CodedForm).kinds
    _write_kinds(store, source, kinds)
    _register_kinds(store, kinds.range)
    upper = [level for level in store.profile.upper_levels if level != store.profile.levels[0]]
    lengths = codes_of(source).lengths
    ancestors = ", ".join(f'"a_{level}".place_id AS "{level}_id"' for level in upper)
    joins = " ".join(
        f'JOIN register AS "a_{level}" ON "a_{level}".code = left(v.code, {int(lengths[level])})' for level in upper
    )
    store.sql(
        f"""
        CREATE TEMP TABLE register_village AS
        SELECT v.row_number, v.place_id, v.name, k.kind, list_contains($programme, k.kind) AS in_programme,
               list_contains($urban, k.kind) AS is_urban, $nation AS "{store.profile.levels[0]}_id", {ancestors},
               NULL::DOUBLE AS lon, NULL::DOUBLE AS lat, NULL::TEXT AS location_quality,
               NULL::INTEGER AS population_persons, NULL::INTEGER AS households, NULL::TEXT AS terrain,
               NULL::TEXT AS policy_category, NULL::TEXT AS position_source_id
        FROM register AS v {joins}
        LEFT JOIN kind_range AS k ON substr(v.code, $first, $length) BETWEEN k.first AND k.last
            AND (k.names_with IS NULL OR len(list_filter(k.names_with, lambda word: contains(v.name, word))) > 0)
            AND len(list_filter(k.names_without, lambda word: contains(v.name, word))) = 0
        WHERE v.level = $level
        QUALIFY row_number() OVER (PARTITION BY v.row_number ORDER BY k.position) = 1
        """,
        {
            "programme": list(kinds.programme),
            "urban": list(kinds.urban),
            "nation": store.profile.nation_id,
            "first": kinds.start + 1,
            "length": kinds.length,
            "level": store.profile.levels[-1],
        },
    )
    refuse_rows(
        store,
        path,
        "SELECT row_number, place_id FROM register_village WHERE kind IS NULL",
        "a kind for every village",
        f"widen [[kinds.range]] in {source.declared_in.name}",
    )


def _register_kinds(store: Store, ranges: Sequence[KindRange]) -> None:
    """The declared ranges in their order: of several that hold a village, the first says its kind."""
    columns = ["position", "kind", "first", "last", "names_with", "names_without"]
    rows = [
        (n, one.kind, one.first, one.last, one.names_with and list(one.names_with), list(one.names_without))
        for n, one in enumerate(ranges)
    ]
    store.connection.register("kind_range_given", pd.DataFrame(rows, columns=columns))
    store.sql(
        """
        CREATE OR REPLACE TEMP TABLE kind_range AS
        SELECT * REPLACE (names_with::TEXT[] AS names_with, names_without::TEXT[] AS names_without)
        FROM kind_range_given
        """
    )
    store.connection.unregister("kind_range_given")


def _write_kinds(store: Store, source: Source, kinds: RangedKinds) -> None:
    rows = [(entry.kind, entry.name["zh"], entry.name["en"], entry.kind in kinds.programme) for entry in kinds.range]
    columns = ["kind", "name_zh", "name_en", "in_programme"]
    store.insert("village_kind", pd.DataFrame(rows, columns=columns).drop_duplicates("kind"))
    store.trace("village_kind", source)
