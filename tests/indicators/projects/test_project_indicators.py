"""Indicators of projects beside what scipy and planning/ compute, and what they say besides their value."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from mini_profile import Ask, Profile
from scipy.stats import binomtest
from sql_cases import derive, of

from atlas.look import cards, language
from indicators.catalogue import HeaderError, catalogue, read_indicator
from indicators.database import Atlas, current
from indicators.figure import Figure
from indicators.measure import figure
from planning.done.progress import punctuality

SQL = Path(__file__).resolve().parents[3] / "indicators" / "sql"
LEVEL = {"level_column": "^county_id$"}
OF_PROJECTS = (
    *("subsidy_per_village", "leverage", "completion", "on_time_rate", "median_delay_days"),
    *("acceptance_pass_rate", "share_paid", "inspection_coverage", "tender_discount"),
)
DAY = date(2012, 6, 1)


def tables(indicator_id: str) -> duckdb.DuckDBPyConnection:
    """The indicator's tables, all empty but for the hierarchy of places and what is asked."""
    memory = of(indicator_id)[0].database()
    for (table,) in memory.execute("SELECT table_name FROM duckdb_tables()").fetchall():
        if table not in ("asked", "place_within", "meta_profile", "programme_state"):
            memory.execute(f"DELETE FROM {table}")
    return memory


def put(memory: duckdb.DuckDBPyConnection, table: str, rows: pd.DataFrame) -> None:
    memory.register("rows", rows)
    memory.execute(f"INSERT INTO {table} BY NAME SELECT * FROM rows")
    memory.unregister("rows")


def answers(memory: duckdb.DuckDBPyConnection, indicator_id: str) -> dict[str, dict[str, Any]]:
    indicator = catalogue()[indicator_id]
    derive(memory, indicator)
    bound = {name: LEVEL[name] for name in indicator.parameters}
    frame = memory.execute(indicator.query, bound or None).df()
    return {str(row["place_id"]): row for row in frame.to_dict("records")}


# --- beside scipy and planning/ ---------------------------------------------------------------------------


@pytest.mark.parametrize("tested", [1, 2, 7, 30, 593, 10_000])
def test_the_interval_is_scipys(tested: int) -> None:
    for passed in sorted({0, 1, tested // 3, tested - 1, tested}):
        memory = tables("acceptance_pass_rate")
        villages = pd.DataFrame(
            {"place_no": range(tested), "place_id": [f"v{n}" for n in range(tested)], "county_id": "A"}
        )
        put(memory, "village", villages)
        put(
            memory,
            "inspection",
            villages[["place_id"]].assign(
                inspected_date=DAY,
                is_passed=np.arange(tested) < passed,
                evidence="declared",
                source_id="i",
            ),
        )
        found = answers(memory, "acceptance_pass_rate")["A"]
        wanted = binomtest(passed, tested).proportion_ci(0.95, method="wilson")
        assert found["low"] == pytest.approx(100 * wanted.low, abs=1e-9)
        assert found["high"] == pytest.approx(100 * wanted.high, abs=1e-9)
        assert (found["numerator"], found["denominator"]) == (passed, tested)


def listed(seed: int, villages: int = 60) -> pd.DataFrame:
    """Villages of one project with planned and opened days; some never opened, some of no known plan."""
    random = np.random.default_rng(seed)
    planned = [DAY + timedelta(int(day)) for day in random.integers(0, 90, villages)]
    opened = [day + timedelta(int(late)) for day, late in zip(planned, random.integers(-20, 60, villages), strict=True)]
    share_open, share_planned = random.uniform(0.1, 1), random.uniform(0.7, 1)
    return pd.DataFrame(
        {
            "place_no": range(villages),
            "planned_date": [day if random.random() < share_planned else None for day in planned],
            "opened_date": [day if random.random() < share_open else None for day in opened],
            "county_id": random.choice(["A", "B"], villages),
        }
    )


def in_tables(indicator_id: str, rows: pd.DataFrame, as_of: date) -> duckdb.DuckDBPyConnection:
    memory = tables(indicator_id)
    put(memory, "village", rows[["place_no", "county_id"]].assign(place_id=rows["place_no"].astype(str)))
    put(
        memory,
        "project",
        pd.DataFrame([{"project_id": "P", "scope": "project", "place_id": "ZZ", "evidence": "declared"}]),
    )
    dates = {day: pd.to_datetime(rows[day]).dt.date for day in ("planned_date", "opened_date")}
    kept = rows.assign(**dates)[["place_no", "planned_date", "opened_date"]]
    held = [name for name in kept if name in column_names(memory, "project_village")]
    put(
        memory,
        "project_village",
        kept[held].assign(project_id="P", state="planned", evidence="declared", source_id="list"),
    )
    if "payment" in {row[0] for row in memory.execute("SELECT table_name FROM duckdb_tables()").fetchall()}:
        put(memory, "payment", pd.DataFrame([{"paid_date": as_of}]))
    return memory


def column_names(memory: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    return [row[0] for row in memory.execute(f"DESCRIBE {table}").fetchall()]


@pytest.mark.parametrize("seed", range(25))
def test_on_time_and_delay_are_those_of_planning(seed: int) -> None:
    """The same villages, told by the pure functions and by the SQL; the reference day is the latest on record."""
    rows = listed(seed)
    as_of = DAY + timedelta(160)  # later than any opening: the payment of that day is the latest record
    wanted = punctuality(rows, as_of)
    rate = answers(in_tables("on_time_rate", rows, as_of), "on_time_rate")["ZZ"]
    delay = answers(in_tables("median_delay_days", rows, as_of), "median_delay_days")["ZZ"]
    assert rate["value"] == pytest.approx(100 * wanted.on_time_rate)
    assert (rate["numerator"], rate["denominator"]) == (wanted.on_time, wanted.due)
    assert rate["left_out"] == delay["left_out"] == wanted.plan_unknown
    assert delay["numerator"] == wanted.overdue
    if wanted.median_delay_days is not None:
        assert delay["value"] == wanted.median_delay_days and pd.isna(delay["low"])
    else:
        assert delay["value"] == delay["low"] == wanted.median_at_least_days
    assert pd.Timestamp(rate["as_of"]).date() == as_of


@pytest.mark.parametrize("indicator_id", ["on_time_rate", "completion"])
@pytest.mark.parametrize("seed", range(5))
def test_the_parts_of_a_list_add_up(indicator_id: str, seed: int) -> None:
    found = answers(in_tables(indicator_id, listed(seed), DAY + timedelta(160)), indicator_id)
    for column in ("numerator", "denominator"):
        assert found["A"][column] + found["B"][column] == found["ZZ"][column] > 0


# --- what cannot be told ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "value"),
    [
        ([{"rate": 0.3}, {"rate": 0.3}], 3.5),
        ([{"rate": 0.5}, {}], 2.5),
        ([{"rate": 0.3}, {"rate": 0.4}], None),
        ([{}], None),
        (None, None),
    ],
)
def test_leverage_needs_one_rate(rules: list[dict[str, float]] | None, value: float | None) -> None:
    memory = tables("leverage")
    memory.execute("DELETE FROM meta_profile WHERE key = 'subsidy_rule'")
    if rules is not None:
        memory.execute("INSERT INTO meta_profile VALUES ('subsidy_rule', $1)", [json.dumps(rules)])
    project = {"project_id": "P", "scope": "project", "place_id": "A", "capex_yuan": 1000}
    put(memory, "project", pd.DataFrame([project | {"granted_yuan": 200, "evidence": "declared"}]))
    found = answers(memory, "leverage")["A"]["value"]
    assert found == value if value is not None else pd.isna(found)


@pytest.mark.parametrize("indicator_id", OF_PROJECTS)
def test_nothing_on_record_is_no_nought(indicator_id: str) -> None:
    memory = tables(indicator_id)
    assert answers(memory, indicator_id) == {}


@pytest.mark.parametrize("indicator_id", catalogue())
def test_what_is_left_out_is_put_into_words(indicator_id: str) -> None:
    one = catalogue()[indicator_id]
    says = "left_out" in one.query
    assert says == (one.left_out is not None)
    if one.left_out is not None:
        assert all("{n}" in words for words in one.left_out.values())


def test_words_in_one_language_are_refused(tmp_path: Path) -> None:
    text = (SQL / "leverage.sql").read_text(encoding="utf-8")
    half = tmp_path / "half.sql"
    half.write_text(text.replace('left_out = { zh = "', 'left_out = { fr = "'), encoding="utf-8")
    with pytest.raises(HeaderError, match=r"left_out: expected \{ zh = .…., en = .…. \}"):
        read_indicator(half)


# --- on the screen ----------------------------------------------------------------------------------------


def test_a_card_says_what_is_left_out_and_as_of_when() -> None:
    one = Figure("median_delay_days", "A", "day", 10, "declared", 5, 8, left_out=1_234, low=10, as_of=DAY)
    with language.speaking("zh"):
        chinese = cards.card("延期", one)
    with language.speaking("en"):
        english = cards.card("Delay", one)
    assert "另有 1,234 个村缺计划日期，未计入" in chinese and "不低于 10 天" in chinese
    assert "截至 2012-06-01" in chinese
    assert "villages left out, for want of a planned day: 1,234" in english and "at least 10 days" in english
    assert "range" not in english and "as of 2012-06-01" in english


def test_a_card_of_everything_says_nothing_of_that() -> None:
    with language.speaking("en"):
        assert "left out" not in cards.card("Paid", Figure("share_paid", "A", "percent", 50, "declared"))


def test_completion_above_a_hundred_shows_its_fraction() -> None:
    one = Figure("completion", "A", "percent", 100 * 598 / 593, "declared", 598, 593)
    with language.speaking("en"):
        card = cards.card("Completion", one)
    assert "100.8" in card and "598/593" in card


# --- built atlases ----------------------------------------------------------------------------------------


def test_the_mini_countrys_project(mini: Profile) -> None:
    """svet-1: 4 planned, 4 opened, due nowhere; a profile without subsidy rules has no leverage."""
    mini.build()
    atlas = current(mini.build_dir)
    done = figure(atlas, "completion", "ZZ")
    assert (done.value, done.numerator, done.denominator, done.left_out) == (100, 4, 4, 0)
    assert figure(atlas, "leverage", "ZZ").value is None
    assert figure(atlas, "leverage", "ZZ").left_out == 1  # no subsidy is known
    late = figure(atlas, "on_time_rate", "ZZ")
    assert late.value is None and late.left_out == 4
    assert late.as_of == date(2012, 9, 1)  # its acceptance is the latest record


@pytest.mark.national
def test_yongzhou_and_chengde(national_atlas: Atlas, ask_nation: Ask) -> None:
    """593 planned and 598 opened on time; projects that do not say what was opened are left out of the nation's
    rate.
    """
    done = figure(national_atlas, "completion", "431100")
    assert (done.numerator, done.denominator) == (598, 593)
    assert done.value == pytest.approx(100.843, abs=0.001)
    nation = figure(national_atlas, "completion", "100000")
    opened, planned = (
        598 + 736 + 495 + 140,
        593 + 736 + 510 + 140,
    )  # Yongzhou, Chengde, Altay, four places of Hubei
    assert (nation.numerator, nation.denominator) == (opened, planned) and nation.left_out == 15
    assert figure(national_atlas, "on_time_rate", "431100").value == 100
    assert figure(national_atlas, "on_time_rate", "431100").as_of == date(2024, 10, 31)
    assert figure(national_atlas, "median_delay_days", "431100").value == 0
    assert figure(national_atlas, "inspection_coverage", "130800").value is None
    assert figure(national_atlas, "inspection_coverage", "130800").denominator == 736
    for unknown in ("subsidy_per_village", "leverage", "share_paid", "acceptance_pass_rate"):
        assert figure(national_atlas, unknown, "431100").value is None
