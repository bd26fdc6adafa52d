"""Decisions of an office, worked out by hand: above registers, as these are above the simulation."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from mini_profile import MINI, Profile

from etl.build import build
from etl.declaration import load_profile
from etl.errors import RowError
from etl.status.decisions import Decided, load_decisions, put
from etl.status.registered import States, Told, states_at
from etl.store import Store
from indicators.database import Atlas

UNKNOWN, UNCONNECTED, CONNECTED, NOT_APPLICABLE = 0, 1, 2, 3
MEASURED, DECLARED, MODELLED, ASSUMED, SIMULATED = 0, 1, 2, 3, 4
DECISIONS_HEAD = "place_id,standard,state,as_of,evidence,challenge_no"
DECLARED_AS = """
source_id = "{source_id}"
kind = "{kind}"
title = {{ zh = "源", en = "Source" }}
publisher = {{ zh = "办公室", en = "Office" }}
edition = "2026"
licence = "test"
evidence = "declared"
{before}
[file]
path = "{source_id}.csv"
{after}
"""
#: 2010, 2012 and 2014 are the days of the model; radio begins in the middle of 2011.
A, B, C, D, E = "010101100", "010101107", "010101114", "010101121", "010101128"
TOWN = "010101001"  # outside the programme
BETWEEN, AFTER, SEVERAL = ("010102107", "010102114"), ("010102121", "010102128"), ("010102135", "010102142")
LEFT, LASTING = "010201107", "010101135"


@dataclass(frozen=True)
class Handed:
    """The mini profile, and a folder of sources beside it."""

    profile: Profile
    more: Path

    def add(self, source_id: str, kind: str, lines: list[str], before: str = "", after: str = "") -> Handed:
        (self.more / "sources").mkdir(parents=True, exist_ok=True)
        (self.more / f"{source_id}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        told = DECLARED_AS.format(source_id=source_id, kind=kind, before=before, after=after)
        (self.more / "sources" / f"{source_id}.toml").write_text(told, encoding="utf-8")
        return self

    def decide(self, *lines: str) -> Handed:
        return self.add("office", "decisions", [DECISIONS_HEAD, *lines])

    def register(self, day: str, *lines: str, source_id: str = "register-of", standard: str = "wire") -> Handed:
        """A register of single villages: code, yes or no."""
        columns = '[constant]\ntechnology = "cable"\n[columns]\ncode = "code"\nis_covered = "connected"\n'
        text = self.profile.file("profile.toml").read_text(encoding="utf-8")
        if "[standard.meets]" not in text:
            at = text.index("[[standard]]", text.index(f'standard_id = "{standard}"')) if standard == "wire" else None
            meets = '[standard.meets]\ntechnology = "cable"\n'
            text = text + meets if at is None else text[:at] + meets + text[at:]
            self.profile.file("profile.toml").write_text(text, encoding="utf-8")
        return self.add(source_id, "coverage", ["code,connected", *lines], f"as_of = {day}", columns)

    def build(self) -> Built:
        path = build(self.profile.folder, self.profile.build_dir, quiet=True, more=[self.more])
        with duckdb.connect(str(path), read_only=True) as atlas:
            return Built.of(atlas)


@dataclass(frozen=True)
class Built:
    states: dict[str, dict[str, tuple[int, int | None]]]  # column → village → state, evidence
    columns: dict[str, str]  # column → its sources
    sources: dict[str, tuple[int, int, int]]  # read, loaded, rejected
    rejects: list[tuple[Any, ...]]
    counts: list[tuple[Any, ...]]

    @classmethod
    def of(cls, atlas: duckdb.DuckDBPyConnection) -> Built:
        columns = dict(atlas.execute("SELECT column_name, source_id FROM status_column").fetchall())
        states = {}
        for name in columns:
            rows = atlas.execute(
                f'SELECT v.place_id, s."{name}", e."{name}" FROM village AS v JOIN village_status AS s USING '
                "(place_no) JOIN village_evidence AS e USING (place_no)"
            ).fetchall()
            states[name] = {code: (state, evidence) for code, state, evidence in rows}
        sources = {
            name: rest
            for name, *rest in atlas.execute(
                "SELECT source_id, rows_read, rows_loaded, rows_rejected FROM meta_source"
            ).fetchall()
        }
        rejects = atlas.execute(
            "SELECT file, row_number, field, value, rule FROM meta_reject WHERE source_id = 'office' AND is_rejected"
        ).fetchall()
        counts = atlas.execute(
            "SELECT standard, as_of, connected, unconnected, unknown, simulated FROM status_count "
            "WHERE place_id = 'ZZ' ORDER BY ALL"
        ).fetchall()
        return cls(states, columns, {name: tuple(told) for name, told in sources.items()}, rejects, counts)

    def wire(self, code: str) -> list[tuple[int, int | None]]:
        return [self.states[f"wire_{year}_12_31"][code] for year in (2010, 2012, 2014)]

    def radio(self, code: str) -> list[tuple[int, int | None]]:
        return [self.states[f"radio_{year}_12_31"][code] for year in (2010, 2012, 2014)]


@pytest.fixture
def handed(mini: Profile, tmp_path: Path) -> Handed:
    return Handed(mini, tmp_path / "more")


def copied(folder: Path) -> Handed:
    shutil.copytree(MINI, folder / "mini")
    return Handed(Profile(folder / "mini", folder / "build"), folder / "more")


@pytest.fixture(scope="module")
def before(mini_atlas: Atlas) -> Built:
    return Built.of(mini_atlas.cursor())


@pytest.fixture(scope="module")
def was_connected(before: Built) -> str:
    return next(code for code in (A, B, C, D, E) if before.wire(code)[1][0] == CONNECTED)


@pytest.fixture(scope="module")
def was_unconnected(before: Built) -> str:
    return next(code for code in (A, B, C, D, E) if before.wire(code)[2][0] == UNCONNECTED)


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory, was_connected: str, was_unconnected: str) -> Built:
    """One build with all decisions that need no register, each test's on villages of its own."""
    return (
        copied(tmp_path_factory.mktemp("decided"))
        .decide(
            f"{was_connected},wire,unconnected,2012-12-31,measured,1",
            f"{was_unconnected},wire,connected,2012-12-31,declared,2",
            f"{BETWEEN[0]},wire,unconnected,2013-06-30,measured,3",
            f"{BETWEEN[1]},wire,connected,2009-01-01,measured,4",
            f"{AFTER[0]},wire,unconnected,2026-11-01,declared,5",
            f"{AFTER[1]},wire,connected,2026-11-01,declared,6",
            f"{SEVERAL[0]},wire,connected,2014-12-31,declared,9",
            f"{SEVERAL[0]},wire,unconnected,2012-12-31,declared,8",
            f"{SEVERAL[0]},wire,connected,2010-12-31,declared,7",
            f"{SEVERAL[1]},wire,connected,2012-12-31,declared,10",
            f"{SEVERAL[1]},wire,unconnected,2012-12-31,measured,11",
            f"{LEFT},wir,connected,2012-12-31,declared,12",
        )
        .build()
    )


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """One build with a register and decisions beside it, and what is no matter of registers on other villages."""
    return (
        copied(tmp_path_factory.mktemp("registered"))
        .register("2012-12-31", f"{A},no", f"{B},yes", f"{C},no", f"{D},yes", f"{E},yes", f"{LASTING},no")
        .decide(
            f"{B},wire,unconnected,2012-12-31,measured,1",
            f"{C},wire,connected,2012-12-31,measured,2",
            f"{D},wire,unconnected,2010-12-31,measured,3",
            f"{E},wire,unconnected,2014-12-31,measured,4",
            f"{LASTING},wire,connected,2010-12-31,declared,5",
            f"{A},radio,unconnected,2012-12-31,measured,6",
            f"{TOWN},wire,connected,2012-12-31,declared,7",
        )
        .build()
    )


def test_a_decision_beats_the_simulation_and_touches_nothing_else(
    decided: Built, before: Built, was_connected: str, was_unconnected: str
) -> None:
    # Unconnected: before its day in place of the simulation, on its day as it was seen, later assumed.
    assert decided.wire(was_connected) == [(UNCONNECTED, ASSUMED), (UNCONNECTED, MEASURED), (UNCONNECTED, ASSUMED)]
    # Connected: before its day nothing is known of it, so the simulation stays.
    first = before.wire(was_unconnected)[0]
    assert decided.wire(was_unconnected) == [first, (CONNECTED, DECLARED), (CONNECTED, ASSUMED)]
    theirs = {was_connected, was_unconnected, *BETWEEN, *AFTER, *SEVERAL}
    for column, states in decided.states.items():
        for code, told in states.items():
            if code not in theirs or column.startswith("radio"):
                assert told == before.states[column][code], (column, code)
    assert decided.sources["office"] == (12, 11, 1)
    assert all("office" in sources.split(";") for name, sources in decided.columns.items() if name.startswith("wire"))
    assert all("office" not in sources for name, sources in decided.columns.items() if name.startswith("radio"))


def test_a_decision_of_a_day_between_views_is_assumed_on_all(decided: Built) -> None:
    assert decided.wire(BETWEEN[0]) == [(UNCONNECTED, ASSUMED)] * 3
    assert decided.wire(BETWEEN[1]) == [(CONNECTED, ASSUMED)] * 3


def test_a_decision_after_all_views_shows_only_what_it_rules_out(decided: Built, before: Built) -> None:
    assert decided.wire(AFTER[0]) == [(UNCONNECTED, ASSUMED)] * 3
    assert decided.wire(AFTER[1]) == before.wire(AFTER[1])


def test_registers_stand_between(registered: Built) -> None:
    """A says the register alone; of B and C an office decided otherwise, of D before, of E after it."""
    assert registered.wire(A) == [(UNCONNECTED, ASSUMED), (UNCONNECTED, DECLARED), (UNKNOWN, None)]
    # On the same day the decision stands above the register; before it nothing was simulated any more.
    assert registered.wire(B) == [(UNKNOWN, None), (UNCONNECTED, MEASURED), (UNCONNECTED, ASSUMED)]
    assert registered.wire(C) == [(UNCONNECTED, ASSUMED), (CONNECTED, MEASURED), (CONNECTED, ASSUMED)]
    # The register of a later day ends "unconnected".
    assert registered.wire(D) == [(UNCONNECTED, MEASURED), (CONNECTED, DECLARED), (CONNECTED, ASSUMED)]
    # "Unconnected" does not rule out what a register said of a day before.
    assert registered.wire(E) == [(UNKNOWN, None), (CONNECTED, DECLARED), (UNCONNECTED, MEASURED)]


def test_connected_lasts_whatever_registers_say_later(registered: Built) -> None:
    assert registered.wire(LASTING) == [(CONNECTED, DECLARED), (CONNECTED, ASSUMED), (CONNECTED, ASSUMED)]


def test_of_several_decisions_the_latest_counts(decided: Built) -> None:
    assert decided.wire(SEVERAL[0]) == [(CONNECTED, DECLARED), (UNCONNECTED, DECLARED), (CONNECTED, DECLARED)]
    assert decided.wire(SEVERAL[1])[1:] == [(UNCONNECTED, MEASURED), (UNCONNECTED, ASSUMED)]


def test_before_a_service_began_and_outside_the_programme_nothing_is_decided(registered: Built) -> None:
    assert registered.radio(A)[0] == (NOT_APPLICABLE, None)
    assert registered.radio(A)[1:] == [(UNCONNECTED, MEASURED), (UNCONNECTED, ASSUMED)]
    assert registered.wire(TOWN) == [(NOT_APPLICABLE, None)] * 3
    assert registered.sources["office"] == (7, 6, 1)


def test_former_codes_are_followed_and_unknown_ones_rejected(handed: Handed) -> None:
    mini = handed.profile
    mini.edit("sources/register.toml", 'evidence = "declared"\n', 'evidence = "declared"\ncodes_as_of = 2015-06-30\n')
    handed.add(
        "changes",
        "crosswalk",
        ["from,to,on", "010909,010101,2012-01-01", "099999777,010101107,2013-01-01"],
        after='[columns]\nold_code = "from"\nnew_code = "to"\nfrom_date = "on"\n',
    )
    built = handed.decide(
        "010909100,wire,connected,2010-12-31,declared,1",
        "099999777,wire,connected,2010-12-31,declared,2",
        f"{C},wire,connected,2010-12-31,declared,3",
        "987654321,wire,connected,2010-12-31,declared,4",
        "x,wire,connected,2010-12-31,declared,5",
    ).build()
    for code in (A, B, C):
        assert built.wire(code) == [(CONNECTED, DECLARED), (CONNECTED, ASSUMED), (CONNECTED, ASSUMED)]
    assert built.sources["office"] == (5, 3, 2)
    assert sorted(built.rejects) == [
        ("office.csv", 5, "place_id", "987654321", "code_unknown"),
        ("office.csv", 6, "place_id", "x", "code_unknown"),
    ]


@pytest.mark.parametrize("name", ["decided", "registered"])
def test_counts_are_of_the_states(request: pytest.FixtureRequest, name: str) -> None:
    """The build's own checks have added them up; the nation's are those of its villages."""
    now: Built = request.getfixturevalue(name)
    for standard, day, *counted, simulated in now.counts:
        told = now.states[f"{standard}_{day:%Y_%m_%d}"].values()
        assert counted == [sum(state == one for state, _ in told) for one in (CONNECTED, UNCONNECTED, UNKNOWN)]
        assert simulated == sum(evidence == SIMULATED for _, evidence in told)


def test_more_sources_than_a_byte_can_number() -> None:
    names, day, villages = [f"s{n:03}" for n in range(300)], date(2012, 12, 31), 300
    rows = pd.DataFrame({"place_no": range(villages), "as_of": day, "state": CONNECTED, "evidence": DECLARED})
    register = Told(rows.assign(source_id=names, opened_date=None), frozenset(names))
    made = states_at(register, day, villages, names)
    assert made.source.tolist() == list(range(villages))
    decided = Decided(rows.assign(state=UNCONNECTED, source_id=names[::-1]))
    assert put(made, decided, register, day, names).source.tolist() == list(range(villages))[::-1]


def test_a_standard_of_before_is_rejected(decided: Built) -> None:
    """It is told, and no release fails for it."""
    assert decided.rejects == [("office.csv", 13, "standard", "wir", "unknown_word")]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (f"{A},wire,maybe,2012-12-31,declared,1", "state"),
        (f"{A},wire,connected,yesterday,declared,1", "yesterday"),
        (f"{A},wire,connected,2012-12-31,heard,1", "heard"),
        (f"{A},wire,connected,2012-12-31,declared,one", "one"),
        (f"{A},wire,connected,,declared,1", "as_of"),
    ],
)
def test_what_is_no_decision_is_refused(handed: Handed, line: str, words: str) -> None:
    """As a build loads them, into the table of a single village."""
    handed.decide(line)
    profile = load_profile(handed.profile.folder, more=[handed.more])
    store = Store(Path(":memory:"), profile)
    store.sql(f"CREATE OR REPLACE TABLE village AS SELECT 0 AS place_no, '{A}' AS place_id, true AS in_programme")
    with pytest.raises(RowError, match=words):
        load_decisions(store, profile.the("decisions"), None)
    store.close()


def test_only_former_codes_of_nobody(handed: Handed, before: Built) -> None:
    """All rows rejected: as if there were none."""
    built = handed.decide("987654321,wire,connected,2012-12-31,declared,1").build()
    assert built.sources["office"] == (1, 0, 1) and built.states == before.states


def test_what_was_made_is_not_written_over() -> None:
    state = np.array([CONNECTED, NOT_APPLICABLE], dtype=np.int8)
    made = States(state, np.array([SIMULATED, -1], dtype=np.int8), np.array([0, -1], dtype=np.int16))
    day = date(2012, 12, 31)
    rows = pd.DataFrame({"place_no": [0, 1], "as_of": [day] * 2, "state": [1, 1], "evidence": [0, 0]})
    got = put(made, Decided(rows.assign(source_id="b")), None, day, ["a", "b"])
    assert state.tolist() == [CONNECTED, NOT_APPLICABLE]
    assert (got.state.tolist(), got.evidence.tolist(), got.source.tolist()) == ([1, 3], [0, -1], [1, -1])
