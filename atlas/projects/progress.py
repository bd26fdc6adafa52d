"""How far projects are, as pages show it: villages by stage, plan against done, which are stuck."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from atlas.look import blocks, figures, html, tables, theme
from atlas.look.language import current, nt, place_name, t
from atlas.maps import base
from atlas.projects import charts
from atlas.projects.panel import page_of, stage, village_link
from atlas.view import inputs
from atlas.view.state import View
from indicators.database import Atlas
from indicators.projects import counts, plan_and_done, stages
from indicators.projects import stuck as stuck_villages
from indicators.projects.counts import Totals
from indicators.projects.scoped import Scope

STUCK_PER_PAGE = 10
LONGEST_DAYS = 3_650


def funnel(atlas: Atlas, scope: Scope, totals: Totals) -> None:
    rows = counts.funnel(atlas, scope)
    first = int(rows.loc[rows["state"] == stages.way(atlas).first, "position"].iloc[0])
    accepted = rows.loc[rows["state"] == stages.way(atlas).accepted, "position"].max()
    known = rows.loc[rows["reached_villages"].notna() & ~rows["is_side"], "position"].max()
    until = max(accepted, known) if pd.notna(known) else accepted
    main = rows[~rows["is_side"] & (rows["position"] >= first) & ~(rows["position"] > until)]
    has_list, has_gaps = "villages" in totals.by_source, bool(main["projects_unknown"].any())
    bars = [
        tables.Stage(
            stage(atlas, row["state"]),
            None if pd.isna(row["reached_villages"]) else row["reached_villages"],
            figures.count(row["reached_villages"]),
            (
                *((figures.count(row["now_villages"]), days(row["median_days_now"])) if has_list else ()),
                *((figures.count(row["projects_unknown"]),) if has_gaps else ()),
            ),
        )
        for row in main.to_dict("records")
    ]
    headers = [t("Stage"), t("Villages that reached it")]
    headers += [t("In it now"), t("Median days in it")] if has_list else []
    headers += [t("Projects that do not say")] if has_gaps else []
    st.html(blocks.heading(t("How far the villages are"), totals.evidence, _counted_words(totals)))
    st.html(tables.funnel(bars, headers, t("Villages by stage")))
    _side_states(atlas, rows)


def days(days: Any) -> str:
    return figures.DASH if pd.isna(days) else figures.count(days)


def _counted_words(totals: Totals) -> str:
    """Whence the counts come, in words."""
    n = {source: figures.count(projects) for source, projects in totals.by_source.items()}
    said = [
        nt(
            "{n} project counted village by village",
            "{n} projects counted village by village",
            totals.by_source["villages"],
            n=n["villages"],
        )
        if "villages" in n
        else None,
        t("{n} by milestones", n=n["milestones"]) if "milestones" in n else None,
        t("{n} by their own totals", n=n["project"]) if "project" in n else None,
        t("{n} without any count", n=n["nothing"]) if "nothing" in n else None,
        t("{n} left out: they reach beyond this place", n=n["beyond"]) if "beyond" in n else None,
    ]
    return figures.sentence([*said, t("a village in a later stage has passed the earlier ones")])


def _side_states(atlas: Atlas, rows: pd.DataFrame) -> None:
    held = rows[rows["is_side"] & (rows["now_villages"] > 0)]
    if held.empty:
        return
    facts = [
        (
            stage(atlas, row["state"]),
            nt(
                "{n} village, median {days} days",
                "{n} villages, median {days} days",
                row["now_villages"],
                n=figures.count(row["now_villages"]),
                days=days(row["median_days_now"]),
            ),
            None,
        )
        for row in held.to_dict("records")
    ]
    st.html(blocks.heading(t("Off the main way")))
    st.html(tables.fact_list(facts))


def curve(atlas: Atlas, scope: Scope, totals: Totals) -> None:
    """Plan against done: by month from lists, by published day where only milestones are."""
    is_listed = "villages" in totals.by_source
    found = plan_and_done.curve(atlas, scope) if is_listed else plan_and_done.milestone_curve(atlas, scope)
    if found.empty:
        return
    if is_listed:
        labels = {"planned": t("Planned"), "opened": t("Opened"), "accepted": t("Accepted villages")}
        points = found.rename(columns={"step": "line", "month_end": "date"})
        remark = _undated_words(plan_and_done.undated(atlas, scope), totals)
    else:
        labels = {one: stage(atlas, one) for one in found["state"]} | {"": t("Planned")}
        points = found.rename(columns={"state": "line", "day": "date"})
        remark = t("from milestones: the days published, nothing between them")
    points = points.assign(label=points["line"].map(labels))
    points["line"] = points["line"].replace(
        {"": "planned", stages.way(atlas).opened: "opened", stages.way(atlas).accepted: "accepted"}
    )
    width = charts.PHONE_WIDTH_PX if base.is_phone() else charts.DESKTOP_WIDTH_PX
    st.html(blocks.heading(t("Plan against done (villages, cumulative)"), totals.evidence, remark))
    spec = charts.curve_spec(points, theme.current(), current(), width, not is_listed)
    st.vega_lite_chart(spec=spec, theme=None)


def _undated_words(undated: dict[str, int], totals: Totals) -> str:
    said: list[str | None] = [t("by month, from the villages' own days")]
    if "milestones" in totals.by_source:
        said.append(t("and from milestones where there is no list"))
    if undated["planned"]:
        said.append(
            nt(
                "{n} village has no planned day",
                "{n} villages have no planned day",
                undated["planned"],
                n=figures.count(undated["planned"]),
            )
        )
    if undated["opened"]:
        said.append(t("{n} opened ones have no day", n=figures.count(undated["opened"])))
    if undated["accepted"]:
        said.append(t("{n} accepted ones have no day", n=figures.count(undated["accepted"])))
    return figures.sentence(said)


def stuck(atlas: Atlas, view: View, scope: Scope, totals: Totals) -> None:
    """Which villages are longer in their stage than the rule allows, the longest first."""
    st.html(blocks.heading(t("Stuck villages")))
    if "villages" not in totals.by_source:
        st.html(
            blocks.notice("unknown", t("No project here lists its villages: which of them are stuck cannot be told."))
        )
        return
    most_days = inputs.optional_number(
        view, "stuck_days", t("Stuck after (days); empty: by the others"), low=1, high=LONGEST_DAYS, step=30
    )
    counted = stuck_villages.stuck_count(atlas, scope, most_days)
    st.html(blocks.subtitle([_stuck_rule(atlas, most_days, stuck_villages.usual_days(atlas))]))
    total = int(counted["villages"].sum())
    if not total:
        st.html(blocks.notice("info", t("No village of a list is stuck by this rule.")))
        return
    by_state = [
        t("{stage}: {n}", stage=stage(atlas, row["state"]), n=figures.count(row["villages"]))
        for row in counted.to_dict("records")
    ]
    st.html(
        blocks.notice(
            "warning",
            nt(
                "{n} village is stuck ({stages})",
                "{n} villages are stuck ({stages})",
                total,
                n=figures.count(total),
                stages=figures.sentence(by_state),
            ),
        )
    )
    page = page_of(view, "stuck_page", total, STUCK_PER_PAGE)
    rows = [
        [
            html.link(place_name(row["village_name"], row["village_name_en"]), village_link(view, row["village_id"])),
            place_name(figures.text_or_none(row["above_name"]) or "", row["above_name_en"]),
            stage(atlas, row["state"]),
            figures.count(row["days"]),
            figures.day(row["entered_date"]),
        ]
        for row in stuck_villages.stuck(atlas, scope, most_days, STUCK_PER_PAGE, (page - 1) * STUCK_PER_PAGE).to_dict(
            "records"
        )
    ]
    headers = [t("Village"), t("Lies in"), t("Stage"), t("Days in it"), t("In it since")]
    st.html(tables.data_table(headers, rows, "wllrl", t("Stuck villages")))


def _stuck_rule(atlas: Atlas, most_days: float | None, usual: dict[str, float]) -> str:
    if most_days is not None:
        return t("Stuck: more than {n} days in a stage before acceptance.", n=figures.count(most_days))
    accepted = stages.way(atlas).accepted
    limits = [
        t("{stage} {n} days", stage=stage(atlas, one), n=figures.count(days))
        for one, days in usual.items()
        if one != accepted
    ]
    if not limits:
        return t(
            "Stuck: longer in a stage than nine in ten of the villages that have left it. Fewer than ten have left "
            "any, so nothing is called stuck; a number of days can be given."
        )
    return t(
        "Stuck: longer in a stage than nine in ten of all villages that have left it ({limits}).",
        limits=figures.sentence(limits),
    )
