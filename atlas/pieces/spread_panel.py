"""How values spread, on a page: a histogram, boxes by region, and what stands out with the reason."""

from __future__ import annotations

from typing import Any

import streamlit as st

from atlas.charts import distribution, points, spec, spread, spread_charts
from atlas.charts.spread import Spread
from atlas.files import file_links
from atlas.look import blocks, colours, figures, html, tables, theme
from atlas.look.language import current, pick, t
from atlas.maps import base
from atlas.view.state import View
from indicators import places
from indicators.database import Atlas

MOST_NAMED = 12
AMOUNTS, PILOTS = "amounts", "pilots"


def show(atlas: Atlas, view: View, shown: Spread, name: str, per: str = "") -> None:
    """Charts, outliers and their files; where there are too few values, that is said instead."""
    if not shown.has_distribution:
        _too_few(shown)
        return
    specs = _specs(atlas, atlas.build_id, view.place_id, name, per, current(), theme.current(), base.is_phone())
    left, right = st.columns([1, 1] if specs["boxes"] else [1, 0.001], gap="medium")
    with left:
        st.html(blocks.heading(shown.title, shown.evidence, t("distribution of {n}", n=points.counted(shown))))
        st.vega_lite_chart(spec=specs["histogram"], theme=None)
        st.html(file_links.chart(atlas, view, name, per=per))
        _outliers(atlas, view, shown)
    if specs["boxes"]:
        with right:
            _boxes(atlas, view, shown, specs, name, per)


def _boxes(atlas: Atlas, view: View, shown: Spread, specs: dict[str, Any], name: str, per: str) -> None:
    level = pick(places.level_names(atlas)[places.levels(atlas)[1]])
    remark = figures.sentence([specs["cut"], points.box_words()])
    st.html(blocks.heading(t("By {level}", level=level), shown.evidence, remark))
    st.vega_lite_chart(spec=specs["boxes"], theme=None)
    st.html(file_links.chart(atlas, view, f"{name}-by-region", per=per))


def _too_few(shown: Spread) -> None:
    n = len(shown.known)
    words = t(
        "Known here: {n}. A distribution, quartiles and outliers need at least {least}; fewer are only listed.",
        n=points.counted(shown) if n else t("none"),
        least=figures.count(distribution.LEAST_VALUES),
    )
    st.html(blocks.heading(shown.title, shown.evidence if n else None, t("Distribution")))
    st.html(blocks.notice("info", words))


def _outliers(atlas: Atlas, view: View, shown: Spread) -> None:
    """The values that stand out, by name, each with its reason; the rule beneath."""
    found = distribution.outliers(shown.rows, "value")
    median = distribution.summary(shown.known["value"].to_numpy()).median
    remark = t("median {median}", median=figures.value_text(median, shown.unit))
    if found.empty:
        st.html(blocks.heading(t("No value stands out"), None, remark))
        st.html(blocks.credit(spread.rule_words()))
        return
    cut = t("the first {n} of {total}", n=figures.count(MOST_NAMED), total=figures.count(len(found)))
    remark = figures.sentence([remark, cut if len(found) > MOST_NAMED else None])
    st.html(blocks.heading(t("Values that stand out"), shown.evidence, remark))
    rows = [
        [
            html.link(row["place"] or row["place_id"], view.link(place_id=row["place_id"])),
            str(row["name"]),
            figures.value_text(row["value"], shown.unit),
            spread.reason_words(row["reason"], row["factor"]),
        ]
        for row in found.head(MOST_NAMED).to_dict("records")
    ]
    headers = [t("Place"), t("Name"), t("Value"), t("Reason")]
    st.html(tables.data_table(headers, rows, "lwrw", t("Values that stand out")))
    st.html(blocks.credit(spread.rule_words()))


@st.cache_data(max_entries=64, show_spinner=False)
def _specs(
    _atlas: Atlas, build_id: str, place_id: str, name: str, per: str, lang: str, theme_name: str, is_narrow: bool
) -> dict[str, Any]:
    """Both charts as Vega-Lite; `boxes` is None where there is a single group. Same at every rerun, so kept."""
    del build_id  # by which it is kept; `_atlas` is no part of that
    shown = spread.pilot_sizes(_atlas, place_id) if name == PILOTS else spread.amounts(_atlas, place_id, per)
    tokens, colour = colours.tokens(theme_name), points.colour_of(name, theme_name)
    held = distribution.histogram(shown.known["value"].to_numpy())
    groups = distribution.boxes(shown.rows, "value", "group")
    drawn = groups[: points.MOST_GROUPS]
    cut = t("the first {n} of {total}", n=figures.count(len(drawn)), total=figures.count(len(groups)))
    return {
        "histogram": spec.spec(
            lambda: spread_charts.histogram(held, shown.unit, shown.noun, tokens, colour, lang, is_narrow)
        ),
        "boxes": spec.spec(lambda: spread_charts.boxes(drawn, shown.unit, tokens, colour, lang))
        if len(drawn) > 1
        else None,
        "cut": cut if len(groups) > len(drawn) else None,
    }
