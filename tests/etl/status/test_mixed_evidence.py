"""Registers beside the simulation: three values, definitions apart, and evidence that adds up."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from mini_profile import Profile

from etl.build import build
from etl.declaration import load_profile
from etl.errors import CheckFailed, DeclarationError
from etl.status.cell_sites import coverage_of_sites
from etl.status.standards import standards_met
from etl.store import Store, write_profile
from importer.errors import Problem

HEAD = """
title = { zh = "名册", en = "Register" }
publisher = { zh = "办公室", en = "Office" }
edition = "2012"
licence = "test"
evidence = "declared"
"""
MEETS = '[standard.meets]\ntechnology = "wire"\n'


def with_register(mini: Profile, rows: str, more: str = "", meets: str = MEETS, standard: str = "wire") -> Profile:
    """The mini profile with a register of some of its villages: code, connected."""
    text = mini.file("profile.toml").read_text(encoding="utf-8")
    at = text.index(f'standard_id = "{standard}"')
    end = text.find("\n[[", at)
    end = len(text) if end < 0 else end
    mini.file("profile.toml").write_text(text[:end] + "\n" + meets + text[end:], encoding="utf-8")
    mini.file("register.csv").write_text("code,connected,people\n" + rows, encoding="utf-8")
    mini.file("sources/zz-coverage.toml").write_text(
        f'source_id = "office"\nkind = "coverage"\nas_of = 2012-12-31\n{more}\n{HEAD}\n'
        '[file]\npath = "register.csv"\n[constant]\ntechnology = "wire"\n'
        '[rows]\naccept_rejected_percent = 100\n[columns]\ncode = "code"\nis_covered = "connected"\n',
        encoding="utf-8",
    )
    return mini


def villages(mini: Profile, place: str) -> list[str]:
    with mini.built() as atlas:
        rows = atlas.execute(
            'SELECT place_id FROM village WHERE in_programme AND "district_id" = $1 ORDER BY 1', [place]
        ).fetchall()
    return [str(row[0]) for row in rows]


def states(atlas: duckdb.DuckDBPyConnection, column: str) -> dict[str, tuple[int, int | None]]:
    rows = atlas.execute(
        f'SELECT v.place_id, s."{column}", e."{column}" FROM village AS v JOIN village_status AS s USING (place_no) '
        "JOIN village_evidence AS e USING (place_no)"
    ).fetchall()
    return {place: (state, evidence) for place, state, evidence in rows}


UNKNOWN, UNCONNECTED, CONNECTED = 0, 1, 2
DECLARED, ASSUMED, SIMULATED = 1, 3, 4


def test_before_the_service_began_nobody_is_without_it(mini: Profile) -> None:
    """What is unconnected later says nothing of a day on which there was nothing to be connected to."""
    codes = villages(mini, "0101")
    with mini.built() as before:
        old = states(before, "radio_2010_12_31")
    with_register(mini, f"{codes[0]},no,\n{codes[1]},yes,\n", standard="radio")
    with mini.built() as atlas:
        now = states(atlas, "radio_2010_12_31")
        later = states(atlas, "radio_2012_12_31")
    assert now == old
    assert [later[code][0] for code in codes[:2]] == [UNCONNECTED, CONNECTED]


def test_a_register_takes_the_place_of_its_villages_only(mini: Profile) -> None:
    codes = villages(mini, "0101")
    with mini.built() as before:
        old = {column: states(before, column) for column in ("wire_2010_12_31", "wire_2012_12_31", "radio_2012_12_31")}
    with_register(mini, f"{codes[0]},yes,\n{codes[1]},no,\n{codes[2]},,\n")
    with mini.built() as atlas:
        now = {column: states(atlas, column) for column in old}
        assert now["wire_2012_12_31"][codes[0]] == (CONNECTED, DECLARED)
        assert now["wire_2012_12_31"][codes[1]] == (UNCONNECTED, DECLARED)
        assert now["wire_2010_12_31"][codes[1]] == (UNCONNECTED, ASSUMED)  # not yet, two years before
        assert now["wire_2010_12_31"][codes[0]] == (UNKNOWN, None)
        touched = set(codes[:2])
        for column in old:
            for place, told in now[column].items():
                if place not in touched or column.startswith("radio"):
                    assert told == old[column][place], (column, place)


def test_replaced_places_lose_their_simulated_states(mini: Profile) -> None:
    codes = villages(mini, "0101")
    with_register(mini, f"{codes[0]},yes,\n", more='replaces = ["0101"]')
    with mini.built() as atlas:
        told = states(atlas, "wire_2012_12_31")
        assert [told[code] for code in codes[1:]] == [(UNKNOWN, None)] * (len(codes) - 1)
        [(connected, unconnected, unknown, simulated, evidence)] = atlas.execute(
            "SELECT connected, unconnected, unknown, simulated, evidence::TEXT FROM status_count "
            "WHERE place_id = '0101' AND standard = 'wire' AND as_of = '2012-12-31'"
        ).fetchall()
        assert (connected, unconnected, unknown, simulated) == (1, 0, len(codes) - 1, 0)
        assert evidence == "declared"


def test_simulated_counts_add_up_at_every_level(mini: Profile) -> None:
    codes = villages(mini, "0101")
    with_register(mini, "".join(f"{code},yes,\n" for code in codes[:3]))
    with mini.built() as atlas:
        offenders = atlas.execute(
            """
            SELECT p.parent_id, c.standard, c.as_of FROM status_count AS c JOIN place AS p USING (place_id)
            JOIN status_count AS w ON w.place_id = p.parent_id AND w.standard = c.standard AND w.as_of = c.as_of
            GROUP BY ALL HAVING sum(c.simulated) <> any_value(w.simulated)
            """
        ).fetchall()
        assert offenders == []
        [(simulated, known, evidence, source)] = atlas.execute(
            "SELECT simulated, connected + unconnected, evidence::TEXT, source_id FROM status_count "
            "WHERE place_id = 'ZZ' AND standard = 'wire' AND as_of = '2012-12-31'"
        ).fetchall()
        assert known - simulated == 3 and evidence == "simulated" and source == "status;office"


def test_evidence_is_known_where_and_only_where_the_state_is(mini: Profile) -> None:
    codes = villages(mini, "0101")
    with_register(mini, f"{codes[0]},yes,\n{codes[1]},,\n", more='replaces = ["0101"]')
    with mini.built() as atlas:
        for column in ("wire_2010_12_31", "wire_2012_12_31", "radio_2014_12_31"):
            for state, evidence in states(atlas, column).values():
                assert (evidence is None) == (state not in (UNCONNECTED, CONNECTED))


def test_a_date_that_only_the_register_has(mini: Profile) -> None:
    """The others keep the model's last states, and the column says that they were carried."""
    codes = villages(mini, "0101")
    with_register(mini, f"{codes[0]},no,\n")
    declared = mini.file("sources/zz-coverage.toml")
    declared.write_text(declared.read_text().replace("2012-12-31", "2013-06-30"))
    with mini.built() as atlas:
        told, last = states(atlas, "wire_2013_06_30"), states(atlas, "wire_2012_12_31")
        assert told[codes[0]] == (UNCONNECTED, DECLARED)
        others = [place for place in told if place != codes[0]]
        assert all(told[place] == last[place] for place in others)
        kinds = atlas.execute(
            "SELECT rate_kind, note_en FROM status_column WHERE column_name = 'wire_2013_06_30'"
        ).fetchall()
        assert kinds[0][0] == "assumed" and "2012-12-31" in kinds[0][1]


def test_a_country_without_model_or_boundaries(mini: Profile) -> None:
    codes = villages(mini, "0101")
    with_register(mini, f"{codes[0]},yes,\n{codes[1]},no,\n")
    for name in ("status", "maps", "pilots", "projects", "figures"):
        mini.file(f"sources/{name}.toml").unlink()
    declared = mini.file("sources/zz-coverage.toml")
    declared.write_text(declared.read_text().replace("2012-12-31", "2010-12-31"))
    with mini.built() as atlas:
        assert atlas.execute("SELECT column_name, rate_kind FROM status_column").fetchall() == [
            ("wire_2010_12_31", "counted")
        ]
        [(connected, unconnected, unknown)] = atlas.execute(
            "SELECT connected, unconnected, unknown FROM status_count WHERE place_id = 'ZZ'"
        ).fetchall()
        assert (connected, unconnected) == (1, 1) and unknown == 48
        by_level = atlas.execute(
            "SELECT sum(unknown) FROM status_count JOIN place USING (place_id, level) WHERE place.source_id = "
            "'register' "
            "GROUP BY level"
        ).fetchall()
        assert {total for (total,) in by_level} == {48}
        assert atlas.execute("SELECT DISTINCT project_villages FROM pilot_count").fetchall() == [(None,)]


def test_a_view_that_nothing_fills_is_refused(mini: Profile) -> None:
    with_register(mini, "999999999,yes,\n")
    mini.file("sources/status.toml").unlink()
    with pytest.raises(DeclarationError, match="default_view"):
        mini.build()


def test_a_source_that_shrinks_is_asked_about(mini: Profile) -> None:
    codes = villages(mini, "0101")
    with_register(mini, "".join(f"{code},yes,\n" for code in codes[:8]))
    first = mini.build()
    mini.file("register.csv").write_text(f"code,connected,people\n{codes[0]},yes,\n", encoding="utf-8")
    with pytest.raises(CheckFailed, match="--confirm office"):
        mini.build()
    assert first.is_file()
    assert build(mini.folder, mini.build_dir, quiet=True, confirmed=["office"]).is_file()


def test_rejects_lie_beside_the_build(mini: Profile) -> None:
    codes = villages(mini, "0101")
    with_register(mini, f"{codes[0]},yes,\n{codes[1]},maybe,\n")
    path = mini.build()
    [folder] = path.parent.glob("rejects-*")
    assert "maybe" in (folder / "office.csv").read_text(encoding="utf-8-sig")


# --- what counts ------------------------------------------------------------------------------------------

ROWS: list[dict[str, Any]] = [
    {"place_no": 0, "technology": "4g", "operator": "A", "share": 0.9},
    {"place_no": 0, "technology": "4g", "operator": "B", "share": 0.1},
    {"place_no": 1, "technology": "4g", "operator": "A", "share": 0.1},
    {"place_no": 1, "technology": "4g", "operator": "B", "share": None, "download_mbps": 5.0},
    {"place_no": 2, "technology": "4g", "operator": "A", "is_covered": False},
    {"place_no": 2, "technology": "5g", "operator": "A", "share": 0.2},
    {"place_no": 3, "technology": "4g", "definition": "total", "share": 1.0},
    {"place_no": 4, "technology": "fibre", "share": 0.0},
    {"place_no": 5, "technology": "fibre", "share": 1.0},
    {"place_no": 6, "technology": "4g", "at_least_mbps": 30.0, "share": 1.0},
    {"place_no": 7, "technology": "4g", "download_mbps": 20.0},
]


@pytest.mark.parametrize(
    ("meets", "expected"),
    [
        ('technology = "4g"', {0: True, 1: None, 2: False, 7: None}),
        ('technology = "4g"\noperator = "all"', {0: False, 1: False, 2: False, 7: None}),
        ('technology = "4g"\noperator = "B"', {0: False, 1: None}),
        ('technology = ["4g", "5g"]\nmin_share = 0.2', {0: True, 1: None, 2: True, 7: None}),
        ('technology = "4g"\ndefinition = "total"', {3: True}),
        ('technology = "4g"\ndefinition = "*"', {0: True, 1: None, 2: False, 3: True, 7: None}),
        ('technology = "broadband"\nimplied_by = "fibre"', {4: None, 5: True}),
        ('technology = "4g"\nat_least_mbps = 10', {6: True}),
        ('technology = "4g"\nmin_download_mbps = 12', {0: None, 1: None, 2: None, 7: True}),
    ],
)
def test_what_counts_as_connected(tmp_path: Path, mini: Profile, meets: str, expected: dict[int, bool | None]) -> None:
    """Worked out by hand: true, false, unknown; a village without a row that speaks of it is not there."""
    text = mini.file("profile.toml").read_text(encoding="utf-8")
    at = text.index('standard_id = "wire"')
    end = text.find("\n[[", at)
    mini.file("profile.toml").write_text(
        text[:end] + f"\n[standard.meets]\n{meets}\n" + text[end:]
        if end > 0
        else text + f"\n[standard.meets]\n{meets}\n"
    )
    profile = load_profile(mini.folder)
    store = Store(Path(":memory:"), profile)
    write_profile(store)
    frame = pd.DataFrame(ROWS).assign(as_of=date(2020, 1, 1), evidence="declared", source_id="s")
    store.insert("coverage", frame.astype(object).where(frame.notna(), None))
    [one] = standards_met(profile)
    rows = store.sql(f"SELECT place_no, is_met FROM ({one.query})", one.parameters).fetchall()
    assert dict(rows) == expected


@pytest.mark.parametrize(
    ("meets", "words"),
    [
        ("min_share = 0.5", "technology"),
        ('technology = "4g"\nmin_shar = 0.5', "min_shar"),
        ('technology = "4g"\nmin_share = 50', "at most 1"),
        ('technology = "4g"\nmin_download_mbps = "fast"', "a number"),
    ],
)
def test_a_standard_names_its_fault(mini: Profile, meets: str, words: str) -> None:
    with_register(mini, "", meets=f"[standard.meets]\n{meets}\n")
    with pytest.raises(Problem, match=words):
        standards_met(load_profile(mini.folder))


def test_sites_cover_within_their_radius() -> None:
    near, far = (110.0, 26.0), (111.0, 26.0)
    villages_frame = pd.DataFrame({"place_no": [0, 1], "lon": [near[0], far[0]], "lat": [near[1], far[1]]})
    sites = pd.DataFrame({"lon": [110.03], "lat": [26.0], "technology": ["4g"], "as_of": [date(2020, 1, 1)]})
    whole = coverage_of_sites(villages_frame, sites, radius_km={"4g": 5}, is_complete=True)
    assert whole["is_covered"].tolist() == [True, False]
    assert whole["distance_km"].iloc[0] == pytest.approx(3.0, abs=0.05)
    sample = coverage_of_sites(villages_frame, sites, radius_km={"4g": 5}, is_complete=False)
    assert sample["is_covered"].tolist() == [True, None] and pd.isna(sample["distance_km"].iloc[1])
