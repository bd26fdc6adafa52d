"""What charts of time share: axes, marks, the dress of the theme, colours of standards.

Show charts with `st.altair_chart(chart, theme=None)`. Everything a chart needs is inside it: Vega fetches nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import altair as alt
import pandas as pd

from atlas.look import figures

HISTORY_HEIGHT_PX = 240

LABEL_PX = 12

YEAR = timedelta(days=365)

MEASURED_OR_PUBLISHED = ("measured", "declared")

Tokens = dict[str, str]


def pairs_of(frame: pd.DataFrame, one: str, other: str) -> Iterator[tuple[Any, Any]]:
    return zip(frame[one], frame[other], strict=True)


def percent_axis() -> alt.Axis:
    """A light grid; the unit stands in the chart's subtitle, once."""
    return alt.Axis(title=None, grid=True, ticks=False, domain=False, tickCount=6, labelPadding=8)


def time_axis(first: date, last: date, most: int) -> alt.Axis:
    """A tick a year, or every second, fifth or tenth one: a year is never written twice. Months where it is short."""
    if figures.is_missing(first) or (last - first).days < 2 * YEAR.days:
        return alt.Axis(format="%Y-%m", title=None, grid=False, tickCount=min(most, 4))
    years = last.year - first.year + 1
    step = next((one for one in (1, 2, 5, 10) if years <= one * most), 20)
    return alt.Axis(format="%Y", title=None, grid=False, tickCount=alt.TimeIntervalStep(interval="year", step=step))


def colour_range(standard_ids: Sequence[str], tokens: Tokens) -> list[str]:
    """Known standards keep their colour; others take the next series colour that is free."""
    series = [name for name in tokens if name.startswith("standard_")]
    free = [name for name in series if name.removeprefix("standard_") not in standard_ids] or series
    chosen, used = [], 0
    for standard_id in standard_ids:
        name = f"standard_{standard_id}" if standard_id else "primary"
        if name not in tokens:
            name, used = free[used % len(free)], used + 1
        chosen.append(tokens[name])
    return chosen


def dressed(layers: Sequence[alt.Chart], tokens: Tokens, height_px: int) -> alt.LayerChart:
    """Layers with the size, fonts and greys that all charts share; named at once, since each step copies the whole."""
    axis = alt.AxisConfig(
        labelColor=tokens["muted"],
        labelFontSize=LABEL_PX,
        titleColor=tokens["muted"],
        titleFontSize=LABEL_PX,
        titleFontWeight="normal",
        gridColor=tokens["grid"],
        domainColor=tokens["border"],
        tickColor=tokens["border"],
    )
    return alt.LayerChart(
        layer=list(layers),
        width="container",
        height=height_px,
        background="transparent",
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        config=alt.Config(font=tokens["font"], view=alt.ViewConfig(stroke=None), axis=axis),
    )
