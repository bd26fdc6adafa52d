"""Funds: requested, approved, granted, paid; what a village cost; how evenly the money is spread; against the model."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
import streamlit as st

from atlas import (
    chart_spec,
    controls,
    figures,
    funds_charts,
    inputs,
    keeping,
    markup,
    programme_panel,
    state,
    take_away,
    theme,
)
from atlas.language import current, mark, pick, place_name, t
from atlas.page import Page
from atlas.panels import first_of, sources_line
from atlas.programme_panel import project_link
from atlas.state import View
from indicators import database, facts, funds, places, programme
from indicators.database import Atlas
from indicators.funds import Line, Ratio, Remaining, Sum
from indicators.programme import Scope
from planning import inequality

PAGE = Page(
    url_path="funds",
    order=23,
    icon=":material/account_balance:",
    title=lambda: t("Funds"),
    section=lambda: t("Projects and money"),
)
TABLES = ["project", "project_village", "payment", "cost_parameter"]
STEPS = {
    "requested": mark("Requested"),
    "approved": mark("Approved"),
    "granted": mark("Granted"),
    "paid": mark("Paid"),
}
SPREAD = {"capex_yuan": mark("Investment per village"), "subsidy_yuan": mark("Subsidy per village")}
LEAST_COMPARED = 3  # a spread between two places is one number, their difference
MOST_OUTLIERS, MOST_LINES, MOST_GROUPS = 20, 60, 12
PLACE, OPERATOR = "place", "operator"


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    head = st.container()
    if not programme.has_projects(atlas):
        with head:
            st.html(markup.finding(t("Funds"), [t("no project is on record")]))
        programme_panel.empty(
            t("With projects on record this page shows what was requested, approved, granted and paid, what a village cost, how evenly the money is spread, and which projects cost more than the model says."),
            ["projects", "project_villages", "payments"],
        )  # fmt: skip
        return
    scope = programme_panel.scope_asked(atlas, view, with_project=False)
    rows = funds.projects(atlas, scope)
    if rows.empty:
        with head:
            st.html(markup.finding(t("Funds"), [t("no project here")]))
        clear = inputs.with_inputs(view, **dict.fromkeys(programme_panel.ASKED))
        st.html(markup.notice("empty", t("No project matches."), [(t("Clear these filters"), clear.link())]))
        return
    paid = funds.remaining(rows)
    with head:
        title = _title(atlas, view, rows, paid)
        keeping.bar(atlas, view, t("Funds"), title)
    _key_figures(atlas, rows, paid)
    _steps(rows, paid)
    _spread(atlas, view, scope)
    _against_model(atlas, view, scope)
    _table(atlas, view, scope, title)
    sources_line(atlas, TABLES)


def _title(atlas: Atlas, view: View, rows: pd.DataFrame, paid: Remaining) -> str:
    here = state.shown(atlas, view)
    name = place_name(here.name, here.name_en)
    capex = funds.summed(rows, "capex_yuan")
    granted = funds.summed(rows, "granted_yuan")
    per = funds.ratio(rows, "capex_yuan", "villages")
    evidence = capex.evidence
    if paid.paid_percent is not None:
        evidence = paid.evidence
        title = t(
            "{place}: {granted} granted, {share} of it paid",
            place=name,
            granted=figures.money(paid.granted_yuan),
            share=figures.percent(paid.paid_percent),
        )
    elif granted.yuan is not None:
        evidence = granted.evidence
        title = t("{place}: {granted} granted, payments are not on record", place=name, granted=figures.money(granted.yuan))  # fmt: skip
    elif per.value is not None:
        title = t("{place}: {amount} announced, {per} a village", place=name, amount=figures.money(capex.yuan), per=figures.money(per.value))  # fmt: skip
    elif capex.yuan is not None:
        title = t("{place}: {amount} announced", place=name, amount=figures.money(capex.yuan))
    else:
        title = t("{place}: no amount of a project is on record", place=name)
    said = [
        t("{n} projects", n=figures.count(rows["project_id"].nunique())),
        t("announced amounts, not outturn"),
    ]
    st.html(markup.finding(title, said, evidence))
    return title


# --- key figures ------------------------------------------------------------------------------------------


def _key_figures(atlas: Atlas, rows: pd.DataFrame, paid: Remaining) -> None:
    cards = [
        _per_card(t("Investment per village"), funds.ratio(rows, "capex_yuan", "villages"), "village"),
        _per_card(t("Subsidy per village"), funds.ratio(rows, "subsidy_yuan", "villages"), "village"),
        _per_card(t("Investment per household"), funds.ratio(rows, "capex_yuan", "households"), "household"),
        _per_card(t("Investment per resident"), funds.ratio(rows, "capex_yuan", "persons"), "person"),
    ]
    st.html(markup.cards(cards))
    st.html(markup.credit(t("Villages: as contracted, with what the ledger added or removed, else as listed. The indicator “Investment per village” (I11) divides by the villages announced with the amount.")))  # fmt: skip
    lever = funds.leverage(atlas, rows)
    remaining = markup.card_text(
        t("Granted and not yet paid"),
        *figures.money_parts(paid.remaining_yuan),
        paid.evidence,
        _paid_note(paid),
    )
    share = markup.card_text(
        t("Share of the grant paid"),
        figures.percent(paid.paid_percent, paid.paid_yuan, paid.granted_yuan),
        "",
        paid.evidence,
        _left_out_words(paid.left_out),
    )
    said = figures.sentence([t("(K − r·K) / S: the firms' own share of construction per unit of subsidy"), _left_out_words(lever.left_out)])  # fmt: skip
    leverage = markup.card_text(t("Leverage"), figures.decimal(lever.value), "", lever.evidence, said)
    st.html(markup.cards([share, remaining, leverage]))


def _per_card(title: str, one: Ratio, unit: str) -> markup.Html:
    if one.value is None:
        note = {
            "village": t("no project has both the amount and its villages"),
            "household": t("no list of villages with all their households is on record"),
            "person": t("no list of villages with all their residents is on record"),
        }[unit]
        return markup.card_text(title, figures.unknown(), "", None, note)
    said = t(
        "{amount} / {n}", amount=figures.money(one.numerator), n=figures.value_text(one.denominator, unit)
    )
    note = figures.sentence([said, t("{n} projects", n=figures.count(one.projects)), _left_out_words(one.left_out)])  # fmt: skip
    return markup.card_text(title, *figures.money_parts(one.value), one.evidence, note)


def _left_out_words(n: int) -> str | None:
    return t("{n} projects left out: an amount or a count is missing", n=figures.count(n)) if n else None


def _paid_note(paid: Remaining) -> str:
    if paid.paid_yuan is None:
        return t("no payment is on record here")
    said: list[str | None] = []
    if paid.without_payment:
        said.append(t("{n} projects without a payment on record count as unpaid", n=figures.count(paid.without_payment)))  # fmt: skip
    if paid.overpaid_projects:
        said.append(t("{n} projects were paid more than granted, by {amount} together", n=figures.count(paid.overpaid_projects), amount=figures.money(paid.overpaid_yuan)))  # fmt: skip
    return figures.sentence(said)


# --- from the request to the payment ----------------------------------------------------------------------


def _steps(rows: pd.DataFrame, paid: Remaining) -> None:
    sums = {step: funds.summed(rows, column) for step, column in funds.STEPS.items()}
    capex = funds.summed(rows, "capex_yuan")
    st.html(markup.heading(_steps_title(sums, paid), _weakest([*sums.values(), capex])))
    table = [(t("Investment announced"), capex), *((t(STEPS[step]), one) for step, one in sums.items())]
    known = [pair for pair in table if pair[1].yuan is not None]
    left, right = st.columns([3, 2], gap="medium")
    with left:
        bars = [
            markup.Bar(
                label,
                one.yuan,
                _bound(one) + figures.money(one.yuan),
                None,
                "var(--atlas-money-4)" if n else "var(--atlas-money-2)",
            )
            for n, (label, one) in enumerate(known)
        ]
        if bars:
            st.html(markup.bar_table(bars, t("From the request to the payment")))
        else:
            st.html(markup.notice("unknown", t("No project of this place has an amount on record.")))
    with right:
        headers = [t("Amount of"), t("Projects counted"), t("Their villages"), t("Left out")]
        cells = [[label, figures.count(one.projects), figures.count(one.villages), _excluded(one)] for label, one in table]  # fmt: skip
        st.html(markup.data_table(headers, cells, "lrrw", t("What each sum covers")))


def _weakest(sums: Iterable[Sum]) -> str | None:
    kinds = [one.evidence for one in sums if one.evidence]
    return funds.weakest(kinds) if kinds else None


def _steps_title(sums: dict[str, Sum], paid: Remaining) -> str:
    if paid.remaining_yuan is not None:
        return t("{amount} of the grants is still to be paid", amount=figures.money(paid.remaining_yuan))
    known = [step for step, one in sums.items() if one.yuan is not None]
    if not known:
        return t("Requests, grants and payments are not on record")
    return t("On record up to: {step}", step=t(STEPS[known[-1]]))


def _bound(one: Sum) -> str:
    return "≥ " if one.at_least else ""


def _excluded(one: Sum) -> str:
    said = [
        t("{n} without an amount", n=figures.count(one.no_amount)) if one.no_amount else None,
        t("{n} in another currency", n=figures.count(one.other_currency)) if one.other_currency else None,
        t("{n} reach beyond this place", n=figures.count(one.beyond)) if one.beyond else None,
        t("{n} published as a lower bound, counted", n=figures.count(one.at_least)) if one.at_least else None,
    ]
    return figures.sentence(said) or t("none")


# --- how evenly -------------------------------------------------------------------------------------------


def _spread(atlas: Atlas, view: View, scope: Scope) -> None:
    """Lorenz, Gini and Theil between places, each village counted once."""
    head = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom", key="noprint_spread"):
        column = inputs.choice(view, "spread", t("Spread of"), {one: t(words) for one, words in SPREAD.items()}, "capex_yuan")  # fmt: skip
        levels = funds.levels_to_compare(atlas, scope, column, LEAST_COMPARED)
        names = places.level_names(atlas)
        level = None
        if levels:
            level = inputs.choice(
                view, "unit", t("Between"), {one: pick(names[one]) for one in levels}, levels[-1]
            )
    if level is None:
        with head:
            st.html(markup.heading(t("How evenly the money is spread")))
        words = t("Fewer than {n} places here have an amount per village: nothing to compare. With costs of more projects, or of their villages one by one, this shows a Lorenz curve, Gini and Theil with their parts within and between.", n=LEAST_COMPARED)  # fmt: skip
        st.html(markup.notice("unknown", words))
        return
    held = funds.per_village(atlas, scope, level, column)
    one = inequality.inequality(held["yuan_per_village"], held["villages"])
    parts = inequality.theil_parts(held["yuan_per_village"], held["group_id"], held["villages"])
    has_parts = len(parts.groups) > 1
    group_level = pick(
        names[places.levels(atlas)[places.levels(atlas).index(state.shown(atlas, view).level) + 1]]
    )
    unit_level = pick(names[level])
    kinds = [str(kind) for kind in held["evidence"].dropna()]
    with head:
        title = t("{what}: Gini {gini} between places of the level {level}", what=t(SPREAD[column]), gini=figures.decimal(one.gini), level=unit_level)  # fmt: skip
        if has_parts and not pd.isna(parts.between_share):
            title = t(
                "{what}: {share} of the inequality lies between {groups}",
                what=t(SPREAD[column]),
                share=figures.percent(100 * parts.between_share),
                groups=t("places of the level {level}", level=group_level),
            )
        st.html(markup.heading(title, funds.weakest(kinds), _spread_left_out(atlas, scope, level, one)))
    left, right = st.columns([2, 3], gap="medium")
    with left:
        spec = _lorenz_spec(atlas.build_id, scope, level, column, current(), theme.current())
        st.vega_lite_chart(spec=spec, theme=None)
        st.html(markup.fact_list(_spread_facts(one, parts if has_parts else None, unit_level, group_level)))
    with right:
        if has_parts:
            _groups(view, held, parts, group_level)
        else:
            _units(view, held, unit_level)


@st.cache_data(max_entries=64, show_spinner=False)
def _lorenz_spec(
    build_id: str, scope: Scope, level: str, column: str, lang: str, theme_name: str
) -> dict[str, Any]:
    """Building a chart takes longer than the sums behind it, and it is the same at every rerun."""
    atlas = database.of_build(build_id)
    assert atlas is not None
    held = funds.per_village(atlas, scope, level, column)
    curve = inequality.lorenz(held["yuan_per_village"], held["villages"])
    return chart_spec.spec(lambda: funds_charts.lorenz(curve, theme.tokens(theme_name), lang))


def _spread_left_out(atlas: Atlas, scope: Scope, level: str, one: inequality.Inequality) -> str:
    said: list[str | None] = [t("each village counts once, with its place's average")]
    if one.unknown_rows:
        said.append(t("{n} places with projects but without an amount are left out", n=figures.count(one.unknown_rows)))  # fmt: skip
    if missing := funds.unplaced(atlas, scope, level):
        said.append(t("{n} projects lie in no one place of this level and list no villages: left out", n=figures.count(missing)))  # fmt: skip
    return figures.sentence(said)


def _spread_facts(
    one: inequality.Inequality, parts: inequality.Parts | None, unit_level: str, group_level: str
) -> list[tuple[str, str, str | None]]:
    rows: list[tuple[str, str, str | None]] = [
        (t("Places of the level {level}", level=unit_level), figures.count(one.rows), None),
        (t("Villages in them"), figures.count(one.units), None),
        (t("Mean per village"), figures.money(one.mean), None),
        (t("Gini (0 all alike, 1 all in one)"), figures.decimal(one.gini, 3), None),
        (t("Theil (0 all alike)"), figures.decimal(one.theil, 3), None),
    ]
    if parts is not None:
        inside = None if pd.isna(parts.between_share) else 100 * (1 - parts.between_share)
        across = None if pd.isna(parts.between_share) else 100 * parts.between_share
        rows += [
            (
                t("of it between places of the level {level}", level=group_level),
                _part(parts.between, across),
                None,
            ),
            (t("of it within them"), _part(parts.within, inside), None),
        ]
    return rows


def _part(value: float, share: float | None) -> str:
    return figures.bracketed(figures.decimal(value, 3), figures.percent(share))


def _groups(view: View, held: pd.DataFrame, parts: inequality.Parts, group_level: str) -> None:
    known = held.dropna(subset=["group_id"]).drop_duplicates("group_id")
    names = dict(
        zip(known["group_id"], zip(known["group_name"], known["group_name_en"], strict=True), strict=True)
    )
    ordered = parts.groups.sort_values("mean", ascending=False)
    rows = [
        [
            markup.link(place_name(*names[row["group"]]), view.link(place_id=row["group"])),
            figures.money(row["mean"]),
            figures.count(row["units"]),
            figures.percent(100 * row["value_share"]),
            figures.decimal(row["theil"], 3),
        ]
        for row in ordered.head(MOST_GROUPS).to_dict("records")
    ]
    headers = [group_level, t("Mean per village"), t("Villages"), t("Share of the money"), t("Theil inside")]
    st.html(markup.credit(first_of(MOST_GROUPS, len(ordered))))
    st.html(markup.data_table(headers, rows, "lrrrr", t("How evenly the money is spread")))


def _units(view: View, held: pd.DataFrame, unit_level: str) -> None:
    ordered = held.sort_values("yuan_per_village", ascending=False, na_position="last")
    rows = [
        [
            markup.link(place_name(row["name"], row["name_en"]), view.link(place_id=row["place_id"])),
            figures.money(row["yuan_per_village"]),
            figures.count(row["villages"]),
            figures.money(row["yuan"]),
        ]
        for row in ordered.head(MOST_GROUPS).to_dict("records")
    ]
    headers = [unit_level, t("Mean per village"), t("Villages"), t("Together")]
    st.html(markup.credit(first_of(MOST_GROUPS, len(ordered))))
    st.html(markup.data_table(headers, rows, "lrrr", t("How evenly the money is spread")))


# --- against the model ------------------------------------------------------------------------------------


def _against_model(atlas: Atlas, view: View, scope: Scope) -> None:
    found = funds.against_model(atlas, scope)
    ranged = found[found["verdict"] != "no_model"]
    if ranged.empty:
        st.html(markup.heading(t("Actual against modelled cost")))
        words = t("No project here has both a cost per village and a modelled range of its technology.")
        st.html(markup.notice("unknown", words))
        return
    outside = ranged[ranged["verdict"] != "inside"]
    kinds = [*ranged["evidence"], *facts.cost_parameters(atlas)["evidence"]]
    st.html(
        markup.heading(
            _model_title(ranged, outside), funds.weakest(kinds), _model_remark(atlas, scope, found)
        )
    )
    _strip(atlas, scope)
    if outside.empty:
        st.html(markup.notice("info", t("Every project lies inside the range of its technology.")))
    else:
        _outliers(atlas, view, outside)


def _model_title(ranged: pd.DataFrame, outside: pd.DataFrame) -> str:
    if len(ranged) == 1:
        inside = t("{project}: inside the modelled range", project=ranged["name"].iloc[0])
        return (
            inside
            if outside.empty
            else t("{project}: outside the modelled range", project=ranged["name"].iloc[0])
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
    outside, villages = funds.outside_villages(funds.projects(atlas, scope))
    without = int((found["verdict"] == "no_model").sum())
    said: list[str | None] = [t("cost per village; the band is the range derived from published totals")]
    if villages:
        said.append(t("of {all} villages with a cost of their own, {n} lie outside", all=figures.count(villages), n=figures.count(outside)))  # fmt: skip
    if without:
        said.append(t("{n} projects of a technology without a range are left out", n=figures.count(without)))
    return figures.sentence(said)


def _strip(atlas: Atlas, scope: Scope) -> None:
    st.vega_lite_chart(spec=_strip_spec(atlas.build_id, scope, current(), theme.current()), theme=None)
    st.html(markup.credit(t("● inside, ◆ outside the range; the line is its middle")))


@st.cache_data(max_entries=64, show_spinner=False)
def _strip_spec(build_id: str, scope: Scope, lang: str, theme_name: str) -> dict[str, Any]:
    atlas = database.of_build(build_id)
    assert atlas is not None
    found = funds.against_model(atlas, scope)
    ranged = found[found["verdict"] != "no_model"]
    named = {code: programme_panel.technology(atlas, code) for code in ranged["technology"].unique()}
    points = pd.DataFrame(
        {
            "technology": ranged["technology"].map(named),
            "yuan": ranged["yuan_per_village"],
            "name": ranged["name"],
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
    return chart_spec.spec(lambda: funds_charts.cost_strip(points, ranges, theme.tokens(theme_name), lang))


def _outliers(atlas: Atlas, view: View, outside: pd.DataFrame) -> None:
    rows = [
        [
            markup.link(row["name"], project_link(view, row["project_id"], "/projects")),
            figures.money(row["yuan_per_village"]),
            figures.money_range(row["low_yuan"], row["high_yuan"]),
            _reason(row),
        ]
        for row in outside.head(MOST_OUTLIERS).to_dict("records")
    ]
    if words := first_of(MOST_OUTLIERS, len(outside)):
        st.html(markup.credit(words))
    headers = [
        t("Project name"),
        t("Investment per village"),
        t("Modelled range"),
        t("Why it stands out"),
    ]
    st.html(markup.data_table(headers, rows, "wrrw", t("Projects outside the modelled range")))


def _reason(row: dict[str, object]) -> str:
    if row["verdict"] == "unit":
        factor = float(str(row["factor"]))
        words = t("divided by {n}", n=figures.count(1 / factor)) if factor < 1 else t("times {n}", n=figures.count(factor))  # fmt: skip
        return t("a wrong unit? {factor} it would be usual", factor=words)
    times = figures.decimal(float(str(row["times"])), 1)
    if row["verdict"] == "above":
        return t("{times} times the upper end of the range", times=times)
    return t("the lower end of the range is {times} times as much", times=times)


# --- by place or operator ---------------------------------------------------------------------------------


def _table(atlas: Atlas, view: View, scope: Scope, title: str) -> None:
    below = places.level_below(atlas, view.place_id)
    options = {OPERATOR: t("Operator")}
    if below:
        options = {PLACE: pick(places.level_names(atlas)[below])} | options
    st.html(markup.heading(t("The money line by line")))
    by = inputs.choice(view, "by", t("By"), options, next(iter(options)))
    level = below if by == PLACE else None
    found = funds.lines(atlas, scope, level, "part_id" if by == PLACE else "operator_id")
    names = _line_names(atlas, funds.projects(atlas, scope, level), by)
    cells = [_line_cells(view, line, names, by) for line in found[:MOST_LINES]]
    if words := first_of(MOST_LINES, len(found)):
        st.html(markup.credit(words))
    headers = [
        options[by], t("Projects"), t("Villages"), t("Investment announced"), *(t(words) for words in STEPS.values()),
        t("Investment per village"), t("Subsidy per village"), t("Leverage"), t("Left out of the investment"), t("Evidence"),
    ]  # fmt: skip
    st.html(markup.data_table(headers, cells, "lrrrrrrrrrrwl", t("The money line by line")))
    is_simulated = any(line.capex.evidence == "simulated" for line in found)
    said = [(t("Place"), state.shown(atlas, view).name), (t("Amounts"), t("announced amounts, not outturn"))]
    take_away.answer(
        atlas, view, title, _as_file(found, names, options[by]), said, "funds", is_simulated=is_simulated
    )


def _line_names(atlas: Atlas, rows: pd.DataFrame, by: str) -> dict[str, str]:
    if by == OPERATOR:
        known = facts.operators(atlas)
        written = rows.dropna(subset=["operator_id"]).drop_duplicates("operator_id")
        found = {row["operator_id"]: str(row["operator"]) for row in written.to_dict("records")}
        return {"": t("operator unknown")} | {key: pick(known[key]) if key in known else name for key, name in found.items()}  # fmt: skip
    held = (places.place(atlas, key) for key in rows["part_id"].dropna().unique())
    named = {one.place_id: place_name(one.name, one.name_en) for one in held if one is not None}
    return {"": t("in no one of these places")} | named


def _line_cells(view: View, line: Line, names: dict[str, str], by: str) -> list[object]:
    name = names.get(line.key, line.key)
    label = markup.link(name, view.link(place_id=line.key)) if by == PLACE and line.key else name
    return [
        label,
        figures.count(line.projects),
        figures.count(line.villages),
        _bound(line.capex) + figures.money(line.capex.yuan)
        if line.capex.yuan is not None
        else figures.unknown(),
        *(figures.money(one.yuan) for one in line.steps.values()),
        figures.money(line.capex_per_village.value),
        figures.money(line.subsidy_per_village.value),
        figures.decimal(line.leverage.value),
        _excluded(line.capex),
        markup.badge(line.capex.evidence) if line.capex.evidence else "",
    ]


def _as_file(found: tuple[Line, ...], names: dict[str, str], label: str) -> pd.DataFrame:
    word = figures.unit_word("yuan")
    return pd.DataFrame(
        {
            label: [names.get(line.key, line.key) for line in found],
            t("Code"): [line.key for line in found],
            t("Projects"): [line.projects for line in found],
            t("Villages"): [line.villages for line in found],
            figures.bracketed(t("Investment announced"), word): [line.capex.yuan for line in found],
            **{
                figures.bracketed(t(words), word): [line.steps[step].yuan for line in found]
                for step, words in STEPS.items()
            },
            figures.bracketed(t("Investment per village"), word): [
                line.capex_per_village.value for line in found
            ],
            figures.bracketed(t("Subsidy per village"), word): [
                line.subsidy_per_village.value for line in found
            ],
            t("Leverage"): [line.leverage.value for line in found],
            t("Left out of the investment"): [_excluded(line.capex) for line in found],
            t("Evidence"): [
                markup.evidence_word(line.capex.evidence) if line.capex.evidence else "" for line in found
            ],
        }
    )
