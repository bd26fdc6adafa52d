"""`measure`: one row per place shown, parts that add up, and a question that cannot be answered is an error."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from mini_profile import Ask

from ground.evidence import EVIDENCE, weakest
from indicators.catalogue import catalogue
from indicators.database import Atlas
from indicators.figure import Figure
from indicators.measure import (
    COLUMNS,
    DemonstrationOnly,
    UnknownQuestion,
    figure,
    figure_of,
    lineage,
    measure,
)

DAY = date(2010, 12, 31)
DAYS = [date(2010, 12, 31), date(2012, 12, 31), date(2014, 12, 31)]
LEVELS = ("country", "region", "district", "ward")
ALL = tuple(catalogue())
ADDITIVE = ("unconnected_villages", "villages_in_pilots", "pilot_project_villages")


def asked(
    atlas: Atlas, indicator_id: str, level: str | None, within: str = "ZZ", day: date | None = DAY
) -> pd.DataFrame:
    return measure(atlas, indicator_id, within=within, level=level, standard="wire", as_of=day, demonstration=True)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("indicator_id", ALL)
def test_one_row_for_every_place_shown(mini_atlas: Atlas, ask: Ask, indicator_id: str, level: str) -> None:
    frame = asked(mini_atlas, indicator_id, level)
    shown = [row[0] for row in ask("SELECT place_id FROM place_at WHERE level = $1 ORDER BY 1", [level])]
    assert frame["place_id"].tolist() == shown
    assert list(frame.columns) == ["place_id", "name", "name_en", "level", *COLUMNS]
    assert frame["evidence"].isin(EVIDENCE).all()
    assert frame["source_id"].str.len().gt(0).all()


@pytest.mark.parametrize("indicator_id", ALL)
def test_one_row_for_one_place(mini_atlas: Atlas, indicator_id: str) -> None:
    frame = asked(mini_atlas, indicator_id, None, within="0102")
    assert frame["place_id"].tolist() == ["0102"]
    assert frame["level"].tolist() == ["district"]


def test_only_places_inside_the_one_asked_for(mini_atlas: Atlas) -> None:
    assert asked(mini_atlas, "pilots", "ward", within="0102")["place_id"].tolist() == [
        "010201",
        "010202",
        "010203",
    ]
    assert asked(mini_atlas, "pilots", "district", within="0200")["place_id"].tolist() == [
        "0200-district",
        "020301",
        "020302",
    ]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("indicator_id", ADDITIVE)
def test_the_parts_add_up_at_every_level(mini_atlas: Atlas, indicator_id: str, level: str) -> None:
    parts = asked(mini_atlas, indicator_id, level)["value"].sum()
    [whole] = asked(mini_atlas, indicator_id, None)["value"]
    assert parts == whole > 0


@pytest.mark.parametrize("level", LEVELS)
def test_shares_are_of_the_same_counts(mini_atlas: Atlas, level: str) -> None:
    gap, rate = (asked(mini_atlas, one, level) for one in ("unconnected_share", "connection_rate"))
    assert gap["denominator"].equals(rate["denominator"])
    known = gap["value"].notna()
    assert (gap["value"] + rate["value"])[known].to_numpy() == pytest.approx(100)
    assert (gap["numerator"] + rate["numerator"])[known].equals(gap["denominator"][known])


def test_nothing_known_is_missing_and_never_nought(mini_atlas: Atlas) -> None:
    frame = asked(mini_atlas, "unconnected_villages", "ward").set_index("place_id")
    for place_id in ("010203", "0900"):  # no programme villages; no villages at all
        assert pd.isna(frame.loc[place_id, "value"])
    assert pd.isna(asked(mini_atlas, "connection_rate", None, "0900")["value"].iloc[0])
    assert frame.loc["010101", "value"] >= 0


def test_before_its_start_a_standard_is_not_applicable_and_not_nought(mini_atlas: Atlas) -> None:
    frame = measure(mini_atlas, "unconnected_villages", within="ZZ", level="region", standard="radio", as_of=DAY)
    assert frame["value"].isna().all()


def test_population_is_unknown_where_the_register_has_none(mini_atlas: Atlas) -> None:
    assert asked(mini_atlas, "population_weighted_gap", "region")["value"].isna().all()
    assert asked(mini_atlas, "investment_per_household", "region")["value"].isna().all()


def test_all_dates_of_a_standard(mini_atlas: Atlas) -> None:
    frame = asked(mini_atlas, "connection_rate", None, day=None)
    assert [pd.Timestamp(day).date() for day in frame["as_of"]] == DAYS
    assert frame["value"].is_monotonic_increasing
    for row, day in zip(frame.to_dict("records"), DAYS, strict=True):
        [alone] = asked(mini_atlas, "connection_rate", None, day=day)["value"]
        assert row["value"] == alone


def test_all_dates_of_many_places(mini_atlas: Atlas) -> None:
    frame = asked(mini_atlas, "unconnected_villages", "region", day=None)
    assert frame.groupby("place_id").size().to_dict() == {"0100": 3, "0200": 3, "0900": 1}


def test_distance_is_the_median_of_the_villages_under_a_place(mini_atlas: Atlas, ask: Ask) -> None:
    for level in LEVELS:
        frame = asked(mini_atlas, "distance_to_connected", level)
        for place_id, value, count in zip(frame["place_id"], frame["value"], frame["numerator"], strict=True):
            [(median, villages)] = ask(
                "SELECT median(wire_2010_12_31), count(wire_2010_12_31) FROM village_distance_km JOIN village USING "
                "(place_no) "
                "JOIN place_within AS w ON w.place_id = ward_id WHERE w.ancestor_id = $1",
                [place_id],
            )
            if villages:
                assert (value, count) == (pytest.approx(median), villages), place_id
            else:
                assert pd.isna(value)
    assert asked(mini_atlas, "distance_to_connected", "district")["value"].notna().sum() >= 4


def test_money_is_declared_or_a_range(mini_atlas: Atlas) -> None:
    frame = asked(mini_atlas, "investment_per_village", "district").set_index("place_id")
    declared, modelled = frame.loc["0200-district"], frame.loc["0101"]
    assert declared["value"] == 250_000 and pd.isna(declared["low"])
    assert (declared["evidence"], declared["source_id"]) == ("declared", "projects")
    assert (modelled["low"], modelled["value"], modelled["high"]) == (150_000, 200_000, 400_000)
    assert (modelled["evidence"], modelled["source_id"]) == ("modelled", "costs")
    assert pd.isna(frame.loc["020301", "value"])  # in no pilot


# --- questions that cannot be answered ------------------------------------------------------------------


@pytest.mark.parametrize("indicator_id", [one for one in ALL if catalogue()[one].of_standard])
@pytest.mark.parametrize(
    "changed",
    [
        {"standard": "telegraph"},
        {"standard": None},
        {"as_of": date(1999, 1, 1)},
    ],
)
def test_an_unknown_standard_or_date(
    mini_atlas: Atlas, indicator_id: str, changed: dict[str, str | date | None]
) -> None:
    question = {"within": "ZZ", "standard": "wire", "as_of": DAY, "demonstration": True} | changed
    with pytest.raises(UnknownQuestion, match="no status"):
        measure(mini_atlas, indicator_id, **question)  # type: ignore[arg-type]


@pytest.mark.parametrize("indicator_id", ALL)
@pytest.mark.parametrize("level", ["county", "settlement", "", "ward; DROP TABLE place"])
def test_an_unknown_level(mini_atlas: Atlas, indicator_id: str, level: str) -> None:
    with pytest.raises(UnknownQuestion, match="no level"):
        asked(mini_atlas, indicator_id, level)


@pytest.mark.parametrize("indicator_id", ALL)
@pytest.mark.parametrize("level", [None, "ward"])
@pytest.mark.parametrize("place", ["9999", "", "' OR 1=1 --", "010101100"])
def test_an_unknown_place(mini_atlas: Atlas, indicator_id: str, level: str | None, place: str) -> None:
    with pytest.raises(UnknownQuestion, match="no place"):
        asked(mini_atlas, indicator_id, level, within=place)


def test_an_unknown_indicator(mini_atlas: Atlas) -> None:
    with pytest.raises(UnknownQuestion, match="no indicator 'happiness'; there are unconnected_villages"):
        measure(mini_atlas, "happiness", within="ZZ")
    with pytest.raises(UnknownQuestion, match="no indicator"):
        figure(mini_atlas, "happiness", "ZZ")


@pytest.mark.parametrize("indicator_id", [one for one in ALL if catalogue()[one].of_standard])
def test_one_figure_needs_a_date(mini_atlas: Atlas, indicator_id: str) -> None:
    with pytest.raises(UnknownQuestion, match="needs a date"):
        figure(mini_atlas, indicator_id, "ZZ", standard="wire", demonstration=True)


def test_a_demonstration_is_shown_on_request_only(mini_atlas: Atlas) -> None:
    demonstrations = [one for one in ALL if catalogue()[one].is_demonstration]
    assert demonstrations == ["distance_to_connected"]
    with pytest.raises(DemonstrationOnly, match="demonstration only"):
        measure(mini_atlas, "distance_to_connected", within="ZZ", standard="wire", as_of=DAY)
    with pytest.raises(DemonstrationOnly):
        figure(mini_atlas, "distance_to_connected", "ZZ", standard="wire", as_of=DAY)


# --- figures --------------------------------------------------------------------------------------------


def test_a_figure_has_all_that_must_be_said(mini_atlas: Atlas, ask: Ask) -> None:
    [(connected, unconnected, unknown)] = ask(
        "SELECT connected, unconnected, unknown FROM status_count WHERE place_id = 'ZZ' AND standard = 'wire' AND "
        "as_of = $1",
        [DAY],
    )
    assert figure(mini_atlas, "connection_rate", "ZZ", standard="wire", as_of=DAY) == Figure(
        indicator="connection_rate",
        place_id="ZZ",
        unit="percent",
        value=100 * connected / (connected + unconnected),
        evidence="simulated",
        numerator=connected,
        denominator=connected + unconnected,
        unknown=unknown,
        simulated=connected + unconnected,
        standard="wire",
        as_of=DAY,
        source_ids=("status",),
    )


@pytest.mark.parametrize("place", ["ZZ", "0102", "010201"])
@pytest.mark.parametrize("indicator_id", ALL)
def test_a_figure_says_what_the_row_of_its_place_says(mini_atlas: Atlas, indicator_id: str, place: str) -> None:
    [row] = [one for _, one in asked(mini_atlas, indicator_id, None, within=place).iterrows()]
    one = figure(mini_atlas, indicator_id, place, standard="wire", as_of=DAY, demonstration=True)
    assert one == figure_of(catalogue()[indicator_id], row, standard="wire", as_of=DAY)


def test_a_figure_of_no_standard_names_none(mini_atlas: Atlas) -> None:
    one = figure(mini_atlas, "investment_per_village", "0101", standard="wire", as_of=DAY)
    assert one.standard is None and one.as_of is None
    assert (one.low, one.value, one.high) == (150_000, 200_000, 400_000)
    assert one.source_ids == ("costs",)


def test_a_figure_of_nothing_known_has_no_value(mini_atlas: Atlas) -> None:
    one = figure(mini_atlas, "unconnected_villages", "0900", standard="wire", as_of=DAY)
    assert one.value is None and one.numerator is None
    assert one.evidence == "simulated"  # what it would rest on
    assert one.source_ids


def test_lineage_names_the_sources_of_the_tables(mini_atlas: Atlas) -> None:
    assert lineage(mini_atlas, "connection_rate") == ("register", "status")
    assert lineage(mini_atlas, "distance_to_connected") == ("maps", "register", "status")
    assert lineage(mini_atlas, "investment_per_village") == (
        "costs",
        "pilots_2010",
        "projects",
        "register",
        "status",
    )
    assert lineage(mini_atlas, "pilots") == ("pilots_2010", "projects", "register", "status")


@pytest.mark.parametrize("indicator_id", ALL)
def test_where_a_row_names_no_evidence_it_is_the_weakest_of_the_lineage(
    mini_atlas: Atlas, ask: Ask, indicator_id: str
) -> None:
    """A place without an answer, so that nothing but the lineage can tell."""
    frame = asked(mini_atlas, indicator_id, None, within="0900")
    kinds = [
        row[0]
        for row in ask(
            "SELECT evidence::TEXT FROM meta_source WHERE list_contains($1, source_id)",
            [list(lineage(mini_atlas, indicator_id))],
        )
    ]
    assert frame["evidence"].tolist() == [weakest(kinds)]
    assert frame["source_id"].tolist() == [";".join(lineage(mini_atlas, indicator_id))]


def test_the_weakest_evidence() -> None:
    assert weakest(["declared"]) == "declared"
    assert weakest(["measured", "simulated", "declared"]) == "simulated"
    assert weakest(["modelled", "assumed"]) == "assumed"
    with pytest.raises(ValueError, match="empty"):
        weakest([])
