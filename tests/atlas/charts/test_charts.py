"""The charts: no number lost, no line across standards, nothing fetched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest

from atlas.charts import axes, history_points, labels, published_history, series
from atlas.charts import points as chart_points
from atlas.look import colours

TOKENS = colours.tokens("light")
PUBLISHED = [
    ("telephone", "电话", "2000-12-31", 82.9, "="),
    ("telephone", "电话", "2003-12-31", 89, "~"),
    ("telephone", "电话", "2005-12-31", 95, "target"),
    ("fibre", "光纤", "2018-09-30", 96, "="),
    ("4g", "4G", "2018-09-30", 95, "="),
    ("fibre", "光纤", "2019-10-31", 98, ">"),
    ("4g", "4G", "2019-10-31", 98, ">"),
    ("broadband", "宽带", "2021-11-30", 100, "="),
    ("5g", "5G", "2023-12-31", 80, ">"),
    ("5g", "5G", "2024-06-30", 90, ">="),
]


def _published(rows: list[tuple[str, str, str, float, str]] | None = None) -> pd.DataFrame:
    columns = ["standard", "label", "date", "value_percent", "qualifier"]
    frame = pd.DataFrame(PUBLISHED if rows is None else rows, columns=columns)
    return frame.assign(quotation="大约89%能够通上电话", source="工业和信息化部")


def _history(lang: str = "zh", **options: Any) -> dict[str, Any]:
    spec: dict[str, Any] = published_history.published_history(_published(), TOKENS, lang, **options).to_dict()
    return spec


def _rows(spec: dict[str, Any], layer: dict[str, Any]) -> list[dict[str, Any]]:
    data: Any = layer.get("data") or spec["data"]
    rows: list[dict[str, Any]] = spec["datasets"][data["name"]]
    return rows


def _layers(spec: dict[str, Any], mark: str) -> list[dict[str, Any]]:
    return [layer for layer in spec["layer"] if layer["mark"]["type"] == mark]


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key != "$schema":
                yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
    elif isinstance(value, str):
        yield value


def test_no_published_number_is_lost() -> None:
    spec = _history()
    shown = {(row["standard"], row["value_percent"]) for row in _rows(spec, _layers(spec, "point")[0])}
    assert shown == {(standard, float(value)) for standard, _, _, value, _ in PUBLISHED}
    labels = [row["text"] for layer in _layers(spec, "text") for row in _rows(spec, layer) if "text" in row]
    earlier = ["电话 82.9", "电话 约 89", "电话 目标 95", "光纤 96", "4G 95", "光纤 >98", "4G >98"]
    assert sorted(labels) == sorted([*earlier, "宽带 100", "5G >80", "5G ≥90"])


def test_no_line_crosses_standards_and_targets_are_not_joined() -> None:
    spec = _history()
    (line,) = _layers(spec, "line")
    assert line["encoding"]["detail"]["field"] == "stretch"
    standards = defaultdict(set)
    for row in _rows(spec, line):
        standards[row["stretch"]].add(row["standard"])
    assert all(len(inside) == 1 for inside in standards.values())
    assert ("telephone", 95) not in {(row["standard"], row["value_percent"]) for row in _rows(spec, line)}


def test_two_definitions_of_one_standard_are_two_lines() -> None:
    rows = [("broadband", "宽带 ≥ 4 Mbps", "2014-12-31", 90.0, "="), *PUBLISHED[7:8]]
    spec = published_history.published_history(_published(rows), TOKENS, "zh").to_dict()
    (line,) = _layers(spec, "line")
    assert len({row["stretch"] for row in _rows(spec, line)}) == 2


def test_no_line_leads_through_an_upper_bound_or_from_one_count_to_another() -> None:
    rows = [
        ("broadband", "宽带", "2013-12-31", 91.0, "="),
        ("broadband", "宽带", "2015-12-31", 70.0, "<"),
        ("broadband", "宽带", "2017-12-31", 96.0, ">"),
    ]
    frame = _published(rows).assign(unit="percent of administrative villages")
    census = _published([("broadband", "宽带", "2016-12-31", 89.9, "=")]).assign(unit="percent of villages")
    spec = published_history.published_history(pd.concat([frame, census]), TOKENS, "zh").to_dict()
    (line,) = _layers(spec, "line")
    stretches = [row["stretch"] for row in _rows(spec, line)]
    assert len(stretches) == 3 == len(set(stretches))  # the bound is on no line, the others on one of their own
    shapes = {row["published"]: row["shape"] for row in _rows(spec, _layers(spec, "point")[0])}
    assert shapes["<70"] == "triangle-down"


def test_a_lower_bound_beside_a_value_of_the_day_is_on_no_line() -> None:
    rows = [
        ("5g", "5G", day, value, sign)
        for day, value, sign in (("2023-12-31", 80.0, ">"), ("2025-12-31", 95.0, "="), ("2025-12-31", 90.0, ">"))
    ]
    points = history_points.placed_points(_published(rows)).points
    joined = points.set_index(["value_percent"])["is_joined"].to_dict()
    assert joined == {80.0: True, 95.0: True, 90.0: False}


@pytest.mark.parametrize("last", ["2016-03-31", "2018-12-31", "2026-01-31", "2055-12-31"])
def test_an_axis_never_writes_one_year_twice(last: str) -> None:
    axis = axes.time_axis(date(2015, 12, 31), date.fromisoformat(last), most=5).to_dict()
    years = int(last[:4]) - 2015 + 1
    if axis["format"] == "%Y":
        assert axis["tickCount"]["interval"] == "year" and years / axis["tickCount"]["step"] <= 5
    else:
        assert years <= 2


def test_what_counts_something_else_is_not_joined_and_a_repeated_value_is_labelled_once() -> None:
    rows = [("fibre", "光纤", f"{year}-12-31", 98.0, ">") for year in (2018, 2019, 2020)]
    rows.append(("fibre", "光纤", "2015-12-31", 70.0, "<"))
    frame = _published(rows).assign(definition=["share", "share", "share", "census"])
    points = history_points.placed_points(frame).points
    assert points.groupby("definition")["series"].nunique().to_dict() == {"census": 1, "share": 1}
    assert points["series"].nunique() == 2
    assert points["text"].tolist() == ["光纤 <70", "光纤 >98", "", ""]
    assert points["shape"].tolist() == ["triangle-down", *["triangle-up"] * 3]


def test_shapes_tell_published_from_bounds_and_targets() -> None:
    spec = _history()
    shapes = {row["qualifier"]: row["shape"] for row in _rows(spec, _layers(spec, "point")[0])}
    assert shapes == {
        "=": "circle",
        "~": "circle",
        ">": "triangle-up",
        ">=": "triangle-up",
        "target": "diamond",
    }
    filled, hollow = _layers(spec, "point")
    assert (filled["mark"]["filled"], hollow["mark"]["filled"]) == (True, False)


def test_words_are_in_the_language_asked_for() -> None:
    texts = set(_strings(_history("en")))
    assert "电话 about 89" in texts and "no published value held here" in texts
    assert "本图未收录公布值" in set(_strings(_history("zh")))


@pytest.mark.parametrize("width_px", [358, 1200])
def test_labels_touch_neither_each_other_nor_the_edge(width_px: int) -> None:
    points = history_points._published_points(_published())
    bands = history_points._bands(points)
    x_domain, y_domain = (bands[0][0], bands[-1][1]), (75.0, 101.5)
    placed = labels.with_label_places(points, x_domain, y_domain, width_px)
    days = (x_domain[1] - x_domain[0]).days
    boxes = []
    for row in placed[placed["place"] != ""].itertuples():
        x = (row.date.date() - x_domain[0]).days / days * width_px
        y = (101.5 - row.value_percent) / 26.5 * axes.HISTORY_HEIGHT_PX
        boxes.append(labels._label_box(row.text, x, y, row.place))
    assert all(box.left >= 0 and box.right <= width_px for box in boxes)
    assert not [1 for i, box in enumerate(boxes) for other in boxes[:i] if box.hits(other)]
    assert len(boxes) == len(placed) or width_px == 358  # on a phone not all ten have room


def test_bands_have_no_holes_and_name_the_silence() -> None:
    bands = history_points._bands(history_points._published_points(_published()))
    assert [name for _, _, name in bands] == ["电话", "本图未收录公布值", "光纤 · 4G", "宽带", "5G"]
    assert all(earlier[1] == later[0] for earlier, later in pairwise(bands))


def test_given_bands_are_used() -> None:
    bands = [(date(2000, 1, 1), date(2010, 1, 1), "电话（部）"), (date(2010, 1, 1), date(2026, 1, 1), "其他")]
    assert {"电话（部）", "其他"} <= set(_strings(_history(bands=bands)))


@pytest.mark.parametrize("frame", [_published(), _published([])])
def test_nothing_is_fetched_and_the_width_is_the_containers(frame: pd.DataFrame) -> None:
    spec = published_history.published_history(frame, TOKENS, "zh").to_dict()
    assert not [text for text in _strings(spec) if "://" in text or text.startswith("//")]
    assert (spec["width"], spec["height"]) == ("container", axes.HISTORY_HEIGHT_PX)


def test_colours_are_the_tokens_of_the_theme() -> None:
    for name in colours.THEMES:
        tokens = colours.tokens(name)
        spec = published_history.published_history(_published(), tokens, "zh").to_dict()
        scale = _layers(spec, "line")[0]["encoding"]["color"]["scale"]
        assert dict(zip(scale["domain"], scale["range"], strict=True)) == {
            standard: tokens[f"standard_{standard}"] for standard in scale["domain"]
        }


def test_a_standard_of_another_profile_gets_a_free_colour() -> None:
    assert axes.colour_range(["fibre", "satellite", "radio"], TOKENS)[0] == TOKENS["standard_fibre"]
    assert len(set(axes.colour_range(["fibre", "satellite", "radio"], TOKENS))) == 3


# --- one place --------------------------------------------------------------------------------------


def _series(values: list[float | None], evidence: list[str]) -> dict[str, Any]:
    dates = [f"{2015 + i}-12-31" for i in range(len(values))]
    frame = pd.DataFrame({"date": dates, "value_percent": values, "evidence": evidence})
    spec: dict[str, Any] = series.series(frame, TOKENS, "zh").to_dict()
    return spec


def test_simulated_parts_are_dashed_and_hollow() -> None:
    spec = _series([60.0, 70.0, 80.0], ["simulated", "declared", "measured"])
    (rule,) = _layers(spec, "rule")
    assert [row["is_firm"] for row in _rows(spec, rule)] == [False, True]
    assert rule["encoding"]["strokeDash"]["condition"]["value"] == [1, 0]
    assert [layer["mark"]["filled"] for layer in _layers(spec, "point")] == [True, False]


def test_an_unknown_rate_is_a_gap_and_never_zero() -> None:
    spec = _series([60.0, None, 80.0, 99.97], ["declared"] * 4)
    assert [row["value_percent"] for row in _rows(spec, _layers(spec, "rule")[0])] == [80.0]
    shown = [row["value_percent"] for row in _rows(spec, _layers(spec, "point")[0])]
    assert shown == [60.0, 80.0, 99.97]
    assert [row["text"] for row in _rows(spec, _layers(spec, "text")[0])] == ["60.0%", ">99.9%"]


def test_a_place_without_any_rate_draws_an_empty_chart() -> None:
    spec = _series([None, None], ["simulated"] * 2)
    assert _rows(spec, _layers(spec, "rule")[0]) == []


def test_two_standards_of_a_place_are_not_joined() -> None:
    frame = pd.DataFrame(
        {
            "standard": ["fibre", "4g"],
            "label": ["光纤", "4G"],
            "date": ["2015-12-31", "2018-09-30"],
            "value_percent": [60.0, 90.0],
            "evidence": ["simulated", "simulated"],
        }
    )
    spec = series.series(frame, TOKENS, "zh").to_dict()
    assert _rows(spec, _layers(spec, "rule")[0]) == []


def _places(evidence: list[str], values: list[float]) -> pd.DataFrame:
    ids = ["01", "02", "03"]
    return pd.DataFrame(
        {"place_id": ids, "name": ids, "name_en": None, "value": values, "unknown": 0, "evidence": evidence}
    )


def test_one_simulated_place_among_declared_ones_makes_no_ranking() -> None:
    """Neither in one answer nor where only the later of two is simulated."""
    declared, mixed = ["declared"] * 3, ["declared", "declared", "simulated"]
    ranked = chart_points.standing(_places(declared, [1.0, 3.0, 2.0]))
    assert ranked["place_id"].tolist() == ["02", "03", "01"] and len(chart_points.first(ranked, 2)) == 2
    by_code = chart_points.standing(_places(mixed, [1.0, 3.0, 2.0]))
    assert by_code["place_id"].tolist() == ["01", "02", "03"] and len(chart_points.first(by_code, 2)) == 3
    both = chart_points.changes(_places(declared, [4.0, 9.0, 6.0]), _places(mixed, [1.0, 3.0, 2.0]))
    assert both["place_id"].tolist() == ["01", "02", "03"] and both["change"].tolist() == [-3.0, -6.0, -4.0]
    assert chart_points.is_simulated(both)
