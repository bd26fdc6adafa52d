"""What projects cost a village, beside the modelled range of their technology, as the page Funds shows it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from atlas.charts import spec
from atlas.look import blocks, colours, figures, html, tables, theme
from atlas.look.addresses import address
from atlas.look.language import current, nt, place_name, place_names, t
from atlas.pieces.panels import first_of
from atlas.projects import money_charts, panel
from atlas.projects.panel import project_link
from atlas.view.state import View
from ground.evidence import weakest
from indicators import facts
from indicators.database import Atlas
from indicators.projects import amounts, comparisons
from indicators.projects.scoped import Scope

MOST_OUTLIERS = 20


def show(atlas: Atlas, view: View, scope: Scope) -> None:
    found = comparisons.against_model(atlas, scope)
    ranged = found[found["verdict"] != "no_model"]
    if ranged.empty:
        st.html(blocks.heading(t("Actual against modelled cost")))
        words = t("No project here has both a cost per village and a modelled range of its technology.")
        st.html(blocks.notice("unknown", words))
        return
    outside = ranged[ranged["verdict"] != "inside"]
    kinds = [*ranged["evidence"], *facts.cost_parameters(atlas)["evidence"]]
    st.html(blocks.heading(_model_title(ranged, outside), weakest(kinds), _model_remark(atlas, scope, found)))
    _strip(atlas, scope)
    if outside.empty:
        st.html(blocks.notice("info", t("Every project lies inside the range of its technology.")))
    else:
        _outliers(atlas, view, outside)


def _model_title(ranged: pd.DataFrame, outside: pd.DataFrame) -> str:
    if len(ranged) == 1:
        inside = t(
            "{project}: inside the modelled range",
            project=place_name(ranged["name"].iloc[0], ranged["name_en"].iloc[0]),
        )
        return (
            inside
            if outside.empty
            else t(
                "{project}: outside the modelled range",
                project=place_name(ranged["name"].iloc[0], ranged["name_en"].iloc[0]),
            )
        )
    if outside.empty:
        return t("All {n} projects cost what the model says", n=figures.count(len(ranged)))
    above = int((outside["verdict"] != "below").sum())
    return t(
        "{n} of {all} projects lie outside the modelled range, {above} of them above",
        n=figures.count(len(outside)),
        all=figures.count(len(ranged)),
        above=figures.count(above),
    )


def _model_remark(atlas: Atlas, scope: Scope, found: pd.DataFrame) -> str:
    outside, villages = comparisons.outside_villages(amounts.of_projects(atlas, scope))
    without = int((found["verdict"] == "no_model").sum())
    said: list[str | None] = [t("cost per village; the band is the range derived from published totals")]
    if villages:
        said.append(
            t(
                "of {all} villages with a cost of their own, {n} lie outside",
                all=figures.count(villages),
                n=figures.count(outside),
            )
        )
    if without:
        said.append(
            nt(
                "{n} project of a technology without a range is left out",
                "{n} projects of a technology without a range are left out",
                without,
                n=figures.count(without),
            )
        )
    return figures.sentence(said)


def _strip(atlas: Atlas, scope: Scope) -> None:
    st.vega_lite_chart(spec=_strip_spec(atlas, atlas.build_id, scope, current(), theme.current()), theme=None)
    st.html(blocks.credit(t("● inside, ◆ outside the range; the line is its middle")))


@st.cache_data(max_entries=64, show_spinner=False)
def _strip_spec(_atlas: Atlas, build_id: str, scope: Scope, lang: str, theme_name: str) -> dict[str, Any]:
    del build_id  # by which it is kept; `_atlas` is no part of that
    found = comparisons.against_model(_atlas, scope)
    ranged = found[found["verdict"] != "no_model"]
    named = {code: panel.technology(_atlas, code) for code in ranged["technology"].unique()}
    points = pd.DataFrame(
        {
            "technology": ranged["technology"].map(named),
            "yuan": ranged["yuan_per_village"],
            "name": place_names(ranged["name"], ranged["name_en"]),
            "is_outside": ranged["verdict"] != "inside",
        }
    )
    model = ranged.drop_duplicates("technology")
    ranges = pd.DataFrame(
        {
            "technology": model["technology"].map(named),
            "low": model["low_yuan"],
            "central": model["central_yuan"],
            "high": model["high_yuan"],
        }
    )
    return spec.spec(lambda: money_charts.cost_strip(points, ranges, colours.tokens(theme_name), lang))


def _outliers(atlas: Atlas, view: View, outside: pd.DataFrame) -> None:
    rows = [
        [
            html.link(
                place_name(row["name"], row["name_en"]),
                project_link(view, row["project_id"], address("projects")),
            ),
            figures.money(row["yuan_per_village"]),
            figures.money_range(row["low_yuan"], row["high_yuan"]),
            _reason(row),
        ]
        for row in outside.head(MOST_OUTLIERS).to_dict("records")
    ]
    if words := first_of(MOST_OUTLIERS, len(outside)):
        st.html(blocks.credit(words))
    headers = [
        t("Project name"),
        t("Investment per village"),
        t("Modelled range"),
        t("Why it stands out"),
    ]
    st.html(tables.data_table(headers, rows, "wrrw", t("Projects outside the modelled range")))


def _reason(row: dict[str, object]) -> str:
    if row["verdict"] == "unit":
        factor = float(str(row["factor"]))
        words = (
            t("divided by {n}", n=figures.count(1 / factor)) if factor < 1 else t("times {n}", n=figures.count(factor))
        )
        return t("usual once {factor}: a wrong unit?", factor=words)
    times = figures.decimal(float(str(row["times"])), 1)
    if row["verdict"] == "above":
        return t("{times} times the upper end of the range", times=times)
    return t("the lower end of the range is {times} times as much", times=times)
