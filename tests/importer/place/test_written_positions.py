"""Coordinates as people write them, alone and two in a cell; what has two readings is none."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.convert.declared import declaration
from importer.convert.reading import batches
from importer.errors import DeclarationProblem
from importer.place import written

RIGHT = 111 + 4 / 60 + 32.4 / 3600
COUNTRY = (73.5, 3.4, 135.1, 53.6)


def degrees(*texts: str) -> list[float | None]:
    """Each number, None for `not_a_coordinate`."""
    done = written.degrees(pd.Series(texts, dtype=object))
    return [None if rule else float(value) for value, rule in zip(done.values, done.problem, strict=True)]


def pairs(*texts: str, order: str = "lat lon") -> list[tuple[float, float] | None]:
    cells = pd.Series(texts, dtype=object)
    lon, lat = (written.points(cells, order, axis) for axis in ("lon", "lat"))
    assert lon.problem.tolist() == lat.problem.tolist()
    return [None if rule else (a, b) for a, b, rule in zip(lon.values, lat.values, lon.problem, strict=True)]


@pytest.mark.parametrize(
    "text",
    [
        "111°4′32.4″",
        "111°4'32.4\"",
        "111º4'32,4''",
        "111度4分32.4秒",
        "东经111°4′32.4″",
        "东经：111°4′32.4″",
        "E111°4'32.4\"",
        "111°4’32.4”E",
        "111d4m32.4s",
        "111:4:32.4",
        "111-4-32.4",
        "111 4 32.4",
        "111 04 32.4",
        "111°4.54′",
        "111 4.54",
        "111:4.54",
        "E111.075666667",
        "111.075666667E",
        "东经111.075666667°",
        "经度111.075666667",
        "１１１．０７５６６６６６７",
    ],
)
def test_one_place_in_many_ways(text: str) -> None:
    assert degrees(text) == [pytest.approx(RIGHT)]


@pytest.mark.parametrize(
    "text",
    [
        "111 60 3",
        "111°4′60″",
        "111°60′",
        "111 4",
        "111-4",
        "111'4",
        "111.5°4'",
        "-111°4′E",
        "181°",
        "2016-08-30",
        "E111W",
    ],
)
def test_what_is_no_coordinate(text: str) -> None:
    assert degrees(text) == [None]


def test_metres_keep_their_groups_of_three() -> None:
    assert degrees("652 000", "6 862 000.5", "37507551.34", "1 234 567") == [
        652_000,
        6_862_000.5,
        37_507_551.34,
        1_234_567,
    ]


def test_sides_and_signs() -> None:
    assert degrees("70°30'W", "70.5 W", "西经70.5", "12°30'S", "南纬12.5", "-12.5") == [
        -70.5, -70.5, -70.5, -12.5, -12.5, -12.5,
    ]  # fmt: skip


@given(st.integers(0, 179), st.integers(0, 59), st.integers(0, 599))
def test_degrees_minutes_seconds_are_one_number(d: int, m: int, tenths: int) -> None:
    s = f"{tenths / 10:g}"
    texts = [f"{d}°{m}′{s}″", f"{d}:{m}:{s}", f"{d}-{m}-{s}", f"{d} {m} {s}", f"E{d}°{m}'{s}\"", f"{d}度{m}分{s}秒"]
    # "5 100 …" would be thousands, but minutes have two figures.
    assert degrees(*texts) == [pytest.approx(d + m / 60 + tenths / 36000)] * len(texts)


@given(st.text("0123456789 .,:-°′″'\"度分秒东经北纬EWNSdmso;()", max_size=24))
def test_no_text_is_read_beyond_reason(text: str) -> None:
    """A text with a degree sign, a side, or divided in three is never metres."""
    [found] = degrees(text)
    if found is not None and any(sign in text for sign in "°′″度分秒东经北纬:EWNS"):
        assert math.isnan(found) or abs(found) <= 180
    for order in written.ORDERS:
        pairs(text, order=order)


@pytest.mark.parametrize(
    "text",
    [
        "26.3804 111.07567 182.4 4.8",  # Kobo: height and accuracy behind
        "26.3804,111.07567",
        "26.3804, 111.07567",
        "26.3804; 111.07567",
        "(26.3804, 111.07567)",
        "26,3804 111,07567",
        "POINT (111.07567 26.3804)",
        "POINT Z(111.07567 26.3804 182)",
        "SRID=4326;POINT(111.07567 26.3804)",
        "E111.07567 N26.3804",
        "北纬26.3804°，东经111.07567°",
        "经度:111.07567 纬度:26.3804",
    ],
)
def test_two_in_one_cell(text: str) -> None:
    assert pairs(text) == [pytest.approx((111.07567, 26.3804))]


def test_order_counts_where_no_side_is_told() -> None:
    assert pairs("111.07567,26.3804", order="lon lat") == [(111.07567, 26.3804)]
    assert pairs("26 22 49.4 111 4 32.4") == [pytest.approx((RIGHT, 26 + 22 / 60 + 49.4 / 3600))]
    assert pairs("111.07567 26.3804", "POINT (1 2)", order="wkt") == [None, (1, 2)]
    assert pairs("111 4 26 22", "26.3804", "N26 N27", "a b", "x" * 300) == [None] * 5
    [nothing] = pairs("POINT EMPTY")
    assert nothing is not None and np.isnan(nothing).all()


def body(point: Any) -> dict[str, Any]:
    return {"kind": "villages", "columns": {"code": "代码", "point": point}}


def test_a_point_is_declared_like_a_column(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('代码,坐标\n1,"26.38,111.07"\n2,"111.07,26.38"\n3,不详\n4,无人\n', encoding="utf-8")
    made = declaration(body({"column": "坐标", "order": "lat lon"}), "a.toml", ["nation", "county"], COUNTRY)
    [batch] = batches(made, [path])
    assert batch.rows[["lon", "lat"]].iloc[0].tolist() == [111.07, 26.38]
    said = batch.findings[["position", "rule", "value"]].values.tolist()
    assert said == [[3, "not_a_coordinate", "无人"], [1, "coordinates_swapped", "111.07,26.38"]]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"code": "a", "point": "b"}, "point.order"),
        ({"code": "a", "point": {"column": "b", "order": "up down"}}, "lon lat"),
        ({"code": {"column": "a", "order": "lat lon"}, "population_persons": "b"}, "it is for point"),
    ],
)
def test_an_order_is_for_points_and_points_have_one(columns: dict[str, Any], message: str) -> None:
    with pytest.raises(DeclarationProblem, match=message):
        declaration({"kind": "villages", "columns": columns}, "a.toml", ["nation", "county"])
