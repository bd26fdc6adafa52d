"""A register against what is published: by hand for a few villages, and as SQL would say it for many."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atlas.desk.registers import register_changes, register_shown
from atlas.desk.registers.register_changes import RegisterChanges, changes
from atlas.look import language
from ground.states import CONNECTED, NOT_APPLICABLE, UNCONNECTED, UNKNOWN
from importer.convert.rows_said import COLUMNS
from indicators import facts
from indicators.database import Atlas

STATES = {"wire": "wire_2014_12_31", "radio": "radio_2014_12_31"}
Row = dict[str, Any]


def table(*rows: Row, kind: str = "coverage") -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(COLUMNS[kind]), dtype=object).where(lambda all_: all_.notna(), None)


def row(place_id: str, technology: str = "wire", **values: str) -> Row:
    return {"place_id": place_id, "technology": technology, "as_of": "2015-01-01", **values}


def told(found: RegisterChanges) -> dict[tuple[str, str], tuple[int, int]]:
    """(village, standard) → before and after."""
    return {
        (one["place_id"], one["standard"]): (int(one["before"]), int(one["after"]))
        for one in found.turned.to_dict("records")
    }


@pytest.fixture
def of_state(mini_atlas: Atlas) -> dict[int, list[str]]:
    """State by wire on the newest day → villages of the district 0101, or of the whole country."""
    query = f'SELECT v.place_id, s."{STATES["wire"]}" FROM village AS v JOIN village_status AS s USING (place_no)'
    found: dict[int, list[str]] = {}
    for place_id, state in mini_atlas.cursor().execute(query + " ORDER BY place_id").fetchall():
        found.setdefault(state, []).append(place_id)
    assert {UNCONNECTED, CONNECTED, NOT_APPLICABLE} <= set(found)
    return found


def test_turned_on_and_off_and_the_same(mini_atlas: Atlas, of_state: dict[int, list[str]]) -> None:
    on, off, same = of_state[UNCONNECTED][0], of_state[CONNECTED][0], of_state[CONNECTED][1]
    found = changes(
        mini_atlas,
        table(row(on, is_covered="True"), row(off, is_covered="False"), row(same, is_covered="True")),
        "coverage",
        "ZZ",
    )
    assert told(found) == {(on, "wire"): (UNCONNECTED, CONNECTED), (off, "wire"): (CONNECTED, UNCONNECTED)}
    assert (found.villages, found.same, found.fall) == (3, 1, 0.5)
    assert found.of_programme == 50 and len(found.missing) == 47
    assert list(found.turned["after"]) == sorted(found.turned["after"])


def test_a_community_outside_the_programme_never_turns(mini_atlas: Atlas, of_state: dict[int, list[str]]) -> None:
    quarter = of_state[NOT_APPLICABLE][0]
    for said in ("True", "False"):
        found = changes(mini_atlas, table(row(quarter, is_covered=said)), "coverage", "ZZ")
        assert told(found) == {} and (found.villages, found.same, found.fall) == (1, 0, 0.0)


@pytest.mark.parametrize(
    ("said", "after"),
    [
        ({"share": "0.5"}, CONNECTED),
        ({"share": "0.4999"}, UNCONNECTED),
        ({"share": "0.0"}, UNCONNECTED),
        ({"share": "1.0"}, CONNECTED),
        ({"is_covered": "true"}, CONNECTED),
        ({"is_covered": "false"}, UNCONNECTED),
        ({"share": "0.2", "is_covered": "True"}, UNCONNECTED),
        ({"share": "0.9", "is_covered": "False"}, CONNECTED),
        ({"download_mbps": "100"}, None),
        ({"share": "many"}, None),
        ({}, None),
    ],
    ids=str,
)
def test_share_and_flag(
    mini_atlas: Atlas, of_state: dict[int, list[str]], said: dict[str, str], after: int | None
) -> None:
    """Share first, as a build reads them (etl/status/standards.py)."""
    one = of_state[UNCONNECTED][0]
    found = changes(mini_atlas, table(row(one, **said)), "coverage", "ZZ")
    assert told(found) == ({(one, "wire"): (UNCONNECTED, CONNECTED)} if after == CONNECTED else {})
    assert found.same == (after == UNCONNECTED)


def test_of_several_operators_one_is_enough_and_the_newest_day_counts(
    mini_atlas: Atlas, of_state: dict[int, list[str]]
) -> None:
    one, two, three = of_state[UNCONNECTED][:3]
    rows = [
        row(one, operator="a", is_covered="False"),
        row(one, operator="b", is_covered="True"),
        row(two, as_of="2015-01-01", is_covered="True"),
        row(two, as_of="2016-01-01", is_covered="False"),
        row(three, as_of="", is_covered="True"),
        row(three, as_of="2016-01-01", share="0.1"),
    ]
    expected = {(one, "wire"): (UNCONNECTED, CONNECTED)}
    for order in (rows, rows[::-1]):
        found = changes(mini_atlas, table(*order), "coverage", "ZZ")
        assert told(found) == expected and found.same == 2


def test_technologies_by_the_profile(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, of_state: dict[int, list[str]]
) -> None:
    one = of_state[UNCONNECTED][0]
    held = facts.settings(mini_atlas)
    rows = table(row(one, "copper", share="0.6"), row(one, "wire", share="0"), row(one, "4g", share="0"))

    def with_settings(**values: Any) -> dict[tuple[str, str], tuple[int, int]]:
        monkeypatch.setattr(register_changes.facts, "settings", lambda atlas: {**held, **values})
        return told(changes(mini_atlas, rows, "coverage", "ZZ"))

    assert with_settings(technologies={"wire": ["copper", "fibre"]}) == {(one, "wire"): (UNCONNECTED, CONNECTED)}
    assert with_settings(technologies={"wire": ["copper"]}, least_share={"wire": 0.7}) == {}
    assert with_settings(technologies={"wire": ["none"]}) == {}
    assert with_settings(technologies={"other": ["copper"]}) == {}, "a standard that this atlas does not hold"
    older = {key: value for key, value in held.items() if key not in ("technologies", "least_share")}
    monkeypatch.setattr(register_changes.facts, "settings", lambda atlas: older)
    assert told(changes(mini_atlas, rows, "coverage", "ZZ")) == {}


def test_unknown_before(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, of_state: dict[int, list[str]]) -> None:
    """The invented country knows all: one that it says nothing of turns from unknown."""
    one, two = of_state[UNCONNECTED][:2]
    whole = register_changes._compared

    def nothing_known(atlas: Atlas, said: pd.DataFrame) -> pd.DataFrame:
        return whole(atlas, said).assign(before=UNKNOWN, evidence=None)

    monkeypatch.setattr(register_changes, "_compared", nothing_known)
    found = changes(mini_atlas, table(row(one, is_covered="True"), row(two, is_covered="False")), "coverage", "ZZ")
    assert told(found) == {(one, "wire"): (UNKNOWN, CONNECTED), (two, "wire"): (UNKNOWN, UNCONNECTED)}
    assert found.fall == 0.0


def test_inside_outside_and_missing(mini_atlas: Atlas) -> None:
    cursor = mini_atlas.cursor()
    levels = [("country_id", "ZZ"), ("region_id", "0100"), ("district_id", "0101"), ("ward_id", "010101")]
    everywhere = [code for (code,) in cursor.execute("SELECT place_id FROM village").fetchall()]
    rows = table(*(row(code, is_covered="True") for code in everywhere))
    for column, place_id in levels:
        own = cursor.execute(
            f"SELECT place_id, in_programme FROM village WHERE {column} = $1 ORDER BY ALL", [place_id]
        ).fetchall()
        inside = {code for code, _ in own}
        programme = [code for code, is_in in own if is_in]
        found = changes(mini_atlas, rows, "coverage", place_id)
        assert found.villages == len(inside) and set(found.outside["place_id"]) == set(everywhere) - inside
        assert found.of_programme == len(programme) and found.missing.empty
        assert set(found.turned["place_id"]) <= inside
        none = changes(mini_atlas, rows.iloc[:0], "coverage", place_id)
        assert list(none.missing["place_id"]) == programme and none.villages == none.same == 0


def test_codes_that_nobody_knows_are_outside(mini_atlas: Atlas, of_state: dict[int, list[str]]) -> None:
    one = of_state[UNCONNECTED][0]
    rows = table(row(one, is_covered="True"), row("999", is_covered="True"), row("0101", is_covered="True"))
    found = changes(mini_atlas, rows, "coverage", "ZZ")
    assert found.villages == 1 and sorted(found.outside["place_id"]) == ["0101", "999"]


def test_registers_of_villages(mini_atlas: Atlas, of_state: dict[int, list[str]]) -> None:
    one = of_state[UNCONNECTED][0]
    found = changes(mini_atlas, table({"place_id": one, "lon": "1", "lat": "2"}, kind="villages"), "villages", "0101")
    assert found.turned.empty and found.villages == 1 and found.same == 0 and found.odd_speeds == 0


def test_speeds_and_falls_are_marked(mini_atlas: Atlas, of_state: dict[int, list[str]]) -> None:
    connected = of_state[CONNECTED]
    rows = [row(code, is_covered=str(n >= 2), download_mbps="10001") for n, code in enumerate(connected[:20])]
    rows[0]["download_mbps"], rows[1]["download_mbps"] = "10000", "fast"
    found = changes(mini_atlas, table(*rows), "coverage", "ZZ")
    assert found.odd_speeds == len(rows) - 2 and found.fall == pytest.approx(2 / len(rows))
    for lang, words in (("en", "look twice"), ("zh", "核对")):
        with language.speaking(lang):
            said = register_shown.odd(found)
        assert len(said) >= 2 and (lang == "zh" or any(words in one for one in said))


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_as_sql_says_it(mini_atlas: Atlas, data: st.DataObject) -> None:
    cursor = mini_atlas.cursor()
    known = [code for (code,) in cursor.execute("SELECT place_id FROM village ORDER BY 1").fetchall()]
    one = st.fixed_dictionaries(
        {
            "place_id": st.sampled_from([*known[:14], "999"]),
            "technology": st.sampled_from(["wire", "radio", "other"]),
            "operator": st.sampled_from([None, "a", "b"]),
            "as_of": st.sampled_from([None, "2014-01-01", "2015-01-01"]),
            "share": st.sampled_from([None, None, "0", "0.5", "0.49", "1.0"]),
            "is_covered": st.sampled_from([None, "True", "False"]),
        }
    )
    rows = table(*data.draw(st.lists(one, min_size=1, max_size=40)))
    place_id = data.draw(st.sampled_from(["ZZ", "0100", "0101", "010101"]))
    found = changes(mini_atlas, rows, "coverage", place_id)
    level = {"ZZ": "country", "0100": "region", "0101": "district", "010101": "ward"}[place_id]
    cursor.register("handed_in", rows.astype("string"))
    query = f"""
        WITH said AS (
            SELECT place_id, technology AS standard, coalesce(as_of, '') AS as_of,
                   coalesce(share::DOUBLE, CASE is_covered WHEN 'True' THEN 1 WHEN 'False' THEN 0 END) >= 0.5 AS is_met
            FROM handed_in),
        newest AS (
            SELECT place_id, standard, bool_or(is_met) AS is_met FROM said AS s
            WHERE is_met IS NOT NULL AND as_of = (
                SELECT max(as_of) FROM said WHERE said.is_met IS NOT NULL
                AND said.place_id = s.place_id AND said.standard = s.standard)
            GROUP BY ALL)
        SELECT place_id, standard, CASE standard WHEN 'wire' THEN {STATES["wire"]} ELSE {STATES["radio"]} END AS before,
               CASE WHEN is_met THEN {CONNECTED} ELSE {UNCONNECTED} END AS after
        FROM newest JOIN village USING (place_id) JOIN village_status USING (place_no)
        WHERE standard IN ('wire', 'radio') AND {level}_id = $1 AND before <> {NOT_APPLICABLE}
    """
    expected = cursor.execute(query, [place_id]).fetchall()
    assert told(found) == {(code, name): (was, is_) for code, name, was, is_ in expected if was != is_}
    assert found.same == sum(was == is_ for _, _, was, is_ in expected)
    ended = Counter((was, is_) for _, _, was, is_ in expected)
    connected = sum(n for (was, _), n in ended.items() if was == CONNECTED)
    assert found.fall == (ended[CONNECTED, UNCONNECTED] / connected if connected else 0.0)


def test_of_villages_facts_are_compared_and_of_coverage_none(mini_atlas: Atlas, of_state: dict[int, list[str]]) -> None:
    one = of_state[CONNECTED][0]
    assert changes(mini_atlas, table(row(one)), "coverage", "ZZ").facts is None
    told = {"place_id": one, "lon": "1.5", "lat": "2.5", "population_persons": "300"}
    found = changes(mini_atlas, table(told, kind="villages"), "villages", "ZZ")
    assert found.facts is not None
    assert found.facts.moved["place_id"].tolist() == [one] and found.facts.moved["distance_km"].isna().all()
    assert found.facts.changed[["field", "after"]].values.tolist() == [["population_persons", "300"]]
    assert found.turned.empty and found.villages == 1
