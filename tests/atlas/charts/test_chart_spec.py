"""A chart as it is sent holds the rows that Altair would have sent, and the same drawing."""

from __future__ import annotations

import altair as alt
import pandas as pd
import pyarrow as pa
import pytest

from atlas.charts import spec

ROWS = pd.DataFrame(
    {
        "n": [1, 2, None],
        "mixed": pd.Series([1, 2.5, None], dtype=object),
        "word": pd.Series(["通村", None, "a"], dtype=object),
        "day": pd.to_datetime(["2016-12-31", "2017-06-30", "2018-01-01"]),
        "is_so": [True, False, True],
    }
)


def chart() -> alt.LayerChart:
    base = alt.Chart(ROWS)
    return alt.layer(base.mark_line().encode(x="day:T", y="n:Q"), base.mark_text().encode(text="word:N"))


def test_the_tables_are_those_of_the_chart() -> None:
    wanted, sent = chart().to_dict(), spec.spec(chart)
    wanted["config"] = wanted.get("config", {}) | {"mark": {"aria": False}}
    assert {name: value for name, value in sent.items() if name != "datasets"} == {
        name: value for name, value in wanted.items() if name != "datasets"
    }
    [rows], [stream] = wanted["datasets"].values(), sent["datasets"].values()
    with pa.ipc.open_stream(stream) as reader:
        held = reader.read_all().to_pylist()
    assert held == [{name: None if value != value else value for name, value in row.items()} for row in rows]  # noqa: PLR0124
    assert [row["mixed"] for row in held] == [1, 2.5, None] and held[1]["word"] is None


def test_what_is_no_number_among_numbers_is_refused() -> None:
    held = pd.DataFrame({"n": pd.Series([1, "x"], dtype=object)})
    with pytest.raises((pa.ArrowInvalid, pa.ArrowTypeError)):
        spec.spec(lambda: alt.layer(alt.Chart(held).mark_point().encode(x="n:Q")))
