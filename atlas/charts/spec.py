"""A chart as Streamlit sends it: Vega-Lite, its tables as Arrow. Building this is what a chart costs a page."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import altair as alt
import pyarrow as pa
from altair.utils.schemapi import debug_mode


def spec(make: Callable[[], alt.LayerChart]) -> dict[str, Any]:
    """A chart for `st.vega_lite_chart`.

    Without Altair's own check of every part: that takes most of a page's time, and the tests draw the same charts
    with it. The tables are turned into Arrow here, where it is kept with the chart, not again at every rerun.
    """
    with debug_mode(False):
        drawn: dict[str, Any] = make().to_dict(validate=False)
    config = drawn.get("config", {})
    drawn["config"] = config | {"mark": config.get("mark", {}) | {"aria": False}}  # nameless marks are noise
    return drawn | {"datasets": {name: _arrow(rows) for name, rows in drawn.get("datasets", {}).items()}}


def _arrow(rows: list[dict[str, Any]]) -> bytes:
    """A table as an Arrow stream."""
    table = pa.table({name: _column([row.get(name) for row in rows]) for name in (rows[0] if rows else ())})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def _column(values: list[Any]) -> pa.Array:
    """A column; whole and broken numbers together are broken ones, and what is not a number is missing."""
    known = [None if isinstance(value, float) and math.isnan(value) else value for value in values]
    try:
        return pa.array(known)
    except pa.ArrowInvalid:
        return pa.array(known, pa.float64())
