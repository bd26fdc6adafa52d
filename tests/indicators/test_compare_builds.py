"""Two builds compared: each change once, with its reason, as a join of all villages says it, and nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators.compare_builds import (
    ADDED,
    CODE,
    DATA,
    DECISION,
    EVIDENCE,
    METHOD,
    RECODED,
    REMOVED,
    STATE,
    Difference,
    difference,
)
from indicators.database import Atlas

UNCONNECTED, CONNECTED = 1, 2
NUMBERED = ("village", "village_status", "village_evidence", "coverage", "decision")
D2010, D2012, D2014 = date(2010, 12, 31), date(2012, 12, 31), date(2014, 12, 31)
A, B, C = "010101100", "010101107", "010101114"
NO = "(SELECT place_no FROM village WHERE place_id = '{}')"
Make = Callable[..., Atlas]


def state(code: str, column: str, to: int, evidence: int | None = 1) -> list[str]:
    shown = "NULL" if evidence is None else evidence
    return [
        f"UPDATE village_status SET {column} = {to} WHERE place_no = {NO.format(code)}",
        f"UPDATE village_evidence SET {column} = {shown} WHERE place_no = {NO.format(code)}",
    ]


def gone(code: str) -> list[str]:
    tables = ("village_status", "village_evidence", "coverage", "decision", "village")
    return [f"DELETE FROM {table} WHERE place_no = {NO.format(code)}" for table in tables]


def recoded(old: str, new: str) -> str:
    return f"UPDATE village SET place_id = '{new}' || place_id[{len(old) + 1}:] WHERE place_id LIKE '{old}%'"


def change(old: str, new: str, day: str = "2020-01-01") -> str:
    return f"INSERT INTO code_change VALUES ('{old}', '{new}', '{day}', NULL, NULL, 'changes')"


def decided(code: str, number: int, standard: str = "wire") -> str:
    return (
        "INSERT INTO decision (place_no, standard, state, as_of, evidence, challenge_no, source_id) "
        f"SELECT {NO.format(code)}, '{standard}', 'connected', '2012-12-31', 'declared', {number}, 'desk-decisions'"
    )


def covered(code: str, source: str) -> str:
    return (
        "INSERT INTO coverage (place_no, as_of, technology, evidence, source_id) "
        f"SELECT {NO.format(code)}, '2012-12-31', 'cable', 'declared', '{source}'"
    )


def rests_on(standard: str, source: str) -> str:
    return f"UPDATE status_column SET source_id = source_id || ';{source}' WHERE standard = '{standard}'"


def renumbered(build: duckdb.DuckDBPyConnection, order: str) -> None:
    """The villages numbered without a gap, as a build does it, in another order."""
    build.execute(
        f"CREATE TEMP TABLE number AS SELECT place_no AS old, (row_number() OVER (ORDER BY {order}) - 1)::INTEGER AS "
        "new FROM village"
    )
    for table in NUMBERED:
        build.execute(
            f"CREATE OR REPLACE TABLE {table} AS SELECT t.* REPLACE (n.new AS place_no) FROM {table} AS t "
            "JOIN number AS n ON n.old = t.place_no ORDER BY n.new"
        )
    build.execute("DROP TABLE number")


@pytest.fixture(scope="module")
def small(mini_atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    """The mini build with what is compared and nothing else: copied and changed in no time."""
    path = tmp_path_factory.mktemp("small") / "atlas-small.duckdb"
    with duckdb.connect(str(path)) as build:
        build.execute(f"ATTACH '{mini_atlas.path}' AS mini (READ_ONLY)")
        for table in (*NUMBERED, "code_change", "status_column", "level"):
            build.execute(f"CREATE TABLE {table} AS FROM mini.{table}")
    return Atlas(path)


@pytest.fixture
def make(small: Atlas, tmp_path: Path) -> Iterator[Make]:
    made: list[Atlas] = []

    def make_one(*statements: str, order: str = "place_no") -> Atlas:
        path = tmp_path / f"atlas-{len(made):04}-{len(list(tmp_path.iterdir())):04}.duckdb"
        shutil.copy(small.path, path)
        with duckdb.connect(str(path)) as build:
            for statement in statements:
                build.execute(statement)
            renumbered(build, order)
        made.append(Atlas(path))
        return made[-1]

    yield make_one
    for atlas in made:
        atlas.leave()


def told(found: Difference, *columns: str) -> list[tuple[Any, ...]]:
    names = columns or ("kind", "place_id", "standard", "as_of", "before", "after", "reason")
    rows = [tuple(row) for row in found.rows[list(names)].itertuples(index=False, name=None)]
    return sorted(rows, key=repr)


def villages(atlas: Atlas) -> int:
    return int(atlas.cursor().execute("SELECT count(*) FROM village").fetchall()[0][0])


def state_of(atlas: Atlas, code: str, column: str) -> int:
    query = f"SELECT {column} FROM village_status JOIN village USING (place_no) WHERE place_id = '{code}'"
    return int(atlas.cursor().execute(query).fetchall()[0][0])


def brute(older: Atlas, newer: Atlas) -> list[tuple[Any, ...]]:
    """All changes of villages that kept their codes, on the days that both builds have, by a join of everything."""
    days = "SELECT column_name, standard, as_of FROM status_column"
    same = set(older.cursor().execute(days).fetchall()) & set(newer.cursor().execute(days).fetchall())

    def all_of(atlas: Atlas) -> dict[str, dict[str, tuple[int, int | None]]]:
        found: dict[str, dict[str, tuple[int, int | None]]] = {}
        for column, _, _ in same:
            rows = atlas.cursor().execute(
                f"SELECT place_id, s.{column}, e.{column} FROM village JOIN village_status AS s USING (place_no) "
                "JOIN village_evidence AS e USING (place_no)"
            )
            for code, is_state, evidence in rows.fetchall():
                found.setdefault(code, {})[column] = (is_state, evidence)
        return found

    old, new = all_of(older), all_of(newer)
    rows: list[tuple[Any, ...]] = [(ADDED, code, "", None, -1, -1) for code in new.keys() - old.keys()]
    rows += [(REMOVED, code, "", None, -1, -1) for code in old.keys() - new.keys()]
    for code in old.keys() & new.keys():
        for column, standard, day in same:
            (was, rested), (now, rests) = old[code][column], new[code][column]
            if was != now:
                rows.append((STATE, code, standard, day, was, now))
            elif rested != rests:
                rows.append((EVIDENCE, code, standard, day, was, now))
    return sorted(rows, key=repr)


def joined(found: Difference) -> list[tuple[Any, ...]]:
    return told(found, "kind", "place_id", "standard", "as_of", "before", "after")


# --- by hand ------------------------------------------------------------------------------------------------


def test_a_build_and_itself(make: Make, small: Atlas) -> None:
    for other in (small, make(), make(order="hash(place_id)")):
        found = difference(small, other)
        assert found.rows.empty and found.new_days == ()
        assert found.unchanged == villages(small)
        assert set(found.counts().values()) == {0}


@pytest.mark.parametrize("order", ["place_no", "hash(place_id)"])
def test_states_and_evidence(make: Make, order: str) -> None:
    older = make(*state(A, "wire_2012_12_31", 1), *state(B, "wire_2012_12_31", 2), *state(C, "radio_2014_12_31", 2))
    newer = make(
        *state(A, "wire_2012_12_31", 2),
        *state(B, "wire_2012_12_31", 2, 0),
        *state(C, "radio_2014_12_31", 0, None),
        order=order,
    )
    found = difference(older, newer)
    assert told(found) == [
        (EVIDENCE, B, "wire", D2012, 2, 2, METHOD),
        (STATE, A, "wire", D2012, 1, 2, METHOD),
        (STATE, C, "radio", D2014, 2, 0, METHOD),
    ]
    assert found.unchanged == villages(older) - 3
    assert found.counts() == {STATE: 2, ADDED: 0, REMOVED: 0, RECODED: 0, EVIDENCE: 1}
    row = found.rows[found.rows["place_id"] == A].iloc[0]
    assert (row["name"], row["district_id"], row["ward_id"]) == ("Bílá", "0101", "010101")


def test_added_and_removed(make: Make) -> None:
    whole, without = make(order="hash(place_id)"), make(*gone(A), *gone(B))
    assert joined(difference(whole, without)) == [(REMOVED, A, "", None, -1, -1), (REMOVED, B, "", None, -1, -1)]
    found = difference(without, whole)
    assert joined(found) == [(ADDED, A, "", None, -1, -1), (ADDED, B, "", None, -1, -1)]
    assert found.unchanged == villages(without)
    assert list(found.rows["name"]) == ["Bílá", "Černá"] or list(found.rows["name"]) == ["Černá", "Bílá"]


def test_nothing_left_and_nothing_before(make: Make) -> None:
    tables = [f"DELETE FROM {table}" for table in ("village_status", "village_evidence", "village")]
    whole, empty = make(), make(*tables)
    assert difference(whole, empty).counts()[REMOVED] == villages(whole)
    assert difference(empty, whole).counts()[ADDED] == villages(whole)
    assert difference(empty, empty).rows.empty


def test_another_code_is_neither_lost_nor_new(make: Make) -> None:
    """A ward was renumbered, and one of its villages besides; its state is compared all the same."""
    older = make(*state("010102107", "wire_2012_12_31", 1))
    newer = make(
        *state("010102107", "wire_2012_12_31", 2),
        recoded("010102", "010302"),
        "UPDATE village SET place_id = '010302999' WHERE place_id = '010302114'",
        change("010102", "010302"),
        change("010302114", "010302999", "2021-01-01"),
        order="hash(place_id)",
    )
    found = difference(older, newer)
    assert found.counts() == {STATE: 1, ADDED: 0, REMOVED: 0, RECODED: 7, EVIDENCE: 0}
    former = dict(zip(found.rows["place_id"], found.rows["former_id"], strict=True))
    assert former["010302999"] == "010102114" and former["010302100"] == "010102100"
    assert set(found.rows.loc[found.rows["kind"] == RECODED, "reason"]) == {CODE}
    assert found.unchanged == villages(older) - 7


def test_codes_that_were_exchanged(make: Make) -> None:
    """Two villages that now have each other's codes: who follows one change after the other would make them one."""
    older = make(recoded(A, "010101800"), recoded(B, "010101801"))
    newer = make(
        recoded(A, "010101901"),
        recoded(B, "010101900"),
        change("010101800", "010101901", "2020-01-01"),
        change("010101801", "010101900", "2020-01-01"),
        change("010101900", "010101777", "2019-01-01"),  # of a day before: another village's
    )
    found = difference(older, newer)
    assert told(found, "kind", "place_id", "former_id") == [
        (RECODED, "010101900", "010101801"),
        (RECODED, "010101901", "010101800"),
    ]


def test_a_chain_of_codes_is_followed_by_day(make: Make) -> None:
    older = make()
    newer = make(
        recoded(A, "010101803"),
        change("010101802", "010101803", "2022-01-01"),
        change("010101801", "010101802", "2021-01-01"),
        change(A, "010101801", "2020-01-01"),
    )
    assert told(difference(older, newer), "kind", "place_id", "former_id") == [(RECODED, "010101803", A)]


def test_villages_that_became_one(make: Make) -> None:
    """One of them lives on under the new code; the other is no more, and is not lost from sight."""
    newer = make(*gone(B), recoded(A, "010101800"), change(A, "010101800"), change(B, "010101800"))
    found = difference(make(), newer)
    [former] = found.rows.loc[found.rows["kind"] == RECODED, "former_id"]
    assert list(found.rows.loc[found.rows["kind"] == REMOVED, "place_id"]) == [B if former == A else A]
    assert found.unchanged == villages(newer) - 1


def test_a_code_that_was_split_stays_lost(make: Make) -> None:
    newer = make(recoded(A, "010101800"), change(A, "010101800"), change(A, "010101801"))
    assert told(difference(make(), newer), "kind", "place_id") == [(ADDED, "010101800"), (REMOVED, A)]


def test_a_new_day(make: Make) -> None:
    """Compared with the newest day that the older build has; what rests on something else is no change there."""
    newest = "wire_2015_12_31"
    columns = [f"ALTER TABLE {table} ADD COLUMN {newest} TINYINT" for table in ("village_status", "village_evidence")]
    copied = [f"UPDATE village_status SET {newest} = wire_2014_12_31", f"UPDATE village_evidence SET {newest} = 0"]
    row = (
        "INSERT INTO status_column SELECT * REPLACE ('2015-12-31'::DATE AS as_of, "
        f"'{newest}' AS column_name) FROM status_column WHERE column_name = 'wire_2014_12_31'"
    )
    older = make(*state(A, "wire_2014_12_31", 1))
    newer = make(*state(A, "wire_2014_12_31", 1), *columns, *copied, row, *state(A, newest, 2))
    found = difference(older, newer)
    assert found.new_days == (("wire", date(2015, 12, 31)),)
    columns_told = ("kind", "place_id", "standard", "as_of_before", "as_of", "before", "after")
    assert told(found, *columns_told) == [(STATE, A, "wire", D2014, date(2015, 12, 31), 1, 2)]
    assert difference(newer, older).rows.empty and difference(newer, older).new_days == ()


# --- reasons ------------------------------------------------------------------------------------------------


def test_reasons(make: Make) -> None:
    """A: a decision that is new, beside a register that is; B: the register; C: neither, both are of another kind."""
    column = "wire_2012_12_31"
    known = [covered(C, "office"), decided(C, 3), rests_on("wire", "office")]
    older = make(*(one for code in (A, B, C) for one in state(code, column, 1)), *known)
    newer = make(
        *(one for code in (A, B, C) for one in state(code, column, 2)),
        *known,
        *(decided(A, 8), decided(A, 12), decided(B, 9, "radio"), decided(C, 10, "radio")),
        *(covered(A, "desk-000001"), covered(B, "desk-000001"), rests_on("wire", "desk-000001")),
        order="hash(place_id)",
    )
    found = difference(older, newer)
    assert told(found, "place_id", "reason", "challenge_no", "source_id") == [
        (A, DECISION, 12, ""),
        (B, DATA, 0, "desk-000001"),
        (C, METHOD, 0, ""),
    ]


def test_new_data_of_one_standard_are_no_reason_for_another(make: Make) -> None:
    older = make(*state(A, "radio_2012_12_31", 1), *state(A, "wire_2012_12_31", 1))
    newer = make(
        *state(A, "radio_2012_12_31", 2),
        *state(A, "wire_2012_12_31", 2),
        covered(A, "office"),
        rests_on("wire", "office"),
    )
    assert told(difference(older, newer), "standard", "reason", "source_id") == [
        ("radio", METHOD, ""),
        ("wire", DATA, "office"),
    ]


def test_a_build_of_before_there_were_decisions(make: Make) -> None:
    older = make(*state(A, "wire_2012_12_31", 1))
    newer = make(*state(A, "wire_2012_12_31", 2), decided(A, 7))
    bare = older.path.with_name("atlas-bare.duckdb")
    shutil.copy(older.path, bare)
    with duckdb.connect(str(bare)) as build:
        build.execute("DROP TABLE decision; DROP TABLE code_change")
    assert told(difference(Atlas(bare), newer), "reason", "challenge_no") == [(DECISION, 7)]
    assert told(difference(newer, Atlas(bare)), "reason", "challenge_no") == [(METHOD, 0)]
    without = make(*gone(A), recoded(B, "010101800"))
    assert difference(without, Atlas(bare)).counts()[ADDED] == 2


# --- at random ----------------------------------------------------------------------------------------------

COLUMNS = ("wire_2010_12_31", "wire_2012_12_31", "radio_2012_12_31", "radio_2014_12_31")
CODES = (A, B, C, "010101121", "010102100", "010201100")
CHANGED = st.dictionaries(
    st.tuples(st.sampled_from(CODES[:4]), st.sampled_from(COLUMNS)),
    st.tuples(st.integers(0, 3), st.none() | st.integers(0, 4)),
    max_size=6,
)
SIDES = st.tuples(CHANGED, st.sets(st.sampled_from(CODES[2:]), max_size=2), st.booleans())


def _made(make: Make, side: Any) -> Atlas:
    changes, lost, is_shuffled = side
    statements = [one for (code, column), to in changes.items() if code not in lost for one in state(code, column, *to)]
    removed = [one for code in sorted(lost) for one in gone(code)]
    return make(*statements, *removed, order="hash(place_id)" if is_shuffled else "place_no")


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SIDES, SIDES)
def test_as_a_join_of_everything_says(make: Make, one: Any, other: Any) -> None:
    a, b = _made(make, one), _made(make, other)
    there, back = difference(a, b), difference(b, a)
    assert joined(there) == brute(a, b) and joined(back) == brute(b, a)
    turned = {ADDED: REMOVED, REMOVED: ADDED}
    mirrored = [(turned.get(kind, kind), *rest, after, was) for kind, *rest, was, after in joined(back)]
    assert sorted(mirrored, key=repr) == joined(there)
    assert there.unchanged == back.unchanged
    assert difference(a, a).rows.empty
