"""A pilot whose whole course was published: what was planned, built, opened, accepted, and what it cost."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from atlas.look import badges, blocks, cards, figures, html, tables, theme
from atlas.look.addresses import address
from atlas.look.language import current, pick, place_name, t
from atlas.look.words import originals
from atlas.maps import base
from atlas.pieces.panels import sources_line
from atlas.planner.subsidy import text as subsidy_text
from atlas.planner.subsidy.inputs import PROJECT
from atlas.planner.subsidy.question import QUESTION as SUBSIDY
from atlas.projects import charts, panel
from atlas.published import quoted
from atlas.view import controls, inputs, keeping, questions
from atlas.view.page import Page
from atlas.view.state import View
from indicators import facts, places
from indicators.database import Atlas
from indicators.projects import amounts, counts, plan_and_done, records, stages
from indicators.projects.scoped import Scope
from indicators.published import history, rules
from indicators.scope import Chosen
from planning.money import subsidy

PAGE = Page(
    url_path="case",
    order=29,
    icon=":material/menu_book:",
    title=lambda: t("Case"),
    section=lambda: t("Programme"),
    is_there=lambda atlas: bool(facts.settings(atlas).get("case")),
    headline=lambda atlas, view: _first_headline(atlas),
)
TABLES = ["project", "milestone", "published_figure"]
SHARES = (0.0, 0.05, 0.10)  # yearly cost of operation as a share of the cost of construction


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    declared = {str(one["case_id"]): one for one in facts.settings(atlas)["case"]}
    head = st.container()
    chosen = next(iter(declared))
    if len(declared) > 1:
        options = {key: pick(one["title"]) for key, one in declared.items()}
        chosen = inputs.choice(view, "case", t("Case"), options, chosen, as_box=True)
    case = declared[chosen]
    place_id = str(case["place_id"])
    project = _project(atlas, case)
    with head:
        title, headline = _headline(atlas, case, project)
        st.html(headline)
        keeping.report(atlas, view, title, place_id)
        _links(view, case)
    if project is None:
        words = t(
            "The project of this case is not on record in this atlas; what was published of the place stands below."
        )
        st.html(blocks.notice("unknown", words))
    else:
        _key_figures(atlas, view, project)
        _course(atlas, project)
        _money(atlas, view, case, project)
    _later(atlas, view, case)
    _figures(atlas, place_id)
    sources_line(atlas, TABLES)


def _first_headline(atlas: Atlas) -> html.Html:
    case = facts.settings(atlas)["case"][0]
    return _headline(atlas, case, _project(atlas, case))[1]


def _project(atlas: Atlas, case: dict[str, Any]) -> dict[str, Any] | None:
    found = counts.of_projects(atlas, Scope(str(case["place_id"]), project=str(case.get("project_id", ""))))
    return {str(k): v for k, v in found.iloc[0].to_dict().items()} if len(found) else None


def _headline(atlas: Atlas, case: dict[str, Any], project: dict[str, Any] | None) -> tuple[str, html.Html]:
    """The title alone, and with the line beneath."""
    name = pick(case["title"])
    title = name
    if project is not None and not pd.isna(project["opened_villages"]):
        title = t(
            "{case}: {opened} villages opened of {planned} planned, {amount} announced",
            case=name,
            opened=figures.count(project["opened_villages"]),
            planned=figures.count(project["planned_villages"]),
            amount=figures.money(project["capex_yuan"]),
        )
    said = [panel.as_of_words(atlas)]
    if project is not None:
        said = [
            place_name(project["name"], project["name_en"]),
            panel.operator(atlas, project),
            *said,
        ]
    return title, blocks.finding(title, said, "declared" if project is None else str(project["evidence"]))


def _links(view: View, case: dict[str, Any]) -> None:
    bare = inputs.with_inputs(view, **dict.fromkeys(name for name, _ in view.inputs))
    links = [(t("The place"), address("place") + bare.link(place_id=str(case["place_id"])))]
    if project := case.get("project_id"):
        here = inputs.with_inputs(bare, project=str(project))
        asked = inputs.with_inputs(bare, **{SUBSIDY.key(PROJECT): str(project)})
        links += [
            (t("Its progress"), address("projects") + here.link(place_id=str(case["place_id"]))),
            (t("Its public notice"), address("notices") + here.link(place_id=str(case["place_id"]))),
            (t("Its subsidy, worked out"), address("subsidy") + asked.link(place_id=str(case["place_id"]))),
        ]
    st.html(blocks.notice("info", t("See also:"), links))


def _key_figures(atlas: Atlas, view: View, project: dict[str, Any]) -> None:
    evidence = str(project["evidence"])
    done, per = (
        questions.figure(atlas, view, one, place_id=str(project["place_id"]), projects=_only(project))
        for one in ("completion", "project_investment_per_village")
    )
    contracted = cards.card_text(
        t("Villages contracted"),
        figures.count(project["contracted_villages"]),
        figures.unit_word("village"),
        evidence,
        figures.day(project["contract_date"]),
    )
    announced = cards.card_text(
        t("Investment announced"),
        *figures.money_parts(project["capex_yuan"]),
        evidence,
        t("announced, not outturn"),
    )
    divided = t("over {n} villages contracted", n=figures.count(per.denominator))
    in_row = [
        contracted,
        cards.card(questions.title("completion"), done),
        announced,
        cards.card(questions.title("project_investment_per_village"), per, divided),
    ]
    st.html(cards.cards(in_row))


def _only(project: dict[str, Any]) -> Chosen:
    """This project and no other."""
    return Chosen(project=str(project["project_id"]))


def _per_village(yuan: Any, project: dict[str, Any]) -> float | None:
    """An amount spread over the villages contracted, which the contract's amount was for."""
    return amounts.divided(yuan, project["contracted_villages"])


# --- the course -------------------------------------------------------------------------------------------


def _course(atlas: Atlas, project: dict[str, Any]) -> None:
    milestones = records.milestones(atlas, project["project_id"])
    st.html(
        blocks.heading(
            _course_title(project),
            str(project["evidence"]),
            t("the days published, nothing between them; a month stands for its last day"),
        )
    )
    points = plan_and_done.milestone_curve(atlas, Scope(str(project["place_id"]), project=str(project["project_id"])))
    left, right = st.columns([3, 2], gap="medium")
    with left:
        if points.empty:
            st.html(blocks.notice("unknown", t("No milestone of this project is on record.")))
        else:
            _chart(atlas, points)
    with right:
        rows = _course_rows(atlas, project, milestones)
        headers = [t("Stage"), t("Date"), t("Villages, cumulative"), t("Of the plan")]
        st.html(tables.data_table(headers, rows, "llrr", t("The course")))


def _course_title(project: dict[str, Any]) -> str:
    early = amounts.days_early(project["completed_date"], project["due_date"])
    if early is None:
        return t("The course")
    days = {"built": figures.day(project["completed_date"]), "due": figures.day(project["due_date"])}
    if early > 0:
        return t("Built by {built}, {n} days before {due}, when it was due to be done", n=figures.count(early), **days)
    if early < 0:
        return t("Built by {built}, {n} days after {due}, when it was due to be done", n=figures.count(-early), **days)
    return t("Built by {built}, the day it was due to be done", **days)


def _chart(atlas: Atlas, points: pd.DataFrame) -> None:
    labels = {one: panel.stage(atlas, one) for one in points["state"]} | {"": t("Planned")}
    drawn = points.rename(columns={"state": "line", "day": "date"})
    drawn = drawn.assign(label=drawn["line"].map(labels))
    way = stages.way(atlas)
    drawn["line"] = drawn["line"].replace({"": "planned", way.opened: "opened", way.accepted: "accepted"})
    width = charts.PHONE_WIDTH_PX if base.is_phone() else charts.DESKTOP_WIDTH_PX
    spec = charts.curve_spec(drawn, theme.current(), current(), width, is_stepped=True)
    st.vega_lite_chart(spec=spec, theme=None)


def _course_rows(atlas: Atlas, project: dict[str, Any], milestones: pd.DataFrame) -> list[list[object]]:
    """Milestones, and the days of the project that carry no count."""
    planned = project["planned_villages"]
    rows: list[tuple[Any, str, Any]] = [
        (one["reached_date"], panel.stage(atlas, one["state"]), one["villages"])
        for one in milestones.to_dict("records")
    ]
    counted = set(milestones["state"])
    way = stages.way(atlas)
    extra = [
        ("due_date", t("Due"), None, ""),
        ("accepted_date", panel.stage(atlas, way.accepted), None, way.accepted),
    ]
    rows += [
        (project[day], words, n) for day, words, n, state in extra if not pd.isna(project[day]) and state not in counted
    ]
    ordered = sorted(rows, key=lambda row: pd.Timestamp(row[0]))
    return [
        [
            words,
            figures.day(day),
            figures.DASH if n is None else figures.count(n),
            figures.DASH if n is None else figures.percent(figures.share(n, planned)),
        ]
        for day, words, n in ordered
    ]


# --- the money --------------------------------------------------------------------------------------------


def _money(atlas: Atlas, view: View, case: dict[str, Any], project: dict[str, Any]) -> None:
    st.html(blocks.heading(t("Announced, spent, subsidised: what is known of each")))
    evidence = str(project["evidence"])
    rows = [
        (t("Investment announced"), figures.money(project["capex_yuan"]), _evidence(project["capex_yuan"], evidence)),
        (t("Outturn (what was spent in the end)"), figures.unknown(), None),
        (
            t("Subsidy asked for"),
            figures.money(project["requested_yuan"]),
            _evidence(project["requested_yuan"], evidence),
        ),
        (t("Subsidy granted"), figures.money(project["granted_yuan"]), _evidence(project["granted_yuan"], evidence)),
        (t("Subsidy paid"), figures.money(project["paid_yuan"]), _evidence(project["paid_yuan"], evidence)),
    ]
    st.html(tables.fact_list(rows))
    if not pd.isna(project["capex_yuan"]):
        _counterfactual(atlas, case, project)


def _evidence(value: Any, evidence: str) -> str | None:
    return None if pd.isna(value) else evidence


def _counterfactual(atlas: Atlas, case: dict[str, Any], project: dict[str, Any]) -> None:
    """What the rule would have given, beside the subsidy that was published for a whole programme."""
    held = [rule for rule in subsidy.rules_from(rules.subsidy_rules(atlas)) if rule.is_complete]
    if not held:
        return
    signed = None if pd.isna(project["contract_date"]) else pd.Timestamp(project["contract_date"]).date()
    held_tables = {rule: subsidy.opex_shares(rule, float(project["capex_yuan"]), SHARES) for rule in held}
    usual = next(iter(held_tables.values()))["subsidy_yuan"]
    title = t(
        "{document} would have given {range}",
        document=originals.plain(atlas, held[0].document),
        range=figures.money_range(float(usual.iloc[0]), float(usual.iloc[-1])),
    )
    remark = t(
        "S = r × (K + n × O), with O from {low} to {high} of K: the cost of operation is not published",
        low=figures.percent(100 * SHARES[0]),
        high=figures.percent(100 * SHARES[-1]),
    )
    st.html(blocks.heading(title, "assumed", remark))
    if any(subsidy.applies(rule, signed) == "counterfactual" for rule in held):
        words = t(
            "The contract of {contract} is older than the rule ({document}, in force since {since}): this is what the "
            "rule would have given, not what was granted.",
            contract=figures.day(signed),
            document=originals.plain(atlas, held[0].document),
            since=figures.day(held[0].valid_from),
        )
        st.html(blocks.notice("warning", words))
    rows = [
        [
            subsidy_text.category_name(rule.category),
            *(figures.money(amount) for amount in table["subsidy_yuan"]),
            figures.money_range(*(_per_village(table["subsidy_yuan"].iloc[i], project) for i in (0, -1))),
        ]
        for rule, table in held_tables.items()
    ]
    headers = [
        t("Category"),
        *(t("O = {share} of K", share=figures.percent(100 * share)) for share in SHARES),
        t("Per village"),
    ]
    st.html(tables.data_table(headers, rows, "l" + "r" * (len(SHARES) + 1), t("What the rule would have given")))
    _conflict(atlas, case, project, float(usual.iloc[0]), float(usual.iloc[-1]))


def _conflict(atlas: Atlas, case: dict[str, Any], project: dict[str, Any], low: float, high: float) -> None:
    """The published subsidy of a whole programme beside this one project's: shown, not explained away."""
    beside = case.get("beside")
    total = amounts.total(atlas, str(beside["project_id"])) if beside else None
    figure = history.figure(atlas, str(beside["subsidy_figure_id"])) if beside else None
    if total is None or figure is None or figures.is_missing(figure["value"]):
        return
    expected = float(figure["value"])
    per = amounts.divided(expected, total["planned_villages"])
    where = place_name(total["place_name"], total["place_name_en"])
    st.html(
        blocks.heading(
            t(
                "The two do not fit: all of {place} expected {amount}",
                place=where,
                amount=figures.money(expected),
            ),
            "declared",
            t("both are shown as they are; which cost the published subsidy counted is not known"),
        )
    )
    rows = [
        [
            place_name(project["name"], project["name_en"]),
            t("the rule applied to the announced investment"),
            figures.count(project["contracted_villages"]),
            figures.money_range(low, high),
            figures.money_range(_per_village(low, project), _per_village(high, project)),
            badges.badge("assumed"),
        ],
        [
            place_name(total["name"], total["name_en"]),
            quoted.said(atlas, figure),
            figures.count(total["planned_villages"]),
            figures.money(expected),
            figures.money(per),
            badges.badge("declared"),
        ],
    ]
    headers = [t("What"), t("Basis"), t("Villages"), t("Subsidy"), t("Per village"), t("Evidence")]
    st.html(tables.data_table(headers, rows, "wwrrrl", t("The rule beside the published subsidy")))


# --- later, and everything published ----------------------------------------------------------------------


def _later(atlas: Atlas, view: View, case: dict[str, Any]) -> None:
    """A later batch of which only a number and the places are published."""
    later = case.get("later")
    figure = history.figure(atlas, str(later["figure_id"])) if later else None
    if not later or figure is None:
        return
    every = history.figures_of(atlas, str(case["place_id"]))
    held = every[every["indicator"] == later.get("place_indicator")]
    named = [(one, places.place(atlas, one)) for one in held["place_id"]]
    links = [
        (place_name(one.name, one.name_en), address("place") + view.link(place_id=place_id, inputs=()))
        for place_id, one in named
        if one is not None
    ]
    title = t(
        "A later batch: {n}, in {places} places",
        n=quoted.value(atlas, figure),
        places=figures.count(len(links)),
    )
    st.html(
        blocks.heading(title, "declared", t("their number and places are published, their cost and course are not"))
    )
    st.html(blocks.notice("info", originals.shown(atlas, figure["quotation"]), links))


def _figures(atlas: Atlas, place_id: str) -> None:
    rows = history.figures_of(atlas, place_id)
    if rows.empty:
        st.html(blocks.notice("unknown", t("No published figure of this place is on record.")))
        return
    title = t("Every published figure: {n}", n=figures.count(len(rows)))
    st.html(blocks.heading(title, "declared", t("as published, each with its words and source")))
    st.html(quoted.table(atlas, rows, t("Published figures")))
