"""Project progress: what was promised, what is built, what was accepted, and what is stuck."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from atlas import (
    controls,
    figures,
    inputs,
    keeping,
    maps,
    markup,
    programme_charts,
    programme_panel,
    state,
    theme,
)
from atlas.language import current, nt, pick, place_name, t
from atlas.page import Page
from atlas.panels import sources_line
from atlas.programme_panel import page_of, project_link, stage, village_link
from atlas.state import View
from indicators import programme, project_records
from indicators.database import Atlas
from indicators.programme import OnTime, Scope, Totals
from planning.moves import findings as judged_moves
from planning.progress import completion
from planning.reconciliation import ReconciliationError, ledger

PAGE = Page(
    url_path="projects",
    order=20,
    icon=":material/checklist:",
    title=lambda: t("Project progress"),
    section=lambda: t("Projects and money"),
)  # fmt: skip
PROJECTS_PER_PAGE, VILLAGES_PER_PAGE, STUCK_PER_PAGE, FINDINGS = 50, 50, 10, 30
LONGEST_DAYS = 3_650
TABLES = ["project", "project_village", "milestone", "reconciliation"]


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    head = st.container()
    if not programme.has_projects(atlas):
        with head:
            st.html(markup.finding(t("Project progress"), [t("no project is on record")]))
        _empty()
        return
    scope = programme_panel.scope_asked(atlas, view)
    found = programme.projects(atlas, scope)
    if found.empty:
        with head:
            st.html(markup.finding(t("Project progress"), [t("no project here")]))
        clear = inputs.with_inputs(view, **dict.fromkeys(programme_panel.ASKED))
        st.html(markup.notice("empty", t("No project matches."), [(t("Clear these filters"), clear.link())]))
        return
    totals = programme.totals(found)
    with head:
        _title(atlas, view, scope, totals, found)
    _key_figures(totals, programme.on_time(atlas, scope), programme.last_day(atlas))
    if scope.project:
        _one_project(atlas, view, scope, {str(k): v for k, v in found.iloc[0].to_dict().items()})
    else:
        _all_projects(atlas, view, scope, totals, found)
    sources_line(atlas, TABLES)


def _empty() -> None:
    programme_panel.empty(
        t("With projects on record this page shows how many villages were planned, opened and accepted, where they are stuck, and each project with its villages, dates and money."),
        ["projects", "project_villages", "milestones", "moves"],
    )  # fmt: skip


def _title(atlas: Atlas, view: View, scope: Scope, totals: Totals, found: pd.DataFrame) -> None:
    here = state.shown(atlas, view)
    is_one = scope.project is not None
    name = str(found.iloc[0]["name"]) if is_one else place_name(here.name, here.name_en)
    planned, opened = (
        figures.value_text(n, "village") for n in (totals.planned_villages, totals.opened_villages)
    )
    if totals.beyond_projects == totals.projects:
        title = t(
            "{place}: its projects reach beyond it, and which of their villages lie here is not on record",
            place=name,
        )
    elif totals.planned_villages is None:
        title = t("{place}: how many villages were planned is not on record", place=name)
    elif totals.opened_villages is None:
        title = t("{place}: {planned} planned, those opened are not on record", place=name, planned=planned)
    else:
        title = t("{place}: {planned} planned, {opened} opened", place=name, planned=planned, opened=opened)
    as_of = t("as of {date}, the last day on record", date=figures.day(programme.last_day(atlas)))
    st.html(markup.finding(title, [as_of], totals.evidence, _simulated(totals)))


def _simulated(totals: Totals) -> str:
    if not totals.simulated_villages:
        return ""
    return t("{n} of these villages are simulated", n=figures.count(totals.simulated_villages))


# --- key figures ------------------------------------------------------------------------------------------


def _key_figures(totals: Totals, punctual: OnTime, last_day: Any) -> None:
    evidence = totals.evidence
    cards = [
        _count_card(t("Villages planned"), totals.planned_villages, evidence, _planned_note(totals)),
        _count_card(
            t("Villages opened"), totals.opened_villages, evidence, _missing(totals.unopened_projects)
        ),
        _count_card(
            t("Villages accepted"), totals.accepted_villages, evidence, _missing(totals.unaccepted_projects)
        ),
        _completion_card(totals),
        _on_time_card(punctual, evidence),
        _delay_card(punctual, evidence, last_day),
    ]
    st.html(markup.cards(cards))


def _count_card(title: str, villages: int | None, evidence: str, note: str) -> markup.Html:
    known = villages is not None
    unit = figures.unit_word("village") if known else ""
    return markup.card_text(title, figures.compact(villages), unit, evidence if known else None, note)


def _planned_note(totals: Totals) -> str:
    said: list[str | None] = [
        nt("{n} project in all", "{n} projects in all", totals.projects, n=figures.count(totals.projects))
    ]
    if totals.change_villages:
        said.append(t("{contracted} contracted, {change} by the ledger", contracted=figures.count(totals.contracted_villages), change=figures.signed(totals.change_villages)))  # fmt: skip
    if totals.beyond_projects:
        said.append(nt("{n} reaches beyond this place and lists no villages: left out", "{n} reach beyond this place and list no villages: left out", totals.beyond_projects, n=figures.count(totals.beyond_projects)))  # fmt: skip
    return figures.sentence(said)


def _missing(projects: int) -> str:
    return (
        nt("{n} project does not say", "{n} projects do not say", projects, n=figures.count(projects))
        if projects
        else ""
    )


def _completion_card(totals: Totals) -> markup.Html:
    if not totals.done_of_villages:
        return markup.card_text(
            t("Completion"), figures.unknown(), "", None, _missing(totals.undone_projects)
        )
    done = completion(totals.done_villages, totals.done_of_villages)
    said: list[str | None] = [t("{done}/{planned} villages", done=figures.count(done.done), planned=figures.count(done.planned))]  # fmt: skip
    if done.above_plan:
        said.append(t("opened beyond the plan: {n}; shown as it is", n=figures.count(done.above_plan)))  # fmt: skip
    if totals.undone_projects:
        said.append(nt("{projects} project with {villages} villages does not say and is left out", "{projects} projects with {villages} villages do not say and are left out", totals.undone_projects, projects=figures.count(totals.undone_projects), villages=figures.count(totals.undone_villages)))  # fmt: skip
    number = figures.percent(figures.share(done.done, done.planned))
    return markup.card_text(t("Completion"), number, "", totals.evidence, figures.sentence(said))


def _on_time_card(punctual: OnTime, evidence: str) -> markup.Html:
    left = t("the planned day of {n} villages is unknown", n=figures.count(punctual.plan_unknown)) if punctual.plan_unknown else None  # fmt: skip
    if not punctual.due:
        return markup.card_text(t("On time"), figures.unknown(), "", None, figures.sentence([left]))
    said = [
        t("{n} of {due} villages due", n=figures.count(punctual.on_time), due=figures.count(punctual.due)),
        t("{late} late, {overdue} not opened yet", late=figures.count(punctual.late), overdue=figures.count(punctual.overdue)) if punctual.late or punctual.overdue else None,
        left,
    ]  # fmt: skip
    number = figures.percent(figures.share(punctual.on_time, punctual.due))
    return markup.card_text(t("On time"), number, "", evidence, figures.sentence(said))


def _delay_card(punctual: OnTime, evidence: str, last_day: Any) -> markup.Html:
    if not punctual.due:
        return markup.card_text(t("Median delay"), figures.unknown(), "", None)
    median = punctual.median_delay_days
    number = figures.count(median if median is not None else punctual.median_at_least_days)
    if median is None:
        number = f"≥ {number}"
    said: list[str | None] = []
    mean = figures.decimal(punctual.mean_delay_days, 1)
    if punctual.overdue:
        said.append(t("mean at least {n} days: the unopened are counted up to {date}", n=mean, date=figures.day(last_day)))  # fmt: skip
    else:
        said.append(t("mean {n} days", n=mean))
    return markup.card_text(
        t("Median delay"), number, figures.unit_word("day"), evidence, figures.sentence(said)
    )


# --- all of them ------------------------------------------------------------------------------------------


def _all_projects(atlas: Atlas, view: View, scope: Scope, totals: Totals, found: pd.DataFrame) -> None:
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _funnel(atlas, scope, totals)
        _curve(atlas, scope, totals)
        _findings(atlas, view, scope)
    with right:
        _stuck(atlas, view, scope, totals)
    _table(atlas, view, found)


def _funnel(atlas: Atlas, scope: Scope, totals: Totals) -> None:
    rows = programme.funnel(atlas, scope)
    first = int(rows.loc[rows["state"] == programme.way(atlas).first, "position"].iloc[0])
    accepted = rows.loc[rows["state"] == programme.way(atlas).accepted, "position"].max()
    known = rows.loc[rows["reached_villages"].notna() & ~rows["is_side"], "position"].max()
    until = max(accepted, known) if pd.notna(known) else accepted
    main = rows[~rows["is_side"] & (rows["position"] >= first) & ~(rows["position"] > until)]
    has_list, has_gaps = "villages" in totals.by_source, bool(main["projects_unknown"].any())
    stages = [
        markup.Stage(
            stage(atlas, row["state"]),
            None if pd.isna(row["reached_villages"]) else row["reached_villages"],
            figures.count(row["reached_villages"]),
            (
                *((figures.count(row["now_villages"]), _days(row["median_days_now"])) if has_list else ()),
                *((figures.count(row["projects_unknown"]),) if has_gaps else ()),
            ),
        )
        for row in main.to_dict("records")
    ]
    headers = [t("Stage"), t("Villages that reached it")]
    headers += [t("In it now"), t("Median days in it")] if has_list else []
    headers += [t("Projects that do not say")] if has_gaps else []
    st.html(markup.heading(t("How far the villages are"), totals.evidence, _counted_words(totals)))
    st.html(markup.funnel(stages, headers, t("Villages by stage")))
    _side_states(atlas, rows)


def _days(days: Any) -> str:
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
            t("{n} villages, median {days} days", n=figures.count(row["now_villages"]), days=_days(row["median_days_now"])),
            None,
        )
        for row in held.to_dict("records")
    ]  # fmt: skip
    st.html(markup.heading(t("Off the main way")))
    st.html(markup.fact_list(facts))


def _curve(atlas: Atlas, scope: Scope, totals: Totals) -> None:
    """Plan against done: by month from lists, by published day where only milestones are."""
    is_listed = "villages" in totals.by_source
    found = programme.curve(atlas, scope) if is_listed else programme.milestone_curve(atlas, scope)
    if found.empty:
        return
    if is_listed:
        labels = {"planned": t("Planned"), "opened": t("Opened"), "accepted": t("Accepted villages")}
        points = found.rename(columns={"step": "line", "month_end": "date"})
        remark = _undated_words(programme.undated(atlas, scope), totals)
    else:
        labels = {one: stage(atlas, one) for one in found["state"]} | {"": t("Planned")}
        points = found.rename(columns={"state": "line", "day": "date"})
        remark = t("from milestones: the days published, nothing between them")
    points = points.assign(label=points["line"].map(labels))
    points["line"] = points["line"].replace(
        {"": "planned", programme.way(atlas).opened: "opened", programme.way(atlas).accepted: "accepted"}
    )
    width = programme_charts.PHONE_WIDTH_PX if maps.is_phone() else programme_charts.DESKTOP_WIDTH_PX
    st.html(markup.heading(t("Plan against done (villages, cumulative)"), totals.evidence, remark))
    spec = programme_charts.curve_spec(points, theme.current(), current(), width, not is_listed)
    st.vega_lite_chart(spec=spec, theme=None)


def _undated_words(undated: dict[str, int], totals: Totals) -> str:
    said: list[str | None] = [t("by month, from the villages' own days")]
    if "milestones" in totals.by_source:
        said.append(t("and from milestones where there is no list"))
    if undated["planned"]:
        said.append(t("{n} villages have no planned day", n=figures.count(undated["planned"])))
    if undated["opened"]:
        said.append(t("{n} opened ones have no day", n=figures.count(undated["opened"])))
    if undated["accepted"]:
        said.append(t("{n} accepted ones have no day", n=figures.count(undated["accepted"])))
    return figures.sentence(said)


def _stuck(atlas: Atlas, view: View, scope: Scope, totals: Totals) -> None:
    """Which villages are longer in their stage than the rule allows, the longest first."""
    st.html(markup.heading(t("Stuck villages")))
    if "villages" not in totals.by_source:
        st.html(
            markup.notice(
                "unknown", t("No project here lists its villages: which of them are stuck cannot be told.")
            )
        )
        return
    most_days = inputs.optional_number(view, "stuck_days", t("Stuck after (days); empty: by the others"), low=1, high=LONGEST_DAYS, step=30)  # fmt: skip
    counted = programme.stuck_count(atlas, scope, most_days)
    st.html(markup.subtitle([_stuck_rule(atlas, most_days, programme.usual_days(atlas))]))
    total = int(counted["villages"].sum())
    if not total:
        st.html(markup.notice("info", t("No village of a list is stuck by this rule.")))
        return
    by_state = [t("{stage}: {n}", stage=stage(atlas, row["state"]), n=figures.count(row["villages"])) for row in counted.to_dict("records")]  # fmt: skip
    st.html(markup.notice("warning", nt("{n} village is stuck ({stages})", "{n} villages are stuck ({stages})", total, n=figures.count(total), stages=figures.sentence(by_state))))  # fmt: skip
    page = page_of(view, "stuck_page", total, STUCK_PER_PAGE)
    rows = [
        [
            markup.link(row["village_name"], village_link(view, row["village_id"])),
            figures.text_or_none(row["above_name"]) or "",
            stage(atlas, row["state"]),
            figures.count(row["days"]),
            figures.day(row["entered_date"]),
        ]
        for row in programme.stuck(atlas, scope, most_days, STUCK_PER_PAGE, (page - 1) * STUCK_PER_PAGE).to_dict("records")
    ]  # fmt: skip
    headers = [t("Village"), t("Lies in"), t("Stage"), t("Days in it"), t("In it since")]
    st.html(markup.data_table(headers, rows, "wllrl", t("Stuck villages")))


def _stuck_rule(atlas: Atlas, most_days: float | None, usual: dict[str, float]) -> str:
    if most_days is not None:
        return t("Stuck: more than {n} days in a stage before acceptance.", n=figures.count(most_days))
    accepted = programme.way(atlas).accepted
    limits = [t("{stage} {n} days", stage=stage(atlas, one), n=figures.count(days)) for one, days in usual.items() if one != accepted]  # fmt: skip
    if not limits:
        return t("Stuck: longer in a stage than nine in ten of the villages that have left it. Fewer than ten have left any, so nothing is called stuck; a number of days can be given.")  # fmt: skip
    return t("Stuck: longer in a stage than nine in ten of all villages that have left it ({limits}).", limits=figures.sentence(limits))  # fmt: skip


def _findings(atlas: Atlas, view: View, scope: Scope) -> None:
    found = programme.findings(atlas, scope)
    if found.empty:
        return
    title = nt(
        "{n} finding in these records",
        "{n} findings in these records",
        int(found["count"].sum()),
        n=figures.count(found["count"].sum()),
    )
    st.html(markup.heading(title, None, t("rules that every record is looked at by; how to mend them stands on the page Data")))  # fmt: skip
    rows = [
        [
            figures.bracketed(
                pick({"zh": row["title_zh"], "en": row["title_en"]}), _severity(row["severity"])
            ),
            figures.count(row["count"]),
            markup.link(row["example_project"], project_link(view, row["example_project"])),
        ]
        for row in found.to_dict("records")
    ]
    st.html(markup.data_table([t("Finding"), t("Records"), t("For example")], rows, "wrl", title))
    controls.page_button(t("All findings on the page Data"), "data", view, icon=":material/rule:")


def _severity(word: object) -> str:
    words = {"wrong": t("wrong"), "doubtful": t("doubtful"), "remarkable": t("remarkable")}
    return words.get(str(word), str(word))


def _table(atlas: Atlas, view: View, found: pd.DataFrame) -> None:
    st.html(markup.heading(t("Projects: {n}", n=figures.count(len(found))), None, _money_remark(found)))
    page = page_of(view, "projects_page", len(found), PROJECTS_PER_PAGE)
    part = found.iloc[(page - 1) * PROJECTS_PER_PAGE : page * PROJECTS_PER_PAGE]
    headers = [
        t("Project name"), t("Place"), t("Operator"), t("Technology"), t("Stage"), t("Contract signed"), t("Due"),
        t("Villages planned"), t("Villages opened"), t("Villages accepted"), t("Completion"), t("Counted by"),
        t("Investment announced"), t("Granted"), t("Paid"), t("Findings"), t("Evidence"),
    ]  # fmt: skip
    rows = [_table_row(atlas, view, row) for row in part.to_dict("records")]
    st.html(markup.data_table(headers, rows, "wllllllrrrrlrrrrl", t("Projects")))


def _money_remark(found: pd.DataFrame) -> str:
    foreign = int(found["is_other_currency"].sum())
    said = [t("amounts as announced or recorded, not outturn")]
    if foreign:
        said.append(
            nt(
                "{n} project is in another currency",
                "{n} projects are in another currency",
                foreign,
                n=figures.count(foreign),
            )
        )
    return figures.sentence(said)


def _table_row(atlas: Atlas, view: View, row: dict[Any, Any]) -> list[object]:
    done = figures.share(row["opened_villages"], row["planned_villages"])
    return [
        markup.link(row["name"], project_link(view, row["project_id"])),
        markup.link(place_name(row["place_name"], row["place_name_en"]), view.link(place_id=row["place_id"])),
        programme_panel.operator(atlas, row),
        programme_panel.technology(atlas, row["technology"]),
        stage(atlas, row["state"]),
        figures.day(row["contract_date"]),
        figures.day(row["due_date"]),
        figures.count(row["planned_villages"]),
        figures.count(row["opened_villages"]),
        figures.count(row["accepted_villages"]),
        figures.percent(done, row["opened_villages"], row["planned_villages"]),
        _counted_by(row["counted_from"]),
        _money(row, "capex_yuan"),
        _money(row, "granted_yuan"),
        _money(row, "paid_yuan"),
        figures.count(row["findings"]),
        markup.badge(row["evidence"]),
    ]


def _money(row: dict[Any, Any], column: str) -> str:
    """An amount; one in another currency keeps its own word, since ours would be wrong."""
    if pd.isna(row[column]):
        return figures.unknown()
    if row["is_other_currency"]:
        return f"{figures.count(row[column])} {row['currency']}"
    return figures.money(row[column])


def _counted_by(source: object) -> str:
    words = {
        "villages": t("list of villages"),
        "milestones": t("milestones"),
        "project": t("the project's own total"),
        "beyond": t("reaches beyond this place"),
    }
    return words.get(str(source), t("not counted"))


# --- one project ------------------------------------------------------------------------------------------


def _one_project(atlas: Atlas, view: View, scope: Scope, row: dict[str, Any]) -> None:
    """A project's own part of the page: facts, steps, villages, money, notices, ledger, findings."""
    back = inputs.with_inputs(view, project=None)
    st.html(markup.notice("info", t("One project is shown."), [(t("All projects"), back.link())]))
    keeping.bar(atlas, view, f"{row['name']} {row['project_id']}", figures.count(row["planned_villages"]))
    _steps(atlas, row)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        totals = programme.totals(programme.projects(atlas, scope))
        _funnel(atlas, scope, totals)
        _curve(atlas, scope, totals)
        _milestones(atlas, row)
        _ledger(atlas, row)
        _moves(atlas, row)
    with right:
        st.html(markup.heading(t("Facts"), row["evidence"]))
        st.html(markup.fact_list(_facts(atlas, row)))
        _payments(atlas, row)
        _notices(atlas, row)
        _findings_of(atlas, view, row)
    _villages(atlas, view, scope, row)


def _facts(atlas: Atlas, row: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    covers = [
        place_name(one.name, one.name_en) for one in project_records.places_of(atlas, row["project_id"])
    ]
    bound = row["capex_qualifier"] if isinstance(row["capex_qualifier"], str) else ""
    years = (
        t("{n} years", n=figures.count(row["opex_years"]))
        if not pd.isna(row["opex_years"])
        else figures.unknown()
    )
    return [
        (t("Code"), row["project_id"], None),
        (t("Place"), place_name(row["place_name"], row["place_name_en"]), None),
        *([(t("Covers"), figures.sentence(covers), None)] if covers else []),
        (t("Batch"), figures.count(row["batch"]), None),
        (t("Operator"), programme_panel.operator(atlas, row), None),
        (t("How it was chosen"), _selection(row["selection"]), None),
        (t("Technology"), programme_panel.technology(atlas, row["technology"]), None),
        (t("Speed promised"), _speed(row["download_mbps"]), None),
        (t("Stage"), stage(atlas, row["state"]), None),
        (t("Contract signed"), figures.day(row["contract_date"]), None),
        (t("Due"), figures.day(row["due_date"]), None),
        (t("Built"), figures.day(row["completed_date"]), None),
        (t("Accepted"), figures.day(row["accepted_date"]), None),
        (t("Villages listed one by one"), figures.count(row["listed_villages"]), None),
        (t("Investment announced"), bound + _money(row, "capex_yuan"), None),
        (t("Subsidy asked for"), _money(row, "requested_yuan"), None),
        (t("Approved"), _money(row, "approved_yuan"), None),
        (t("Granted"), _money(row, "granted_yuan"), None),
        (t("Paid"), _money(row, "paid_yuan"), None),
        (t("Operation promised"), years, None),
        *([(t("Note"), row["note"], None)] if isinstance(row["note"], str) else []),
    ]  # fmt: skip


def _selection(word: object) -> str:
    words = {"tender": t("tender"), "designation": t("designation")}
    return words.get(str(word), str(word)) if isinstance(word, str) else figures.unknown()


def _speed(mbps: Any) -> str:
    return figures.unknown() if pd.isna(mbps) else f"≥ {figures.decimal(mbps, 1)} Mbps"


def _steps(atlas: Atlas, row: dict[str, Any]) -> None:
    """The project's own way, from its moves, its milestones and the days that stand with it."""
    way = programme.way(atlas)
    days: dict[str, Any] = {}
    for one in project_records.milestones(atlas, row["project_id"]).to_dict("records"):
        days[one["state"]] = one["reached_date"]
    for one in project_records.moves(atlas, row["project_id"]).to_dict("records"):
        days[one["state"]] = one["moved_date"]
    days |= {
        state: row[column]
        for state, column in ((way.first, "contract_date"), (way.accepted, "accepted_date"))
        if not pd.isna(row[column])
    }
    st.html(markup.heading(t("Steps of the programme"), row["evidence"]))
    st.html(markup.steps(programme_panel.steps(atlas, days, figures.text_or_none(row["state"])), t("Steps of the programme")))  # fmt: skip


def _milestones(atlas: Atlas, row: dict[str, Any]) -> None:
    found = project_records.milestones(atlas, row["project_id"])
    if found.empty:
        return
    rows = [
        [figures.day(one["reached_date"]), stage(atlas, one["state"]), figures.count(one["villages"]), figures.text_or_none(one["note"]) or ""]
        for one in found.to_dict("records")
    ]  # fmt: skip
    st.html(markup.heading(t("Milestones"), str(found["evidence"].iloc[0])))
    headers = [t("Date"), t("Stage"), t("Villages, cumulative"), t("Note")]
    st.html(markup.data_table(headers, rows, "llrl", t("Milestones")))


def _moves(atlas: Atlas, row: dict[str, Any]) -> None:
    """The project's moves; a jump or a way back without a reason is said beside the move."""
    found = project_records.moves(atlas, row["project_id"])
    own = project_records.village_moves(atlas, row["project_id"])
    if found.empty and not own:
        return
    states = programme.states(atlas)
    history = found.assign(record_id=row["project_id"]).rename(columns={"moved_date": "date"})
    wrong = judged_moves(
        history, project_records.allowed_moves(atlas), list(states.loc[~states["is_side"], "state"])
    )
    said = {(one["to_state"], one["date"]): _move_words(one["rule"]) for one in wrong.to_dict("records")}
    rows = [
        [
            figures.day(one["moved_date"]),
            stage(atlas, one["state"]),
            figures.text_or_none(one["reason"]) or "",
            said.get((one["state"], pd.Timestamp(one["moved_date"])), ""),
        ]
        for one in found.to_dict("records")
    ]
    remark = t("and {n} moves of single villages", n=figures.count(own)) if own else ""
    st.html(markup.heading(t("Moves from stage to stage"), str(found["evidence"].iloc[0]) if len(found) else None, remark))  # fmt: skip
    if rows:
        headers = [t("Date"), t("Entered"), t("Reason"), t("Finding")]
        st.html(markup.data_table(headers, rows, "llll", t("Moves from stage to stage")))


def _move_words(rule: str) -> str:
    words = {
        "unknown_state": t("a stage that the programme does not have"),
        "jump": t("skips stages: this move is not allowed"),
        "back_not_allowed": t("goes back where that is not allowed"),
        "without_reason": t("needs a reason and has none"),
        "back_in_time": t("dated before the move before it"),
    }
    return words.get(rule, rule)


def _villages(atlas: Atlas, view: View, scope: Scope, row: dict[str, Any]) -> None:
    if pd.isna(row["listed_villages"]):
        st.html(markup.notice("unknown", t("Which villages this project holds is not on record; only counts are.")))  # fmt: skip
        return
    total = int(row["listed_villages"])
    st.html(markup.heading(t("Villages of the project: {n}", n=figures.count(total)), row["evidence"]))
    page = page_of(view, "villages_page", total, VILLAGES_PER_PAGE)
    found = project_records.villages(atlas, scope, VILLAGES_PER_PAGE, (page - 1) * VILLAGES_PER_PAGE)
    rows = [
        [
            markup.link(one["name"], village_link(view, one["village_id"])),
            figures.text_or_none(one["above_name"]) or "",
            one["village_id"],
            stage(atlas, one["state"]),
            _days(one["days"]),
            figures.day(one["planned_date"]),
            figures.day(one["opened_date"]),
            figures.day(one["accepted_date"]),
            figures.money(one["capex_yuan"]),
        ]
        for one in found.to_dict("records")
    ]
    headers = [
        t("Village"), t("Lies in"), t("Code"), t("Stage"), t("Days in it"), t("Planned for"), t("Opened on"),
        t("Accepted on"), t("Construction cost"),
    ]  # fmt: skip
    st.html(markup.data_table(headers, rows, "wlllrlllr", t("Villages of the project")))


def _payments(atlas: Atlas, row: dict[str, Any]) -> None:
    found = project_records.payments(atlas, row["project_id"])
    if found.empty:
        return
    rows = [
        [
            figures.day(one["paid_date"]),
            figures.text_or_none(one["tranche"]) or "",
            figures.money(one["amount"]),
        ]
        for one in found.to_dict("records")
    ]
    st.html(markup.heading(t("Payments"), str(found["evidence"].iloc[0])))
    st.html(markup.data_table([t("Paid on"), t("Part"), t("Amount")], rows, "llr", t("Payments")))


def _notices(atlas: Atlas, row: dict[str, Any]) -> None:
    found = project_records.notices(atlas, row["project_id"])
    if found.empty:
        return
    rows = [
        [
            figures.day(one["notice_from"]),
            figures.day(one["notice_to"]),
            figures.text_or_none(one["document"]) or "",
            figures.count(one["objections"]),
        ]
        for one in found.to_dict("records")
    ]
    st.html(markup.heading(t("Public notices"), str(found["evidence"].iloc[0])))
    headers = [t("From"), t("To"), t("Document"), t("Objections")]
    st.html(markup.data_table(headers, rows, "lllr", t("Public notices")))


def _ledger(atlas: Atlas, row: dict[str, Any]) -> None:
    found = project_records.ledgers(atlas, Scope(row["place_id"], project=row["project_id"]))
    if found.empty or pd.isna(row["contracted_villages"]):
        return
    st.html(markup.heading(t("Ledger: from the contract to today"), str(found["evidence"].iloc[0])))
    try:
        booked = ledger(int(row["contracted_villages"]), found)
    except ReconciliationError as error:
        st.html(markup.notice("warning", str(error)))
        return
    rows = [
        [
            one["reason"],
            figures.day(one["date"]),
            figures.signed(one["change_villages"]),
            figures.count(one["villages"]),
        ]
        for one in booked.lines.to_dict("records")
    ]
    rows = [[t("Contracted"), figures.day(row["contract_date"]), "", figures.count(booked.contracted)], *rows]
    headers = [t("Reason"), t("Date"), t("Change"), t("Villages after it")]
    st.html(markup.data_table(headers, rows, "llrr", t("Ledger")))


def _findings_of(atlas: Atlas, view: View, row: dict[str, Any]) -> None:
    if not row["findings"]:
        return
    found = project_records.findings(atlas, row["project_id"], FINDINGS)
    title = nt(
        "{n} finding in these records",
        "{n} findings in these records",
        int(row["findings"]),
        n=figures.count(row["findings"]),
    )
    remark = t("the first {n} of {total}", n=figures.count(FINDINGS), total=figures.count(row["findings"])) if row["findings"] > FINDINGS else ""  # fmt: skip
    st.html(markup.heading(title, None, remark))
    rows = [
        [
            pick({"zh": one["title_zh"], "en": one["title_en"]}),
            markup.link(one["village_name"], village_link(view, one["village_id"])) if isinstance(one["village_id"], str) else "",
            one["seen"],
        ]
        for one in found.to_dict("records")
    ]  # fmt: skip
    st.html(markup.data_table([t("Finding"), t("Village"), t("Seen")], rows, "wll", title))
